"""What several steps need to know of the tenant first."""

from collections.abc import Awaitable
from typing import TypeVar

from wizard.errors import InvalidInput, StepFirst, UnusableAnswer
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.errors import GraphError
from wizard.graph.job import Job
from wizard.graph.service_principals import ServicePrincipal
from wizard.store.journal import JournalEntry

Found = TypeVar("Found")

NAME = "name"
"""The question to which the application's name is typed."""


def principal_of(session: Session) -> str:
    """Return the service principal that provisioning belongs to.

    Raises:
        StepFirst: The application was not chosen yet (`application-first`).
    """
    principal_id = session.profile.entra.service_principal_id
    if not principal_id:
        raise StepFirst(
            "The application in Entra is not chosen yet.",
            "Go back to the step Application first.",
            code="application-first",
            step="application",
        )
    return principal_id


async def job_of(session: Session, graph: GraphClient) -> Job:
    """Return the job of the application.

    Raises:
        StepFirst: There is none yet (`credentials-first`).
    """
    jobs = await graph.jobs.list(principal_of(session))
    job = await known_job(session, graph, jobs)
    if job is None and len(jobs) == 1:
        job = jobs[0]
    if job is None:
        raise StepFirst(
            "Provisioning is not set up for the application yet.",
            "Go back to the step Credentials first.",
            code="credentials-first",
            step="credentials",
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
    made = session.history.last_made("credentials", service_principal_id=principal_id)
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
