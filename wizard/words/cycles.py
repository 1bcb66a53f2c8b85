"""What a cycle of provisioning left undone, in words."""

from datetime import datetime

DROPPED = (
    "The first cycle met so many errors that Entra dropped them, and pauses provisioning at its "
    "end: correct the mapping or the scope, then restart and let it forget the errors."
)
"""Said where the service has pruned its escrows (reference/graph-entra.md 2.10)."""


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
