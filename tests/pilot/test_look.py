"""How every screen looks, measured at every size, in every theme and without colours."""

from collections.abc import AsyncIterator

import pytest
from textual.color import Color
from textual.events import Paste
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, TextArea

from screens.automatic import AutomaticScreen
from screens.base import StepScreen
from screens.confirm import Confirm
from screens.preview import PreviewScreen
from screens.themes import PALETTES
from screens.undo import UndoScreen
from screens.widgets.key_line import KeyLine
from tests.generated_desk import MANY_OFF, GeneratedDesk
from tests.looks import dyes
from tests.measured import cells, faults
from tests.pilot.driver import Driver, at_once, wizard
from tests.pilot.preview_shown import show_preview
from tests.running import do, have, have_sign_in
from wizard.flow.plan import SETUP

pytestmark = [pytest.mark.anyio, pytest.mark.port_3000]

HIGH_AND_LOW = (80, 24), (80, 23)
SMALL, LARGE = (40, 10), (200, 60)
"""The small one is measured once for each kind of screen, from the large one where that differs."""
WITH_HELP = {"prepare", "mapping"}
"""Steps beside which the help stands, once with a table."""
THROUGH_GRAPH = AutomaticScreen, PreviewScreen
STEPS = tuple(step.id for step in SETUP)
OVER = {
    "prepare": ("f2", "ctrl+c"),
    "organization": ("f1",),
    "mapping": ("e )", "s", "i enter", "t", "g"),
    "scoping": ("a", "h", "g f3"),
}
"""Keys that open a dialog, by the step they are pressed at."""
FURTHER = {"assignment": ("an", "down", "space", "enter"), "on-demand": ("an", "down", "enter")}
"""What is typed at a question, and the keys to what does it."""
DONE = ("application", "credentials", "assignment", "scope", "on-demand", "start")
"""Steps that are done once they were looked at, so that the next ones ask what they ask."""
BUSY = (
    "Looking at your tenant",
    "Reading both",
    "Testing.",
    "Testing the keyring",
    "Checking this machine",
)


async def visited(driver: Driver) -> AsyncIterator[str]:
    """Go to one screen after the other, and stay at each until it has come to rest."""
    await driver.welcomed()
    yield "welcome"
    space = await driver.app.workspace()
    await have(space, "prepare", "organization", "token", "connection")
    space.session().change(at_step=STEPS[0], reached=STEPS)
    await driver.press("enter")
    async for name in steps(driver):
        yield name
    async for name in preview(driver):
        yield name
    async for name in undo(driver):
        yield name
    async for name in renewal(driver):
        yield name


async def steps(driver: Driver) -> AsyncIterator[str]:
    """Go through the steps of the setup, with the dialogs of each, and how each is done by hand."""
    space = await driver.app.workspace()
    for step_id in STEPS:
        await go_to(driver, step_id)
        yield step_id
        for keys in OVER.get(step_id, ()):
            yield await over(driver, keys)
            while isinstance(driver.app.screen, ModalScreen):
                await driver.press("escape")
            await driver.at(step_id)
        if step_id in FURTHER and isinstance(driver.app.screen, AutomaticScreen):
            async for name in further(driver, step_id):
                yield name
        if step_id == "sign-in":
            driver.app.screen.query_one("#hand-over", Button).press()
            yield await over(driver, "")
            await driver.press("escape")
            await driver.at(step_id)
            await have_sign_in(space)
        if isinstance(driver.app.screen, THROUGH_GRAPH):
            await to_by_hand(driver)
            yield f"{step_id}, by hand"
        if step_id in DONE:
            await do(space, step_id)


async def further(driver: Driver, step_id: str) -> AsyncIterator[str]:
    """Stay at what a step through Graph shows once somebody has typed or asked for it."""
    typed, *keys = FURTHER[step_id]
    if typed:
        await driver.find(typed)
        await rests(driver)
        yield f"{step_id}, searched"
    for key in keys:
        await driver.press(key)
        await rests(driver)
        yield f"{step_id}, {key}"


async def preview(driver: Driver) -> AsyncIterator[str]:
    """Go into a preview, from the counts to one person's story."""
    desk = GeneratedDesk(50_000, stops=(MANY_OFF,))
    below = driver.app.screen
    await show_preview(driver, desk)
    yield "preview, reading"
    desk.gate.set()
    for keys, wanted in (
        ("", "1 stop"),
        ("down down down enter", "person0 "),
        ("enter", "because"),
    ):
        await driver.press(*keys.split())
        await driver.reads(wanted)
        await driver.pilot.pause()
        yield f"preview, {wanted}"
    driver.app.pop_screen()
    await driver.until(lambda: driver.app.screen is below)


async def undo(driver: Driver) -> AsyncIterator[str]:
    """Look at what can be taken back, and at the question before it is."""
    assert isinstance(driver.app.screen, StepScreen)
    driver.app.turn_to("undo", driver.app.screen)
    await driver.until(lambda: isinstance(driver.app.screen, UndoScreen), "undo")
    await rests(driver)
    yield "undo"
    yield await over(driver, "m u")
    await driver.press("escape", "escape")


async def renewal(driver: Driver) -> AsyncIterator[str]:
    """Go through a renewal, with its last step through Graph and by hand."""
    await driver.choose("new")
    yield await over(driver, "")
    await driver.press("escape")
    await driver.choose("renew")
    await driver.at("new-token")
    await driver.reads("Waiting for the browser")
    yield "new-token"
    await driver.press("f8")
    await driver.reads("Is this the right account?")
    yield "new-token, judged"
    for step_id in ("new-connection", "sign-in", "replacement"):
        await driver.until(lambda: not driver.app.screen.query_one("#main", Button).disabled)
        await driver.press("enter")
        await driver.at(step_id)
        await rests(driver)
        yield step_id
    await to_by_hand(driver)
    yield "replacement, by hand"
    yield await over(driver, "enter")
    driver.app.screen.query_one("#yes", Button).press()
    await driver.at("renewed")
    await rests(driver)
    yield "renewed"


async def go_to(driver: Driver, step_id: str) -> None:
    """Go to a step that was reached."""
    if driver.step_id != step_id:
        await driver.app.screen.run_action(f"go_to({step_id!r})")
        await is_let_go(driver)
    await driver.at(step_id)
    await rests(driver)


async def to_by_hand(driver: Driver) -> None:
    """Go to what a step says by hand."""
    await driver.press("f7")
    await is_let_go(driver)
    await driver.until(lambda: not isinstance(driver.app.screen, THROUGH_GRAPH))
    await rests(driver)


async def is_let_go(driver: Driver) -> None:
    """Let a preview go that was not accepted, where that is asked."""
    await driver.pilot.pause()
    if isinstance(driver.app.screen, Confirm):
        await driver.press("y")


async def over(driver: Driver, keys: str) -> str:
    """Open a dialog, and return its name."""
    await driver.press(*keys.split())
    await driver.until(lambda: isinstance(driver.app.screen, ModalScreen), f"{keys} opens")
    await rests(driver)
    return type(driver.app.screen).__name__


async def rests(driver: Driver) -> None:
    """Wait until what a screen begins by itself has ended."""
    await driver.until(lambda: not any(busy in driver.text() for busy in BUSY))
    await driver.until(lambda: driver.app.screen.focused is not None, "a focus")
    await driver.until(lambda: not driver.app.screen.query("Button.-active"), "no press")
    await driver.pilot.pause()


async def laid_out(driver: Driver, size: tuple[int, int]) -> None:
    """Wait until the screen on top is as large as the terminal."""
    line = driver.app.screen.query_one(KeyLine)
    await driver.until(lambda: (line.region.right, line.region.bottom) == size)
    await driver.pilot.pause()  # columns are shared once their room is known


async def _taken_of_a_megabyte(driver: Driver) -> AsyncIterator[str]:
    """Paste far too much into every field, and tell of each that takes it or is mute."""
    screen = driver.app.screen
    for field in screen.query("Input, TextArea").results(Widget):
        if not (field.region and field.display):
            continue
        held = field.value if isinstance(field, Input) else ""
        field.post_message(Paste("x" * 1_000_000))
        await driver.pilot.pause()
        if isinstance(field, Input) and field.value != held:
            yield f"{field} takes it"
        if isinstance(field, TextArea) and len(field.text) > 20_000:
            yield f"{field} takes it"
        if " characters, and " not in driver.text():
            yield f"{field} does not say that it is too long"


async def measured(driver: Driver, names: AsyncIterator[str]) -> list[str]:
    """Return what is wrong with every screen, and with each kind of it at every size."""
    wrong: list[str] = []
    sizes, known = HIGH_AND_LOW, set[type[object]]()
    async for name in names:
        kind = type(driver.app.screen)
        large = [LARGE] if name in WITH_HELP else []
        for size in sizes if kind in known else (*sizes, *large, SMALL, sizes[-1]):
            if driver.app.size != size:
                await driver.pilot.resize_terminal(*size)
            await laid_out(driver, size)
            found = faults(driver.app.screen)
            wrong += [f"{name}, {size[0]}x{size[1]}: {fault}" for fault in found]
        if kind not in known:
            wrong += [f"{name}: {fault}" async for fault in _taken_of_a_megabyte(driver)]
        sizes = sizes[::-1]
        known.add(kind)
    return wrong


@pytest.mark.thorough
async def test_every_screen_keeps_the_grammar_in_every_theme() -> None:
    async with wizard() as driver:
        assert "\n".join(await measured(driver, visited(driver))) == ""


async def focused_otherwise(driver: Driver) -> AsyncIterator[str]:
    """Go to what is drawn otherwise without colours: tables, lists, errors."""
    await at_once(driver, "mapping")
    await rests(driver)
    yield "mapping"
    yield await over(driver, "i enter")
    await driver.press("escape", "f2")
    yield await over(driver, "")
    await driver.press("escape")
    await go_to(driver, "scoping")
    driver.app.screen.query_one("#audience").focus()
    await driver.pilot.pause()
    yield "scoping"


async def test_a_focus_is_seen_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with wizard() as driver:
        assert "\n".join(await measured(driver, focused_otherwise(driver))) == ""


@pytest.mark.parametrize("colours", [True, False], ids=["colours", "NO_COLOR"])
async def test_the_chosen_row_of_a_list_is_seen(
    monkeypatch: pytest.MonkeyPatch, colours: bool
) -> None:
    if not colours:
        monkeypatch.setenv("NO_COLOR", "1")
    async with wizard() as driver:
        await driver.welcomed()
        await driver.press("down")
        await driver.pilot.pause()
        choices = driver.app.screen.query_one("#choices", OptionList)
        assert choices.has_focus
        painted = driver.app.screen._compositor.render_strips()
        first = choices.content_region.offset
        before, chosen, after = (
            next(iter(painted[first.y + at].crop(first.x, first.x + 1))).style for at in range(3)
        )
        assert chosen is not None
        assert after is not None
        assert before is not None
        assert (before.color, before.underline) == (after.color, after.underline)
        if colours:
            assert chosen.color != after.color
        else:
            assert (chosen.underline, after.underline) == (True, None)


async def test_a_theme_paints_what_its_table_says() -> None:
    async with wizard() as driver:
        await at_once(driver, "prepare")
        await rests(driver)
        dark = cells(driver.app.screen)
        for name in list(PALETTES)[1:]:
            driver.app.theme = name
            await driver.pilot.pause()
            table = dyes(name)
            said = [
                [c._replace(ink=table[c.ink], ground=table[c.ground]) for c in row] for row in dark
            ]
            assert cells(driver.app.screen) == said


@pytest.mark.parametrize(("term", "depth"), [("xterm-256color", "256"), ("xterm", "standard")])
async def test_a_terminal_with_few_colours_is_given_those(
    term: str, depth: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv("TERM", term)
    async with wizard() as driver:
        await at_once(driver, "prepare")
        await rests(driver)
        for name, of in PALETTES.items():
            driver.app.theme = name
            await driver.pilot.pause()
            painted = {c.hex for row in cells(driver.app.screen) for each in row for c in each[1:3]}
            assert painted <= {Color.parse(colour).hex for colour in of[depth]}


async def test_a_terminal_without_unicode_gets_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    async with wizard() as driver:
        await at_once(driver, "mapping")
        await rests(driver)
        for keys in ("", "f2", "s"):
            if keys:
                await over(driver, keys)
            painted = "".join(cell.text for row in cells(driver.app.screen) for cell in row)
            assert painted.isascii(), sorted(set(painted) - set(map(chr, range(128))))
            if keys:
                assert "+----" in painted, "the edge of a dialog"
                await driver.press("escape")
