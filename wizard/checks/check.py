"""A graded check and the report of a connection test, as data; loads nothing heavy."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

RUNGS = {
    "address": "Tenant URL",
    "dns": "Name lookup",
    "proxy": "Proxy",
    "tcp": "Network connection",
    "tls": "Secure connection",
    "token-shape": "Token",
    "http": "Webex answers",
    "authorization": "Token accepted",
    "identity": "Account",
    "organization": "Organization",
    "role": "Administrator role",
    "scopes": "Scopes",
    "lifetime": "Lifetime",
    "scim-query": "Search as Entra does it",
    "scim-shape": "Form of the answer",
    "verdict": "Entra's Test Connection",
}
"""Id and title of every rung of the connection ladder, from the lowest to the last."""

VERDICT_CHECK = "verdict"
"""The rung that sums up the others."""

_MENDED_BY_A_TOKEN = frozenset(
    {
        "forbidden",
        "organization-mismatch",
        "role-cannot-write",
        "scope-missing",
        "token-expired",
        "token-impossible",
        "unauthorized",
    }
)
"""Codes of what the token or its account is wrong for; to test again changes nothing there."""

_SAID_OF_WRITES = {
    "yes": "Creating and changing users would work.",
    "no": "Creating and changing users would not work.",
    "unknown": "Whether creating and changing users would work is not known.",
}


class Status(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """One check that ended; its texts are harmless and free of secrets."""

    id: str
    title: str
    status: Status
    code: str
    """A stable name; `ok` when there is nothing to say."""
    message: str
    hint: str = ""
    """What to do next; empty when there is nothing to do."""
    http_status: int | None = None
    tracking_id: str | None = None
    duration_ms: int = 0

    def in_words(self) -> str:
        """Return the check as plain text, with cause and next step when something is wrong."""
        time = f" ({self.duration_ms} ms)" if self.duration_ms else ""
        parts = [f"{self.status!s:<8}{self.title}: {self.message}{time}"]
        if self.status in {Status.WARNED, Status.FAILED}:
            if self.hint:
                parts.append(f"        Next: {self.hint}")
            if self.tracking_id:
                parts.append(f"        Tracking id: {self.tracking_id}")
            parts.append(f"        Code: {self.code}")
        return "\n".join(parts)

    def to_json(self) -> dict[str, Any]:
        """Return the check as the `test` command prints it."""
        return {
            "id": self.id,
            "title": self.title,
            "status": str(self.status),
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "http_status": self.http_status,
            "tracking_id": self.tracking_id,
            "duration_ms": self.duration_ms,
        }


@dataclass(frozen=True)
class ConnectionReport:
    """What a connection test found."""

    checks: tuple[Check, ...]
    verdict: Literal["passed", "failed"]
    """`passed` when no check failed; warnings and skipped checks do not fail a test."""
    entra_says: Literal["success", "failure", "unknown"]
    """What Entra's own Test Connection button will most likely say."""
    writes: Literal["yes", "no", "unknown"]
    """Whether creating and changing users would work, as far as reading can tell."""
    started_at: datetime
    duration_ms: int
    version: int = 1
    not_stored: str = ""
    """Why nobody will be told later how it ended, as sentences; empty when it is stored."""

    @property
    def wants_another_token(self) -> bool:
        """Whether another token mends the first failure; the others mostly follow from it."""
        first = next((check for check in self.checks if check.status is Status.FAILED), None)
        return first is not None and first.code in _MENDED_BY_A_TOKEN

    def in_words(self) -> tuple[str, str]:
        """Return what Entra's own test should say, and whether writes would work, in sentences."""
        return f"Entra's own test should say: {self.entra_says}.", _SAID_OF_WRITES[self.writes]

    def to_json(self) -> dict[str, Any]:
        """Return the report as the `test` command prints it."""
        return {
            "version": self.version,
            "command": "test",
            "verdict": self.verdict,
            "entra_says": self.entra_says,
            "writes": self.writes,
            "checks": [check.to_json() for check in self.checks],
        }
