"""A value to be copied into a portal, in one line: by its digit, with a click, or with Enter."""

from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from screens.keys import key
from screens.widgets.cutting import middle_cut
from wizard.machine.glyphs import shows_signs
from wizard.steps.base import CopyValue


class ValueLine(Static, can_focus=True):
    """One value; what does not fit is cut in its middle, for it is the copy that is pasted.

    Args:
        number: The digit that copies it.
        value: What is copied.
    """

    BINDINGS: ClassVar[list[BindingType]] = [key("confirm", "take", "Copy", show=False)]
    DEFAULT_CSS = """
    ValueLine { height: 1; border-left: outer $background; }
    ValueLine:focus { border-left: outer $accent; background: $block-cursor-background; }
    """

    @dataclass
    class Taken(Message):
        """The value is to be copied."""

        number: int

    def __init__(self, number: int, value: CopyValue) -> None:
        hidden = ("•" if shows_signs() else "*") * 8 if value.secret else ""
        self._shown = hidden or value.text or "switched off in the endpoints file"
        self._lead = Content.assemble(
            "Press ", (str(number), "bold $text-primary"), f" to copy  {value.label}: "
        )
        self._number = number
        super().__init__(Content.assemble(self._lead, self._shown))

    def render(self) -> Content:
        """Return the line, cut to the room there is."""
        room = self.size.width - self._lead.cell_length
        return Content.assemble(self._lead, (middle_cut(self._shown, room), "bold"))

    def on_click(self) -> None:
        """Copy it."""
        self.action_take()

    def action_take(self) -> None:
        """Copy it."""
        self.post_message(self.Taken(self._number))
