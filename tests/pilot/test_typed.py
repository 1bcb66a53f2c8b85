"""Where typed letters go: into the search of a screen, whatever has the focus."""

import pytest
from textual.events import Paste
from textual.widgets import Button, Input, OptionList

from screens.automatic import AutomaticScreen
from tests.pilot.driver import at_once, to_step_signed_in, wizard

pytestmark = [pytest.mark.anyio, pytest.mark.port_3000]


async def test_letters_go_into_the_search_while_do_it_or_the_list_has_the_focus() -> None:
    async with wizard() as driver:
        await to_step_signed_in(driver, "on-demand", "application", "credentials", "assignment")
        await driver.reads("Let Entra provision Ana Ruiz")
        screen = driver.app.screen
        assert isinstance(screen, AutomaticScreen)
        field = screen.query_one(Input)
        await driver.until(lambda: isinstance(screen.focused, Button), "Do it is armed")
        await driver.press("b", "e")
        assert field.has_focus
        assert field.value == "be"
        await driver.press("down")
        assert isinstance(screen.focused, OptionList)
        await driver.press("n", ".")
        assert field.has_focus
        assert field.value == "ben."
        await driver.reads("Ben Keller")
        await driver.press("tab", "tab")
        assert isinstance(screen.focused, Button)
        await driver.press("space")
        assert field.value == "ben.", "a blank is a key of its own"


async def test_why_a_paste_was_refused_stays_when_the_room_changes() -> None:
    async with wizard() as driver:
        await at_once(driver, "organization")
        await driver.reads("Understood: an organization ID")
        driver.app.screen.query_one(Input).post_message(Paste("x" * 3_000))
        await driver.reads("3,000 characters, and this field takes 2,000")
        screen, said = driver.app.screen, "3,000 characters, and this field takes 2,000"
        await driver.pilot.resize_terminal(60, 23)
        await driver.until(lambda: screen.size.width == 60)
        await driver.pilot.pause()
        assert said in driver.text()
        await driver.pilot.resize_terminal(80, 12)
        await driver.until(lambda: screen.size.width == 80)
        await driver.pilot.pause()
        assert said in driver.text()
