"""A screen that comes is styled once, and what lies below a dialog is left alone."""

from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from screens.ready import ReadyScreen
from tests.pilot.driver import at_once, wizard

if TYPE_CHECKING:
    from textual.screen import Screen

pytestmark = pytest.mark.anyio


class _Noting(Static):
    """A text that counts how often it is styled."""

    styled = 0

    def notify_style_update(self) -> None:
        self.styled += 1
        super().notify_style_update()


class _Page(ReadyScreen[None]):
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (64, "-wide")]  # noqa: RUF012 - typed as an instance variable by Textual

    def compose(self) -> ComposeResult:
        yield _Noting("A text")


async def test_what_comes_with_its_screen_is_styled_once_and_for_its_size() -> None:
    app: App[None] = App()
    async with app.run_test(size=(80, 24)) as pilot:
        page = _Page()
        app.push_screen(page)
        await pilot.pause()
        assert page.has_class("-wide")
        assert page.query_one(_Noting).styled == 1


async def test_a_dialog_lays_nothing_out_anew_that_lies_below_it() -> None:
    laid_out: list[Screen[object]] = []
    async with wizard() as driver:
        await at_once(driver, "application")
        below = driver.app.screen
        below.screen_layout_refresh_signal.subscribe(below, laid_out.append, immediate=True)
        await driver.press("f2")
        await driver.until(lambda: type(driver.app.screen).__name__ == "StepsList")
        await driver.pilot.pause()
        assert not laid_out
        assert driver.app.screen.styles.background.a < 1, "it is seen, dimmed"
