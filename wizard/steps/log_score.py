"""How the preview that was kept came out, by the provisioning log: read on at each look."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from wizard.errors import MachineError, PreviewError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.on_demand import OnDemandResult
from wizard.graph.provisioning_log import LOG_LATE
from wizard.machine.child import Child
from wizard.net.pace import Pace
from wizard.preview.log_questions import BeginScore, GiveScore, LogTaken, ScoreOne, TakeLog
from wizard.preview.process import start_previewing
from wizard.preview.questions import PreviewQuestion
from wizard.preview.score import LogLine, Score, Scored
from wizard.steps.kept_preview import KeptPreview, kept_preview
from wizard.steps.ownership import SKEW
from wizard.steps.score_words import record_of_score
from wizard.steps.target import principal_of
from wizard.store.history import has_arrived

T = TypeVar("T")
ENTRIES_READ: Final = 100_000
"""Entries that are read in all."""
READ_FOR: Final = 20.0
"""Seconds of reading in one look; the next one reads on."""
_LATE: Final = LOG_LATE + SKEW
"""How much later an entry may appear, by two clocks."""
_AT_ONCE: Final = timedelta(seconds=1)
"""Entries of one time may stand on two pages."""


@dataclass
class _Laid:
    """How much of the log was laid beside a plan.

    The oldest comes first, so that no later cycle is taken for the one that counts.

    Attributes:
        since: What is older is not read.
        began: When the cycle that counts began.
        reached: What is older was read.
    """

    since: datetime
    began: datetime
    reached: datetime
    read: int = 0
    is_whole: bool = False

    def note(self, taken: LogTaken) -> None:
        """Note how far a page goes; where pages do not ascend, all is read again."""
        self.read += taken.count
        if taken.first is not None and taken.last is not None:
            ascends = self.reached <= taken.first <= taken.last
            self.reached = taken.last if ascends else self.since


class LogScore:
    """Lays the kept plan beside the log of its job; what was read stays for the next look.

    The plan is in a process of its own, so that keys never wait for it.

    Args:
        start: Starts what answers, instead of the process.
        most: Entries that are read in all.
        patience: Seconds of reading in one look.
    """

    def __init__(
        self,
        start: Callable[[], Child] | None = None,
        most: int = ENTRIES_READ,
        patience: float = READ_FOR,
    ) -> None:
        self._start, self._most, self._patience = start or start_previewing, most, patience
        self._child: Child | None = None
        self._laid: _Laid | None = None
        self._of: tuple[object, ...] = ()

    async def look(self, session: Session, graph: GraphClient, job: Job) -> Score | None:
        """Return how the plan came out so far, and let the profile remember it.

        Returns:
            None where no plan of this job is kept, or it cannot be read.

        Raises:
            GraphError: The log cannot be read.
            ProfileError: What was found cannot be saved.
        """
        kept = _kept(session, job.id)
        if kept is None:
            return None
        try:
            laid = await self._laid_out(session, kept, job.id)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._patience):
                    await self._read_on(laid, graph, job.id, session.clock())
            asked = GiveScore(is_over=_is_over(job, laid.began), is_cut=not laid.is_whole)
            score = await self._ask(asked)
        except (PreviewError, MachineError):
            self.close()
            return None
        session_score = record_of_score(score, job.id, kept.code, session.clock())
        known = session.profile.entra.score
        if known is None or known.model_copy(update={"at": session_score.at}) != session_score:
            entra = session.profile.entra.model_copy(update={"score": session_score})
            session.change(entra=entra)
        if score.is_final:
            self.close()
        return score

    async def at_once(
        self, session: Session, job_id: str, user_id: str, result: OnDemandResult
    ) -> Scored | None:
        """Return how one person, provisioned at once, stands to the plan that is kept.

        Returns:
            None without a plan, and where the person was provisioned since it was made: what the
            plan told has happened then.
        """
        kept = _kept(session, job_id)
        if kept is None:
            return None
        for made in session.history.tried(principal_of(session)):
            is_same = made.details.get("user_id") == user_id and made.at >= _made_at(kept)
            if is_same and has_arrived(made):
                return None
        try:
            return await self._ask(ScoreOne(_path(session), _line(user_id, result)))
        except (PreviewError, MachineError):
            return None
        finally:
            self.close()

    def close(self) -> None:
        """End the process; a second call does nothing."""
        child, self._child, self._laid, self._of = self._child, None, None, ()
        if child is not None:
            child.close()

    async def _laid_out(self, session: Session, kept: KeptPreview, job_id: str) -> _Laid:
        """Return what was laid out, anew where the plan, or the start, is another."""
        began = session.history.cycle_began(job_id)
        of = (kept.plan.digest, job_id, began)
        if self._laid is None or of != self._of:
            self.close()
            made = _made_at(kept)
            tried = session.history.tried(principal_of(session))
            keys = tuple(f"person:{each.details.get('user_id')}" for each in tried)
            # Two clocks may differ; what was written before the plan must not count for that.
            is_first = kept.plan.body.get("job") == "never" and all(t.at >= made for t in tried)
            since = made - SKEW if is_first else made
            start = max(since, (began or made) - SKEW)
            await self._ask(BeginScore(_path(session), start, keys, since))
            self._of, self._laid = of, _Laid(made - SKEW, start, made - SKEW)
        return self._laid

    async def _read_on(self, laid: _Laid, graph: GraphClient, job_id: str, now: datetime) -> None:
        """Read on from where the last look came to."""
        start, laid.is_whole = laid.reached, False
        pages = graph.reading(Pace("Microsoft Graph", 1)).log(job_id, start, oldest_first=True)
        try:
            async for page in pages:
                laid.note(await self._ask(TakeLog(page.body)))
                if laid.read >= self._most:
                    break
            laid.is_whole = pages.is_complete
        finally:
            # By then all that is older had appeared.
            laid.reached = max(laid.since, min(laid.reached - _AT_ONCE, now - _LATE))

    async def _ask(self, question: PreviewQuestion[T]) -> T:
        if self._child is None or self._child.ended:
            self._child = self._start()
        answer = await self._child.ask(question.as_json(), body=question.body)
        return question.read(answer)


def _kept(session: Session, job_id: str) -> KeptPreview | None:
    """Return the preview that was accepted, where it is about a job."""
    kept = kept_preview(session)
    target = kept.plan.body.get("target") if kept is not None else None
    is_other = isinstance(target, dict) and target.get("job") != job_id
    return None if is_other else kept


def _path(session: Session) -> Path:
    return session.profiles.plan_path(session.profile.name).absolute()


def _made_at(kept: KeptPreview) -> datetime:
    """Return when a plan was made; when it was accepted, where it does not say so."""
    try:
        at = datetime.fromisoformat(str(kept.plan.made.get("at")))
    except ValueError:
        return kept.at
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _line(user_id: str, result: OnDemandResult) -> LogLine:
    entry = result.entry
    return LogLine(
        "",
        f"person:{user_id}",
        "",
        result.outcome,
        entry.action,
        result.code,
        tuple((each.display_name, each.new_value) for each in entry.changes),
        entry.target_identity.id if entry.target_identity else "",
    )


def _is_over(job: Job, began: datetime) -> bool:
    """Tell whether the first cycle since a time is over."""
    last = job.status.last_execution
    is_since = last is not None and last.time_began is not None and last.time_began >= began
    return job.first_cycle_is_done and is_since
