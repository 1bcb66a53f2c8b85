"""Moments as people type them: a date, a time, or how long ago."""

import re
from datetime import UTC, datetime, timedelta

from wizard.errors import InvalidInput
from wizard.words.text import plain_line

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing that is asked for here is older."""

_SPAN = re.compile(r"(\d{1,5})\s?(m|min|h|d|w)", re.ASCII)
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_ZONE = re.compile(r" ?UTC$", re.IGNORECASE)


def moment_typed(text: str, now: datetime) -> datetime:
    """Return the moment that somebody has typed, in UTC, as which a time without a zone counts.

    Args:
        text: `2026-11-27`, `2026-11-27T21:03`, with seconds and a zone or without, or how long
            ago: `90m`, `12h`, `2d`, `1w`.
        now: From which a span counts back.

    Raises:
        InvalidInput: It is none (`not-a-moment`), or has not come yet (`moment-ahead`).
    """
    typed = text.strip()
    if span := _SPAN.fullmatch(typed.lower()):
        return max(now - timedelta(**{_UNITS[span[2]]: int(span[1])}), EARLIEST)
    try:
        found = datetime.fromisoformat(_ZONE.sub("+00:00", typed.upper()))
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"“{plain_line(text, 60)}” is neither a date, nor a time, nor a span.",
            "Such as 2026-11-27, 2026-11-27T21:03, 90m, 12h or 2d. Without a zone it is UTC.",
            code="not-a-moment",
        ) from error
    if found > now + timedelta(days=1):  # a clock may be off, and a day begins elsewhere before
        raise InvalidInput(
            f"{in_utc(found)} has not come yet.",
            "Give a moment that is over, or look at this machine's clock.",
            code="moment-ahead",
        )
    return max(found, EARLIEST)


def in_utc(moment: datetime) -> str:
    """Return a moment for people, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def moment_written(moment: datetime) -> str:
    """Return a moment for programs, to the microsecond: of one form, so that texts sort as times.

    Source: RFC 3339.
    """
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds').removesuffix('+00:00')}Z"
