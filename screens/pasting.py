"""A paste that is longer than a line, over which the palette would stand still."""

from textual import events
from textual.app import App
from textual.command import CommandPalette

from screens.widgets.line_input import LineInput, too_long


class PasteGuard(App[int]):
    """An application whose palette takes no paste that is longer than a line."""

    async def on_event(self, event: events.Event) -> None:
        """Say why a paste was not taken; whatever else came goes its way."""
        pasted = event.text if isinstance(event, events.Paste) else ""
        if len(pasted) > LineInput.LONGEST and isinstance(self.screen, CommandPalette):
            error = too_long(pasted, LineInput.LONGEST)
            self.notify(error.message, markup=False, severity="warning")
        else:
            await super().on_event(event)
