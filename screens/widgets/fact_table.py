"""Facts in columns that wrap, in one widget however many rows there are."""

from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.table import Table as Grid
from rich.text import Text
from textual.widgets import Static

if TYPE_CHECKING:
    from wizard.steps.base import Table


class FactTable(Static):
    """A table that is only read, under its title."""

    DEFAULT_CSS = """
    FactTable { height: auto; margin: 1 0 0 0; }
    """

    def __init__(self, table: "Table") -> None:
        super().__init__(_LaidOut(table))
        self.table = table


class _LaidOut:
    """A table that is laid out once for each width: its height is asked for before its lines."""

    def __init__(self, table: "Table") -> None:
        self._table = table
        self._width = 0
        self._lines: list[list[Segment]] = []

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width != self._width:
            self._width = options.max_width
            free = options.update(height=None)
            self._lines = console.render_lines(_grid(self._table), free, pad=False)
        for line in self._lines:
            yield from line
            yield Segment.line()


def _grid(table: "Table") -> Grid:
    grid = Grid(
        box=None,
        padding=(0, 2, 0, 0),
        title=Text(table.title, "bold"),
        title_justify="left",
        header_style="underline",
    )
    for column in table.columns:
        grid.add_column(Text(column), overflow="fold")
    for row in table.rows:
        grid.add_row(*map(Text, row))
    return grid
