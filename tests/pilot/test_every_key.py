"""Every key of ours and of every terminal, on each kind of screen, at the largest size."""

import pytest
from textual.screen import ModalScreen

from screens.base import StepScreen
from screens.keys import KEYS
from screens.welcome import WelcomeScreen
from tests.pilot.driver import Driver, done_below, wizard
from wizard.flow.plan import SETUP

pytestmark = [pytest.mark.anyio, pytest.mark.port_3000, pytest.mark.thorough]

LARGE = (200, 60)
STEPS = tuple(step.id for step in SETUP)
OTHERS = ("home", "end", "delete", "backspace", "f11", *"123456789")
ENDS = {KEYS["leave"], KEYS["suspend"]}
"""They end the program, or lend the terminal, which here is none."""
ENDS_AT_ALL = {"finish": {KEYS["confirm"]}}
PRESSED = tuple(key for key in (*KEYS.values(), *OTHERS) if key not in ENDS)
KINDS = ("prepare", "organization", "token", "connection", "sign-in", "application", "mapping",
         "scoping", "preview", "finish")  # fmt: skip
"""One step for each kind of screen; the same with F7 is a step by hand."""


async def arrives(driver: Driver, step_id: str) -> None:
    """Go to a step from wherever a key has led."""
    app = driver.app
    while driver.step_id != step_id or isinstance(app.screen, ModalScreen):
        if isinstance(app.screen, WelcomeScreen):
            session = (await app.workspace()).session()
            session.change(at_step=step_id, reached=STEPS)
            await driver.press("enter")
        elif isinstance(app.screen, StepScreen):
            app.screen.action_go_to(step_id)
        else:
            await driver.press("escape")
        await driver.pilot.pause()
        assert app.return_value is None


@pytest.mark.parametrize("step_id", KINDS)
async def test_no_key_ends_the_program_or_leads_to_nowhere(step_id: str) -> None:
    async with wizard(size=LARGE) as driver:
        await done_below(driver)
        await driver.welcomed()
        for key in PRESSED:
            if key in ENDS_AT_ALL.get(step_id, ()):
                continue
            await arrives(driver, step_id)
            await driver.press(key)
            await driver.pilot.pause()
            assert (driver.app.mistake, driver.app.return_value) == ("", None), key
            assert driver.app.screen.size == LARGE, key


async def test_no_key_but_that_which_leaves_ends_the_first_screen() -> None:
    async with wizard(size=LARGE) as driver:
        await driver.welcomed()
        for key in PRESSED:
            if key in {KEYS["close"], KEYS["confirm"]}:
                continue
            await driver.press(key)
            await driver.pilot.pause()
            while not isinstance(driver.app.screen, WelcomeScreen):
                await driver.press("escape")
                await driver.pilot.pause()
            assert (driver.app.mistake, driver.app.return_value) == ("", None), key
