"""Everybody in a SCIM service as raw pages: by its list, or by a search for each.

The list of Webex's facade is documented nowhere (reference/webex.md 4.1), so it is believed only
when it ends where it said it would, with nobody in it twice.
"""

import uuid
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from wizard.errors import AnswerError
from wizard.net.answers import error_of, json_of
from wizard.net.pace import PAGE_LIMIT, Pace
from wizard.net.transport import HttpAnswer, fetch
from wizard.scim.client import ACCEPT, CHECK_TENANT_URL
from wizard.scim.models import read_list_response

if TYPE_CHECKING:
    import httpx

WANTED = 1000
"""Resources of a page that are asked for; the service gives as many as it likes."""


MEMBERS_AT_ONCE = 500
"""Members of a group that come at once at most (reference/webex.md 4.3)."""


class NotBelieved(Exception):
    """A list that cannot be what it says; the text says why, after “its list”."""


class _Resource(msgspec.Struct):
    id: str


class _Envelope(msgspec.Struct):
    """What is read of a ListResponse; the resources stay as they came."""

    total: int = msgspec.field(name="totalResults")
    resources: list[_Resource] = msgspec.field(default_factory=list, name="Resources")


_ENVELOPE = msgspec.json.Decoder(_Envelope, strict=False)


class _Whole(msgspec.Struct):
    total: int = msgspec.field(name="totalResults")
    resources: list[msgspec.Raw] = msgspec.field(default_factory=list, name="Resources")


class _Member(msgspec.Struct):
    value: str
    type: str = "user"


class _Members(msgspec.Struct):
    """What is read of the members of a group: they come under this name, and are counted."""

    members: list[_Member] = msgspec.field(default_factory=list)
    total: int | None = msgspec.field(default=None, name="totalResults")
    size: int | None = msgspec.field(default=None, name="memberSize")


@dataclass(frozen=True)
class ListPage:
    """One page: as it came, how many there are in all, and whose ids are on it."""

    body: bytes
    total: int
    ids: tuple[str, ...]


class Service:
    """One SCIM service, asked with one token.

    Args:
        base: What stands before `/Users`.
        http: A client that carries the token and repeats nothing.
        pace: How fast it is asked.
    """

    def __init__(self, base: str, http: "httpx.AsyncClient", pace: Pace) -> None:
        self._base = base.rstrip("/")
        self._http = http
        self.pace = pace

    async def page(self, kind: str, query: str) -> ListPage:
        """Return one page of users or groups.

        Args:
            kind: `Users` or `Groups`.
            query: The query, encoded.

        Raises:
            AnswerError: The service says no, or with something else than a list.
            TransportError: No answer came.
        """
        url = f"{self._base}/{kind}?{query}"
        return await self.pace.ask(lambda: self._page(url))

    async def members(self, group_id: str) -> dict[str, str]:
        """Return the ids of all that is in a group, each with its type, page by page.

        Only the SCIM 2.0 service pages them so (reference/webex.md 4.3).

        Raises:
            NotBelieved: There are not as many as it says.
            AnswerError: The service says no, or with something else than members.
            TransportError: No answer came.
        """
        found: dict[str, str] = {}
        while True:
            query = f"startIndex={len(found) + 1}&count={MEMBERS_AT_ONCE}"
            url = f"{self._base}/Groups/{quote(group_id, safe='')}/Members?{query}"
            answer = await self.pace.ask(partial(self._answer, url))
            try:
                page = msgspec.json.decode(answer.body, type=_Members, strict=False)
            except (msgspec.DecodeError, RecursionError) as error:
                raise _no_list(answer) from error
            before, total = len(found), page.size if page.total is None else page.total
            found |= {each.value: each.type for each in page.members}
            if len(found) == before or (total is not None and len(found) >= total):
                if total is not None and len(found) != total:
                    raise NotBelieved(f"shows {len(found):,} of {total:,} members of a group")
                return found

    async def _answer(self, url: str) -> HttpAnswer:
        answer = await fetch(self._http, "GET", url, headers=ACCEPT, limit=PAGE_LIMIT)
        if answer.status != 200:
            raise error_of(answer, where=CHECK_TENANT_URL)
        return answer

    async def _page(self, url: str) -> ListPage:
        answer = await self._answer(url)
        try:
            page = _ENVELOPE.decode(answer.body)
        except (msgspec.DecodeError, RecursionError):
            return _spelled_otherwise(answer)
        return ListPage(answer.body, page.total, tuple(each.id for each in page.resources))


class ScimList:
    """Everybody by the list; `pages()` again goes on with those that did not come.

    Attributes:
        total: How many there are, as the service says.
        read: How many came.

    Args:
        service: The service.
        kind: `Users` or `Groups`.
        more: Further query options, encoded.
    """

    def __init__(self, service: Service, kind: str, more: str = "") -> None:
        self._service = service
        self._kind = kind
        self._more = f"&{more}" if more else ""
        self._seen: set[int] = set()
        self._missing: deque[tuple[int, int]] = deque([(1, 0)])
        self._is_probed = False
        self.total = 0
        self.read = 0

    async def pages(self) -> AsyncGenerator[bytes, None]:
        """Yield what was not yielded before, in the order in which it comes.

        Raises:
            NotBelieved: The list cannot be what it says.
            AnswerError: The service says no.
            TransportError: No answer came, several times.
        """
        if self._missing and self._missing[0] == (1, 0):
            first = await self._part((1, 0))
            self._missing.clear()
            size = self._taken(first, 1, 0)
            if size:
                starts = range(1 + size, self.total + 1, size)
                self._missing.extend((at, min(size, self.total + 1 - at)) for at in starts)
            yield first.body
        pages = self._service.pace.together(self._missing, self._part)
        try:
            async for (start, size), page in pages:
                self._taken(page, start, size)
                yield page.body
        finally:
            await pages.aclose()
        if self.read < self.total:
            raise NotBelieved(f"ends after {self.read:,} of {self.total:,}")
        if not self._is_probed:
            await self._probe()

    def knows(self, identifier: str) -> bool:
        """Tell whether this list has shown somebody."""
        return hash(identifier) in self._seen

    async def _part(self, part: tuple[int, int]) -> ListPage:
        start, size = part
        query = f"startIndex={start}&count={size or WANTED}{self._more}"
        return await self._service.page(self._kind, query)

    def _taken(self, page: ListPage, start: int, size: int) -> int:
        """Note whose page came; return how many are on it. What a short one lacks is asked for."""
        came, known = len(page.ids), self.total
        self.total = max(known, page.total)
        marks = {hash(each) for each in page.ids}
        if len(marks) < came or marks & self._seen:
            raise NotBelieved("repeats itself")
        if self.read + came > self.total:
            raise NotBelieved(f"holds more than the {self.total:,} that it says")
        if not came and not self.read and self.total:
            raise NotBelieved(f"shows nobody of {self.total:,}")
        self._seen |= marks
        self.read += came
        if 0 < came < size:
            self._missing.append((start + came, size - came))
        if size and self.total > known:  # somebody was added meanwhile
            self._missing.append((known + 1, self.total - known))
        return came

    async def _probe(self) -> None:
        """Look behind the end: a total that is too small ends a list that goes on."""
        behind = await self._part((self.total + 1, 1))
        self._is_probed = True
        # A service without places begins anew, and may have shown everybody at once.
        if {hash(each) for each in behind.ids} - self._seen:
            raise NotBelieved(f"goes on behind the {self.total:,} that it says")


def without(body: bytes, known: ScimList) -> bytes:
    """Return a page of another list without whom this one has shown already."""
    page = msgspec.json.decode(body, type=_Whole, strict=False)
    fresh = [
        each
        for each in page.resources
        if not known.knows(msgspec.json.decode(each, type=_Resource).id)
    ]
    return msgspec.json.encode({"totalResults": page.total, "Resources": fresh})


class Searches:
    """Whoever has one of these values: one search for each, as Entra makes it.

    `pages()` again goes on with the values that were not answered.

    Attributes:
        read: How many were found.

    Args:
        service: The service.
        kind: `Users` or `Groups`.
        sought: Attributes and the values to compare them with.
        known: An attribute and a value that somebody has, to see that they are found by it.
    """

    def __init__(
        self,
        service: Service,
        kind: str,
        sought: Iterable[tuple[str, str]],
        known: tuple[str, str] | None = None,
    ) -> None:
        self._service = service
        self._kind = kind
        self._missing = deque(sought)
        self.total = len(self._missing)
        self._known = known
        self._is_tried = False
        self.asked = 0
        self.read = 0

    async def pages(self) -> AsyncGenerator[bytes, None]:
        """Yield an answer for each who is there.

        Raises:
            NotBelieved: Somebody is found who does not exist.
            AnswerError: The service says no.
            TransportError: No answer came, several times.
        """
        if not self._missing:
            return
        if not self._is_tried and (await self._one(_nobody(self._missing))).ids:
            raise NotBelieved("ignores what is searched for")
        if not self._is_tried and self._known and not (await self._one(self._known)).ids:
            raise NotBelieved(f"finds nobody by {self._known[0]}")
        self._is_tried = True
        answers = self._service.pace.together(self._missing, self._one)
        try:
            async for _, page in answers:
                self.asked += 1
                self.read += len(page.ids)
                if page.ids:
                    yield page.body
        finally:
            await answers.aclose()

    async def _one(self, sought: tuple[str, str]) -> ListPage:
        attribute, value = sought
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        query = f"filter={quote(attribute, safe='')}+eq+%22{quote(escaped, safe='')}%22"
        return await self._service.page(self._kind, query)


def _no_list(answer: HttpAnswer) -> AnswerError:
    return AnswerError(
        "Webex answered with JSON that is not a list.",
        "Check the host of the Tenant URL; something other than a SCIM service answers there.",
        code="not-a-list",
        status=answer.status,
        tracking_id=answer.tracking_id,
    )


def _nobody(sought: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return a search that finds nobody."""
    attribute = next((name for name, _ in sought), "userName")
    return attribute, str(uuid.uuid4())


def _spelled_otherwise(answer: HttpAnswer) -> ListPage:
    """Return a page whose names are written as RFC 7643 section 2.1 allows: in any case."""
    listed = read_list_response(json_of(answer), answer.content_type)
    if listed is None:
        raise _no_list(answer)
    ids = tuple(
        str(next((value for name, value in each.items() if name.lower() == "id"), each))
        for each in listed.resources
        if isinstance(each, dict)
    )
    return ListPage(answer.body, listed.total_results, ids)
