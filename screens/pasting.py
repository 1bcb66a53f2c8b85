"""A paste that is longer than a line, over which the palette would stand still."""

from textual import events
from textual.app import App
from textual.command import CommandPalette


class PasteGuard(App[int]):
    """An application whose palette takes no paste that is longer than a line."""

    async def on_event(self, event: events.Event) -> None:
        """Say why a paste was not taken; whatever else came goes its way."""
        if not (isinstance(event, events.Paste) and self._is_refused(event.text)):
            await super().on_event(event)

    def _is_refused(self, pasted: str) -> bool:
        if not isinstance(self.screen, CommandPalette):
            return False
        from screens.widgets.line_input import LineInput, too_long

        if len(pasted) <= LineInput.LONGEST:
            return False
        error = too_long(pasted, LineInput.LONGEST)
        self.notify(error.message, markup=False, severity="warning")
        return True
