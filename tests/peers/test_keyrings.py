"""The keystore on a real gnome-keyring, in every state it can be found in."""

import json
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conversation import WIZARD, Conversation, environment
from tests.peers.desktop import Desktop

pytestmark = pytest.mark.peer("gnome-keyring", "dbus", "libsecret-tools")

PROBE = """
import asyncio, json, sys, time
from wizard.errors import WizardError
from wizard.store.binding import PRACTICE
from wizard.store.keystore import Keystore
began = time.monotonic()
try:
    said = {"name": asyncio.run(Keystore(PRACTICE, allowed=sys.argv[1]).probe())}
except WizardError as error:
    said = {"code": error.code, "message": error.message, "hint": error.hint}
print(json.dumps({"seconds": time.monotonic() - began, **said}))
"""

ASKED = """
import asyncio
from wizard.store.binding import PRACTICE
from wizard.errors import WizardError
from wizard.store.keystore import Keystore
try:
    tell = lambda words: print(words, flush=True)
    asyncio.run(Keystore(PRACTICE, time_limit=1, tell=tell).probe())
except WizardError as error:
    print(error.code)
"""

CLEAR_TEXT = """
from keyring.backend import KeyringBackend
class Keyring(KeyringBackend):
    priority = 9
    kept = {}
    def get_password(self, service, username):
        return self.kept.get((service, username))
    def set_password(self, service, username, password):
        self.kept[service, username] = password
    def delete_password(self, service, username):
        del self.kept[service, username]
"""

NO_SERVICES = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""


def probe(env: dict[str, str], allowed: str = "") -> dict[str, str]:
    """Probe the keystore in a process of its own; it must end within ten seconds."""
    ran = subprocess.run(
        [sys.executable, "-P", "-c", PROBE, allowed],
        env=env,
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    said: dict[str, str] = json.loads(ran.stdout)
    return said


def commands_in(hint: str) -> list[str]:
    """Return the lines of a hint that are to be typed."""
    return [line.strip() for line in hint.splitlines() if line.startswith("  ")]


def typed(shell: list[str], env: dict[str, str], lines: str) -> str:
    """Return what a shell prints while lines are typed into it."""
    with tempfile.TemporaryFile("w+") as output:  # the daemon, which stays, would hold a pipe open
        subprocess.run(
            shell, env=env, input=lines, stdout=output, stderr=output, text=True, check=True,
            timeout=30,
        )  # fmt: skip
        output.seek(0)
        return output.read()


def test_an_open_keyring_keeps_and_gives_back(unlocked: Desktop) -> None:
    assert "GNOME Keyring" in probe(unlocked.env)["name"]


def test_the_write_test_leaves_nothing_behind(unlocked: Desktop) -> None:
    probe(unlocked.env)
    left = subprocess.run(
        ["secret-tool", "search", "--all", "service", "webex-wizard"],
        env=unlocked.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    assert "write-test" not in left.stdout + left.stderr


def test_a_locked_keyring_is_named_with_the_way_to_unlock_it(unlocked: Desktop) -> None:
    unlocked.lock()
    said = probe(unlocked.env)
    assert said["code"] == "keyring-locked"
    assert "gnome-keyring-daemon --replace --unlock" in said["hint"]


def test_a_keyring_that_was_never_opened_is_locked(desktop: Desktop) -> None:
    desktop.start_keyring(None)
    assert probe(desktop.env)["code"] == "keyring-locked"


def test_a_keyring_that_asks_in_a_window_is_waited_for_with_a_word(unlocked: Desktop) -> None:
    unlocked.lock()
    command = [sys.executable, "-P", "-c", ASKED]
    with unlocked.prompter() as take_away, Conversation(command, unlocked.env) as told:
        told.until("it may be asking you in a window of its own")
        take_away()
        told.until("keyring-locked")
        assert told.end() == 0


def test_a_keyring_that_was_locked_opens_by_the_words_it_is_told_with(unlocked: Desktop) -> None:
    unlocked.lock()
    hint = probe(unlocked.env)["hint"]
    (command,) = commands_in(hint)
    typed(["bash"], unlocked.env, f"{command}\nthe login password\n")
    assert "name" in probe(unlocked.env)


def test_a_keyring_made_by_the_words_over_ssh_is_that_of_the_desktop(tmp_path: Path) -> None:
    """Followed to the letter: a bus of its own, and the password without an end of line."""
    env = environment(tmp_path)
    bus, command = commands_in(probe(env)["hint"])
    program = f"{sys.executable} -P -c {shlex.quote(PROBE)} ''"
    for _ in range(2):  # the first password makes the keyring, the second opens it
        said = typed(shlex.split(bus), env, f"{command}\nthe login password\n{program}\n")
        assert "GNOME Keyring" in said
    with Desktop(tmp_path) as desktop:
        desktop.start_keyring("the login password")
        assert "name" in probe(desktop.env)


def test_a_frozen_daemon_is_not_waited_for(unlocked: Desktop) -> None:
    assert unlocked.daemon is not None
    unlocked.daemon.send_signal(signal.SIGSTOP)
    said = probe(unlocked.env)
    assert said["code"] == "keyring-frozen"
    assert "stuck" in said["hint"]


@pytest.mark.parametrize("command", ["renew", "setup"])
def test_a_frozen_keyring_ends_the_program_before_a_link_is_shown(
    command: str, unlocked: Desktop
) -> None:
    assert unlocked.daemon is not None
    unlocked.daemon.send_signal(signal.SIGSTOP)
    with Conversation([*WIZARD, command, "--plain", "--no-browser"], unlocked.env) as told:
        if command == "setup":
            told.until("Code: keyring-frozen", limit=10)
            told.until("Enter goes on:", limit=30)
            told.answer("")
            told.until("Organization ID:")
            told.answer("2f6b1c9e-5a3d-4d70-9c1b-7e08d4a1f235")
        told.until("Keep the token for this session only?", limit=30)
        told.answer("")
        told.until("Code: keyring-frozen", limit=10)
        assert told.end(limit=10) == 1
        assert "response_type" not in told.output


WATCHED = """
import asyncio, sys
from wizard.errors import WizardError
from wizard.store.binding import PRACTICE
from wizard.store.keystore import Keystore, Slot
store = Keystore(PRACTICE)
async def main():
    for _ in range(2):
        try:
            print(await store.read("nobody", Slot.CURRENT), flush=True)
        except WizardError as error:
            print(error.code, error.hint, flush=True)
        sys.stdin.readline()
asyncio.run(main())
"""


@pytest.mark.parametrize("what", ["daemon", "bus"])
def test_a_keyring_that_died_meanwhile_is_not_called_locked(tmp_path: Path, what: str) -> None:
    configuration = tmp_path / "bus.conf"
    configuration.write_text(NO_SERVICES)
    with Desktop(tmp_path / "home", configuration) as desktop:
        desktop.start_keyring("the login password")
        assert desktop.daemon is not None
        command = [sys.executable, "-P", "-c", WATCHED]
        with Conversation(command, desktop.env) as told:
            told.until("None")
            desktop.daemon.kill() if what == "daemon" else desktop.end_bus()
            desktop.daemon.wait()
            told.answer("")
            told.until("keyring-gone", "keyring-locked")
            assert "keyring-gone" in told.output
            assert "dbus-run-session" in told.output


def test_a_machine_without_a_bus_has_no_keyring(tmp_path: Path) -> None:
    said = probe(environment(tmp_path))
    assert said["code"] == "keyring-missing"
    assert "never written to a file" in said["message"]


def test_a_bus_that_has_gone_means_no_keyring(tmp_path: Path) -> None:
    address = f"unix:path={tmp_path / 'gone'}"
    said = probe(environment(tmp_path, DBUS_SESSION_BUS_ADDRESS=address))
    assert said["code"] == "keyring-missing"


def test_a_bus_without_a_secret_service_means_no_keyring(tmp_path: Path) -> None:
    configuration = tmp_path / "bus.conf"
    configuration.write_text(NO_SERVICES)
    with Desktop(tmp_path / "home", configuration) as desktop:
        assert probe(desktop.env)["code"] == "keyring-missing"


def test_the_null_keyring_is_called_forgetful(unlocked: Desktop) -> None:
    env = unlocked.env | {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    said = probe(env)
    assert said["code"] == "keyring-forgetful"
    assert "PYTHON_KEYRING_BACKEND" in said["hint"]


def test_a_foreign_keyring_is_refused_until_it_is_permitted_by_name(
    unlocked: Desktop, tmp_path: Path
) -> None:
    (tmp_path / "plaintext.py").write_text(CLEAR_TEXT)
    env = unlocked.env | {
        "PYTHON_KEYRING_BACKEND": "plaintext.Keyring",
        "PYTHONPATH": str(tmp_path),
    }
    said = probe(env)
    assert said["code"] == "keyring-foreign"
    assert "plaintext" in said["message"]
    assert "--allow-keyring plaintext" in said["hint"]
    assert "name" in probe(env, allowed="plaintext")
