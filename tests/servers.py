"""Small servers on loopback that answer exactly as a test tells them to."""

import asyncio
import datetime
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import trustme
from scim2_models import ScimProvider
from scim2_server.memory import InMemoryStorage
from scim2_server.testserver.application import BEARER_TOKEN_SCHEME, BearerTokenApplication
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

EMPTY_LIST = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    "totalResults": 0,
    "startIndex": 1,
    "itemsPerPage": 0,
    "Resources": [],
}


@dataclass(frozen=True)
class Seen:
    """One request as it came over the wire."""

    method: str
    target: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """One answer to send."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


Answerer = Callable[[Seen], Reply]
Raw = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Served:
    """A running server."""

    port: int
    scheme: str = "http"
    seen: list[Seen] = field(default_factory=list)

    def url(self, path: str = "", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


def json_reply(value: Any, status: int = 200, **headers: str) -> Reply:
    kind = {"content-type": "application/scim+json"}
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), kind | named)


@asynccontextmanager
async def served(answerer: Answerer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Served]:
    """Serve HTTP/1.1, one request per connection."""
    here = Served(0, "https" if tls else "http")

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen = await _read_head(reader)
        here.seen.append(seen)
        reply = answerer(seen)
        headers = {"content-length": str(len(reply.body)), "connection": "close"} | reply.headers
        lines = [f"HTTP/1.1 {reply.status} Told", *(f"{k}: {v}" for k, v in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + reply.body)
        await writer.drain()

    async with raw_served(handle, tls) as running:
        here.port = running.port
        yield here


@asynccontextmanager
async def raw_served(handle: Raw, tls: ssl.SSLContext | None = None) -> AsyncIterator[Served]:
    """Serve whatever a coroutine does with a connection; it is cut afterwards."""
    tasks: set[asyncio.Task[None]] = set()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handle(reader, writer)
            writer.close()
        except (OSError, EOFError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            tasks.discard(task)

    server = await asyncio.start_server(guarded, "127.0.0.1", 0, ssl=tls)
    try:
        port = server.sockets[0].getsockname()[1]
        yield Served(port, "https" if tls else "http")
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Read and never answer."""
    while await reader.read(1000):
        pass


async def cutting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Promise a body and cut the connection in the middle of it."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{")
    await writer.drain()


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send up to 300 MB without saying how much it is."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
    for _ in range(300):
        writer.write(b" " * 1_000_000)
        await writer.drain()


def proxy_to(port: int | None, refusal: bytes = b"403 Forbidden") -> Raw:
    """Return a proxy that tunnels every CONNECT to one port, or refuses."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _read_head(reader)
        if port is None:
            writer.write(b"HTTP/1.1 " + refusal + b"\r\ncontent-length: 0\r\n\r\n")
            await writer.drain()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(_pump(reader, other_writer), _pump(other_reader, writer))
        finally:
            other_writer.transport.abort()

    return handle


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65_536):
        writer.write(piece)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


async def _read_head(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *rest = head.strip().split("\r\n")
    method, target, _version = first.split(" ")
    pairs = (line.partition(": ") for line in rest)
    return Seen(method, target, {name.lower(): value for name, _, value in pairs})


@dataclass(frozen=True)
class Certificates:
    """A certificate authority of a test."""

    authority: trustme.CA = field(default_factory=trustme.CA)

    def trusted(self) -> ssl.SSLContext:
        """Return what a client needs to trust this authority."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.authority.configure_trust(context)
        return context

    def server(
        self,
        host: str = "127.0.0.1",
        days: int = 365,
        begins: int = -700,
        with_authority: bool = False,
    ) -> ssl.SSLContext:
        """Return what a server needs: valid from and until so many days from this moment.

        With its authority, it sends that one's certificate along, as many proxies do.
        """
        now = datetime.datetime.now(datetime.UTC)
        certificate = self.authority.issue_cert(
            host,
            not_before=now + datetime.timedelta(days=begins),
            not_after=now + datetime.timedelta(days=days, hours=1),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if with_authority:
            chain = [each.bytes() for each in certificate.cert_chain_pems]
            blob = trustme.Blob(b"".join([*chain, self.authority.cert_pem.bytes()]))
            with certificate.private_key_pem.tempfile() as key, blob.tempfile() as chained:
                context.load_cert_chain(chained, key)
        else:
            certificate.configure_cert(context)
        return context


def self_signed(folder: Any) -> ssl.SSLContext:
    """Return a server whose certificate nobody else signed."""
    authority = trustme.CA()
    file = folder / "self-signed.pem"
    authority.private_key_pem.write_to_path(file)
    authority.cert_pem.write_to_path(file, append=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class's name)
        """Say nothing."""


@cache
def _scim_provider() -> ScimProvider:
    config = load_default_service_provider_config()
    config.authentication_schemes = [BEARER_TOKEN_SCHEME]
    return ScimProvider.from_discovery(
        load_default_schemas().values(), load_default_resource_types().values(), config=config
    )


@contextmanager
def scim_server(organization_id: str, token: str) -> Iterator[str]:
    """Run scim2-server in a thread, and yield the base before the organization id."""
    application = BearerTokenApplication(InMemoryStorage(), _scim_provider(), bearer_tokens=[token])
    prefix = f"/v1/scim/{organization_id}"

    def under_prefix(environ: dict[str, Any], start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if not path.startswith(prefix):
            start_response("404 Not Found", [("Content-Length", "0")])
            return [b""]
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = prefix, path.removeprefix(prefix)
        return application(environ, start_response)

    with make_server("127.0.0.1", 0, under_prefix, handler_class=_Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/scim"
        finally:
            server.shutdown()
            thread.join()
