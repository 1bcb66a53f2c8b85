"""Step `start` on screen with a preview that was kept, and a limit that is lent."""

from pathlib import Path

from textual.widgets import Input

from screens.app import WizardApp
from tests.flows.test_start_step import Kept
from tests.pilot.driver import Driver
from tests.practice_here import PracticeHere
from tests.typing_here import opening
from wizard.options import Options


async def test_a_stop_takes_its_number_and_whoever_leaves_has_the_limit_put_back(
    tmp_path: Path,
) -> None:
    with PracticeHere() as practice:
        now = await Kept.after(practice, tmp_path, "a kept preview of a paused job", Kept.keep)
        app = WizardApp(Options("setup"), opening(now))
        async with app.run_test(size=(80, 24)) as pilot:
            driver = Driver(app, pilot)
            await driver.welcomed()
            await driver.press("enter")
            await driver.at("start")
            await driver.reads("0 deleted, 6 switched off", "Stop: Switched off")
            await driver.pilot.pause()
            assert app.screen.query_one("#status").size.height <= 7, "then comes what is decided"
            await driver.press("7", "enter", "enter")
            await driver.reads("That is not the number of this stop")
            assert isinstance(app.focused, Input)
            await driver.press("backspace", "6", "enter", "enter")
            await driver.reads("The plan bound this start")
            assert await now.limit() == 7
            await driver.press("ctrl+q")
            await driver.until(lambda: app.return_value == 130)
        assert await now.limit() == 50
