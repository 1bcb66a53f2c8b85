"""An input for a name, which offers those that there are."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Input

from screens.widgets.line_input import LineInput
from screens.widgets.offers import Offers

if TYPE_CHECKING:
    from wizard.mapping.completion import Completion, Suggestion


class OfferedInput(LineInput):
    """Asks for a name; `offers` is to be laid out below it.

    Args:
        complete: Returns what is offered for a text.
    """

    def __init__(
        self,
        value: str,
        *,
        complete: "Callable[[str], Completion]",
        placeholder: str,
        id: str,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id)
        self._complete = complete
        self._is_typed = False
        self.offers = Offers(self._take)

    def on_key(self, event: events.Key) -> None:
        """Give the key to what is offered, where something is."""
        if not self.offers.hear(event):
            self._is_typed = event.is_printable or event.key == "backspace"

    def on_input_changed(self, event: Input.Changed) -> None:
        """Offer what fits to what was typed, not to what came otherwise."""
        self.offers.show(self._complete(event.value) if self._is_typed else None)

    def on_paste(self) -> None:
        """Take what comes whole as it is."""
        self._is_typed = False

    def on_blur(self) -> None:
        """Offer nothing where nothing is typed any more."""
        self.offers.show(None)

    def _take(self, _completion: "Completion", offer: "Suggestion") -> None:
        self._is_typed = False
        self.value = offer.text
        self.cursor_position = len(offer.text)
