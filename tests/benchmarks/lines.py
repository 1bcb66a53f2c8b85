"""A table of 500,000 rows against one of 1,000, and its keys against a bare Textual input.

Budgets (design 8): painting it <= 1.1 x that of 1,000 rows, an arrow key <= 1.0 x a bare input.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from textual.app import App, ComposeResult
from textual.widgets import Input

from screens.keys import key
from screens.widgets.line_table import LineColumn, LineTable, TableLine
from tests.benchmarks.table import ratios, rounds
from tests.benchmarks.terminal import Terminal, environment

FEW, MANY = 1_000, 500_000
KEYS = 24
BARE = "bare Textual input, a character"
PAINT = {size: f"paint, {size:,} rows" for size in (FEW, MANY)}
ARROW = {size: f"arrow, {size:,} rows" for size in (FEW, MANY)}
PAGE = {size: f"page down, {size:,} rows" for size in (FEW, MANY)}
DOWN, UP, PAGE_DOWN = "\x1b[B", "\x1b[A", "\x1b[6~"


class Rows(App[None]):
    """The table, filled anew at each press of F5, or the input alone."""

    BINDINGS = [key("again", "fill", "Fill")]  # noqa: RUF012 - typed as an instance variable by Textual

    def __init__(self, size: int) -> None:
        super().__init__()
        self._rows = size
        self._fillings = 0

    def compose(self) -> ComposeResult:
        """Lay out the one that is asked for."""
        yield LineTable() if self._rows else Input()

    def on_mount(self) -> None:
        """Fill the table once."""
        if self._rows:
            self.query_one(LineTable).styles.height = "100%"
            self.query_one(LineTable).focus()
            self.action_fill()

    def action_fill(self) -> None:
        """Show other rows."""
        self._fillings += 1
        filling = self._fillings

        async def fetch(first: int, count: int) -> Sequence[TableLine]:
            return [
                TableLine(
                    ("~", f"person{place}@contoso.example", f"filling {filling}, {place}"), place
                )
                for place in range(first, min(first + count, self._rows))
            ]

        columns = LineColumn("", "sign"), LineColumn("Who"), LineColumn("What")
        self.query_one(LineTable).show(columns, self._rows, fetch)


def main() -> None:
    """Paint and press in turn, and compare medians."""
    names = (BARE, *PAINT.values(), *ARROW.values(), *PAGE.values())
    samples: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds(4)):
        # In turn, key by key: whatever else the machine does is the same for all of them.
        with _started(0) as bare, _started(FEW) as few, _started(MANY) as many:
            for at in range(KEYS):
                samples[BARE].append(_timed(bare, "x", "x" * (at + 1)))
                for size, program in ((FEW, few), (MANY, many)):
                    samples[ARROW[size]].append(_timed(program, UP if at % 2 else DOWN, ""))
            for at in range(KEYS):
                for size, program in ((FEW, few), (MANY, many)):
                    last = f"filling {at + 2}, 38"
                    samples[PAINT[size]].append(_timed(program, "\x1b[15~", last))
            for _ in range(KEYS):
                for size, program in ((FEW, few), (MANY, many)):
                    samples[PAGE[size]].append(_timed(program, PAGE_DOWN, "filling"))
    arrows = {name: samples[name] for name in (BARE, *ARROW.values(), *PAGE.values())}
    ratios("Key press to repaint", BARE, arrows, dict.fromkeys(ARROW.values(), 1.0))
    paints = {name: samples[name] for name in PAINT.values()}
    ratios("Other rows, to the last one in sight", PAINT[FEW], paints, {PAINT[MANY]: 1.1})


@contextmanager
def _started(size: int) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "tests.benchmarks.lines", "rows", str(size)]
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal(command, environment(home)) as program,
    ):
        program.until("filling 1, 38" if size else "\u2594")
        program.settle(0.5)
        yield program


def _timed(program: Terminal, press: str, painted: str) -> float:
    pressed = program.press(press)
    seconds = program.until(painted) - pressed
    program.settle(0.02)
    return seconds


if __name__ == "__main__":
    if sys.argv[1:2] == ["rows"]:
        Rows(int(sys.argv[2])).run()
    else:
        main()
