"""Key press to repaint on our screens, against a bare Textual input.

Budgets (design 8): <= 2 x a bare input on every screen; while work runs <= 1.25 x idle, and never
more than 50 ms. A repaint waits for the next frame, of which ours has 120 a second and a bare
application 60, hence the humps.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.table import ratios, rounds
from tests.benchmarks.terminal import Terminal, environment

KEYS = 24
BARE, BARE_TAB = "bare Textual input, a character", "bare Textual buttons, tab"
WELCOME, LOADING = "welcome, arrow", "welcome, arrow, while the libraries load"
ORGANIZATION, MAPPING = "organization, a character", "mapping table, arrow"
TYPED = "expression, a character"
PERSON = "mapping, the next person"
VALUE = "expression, the value"
MANY = "expression, the value, of 10,000 people"
PEOPLE = "preview, people, arrow"
READ, READING = "preview, tab", "preview, tab, while 100,000 people a side are read"
IDLE, BUSY = "connection, tab", "connection, tab, while the ladder runs"
BARE_PALETTE, PALETTE = "bare application, the palette", "welcome, the palette"
BARE_FIRST, FIRST = f"{BARE_PALETTE} for the first time", f"{PALETTE} for the first time"
OPENINGS = 8

CONTROL = [sys.executable, str(Path(__file__).with_name("bare.py"))]
WIZARD = [str(Path(sys.executable).with_name("webex-wizard"))]
PREVIEW = [sys.executable, "-m", "tests.benchmarks.preview_screen", "100000"]
SCREEN = [sys.executable, "-m", "tests.benchmarks.one_screen"]

DOWN, UP, LEFT, TAB, BACK_TAB = "\x1b[B", "\x1b[A", "\x1b[D", "\t", "\x1b[Z"


def main() -> None:
    """Type on each screen in turn and compare medians."""
    samples: dict[str, list[float]] = {
        name: []
        for name in (
            *(BARE, BARE_TAB, WELCOME, LOADING, ORGANIZATION),
            *(MAPPING, TYPED, IDLE, BUSY, PERSON, VALUE, MANY),
            *(READ, READING, PEOPLE),
            *(BARE_PALETTE, PALETTE, BARE_FIRST, FIRST),
        )
    }
    for _ in range(rounds(4)):
        samples[BARE] += _bare()
        samples[BARE_TAB] += _bare_buttons()
        loading, idle = _welcome()
        samples[LOADING] += loading
        samples[WELCOME] += idle
        samples[ORGANIZATION] += _organization()
        samples[MAPPING] += _mapping()
        samples[PERSON] += _person()
        samples[TYPED] += _expression('"', "invented people")
        samples[VALUE] += _expression("gets: ", "invented people")
        samples[MANY] += _expression("gets: ", "10,000 people", "many")
        samples[IDLE] += _connection("idle")
        samples[BUSY] += _connection("slow")
        reading, read, people = _preview()
        samples[READING] += reading
        samples[READ] += read
        samples[PEOPLE] += people
        _open_palettes(samples)
    asked = {name: samples.pop(name) for name in (PERSON, VALUE, MANY)}
    opened = {name: samples.pop(name) for name in (BARE_PALETTE, PALETTE, BARE_FIRST, FIRST)}
    # While work runs, what counts is how much longer a key takes than at rest.
    budgets = {name: 2.0 for name in samples if name not in (BARE, BARE_TAB, BUSY, READING)}
    ratios("Key press to repaint", BARE, samples, budgets)
    ratios(
        "Key press to what another process finds; a frame is 16.7 ms", VALUE, asked, {MANY: 1.25}
    )
    ratios("The palette; a frame is 16.7 ms", BARE_PALETTE, opened, {})
    for resting, running in ((IDLE, BUSY), (READ, READING)):
        both = {name: samples[name] for name in (resting, running)}
        ratios("While work runs", resting, both, {running: 1.25})


@contextmanager
def _started(command: list[str], first: str) -> Iterator[Terminal]:
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal(command, environment(home)) as program,
    ):
        program.until(first)
        yield program


@contextmanager
def _at(step: str, title: str, *more: str) -> Iterator[Terminal]:
    with _started([*SCREEN, step, *more], "no usable keyring") as program:
        program.press("\r")
        program.until(title)
        yield program


def _bare() -> list[float]:
    with _started([*CONTROL, "field"], "A bare input") as program:
        return _typed(program)


def _bare_buttons() -> list[float]:
    with _started([*CONTROL, "buttons"], "Second button") as program:
        program.settle(0.5)
        return _tabbed(program, "First button", "Second button")


def _welcome() -> tuple[list[float], list[float]]:
    with _started(WIZARD, "Set up provisioning") as program:
        loading = [_timed(program, *_arrow(number)) for number in range(4)]
        program.settle(1.0)
        return loading, [_timed(program, *_arrow(number)) for number in range(KEYS)]


def _arrow(number: int) -> tuple[str, str]:
    return (UP, "Set up") if number % 2 else (DOWN, "Renew the token")


def _organization() -> list[float]:
    with _at("organization", "Organization") as program:
        program.settle(0.5)
        program.press("\x15" + "\x0b")  # ctrl+u, ctrl+k: an empty input
        return _typed(program)


def _mapping() -> list[float]:
    with _at("mapping", "Gets: ") as program:
        program.settle(0.5)
        keys = [(UP if number % 2 else DOWN, "") for number in range(KEYS)]
        return [_timed(program, *key) for key in keys]


def _person() -> list[float]:
    with _at("mapping", "invented people") as program:
        program.settle(0.5)
        return [_timed(program, "j", f", {number + 2} of 65") for number in range(KEYS)]


def _expression(before: str, audience: str, *more: str) -> list[float]:
    """Time from a key to its painting behind a text, in the field or where the value stands."""
    with _at("mapping", audience, *more) as program:
        program.settle(0.5)
        program.press("e")
        program.until("gets: ")
        for keys in ("\x15", '""', LEFT):  # ctrl+u: an empty field
            program.settle(0.5)
            program.press(keys)
        program.settle(0.5)
        return [_timed(program, "x", before + "x" * (number + 1)) for number in range(KEYS)]


def _connection(pace: str) -> list[float]:
    with _at("connection", "Testing. Nothing is changed", pace) as program:
        if pace == "idle":
            program.until("Passed")
        program.drop(1.5)  # what the test itself needs is loaded then
        return _tabbed(program, "Next", "Test again")


def _open_palettes(samples: dict[str, list[float]]) -> None:
    """Time the palette of a bare application and of ours, the first time apart from the others."""
    for command, text, asked, first, later in (
        ([*CONTROL, "hello"], "Hello from a bare", "earch for commands", BARE_FIRST, BARE_PALETTE),
        (WIZARD, "Set up provisioning", "hat do you look for?", FIRST, PALETTE),
    ):
        with _started(command, text) as program:
            program.drop(1.5)
            taken = [_opened(program, asked) for _ in range(OPENINGS)]
        samples[first] += taken[:1]
        samples[later] += taken[1:]


def _opened(program: Terminal, asked: str) -> float:
    """Time the palette until it asks; the first letter is under the cursor, so apart."""
    pressed = program.press("\x10")  # ctrl+p
    seconds = program.until(asked) - pressed
    program.press("\x1b")
    program.drop(0.5)
    return seconds


def _preview() -> tuple[list[float], list[float], list[float]]:
    """Time tabs while both directories are read, after it, and arrows among the people."""
    with _started(PREVIEW, "people in scope so far") as program:
        reading = [
            _timed(program, BACK_TAB if at % 2 else TAB, "Stop" if at % 2 else "Skip")
            for at in range(KEYS)
        ]
        program.until("Accept")
        program.settle(0.5)
        program.press(TAB * 2)  # from the table, because so many are switched off
        program.settle(0.5)
        read = _tabbed(program, "Find", "Export")
        program.press("\r")
        program.until("Everybody")
        program.settle(0.5)
        program.press(DOWN)  # from the field to the table
        program.settle(0.5)
        arrows = [_timed(program, DOWN, "person") for _ in range(KEYS)]
        return reading, read, arrows


def _tabbed(program: Terminal, one: str, other: str) -> list[float]:
    keys = [(BACK_TAB, one) if number % 2 else (TAB, other) for number in range(KEYS)]
    return [_timed(program, *key) for key in keys]


def _typed(program: Terminal) -> list[float]:
    program.settle()
    return [_timed(program, "x", "x" * (number + 1)) for number in range(KEYS)]


def _timed(program: Terminal, key: str, painted: str) -> float:
    pressed = program.press(key)
    seconds = program.until(painted) - pressed
    program.settle(0.02)
    return seconds


if __name__ == "__main__":
    main()
