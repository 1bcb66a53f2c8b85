"""What a fault makes of an answer."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from wizard.practice.faults import STATUSES, Fault
from wizard.practice.messages import Answer, Request, json_answer
from wizard.practice.problems import UNAUTHORIZED, problem

HOSTILE_TEXT = (
    "[/x] [@click=app.quit]pwn[/] [$error] \x1b]52;c;aGk=\x1b\\ "
    "\u202etxt.exe {'a': ['b[0]']} <script>alert(1)</script>"
)
"""Markup, control sequences and overrides that no screen may obey (reference/craft.md 4.5)."""

INSTEAD = STATUSES | {"expired", "revoked", "html", "empty", "huge", "not-listresponse"}
"""Faults that answer in place of the tenant; the request then changes nothing."""

AFTERWARDS = frozenset({"slow", "cut", "hostile"})
"""Faults that spoil the tenant's own answer."""

_USUAL_SHAPE = {
    "authorization": "oauth",
    "people": "rest",
    "identity": "ci",
    "tokens": "oauth",
    "scim": "scim",
}

_REASONS = {
    401: UNAUTHORIZED,
    403: "The account is not allowed to do this.",
    404: "The requested resource could not be found.",
    409: "A user with this userName exists already.",
    429: "Too many requests.",
    500: "Something went wrong on the server.",
    503: "The service is not available at the moment.",
}

_SLOW = 5.0
_HUGE = 300.0
_CHUNK = b"x" * 65536


def instead(fault: Fault, request: Request) -> Answer:
    """Return the answer a fault gives in place of the tenant."""
    shape = fault.shape or _USUAL_SHAPE[fault.where]
    if fault.fault in STATUSES:
        status = int(fault.fault)
        retry_after = 5.0 if status == 429 and fault.amount is None else fault.amount
        return problem(request, status, _REASONS[status], shape, retry_after)
    if fault.fault in {"expired", "revoked"}:
        return problem(request, 401, f"The access token is {fault.fault}.", shape)
    return _ODD_ANSWERS[fault.fault](fault)


def _html(_fault: Fault) -> Answer:
    page = b"<!doctype html><html><title>Portal</title><p>Please sign in to the network.</html>"
    return Answer(200, page, {"Content-Type": "text/html;charset=UTF-8"})


def _empty(_fault: Fault) -> Answer:
    return Answer(200, b"", {"Content-Type": "application/json"})


def _not_listresponse(_fault: Fault) -> Answer:
    return json_answer({"status": "ok", "service": "not SCIM"})


def _huge(fault: Fault) -> Answer:
    megabytes = _HUGE if fault.amount is None else fault.amount
    chunks = round(megabytes * 1_000_000 / len(_CHUNK))
    return Answer(200, headers={"Content-Type": "application/json"}, stream=_filler(chunks))


def _filler(chunks: int) -> Iterator[bytes]:
    yield b'{"displayName": "'
    for _ in range(chunks):
        yield _CHUNK
    yield b'"}'


_ODD_ANSWERS: dict[str, Callable[[Fault], Answer]] = {
    "html": _html,
    "empty": _empty,
    "not-listresponse": _not_listresponse,
    "huge": _huge,
}


def afterwards(fault: Fault, answer: Answer) -> Answer:
    """Return the tenant's own answer as a fault spoils it."""
    if fault.fault == "slow":
        answer.delay = _SLOW if fault.amount is None else fault.amount
    elif fault.fault == "cut":
        answer.headers["Content-Length"] = str(max(len(answer.body), 2))
        answer.body = answer.body[: len(answer.body) // 2]
    elif "json" in answer.headers.get("Content-Type", "") and answer.body:
        answer.body = json.dumps(_hostile(json.loads(answer.body))).encode()
    return answer


def _hostile(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _hostile(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_hostile(part) for part in value]
    return HOSTILE_TEXT if isinstance(value, str) else value
