"""Step `watch`: the first cycle, what became of whom, and what to do about it."""

from datetime import datetime
from typing import Any

from wizard.errors import AnswerError, InvalidInput
from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.jobs import USUAL, Reset
from wizard.graph.provisioning_log import LOG_PAGE, LogEntry, latest_of_each
from wizard.steps.base import Answers, Choice, GraphStep, Guide, Outlook, Question, Tools
from wizard.steps.cycle import LOG_IS_KEPT, count_failed, estimate, progress_of, results_of
from wizard.steps.groups import Groups, groups_of, refuse_surprise
from wizard.steps.in_scope import nobody_in_scope, nobody_told
from wizard.steps.job_health import note_health, restarted
from wizard.steps.narrowing import waiting_narrowing
from wizard.steps.ownership import changing
from wizard.steps.portal import applications_link
from wizard.steps.score_words import misses_table, with_all
from wizard.steps.target import NAME, job_of, name_to_type, principal_of, require_name
from wizard.store.journal import Action, Change, JournalEntry
from wizard.store.narrowings import AGAIN, EVERYTHING, NOTHING, Narrows, waits
from wizard.words.cycles import left_undone
from wizard.words.progress import Progress, Report

STEP = "watch"
HOW = "how"
HELD_BACK = "held-back"
LOOK_EVERY = 10.0
"""Seconds between two looks while a cycle runs."""

_ENTRIES = 1000
"""Entries of the log that are read, the newest first."""

_CHOICES = (
    Choice(AGAIN, "Look at everybody again, and keep who is who"),
    Choice(NOTHING, "Go on where it was; nothing is forgotten"),
    Choice(EVERYTHING, "Forget everything, also who is who"),
)
_LOOKS_AGAIN = (
    "Looking at everybody again takes as long as a first cycle, and may switch off in Webex who is "
    "out of scope by now."
)
_LINKS = (
    "Forgetting everything also forgets who is which account in Webex; Microsoft's reference says "
    "not to do that without its support."
)
"""What `Full` includes (reference/graph-entra.md 2.7 and 11)."""
_DELETIONS = Choice(HELD_BACK, "Carry out the deletions that were held back, for good")
_RESETS = {AGAIN: USUAL, EVERYTHING: (Reset.EVERYTHING,), HELD_BACK: (Reset.HELD_BACK_DELETIONS,)}
_RESTARTS = "Restart"
_RESTART = Change("Restart {subject} as you choose.", "provisioning")
_THEN = {
    AGAIN: "looks at everybody again",
    NOTHING: "goes on",
    EVERYTHING: "has forgotten everything, and matches everybody anew",
    HELD_BACK: "carries out the deletions that were held back",
}
"""What provisioning does after a restart."""


class WatchStep(GraphStep):
    """Looks how the first cycle is doing; restarts when told to."""

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._shown: Groups | None = None
        """Groups that go along, as they were shown; asked for once while a cycle runs."""
        self._nobody = ""
        """Why nobody is in scope, asked for as often."""

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand (reference/graph-entra.md 2.10 and 6.4)."""
        return Guide(
            purpose="The first cycle looks at everybody in scope. When it is done, failures are "
            "listed in the provisioning logs, each with a reason. You can leave meanwhile.",
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Provisioning > Overview and wait for the first cycle to "
                "complete.",
                "Open Provisioning logs and look at what failed or was skipped.",
                "To look at everybody again, choose Restart provisioning on the Overview.",
            ),
            older_portal=(
                "Open Cisco Webex > Provisioning and look at Current Status until the cycle "
                "completes.",
                "Choose View provisioning logs and look at what failed or was skipped.",
                "To look at everybody again, choose Restart provisioning on the same page.",
            ),
            notes=(
                estimate(everybody=None),
                f"The logs lag some minutes behind. {LOG_IS_KEPT}",
                "Groups that are on come last, and stand in the logs like people. In Webex they "
                "stay, also when provisioning ends.",
            ),
            done="The first cycle is complete, and nobody failed for a reason you do not know",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Tell how far the cycle is, what became of whom, and what can be done."""
        job = await job_of(session, graph)
        runs = job.is_on and not job.is_quarantined and not job.first_cycle_is_done
        if self._shown is None or not runs:
            self._nobody = await nobody_in_scope(session, graph)
            self._shown = await groups_of(session, graph)
        note_health(session, job, self._nobody)
        began = session.history.cycle_began(job.id)
        # While it runs, who was tried before is no result of it.
        read, missing = await _results(graph, job, began if runs else None)
        scores = self.tools.log_score
        score = None if read is None else await scores.look(session, graph, job)
        entries = read or ()
        tables = (results_of(entries),) if entries else ()
        tables = (*misses_table(score), *tables)
        missing = (*_waits(session, job), *self._shown.facts, *missing)
        if job.is_quarantined or (job.is_on and job.first_cycle_is_done):
            found = _quarantined(job) if job.is_quarantined else _finished(job, entries)
            found = with_all(found, score)
            return Outlook(
                nobody_told(found, self._nobody),
                (_RESTART,),
                await self._questions(session, graph, job),
                (*missing, LOG_IS_KEPT),
                tables,
                asked_for=_RESTARTS,
                is_pressing=job.is_quarantined,
            )
        if not job.is_on:
            text = " ".join(("Provisioning is off.", *_left_undone(job)))
            finding = Finding(State.ATTENTION, text, "Go back to the step Start.")
            found = nobody_told(finding, self._nobody)
            return Outlook(found, cautions=missing, tables=tables)
        usual = estimate(everybody=self._shown.everybody)
        far = progress_of(job, began, session.clock(), usual)
        text = " ".join((far, *_left_undone(job)))
        finding = with_all(Finding(State.OPEN, text), score)
        finding = nobody_told(finding, self._nobody)
        return Outlook(finding, cautions=missing, tables=tables, look_again_after=_pause(entries))

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> Outlook:
        """Restart provisioning as chosen, and look how it is."""
        how = answers.get(HOW) or AGAIN
        if how not in _THEN:
            raise InvalidInput(
                "There is no such restart.", "Choose one of the list.", code="restart-unknown"
            )
        principal_id, job = principal_of(session), await job_of(session, graph)
        await _require_name(session, graph, job, answers)
        refuse_surprise(await groups_of(session, graph), self._shown)
        report(Progress("Restarting provisioning."))
        said = f"Provisioning {_THEN[how]}."
        facts: dict[str, Any] = {"job_id": job.id, "how": how}
        facts["changes"] = (restarted(job, _THEN[how]),)
        async with changing(session, STEP, said, Action.RESTARTED, **facts):
            if how in _RESETS:
                await graph.jobs.restart(principal_id, job.id, _RESETS[how])
            if how == NOTHING:
                await graph.jobs.start(principal_id, job.id)
        found = await self.look(session, graph)
        told = Finding(found.finding.state, f"{said} {found.finding.text}")
        return Outlook(
            told,
            cautions=found.cautions,
            tables=found.tables,
            look_again_after=LOOK_EVERY,
        )

    async def _questions(
        self, session: Session, graph: GraphClient, job: Job
    ) -> tuple[Question, ...]:
        quarantine = job.status.quarantine
        too_many = quarantine is not None and quarantine.reason.lower() == "toomanydeletes"
        choices = (*_CHOICES, _DELETIONS) if too_many else _CHOICES
        asked = (
            Question(
                HOW, "How shall it start again?", choices, AGAIN, caution=f"{_LOOKS_AGAIN} {_LINKS}"
            ),
        )
        if session.history.set_up_by_us(job.id):
            meets = await waiting_narrowing(session, graph, *Narrows)
            if meets is not None:
                meets = await meets.looked(session, self.tools.leavers, report=graph.report)
            return (*asked, *(meets.questions(restart=False) if meets else ()))
        name = name_to_type(await graph.service_principals.get(principal_of(session)))
        text = f"Somebody else set this provisioning up. To restart it, type {name}:"
        return (*asked, Question(NAME, text))

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """A restart cannot be taken back."""
        return "A restart cannot be taken back."


def _pause(entries: tuple[LogEntry, ...]) -> float:
    """Return when to look again: reading a long log takes a request for each page of it."""
    return LOOK_EVERY * (1 + len(entries) // LOG_PAGE)


_NOT_COUNTED = "Entra does not say how many people it has linked with an account in Webex"


def _left_undone(job: Job) -> tuple[str, ...]:
    return left_undone(job.escrowed, job.next_try, dropped=job.status.escrows_pruned)


def _quarantined(job: Job) -> Finding:
    trouble = job.trouble
    told = trouble.message if trouble else "Microsoft does not say why."
    text = " ".join(("Provisioning is in quarantine.", told, *_left_undone(job)))
    return Finding(State.ATTENTION, text, trouble.hint if trouble else "")


def _finished(job: Job, entries: tuple[LogEntry, ...]) -> Finding:
    counted, groups = job.linked_people, job.linked_groups or 0
    at = job.status.steady_state_last_achieved_time
    last = f" The last cycle ended at {at:%Y-%m-%d %H:%M} UTC." if at else ""
    many = "1 group" if groups == 1 else f"{groups:,} groups"
    also = f", and {many} with one there" if groups else ""
    linked = "1 person is linked" if counted == 1 else f"{counted or 0:,} people are linked"
    text = f"The first cycle is done: {linked} with an account in Webex{also}.{last}"
    if counted is None:
        there = f"; it has linked {many} with one there" if groups else ""
        text = f"The first cycle is done. {_NOT_COUNTED}{there}.{last}"
    text = " ".join((text, *_left_undone(job)))
    if (trouble := job.trouble) is not None:
        return Finding(State.ATTENTION, f"{text} {trouble.message}", trouble.hint)
    if number := count_failed(entries):
        who = "1 person or group" if number == 1 else f"{number:,} people or groups"
        return Finding(State.ATTENTION, f"{text} {who} failed.", "Entra tries these again.")
    if counted is None:
        return Finding(State.ATTENTION, text, "Look at some of them in Control Hub.")
    is_good = counted and not job.status.escrows_pruned
    return Finding(State.DONE if is_good else State.ATTENTION, text)


async def _results(
    graph: GraphClient, job: Job, since: datetime | None
) -> tuple[tuple[LogEntry, ...] | None, tuple[str, ...]]:
    """Return the newest entry of each person and group, and what is to be known of them.

    Returns:
        None for entries that cannot be read, and why.
    """
    try:
        listing = await graph.provisioning_log.entries(job.id, since=since, most=_ENTRIES)
    except AnswerError as error:
        if error.status not in {400, 401, 403}:
            raise
        return None, (f"Results of single people cannot be read: {error.message} {error.hint}",)
    missing: tuple[str, ...] = ()
    if not listing.items:
        missing = ("Results of single people appear some minutes later.",)
    elif not listing.is_complete:
        missing = (f"Only the newest {len(listing.items):,} results were read.",)
    return latest_of_each(listing.items), missing


def _waits(session: Session, job: Job) -> tuple[str, ...]:
    told = waits(session.history.unrestarted(job.id))
    return (told,) if told else ()


async def _require_name(session: Session, graph: GraphClient, job: Job, answers: Answers) -> None:
    """Let no job of somebody else, or that was narrowed, be restarted unless its name was typed."""
    if session.history.set_up_by_us(job.id):
        if (meets := await waiting_narrowing(session, graph, *Narrows)) is not None:
            meets.require_name(answers)
        return
    require_name(
        await graph.service_principals.get(principal_of(session)),
        answers.get(NAME, ""),
        problem="This program did not set this provisioning up.",
        to="restart it all the same",
        code="restart-not-ours",
    )
