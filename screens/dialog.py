"""What every dialog has in common: it lies on top, and arrows go from one thing to the next."""

from typing import ClassVar, Generic, TypeVar

from textual.binding import BindingType
from textual.screen import ModalScreen

from screens.keys import ARROWS

A = TypeVar("A")
"""What a dialog answers with."""


class Dialog(ModalScreen[A], Generic[A]):
    """Asks or tells one thing; subclasses say what Esc answers."""

    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (15, "-high")]  # noqa: RUF012 - typed as an instance variable by Textual
    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS]
