"""A visitor: does the browser's part of a practice sign-in, by the same HTTP conversation."""

import http.client
import socket
from collections.abc import Callable, Mapping
from contextlib import closing
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from wizard.errors import AuthorizationError
from wizard.words.links import LOOPBACK_HOSTS, is_safe_url
from wizard.words.text import plain_line

CALLBACK = "http://localhost:3000/"
"""Where the sign-in ends: our own page."""

MAX_PAGES = 12
"""Pages of one sign-in after which it leads in circles."""

_LARGEST = 100_000_000
"""Bytes; what there is in a directory of some thousand people has a few million."""
_SECONDS = 20.0
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


Send = Callable[[str, str, bytes | None], tuple[int, str, bytes]]
"""Sends a request: method, address and content, to the status, the Location and the content."""


def over_loopback(method: str, url: str, content: bytes | None) -> tuple[int, str, bytes]:
    """Send a request to this machine, around any proxy.

    Args:
        method: The HTTP method.
        url: An address on this machine.
        content: A form, or JSON for the practice tenant alone.

    Raises:
        AuthorizationError: The address is elsewhere, or the answer broke off.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not is_safe_url(url) or host not in LOOPBACK_HOSTS:
        raise failed(f"The practice sign-in leads away from this machine: {plain_line(url, 80)}")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers: Mapping[str, str] = _FORM if content is not None else {}
    with closing(http.client.HTTPConnection(host, parts.port, timeout=_SECONDS)) as connection:
        try:
            connection.request(method, target, content, headers)
            response = connection.getresponse()
            location = response.getheader("Location") or ""
            page = response.read(_LARGEST)
        except (OSError, http.client.HTTPException) as error:
            raise failed("The practice tenant broke off the conversation.") from error
    if response.length:
        raise failed("The practice tenant broke off in the middle of a page.")
    return response.status, location, page


def complete_sign_in(
    authorization_url: str, account: str, decline: bool = False, send: Send = over_loopback
) -> str:
    """Sign in and answer the consent page, as a person in a browser would.

    Args:
        authorization_url: What the browser would be opened with; on this machine only.
        account: The e-mail address to sign in with.
        decline: Press Decline instead of Accept.
        send: What asks the practice tenant.

    Returns:
        The address the browser is sent to at the end, fragment included; it is not contacted.

    Raises:
        AuthorizationError: The sign-in leads somewhere else, or nowhere.
    """
    url, form = authorization_url, None
    answers = {"email": account, "decision": "decline" if decline else "accept"}
    for _ in range(MAX_PAGES):
        status, location, page = visit(send, url, form)
        form = None
        if location:
            url = urljoin(url, location)
            if url.startswith(CALLBACK):
                return url
            continue
        found = Form.of(page)
        if status != 200 or not found.action:
            raise failed(f"The sign-in page cannot be completed. It says: {found.said(status)}")
        url = urljoin(url, found.action)
        form = found.filled(answers)
    raise failed("The sign-in leads in circles.")


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
        with closing(connected(origin)) as connection:
            try:
                connection.request(method, path, content, headers)
                status = connection.getresponse().status
            except (OSError, http.client.HTTPException) as error:
                raise failed("The listener broke off the conversation.") from error
        if status != 200:
            raise failed(f"The listener answered with status {status}.")


class Form(HTMLParser):
    """The first form of a page, and the title of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.action = ""
        self.fields: dict[str, str] = {}
        self._in_title = False

    @classmethod
    def of(cls, page: bytes) -> "Form":
        """Return what a page asks for."""
        form = cls()
        form.feed(page.decode("utf-8", "replace"))
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of the first form and of every field."""
        attributes = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title"
        if tag == "form" and not self.action:
            self.action = attributes.get("action", "")
        elif tag in {"input", "button"} and attributes.get("name"):
            self.fields.setdefault(attributes["name"], attributes.get("value", ""))

    def handle_data(self, data: str) -> None:
        """Take note of the title."""
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        """Leave the title."""
        self._in_title = False

    def filled(self, answers: Mapping[str, str]) -> bytes:
        """Return the form as posted, with these answers where it asks for them."""
        return urlencode(
            {name: answers.get(name, value) for name, value in self.fields.items()}
        ).encode()

    def said(self, status: int) -> str:
        """Return what the page is called, for a person."""
        return plain_line(self.title or f"status {status}")


def visit(send: Send, url: str, form: bytes | None) -> tuple[int, str, bytes]:
    """Open a page, or post its form; only a redirect has a Location.

    Raises:
        AuthorizationError: The address is elsewhere, or the answer broke off.
    """
    status, location, page = send("GET" if form is None else "POST", url, form)
    return status, location if status in {301, 302, 303, 307, 308} else "", page


def connected(origin: str) -> http.client.HTTPConnection:
    """Return a connection to a listener of this machine.

    Raises:
        AuthorizationError: Nobody listens there.
    """
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
    raise failed(f"Nobody listens at {plain_line(origin, 80)}.")


def failed(message: str) -> AuthorizationError:
    """Return the error of a practice sign-in that came to nothing."""
    return AuthorizationError(message, "Start the sign-in again.", code="practice-sign-in-failed")
