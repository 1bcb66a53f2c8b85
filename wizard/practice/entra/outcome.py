"""What became of one object that went through provisioning, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.practice.entra.clock import PracticeClock, stamp


@dataclass
class ObjectOutcome:
    """What became of one object."""

    kind: str
    """`User` or `Group`."""
    source_id: str
    name: str
    """How people call it."""
    clock: PracticeClock
    action: str = "other"
    """`create`, `update`, `disable`, `delete`, `stagedDelete` or `other`."""
    status: str = "success"
    """`success`, `skipped` or `failure`."""
    code: str = ""
    reason: str = ""
    target_id: str = ""
    steps: list[dict[str, Any]] = field(default_factory=list)
    modified: list[dict[str, str | None]] = field(default_factory=list)
    delay: float = 0
    """Seconds Webex took more than it should."""

    def step(
        self,
        name: str,
        kind: str,
        description: str,
        details: Mapping[str, str],
        *,
        status: str = "success",
    ) -> None:
        """Note one step.

        Args:
            name: The name of the step.
            kind: What kind of step it is.
            description: One sentence on it.
            details: What was found or done.
            status: How it went.
        """
        self.steps.append(
            {
                "name": name,
                "type": kind,
                "status": status,
                "description": description,
                "timestamp": stamp(self.clock.now()),
                "details": dict(details),
            }
        )

    def skip(self, code: str, reason: str) -> "ObjectOutcome":
        """End without a change, for a good reason."""
        details = {"SkipReason": code}
        self.step("EntrySynchronizationSkip", "export", reason, details, status="skipped")
        self.status, self.code, self.reason = "skipped", code, reason
        return self

    def fail(self, code: str, reason: str) -> "ObjectOutcome":
        """End with an error."""
        self.status, self.code, self.reason = "failure", code, reason
        return self
