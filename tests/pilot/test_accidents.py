"""Errors of our own end without a traceback: local variables could hold a secret."""

from pathlib import Path
from typing import Never

import pytest

from screens.app import WizardApp
from tests.pilot.driver import wizard
from wizard.options import Options

SECRET = "a-secret-nobody-may-see"


async def test_a_crash_shows_no_local_variables(capsys: pytest.CaptureFixture[str]) -> None:
    app = WizardApp(Options())

    def crash() -> Never:
        token = SECRET
        raise RuntimeError(f"length {len(token)}")

    async def run() -> None:
        async with app.run_test() as pilot:
            app.call_later(crash)
            await pilot.pause()

    with pytest.raises(RuntimeError):
        await run()
    shown = capsys.readouterr()
    assert SECRET not in shown.err + shown.out + app.mistake
    assert "Traceback" not in shown.err + shown.out
    assert app.mistake.startswith("webex-wizard met a mistake of its own: RuntimeError at ")


async def test_a_damaged_profile_is_explained_and_left_alone(home: Path) -> None:
    file = home / "practice" / "default.json"
    file.parent.mkdir(parents=True)
    file.write_text('{"schema_version": 1, "name":')
    async with wizard() as driver:
        await driver.until(lambda: type(driver.app.screen).__name__ == "WelcomeScreen")
        await driver.reads("damaged")
        await driver.press("enter")
        await driver.until(lambda: type(driver.app.screen).__name__ == "FailureScreen")
        await driver.reads("is damaged", "profile-damaged")
        await driver.press("enter")
    assert file.read_text() == '{"schema_version": 1, "name":'


@pytest.mark.parametrize("command", ["renew", "undo"])
async def test_a_mistyped_profile_is_explained_and_makes_none(command: str, home: Path) -> None:
    async with wizard(Options(command, practice=True, profile="contosso")) as driver:
        await driver.until(lambda: type(driver.app.screen).__name__ == "FailureScreen")
        await driver.reads("There is no profile contosso.", "no-such-profile")
        await driver.press("enter")
        await driver.until(lambda: driver.app.return_value == 2)
    assert not list(home.rglob("contosso*"))


async def test_help_opens_and_closes() -> None:
    from screens.help import HelpScreen

    async with wizard() as driver:
        for page in ("welcome", "paths", "application", "token", "renewed"):
            await driver.until(lambda: type(driver.app.screen).__name__ == "WelcomeScreen")
            driver.app.push_screen(HelpScreen(page))
            await driver.until(lambda: isinstance(driver.app.screen, HelpScreen))
            await driver.press("escape")
        await driver.until(lambda: type(driver.app.screen).__name__ == "WelcomeScreen")
