"""The dialog that asks for one line: a file, a name."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from screens.keys import key
from screens.widgets.key_line import KeyLine


class AskLine(ModalScreen[str | None]):
    """Asks for a line; answers with it, or None when it is empty or nothing was said."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Cancel")]

    def __init__(self, question: str, suggestion: str) -> None:
        super().__init__()
        self._question = question
        self._suggestion = suggestion

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="dialog-title", markup=False)
            yield Input(self._suggestion, id="line", compact=True)
            with Horizontal(classes="dialog-buttons"):
                yield Button("OK", variant="primary", id="ok")
                yield Button("Cancel", id="cancel")
        yield KeyLine()

    @on(Input.Submitted)
    @on(Button.Pressed, "#ok")
    def accept(self) -> None:
        """Answer with the line."""
        text = self.query_one("#line", Input).value.strip()
        if self.is_current:
            self.dismiss(text or None)

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Answer with nothing."""
        if self.is_current:
            self.dismiss(None)
