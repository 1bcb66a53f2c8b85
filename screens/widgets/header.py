"""The line at the top: the program, the profile, PRACTICE when it is, and the place."""

from textual.content import Content
from textual.widgets import Static

_LEAST = 3
"""Cells between what stands at the left and the place at the right."""


class WizardHeader(Static):
    """One line that says where the administrator is and whether it is real.

    Args:
        profile: Its name.
        practice: Whether nothing here is real.
        place: Group and number of the step; left out where there is no room.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    WizardHeader { dock: top; height: 1; padding: 0 1; background: $panel; color: $foreground; }
    """

    def __init__(self, profile: str, *, practice: bool, place: str = "") -> None:
        mark = (" PRACTICE ", "bold reverse") if practice else ""
        self._said = Content.assemble(("webex-wizard", "bold"), "  ", profile, "   ", mark)
        self._place = Content.styled(place, "$text-muted")
        super().__init__(Content.assemble(self._said, "   ", self._place))

    def render(self) -> Content:
        """Return the line, with the place at its right end."""
        between = self.size.width - self._said.cell_length - self._place.cell_length
        if between < _LEAST:
            return self._said
        return Content.assemble(self._said, " " * between, self._place)
