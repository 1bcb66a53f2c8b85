"""Facts in columns whose words stay whole, in one widget however many rows there are."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.table import Table as Grid
from rich.text import Text
from textual.widgets import Static

from screens.widgets.cutting import middle_cut, shares

if TYPE_CHECKING:
    from wizard.steps.base import Table


_GAP = 2
"""Cells between two columns."""
_SHORT = 12
"""Cells up to which a text stays on one line."""
_LEAST = 10
"""Cells below which a column whose words are cut tells nothing any more."""


class FactTable(Static):
    """A table that is only read, under its title."""

    DEFAULT_CSS = """
    FactTable { height: auto; margin: 1 0 0 0; }
    """

    def __init__(self, table: "Table") -> None:
        super().__init__(_LaidOut(table))
        self.table = table

    @property
    def widest(self) -> int:
        """Cells at which nothing of it is cut or wrapped."""
        told = _telling(self.table)
        columns = zip(told.columns, *told.rows, strict=True)
        return sum(max(map(cell_len, texts)) + _GAP for texts in columns)


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
            told = _telling(self._table)
            self._lines = console.render_lines(_laid_out(told, options.max_width), free, pad=False)
        for line in self._lines:
            yield from line
            yield Segment.line()


def _telling(table: "Table") -> "Table":
    """Return a table without the columns that tell nothing of any row."""
    kept = [at for at in range(len(table.columns)) if any(row[at] for row in table.rows)]
    if not kept:
        return table
    rows = tuple(tuple(row[at] for at in kept) for row in table.rows)
    return replace(table, columns=tuple(table.columns[at] for at in kept), rows=rows)


def _laid_out(table: "Table", width: int) -> RenderableType:
    """Return a table in columns, whose longest words are cut where there is no room for them.

    Where too little would be left of a word, each row is a block of its own.
    """
    columns = list(zip(table.columns, *table.rows, strict=True))
    room = width - _GAP * len(columns)  # Rich counts one behind the last column, too
    longest = [max(map(_at_least, texts)) for texts in columns]
    words = shares(longest, room)
    if all(given >= min(_LEAST, word) for given, word in zip(words, longest, strict=True)):
        whole = [max(map(cell_len, texts)) for texts in columns]
        more = shares([max(a - b, 0) for a, b in zip(whole, words, strict=True)], room - sum(words))
        return _grid(table, [sum(each) for each in zip(words, more, strict=True)])
    return Group(Text(table.title, "bold"), *(_block(table, row, width) for row in table.rows))


def _at_least(text: str) -> int:
    """Return the cells a text wants at least: its longest word, or all of a short one."""
    whole = cell_len(text)
    return whole if whole <= _SHORT else max(map(cell_len, text.split() or [""]))


def _block(table: "Table", row: tuple[str, ...], width: int) -> RenderableType:
    """Return one row: its first value, and below it the others, each with its column's name."""
    names = max((cell_len(name) for name in table.columns[1:]), default=0)
    grid = Grid(box=None, padding=(0, _GAP, 0, 0), show_header=False, pad_edge=False)
    grid.add_column(Text(""), width=names, no_wrap=True)
    grid.add_column(Text(""))
    for name, value in zip(table.columns[1:], row[1:], strict=True):
        grid.add_row(Text(name), Text(_whole(value, width - names - 2 * _GAP)))
    return Group(Text(_whole(row[0], width), "bold"), Padding(grid, (0, 0, 0, _GAP)))


def _whole(text: str, width: int) -> str:
    """Return a text without a word that is longer than its line."""
    return " ".join(middle_cut(word, max(width, 4)) for word in text.split(" "))


def _grid(table: "Table", widths: Sequence[int]) -> RenderableType:
    # The title is none of the grid's own: that would be no wider than its columns.
    grid = Grid(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="underline")
    for column, width in zip(table.columns, widths, strict=True):
        grid.add_column(Text(column), width=width)
    for row in table.rows:
        grid.add_row(*(Text(_whole(*each)) for each in zip(row, widths, strict=True)))
    return Group(Text(table.title, "bold"), grid) if table.title else grid
