"""How the preview that was kept came out, by the provisioning log: read on at each look."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from wizard.errors import MachineError, PreviewError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.on_demand import OnDemandResult
from wizard.graph.provisioning_log import LOG_LATE
from wizard.machine.child import Child
from wizard.net.pace import Pace
from wizard.preview.log_questions import BeginScore, GiveScore, ScoreOne, TakeLog
from wizard.preview.process import start_previewing
from wizard.preview.questions import PreviewQuestion
from wizard.preview.score import LogLine, Score, Scored
from wizard.steps.kept_preview import KeptPreview, kept_preview
from wizard.steps.ownership import SKEW
from wizard.steps.score_words import record_of_score
from wizard.steps.target import principal_of
from wizard.store.history import has_arrived

if TYPE_CHECKING:
    from wizard.graph.reading import GraphPages

T = TypeVar("T")
ENTRIES_READ: Final = 100_000
"""Entries that are read in all."""
_SECONDS: Final = 20.0
"""Seconds of reading in one look; the next one reads on."""


@dataclass
class _Laid:
    """How much of the log was laid beside a plan.

    Attributes:
        since: What is older is not read.
        began: When the cycle that counts began.
    """

    since: datetime
    began: datetime
    read: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    """Everything from here to `newest` was read; None where there may be a gap."""
    is_whole: bool = False


class LogScore:
    """Lays the kept plan beside the log of its job; what was read stays for the next look.

    The plan is in a process of its own, so that keys never wait for it.

    Args:
        start: Starts what answers, instead of the process.
        most: Entries that are read in all.
    """

    def __init__(self, start: Callable[[], Child] | None = None, most: int = ENTRIES_READ) -> None:
        self._start, self._most = start or start_previewing, most
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
            try:
                async with asyncio.timeout(_SECONDS):
                    await self._read_on(laid, graph, job.id)
            except TimeoutError:
                laid.is_whole = False
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
            self._of, self._laid = of, _Laid(made - SKEW, start)
        return self._laid

    async def _read_on(self, laid: _Laid, graph: GraphClient, job_id: str) -> None:
        """Read what is new, and then what an earlier look did not come to."""
        reading = graph.reading(Pace("Microsoft Graph", 1))
        if laid.newest is not None:
            oldest, laid.oldest = laid.oldest, None  # until all that is new was read
            late = max(laid.since, laid.newest - LOG_LATE)
            if not await self._take(laid, reading.log(job_id, late)):
                laid.is_whole = False
                return
            laid.oldest = oldest
        if not laid.is_whole:
            before = laid.oldest and laid.oldest + timedelta(seconds=1)
            laid.is_whole = await self._take(laid, reading.log(job_id, laid.since, before))

    async def _take(self, laid: _Laid, pages: "GraphPages") -> bool:
        """Have entries taken in; return whether they came to an end."""
        async for page in pages:
            taken = await self._ask(TakeLog(page.body))
            laid.read += taken.count
            newest, oldest = (taken.newest, laid.newest), (taken.oldest, laid.oldest)
            laid.newest = max((each for each in newest if each is not None), default=None)
            laid.oldest = min((each for each in oldest if each is not None), default=None)
            if laid.read >= self._most:
                break
        return pages.is_complete

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
