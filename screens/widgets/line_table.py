"""A table of any number of rows: only those in sight, and a few beside them, are asked for."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual import events, work
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens.keys import key
from screens.widgets.cutting import cut_sign, end_cut, middle_cut, shares
from wizard.errors import WizardError

Tone = Literal["plain", "good", "attention", "bad", "muted"]
"""What a row's sign is coloured by; the sign says the same without it."""

_GAP: Final = 2
"""Cells between two columns."""
_BLOCK: Final = 64
"""Rows that are asked for together."""
_MARGIN: Final = 32
"""Rows beyond what is in sight, on either side, that are there before somebody scrolls to them."""
_KEPT: Final = 16
"""Blocks that are kept."""


class LineColumn(NamedTuple):
    """One column; the first one may be a sign, which has the row's colour."""

    head: str
    kind: Literal["text", "prose", "number", "sign"] = "text"
    """Prose says what matters first, and is cut at its end; all else is cut in its middle."""


class TableLine(NamedTuple):
    """One row: a text of one line for each column, and what it stands for."""

    cells: tuple[str, ...]
    it: Any
    tone: Tone = "plain"


FetchLines = Callable[[int, int], Awaitable[Sequence[TableLine]]]
"""Returns so many rows from a place on."""


class LineTable(ScrollView, can_focus=True):
    """Rows in columns that are as wide as what they hold, as far as there is room.

    Textual's own table makes something of every row before it shows the first one; this one draws
    a line when it is painted, so that half a million rows cost what twenty do. What does not fit is
    cut; whoever shows the table shows the chosen row whole.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-table--head",
        "line-table--cursor",
        "line-table--good",
        "line-table--attention",
        "line-table--bad",
        "line-table--muted",
    }
    BINDINGS: ClassVar[list[BindingType]] = [key("confirm", "open", "Open", show=False)]
    DEFAULT_CSS = """
    LineTable {
        height: auto; overflow-x: hidden; scrollbar-size-vertical: 1;
        background: $background; border-left: outer $background;
        & > .line-table--head { color: $text-muted; }
        & > .line-table--muted { color: $text-muted; }
        & > .line-table--good { color: $text-success; }
        & > .line-table--attention { color: $text-warning; text-style: bold; }
        & > .line-table--bad { color: $text-error; text-style: bold; }
        & > .line-table--cursor { background: $block-cursor-blurred-background; }
        &:focus { border-left: outer $accent; }
        &:focus > .line-table--cursor { background: $block-cursor-background; text-style: bold; }
        &:nocolor:focus > .line-table--cursor { color: $background; background: $foreground; }
    }
    """

    header_height: ClassVar[int] = 1
    """Lines above the rows, which name the columns."""
    cursor = reactive(0, repaint=False)
    """The row that is chosen, which keys move and a click puts elsewhere."""

    @dataclass
    class Chosen(Message):
        """The cursor is at a row; None while that row has not come."""

        line: TableLine | None

    @dataclass
    class Opened(Message):
        """More is wanted of the row that is chosen."""

        line: TableLine

    @dataclass
    class Failed(Message):
        """Rows do not come."""

        error: WizardError

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.size_of_all = 0
        """How many rows there are."""
        self._columns: tuple[LineColumn, ...] = ()
        self._fetch: FetchLines = _nothing
        self._empty = ""
        self._blocks: dict[int, Sequence[TableLine]] = {}
        self._wanted: list[int] = []
        self._widths: tuple[int, list[int]] = (-1, [])
        self._is_asking = False

    def show(
        self,
        columns: Sequence[LineColumn],
        size: int,
        fetch: FetchLines,
        *,
        at: int = 0,
        empty: str = "",
    ) -> None:
        """Show other rows.

        Args:
            columns: What each row has a text for.
            size: How many rows there are.
            fetch: Is asked for those that are to be seen.
            at: The row that is chosen.
            empty: What stands there where there is no row.
        """
        self._columns, self._fetch, self._empty = tuple(columns), fetch, empty
        self.size_of_all = size
        self._blocks = {}
        self._wanted = [cell_len(column.head) for column in columns]
        self._widths = (-1, [])
        self._is_asking = False
        self.set_reactive(LineTable.cursor, max(min(at, size - 1), 0))
        self.virtual_size = Size(0, self.header_height + max(size, 1 if empty else 0))
        self.set_scroll(None, 0)
        self._reach()
        self.refresh(layout=True)
        self._ask()
        self.post_message(self.Chosen(None))

    @property
    def chosen(self) -> TableLine | None:
        """The row at the cursor, once it has come."""
        return self._line(self.cursor)

    def _line(self, place: int) -> TableLine | None:
        block = self._blocks.get(place // _BLOCK)
        at = place % _BLOCK
        return block[at] if block is not None and at < len(block) else None

    @property
    def _in_sight(self) -> int:
        """How many rows there is room for."""
        return max(self.scrollable_content_region.height - self.header_height, 1)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor among the rows."""
        return max(min(cursor, self.size_of_all - 1), 0)

    def watch_cursor(self, before: int, cursor: int) -> None:
        """Paint the two rows that look otherwise, and tell of the one that is chosen."""
        self.refresh_line(self.header_height + before)
        self.refresh_line(self.header_height + cursor)
        self._reach()
        self._ask()
        self.post_message(self.Chosen(self.chosen))

    def _reach(self) -> None:
        """Scroll as little as brings the cursor into sight."""
        top, room = self.scroll_offset.y, self._in_sight
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + room:
            self.scroll_to(y=self.cursor - room + 1, animate=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for what comes into sight."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()

    def on_resize(self, _event: events.Resize) -> None:
        """Share the new width among the columns, and keep the chosen row in sight."""
        self._reach()
        self._ask()
        self.refresh()

    def _missing(self) -> int | None:
        """Return the block to be asked for next: what is in sight comes first."""
        top, room = self.scroll_offset.y, self._in_sight
        last = self.size_of_all - 1
        for first, end in ((top, top + room - 1), (top - _MARGIN, top + room + _MARGIN)):
            for block in range(max(first, 0) // _BLOCK, min(end, last) // _BLOCK + 1):
                if block not in self._blocks:
                    return block
        return None

    def _ask(self) -> None:
        if not self._is_asking and self._missing() is not None and self.is_attached:
            self._is_asking = True
            self._take(self._blocks)

    @work(group="rows", exclusive=True, description="Fetch rows")
    async def _take(self, blocks: dict[int, Sequence[TableLine]]) -> None:
        # Other rows to be shown have other blocks, and cut this off.
        while (block := self._missing()) is not None:
            try:
                lines = await self._fetch(block * _BLOCK, _BLOCK)
            except WizardError as error:
                self.post_message(self.Failed(error))
                return  # and ask no more until other rows are to be shown
            if blocks is not self._blocks:
                return
            self._keep(block, lines)
        self._is_asking = False

    def _keep(self, block: int, lines: Sequence[TableLine]) -> None:
        self._blocks[block] = lines
        here = self.scroll_offset.y // _BLOCK
        while len(self._blocks) > _KEPT:
            del self._blocks[max(self._blocks, key=lambda each: abs(each - here))]
        for line in lines:
            for at, text in enumerate(line.cells):
                self._wanted[at] = max(self._wanted[at], cell_len(text))
        self._widths = (-1, [])
        self.refresh()
        if self.cursor // _BLOCK == block:
            self.post_message(self.Chosen(self.chosen))

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is in sight; the first one has the heads."""
        width = self.scrollable_content_region.width
        place = self.scroll_offset.y + y - self.header_height
        if y < self.header_height:
            heads = tuple(column.head for column in self._columns)
            return self._drawn(heads, width, "line-table--head")
        if place >= self.size_of_all:
            text = self._empty if not self.size_of_all and place == 0 else ""
            style = self.get_visual_style("line-table--muted").rich_style
            return Strip([Segment(set_cell_size(f" {text}", width), style)], width)
        names = ("line-table--cursor",) if place == self.cursor else ()
        line = self._line(place)
        if line is None:
            waiting = ("", *(cut_sign() for _ in self._columns[1:]))
            return self._drawn(waiting, width, *names, tone="muted")
        return self._drawn(line.cells, width, *names, tone=line.tone)

    def _drawn(self, cells: Sequence[str], width: int, *names: str, tone: Tone = "plain") -> Strip:
        style = self.get_visual_style(*names).rich_style
        coloured = style
        if tone != "plain":
            coloured = self.get_visual_style(f"line-table--{tone}", *names).rich_style
        segments = [Segment(" ", style)]
        room = width - 1
        for (column, size), text in zip(self._shared(width), cells, strict=True):
            shown = (end_cut if column.kind == "prose" else middle_cut)(text, size)
            blank = " " * (size - cell_len(shown))
            shown = blank + shown if column.kind == "number" else shown + blank
            own = coloured if column.kind == "sign" or tone == "muted" else style
            segments += [Segment(shown, own), Segment(" " * _GAP, style)]
            room -= size + _GAP
        strip = Strip([*segments, Segment(" " * max(room, 0), style)])
        return strip.adjust_cell_length(width, style)

    def _shared(self, width: int) -> Iterator[tuple[LineColumn, int]]:
        """Yield the columns, each with its width."""
        if self._widths[0] != width:
            room = width - 1 - _GAP * (len(self._columns) - 1)
            self._widths = (width, shares(self._wanted, room))
        return zip(self._columns, self._widths[1], strict=True)

    def on_click(self, event: events.Click) -> None:
        """Choose the row that was clicked, and open it."""
        place = self.scroll_offset.y + event.y - self.header_height
        if event.y >= self.header_height and place < self.size_of_all:
            self.cursor = place
            self.action_open()

    def action_open(self) -> None:
        """Tell that more is wanted of the chosen row."""
        if (line := self.chosen) is not None:
            self.post_message(self.Opened(line))

    def action_scroll_up(self) -> None:
        """Go up, from the first row to what comes before the table."""
        if self.cursor == 0:
            self.screen.focus_previous()
        else:
            self.cursor -= 1

    def action_scroll_down(self) -> None:
        """Go down, from the last row to what comes after the table."""
        if self.cursor >= self.size_of_all - 1:
            self.screen.focus_next()
        else:
            self.cursor += 1

    def action_page_up(self) -> None:
        """Go up by what is in sight."""
        self.cursor -= self._in_sight

    def action_page_down(self) -> None:
        """Go down by what is in sight."""
        self.cursor += self._in_sight

    def action_scroll_home(self) -> None:
        """Go to the first row."""
        self.cursor = 0

    def action_scroll_end(self) -> None:
        """Go to the last row."""
        self.cursor = self.size_of_all - 1

    def action_scroll_left(self) -> None:
        """Go to what comes before the table: all of a row is in sight."""
        self.screen.focus_previous()

    def action_scroll_right(self) -> None:
        """Go to what comes after the table."""
        self.screen.focus_next()


async def _nothing(_first: int, _count: int) -> Sequence[TableLine]:
    return ()
