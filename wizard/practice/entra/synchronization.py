"""A synchronization job as it is remembered."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

CYCLE_INTERVAL = timedelta(minutes=40)
"""Between two cycles."""

SECONDS_PER_PERSON = 0.6
"""The shorter end of what Microsoft says of an initial cycle: 0.01 minutes a person."""

SHORTEST_CYCLE = 10.0
"""Seconds of an initial cycle, however few people there are."""


@dataclass
class Quarantine:
    """A job that is put aside because something is wrong."""

    reason: str
    code: str
    message: str
    began: datetime
    next_attempt: datetime
    attempts: int = 1


@dataclass
class Execution:
    """What one cycle did."""

    began: datetime
    ended: datetime
    cycle_id: str
    imported: int = 0
    entitled: int = 0
    exported: int = 0
    escrowed: int = 0
    code: str = ""
    message: str = ""

    @property
    def state(self) -> str:
        """How it went, in Graph's word."""
        if self.code:
            return "Failed"
        return "EntryLevelErrors" if self.escrowed else "Succeeded"


@dataclass
class Cycle:
    """The cycle under way: who is still to be done, and when."""

    id: str
    began: datetime
    waiting: list[tuple[datetime, str, str]]
    """When, which object, and whether it is a `User` or a `Group`; in order of time."""
    total: int
    done: Execution


@dataclass
class Job:
    """A synchronization job."""

    id: str
    template_id: str
    schema: dict[str, Any]
    created: str
    """When it was made, as Graph writes a time; Graph does not tell it."""
    started: bool = False
    cycle: Cycle | None = None
    last: Execution | None = None
    last_good: Execution | None = None
    last_with_exports: Execution | None = None
    steady_since: datetime | None = None
    steady_until: datetime | None = None
    next_cycle: datetime | None = None
    quarantine: Quarantine | None = None
    failures: int = 0
    """Cycles in a row that failed as a whole."""
    links: dict[str, str] = field(default_factory=dict)
    """The ids in Webex of the objects that were matched or created."""
    counted: dict[str, int] = field(default_factory=dict)
    """How many objects of each kind are synchronized."""
    deletes_allowed: bool = False
    """Whether deletions held back as too many may go on."""
    reached_all: bool = False
    """Whether the last cycle had everybody in scope, which only an initial one narrows again."""

    def begin_at(self, moment: datetime) -> None:
        """Begin the next cycle at a time, unless one is under way."""
        if self.cycle is None:
            self.next_cycle = moment

    def forget_watermark(self, moment: datetime) -> None:
        """Begin with an initial cycle again."""
        self.cycle = None
        self.steady_since = None
        self.steady_until = None
        self.next_cycle = moment
