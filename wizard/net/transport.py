"""HTTP as this program speaks it: the system's trust and proxies, limits, and our own errors."""

import asyncio
import json
import logging
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
import truststore

from wizard import __version__
from wizard.errors import AnswerError, TokenRefused, TransportError
from wizard.net.failures import connection_error
from wizard.net.retries import PatientTransport
from wizard.words.links import LOOPBACK_HOSTS, is_safe_url
from wizard.words.progress import nobody
from wizard.words.redact import HIDDEN
from wizard.words.text import plain_line, support_id

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pydantic import SecretStr

USER_AGENT = f"webex-wizard/{__version__}"

ANSWER_LIMIT = 2_000_000
"""Bytes of one decoded answer; what is larger is not what we asked for."""

_TIME_LIMIT = 300.0
"""Seconds of one request with all its retries."""

TIMEOUT = httpx.Timeout(30.0, connect=10.0)
"""Seconds to connect, and between two pieces of an answer; some servers think for 20 s."""

_CHUNK = 65_536
_SHORTEST_SECRET = 12
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_TRACKING_HEADERS = ("trackingid", "tracking-id", "x-tracking-id", "request-id", "x-request-id")

# httpx logs whole URLs, httpcore headers: neither belongs in anybody's log.
for _name in ("httpx", "httpcore", "httpx_retries"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class HttpAnswer:
    """One whole HTTP answer, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case; values as the server wrote them."""
    body: bytes = field(repr=False)
    elapsed_ms: int
    tracking_id: str | None
    """The server's id of this request, from a header."""
    content_type: str
    """Media type in lower case, without parameters; may be empty."""

    @cached_property
    def json(self) -> Any:
        """The JSON of the body, whatever its label says; None when it is none."""
        return json_in(self.body)

    def error(self, message: str, hint: str, code: str) -> AnswerError:
        """Return an error about this answer, with its status and its id."""
        return AnswerError(
            message, hint, code=code, status=self.status, tracking_id=self.tracking_id
        )


def json_in(text: str | bytes) -> Any:
    """Return the JSON that a text is; None when it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


class TokenAuth(httpx.Auth):
    """Puts tokens on requests, and takes them out of everything that comes back."""

    def __init__(self) -> None:
        self._sent: set[SecretStr] = set()

    def put(self, token: "SecretStr", request: httpx.Request) -> None:
        """Set the header of RFC 6750 section 2.1, unless the address would carry it in clear text.

        Raises:
            TransportError: The address is plain http to another machine (`insecure-address`).
            TokenRefused: The token cannot be one (`token-impossible`).
        """
        refuse_impossible(token)
        if not is_safe_url(str(request.url)):
            raise TransportError(
                "A token is never sent over plain http.",
                "Use an address that begins with https.",
                code="insecure-address",
            )
        self._sent.add(token)
        request.headers["Authorization"] = f"Bearer {token.get_secret_value()}"

    def hide(self, text: bytes) -> bytes:
        """Return text from the server without the tokens it was sent."""
        for token in self._sent:
            secret = token.get_secret_value().encode()
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, HIDDEN.encode())
        return text


class Bearer(TokenAuth):
    """Sets one bearer token on each request, and shows it to nobody."""

    def __init__(self, token: "SecretStr") -> None:
        super().__init__()
        refuse_impossible(token)
        self._token = token

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> "AsyncGenerator[httpx.Request, httpx.Response]":
        """Add the header."""
        self.put(self._token, request)
        yield request


class ReadOnlyTransport(httpx.AsyncBaseTransport):
    """Refuses every request that could change something, before it leaves this machine."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass on GET, HEAD and OPTIONS.

        Raises:
            TransportError: Any other method, with the code `preview-write`.
        """
        if request.method.upper() not in _READING:
            raise TransportError(
                f"This is a read-only run, so {plain_line(request.method, 10)} was not sent.",
                "This is a mistake in the program, not in your setup. Nothing was changed.",
                code="preview-write",
            )
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections underneath."""
        await self._inner.aclose()


class SystemTransport(httpx.AsyncBaseTransport):
    """Connects directly or through the platform's proxy, decided for each request."""

    def __init__(self, trusted: ssl.SSLContext) -> None:
        self._trusted = trusted
        self._by_proxy: dict[str | None, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request on the connections of its proxy."""
        proxy = proxy_for(str(request.url))
        if proxy not in self._by_proxy:
            self._by_proxy[proxy] = httpx.AsyncHTTPTransport(
                verify=self._trusted, trust_env=False, proxy=self._told_to_httpx(proxy)
            )
        return await self._by_proxy[proxy].handle_async_request(request)

    def _told_to_httpx(self, proxy: str | None) -> httpx.Proxy | None:
        if proxy is None:
            return None
        secure = proxy.startswith("https:")
        return httpx.Proxy(proxy, ssl_context=self._trusted if secure else None)

    async def aclose(self) -> None:
        """Close the connections of every proxy."""
        for inner in self._by_proxy.values():
            await inner.aclose()


def refuse_impossible(token: "SecretStr") -> None:
    """Let only a token pass that fits into a header.

    Raises:
        TokenRefused: The token cannot be one (`token-impossible`).
    """
    value = token.get_secret_value()
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise TokenRefused(
            "This token cannot be one: it is empty or holds blanks, line breaks or letters "
            "that no token has.",
            "Copy the token again, from its first to its last character.",
            code="token-impossible",
        )


@cache
def trust() -> ssl.SSLContext:
    """Return the one TLS context of this process: the operating system's certificates."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client(
    *,
    bearer: "SecretStr | None" = None,
    auth: TokenAuth | None = None,
    read_only: bool = False,
    retries: bool = True,
    timeout: httpx.Timeout | float = TIMEOUT,
    trusted: ssl.SSLContext | None = None,
    inner: httpx.AsyncBaseTransport | None = None,
    tell: Callable[[str], None] = nobody,
) -> httpx.AsyncClient:
    """Return an HTTP client for one token; close it with `async with`.

    Args:
        bearer: The token to send with every request.
        auth: Where tokens come from, instead of one token for all requests.
        read_only: Refuse every request that could change something.
        retries: Repeat requests that are safe to repeat, as `Retry-After` asks.
        timeout: Seconds to connect, and between two pieces of an answer.
        trusted: Certificates to trust instead of the operating system's.
        inner: What really sends, instead of the network.
        tell: Takes a sentence whenever a request failed and is about to be repeated.

    Raises:
        TokenRefused: The token cannot be one (`token-impossible`).
    """
    transport = inner or SystemTransport(trusted or trust())
    if retries:
        transport = PatientTransport(transport, tell)
    if read_only:
        transport = ReadOnlyTransport(transport)
    return httpx.AsyncClient(
        auth=Bearer(bearer) if bearer is not None else auth,
        transport=transport,
        timeout=timeout,
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"},
    )


def proxy_for(url: str) -> str | None:
    """Return the platform's proxy for a URL, with its scheme; loopback never has one.

    Raises:
        TransportError: The platform names a kind of proxy we cannot use (`proxy-unsupported`).
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in LOOPBACK_HOSTS or host.startswith("127.") or proxy_bypass(host):
        return None
    proxies = getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not proxy:
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if not _is_http_proxy(proxy):
        raise TransportError(
            "The system's proxy settings name a proxy that is not an HTTP proxy.",
            "Set an http or https proxy for https addresses, or none.",
            code="proxy-unsupported",
        )
    return proxy


async def fetch(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    limit: int = ANSWER_LIMIT,
    time_limit: float = _TIME_LIMIT,
    **options: Any,
) -> HttpAnswer:
    """Send one request and return the whole answer, whatever its status.

    Args:
        http: A client of `client()`, or one over a transport of a test.
        method: The HTTP method.
        url: The whole address.
        limit: Bytes of the decoded answer after which reading stops.
        time_limit: Seconds for the request with all its retries.
        options: What `httpx.AsyncClient.stream` takes: `headers`, `json`, `content`, `params`.

    Raises:
        TransportError: No whole answer came; its code says why.
    """
    host, started = _host(url), time.monotonic()
    try:
        async with (
            asyncio.timeout(time_limit),
            http.stream(method, url, **options) as response,
        ):
            body = await _read(response, limit, host)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        raise connection_error(error, host, _proxy_host(url)) from error
    elapsed_ms = round((time.monotonic() - started) * 1000)
    return _answer(response, body, http.auth, elapsed_ms)


def _answer(
    response: httpx.Response, body: bytes, auth: httpx.Auth | None, elapsed_ms: int
) -> HttpAnswer:
    hide = auth.hide if isinstance(auth, TokenAuth) else bytes
    headers = {
        name.lower(): hide(value.encode("utf-8", "replace")).decode("utf-8", "replace")
        for name, value in response.headers.items()
    }
    given = (support_id(headers.get(name)) for name in _TRACKING_HEADERS)
    tracking = next(filter(None, given), None)
    return HttpAnswer(
        status=response.status_code,
        headers=headers,
        body=hide(body),
        elapsed_ms=elapsed_ms,
        tracking_id=tracking,
        content_type=plain_line(headers.get("content-type", "").split(";")[0].lower(), 80),
    )


async def _read(response: httpx.Response, limit: int, host: str) -> bytes:
    if "," in response.headers.get("content-encoding", ""):
        # Nested compression can blow up one small piece without bound.
        raise httpx.DecodingError("nested content encodings", request=response.request)
    body = bytearray()
    if _declared_size(response) > limit:
        raise _too_large(host, limit)
    async for piece in response.aiter_bytes(_CHUNK):
        body += piece
        if len(body) > limit:
            raise _too_large(host, limit)
    return bytes(body)


def _declared_size(response: httpx.Response) -> int:
    declared = response.headers.get("content-length", "")
    has_body = response.request.method != "HEAD"
    return int(declared) if has_body and declared.isascii() and declared.isdigit() else 0


def _too_large(host: str, limit: int) -> TransportError:
    return TransportError(
        f"{plain_line(host, 80)} sent more than {limit // 1000:,} kB, so reading was stopped.",
        "Check the address: this is not the answer of a service like Webex.",
        code="answer-too-large",
    )


def _is_http_proxy(proxy: str) -> bool:
    try:
        parts = urlsplit(proxy)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _proxy_host(url: str) -> str | None:
    try:
        proxy = proxy_for(url)
    except TransportError:
        return None
    return _host(proxy) if proxy else None


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "the server"
    except ValueError:
        return "the server"
