"""Step `credentials`: provisioning set up, with tenant URL and token, tried by Entra itself."""

from dataclasses import replace
from functools import partial
from typing import Any

from wizard.errors import AnswerError, InvalidInput
from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.secrets import BASE_ADDRESS, SECRET_TOKEN, Secrets
from wizard.mapping.document import MappingDocument
from wizard.steps.applications import made_entry
from wizard.steps.base import (
    Answers,
    Choice,
    GraphStep,
    Guide,
    Outlook,
    Question,
    Stays,
    Tools,
)
from wizard.steps.entra_verdict import try_given, try_saved
from wizard.steps.mapping_file import MappingFile
from wizard.steps.ownership import appeared, changing, intending
from wizard.steps.portal import applications_link
from wizard.steps.saved_settings import Given
from wizard.steps.target import NAME, known_job, name_to_type, principal_of, remember, require_name
from wizard.store.history import SAVES_CREDENTIALS
from wizard.store.journal import TENANT_URL, Action, Change, JournalEntry
from wizard.webex.tenant_url import is_same, keeping, other_base
from wizard.words.progress import Progress, Report
from wizard.words.text import plain_line

STEP = "credentials"
_WHICH = "job"

_SET_UP = Change("Set up {subject} for the application.", "provisioning", after="set up")
_TRY = Change(
    "Let Entra try the {subject}; nothing is saved unless that works.", "tenant URL and the token"
)
_SAVE = Change("Save {subject} in Entra.", "tenant URL and token")
_SAVE_AGAIN = replace(_SAVE, verb="Save both again, with the token of this profile.")
_GOVERNMENT = (
    "In Microsoft's clouds for the US Government, the token and the mail addresses together may "
    "have at most 1 KB.",
    "Webex for Government has hosts of its own, which --endpoints FILE has to name; without them "
    "this is the commercial Webex.",
)
_NOTHING = {BASE_ADDRESS: "", SECRET_TOKEN: ""}
_SHOWS_WITHIN = 30.0
"""Seconds after which what was saved is shown everywhere."""


class CredentialsStep(GraphStep):
    """Gives Entra the tenant URL and the token of a slot."""

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._given = Given(tools)
        self._file = MappingFile(tools.profiles)

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand with the current token (reference/graph-entra.md 1)."""
        return Guide(
            purpose="Entra needs to know where your Webex organization is, and a token to write "
            "there.",
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Provisioning > New configuration.",
                "Paste the Tenant URL and the Secret token; choose Test connection.",
                "When it succeeds, choose Create.",
            ),
            older_portal=(
                "Open Cisco Webex > Provisioning and set Provisioning Mode to Automatic.",
                "Under Admin Credentials paste the Tenant URL and the Secret Token.",
                "Choose Test Connection; when it succeeds, choose Save.",
            ),
            values=self._given.to_paste(session),
            cautions=self._of_cloud,
            notes=(
                "If Entra's test fails although ours passed, copy both again: a missing character "
                "is the usual cause.",
            ),
            done="Entra's own test succeeded and the credentials are saved",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look whether there is a job, and which tenant URL it has."""
        principal_id = principal_of(session)
        jobs = await graph.jobs.list(principal_id)
        saved = await graph.secrets.read(principal_id)
        url = self._given.tenant_url(session)
        plan = [_TRY]
        if not jobs:
            plan.insert(0, _SET_UP)
        plan.append(_SAVE)
        finding = Finding(State.OPEN, "Entra does not know your Webex organization yet.")
        cautions: tuple[str, ...] = ()
        if saved.base_address == url:
            finding = Finding(State.DONE, "Entra has this tenant URL, and a token.")
            plan[-1] = _SAVE_AGAIN
            if _has_an_earlier_token(session, principal_id):
                finding = Finding(
                    State.ATTENTION, "Entra has this tenant URL, and a token from before this one."
                )
        elif saved.base_address:
            finding = Finding(
                State.ATTENTION, f"Entra has another tenant URL: {saved.base_address}"
            )
            cautions = (_other_url(session, saved, url),)
        questions = _which(session, jobs)
        if saved.has_credentials and not session.history.saved_by_us(principal_id):
            name = name_to_type(await graph.service_principals.get(principal_id))
            questions += (
                Question(NAME, f"Somebody else saved these. To replace them, type {name}:"),
            )
        return Outlook(finding, tuple(plan), questions, (*cautions, *self._of_cloud))

    @property
    def _of_cloud(self) -> tuple[str, ...]:
        """What holds in Microsoft's clouds for governments alone (reference/graph-entra.md 11)."""
        return _GOVERNMENT if self.tools.endpoints.entra.is_us_government else ()

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Make the job if there is none, let Entra try the credentials, save and read back."""
        principal_id = principal_of(session)
        given = await self._given.secrets(session)
        await _replaceable(session, graph, answers)
        job = await self._job(session, graph, answers, report)
        report(Progress("Entra tries the tenant URL and the token."))
        await try_given(session, graph, principal_id, job.id, given)
        report(Progress("Saving tenant URL and token in Entra."))
        before = await _replaceable(session, graph, answers)
        facts = _facts(principal_id, job, before) | {"changes": _changes(before, given)}
        async with changing(session, STEP, _SAVE.subject, **facts):
            await graph.secrets.write(principal_id, before.replacing(given.values))
        await _read_back(graph, principal_id, given)
        report(Progress("Entra tries what is saved."))
        await try_saved(session, graph, principal_id, job.id)
        if not self._file.exists(session):
            # What is reviewed next is the mapping that is there, not the one we ship.
            schema = await graph.schema.read(principal_id, job.id)
            self._file.keep(session, MappingDocument(schema))
        return "Entra tried the token with success, and has it."

    @staticmethod
    def undo_cost(made: JournalEntry) -> str:
        """Say what Entra forgets, or cannot have back."""
        if made.action == Action.MADE:
            return (
                "Entra forgets which person is which account in Webex. Who was provisioned stays "
                "there."
            )
        if made.details.get("was_empty"):
            return "Without them provisioning does not work."
        return (
            "The token that was there before cannot be brought back: Entra never shows it. The one "
            "that was saved stays until you save another there by hand."
        )

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str | Stays:
        """Delete the job that we made, or remove what we saved where nothing was before.

        A token that was replaced cannot be brought back: Entra hides it.
        """
        principal_id = str(made.details["service_principal_id"])
        if made.action == Action.MADE:
            return await _delete_job(session, graph, principal_id, str(made.details["job_id"]))
        saved = await graph.secrets.read(principal_id)
        if saved.base_address != self._given.tenant_url(session):
            return "Tenant URL and token are not there any more."
        if not made.details.get("was_empty"):
            return Stays(
                "Entra never shows the token that was there before, so it cannot be put back, and "
                "the one that was saved stays. Save the earlier one there again by hand; the "
                f"tenant URL was {_url_before(made) or 'another'}."
            )
        # An empty value deletes (reference/graph-entra.md 2.7).
        await graph.secrets.write(principal_id, saved.replacing(_NOTHING))
        return "Tenant URL and token are removed from Entra."

    async def _job(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> Job:
        """Return the job to work with: known, chosen, there already, or new."""
        principal_id = principal_of(session)
        cut_off = session.history.intention(STEP, service_principal_id=principal_id)
        jobs = await graph.jobs.list(principal_id)
        job = await known_job(session, graph, jobs, answers.get(_WHICH, ""))
        if job is None and not jobs and cut_off is not None:
            looking = partial(_if_any, graph, principal_id)
            jobs = await appeared(session, graph, cut_off, looking) or ()
        if job is None and len(jobs) > 1:
            raise InvalidInput(
                "Provisioning is set up more than once for the application.",
                "Look again, and choose which one shall be used.",
                code="credentials-which-job",
            )
        job = job or (jobs[0] if jobs else None)
        if job is None:
            return await _new_job(session, graph, principal_id, report)
        await _keep(session, principal_id, job, cut_off)
        return job


def _other_url(session: Session, saved: Secrets, url: str) -> str:
    """Return whose the tenant URL is that Entra has, and what saving does to it."""
    organization_id = session.profile.organization_id or ""
    base = other_base(saved.base_address, organization_id)
    if not base:
        return "Whoever set that up provisions another organization with it."
    if is_same(saved.base_address, url, organization_id):
        return f"That is the same address, written otherwise. Saving writes it as {url}."
    return f"It is your organization on another host. Saving replaces it by {url}. {keeping(base)}"


async def _if_any(graph: GraphClient, principal_id: str) -> tuple[Job, ...] | None:
    return await graph.jobs.list(principal_id) or None


async def _new_job(session: Session, graph: GraphClient, principal_id: str, report: Report) -> Job:
    report(Progress("Setting up provisioning."))
    template = await graph.templates.wait_for(principal_id)
    remember(session, sync_template_id=template.id)
    facts = {"service_principal_id": principal_id, "template_id": template.id}
    async with intending(session, STEP, _SET_UP.subject, **facts):
        made = await graph.jobs.create(principal_id, template.id)
    await _remember_made(session, principal_id, made)
    return await graph.jobs.get(principal_id, made.id)


async def _keep(
    session: Session, principal_id: str, job: Job, cut_off: JournalEntry | None
) -> None:
    """Remember the job, and whose it is, where that is not in the journal yet."""
    if cut_off is not None and _is_ours(session, principal_id, job, cut_off):
        await _remember_made(session, principal_id, job)
    elif job.id != session.profile.entra.job_id:
        is_so = replace(_SET_UP, before=_SET_UP.after)
        facts: dict[str, Any] = {"service_principal_id": principal_id, "job_id": job.id}
        await session.log(STEP, Action.ADOPTED, is_so.subject, changes=(is_so,), **facts)
    remember(session, job_id=job.id)


def _is_ours(session: Session, principal_id: str, job: Job, cut_off: JournalEntry) -> bool:
    """Tell whether a run that was cut off has made this job.

    Graph does not tell when a job was made. So it is ours only in an application of ours, where
    nobody else has a reason to make one, and as long as nobody has started it.
    """
    is_in_ours = made_entry(session, principal_id) is not None
    same_template = job.template_id == cut_off.details.get("template_id")
    return is_in_ours and same_template and not job.was_started


async def _remember_made(session: Session, principal_id: str, job: Job) -> None:
    facts: dict[str, Any] = {"service_principal_id": principal_id, "job_id": job.id}
    await session.log(STEP, Action.MADE, _SET_UP.subject, changes=(_SET_UP,), **facts)
    remember(session, job_id=job.id)


async def _delete_job(session: Session, graph: GraphClient, principal_id: str, job_id: str) -> str:
    was_there = await graph.jobs.delete(principal_id, job_id)
    if session.profile.entra.job_id == job_id:
        remember(session, job_id="")
    if was_there:
        return "Provisioning is removed from the application again."
    return "Provisioning was not set up any more."


async def _read_back(graph: GraphClient, principal_id: str, given: Secrets) -> None:
    async def is_saved() -> bool | None:
        saved = await graph.secrets.read(principal_id)
        return saved.base_address == given.base_address or None

    message = "Waiting until Entra shows what was saved."
    if not await graph.until(is_saved, seconds=_SHOWS_WITHIN, message=message):
        raise AnswerError(
            "Entra shows another tenant URL than the one that was just saved.",
            "Look again; somebody else may be working on the same application.",
            code="entra-not-saved",
        )


async def _replaceable(session: Session, graph: GraphClient, answers: Answers) -> Secrets:
    """Return what is saved, unless it is somebody else's and the application's name was not typed.

    It is asked twice, because making the job and Entra's test take minutes.
    """
    principal_id = principal_of(session)
    present = await graph.secrets.read(principal_id)
    if not present.has_credentials or session.history.saved_by_us(principal_id):
        return present
    require_name(
        await graph.service_principals.get(principal_id),
        answers.get(NAME, ""),
        problem="Entra has a tenant URL and a token that this program did not save there. Entra "
        "never shows the old token, so it could not be put back.",
        to="replace them",
        code="credentials-not-ours",
    )
    return present


def _url_before(made: JournalEntry) -> str:
    """Return the tenant URL that was replaced; earlier versions told it as a detail."""
    return made.before(TENANT_URL) or plain_line(made.details.get("base_address", ""))


def _has_an_earlier_token(session: Session, principal_id: str) -> bool:
    """Tell whether another token came since this program gave Entra one."""
    token = session.profile.token
    saved = [
        entry.at
        for entry in session.history.entries
        if (entry.step, entry.action) in SAVES_CREDENTIALS
        and entry.details.get("service_principal_id") == principal_id
    ]
    if session.is_done(STEP) or token is None or not saved:
        return False
    return token.obtained_at > max(saved)


def _which(session: Session, jobs: tuple[Job, ...]) -> tuple[Question, ...]:
    if len(jobs) < 2:
        return ()
    choices = tuple(
        Choice(job.id, f"{job.template_id}, {job.status.code or 'state unknown'}") for job in jobs
    )
    known = session.profile.entra.job_id
    preferred = known if any(job.id == known for job in jobs) else jobs[0].id
    return (Question(_WHICH, "Provisioning is set up more than once. Which?", choices, preferred),)


def _facts(principal_id: str, job: Job, before: Secrets) -> dict[str, Any]:
    return {
        "service_principal_id": principal_id,
        "job_id": job.id,
        "was_empty": not before.has_credentials,
    }


def _changes(before: Secrets, given: Secrets) -> tuple[Change, ...]:
    """Return what is saved beside what was there; no token is told, and Entra shows none."""
    url, token = replace(_SAVE, subject=TENANT_URL), replace(_SAVE, subject="secret token")
    had = "a token" if before.has_credentials else ""
    return (
        replace(url, before=before.base_address, after=given.base_address),
        replace(token, before=had, after="the token of this profile"),
    )
