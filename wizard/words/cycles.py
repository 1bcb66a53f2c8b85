"""What became of somebody in a cycle of provisioning, and what a cycle left undone, in words."""

from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

DROPPED = (
    "The first cycle met so many errors that Entra dropped them, and pauses provisioning at its "
    "end: correct the mapping or the scope, then restart and let it forget the errors."
)
"""Said where the service has pruned its escrows (reference/graph-entra.md 2.10)."""


class Became(StrEnum):
    """What became of somebody in a cycle, or at once."""

    CREATED = "created"
    UPDATED = "updated"
    DISABLED = "disabled"
    DELETED = "deleted"
    HELD_BACK = "held back"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"
    WARNED = "with a warning"
    DONE = "done"
    """Something was done, in a word for it that is not known."""
    UNCLEAR = "not clear"
    """What Microsoft tells in a word that is not known, or not at all."""


_DONE = MappingProxyType(
    {
        "create": Became.CREATED,
        "update": Became.UPDATED,
        "disable": Became.DISABLED,
        "delete": Became.DELETED,
        "stageddelete": Became.HELD_BACK,
    }
)
_SAME = "redundantexport"
"""The code of whom Webex has already with the same values."""
_WORDS = MappingProxyType(
    {"failure": Became.FAILED, "skipped": Became.SKIPPED, "warning": Became.WARNED}
)


def has_same(code: str) -> bool:
    """Tell whether a code says that Webex has somebody already with the same values."""
    return code.lower().endswith(_SAME)


def became(status: str, action: str, code: str) -> Became:
    """Return what became of somebody.

    Args:
        status: `success`, `failure`, `skipped` or `warning`.
        action: What was done, as Microsoft names it.
        code: The code of a failure or skip.
    """
    if has_same(code):
        return Became.UNCHANGED
    if status == "success":
        return _DONE.get(action.lower(), Became.DONE)
    return _WORDS.get(status, Became.UNCLEAR)


def retried(count: int) -> str:
    """Return how many entries had errors, as a sentence; empty for none."""
    if not count:
        return ""
    return (
        "1 entry had errors and is retried."
        if count == 1
        else f"{count:,} entries had errors and are retried."
    )


def tried_again(at: datetime | None) -> str:
    """Return when Entra tries again, as a sentence that stays true; empty where it is not told."""
    return f"Entra's next try: {at:%Y-%m-%d %H:%M} UTC." if at else ""


def left_undone(count: int, at: datetime | None, *, dropped: bool) -> tuple[str, ...]:
    """Return all of it, a sentence each.

    Args:
        count: Entries with errors that are tried again.
        at: When Entra tries again.
        dropped: Whether errors of the first cycle were dropped.
    """
    told = (retried(count), DROPPED if dropped else "", tried_again(at))
    return tuple(filter(None, told))
