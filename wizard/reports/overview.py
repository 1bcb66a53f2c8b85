"""All profiles as a table: a line for each, with what needs attention most first."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from wizard.reports.status import Standing
from wizard.words.text import days, fitted

_GAP = 2
_DROPPED = ("organization", "looked", "job", "left")
"""Columns that go where there is no room, in this order."""
_LEAST_NAME = 8
_SHORT = {"running": "runs", "failing": "fails"}


class ProfileRow(NamedTuple):
    """One profile, as a table shows it."""

    profile: str
    organization: str
    left: str
    """Days left of the token."""
    job: str
    """How provisioning was doing when it was last seen, and when that was."""
    looked: str
    """When this program looked last."""
    first: str
    """What needs attention first."""


HEADS = ProfileRow("Profile", "Organization", "Token", "Provisioning", "Last look", "Attention")


def row_of(standing: Standing, now: datetime) -> ProfileRow:
    """Return the row of a profile; what was not seen is said to be not seen."""
    if not standing.readable:
        return ProfileRow(standing.profile, "unknown", "unknown", "unknown", "unknown", "damaged")
    return ProfileRow(
        standing.profile,
        standing.organization_id or "unknown",
        _left(standing),
        _job(standing, now),
        _day(standing.looked_at, now) or "never",
        standing.first or "nothing",
    )


def laid_out(rows: Sequence[ProfileRow], width: int) -> list[str]:
    """Return the heads and the rows as lines, with as many columns as there is room for.

    Args:
        rows: The profiles.
        width: Cells in a line.
    """
    everything = [HEADS, *rows]
    fields = list(ProfileRow._fields)
    for dropped in _DROPPED:
        if _width(everything, fields, _LEAST_NAME) <= width:
            break
        fields.remove(dropped)
    others = _width(everything, fields, 0)
    name = max(1, min(max(len(row.profile) for row in everything), width - others))
    widths = {field: max(len(getattr(row, field)) for row in everything) for field in fields}
    widths["profile"] = name
    return [
        (" " * _GAP).join(fitted(getattr(row, f), widths[f]).ljust(widths[f]) for f in fields)
        for row in everything
    ]


def _width(rows: Sequence[ProfileRow], fields: Sequence[str], name: int) -> int:
    """Return the cells that columns take, the name at most so many."""
    widest = {field: max(len(getattr(row, field)) for row in rows) for field in fields}
    widest["profile"] = min(widest["profile"], name)
    return sum(widest.values()) + _GAP * (len(fields) - 1)


def _left(standing: Standing) -> str:
    if standing.days_left is None:
        return "none yet"
    return "ended" if standing.days_left < 0 else days(standing.days_left)


def _job(standing: Standing, now: datetime) -> str:
    if standing.job is None:
        return "not seen"
    state = standing.job["state"]
    return f"{_SHORT.get(state, state)}, {_day(standing.job['seen_at'], now)}"


def _day(at: str | None, now: datetime) -> str:
    """Return a day as short as it stays clear: without the year where it is this one."""
    if at is None:
        return ""
    day = datetime.fromisoformat(at)
    return f"{day.day} {day:%b}" if day.year == now.year else f"{day:%b} {day.year}"
