"""The last requests the practice tenant saw, for tests and for the curious; never a token."""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from wizard.redact import redact

KEPT = 1000
"""Requests remembered; older ones are forgotten."""


@dataclass(frozen=True)
class RecordedRequest:
    """One request: what was asked, how it was answered, and for whom."""

    method: str
    target: str
    """Path and query, redacted."""
    status: int
    account: str
    """The e-mail address in the token, or nothing; also of a token no longer accepted."""


class Recorder:
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._requests: deque[RecordedRequest] = deque(maxlen=KEPT)

    def record(self, method: str, target: str, status: int, account: str) -> None:
        """Remember one request."""
        self._requests.append(RecordedRequest(method, redact(target), status, account))

    def listed(self) -> list[dict[str, Any]]:
        """Return the remembered requests as JSON."""
        return [asdict(request) for request in tuple(self._requests)]

    def clear(self) -> None:
        """Forget all requests."""
        self._requests.clear()
