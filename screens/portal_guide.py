"""The dialog that tells what to do by hand in the portal."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import query_one
from textual.widgets import Button, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.hanging import Hanging
from screens.widgets.instructions import OTHER, Instructions, cautions, lead, notes
from screens.widgets.key_line import KeyLine
from screens.widgets.scrolled import Scrolled
from wizard.steps.base import Guide


class PortalGuide(Dialog[bool]):
    """Shows a guide; True when its link is to be opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("open", "open_link", "Open the portal"),
        key("generation", "other_portal", "Older or newer portal", show=False),
        key("close", "close", "Close"),
    ]

    instructions = query_one(Instructions)

    def __init__(self, title: str, guide: Guide) -> None:
        super().__init__()
        self._title = title
        self._guide = guide

    def compose(self) -> ComposeResult:
        """Lay out the guide."""
        with Fitting(classes="dialog", id="portal-guide"):
            yield Static(self._title, classes="dialog-title", markup=False)
            with Scrolled(classes="dialog-body"):
                yield Hanging(self._guide.purpose, markup=False)
                yield from cautions(self._guide)
                yield Instructions(self._guide)
                if self._guide.link:
                    yield lead(self._guide.link)
                yield from notes(self._guide)
            with Buttons(classes="dialog-buttons"):
                yield Button("Open the portal", id="open", disabled=not self._guide.link)
                yield Button(OTHER[False], id="portal")
                yield Button("Close", id="close")
        yield KeyLine()

    @on(Button.Pressed, "#portal")
    async def action_other_portal(self) -> None:
        """Show the instructions for the other generation of the portal."""
        older = not self.instructions.older
        self.query_one("#portal", Button).label = OTHER[older]
        await self.instructions.show(older=older)

    @on(Button.Pressed, "#open")
    def action_open_link(self) -> None:
        """Answer that the portal is to be opened."""
        self.answer(bool(self._guide.link))

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Answer that nothing is to be opened."""
        self.answer(False)
