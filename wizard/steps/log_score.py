"""How the preview that was kept came out, by the provisioning log: read on at each look."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from wizard.errors import PreviewError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.on_demand import OnDemandResult
from wizard.net.pace import Pace
from wizard.preview.digests import code_of
from wizard.preview.log_pages import log_lines
from wizard.preview.plan import Plan, read_plan
from wizard.preview.score import MISSES, LogLine, Score, Scored, ScoreVerdict, Scoring
from wizard.steps.base import Table
from wizard.steps.kept_preview import kept_preview
from wizard.steps.ownership import SKEW
from wizard.steps.target import principal_of
from wizard.store.history import has_arrived
from wizard.store.score_record import ScoreRecord

if TYPE_CHECKING:
    from wizard.graph.reading import GraphPages

ENTRIES_READ: Final = 100_000
"""Entries that are read in all."""
_SECONDS: Final = 20.0
"""Seconds of reading in one look; the next one reads on."""
_LATE: Final = timedelta(minutes=15)
"""How much later than others an entry may appear (reference/graph-entra.md 2.10: 5 to 10)."""
_KEPT: Final = 50
"""Misses that the profile keeps."""


@dataclass
class _Laid:
    """A plan, and how much of the log was laid beside it."""

    plan: Plan
    began: datetime
    scoring: Scoring
    most: int
    read: int = 0
    newest: datetime | None = None
    oldest: datetime | None = None
    is_whole: bool = False

    async def read_on(self, graph: GraphClient, job_id: str) -> None:
        """Read what is new, and then what an earlier look did not come to."""
        reading = graph.reading(Pace("Microsoft Graph", 1))
        since = made_at(self.plan) - SKEW
        if self.newest is not None:
            await self._take(reading.log(job_id, max(since, self.newest - _LATE)))
        if not self.is_whole:
            before = self.oldest and self.oldest + timedelta(seconds=1)
            self.is_whole = await self._take(reading.log(job_id, since, before))

    async def _take(self, pages: "GraphPages") -> bool:
        """Take entries in; return whether they came to an end."""
        async for page in pages:
            lines = list(log_lines(page.body))
            self.scoring.take(lines)
            self.read += len(lines)
            times = [line.at for line in lines if line.at is not None]
            self.newest = max(times + ([self.newest] if self.newest else []), default=None)
            self.oldest = min(times + ([self.oldest] if self.oldest else []), default=None)
            if self.read >= self.most:
                break
        return pages.is_complete


class LogScore:
    """Lays the kept plan beside the log of its job; what was read stays for the next look.

    Args:
        most: Entries that are read in all.
    """

    def __init__(self, most: int = ENTRIES_READ) -> None:
        self._most = most
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
        laid = await self._laid_out(session, job)
        if laid is None:
            return None
        try:
            async with asyncio.timeout(_SECONDS):
                await laid.read_on(graph, job.id)
        except TimeoutError:
            laid.is_whole = False
        score = laid.scoring.score(is_over=_is_over(job, laid.began), is_cut=not laid.is_whole)
        _remember(session, job, laid.plan, score)
        return score

    async def _laid_out(self, session: Session, job: Job) -> _Laid | None:
        """Return the plan as it is laid out, anew where it, or the start, is another."""
        kept, began = kept_preview(session), session.history.cycle_began(job.id)
        of = (kept.plan.digest if kept else "", job.id, began)
        if of != self._of:
            self._of, self._laid = of, None
            plan = await _kept_plan(session, job.id)
            if plan is not None:
                start = max(made_at(plan), began or made_at(plan))
                tried = session.history.tried(principal_of(session))
                keys = {f"person:{each.details.get('user_id')}" for each in tried}
                scoring = await asyncio.to_thread(Scoring, plan, start - SKEW, keys)
                self._laid = _Laid(plan, start, scoring, self._most)
        return self._laid


async def _kept_plan(session: Session, job_id: str) -> Plan | None:
    """Return the plan that was accepted, where it is about a job and can be read."""
    kept = kept_preview(session)
    target = kept.plan.body.get("target") if kept is not None else None
    if kept is None or (isinstance(target, dict) and target.get("job") != job_id):
        return None
    try:
        path = session.profiles.plan_path(session.profile.name)
        return await asyncio.to_thread(read_plan, path)
    except PreviewError:
        return None


def made_at(plan: Plan) -> datetime:
    """Return when a plan was made."""
    try:
        at = datetime.fromisoformat(str(plan.made.get("at")))
    except ValueError:
        return datetime(2020, 1, 1, tzinfo=UTC)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


async def scored_at_once(
    session: Session, job_id: str, user_id: str, result: OnDemandResult
) -> Scored | None:
    """Return how one person, provisioned at once, stands to the plan that is kept.

    Returns:
        None without a plan, and where the person was provisioned since it was made: what the plan
        told has happened then.
    """
    plan = await _kept_plan(session, job_id)
    if plan is None:
        return None
    for made in session.history.tried(principal_of(session)):
        is_same = made.details.get("user_id") == user_id and made.at >= made_at(plan)
        if is_same and has_arrived(made):
            return None
    entry = result.entry
    line = LogLine(
        "",
        f"person:{user_id}",
        "",
        result.outcome,
        entry.action,
        result.code,
        tuple((each.display_name, each.new_value) for each in entry.changes),
        entry.target_identity.id if entry.target_identity else "",
    )
    return Scoring(plan).of(line)


def words_at_once(scored: Scored) -> str:
    """Return in a sentence what the preview had said of one person."""
    match scored.verdict:
        case ScoreVerdict.AS_PREDICTED:
            return "That is what the preview predicted."
        case ScoreVerdict.LEFT_ALONE:
            return "The preview predicted that nothing would be changed."
        case ScoreVerdict.FIELDS:
            return f"The preview predicted other values: {', '.join(scored.fields)}."
        case ScoreVerdict.UNTOLD | ScoreVerdict.UNCLEAR:
            return ""
        case _:
            return f"The preview predicted something else: {scored.predicted}."


def is_miss(scored: Scored) -> bool:
    """Tell whether something else was seen than was predicted."""
    return scored.verdict in MISSES


def misses_table(score: Score) -> tuple[Table, ...]:
    """Return of whom something else was seen than was predicted, as a table, if of anybody."""
    if not score.misses:
        return ()
    more = f", the first {len(score.misses)} shown" if score.missed > len(score.misses) else ""
    return (
        Table(
            f"Otherwise than the preview predicted: {score.missed:,}{more}",
            ("Who", "Predicted", "What happened"),
            tuple((each.called, each.predicted, each.happened) for each in score.misses),
        ),
    )


def _is_over(job: Job, began: datetime) -> bool:
    """Tell whether the first cycle since a time is over."""
    last = job.status.last_execution
    is_since = last is not None and last.time_began is not None and last.time_began >= began - SKEW
    return job.first_cycle_is_done and is_since


def _remember(session: Session, job: Job, plan: Plan, score: Score) -> None:
    entra = session.profile.entra
    found = ScoreRecord(
        job_id=job.id,
        at=session.clock(),
        code=code_of(plan.digest),
        counts={str(name): count for name, count in score.counts.items()},
        said=(*score.words, *score.limits),
        misses=tuple(
            f"{each.called}: predicted {each.predicted}, seen {each.happened}"
            for each in score.misses[:_KEPT]
        ),
        is_over=score.is_over,
        is_cut=score.is_cut,
    )
    known = entra.score
    if known is None or known.model_copy(update={"at": found.at}) != found:
        session.change(entra=entra.model_copy(update={"score": found}))
