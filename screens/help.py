"""Help for one step, in the administrator's words."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown

from screens.keys import key
from screens.widgets.key_line import KeyLine
from wizard.assets import asset


class HelpScreen(ModalScreen[None]):
    """Shows a bundled help page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("close help confirm q", "close", "Close"),
    ]

    def __init__(self, page: str) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        """Lay out the page."""
        with VerticalScroll(classes="dialog"):
            yield Markdown(asset(f"help/{self._page}.md"), open_links=False)
        yield KeyLine()

    def action_close(self) -> None:
        """Go back to where the help was asked for."""
        if self.is_current:
            self.dismiss(None)
