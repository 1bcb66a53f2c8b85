"""Points in time as the expression language writes and reads them.

A date is text between functions: UTC in the form M/d/yyyy h:mm:ss tt.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wizard.mapping.expression.functions.errors import EvaluationError, shown

TICKS = 10_000_000
"""The parts of a second that .NET counts: 100 nanoseconds each."""

_MAX_DATE = 100
"""Characters of a text that can still be a date."""

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)

_DAY_NAME = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,?\s+)?"
_MONTH_NAME = "(?P<name>" + "|".join(f"{month}|{month[:3]}" for month in MONTHS) + ")"
_DATES = (
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
    r"(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})",
    _DAY_NAME + r"(?P<month>\d{1,2})[/-](?P<day>\d{1,2})[/-](?P<year>\d{4}|\d{2})",
    _DAY_NAME + rf"(?P<day>\d{{1,2}})[ -]{_MONTH_NAME}[ -](?P<year>\d{{4}})",
    _DAY_NAME + rf"{_MONTH_NAME}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})",
)
_TIME = (
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2})(?::(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?\s*(?P<half>[AP]M)?)?"
)
_ZONE = r"(?:\s*(?P<zone>Z|GMT|UTC|[+-]\d{2}:?\d{2}|[+-]\d{1,2}))?"
_FORMS = tuple(re.compile(date + _TIME + _ZONE, re.ASCII | re.IGNORECASE) for date in _DATES)
_OFFSET = re.compile(r"([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII)

_LATEST_TWO_DIGITS = 49
"""The last two-digit year that lies in this century, as in .NET's calendar."""


@dataclass(frozen=True)
class ZonedMoment:
    """A date and time as it was written, with the zone it was written in."""

    wall: datetime
    """What clock and calendar show there; without a zone of its own, in whole seconds."""
    ticks: int = 0
    """The part of a second, in 100 nanoseconds."""
    offset: timedelta | None = None
    """How far the zone is ahead of UTC; None when none was written, which counts as UTC."""

    def in_utc(self) -> "ZonedMoment":
        """Return the same point in time in UTC.

        Raises:
            EvaluationError: It lies outside the years 1 to 9999.
        """
        with_offset = self.offset or timedelta()
        return ZonedMoment(shifted(self.wall, -with_offset), self.ticks, timedelta())


def shifted(wall: datetime, by: timedelta) -> datetime:
    """Return a date moved by a span.

    Raises:
        EvaluationError: It would lie outside the years 1 to 9999.
    """
    try:
        return wall + by
    except OverflowError as error:
        raise outside() from error


def outside() -> EvaluationError:
    """Return the error of a date that no calendar has."""
    return EvaluationError(
        "The date would lie outside the years 1 to 9999.",
        "Use a smaller span or number.",
        code="date-out-of-range",
    )


def written(wall: datetime) -> str:
    """Return a date in UTC as functions pass it: 3/16/2020 7:00:00 AM."""
    hour = wall.hour % 12 or 12
    half = "AM" if wall.hour < 12 else "PM"
    return (
        f"{wall.month}/{wall.day}/{wall.year:04d} {hour}:{wall.minute:02d}:{wall.second:02d} {half}"
    )


def wall_now(now: datetime) -> datetime:
    """Return the current time in UTC, in whole seconds and without a zone."""
    in_utc = now.astimezone(UTC) if now.tzinfo else now
    return in_utc.replace(tzinfo=None, microsecond=0)


def full_year(two_digits: int) -> int:
    """Return the year that two digits mean."""
    return two_digits + (2000 if two_digits <= _LATEST_TWO_DIGITS else 1900)


def read_moment(text: str) -> ZonedMoment:
    """Return the point in time that a text means: ISO 8601, M/d/yyyy, or with month names.

    Raises:
        EvaluationError: It is no date.
    """
    stripped = text[: 2 * _MAX_DATE].strip()
    if len(text) <= 2 * _MAX_DATE and len(stripped) <= _MAX_DATE:
        for form in _FORMS:
            if found := form.fullmatch(stripped):
                return _moment(found.groupdict(), text)
    raise not_a_date(text)


def not_a_date(text: str) -> EvaluationError:
    """Return the error of a text that is no date."""
    return EvaluationError(
        f'"{shown(text)}" is not a date that can be read.',
        "Use a form such as 2026-01-31 or 1/31/2026 5:30:00 PM; translate others with "
        "FormatDateTime.",
        code="not-a-date",
    )


def offset_of(zone: str) -> timedelta:
    """Return how far a zone such as `-07:00` or `Z` is ahead of UTC."""
    found = _OFFSET.fullmatch(zone)
    if not found:
        return timedelta()
    span = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return -span if found[1] == "-" else span


def _moment(parts: dict[str, str | None], text: str) -> ZonedMoment:
    year = parts["year"] or ""
    name = (parts.get("name") or "")[:3].title()
    month = [full[:3] for full in MONTHS].index(name) + 1 if name else int(parts["month"] or 0)
    hour = int(parts["hour"] or 0)
    half = (parts["half"] or "").upper()
    if (parts["hour"] and not (parts["minute"] or half)) or (half and not 1 <= hour <= 12):
        raise not_a_date(text)
    if half:
        hour = hour % 12 + (12 if half == "PM" else 0)
    try:
        wall = datetime(
            full_year(int(year)) if len(year) == 2 else int(year),
            month,
            int(parts["day"] or 0),
            hour,
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
        )
    except ValueError as error:
        raise not_a_date(text) from error
    ticks = int((parts["fraction"] or "")[:7].ljust(7, "0"))
    return ZonedMoment(wall, ticks, offset_of(parts["zone"]) if parts["zone"] else None)
