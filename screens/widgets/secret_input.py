"""An input for secrets that gives nothing back: no copy, no cut, no value after submit."""

from typing import ClassVar

from textual import events

from screens.widgets.line_input import LineInput


class SecretInput(LineInput):
    """A password field whose text cannot be copied or cut, and which is emptied when read."""

    LONGEST: ClassVar[int] = 40_000  # an answer in whatever a mail or a document puts around it

    def __init__(self, placeholder: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(placeholder=placeholder, password=True, id=id)

    def take(self) -> str:
        """Return the text and forget it."""
        text = self.value
        self.clear()
        return text

    def action_copy(self) -> None:
        """Refuse: a secret must not reach the clipboard from here."""

    def action_cut(self) -> None:
        """Refuse: a secret must not reach the clipboard from here."""

    def put(self, pasted: str) -> None:
        """Take all lines: a terminal wraps a long address, and only the first line would stay."""
        if self.has_room(pasted):
            self.insert_text_at_cursor("".join(pasted.split()))

    def _on_paste(self, event: events.Paste) -> None:
        self.put(event.text)
        event.stop()
        event.prevent_default()
