"""The line at the top: the program, the profile, and PRACTICE when it is."""

from textual.content import Content
from textual.widgets import Static


class WizardHeader(Static):
    """One line that says where the administrator is and whether it is real."""

    DEFAULT_CSS = """
    WizardHeader { dock: top; height: 1; padding: 0 1; background: $panel; color: $foreground; }
    """

    def __init__(self, profile: str, *, practice: bool) -> None:
        mark = " PRACTICE " if practice else ""
        super().__init__(
            Content.assemble(("webex-wizard", "bold"), "  ", profile, "   ", (mark, "bold reverse"))
        )
