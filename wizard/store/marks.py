"""How a step stands, as a profile keeps it: who says so, or what became of it."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator


class Mark(StrEnum):
    """What is known of a step; the first two mean that it is done."""

    SEEN = "seen"
    """This program looked, and found it so."""
    SAID = "said"
    """Somebody said so; nobody looked."""
    ATTENTION = "attention"
    """It was looked at, and something is wrong with it."""
    FAILED = "failed"
    """It was tried, and did not work."""
    SKIPPED = "skipped"
    OPEN = "open"
    """Nothing is known of it; never stored."""
    UNTOLD = ""
    """Done, by a version that did not tell how."""


DONE_MARKS = frozenset({Mark.SEEN, Mark.SAID, Mark.UNTOLD})
"""Marks of a step that is done."""


def _known(value: Any) -> Any:
    """Return a mark of ours; what a later version may write is one that is not told."""
    return value if value in set(Mark) else Mark.UNTOLD


KeptMark = Annotated[Mark, BeforeValidator(_known)]
"""A mark as it is stored, which may be a word of another version."""
