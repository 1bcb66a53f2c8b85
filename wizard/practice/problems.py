"""How Webex (reference/webex.md 4.5) and Graph (reference/graph-entra.md 8.2) say no."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from wizard.practice.messages import Answer, Request, json_answer

SHAPES = ("rest", "ci", "scim", "oauth", "graph", "syncfabric")

UNAUTHORIZED = "The request requires a valid access token set in the Authorization request header."

_SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

_OAUTH_NAMES = {
    400: "invalid_request",
    401: "invalid_token",
    403: "insufficient_scope",
    429: "temporarily_unavailable",
    503: "temporarily_unavailable",
}

GRAPH_CODES = {
    400: "BadRequest",
    401: "InvalidAuthenticationToken",
    403: "Authorization_RequestDenied",
    404: "Request_ResourceNotFound",
    405: "Request_BadRequest",
    409: "Request_MultipleObjectsWithSameKeyValue",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
"""What Graph calls a status where nothing more is known of it."""


def _rest(status: int, text: str, request: Request) -> dict[str, Any]:
    return {"message": text, "errors": [{"description": text}], "trackingId": request.tracking_id}


def _ci(status: int, text: str, request: Request) -> dict[str, Any]:
    message = [{"code": f"{status}000", "description": text}]
    return {"error": {"key": str(status), "message": message}, "trackingId": request.tracking_id}


def _scim(status: int, text: str, request: Request) -> dict[str, Any]:
    kind = {"scimType": "uniqueness"} if status == 409 else {}
    return {"schemas": [_SCIM_ERROR], "status": str(status), **kind, "detail": text}


def _oauth(status: int, text: str, request: Request) -> dict[str, Any]:
    name = _OAUTH_NAMES.get(status, "server_error")
    return {"error": name, "error_description": text, "trackingID": request.tracking_id}


def graph_error(code: str, text: str, request: Request) -> dict[str, Any]:
    """Return the JSON in which Graph says no, with the ids that support asks for."""
    client_request_id = request.headers.get("client-request-id") or request.request_id
    inner = {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": request.request_id,
        "client-request-id": client_request_id,
    }
    return {"error": {"code": code, "message": text, "innerError": inner}}


def _graph(status: int, text: str, request: Request) -> dict[str, Any]:
    return graph_error(GRAPH_CODES.get(status, "UnknownError"), text, request)


def _syncfabric(status: int, text: str, request: Request) -> dict[str, Any]:
    """Return an error of the service behind Graph: JSON in the text, or no text at all."""
    if status in {429, 500, 503, 504}:
        return _graph(status, text, request)
    if status == 401:
        return graph_error("UnknownError", "", request)
    inside = {"errorCode": GRAPH_CODES.get(status, "Unknown"), "message": text}
    return graph_error("UnknownError", json.dumps(inside | {"instanceAnnotations": []}), request)


_BODIES: dict[str, Callable[[int, str, Request], dict[str, Any]]] = {
    "rest": _rest,
    "ci": _ci,
    "scim": _scim,
    "oauth": _oauth,
    "graph": _graph,
    "syncfabric": _syncfabric,
}


def problem(
    request: Request, status: int, text: str, shape: str, retry_after: float | None = None
) -> Answer:
    """Return an answer that says no.

    Args:
        request: The request that is refused; its tracking id goes into the body.
        status: The HTTP status.
        text: One sentence on why.
        shape: One of SHAPES.
        retry_after: Seconds to wait, sent as `Retry-After`.
    """
    answer = json_answer(_BODIES[shape](status, text, request), status)
    if shape == "scim":
        answer.headers["Content-Type"] = "application/scim+json"
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if retry_after is not None:
        answer.headers["Retry-After"] = f"{retry_after:g}"
    return answer
