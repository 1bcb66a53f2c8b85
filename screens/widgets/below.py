"""What a table has no room for: the chosen row whole, in lines that seldom move."""

from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

from screens.widgets.cutting import cut_sign

LEAST_BELOW: Final = 3
"""Rows that it takes for the shortest text."""


class Below(Static):
    """A text that takes more rows for a longer one and keeps them: what is below must not jump.

    Where there is no room, `Fitting` gives it less.
    """

    DEFAULT_CSS = "Below { height: auto; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002 - named by the base class
        super().__init__("", id=id)
        self._told = Content()
        self._rows = LEAST_BELOW
        self._rows_for = 0
        """The width that the rows were counted at."""

    def tell(self, text: Content) -> None:
        """Show another text."""
        if text != self._told:
            self._told = text
            self.update(text, layout=len(text.wrap(max(self._rows_for, 1))) > self._rows)

    def begin_anew(self) -> None:
        """Keep no rows for what was told before."""
        self._rows_for = 0
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the rows of the longest text so far."""
        if width != self._rows_for:
            self._rows, self._rows_for = LEAST_BELOW, width
        self._rows = max(self._rows, len(self._told.wrap(max(width, 1))))
        return self._rows

    def render(self) -> Content:
        """Return as much of the text as there is room for, and say where there is more."""
        width, height = self.content_size
        if width <= 0:
            return Content()
        lines = self._told.wrap(width)
        if len(lines) <= height:
            return self._told
        last = lines[height - 1].truncate(width - len(cut_sign()) - 1)
        return Content("\n").join([*lines[: height - 1], last.rstrip() + f" {cut_sign()}"])
