"""The errors that cross module borders; each one is written for the administrator.

WizardError
├── InvalidInput            the administrator typed or pasted something we cannot use
│   ├── UnusableAnswer      a question of a step was not answered in a way that can be used
│   └── StepFirst           another step has to be done before this one
├── CheckFailed             what was tried did not pass, here or in Entra
├── EndpointsError          the endpoints file is not usable
├── MachineError            this machine is in the way: a port, a file, a clock, a browser
├── KeystoreError           the system's keyring cannot be used
├── HostsError              a stored secret is bound to other hosts than these
├── ProfileError            a stored profile cannot be read or written
├── AuthorizationError      the browser sign-in ended without a usable token
│   └── EntraRefusal        Microsoft said no to a sign-in (oauth.entra.refusal)
├── TransportError          no usable HTTP answer: DNS, TCP, TLS, proxy, time, size
├── AnswerError             an HTTP answer that says no, or that we cannot understand
│   └── GraphError          Graph said no (graph.errors)
│       └── CredentialsRefused  Entra tried the credentials and was not content (graph.errors)
├── TokenRefused            a token that must not be used: organization, role, scope
├── MappingError            a mapping document that cannot be read or changed that way
│   └── ExpressionError     an expression that cannot be read (mapping.expression.errors)
│       └── EvaluationError     one without a value (mapping.expression.functions.errors)
├── PreviewError            what was read cannot be previewed, or a plan cannot be used
├── HandoverError           a hand-over file that cannot be opened, or must not be taken over
├── UnexpectedError         a mistake of this program
└── LeftByUser              the administrator left; not a failure
"""

from dataclasses import KW_ONLY, dataclass


@dataclass(eq=False, repr=False)
class WizardError(Exception):
    """What happened, what to do next, and a stable code.

    Args:
        message: What happened and why, in one or two sentences.
        hint: What to do next.
        code: A stable name such as `port-taken`, for scripts and for support.
        tracking_id: The server's own id of the failed request, when it gave one.

    All texts must already be `plain()` and free of secrets. `dataclasses.replace` copies an error
    with other facts.
    """

    message: str
    hint: str = ""
    _: KW_ONLY
    code: str = ""
    tracking_id: str | None = None

    def __post_init__(self) -> None:
        self.args = (self.message,)
        self.code = self.code or type(self).code or "error"

    def __str__(self) -> str:
        tracking = f"Tracking id: {self.tracking_id}" if self.tracking_id else ""
        return "\n".join(part for part in (self.message, self.hint, tracking) if part)

    def add(self, sentence: str) -> None:
        """Say one more thing about what happened."""
        self.message = f"{self.message} {sentence}".rstrip()

    def in_words(self) -> str:
        """Return the error as lines with a label each, for front ends without screens."""
        lines = {
            "Problem": self.message,
            "Next": self.hint,
            "Tracking id": self.tracking_id,
            "Code": self.code,
        }
        return "\n".join(f"{label}: {text}" for label, text in lines.items() if text)


class InvalidInput(WizardError):
    """The administrator typed or pasted something we cannot use."""

    code = "invalid-input"


@dataclass(eq=False, repr=False, kw_only=True)
class UnusableAnswer(InvalidInput):
    """A step's question was not answered, or not in a way that can be used; nothing was done.

    Args:
        question: The id of the question.
    """

    question: str


@dataclass(eq=False, repr=False, kw_only=True)
class StepFirst(InvalidInput):
    """Another step has to be done before this one; nothing was done.

    Args:
        step: The id of that step.
    """

    step: str


class CheckFailed(WizardError):
    """What was tried did not pass, here or in Entra."""

    code = "check-failed"


class EndpointsError(WizardError):
    """The endpoints file is not usable."""

    code = "endpoints-file"


class MachineError(WizardError):
    """This machine is in the way: a port, a file, a clock, a browser."""

    code = "machine"


class KeystoreError(WizardError):
    """The system's keyring cannot be used."""

    code = "keyring"


class HostsError(WizardError):
    """A stored secret is bound to other hosts than these; it was not sent."""

    code = "hosts"


class ProfileError(WizardError):
    """A stored profile cannot be read or written."""

    code = "profile"


class AuthorizationError(WizardError):
    """The browser sign-in ended without a usable token."""

    code = "authorization"


class TransportError(WizardError):
    """No usable HTTP answer: DNS, TCP, TLS, proxy, time, size."""

    code = "transport"


@dataclass(eq=False, repr=False, kw_only=True)
class AnswerError(WizardError):
    """An HTTP answer that says no, or that we cannot understand.

    Args:
        status: The HTTP status, for callers that decide by it.
        retry_after: Seconds the server asked us to wait.
    """

    code = "answer"
    status: int | None = None
    retry_after: float | None = None


class TokenRefused(WizardError):
    """A token that must not be used: wrong organization, role or scope."""

    code = "token-refused"


class MappingError(WizardError):
    """A mapping document that cannot be read or changed that way."""

    code = "mapping"


class PreviewError(WizardError):
    """What was read cannot be previewed, or a plan cannot be used."""

    code = "preview"


class HandoverError(WizardError):
    """A hand-over file that cannot be opened, or must not be taken over."""

    code = "handover"


class UnexpectedError(WizardError):
    """A mistake of this program; says its kind and its place, and none of its words."""

    code = "unexpected"


class LeftByUser(WizardError):
    """The administrator left; not a failure."""

    code = "left"
