"""Progress as data: what a step reports while it works."""

from collections.abc import Callable
from dataclasses import dataclass

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
