"""Few pictures, each of a screen whose look matters; read the difference before you accept it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from screens.app import WizardApp
from tests.pilot.driver import Driver, to_step
from wizard.options import Options

Compare = Callable[..., bool]


def at_step(step_id: str, *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what brings the application to a step and presses keys there."""

    async def walk(pilot: Pilot[Any]) -> None:
        assert isinstance(pilot.app, WizardApp)
        driver = Driver(pilot.app, pilot)
        await to_step(driver, step_id)
        await driver.press(*keys)
        await driver.pilot.pause()
        (await pilot.app.workspace()).close()

    return walk


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("step_id", ["application", "mapping"])
def test_a_step_looks_as_it_should(
    step_id: str, size: tuple[int, int], snap_compare: Compare
) -> None:
    app = WizardApp(Options(practice=True))
    assert snap_compare(app, terminal_size=size, run_before=at_step(step_id))


def test_the_older_portal_is_named(snap_compare: Compare) -> None:
    app = WizardApp(Options(practice=True))
    assert snap_compare(app, terminal_size=(80, 24), run_before=at_step("application", "p"))


def test_the_steps_can_be_chosen_from(snap_compare: Compare) -> None:
    app = WizardApp(Options(practice=True))
    assert snap_compare(app, terminal_size=(80, 24), run_before=at_step("application", "f2"))


def test_help_reads_well(snap_compare: Compare) -> None:
    app = WizardApp(Options(practice=True))
    assert snap_compare(app, terminal_size=(80, 24), run_before=at_step("application", "f1"))


def test_light_is_as_readable_as_dark(snap_compare: Compare) -> None:
    app = WizardApp(Options(practice=True))
    assert snap_compare(app, terminal_size=(80, 24), run_before=at_step("application", "f9"))
