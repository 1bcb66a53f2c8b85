"""Drives the real application in practice, with keys, and waits on conditions."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Button, OptionList, Static

from screens.app import WizardApp
from screens.automatic import AutomaticScreen
from screens.preview import PreviewScreen
from screens.widgets.fact_table import FactTable
from screens.widgets.question import QuestionField
from screens.widgets.remark import Remark
from screens.widgets.secret_input import SecretInput
from screens.widgets.sign_in_link import SignInLink
from tests.desk_here import started_here
from tests.practice_here import start_here
from tests.running import do, have, have_sign_in
from tests.trial_here import trial_here
from wizard.flow.plan import SETUP
from wizard.options import Options
from wizard.practice.visitor import complete
from wizard.workspace import Workspace, open_workspace

ADMIN = "admin@practice.example"
PATIENCE = 30.0
"""Seconds after which a condition counts as never met."""


@dataclass
class Driver:
    """The application, and what a person can do with it."""

    app: WizardApp
    pilot: Pilot[int]
    keys: int = 0

    async def press(self, *keys: str) -> None:
        """Press keys, counted."""
        self.keys += len(keys)
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type text into the focused field; not counted."""
        for character in text:
            await self.pilot.press(character)

    async def find(self, text: str) -> None:
        """Type what is searched, and wait until it has found somebody."""
        await self.type(text)
        field = self.app.screen.query_one(QuestionField)
        await self.until(lambda: field.answer, f"{text} is found")

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Let the application run until a condition holds."""
        limit = time.monotonic() + PATIENCE
        while not (self._is_whole() and condition()):
            if time.monotonic() > limit:
                raise AssertionError(f"never: {what or condition}\n{self.text()}")
            await self.pilot.pause()

    def _is_whole(self) -> bool:
        """Tell whether the screen on top has all its widgets; it is on top before it has any."""
        stack = self.app.screen_stack
        return not stack or stack[-1].is_mounted

    async def welcomed(self) -> None:
        """Wait for the welcome screen."""
        await self.until(lambda: type(self.app.screen).__name__ == "WelcomeScreen")

    async def choose(self, command: str) -> None:
        """Choose a command on the welcome screen."""
        await self.welcomed()
        choices = self.app.screen.query_one("#choices", OptionList)
        choices.highlighted = choices.get_option_index(command)
        choices.focus()
        await self.press("enter")

    async def at(self, step_id: str) -> None:
        """Wait for the screen of a step."""
        await self.until(lambda: self.step_id == step_id, f"step {step_id}")
        await self.pilot.pause()

    async def left(self, step_id: str) -> None:
        """Wait until another screen than that of a step is on top."""
        await self.until(lambda: self.step_id != step_id, f"on from {step_id}")

    async def reads(self, *texts: str) -> None:
        """Wait until the screen shows all of the texts."""
        await self.until(lambda: all(text in self.text() for text in texts), f"{texts}")

    @property
    def step_id(self) -> str:
        """The step whose screen is on top, or the empty string."""
        info: Any = getattr(self.app.screen, "info", None)
        return info.id if info is not None else ""

    def text(self) -> str:
        """All text of the screen on top, as widgets hold it."""
        shown = [_text(widget) for widget in self.app.screen.query(Static) if widget.display]
        return "\n".join(shown)

    def told(self) -> str:
        """What is told above the content; a toast, which covers what is below it, is a fault."""
        assert not self.app.screen.query("Toast")
        return "\n".join(
            str(each.content) for each in self.app.screen.query(Remark) if each.id == "told-beside"
        )


def _text(widget: Static) -> str:
    if not isinstance(widget, FactTable):
        return str(widget.content)
    table = widget.table
    return "\n".join([table.title, *(" | ".join(row) for row in (table.columns, *table.rows))])


async def opened(options: Options, tell: Callable[[str], None]) -> Workspace:
    """Put a workspace together that starts no process."""
    space = await open_workspace(options, tell, start=start_here)
    space.trial = trial_here()
    space.start_preview = started_here
    return space


@asynccontextmanager
async def wizard(
    options: Options | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Driver]:
    """Run the application in practice."""
    app = WizardApp(options or Options(practice=True), opened)
    async with app.run_test(size=size, notifications=True) as pilot:
        try:
            yield Driver(app, pilot)
        finally:
            (await app.workspace()).close()


async def walk_to(driver: Driver, step_id: str) -> None:
    """Walk forward to a step, from the welcome screen or an earlier step, doing what each asks."""
    if not driver.step_id:
        await driver.welcomed()
        await driver.press("enter")
    while True:
        await driver.until(lambda: driver.step_id)
        await driver.pilot.pause()
        here = driver.step_id
        if here == step_id:
            return
        if here == "token":
            await driver.reads("Secret token")
            await _sign_in(driver)
        if here == "connection":
            await driver.reads("✓ Passed")
        if here == "preview":
            skip = driver.app.screen.query_one("#next", Button)  # there are no files
            while driver.app.focused is not skip:
                await driver.press("right")
            await driver.press("enter")
        else:
            await driver.press("f7" if here == "sign-in" else "enter")
        await driver.left(here)


async def to_step(driver: Driver, step_id: str) -> None:
    """Go to a step from the welcome screen, as if all before it had been done by hand."""
    space = await driver.app.workspace()
    before = takewhile(lambda name: name != step_id, (step.id for step in SETUP))
    await have(space, *before)
    await at_once(driver, step_id)


async def at_once(driver: Driver, step_id: str) -> None:
    """Go to a step that needs no other, as if the wizard had been left there."""
    session = (await driver.app.workspace()).session()
    session.change(at_step=step_id, reached=tuple(step.id for step in SETUP))
    await driver.welcomed()
    await driver.press("enter")
    await driver.at(step_id)


async def to_step_signed_in(driver: Driver, step_id: str, *done: str) -> None:
    """Go to a step from the welcome screen, signed in to Microsoft and with some steps done."""
    await done_below(driver, *done)
    await at_once(driver, step_id)


async def done_below(driver: Driver, *done: str) -> None:
    """Do the Webex half, sign in to Microsoft, and do steps through Graph, on no screen."""
    space = await driver.app.workspace()
    await have(space, "prepare", "organization", "token", "connection")
    await have_sign_in(space)
    for step_id in done:
        await do(space, step_id)


async def pasted(driver: Driver) -> None:
    """Sign in with a browser elsewhere, and paste the address it ended at."""
    practice = (await driver.app.workspace()).practice
    assert practice is not None
    link = driver.app.screen.query_one(SignInLink).address
    landing = await asyncio.to_thread(complete, link, ADMIN, send=practice.send)
    driver.app.post_message(Paste(landing.url))
    paste = driver.app.screen.query_one("#paste", SecretInput)
    await driver.until(lambda: paste.value, "the paste is in the field")
    await driver.press("enter")


async def token_over_ssh(driver: Driver) -> None:
    """Bring the token with a browser elsewhere, and go on."""
    await walk_to(driver, "token")
    await driver.reads("Waiting for the browser", "Copy link")
    await driver.press("enter")
    await driver.reads("The link was sent to your terminal")
    await pasted(driver)
    await driver.reads("Is this the right account?")
    await driver.press("enter")
    await driver.at("connection")


async def sign_in_over_ssh(driver: Driver) -> None:
    """Sign in to Microsoft with a browser elsewhere."""
    await driver.at("sign-in")
    await driver.press("enter")
    await driver.reads("Waiting for the browser", "The link was sent to your terminal")
    await pasted(driver)
    await driver.reads("Signed in.", ADMIN)
    await driver.until(lambda: str(driver.app.screen.query_one("#main", Button).label) == "Next")


async def _sign_in(driver: Driver) -> None:
    """Let the practice tenant sign in, if that was not done before."""
    asked = "Is this the right account?"
    await driver.until(lambda: asked in driver.text() or "Waiting for the" in driver.text())
    if asked not in driver.text():
        await driver.press("f8")
        await driver.reads(asked)


async def signed_in(driver: Driver) -> None:
    """Sign in with the browser, whose part the practice tenant does."""
    await driver.at("sign-in")
    await driver.press("enter")
    await driver.reads("Waiting for the browser at port")
    await driver.press("f8")
    await driver.reads("Signed in.", ADMIN)
    await driver.until(lambda: not driver.app.screen.query_one("#main", Button).disabled)


async def done_through_graph(driver: Driver) -> None:
    """Let the screen do what it shows, and go on."""
    await driver.until(lambda: isinstance(driver.app.screen, AutomaticScreen | PreviewScreen))
    screen = driver.app.screen
    if isinstance(screen, PreviewScreen):
        await driver.until(lambda: screen.main.has_focus, "nothing stops")
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is not screen)
        return
    assert isinstance(screen, AutomaticScreen)
    await driver.until(lambda: not screen.main.disabled, "looked at the tenant")
    if str(screen.main.label) == "Do it":
        while screen.focused is not screen.main:  # from one question to the next
            await driver.press("enter")
        await driver.press("enter")
        await driver.until(lambda: str(screen.main.label) == "Next", "done in the tenant")
    # A button takes no second press while it shows the first one.
    await driver.until(lambda: not screen.main.has_class("-active"), "the button is up again")
    assert str(screen.main.label) == "Next", driver.text()
    await driver.press("enter")
    await driver.until(lambda: driver.app.screen is not screen)
