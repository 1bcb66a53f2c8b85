"""What every test stands on."""

import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from tests.network import have_own_network

_PORT = 3000
"""Registered with Cisco, so that tests in one network cannot have one each."""

_OWN_NETWORK = pytest.StashKey[bool]()

_claimed: list[object] = []

if sys.dont_write_bytecode:
    # Nothing beside the sources, then; but no process compiles what another one has compiled.
    _kept = Path(__file__).parent.parent / ".pytest_cache" / "bytecode"
    sys.dont_write_bytecode = False
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(_kept)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile(
    "quick",
    max_examples=40,
    stateful_step_count=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,  # it asks the clock of a machine that may be busy
        HealthCheck.function_scoped_fixture,  # one folder serves all examples of a test
    ],
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=200)
settings.load_profile("quick")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Share folders among all cores; files that are named, and peers, run one after another.

    One process more than there are cores, because tests wait for processes, too.
    """
    folders = [Path(argument) for argument in config.args]
    whole = all(folder.is_dir() and "peers" not in folder.parts for folder in folders)
    return (os.cpu_count() or 1) + 1 if whole else 0


def pytest_configure(config: pytest.Config) -> None:
    """Give each of the processes that share the tests a network of its own."""
    # Who runs tests in the background ignores Ctrl+C and a closed terminal, and so would the rest.
    for name, heeded in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)  # Windows closes no terminal so
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, heeded)
    config.stash[_OWN_NETWORK] = hasattr(config, "workerinput") and have_own_network()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits most, so that something that computes is always beside it."""
    items.sort(key=lambda item: "pilot" not in item.path.parts)


def pytest_collection_finish() -> None:
    """Let no look for garbage go through what stays to the end: all modules, all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


_bind = socket.socket.bind


def _heeding(claiming: socket.socket, address: Any) -> None:
    if isinstance(address, tuple) and address[1] == _PORT:
        _claimed.append(address)
    _bind(claiming, address)


# Not a hook for audits: that is asked a thousand times for what has nothing to do with sockets.
pytest.MonkeyPatch().setattr(socket.socket, "bind", _heeding)


@pytest.fixture(autouse=True)
def _alone_on_the_port(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Let one test after another have the port, and refuse one that takes it unasked."""
    _claimed.clear()
    marked = request.node.get_closest_marker("port_3000") is not None
    if marked and not request.config.stash[_OWN_NETWORK]:
        with FileLock(tmp_path_factory.getbasetemp().parent / "port-3000.lock"):
            yield
        return
    yield
    assert marked or not _claimed or not hasattr(request.config, "workerinput"), (
        "this test listens on port 3000: mark it with port_3000"
    )


@pytest.fixture
def anyio_backend() -> str:
    """Run async tests on asyncio, which Textual needs."""
    return "asyncio"
