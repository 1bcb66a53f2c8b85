"""Facts in columns that wrap, in one widget however many rows there are."""

from typing import TYPE_CHECKING

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
        super().__init__(_grid(table))
        self.table = table


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
