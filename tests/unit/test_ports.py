"""Who holds a port of this machine, on real sockets."""

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.network import needs_ipv6
from wizard.errors import MachineError
from wizard.machine.ports import claim, claim_free, owner, probe, unavailable


@pytest.fixture
def port() -> int:
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        return int(finder.getsockname()[1])


def listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


HOLDER = """
import socket, sys
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
held = socket.create_server((sys.argv[1], int(sys.argv[2])), family=family)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def stranger(port: int) -> Iterator[subprocess.Popen[str]]:
    """Another program that listens on the port of 127.0.0.1."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, "127.0.0.1", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "held\n"
        yield program


def test_nobody_owns_a_free_port(port: int) -> None:
    assert owner(port, "127.0.0.1") is None


def test_another_program_is_named_with_its_process_id(
    port: int, stranger: subprocess.Popen[str]
) -> None:
    assert f"(process {stranger.pid})" in (owner(port, "127.0.0.1") or "")
    assert owner(port, "::1") is None


def test_who_listens_on_every_address_owns_loopback_too(port: int) -> None:
    with closing(listener("0.0.0.0", port)):  # noqa: S104 - the point of the test
        assert f"(process {os.getpid()})" in (owner(port, "127.0.0.1") or "")


async def test_a_taken_port_is_an_error_that_names_port_address_and_program(
    port: int, stranger: subprocess.Popen[str]
) -> None:
    with pytest.raises(MachineError) as caught:
        await claim(port)
    assert caught.value.code == "port-taken"
    assert f"Port {port} on 127.0.0.1" in caught.value.message
    assert f"(process {stranger.pid})" in caught.value.message
    assert "Stop that program" in caught.value.hint


@needs_ipv6
async def test_a_program_on_one_family_alone_is_found(port: int) -> None:
    with closing(listener("::1", port)), pytest.raises(MachineError, match="::1"):
        await claim(port)


@needs_ipv6
async def test_both_families_are_claimed_and_free_again_at_once(port: int) -> None:
    for _ in range(3):
        claimed = await claim(port)
        names = [found.getsockname()[:2] for found in claimed]
        for found in claimed:
            found.close()
        assert names == [("127.0.0.1", port), ("::1", port)]


@needs_ipv6
def test_a_free_port_is_ours_on_both_families_and_on_no_other_address() -> None:
    claimed = claim_free()
    (first, port), (second, same) = (found.getsockname()[:2] for found in claimed)
    for found in claimed:
        with pytest.raises(OSError, match="in use"):
            listener(found.getsockname()[0], port)
        found.close()
    assert (first, second) == ("127.0.0.1", "::1")
    assert port == same != 3000


async def test_a_failed_claim_keeps_nothing(port: int) -> None:
    with closing(socket.socket()) as silent:  # bound, but answers nobody
        silent.bind(("127.0.0.1", port))
        with pytest.raises(MachineError):
            await claim(port)
    await probe(port)


def test_a_range_that_windows_reserves_is_explained(port: int) -> None:
    forbidden = OSError(errno.EACCES, "forbidden by its access permissions")
    forbidden.winerror = 10013  # type: ignore[attr-defined,unused-ignore]  # Windows only
    error = unavailable(port, "127.0.0.1", forbidden)
    assert error.code == "port-reserved"
    assert "excludedportrange" in error.hint


def test_a_forbidden_port_that_somebody_holds_is_a_taken_port(
    port: int, stranger: subprocess.Popen[str]
) -> None:
    forbidden = OSError(10013, "forbidden by its access permissions")
    assert unavailable(port, "127.0.0.1", forbidden).code == "port-taken"


def test_an_unexpected_refusal_says_what_the_system_said(port: int) -> None:
    error = unavailable(port, "127.0.0.1", PermissionError(errno.EPERM, "Not permitted"))
    assert error.code == "port-unavailable"
    assert "Not permitted" in error.message
