"""Secrets taken out of anything that is shown, logged or written."""

import re

HIDDEN = "[hidden]"

_VALUE = r"[A-Za-z0-9._~+/=%!*$-]"
"""A sign of a token or code after the first; Microsoft's of personal accounts have `!*$` too."""

_PATTERNS = (
    ("bearer", r"(?i)\b(bearer(?:\s|\+|%20)+)[A-Za-z0-9._~+/=%-]" + _VALUE + "{11,}"),
    (
        "token",
        (
            r"(?i)((?:access_|refresh_|id_)?token[\\\"']{0,4}\s{0,9}(?:[=:]|%3d)\s{0,9}[\\\"']{0,4})"
            r"[A-Za-z0-9._~+/=%-]" + _VALUE + "{11,}"
        ),
    ),
    (
        "code",
        (
            r"(?i)(\b(?:device_|authorization_)?code(?:=|%3d))"
            r"(?=[a-z._~+/%!*$-]{0,200}[0-9])[a-z0-9._~+/=%-]" + _VALUE + "{15,}"
        ),
    ),
    (
        "code",
        (
            r"(?i)(\b(?:device_|authorization_)?code[\\\"']{1,4}\s{0,9}:\s{0,9}[\\\"']{1,4})"
            r"(?=[a-z._~+/%!*$-]{0,200}[0-9])[a-z0-9._~+/=%-]" + _VALUE + "{39,}"
        ),
    ),
    (
        "eyj",
        r"(?<![A-Za-z0-9_-])()eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    ),
    (
        "_",
        (
            r"(?<![A-Za-z0-9+/\\=_%-])()[A-Za-z0-9+/\\=_%-]{40,}_[A-Za-z0-9]{4}_"
            r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
        ),
    ),
)
"""Bearer headers, tokens and codes of OAuth, JWTs, and the Webex token shape (reference/webex.md
2.1).

A code has a digit in it, which the name of an error mostly has not. Each of the last two begins
where a run of its characters begins, so that a long text without a token takes time in proportion
to its length. Before each stands what no match is without, in small letters: most texts hold no
secret, and finding that out so takes a tenth of the time. Each is compiled when it is first wanted.
"""


def redact(text: str) -> str:
    """Return text in which everything that looks like a token is hidden."""
    folded = text.casefold()
    for sign, pattern in _PATTERNS:
        if sign in folded:
            text = re.sub(pattern, rf"\1{HIDDEN}", text)
    return text
