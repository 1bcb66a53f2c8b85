"""Both directories, read at once and taken in as they come; cut in the middle, it goes on there."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from wizard.errors import WizardError
from wizard.mapping.document import MappingDocument, rows_of
from wizard.mapping.named import named_in, named_in_scope
from wizard.mapping.objects import mapped_object, of_kind
from wizard.preview.intake import Intake
from wizard.preview.online import GraphAssignments, GraphGroups, GraphPeople, WebexList
from wizard.preview.settings import Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import Completeness, OnlineSource, Reader
from wizard.preview.wanted import GROUP, properties_wanted
from wizard.words.progress import Report, silent

if TYPE_CHECKING:
    from wizard.graph.reading import ReadingRequests
    from wizard.scim.reading import Service

_AHEAD = 8
"""Pages of people and accounts that are fetched before it is known who is assigned."""

_OF_GROUPS = frozenset({"description", "mail", "mailEnabled", "mailNickname"})
"""What else a mapping of groups may name, by names that Graph has too."""


@dataclass
class _Fed:
    """A source and who takes its pages; those that cannot be taken yet are kept."""

    source: OnlineSource
    take: Callable[[bytes], None]
    waiting: deque[bytes] = field(default_factory=deque)

    async def feed(self, ready: asyncio.Event) -> None:
        async with aclosing(self.source.pages()) as pages:
            async for page in pages:
                self.waiting.append(page)
                if len(self.waiting) >= _AHEAD:
                    await ready.wait()
                if ready.is_set():
                    self.flush()
        await ready.wait()
        self.flush()

    def flush(self) -> None:
        while self.waiting:
            self.take(self.waiting[0])
            self.waiting.popleft()


class BothDirectories:
    """Reads Entra and Webex at once, and gives an intake what comes.

    Who is assigned, and by which groups, is read first, because people are judged by it; people and
    accounts come meanwhile.

    Attributes:
        intake: What makes the preview.

    Args:
        graph: What reads lists of Graph.
        principal_id: The application, whose assignments count unless everybody is in scope.
        services: Webex's SCIM services that may list, the first first.
        settings: What the preview rests on.
        report: Is told how many came of what.
    """

    def __init__(
        self,
        graph: "ReadingRequests",
        principal_id: str,
        services: "Mapping[Reader, Service]",
        settings: Settings,
        report: Report = silent,
    ) -> None:
        self._graph, self._settings, self._report = graph, settings, report
        entra = Completeness()
        properties = properties_wanted(settings.document)
        self._people = GraphPeople(graph, properties, report, entra)
        self._assignments = None
        if not settings.everybody:
            self._assignments = GraphAssignments(graph, principal_id, report, entra)
        self._accounts = WebexList("Users", services, self._people_sought, report)
        self._groups: GraphGroups | None = None
        self._webex_groups: WebexList | None = None
        sides = Sides(entra, self._accounts.completeness)
        self._of_groups = entra
        if mapped_object(settings.document.schema, "Group").goes_along is not False:
            sides.groups = self._of_groups = Completeness()
            self._webex_groups = WebexList("Groups", services, self._groups_sought, report)
            sides.webex_groups = self._webex_groups.completeness
        self.intake = Intake(settings, sides)
        self._fed = [
            _Fed(self._people, self._take_people),
            _Fed(self._accounts, self._take_accounts),
        ]
        if self._webex_groups is not None:
            self._fed.append(_Fed(self._webex_groups, self.intake.webex_groups.take))
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

    async def read(self) -> None:
        """Read what was not read before; what the network breaks off is told by `interrupted`.

        Raises:
            WizardError: Of one side nothing at all can be said.
        """
        people, *others = self._fed
        await _at_once(
            self._read_first(),
            self._read_people(people),
            *(each.feed(self._is_known) for each in others),
        )

    async def _read_first(self) -> None:
        if self._assignments is not None:
            async with aclosing(self._assignments.pages()) as pages:
                async for page in pages:
                    self.intake.assignments.take(page)
        async with aclosing(self._pages_of_groups()) as pages:
            async for page in pages:
                self.intake.groups.take(page)
        self._is_known.set()

    def _pages_of_groups(self) -> AsyncGenerator[bytes, None]:
        if self._groups is None:
            wanted = self._assignments.groups if self._assignments is not None else None
            if wanted is None and self._webex_groups is None:
                wanted = {}  # everybody is in scope, whoever is in which group
            names = _named_of_groups(self._settings.document)
            self._groups = GraphGroups(self._graph, names, wanted, self._report, self._of_groups)
        return self._groups.pages()

    async def _read_people(self, people: _Fed) -> None:
        await people.feed(self._is_known)
        self._has_people.set()

    def _take_people(self, page: bytes) -> None:
        # Not before a page comes: the intake then decides who is assigned.
        self.intake.people.take(page)

    def _take_accounts(self, page: bytes) -> None:
        self.intake.accounts.take(page)

    async def _people_sought(self) -> list[tuple[str, str]]:
        await self._has_people.wait()
        return list(self.intake.people_sought())

    async def _groups_sought(self) -> list[tuple[str, str]]:
        await self._is_known.wait()
        names = (group.name for group in self.intake.groups.by_id.values())
        return [("displayName", name) for name in names if name]


def _named_of_groups(document: MappingDocument) -> tuple[str, ...]:
    """Return Graph's properties of groups that their mapping and scope name."""
    named: set[str] = set()
    for mapping in of_kind(document.schema, "Group"):
        named |= named_in_scope(mapping.scope).union(*map(named_in, rows_of(mapping)))
    return (*GROUP, *sorted(named & _OF_GROUPS))


async def _at_once(*work: Coroutine[Any, Any, None]) -> None:
    """Do all at once; when one fails, the others end too."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
