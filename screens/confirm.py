"""A question with a yes and a no; no is the default."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.key_line import KeyLine
from screens.widgets.scrolled import Scrolled


class Confirm(Dialog[bool | None]):
    """Asks before something that cannot be taken back; None when it was only closed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("close", "close", "Cancel"),
        key("yes", "say(True)", "Yes"),
        key("no", "say(False)", "No"),
    ]

    def __init__(
        self, question: str, yes: str, no: str = "Cancel", *, yes_first: bool = False
    ) -> None:
        super().__init__()
        self._yes_first = yes_first
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Fitting(classes="dialog"):
            with Scrolled(classes="dialog-body"):
                yield Static(self._question, markup=False)
            with Buttons(classes="dialog-buttons"):
                yield Button(self._no, id="no")
                yield Button(self._yes, id="yes")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the answer that changes least."""
        self.query_one("#yes" if self._yes_first else "#no", Button).focus()

    @on(Button.Pressed)
    def decide(self, event: Button.Pressed) -> None:
        """Answer with what was pressed."""
        self.action_say(event.button.id == "yes")

    def action_say(self, sure: bool) -> None:
        """Answer."""
        self.answer(sure)

    def action_close(self) -> None:
        """Answer nothing."""
        self.answer(None)
