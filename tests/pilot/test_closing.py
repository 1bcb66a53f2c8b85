"""Work that goes on while its screen is closed, and finds no widgets there any more."""

import asyncio

from textual import work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from screens.ask_line import AskLine
from screens.interrupt import LeaveQuestion
from tests.pilot.driver import wizard


async def test_work_of_a_screen_that_is_closed_ends_nothing() -> None:
    going, looked = asyncio.Event(), asyncio.Event()

    class Going(Static):
        async def on_unmount(self) -> None:
            going.set()
            await looked.wait()

    class Closed(Screen[None]):
        def compose(self) -> ComposeResult:
            yield Going()

        def on_mount(self) -> None:
            self.look()

        @work
        async def look(self) -> None:
            await going.wait()
            try:
                self.query_one("#gone")
            finally:
                looked.set()

    async with wizard() as driver:
        await driver.welcomed()
        await driver.app.push_screen(Closed())
    assert looked.is_set()


async def test_work_that_ends_below_a_dialog_closes_its_own_and_no_other() -> None:
    may_end, answers = asyncio.Event(), list[str | None]()

    async def use(_line: str) -> None:
        await may_end.wait()

    async with wizard() as driver:
        await driver.welcomed()
        driver.app.push_screen(AskLine("File", "staff.json", use), answers.append)
        await driver.until(lambda: isinstance(driver.app.screen, AskLine))
        await driver.press("end", "enter", "ctrl+c")
        await driver.reads("Leave?")
        may_end.set()
        await driver.app.workers.wait_for_complete(
            [each for each in driver.app.workers if each.group == "use"]
        )
        await driver.pilot.pause()
        assert isinstance(driver.app.screen, LeaveQuestion)
        assert answers == []
        await driver.press("escape")
        await driver.until(lambda: answers == ["staff.json"])
        await driver.welcomed()
