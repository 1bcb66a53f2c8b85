"""What provisioning one person comes to: steps and changed values, in the log and on demand.

Both tell the same with slightly other names; documents of 2021 use others again
(reference/graph-entra.md 2.9 and 2.10). All enumerations may grow, so they stay text.
"""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from wizard.graph.meanings import of_checks, of_entry
from wizard.graph.models import GraphLine, GraphModel, GraphText, Id, Several, value_text
from wizard.words.meanings import Meaning

_MOST_DETAILS = 200

_CHECK = re.compile(
    r"(?i)(is ?active|active in the source system|assigned(?: to the application)?|"
    r"is ?effectively ?entitled\w*|(?:user|group)? ?has the required role|"
    r"is ?in ?provisioning ?scope\w*|scoping filter evaluation passed)"
)
"""The checks, in both spellings that the log and an on-demand run use."""
_IN_WORDS = {
    "IsActive": re.compile(r"(?i)\bnot active\b"),
    "Assigned": re.compile(r"(?i)\bnot assigned to the application\b"),
    "IsEffectivelyEntitled": re.compile(r"(?i)\bnot have (?:the )?required (?:entitlement|role)"),
    "IsInProvisioningScope": re.compile(r"(?i)\bnot pass (?:the |a |any )?scoping filter"),
}
"""The checks in the sentences of a skip, where no details tell them."""
_CLAUSES = "ScopeEvaluationResult"
_UNMET = re.compile(r'"((?:[^"\\]|\\.)+)"\s*:\s*"?false\b', re.IGNORECASE)


def _details(value: object) -> object:
    """Read the free-form details of a step as names and texts."""
    if not isinstance(value, Mapping):
        return {}
    items = list(value.items())[:_MOST_DETAILS]
    return {str(name): value_text(inner) for name, inner in items if "@odata." not in str(name)}


def _as_it_came(value: object) -> object:
    return value if value is None or isinstance(value, str) else json.dumps(value)


Details = Annotated[Mapping[GraphLine, GraphText], BeforeValidator(_details)]


Raw = Annotated[str | None, BeforeValidator(_as_it_came)]
"""Text as it came, or another JSON value as text; made harmless where it is shown."""


class ErrorInformation(GraphModel):
    """Why one person failed or was skipped."""

    error_code: GraphLine = ""
    reason: GraphText = ""
    recommended_action: GraphText = ""
    additional_details: GraphText = ""


class StatusInformation(GraphModel):
    """How one person ended."""

    status: GraphLine = ""
    """`success`, `failure`, `skipped` or `warning`."""
    error_information: ErrorInformation | None = None


class ProvisioningStep(GraphModel):
    """One step of provisioning one person."""

    name: GraphLine = ""
    kind: GraphLine = Field(
        default="", validation_alias=AliasChoices("provisioningStepType", "type", "kind")
    )
    """`import`, `matching`, `scoping`, `processing` or `export`."""
    status: GraphLine = ""
    description: GraphText = ""
    details: Details = Field(default_factory=dict)


class ChangedValue(GraphModel):
    """One attribute with what it became."""

    display_name: GraphLine = ""
    new_value: Raw = None
    """As it came, because it is compared with a prediction."""


class ProvisionedIdentity(GraphModel):
    """The person or group on one side."""

    id: Id = ""
    display_name: GraphLine = ""
    identity_type: GraphLine = Field(
        default="", validation_alias=AliasChoices("identityType", "type", "identity_type")
    )
    details: Details = Field(default_factory=dict)


class EntryResult(GraphModel):
    """What the log and an on-demand run have in common."""

    action: GraphLine = Field(
        default="", validation_alias=AliasChoices("provisioningAction", "action")
    )
    """`create`, `update`, `delete`, `stagedDelete`, `disable` or `other`."""
    status_information: StatusInformation | None = Field(
        default=None,
        validation_alias=AliasChoices("provisioningStatusInfo", "statusInfo", "status_information"),
    )
    steps: Several[ProvisioningStep] = Field(
        default=(), validation_alias=AliasChoices("provisioningSteps", "steps")
    )
    changes: Several[ChangedValue] = Field(
        default=(), validation_alias=AliasChoices("modifiedProperties", "changes")
    )
    source_identity: ProvisionedIdentity | None = None
    target_identity: ProvisionedIdentity | None = None

    @property
    def status(self) -> str:
        """`success`, `failure`, `skipped` or `warning`, in lower case; may be empty."""
        return self.status_information.status.lower() if self.status_information else ""

    @property
    def code(self) -> str:
        """The service's code of a failure or skip; may be empty."""
        error = self.status_information and self.status_information.error_information
        if error and error.error_code:
            return error.error_code
        reasons = (step.details.get("SkipReason", "") for step in self.steps)
        return next((reason for reason in reasons if reason), "")

    @property
    def words(self) -> str:
        """The service's own words about a failure or skip; may be empty."""
        error = self.status_information and self.status_information.error_information
        told = (error.reason, error.additional_details, error.recommended_action) if error else ()
        return next((text for text in told if text.strip()), "")

    @property
    def is_of_a_group(self) -> bool:
        """Whether it is about a group rather than a person."""
        identity = self.source_identity or self.target_identity
        return identity is not None and identity.identity_type.lower().rpartition(":")[2] == "group"

    def failed_checks(self, words: str = "") -> tuple[str, ...]:
        """Return the checks that were not passed, as the steps name them or sentences tell them.

        Args:
            words: Further sentences about the skip.
        """
        details = [(name, text) for step in self.steps for name, text in step.details.items()]
        named = [name for name, text in details if _CHECK.fullmatch(name) and _is_no(text)]
        if named:
            return tuple(dict.fromkeys(named))
        said = " ".join((words, self.words, *(step.description for step in self.steps)))
        return tuple(name for name, pattern in _IN_WORDS.items() if pattern.search(said))

    @property
    def unmet_clauses(self) -> tuple[str, ...]:
        """The clauses of the scoping filters that the person does not meet."""
        told = " ".join(step.details.get(_CLAUSES, "") for step in self.steps)
        found = (re.sub(r'\\(["\\/])', r"\1", each) for each in _UNMET.findall(told))
        return tuple(dict.fromkeys(found))

    @property
    def meaning(self) -> Meaning | None:
        """What the code means; None where there is none."""
        return meaning_of_outcome(self, self.status, self.code, self.words)


def meaning_of_outcome(entry: EntryResult, outcome: str, code: str, words: str) -> Meaning | None:
    """Return what an outcome means: a skip by its checks, anything else by its cause."""
    is_redundant = code.lower().endswith("redundantexport")
    if outcome == "skipped" and not is_redundant:
        failed, unmet = entry.failed_checks(words), entry.unmet_clauses
        checked = of_checks(failed, unmet, of_group=entry.is_of_a_group)
        if checked is not None:
            return checked
    if not code and outcome not in {"failure", "skipped"}:
        return None
    return of_entry(code, words, of_group=entry.is_of_a_group)


def _is_no(text: str) -> bool:
    return text.strip().lower() == "false"


def flattened(entry: Any) -> Any:
    """Return an entry whose status has the errors of 2021 beside it in their place of today."""
    if not isinstance(entry, dict):
        return entry
    status = entry.get("statusInfo")
    if isinstance(status, dict) and "errorInformation" not in status:
        return {**entry, "statusInfo": {**status, "errorInformation": status}}
    return entry
