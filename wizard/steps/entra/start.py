"""Step `start` through Graph: switch provisioning on."""

from typing import Any

from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.steps.automatic import Answers, Outlook
from wizard.steps.groups import Groups, groups_of, refuse_surprise
from wizard.steps.job_health import forget_health, note_health
from wizard.steps.narrowing import waiting
from wizard.steps.target import Unsearched, changing, job_of, principal_of
from wizard.store.journal import JournalEntry
from wizard.store.narrowings import Narrows
from wizard.words.progress import Progress, Report

STEP = "start"
_OUT_OF_SCOPE = "People who fell out of scope meanwhile may be switched off in Webex by it."


class StartAction(Unsearched):
    """Starts the job, with the groups that were shown and no others."""

    def __init__(self) -> None:
        self._shown: Groups | None = None

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look whether the job runs, rests, or is in quarantine."""
        job = await job_of(session, graph)
        note_health(session, job)
        trouble = job.trouble
        self._shown = await groups_of(session, graph)
        which, how = self._shown.facts, self._shown.advice
        meets = await waiting(session, graph, *Narrows)
        may = (_OUT_OF_SCOPE,) if meets else ()
        counts = (meets.limit,) if meets else ()
        asked = meets.questions(restart=False) if meets else ()
        if job.is_quarantined and trouble is not None:
            return Outlook(
                Finding(State.ATTENTION, trouble.message, trouble.hint),
                ("Start provisioning again, which also lifts the quarantine.", *may, *which),
                asked,
                (*counts, *how),
            )
        if job.is_on:
            text = "Provisioning is on."
            if trouble is not None:
                found = Finding(State.ATTENTION, f"{text} {trouble.message}", trouble.hint)
                return Outlook(found, cautions=self._shown.told)
            return Outlook(Finding(State.DONE, text), cautions=self._shown.told)
        return Outlook(
            Finding(State.OPEN, "Provisioning is off."),
            ("Start provisioning: the first cycle looks at everybody in scope.", *may, *which),
            asked,
            (*counts, *how, "The first cycle takes about 10 to 80 minutes for 1,000 people."),
        )

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Start the job, unless it runs; only by name where that may switch people off.

        Raises:
            InvalidInput: The application's name was not typed (`narrowing-unnamed`).
        """
        job = await job_of(session, graph)
        if job.is_on and not job.is_quarantined:
            return "Provisioning is on."
        if (meets := await waiting(session, graph, *Narrows)) is not None:
            meets.require_name(answers)
        groups = await groups_of(session, graph)
        refuse_surprise(groups, self._shown)
        report(Progress("Starting provisioning."))
        principal_id = principal_of(session)
        facts: dict[str, Any] = {
            "service_principal_id": principal_id,
            "job_id": job.id,
            "was_on": job.is_on,
            "groups": groups.as_json(),
        }
        with changing(session, STEP, "provisioning on", **facts):
            await graph.jobs.start(principal_id, job.id)
        forget_health(session)
        return "Provisioning is on. The first cycle has begun."

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Pause the job that we started; one that was on in quarantine stays on."""
        if made.details.get("was_on"):
            return "Provisioning was on before, so it stays on."
        await graph.jobs.pause(
            str(made.details["service_principal_id"]), str(made.details["job_id"])
        )
        forget_health(session)
        return "Provisioning is off again; who was provisioned stays in Webex."
