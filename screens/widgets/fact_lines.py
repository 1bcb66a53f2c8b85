"""Named facts, and what to know about them; a long one goes on below its own beginning."""

from collections.abc import Iterable

from textual.containers import Vertical
from textual.content import Content

from screens.widgets.item import Item
from screens.widgets.marks import lead_sign
from wizard.store.marks import Mark

_NAMES = 14
"""Cells of the names, which are short."""


class FactLines(Vertical):
    """Takes no room while there is nothing to tell."""

    DEFAULT_CSS = "FactLines { height: auto; display: none; }"

    def show(self, facts: Iterable[tuple[str, str]], cautions: Iterable[str]) -> None:
        """Show facts by their names, and below them what to know, in sentences."""
        self.clear()
        self.mount_all(_lines(facts, cautions))
        self.display = True

    def clear(self) -> None:
        """Show nothing any more."""
        self.remove_children()
        self.display = False


def _lines(facts: Iterable[tuple[str, str]], cautions: Iterable[str]) -> Iterable[Item]:
    for name, text in facts:
        yield Item(Content.styled(f"{name:<{_NAMES}}", "$text-muted"), text)
    for text in cautions:
        yield Item(lead_sign(Mark.ATTENTION), text)
