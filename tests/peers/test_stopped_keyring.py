"""A real keyring stopped at each step of storing: the token is kept, or told about."""

import json

import pytest

from tests.conversation import WIZARD, Conversation
from tests.peers.desktop import Desktop
from tests.screen import TerminalScreen

pytestmark = pytest.mark.peer("gnome-keyring", "dbus", "libsecret-tools")

RENEW = [*WIZARD, "renew", "--plain", "--practice"]
KEEP, AGAIN = "Keep this token?", "Store it again?"
FROZEN, KEPT = "Code: keyring-frozen", "The token is in the keyring."
STEPS = pytest.mark.parametrize("member", ["SearchItems", "CreateItem", "GetSecret"])
"""What the keyring is asked while a token is stored: what was there, the storing, the reading back.
"""


def waiting(desktop: Desktop) -> str:
    """Return the new token in the keyring; empty when there is none."""
    secret = desktop.secret("webex-wizard practice", "default/pending")
    return json.loads(secret)["token"] if secret else ""


def came(told: Conversation) -> None:
    told.until("Practice: type p")
    told.answer("p")
    told.until(KEEP)


@STEPS
def test_a_token_is_stored_once_the_keyring_goes_on(unlocked: Desktop, member: str) -> None:
    with Conversation(RENEW, unlocked.env) as told:
        came(told)
        with unlocked.stopped_at(member):
            told.answer("y")
            told.until(FROZEN)
            told.until(AGAIN)
        told.answer("y")
        told.until(KEPT)
        assert waiting(unlocked)


@STEPS
def test_a_token_left_while_the_keyring_is_stopped_is_found_or_told_about(
    unlocked: Desktop, member: str
) -> None:
    with Conversation(RENEW, unlocked.env) as told:
        came(told)
        with unlocked.stopped_at(member):
            told.answer("y")
            told.until(FROZEN)
            told.until(AGAIN)
            told.answer("n")
            told.until("It stays valid until")
            assert told.end() == 1
    with Conversation(RENEW, unlocked.env) as told:
        if waiting(unlocked):
            told.until("A new token from")
            told.until("There is no other token in the keyring.")
            told.until("Go on with it?")
            told.answer("y")
            told.until("A token is in the keyring; 44 days left.")
        elif member == "SearchItems":
            # Nothing was given to the keyring yet.
            told.until("Practice: type p")
        else:
            told.until("did not reach the keyring")
        assert "old one" not in told.output


@STEPS
def test_the_screen_holds_a_token_until_the_keyring_goes_on(unlocked: Desktop, member: str) -> None:
    command = [*WIZARD, "renew", "--practice"]
    with TerminalScreen(command, unlocked.env, size=(110, 40)) as screen:
        screen.until("Understood")
        screen.press("enter")
        screen.until("Waiting for the browser")
        screen.press("f8")
        screen.until("Is this the right account?")
        with unlocked.stopped_at(member):
            screen.press("enter")
            screen.until("The keyring did not answer", "Keep this token")
        screen.press("enter")
        screen.until("Entra's own test will say")
        assert waiting(unlocked)
