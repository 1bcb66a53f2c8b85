"""Connections below HTTP: names, sockets, proxy tunnels; each closed at once."""

import asyncio
import base64
import re
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from wizard.net.failures import connection_error, proxy_refusal, transport_error
from wizard.net.transport import USER_AGENT

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d{3}) ?([^\r\n]{0,80})")


@dataclass(frozen=True)
class Proxy:
    """An HTTP proxy of the platform's settings."""

    host: str
    port: int
    secure: bool
    """Whether we speak TLS with the proxy itself."""
    authorization: SecretStr | None
    """The value of `Proxy-Authorization`, when the settings hold a user name."""


def parse_proxy(url: str) -> Proxy:
    """Return the parts of a proxy's URL as `transport.proxy_for` returns it."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    authorization = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        authorization = SecretStr("Basic " + base64.b64encode(pair.encode()).decode())
    port = parts.port or (443 if secure else 80)
    return Proxy(parts.hostname or "", port, secure, authorization)


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a name, IPv4 and IPv6, each once.

    The lookup runs in a daemon thread, because one that hangs can neither be cancelled nor may
    it hold the end of the program.

    Raises:
        OSError: The name has no address.
    """
    answer: Future[list[str]] = Future()
    answer.set_running_or_notify_cancel()  # so that the thread may answer after we have left

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.set_result(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError) as error:
            answer.set_exception(error)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    return await asyncio.wrap_future(answer)


@asynccontextmanager
async def tcp(host: str, port: int, *, is_proxy: bool = False) -> AsyncIterator[Streams]:
    """Open a TCP connection and cut it at the end.

    Args:
        host: Whom to connect to.
        port: The TCP port.
        is_proxy: Whether that is the proxy, which an error then names as such.

    Raises:
        TransportError: There is no connection; its code says why.
    """
    try:
        await resolve(host, port)
        reader, writer = await asyncio.open_connection(host, port, happy_eyeballs_delay=0.25)
    except (OSError, UnicodeError) as error:
        raise connection_error(error, host, host if is_proxy else None) from error
    try:
        yield reader, writer
    finally:
        # Not closed politely: a peer that is silent must not hold us.
        writer.transport.abort()


@asynccontextmanager
async def tunnel(
    proxy: Proxy, host: str, port: int, trusted: ssl.SSLContext
) -> AsyncIterator[Streams]:
    """Open a tunnel through a proxy (RFC 9110 section 9.3.6) and cut it at the end.

    Raises:
        TransportError: The proxy is not there, or refuses.
    """
    async with tcp(proxy.host, proxy.port, is_proxy=True) as (reader, writer):
        try:
            if proxy.secure:
                await writer.start_tls(trusted, server_hostname=proxy.host)
            writer.write(_connect_request(proxy, host, port))
            await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise connection_error(error, proxy.host) from error
        status = _STATUS_LINE.match(head)
        if status is None:
            raise transport_error("not-http", proxy.host, "it is no HTTP proxy")
        if not status.group(1).startswith(b"2"):
            words = b" ".join(status.groups()).decode("utf-8", "replace")
            raise proxy_refusal(f"{proxy.host}:{proxy.port}", words.strip())
        yield reader, writer


def _connect_request(proxy: Proxy, host: str, port: int) -> bytes:
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [
        f"CONNECT {authority} HTTP/1.1",
        f"Host: {authority}",
        f"User-Agent: {USER_AGENT}",
    ]
    if proxy.authorization is not None:
        lines.append(f"Proxy-Authorization: {proxy.authorization.get_secret_value()}")
    return "\r\n".join([*lines, "", ""]).encode("ascii", "replace")
