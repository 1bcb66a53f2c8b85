"""The provisioning log of a job, read from Graph page by page: each entry once, oldest first."""

import json
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from wizard.errors import AnswerError, InvalidInput
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.errors import GraphError
from wizard.graph.provisioning_log import LOG_LATE, LogEntry
from wizard.net.pace import Pace
from wizard.reports.log_row import LogRow, log_row_of
from wizard.reports.log_since import ALL_KEPT, LogSince
from wizard.steps.target import job_of
from wizard.words.progress import Progress, Report, silent, telling

if TYPE_CHECKING:
    from wizard.graph.reading import GraphPages

_SECOND: Final = timedelta(seconds=1)
"""Graph takes whole seconds, and what is later than one; what is told too much is left out here."""
_READERS: Final = (
    "Reading the log takes of a person a role such as Reports Reader (activate it, if you hold it "
    "in PIM), and of this program the permission ProvisioningLog.Read.All or AuditLog.Read.All, to "
    "which an administrator consents; for an application without a person, a Privileged Role "
    "Administrator. Then sign in again."
)
"""reference/graph-entra.md 2.0."""
_NOT_ALLOWED: Final = frozenset({"graph-scope-missing", "graph-role-missing"})


class LogReading:
    """Reads the log of one job, and knows afterwards what it has seen.

    Args:
        graph: Of whoever may read the log; reading alone is enough.
        job_id: The job.
        since: Where reading begins.
        person: Of whom only; a part of a name, an address or an id. Empty: of everybody.
        limit: Only so many, the newest; None is all.
        report: Is told how many entries were read, and of waits.
        pace: How fast Graph is asked; None is one question after the other.

    Raises:
        InvalidInput: What was told before is of another job (`log-file-unusable`).

    Attributes:
        read: Entries that came, of whomever.
        oldest: Of those.
        is_ordered: Whether they came in the order that was asked for, but for the late ones.
        has_met: Whether an entry came that is older than the beginning, or was told before.
        is_cut: Whether older ones were left out, because of the limit.
    """

    def __init__(
        self,
        graph: GraphClient,
        job_id: str,
        since: LogSince = ALL_KEPT,
        *,
        person: str = "",
        limit: int | None = None,
        report: Report = silent,
        pace: Pace | None = None,
    ) -> None:
        if since.job not in {"", job_id}:
            raise InvalidInput(
                "Reading cannot go on behind this file: it is of another job than this profile's.",
                "Name the profile that the entries are of, by --profile, or another file.",
                code="log-file-unusable",
            )
        own = Pace("Microsoft Graph", 1, tell=telling(report))
        self._graph = graph.reading(pace or own)
        self._job_id = job_id
        self._since = since
        self._person = person.casefold().strip()
        self._limit = limit
        self._report = report
        self._start = since.start and since.start - _SECOND
        self.read = 0
        self.oldest: datetime | None = None
        self.is_ordered = True
        self.has_met = False
        self.is_cut = False

    async def rows(self) -> AsyncIterator[LogRow]:
        """Yield the entries while they come, the oldest first, those of one moment by their ids.

        Raises:
            GraphError: Graph says no.
            AnswerError: A page is none, or came again (`log-repeats`).
            TransportError: No answer came, several times.
        """
        if self._limit is not None:
            for row in await self._newest(self._limit):
                yield row
            return
        together: list[LogRow] = []
        async for row in self._wanted(oldest_first=True):
            if together and row.at != together[0].at:
                for each in _by_id(together):
                    yield each
                together = []
            together.append(row)
        for each in _by_id(together):
            yield each

    @property
    def is_of_everybody(self) -> bool:
        """Whether nobody is left out."""
        return not self._person

    async def begins_later(self) -> bool:
        """Tell whether the log has nothing from before the moment at which reading began.

        Raises:
            WizardError: As `rows`.
        """
        if self._since.start is None:
            return True
        return (
            await self._moment(self._graph.log(self._job_id, None, self._since.start, page=1))
            is None
        )

    async def newest(self) -> datetime | None:
        """Return of when the newest entry of all is; None where there is none.

        Raises:
            WizardError: As `rows`.
        """
        return await self._moment(self._graph.log(self._job_id, page=1))

    async def _moment(self, pages: "GraphPages") -> datetime | None:
        async for page in _allowed(pages):
            for entry in map(_entry, page):
                if entry.activity_date_time is not None:
                    return entry.activity_date_time
        return None

    async def _newest(self, limit: int) -> list[LogRow]:
        """Return the newest ones; as many are held."""
        found: list[LogRow] = []
        async for row in self._wanted(oldest_first=False):
            if len(found) == limit:
                self.is_cut = True
                break
            found.append(row)
        return sorted(found, key=lambda row: (row.at is not None, row.at, row.id))

    async def _wanted(self, *, oldest_first: bool) -> AsyncIterator[LogRow]:
        """Yield what is asked for as it comes; what a page has of the one before, once."""
        page = 200 if self._limit is None or self._person else self._limit + 1
        pages = self._graph.log(self._job_id, self._start, oldest_first=oldest_first, page=page)
        seen: frozenset[str] = frozenset()
        furthest: datetime | None = None
        async for entries in _allowed(pages):
            keys = set()
            for entry in map(_entry, entries):
                row = log_row_of(entry)
                keys.add(row.key)
                if row.key in seen:
                    continue
                furthest = self._noted(row, furthest, oldest_first=oldest_first)
                if self._since.has(row):
                    self.has_met = True
                elif self._is_of_person(entry):
                    yield row
            seen = frozenset(keys)
            self._report(Progress("entries read", self.read))
        if pages.repeated:
            raise AnswerError(
                "Microsoft Graph gave a page of the log a second time, so reading was stopped.",
                "Try again later, or read less by --since.",
                code="log-repeats",
            )

    def _noted(
        self, row: LogRow, furthest: datetime | None, *, oldest_first: bool
    ) -> datetime | None:
        """Count a row, and return the furthest moment that came."""
        self.read += 1
        if row.at is None:
            return furthest
        self.oldest = min(filter(None, (self.oldest, row.at)))
        if furthest is None:
            return row.at
        back = furthest - row.at if oldest_first else row.at - furthest
        self.is_ordered = self.is_ordered and back <= LOG_LATE
        return (max if oldest_first else min)(furthest, row.at)

    def _is_of_person(self, entry: LogEntry) -> bool:
        """Tell whether an entry is of who is asked for; Graph would go by case alone."""
        return not self._person or any(self._person in each.casefold() for each in _names(entry))


async def job_logged(session: Session, graph: GraphClient) -> str:
    """Return the id of the job whose log is read; the log outlives the job.

    Raises:
        StepFirst: There is none yet.
        WizardError: Graph could not be asked.
    """
    return session.profile.entra.job_id or (await job_of(session, graph)).id


def _by_id(rows: list[LogRow]) -> list[LogRow]:
    return sorted(rows, key=lambda row: row.id)


def _names(entry: LogEntry) -> Iterable[str]:
    """Yield whatever an entry calls its person or group."""
    for identity in (entry.source_identity, entry.target_identity):
        if identity is not None:
            yield from (identity.display_name, identity.id, *identity.details.values())
    for step in entry.steps:
        yield step.details.get("ReportableIdentifier", "")


def _entry(raw: bytes) -> LogEntry:
    """Return an entry; of one that is of an odd form, what can be read of it."""
    try:
        found = json.loads(bytes(raw))
    except (ValueError, RecursionError):
        return LogEntry()
    try:
        return LogEntry.model_validate(found)
    except ValidationError:
        known = found if isinstance(found, dict) else {}
        names = ("id", "activityDateTime", "jobId", "cycleId")
        told = {name: known[name] for name in names if isinstance(known.get(name), str)}
        return LogEntry.model_validate(told)


async def _allowed(pages: "GraphPages") -> AsyncIterator[Iterable[bytes]]:
    """Yield the entries of pages; where that is not allowed, tell who may allow it."""
    try:
        async for page in pages:
            yield page.entries
    except GraphError as error:
        if error.code in _NOT_ALLOWED:
            error.hint = _READERS
        raise
