"""One HTTP request and its reply, h11 over asyncio streams (RFC 9112).

No reply is kept, framed, or loads anything but what its policy names.
"""

import asyncio
import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from http import HTTPStatus

import h11

BUFFER = 16 * 1024
"""Octets of a connection that are taken before they are read; asyncio holds twice as many."""

_CHUNK = 8192
_TLS_HANDSHAKE = b"\x16"

INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)
"""What stands in a page of ours and needs its hash in the policy."""

_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
)


class TlsSpokenError(Exception):
    """The first byte of a TLS handshake came where HTTP was expected."""


@dataclass(frozen=True)
class BrowserRequest:
    """What a browser asks for."""

    method: str
    path: str
    query: str = field(repr=False)
    """May carry an authorization code; a token stays in the fragment, which is never sent."""
    headers: dict[str, str] = field(repr=False)
    """Names in lower case."""


@dataclass(frozen=True)
class Reply:
    """What a browser gets."""

    status: HTTPStatus
    content_type: str
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()


def sentence(status: HTTPStatus, text: str, *headers: tuple[str, str]) -> Reply:
    """Return a plain sentence, for requests that are none of ours."""
    answer = guarded(status, "text/plain; charset=utf-8", text)
    return replace(answer, headers=(*answer.headers, *headers))


def guarded(
    status: HTTPStatus, content_type: str, text: str, policy: str = "default-src 'none'"
) -> Reply:
    """Return a reply with a content security policy."""
    headers = (*_HEADERS, ("Content-Security-Policy", policy))
    return Reply(status, content_type, text.encode(), headers)


def hashed(content: str) -> str:
    """Return how a policy names a script or style that may stand in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


class Exchange:
    """The only request that one connection may make."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)
        self._is_head = False
        self.is_replying = False
        """Whether the whole request was read, as far as it is worth reading."""

    async def request(self) -> BrowserRequest | None:
        """Return the head of the request; None when the browser left without one.

        Raises:
            TlsSpokenError: The browser speaks https.
            h11.RemoteProtocolError: This is no HTTP.
        """
        first = await self._reader.read(_CHUNK)
        if first.startswith(_TLS_HANDSHAKE):
            raise TlsSpokenError
        self._http.receive_data(first)
        head = await self._event()
        if not isinstance(head, h11.Request):
            return None
        self._is_head = head.method == b"HEAD"
        path, _, query = head.target.decode("ascii").partition("?")
        return BrowserRequest(
            method=head.method.decode("ascii"),
            path=path,
            query=query,
            headers={name.decode("ascii"): value.decode("latin-1") for name, value in head.headers},
        )

    async def body(self, limit: int, announced: str) -> bytes | None:
        """Return the body of the request; None, as soon as it shows, when it is too large.

        Args:
            limit: Octets that are read at most.
            announced: The content-length of the request, if it has one.
        """
        if announced and int(announced) > limit:
            return None
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
            if len(body) > limit:
                return None
        return bytes(body)

    async def reply(self, reply: Reply) -> None:
        """Send the reply, without its body if only the head was asked for."""
        self.is_replying = True
        headers = [
            ("Content-Type", reply.content_type),
            ("Content-Length", str(len(reply.body))),
            ("Connection", "close"),
            *reply.headers,
        ]
        reason = reply.status.phrase
        response = h11.Response(status_code=reply.status, headers=headers, reason=reason.encode())
        parts: list[h11.Event] = [response, h11.EndOfMessage()]
        if not self._is_head:
            parts.insert(1, h11.Data(data=reply.body))
        for part in parts:
            self._writer.write(self._http.send(part) or b"")
        await self._writer.drain()

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_CHUNK))
        return event
