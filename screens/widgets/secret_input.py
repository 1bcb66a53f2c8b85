"""An input for secrets that gives nothing back: no copy, no cut, no value after submit."""

from textual import events
from textual.widgets import Input


class SecretInput(Input):
    """A password field whose text cannot be copied or cut, and which is emptied when read."""

    def __init__(self, placeholder: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(placeholder=placeholder, password=True, id=id, compact=True)

    def take(self) -> str:
        """Return the text and forget it."""
        text = self.value
        self.clear()
        return text

    def action_copy(self) -> None:
        """Refuse: a secret must not reach the clipboard from here."""

    def action_cut(self) -> None:
        """Refuse: a secret must not reach the clipboard from here."""

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines: a terminal wraps a long address, and only the first line would stay."""
        self.insert_text_at_cursor("".join(event.text.split()))
        event.stop()
        event.prevent_default()
