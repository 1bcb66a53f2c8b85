"""A field for an expression: as many lines as it needs, and Enter is done."""

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from screens.widgets.offers import Offers
from wizard.mapping.completion import Completion, Suggestion, of_expression
from wizard.mapping.sources import MAX_EXPRESSION


class ExpressionArea(TextArea):
    """Edits an expression; `offers`, what can be typed next, is to be laid out below it."""

    DEFAULT_CSS = """
    ExpressionArea { height: auto; max-height: 5; }
    """

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

        area: "ExpressionArea"

    def __init__(self, text: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(
            text,
            id=id,
            compact=True,
            highlight_cursor_line=False,
            placeholder="for example [givenName]",
        )
        self.offers = Offers(self._take)
        self._is_typed = False

    def on_key(self, event: events.Key) -> None:
        """Give a key to what is offered, or take Enter as the end; a pasted text may hold lines."""
        if self.offers.hear(event):
            return
        self._is_typed = event.is_printable or event.key == "backspace"
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted(self))

    def action_cursor_up(self, select: bool = False) -> None:
        """Go up, from the first line to what comes before the field."""
        if not select and self.navigator.is_first_wrapped_line(self.cursor_location):
            self.screen.focus_previous()
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        """Go down, from the last line to what comes after the field."""
        if not select and self.navigator.is_last_wrapped_line(self.cursor_location):
            self.screen.focus_next()
        else:
            super().action_cursor_down(select)

    def on_text_area_changed(self) -> None:
        """Offer what fits to what was typed, not to what came otherwise."""
        self.offers.show(of_expression(*self._typed) if self._is_typed else None)

    def on_blur(self) -> None:
        """Offer nothing where nothing is typed any more."""
        self.offers.show(None)

    def on_paste(self, event: events.Paste) -> None:
        """Take no more than shows that an expression is too long: the field would stand still."""
        self._is_typed = False
        if len(event.text) > MAX_EXPRESSION:
            event.stop()
            event.prevent_default()
            self.insert(event.text[: MAX_EXPRESSION + 1])

    @property
    def _typed(self) -> tuple[str, int]:
        """The text with a newline between lines, and where in it the cursor is."""
        lines = [self.document.get_line(at) for at in range(self.document.line_count)]
        row, column = self.cursor_location
        return "\n".join(lines), sum(len(line) + 1 for line in lines[:row]) + column

    def _take(self, completion: Completion, offer: Suggestion) -> None:
        text, _ = self._typed
        self._is_typed = True  # a function that was taken shows how it is called
        self.replace(
            offer.text,
            _location(text, completion.start),
            _location(text, completion.end),
            maintain_selection_offset=False,
        )


def _location(text: str, place: int) -> tuple[int, int]:
    """Return the line and the column of a place in a text."""
    before = text[:place]
    return before.count("\n"), len(before) - before.rfind("\n") - 1
