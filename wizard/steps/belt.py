"""Entra's own deletion limit as a belt: lent to a plan for one cycle, and put back after it.

It counts everybody whom a cycle would switch off, whoever that is, and the settings are one
replace-all PUT with the token in it (reference/graph-entra.md 2.7 and 3). So it is lent only where
all that is at hand, and where somebody reads that a cycle stopped.
"""

from dataclasses import dataclass
from typing import Final

from wizard.errors import InvalidInput, KeystoreError, TransportError, UnusableAnswer, WizardError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.secrets import NO_SECRETS, NOTIFICATION, SECRET_TOKEN, Notification, Secrets
from wizard.steps.base import Answers, Choice, Question, Tools
from wizard.steps.drift_base import keeping_base
from wizard.steps.ownership import LANDS_WITHIN, SKEW
from wizard.steps.previewing import state_of
from wizard.steps.saved_settings import Given
from wizard.steps.target import job_of, principal_of
from wizard.store.journal import Action, Change, JournalEntry
from wizard.store.keystore import Slot
from wizard.store.lent import LENT, LIMIT_LENT, STEP, has_the_token, lent, lent_words
from wizard.words.progress import Progress, Report

BELT: Final = "deletion-limit"
"""The question whether it is lent."""
LEND, KEEP = "lend", "keep"
_LEAST: Final = 5
"""The lowest limit that is lent: one or two who leave by themselves stop no cycle."""
_SUBJECT: Final = "deletion limit for one cycle"
_HELD: Final = "toomanydeletes"
_STAYS: Final = "Entra's own deletion limit stays as it is for this start:"


@dataclass(frozen=True)
class LimitOffer:
    """What of the limit is offered to a plan.

    Attributes:
        job: The job that is to be started.
        limit: What it would be.
        question: Asks for it; None where nothing is offered.
        said: Why nothing is.
        saved: The settings as they are.
    """

    job: Job
    limit: int
    question: Question | None
    said: str
    saved: Secrets

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is asked, where anything is."""
        return () if self.question is None else (self.question,)

    def is_taken(self, answers: Answers) -> bool:
        """Tell whether it was chosen.

        Raises:
            UnusableAnswer: Something else than its number was typed (`limit-number-wrong`).
            InvalidInput: It was, and cannot be lent any more (`limit-not-lent`).
        """
        answer = answers.get(BELT, "")
        if answer in {"", KEEP}:
            return False
        if self.question is None:
            raise InvalidInput(
                f"What was chosen is not possible any more, so nothing was started. {self.said}",
                "Look again, and choose anew.",
                code="limit-not-lent",
            )
        if answer != (LEND if self.question.choices else str(self.limit)):
            raise UnusableAnswer(
                "That is not the number of the deletion limit, so nothing was done.",
                f"Type {self.limit} to raise it, or nothing to leave it as it is.",
                code="limit-number-wrong",
                question=BELT,
            )
        return True


class Belt:
    """Lends the limit, and puts it back."""

    def __init__(self, tools: Tools) -> None:
        self._keystore = tools.keystore
        self._given = Given(tools)
        self.is_waiting = False
        """Whether the cycle to which the limit is lent is under way, as far as anybody can look."""

    async def offer(self, session: Session, graph: GraphClient, job: Job, off: int) -> LimitOffer:
        """Return what is offered to a start by a plan, or why nothing is; nothing is written.

        Args:
            session: The profile.
            graph: Who is asked.
            job: The job that is to be started.
            off: How many the plan switches off or deletes.
        """
        saved = await graph.secrets.read(principal_of(session))
        limit, now = max(off + 1, _LEAST), _limit_in(saved.notification)
        why = _not_of_this_job(job, off) or await self._not_of_these(session, saved)
        if not why and now is not None and off < now <= limit:
            why = f"it is {now:,} already, which lets the plan pass."
        if why:
            held = f" {_held(now, off)}" if state_of(job) != "never" and _holds(now, off) else ""
            return LimitOffer(job, limit, None, f"{_STAYS} {why}{held}", saved)
        return LimitOffer(job, limit, _question(now, limit, off), "", saved)

    async def lend(
        self, session: Session, graph: GraphClient, offer: LimitOffer, report: Report
    ) -> str:
        """Set the limit; the journal comes first.

        Returns:
            What is so then, as a sentence.

        Raises:
            WizardError: It could not be set.
        """
        report(Progress("Setting Entra's deletion limit for this cycle."))
        await self._set(session, graph, offer)
        return (
            f"Entra itself stops a cycle that would switch off {offer.limit:,} or more, until this "
            "one has ended."
        )

    async def _set(self, session: Session, graph: GraphClient, offer: LimitOffer) -> None:
        before = offer.saved.notification or Notification()
        changed = {"limits_deletions": True, "deletion_limit": offer.limit}
        loan = Change("", LIMIT_LENT, _words_of(_limit_in(before)), str(offer.limit))
        await self._given.save(
            session,
            graph,
            STEP,
            _SUBJECT,
            lambda secrets: secrets.with_notification(
                (secrets.notification or before).model_copy(update=changed)
            ),
            before=before.as_text(),
            written=before.model_copy(update=changed).as_text(),
            changes=(loan,),
            job_id=offer.job.id,
            last_cycle=_last_cycle(offer.job),
            **{LENT: offer.limit},
        )

    async def look_after(
        self, session: Session, graph: GraphClient, *, leaving: bool = False
    ) -> str:
        """Put the limit back where its cycle has ended, or somebody leaves.

        What Entra holds back for it stays held back: putting the limit back would let that pass.

        Returns:
            What became of it, as sentences; empty where none is lent.
        """
        loan, self.is_waiting = lent(session.history), False
        if loan is None or loan.details.get("service_principal_id") != principal_of(session):
            return ""
        try:
            job = await job_of(session, graph)
            if _holds_back(job):
                return f"{lent_words(loan)} It stays until it is decided what Entra holds back."
            self.is_waiting = job.is_on and not leaving and not _has_ended(job, loan)
            if self.is_waiting:
                return f"{lent_words(loan)} It is put back when the cycle has ended, or you leave."
            return await self._put_back(session, graph, loan)
        except WizardError as error:
            self.is_waiting = isinstance(error, TransportError) and not leaving
            return f"{lent_words(loan)} It could not be put back: {error.message} {error.hint}"

    async def _put_back(self, session: Session, graph: GraphClient, loan: JournalEntry) -> str:
        saved = await self._given.saved(session, graph)
        now, before = saved.notification, _before(loan)
        was = _limit_in(before)
        if _limit_in(now) != loan.details[LENT]:
            is_young = session.clock() - loan.at < LANDS_WITHIN
            if is_young and _limit_in(now) == was:
                return f"{lent_words(loan)} Entra does not show it yet."
            await session.log(STEP, Action.RETURNED, _SUBJECT, of=loan.at.isoformat())
            if _limit_in(now) == was:
                return ""
            return "Entra's deletion limit was changed since it was lent, so it stays as it is."
        if not has_the_token(session.history, principal_of(session)):
            return f"{lent_words(loan)} Do the step Credentials first, which gives Entra the token."
        back = {
            "limits_deletions": before.limits_deletions,
            "deletion_limit": before.deletion_limit,
        }
        async with keeping_base(session, graph, STEP, graph.report):
            await self._given.put_back(
                session,
                graph,
                lambda secrets: secrets.with_notification(
                    (secrets.notification or before).model_copy(update=back)
                ),
            )
            change = Change("", LIMIT_LENT, str(loan.details[LENT]), _words_of(was))
            at = loan.at.isoformat()
            await session.log(STEP, Action.RETURNED, _SUBJECT, changes=(change,), of=at)
        return f"Entra's deletion limit is as it was before: {_words_of(was)}."

    async def _not_of_these(self, session: Session, saved: Secrets) -> str:
        """Return why these settings cannot be saved safely; empty where they can."""
        settings, token = saved.notification, session.profile.token
        if saved.has_unknown_notification:
            return "its settings are in a form that this program does not know."
        if settings is None or not (settings.is_enabled and settings.recipients):
            return "no mail is set, so nobody would read that a cycle stopped."
        if token is not None and token.in_memory:
            return "the token is kept for this session only, and putting it back takes the token."
        if set(saved.hidden) - {SECRET_TOKEN} or not await self._has_ours(session, saved):
            return (
                "saving it gives Entra the token of this profile, and it is not known to be the "
                "one that Entra has."
            )
        return ""

    async def _has_ours(self, session: Session, saved: Secrets) -> bool:
        if saved.base_address != self._given.tenant_url(session):
            return False
        try:
            stored = await self._keystore.read(session.profile.name, Slot.CURRENT)
        except KeystoreError:
            return False
        return stored is not None and has_the_token(session.history, principal_of(session))


def _not_of_this_job(job: Job, off: int) -> str:
    """Return why a limit would do nothing for this start; empty where it would."""
    if state_of(job) == "never":
        return "the job has never run."
    return "" if off else "the plan switches nobody off."


def _holds(now: int | None, off: int) -> bool:
    """Tell whether the limit that Entra has holds back what a plan switches off."""
    return now is not None and 0 < now <= off


def _held(now: int | None, off: int) -> str:
    many = "the 1 that" if off == 1 else f"the {off:,} whom"
    return (
        f"Entra's deletion limit is {now:,}, so it would hold back {many} the plan switches off, "
        "and stop the cycle until somebody allows or rejects them."
    )


def _question(now: int | None, limit: int, off: int) -> Question:
    if _holds(now, off):
        raises = f"To raise it for this cycle, type {limit}; nothing leaves it as it is."
        return Question(BELT, f"{_held(now, off)} {raises}")
    was = "without a limit" if now is None else f"at {now:,}"
    choices = (
        Choice(LEND, f"Yes, {limit:,} for this cycle; then {_words_of(now)} again"),
        Choice(KEEP, f"No, leave Entra {was}"),
    )
    return Question(
        BELT,
        f"Shall Entra itself stop this cycle at {limit:,} switched off? The plan has {off:,}.",
        choices,
        LEND,
    )


def _limit_in(settings: Notification | None) -> int | None:
    return settings.deletion_limit if settings and settings.limits_deletions else None


def _words_of(limit: int | None) -> str:
    return "none" if limit is None else f"{limit:,}"


def _before(loan: JournalEntry) -> Notification:
    text = str(loan.details.get("before") or "")
    return NO_SECRETS.replacing({NOTIFICATION: text}).notification or Notification()


def _holds_back(job: Job) -> bool:
    quarantine = job.status.quarantine
    return quarantine is not None and quarantine.reason.lower() == _HELD


def _last_cycle(job: Job) -> str:
    last = job.status.last_execution
    ended = last.time_ended if last is not None else None
    return ended.isoformat() if ended is not None else ""


def _has_ended(job: Job, loan: JournalEntry) -> bool:
    """Tell whether a cycle has ended that began after the limit was lent."""
    last = job.status.last_execution
    if job.status.progress or last is None or last.time_ended is None:
        return False
    is_another = _last_cycle(job) != loan.details.get("last_cycle")
    return is_another and (last.time_began is None or last.time_began >= loan.at - SKEW)
