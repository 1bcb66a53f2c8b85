"""The practice tenant of a module, well-behaved again before each test."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring

from tests.conversation import environment
from tests.foreign_keyring import Filed
from tests.moments import Moment, copied, moments_of, remade
from tests.practice_here import PracticeHere
from tests.running import do, have, have_sign_in
from wizard.options import Options
from wizard.steps.remembered import Remembered
from wizard.workspace import Workspace, open_workspace

_ASSIGNED = "a setup up to the assignment"


@pytest.fixture(scope="module")
def running() -> Iterator[PracticeHere]:
    with PracticeHere() as tenant:
        yield tenant


@pytest.fixture
def tenant(running: PracticeHere) -> Iterator[PracticeHere]:
    running.forget_requests()
    yield running
    running.behave()


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the environment of a program at prompts, in a process of its own or in this one."""
    own = environment(
        tmp_path / "home",
        WEBEX_WIZARD_HOME=str(tmp_path / "settings"),
        PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
    )
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.chdir(own["HOME"])
    return own


@contextmanager
def _meeting(kept: KeyringBackend) -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(kept)
    yield
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """Let commands in this process find no keyring, whatever this machine has."""
    with _meeting(Keyring()):  # type: ignore[no-untyped-call]  # it has no types
        yield


@pytest.fixture
def filed() -> Iterator[None]:
    """Let the keyring of commands in this process be a file, `KEPT_IN`."""
    with _meeting(Filed()):
        yield


@pytest.fixture(scope="module")
def _new(running: PracticeHere) -> bytes:
    _ = running.transport.tenants.scim  # made once, not in each copy
    return copied(running.transport.tenants)


@pytest.fixture
def fresh(running: PracticeHere, _new: bytes) -> PracticeHere:
    """The same, in which nobody has done anything yet."""
    running.transport.tenants = remade(_new)
    return running


@pytest.fixture
async def space(
    fresh: PracticeHere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Workspace]:
    """A practice of this process whose steps are done, once, up to the assignment of somebody."""
    monkeypatch.setenv("WEBEX_WIZARD_HOME", str(tmp_path))
    fresh.transport.is_open = True  # a command ends what its workspace started
    start = lambda *_: (fresh, partial(fresh.connect, retries=False))  # noqa: E731 - typed there
    space = await open_workspace(Options(practice=True), start=start)
    space.keystore.keep_in_memory(on=True)
    known = moments_of(fresh)
    if _ASSIGNED in known:
        fresh.transport.tenants, space.keystore = known[_ASSIGNED].again(tmp_path)
        space.remembered = Remembered(space.tenant, space.keystore)
        await have_sign_in(space)
    else:
        await have(space, "organization", "token")
        await have_sign_in(space)
        for step in ("application", "credentials", "notification", "assignment"):
            await do(space, step)
        known[_ASSIGNED] = Moment.of((fresh.transport.tenants, space.keystore), tmp_path)
    yield space
    space.close()
