"""A link alone: on the cleared terminal, or on a screen where the terminal cannot be lent."""

import sys
from typing import ClassVar

from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import BindingType
from textual.widgets import Static

from screens.asking import AskingScreen
from screens.keys import key
from wizard.machine.alone import GO_BACK, show_alone


class AloneScreen(AskingScreen[None]):
    """Shows an address from edge to edge, with nothing beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [key("confirm close", "close", "Back", show=False)]

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def compose(self) -> ComposeResult:
        """Lay out the address, and how to go back."""
        yield Static(self._address, id="address", markup=False)
        yield Static(f"\n{GO_BACK}", markup=False)

    def on_click(self) -> None:
        """Go back."""
        self.action_close()

    def action_close(self) -> None:
        """Go back."""
        self.answer(None)


async def alone(app: App[int], address: str) -> None:
    """Show an address alone until somebody goes back; sign-ins that wait go on waiting."""
    terminal = sys.__stdout__, sys.__stdin__
    try:
        # Nothing is painted over the address meanwhile.
        with app.batch_update(), app.suspend():
            if terminal[0] is not None and terminal[1] is not None:
                await show_alone(address, terminal[0], terminal[1])
    except SuspendNotSupported:
        await app.push_screen_wait(AloneScreen(address))
