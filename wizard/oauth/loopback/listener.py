"""What every loopback redirect shares (RFC 8252 section 7.3): connections, and one answer."""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from http import HTTPStatus
from typing import Generic, Self, TypeVar

import h11

from wizard.errors import AuthorizationError, MachineError, WizardError
from wizard.oauth.loopback.exchange import (
    BUFFER,
    BrowserRequest,
    Exchange,
    Reply,
    TlsSpokenError,
    sentence,
)

Brought = TypeVar("Brought")

HEAD_PATIENCE = 5.0
"""Seconds for the head of a request: a browser on this machine needs milliseconds."""

PATIENCE = 10.0
"""Seconds for a whole request."""

MAX_CONNECTIONS = 128
"""Connections held at a time; half of the files that macOS lets a program open."""

_ACCEPTED_AT_ONCE = 8
"""Connections taken from each address in one turn of the event loop.

A request that has arrived whole is read within six turns, thus before so many others have come
that it would have to make room for them.
"""

_QUEUE = 128
"""Connections that wait in the system until they are taken."""


class LoopbackListener(ABC, Generic[Brought]):
    """Listens on both loopback addresses while the browser is away signing in.

    Every method is for the event loop the listener was entered in.

    Args:
        rejected: Is told why a request was ignored; of several for the same reason, once.
    """

    def __init__(self, rejected: Callable[[WizardError], None]) -> None:
        self.port = 0
        """The port, once the listener is entered."""
        self._rejected = rejected
        self._servers: list[asyncio.Server] = []
        self._conversations: dict[asyncio.Task[None], Exchange] = {}
        """The oldest first."""
        self._answer: Brought | AuthorizationError | None = None
        self._answered = asyncio.Event()
        self._reported: set[str] = set()

    async def __aenter__(self) -> Self:
        """Start listening.

        Raises:
            MachineError: No port could be had; the error says why.
        """
        listeners = await self._claim()
        self.port = listeners[0].getsockname()[1]
        try:
            for listener in listeners:
                server = await asyncio.start_server(
                    self._serve,
                    sock=listener,
                    start_serving=False,
                    limit=BUFFER,
                    backlog=_ACCEPTED_AT_ONCE,
                )
                self._servers.append(server)
            for server in self._servers:
                await server.start_serving()
            for listener in listeners:
                listener.listen(_QUEUE)  # asyncio made it as short as what it takes at once
        except BaseException:
            await self.__aexit__()
            for listener in listeners:
                listener.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._servers:
            self._servers.pop().close()
        for conversation in self._conversations:
            conversation.cancel()
        await asyncio.gather(*self._conversations, return_exceptions=True)

    @property
    def answer(self) -> Brought | None:
        """What came and carried our state; once the listener has ended, nothing more comes."""
        return None if isinstance(self._answer, AuthorizationError) else self._answer

    async def response(self) -> Brought:
        """Wait for the answer that carries our state; may be cancelled and called again.

        Raises:
            AuthorizationError: The sign-in was refused, or brought nothing usable.
        """
        while self._answer is None or not self._answered.is_set():
            await self._answered.wait()
        if isinstance(self._answer, AuthorizationError):
            raise self._answer
        return self._answer

    @abstractmethod
    async def _claim(self) -> list[socket.socket]:
        """Return listening sockets, the same port on each."""

    @abstractmethod
    async def _route(self, request: BrowserRequest, exchange: Exchange) -> Reply:
        """Return what a request gets; whoever finds the answer in it puts it into `_answer`."""

    @abstractmethod
    def _insisted_on_https(self) -> MachineError:
        """Return what to do about a browser that speaks TLS here."""

    def _is_addressed(self, request: BrowserRequest) -> bool:
        """Tell whether the address bar says localhost: no other name is registered."""
        return _host(request) == f"localhost:{self.port}"

    def _misdirected(self, request: BrowserRequest) -> Reply:
        """Send a browser at the address of localhost on to its name; any other stays away.

        The browser carries the fragment along by itself (RFC 9110 section 10.2.2), so that no
        script has to read it under a name that is not ours.
        """
        if _host(request) in {f"127.0.0.1:{self.port}", f"[::1]:{self.port}"}:
            query = f"?{request.query}" if request.query else ""
            place = f"http://localhost:{self.port}{request.path}{query}"
            return sentence(
                HTTPStatus.TEMPORARY_REDIRECT, "Open localhost instead.", ("Location", place)
            )
        return sentence(HTTPStatus.MISDIRECTED_REQUEST, "This page is at localhost only.")

    def _report(self, error: WizardError) -> None:
        """Report each kind once: whoever sends thousands must not bury what is on the screen."""
        if error.code not in self._reported:
            self._reported.add(error.code)
            self._rejected(error)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = asyncio.current_task()
        closed = not self._servers  # while this conversation waited for its first turn
        if conversation is None or closed or not self._has_room():
            writer.close()
            return
        exchange = self._conversations[conversation] = Exchange(reader, writer)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._converse(exchange)
        except TlsSpokenError:
            self._report(self._insisted_on_https())
        except (OSError, h11.ProtocolError):  # slow, gone, or no HTTP at all
            pass
        except asyncio.CancelledError:  # it made room, or the listener ends: no failure to log
            pass
        finally:
            self._conversations.pop(conversation, None)
            writer.close()

    def _has_room(self) -> bool:
        """Tell whether one more may come in; whoever kept us waiting longest makes room."""
        if len(self._conversations) < MAX_CONNECTIONS:
            return True
        slow = (task for task, held in self._conversations.items() if not held.is_replying)
        slowest = next(slow, None)
        if slowest is None:
            return False
        slowest.cancel()
        del self._conversations[slowest]
        return True

    async def _converse(self, exchange: Exchange) -> None:
        try:
            async with asyncio.timeout(HEAD_PATIENCE):
                request = await exchange.request()
        except h11.RemoteProtocolError:
            return await exchange.reply(sentence(HTTPStatus.BAD_REQUEST, "This is not HTTP."))
        if request is None:
            return None
        try:
            await exchange.reply(await self._route(request, exchange))
        finally:
            # Only after the reply: whoever waits for the answer closes this listener next.
            if self._answer is not None:
                self._answered.set()


def _host(request: BrowserRequest) -> str:
    return request.headers.get("host", "").lower()
