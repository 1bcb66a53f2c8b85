"""A visitor: does the browser's part of a practice sign-in, by the same HTTP conversation."""

import http.client
import socket
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from wizard.errors import AuthorizationError
from wizard.words.links import LOOPBACK_HOSTS, is_safe_url
from wizard.words.text import plain_line

_CALLBACK = "http://localhost:3000/"
"""Where the sign-in ends: our own page."""

MAX_PAGES = 12
"""Pages of one sign-in after which it leads in circles."""

_LARGEST = 100_000_000
"""Bytes; what there is in a directory of some thousand people has a few million."""
_SECONDS = 20.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
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
        raise sign_in_error(
            f"The practice sign-in leads away from this machine: {plain_line(url, 80)}"
        )
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers: Mapping[str, str] = _FORM if content is not None else {}
    with closing(http.client.HTTPConnection(host, parts.port, timeout=_SECONDS)) as connection:
        try:
            connection.request(method, target, content, headers)
            response = connection.getresponse()
            location = response.getheader("Location") or ""
            page = response.read(_LARGEST)
        except (OSError, http.client.HTTPException) as error:
            raise sign_in_error("The practice tenant broke off the conversation.") from error
    if response.length:
        raise sign_in_error("The practice tenant broke off in the middle of a page.")
    return response.status, location, page


@dataclass(frozen=True)
class Landing:
    """Where the browser ends, and what it brings."""

    url: str
    form: bytes | None = None
    """What is posted there; otherwise what it brings stands in the address."""


def complete(
    authorization_url: str, account: str, decline: bool = False, send: Send = over_loopback
) -> Landing:
    """Sign in and answer the consent page, as a person in a browser would.

    Args:
        authorization_url: What the browser would be opened with; on this machine only.
        account: The e-mail address to sign in with.
        decline: Press Decline instead of Accept.
        send: What asks the practice tenant.

    Returns:
        Where the program is told the outcome; it is not contacted.

    Raises:
        AuthorizationError: The sign-in ends on a page, or leads nowhere.
    """
    landing = _walk(authorization_url, _answers(account, decline), send)
    if not landing.url:
        raise sign_in_error("The sign-in ends without going back to the program.")
    return landing


def approve_device(
    verification_url: str,
    user_code: str,
    account: str,
    decline: bool = False,
    send: Send = over_loopback,
) -> None:
    """Type a device's code, sign in and answer the consent page.

    Args:
        verification_url: The page to type the code on.
        user_code: The code.
        account: The e-mail address to sign in with.
        decline: Press Decline instead of Accept.
        send: What asks the practice tenant.

    Raises:
        AuthorizationError: The page cannot be completed.
    """
    _walk(verification_url, _answers(account, decline) | {"user_code": user_code}, send)


def deliver(landing: Landing, origin: str = "") -> None:
    """Tell the program's listener the outcome, as the browser does, or our own page in it.

    Args:
        landing: Where the sign-in ended.
        origin: Where the listener is, if not where the address says.

    Raises:
        AuthorizationError: Nobody listens, or the listener refuses.
    """
    parts = urlsplit(landing.url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    origin = origin or f"{parts.scheme}://{parts.netloc}"
    requests = [("POST" if landing.form else "GET", target, landing.form, _FORM)]
    if landing.url.startswith(_CALLBACK):  # its page reads the fragment and posts it
        body = urlencode({"query": parts.query, "fragment": parts.fragment}).encode()
        requests.append(("POST", parts.path, body, _FORM | {"Origin": origin}))
    for method, path, content, headers in requests:
        with closing(_connected(origin)) as connection:
            try:
                connection.request(method, path, content, headers if content else {})
                status = connection.getresponse().status
            except (OSError, http.client.HTTPException) as error:
                raise sign_in_error("The listener broke off the conversation.") from error
        if status >= 400:
            raise sign_in_error(f"The listener answered with status {status}.")


def _answers(account: str, decline: bool) -> dict[str, str]:
    return {"email": account, "decision": "decline" if decline else "accept"}


def _walk(url: str, answers: dict[str, str], send: Send) -> Landing:
    """Follow pages and forms until one leads away from where it began, or has no form."""
    home, form = urlsplit(url).netloc, None
    for _ in range(MAX_PAGES):
        status, location, page = send("GET" if form is None else "POST", url, form)
        found = Form.of(page)
        is_moved = bool(location) and status in _REDIRECTS
        form = None if is_moved else found.filled(answers)
        if status != 200 and not is_moved:
            raise sign_in_error(
                f"The sign-in page cannot be completed. It says: {found.said(status)}"
            )
        if not is_moved and not found.action:
            return Landing("")
        url = urljoin(url, location if is_moved else found.action)
        if urlsplit(url).netloc != home:
            return Landing(url, form)
    raise sign_in_error("The sign-in leads in circles.")


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


def _connected(origin: str) -> http.client.HTTPConnection:
    """Return a connection to a listener of this machine.

    Raises:
        AuthorizationError: Nobody listens there.
    """
    parts = urlsplit(origin)
    host, port = parts.hostname or "localhost", parts.port or 80
    if host not in LOOPBACK_HOSTS:
        raise sign_in_error(
            f"The practice sign-in leads away from this machine: {plain_line(origin, 80)}"
        )
    # A name in the system's table may lack one family; both loopback addresses are tried.
    for address in ("::1", "127.0.0.1") if host == "localhost" else (host,):
        try:
            opened = socket.create_connection((address, port), timeout=_SECONDS)
        except OSError:
            continue
        connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
        connection.sock = opened
        return connection
    raise sign_in_error(f"Nobody listens at {plain_line(origin, 80)}.")


def sign_in_error(message: str) -> AuthorizationError:
    """Return the error of a practice sign-in that came to nothing."""
    return AuthorizationError(message, "Start the sign-in again.", code="practice-sign-in-failed")
