"""Walks through the toy step in a product that has it, in both front ends and in both ways."""

from pathlib import Path

import pytest

import wizard as product
from tests.conversation import environment
from tests.conversation_here import ConversationHere
from tests.flows.test_plain import SETUP, SIGN_IN, answered
from tests.pilot.driver import done_through_graph, to_step, to_step_signed_in, wizard
from tests.sessions import session_in
from wizard.store.history import History
from wizard.store.journal import Journal
from wizard.store.places import settings_folder
from wizard.walk.undoing import Undoing, consequence
from wizard.words.progress import silent


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert Path(product.__file__).is_relative_to(Path.cwd())
    keyring = "keyring.backends.fail.Keyring"
    own = environment(
        tmp_path / "home",
        WEBEX_WIZARD_HOME=str(tmp_path / "settings"),
        PYTHON_KEYRING_BACKEND=keyring,
        TEXTUAL_ANIMATIONS="none",
    )
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    return tmp_path / "settings"


def told_of(folder: Path) -> list[tuple[str, str]]:
    """Return what the journal says of the toy."""
    (file,) = folder.rglob("*.journal")
    return [
        (each.action, each.subject) for each in History(Journal(file)).entries if each.step == "toy"
    ]


async def test_by_hand_on_the_screens(settings: Path) -> None:
    async with wizard() as driver:
        await to_step(driver, "toy")
        await driver.reads("A toy is made in no time.")
        await driver.press("f1")
        await driver.reads("A toy is made of nothing.")
        await driver.press("escape", "enter")
        await driver.at("application")
        assert (await driver.app.workspace()).session().is_done("toy")
    assert told_of(settings) == [("confirmed", "Toy")]


async def test_through_graph_on_the_screens(settings: Path) -> None:
    async with wizard() as driver:
        await to_step_signed_in(driver, "toy")
        await driver.reads("has no toy.", "Make a toy.")
        await done_through_graph(driver)
        await driver.at("application")
        space = await driver.app.workspace()
        session = space.session()
        assert session.is_done("toy")
        undoing = Undoing(space, session)
        (made,) = undoing.made
        assert consequence(made) == "A red toy is lost."
        taking = undoing.take_back([made], {}, silent)
        assert [said async for said in taking] == ["There was a red toy."]
        assert not session.is_done("toy")
    assert told_of(settings) == [("made", "a red toy"), ("undone", "a red toy")]


def test_by_hand_in_plain_prompts(settings: Path) -> None:
    session_in(settings_folder(practice=True), at_step="sign-in")
    with ConversationHere(SETUP) as told:
        answered(told, ("Step 5", SIGN_IN, "hand"))
        answered(told, ("Step 6 of 18: Toy", "Done? Enter = yes", "y"))
        told.until("Step 7")
    assert told_of(settings) == [("confirmed", "Toy")]


def test_through_graph_in_plain_prompts(settings: Path) -> None:
    session_in(settings_folder(practice=True), at_step="sign-in")
    with ConversationHere(SETUP) as told:
        answered(told, ("Step 5", SIGN_IN, "browser"))
        answered(told, ("Step 6 of 18: Toy", "Enter takes red", "blue"), ("", "Do it?", "y"))
        told.until("Step 7")
    assert told_of(settings) == [("made", "a blue toy")]
