"""What several steps need to know of the tenant first."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wizard.errors import AnswerError, InvalidInput
from wizard.flow import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.journal import JournalEntry
from wizard.steps.automatic import Choice

_MAY_HAVE_LANDED = frozenset({404, 408, 409, 429})
"""Refusals after which something may have been made all the same (reference/graph-entra.md 2.3)."""


class Unsearched:
    """An action none of whose questions searches."""

    async def find(self, graph: GraphClient, question: str, text: str) -> tuple[Choice, ...]:
        """Find nothing."""
        return ()


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
    principal_id = principal_of(session)
    jobs = await graph.jobs.list(principal_id)
    known = session.profile.entra.job_id
    job = next((job for job in jobs if job.id == known), jobs[0] if len(jobs) == 1 else None)
    if job is None:
        raise InvalidInput(
            "Provisioning is not set up for the application yet.",
            "Go back to the step Credentials first.",
            code="credentials-first",
        )
    return job


def remember(session: Session, **facts: str) -> None:
    """Store what was found out of the tenant in the profile.

    Raises:
        ProfileError: It could not be saved.
    """
    entra = session.profile.entra
    changed = entra.model_copy(update=facts)
    if changed != entra:
        session.change(entra=changed)


def saved_by_us(session: Session, principal_id: str) -> bool:
    """Tell whether the credentials in an application are those that this program saved there."""
    return any(
        entry.step == "credentials"
        and entry.action in {"changed", "renewed"}
        and entry.details.get("service_principal_id") == principal_id
        for entry in session.journal
    )


def intention(session: Session, step_id: str) -> JournalEntry | None:
    """Return the intention to make something that has no outcome in the journal: a cut-off run."""
    open_one: JournalEntry | None = None
    for entry in session.journal:
        if entry.step != step_id:
            continue
        if entry.action == "intended":
            open_one = entry
        elif entry.action in {"made", "adopted", "refused", "undone"}:
            open_one = None
    return open_one


@contextmanager
def intending(session: Session, step_id: str, subject: str, **details: Any) -> Iterator[None]:
    """Note an intention before something is made, and when it was certainly refused.

    Without that, what somebody else makes after a refusal would be taken for ours, and `undo`
    would delete it.
    """
    session.log(step_id, "intended", subject, **details)
    try:
        yield
    except AnswerError as error:
        status = error.status or 0
        if 400 <= status < 500 and status not in _MAY_HAVE_LANDED:
            session.log(step_id, "refused", subject)
        raise
