"""What to be careful about is seen without scrolling, in a terminal of 80x24."""

import pytest
from textual.widget import Widget
from textual.widgets import Static

from screens.by_hand import ByHandScreen
from screens.portal_guide import PortalGuide
from screens.widgets.item import Item
from tests.pilot.driver import Driver, at_once, done_below, wizard
from tests.pilot.test_look import THROUGH_GRAPH, go_to, rests
from wizard.flow.plan import SETUP
from wizard.options import Options

pytestmark = [pytest.mark.anyio, pytest.mark.port_3000]


def out_of_sight(driver: Driver) -> list[str]:
    """Return what of the cautions on the screen on top cannot be read whole."""
    screen = driver.app.screen
    return [
        driver.step_id + ": " + str(item.query_one(".text", Static).content)
        for item in screen.query("Item.caution").results(Item)
        if screen.find_widget(item).visible_region != item.region
    ]


async def to_by_hand(driver: Driver, step_id: str) -> None:
    """Go to what a step says by hand, where Graph could do it, too."""
    await go_to(driver, step_id)
    if isinstance(driver.app.screen, THROUGH_GRAPH):
        await driver.press("f7")
        await driver.until(lambda: not isinstance(driver.app.screen, THROUGH_GRAPH))
        await rests(driver)


async def test_a_guide_shows_all_its_cautions_at_once() -> None:
    async with wizard() as driver:
        await done_below(driver, "application", "credentials")
        await at_once(driver, "prepare")
        unseen, shown = list[str](), 0
        for step in SETUP:
            await to_by_hand(driver, step.id)
            if isinstance(driver.app.screen, ByHandScreen):
                shown += len(driver.app.screen.query("Item.caution"))
                unseen += out_of_sight(driver)
        assert shown > 10
        assert unseen == []


async def test_the_portal_dialog_shows_its_cautions_before_what_to_do() -> None:
    async with wizard() as driver:
        await at_once(driver, "scoping")
        await driver.press("h")
        await driver.until(lambda: isinstance(driver.app.screen, PortalGuide))
        await driver.pilot.pause()
        assert driver.app.screen.query("Item.caution")
        assert out_of_sight(driver) == []


async def test_this_machine_shows_each_warning_before_any_long_recipe() -> None:
    async with wizard(Options(practice=True, use_browser=False)) as driver:
        await at_once(driver, "prepare")
        await rests(driver)
        await driver.reads("Browser", "Keyring  This machine has no keyring")
        for item in driver.app.screen.query("#told Item").results(Widget):
            seen = driver.app.screen.find_widget(item).visible_region
            assert seen.height >= 3, "a warning is seen at once, its recipe below it"
