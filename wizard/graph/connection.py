"""One signed-in conversation with Graph: sending, waiting, paging, and models at the edge."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from wizard.errors import AnswerError, EndpointsError, TransportError
from wizard.graph.errors import GraphError
from wizard.graph.models import Listing
from wizard.graph.operations import GraphCall, Query
from wizard.graph.patience import Patience
from wizard.graph.refusals import MICROSOFT_GRAPH, refusal_of
from wizard.net.answers import json_of
from wizard.net.clock import ahead
from wizard.net.transport import ANSWER_LIMIT, HttpAnswer, fetch
from wizard.words.progress import Report, silent
from wizard.words.redact import HIDDEN

Model = TypeVar("Model", bound=BaseModel)
Refusing = Callable[[GraphError], GraphError]

COUNTING = {"ConsistencyLevel": "eventual"}
"""The header that searching, counting and sorting need (reference/graph-entra.md 2.6)."""

EMPTY_PAGES = 50
"""Pages in a row without an entry after which a list is taken for one without end."""

_BAD_TOKEN = "InvalidAuthenticationToken"  # noqa: S105 (Graph's word for it)
"""The token has ended, or is for another cloud (reference/graph-entra.md 8.2)."""

_SLOW = httpx.Timeout(150.0, connect=10.0)
"""Seconds for what makes Entra ask Webex, which takes tens of seconds."""


def to_people(refused: GraphError) -> GraphError:
    """Return a refusal as it is: it tells what a person does about it."""
    return refused


class Connection:
    """Sends the operations of this program, and returns models.

    Args:
        base: `endpoints.entra.graph_base`, version included.
        http: A client whose auth is a `GraphAuth`.
        report: Is told when there is something to wait for.
        sleep: Waits for a number of seconds.
        clock: Seconds of a clock that never goes back.
        explain: Makes of a refusal what whoever asks is told.

    Every method raises `GraphError` when Graph says no, `AnswerError` for an answer that is not
    understood, and `TransportError` when no answer came.
    """

    def __init__(
        self,
        base: str,
        http: httpx.AsyncClient,
        *,
        report: Report = silent,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        explain: Refusing = to_people,
    ) -> None:
        if not base:
            raise EndpointsError(
                "Microsoft Graph is switched off in the endpoints file.",
                "Do the Entra side by hand, or give entra.graph_base a value.",
                code="graph-switched-off",
            )
        self.base = base.rstrip("/")
        self._http = http
        self._explain = explain
        self.patience = Patience(report, sleep, clock)
        self.clock_ahead: float | None = None
        """Seconds by which this machine's clock is ahead of the last answer; None: nobody says."""

    async def send(
        self,
        call: GraphCall,
        *,
        query: Query | None = None,
        body: object | None = None,
        is_slow: bool = False,
        hidden: Iterable[SecretStr] = (),
        headers: dict[str, str] | None = None,
        limit: int = ANSWER_LIMIT,
    ) -> HttpAnswer:
        """Send one operation and return its successful answer.

        Args:
            call: What to ask, and of which objects.
            query: Query parameters.
            body: What goes out as JSON.
            is_slow: Whether the answer may take minutes.
            hidden: Secrets in the body, to be taken out of whatever comes back.
            headers: Further headers.
            limit: Bytes of the answer after which reading stops.
        """
        url = self.base + call.path + (f"?{_encoded(query)}" if query else "")
        options: dict[str, Any] = {"limit": limit, "headers": dict(headers or {})}
        if body is not None:
            options["json"] = body
        if is_slow:
            options["timeout"] = _SLOW
        return await self.patience.ask(
            call, lambda: self._fetch(call.operation.method, url, hidden, options)
        )

    async def one(self, call: GraphCall, model: type[Model], **options: Any) -> Model:
        """Return the object that an operation answers; the options are those of `send`."""
        answer = await self.send(call, **options)
        return model_of(model, json_of(answer, MICROSOFT_GRAPH), answer)

    async def several(
        self,
        call: GraphCall,
        model: type[Model],
        *,
        query: Query | None = None,
        most: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> Listing[Model]:
        """Return the objects of a list, following its pages.

        Args:
            call: What to list.
            model: What each entry is.
            query: Query parameters.
            most: Entries after which reading stops; None reads to the end.
            headers: Further headers, sent for each page.
        """
        found: list[Model] = []
        total: int | None = None
        answer = await self.send(call, query=query, headers=headers)
        progress = _Progress()
        while True:
            page = json_of(answer, MICROSOFT_GRAPH)
            entries = page.get("value") if isinstance(page, dict) else None
            if not isinstance(entries, list):
                raise not_understood(answer, "a list")
            found += (model_of(model, entry, answer) for entry in entries)
            count = page.get("@odata.count")
            total = count if isinstance(count, int) and total is None else total
            link = page.get("@odata.nextLink")
            if not link or (most is not None and len(found) >= most):
                break
            if not isinstance(link, str) or not is_under(self.base, link):
                raise unfollowed("points to another server", answer)
            if not progress.goes_on(link, entries, total):
                raise unfollowed("does not come to an end", answer)
            answer = await self.follow(call, link, headers=headers)
        shown = found if most is None else found[:most]
        return Listing(tuple(shown), not link and len(shown) == len(found), total)

    async def delete(self, call: GraphCall) -> bool:
        """Delete something; return whether it was there."""
        try:
            await self.send(call)
        except GraphError as error:
            if error.code != "graph-not-found":
                raise
            return False
        return True

    async def count(self, call: GraphCall) -> int:
        """Return the number that a `$count` answers in plain text."""
        answer = await self.send(call, headers={**COUNTING, "Accept": "text/plain"})
        text = answer.body[:40].decode("utf-8-sig", "replace").strip()
        if not text.isascii() or not text.isdigit():
            raise not_understood(answer, "a number")
        return int(text)

    async def whole(self, call: GraphCall, query: Query | None, limit: int) -> HttpAnswer:
        """Send an operation that reads, once, and return its answer, whatever its status.

        Args:
            call: What to ask, and of which objects.
            query: Query parameters.
            limit: Bytes of the answer after which reading stops.
        """
        url = self.base + call.path + (f"?{_encoded(query)}" if query else "")
        return await self._sent("GET", url, (), {"headers": {}, "limit": limit})

    async def follow(
        self,
        call: GraphCall,
        link: str,
        *,
        headers: dict[str, str] | None = None,
        limit: int = ANSWER_LIMIT,
    ) -> HttpAnswer:
        """Return the page that a link of this list leads to.

        Args:
            call: What is listed.
            link: Where the page is; whoever calls has seen that it `is_under` our base.
            headers: Further headers.
            limit: Bytes of the page after which reading stops.
        """
        options = {"headers": dict(headers or {}), "limit": limit}
        return await self.patience.ask(call, lambda: self._fetch("GET", link, (), options))

    async def _fetch(
        self, method: str, url: str, hidden: Iterable[SecretStr], options: dict[str, Any]
    ) -> HttpAnswer:
        """Send once; a token that Graph does not take is replaced once, as nothing was done yet."""
        for _attempt in range(2):
            answer = await self._sent(method, url, hidden, options)
            if 200 <= answer.status < 300:
                return answer
            refused = refusal_of(answer)
            if not _blames_the_token(refused, answer):
                break
        raise self._explain(refused)

    async def _sent(
        self, method: str, url: str, hidden: Iterable[SecretStr], options: dict[str, Any]
    ) -> HttpAnswer:
        our_id = str(uuid.uuid4())
        headers = {"Accept": "application/json", **options["headers"], "client-request-id": our_id}
        try:
            answer = await fetch(self._http, method, url, **{**options, "headers": headers})
        except TransportError as error:
            error.tracking_id = error.tracking_id or our_id
            raise
        self.clock_ahead = ahead(answer, url)
        return _without(answer, hidden)


class _Progress:
    """Whether a list gets anywhere, however long it is: half a million people are 501 pages."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._entries = self._empty = 0

    def goes_on(self, link: str, entries: list[object], total: int | None) -> bool:
        """Tell whether a page and its link are new, and no more came than twice the total.

        A page may be empty, and a total a little behind.
        """
        self._entries += len(entries)
        self._empty = 0 if entries else self._empty + 1
        marks = {hash(link), *([hash(str(entries))] if entries else [])}
        is_new = not marks & self._seen
        self._seen |= marks
        is_within = total is None or self._entries <= 2 * total + 1000
        return is_new and is_within and self._empty < EMPTY_PAGES


def unfollowed(reason: str, answer: HttpAnswer) -> AnswerError:
    """Return the error of a list that is not read on."""
    return answer.error(
        f"A list of Microsoft Graph {reason}, so reading was stopped.",
        "Try again. If it stays so, check the entra hosts in the endpoints file, if you use one.",
        "graph-paging",
    )


def _blames_the_token(refused: GraphError, answer: HttpAnswer) -> bool:
    """Tell whether another token may help: a challenge for more claims was answered already."""
    is_challenge = "insufficient_claims" in answer.headers.get("www-authenticate", "")
    return answer.status == 401 and refused.graph_code == _BAD_TOKEN and not is_challenge


def model_of(model: type[Model], value: Any, answer: HttpAnswer) -> Model:
    """Return a part of an answer as a model.

    Raises:
        AnswerError: It does not describe such an object (`answer-not-understood`).
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        # Only the cause carries pydantic's text, which quotes the answer.
        raise not_understood(answer, "what was asked for") from error


def not_understood(answer: HttpAnswer, what: str) -> AnswerError:
    """Return the error for JSON that is something else than expected."""
    return answer.error(
        f"Microsoft Graph answered with something that does not describe {what}.",
        "Try again. If it stays so, check the entra hosts in the endpoints file, if you use one.",
        "answer-not-understood",
    )


def _encoded(query: Query) -> str:
    """Return query parameters with %20 for blanks, as OData wants it, and readable names."""
    return urlencode(query, quote_via=quote, safe="$,:()'/")


def is_under(base: str, link: str) -> bool:
    """Tell whether a link stays on the server, and below the path, that tokens are for."""
    try:
        ours, theirs = urlsplit(base), urlsplit(link)
        same = (ours.scheme, ours.netloc.lower()) == (theirs.scheme, theirs.netloc.lower())
    except ValueError:
        return False
    return same and theirs.path.startswith(f"{ours.path}/") and link.isprintable()


def _without(answer: HttpAnswer, hidden: Iterable[SecretStr]) -> HttpAnswer:
    body = answer.body
    for secret in hidden:
        if value := secret.get_secret_value():
            body = body.replace(value.encode(), HIDDEN.encode())
    return replace(answer, body=body)
