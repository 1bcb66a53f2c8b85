"""Without a usable keyring the screen of the token says what helps, and offers to do without."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from textual.widgets import Button, Static

from screens.alone import AloneScreen
from screens.app import WizardApp
from tests.pilot.driver import Driver, opened, to_step
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
