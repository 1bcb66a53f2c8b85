"""Secrets taken out of anything that is shown, logged or written."""

import re

HIDDEN = "[hidden]"

_PATTERNS = (
    re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{12,}"),
    re.compile(
        r"(?i)\b((?:access_|refresh_|id_)?token[\"']?\s*[=:]\s*[\"']?)[A-Za-z0-9._~+/=%-]{12,}"
    ),
    re.compile(r"()\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"),
    re.compile(
        r"()[A-Za-z0-9+/=-]{40,}_[A-Za-z0-9]{4}_[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    ),
)
"""Bearer headers, OAuth parameters, JWTs, and the Webex token shape (reference/webex.md 2.1)."""


def redact(text: str) -> str:
    """Return text in which everything that looks like a token is hidden."""
    for pattern in _PATTERNS:
        text = pattern.sub(rf"\1{HIDDEN}", text)
    return text


def mask(secret: str) -> str:
    """Return what may be shown of a secret: that it is there, and how long it is."""
    return f"{'•' * 8} ({len(secret)} characters)"
