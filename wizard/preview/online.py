"""Entra's directory read online: Graph's lists of people, assignments and groups.

Only questions that read are sent: whoever makes the clients gives them `read_only=True`. What is
broken off by the network says so in its `completeness`, and `pages()` goes on there when it is
called again.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import msgspec

from wizard.errors import AnswerError, TransportError, WizardError
from wizard.preview.digests import digest_of
from wizard.preview.sources import Completeness, Reader, Unknown
from wizard.words.progress import Progress, Report, silent
from wizard.words.text import plain_line

if TYPE_CHECKING:
    from wizard.graph.reading import GraphPages, ReadingRequests

_REPEATED = "Microsoft Graph gave a page twice, so reading was stopped there."
WOULD_BE_MET_AGAIN = frozenset({401, 429, 502, 503, 504})
"""Refusals that say nothing about a list: the next way of reading would meet them as well."""
_NOT_THIS_ONE = frozenset({403, 404})
"""Refusals that are about one group."""
_DELETED = "deletedDateTime"


class PagesOnline(ABC):
    """What is fetched page by page, and says where it was broken off."""

    reader: Reader
    about: Unknown
    """What is not known when it breaks off."""

    def __init__(self, message: str, report: Report, completeness: Completeness | None) -> None:
        self.completeness = completeness or Completeness()
        self.completeness.reader = self.reader
        self.interrupted: WizardError | None = None
        """Why reading was broken off; None when it was not."""
        self.read = 0
        self.total: int | None = None
        """How many came, and how many there are, where that is told."""
        self._message = message
        self._report = report
        self._is_begun = False

    async def pages(self) -> AsyncGenerator[bytes, None]:
        """Yield what was not yielded before, page by page.

        Raises:
            WizardError: Nothing at all came.
        """
        if self.interrupted is not None:
            self.interrupted = None
            self.completeness.how = "complete"
            self.completeness.unknown.pop(self.about, None)
        try:
            # Closed at once when it is left: what was under way is then asked for again.
            async with aclosing(self._pages()) as pages:
                async for body in pages:
                    self._is_begun = True
                    yield body
        except (AnswerError, TransportError) as error:
            if not self._is_begun:
                raise
            self.interrupted = error
            self.completeness.broke_off(self.about, error.message)
        self.completeness.reader = self.reader

    @abstractmethod
    def _pages(self) -> AsyncGenerator[bytes, None]:
        """Yield what was not yielded before; left in the middle, that is asked for again."""

    def _tell_repeated(self, pages: "GraphPages") -> None:
        if pages.repeated:
            self.completeness.broke_off(self.about, _REPEATED)

    def _counted(self, read: int, total: int | None = None) -> None:
        self.read, self.total = read, total
        self._report(Progress(self._message, read, total))


class GraphPeople(PagesOnline):
    """Everybody in the directory, with what mapping and scope name, and who was deleted.

    Args:
        graph: What reads lists of Graph.
        properties: Graph's properties, as `properties_wanted` gives them.
        report: Is told how many came.
        completeness: Where to say what was not read; its own without.
        with_deleted: Whether the recycle bin is read too.
    """

    reader = Reader.GRAPH
    about = Unknown.PEOPLE

    def __init__(
        self,
        graph: "ReadingRequests",
        properties: Iterable[str],
        report: Report = silent,
        completeness: Completeness | None = None,
        *,
        with_deleted: bool = True,
    ) -> None:
        super().__init__("People read from Microsoft Entra", report, completeness)
        names = tuple(properties)
        self._list = graph.users(names)
        self._deleted = graph.deleted_users((*names, _DELETED)) if with_deleted else None

    async def _pages(self) -> AsyncGenerator[bytes, None]:
        async for page in self._list:
            self._counted(self.read + len(page.entries))
            yield page.body
        self._tell_repeated(self._list)
        if self._deleted is None:
            return
        try:
            async for page in self._deleted:
                self._counted(self.read + len(page.entries))
                yield page.body
        except AnswerError as error:
            if error.status in WOULD_BE_MET_AGAIN:
                raise
            told = f"The recycle bin of Entra cannot be read: {error.message}"
            self.completeness.lacks(Unknown.DELETED_PEOPLE, told)
        if self._deleted.repeated:
            self.completeness.lacks(Unknown.DELETED_PEOPLE, _REPEATED)


class GraphAssignments(PagesOnline):
    """Who is assigned to the application, groups among them.

    Args:
        graph: What reads lists of Graph.
        principal_id: The service principal.
        report: Is told how many came.
        completeness: Where to say what was not read; its own without.
        without: The ids of assignments that are taken not to be there.
    """

    reader = Reader.GRAPH
    about = Unknown.ASSIGNMENTS

    def __init__(
        self,
        graph: "ReadingRequests",
        principal_id: str,
        report: Report = silent,
        completeness: Completeness | None = None,
        without: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__("Assignments read from Microsoft Entra", report, completeness)
        self._list = graph.assignments(principal_id)
        self._without = without
        self.groups: dict[str, None] = {}
        """The ids of the groups among them, in order."""
        self.principals: set[str] = set()
        """The ids of all of them, in lower case."""

    async def _pages(self) -> AsyncGenerator[bytes, None]:
        async for page in self._list:
            left: list[msgspec.Raw] = []
            for entry in page.entries:
                assigned = msgspec.json.decode(entry, type=_Assigned)
                if assigned.id in self._without:
                    continue
                left.append(entry)
                self.principals.add((assigned.principal or "").lower())
                if assigned.kind == "Group" and assigned.principal:
                    self.groups[assigned.principal.lower()] = None
            self._counted(self.read + len(page.entries))
            is_whole = len(left) == len(page.entries)
            yield page.body if is_whole else msgspec.json.encode({"value": left})
        self._tell_repeated(self._list)


class _Assigned(msgspec.Struct):
    id: str | None = None
    principal: str | None = msgspec.field(default=None, name="principalId")
    kind: str | None = msgspec.field(default=None, name="principalType")


class _Member(msgspec.Struct):
    id: str | None = None


class GraphGroups(PagesOnline):
    """Groups with their direct members, which are those that provisioning counts.

    Args:
        graph: What reads lists of Graph.
        properties: Graph's properties of a group.
        wanted: The ids of the groups, or what is known of them; None for all of the directory.
        report: Is told how many came.
        completeness: Where to say what was not read; its own without.
    """

    reader = Reader.GRAPH
    about = Unknown.GROUPS

    def __init__(
        self,
        graph: "ReadingRequests",
        properties: Iterable[str],
        wanted: Iterable[str | dict[str, Any]] | None,
        report: Report = silent,
        completeness: Completeness | None = None,
    ) -> None:
        super().__init__("Groups read from Microsoft Entra", report, completeness)
        self._graph = graph
        self._properties = tuple(properties)
        self._waiting: deque[str | dict[str, Any]] = deque(wanted or ())
        self._all = graph.groups(self._properties) if wanted is None else None
        self.members: dict[str, str] = {}
        """Of each group that was read whole, by its id in lower case, a digest of who is in it."""

    async def _pages(self) -> AsyncGenerator[bytes, None]:
        if self._all is not None:
            async for page in self._all:
                self._waiting += (msgspec.json.decode(entry) for entry in page.entries)
            self._tell_repeated(self._all)
        whole = self._graph.pace.together(self._waiting, self._with_members)
        async with aclosing(whole):
            async for _, bodies in whole:
                self._counted(self.read + 1)
                for body in bodies:
                    yield body

    async def _with_members(self, item: str | dict[str, Any]) -> list[bytes]:
        """Return the pages of one group; none where it may not be read, or is gone."""
        group, bodies, ids = item, list[bytes](), list[str]()
        try:
            if isinstance(group, str):
                group = await self._graph.group(group, self._properties)
            members = self._graph.members(str(group["id"]))
            async for page in members:
                ids += (msgspec.json.decode(each, type=_Member).id or "" for each in page.entries)
                whole = {**group, "members": list(page.entries)}
                bodies.append(msgspec.json.encode({"value": [whole]}))
        except AnswerError as error:
            if error.status not in _NOT_THIS_ONE:
                raise
            named = {"id": group} if isinstance(group, str) else group
            self.completeness.lacks(Unknown.MEMBERS, members_unread(named, error.message))
            return [] if isinstance(group, str) else [not_all(group, "value")]
        if members.repeated:
            self.completeness.lacks(Unknown.MEMBERS, members_unread(group, _REPEATED))
            bodies.append(not_all(group, "value"))
        else:
            self.members[str(group["id"]).lower()] = digest_of(sorted(ids))
        return bodies


def members_unread(group: Mapping[str, Any], why: str) -> str:
    """Return of which group it is not known who is in it, and why, in sentences."""
    name = plain_line(str(group.get("displayName") or group["id"]), 80)
    return f"Who is in the group {name} was not read whole. {why}"


def not_all(group: Mapping[str, Any], listed: str) -> bytes:
    """Return a page that says that not all members of a group could be read."""
    named = {"id": group["id"], "displayName": group.get("displayName"), "allMembers": False}
    return msgspec.json.encode({listed: [named]})
