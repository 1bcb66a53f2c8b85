"""Somebody whose provisioning has run, with entries in its log, and the command that reads it."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

from tests.entra_actions import Wizard
from tests.typing_here import opening
from wizard.commands import log
from wizard.commands.arguments import parse_arguments
from wizard.practice.entra.clock import stamp

CONFLICT = (
    "Resource: Users\nOperation: POST\nResponse Status Code: Conflict\nResponse Content: "
    '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409",'
    '"scimType":"uniqueness","detail":"User exists."}'
)


def entry(number: int, at: datetime, job: str, **changes: Any) -> dict[str, Any]:
    """Return an entry as the service writes it: somebody was created."""
    name = f"person{number:04}@practice.example"
    return {
        "id": f"e{number:04}",
        "activityDateTime": stamp(at),
        "tenantId": job.split(".")[1],
        "jobId": job,
        "cycleId": "c1",
        "changeId": f"d{number}",
        "provisioningAction": "create",
        "durationInMilliseconds": 120,
        "provisioningStatusInfo": {"status": "success", "errorInformation": None},
        "provisioningSteps": [],
        "modifiedProperties": [{"displayName": "userName", "oldValue": None, "newValue": name}],
        "sourceIdentity": {"id": f"s{number}", "displayName": name, "identityType": "User"},
        "targetIdentity": {"id": f"w{number}", "displayName": name, "identityType": "User"},
    } | changes


def failed(code: str = "EntryConflict", words: str = CONFLICT) -> dict[str, Any]:
    """Return what makes an entry one of a failure."""
    error = {"errorCode": code, "reason": words, "errorCategory": "failure"}
    return {"provisioningStatusInfo": {"status": "failure", "errorInformation": error}}


@dataclass
class LogRan:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def ids(self) -> list[str]:
        return [row["id"] for row in self.rows]


@dataclass
class Writing(StringIO):
    """Standard output, during whose lines something happens."""

    happens: Callable[[str], object]
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def write(self, text: str) -> int:
        self.happens(text)
        return super().write(text)


class Logged(Wizard):
    """Somebody whose setup is done, with entries in the log."""

    @property
    def job(self) -> str:
        return str(self.session.profile.entra.job_id)

    async def prepare(self) -> None:
        await self.set_up(until="on-demand")

    def log(self, *entries: dict[str, Any]) -> None:
        self.practice.tell_entra(log=list(entries))

    def fill(self, count: int, *, ends: datetime | None = None) -> list[str]:
        """Write entries, one each second; return their ids."""
        last = ends or datetime.now(UTC) - timedelta(hours=1)
        first = last - timedelta(seconds=count)
        made = [entry(n, first + timedelta(seconds=n), self.job) for n in range(count)]
        self.log(*made)
        return [each["id"] for each in made]

    def run(self, *arguments: str, out: StringIO | None = None) -> LogRan:
        """Run `log`; what it asks for is forgotten before."""
        self.practice.forget_requests()
        told, err = out or StringIO(), StringIO()
        before = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = told, err
        try:
            code = log.run(parse_arguments(["log", *arguments]), opening(self))
        finally:
            sys.stdout, sys.stderr = before
        return LogRan(code, told.getvalue(), err.getvalue())
