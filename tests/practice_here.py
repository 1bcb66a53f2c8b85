"""Practice tenants in this process: the same answers, without a process, a server or TLS."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from wizard.net.connect import Connect, direct
from wizard.practice.faults import Faults, from_argument
from wizard.practice.fronts import inside
from wizard.practice.messages import Answer, Request
from wizard.practice.process import PracticeTenant
from wizard.practice.server import PracticeSite
from wizard.practice.visitor import sign_in_error


class PracticeTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """What sends requests to practice tenants by calling them; nothing else can be reached."""

    def __init__(self, tenants: PracticeSite) -> None:
        self.tenants = tenants
        self.is_open = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._answer(request, await request.aread())
        await asyncio.sleep(_waited(answer, request))
        return _response(answer, request)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._answer(request, request.read())
        _waited(answer, request)  # only too late counts: nothing goes on beside this call
        return _response(answer, request)

    def _answer(self, request: httpx.Request, body: bytes) -> Answer:
        url, tenants = request.url, self.tenants
        host = url.netloc.decode()
        origin = f"{url.scheme}://{host}"
        if origin not in {tenants.secure_url, tenants.base_url} or not self.is_open:
            raise httpx.ConnectError(f"Nobody is at {origin}.", request=request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        path, front = inside(url.scheme, host, url.path)
        asked = Request(request.method, path, url.query.decode(), headers, body, front=front)
        return tenants.exchange(asked)


def _waited(answer: Answer, request: httpx.Request) -> float:
    """Return the seconds until the answer begins.

    Raises:
        httpx.ReadTimeout: It begins later than somebody waits for it.
    """
    patience = request.extensions.get("timeout", {}).get("read")
    if patience is not None and answer.delay > patience:
        raise httpx.ReadTimeout("The answer is late.", request=request)
    return answer.delay


def _response(answer: Answer, request: httpx.Request) -> httpx.Response:
    pieces = iter([answer.body]) if answer.stream is None else iter(answer.stream)
    promised = int(answer.headers.get("Content-Length", 0))
    if request.method == "HEAD":
        pieces, promised = iter([]), 0
    return httpx.Response(
        answer.status,
        headers=answer.headers,
        stream=_Pieces(pieces, promised),
        extensions={"http_version": b"HTTP/1.1"},
    )


class _Pieces(httpx.AsyncByteStream, httpx.SyncByteStream):
    """An answer that breaks off where it holds less than was promised."""

    def __init__(self, pieces: Iterator[bytes], promised: int) -> None:
        self._pieces = pieces
        self._missing = promised

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self._missing -= len(piece)
            yield piece
        if self._missing > 0:
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body"
            )

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


class PracticeHere(PracticeTenant):
    """A practice tenant that is called; its port only takes connections, for the connection test.

    Attributes:
        connect: Makes clients that reach it.
        http: A client that reaches it.
        transport: What both send with.
    """

    def __init__(self, faults: Iterable[str] = (), state: Path | None = None) -> None:
        self._port = socket.create_server(("127.0.0.1", 0), backlog=1000)
        address = f"127.0.0.1:{self._port.getsockname()[1]}"
        given = Faults([from_argument(fault) for fault in faults])
        tenants = PracticeSite(f"http://{address}", f"https://{address}", given, state)
        self.transport = PracticeTransport(tenants)
        self.connect: Connect = partial(direct, inner=self.transport)
        self.http = httpx.Client(transport=self.transport, trust_env=False)
        super().__init__(tenants.announcement(), self._sent, self._closed)

    def _sent(self, method: str, url: str, content: bytes | None) -> tuple[int, str, bytes]:
        try:
            answer = self.http.request(method, url, content=content)
        except httpx.TransportError as error:
            raise sign_in_error(str(error)) from error
        return answer.status_code, answer.headers.get("location", ""), answer.content

    def _closed(self) -> None:
        self.transport.is_open = False
        self._port.close()


def meanwhile(connect: Connect, happens: Callable[[], Awaitable[None]]) -> Connect:
    """Return what makes the same clients, before whose first request something happens, once."""
    waiting = [happens]

    async def first(_request: httpx.Request) -> None:
        if waiting:
            await waiting.pop()()

    def connected(**options: Any) -> httpx.AsyncClient:
        client = connect(**options)
        client.event_hooks = {**client.event_hooks, "request": [first]}
        return client

    return connected


def start_here(faults: Iterable[str], state: Path) -> tuple[PracticeTenant, Connect]:
    """Start a practice tenant in this process, for `open_workspace`; nobody waits to ask again."""
    practice = PracticeHere(faults, state)
    return practice, partial(practice.connect, retries=False)
