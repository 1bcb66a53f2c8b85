"""What an answer of Graph means that is no success; errors are also found inside its texts.

Graph forwards synchronization calls to another service, whose errors arrive as JSON text inside
`error.message` (reference/graph-entra.md 2.7 and 8.2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wizard.graph.catalogue import REFUSALS, UNKNOWN
from wizard.graph.errors import GraphError, UpstreamAnswer
from wizard.graph.job_codes import TEST_CONNECTION
from wizard.graph.meanings import of_test
from wizard.graph.upstream import upstream_answer
from wizard.net.answers import again, is_html, redirect_host, retry_after, said
from wizard.net.transport import HttpAnswer, json_in
from wizard.words.meanings import Meaning, meaning
from wizard.words.redact import redact
from wizard.words.text import in_words, plain, plain_line, support_id

MICROSOFT_GRAPH = "Microsoft Graph"

_LONGEST = 8000
"""Characters of Microsoft's words that are kept: they may hold a whole answer of Webex."""

_CODE_KEYS = ("errorCode", "ErrorCode", "code", "Code")
_MESSAGE_KEYS = ("errorMessage", "ErrorMessage", "message", "Message")
_INNER_KEYS = ("innerError", "innererror", "InnerError")
_ID_KEYS = ("request-id", "requestId")
_TELLS_NOTHING = frozenset({"", "unknownerror", "badrequest", "generalexception", "unauthorized"})


@dataclass(frozen=True)
class _Said:
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


def _said_by(answer: HttpAnswer) -> _Said:
    """Return what the error object of an answer says; empty when it has none."""
    errors = list(_errors(answer.json))
    codes = [code for error, _ in reversed(errors) for code in _codes(error)]
    readable = (text for _, texts in reversed(errors) for text in texts)
    given = (found for error, _ in errors for found in _strings(error, _ID_KEYS))
    return _Said(
        codes=tuple(dict.fromkeys(redact(plain_line(code, 120)) for code in codes)),
        message=next(readable, ""),
        request_id=next(filter(None, map(support_id, given)), None),
    )


def refusal_of(answer: HttpAnswer) -> GraphError:
    """Return what an answer that is no success means, with Microsoft's own words."""
    error = _said_by(answer)
    words = redact(plain(redact(error.message), _LONGEST)) or ("" if error.codes else said(answer))
    wait = retry_after(answer)
    upstream = upstream_answer(words) if error.codes else None
    known = _known(answer, error, words, upstream).filled(
        again=again(wait), place=redirect_host(answer) or "another address"
    )
    return known.error(
        GraphError,
        message=_sentence(known, answer, error.code, words, upstream),
        status=answer.status,
        retry_after=wait,
        tracking_id=error.request_id or answer.tracking_id,
        graph_code=error.code,
        words=words,
    )


def _known(
    answer: HttpAnswer, error: _Said, words: str, upstream: UpstreamAnswer | None
) -> Meaning:
    heard = "" if in_words(words).lower().rstrip(".") == "unknown error" else words
    if (challenge := "insufficient_claims") in answer.headers.get("www-authenticate", ""):
        heard = f"{heard} {challenge}"
    codes = (*error.codes, upstream.code) if upstream and upstream.code else error.codes
    known = meaning(REFUSALS, *codes, status=answer.status, words=heard) or UNKNOWN
    # One code of the test stands for many causes; what Webex answered tells which.
    return of_test(error.code, words) or known if known in TEST_CONNECTION else known


def _sentence(
    known: Meaning, answer: HttpAnswer, code: str, words: str, upstream: UpstreamAnswer | None
) -> str:
    """Return the meaning, then Microsoft's words and code for whoever wants to look them up.

    Of long words the first paragraph is quoted; Entra's test puts Webex's answer into the next.
    """
    source = f"{code}, HTTP {answer.status}" if code else f"HTTP {answer.status}"
    if is_html(answer) and not code:
        source += ", a web page"
    quoted = plain_line(words.strip().partition("\n\n")[0])
    if upstream is not None and upstream.is_repeated and not upstream.resource:
        quoted = upstream.in_words
    if quoted:
        return f"{known.message} Microsoft says: “{quoted}” ({source})."
    message = known.message
    if known.code == UNKNOWN.code and code and code.lower() not in _TELLS_NOTHING:
        message = f"{message.rstrip('.')}: {in_words(code)}."
    return f"{message} ({source})"


def _errors(document: Any, depth: int = 5) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield the error objects in a document with their words, outermost first.

    Words that are JSON themselves are read as a further object.
    """
    if depth == 0 or not isinstance(document, dict):
        return
    outer = document.get("error")
    if isinstance(outer, dict):
        yield from _errors(outer, depth - 1)
        return
    texts = {text: json_in(text) for text in _strings(document, _MESSAGE_KEYS)}
    yield document, [text for text, inner in texts.items() if not isinstance(inner, dict)]
    for inner in (*(document.get(key) for key in _INNER_KEYS), *texts.values()):
        yield from _errors(inner, depth - 1)


def _codes(error: dict[str, Any]) -> list[str]:
    named = [error["error"]] if isinstance(error.get("error"), str) else []
    return [*_strings(error, _CODE_KEYS), *named]


def _strings(error: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    return [error[key] for key in keys if isinstance(error.get(key), str) and error[key]]
