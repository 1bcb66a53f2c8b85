"""The four shapes in which Webex says no (reference/webex.md 4.5)."""

from collections.abc import Callable
from typing import Any

from wizard.practice.messages import Answer, Request, json_answer

SHAPES = ("rest", "ci", "scim", "oauth")

UNAUTHORIZED = "The request requires a valid access token set in the Authorization request header."

_SCIM_ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

_OAUTH_NAMES = {
    400: "invalid_request",
    401: "invalid_token",
    403: "insufficient_scope",
    429: "temporarily_unavailable",
    503: "temporarily_unavailable",
}


def _rest(status: int, text: str, tracking_id: str) -> dict[str, Any]:
    return {"message": text, "errors": [{"description": text}], "trackingId": tracking_id}


def _ci(status: int, text: str, tracking_id: str) -> dict[str, Any]:
    message = [{"code": f"{status}000", "description": text}]
    return {"error": {"key": str(status), "message": message}, "trackingId": tracking_id}


def _scim(status: int, text: str, tracking_id: str) -> dict[str, Any]:
    kind = {"scimType": "uniqueness"} if status == 409 else {}
    return {"schemas": [_SCIM_ERROR], "status": str(status), **kind, "detail": text}


def _oauth(status: int, text: str, tracking_id: str) -> dict[str, Any]:
    name = _OAUTH_NAMES.get(status, "server_error")
    return {"error": name, "error_description": text, "trackingID": tracking_id}


_BODIES: dict[str, Callable[[int, str, str], dict[str, Any]]] = {
    "rest": _rest,
    "ci": _ci,
    "scim": _scim,
    "oauth": _oauth,
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
    answer = json_answer(_BODIES[shape](status, text, request.tracking_id), status)
    if shape == "scim":
        answer.headers["Content-Type"] = "application/scim+json"
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if retry_after is not None:
        answer.headers["Retry-After"] = f"{retry_after:g}"
    return answer
