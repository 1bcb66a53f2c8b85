"""How a job is doing, in a form that a profile remembers and `status` shows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from wizard.errors import AnswerError, HostsError, MachineError, WizardError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.provisioning_log import latest_of_each
from wizard.net.clock import SET_IT, is_off, off_in_words
from wizard.steps.in_scope import nobody_assigned
from wizard.steps.sign_in import SignInStep
from wizard.steps.tenant import EntraTenant
from wizard.store.job_health import HealthState, JobHealth
from wizard.store.journal import Change
from wizard.words.clock import saved_later
from wizard.words.progress import Report, silent

_LOG_DAY = timedelta(days=1)
_LOG_ENTRIES = 500
"""Entries of the log that are read, the newest first."""
_LOG_LAG = timedelta(hours=2)
"""Behind which the log cannot be: Microsoft speaks of minutes (reference/graph-entra.md 2.10)."""

_LOG_NOT_ALLOWED = frozenset(
    {"graph-directory-unread", "graph-license-missing", "graph-role-missing", "graph-scope-missing"}
)
"""What Graph calls it where no log may be read, as without a premium licence
(reference/graph-entra.md 2.10).
"""

_WAS_ASKED = frozenset({"clock-off", "log-ends"})


@dataclass(frozen=True)
class LogSeen:
    """What the provisioning log of a day tells."""

    failed: int
    """People and groups of whom the newest entry is a failure."""
    is_cut: bool
    """Whether there were more entries than were read."""
    end: datetime | None
    """Its newest entry."""


def health_of(
    job: Job,
    now: datetime,
    nobody: str = "",
    *,
    before: JobHealth | None = None,
    log: LogSeen | None = None,
) -> JobHealth:
    """Return how a job is doing, in our own words: Microsoft's may speak of a person.

    Args:
        job: The job as Graph tells it.
        now: When it was asked for.
        nobody: Why nobody is in scope, in a sentence.
        before: How it was doing at the look before.
        log: What its log tells; None where that was not read.
    """
    meaning = job.meaning
    last = job.status.last_execution
    pause = job.schedule.pause if job.schedule else None
    found = JobHealth(
        job_id=job.id,
        at=now,
        state=_state(job),
        trouble=meaning.message if meaning else "",
        hint=meaning.hint if meaning else "",
        cause=job.cause,
        last_cycle=last.time_ended if last else None,
        last_success=job.last_success,
        pause=round(pause.total_seconds()) if pause else None,
        escrowed=job.escrowed,
        failed=log.failed if log else None,
        is_cut=log is not None and log.is_cut,
        log_end=log.end if log else None,
        people=job.linked_people,
        dropped=job.status.escrows_pruned,
        next_try=job.next_try,
        nobody=nobody,
    )
    return found.counted_after(before)


def restarted(job: Job, then: str) -> Change:
    """Return what a restart makes of provisioning.

    Args:
        job: The job as it was before.
        then: What it does after, such as `looks at everybody again`.
    """
    before = "quarantine" if job.is_quarantined else "on" if job.is_on else "off"
    return Change(subject="provisioning", before=before, after=f"on: {then}")


def note_health(session: Session, job: Job, nobody: str = "") -> None:
    """Remember how the job is doing, and why nobody is in scope, where that is so.

    Raises:
        ProfileError: It could not be saved.
    """
    before = session.profile.entra.job_health
    _keep(session, health_of(job, session.clock(), nobody, before=before))


def _keep(session: Session, health: JobHealth) -> None:
    session.change(entra=session.profile.entra.model_copy(update={"health": health}))


def outdate_health(session: Session) -> None:
    """Let the job's state count no more: something was changed, and nobody has looked since.

    What was counted stays, with its date.

    Raises:
        ProfileError: It could not be saved.
    """
    if (seen := session.profile.entra.job_health) is not None:
        _keep(session, seen.model_copy(update={"is_outdated": True}))


def outdate_trouble(session: Session) -> None:
    """Do so where the job was in trouble, which may have ended; else all stays that was seen.

    Raises:
        ProfileError: It could not be saved.
    """
    seen = session.profile.entra.job_health
    if seen is not None and (
        seen.trouble or seen.silent_since or seen.state in {"quarantine", "failing"}
    ):
        outdate_health(session)


def forget_health(session: Session) -> None:
    """Forget how the job was doing, because what was done to it is taken back.

    Raises:
        ProfileError: It could not be saved.
    """
    if session.profile.entra.health is not None:
        session.change(entra=session.profile.entra.model_copy(update={"health": None}))


async def look_at_job(
    graph: GraphClient,
    principal_id: str,
    job_id: str,
    now: datetime,
    before: JobHealth | None = None,
) -> JobHealth:
    """Look how a job is doing, reading only: all that monitoring asks of Graph.

    Args:
        graph: A client, which may be one that only reads.
        principal_id: The service principal that provisioning belongs to.
        job_id: The job.
        now: The time.
        before: How it was doing at the look before.

    Raises:
        MachineError: This machine's clock is off, so that no time means anything (`clock-off`).
        WizardError: It could not be seen; `log-ends` where the log tells less than the job.
    """
    job = await graph.jobs.get(principal_id, job_id)
    if is_off(graph.clock_ahead):
        raise MachineError(
            off_in_words(graph.clock_ahead or 0, "Graph's"), SET_IT, code="clock-off"
        )
    log = await _log_seen(graph, job, now)
    nobody = await nobody_assigned(principal_id, graph)
    return health_of(job, now, nobody, before=before, log=log)


async def _log_seen(graph: GraphClient, job: Job, now: datetime) -> LogSeen | None:
    """Return what the log tells; None where Graph says that it may not be read.

    A refusal that says nothing of that, as a proxy's, is no look.
    """
    try:
        listing = await graph.provisioning_log.entries(
            job.id, since=now - _LOG_DAY, most=_LOG_ENTRIES
        )
    except AnswerError as error:
        if error.code not in _LOG_NOT_ALLOWED:
            raise
        return None
    end = max(
        (each.activity_date_time for each in listing.items if each.activity_date_time), default=None
    )
    _require_log(job, end, now)
    failed = sum(each.status == "failure" for each in latest_of_each(listing.items))
    return LogSeen(failed, not listing.is_complete, end)


def _require_log(job: Job, end: datetime | None, now: datetime) -> None:
    """Let no log pass that ends before a cycle which changed something.

    A log without entries alone proves nothing: where nobody changes, nothing is written.
    """
    cycle = job.last_exporting
    if cycle is None or cycle.time_began is None or cycle.time_ended is None:
        return
    is_in_sight = now - _LOG_DAY < cycle.time_began and cycle.time_ended < now - _LOG_LAG
    if is_in_sight and (end is None or end < cycle.time_began):
        told = f"ends at {end:%Y-%m-%d %H:%M} UTC" if end else "has no entry of the last day"
        raise AnswerError(
            f"The provisioning log {told}, although a cycle changed something in Webex at "
            f"{cycle.time_ended:%Y-%m-%d %H:%M} UTC: what became of whom cannot be seen.",
            "Look at the provisioning logs in the Entra portal.",
            code="log-ends",
        )


async def renewed_health(session: Session, step: SignInStep, report: Report = silent) -> str:
    """Look at the job with the remembered sign-in, reading only, and remember how it is doing.

    Args:
        session: Whose job it is.
        step: What signs in.
        report: Is told when Microsoft has to be asked again.

    Returns:
        Why it could not be looked at, as sentences; empty when it was.

    Raises:
        HostsError: What is remembered was obtained for other hosts, and was not used.
    """
    if not step.can_remember:
        return "Entra could not be asked: the keyring with the sign-in cannot be used."
    return await seen_health(session, step.tenant, lambda: step.recall(session, report), report)


async def seen_health(
    session: Session,
    tenant: EntraTenant,
    sign_in: Callable[[], Awaitable[bool]],
    report: Report = silent,
) -> str:
    """Look at the job, reading only, and remember how it is doing.

    Args:
        session: Whose job it is.
        tenant: Holds who is signed in.
        sign_in: Signs in, and tells whether it could.
        report: Is told when Microsoft has to be asked again.

    Returns:
        Why it could not be looked at, as sentences; empty when it was.

    Raises:
        HostsError: What is remembered was obtained for other hosts, and was not used.
    """
    if told := saved_later(session.profile.updated_at, session.clock()):
        return told  # before a look saves the profile, and nobody can see it any more
    try:
        if not await sign_in():
            return "Entra could not be asked: the keyring holds no sign-in any more. Sign in again."
        async with tenant.graph(report, read_only=True) as graph:
            entra = session.profile.entra
            found = await look_at_job(
                graph, entra.service_principal_id, entra.job_id, session.clock(), entra.job_health
            )
        _keep(session, found)
    except HostsError:
        raise
    except WizardError as error:
        told = f"{error.message} {error.hint}".strip()
        return told if error.code in _WAS_ASKED else f"Entra could not be asked: {told}"
    return ""


def _state(job: Job) -> HealthState:
    if job.is_quarantined:
        return "quarantine"
    if not job.is_on:
        return "off"
    if job.meaning is not None:
        return "failing"
    return "running" if job.first_cycle_is_done else "first cycle"
