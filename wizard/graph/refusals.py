"""What an answer of Graph means that is no success; its errors are parsed twice.

Graph forwards synchronization calls to another service, whose errors arrive as JSON text inside
`error.message` (reference/graph-entra.md 2.7 and 8.2).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wizard.graph.catalogue import REDIRECTED, REFUSALS, UNAVAILABLE, UNKNOWN, Refusal
from wizard.graph.errors import GraphError
from wizard.net.answers import again, is_html, redirect_host, retry_after, said
from wizard.net.transport import Answer
from wizard.words.redact import redact
from wizard.words.text import plain, plain_line, support_id

WHO = "Microsoft Graph"

_LONGEST = 8000
"""Characters of Microsoft's words that are kept: they may hold a whole answer of Webex."""

_CODE_KEYS = ("errorCode", "ErrorCode", "code", "Code")
_MESSAGE_KEYS = ("errorMessage", "ErrorMessage", "message", "Message")
_INNER_KEYS = ("innerError", "innererror", "InnerError")
_TELLS_NOTHING = frozenset({"", "unknownerror", "badrequest", "generalexception", "unauthorized"})
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Said:
    """What the error object of an answer says."""

    codes: tuple[str, ...] = ()
    """Microsoft's codes as one line each, the innermost first."""
    message: str = ""
    """The innermost words as they came: neither harmless nor redacted."""
    request_id: str | None = None

    @property
    def code(self) -> str:
        """The innermost code that tells something, or else the innermost one."""
        telling = (code for code in self.codes if code.lower() not in _TELLS_NOTHING)
        return next(telling, self.codes[0] if self.codes else "")


def said_by(answer: Answer) -> Said:
    """Return what the error object of an answer says; empty when it has none."""
    errors = list(_errors(_json(answer.body)))
    codes = [code for error in reversed(errors) for code in _codes(error)]
    messages = [text for error in reversed(errors) for text in _strings(error, _MESSAGE_KEYS)]
    readable = (text for text in messages if not isinstance(_json(text), dict))
    given = (found for error in errors for found in _strings(error, ("request-id", "requestId")))
    return Said(
        codes=tuple(dict.fromkeys(redact(plain_line(code, 120)) for code in codes)),
        message=next(readable, ""),
        request_id=next(filter(None, map(support_id, given)), None),
    )


def refusal_of(answer: Answer) -> GraphError:
    """Return what an answer that is no success means, with Microsoft's own words."""
    error = said_by(answer)
    words = redact(plain(redact(error.message), _LONGEST)) or ("" if error.codes else said(answer))
    known = _known(answer, error, words)
    wait = retry_after(answer)
    shown = {
        "again": again(wait),
        "place": redirect_host(answer) or "another address",
    }
    return GraphError(
        _sentence(known, known.message.format_map(shown), answer, error.code, words),
        known.hint.format_map(shown),
        code=known.code,
        status=answer.status,
        retry_after=wait,
        tracking_id=error.request_id or answer.tracking_id,
        graph_code=error.code,
        words=words,
    )


def in_words(code: str) -> str:
    """Return a code that nobody explained as words: `SomeNewCode` as `Some new code`."""
    words = _HUMP.sub(" ", code.replace("_", " ")).split()
    return " ".join([*words[:1], *(word if word.isupper() else word.lower() for word in words[1:])])


def _known(answer: Answer, error: Said, words: str) -> Refusal:
    if 300 <= answer.status < 400:
        return REDIRECTED
    if answer.status >= 500:
        return UNAVAILABLE
    heard = "" if in_words(words).lower().rstrip(".") == "unknown error" else words.lower()
    if (challenge := "insufficient_claims") in answer.headers.get("www-authenticate", ""):
        heard = f"{heard} {challenge}"
    codes = tuple(code.lower() for code in error.codes)
    fitting = (refusal for refusal in REFUSALS if refusal.fits(answer.status, codes, heard))
    return next(fitting, UNKNOWN)


def _sentence(known: Refusal, message: str, answer: Answer, code: str, words: str) -> str:
    """Return the meaning, then Microsoft's words and code for whoever wants to look them up.

    Of long words the first paragraph is quoted; Entra's test puts Webex's answer into the next.
    """
    source = f"{code}, HTTP {answer.status}" if code else f"HTTP {answer.status}"
    if is_html(answer) and not code:
        source += ", a web page"
    quoted = plain_line(words.strip().partition("\n\n")[0])
    if quoted:
        return f"{message} Microsoft says: “{quoted}” ({source})."
    if known is UNKNOWN and code and code.lower() not in _TELLS_NOTHING:
        message = f"{message.rstrip('.')}: {in_words(code)}."
    return f"{message} ({source})"


def _errors(document: Any, depth: int = 5) -> Iterator[dict[str, Any]]:
    """Yield the error objects in a document, outermost first, also those written as text."""
    if depth == 0 or not isinstance(document, dict):
        return
    outer = document.get("error")
    if isinstance(outer, dict):
        yield from _errors(outer, depth - 1)
        return
    yield document
    for key in _INNER_KEYS:
        yield from _errors(document.get(key), depth - 1)
    for message in _strings(document, _MESSAGE_KEYS):
        yield from _errors(_json(message), depth - 1)


def _codes(error: dict[str, Any]) -> list[str]:
    named = [error["error"]] if isinstance(error.get("error"), str) else []
    return [*_strings(error, _CODE_KEYS), *named]


def _strings(error: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    return [error[key] for key in keys if isinstance(error.get(key), str) and error[key]]


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
