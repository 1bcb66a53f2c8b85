"""The errors of Graph and of the provisioning service behind it."""

from dataclasses import dataclass

from wizard.errors import AnswerError, TransportError, WizardError

_AFTER_SENDING = frozenset(
    {"answer-encoding", "answer-too-large", "connection-cut", "not-http", "timeout"}
)
"""Codes of failures that come when the request may have arrived."""

_UNCLEAR = frozenset({404, 408, 409, 429})
"""Refusals after which something may have been made all the same (reference/graph-entra.md 2.3)."""


class GraphError(AnswerError):
    """Graph, or the provisioning service behind it, said no.

    Args:
        graph_code: Microsoft's own code, as it stands in its documentation; may be empty.
        words: Microsoft's own words, with their line breaks; may be empty.
    """

    code = "graph"

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        code: str | None = None,
        tracking_id: str | None = None,
        status: int | None = None,
        retry_after: float | None = None,
        graph_code: str = "",
        words: str = "",
    ) -> None:
        super().__init__(
            message,
            hint,
            code=code,
            tracking_id=tracking_id,
            status=status,
            retry_after=retry_after,
        )
        self.graph_code = graph_code
        self.words = words


@dataclass(frozen=True)
class UpstreamAnswer:
    """What Webex answered to Entra, as Entra's error text tells it."""

    resource: str
    """The address that Entra asked."""
    operation: str
    status: int | None
    """The HTTP status; None when it was not understood or there was none."""
    status_text: str
    content: str
    tracking_id: str | None = None
    """Webex's id of the request, from its headers."""


class CredentialsRefused(GraphError):
    """Entra tried the credentials at Webex and was not content.

    Args:
        refusal: The error as any other operation would have raised it.
        upstream: What Webex answered; None when Entra does not tell.
    """

    def __init__(self, refusal: GraphError, upstream: UpstreamAnswer | None) -> None:
        super().__init__(
            refusal.message,
            refusal.hint,
            code=refusal.code,
            tracking_id=refusal.tracking_id,
            status=refusal.status,
            retry_after=refusal.retry_after,
            graph_code=refusal.graph_code,
            words=refusal.words,
        )
        self.upstream = upstream


def was_cut(error: TransportError) -> bool:
    """Tell whether a request without an answer may have arrived."""
    return error.code in _AFTER_SENDING


def may_have_landed(error: WizardError) -> bool:
    """Tell whether a request that changes something may have done so although it failed."""
    if isinstance(error, TransportError):
        return was_cut(error)
    if not isinstance(error, AnswerError):
        return False  # it never left this machine
    status = error.status or 0
    return status in _UNCLEAR or not 400 <= status < 500
