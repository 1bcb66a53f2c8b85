"""A question with a yes and a no; no is the default."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from screens.widgets.key_line import KeyLine


class Confirm(ModalScreen[bool]):
    """Asks before something that cannot be taken back by itself."""

    CSS_PATH = "../assets/wizard.tcss"
    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Cancel")]

    def __init__(self, question: str, yes: str, no: str = "Cancel") -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog"):
            yield Static(self._question, markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Button(self._no, id="no")
                yield Button(self._yes, id="yes", variant="primary")
        yield KeyLine()

    @on(Button.Pressed)
    def decide(self, event: Button.Pressed) -> None:
        """Answer."""
        if self.is_current:
            self.dismiss(event.button.id == "yes")

    def action_close(self) -> None:
        """Answer no."""
        if self.is_current:
            self.dismiss(False)
