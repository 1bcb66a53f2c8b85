"""One thing before and after, as a line of a comparison."""

from typing import Literal

HowItDiffers = Literal["added", "removed", "changed"]


def how_it_differs(before: str, after: str) -> HowItDiffers:
    """Return what became of something; a side without it is empty."""
    if not before:
        return "added"
    return "changed" if after else "removed"


def difference_line(what: str, before: str, after: str) -> str:
    """Return what became of something as one line."""
    told = " -> ".join(filter(None, (before, after)))
    return f"{how_it_differs(before, after):<7}  {what}: {told}"
