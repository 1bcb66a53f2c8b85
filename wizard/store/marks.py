"""How a step stands, as a profile keeps it: who says so, or what became of it."""

from enum import StrEnum


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

    @classmethod
    def _missing_(cls, _value: object) -> "Mark":
        """Return that it is not told, of a word that a later version may write."""
        return cls.UNTOLD


DONE_MARKS = frozenset({Mark.SEEN, Mark.SAID, Mark.UNTOLD})
"""Marks of a step that is done."""
