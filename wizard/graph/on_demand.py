"""On-demand provisioning: one person or group, at once, for real."""

import json
from typing import Any

from pydantic import ValidationError

from wizard.graph.connection import Connection, not_understood
from wizard.graph.errors import GraphError
from wizard.graph.meanings import as_error, of_entry
from wizard.graph.models import GraphLine, GraphModel, GraphText
from wizard.graph.operations import Operation
from wizard.graph.results import EntryResult, flattened, meaning_of_outcome
from wizard.mapping.schema import SynchronizationSchema
from wizard.words.meanings import Meaning


class _Pair(GraphModel):
    key: str | None = None
    value: str | None = None


class _Details(GraphModel):
    error_code: GraphLine = ""
    error_message: GraphText = ""


class _Outcome(GraphModel):
    result: GraphLine = ""
    details: _Details | None = None


class OnDemandResult(GraphModel):
    """What a run came to."""

    outcome: str
    """`success`, `skipped` or `failure`; another word if Microsoft uses one; may be empty."""
    code: str = ""
    """Microsoft's code of a failure or skip, such as `RedundantExport`."""
    words: str = ""
    """Microsoft's own words."""
    entry: EntryResult
    """Steps and values."""
    job_id: str = ""
    """The job that did it."""

    @property
    def meaning(self) -> Meaning | None:
        """What the code means, naming the job where that helps; None where there is none."""
        found = meaning_of_outcome(self.entry, self.outcome, self.code, self.words)
        return found and found.about_job(self.job_id)

    @property
    def error(self) -> GraphError | None:
        """The failure (`entra-entry`); None when there is none."""
        if self.outcome != "failure":
            return None
        group = self.entry.is_of_a_group
        known = of_entry(self.code, self.words, of_group=group).about_job(self.job_id)
        return as_error(known, "entra-entry", theirs=self.code, words=self.words)


class OnDemandRequests:
    """Runs for one person or group; each writes to Webex."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def person(
        self, principal_id: str, job_id: str, rule_id: str, user_id: str
    ) -> OnDemandResult:
        """Provision one person now.

        Args:
            principal_id: The service principal.
            job_id: The job; it may be paused.
            rule_id: The id of the synchronization rule in the schema.
            user_id: The person.
        """
        subject = {"objectId": user_id, "objectTypeName": "User"}
        return await self._run(principal_id, job_id, rule_id, subject)

    async def _run(
        self, principal_id: str, job_id: str, rule_id: str, subject: dict[str, Any]
    ) -> OnDemandResult:
        answer = await self._connection.send(
            Operation.PROVISION_ON_DEMAND.at(service_principal=principal_id, job=job_id),
            body={"parameters": [{"ruleId": rule_id, "subjects": [subject]}]},
            is_slow=True,
        )
        result = read_result(answer.body)
        if result is None:
            raise not_understood(answer, "a result of provisioning")
        return result.model_copy(update={"job_id": job_id})


def rule_for(schema: SynchronizationSchema, object_name: str = "User") -> str | None:
    """Return the id of the rule that maps such objects and is switched on, or None."""
    for rule in schema.synchronization_rules:
        for mapping in rule.object_mappings or ():
            if mapping.source_object_name == object_name and mapping.enabled is not False:
                return rule.id
    return None


def read_result(body: bytes) -> OnDemandResult | None:
    """Return the result in an answer, or None when it holds none.

    Key and value are JSON written as text; the key may be the name of a type instead, and the
    value a list (reference/graph-entra.md 2.9).
    """
    try:
        pair = _Pair.model_validate_json(body)
        key = _decoded(pair.key)
        outcome = _Outcome.model_validate(key if isinstance(key, dict) else {})
        entry = EntryResult.model_validate(flattened(_entry(_decoded(pair.value))))
    except ValidationError:
        return None
    details = outcome.details or _Details()
    return OnDemandResult(
        outcome=(outcome.result or entry.status or _worst(entry)).lower(),
        code=details.error_code or entry.code,
        words=details.error_message or entry.words,
        entry=entry,
    )


def _decoded(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None


def _entry(value: Any) -> Any:
    if isinstance(value, list):
        first = value[0] if value else {}
        is_step = isinstance(first, dict) and "provisioningSteps" not in first and "name" in first
        return {"provisioningSteps": value} if is_step else first
    return {} if value is None else value


def _worst(entry: EntryResult) -> str:
    """Return the outcome that the steps of a run without an outcome show."""
    statuses = {step.status.lower() for step in entry.steps}
    return next((word for word in ("failure", "skipped", "success") if word in statuses), "")
