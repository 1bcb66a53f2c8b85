"""How a provisioning job was doing when it was last looked at, as a profile keeps it."""

from datetime import datetime, timedelta
from typing import Literal

from wizard.store.fields import Line, Moment, Record

HealthState = Literal["running", "first cycle", "off", "failing", "quarantine"]

_PAUSES = 3
"""Pauses between cycles without a success after which a job that is on is silent."""
_LEAST_SILENCE = timedelta(hours=2)
"""How long it may be quiet at least."""
_REMEMBERED = timedelta(days=1)
_MOST_COUNTS = 50


class WentWrong(Record):
    """How many went wrong, and since when it is so many."""

    at: Moment
    escrowed: int = 0
    failed: int | None = None


class JobHealth(Record):
    """How the provisioning job was doing when it was last looked at."""

    job_id: Line
    at: Moment
    state: HealthState
    trouble: Line = ""  # a sentence; empty when nothing was wrong
    hint: Line = ""
    cause: Line = ""  # of a quarantine, in Microsoft's word
    last_cycle: Moment | None = None  # when it ended; None while none has
    last_success: Moment | None = None  # when one ended well; None while none has, or nobody told
    pause: int | None = None  # seconds between two cycles; None where that was not told
    escrowed: int = 0  # entries of that cycle with errors, which are retried
    failed: int | None = None  # people and groups, in the log of a day; None where nobody read it
    is_cut: bool = False  # whether that log had more entries than were read
    log_end: Moment | None = None  # its newest entry
    counted: tuple[WentWrong, ...] = ()  # what went wrong in the last day, the oldest first
    people: int | None = None  # linked with an account in Webex; None where that was not told
    dropped: bool = False  # whether errors of the first cycle were too many to be kept
    next_try: Moment | None = None  # of what went wrong
    nobody: Line = ""  # why nobody was in scope, a sentence; empty where somebody may have been
    is_outdated: bool = False  # whether something was done since that may have changed its state

    @property
    def silent_after(self) -> timedelta:
        """How long after a success the next one has to come."""
        return max(_PAUSES * timedelta(seconds=self.pause or 0), _LEAST_SILENCE)

    @property
    def silent_since(self) -> datetime | None:
        """When a cycle last succeeded, where that was too long ago for a job that is on."""
        if self.state != "running" or self.last_success is None:
            return None
        return self.last_success if self.at - self.last_success > self.silent_after else None

    @property
    def grown_from(self) -> WentWrong | None:
        """What went wrong up to a day ago, where it is more by now."""
        if not self.counted:
            return None
        then = self.counted[0]
        grew = then.failed is not None and self.failed is not None and self.failed > then.failed
        return then if grew or self.escrowed > then.escrowed else None

    def counted_after(self, before: "JobHealth | None") -> "JobHealth":
        """Return it with what went wrong before, of the same job; a first cycle counts anew."""
        if self.state == "first cycle":
            return self.model_copy(update={"counted": ()})
        known = before.counted if before is not None and before.job_id == self.job_id else ()
        failed = known[-1].failed if self.failed is None and known else self.failed
        latest = WentWrong(at=self.at, escrowed=self.escrowed, failed=failed)
        is_same = known and known[-1] == latest.model_copy(update={"at": known[-1].at})
        kept = known if is_same else (*known, latest)
        # The first tells what was so a day ago, and so stays until another one does.
        while len(kept) > 1 and (kept[1].at <= self.at - _REMEMBERED or len(kept) > _MOST_COUNTS):
            kept = kept[1:]
        return self.model_copy(update={"counted": kept})
