"""Work that goes on while its screen is closed, and finds no widgets there any more."""

import asyncio

from textual import work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

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
