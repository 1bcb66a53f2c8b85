"""Step `credentials` through Graph: job, tenant URL and token, tried by Entra itself."""

from wizard.errors import InvalidInput
from wizard.flow import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.errors import CredentialsRefused
from wizard.graph.job import Job
from wizard.graph.secrets import Secrets
from wizard.journal import JournalEntry
from wizard.mapping.document import MappingDocument
from wizard.progress import Progress, Report
from wizard.steps.automatic import Answers, Choice, Outlook, Question
from wizard.steps.entra.given import Given
from wizard.steps.entra.known import (
    Unsearched,
    intending,
    intention,
    principal_of,
    remember,
    saved_by_us,
)
from wizard.steps.mapping_file import MappingFile

STEP = "credentials"
WHICH, NAME = "job", "name"


class CredentialsAction(Unsearched):
    """Gives Entra the tenant URL and the token of a slot."""

    def __init__(self, given: Given, file: MappingFile) -> None:
        self._given = given
        self._file = file

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look whether there is a job, and which tenant URL it has."""
        principal_id = principal_of(session)
        jobs = await graph.jobs.list(principal_id)
        saved = await graph.secrets.read(principal_id)
        url = self._given.tenant_url(session)
        plan = ["Let Entra try the tenant URL and the token; nothing is saved unless that works."]
        if not jobs:
            plan.insert(0, "Set up provisioning for the application.")
        plan.append("Save both in Entra.")
        finding = Finding(State.OPEN, "Entra does not know your Webex organization yet.")
        cautions: tuple[str, ...] = ()
        if saved.base_address == url:
            finding = Finding(State.DONE, "Entra has this tenant URL, and a token.")
            plan[-1] = "Save both again, with the token of this machine's keyring."
        elif saved.base_address:
            finding = Finding(
                State.ATTENTION, f"Entra has another tenant URL: {saved.base_address}"
            )
            cautions = ("Whoever set that up provisions another organization with it.",)
        questions = _which(session, jobs)
        if saved.base_address and not saved_by_us(session, principal_id):
            name = (await graph.service_principals.get(principal_id)).display_name
            questions += (
                Question(NAME, f"Somebody else saved these. To replace them, type {name}:"),
            )
        return Outlook(finding, tuple(plan), questions, cautions)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Make the job if there is none, let Entra try the credentials, save and read back."""
        principal_id = principal_of(session)
        given = await self._given.secrets(session)
        await _require_name(session, graph, answers)
        job = await self._job(session, graph, answers, report)
        report(Progress("Entra tries the tenant URL and the token."))
        await tried(graph, principal_id, job, given)
        report(Progress("Saving both in Entra."))
        before = await graph.secrets.read(principal_id)
        session.log(STEP, "changed", "tenant URL and token", **_facts(principal_id, job, before))
        await graph.secrets.write(principal_id, before.replacing(given.values))
        saved = await graph.secrets.read(principal_id)
        if saved.base_address != given.base_address:
            raise InvalidInput(
                "Entra shows another tenant URL than the one that was just saved.",
                "Look again; somebody else may be working on the same application.",
                code="entra-not-saved",
            )
        if not self._file.exists(session):
            # What is reviewed next is the mapping that is there, not the one we ship.
            schema = await graph.schema.read(principal_id, job.id)
            self._file.keep(session, MappingDocument(schema))
        return "Entra tried the token with success, and has it."

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Delete the job that we made; saved values cannot be brought back, Entra hides them."""
        if made.action == "made":
            principal_id = str(made.details["service_principal_id"])
            was_there = await graph.jobs.delete(principal_id, str(made.details["job_id"]))
            remember(session, job_id="")
            return (
                "Provisioning is removed from the application again."
                if was_there
                else ("Provisioning was not set up any more.")
            )
        if made.details.get("was_empty"):
            return "Tenant URL and token go with the provisioning that was set up here."
        return (
            "Entra never shows the token that was there before, so it cannot be put back. Save "
            f"it there again by hand; the tenant URL was {made.details.get('base_address')}."
        )

    async def _job(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> Job:
        principal_id = principal_of(session)
        jobs = await graph.jobs.list(principal_id)
        wanted = answers.get(WHICH) or session.profile.entra.job_id
        job = next((job for job in jobs if job.id == wanted), jobs[0] if jobs else None)
        if job is None:
            report(Progress("Setting up provisioning."))
            template = await graph.templates.wait_for(principal_id)
            remember(session, sync_template_id=template.id)
            with intending(session, STEP, "provisioning", service_principal_id=principal_id):
                job = await graph.jobs.create(principal_id, template.id)
            self._remember_made(session, principal_id, job)
        elif intention(session, STEP) is not None:
            # A run that was cut off had found no job: this one is ours.
            self._remember_made(session, principal_id, job)
        remember(session, job_id=job.id)
        return job

    def _remember_made(self, session: Session, principal_id: str, job: Job) -> None:
        session.log(STEP, "made", "provisioning", service_principal_id=principal_id, job_id=job.id)


async def tried(graph: GraphClient, principal_id: str, job: Job, given: Secrets) -> None:
    """Let Entra try credentials, and say what Webex answered to it.

    Raises:
        InvalidInput: Webex did not let Entra in (`entra-test-failed`).
        GraphError: Entra refused without telling what Webex said.
    """
    try:
        await graph.credentials.validate(principal_id, job.id, given)
    except CredentialsRefused as error:
        if (answer := error.upstream) is None:
            raise
        raise InvalidInput(
            f"Entra tried the token, and Webex answered {answer.status_text}: "
            f"{answer.content or 'nothing more'}",
            "Compare with the step Test connection: if it passes here, Entra reaches another "
            "address, or the token was just revoked.",
            code="entra-test-failed",
            tracking_id=error.tracking_id,
        ) from error


async def _require_name(session: Session, graph: GraphClient, answers: Answers) -> None:
    """Let nothing of somebody else be replaced unless the application's name was typed."""
    principal_id = principal_of(session)
    present = await graph.secrets.read(principal_id)
    if not present.base_address or saved_by_us(session, principal_id):
        return
    name = (await graph.service_principals.get(principal_id)).display_name
    if answers.get(NAME, "").strip() != name:
        raise InvalidInput(
            "Entra has a tenant URL and a token that this program did not save there.",
            f"To replace them, type the name of the application: {name}. Entra never shows the "
            "old token, so it cannot be put back.",
            code="credentials-not-ours",
        )


def _which(session: Session, jobs: tuple[Job, ...]) -> tuple[Question, ...]:
    if len(jobs) < 2:
        return ()
    choices = tuple(
        Choice(job.id, f"{job.template_id}, {job.status.code or 'state unknown'}") for job in jobs
    )
    known = session.profile.entra.job_id
    return (Question(WHICH, "Provisioning is set up more than once. Which?", choices, known),)


def _facts(principal_id: str, job: Job, before: Secrets) -> dict[str, object]:
    return {
        "service_principal_id": principal_id,
        "job_id": job.id,
        "base_address": before.base_address,
        "was_empty": not before.base_address,
    }
