"""What several steps need to know of the tenant first."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from wizard.errors import InvalidInput, UnusableAnswer, WizardError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.errors import GraphError, may_have_landed
from wizard.graph.job import Job
from wizard.graph.service_principals import ServicePrincipal
from wizard.store.journal import MADE, Action, Damage, JournalEntry, standing

Found = TypeVar("Found")

NAME = "name"
"""The question to which the application's name is typed."""


def principal_of(session: Session) -> str:
    """Return the service principal that provisioning belongs to.

    Raises:
        InvalidInput: The application was not chosen yet (`application-first`).
    """
    principal_id = session.profile.entra.service_principal_id
    if not principal_id:
        raise InvalidInput(
            "The application in Entra is not chosen yet.",
            "Go back to the step Application first.",
            code="application-first",
        )
    return principal_id


async def job_of(session: Session, graph: GraphClient) -> Job:
    """Return the job of the application.

    Raises:
        InvalidInput: There is none yet (`credentials-first`).
    """
    jobs = await graph.jobs.list(principal_of(session))
    job = await known_job(session, graph, jobs)
    if job is None and len(jobs) == 1:
        job = jobs[0]
    if job is None:
        raise InvalidInput(
            "Provisioning is not set up for the application yet.",
            "Go back to the step Credentials first.",
            code="credentials-first",
        )
    return job


async def known_job(
    session: Session, graph: GraphClient, jobs: tuple[Job, ...], wanted: str = ""
) -> Job | None:
    """Return the job that was asked for or that this profile works with; None if it is gone.

    Args:
        session: The profile.
        graph: Asked for a job that a list does not show yet.
        jobs: What the list shows.
        wanted: The id that was asked for.
    """
    principal_id = principal_of(session)
    made = last_made(session, "credentials", service_principal_id=principal_id)
    known = wanted or session.profile.entra.job_id or (made and str(made.details["job_id"]))
    found = next((job for job in jobs if job.id == known), None)
    if found is not None or not known:
        return found
    return await unless_gone(graph.jobs.get(principal_id, known))


async def unless_gone(asked: Awaitable[Found]) -> Found | None:
    """Return what was asked for; None when it is not there."""
    try:
        return await asked
    except GraphError as error:
        if error.code != "graph-not-found":
            raise
        return None


def remember(session: Session, **facts: str) -> None:
    """Store what was found out of the tenant in the profile.

    Raises:
        ProfileError: It could not be saved.
    """
    entra = session.profile.entra
    changed = entra.model_copy(update=facts)
    if changed != entra:
        session.change(entra=changed)


def last_made(session: Session, step_id: str, **details: str) -> JournalEntry | None:
    """Return the newest entry of a step that made something which was not taken back since.

    Args:
        session: The profile whose journal is read.
        step_id: The step.
        details: What the entry must say.
    """
    found = (
        entry
        for entry in reversed(standing(session.journal))
        if (entry.step, entry.action) == (step_id, Action.MADE)
        and all(entry.details.get(name) == value for name, value in details.items())
    )
    return next(found, None)


def require_place(session: Session, made: JournalEntry) -> None:
    """Let a change be taken back only in the application it was made in.

    Raises:
        InvalidInput: This profile works with another one (`undo-elsewhere`).
    """
    where = made.details.get("service_principal_id")
    if where is not None and where != principal_of(session):
        raise InvalidInput(
            "This was changed in another application than the one this profile works with.",
            "Take it back in the Entra portal.",
            code="undo-elsewhere",
        )


def name_to_type(principal: ServicePrincipal) -> str:
    """Return what is typed before something of somebody else's is replaced or restarted."""
    return principal.display_name or principal.id


def require_name(
    principal: ServicePrincipal, typed: str, *, problem: str, to: str, code: str
) -> None:
    """Let something of somebody else's be touched only when the application's name was typed.

    Args:
        principal: The application.
        typed: What was typed.
        problem: Whose it is, a sentence.
        to: What shall be done: `replace it`.
        code: Of the refusal.

    Raises:
        UnusableAnswer: Something else was typed, or nothing.
    """
    name = name_to_type(principal)
    if typed.strip() != name:
        hint = f"To {to}, type the name of the application: {name}."
        raise UnusableAnswer(problem, hint, code=code, question=NAME)


def saved_by_us(session: Session, principal_id: str) -> bool:
    """Tell whether the credentials of an application are ours, as far as the journal knows.

    One that is damaged may have said since that they are not.
    """
    return session.journal.is_whole and any(
        (entry.step, entry.action)
        in {("credentials", Action.CHANGED), ("replacement", Action.RENEWED)}
        and entry.details.get("service_principal_id") == principal_id
        for entry in standing(session.journal, MADE | {Action.RENEWED})
    )


def intention(session: Session, step_id: str, **details: str) -> JournalEntry | None:
    """Return the intention to make something that has no outcome in the journal: a cut-off run.

    Args:
        session: The profile whose journal is read.
        step_id: The step.
        details: What the intention must say; one about something else counts for nothing.
    """
    open_one: JournalEntry | None = None
    for entry in session.journal.lines():
        if isinstance(entry, Damage):
            # Its outcome may stand there, and what somebody else made must not be taken for ours.
            open_one = open_one if entry.harm == "cut off" else None
            continue
        if entry.step != step_id:
            continue
        if entry.action == Action.INTENDED:
            open_one = entry
        elif (
            entry.action in {Action.MADE, Action.ADOPTED, Action.REFUSED}
            and "of" not in entry.details
        ):
            open_one = None
    if open_one and all(open_one.details.get(name) == value for name, value in details.items()):
        return open_one
    return None


@contextmanager
def intending(session: Session, step_id: str, subject: str, **details: Any) -> Iterator[None]:
    """Note an intention before something is made, and when it was certainly refused.

    Without that, what somebody else makes after a refusal would be taken for ours, and `undo`
    would delete it.
    """
    session.log(step_id, Action.INTENDED, subject, **details)
    try:
        yield
    except WizardError as error:
        if not may_have_landed(error):
            session.log(step_id, Action.REFUSED, subject)
        raise


@contextmanager
def changing(
    session: Session, step_id: str, subject: str, action: Action = Action.CHANGED, **details: Any
) -> Iterator[None]:
    """Note a change before it is sent, and when it was certainly refused.

    Without that, the journal would say that we saved what somebody else has saved.
    """
    entry = session.log(step_id, action, subject, **details)
    try:
        yield
    except WizardError as error:
        if not may_have_landed(error):
            session.log(step_id, Action.REFUSED, subject, of=entry.at.isoformat())
        raise
