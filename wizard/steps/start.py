"""Step `start`: switch provisioning on."""

from contextlib import suppress
from typing import Any

from wizard.errors import WizardError
from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.steps.base import Answers, GraphStep, Guide, Outlook, Stays, Tools
from wizard.steps.belt import Belt, LimitOffer
from wizard.steps.bound_start import (
    FROM_HERE_ON,
    BoundStart,
    binding_words,
    kept_start,
    refuse_another,
)
from wizard.steps.cycle import estimate
from wizard.steps.groups import Groups, groups_of, refuse_surprise
from wizard.steps.in_scope import nobody_in_scope, nobody_told
from wizard.steps.job_health import forget_health, note_health, outdate_health
from wizard.steps.kept_preview import kept_preview, made_before
from wizard.steps.narrowing import waiting_narrowing
from wizard.steps.ownership import changing
from wizard.steps.portal import applications_link
from wizard.steps.preview_changes import changed_since
from wizard.steps.target import job_of, principal_of
from wizard.store.journal import Change, JournalEntry
from wizard.store.narrowings import Narrows
from wizard.words.progress import Progress, Report

STEP = "start"
_START = Change(
    "Start {subject}: the first cycle looks at everybody in scope.", "provisioning", "off", "on"
)
_START_AGAIN = Change(
    "Start {subject} again, which also lifts the quarantine.", "provisioning", "quarantine", "on"
)
_OUT_OF_SCOPE = Change(
    "People who fell out of scope meanwhile may be switched off in Webex by it.", "people"
)


def _found(job: Job) -> Finding:
    """Return how the job stands."""
    trouble = job.trouble
    if job.is_quarantined and trouble is not None:
        return Finding(State.ATTENTION, trouble.message, trouble.hint)
    if not job.is_on:
        return Finding(State.OPEN, "Provisioning is off.")
    text = "Provisioning is on."
    if trouble is not None:
        return Finding(State.ATTENTION, f"{text} {trouble.message}", trouble.hint)
    return Finding(State.DONE, text)


def _runs(job: Job) -> bool:
    return job.is_on and not job.is_quarantined


def _runs_already(nobody: str) -> Outlook:
    return Outlook(nobody_told(Finding(State.DONE, "Provisioning is on."), nobody))


async def _start(
    session: Session, graph: GraphClient, job: Job, groups: Groups, bound: BoundStart | None
) -> None:
    """Start the job; the journal comes first, and tells by which plan."""
    principal_id = principal_of(session)
    facts: dict[str, Any] = {
        "service_principal_id": principal_id,
        "job_id": job.id,
        "was_on": job.is_on,
        "groups": groups.as_json(),
        "changes": (_START_AGAIN if job.is_quarantined else _START,),
    }
    if bound is not None:
        facts["plan"] = bound.code
    async with changing(session, STEP, "provisioning on", **facts):
        await graph.jobs.start(principal_id, job.id)
    outdate_health(session)


class StartStep(GraphStep):
    """Starts the job, with the groups that were shown and no others."""

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._shown: Groups | None = None
        self._belt = Belt(tools)
        self.by_file: BoundStart | None = None
        """What a plan that somebody gave as a file binds the start to."""
        self._quoted: BoundStart | None = None
        """What was shown to bind it."""

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
            notes=(
                estimate(everybody=None),
                "Read Provisioning logs afterwards; a person or group that failed is named there.",
            ),
            done="Provisioning is on",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look whether the job runs, rests, or is in quarantine, and what binds its start."""
        job = await job_of(session, graph)
        nobody = await nobody_in_scope(session, graph)
        note_health(session, job, nobody)
        self._shown = await groups_of(session, graph)
        groups = " ".join(self._shown.told)
        finding = nobody_told(_found(job), nobody)
        if _runs(job):
            return Outlook(finding, facts=(groups,))
        meets = await waiting_narrowing(session, graph, *Narrows)
        if meets is not None and not job.is_on:
            meets = await meets.looked(session, self.tools.leavers, report=graph.report)
        may = (_OUT_OF_SCOPE,) if meets else ()
        bound = self._quoted = await self._bound(session)
        if bound is not None and bound.by_file and bound.looked is None:
            await bound.look(session)  # what is older than that, the start itself looks at anew
        offer = await self._offer(session, graph, job, bound)
        asked = (*(bound.questions if bound else ()), *(offer.questions if offer else ()))
        said = (offer.said,) if offer is not None and offer.said else ()
        old = await _what_is_old(self.tools, session, bound)
        binding = " ".join(filter(None, (old, binding_words(bound, session))))
        how_long = () if job.is_quarantined else (estimate(everybody=self._shown.everybody),)
        return Outlook(
            finding,
            (_START_AGAIN if job.is_quarantined else _START, *may),
            (*(meets.questions(restart=False) if meets else ()), *asked),
            (*((meets.limit,) if meets else ()), *said, *how_long),
            facts=(binding, groups),
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
        if _runs(job):
            return _runs_already(nobody)
        if (meets := await waiting_narrowing(session, graph, *Narrows)) is not None:
            meets.require_name(answers)
        groups = await groups_of(session, graph)
        refuse_surprise(groups, self._shown)
        bound = await self._bound(session)
        refuse_another(bound, self._quoted)
        offer = await self._offer(session, graph, job, bound)
        is_lent = offer is not None and offer.is_taken(answers)
        if bound is not None:
            bound.require_typed(answers)
            await bound.look_again(session, report)
            # That takes minutes, and others work meanwhile.
            job = await job_of(session, graph)
            if _runs(job):
                return _runs_already(nobody)
            offer = await self._offer(session, graph, job, bound)
            is_lent = offer is not None and offer.is_taken(answers)
        lent = await self._belt.lend(session, graph, offer, report) if offer and is_lent else ""
        report(Progress("Starting provisioning."))
        await _start(session, graph, job, groups, bound)
        begun = "Provisioning is on. The first cycle has begun."
        said = " ".join(filter(None, (begun, lent, FROM_HERE_ON if bound else "")))
        return Outlook(nobody_told(Finding(State.DONE, said), nobody))

    async def _bound(self, session: Session) -> BoundStart | None:
        """Return what binds the start: a plan that was given, or else the one that was kept.

        Raises:
            WizardError: The plan of the preview that was kept cannot be relied on.
        """
        return self.by_file or await kept_start(self.tools, session)

    async def _offer(
        self, session: Session, graph: GraphClient, job: Job, bound: BoundStart | None
    ) -> LimitOffer | None:
        """Return what of Entra's own limit is offered; None where no plan binds the start."""
        if bound is None:
            return None
        return await self._belt.offer(session, graph, job, bound.plan.switched_off)

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


async def _what_is_old(tools: Tools, session: Session, bound: BoundStart | None) -> str:
    """Say what was changed since the preview that binds; the start itself looks at all of it."""
    kept = kept_preview(session)
    if bound is None or bound.by_file or kept is None:
        return ""
    with suppress(WizardError):
        return made_before(await changed_since(tools, session, kept))
    return ""
