"""The dialog that chooses a profile."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import query_one
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Fitting
from screens.widgets.key_line import KeyLine
from wizard.errors import WizardError

if TYPE_CHECKING:
    from wizard.options import Options


class ProfileChoice(Dialog[str | None]):
    """Asks for a stored profile or a new name; answers with the name."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Close")]

    errors = query_one(ErrorPanel)

    def __init__(self, options: "Options") -> None:
        super().__init__()
        self._options = options

    def compose(self) -> ComposeResult:
        """Lay out the stored profiles and a field for a new name."""
        with Fitting(classes="dialog"):
            yield Static("One profile for each Webex organization", classes="dialog-title")
            yield OptionList(*map(Option, self._names()), id="names", compact=True, markup=False)
            yield Static("Or a new name, and Enter:")
            yield Input(placeholder="for example contoso", id="name", compact=True)
            yield ErrorPanel()
        yield KeyLine()

    def _names(self) -> list[str]:
        from wizard.store.profiles import ProfileStore

        return ProfileStore.here(practice=self._options.practice).names()

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer with a stored profile."""
        if self.is_current:
            self.dismiss(str(event.option.prompt))

    @on(Input.Submitted)
    def take_name(self, event: Input.Submitted) -> None:
        """Answer with a new name, if it can be one."""
        from wizard.store.profile_names import checked_name

        try:
            name = checked_name(event.value.strip())
        except WizardError as error:
            self.errors.show(error)
            return
        if self.is_current:
            self.dismiss(name)

    def action_close(self) -> None:
        """Keep the profile."""
        if self.is_current:
            self.dismiss(None)
