"""A synchronization job and its status, as Graph tells them (reference/graph-entra.md 2.10)."""

from typing import Annotated

from pydantic import BeforeValidator

from wizard.graph.errors import GraphError
from wizard.graph.meanings import as_error, of_entry, of_quarantine
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
from wizard.words.meanings import Meaning


class JobError(GraphModel):
    """What went wrong in a cycle, or led to the quarantine."""

    code: GraphLine = ""
    message: GraphText = ""
    tenant_actionable: Flag = False
    """Whether Microsoft thinks that the administrator can do something about it."""


class Execution(GraphModel):
    """One cycle of a job."""

    state: GraphLine = ""
    """`Succeeded`, `Failed` or `EntryLevelErrors`."""
    time_began: GraphMoment = None
    time_ended: GraphMoment = None
    count_entitled: Count = 0
    count_entitled_for_provisioning: Count = 0
    count_escrowed: Count = 0
    """Entries with errors that will be tried again."""
    count_exported: Count = 0
    count_exports: Count = 0
    count_imported: Count = 0
    count_imported_deltas: Count = 0
    error: JobError | None = None


class Quarantine(GraphModel):
    """Why and since when the service tries a job only rarely."""

    reason: GraphLine = ""
    current_began: GraphMoment = None
    next_attempt: GraphMoment = None
    series_began: GraphMoment = None
    series_count: Count = 0
    error: JobError | None = None


class JobProgress(GraphModel):
    """How far a cycle is; the total may be unknown or too small."""

    units: GraphLine = ""
    completed_units: Count = 0
    total_units: Count = 0
    progress_observation_date_time: GraphMoment = None


class EntryCount(GraphModel):
    """How many entries of one kind are synchronized."""

    key: GraphLine = ""
    """Such as `User`."""
    value: Count = 0


class JobStatus(GraphModel):
    """How a job is doing."""

    code: GraphLine = ""
    """`NotConfigured`, `NotRun`, `Active`, `Paused` or `Quarantine`."""
    count_successive_complete_failures: Count = 0
    escrows_pruned: Flag = False
    """Whether there were so many errors in the first cycle that they were dropped."""
    last_execution: Execution | None = None
    last_successful_execution: Execution | None = None
    last_successful_execution_with_exports: Execution | None = None
    progress: Several[JobProgress] = ()
    quarantine: Quarantine | None = None
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


class JobSetting(GraphModel):
    """A setting that the job has from its template."""

    name: GraphLine = ""
    value: GraphLine = ""


class Job(GraphModel):
    """A synchronization job."""

    id: Id
    template_id: Id = ""
    schedule: JobSchedule | None = None
    status: Annotated[JobStatus, BeforeValidator(_or_unknown)] = JobStatus()
    synchronization_job_settings: Several[JobSetting] = ()

    @property
    def is_quarantined(self) -> bool:
        """Whether the service has all but given up on the job."""
        return self.status.code == "Quarantine" or self.status.quarantine is not None

    @property
    def is_on(self) -> bool:
        """Whether it runs; the schedule says it before the status does."""
        if self.schedule is not None and self.schedule.state:
            return self.schedule.state == "Active"
        return self.status.code == "Active"

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
        return next((each.value for each in counted if each.key.lower() == kind), None)

    @property
    def first_cycle_is_done(self) -> bool:
        """Whether everybody was looked at once."""
        return self.status.steady_state_first_achieved_time is not None

    @property
    def meaning(self) -> Meaning | None:
        """What is wrong, in our own words alone; None when nothing is."""
        quarantine, error = self.status.quarantine, self._error
        if self.is_quarantined:
            reason = quarantine.reason if quarantine else ""
            return of_quarantine(reason, error.code if error else "")
        return of_entry(error.code) if error else None

    @property
    def trouble(self) -> GraphError | None:
        """The quarantine (`entra-quarantine`) or the failed last cycle (`entra-cycle`), if any."""
        meaning, error = self.meaning, self._error or JobError()
        if meaning is None:
            return None
        code = "entra-quarantine" if self.is_quarantined else "entra-cycle"
        return as_error(meaning, code, theirs=error.code, words=error.message)

    @property
    def _error(self) -> JobError | None:
        """Microsoft's own account of what is wrong."""
        quarantine, execution = self.status.quarantine, self.status.last_execution
        if self.is_quarantined:
            return quarantine.error if quarantine else None
        return execution.error if execution else None
