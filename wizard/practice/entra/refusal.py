"""How the practice authority says no (reference/graph-entra.md 8.1)."""

import uuid
from datetime import UTC, datetime
from typing import Any

from wizard.errors import AuthorizationError
from wizard.practice.aadsts import AADSTS_REFUSALS, Refusal
from wizard.practice.messages import Answer, Request, json_answer


class SignInRefused(AuthorizationError):
    """The authority refuses; which of its answers becomes of it depends on who asked.

    Args:
        number: The AADSTS number, or the refusal itself.
        error: The OAuth error, where it is not the usual one.
        text: Why, where it is not the usual text.
    """

    def __init__(self, number: int | Refusal, error: str = "", text: str = "") -> None:
        self.refusal = AADSTS_REFUSALS[number] if isinstance(number, int) else number
        self.error = error or self.refusal.error
        self.text = text or self.refusal.text
        super().__init__(self.text, code=self.refusal.name)


def description(request: Request, refused: SignInRefused) -> str:
    """Return the description of a refusal, with the ids that support asks for."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return (
        f"{refused.refusal.name}: {refused.text} Trace ID: {request.request_id} "
        f"Correlation ID: {_correlation_id(request)} Timestamp: {now}"
    )


def refusal_answer(request: Request, refused: SignInRefused, authority: str) -> Answer:
    """Return a refusal as the token endpoint answers it (RFC 6749 section 5.2)."""
    number = refused.refusal.number
    content: dict[str, Any] = {
        "error": refused.error,
        "error_description": description(request, refused),
        "error_codes": [number],
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ"),
        "trace_id": request.request_id,
        "correlation_id": _correlation_id(request),
        "error_uri": f"{authority}/error?code={number}",
    }
    if refused.refusal.suberror:
        content["suberror"] = refused.refusal.suberror
    if refused.refusal.claims:
        content["claims"] = refused.refusal.claims
    return json_answer(content, 400, {"Cache-Control": "no-store"})


def _correlation_id(request: Request) -> str:
    given = request.headers.get("client-request-id", "")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return request.request_id
