"""Without a usable keyring the screen of the token says what helps, and offers to do without."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import Button, Static

from screens.alone import AloneScreen
from screens.app import WizardApp
from tests.pilot.driver import Driver, at_once, opened, to_step, wizard
from tests.sessions import facts
from wizard.options import Options
from wizard.store.binding import PRACTICE
from wizard.store.keystore import Keystore
from wizard.workspace import Workspace

pytestmark = [pytest.mark.port_3000, pytest.mark.anyio]


async def real(options: Options, tell: Callable[[str], None]) -> Workspace:
    """Open a practice that asks this machine's keyring, and does not go on without it unasked."""
    space = await opened(options, tell)
    return replace(space, keystore=Keystore(PRACTICE), keeps_secrets=True)


async def test_a_token_is_kept_for_one_session_when_somebody_says_so() -> None:
    app = WizardApp(Options(practice=True), real)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        driver = Driver(app, pilot)
        await driver.welcomed()
        space = await app.workspace()
        space.session().change(organization_id="7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701")
        await to_step(driver, "organization")
        await driver.press("enter")
        await driver.at("token")
        await driver.reads("gnome-keyring-daemon --replace --unlock", "nothing is stored here")
        await driver.reads("F12 shows the commands alone")
        await driver.press("f12")
        await driver.until(lambda: isinstance(app.screen, AloneScreen))
        shown = str(app.screen.query_one("#address", Static).content).splitlines()
        assert shown[0] == "dbus-run-session -- bash"
        assert shown[1].startswith("read -rs p; ")
        assert shown[1].endswith("--unlock; unset p"), "whole, with nothing beside it"
        await driver.press("enter")
        await driver.at("token")
        app.screen.query_one("#for-session", Button).focus()
        await driver.press("enter")
        await driver.reads("Waiting for the browser")
        await driver.press("f8")
        await driver.reads("Is this the right account?")
        await driver.press("enter")
        await driver.left("token")
        token = space.session().profile.token
        assert token is not None
        assert token.in_memory
        space.close()


async def test_whoever_comes_back_without_the_token_is_told_why_another_is_wanted() -> None:
    async with wizard() as driver:
        space = await driver.app.workspace()
        organization = "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701"
        session = space.session()
        place = space.keystore.place.text
        token = facts(organization_id=organization, in_memory=True, place=place)
        session.change(organization_id=organization, token=token)
        session.tick("token")
        await to_step(driver, "token")
        await driver.reads("Waiting for the browser")
        assert driver.told() == (
            "The token was in memory only, and went with the program that got it. Sign in again."
        )


async def test_this_machine_shows_a_recipe_once_and_its_commands_alone() -> None:
    async with wizard() as driver:
        await at_once(driver, "prepare")
        await driver.reads("F12 shows the commands alone")
        await driver.pilot.click("#details")
        await driver.reads("Port 3000")
        await driver.pilot.pause()
        texts = driver.app.screen.query(".text").results(Static)
        recipes = [each for each in texts if "dbus-run-session" in str(each.content)]
        assert [bool(each.region) for each in recipes].count(True) == 1
        await driver.press("f12")
        await driver.until(lambda: isinstance(driver.app.screen, AloneScreen))
        alone = str(driver.app.screen.query_one("#address", Static).content).splitlines()
        assert alone[1].endswith("--unlock; unset p"), "whole, with nothing beside it"
