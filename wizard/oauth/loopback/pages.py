"""What a listener says to a browser: nothing that is kept, framed, or loads anything."""

import base64
import hashlib
import re
from dataclasses import replace
from http import HTTPStatus

from wizard.oauth.loopback.exchange import Reply

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


def sentence(status: HTTPStatus, text: str, *headers: tuple[str, str]) -> Reply:
    """Return a plain sentence, for requests that are none of ours."""
    answer = reply(status, "text/plain; charset=utf-8", text)
    return replace(answer, headers=(*answer.headers, *headers))


def reply(
    status: HTTPStatus, content_type: str, text: str, policy: str = "default-src 'none'"
) -> Reply:
    """Return a reply with a content security policy."""
    headers = (*_HEADERS, ("Content-Security-Policy", policy))
    return Reply(status, content_type, text.encode(), headers)


def hashed(content: str) -> str:
    """Return how a policy names a script or style that may stand in the page."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
