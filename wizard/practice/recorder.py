"""The last requests the practice tenant saw, for tests and for the curious; never a token."""

from collections import deque
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from typing import Any

from wizard.practice.messages import Answer, Request
from wizard.words.redact import redact

KEPT = 1000
"""Requests remembered; older ones are forgotten."""

EXCHANGES = 400
"""Conversations with Graph remembered word for word."""


@dataclass(frozen=True)
class RecordedRequest:
    """One request: what was asked, how it was answered, and for whom."""

    method: str
    target: str
    """Path and query, redacted."""
    status: int
    account: str
    """The e-mail address in the token, or nothing; also of a token no longer accepted."""


@dataclass(frozen=True)
class RecordedExchange:
    """One conversation with Graph, so that a test can judge both sides of it; never a token."""

    method: str
    target: str
    content_type: str
    body: str
    status: int
    answer_type: str
    answer: str


@dataclass(frozen=True)
class _Conversation:
    """What was said, word for word, made fit to be told when somebody asks first."""

    request: Request
    answer: Answer

    @cached_property
    def told(self) -> dict[str, Any]:
        request, answer = self.request, self.answer
        exchange = RecordedExchange(
            request.method,
            redact(request.target),
            request.headers.get("content-type", ""),
            _told(request.body),
            answer.status,
            answer.headers.get("Content-Type", ""),
            _told(answer.body),
        )
        return asdict(exchange)


@lru_cache(maxsize=64)
def _told(body: bytes) -> str:
    """Return what a body says, redacted; a schema is large, and is read again and again."""
    return redact(body.decode("utf-8", "replace"))


class Recorder:
    """The last requests, oldest first; what it tells of them is redacted."""

    def __init__(self) -> None:
        self._requests: deque[RecordedRequest] = deque(maxlen=KEPT)
        self._exchanges: deque[_Conversation] = deque(maxlen=EXCHANGES)

    def record(self, request: Request, answer: Answer, account: str) -> None:
        """Remember one request."""
        self._requests.append(
            RecordedRequest(request.method, redact(request.target), answer.status, account)
        )
        # An answer that was spoiled on purpose says nothing about anybody's manners.
        if request.path.startswith("/graph/") and not answer.spoiled:
            self._exchanges.append(_Conversation(request, answer))

    def listed(self) -> list[dict[str, Any]]:
        """Return the remembered requests as JSON."""
        return [asdict(request) for request in tuple(self._requests)]

    def exchanges(self) -> list[dict[str, Any]]:
        """Return the remembered conversations with Graph as JSON."""
        return [conversation.told for conversation in tuple(self._exchanges)]

    def clear(self) -> None:
        """Forget all requests."""
        self._requests.clear()
        self._exchanges.clear()
