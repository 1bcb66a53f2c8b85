"""A visitor: does the browser's part of a sign-in to the practice authority."""

import http.client
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from wizard.practice.visitor import (
    MAX_PAGES,
    Form,
    Send,
    connected,
    failed,
    over_loopback,
    visit,
)


@dataclass(frozen=True)
class Landing:
    """Where the browser ends, and what it brings."""

    url: str
    form: bytes | None = None
    """What is posted there; in the mode `query` nothing is, and the answer stands in the url."""


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
        Where the program's listener is told the outcome; it is not contacted.

    Raises:
        AuthorizationError: The sign-in ends on a page, or leads somewhere else.
    """
    landing = _walk(authorization_url, _answers(account, decline), send)
    if not landing.url:
        raise failed("The sign-in ends without going back to the program.")
    return landing


def deliver(landing: Landing) -> None:
    """Tell the program's listener the outcome.

    Raises:
        AuthorizationError: Nobody listens, or the listener refuses.
    """
    parts = urlsplit(landing.url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if landing.form else {}
    with closing(connected(f"{parts.scheme}://{parts.netloc}")) as connection:
        try:
            connection.request("POST" if landing.form else "GET", target, landing.form, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise failed("The listener broke off the conversation.") from error
    if status >= 400:
        raise failed(f"The listener answered with status {status}.")


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


def _answers(account: str, decline: bool) -> dict[str, str]:
    return {"email": account, "decision": "decline" if decline else "accept"}


def _walk(url: str, answers: dict[str, str], send: Send) -> Landing:
    """Follow pages and forms until one leads away from the authority, or has no form."""
    home, form = urlsplit(url).netloc, None
    for _ in range(MAX_PAGES):
        status, location, page = visit(send, url, form)
        found = Form.of(page)
        form = None if location else found.filled(answers)
        if status != 200 and not location:
            raise failed(f"The sign-in page cannot be completed. It says: {found.said(status)}")
        if not location and not found.action:
            return Landing("")
        url = urljoin(url, location or found.action)
        if urlsplit(url).netloc != home:
            return Landing(url, form)
    raise failed("The sign-in leads in circles.")


def query_of(landing: Landing) -> str:
    """Return what the browser brings, as a query string."""
    return landing.form.decode() if landing.form else urlsplit(landing.url).query
