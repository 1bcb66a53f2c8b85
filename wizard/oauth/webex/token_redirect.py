"""The loopback redirect: receives the token at http://localhost:3000/auth/code, once."""

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from wizard.assets import asset
from wizard.errors import AuthorizationError, MachineError, WizardError
from wizard.machine.ports import TOKEN_PORT, claim
from wizard.oauth.loopback.exchange import (
    INLINE,
    BrowserRequest,
    Exchange,
    Reply,
    guarded,
    hashed,
    sentence,
)
from wizard.oauth.loopback.listener import LoopbackListener
from wizard.oauth.webex.implicit import (
    REDIRECT_URI,
    UNPROVEN,
    AuthorizationResponse,
    parse_redirect,
)

PATH = urlsplit(REDIRECT_URI).path
MAX_BODY = 16 * 1024


class RedirectListener(LoopbackListener[AuthorizationResponse]):
    """Holds port 3000 on both loopback addresses while the browser is away signing in.

    No other port is tried: entering raises `port-taken` or `port-reserved` instead.

    Args:
        state: The state of the request whose answer is awaited.
        rejected: Is told about each request that was ignored, and why.
        port: The port of the redirect; Webex sends the browser to 3000 and to no other.
    """

    def __init__(
        self, state: SecretStr, rejected: Callable[[WizardError], None], *, port: int = TOKEN_PORT
    ) -> None:
        super().__init__(rejected)
        self._state = state
        self._wanted = port

    async def _claim(self) -> list[socket.socket]:
        return await claim(self._wanted)

    async def _route(self, request: BrowserRequest, exchange: Exchange) -> Reply:
        if request.path != PATH:
            return sentence(HTTPStatus.NOT_FOUND, "There is nothing here.")
        if request.method == "POST":
            return await self._receive(request, exchange)
        if request.method not in {"GET", "HEAD"}:
            return sentence(
                HTTPStatus.METHOD_NOT_ALLOWED,
                "This page can only be opened.",
                ("Allow", "GET, HEAD, POST"),
            )
        return _page() if self._is_addressed(request) else self._misdirected(request)

    async def _receive(self, request: BrowserRequest, exchange: Exchange) -> Reply:
        if not self._is_from_our_page(request):
            return self._ignore(HTTPStatus.FORBIDDEN, _foreign_request())
        body = await exchange.body(MAX_BODY, request.headers.get("content-length", ""))
        if body is None:
            return _verdict(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "ignored", _unreadable())
        fields = _fields(body)
        if fields is None:
            return _verdict(HTTPStatus.BAD_REQUEST, "ignored", _unreadable())
        if self._answer is not None:
            return _verdict(HTTPStatus.CONFLICT, "already")
        return self._judge(*fields)

    def _judge(self, query: str, fragment: str) -> Reply:
        try:
            self._answer = parse_redirect(query, fragment, self._state)
        except AuthorizationError as error:
            if error.code in UNPROVEN:
                return self._ignore(HTTPStatus.FORBIDDEN, error)
            self._answer = error
            return _verdict(HTTPStatus.OK, "refused", error)
        return _verdict(HTTPStatus.OK, "received")

    def _is_from_our_page(self, request: BrowserRequest) -> bool:
        content_type = request.headers.get("content-type", "").partition(";")[0]
        return (
            self._is_addressed(request)
            and request.headers.get("origin") == f"http://localhost:{self.port}"
            and request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
            and content_type.strip().lower() == "application/x-www-form-urlencoded"
        )

    def _ignore(self, status: HTTPStatus, error: WizardError) -> Reply:
        self._report(error)
        return _verdict(status, "ignored", error)

    def _insisted_on_https(self) -> MachineError:
        return _browser_insists_on_https()


@cache
def _page() -> Reply:
    """Return the page that reads the fragment and hands it over.

    Its policy names the hash of its own script and style, so that nothing else runs in it.
    """
    html = asset("callback.html")
    hashes = {name: hashed(content) for name, content in INLINE.findall(html)}
    policy = (
        f"default-src 'none'; script-src '{hashes['script']}'; style-src '{hashes['style']}'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return guarded(HTTPStatus.OK, "text/html; charset=utf-8", html, policy)


def _verdict(status: HTTPStatus, outcome: str, error: WizardError | None = None) -> Reply:
    """Return what the page shows next.

    Args:
        status: The HTTP status.
        outcome: `received`, `refused`, `ignored` or `already`.
        error: What the page says instead of its own words.
    """
    words = {"message": error.message, "hint": error.hint} if error else {}
    return guarded(status, "application/json", json.dumps({"outcome": outcome} | words))


def _fields(body: bytes) -> tuple[str, str] | None:
    """Return query and fragment of the form, and None for any other form."""
    with suppress(ValueError):
        form = parse_qs(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=2
        )
        if form.keys() == {"query", "fragment"}:
            return form["query"][0], form["fragment"][0]
    return None


def _foreign_request() -> AuthorizationError:
    return AuthorizationError(
        "Something other than our own page tried to hand over an answer; it was ignored.",
        "If you see this again, close other browser tabs, and start the sign-in again.",
        code="foreign-request",
    )


def _unreadable() -> AuthorizationError:
    return AuthorizationError(
        "The answer could not be read.",
        "Go back to the terminal and start the sign-in again.",
        code="answer-unreadable",
    )


def _browser_insists_on_https() -> MachineError:
    return MachineError(
        "The browser asked for https://localhost:3000, but Webex sends the token to http. Another "
        "program has told this browser to use https for localhost, or it allows https only.",
        "Change https to http in the address bar and press Enter. If it changes back, use a "
        "private window or another browser, or paste the whole address here.",
        code="browser-insists-on-https",
    )
