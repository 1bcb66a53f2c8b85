"""What a redirect brings (RFC 6749 section 4), whether the browser hands it over or a person."""

import hmac
import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from pydantic import SecretStr

from wizard.errors import InvalidInput

MAX_PASTED = 32_768
"""Characters read of one paste: the longest token, encoded twice, in a long address."""

DRESSING = " \t\r\n\"'`<>‘’‚“”„‹›«»"  # noqa: RUF001 - the quotes of other languages are meant
"""What stands around a pasted text without being part of it."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_ADDRESS = re.compile(r"(?i)\bhttps?://[a-z0-9\-._~:/?#@!$&'()*+,;=%[\]]+")
"""As far as an address may go (RFC 3986 section 2), its host in brackets included."""
_AFTER_ADDRESS = ".,;:!?'*"
"""What a sentence puts behind an address."""
_ENCODINGS = {"&amp;": "&", "\\u0026": "&", "\\u003d": "=", "\\u003D": "=", "\\/": "/"}
"""How HTML and JSON write what stands in an address."""
_COPY_AGAIN = (
    "Sign in with the link from the terminal. When the browser shows its last page, copy the "
    "whole content of the address bar and paste it here."
)


def parameters(query: str, fragment: str) -> dict[str, str]:
    """Return the decoded parameters of a redirect; the fragment wins over the query.

    A plus sign stands for a blank, as in forms, but not in the token, which has no blanks.
    """
    found = {}
    for pair in [*query.removeprefix("?").split("&"), *fragment.removeprefix("#").split("&")]:
        name, _, value = pair.partition("=")
        decode = unquote if name == "access_token" else unquote_plus
        found[unquote_plus(name)] = decode(value)
    return found


def state_matches(given: dict[str, str], state: SecretStr) -> bool | None:
    """Tell, in constant time, whether the state is the expected one; None when there is none."""
    if not given.get("state"):
        return None
    expected = state.get_secret_value().encode()
    return hmac.compare_digest(given["state"].encode(errors="replace"), expected)


def undressed(text: str) -> str:
    """Return a pasted text without what mail and chat programs put into and around it.

    Raises:
        InvalidInput: There is nothing, or far too much.
    """
    if len(text) > MAX_PASTED:
        raise not_an_answer(
            "pasted-too-long", "The pasted text is far too long to be a sign-in answer."
        )
    visible = _INVISIBLE.sub("", text).strip(DRESSING)
    if not visible:
        raise not_an_answer("nothing-pasted", "Nothing was pasted.")
    return visible


def addresses(text: str) -> Iterator[str]:
    """Yield each web address in a pasted text, without what chats, mails and JSON put around it.

    `<address|text>`, `[text](address)`, `{"url": "address"}` and `<a href="address">` are some of
    it. A line break ends an address: join the lines of one that was wrapped before.
    """
    for way, plain_way in _ENCODINGS.items():
        text = text.replace(way, plain_way)
    for found in _ADDRESS.finditer(text):
        yield _within_brackets(found[0]).rstrip(_AFTER_ADDRESS)


def _within_brackets(address: str) -> str:
    """Cut an address at the first bracket that it has not opened itself."""
    depth = {"(": 0, "[": 0}
    for at, letter in enumerate(address):
        if letter in depth:
            depth[letter] += 1
        elif opening := {")": "(", "]": "["}.get(letter):
            depth[opening] -= 1
            if depth[opening] < 0:
                return address[:at]
    return address


def decoded(text: str) -> str:
    """Undo percent-encoding, which mail and chat programs put on top of the browser's."""
    for _ in range(3):
        text = unquote(text)
    return text.strip(DRESSING)


def not_an_answer(code: str, message: str) -> InvalidInput:
    """Return the error of a pasted text that is no answer of a sign-in."""
    return InvalidInput(message, _COPY_AGAIN, code=code)
