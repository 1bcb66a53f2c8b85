"""Both directories, read at once and taken in as they come; cut in the middle, it goes on there."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from wizard.errors import WizardError
from wizard.mapping.document import MappingDocument, rows_of
from wizard.mapping.named import named_in, named_in_scope
from wizard.mapping.objects import mapped_object, of_kind
from wizard.preview.desk import Counted
from wizard.preview.intake import Intake, Part, SoughtPart, SoughtValues
from wizard.preview.online import GraphAssignments, GraphGroups, GraphPeople
from wizard.preview.settings import Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import Completeness, OnlineSource, Reader
from wizard.preview.wanted import GROUP, properties_wanted
from wizard.preview.webex_list import WebexList
from wizard.words.progress import Report, silent

if TYPE_CHECKING:
    from wizard.graph.reading import ReadingRequests
    from wizard.scim.reading import Service

_AHEAD = 8
"""Pages of people and accounts that are fetched before it is known who is assigned."""

_OF_GROUPS = frozenset({"description", "mail", "mailEnabled", "mailNickname"})
"""What else a mapping of groups may name, by names that Graph has too."""


class Taking(Protocol):
    """What takes the pages of both directories, in whatever process."""

    async def take(self, part: Part, page: bytes) -> None:
        """Add a page; once given it is taken, even where whoever gave it is called off.

        Raises:
            PreviewError: It is no page of that part.
        """
        ...

    async def sought(self, part: SoughtPart) -> SoughtValues:
        """Return by what each account of somebody in scope, or each group, is looked for."""
        ...

    async def note(self, sides: Sides) -> None:
        """Take what readers say of the sources; the last word counts."""
        ...


class TakingHere:
    """Takes pages into an intake of this process, which knows what the readers say.

    Args:
        intake: With the sides of the directories that are read.
    """

    def __init__(self, intake: Intake) -> None:
        self.intake = intake

    async def take(self, part: Part, page: bytes) -> None:
        """Add a page; raises as the intake."""
        self.intake.take(part, page)

    async def sought(self, part: SoughtPart) -> SoughtValues:
        """Return by what each is looked for."""
        return self.intake.sought(part)

    async def note(self, sides: Sides) -> None:
        """Take what readers say."""
        self.intake.sides = sides


@dataclass
class _Fed:
    """A source, and its pages that were not taken yet: all come before the next one is fetched."""

    source: OnlineSource
    part: Part
    waiting: deque[bytes] = field(default_factory=deque)
    under_way: asyncio.Future[None] | None = None

    async def feed(self, into: Taking, ready: asyncio.Event) -> None:
        async with aclosing(self.source.pages()) as pages:
            async for page in pages:
                self.waiting.append(page)
                if len(self.waiting) >= _AHEAD:
                    await ready.wait()
                if ready.is_set():
                    await self._flush(into)
        await ready.wait()
        await self._flush(into)

    async def _flush(self, into: Taking) -> None:
        while self.waiting:
            if self.under_way is None:
                self.under_way = asyncio.ensure_future(into.take(self.part, self.waiting[0]))
                self.under_way.add_done_callback(_heard)
            # Whoever calls us off does not take a page back; the next one waits for it here.
            await asyncio.shield(self.under_way)
            self.waiting.popleft()
            self.under_way = None


def _heard(taking: asyncio.Future[None]) -> None:
    """Let what goes wrong with a page be no news to anybody but who waits for it."""
    if not taking.cancelled():
        taking.exception()


class BothDirectories:
    """Reads Entra and Webex at once, and gives on what comes.

    Who is assigned, and by which groups, is read first, because people are judged by it; people and
    accounts come meanwhile.

    Attributes:
        settings: What the preview rests on.
        sides: What is said of the sources.

    Args:
        graph: What reads lists of Graph.
        principal_id: The application, whose assignments count unless everybody is in scope.
        services: Webex's SCIM services that may list, the first first.
        settings: What the preview rests on.
        report: Is told how many came of what.
        without: The ids of assignments that are taken not to be there.
        beside: A mapping that is tried on the same pages: what it names is read, too.
    """

    def __init__(
        self,
        graph: "ReadingRequests",
        principal_id: str,
        services: "Mapping[Reader, Service]",
        settings: Settings,
        report: Report = silent,
        *,
        without: frozenset[str] = frozenset(),
        beside: MappingDocument | None = None,
    ) -> None:
        self._graph, self._report, self.settings = graph, report, settings
        self._of_groups = entra = Completeness()
        self._documents = (settings.document, beside or settings.document)
        names = sorted({each for of in self._documents for each in properties_wanted(of)})
        # A job that knows nobody looks at nobody who was deleted.
        is_running = settings.job == "running"
        self._people = GraphPeople(graph, names, report, entra, with_deleted=is_running)
        self._assignments = None
        if not settings.everybody:
            self._assignments = GraphAssignments(graph, principal_id, report, entra, without)
            self._fed_assignments = _Fed(self._assignments, "assignments")
        people = self._links_sought if is_running else None
        groups = self._group_links_sought if is_running else None
        self._accounts = WebexList("Users", services, self._people_sought, report, people)
        self._groups: GraphGroups | None = None
        self._webex_groups: WebexList | None = None
        self.sides = sides = Sides(entra, self._accounts.completeness)
        if any(map(_has_groups, self._documents)):
            sides.groups = self._of_groups = Completeness()
            self._webex_groups = WebexList("Groups", services, self._groups_sought, report, groups)
            sides.webex_groups = self._webex_groups.completeness
        self._others = [_Fed(self._accounts, "accounts")]
        if self._webex_groups is not None:
            self._others.append(_Fed(self._webex_groups, "webex_groups"))
        self._fed_people = _Fed(self._people, "people")
        self._into: Taking | None = None
        self._is_known = asyncio.Event()
        """Whether it is known who is assigned."""
        self._has_people = asyncio.Event()

    @property
    def interrupted(self) -> WizardError | None:
        """Why something was broken off, to be gone on with; None where nothing was."""
        sources = (
            self._assignments, self._groups, self._people, self._accounts, self._webex_groups
        )  # fmt: skip
        errors = (source.interrupted for source in sources if source is not None)
        return next((error for error in errors if error is not None), None)

    @property
    def assigned(self) -> frozenset[str]:
        """The ids of who and what is assigned, as far as that was read; none for everybody."""
        return frozenset(self._assignments.principals if self._assignments is not None else ())

    @property
    def members(self) -> dict[str, str]:
        """Of each assigned group that was read, by id, a digest of who is in it."""
        return {} if self._assignments is None or self._groups is None else self._groups.members

    async def read_assigned(self) -> None:
        """Read who and what is assigned, and nothing else.

        Raises:
            WizardError: It cannot be read whole.
        """
        if self._assignments is not None:
            async for _ in self._assignments.pages():
                pass
            _require_whole(self._assignments)

    async def read_members(self) -> None:
        """Read who is in the groups that are assigned, as far as these were read.

        Raises:
            WizardError: It cannot be read whole.
        """
        assigned = self._assignments.groups if self._assignments is not None else ()
        self._groups = GraphGroups(self._graph, (), ({"id": each} for each in assigned))
        async for _ in self._groups.pages():
            pass
        _require_whole(self._groups)

    def counted(self) -> Counted:
        """Return how far reading is, as far as it is seen here."""
        accounts, waits = self._accounts, ""
        read, total = accounts.read, accounts.total
        if accounts.reader is Reader.EACH:
            waits = f"Webex shows no list: {read:,} of {total or 0:,} people were searched for."
            read, total = 0, None
        groups = sum(each.read for each in (self._groups, self._webex_groups) if each is not None)
        return Counted(self._people.read, None, read, total, groups, waits=waits)

    async def read(self, into: Taking) -> None:
        """Read what was not read before; what the network breaks off is told by `interrupted`.

        Args:
            into: Takes what comes; the same each time.

        Raises:
            WizardError: Of one side nothing at all can be said, or who is assigned is not known.
        """
        self._into = into
        if self._people.interrupted is not None:
            self._has_people.clear()
        await _at_once(
            self._read_first(into),
            self._read_people(into),
            *(each.feed(into, self._is_known) for each in self._others),
        )
        await into.note(self.sides)

    async def _read_first(self, into: Taking) -> None:
        at_once = asyncio.Event()
        at_once.set()
        if self._assignments is not None:
            await self._fed_assignments.feed(into, at_once)
            _require_whole(self._assignments)
        if self._groups is None:
            self._groups = self._source_of_groups()
            self._fed_groups = _Fed(self._groups, "groups")
        await self._fed_groups.feed(into, at_once)
        if self._assignments is not None:
            _require_whole(self._groups)
        await into.note(self.sides)
        self._is_known.set()

    def _source_of_groups(self) -> GraphGroups:
        wanted = self._assignments.groups if self._assignments is not None else None
        if wanted is None and self._webex_groups is None:
            wanted = {}  # everybody is in scope, whoever is in which group
        names = _named_of_groups(self._documents)
        return GraphGroups(self._graph, names, wanted, self._report, self._of_groups)

    async def _read_people(self, into: Taking) -> None:
        await self._fed_people.feed(into, self._is_known)
        self._has_people.set()

    async def _people_sought(self) -> SoughtValues:
        await self._has_people.wait()
        if self._people.interrupted is not None:
            raise self._people.interrupted
        return await self._sought("accounts")

    async def _links_sought(self) -> SoughtValues:
        return await self._sought("account_links")

    async def _group_links_sought(self) -> SoughtValues:
        return await self._sought("group_links")

    async def _groups_sought(self) -> SoughtValues:
        await self._is_known.wait()
        return await self._sought("webex_groups")

    async def _sought(self, part: SoughtPart) -> SoughtValues:
        return await self._into.sought(part) if self._into is not None else []


def _has_groups(document: MappingDocument) -> bool:
    return mapped_object(document.schema, "Group").goes_along is not False


def _named_of_groups(documents: tuple[MappingDocument, ...]) -> tuple[str, ...]:
    """Return Graph's properties of groups that their mappings and scopes name."""
    named: set[str] = set()
    for mapping in (each for of in documents for each in of_kind(of.schema, "Group")):
        named |= named_in_scope(mapping.scope).union(*map(named_in, rows_of(mapping)))
    return (*GROUP, *sorted(named & _OF_GROUPS))


def _require_whole(source: GraphAssignments | GraphGroups) -> None:
    """Let nobody be judged by half of the assignments: who is missing would count as deleted."""
    if source.interrupted is not None:
        raise source.interrupted


async def _at_once(*work: Coroutine[Any, Any, None]) -> None:
    """Do all at once; when one fails, the others end too."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
