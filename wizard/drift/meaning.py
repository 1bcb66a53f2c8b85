"""A difference while it is judged, and what is then said of it."""

from dataclasses import dataclass

from wizard.drift.items import EVERYBODY_KEY, WatchedItem, WatchedItems
from wizard.options import CommandLine


@dataclass(frozen=True)
class Consequence:
    """What a difference means, and what to do about it, as sentences.

    Attributes:
        text: What it means.
        hint: What to do next; empty where nothing is to be done.
        is_pressing: Whether it is told before all others.
    """

    text: str
    hint: str = ""
    is_pressing: bool = False


@dataclass(frozen=True)
class JudgedChange:
    """One thing as it was and as it is, and what is around it.

    Attributes:
        key: What it is known by.
        before: How it was; None where it was not there.
        after: How it is; None where it is not there.
        around: All that was seen beside it.
        line: Makes the command lines that are told.
        until: The day on which the token ends; empty where that is not known.
    """

    key: str
    before: WatchedItem | None
    after: WatchedItem | None
    around: WatchedItems
    line: CommandLine
    until: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        item = self.after or self.before
        return item.name if item is not None else ""

    @property
    def value(self) -> str:
        """How it is; empty where it is not there."""
        return self.after.value if self.after is not None else ""

    @property
    def is_gone(self) -> bool:
        """Whether it is not there any more."""
        return self.after is None

    @property
    def is_new(self) -> bool:
        """Whether it was not there before."""
        return self.before is None

    @property
    def everybody_is_in_scope(self) -> bool:
        """Whether it matters to nobody who is assigned."""
        scope = self.around.get(EVERYBODY_KEY)
        return scope is not None and scope.value == "everybody"

    @property
    def whom(self) -> str:
        """That a preview tells whom it concerns."""
        return f"`{self.line('preview')}` tells whom it concerns."
