"""A list whose lines can be marked; the marks are text, so that they show without colours."""

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from screens.keys import key
from screens.widgets.hanging import HungText
from screens.widgets.passing_list import PassingList


class MarkList(PassingList):
    """Lines that are marked with the space bar, Enter or a click."""

    BINDINGS: ClassVar[list[BindingType]] = [key("mark", "select", "Mark")]

    DEFAULT_CSS = """
    MarkList { height: auto; max-height: 45vh; }
    """

    class Marked(Message):
        """The marks have changed."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - named by the base class
        super().__init__(id=id, compact=True, markup=False)
        self._texts: tuple[Content, ...] = ()
        self._marked: frozenset[int] = frozenset()

    @property
    def marked(self) -> tuple[int, ...]:
        """The places of the marked lines, from the top."""
        return tuple(sorted(self._marked))

    def fill(self, lines: Iterable[Content]) -> None:
        """Show lines anew, none of them marked."""
        self._texts = tuple(lines)
        self.clear_options()
        self.add_options([Option(_shown(line, marked=False)) for line in self._texts])
        self._mark(frozenset())

    def mark_all(self) -> None:
        """Mark every line, or none where every line is marked."""
        every = frozenset(range(len(self._texts)))
        self._mark(frozenset() if self._marked == every else every)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Mark a line, or take its mark away."""
        event.stop()
        self._mark(self._marked ^ {event.option_index})

    def _mark(self, marked: frozenset[int]) -> None:
        for at in self._marked ^ marked:
            if at < len(self._texts):
                shown = _shown(self._texts[at], marked=at in marked)
                self.replace_option_prompt_at_index(at, shown)
        self._marked = marked
        self.post_message(self.Marked())


def _shown(line: Content, *, marked: bool) -> HungText:
    mark = "[x] " if marked else "[ ] "
    return HungText(Content.assemble(mark, line), len(mark))
