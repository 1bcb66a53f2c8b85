"""Few pictures, each of a screen whose look matters; read the difference before you accept it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.app import WizardApp
from tests.generated_desk import MANY_OFF, GeneratedDesk
from tests.pilot.driver import Driver, opened
from tests.pilot.preview_shown import showing
from wizard.options import Options

Compare = Callable[..., bool]
Leave = Callable[[str], None]


def app() -> WizardApp:
    """Return the application with the stored profile."""
    return WizardApp(Options(profile="contoso"), opened)


TRIED = {
    "organization": "Understood",
    "mapping": "65 invented people",
    "scoping": "65 in scope, 0 out",
}
"""What a screen shows once the trial has answered."""


def then(step_id: str, *keys: str, reads: str = "") -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what goes on with the stored profile and presses keys at its step."""

    async def walk(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, WizardApp)
        driver = Driver(pilot.app, pilot)
        await driver.until(lambda: type(driver.app.screen).__name__ == "WelcomeScreen")
        await driver.press("enter")
        await driver.at(step_id)
        await driver.reads(TRIED.get(step_id, ""))
        await driver.press(*keys)
        await driver.reads(reads)
        await driver.pilot.pause()

    return walk


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("step_id", ["organization", "application", "mapping", "scoping", "finish"])
def test_a_step_looks_as_it_should(
    step_id: str, size: tuple[int, int], at_step: Leave, snap_compare: Compare
) -> None:
    at_step(step_id)
    assert snap_compare(app(), terminal_size=size, run_before=then(step_id))


@pytest.mark.parametrize(
    "key",
    ["p", "f2", "f1", "f9"],
    ids=["older-portal", "steps", "help", "light"],
)
def test_a_key_shows_what_it_should(key: str, at_step: Leave, snap_compare: Compare) -> None:
    at_step("application")
    assert snap_compare(app(), terminal_size=(80, 24), run_before=then("application", key))


def test_a_mapping_row_is_edited_in_a_calm_dialog(at_step: Leave, snap_compare: Compare) -> None:
    at_step("mapping")
    walk = then("mapping", "e", ")", reads="✗ error")
    assert snap_compare(app(), terminal_size=(80, 24), run_before=walk)


def previewed(*keys: str, reads: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what shows a preview of half a million people, and presses keys there."""

    async def walk(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, WizardApp)
        driver = Driver(pilot.app, pilot)
        desk = GeneratedDesk(500_000, stops=(MANY_OFF,))
        desk.gate.set()
        await showing(driver, desk)
        await driver.reads("1 stop")
        await driver.press(*keys)
        await driver.reads(reads)
        await driver.pilot.pause()

    return walk


@pytest.mark.parametrize(
    ("keys", "reads"),
    [((), "1,500 people would be"), (("down", "down", "down", "enter", "down"), "person1 ")],
    ids=["patterns", "people"],
)
def test_a_preview_shows_what_is_riskiest_and_whom_it_concerns(
    keys: tuple[str, ...], reads: str, at_step: Leave, snap_compare: Compare
) -> None:
    at_step("preview")
    walk = previewed(*keys, reads=reads)
    assert snap_compare(app(), terminal_size=(80, 24), run_before=walk)
