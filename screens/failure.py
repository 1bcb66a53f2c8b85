"""The end when nothing can go on: what happened, and what to do."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Fitting
from screens.widgets.key_line import KeyLine
from wizard.errors import WizardError


class FailureScreen(Dialog[None]):
    """Shows an error that ends the program."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close leave", "close", "Leave")]

    def __init__(self, error: WizardError) -> None:
        super().__init__()
        self._error = error

    def compose(self) -> ComposeResult:
        """Lay out the error."""
        with Fitting(classes="dialog"):
            yield ErrorPanel()
            yield Button("Leave", id="main")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the error."""
        self.query_one(ErrorPanel).show(self._error)

    def on_button_pressed(self) -> None:
        """Leave."""
        self.action_close()

    def action_close(self) -> None:
        """Leave."""
        self.answer(None)
