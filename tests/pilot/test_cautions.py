"""What to be careful about is seen without scrolling, in a terminal of 80x24."""

import pytest
from textual.widget import Widget
from textual.widgets import Static

from screens.by_hand import ByHandScreen
from screens.portal_guide import PortalGuide
from screens.widgets.item import Item
from screens.widgets.key_line import KeyLine
from tests.pilot.driver import Driver, at_once, done_below, wizard
from tests.pilot.test_look import THROUGH_GRAPH, go_to, rests, to_by_hand
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


async def test_a_guide_shows_all_its_cautions_at_once() -> None:
    async with wizard() as driver:
        await done_below(driver, "application", "credentials")
        (await driver.app.workspace()).by_hand |= {step.id for step in SETUP}
        await at_once(driver, "prepare")
        unseen, shown, begun = list[str](), 0, list[str]()
        for step in SETUP:
            await go_to(driver, step.id)
            assert not isinstance(driver.app.screen, THROUGH_GRAPH)
            if isinstance(driver.app.screen, ByHandScreen):
                shown += len(driver.app.screen.query("Item.caution"))
                unseen += out_of_sight(driver)
                first = driver.app.screen.instructions.query(Item).first()
                if driver.app.screen.find_widget(first).visible_region != first.region:
                    begun.append(step.id)
        assert shown >= 6
        assert begun == [], "what to do is seen, too"
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


async def test_two_lines_of_buttons_do_not_touch_the_keys() -> None:
    async with wizard() as driver:
        await done_below(driver, "application")
        await at_once(driver, "prepare")
        await go_to(driver, "assignment")
        await to_by_hand(driver)
        buttons = driver.app.screen.query_one("#buttons")
        await driver.until(lambda: buttons.size.height == 2, "Do it for me is one more")
        line = driver.app.screen.query_one(KeyLine)
        await driver.until(lambda: line.region.y - buttons.region.bottom == 1, "a blank line")
        assert buttons.region.y > driver.app.screen.query_one("#content").region.bottom
        await driver.pilot.resize_terminal(80, 20)
        await driver.until(lambda: line.region.y == buttons.region.bottom, "no room for that")
