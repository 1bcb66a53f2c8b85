"""Setup, renewal and undo by the mouse alone, and by arrows, Enter and Esc alone; text is typed."""

from collections.abc import Callable

import pytest

from screens.undo import UndoScreen
from tests.pilot.driver import Driver, at_once, done_below, wizard
from tests.pilot.hands import Arrows, Hand, Mouse
from tests.running import have
from wizard.options import Options

pytestmark = [pytest.mark.port_3000, pytest.mark.thorough]

HANDS = pytest.mark.parametrize("hand_of", [Mouse, Arrows])


async def welcomed(driver: Driver) -> None:
    """Wait for the first screen, and all it has to say."""
    await driver.welcomed()
    await driver.reads("practice keeps its token in memory only.")
    await driver.pilot.pause()


async def a_token(hand: Hand, tested: str) -> None:
    """Sign in to Webex, keep the token and have it tested."""
    await hand.driver.reads("Waiting for the browser", "The link:")
    await hand.press("Practice sign-in")
    await hand.press("Keep this token")
    await hand.driver.at(tested)
    await hand.driver.reads("✓ Passed")
    await hand.press("Next")


async def a_microsoft_sign_in(hand: Hand) -> None:
    await hand.driver.at("sign-in")
    await hand.press("Sign in")
    await hand.driver.reads("Waiting for the browser", "The link:")
    await hand.press("Practice sign-in")
    await hand.driver.reads("Signed in.")
    await hand.press("Next")


async def done(hand: Hand, step_id: str) -> None:
    """Have a step done as it is shown, and go on."""
    await hand.driver.at(step_id)
    if step_id == "preview":
        await hand.press("Accept")
        return
    await hand.press("Do it")
    await hand.press("Next")


async def test_a_setup_comes_to_a_running_job_by_the_mouse() -> None:
    async with wizard() as driver:
        hand = Mouse(driver)
        await welcomed(driver)
        await hand.take("Set up provisioning")
        for step_id in ("prepare", "organization"):
            await driver.at(step_id)
            await hand.press("Next")
        await a_token(hand, "connection")
        await to_a_running_job(driver, hand)


async def test_a_setup_comes_to_a_running_job_by_arrows() -> None:
    """A token comes by arrows in the renewal below, so here one is kept already."""
    async with wizard() as driver:
        await have(await driver.app.workspace(), "prepare", "organization", "token", "connection")
        await at_once(driver, "organization")
        hand = Arrows(driver)
        for step_id in ("organization", "token", "connection"):
            await driver.at(step_id)
            await hand.press("Next")
        await to_a_running_job(driver, hand)


async def to_a_running_job(driver: Driver, hand: Hand) -> None:
    """Do all of the Entra half."""
    await a_microsoft_sign_in(hand)
    await done(hand, "application")
    await done(hand, "credentials")
    await driver.at("notification")
    await driver.reads("Mail address for failures")
    await driver.type("it@practice.example")
    await done(hand, "notification")
    for step_id, shown in (("mapping", "invented people"), ("scoping", "65 in scope, 0 out")):
        await driver.at(step_id)
        await driver.reads(shown)
        await hand.press("Next")
    await driver.at("assignment")
    await driver.reads("Type part of a name")
    await driver.find("ruiz")
    await hand.take("Ana Ruiz")
    await driver.reads("Assign Ana Ruiz, ")
    for step_id in ("assignment", "scope", "preview", "on-demand", "start"):
        await done(hand, step_id)
    await driver.at("watch")
    await driver.reads("The first cycle is under way")


@HANDS
async def test_a_renewal_puts_the_new_token_into_entra(hand_of: Callable[[Driver], Hand]) -> None:
    async with wizard(Options("renew", practice=True)) as driver:
        hand = hand_of(driver)
        await driver.at("organization")
        await done_below(driver, "application", "credentials")
        driver.app.begin()  # the next run of the program
        await driver.at("new-token")
        await a_token(hand, "new-connection")
        await driver.at("sign-in")
        await hand.press("Next")  # somebody is signed in
        await done(hand, "replacement")
        await driver.at("renewed")
        await driver.reads("The old token is revoked.")
        await hand.press("Finish")
        await driver.until(lambda: driver.app.return_value == 0)


@HANDS
async def test_what_was_made_is_taken_back(hand_of: Callable[[Driver], Hand]) -> None:
    async with wizard() as driver:
        hand = hand_of(driver)
        await done_below(driver, "application", "credentials")
        await welcomed(driver)
        await hand.take("Take something back")
        await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
        await hand.take("Credentials")
        await hand.take("Application: ")
        await hand.press("Take back 2")
        await driver.reads("Nothing else is touched.")
        await hand.press("Take back")
        await driver.reads("Nothing is left that this program made in Entra.")
        buttons, said = map(driver.app.screen.query_one, ("#buttons", "#said"))
        assert buttons.region.y - said.region.bottom == 1, "one blank line"
        await hand.press("Back")
        await driver.welcomed()
