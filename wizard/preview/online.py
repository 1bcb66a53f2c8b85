"""Both directories read online: Graph's lists, and whichever way Webex lets itself be read.

Only questions that read are sent: whoever makes the clients gives them `read_only=True`. What is
broken off by the network says so in its `completeness`, and `pages()` goes on there when it is
called again.
"""

from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from wizard.errors import AnswerError, TransportError, WizardError
from wizard.preview.sources import Completeness, Reader, Unknown
from wizard.scim.reading import NotBelieved, ScimList, Searches, Service, without
from wizard.words.progress import Progress, Report, silent

if TYPE_CHECKING:
    from wizard.graph.reading import GraphPages, ReadingRequests

Sought = Callable[[], Awaitable[Iterable[tuple[str, str]]]]
"""Returns by which attributes and values those in scope are found, when Entra has been read."""

_REPEATED = "Microsoft Graph gave a page twice, so reading was stopped there."
_DELETED = "Microsoft Graph was not asked for the recycle bin, and nothing tells who was purged."
_WOULD_BE_MET_AGAIN = frozenset({401, 429, 502, 503, 504})
"""Refusals that say nothing about a list: the next way of reading would meet them as well."""
_NOT_THIS_ONE = frozenset({403, 404})
"""Refusals that are about one group."""
_MORE = {("Groups", Reader.SCIM2): "includeMembers=true"}
"""Further options; the SCIM 2.0 service leaves members out without (reference/webex.md 4.3)."""
_LIST_OF = {
    Reader.FACADE: "Webex's list at the address that Entra uses",
    Reader.SCIM2: "The list of Webex's SCIM 2.0 service",
}


class _Online:
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

    def _pages(self) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError

    def _tell_repeated(self, pages: "GraphPages") -> None:
        if pages.repeated:
            self.completeness.broke_off(self.about, _REPEATED)

    def _counted(self, read: int, total: int | None = None) -> None:
        self.read, self.total = read, total
        self._report(Progress(self._message, read, total))


class GraphPeople(_Online):
    """Everybody in the directory, with what mapping and scope name.

    Args:
        graph: What reads lists of Graph.
        properties: Graph's properties, as `properties_wanted` gives them.
        report: Is told how many came.
        completeness: Where to say what was not read; its own without.
    """

    reader = Reader.GRAPH
    about = Unknown.PEOPLE

    def __init__(
        self,
        graph: "ReadingRequests",
        properties: Iterable[str],
        report: Report = silent,
        completeness: Completeness | None = None,
    ) -> None:
        super().__init__("People read from Microsoft Entra", report, completeness)
        self._list = graph.users(properties)
        self.completeness.lacks(Unknown.DELETED_PEOPLE, _DELETED)

    async def _pages(self) -> AsyncGenerator[bytes, None]:
        async for page in self._list:
            self._counted(self.read + len(page.entries))
            yield page.body
        self._tell_repeated(self._list)


class GraphAssignments(_Online):
    """Who is assigned to the application, groups among them.

    Args:
        graph: What reads lists of Graph.
        principal_id: The service principal.
        report: Is told how many came.
        completeness: Where to say what was not read; its own without.
    """

    reader = Reader.GRAPH
    about = Unknown.ASSIGNMENTS

    def __init__(
        self,
        graph: "ReadingRequests",
        principal_id: str,
        report: Report = silent,
        completeness: Completeness | None = None,
    ) -> None:
        super().__init__("Assignments read from Microsoft Entra", report, completeness)
        self._list = graph.assignments(principal_id)
        self.groups: dict[str, None] = {}
        """The ids of the groups among them, in order."""

    async def _pages(self) -> AsyncGenerator[bytes, None]:
        async for page in self._list:
            for entry in page.entries:
                assigned = msgspec.json.decode(entry, type=_Assigned)
                if assigned.kind == "Group" and assigned.principal:
                    self.groups[assigned.principal.lower()] = None
            self._counted(self.read + len(page.entries))
            yield page.body
        self._tell_repeated(self._list)


class _Assigned(msgspec.Struct):
    principal: str | None = msgspec.field(default=None, name="principalId")
    kind: str | None = msgspec.field(default=None, name="principalType")


class GraphGroups(_Online):
    """Groups with their direct members, which are those that provisioning counts.

    Args:
        graph: What reads lists of Graph.
        properties: Graph's properties of a group.
        wanted: The ids of the groups; None for all of the directory.
        report: Is told how many came.
        completeness: Where to say what was not read; its own without.
    """

    reader = Reader.GRAPH
    about = Unknown.GROUPS

    def __init__(
        self,
        graph: "ReadingRequests",
        properties: Iterable[str],
        wanted: Iterable[str] | None,
        report: Report = silent,
        completeness: Completeness | None = None,
    ) -> None:
        super().__init__("Groups read from Microsoft Entra", report, completeness)
        self._graph = graph
        self._properties = tuple(properties)
        self._waiting: deque[str | dict[str, Any]] = deque(wanted or ())
        self._all = graph.groups(self._properties) if wanted is None else None

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
        try:
            group = item
            if isinstance(group, str):
                group = await self._graph.group(group, self._properties)
            members, bodies = self._graph.members(str(group["id"])), []
            async for page in members:
                whole = {**group, "members": list(page.entries)}
                bodies.append(msgspec.json.encode({"value": [whole]}))
        except AnswerError as error:
            if error.status not in _NOT_THIS_ONE:
                raise
            self.completeness.lacks(Unknown.MEMBERS, error.message)
            return []
        if members.repeated:
            self.completeness.lacks(Unknown.MEMBERS, _REPEATED)
        return bodies


class WebexList(_Online):
    """Accounts or groups of Webex, read in the first way that can be believed.

    The ways: the list at the address that Entra uses, the list of the SCIM 2.0 service, and a
    search for each that is in scope.

    Args:
        kind: `Users` or `Groups`.
        services: The services that may list, by which reader each is, the first first; the first
            is searched, too.
        sought: Returns what to search for; None where that is not known.
        report: Is told how many came.
    """

    def __init__(
        self,
        kind: Literal["Users", "Groups"],
        services: Mapping[Reader, Service],
        sought: Sought | None,
        report: Report = silent,
    ) -> None:
        words = "Accounts" if kind == "Users" else "Groups"
        self.reader = next(iter(services), Reader.EACH)
        super().__init__(f"{words} read from Webex", report, None)
        self.about = Unknown.ACCOUNTS if kind == "Users" else Unknown.GROUPS
        self._kind = kind
        self._services = services
        self._sought = sought
        self._lists = {
            reader: ScimList(service, kind, _MORE.get((kind, reader), ""))
            for reader, service in services.items()
        }
        self._refused: dict[Reader, str] = {}
        self._searches: Searches | None = None

    async def _pages(self) -> AsyncGenerator[bytes, None]:
        for reader, listing in self._lists.items():
            if reader in self._refused:
                continue
            self.reader = reader
            try:
                async with aclosing(listing.pages()) as pages:
                    async for body in pages:
                        self._counted(listing.read, listing.total)
                        yield self._fresh(body, listing)
            except NotBelieved as reason:
                self._refused[reader] = f"{_LIST_OF[reader]} {reason}."
            except AnswerError as error:
                if error.status in _WOULD_BE_MET_AGAIN:
                    raise
                self._refused[reader] = f"{_LIST_OF[reader]} cannot be used: {error.message}"
            except TransportError as error:
                if error.code != "answer-too-large":
                    raise
                self._refused[reader] = f"{_LIST_OF[reader]} cannot be used: {error.message}"
            else:
                self.completeness.total = listing.total
                self.completeness.remarks = list(self._refused.values())
                return
        async with aclosing(self._searched()) as pages:
            async for body in pages:
                yield body

    def _fresh(self, body: bytes, listing: ScimList | None = None) -> bytes:
        """Return a page without whom a list has shown that was given up since."""
        for other in self._lists.values():
            if other is not listing and other.read:
                body = without(body, other)
        return body

    async def _searched(self) -> AsyncGenerator[bytes, None]:
        """Search for each; whoever has an account and is not in scope stays unknown."""
        why = " ".join(self._refused.values())
        if self._sought is None or not self._services:
            self.completeness.broke_off(self.about, why)
            return
        if self._searches is None:
            service = next(iter(self._services.values()))
            self._searches = Searches(service, self._kind, await self._sought())
        self.reader = Reader.EACH
        self.completeness.broke_off(Unknown.LEFTOVERS, why)
        try:
            async with aclosing(self._searches.pages()) as pages:
                async for body in pages:
                    self._counted(self._searches.asked, self._searches.total)
                    yield self._fresh(body)
        except NotBelieved as reason:
            self.completeness.broke_off(self.about, f"Webex {reason}.")
