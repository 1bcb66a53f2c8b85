"""A field for an expression: as many lines as it needs, and Enter is done."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from wizard.mapping.sources import MAX_EXPRESSION, source_attributes


class ExpressionArea(TextArea):
    """Edits an expression; offers the rest of an attribute's name, which the right arrow takes."""

    DEFAULT_CSS = """
    ExpressionArea { height: auto; max-height: 5; background: $boost; }
    """
    LONGEST_NAME: ClassVar[int] = 60

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

        area: "ExpressionArea"

    def __init__(self, text: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(
            text, id=id, compact=True, highlight_cursor_line=False, placeholder="[givenName]"
        )

    def on_key(self, event: events.Key) -> None:
        """Take Enter as the end of the input; a pasted text may hold lines."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted(self))

    def on_paste(self, event: events.Paste) -> None:
        """Take no more than shows that an expression is too long: the field would stand still."""
        if len(event.text) > MAX_EXPRESSION:
            event.stop()
            event.prevent_default()
            self.insert(event.text[: MAX_EXPRESSION + 1])

    def update_suggestion(self) -> None:
        """Offer the rest of an attribute whose name is being typed."""
        row, column = self.cursor_location
        line = self.document.get_line(row)
        opened = line.rfind("[", max(0, column - self.LONGEST_NAME), column)
        typed = line[opened + 1 : column].casefold()
        self.suggestion = ""
        if opened >= 0 and typed and column == len(line) and "]" not in typed:
            known = (each.name for each in source_attributes())
            rest = next((name for name in known if name.casefold().startswith(typed)), None)
            self.suggestion = f"{rest[len(typed) :]}]" if rest else ""
