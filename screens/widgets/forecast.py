"""What a preview comes to, from what is the same for many down to one person's reasons."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import Input

from screens.widgets.below import Below
from screens.widgets.cutting import cut_sign
from screens.widgets.fitting import Fitting
from screens.widgets.line_input import LineInput
from screens.widgets.line_table import LineTable, TableLine
from screens.widgets.preview_lines import (
    ALL_OF_THEM,
    PATTERN_COLUMNS,
    PEOPLE_COLUMNS,
    PreviewEntry,
    person_line,
    preview_entries,
)
from screens.widgets.remark import Remark
from screens.widgets.scrolled import Scrolled
from wizard.errors import WizardError
from wizard.preview.desk import PreviewRow, Selection

if TYPE_CHECKING:
    from wizard.preview.desk import Desk, Summary


_BECAUSE: Final = "because "


class Depth(StrEnum):
    """How far somebody went into a preview."""

    PATTERNS = "patterns"
    PEOPLE = "people"
    TEXT = "text"


class Forecast(Fitting):
    """Patterns, the people of one of them, and the story of one; each leads back to the one before.

    Nothing but what is in sight is ever asked for.
    """

    DEFAULT_CSS = """
    Forecast { display: none; height: auto; overflow-y: auto; scrollbar-size-vertical: 0; }
    Forecast.-patterns, Forecast.-people, Forecast.-text { display: block; }
    Forecast > * { display: none; }
    Forecast > #where { height: auto; max-height: 3; }
    Forecast > #below { margin: 1 0 0 0; }
    Forecast > #story { height: auto; scrollbar-size-vertical: 1; padding: 0 1 0 0; }
    Forecast #told-story { height: auto; }
    Forecast.-patterns > LineTable, Forecast.-patterns > #below { display: block; }
    Forecast.-people > LineTable, Forecast.-people > #below { display: block; }
    Forecast.-people > #where, Forecast.-people > #search { display: block; }
    Forecast.-text > #story { display: block; }
    """

    where = query_one("#where", Remark)
    search = query_one("#search", Input)
    lines = query_one(LineTable)
    below = query_one(Below)
    story = query_one("#story", Scrolled)

    @dataclass
    class Went(Message):
        """Somebody went further into it, or back."""

        depth: Depth

    @dataclass
    class Stumbled(Message):
        """Something does not come."""

        error: WizardError

    def __init__(self) -> None:
        super().__init__()
        self.depth = Depth.PATTERNS
        self._desk: Desk | None = None
        self._entries: list[TableLine] = []
        self._at = 0
        """The pattern that somebody went down from."""
        self._came_from = Depth.PATTERNS
        """Where a text was opened."""
        self._chosen = Selection()
        self._lead = ""

    def compose(self) -> ComposeResult:
        """Lay out all of it; each depth has some."""
        yield Remark(id="where")
        yield LineInput(placeholder="Part of a name", id="search")
        yield LineTable()
        yield Below(id="below")
        with Scrolled(id="story"):
            yield Remark(id="told-story")

    def show(self, desk: "Desk", summary: "Summary") -> None:
        """Show what a preview comes to, from its top."""
        self._desk, self._entries, self._at = desk, preview_entries(summary), 0
        self._show_patterns()

    def clear(self) -> None:
        """Show nothing."""
        self._stop()
        self.set_classes("")

    def _go(self, depth: Depth) -> None:
        self.depth = depth
        self.below.begin_anew()
        self.set_classes(f"-{depth}")
        self.post_message(self.Went(depth))

    def _stop(self) -> None:
        """Let nothing come of what was asked for before."""
        for group in ("people", "story"):
            self.workers.cancel_group(self, group)

    def back(self) -> bool:
        """Go back to where this was come to from; return whether there was such a place."""
        self._stop()
        if self.depth is Depth.TEXT and self._came_from is Depth.PEOPLE:
            self._go(Depth.PEOPLE)
        elif self.depth is not Depth.PATTERNS:
            self._show_patterns()
        else:
            return False
        self.lines.focus()
        return True

    def _show_patterns(self) -> None:
        self._go(Depth.PATTERNS)
        self.lines.show(PATTERN_COLUMNS, len(self._entries), self._fetch_patterns, at=self._at)

    async def _fetch_patterns(self, first: int, count: int) -> Sequence[TableLine]:
        return self._entries[first : first + count]

    def find(self) -> None:
        """Let somebody be found by a part of the name, among all of them."""
        self._show_people(Selection(), ALL_OF_THEM)
        self.search.focus()

    def _show_people(self, chosen: Selection, lead: str) -> None:
        self._leave()
        self._chosen, self._lead = chosen, lead
        with self.search.prevent(Input.Changed):
            self.search.value = ""
        self.where.update(Content(lead))
        self._go(Depth.PEOPLE)
        self.lines.show(PEOPLE_COLUMNS, 0, self._fetch_patterns, empty=cut_sign())
        self.lines.focus()
        self.fill()

    def _leave(self) -> None:
        """Remember the pattern that somebody goes down from."""
        if self.depth is Depth.PATTERNS:
            self._at = self.lines.cursor

    @on(Input.Changed, "#search")
    @work(group="people", exclusive=True, description="Find people")
    async def fill(self) -> None:
        """Show who of those that are chosen has a name that holds what is typed."""
        desk, text = self._desk, self.search.value.strip()
        if desk is None:
            return
        chosen = Selection(self._chosen.outcome, self._chosen.pattern, text)

        async def fetch(first: int, count: int) -> Sequence[TableLine]:
            return [person_line(row, chosen) for row in await desk.rows(chosen, first, count)]

        try:
            size = await desk.size(chosen)
        except WizardError as error:
            self.post_message(self.Stumbled(error))
            return
        found = f" {size:,} of them with “{text}”." if text else ""
        self.where.update(Content.assemble(self._lead, (found, "bold")))
        self.lines.show(PEOPLE_COLUMNS, size, fetch, empty="Nobody.")

    @on(Input.Submitted, "#search")
    def go_to_found(self) -> None:
        """Go from what was typed to who was found."""
        self.lines.focus()

    @on(LineTable.Opened)
    def open(self, event: LineTable.Opened) -> None:
        """Go from a pattern to its people, and from one of them to the story."""
        it = event.line.it
        if isinstance(it, PreviewRow):
            self.tell_of(it)
        elif isinstance(it, PreviewEntry) and it.chosen is not None:
            self._show_people(it.chosen, it.lead)
        elif isinstance(it, PreviewEntry):
            self.tell(it.text)

    @on(LineTable.Chosen)
    def show_below(self, event: LineTable.Chosen) -> None:
        """Show the chosen row whole, and the story of the person where one is told."""
        it = event.line.it if event.line is not None else None
        if isinstance(it, PreviewRow):
            self.below.tell(Content.assemble((it.called, "bold"), f"\n{it.said}"))
            if self.depth is Depth.TEXT:
                self.tell_of(it)
        else:
            self.below.tell(Content(it.words) if isinstance(it, PreviewEntry) else Content())

    @on(LineTable.Failed)
    def stumble(self, event: LineTable.Failed) -> None:
        """Tell that rows do not come."""
        self.post_message(self.Stumbled(event.error))

    @property
    def is_of_one(self) -> bool:
        """Whether the story of one of several is told."""
        return self.depth is Depth.TEXT and self._came_from is Depth.PEOPLE

    def go_to(self, by: int) -> None:
        """Tell of the next one, or the one before."""
        self.lines.cursor += by

    @work(group="story", exclusive=True, description="Tell a story")
    async def tell_of(self, row: PreviewRow) -> None:
        """Tell what would become of one, and why."""
        if self._desk is None:
            return
        try:
            told = await self._desk.story(row.place)
        except WizardError as error:
            self.post_message(self.Stumbled(error))
            return
        self.tell(told)

    def tell(self, text: Sequence[str]) -> None:
        """Show a text, its first line first of all."""
        self._leave()
        if self.depth is not Depth.TEXT:
            self._came_from = self.depth
        first, *others = (line.strip().removeprefix("- ") for line in text or ("",))
        told = [Content.styled(first, "bold"), *(part for line in others for part in _shown(line))]
        self.query_one("#told-story", Remark).update(Content("\n").join(told))
        self.story.scroll_home(animate=False)
        self._go(Depth.TEXT)


def _shown(line: str) -> Iterator[Content]:
    """Yield a line of a text: what warns stands out, and of a chain of reasons each has a line."""
    if line.startswith(_BECAUSE):
        first, *others = line.split("; ")
        yield Content(first)
        yield from (Content(f"{' ' * len(_BECAUSE)}{other}") for other in others)
    else:
        yield Content.styled(line, "$text-warning" if line.startswith("Beware: ") else "")
