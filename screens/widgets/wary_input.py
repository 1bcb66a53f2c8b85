"""An input that lets nothing in that must not be shown."""

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.message import Message

from screens.widgets.line_input import LineInput
from wizard.errors import WizardError


class WaryInput(LineInput):
    """Refuses a text before it is painted, and empties itself when one was typed.

    Args:
        refuse: Returns what is wrong with a text that must not stay, or None.
    """

    @dataclass
    class Refused(Message):
        """A text was refused, and the field is empty."""

        error: WizardError

    def __init__(
        self,
        value: str,
        *,
        refuse: Callable[[str], WizardError | None],
        placeholder: str,
        id: str,  # noqa: A002 - Textual's own name
    ) -> None:
        self._refuse = refuse  # before the first value comes
        super().__init__(value, placeholder=placeholder, id=id)

    def validate_value(self, value: str) -> str:
        """Let no text become the value that must not be shown, however it came."""
        return "" if self._is_refused(value) else value

    def _on_paste(self, event: events.Paste) -> None:
        """Read all lines: a terminal wraps a long text, and each line alone looks harmless."""
        if self.has_room(event.text):
            if not self._is_refused(event.text):
                return
            self.clear()
        event.stop()
        event.prevent_default()  # else the field's own handler follows

    def _is_refused(self, text: str) -> bool:
        error = self._refuse(text)
        if error is not None:
            self.post_message(self.Refused(error))
        return error is not None
