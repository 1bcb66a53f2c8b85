"""The rows of a mapping, each with what it yields for a person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from textual.message import Message
from textual.widgets import DataTable

from screens.widgets.cutting import cut_sign, middle_cut, shares
from screens.widgets.severity import severity_sign
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.mapping.document import Row
    from wizard.trial.outcome import Reading

_LABELS = {
    "sign": "",
    "match": "Match",
    "target": "Webex",
    "source": "From Entra",
    "value": "Gets",
}
_SHARED = ("target", "source", "value")
_LONGEST = 10_000
"""Characters of a text that are read before it is cut to its column."""
_PADDING = 2
_OBJECT_ID = 36
"""Cells of an object id, the longest value that every mapping has."""
_SHORT_SOURCE = 20
"""Cells from which an expression may give some away: an attribute's name fits into so many."""
_ROOM_FOR_MATCH = 84
"""Width from which the matching order has a column of its own."""


class MappingTable(DataTable[Text]):
    """Shows rows; each column is as wide as its content, as far as there is room.

    What does not fit is cut in its middle; whoever shows the table shows the chosen row whole.
    """

    DEFAULT_CSS = """
    MappingTable { height: auto; max-height: 75%; overflow-x: hidden; }
    MappingTable:nocolor > .datatable--cursor { text-style: bold; }
    """

    class Resized(Message):
        """There is another room for the columns."""

    def __init__(self) -> None:
        super().__init__(id="rows", cursor_type="row", zebra_stripes=False)
        self._widths: dict[str, int] = {}
        self._rows_shown: tuple[Row, ...] = ()

    @property
    def room(self) -> int:
        """Characters for the columns; the blank after the last one may be out of sight."""
        return self.scrollable_content_region.width + _PADDING // 2

    def on_resize(self) -> None:
        """Tell of it; a scrollbar of whatever the table is in takes room too."""
        self.post_message(self.Resized())

    def watch_show_vertical_scrollbar(self) -> None:
        """Tell that its own scrollbar takes room, or gives it back."""
        self.post_message(self.Resized())

    def fill(self, rows: "tuple[Row, ...]", width: int) -> None:
        """Show rows anew; values and signs come later, by `judge`.

        Args:
            rows: The rows, in the document's order.
            width: Characters there are.
        """
        place = max(self.cursor_row, 0)
        self.clear(columns=True)
        self._widths = _widths(rows, width)
        for name, size in self._widths.items():
            self.add_column(_LABELS[name], key=name, width=size)
        self._rows_shown = rows
        for row in rows:
            self.add_row(*(self._cell(name, row) for name in self._widths), key=str(row.position))
        self.move_cursor(row=min(place, max(len(rows) - 1, 0)))

    def judge(self, signs: Sequence[str], readings: "Sequence[Reading]") -> None:
        """Show the severity beside each row, and what it yields; both in the rows' order."""
        for row, sign in zip(self._rows_shown, signs, strict=False):
            self.update_cell(str(row.position), "sign", Text(severity_sign(sign)))
        for row, reading in zip(self._rows_shown, readings, strict=False):
            style = "" if reading.kind == "value" else "italic"
            shown = Text(self._fitting(reading.words, "value"), style)
            self.update_cell(str(row.position), "value", shown)

    def action_cursor_left(self) -> None:
        """Go to what comes before the table: all of a row is in sight."""
        self.screen.focus_previous()

    def action_cursor_right(self) -> None:
        """Go to what comes after the table."""
        self.screen.focus_next()

    def action_cursor_up(self) -> None:
        """Go up, from the first row to what comes before the table."""
        if self.cursor_row == 0:
            self.screen.focus_previous()
        else:
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        """Go down, from the last row to what comes after the table."""
        if self.cursor_row == self.row_count - 1:
            self.screen.focus_next()
        else:
            super().action_cursor_down()

    def _cell(self, name: str, row: "Row") -> Text:
        match name:
            case "match":
                return Text(str(row.matching_priority) if row.matching_priority else "")
            case "target":
                required = " *" if row.required else ""
                return Text(self._fitting(row.target, name, len(required)) + required)
            case "source":
                return Text(self._fitting(row.source, name))
            case "value":
                return Text(cut_sign())
            case _:
                return Text("")

    def _fitting(self, text: str, name: str, less: int = 0) -> str:
        return middle_cut(plain_line(text, _LONGEST), self._widths[name] - less)


def _widths(rows: "tuple[Row, ...]", width: int) -> dict[str, int]:
    """Return the width of each column that is shown."""
    fixed = {"sign": 1} | ({"match": 5} if width >= _ROOM_FOR_MATCH else {})
    left = width - sum(size + _PADDING for size in fixed.values()) - _PADDING * len(_SHARED)
    longest = {
        "target": max((len(row.target) + 2 * row.required for row in rows), default=0),
        "source": max((len(row.source) for row in rows), default=0),
        "value": left,  # comes later than the rest, and takes what that leaves
    }
    wanted = [max(longest[name], len(_LABELS[name])) for name in _SHARED]
    target, source, value = shares(wanted, left)
    given = max(0, min(source - _SHORT_SOURCE, _OBJECT_ID - value))
    return fixed | {"target": target, "source": source - given, "value": value + given}
