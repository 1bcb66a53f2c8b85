"""A visitor: does the browser's part of a practice sign-in, by the same HTTP conversation."""

import http.client
import socket
from collections.abc import Mapping
from contextlib import closing
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from wizard.endpoints import LOOPBACK_HOSTS, is_safe_url
from wizard.errors import AuthorizationError
from wizard.text import plain_line

CALLBACK = "http://localhost:3000/"
"""Where the sign-in ends: our own page."""

_MAX_PAGES = 12
_MAX_PAGE = 1_000_000
_SECONDS = 20.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def complete_sign_in(authorization_url: str, account: str, decline: bool = False) -> str:
    """Sign in and answer the consent page, as a person in a browser would.

    Args:
        authorization_url: What the browser would be opened with; on this machine only.
        account: The e-mail address to sign in with.
        decline: Press Decline instead of Accept.

    Returns:
        The address the browser is sent to at the end, fragment included; it is not contacted.

    Raises:
        AuthorizationError: The sign-in leads somewhere else, or nowhere.
    """
    url, form = authorization_url, None
    for _ in range(_MAX_PAGES):
        status, location, page = _visit(url, form)
        form = None
        if location:
            url = urljoin(url, location)
            if url.startswith(CALLBACK):
                return url
            continue
        found = _Form.of(page)
        if status != 200 or not found.action:
            said = plain_line(found.title or f"status {status}")
            raise _failed(f"The sign-in page cannot be completed. It says: {said}")
        url = urljoin(url, found.action)
        form = found.filled(account, "decline" if decline else "accept")
    raise _failed("The sign-in leads in circles.")


def deliver(location: str, origin: str = "http://localhost:3000") -> None:
    """Hand an address to the listener as the callback page in a browser does.

    Args:
        location: Where the sign-in ended, with its query and fragment.
        origin: Where the listener is.

    Raises:
        AuthorizationError: Nobody listens, or the listener refuses.
    """
    parts = urlsplit(location)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    body = urlencode({"query": parts.query, "fragment": parts.fragment}).encode()
    for method, path, content, headers in (
        ("GET", target, None, {}),
        ("POST", parts.path, body, _FORM | {"Origin": origin}),
    ):
        with closing(_connected(origin)) as connection:
            try:
                connection.request(method, path, content, headers)
                status = connection.getresponse().status
            except (OSError, http.client.HTTPException) as error:
                raise _failed("The listener broke off the conversation.") from error
        if status != 200:
            raise _failed(f"The listener answered with status {status}.")


class _Form(HTMLParser):
    """The first form of a page, and the title of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.action = ""
        self.fields: dict[str, str] = {}
        self._in_title = False

    @classmethod
    def of(cls, page: bytes) -> "_Form":
        form = cls()
        form.feed(page.decode("utf-8", "replace"))
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title"
        if tag == "form" and not self.action:
            self.action = attributes.get("action", "")
        elif tag in {"input", "button"} and attributes.get("name"):
            self.fields.setdefault(attributes["name"], attributes.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def filled(self, account: str, decision: str) -> bytes:
        """Return the form as posted: the account typed in, the decision's button pressed."""
        known = {"email": account, "decision": decision}
        return urlencode(
            {name: known.get(name, value) for name, value in self.fields.items()}
        ).encode()


def _visit(url: str, form: bytes | None) -> tuple[int, str, bytes]:
    """Return the status, the Location and the page of one request."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not is_safe_url(url) or host not in LOOPBACK_HOSTS:
        raise _failed(f"The practice sign-in leads away from this machine: {plain_line(url, 80)}")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = http.client.HTTPConnection(host, parts.port, timeout=_SECONDS)
    headers: Mapping[str, str] = _FORM if form is not None else {}
    with closing(connection):
        try:
            connection.request("GET" if form is None else "POST", target, form, headers)
            response = connection.getresponse()
            location = response.getheader("Location") or ""
            redirects = response.status in {301, 302, 303, 307, 308}
            page = response.read(_MAX_PAGE)
        except (OSError, http.client.HTTPException) as error:
            raise _failed("The practice tenant broke off the conversation.") from error
    if response.length:
        raise _failed("The practice tenant broke off in the middle of a page.")
    return response.status, location if redirects else "", page


def _connected(origin: str) -> http.client.HTTPConnection:
    parts = urlsplit(origin)
    host, port = parts.hostname or "localhost", parts.port or 80
    # A name in the system's table may lack one family; both loopback addresses are tried.
    for address in ("::1", "127.0.0.1") if host == "localhost" else (host,):
        try:
            opened = socket.create_connection((address, port), timeout=_SECONDS)
        except OSError:
            continue
        connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
        connection.sock = opened
        return connection
    raise _failed(f"Nobody listens at {plain_line(origin, 80)}.")


def _failed(message: str) -> AuthorizationError:
    return AuthorizationError(message, "Start the sign-in again.", code="practice-sign-in-failed")
