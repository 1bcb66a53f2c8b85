"""The dialog that writes a hand-over file for the administrator of the Entra side."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Input, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.key_line import KeyLine
from screens.widgets.line_input import LineInput
from screens.widgets.remark import Remark
from screens.widgets.scrolled import Scrolled
from wizard.errors import WizardError
from wizard.handover.passphrase import generated

if TYPE_CHECKING:
    from wizard.flow.session import Session
    from wizard.workspace import Workspace

_INTRO = (
    "The file takes the organization, the token and its test to whoever does the Entra side. "
    "It is sealed, and only this passphrase opens it:"
)
_ADVICE = (
    "It is shown here and nowhere else. Tell it to your colleague by phone, never the same way as "
    "the file."
)


class HandOverDialog(Dialog[None]):
    """Shows the passphrase, asks where to save the file, and says what to tell the colleague."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Close")]

    place = query_one("#file", Input)
    status = query_one("#status", Static)
    save = query_one("#save", Button)
    errors = query_one(ErrorPanel)

    def __init__(self, session: "Session", space: "Workspace") -> None:
        super().__init__()
        self._session = session
        self._space = space
        self._handover = space.handover
        self._passphrase = generated()

    def compose(self) -> ComposeResult:
        """Lay out the passphrase and the question for the file."""
        with Fitting(classes="dialog", id="hand-over-dialog"):
            yield Static("Hand over to a colleague", classes="dialog-title")
            with Scrolled(classes="dialog-body"):
                yield Static(_INTRO, markup=False)
                yield Static(
                    Content.styled(self._passphrase.get_secret_value(), "bold"), id="passphrase"
                )
                yield Static(_ADVICE, markup=False)
                yield Static("Save the file as:", id="lead")
                yield LineInput(self._handover.suggested(self._session), id="file")
                yield Remark(id="status")
                yield ErrorPanel()
            with Buttons(classes="dialog-buttons"):
                yield Button("Save", id="save")
                yield Button("Close", id="close")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin where the file is asked for."""
        self.status.display = False
        self.place.focus()

    @on(Input.Submitted, "#file")
    @on(Button.Pressed, "#save")
    def begin(self) -> None:
        """Write the file, if its name is there and it is not being written."""
        if self.place.value.strip() and not self.save.disabled:
            self.write()

    @work(group="hand-over", exclusive=True, description="Hand over")
    async def write(self) -> None:
        """Seal the file and write it; closing calls it off."""
        self.errors.show(None)
        self.status.display = True
        self.save.disabled = self.place.disabled = True
        self.status.update("… Sealing the file. This takes some seconds.")
        try:
            file = await self._handover.exported(
                self._session, Path(self.place.value.strip()), self._passphrase
            )
        except WizardError as error:
            self.save.disabled = self.place.disabled = False
            self.status.display = False
            self.errors.show(error)
            self.place.focus()
            self.call_after_refresh(self.errors.scroll_visible, animate=False)
            return
        self._saved(file)

    def _saved(self, file: Path) -> None:
        for gone in ("#lead", "#file", "#save"):
            self.query_one(gone).display = False
        lines = [
            Content.assemble(("✓ ", "bold $text-success"), f"Saved: {file}"),
            Content("Your colleague needs webex-wizard from the same place, and runs:"),
            Content.styled(self._handover.command(file), "bold"),
        ]
        if self._space.practice is not None:
            lines.append(Content("Practice: this token ends when this program does."))
        self.status.update(Content("\n").join(lines))
        self.query_one("#close").focus()
        self.call_after_refresh(self.status.scroll_visible, animate=False)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Go back to the sign-in."""
        self.answer(None)
