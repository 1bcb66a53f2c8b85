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
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id, type=type, compact=True)

    def _on_paste(self, event: events.Paste) -> None:
        if len(event.text) > self.LONGEST:
            event.stop()
            event.prevent_default()  # else the field's own handler follows
            error = InvalidInput(
                f"What was pasted has {len(event.text):,} characters, and this field takes "
                f"{self.LONGEST:,}.",
                "Paste the value alone; what stood there stays.",
                code="too-long",
            )
            self.post_message(TooLong(self, error))
