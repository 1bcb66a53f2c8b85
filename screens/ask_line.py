"""The dialog that asks for one line: a file, a name."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Button, Input, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.key_line import KeyLine
from screens.widgets.line_input import LineInput
from wizard.errors import WizardError


class AskLine(Dialog[str | None]):
    """Asks for a line; answers with it, or None when it is empty or nothing was said."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Cancel")]

    def __init__(
        self, question: str, suggestion: str, use: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        """Ask for a line.

        Args:
            question: What is asked.
            suggestion: What stands there at first.
            use: Does with the line what it is for, or raises `WizardError`: then it stays there.
        """
        super().__init__()
        self._use = use
        self._is_used = False
        self._question = question
        self._suggestion = suggestion

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with Fitting(classes="dialog"):
            yield Static(self._question, classes="dialog-title", markup=False)
            yield LineInput(self._suggestion, id="line")
            yield ErrorPanel()
            with Buttons(classes="dialog-buttons"):
                yield Button("OK", id="ok")
                yield Button("Cancel", id="cancel")
        yield KeyLine()

    @on(Input.Submitted)
    @on(Button.Pressed, "#ok")
    @work(group="use", description="Use the line")
    async def accept(self) -> None:
        """Answer with the line; one that cannot be used stays, and why stands below it."""
        line = self.query_one("#line", Input)
        text = line.value.strip()
        if self._is_used:
            return
        self._is_used = True
        try:
            if text and self._use is not None:
                await self._use(text)
        except WizardError as error:
            self.refuse(error)
            line.focus()
            self._is_used = False
        else:
            self.answer(text or None)

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Answer with nothing."""
        self.answer(None)
