"""A clock that cannot be right, by what was saved here."""

from datetime import datetime, timedelta

_TOLERANCE = timedelta(minutes=5)
"""By which the clocks of two machines that share a profile may differ."""


def saved_later(saved_at: datetime, now: datetime) -> str:
    """Return what is wrong where something was saved later than now, as sentences; else nothing."""
    if saved_at <= now + _TOLERANCE:
        return ""
    return (
        f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, and the profile was saved later, at "
        f"{saved_at:%Y-%m-%d %H:%M} UTC: no day that is told here can be believed. Set the clock; "
        "where it is right, the next setup saves the profile anew."
    )
