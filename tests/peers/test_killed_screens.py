"""The screens killed with -9 in every step: the next start goes on there, and no secret is lost."""

import json

import pytest

from tests.conversation import WIZARD
from tests.peers.desktop import Desktop
from tests.screen import TerminalScreen

STEPS = (
    ("Check again", ("enter",)),
    ("Organization ID:", ("enter",)),
    ("Waiting for the browser", ("f8",)),
    ("Entra's own test should say: success", ("enter",)),
    ("Nobody is signed in.", ("f7",)),
    ("your list of enterprise applications", ("enter",)),
    ("the credentials are saved", ("enter",)),
    ("the deletion limit is on", ("enter",)),
    ("From Entra: [userPrincipalName]", ("enter",)),
    ("65 in scope, 0 out", ("enter",)),
    ("One test user is assigned", ("enter",)),
    ("The scope is set", ("enter",)),
    ("A preview tells from both directories", ("tab", "tab", "enter")),
    ("arrived in Webex with the right values", ("enter",)),
    ("Provisioning is on", ("enter",)),
    ("The first cycle is complete", ("enter",)),
    ("What to do next:", ()),
)
"""What each step's screen says, and the keys that finish it."""


@pytest.mark.peer("gnome-keyring", "dbus", "libsecret-tools")
def test_every_step_is_resumed_after_kill_9_and_no_secret_is_lost(unlocked: Desktop) -> None:
    token = ""
    for place, (marker, keys) in enumerate(STEPS):
        # As wide as a screen is without the help at its right, which would cut its lines.
        with TerminalScreen([*WIZARD, "--practice"], unlocked.env, size=(109, 40)) as screen:
            screen.until("Set up provisioning", "Test the connection")
            screen.press("enter")
            screen.until(marker)
            screen.press(*keys)
            if "f8" in keys:
                screen.until("Is this the right account?")
                screen.press("enter")
            if keys:
                screen.until(STEPS[place + 1][0])
            screen.kill()
        if place >= 2:
            found = json.loads(unlocked.secret("webex-wizard practice", "default/current"))
            token = token or found["token"]
            assert found["token"] == token
            assert not unlocked.files_with(token)
