"""The clock of the Entra half: real time, and ahead of it as far as a test has moved it."""

from datetime import UTC, datetime, timedelta

NEVER = "0001-01-01T00:00:00Z"
"""How Graph writes a time that has not come."""


class PracticeClock:
    """Tells the time in the practice tenant."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return datetime.now(UTC) + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far it was moved."""
        return self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock on."""
        self._ahead += timedelta(seconds=seconds)

    def reset(self) -> None:
        """Go back to real time."""
        self._ahead = timedelta(0)


def stamp(moment: datetime) -> str:
    """Return a time as Graph writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
