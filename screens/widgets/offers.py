"""What can be taken instead of what is typed: a list below a field, which keeps the focus."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from wizard.mapping.completion import Completion, Suggestion


class Offers(Static):
    """Shows what is offered, and how the function is called that is being typed.

    The field gives it its keys: while something is offered, Tab and Enter take it, the arrows
    choose, and Esc puts it away. With nothing offered, all keys are the field's.
    """

    DEFAULT_CSS = """
    Offers { display: none; height: auto; background: $panel; text-wrap: nowrap; }
    Offers { text-overflow: ellipsis; }
    """

    def __init__(self, take: Callable[["Completion", "Suggestion"], None]) -> None:
        """Offer nothing so far.

        Args:
            take: Puts an offer where it belongs.
        """
        super().__init__("", markup=False)
        self._take = take
        self._completion: Completion | None = None
        self._at = 0

    @property
    def is_open(self) -> bool:
        """Whether something is offered."""
        return self._completion is not None and bool(self._completion.offers)

    def show(self, completion: "Completion | None") -> None:
        """Show what is offered, the first of it chosen, or nothing."""
        self._completion, self._at = completion, 0
        self.display = completion is not None and bool(completion.offers or completion.call)
        if self.display:
            self.update(self._shown())

    def hear(self, event: events.Key) -> bool:
        """Take a key of the field, where something is offered; tell whether it was taken."""
        if self._completion is None or not self.is_open:
            return False
        match event.key:
            case "tab" | "enter":
                self._take(self._completion, self._completion.offers[self._at])
            case "up" | "down":
                step = 1 if event.key == "down" else -1
                self._at = (self._at + step) % len(self._completion.offers)
                self.update(self._shown())
            case "escape":
                self.show(None)
            case _:
                return False
        event.stop()
        event.prevent_default()
        return True

    def on_click(self, event: events.Click) -> None:
        """Take the line that is clicked."""
        at = event.y - (1 if self._completion and self._completion.call else 0)
        if self._completion is not None and 0 <= at < len(self._completion.offers):
            self._take(self._completion, self._completion.offers[at])

    def _shown(self) -> Content:
        completion = self._completion
        assert completion is not None  # noqa: S101 - narrows the type: only shown with one
        lines = []
        if completion.call:
            start, end = completion.argument
            lines.append(Content(completion.call).stylize("bold", start, end))
        width = max((Content(each.text).cell_length for each in completion.offers), default=0)
        for at, offer in enumerate(completion.offers):
            style = "bold reverse" if at == self._at else ""
            name = Content.styled(f" {offer.text:<{width}} ", style)
            lines.append(Content.assemble(name, " ", offer.meaning))
        return Content("\n").join(lines)
