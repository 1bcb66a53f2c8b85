"""What Webex answered to Entra, taken out of the text that Entra's service makes of it.

The service writes either a line for each of Resource, Operation, Response Status Code, Response
Headers and Response Content, or `StatusCode:`, `Message:` and `Web Response:`, and then sentences
of its own about the next try (reference/graph-entra.md 6.1, 8.3 and 11).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from wizard.graph.errors import UpstreamAnswer
from wizard.words.redact import redact
from wizard.words.text import plain_line, support_id

_LONGEST = 8000
"""Characters of a text that are read."""
_LONGEST_DETAIL = 1000
"""Characters of Webex's own words that are kept."""

_LABEL = re.compile(
    r"(?im)(?:^|(?<=\\n)|(?<=\\r))[ \t]{0,20}"
    r"(resource|operation|response status code|response headers|response content)[ \t]{0,5}:"
)
_CONTENT = "response content"
_WEB_RESPONSE = re.compile(r"(?i)web[ _-]?response[ \t]{0,5}:")
_AFTERWARDS = re.compile(r"(?i)[.\s]*\bthis operation (?:was|will be) retried")
_NEXT_TRY = re.compile(r"(?i)retried again after this date:\s{0,5}(\d{4}-\d\d-\d\dT[\d:.]+)")
_TRACKING = re.compile(r"(?im)^[ \t]{0,20}(?:x-)?tracking-?id[ \t]{0,5}:[ \t]*(\S+)")
_STATUS_LABEL = re.compile(r"(?i)\bstatus[ _]?code[ \t]{0,5}[:=][ \t]{0,5}([a-z0-9]+)")
_STATUS_TOLD = re.compile(
    r"(?i)\b(?:HTTP[/ ]|HTTP status(?: code)? |returned an error: \(|indicate success: "
    r"|status code (?:of |was |is )?)['\"(]{0,2}([345]\d\d)\b"
)
_STATUS_BESIDE = re.compile(r"\b([345]\d\d) \(([A-Za-z' -]{2,60})\)")
_STATUS_BEFORE = re.compile(r"\(([345]\d\d)\) ([A-Z][A-Za-z' -]{1,60})")
"""A number and words: a status only where the words are its reason phrase."""


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


_STATUS_BY_NAME = {
    _letters(name): status.value
    for key, status in HTTPStatus.__members__.items()
    for name in (key, status.phrase)
}
_CLOSING = {"{": "}", "[": "]"}

_NO_WORDS = frozenset(
    {"schemas", "status", "scimtype", "code", "errorcode", "key", "lang", "uri", "innererror"}
)
_STATUSES = ("status", "key", "code")
_WRAPS = frozenset(
    {"detail", "details", "title", "reason", "message", "description", "error", "errors"}
    | {"error_description", "errormessage", "odata.error"}
)
"""Names of what is said; other names tell about what it is said."""
_TRACKING_KEY = re.compile(r"(?i)^(?:tracking|request)[-_]?id$")
_TAG = re.compile(r"(?s)<(?:style|script)\b.{0,4000}?</(?:style|script)>|<[^<>]{0,400}>")


@dataclass(frozen=True)
class _Body:
    """What the body of an answer tells, as it came."""

    status: int | None = None
    scim_type: str = ""
    code: str = ""
    words: str = ""
    tracking_id: str | None = None


def upstream_answer(words: str) -> UpstreamAnswer | None:
    """Return what Webex answered to Entra; None where the text does not tell.

    What follows the last label is Webex's own and read for its body alone, because it could hold
    the same words.
    """
    words = words[:_LONGEST]
    parts = _labelled(words)
    if parts.keys() & {"resource", "response status code"}:
        status_text = plain_line(parts.get("response status code", ""), 60)
        content = parts.get(_CONTENT, "")
        tracking = _TRACKING.search(parts.get("response headers", ""))
        return _answer(
            content,
            _status(status_text),
            status_text=status_text,
            resource=redact(plain_line(parts.get("resource", ""))),
            operation=plain_line(parts.get("operation", ""), 20),
            tracking_id=support_id(tracking[1]) if tracking else None,
        )
    labels = list(_WEB_RESPONSE.finditer(words))
    before = words[: labels[0].start()] if labels else words
    named = _STATUS_LABEL.search(before)
    status = _status(named[1]) if named else None
    if labels:
        content = words[labels[0].end() :]
        return _answer(content, status, status_text=named[1] if named else "")
    return _bare(words, status, named[1] if named else "")


def next_try(words: str) -> datetime | None:
    """Return when the service tries again, where its text tells."""
    later = _NEXT_TRY.search(words[:_LONGEST])
    try:
        return datetime.fromisoformat(later[1].rstrip(".")).replace(tzinfo=UTC) if later else None
    except ValueError:
        return None


def _bare(words: str, status: int | None, status_text: str) -> UpstreamAnswer | None:
    """Return the answer in a text without labels: the document in it, or the status it tells."""
    start = min((at for at in map(words.find, "{[") if at >= 0), default=-1)
    if start >= 0:
        body = _read(words[start:])
        if body.scim_type or (body.words and (status or body.status)):
            return _answer(words[start:], status, status_text=status_text)
    status = status or _told_status(words)
    if status is None or status < 300:
        return None
    found = _answer("", status, status_text=status_text or str(status))
    return replace(found, is_repeated=False)


def _told_status(words: str) -> int | None:
    """Return the status that a sentence tells; a number of people or groups is none."""
    if told := _STATUS_TOLD.search(words):
        return int(told[1])
    for told in _STATUS_BESIDE.finditer(words):
        if _STATUS_BY_NAME.get(_letters(told[2])) == int(told[1]):
            return int(told[1])
    for told in _STATUS_BEFORE.finditer(words):
        said = _letters(told[2])
        if any(
            status == int(told[1]) and said.startswith(name)
            for name, status in _STATUS_BY_NAME.items()
        ):
            return int(told[1])
    return None


def _answer(
    content: str,
    status: int | None,
    *,
    status_text: str,
    resource: str = "",
    operation: str = "",
    tracking_id: str | None = None,
) -> UpstreamAnswer:
    afterwards = _AFTERWARDS.search(content)
    content = _spaced(content[: afterwards.start()] if afterwards else content)
    body = _read(content)
    return UpstreamAnswer(
        resource=resource,
        operation=operation,
        status=body.status or status,
        status_text=status_text,
        scim_type=redact(plain_line(body.scim_type, 60)),
        code=redact(plain_line(body.code, 120)),
        detail=redact(plain_line(redact(body.words), _LONGEST_DETAIL)),
        tracking_id=tracking_id or body.tracking_id,
    )


def _labelled(words: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    labels = list(_LABEL.finditer(words))
    for index, label in enumerate(labels):
        name = label[1].lower()
        is_last = name == _CONTENT or index + 1 == len(labels)
        end = len(words) if is_last else labels[index + 1].start()
        parts.setdefault(name, words[label.end() : end].strip())
        if is_last:
            break
    return parts


def _read(content: str) -> _Body:
    """Return what a body tells: JSON however often escaped or cut off, a web page, or text."""
    for read in (_document, _completed):
        for text in _unescaped(content):
            document = read(text) if text.startswith(("{", "[")) else None
            if document is not None:
                return _told(document)
    if content.startswith(("{", "[")):
        return _Body()
    return _Body(words=_TAG.sub(" ", content) if content.startswith("<") else content)


def _unescaped(content: str) -> Iterator[str]:
    """Yield a text as it is, and what it is without one and two layers of JSON's escapes."""
    for _ in range(3):
        content = _spaced(content).removeprefix('"').lstrip()
        yield content
        content = re.sub(r'\\(["\\/])', r"\1", content)


def _spaced(content: str) -> str:
    """Return a text without blanks, and line breaks written as escapes, around it."""
    return re.sub(r"^(?:\\r|\\n|\s)+|(?:\\r|\\n|\s)+$", "", content)


def _document(text: str) -> Any:
    """Return the JSON that a text begins with; None when it begins with none that tells."""
    try:
        found, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _told(document: Any) -> _Body:
    facts: dict[str, Any] = {}
    for name, value in _leaves(document):
        facts.setdefault(name.rpartition(".")[2].lower(), value)
    tracking = (support_id(value) for name, value in facts.items() if _TRACKING_KEY.match(name))
    code = facts.get("errorcode") or facts.get("code") or facts.get("error") or ""
    sentences = tuple(dict.fromkeys(_sentences(document)))
    return _Body(
        status=next(filter(None, (_status(str(facts.get(name, ""))) for name in _STATUSES)), None),
        scim_type=_name(facts.get("scimtype")),
        code=_name(code),
        words="; ".join(sentences),
        tracking_id=next(filter(None, tracking), None),
    )


def _name(value: Any) -> str:
    """Return a value that can be the name of an error; empty for any other."""
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z]\w{0,100}", value) else ""


def _leaves(value: Any, name: str = "", depth: int = 6) -> Iterator[tuple[str, Any]]:
    """Yield each value that holds no other, with the names that lead to it."""
    if depth == 0:
        return
    if isinstance(value, dict):
        for key, inner in list(value.items())[:50]:
            yield from _leaves(inner, f"{name}.{key}", depth - 1)
    elif isinstance(value, list):
        for inner in value[:20]:
            yield from _leaves(inner, name, depth - 1)
    elif isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        yield name, value


def _sentences(
    document: Any, about: str = "", *, inside: bool = False, depth: int = 6
) -> Iterator[str]:
    """Yield what a document says, each sentence after the names of what it is about."""
    if depth == 0:
        return
    if isinstance(document, list):
        for inner in document[:20]:
            yield from _sentences(inner, about, inside=inside, depth=depth - 1)
    elif isinstance(document, dict):
        for key, inner in list(document.items())[:50]:
            name = str(key).lower()
            wraps = name in _WRAPS or (name == "value" and not about)
            if name in _NO_WORDS or _TRACKING_KEY.match(name):
                continue
            path = about if wraps else f"{about}.{key}".lstrip(".")
            if wraps or inside or isinstance(inner, dict | list):
                yield from _sentences(inner, path, inside=True, depth=depth - 1)
    elif isinstance(document, str) and (text := document.strip()):
        within = _document(text)
        if within is not None:
            yield from _sentences(within, about, inside=inside, depth=depth - 1)
        else:
            yield f"{about}: {text}" if about else text


def _completed(text: str) -> Any:
    """Return what is left of JSON that was cut off; None when it is none that tells."""
    open_brackets, in_string, is_escaped = "", False, False
    cuts: list[tuple[int, str]] = []
    for at, sign in enumerate(text):
        if in_string:
            in_string, is_escaped = is_escaped or sign != '"', not is_escaped and sign == "\\"
        elif sign == '"':
            in_string = True
        elif sign in "{[":
            open_brackets = _CLOSING[sign] + open_brackets
            cuts.append((at + 1, open_brackets))
        elif sign in "}]":
            open_brackets = open_brackets[1:]
        elif sign == ",":
            cuts.append((at, open_brackets))
    whole = f'{text.rstrip(chr(92))}…"' if in_string else text
    tries = ((whole, open_brackets), *((text[:at], rest) for at, rest in reversed(cuts[-8:])))
    return next(filter(None, (_document(part + rest) for part, rest in tries)), None)


def _status(text: str) -> int | None:
    """Return the status that .NET writes as a number or as a name such as `NotFound`."""
    text = text.strip()
    if re.match(r"[1-5]\d\d(?!\d)", text, re.ASCII):
        return int(text[:3])
    return _STATUS_BY_NAME.get(_letters(text))
