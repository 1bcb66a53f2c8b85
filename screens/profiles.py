"""The dialog that names a new profile."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import query_one
from textual.widgets import Input, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Fitting
from screens.widgets.key_line import KeyLine
from wizard.errors import WizardError


class NewProfile(Dialog[str | None]):
    """Asks for the name of a new profile."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Close")]

    errors = query_one(ErrorPanel)

    def compose(self) -> ComposeResult:
        """Lay out a field for the name."""
        with Fitting(classes="dialog"):
            yield Static("One profile for each Webex organization", classes="dialog-title")
            yield Static("A short name for the new one, and Enter:")
            yield Input(placeholder="for example contoso", id="name", compact=True)
            yield ErrorPanel()
        yield KeyLine()

    @on(Input.Submitted)
    def take_name(self, event: Input.Submitted) -> None:
        """Answer with the name, if it can be one."""
        from wizard.store.profile_names import checked_name

        try:
            name = checked_name(event.value.strip())
        except WizardError as error:
            self.errors.show(error)
            return
        if self.is_current:
            self.dismiss(name)

    def action_close(self) -> None:
        """Name none."""
        if self.is_current:
            self.dismiss(None)
