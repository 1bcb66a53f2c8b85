"""How a job is doing, in a form that a profile remembers and `status` shows."""

from datetime import datetime

from wizard.errors import HostsError, WizardError
from wizard.flow.session import Session
from wizard.graph.job import Job
from wizard.steps.in_scope import nobody_in_scope
from wizard.steps.sign_in import SignInStep
from wizard.store.job_health import HealthState, JobHealth
from wizard.store.journal import Change
from wizard.words.progress import Report, silent


def health_of(job: Job, now: datetime, nobody: str = "") -> JobHealth:
    """Return how a job is doing, in our own words: Microsoft's may speak of a person.

    Args:
        job: The job as Graph tells it.
        now: When it was asked for.
        nobody: Why nobody is in scope, in a sentence.
    """
    meaning = job.meaning
    last = job.status.last_execution
    return JobHealth(
        job_id=job.id,
        at=now,
        state=_state(job),
        trouble=meaning.message if meaning else "",
        hint=meaning.hint if meaning else "",
        last_cycle=last.time_ended if last else None,
        escrowed=job.escrowed,
        people=job.linked_people,
        dropped=job.status.escrows_pruned,
        next_try=job.next_try,
        nobody=nobody,
    )


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
    health = health_of(job, session.clock(), nobody)
    session.change(entra=session.profile.entra.model_copy(update={"health": health}))


def forget_health(session: Session) -> None:
    """Forget how the job was doing, because something was changed and nobody has looked since.

    Raises:
        ProfileError: It could not be saved.
    """
    if session.profile.entra.health is not None:
        session.change(entra=session.profile.entra.model_copy(update={"health": None}))


async def renewed_health(session: Session, step: SignInStep, report: Report = silent) -> str:
    """Look at the job with the remembered sign-in, reading only, and remember how it is doing.

    Args:
        session: Whose job it is.
        step: What signs in.
        report: Is told when Microsoft has to be asked again.

    Returns:
        Why it could not be looked at, as sentences; empty when it was, or nothing is remembered.

    Raises:
        HostsError: What is remembered was obtained for other hosts, and was not used.
    """
    entra = session.profile.entra
    if not (entra.job_id and entra.is_remembered):
        return ""
    if not step.can_remember:
        return "Entra could not be asked: the keyring with the sign-in cannot be used."
    try:
        if not await step.recall(session, report):
            return ""
        async with step.tenant.graph(report, read_only=True) as graph:
            job = await graph.jobs.get(entra.service_principal_id, entra.job_id)
            note_health(session, job, await nobody_in_scope(session, graph))
    except HostsError:
        raise
    except WizardError as error:
        return f"Entra could not be asked: {error.message} {error.hint}".strip()
    return ""


def _state(job: Job) -> HealthState:
    if job.is_quarantined:
        return "quarantine"
    if not job.is_on:
        return "off"
    if job.meaning is not None:
        return "failing"
    return "running" if job.first_cycle_is_done else "first cycle"
