"""Whole lists of Graph as raw pages, for whoever decodes them: nothing here is made a model.

Each page says where the next one is, so they come one after another (reference/graph-entra.md
2.6); what breaks off goes on at the page that broke.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import msgspec

from wizard.graph.connection import Connection, is_under, not_understood, unfollowed
from wizard.graph.odata import odata_moment, odata_text
from wizard.graph.operations import GraphCall, Operation, Query
from wizard.net.pace import PAGE_LIMIT, Pace
from wizard.net.transport import HttpAnswer

_LARGEST = "999"
"""What `$top` may be at most (Graph, "Paging"); the service may give less."""

_ENTRIES = 200
"""The same of the log, whose entries are 5 kB each: a page of them is read at once."""

_EMPTY_PAGES = 50
_MANAGER = "manager"


class _Envelope(msgspec.Struct):
    """What is read of a page to find the next one; the entries stay as they came."""

    value: list[msgspec.Raw]
    following: str | None = msgspec.field(default=None, name="@odata.nextLink")


_ENVELOPE = msgspec.json.Decoder(_Envelope)


@dataclass(frozen=True)
class GraphPage:
    """One page as it came."""

    body: bytes
    entries: Sequence[msgspec.Raw]


class GraphPages:
    """A list of Graph, page by page; iterating again goes on at the page that did not come.

    Attributes:
        is_complete: Whether the last page came.
        repeated: Whether it was given up because a page came twice.
    """

    def __init__(self, connection: Connection, pace: Pace, call: GraphCall, query: Query) -> None:
        self._connection = connection
        self._pace = pace
        self._call = call
        self._query = query
        self._link: str | None = None
        self._seen: set[int] = set()
        self._empty = 0
        self.is_complete = False
        self.repeated = False

    def __aiter__(self) -> Self:
        """Return what goes on where it is."""
        return self

    async def __anext__(self) -> GraphPage:
        """Return the next page.

        Raises:
            GraphError: Graph says no.
            AnswerError: A page is none, or leads to another server (`graph-paging`).
            TransportError: No answer came, several times.
        """
        if self.is_complete or self.repeated:
            raise StopAsyncIteration
        answer = await self._pace.ask(self._answer)
        envelope = self._read(answer)
        if self._came_before(envelope):
            self.repeated = True
            raise StopAsyncIteration
        self._link = envelope.following
        self.is_complete = not envelope.following
        return GraphPage(answer.body, envelope.value)

    async def _answer(self) -> HttpAnswer:
        if self._link is None:
            return await self._connection.send(self._call, query=self._query, limit=PAGE_LIMIT)
        return await self._connection.follow(self._call, self._link, limit=PAGE_LIMIT)

    def _read(self, answer: HttpAnswer) -> _Envelope:
        try:
            envelope = _ENVELOPE.decode(answer.body)
        except (msgspec.DecodeError, RecursionError) as error:
            raise not_understood(answer, "a list") from error
        if envelope.following and not is_under(self._connection.base, envelope.following):
            raise unfollowed("points to another server", answer)
        return envelope

    def _came_before(self, envelope: _Envelope) -> bool:
        """Tell whether the first entry or the link came before: no entry is in a list twice."""
        marks = {hash(bytes(entry)) for entry in envelope.value[:1]}
        marks |= {hash(envelope.following)} if envelope.following else set()
        self._empty = 0 if envelope.value else self._empty + 1
        again = bool(marks & self._seen) or self._empty > _EMPTY_PAGES
        self._seen |= marks
        return again


class ReadingRequests:
    """Lists that are read whole.

    Args:
        connection: A conversation with Graph.
        pace: How fast Graph is asked.
    """

    def __init__(self, connection: Connection, pace: Pace) -> None:
        self._connection = connection
        self.pace = pace

    def users(self, properties: Iterable[str]) -> GraphPages:
        """Return everybody.

        Args:
            properties: Graph's names; `manager` comes as an object with its id.
        """
        names = dict.fromkeys(properties)
        expand = {"$expand": f"{_MANAGER}($select=id)"} if _MANAGER in names else {}
        selected = ",".join(name for name in names if name != _MANAGER)
        return self._list(Operation.LIST_USERS.at(), {"$select": selected, **expand})

    def deleted_users(self, properties: Iterable[str]) -> GraphPages:
        """Return who is in the recycle bin.

        The permission is that of the users; a role that may see them may be needed beside it
        (Graph, "List deletedItems").
        """
        selected = ",".join(name for name in dict.fromkeys(properties) if name != _MANAGER)
        return self._list(Operation.LIST_DELETED_USERS.at(), {"$select": selected})

    def groups(self, properties: Iterable[str]) -> GraphPages:
        """Return every group, without its members."""
        return self._list(Operation.LIST_GROUPS.at(), {"$select": ",".join(properties)})

    def members(self, group_id: str) -> GraphPages:
        """Return who and what is directly in a group, by id, name and type."""
        return self._list(Operation.LIST_MEMBERS.at(group=group_id), {"$select": "id,displayName"})

    def assignments(self, principal_id: str) -> GraphPages:
        """Return who is assigned to a service principal."""
        return self._list(Operation.LIST_ASSIGNMENTS.at(service_principal=principal_id), {})

    def log(
        self,
        job_id: str,
        since: datetime | None = None,
        before: datetime | None = None,
        *,
        oldest_first: bool = False,
        page: int = _ENTRIES,
    ) -> GraphPages:
        """Return the entries of the provisioning log of a job, the newest first.

        Filters are of what Microsoft says of each property: its page of the list lets texts be
        compared in their exact case alone, so nobody is searched for by a name here.

        Args:
            job_id: The job.
            since: Leave out what is older.
            before: Leave out what is newer.
            oldest_first: Turn the order around.
            page: Entries of a page.
        """
        clauses = [f"jobId eq {odata_text(job_id)}"]
        clauses += [f"activityDateTime gt {odata_moment(since)}"] if since else []
        clauses += [f"activityDateTime lt {odata_moment(before)}"] if before else []
        query = {
            "$filter": " and ".join(clauses),
            "$orderby": f"activityDateTime {'asc' if oldest_first else 'desc'}",
            "$top": str(min(page, _ENTRIES)),
        }
        return self._list(Operation.LIST_PROVISIONING_LOG.at(), query)

    async def group(self, group_id: str, properties: Iterable[str]) -> dict[str, Any]:
        """Return one group as Graph sent it."""
        call, query = Operation.GET_GROUP.at(group=group_id), {"$select": ",".join(properties)}
        answer = await self.pace.ask(lambda: self._connection.send(call, query=query))
        found = answer.json
        if not isinstance(found, dict):
            raise not_understood(answer, "a group")
        return {name: value for name, value in found.items() if "@odata." not in name}

    def _list(self, call: GraphCall, query: Query) -> GraphPages:
        return GraphPages(self._connection, self.pace, call, {"$top": _LARGEST, **query})
