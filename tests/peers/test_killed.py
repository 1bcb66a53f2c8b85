"""`kill -9` at every question: the next start goes on there, and the keyring has lost nothing."""

import json
from itertools import zip_longest

import pytest

from tests.conversation import WIZARD, Conversation
from tests.peers.desktop import Desktop

pytestmark = pytest.mark.peer("gnome-keyring", "dbus", "libsecret-tools")

SETUP = [*WIZARD, "setup", "--plain", "--practice"]
RENEW = [*WIZARD, "renew", "--plain", "--practice"]
SERVICE = "webex-wizard practice"
SIGN_IN = "Practice: type p"
CONFIRM = "Done? "
REPORT = "Save the report"

BY_HAND = "; or: hand,"
"""Said of the Microsoft sign-in, whether Enter signs in or goes on."""
KEEP = ("Keep this token?", "y")
STEPS = (
    ("Step 1 of 17", (("Enter goes on:", ""),)),
    ("Step 2 of 17", (("Organization ID (Enter takes", ""),)),
    ("Step 3 of 17", ((SIGN_IN, "p"), ("Keep this token?", "y"))),
    ("Step 5 of 17", ((BY_HAND, "hand"),)),
    ("Step 6 of 17", ((CONFIRM, "y"),)),
    ("Step 7 of 17", ((CONFIRM, "y"),)),
    ("Step 8 of 17", ((CONFIRM, "y"),)),
    ("Step 9 of 17", (("Enter keeps it", ""),)),
    ("Step 10 of 17", ((CONFIRM, "y"),)),
    ("Step 11 of 17", ((CONFIRM, "y"),)),
    ("Step 12 of 17", ((CONFIRM, "y"),)),
    ("Step 13 of 17", (("Enter skips", ""),)),
    ("Step 14 of 17", ((CONFIRM, "y"),)),
    ("Step 15 of 17", ((CONFIRM, "y"),)),
    ("Step 16 of 17", ((CONFIRM, "y"),)),
    ("Step 17 of 17", ((REPORT, "y"),)),
)
"""The steps that ask, their questions, and the answers; the fourth step asks nothing."""


def kept(desktop: Desktop, slot: str) -> str:
    """Return the token in one place of the keyring; empty when there is none."""
    secret = desktop.secret(SERVICE, f"default/{slot}")
    return json.loads(secret)["token"] if secret else ""


def answer(told: Conversation, *answers: tuple[str, str]) -> None:
    for question, text in answers:
        told.until(question)
        told.answer(text)


def killed_at(told: Conversation, question: str) -> None:
    told.until(question)
    told.kill()


def test_a_setup_goes_on_where_it_was_killed(unlocked: Desktop) -> None:
    tokens = []
    for (here, answers), following in zip_longest(STEPS, STEPS[1:]):
        with Conversation(SETUP, unlocked.env) as told:
            told.until("Step ")
            told.until(here.removeprefix("Step "))
            assert told.output.count("Step ") == 1
            answer(told, *answers)
            if following is None:
                assert told.end() == 0
                assert "The setup is done by your word." in told.output
            else:
                told.until(following[0])
                killed_at(told, following[1][0][0])
        tokens.append(kept(unlocked, "current"))
        assert unlocked.files_with("_PF84_") == []
    assert tokens[:2] == ["", ""]
    assert tokens[2]
    assert set(tokens[2:]) == {tokens[2]}


def test_a_setup_killed_while_a_token_is_judged_or_tested_loses_nothing(
    unlocked: Desktop,
) -> None:
    with Conversation(SETUP, unlocked.env) as told:
        answer(told, *STEPS[0][1], *STEPS[1][1], STEPS[2][1][0])
        killed_at(told, "Keep this token?")
    assert kept(unlocked, "current") == ""
    with Conversation(SETUP, unlocked.env) as told:
        told.until("Step 3 of 17")
        answer(told, *STEPS[2][1])
        killed_at(told, "Step 4 of 17")
    token = kept(unlocked, "current")
    assert token
    with Conversation(SETUP, unlocked.env) as told:
        told.until("Step 4 of 17")
        told.until("Step 5 of 17")
        assert "Step 3 of 17" not in told.output
    assert kept(unlocked, "current") == token
    assert unlocked.files_with("_PF84_") == []


def renewed(desktop: Desktop, *, knows_organization: bool = False) -> str:
    """Renew without an accident; return the token in force."""
    with Conversation(RENEW, desktop.env) as told:
        if not knows_organization:
            answer(told, *STEPS[1][1])
        answer(told, (SIGN_IN, "p"), KEEP, (BY_HAND, "hand"), (CONFIRM, "y"), (REPORT, "n"))
        assert told.end() == 0
    return kept(desktop, "current")


def test_a_renewal_goes_on_where_it_was_killed(unlocked: Desktop) -> None:
    old = renewed(unlocked)
    with Conversation(RENEW, unlocked.env) as told:
        killed_at(told, SIGN_IN)
    assert (kept(unlocked, "current"), kept(unlocked, "pending")) == (old, "")

    with Conversation(RENEW, unlocked.env) as told:
        answer(told, (SIGN_IN, "p"), KEEP)
        killed_at(told, "Step 2 of 5")
    new = kept(unlocked, "pending")
    assert new not in {"", old}
    with Conversation(RENEW, unlocked.env) as told:
        killed_at(told, "Go on with it?")
    with Conversation(RENEW, unlocked.env) as told:
        answer(told, ("Go on with it?", "y"))
        told.until("Step 3 of 5")
        answer(told, (BY_HAND, "hand"))
        killed_at(told, CONFIRM)
    assert (kept(unlocked, "current"), kept(unlocked, "pending")) == (old, new)

    with Conversation(RENEW, unlocked.env) as told:
        answer(told, ("Go on with it?", "y"))
        told.until("Step 4 of 5")
        answer(told, (CONFIRM, "y"))
        told.until("The old token is revoked.")
        killed_at(told, REPORT)
    slots = {slot: kept(unlocked, slot) for slot in ("current", "pending", "retired")}
    assert slots == {"current": new, "pending": "", "retired": ""}
    assert unlocked.files_with("_PF84_") == []


def test_a_waiting_token_can_be_thrown_away_and_the_old_one_stays(unlocked: Desktop) -> None:
    old = renewed(unlocked)
    with Conversation(RENEW, unlocked.env) as told:
        answer(told, (SIGN_IN, "p"), KEEP, (BY_HAND, "hand"))
        killed_at(told, CONFIRM)
    with Conversation(RENEW, unlocked.env) as told:
        answer(told, ("Go on with it?", "n"), ("Throw it away?", "y"))
        told.until("revoked")
        killed_at(told, SIGN_IN)
    assert (kept(unlocked, "current"), kept(unlocked, "pending")) == (old, "")


def test_forgetting_empties_the_keyring(unlocked: Desktop) -> None:
    renewed(unlocked)
    with Conversation([*WIZARD, "forget", "--practice", "--yes"], unlocked.env) as told:
        assert told.end() == 0
        assert "The current token is revoked." in told.output
    assert {kept(unlocked, slot) for slot in ("current", "pending", "retired")} == {""}


def test_a_keyring_locked_in_the_middle_ends_the_setup_which_then_goes_on(
    unlocked: Desktop,
) -> None:
    with Conversation(SETUP, unlocked.env) as told:
        answer(told, *STEPS[0][1], *STEPS[1][1], *STEPS[2][1])
        told.until("Step 5 of 17")
        told.until(BY_HAND)
        told.answer("b")
        told.until("Enter tests again:")
        unlocked.lock()
        told.answer("")
        told.until("Code: keyring-locked")
        assert told.end() == 1
