"""Facts in columns whose words stay whole, in one widget however many rows there are."""

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table as Grid
from rich.text import Text
from textual.widgets import Static

from screens.widgets.cutting import cut_sign, middle_cut

if TYPE_CHECKING:
    from wizard.steps.base import Table


_GAP = 2
"""Cells between two columns."""


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
            self._lines = console.render_lines(
                _laid_out(self._table, options.max_width), free, pad=False
            )
        for line in self._lines:
            yield from line
            yield Segment.line()


def _laid_out(table: "Table", width: int) -> RenderableType:
    """Return a table in columns, or where a word would not fit, each row as a block of its own."""
    longest = [
        max(cell_len(word) for text in texts for word in (text.split() or [""]))
        for texts in zip(table.columns, *table.rows, strict=True)
    ]
    if sum(longest) + _GAP * (len(longest) - 1) <= width:
        return _grid(table)
    return Group(Text(table.title, "bold"), *(_block(table, row, width) for row in table.rows))


def _block(table: "Table", row: tuple[str, ...], width: int) -> RenderableType:
    """Return one row: its first value, and below it the others, each with its column's name."""
    names = max((cell_len(name) for name in table.columns[1:]), default=0)
    grid = Grid(box=None, padding=(0, _GAP, 0, 0), show_header=False, pad_edge=False)
    grid.add_column(Text(""), width=names, no_wrap=True)
    grid.add_column(Text(""))
    for name, value in zip(table.columns[1:], row[1:], strict=True):
        grid.add_row(Text(name, "dim"), Text(_whole(value, width - names - 2 * _GAP)))
    return Group(Text(_whole(row[0], width), "bold"), Padding(grid, (0, 0, 0, _GAP)))


def _whole(text: str, width: int) -> str:
    """Return a text without a word that is longer than its line."""
    return " ".join(middle_cut(word, max(width, 4), cut_sign()) for word in text.split(" "))


def _grid(table: "Table") -> Grid:
    grid = Grid(
        box=None,
        padding=(0, _GAP, 0, 0),
        pad_edge=False,
        title=Text(table.title, "bold"),
        title_justify="left",
        header_style="underline",
    )
    for column in table.columns:
        grid.add_column(Text(column))
    for row in table.rows:
        grid.add_row(*map(Text, row))
    return grid
