"""Tokens go to the system's keyring, and a keyring that is stuck or odd is explained in time."""

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import keyring.errors
import pytest
from pydantic import SecretStr

from tests.sessions import HOSTILE, PLACE, Forgetful, facts, memory_keystore, stored, webex_token
from wizard.errors import KeystoreError
from wizard.store.keyring_call import ASKING
from wizard.store.keystore import LONGEST_SECRET, Keystore, MemoryBackend, Slot, StoredToken


class Raising(MemoryBackend):
    """A keyring that raises."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error

    def delete_password(self, service: str, username: str) -> None:
        raise self.error


class Frozen:
    """A keyring that does not answer before the test ends."""

    def __init__(self) -> None:
        self.thawed = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.thawed.wait(30)

    def get_password(self, service: str, username: str) -> str | None:
        self.thawed.wait(30)
        return None

    def delete_password(self, service: str, username: str) -> None:
        self.thawed.wait(30)


class Small(MemoryBackend):
    """A keyring that takes so many characters and no more."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password) > self.limit:
            raise OSError(1783, "The stub received bad data.")
        super().set_password(service, username, password)


class WindowsError(Exception):
    """An error as pywin32-ctypes raises it."""

    def __init__(self, winerror: int, funcname: str, strerror: str) -> None:
        super().__init__(winerror, funcname, strerror)


def macos_error(number: int) -> Exception:
    """Return an error as keyring raises it on macOS: the number is in its cause."""
    try:
        try:
            raise RuntimeError(number, "Unknown Error")
        except RuntimeError as error:
            raise keyring.errors.PasswordSetError(f"Can't store password: {error}") from error
    except keyring.errors.PasswordSetError as error:
        return error


def out_of(deep: BaseException, kind: type[Exception] = keyring.errors.InitError) -> Exception:
    """Return an error as keyring makes it out of one from below."""
    try:
        try:
            raise deep
        except type(deep) as error:
            raise kind(f"Failed to create the collection: {error}.") from error
    except kind as error:
        return error


class SecretServiceNotAvailableException(Exception):
    """What secretstorage raises when nobody answers on the bus."""


class PromptDismissedException(Exception):
    """What secretstorage raises when the question for a new keyring's password was closed."""


class DBusException(Exception):
    """What dbus-python raises, below KWallet."""


def while_handling(
    earlier: BaseException, error: Exception, *, from_none: bool = False
) -> Exception:
    """Return an error that was raised while another one was handled."""
    try:
        try:
            raise earlier
        except type(earlier):
            if from_none:
                raise error from None
            raise error  # noqa: B904 (as a library does that says nothing of a cause)
    except type(error) as raised:
        return raised


@pytest.fixture
def frozen() -> Iterator[Frozen]:
    backend = Frozen()
    yield backend
    backend.thawed.set()


def memory(backend: MemoryBackend) -> Keystore:
    return Keystore(PLACE, backend=backend)


def everything(keystore: Keystore) -> list[Callable[[], Any]]:
    return [
        keystore.probe,
        lambda: keystore.read("default", Slot.CURRENT),
        lambda: keystore.holds("default", Slot.CURRENT),
        lambda: keystore.write("default", Slot.CURRENT, stored()),
        lambda: keystore.delete("default", Slot.CURRENT),
    ]


async def code_of(call: Callable[[], Any]) -> str:
    with pytest.raises(KeystoreError) as caught:
        await call()
    assert caught.value.hint
    assert caught.value.message.isprintable()
    return caught.value.code


async def test_a_token_comes_back_with_its_facts() -> None:
    keystore, token = memory_keystore(), stored()
    await keystore.write("default", Slot.CURRENT, token)
    assert await keystore.read("default", Slot.CURRENT) == token
    assert await keystore.read("default", Slot.PENDING) is None
    assert await keystore.read("other", Slot.CURRENT) is None


async def test_a_deleted_token_is_gone_and_deleting_again_is_no_error() -> None:
    keystore = memory_keystore(current=stored())
    for _ in range(2):
        await keystore.delete("default", Slot.CURRENT)
        assert not await keystore.holds("default", Slot.CURRENT)


async def test_the_write_test_leaves_nothing_behind() -> None:
    backend = MemoryBackend()
    assert await Keystore(PLACE, backend=backend).probe() == "this process's memory"
    assert vars(backend) == vars(MemoryBackend())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (keyring.errors.KeyringLocked("locked"), "keyring-locked"),
        (keyring.errors.InitError("never opened"), "keyring-locked"),
        (out_of(PromptDismissedException("Prompt dismissed.")), "keyring-locked"),
        (out_of(SecretServiceNotAvailableException("no reply")), "keyring-gone"),
        (out_of(DBusException("org.freedesktop.DBus.Error.ServiceUnknown")), "keyring-gone"),
        (FileNotFoundError(2, "No such file or directory"), "keyring-gone"),
        (ConnectionRefusedError(111, "Connection refused"), "keyring-gone"),
        (ConnectionResetError(104, "Connection reset by peer"), "keyring-gone"),
        (out_of(RuntimeError(-128, "Denied"), keyring.errors.KeyringLocked), "keyring-denied"),
        (WindowsError(1722, "CredRead", "The RPC server is unavailable."), "keyring-gone"),
        (keyring.errors.NoKeyringError("none"), "keyring-missing"),
        (keyring.errors.PasswordSetError("no"), "keyring-refused"),
        (RuntimeError(HOSTILE), "keyring-refused"),
        (OSError(5, "D-Bus is gone"), "keyring-refused"),
        (SystemExit(1), "keyring-refused"),
        (macos_error(-25308), "keyring-locked"),
        (macos_error(-25293), "keyring-refused"),
        (
            WindowsError(1312, "CredRead", "A specified logon session does not exist."),
            "keyring-no-logon",
        ),
        (WindowsError(5, "CredRead", "Access is denied."), "keyring-refused"),
        # Recorded from pywin32-ctypes, which raises its own error in the handling of the system's.
        (
            while_handling(OSError(22, "no"), WindowsError(1312, "CredWrite", "no session")),
            "keyring-no-logon",
        ),
        # KWallet, by what dbus-python and the library say.
        (keyring.errors.PasswordSetError("Cancelled by user"), "keyring-denied"),
        (keyring.errors.PasswordDeleteError("Cancelled by user"), "keyring-denied"),
        (keyring.errors.PasswordDeleteError("Password not found"), "keyring-refused"),
        (out_of(DBusException("org.freedesktop.DBus.Error.UnknownObject")), "keyring-gone"),
        # What came before an error is not what it came from.
        (
            while_handling(
                FileNotFoundError(2, "no keyringrc.cfg"),
                keyring.errors.PasswordSetError("no"),
                from_none=True,
            ),
            "keyring-refused",
        ),
        (
            out_of(
                while_handling(FileNotFoundError(2, "another file"), RuntimeError("no")),
                keyring.errors.PasswordSetError,
            ),
            "keyring-refused",
        ),
        (
            while_handling(
                while_handling(FileNotFoundError(2, "another file"), RuntimeError("no")),
                keyring.errors.PasswordSetError("no"),
            ),
            "keyring-refused",
        ),
    ],
)
async def test_a_keyring_that_fails_is_explained(error: BaseException, code: str) -> None:
    keystore = Keystore(PLACE, backend=Raising(error))
    assert {await code_of(call) for call in everything(keystore)} == {code}


async def test_the_explanation_never_repeats_a_token() -> None:
    token = webex_token()
    keystore = Keystore(PLACE, backend=Raising(RuntimeError(f"could not store {token}")))
    with pytest.raises(KeystoreError) as caught:
        await keystore.write("default", Slot.CURRENT, stored(token))
    assert token not in str(caught.value)


async def test_a_frozen_keyring_is_named_in_time(frozen: Frozen) -> None:
    keystore = Keystore(PLACE, backend=frozen, time_limit=0.05)
    assert {await code_of(call) for call in everything(keystore)} == {"keyring-frozen"}


async def test_a_forgetful_keyring_is_found_out() -> None:
    keystore = Keystore(PLACE, backend=Forgetful())
    assert await code_of(keystore.probe) == "keyring-forgetful"
    assert (
        await code_of(lambda: keystore.write("default", Slot.CURRENT, stored()))
        == "keyring-forgetful"
    )


async def test_a_keyring_that_is_too_small_is_known_before_there_is_a_token() -> None:
    backend = Small(LONGEST_SECRET - 1)
    with pytest.raises(KeystoreError) as caught:
        await memory(backend).probe()
    assert caught.value.code == "keyring-too-small"
    assert "its 1,280 characters; Windows takes 1,280" in caught.value.message
    assert vars(backend) == vars(Small(LONGEST_SECRET - 1))
    assert await memory(Small(LONGEST_SECRET)).probe()


async def test_a_token_that_is_too_long_for_its_keyring_is_told_by_its_size() -> None:
    token = StoredToken(token=SecretStr("x" * LONGEST_SECRET), facts=facts())
    with pytest.raises(KeystoreError) as caught:
        await memory(Small(LONGEST_SECRET)).write("default", Slot.CURRENT, token)
    assert caught.value.code == "keyring-too-small"
    assert caught.value.message.startswith("The keyring did not take the token, probably because")
    assert "xxxx" not in str(caught.value)


@pytest.mark.parametrize(
    ("platform", "command"),
    [("darwin", "security unlock-keychain"), ("linux", "gnome-keyring-daemon --replace --unlock")],
)
async def test_a_locked_keyring_is_told_with_the_command_that_opens_it(
    platform: str, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(KeystoreError) as caught:
        await memory(Raising(macos_error(-25308))).probe()
    assert command in caught.value.hint


@pytest.mark.parametrize(
    ("platform", "error", "code", "words"),
    [
        ("darwin", macos_error(-25291), "keyring-gone", "Sign out of this Mac"),
        ("darwin", macos_error(-25307), "keyring-missing", "login keychain must exist"),
        ("darwin", macos_error(-25244), "keyring-closed-to-us", "Always Allow"),
        ("darwin", macos_error(-25293), "keyring-closed-to-us", "Lock and unlock"),
        ("darwin", macos_error(-67030), "keyring-closed-to-us", "restart this Mac"),
        ("darwin", macos_error(-25308), "keyring-locked", "security unlock-keychain"),
        ("win32", WindowsError(1058, "CredRead", "Disabled."), "keyring-gone", "VaultSvc"),
        ("win32", WindowsError(1312, "CredWrite", "No session."), "keyring-no-logon", "password"),
        ("win32", WindowsError(1062, "CredRead", "Not started."), "keyring-gone", "VaultSvc"),
        ("linux", ConnectionRefusedError(111, "refused"), "keyring-gone", "dbus-run-session"),
    ],
)
async def test_a_keyring_that_does_not_serve_is_told_with_the_way_of_its_platform(
    platform: str, error: Exception, code: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    with pytest.raises(KeystoreError) as caught:
        await memory(Raising(error)).probe()
    assert caught.value.code == code
    assert words in caught.value.hint


class Asking(Frozen):
    """A keyring that answers as soon as its person has answered."""

    __module__ = "keyring.backends.macOS"


async def test_a_keyring_that_asks_the_person_is_waited_for_with_a_word() -> None:
    backend, said = Asking(), list[str]()

    def tell(words: str) -> None:
        said.append(words)
        backend.thawed.set()

    keystore = Keystore(PLACE, backend=backend, time_limit=0.05, tell=tell)
    assert await keystore.read("default", Slot.CURRENT) is None
    assert said == [ASKING]


async def test_a_keyring_that_asks_nobody_is_not_waited_for(frozen: Frozen) -> None:
    said: list[str] = []
    keystore = Keystore(PLACE, backend=frozen, time_limit=0.05, tell=said.append)
    assert await code_of(lambda: keystore.read("default", Slot.CURRENT)) == "keyring-frozen"
    assert said == []


async def test_leaving_while_the_keyring_is_asked_makes_no_noise(frozen: Frozen) -> None:
    asked = asyncio.create_task(Keystore(PLACE, backend=frozen).probe())
    await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)


STUCK = """
import asyncio, sys, threading
from wizard.errors import KeystoreError
from wizard.store.binding import PRACTICE
from wizard.store.keystore import Keystore

class Stuck:
    def set_password(self, service, username, password):
        threading.Event().wait()

try:
    asyncio.run(Keystore(PRACTICE, backend=Stuck(), time_limit=0.05).probe())
except KeystoreError as error:
    print(error.code)
"""


def test_a_stuck_keyring_never_holds_the_exit() -> None:
    run = subprocess.run(
        [sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=30, check=True
    )
    assert (run.stdout, run.stderr) == ("keyring-frozen\n", "")


CHOOSE = """
import asyncio, sys
from wizard.errors import KeystoreError
from wizard.store.binding import PRACTICE
from wizard.store.keystore import Keystore
try:
    print(asyncio.run(Keystore(PRACTICE, allowed=sys.argv[1]).probe()))
except KeystoreError as error:
    print(error.code, error.message, error.hint)
"""


def chosen(backend: str, allowed: str = "") -> str:
    run = subprocess.run(
        [sys.executable, "-c", CHOOSE, allowed],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={"PYTHON_KEYRING_BACKEND": backend, "PYTHONPATH": ".", "PATH": "/usr/bin"},
    )
    return run.stdout


@pytest.mark.parametrize(
    ("backend", "code"),
    [
        ("keyring.backends.null.Keyring", "keyring-forgetful"),
        ("keyring.backends.fail.Keyring", "keyring-missing"),
        ("tests.foreign_keyring.ClearText", "keyring-foreign"),
    ],
)
def test_a_backend_that_is_not_the_systems_own_is_refused(backend: str, code: str) -> None:
    said = chosen(backend)
    assert said.startswith(code)
    if code == "keyring-foreign":
        assert "--allow-keyring tests.foreign_keyring" in said


def test_a_foreign_backend_is_used_when_it_is_permitted_by_name() -> None:
    assert chosen("tests.foreign_keyring.ClearText", "tests.foreign_keyring") == "keyring\n"
    assert chosen("tests.foreign_keyring.ClearText", "tests.other").startswith("keyring-foreign")


def test_a_long_token_with_all_its_facts_fits_into_every_keyring() -> None:
    token = StoredToken(token=SecretStr("x" * 600), facts=facts())
    assert len(token.to_secret()) < LONGEST_SECRET
    assert json.loads(token.to_secret())["facts"]["roles"] == ["id_full_admin"]


def test_facts_that_do_not_fit_are_left_out_and_the_token_is_not() -> None:
    known = facts(
        display_name="Ä" * 300,
        email="x" * 250,
        roles=tuple(f"id_role_{number}" for number in range(100)),
        scopes=tuple(f"scope_{number}" for number in range(100)),
    )
    token = StoredToken(token=SecretStr("x" * 600), facts=known)
    assert len(token.to_secret()) <= LONGEST_SECRET
    back = StoredToken.model_validate_json(token.to_secret())
    assert back.token == token.token
    assert back.facts.is_of_same_token(known)
    assert back.facts.email == "x" * 250


def test_a_token_is_in_no_repr() -> None:
    token = stored()
    assert token.token.get_secret_value() not in f"{token!r} {token} {token.model_dump()}"


@pytest.mark.parametrize(
    "content",
    ["\x00\x01", "{", "5", "null", '{"token": 5}', '{"token": "x"}', "[" * 50_000],
)
async def test_an_entry_that_cannot_be_understood_is_said_and_never_written_over(
    content: str,
) -> None:
    backend = MemoryBackend()
    keystore = Keystore(PLACE, backend=backend)
    for entry in ("default/current", "default/sign-in"):
        backend.set_password("webex-wizard", entry, content)
    for work in (
        keystore.read("default", Slot.CURRENT),
        keystore.write("default", Slot.CURRENT, stored()),
        keystore.read_sign_in("default"),
    ):
        with pytest.raises(KeystoreError) as caught:
            await work
        assert caught.value.code == "keyring-entry-damaged"
    assert backend.get_password("webex-wizard", "default/current") == content
    assert await keystore.holds("default", Slot.CURRENT)
    await keystore.delete("default", Slot.CURRENT)
    assert await keystore.read("default", Slot.CURRENT) is None


async def test_an_entry_of_a_newer_version_is_not_used() -> None:
    backend = MemoryBackend()
    newer = json.loads(stored().to_secret()) | {"version": 2}
    backend.set_password("webex-wizard", "default/current", json.dumps(newer))
    with pytest.raises(KeystoreError) as caught:
        await Keystore(PLACE, backend=backend).read("default", Slot.CURRENT)
    assert caught.value.code == "keyring-entry-newer"
    assert "was written by a newer webex-wizard" in caught.value.message
    assert "Update webex-wizard" in caught.value.hint


def spoilt(place: str, value: object) -> str:
    """Return an entry with another value at a place, or without one there."""
    entry = json.loads(ENTRY)
    *above, last = place.split(".")
    inner = entry
    for name in above:
        inner = inner[name]
    inner[last] = value
    if value is None:
        del inner[last]
    return json.dumps(entry)


ENTRY = stored("secret-token-" + "x" * 60).to_secret()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (ENTRY[:-9], "it is no JSON, or only a part"),
        ("[" * 50_000, "it is no JSON, or only a part"),
        ("5", "it is JSON, but nothing that webex-wizard writes"),
        ("{}", "token is missing"),
        (spoilt("token", None), "token is missing"),
        (spoilt("token", ""), "token is not one"),
        (spoilt("token", "secret-token\nX"), "token is not one"),
        (spoilt("facts", None), "facts is missing"),
        (spoilt("facts.expires_at", None), "facts.expires_at is missing"),
        (spoilt("facts.expires_at", "x"), "facts.expires_at is not one"),
        (spoilt("version", "x"), "version is not one"),
    ],
)
async def test_a_damaged_entry_says_what_is_wrong_and_what_to_do_and_nothing_of_itself(
    content: str, why: str
) -> None:
    backend = MemoryBackend()
    keystore = Keystore(PLACE, backend=backend)
    backend.set_password("webex-wizard", "default/current", content)
    with pytest.raises(KeystoreError) as caught:
        await keystore.read("default", Slot.CURRENT)
    error = caught.value
    assert error.message.startswith(
        f"The current token of the profile default is in the keyring, but damaged: {why}. "
    )
    assert "forget --keep-profile" in error.hint
    assert "secret-token" not in f"{error!r} {error.__cause__!r} {vars(error)}"
    backend.set_password("webex-wizard", "default/sign-in", content)
    with pytest.raises(KeystoreError) as caught:
        await keystore.read_sign_in("default")
    assert "Sign in to Microsoft again" in caught.value.hint
    assert "in Webex" not in caught.value.hint


@pytest.mark.parametrize("system", ["linux", "darwin"])
async def test_what_was_told_no_is_not_called_locked(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    denied = out_of(RuntimeError(-128, "Denied"), keyring.errors.KeyringLocked)
    keystore = Keystore(PLACE, backend=Raising(denied))
    assert {await code_of(call) for call in everything(keystore)} == {"keyring-denied"}
