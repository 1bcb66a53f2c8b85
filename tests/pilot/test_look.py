"""How every screen looks, measured: in dark, light and without colours, at 80x24 and 80x23."""

from collections.abc import AsyncIterator

import pytest
from textual.screen import ModalScreen

from tests.measured import faults
from tests.pilot.driver import Driver, done_below, wizard
from wizard.flow.plan import SETUP

pytestmark = [pytest.mark.anyio, pytest.mark.port_3000]

LOOKS = [("dark", 24), ("dark", 23), ("light", 24)]
"""A theme, and the height of the terminal."""
STEPS = tuple(step.id for step in SETUP)
OVER = {
    "prepare": ("f2", "f1", "ctrl+c"),
    "mapping": ("e", "g", "t", "h"),
    "scoping": ("a",),
}
"""Keys that open a dialog, by the step they are pressed at."""
LEFT_OUT: dict[str, str] = {}
"""Screens that are not measured, each with the reason."""
BUSY = ("Looking at your tenant", "Testing.", "Testing the keyring", "Checking this machine")


async def visited(driver: Driver) -> AsyncIterator[str]:
    """Go to one screen after the other, and stay at each until it has come to rest."""
    await done_below(driver)
    await driver.welcomed()
    yield "welcome"
    session = (await driver.app.workspace()).session()
    session.change(at_step=STEPS[0], reached=STEPS)
    await driver.press("enter")
    for step_id in STEPS:
        if step_id == "start":
            session.tick("credentials")  # which it needs
        if driver.step_id != step_id:
            await driver.app.screen.run_action(f"go_to({step_id!r})")
        await driver.at(step_id)
        await rests(driver)
        yield step_id
        for key in OVER.get(step_id, ()):
            await driver.press(key)
            await driver.until(lambda: isinstance(driver.app.screen, ModalScreen), f"{key} opens")
            await rests(driver)
            yield f"{step_id}, {key}"
            await driver.press("escape")
            await driver.at(step_id)


async def rests(driver: Driver) -> None:
    """Wait until what a screen begins by itself has ended."""
    await driver.until(lambda: not any(busy in driver.text() for busy in BUSY))
    await driver.until(lambda: driver.app.screen.focused is not None, "a focus")
    await driver.pilot.pause()


async def measured(driver: Driver) -> list[str]:
    """Return what is wrong with every screen."""
    wrong, looks = [], LOOKS
    async for name in visited(driver):
        looks = looks[::-1]  # a theme is changed once a screen: all styles are read anew
        for theme, height in looks:
            if driver.app.no_color and theme != "dark":
                continue
            driver.app.theme = theme
            await driver.pilot.resize_terminal(80, height)
            await driver.pilot.pause()
            if name not in LEFT_OUT:
                found = faults(driver.app.screen)
                wrong += [f"{name}, {theme}, {height} rows: {fault}" for fault in found]
    return wrong


async def test_every_screen_keeps_the_grammar_in_dark_and_light() -> None:
    async with wizard() as driver:
        assert "\n".join(await measured(driver)) == ""


async def test_every_screen_keeps_the_grammar_without_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with wizard() as driver:
        assert "\n".join(await measured(driver)) == ""
