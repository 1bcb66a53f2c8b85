"""A rung of the connection ladder, and what climbing it has found so far."""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from wizard.checks.check import Check, Status
from wizard.errors import AnswerError, WizardError
from wizard.net.clock import is_off
from wizard.net.endpoints import Endpoints
from wizard.net.transport import HttpAnswer
from wizard.scim.models import ListResponse
from wizard.webex.models import IdentityUser, OwnToken, TokenOwner

OK = "ok"
NOT_NEEDED = "not-needed"
NOT_REACHED = "not-reached"
OUT_OF_TIME = "out-of-time"
SWITCHED_OFF = "switched-off"


@dataclass(frozen=True)
class Target:
    """What a connection test is about."""

    endpoints: Endpoints
    organization_id: str
    token: SecretStr
    expires_at: datetime | None
    """When the token ends, with a time zone; None when nobody said."""
    expires_assumed: bool
    """Whether `expires_at` is a guess."""
    issued_at: datetime | None = None
    """When the token was made; scales the warning of a short-lived one."""
    scopes: tuple[str, ...] = ()
    """What was granted, as was told when the token came; empty when it was not."""
    renewal: str = ""
    """The command that renews the token; empty where no profile keeps it."""

    @property
    def tenant_url(self) -> str:
        """The Tenant URL that Entra gets."""
        return self.endpoints.tenant_url(self.organization_id)


@dataclass(frozen=True)
class Outcome:
    """How a rung ended, before it has a duration."""

    status: Status
    code: str
    message: str
    hint: str = ""
    http_status: int | None = None
    tracking_id: str | None = None


@dataclass
class Climb:
    """What the rungs so far have found; each rung fills in its own part."""

    target: Target
    trusted: ssl.SSLContext
    http: httpx.AsyncClient
    done: dict[str, Check] = field(default_factory=dict)
    answer: HttpAnswer | None = None
    """The answer to the one SCIM query."""
    listed: ListResponse | None = None
    person: TokenOwner | None = None
    identity: IdentityUser | None = None
    own_token: OwnToken | None = None
    clock_ahead: float | None = None
    """Seconds by which this machine's clock is ahead of Webex's; None while nobody has said."""

    @property
    def host(self) -> str:
        """The host of the tenant URL; only asked after the address has been judged."""
        return urlsplit(self.target.tenant_url).hostname or ""

    @property
    def port(self) -> int:
        """The port of the tenant URL; only asked after the address has been judged."""
        return urlsplit(self.target.tenant_url).port or (443 if self.is_https else 80)

    @property
    def is_https(self) -> bool:
        """Whether the tenant URL is https."""
        return urlsplit(self.target.tenant_url).scheme == "https"

    @property
    def now(self) -> datetime:
        """The time by Webex's clock, where this machine's is off."""
        ahead = self.clock_ahead if is_off(self.clock_ahead) else None
        return datetime.now(UTC) - timedelta(seconds=ahead or 0.0)

    def failed(self, *ids: str) -> bool:
        """Tell whether any of these rungs failed."""
        return any(self.done[rung].status is Status.FAILED for rung in ids if rung in self.done)


@dataclass(frozen=True)
class Rung:
    """One rung: what it stands on, and how long it may take."""

    id: str
    run: Callable[[Climb], Awaitable[Outcome]]
    needs: tuple[str, ...] = ()
    """Rungs without which this one makes no sense."""
    limit: float = 0.0
    """Seconds; 0 for a rung that waits for nobody."""


def passed(message: str, *, answer: HttpAnswer | None = None) -> Outcome:
    """Return that all is well."""
    return Outcome(
        Status.PASSED,
        OK,
        message,
        http_status=answer.status if answer else None,
        tracking_id=answer.tracking_id if answer else None,
    )


def warned(code: str, message: str, hint: str = "") -> Outcome:
    """Return that something deserves attention but does not stop provisioning."""
    return Outcome(Status.WARNED, code, message, hint)


def failed(code: str, message: str, hint: str = "") -> Outcome:
    """Return that something is wrong."""
    return Outcome(Status.FAILED, code, message, hint)


def skipped(code: str, message: str) -> Outcome:
    """Return that a rung was not tried, and why."""
    return Outcome(Status.SKIPPED, code, message)


def told_by(error: WizardError, status: Status = Status.FAILED) -> Outcome:
    """Return what one of our errors means as an outcome."""
    return Outcome(
        status,
        error.code,
        error.message,
        error.hint,
        http_status=error.status if isinstance(error, AnswerError) else None,
        tracking_id=error.tracking_id,
    )
