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
STEPS = pytest.mark.parametrize(
    ("member", "times"),
    [("SearchItems", 1), ("SearchItems", 2), ("CreateItem", 1), ("SearchItems", 3)],
)
"""What the keyring is asked while a token is stored: what was there, the storing, the reading back.
"""


def waiting(desktop: Desktop) -> str:
    """Return the new token in the keyring; empty when there is none."""
    secret = desktop.secret("webex-wizard practice", "default/pending")
    return json.loads(secret)["token"] if secret else ""


def came(told: Conversation) -> None:
    told.until("Organization ID")
    told.answer("")
    told.until("Practice: type p")
    told.answer("p")
    told.until(KEEP)


@STEPS
def test_a_token_is_stored_once_the_keyring_goes_on(
    unlocked: Desktop, member: str, times: int
) -> None:
    with Conversation(RENEW, unlocked.env) as told:
        came(told)
        with unlocked.stopped_at(member, times):
            told.answer("y")
            # The answer to the last call may be out before the keyring stops.
            if told.until(FROZEN, KEPT) == FROZEN:
                told.until(AGAIN)
        if AGAIN in told.output:
            told.answer("y")
            told.until(KEPT)
        assert waiting(unlocked)


@STEPS
def test_a_token_left_while_the_keyring_is_stopped_is_found_or_told_about(
    unlocked: Desktop, member: str, times: int
) -> None:
    with Conversation(RENEW, unlocked.env) as told:
        came(told)
        with unlocked.stopped_at(member, times):
            told.answer("y")
            if told.until(FROZEN, KEPT) == FROZEN:
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
        else:
            # Either nothing was given to the keyring, or it is told that it did not arrive.
            told.until("Practice: type p", "did not reach the keyring")
        assert "old one" not in told.output


@STEPS
def test_the_screen_holds_a_token_until_the_keyring_goes_on(
    unlocked: Desktop, member: str, times: int
) -> None:
    stopped, kept = "The keyring did not answer", "Entra's own test should say"
    with TerminalScreen([*WIZARD, "renew", "--practice"], unlocked.env, size=(110, 40)) as screen:
        screen.until("Understood")
        screen.press("enter")
        screen.until("Organization ID")
        screen.press("enter")
        screen.until("Waiting for the browser")
        screen.press("f8")
        screen.until("Is this the right account?")
        with unlocked.stopped_at(member, times):
            screen.press("enter")
            asked_again = stopped in screen.until_any(stopped, kept)
        if asked_again:
            screen.press("enter")
            screen.until(kept)
        assert waiting(unlocked)
