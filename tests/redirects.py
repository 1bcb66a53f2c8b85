"""The browser's part of a Webex sign-in, as the link that was shown asks for it."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

from wizard.machine.ports import TOKEN_PORT
from wizard.oauth.webex.implicit import REDIRECT_URI

_TURNS = 20
"""Turns of the event loop in which a listener takes a connection and reads what came."""


def link_in(shown: str) -> str:
    """Return the last link to Webex among what was shown."""
    return str(re.findall(r"^(https?://\S+response_type\S+)$", shown, re.MULTILINE)[-1])


def fragment(shown: str, token: str, **more: str) -> str:
    """Return what the sign-in whose link was shown brings back behind the `#`."""
    link = link_in(shown)
    goto = parse_qs(urlsplit(link).query).get("goto", [link])[0]
    state = parse_qs(urlsplit(goto).query)["state"][0]
    return urlencode({"access_token": token, "token_type": "Bearer", **more, "state": state})


def address(shown: str, token: str) -> str:
    """Return the address at which the browser ends."""
    return f"{REDIRECT_URI}#{fragment(shown, token, expires_in='3887999')}"


@asynccontextmanager
async def almost_posted(brought: str) -> AsyncIterator[Callable[[], None]]:
    """Hand a fragment over as our page does, but for the last octet; yield what sends that.

    The listener takes it before anything that happens in the same moment has come to its end.
    """
    form = urlencode({"query": "", "fragment": brought}).encode()
    head = (
        f"POST {urlsplit(REDIRECT_URI).path} HTTP/1.1",
        f"Host: localhost:{TOKEN_PORT}",
        f"Origin: http://localhost:{TOKEN_PORT}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(form)}",
    )
    with socket.create_connection(("127.0.0.1", TOKEN_PORT)) as browser:
        browser.sendall("\r\n".join((*head, "", "")).encode() + form[:-1])
        for _turn in range(_TURNS):
            await asyncio.sleep(0)
        yield partial(browser.sendall, form[-1:])
