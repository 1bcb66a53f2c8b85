"""A value to be copied into a portal, in one line, with the digit that copies it."""

from textual.content import Content
from textual.widgets import Static

from screens.widgets.cutting import cut_sign, middle_cut
from wizard.machine.glyphs import shows_signs
from wizard.steps.base import CopyValue


class ValueLine(Static):
    """One value; what does not fit is cut in its middle, for it is the copy that is pasted.

    Args:
        number: The digit that copies it.
        value: What is copied.
    """

    DEFAULT_CSS = "ValueLine { height: 1; }"

    def __init__(self, number: int, value: CopyValue) -> None:
        hidden = ("•" if shows_signs() else "*") * 8 if value.secret else ""
        self._shown = hidden or value.text or "switched off in the endpoints file"
        self._lead = Content.assemble(
            "Press ", (str(number), "bold $text-primary"), f" to copy  {value.label}: "
        )
        super().__init__(Content.assemble(self._lead, self._shown))

    def render(self) -> Content:
        """Return the line, cut to the room there is."""
        room = self.size.width - self._lead.cell_length
        return Content.assemble(self._lead, (middle_cut(self._shown, room, cut_sign()), "bold"))
