"""The palette finds steps, commands, people and help; nothing on it does nothing."""

import pytest
from textual.command import CommandPalette
from textual.events import Key, Paste
from textual.widgets import Input, OptionList

from screens.hand_over import HandOverDialog
from screens.help import HelpScreen
from screens.mapping import MappingScreen
from screens.welcome import WelcomeScreen
from screens.widgets.key_line import KeyLine
from tests.pilot.driver import Driver, at_once, to_step, wizard
from wizard.flow.plan import SETUP

pytestmark = pytest.mark.port_3000


async def found(driver: Driver, text: str, wanted: str) -> str:
    """Open the palette, type, and return its lines once one of them is the wanted one."""
    await driver.press("ctrl+p")
    await driver.until(lambda: isinstance(driver.app.screen, CommandPalette))
    await driver.type(text)
    await driver.until(lambda: wanted in lines(driver), f"{wanted} in the palette")
    return lines(driver)


def lines(driver: Driver) -> str:
    options = driver.app.screen.query_one(OptionList)
    return "\n".join(str(each.prompt) for each in options.options)


async def test_steps_help_and_other_commands_are_found_from_within_a_step() -> None:
    async with wizard() as driver:
        await driver.welcomed()
        await driver.press("enter")
        await driver.at("prepare")
        offered = await found(driver, "", "All organizations")
        for words in ("Organization", "Credentials", "Help", "Renew the token", "Leave"):
            assert words in offered
        assert "This machine\nstep" not in offered, "one is there already"
        assert offered.startswith("Next\nhere, a button\n"), "what belongs here comes first"
        assert "Organization\nstep: open, comes later\n" in offered
        await driver.press("escape")
        await found(driver, "theme", "Theme: dark, light, high contrast")
        await driver.press("escape")
        await found(driver, "credent", "Credentials\nstep: open, comes later")
        await driver.press("enter")
        await driver.until(lambda: "First finish: " in driver.told(), "said why not")
        session = (await driver.app.workspace()).session()
        session.change(reached=tuple(step.id for step in SETUP))
        await found(driver, "organizat", "Organization\nstep: open")
        await driver.press("enter")
        await driver.at("organization")
        await found(driver, "paths", "Help: Which path fits me?")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, HelpScreen))
        await driver.press("escape")
        await found(driver, "undo", "Take something back\nleaves this")
        await driver.press("escape")
        await found(driver, "All org", "All organizations")
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, WelcomeScreen))
        await found(driver, "practice", "End the practice")
        await driver.press("escape")


async def test_a_button_of_the_screen_is_found_and_pressed() -> None:
    async with wizard() as driver:
        await to_step(driver, "sign-in")
        offered = await found(driver, "hand over", "Hand over\nhere, a button")
        assert offered.count("Hand over\n") == 1
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, HandOverDialog))


async def test_what_was_typed_ahead_of_the_palette_is_what_enter_takes() -> None:
    async with wizard() as driver:
        await to_step(driver, "sign-in")
        await found(driver, "", "Sign in\nhere, a button")
        for character in "hand over":
            driver.app.post_message(Key(character, character))
        driver.app.post_message(Key("enter", "\r"))
        await driver.until(lambda: not isinstance(driver.app.screen, CommandPalette))
        await driver.until(lambda: isinstance(driver.app.screen, HandOverDialog))


async def test_the_palette_and_the_help_name_no_key_that_only_moves() -> None:
    async with wizard() as driver:
        await to_step(driver, "organization")
        assert "Focus" not in await found(driver, "", "Leave\nhere, with ^q")
        await driver.press("escape", "f1")
        await driver.until(lambda: isinstance(driver.app.screen, HelpScreen))
        assert "Focus" not in driver.text()


async def test_help_says_that_there_is_more_only_where_there_is() -> None:
    async with wizard(size=(80, 24)) as driver:
        await to_step(driver, "organization")
        await driver.press("f1")
        await driver.until(lambda: isinstance(driver.app.screen, HelpScreen))
        line = driver.app.screen.query_one(KeyLine)
        await driver.until(lambda: "pgdn More" in str(line.content))
        await driver.pilot.resize_terminal(80, 50)
        await driver.until(lambda: "More" not in str(line.content))


async def test_the_keys_name_what_scrolls_as_long_as_there_is_more() -> None:
    async with wizard(size=(80, 50)) as driver:
        await to_step(driver, "organization")
        line = driver.app.screen.query_one(KeyLine)
        assert "More" not in str(line.content)
        await driver.pilot.resize_terminal(80, 10)
        await driver.until(lambda: "pgdn More" in str(line.content))
        assert "f2 Steps" in str(line.content)
        assert "^q Leave" in str(line.content)
        await driver.pilot.resize_terminal(80, 50)
        await driver.until(lambda: "More" not in str(line.content))


async def test_a_person_is_found_and_shown_in_the_mapping() -> None:
    async with wizard() as driver:
        await at_once(driver, "application")
        await found(driver, "hana", "hana.sato@practice.example")
        await driver.press("enter")
        await driver.at("mapping")
        assert isinstance(driver.app.screen, MappingScreen)
        await driver.reads("hana.sato@practice.example")


async def test_ctrl_c_asks_and_once_more_leaves_with_words() -> None:
    async with wizard() as driver:
        await to_step(driver, "application")
        await driver.press("f1", "ctrl+c")
        await driver.reads("Leave? What was done so far is kept.")
        await driver.press("escape", "escape")
        await driver.at("application")
        await driver.press("ctrl+c")
        await driver.reads("Leave?")
        await driver.press("ctrl+c")
        await driver.until(lambda: driver.app.return_value == 130)
        assert driver.app.farewell[-2].endswith("Next: Secret token."), "it was in memory alone"
        assert driver.app.farewell[-1] == "Go on with: webex-wizard --practice"


async def test_ctrl_c_copies_what_is_marked_says_so_and_once_more_asks() -> None:
    async with wizard() as driver:
        await to_step(driver, "organization")
        field = driver.app.screen.query_one("#organization", Input)
        await driver.until(lambda: field.has_focus and field.selected_text, "what stands there")
        await driver.press("ctrl+c")
        await driver.until(lambda: driver.app.clipboard == field.value)
        assert "What is marked" in driver.told()
        assert "Ctrl+C once more asks whether to leave." in driver.told()
        await driver.press("home", "shift+right", "ctrl+c")
        await driver.until(lambda: driver.app.clipboard == field.value[0], "something else")
        assert driver.step_id == "organization"
        await driver.press("ctrl+c")
        await driver.reads("Leave? What was done so far is kept.")


async def test_ctrl_c_in_a_dialog_says_what_it_copied() -> None:
    async with wizard() as driver:
        await to_step(driver, "application")
        await driver.press("f1")
        await driver.until(lambda: isinstance(driver.app.screen, HelpScreen))
        driver.app.screen.text_select_all()
        await driver.press("ctrl+c")
        await driver.reads("What is marked", "Ctrl+C once more asks whether to leave.")
        assert driver.app.clipboard
        await driver.press("ctrl+c")
        await driver.reads("Leave?")


async def test_a_paste_into_the_palette_is_one_line_or_is_refused() -> None:
    async with wizard() as driver:
        await to_step(driver, "organization")
        await driver.press("ctrl+p")
        await driver.until(lambda: isinstance(driver.app.screen, CommandPalette))
        field = driver.app.screen.query_one(Input)
        driver.app.post_message(Paste("x" * 1_000_000))
        await driver.until(lambda: driver.app._notifications, "it is said why not")
        assert field.value == "", "nothing stands still over it"
        driver.app.post_message(Paste("Renew\nthe token\n\n"))
        await driver.until(lambda: field.value == "Renew", "the first line, and nothing is chosen")
        assert isinstance(driver.app.screen, CommandPalette)
        await driver.until(lambda: "Renew the token" in lines(driver))
        await driver.press("escape")
        await driver.at("organization")
