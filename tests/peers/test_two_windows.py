"""A setup left open beside a renewal in another process, with a real keyring."""

import json

import pytest

from tests.conversation import WIZARD, Conversation
from tests.peers.desktop import Desktop
from tests.peers.test_killed import (
    BY_HAND,
    CONFIRM,
    KEEP,
    RENEW,
    SERVICE,
    SETUP,
    SIGN_IN,
    STEPS,
    answer,
    kept,
    killed_at,
    renewed,
)

pytestmark = pytest.mark.peer("gnome-keyring", "dbus", "libsecret-tools")


def status(desktop: Desktop) -> dict[str, object]:
    """Return what status says of the only profile."""
    with Conversation([*WIZARD, "status", "--practice", "--json"], desktop.env) as told:
        told.end()
        (found,) = json.loads(told.output[told.output.index("{") :])["profiles"]
    return found  # type: ignore[no-any-return]  # JSON


def expires_at(desktop: Desktop, slot: str = "current") -> str:
    """Return when the token in the keyring ends."""
    secret = desktop.secret(SERVICE, f"default/{slot}")
    assert secret
    ends: str = json.loads(secret)["facts"]["expires_at"]
    return ends.replace("Z", "+00:00")


def left_open(setup: Conversation) -> None:
    """Walk the Webex half, and stop before the application is confirmed."""
    for _, answers in STEPS[:4]:
        answer(setup, *answers)
    setup.until(CONFIRM)


def gone_on(setup: Conversation) -> None:
    """Confirm what is left, to the end."""
    setup.answer("y")
    for _, answers in STEPS[5:]:
        answer(setup, *answers)
    assert setup.end() == 0
    assert "The setup is done by your word." in setup.output


def test_a_setup_left_open_agrees_with_a_renewal_in_another_process(unlocked: Desktop) -> None:
    with Conversation(SETUP, unlocked.env) as setup:
        left_open(setup)
        old = kept(unlocked, "current")
        new = renewed(unlocked, knows_organization=True)
        assert new not in {"", old}
        gone_on(setup)
    assert kept(unlocked, "current") == new
    found = status(unlocked)
    assert found["expires_at"] == expires_at(unlocked)
    assert found["steps_done"] == 16
    assert not found["renewal_waiting"]


def test_a_renewal_cut_off_beside_a_setup_goes_on_and_agrees(unlocked: Desktop) -> None:
    with Conversation(SETUP, unlocked.env) as setup:
        left_open(setup)
        old = kept(unlocked, "current")
        with Conversation(RENEW, unlocked.env) as told:
            answer(told, (SIGN_IN, "p"), KEEP, (BY_HAND, ""))
            killed_at(told, CONFIRM)
        assert kept(unlocked, "current") == old
        waiting = kept(unlocked, "pending")
        assert waiting not in {"", old}
        gone_on(setup)
    found = status(unlocked)
    assert found["expires_at"] == expires_at(unlocked)
    assert found["renewal_waiting"]
    assert kept(unlocked, "pending") == waiting
    with Conversation(RENEW, unlocked.env) as told:
        answer(told, ("Go on with it?", "y"), (CONFIRM, "y"), ("Save the report", "n"))
        assert told.end() == 0
    assert kept(unlocked, "current") == waiting
    assert status(unlocked)["expires_at"] == expires_at(unlocked)
