"""A keyring that lets wait: what is noted in it waits, and whoever sits before the screen does not.

The keys are pressed while a thread waits for the keyring, which the test lets go only afterwards.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Button, Input

from screens.app import WizardApp
from screens.undo import UndoScreen
from screens.welcome import WelcomeScreen
from tests.pilot.driver import Driver, at_once, opened, to_step
from tests.stumbling import PATIENCE, Holding
from wizard.options import Options
from wizard.store.anchor import Anchor
from wizard.store.binding import PRACTICE
from wizard.store.journal import Journal
from wizard.store.keystore import PRACTICE_SERVICE, Keystore, Slot
from wizard.store.verification import Evidence, verified
from wizard.workspace import Workspace

pytestmark = pytest.mark.port_3000

MINE = "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701"


class OfTheSystem:
    """What holds secrets, asked in a thread as a keyring of the system is."""

    def __init__(self, held: Holding) -> None:
        self.get_password = held.get_password
        self.set_password = held.set_password
        self.delete_password = held.delete_password


@asynccontextmanager
async def holding(keyring: Holding) -> AsyncIterator[tuple[Driver, Journal]]:
    """Run the application in practice with such a keyring; yield its journal, too."""
    backend = OfTheSystem(keyring)
    keystore = Keystore(PRACTICE, service=PRACTICE_SERVICE, backend=backend, time_limit=PATIENCE)

    async def with_it(options: Options, tell: Callable[[str], None]) -> Workspace:
        space = await opened(options, tell)
        return replace(space, keystore=keystore, keeps_secrets=True)

    app = WizardApp(Options(practice=True), with_it)
    async with app.run_test(size=(80, 24)) as pilot:
        space = await app.workspace()
        try:
            file = space.profiles.journal_path("default")
            yield Driver(app, pilot), Journal(file, Anchor(keystore, "default"))
        finally:
            keyring.let_go()
            space.close()


async def moves_the_focus(driver: Driver) -> None:
    """Press a key and see that the focus is elsewhere then."""
    before = driver.app.screen.focused
    await driver.press("tab")
    await driver.until(lambda: driver.app.screen.focused is not before, "the focus moves")


async def test_a_step_that_is_noted_keeps_no_key_from_what_it_moves() -> None:
    keyring = Holding("default/journal")
    async with holding(keyring) as (driver, journal):
        await at_once(driver, "organization")
        driver.app.screen.query_one("#organization", Input).value = MINE
        await driver.reads("Understood")
        keyring.hold()
        await driver.press("enter")
        await driver.until(keyring.asked.is_set, "the keyring is asked")
        await moves_the_focus(driver)
        assert driver.step_id == "organization", "it goes on when it is noted"
        keyring.let_go()
        await driver.left("organization")
        assert verified(journal).evidence is Evidence.WHOLE


async def test_a_token_that_is_kept_keeps_no_key_from_what_it_moves_and_esc_gives_up_nothing() -> (
    None
):
    keyring = Holding("default/current")
    async with holding(keyring) as (driver, _):
        await to_step(driver, "token")
        await driver.reads("Waiting for the browser")
        await driver.press("f8")
        await driver.reads("Is this the right account?")
        main = driver.app.screen.query_one("#main", Button)
        await driver.until(lambda: main.has_focus)
        keyring.hold()
        await driver.press("enter")
        await driver.until(keyring.asked.is_set, "the keyring is asked")
        await moves_the_focus(driver)
        await driver.reads("Keeping the token.")
        await driver.press("escape")
        keyring.let_go()
        await driver.left("token")
        space = await driver.app.workspace()
        assert driver.step_id == "organization"
        assert await space.keystore.read("default", Slot.CURRENT) is not None
        assert space.session().is_done("token")


async def test_a_report_that_waits_for_the_keyring_keeps_no_key_from_what_it_moves(
    tmp_path: Path,
) -> None:
    keyring = Holding("default/journal")
    async with holding(keyring) as (driver, journal):
        await at_once(driver, "finish")
        driver.app.screen.query_one("#report", Button).focus()
        keyring.hold()
        await driver.press("enter")
        await driver.until(keyring.asked.is_set, "the keyring is asked")
        await moves_the_focus(driver)
        assert list(tmp_path.glob("*.md")) == []
        keyring.let_go()
        await driver.reads("Saved: ")
        (report,) = tmp_path.glob("*.md")
        assert "## Evidence" in report.read_text()
        assert verified(journal).evidence is Evidence.WHOLE


async def test_what_may_be_missing_of_an_undo_keeps_nobody_from_leaving_it() -> None:
    keyring = Holding("default/journal")
    async with holding(keyring) as (driver, _):
        (await driver.app.workspace()).session().tick("prepare")  # a profile that is there
        keyring.hold()
        await driver.choose("undo")
        await driver.until(keyring.asked.is_set, "the keyring is asked")
        assert isinstance(driver.app.screen, UndoScreen)
        assert "Nothing is left" not in driver.text(), "which is not known yet"
        await driver.press("escape")
        keyring.let_go()
        await driver.until(lambda: isinstance(driver.app.screen, WelcomeScreen))


async def test_what_is_waited_for_is_said_where_an_undo_looks_whether_anything_is_there() -> None:
    keyring = Holding("default/journal")
    async with holding(keyring) as (driver, _):
        keyring.hold()
        await driver.choose("undo")
        await driver.until(keyring.asked.is_set, "the keyring is asked")
        await driver.reads("Looking for what was made in Entra.")
        keyring.let_go()
        await driver.reads("There is no profile default.")
