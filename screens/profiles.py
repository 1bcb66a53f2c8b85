"""The dialog that names a new profile."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import query_one
from textual.widgets import Button, Input, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.key_line import KeyLine
from screens.widgets.line_input import LineInput
from wizard.errors import WizardError


class NewProfile(Dialog[str | None]):
    """Asks for the name of a new profile."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Close")]

    errors = query_one(ErrorPanel)

    def compose(self) -> ComposeResult:
        """Lay out a field for the name."""
        with Fitting(classes="dialog"):
            yield Static("One profile for each Webex organization", classes="dialog-title")
            yield Static("A short name for the new one:")
            yield LineInput(placeholder="for example contoso", id="name")
            yield ErrorPanel()
            with Buttons(classes="dialog-buttons"):
                yield Button("Set it up", id="ok")
                yield Button("Close", id="close")
        yield KeyLine()

    @on(Input.Submitted)
    @on(Button.Pressed, "#ok")
    def take_name(self) -> None:
        """Answer with the name, if it can be one."""
        from wizard.store.profile_names import checked_name

        try:
            name = checked_name(self.query_one("#name", Input).value.strip())
        except WizardError as error:
            self.errors.show(error)
            self.query_one("#name", Input).focus()
            return
        self.answer(name)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Name none."""
        self.answer(None)
