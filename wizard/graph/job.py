"""A synchronization job and its status, as Graph tells them (reference/graph-entra.md 2.10)."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Protocol, TypeVar

from pydantic import AfterValidator, BeforeValidator, TypeAdapter, ValidationError

from wizard.graph.errors import GraphError
from wizard.graph.meanings import as_error, of_cycle, of_quarantine
from wizard.graph.models import (
    Count,
    Flag,
    GraphLine,
    GraphModel,
    GraphMoment,
    GraphText,
    Id,
    Several,
)
from wizard.graph.upstream import next_try
from wizard.words.links import is_safe_url
from wizard.words.meanings import Meaning

_DURATION = TypeAdapter(timedelta)
_LONGEST_INTERVAL = timedelta(days=7)
"""Of a schedule; a longer one is none."""

_NO_CODE = frozenset({"", "none"})
_NO_REASON = _NO_CODE | {"unknown"}
"""Reasons of quarantine that tell nothing where nothing else does."""


class _Telling(Protocol):
    @property
    def tells(self) -> bool: ...


Told = TypeVar("Told", bound=_Telling)


def _if_it_tells(found: Told | None) -> Told | None:
    """Drop what Graph sends in the place of nothing: code `None`, year 1, counts of 0."""
    return found if found is not None and found.tells else None


class JobError(GraphModel):
    """What went wrong in a cycle, or led to the quarantine."""

    code: GraphLine = ""
    message: GraphText = ""

    @property
    def tells(self) -> bool:
        """Whether anything is wrong; the code `None` is no error."""
        return self.code.lower() not in _NO_CODE or bool(self.message.strip())


_Failure = Annotated[JobError | None, AfterValidator(_if_it_tells)]


class Execution(GraphModel):
    """One cycle of a job."""

    state: GraphLine = ""
    """`Succeeded`, `Failed` or `EntryLevelErrors`."""
    time_began: GraphMoment = None
    time_ended: GraphMoment = None
    count_escrowed: Count = 0
    """Entries with errors that will be tried again."""
    error: _Failure = None

    @property
    def tells(self) -> bool:
        """Whether there was such a cycle; a job that never ran has one of the year 1."""
        moments = (self.time_began, self.time_ended, self.error)
        return any(moment is not None for moment in moments)


class Quarantine(GraphModel):
    """Why and since when the service tries a job only rarely."""

    reason: GraphLine = ""
    current_began: GraphMoment = None
    next_attempt: GraphMoment = None
    series_began: GraphMoment = None
    series_count: Count = 0
    error: _Failure = None

    @property
    def tells(self) -> bool:
        """Whether there is a quarantine."""
        told = (self.current_began, self.series_began, self.next_attempt, self.error)
        is_reason = self.reason.lower() not in _NO_REASON
        return is_reason or bool(self.series_count) or any(each is not None for each in told)


_Cycle = Annotated[Execution | None, AfterValidator(_if_it_tells)]
_Held = Annotated[Quarantine | None, AfterValidator(_if_it_tells)]


class JobProgress(GraphModel):
    """How far a cycle is; the total may be unknown or too small."""

    units: GraphLine = ""
    completed_units: Count = 0
    total_units: Count = 0


class EntryCount(GraphModel):
    """How many entries of one kind are synchronized."""

    key: GraphLine = ""
    """Such as `User`."""
    value: Count = 0


class JobStatus(GraphModel):
    """How a job is doing."""

    code: GraphLine = ""
    """`NotConfigured`, `NotRun`, `Active`, `Paused` or `Quarantine`."""
    escrows_pruned: Flag = False
    """Whether the first cycle met so many errors that they were dropped, and pauses at its end.

    Source: reference/graph-entra.md 2.10.
    """
    last_execution: _Cycle = None
    last_successful_execution: _Cycle = None
    last_successful_execution_with_exports: _Cycle = None
    progress: Several[JobProgress] = ()
    quarantine: _Held = None
    steady_state_first_achieved_time: GraphMoment = None
    """When the first cycle ended; None while it has not."""
    steady_state_last_achieved_time: GraphMoment = None
    synchronized_entry_count_by_type: Several[EntryCount] = ()
    troubleshooting_url: GraphLine = ""


def _or_unknown(status: object) -> object:
    return JobStatus() if status is None else status


class JobSchedule(GraphModel):
    """When a job runs."""

    interval: GraphLine = ""
    """An ISO 8601 duration, usually `PT40M`."""
    state: GraphLine = ""
    """`Active`, `Disabled` or `Paused`."""

    @property
    def pause(self) -> timedelta | None:
        """The time between two cycles; None where what is told is none."""
        with suppress(ValidationError):
            pause = _DURATION.validate_python(self.interval)
            return pause if timedelta(0) < pause <= _LONGEST_INTERVAL else None
        return None


class Job(GraphModel):
    """A synchronization job."""

    id: Id
    template_id: Id = ""
    schedule: JobSchedule | None = None
    status: Annotated[JobStatus, BeforeValidator(_or_unknown)] = JobStatus()

    @property
    def is_quarantined(self) -> bool:
        """Whether the service has all but given up on the job."""
        return self.status.code.lower() == "quarantine" or self.status.quarantine is not None

    @property
    def is_on(self) -> bool:
        """Whether it runs; the schedule says it before the status does."""
        if self.schedule is not None and self.schedule.state:
            return self.schedule.state.lower() == "active"
        return self.status.code.lower() in {
            "active",
            "notrun",
        }  # the latter between start and first cycle

    @property
    def was_started(self) -> bool:
        """Whether somebody has let it run, now or before, as far as its status tells."""
        status = self.status
        signs = (status.last_execution, status.steady_state_first_achieved_time, status.quarantine)
        ran = any(sign is not None for sign in signs) or bool(status.progress)
        return (
            self.is_on
            or self.is_quarantined
            or ran
            or bool(self.linked_people or self.linked_groups)
        )

    @property
    def linked_people(self) -> int | None:
        """How many people are linked with an account in Webex; None when that is not told."""
        return self._linked("user")

    @property
    def linked_groups(self) -> int | None:
        """How many groups are linked with one in Webex; None when that is not told."""
        return self._linked("group")

    def _linked(self, kind: str) -> int | None:
        counted = self.status.synchronized_entry_count_by_type
        # Seen as `User`, and as `user to User`.
        kinds = ((each.key.lower().partition(" to ")[0], each.value) for each in counted)
        return next((value for key, value in kinds if key == kind), None)

    @property
    def first_cycle_is_done(self) -> bool:
        """Whether everybody was looked at once."""
        return self.status.steady_state_first_achieved_time is not None

    @property
    def last_success(self) -> datetime | None:
        """When a cycle last came to its end, with or without errors of single entries."""
        status = self.status
        good = status.last_successful_execution
        told = (
            good and good.time_ended,
            status.steady_state_last_achieved_time,
            status.steady_state_first_achieved_time,
        )
        return max((at for at in told if at), default=None)

    @property
    def last_exporting(self) -> Execution | None:
        """The last cycle that changed something in Webex; None where none is told."""
        return self.status.last_successful_execution_with_exports

    @property
    def cause(self) -> str:
        """Why it is in quarantine, in Microsoft's word; empty outside of one."""
        if not self.is_quarantined:
            return ""
        reason = self.status.quarantine.reason if self.status.quarantine else ""
        return reason if reason.isascii() and reason.isalnum() else "Unknown"

    @property
    def escrowed(self) -> int:
        """How many entries had errors in the last cycle, and are tried again."""
        last = self.status.last_execution
        return last.count_escrowed if last else 0

    @property
    def next_try(self) -> datetime | None:
        """When the service tries again what went wrong, where that is told."""
        quarantine = self.status.quarantine
        if quarantine is not None and quarantine.next_attempt is not None:
            return quarantine.next_attempt
        return next_try(self._error.message) if self._error else None

    @property
    def meaning(self) -> Meaning | None:
        """What is wrong, in our own words alone; None when nothing is."""
        quarantine, error = self.status.quarantine, self._error
        code, words = (error.code, error.message) if error else ("", "")
        if self.is_quarantined:
            found = of_quarantine(quarantine.reason if quarantine else "", code, words)
        elif error is not None or self._failed_in_silence:
            found = of_cycle(code, words)
        else:
            return None
        url = self.status.troubleshooting_url
        found = found.about_job(self.id)
        if not is_safe_url(url):
            return found
        return replace(found, hint=f"{found.hint} Microsoft explains more at {url}")

    @property
    def _failed_in_silence(self) -> bool:
        last = self.status.last_execution
        return last is not None and last.state.lower() == "failed"

    @property
    def trouble(self) -> GraphError | None:
        """The quarantine (`entra-quarantine`) or the failed last cycle (`entra-cycle`), if any."""
        meaning, error = self.meaning, self._error or JobError()
        if meaning is None:
            return None
        code = "entra-quarantine" if self.is_quarantined else "entra-cycle"
        theirs = "" if error.code.lower() in _NO_CODE else error.code
        return as_error(meaning, code, theirs=theirs, words=error.message)

    @property
    def _error(self) -> JobError | None:
        """Microsoft's own account of what is wrong."""
        quarantine, execution = self.status.quarantine, self.status.last_execution
        if self.is_quarantined:
            return quarantine.error if quarantine else None
        return execution.error if execution else None
