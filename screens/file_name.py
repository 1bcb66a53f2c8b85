"""The dialog that asks for a file."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from screens.widgets.key_line import KeyLine


class FileName(ModalScreen[Path | None]):
    """Asks for a path; answers with it, or None."""

    CSS_PATH = "../assets/wizard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Cancel")]

    def __init__(self, question: str, suggestion: str) -> None:
        super().__init__()
        self._question = question
        self._suggestion = suggestion

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="dialog-title", markup=False)
            yield Input(self._suggestion, id="file", compact=True)
            with Horizontal(classes="dialog-buttons"):
                yield Button("OK", variant="primary", id="ok")
                yield Button("Cancel", id="cancel")
        yield KeyLine()

    @on(Input.Submitted)
    @on(Button.Pressed, "#ok")
    def accept(self) -> None:
        """Answer with the path."""
        text = self.query_one("#file", Input).value.strip()
        if self.is_current:
            self.dismiss(Path(text) if text else None)

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Answer with nothing."""
        if self.is_current:
            self.dismiss(None)
