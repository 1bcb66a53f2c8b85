"""The errors of Graph and of the provisioning service behind it."""

from dataclasses import dataclass

from wizard.errors import AnswerError, TransportError, WizardError

_AFTER_SENDING = frozenset(
    {"answer-encoding", "answer-too-large", "connection-cut", "not-http", "timeout"}
)
"""Codes of failures that come when the request may have arrived."""

_UNCLEAR = frozenset({404, 408, 409, 429})
"""Refusals after which something may have been made all the same (reference/graph-entra.md 2.3)."""


@dataclass(eq=False, repr=False, kw_only=True)
class GraphError(AnswerError):
    """Graph, or the provisioning service behind it, said no.

    Args:
        graph_code: Microsoft's own code, as it stands in its documentation; may be empty.
        words: Microsoft's own words, with their line breaks; may be empty.
    """

    code = "graph"
    graph_code: str = ""
    words: str = ""


@dataclass(frozen=True)
class UpstreamAnswer:
    """What Webex answered to Entra, as Entra's error text tells it."""

    resource: str
    """The address that Entra asked."""
    operation: str
    status: int | None
    """The HTTP status; None when it was not understood or there was none."""
    status_text: str
    scim_type: str = ""
    """The kind of error of RFC 7644 section 3.12, such as `uniqueness`."""
    code: str = ""
    """Another name of the error in the body."""
    detail: str = ""
    """What the body says, as one line."""
    is_repeated: bool = True
    """Whether the text repeats the answer; else it tells only its status, in a sentence."""
    tracking_id: str | None = None
    """Webex's id of the request, from its headers or the body."""

    @property
    def in_words(self) -> str:
        """What was answered: `409 uniqueness: already exists`."""
        number = str(self.status) if self.status else self.status_text
        what = " ".join(filter(None, (number, self.scim_type)))
        return ": ".join(filter(None, (what, self.detail)))


@dataclass(eq=False, repr=False, kw_only=True)
class CredentialsRefused(GraphError):
    """Entra tried the credentials at Webex and was not content.

    Args:
        upstream: What Webex answered; None when Entra does not tell.
    """

    upstream: UpstreamAnswer | None


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
