"""The token is in the keyring and nowhere else, through crashes, mistakes and logs of keys."""

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.conversation import WIZARD, Conversation
from tests.peers.desktop import Desktop
from tests.screen import TerminalScreen

pytestmark = [
    pytest.mark.peer("gnome-keyring", "dbus", "libsecret-tools"),
    pytest.mark.skipif(
        not Path("/proc/self/environ").exists(), reason="this system tells nothing of a process"
    ),
]

ROOT = Path(__file__).parents[2]
WITH_CORES = ("/bin/sh", "-c", 'ulimit -c unlimited; exec "$@"', "sh")
BROKEN = (*WITH_CORES, sys.executable, "-m", "tests.broken")
LINE = "webex-wizard met a mistake of its own: LookupError at "

STEPS = (
    ("Check again", ("enter",)),
    ("Organization ID:", ("enter",)),
    ("Waiting for the browser", ("f8",)),
    ("Is this the right account?", ("enter",)),
    ("Entra's own test should say: success", ("enter",)),
    ("Nobody is signed in.", ("f7",)),
    ("Cisco Webex is in your list of", ("enter",)),
    ("the credentials are saved", ("enter",)),
    ("Failures are mailed, and the", ()),
)
"""What the screens say up to where Entra has the token, and the keys that go on."""


def test_the_token_is_in_no_file_core_log_argument_environment_or_stream(
    unlocked: Desktop,
) -> None:
    log = unlocked.home / "keys.log"
    unlocked.env |= {"TEXTUAL": "devtools,debug", "TEXTUAL_LOG": str(log), "PYTHONPATH": str(ROOT)}
    streams = [_set_up_and_abort(unlocked)]
    token = json.loads(unlocked.secret("webex-wizard practice", "default/current"))["token"]
    streams += [
        _mistake_in_the_screens(unlocked),
        _mistake_in_prompts(unlocked),
        _mistake_in_a_command(unlocked),
    ]
    for stream in streams:
        assert token not in stream
    assert not log.exists()
    assert not unlocked.files_with(token)
    assert not [file for file in unlocked.home.rglob("*") if file.name.startswith("core")]


def _set_up_and_abort(desktop: Desktop) -> str:
    """Walk the setup until Entra has the token, let everything crash, and return all it showed.

    What it was started with, and its processes too, is among that.
    """
    here = Path.cwd()
    os.chdir(desktop.home)  # where a core would be
    try:
        command = [*WITH_CORES, *WIZARD, "--practice"]
        with TerminalScreen(command, desktop.env, size=(110, 40)) as screen:
            screen.until("Set up provisioning", "Test the connection")
            screen.press("enter")
            for marker, keys in STEPS:
                screen.until(marker)
                screen.press(*keys)
            processes = [screen.pid, *_children(screen.pid)]
            assert len(processes) > 1  # the practice tenants
            given = "".join(
                Path(f"/proc/{pid}/{name}").read_text(errors="replace")
                for pid in processes
                for name in ("cmdline", "environ")
            )
            for pid in reversed(processes):
                os.kill(pid, signal.SIGABRT)
            assert screen.exit_code() == -signal.SIGABRT
            return given + screen.raw.decode("utf-8", "replace")
    finally:
        os.chdir(here)


def _mistake_in_the_screens(desktop: Desktop) -> str:
    command = [*BROKEN, "wizard.steps.connection:target_of", "--practice"]
    with TerminalScreen(command, desktop.env, size=(200, 40)) as screen:
        screen.until("Set up provisioning", "Test the connection")
        # From the profile past what sets it up, a new one, and the renewal.
        screen.press("down", "down", "down", "down", "enter")
        assert screen.exit_code() == 1
        shown = screen.raw.decode("utf-8", "replace")
        assert shown.count(LINE) == 1
        return shown


def _mistake_in_prompts(desktop: Desktop) -> str:
    command = [*BROKEN, "wizard.steps.connection:target_of", "setup", "--plain", "--practice"]
    with Conversation(command, desktop.env) as told:
        for number in (8, 7, 6, 5):
            told.until(f"Step {number} of 17")
            told.answer("b")
        told.until("Step 4 of 17")
        told.until("Enter tests again:")
        told.answer("")
        assert told.end() == 1
        assert told.output.count(LINE) == 1
        return told.output


def _mistake_in_a_command(desktop: Desktop) -> str:
    command = [*BROKEN, "wizard.commands.test:target_of", "test", "--practice"]
    with Conversation(command, desktop.env) as told:
        assert told.end() == 4  # it has found nothing
        assert told.output.count(LINE) == 1
        return told.output


def _children(pid: int) -> list[int]:
    files = Path(f"/proc/{pid}/task").glob("*/children")  # each thread has its own
    return [int(child) for file in files for child in file.read_text().split()]
