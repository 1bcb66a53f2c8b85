"""Where no keyring can be used, the token is kept for one session, when somebody wants that."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conversation_here import OPENING, ConversationHere
from tests.flows.test_plain import ANSWERS, RENEW, SETUP, SIGN_IN, answered
from tests.sessions import memory_keystore, tools
from tests.sessions import stored as stored_token
from wizard.options import Options
from wizard.store.binding import PRACTICE
from wizard.store.keystore import Keystore, Slot
from wizard.store.profiles import Profile, ProfileStore
from wizard.workspace import Workspace

pytestmark = [pytest.mark.usefixtures("env", "no_keyring"), pytest.mark.port_3000]

OFFER = "Keep the token for this session only? [y/N]"
TOLD = ("gnome-keyring-daemon --replace --unlock", OFFER)


async def real(options: Options, tell: Callable[[str], None]) -> Workspace:
    """Open a practice that asks this machine's keyring, and does not go on without it unasked."""
    space = await OPENING(options, tell)
    return replace(space, keystore=Keystore(PRACTICE), keeps_secrets=True)


def stored(folder: Path) -> Profile:
    profile = ProfileStore(folder / "settings" / "practice").load("default")
    assert profile is not None
    return profile


def test_a_token_for_one_session_is_asked_for_told_of_and_wanted_anew_each_time(
    tmp_path: Path,
) -> None:
    with ConversationHere(SETUP, opening=real) as told:
        answered(told, *ANSWERS[:2], ("Step 3", *TOLD[:1], ""))
        assert told.end() == 1, "Enter keeps no token anywhere"
        assert "nothing is stored here, and a renewal will need a new sign-in" in told.output
        assert "Code: keyring-missing" in told.output
    with ConversationHere(SETUP, opening=real) as told:
        answered(told, (*TOLD, "y"), ("", "Practice: type p", "p"), ANSWERS[3])
        answered(told, ("the memory of this program only", SIGN_IN, "hand"))
        answered(told, ANSWERS[5], ANSWERS[6], ("Step 8", "Done?", "q"))
        assert told.end() == 130
    profile = stored(tmp_path)
    assert profile.token is not None
    assert profile.token.in_memory
    with ConversationHere(RENEW, opening=real) as told:
        answered(told, (*TOLD, "y"), ("", "Practice: type p", "p"), ANSWERS[3])
        answered(told, ("Step 3 of 5", "Enter goes on", "hand"), ("", "Done?", "y"))
        answered(told, ("By your word, Entra has the new token", "Save the report", "n"))
        assert told.end() == 0


def test_a_profile_whose_token_a_keyring_should_hold_is_not_offered_to_do_without(
    tmp_path: Path,
) -> None:
    with ConversationHere(SETUP, opening=real) as told:
        answered(told, *ANSWERS[:2], (*TOLD, "y"), ("", "Practice: type p", "p"), ANSWERS[3])
        told.until("Step 5")
    profile = stored(tmp_path)
    assert profile.token is not None
    kept = profile.token.model_copy(update={"in_memory": False})
    ProfileStore(tmp_path / "settings" / "practice").save(
        profile.model_copy(update={"token": kept})
    )
    with ConversationHere(RENEW, opening=real) as told:
        assert told.end() == 1
        assert "Code: keyring-missing" in told.output
        assert OFFER not in told.output


async def test_each_profile_keeps_its_token_where_somebody_chose(tmp_path: Path) -> None:
    keystore = memory_keystore(current=stored_token())
    space = tools(keystore, profiles=ProfileStore(tmp_path))
    first, other = space.work_on("first"), "default"
    space.keep_for_session(first)
    assert not space.keeps_secrets
    await keystore.write("first", Slot.CURRENT, stored_token())
    assert await keystore.read(other, Slot.CURRENT) is None, "this one is not asked meanwhile"
    space.work_on(other)
    assert space.keeps_secrets
    assert await keystore.read("first", Slot.CURRENT) is None
    assert await keystore.read(other, Slot.CURRENT) is not None
    space.work_on("first")
    assert await keystore.read("first", Slot.CURRENT) is not None
