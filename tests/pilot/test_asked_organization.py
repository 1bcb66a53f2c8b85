"""On the screens, an organization of the command line is never passed over in silence."""

from pathlib import Path

import pytest

from screens.failure import FailureScreen
from screens.welcome import WelcomeScreen
from tests.pilot.driver import wizard
from tests.sessions import NOW, ORGANIZATION, session_in
from wizard.options import Options
from wizard.store.profiles import StepRecord

pytestmark = pytest.mark.port_3000

OTHER = "e4a0f2d8-31b6-4c97-9f12-5ad0b7c6e802"


def profile(home: Path, name: str = "default", organization: str = ORGANIZATION) -> None:
    steps = {step: StepRecord(at=NOW) for step in ("prepare", "organization")}
    reached, folder = (*steps, "token"), home / "practice"
    session_in(
        folder, name, organization_id=organization, at_step="token", reached=reached, steps=steps
    )


@pytest.mark.parametrize("command", ["setup", "renew"])
async def test_another_organization_than_the_profiles_is_refused_before_anything_is_asked(
    home: Path, command: str
) -> None:
    profile(home)
    async with wizard(Options(command, practice=True, organization=OTHER)) as driver:
        await driver.until(lambda: len(driver.app.screen_stack) > 1)
        assert isinstance(driver.app.screen, FailureScreen)
        await driver.reads("is about organization", "Keep one profile", "profile-of-another-org")
        await driver.press("enter")
        await driver.until(lambda: driver.app.return_value == 1)


async def test_a_profile_chosen_on_the_first_screen_is_looked_at_too(home: Path) -> None:
    profile(home)
    profile(home, "other", OTHER)
    asked = Options(practice=True, profile="other", organization=OTHER)
    async with wizard(asked) as driver:
        await driver.until(lambda: isinstance(driver.app.screen, WelcomeScreen))
        await driver.press("home", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, FailureScreen))


@pytest.mark.parametrize("command", ["setup", "renew"])
async def test_the_same_organization_is_fine(home: Path, command: str) -> None:
    profile(home)
    async with wizard(Options(command, practice=True, organization=ORGANIZATION)) as driver:
        if command == "setup":
            await driver.until(lambda: isinstance(driver.app.screen, WelcomeScreen))
            await driver.press("enter")
        await driver.at("token" if command == "setup" else "new-token")
