"""An input for one line, which a paste of a million characters does not fill."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.message import Message
from textual.widgets import Input

from wizard.errors import InvalidInput


@dataclass
class TooLong(Message):
    """A paste was refused; what was typed stays."""

    field: Input
    error: InvalidInput


class LineInput(Input):
    """Refuses a paste that is longer than any line, which would make the field stand still."""

    LONGEST: ClassVar[int] = 2_000

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's own name
        type: Literal["integer", "text"] = "text",  # noqa: A002 - Textual's own name
        password: bool = False,
        select_on_focus: bool = True,
    ) -> None:
        super().__init__(
            value,
            placeholder=placeholder,
            id=id,
            type=type,
            password=password,
            select_on_focus=select_on_focus,
            compact=True,
        )

    @property
    def content_width(self) -> int:
        """Return the cells of what is typed, at least those of the field.

        What is typed into the room there is changes no width, after which Textual would lay out the
        whole page anew.
        """
        return max(super().content_width, self.content_size.width)

    def _on_paste(self, event: events.Paste) -> None:
        if not self.has_room(event.text):
            event.stop()
            event.prevent_default()  # else the field's own handler follows

    def has_room(self, pasted: str) -> bool:
        """Tell whether a paste is no longer than any line; say of a longer one that it is."""
        if len(pasted) <= self.LONGEST:
            return True
        self.post_message(TooLong(self, too_long(pasted, self.LONGEST)))
        return False


def too_long(pasted: str, longest: int) -> InvalidInput:
    """Return what is wrong with a paste that is longer than a field takes."""
    return InvalidInput(
        f"What was pasted has {len(pasted):,} characters, and this field takes {longest:,}.",
        "Paste the value alone; what stood there stays.",
        code="too-long",
    )
