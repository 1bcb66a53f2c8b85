"""Progress as data: what a step reports while it works."""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
Heard = TypeVar("Heard")

STUCK = 120.0
"""Seconds after which work over many people is stopped that does not get any further.

Long work that moves may go on.
"""


@dataclass(frozen=True)
class Progress:
    """One report of work under way; an unknown total stays unknown."""

    message: str
    done: int | None = None
    total: int | None = None


Report = Callable[[Progress], None]


def telling(report: Report) -> Callable[[str], None]:
    """Return what takes a sentence and reports it."""
    return lambda words: report(Progress(words))


def silent(_progress: Progress) -> None:
    """Report to nobody."""


def nobody(_words: str) -> None:
    """Tell nobody."""


PAUSED_AFTER = 0.01
"""Seconds of long work between two words about it."""


def worked_out(work: Generator[object, None, T]) -> T:
    """Do long work to its end, and return what comes of it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: T = end.value
            return found


def in_slices(
    work: Generator[Heard, None, T], clock: Callable[[], float] = time.monotonic
) -> Generator[Heard, None, T]:
    """Do long work that tells more often than anybody wants to hear it, and tell less often."""
    until = clock() + PAUSED_AFTER
    while True:
        try:
            told = next(work)
        except StopIteration as end:
            found: T = end.value
            return found
        if clock() >= until:
            yield told
            until = clock() + PAUSED_AFTER
