"""What a server says when it says no, in whichever of its dialects."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from wizard.errors import AnswerError
from wizard.net.transport import HttpAnswer
from wizard.words.meanings import Meaning, meaning, of_page
from wizard.words.redact import redact
from wizard.words.text import days, plain_line, support_id

_LONGEST_TOLD = 36 * 3600.0
"""Seconds of a `Retry-After` that somebody may wait for."""

_TITLE = re.compile(r"(?is)<title[^>]*>(.{0,400}?)</title>")
_TAG = re.compile(r"(?s)<[^<>]{0,400}>")
_HTML = re.compile(rb"(?i)\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|\?xml)")
_CHALLENGE = re.compile(r'(error|scope)="([^"]{0,400})"')
_LACKS_SCOPE = re.compile(
    r"(?i)\b(?:lack|miss|insufficient|requir|need|without|not (?:have|granted|include))\w*\b"
    r"[^.]{0,60}\bscopes?\b|\bscopes?\b[^.]{0,60}\b(?:lack|miss|insufficient|requir|need|not )"
)
_SCOPE_NAME = re.compile(r"\b[A-Za-z][\w-]{1,40}:[A-Za-z]\w{1,60}\b")
_TRACKING_KEY = re.compile(r"(?i)^tracking[-_]?id$")

_WORD_KEYS = (
    "message",
    "detail",
    "description",
    "error_description",
    "error",
    "errors",
    "Errors",
)

ANSWER_MEANINGS = of_page(
    "https://developer.webex.com/docs/api/basics",
    Meaning(
        "scope-missing",
        "{who} knows the token, but it lacks a permission (scope){scope} (HTTP 403).",
        "Get a new token, and accept everything that the sign-in page asks for.",
        theirs="insufficient_scope",
        status=403,
        page="RFC 6750 section 3.1",
    ),
    Meaning(
        "bad-request",
        "{who} could not use the request (HTTP 400).",
        "Check the value that was sent.",
        status=400,
    ),
    Meaning(
        "unauthorized",
        "{who} does not accept the token (HTTP 401).",
        "The token is wrong, expired or revoked, or its account changed roles. Get a new token.",
        status=401,
    ),
    Meaning(
        "forbidden",
        "{who} knows the token but does not allow this (HTTP 403).",
        "The account must be a full or user administrator of this organization, and the token "
        "must come from this wizard's own sign-in page.",
        status=403,
    ),
    Meaning(
        "not-found",
        "{who} has nothing at this address (HTTP 404).",
        "{where}",
        status=404,
    ),
    Meaning(
        "conflict",
        "{who} says that this already exists (HTTP 409).",
        "User names are unique in all of Webex; the account may belong to another organization.",
        status=409,
    ),
    Meaning("throttled", "{who} asks us to slow down (HTTP 429).", "{again}", status=429),
    Meaning(
        "redirected",
        "{who} sends us on to {place} (HTTP {status}). We do not follow, because the token would "
        "go along.",
        "Check the host of the address. A sign-in page of the network may stand in between.",
        status=3,
    ),
    Meaning(
        "server-error",
        "{who} has a problem of its own (HTTP {status}).",
        "{again} If it stays so, look at Webex's status page.",
        status=5,
    ),
)
"""What a status means; the first that fits counts."""

_UNEXPECTED = Meaning(
    "unexpected-status",
    "{who} gave an answer we did not expect (HTTP {status}).",
    "Try again. If it stays so, give the tracking id to Cisco's support.",
)


def json_of(answer: HttpAnswer, who: str = "Webex") -> Any:
    """Return the JSON of an answer, whatever its label says.

    Args:
        answer: Any answer.
        who: Who answered, as the administrator calls it.

    Raises:
        AnswerError: It is not JSON; the code is `not-json`, or `html-page` for a web page.
    """
    if answer.json is not None:
        return answer.json
    raise AnswerError(
        _with_words(f"{_what(answer)} came where JSON was expected.", who, said(answer)),
        "Check the address. A sign-in page of a proxy or of the network may answer in its place.",
        code="html-page" if is_html(answer) else "not-json",
        status=answer.status,
        tracking_id=tracking_id(answer),
    )


def error_of(
    answer: HttpAnswer, who: str = "Webex", where: str = "Check the host of the address."
) -> AnswerError:
    """Return what an answer that is no success means, with the server's own words.

    Args:
        answer: Any answer; reference/webex.md 4.5 lists the shapes that are understood.
        who: Who answered, as the administrator calls it.
        where: What to check where nothing is at the address that was asked.
    """
    wait, scope = retry_after(answer), missing_scope(answer)
    codes = () if scope is None else ("insufficient_scope",)
    known = meaning(ANSWER_MEANINGS, *codes, status=answer.status) or _UNEXPECTED
    known = known.filled(
        who=who,
        where=where,
        status=answer.status,
        again=again(wait),
        scope=f": {scope}" if scope else " that this needs",
        place=redirect_host(answer) or "another address of its own",
    )
    return known.error(
        AnswerError,
        message=_with_words(known.message, who, said(answer)),
        status=answer.status,
        retry_after=wait,
        tracking_id=tracking_id(answer),
    )


def said(answer: HttpAnswer) -> str:
    """Return the server's own words as one harmless line without secrets, or an empty string."""
    if isinstance(answer.json, dict):
        text = " ".join(dict.fromkeys(_words(answer.json)))
    elif is_html(answer):
        text = _title(answer.body)
    elif answer.json is None:
        text = answer.body[:2000].decode("utf-8", "replace")
    else:
        text = ""
    return redact(plain_line(redact(text)))


def is_html(answer: HttpAnswer) -> bool:
    """Tell whether the body is a web page, whatever its label says."""
    return bool(_HTML.match(answer.body[:200]))


def tracking_id(answer: HttpAnswer) -> str | None:
    """Return the id that Cisco's support asks for, from the body or a header."""
    if isinstance(answer.json, dict):
        for key, value in answer.json.items():
            if _TRACKING_KEY.match(key) and (found := support_id(value)):
                return found
    return answer.tracking_id


def retry_after(answer: HttpAnswer) -> float | None:
    """Return the seconds that `Retry-After` asks for, from a number or a date."""
    header = answer.headers.get("retry-after", "").strip()
    if header.isascii() and header.isdigit():
        return float(header[:9])
    try:
        moment = parsedate_to_datetime(header)
    except (TypeError, ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def again(seconds: float | None) -> str:
    """Return when to try again, in a sentence.

    Args:
        seconds: What `Retry-After` asks for; None when it says nothing.
    """
    if seconds is None:
        return "Wait a minute, then try again."
    if seconds > _LONGEST_TOLD:
        return (
            f"It asks for a wait of {days(round(seconds / 86_400))}, which is longer than anyone "
            "waits: something else is wrong there. Try again tomorrow."
        )
    for unit, name in ((3600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"Wait {seconds / unit:.0f} {name}, then try again."
    return f"Wait {'a second' if seconds <= 1 else f'{seconds:.0f} seconds'}, then try again."


def redirect_host(answer: HttpAnswer) -> str:
    """Return the host a redirect points to, or an empty string; the rest may hold secrets."""
    try:
        host = urlsplit(answer.headers.get("location", "")).hostname or ""
    except ValueError:
        host = ""
    return plain_line(host, 80)


def missing_scope(answer: HttpAnswer) -> str | None:
    """Return the scopes that a 403 asks for (RFC 6750 section 3.1), or an empty string.

    They come in the challenge or, from some servers, in the JSON of the body or in its words. None
    when the refusal is not about scopes.
    """
    said_in_body = answer.json if isinstance(answer.json, dict) else {}
    challenge = dict(_CHALLENGE.findall(answer.headers.get("www-authenticate", "")))
    error = challenge.get("error") or said_in_body.get("error")
    if answer.status != 403:
        return None
    if error != "insufficient_scope":
        words = said(answer)
        names = ", ".join(dict.fromkeys(_SCOPE_NAME.findall(words)))
        return plain_line(names, 120) if _LACKS_SCOPE.search(words) else None
    scope = challenge.get("scope") or said_in_body.get("scope")
    return redact(plain_line(scope, 120)) if isinstance(scope, str) else ""


def _words(error: Any, depth: int = 4) -> list[str]:
    """Return every sentence in the JSON error shapes of reference/webex.md 4.5, in order."""
    if isinstance(error, str):
        return [error]
    if isinstance(error, list):
        return [text for item in error[:5] for text in _words(item, depth)]
    if not isinstance(error, dict) or depth == 0:
        return []
    found = [text for key in _WORD_KEYS for text in _words(error.get(key), depth - 1)]
    scim_type = error.get("scimType")
    return [*found, f"({scim_type})"] if isinstance(scim_type, str) else found


def _with_words(message: str, who: str, words: str) -> str:
    return f"{message} {who} says: “{words}”" if words else message


def _what(answer: HttpAnswer) -> str:
    if not answer.body.strip():
        return "An empty answer"
    return "A web page" if is_html(answer) else "Plain text"


def _title(body: bytes) -> str:
    page = body[:20_000].decode("utf-8", "replace")
    title = _TITLE.search(page)
    return _TAG.sub(" ", title.group(1) if title else "")
