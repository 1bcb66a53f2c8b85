"""The same moves lead to the same visits, in the screens and in plain prompts."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from textual.widgets import Button

from screens.automatic import AutomaticScreen
from screens.preview import PreviewScreen
from tests.pilot.driver import Driver, to_step_signed_in, wizard
from tests.practice_here import start_here
from tests.running import have, have_sign_in
from wizard import LEFT
from wizard.flow.plan import SETUP
from wizard.linear.console import Console, heeded
from wizard.linear.walk import run
from wizard.options import Options
from wizard.walk.walk import Way
from wizard.workspace import Workspace, open_workspace

pytestmark = pytest.mark.anyio

Visited = tuple[str, bool]
"""A step, and whether Graph does it there."""

FORWARD, BACK, BY_HAND = Way.FORWARD, Way.BACK, Way.BY_HAND
WALKED = (
    ("mapping", False, FORWARD),
    ("mapping", True, BACK),
    ("mapping", False, BACK),
    ("notification", True, BACK),
    ("credentials", True, BACK),
    ("application", True, BY_HAND),
    ("application", False, FORWARD),
    ("credentials", True, BACK),
    ("application", False, None),
)
"""What is visited, whether Graph does it there, and where to go from there."""
EXPECTED = [(step, by_graph) for step, by_graph, _ in WALKED]
MOVES = [move for *_, move in WALKED if move is not None]
KEYS = {BACK: "escape", BY_HAND: "f7"}
WORDS = {BACK: "b", BY_HAND: "h"}
OF_GRAPH = ("Do it?", "Go to ", "Try again?")


async def in_screens() -> list[Visited]:
    visits: list[Visited] = []
    async with wizard() as driver:
        await to_step_signed_in(driver, "mapping")
        for move in MOVES:
            visits.append(await _visited(driver))
            await _go(driver, move)
        return [*visits, await _visited(driver)]


async def _visited(driver: Driver) -> Visited:
    screen = driver.app.screen
    is_done_here = isinstance(screen, AutomaticScreen | PreviewScreen)
    if is_done_here:
        main = screen.query_one("#main", Button)
        await driver.until(lambda: not main.disabled, "looked at the tenant")
    return driver.step_id, is_done_here


async def _go(driver: Driver, move: Way) -> None:
    screen = driver.app.screen
    if move in KEYS:
        await driver.press(KEYS[move])
    else:
        ways = screen.query("#next")  # to skip, where that is offered
        (ways.first(Button) if ways else screen.query_one("#main", Button)).press()
    await driver.until(lambda: driver.app.screen is not screen, move)
    await driver.pilot.pause()


class Recording(Console):
    """A console that makes the moves, and notes what each is asked at."""

    def __init__(self) -> None:
        super().__init__()
        self.visits: list[Visited] = []
        self._step = ""
        self._moves: Iterator[Way] = iter(MOVES)

    def say(self, text: str = "") -> None:
        if text.startswith("Step "):
            self._step = next(step.id for step in SETUP if text.endswith(f": {step.title}"))

    async def ask(self, question: str) -> str:
        self.visits.append((self._step, question.startswith(OF_GRAPH)))
        move = next(self._moves, None)
        if move is None:
            return heeded("q")
        return heeded(
            WORDS.get(move, "" if question.startswith(("Enter keeps", "Enter goes")) else "s")
        )


async def opened(options: Options, tell: Callable[[str], None]) -> Workspace:
    """Put a workspace together in which the Webex half is done, and somebody is signed in."""
    space = await open_workspace(options, tell, start=start_here)
    await have(space, "prepare", "organization", "token", "connection")
    await have_sign_in(space)
    space.work_on().change(at_step="mapping")
    return space


async def in_prompts() -> list[Visited]:
    console = Recording()
    options = Options(practice=True, plain=True)
    assert await asyncio.to_thread(run, options, opened, console) == LEFT
    return console.visits


async def test_the_same_moves_lead_to_the_same_visits_in_both_front_ends() -> None:
    assert await in_screens() == EXPECTED
    assert await in_prompts() == EXPECTED
