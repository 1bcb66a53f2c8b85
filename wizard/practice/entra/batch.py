"""Several requests in one, as shells and SDKs send them (Graph, "Combine requests with JSON")."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from wizard.practice.entra.call import GRAPH_PATH, bad_request
from wizard.practice.messages import Answer, Request, json_answer

_MOST = 20
"""Requests in one batch."""


def batch(request: Request, answer: Callable[[Request], Answer]) -> Answer:
    """Answer each request of a batch, one after another.

    Args:
        request: The batch.
        answer: Answers a single request.

    Raises:
        Refused: It is none, or too large.
    """
    try:
        asked = json.loads(request.body)["requests"]
        inner = [(str(one["id"]), _single(request, one)) for one in asked]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise bad_request("Invalid batch payload format.", "BadRequest") from error
    if not 0 < len(inner) <= _MOST or len({name for name, _ in inner}) < len(inner):
        raise bad_request(f"A batch has 1 to {_MOST} requests, each with its own id.", "BadRequest")
    return json_answer({"responses": [_answered(name, answer(one)) for name, one in inner]})


def _single(request: Request, asked: Mapping[str, Any]) -> Request:
    path, _, query = str(asked["url"]).partition("?")
    given = {name.lower(): str(text) for name, text in (asked.get("headers") or {}).items()}
    body = asked.get("body")
    return Request(
        str(asked["method"]).upper(),
        f"{GRAPH_PATH}/{unquote(path).lstrip('/')}",
        query,
        {"authorization": request.headers.get("authorization", "")} | given,
        b"" if body is None else json.dumps(body).encode(),
        front=request.front,
    )


def _answered(name: str, answer: Answer) -> dict[str, Any]:
    is_json = "json" in answer.headers.get("Content-Type", "")
    text = answer.body.decode()
    content = json.loads(text) if is_json and text else text or None
    return {"id": name, "status": answer.status, "headers": answer.headers, "body": content}
