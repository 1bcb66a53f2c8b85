"""What every loopback redirect shares (RFC 8252 section 7.3): connections, and one answer."""

import asyncio
import socket
from abc import ABC, abstractmethod
from collections.abc import Callable
from http import HTTPStatus
from typing import Generic, Self, TypeVar

import h11

from wizard.errors import AuthorizationError, MachineError, WizardError
from wizard.oauth.callback_page import sentence
from wizard.oauth.exchange import Exchange, Reply, Request, TlsSpokenError

Answer = TypeVar("Answer")

MAX_CONNECTIONS = 32
PATIENCE = 10.0
"""Seconds for a whole request, so that a slow one cannot hold a place for long."""


class LoopbackListener(ABC, Generic[Answer]):
    """Listens on both loopback addresses while the browser is away signing in.

    Every method is for the event loop the listener was entered in.

    Args:
        rejected: Is told about each request that was ignored, and why.
        patience: Seconds for a whole request.
    """

    def __init__(
        self, rejected: Callable[[WizardError], None], *, patience: float = PATIENCE
    ) -> None:
        self.port = 0
        """The port, once the listener is entered."""
        self._rejected = rejected
        self._patience = patience
        self._servers: list[asyncio.Server] = []
        self._conversations: set[asyncio.Task[None]] = set()
        self._answer: Answer | AuthorizationError | None = None
        self._answered = asyncio.Event()
        self._last_code = ""

    async def __aenter__(self) -> Self:
        """Start listening.

        Raises:
            MachineError: No port could be had; the error says why.
        """
        listeners = await self._claim()
        self.port = listeners[0].getsockname()[1]
        try:
            for listener in listeners:
                server = await asyncio.start_server(self._serve, sock=listener, start_serving=False)
                self._servers.append(server)
            for server in self._servers:
                await server.start_serving()
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

    async def response(self) -> Answer:
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
    async def _route(self, request: Request, exchange: Exchange) -> Reply:
        """Return what a request gets; whoever finds the answer in it puts it into `_answer`."""

    @abstractmethod
    def _insisted_on_https(self) -> MachineError:
        """Return what to do about a browser that speaks TLS here."""

    def _is_addressed(self, request: Request) -> bool:
        """Tell whether the address bar says localhost: no other name is registered."""
        return request.headers.get("host", "").lower() == f"localhost:{self.port}"

    def _report(self, error: WizardError) -> None:
        """Report, but not the same thing several times in a row, as browsers retry."""
        if error.code != self._last_code:
            self._last_code = error.code
            self._rejected(error)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversation = asyncio.current_task()
        closed = not self._servers  # while this conversation waited for its first turn
        if conversation is None or closed or len(self._conversations) >= MAX_CONNECTIONS:
            writer.close()
            return
        self._conversations.add(conversation)
        try:
            async with asyncio.timeout(self._patience):
                await self._converse(Exchange(reader, writer))
        except TlsSpokenError:
            self._report(self._insisted_on_https())
        except (OSError, h11.ProtocolError):  # slow, gone, or no HTTP at all
            pass
        except asyncio.CancelledError:  # the listener ends; asyncio would log it as a failure
            pass
        finally:
            self._conversations.discard(conversation)
            writer.close()

    async def _converse(self, exchange: Exchange) -> None:
        try:
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
