"""Step `start`: switch provisioning on."""

from typing import Any

from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.preview.plan import Plan
from wizard.steps.base import Answers, GraphStep, Guide, Outlook, Stays, Tools
from wizard.steps.belt import Belt, LimitOffer
from wizard.steps.cycle import estimate
from wizard.steps.groups import Groups, groups_of, refuse_surprise
from wizard.steps.in_scope import nobody_in_scope, nobody_told
from wizard.steps.job_health import forget_health, note_health
from wizard.steps.narrowing import waiting_narrowing
from wizard.steps.ownership import changing
from wizard.steps.portal import applications_link
from wizard.steps.target import job_of, principal_of
from wizard.store.journal import Change, JournalEntry
from wizard.store.narrowings import Narrows
from wizard.words.progress import Progress, Report

STEP = "start"
BY_PLAN = "plan"
"""The answer that is the code of the plan by which somebody starts; the journal keeps it."""
_START = Change(
    "Start {subject}: the first cycle looks at everybody in scope.", "provisioning", "off", "on"
)
_START_AGAIN = Change(
    "Start {subject} again, which also lifts the quarantine.", "provisioning", "quarantine", "on"
)
_OUT_OF_SCOPE = Change(
    "People who fell out of scope meanwhile may be switched off in Webex by it.", "people"
)


class StartStep(GraphStep):
    """Starts the job, with the groups that were shown and no others."""

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._shown: Groups | None = None
        self._belt = Belt(tools)
        self.plan: Plan | None = None
        """The plan that binds the start."""

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand (reference/graph-entra.md 1)."""
        return Guide(
            purpose="This starts the first cycle for everybody in scope. Later cycles follow about "
            "every 40 minutes.",
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Users and groups: while groups are on, each group there "
                "becomes a group in Webex, with its members; with everybody in scope, each of the "
                "directory.",
                "To leave groups out, switch them off in Provisioning > Scoping filters > Groups.",
                "Open Cisco Webex > Provisioning > Overview.",
                "Choose Start provisioning.",
            ),
            older_portal=(
                "Open Cisco Webex > Users and groups: while groups are on, each group there "
                "becomes a group in Webex, with its members; with everybody in scope, each of the "
                "directory.",
                "To leave groups out, open Provisioning > Mappings > the one for groups; set "
                "Enabled to No.",
                "Open Cisco Webex > Provisioning.",
                "Under Settings set Provisioning Status to On; choose Save.",
            ),
            cautions=(
                estimate(everybody=None),
                "Read Provisioning logs afterwards; a person or group that failed is named there.",
            ),
            done="Provisioning is on",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look whether the job runs, rests, or is in quarantine."""
        job = await job_of(session, graph)
        nobody = await nobody_in_scope(session, graph)
        note_health(session, job, nobody)
        trouble = job.trouble
        self._shown = await groups_of(session, graph)
        groups = (" ".join(self._shown.told),)
        meets = await waiting_narrowing(session, graph, *Narrows)
        if meets is not None and not job.is_on:
            meets = await meets.looked(session, self.tools.leavers, report=graph.report)
        may = (_OUT_OF_SCOPE,) if meets else ()
        counts = (meets.limit,) if meets else ()
        asked = meets.questions(restart=False) if meets else ()
        if not job.is_on or job.is_quarantined:
            offer = await self._offer(session, graph, job)
            asked = (*asked, *(offer.questions if offer else ()))
            counts = (*counts, *((offer.said,) if offer and offer.said else ()))
        if job.is_quarantined and trouble is not None:
            return Outlook(
                nobody_told(Finding(State.ATTENTION, trouble.message, trouble.hint), nobody),
                (_START_AGAIN, *may),
                asked,
                counts,
                facts=groups,
            )
        if job.is_on:
            text = "Provisioning is on."
            if trouble is not None:
                found = Finding(State.ATTENTION, f"{text} {trouble.message}", trouble.hint)
                return Outlook(nobody_told(found, nobody), facts=groups)
            return Outlook(nobody_told(Finding(State.DONE, text), nobody), facts=groups)
        return Outlook(
            nobody_told(Finding(State.OPEN, "Provisioning is off."), nobody),
            (_START, *may),
            asked,
            (*counts, estimate(everybody=self._shown.everybody)),
            facts=groups,
        )

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> Outlook:
        """Start the job, unless it runs; only by name where that may switch people off.

        Raises:
            InvalidInput: The application's name was not typed (`narrowing-unnamed`).
        """
        job = await job_of(session, graph)
        nobody = await nobody_in_scope(session, graph)
        if job.is_on and not job.is_quarantined:
            return Outlook(nobody_told(Finding(State.DONE, "Provisioning is on."), nobody))
        if (meets := await waiting_narrowing(session, graph, *Narrows)) is not None:
            meets.require_name(answers)
        groups = await groups_of(session, graph)
        refuse_surprise(groups, self._shown)
        offer = await self._offer(session, graph, job)
        is_taken = offer is not None and offer.is_taken(answers)
        lent = ""
        if offer is not None and is_taken:
            lent = await self._belt.lend(session, graph, offer, report)
        report(Progress("Starting provisioning."))
        principal_id = principal_of(session)
        facts: dict[str, Any] = {
            "service_principal_id": principal_id,
            "job_id": job.id,
            "was_on": job.is_on,
            "groups": groups.as_json(),
            "changes": (_START_AGAIN if job.is_quarantined else _START,),
        }
        if BY_PLAN in answers:
            facts["plan"] = answers[BY_PLAN]
        with changing(session, STEP, "provisioning on", **facts):
            await graph.jobs.start(principal_id, job.id)
        forget_health(session)
        said = " ".join(filter(None, ("Provisioning is on. The first cycle has begun.", lent)))
        return Outlook(nobody_told(Finding(State.DONE, said), nobody))

    async def _offer(self, session: Session, graph: GraphClient, job: Job) -> LimitOffer | None:
        """Return what of Entra's own limit is offered; None where no plan binds the start."""
        if self.plan is None:
            return None
        return await self._belt.offer(session, graph, job, self.plan.switched_off)

    @staticmethod
    def undo_cost(made: JournalEntry) -> str:
        """Say whether provisioning pauses."""
        if made.details.get("was_on"):
            return "Nothing changes: provisioning was on before, in quarantine."
        return "Provisioning pauses; who was provisioned stays in Webex, and so do groups."

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str | Stays:
        """Pause the job that we started; one that was on in quarantine stays on."""
        principal_id = str(made.details["service_principal_id"])
        job_id = str(made.details["job_id"])
        if made.details.get("was_on"):
            jobs = await graph.jobs.list(principal_id)
            if any(job.id == job_id and job.is_on for job in jobs):
                return Stays("Provisioning was on before, so it stays on.")
            return "Provisioning is not on any more."
        await graph.jobs.pause(principal_id, job_id)
        forget_health(session)
        return "Provisioning is off again; who was provisioned stays in Webex."
