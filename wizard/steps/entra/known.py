"""What several steps need to know of the tenant first."""

from wizard.errors import InvalidInput
from wizard.flow import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.journal import JournalEntry
from wizard.steps.automatic import Choice


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


def intention(session: Session, step_id: str) -> JournalEntry | None:
    """Return the intention to make something that has no outcome in the journal: a cut-off run."""
    open_one: JournalEntry | None = None
    for entry in session.journal:
        if entry.step != step_id:
            continue
        if entry.action == "intended":
            open_one = entry
        elif entry.action in {"made", "adopted", "undone"}:
            open_one = None
    return open_one
