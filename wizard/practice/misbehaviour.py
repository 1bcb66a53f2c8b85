"""What a fault makes of an answer."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from wizard.practice.faults import STATUSES, Fault
from wizard.practice.messages import Answer, Request, json_answer
from wizard.practice.problems import UNAUTHORIZED, graph_error, problem

HOSTILE_TEXT = (
    "[/x] [@click=app.quit]pwn[/] [$error] \x1b]52;c;aGk=\x1b\\ "
    "\u202etxt.exe pay\u200bpal\u2060\ufeff 1\u200d2 {'a': ['b[0]']} <script>alert(1)</script>"
)
"""Markup, control sequences, overrides and invisible characters.

No screen may obey or hide them.
"""

INSTEAD = STATUSES | {
    "expired",
    "revoked",
    "html",
    "empty",
    "huge",
    "not-listresponse",
    "no-role",
    "not-granted",
    "lost",
}
"""Faults that answer in place of the tenant; the request then changes nothing."""

AFTERWARDS = frozenset({"slow", "cut", "hostile", "landed-404", "landed-503"})
"""Faults that spoil the tenant's own answer."""

_USUAL_SHAPE = {
    "authorization": "oauth",
    "people": "rest",
    "identity": "ci",
    "tokens": "oauth",
    "scim": "scim",
    "scim-v2": "scim",
    "authority": "oauth",
    "device": "oauth",
    "synchronization": "syncfabric",
}
"""Graph's other places answer in the shape of Graph."""

_REASONS = {
    401: UNAUTHORIZED,
    403: "The account is not allowed to do this.",
    404: "The requested resource could not be found.",
    409: "A user with this userName exists already.",
    429: "Too many requests.",
    500: "Something went wrong on the server.",
    503: "The service is not available at the moment.",
}
_REASONS_OF_GRAPH = {
    403: "Insufficient privileges to complete the operation.",
    404: "The resource does not exist, or one of those it refers to is not present.",
    409: "Another object with the same value for a property exists already.",
}

_NOT_GRANTED = json.dumps(
    {
        "errorCode": "PermissionScopeNotGranted",
        "message": "Authorization failed due to missing permission scope.",
        "instanceAnnotations": [],
    }
)

_SLOW = 5.0
_HUGE = 300.0
_CHUNK = b"x" * 65536


def instead(fault: Fault, request: Request, where: str) -> Answer:
    """Return the answer a fault gives in place of the tenant.

    Args:
        fault: What goes wrong.
        request: The request that meets it.
        where: The place of the request, which may be a part of the fault's.
    """
    shape = fault.shape or _USUAL_SHAPE.get(where, "graph")
    if fault.fault in STATUSES:
        status = int(fault.fault)
        retry_after = 5.0 if status == 429 and fault.amount is None else fault.amount
        return problem(request, status, _reason(status, shape), shape, retry_after)
    if fault.fault in {"expired", "revoked"}:
        # An expired token does not come as far as the service behind Graph.
        told = "graph" if shape == "syncfabric" else shape
        return problem(request, 401, f"The access token is {fault.fault}.", told)
    if fault.fault == "no-role":
        return problem(request, 403, _reason(403, "graph"), "graph")
    if fault.fault == "not-granted":
        return json_answer(graph_error("UnknownError", _NOT_GRANTED, request), 403)
    odd = _ODD_ANSWERS[fault.fault](fault)
    odd.spoiled = True
    return odd


def _reason(status: int, shape: str) -> str:
    of_graph = _REASONS_OF_GRAPH if shape in {"graph", "syncfabric"} else {}
    return of_graph.get(status, _REASONS[status])


def _lost(_fault: Fault) -> Answer:
    return _cut(Answer(200))


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
    "lost": _lost,
    "html": _html,
    "empty": _empty,
    "not-listresponse": _not_listresponse,
    "huge": _huge,
}


def afterwards(fault: Fault, request: Request, answer: Answer) -> Answer:
    """Return the tenant's own answer as a fault spoils it."""
    if fault.fault == "slow":
        answer.delay = _SLOW if fault.amount is None else fault.amount
    elif fault.fault == "cut":
        return _cut(answer)
    elif fault.fault.startswith("landed-") and answer.status < 400:
        status = int(fault.fault.removeprefix("landed-"))
        return problem(request, status, _reason(status, "graph"), "graph")
    elif "json" in answer.headers.get("Content-Type", "") and answer.body:
        answer.spoiled = True
        answer.body = json.dumps(_hostile(json.loads(answer.body))).encode()
    return answer


def _cut(answer: Answer) -> Answer:
    """Return an answer that breaks off: it promises more than it holds."""
    # An answer with 204 has no body that could be missing.
    answer.status = 200 if answer.status == 204 else answer.status
    answer.spoiled = True
    answer.headers["Content-Length"] = str(max(len(answer.body), 2))
    answer.body = answer.body[: len(answer.body) // 2]
    return answer


def _hostile(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _hostile(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_hostile(part) for part in value]
    return HOSTILE_TEXT if isinstance(value, str) else value
