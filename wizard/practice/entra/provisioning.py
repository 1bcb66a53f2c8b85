"""One object carried through provisioning: import, scope, match, export, in that order.

It really asks and changes the Webex half of the practice tenants. The steps and their names are
those of an on-demand run (reference/graph-entra.md 2.9 and 8.4).
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wizard.errors import InvalidInput
from wizard.practice.entra.attributes import (
    changed_roots,
    current,
    mapped,
    matching,
    put,
    source_values,
    typed,
)
from wizard.practice.entra.clock import PracticeClock
from wizard.practice.entra.directory import Directory, ServicePrincipal
from wizard.practice.entra.expressions import AttributeValue
from wizard.practice.entra.outcome import ObjectOutcome
from wizard.practice.entra.scoping import evaluated, in_scope
from wizard.practice.entra.synchronization import Job
from wizard.practice.entra.template import TARGET_GROUP, TARGET_USER
from wizard.practice.entra.webex import Webex, WebexReply

_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_SCHEMAS = {
    "User": ["urn:ietf:params:scim:schemas:core:2.0:User", TARGET_USER],
    "Group": [TARGET_GROUP],
}
_CODES = {
    401: "Unauthorized",
    403: "InsufficientRights",
    404: "InvalidAnchor",
    409: "EntryConflict",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}

_IN_THE_BIN = timedelta(days=30)

_NOT_ENTITLED = "NotEffectivelyEntitled"
"""The one code of most skips; the steps tell which check it was (reference/graph-entra.md 8.4)."""


@dataclass(frozen=True)
class _Standing:
    """Where an object stands before anybody has asked Webex."""

    values: dict[str, AttributeValue]
    enabled: bool
    assigned: bool
    passes: bool
    """Whether the scoping filters let it through."""

    @property
    def wanted(self) -> bool:
        """Whether it is in scope."""
        return self.assigned and self.passes

    @property
    def stays(self) -> bool:
        """Whether it is in scope and on; what is not counts as deleted (reference 6.4)."""
        return self.enabled and self.wanted


@dataclass(frozen=True)
class Provisioning:
    """What it takes to provision the objects of one job.

    Args:
        directory: Where they come from.
        principal: The application, with its secrets and assignments.
        job: The job, with its schema and what it knows already.
        webex: Where they go.
        clock: What time it is.
    """

    directory: Directory
    principal: ServicePrincipal
    job: Job
    webex: Webex
    clock: PracticeClock

    def subjects(self) -> list[tuple[str, str]]:
        """Return the objects to look at, and of which kind each is (reference 2.5 and 3)."""
        found: dict[tuple[str, str], None] = {}
        if self.sync_all:
            found |= dict.fromkeys((identifier, "User") for identifier in self.directory.users)
            found |= dict.fromkeys((identifier, "Group") for identifier in self.directory.groups)
        for assignment in self.principal.assignments.values():
            identifier = assignment["principalId"]
            found[identifier, assignment["principalType"]] = None
            for member in self.directory.members.get(identifier, ()):
                # Groups inside groups are not looked into.
                if member in self.directory.users:
                    found[member, "User"] = None
        for identifier in self.job.links:
            found[identifier, "Group" if identifier in self.directory.groups else "User"] = None
        return list(found)

    @property
    def sync_all(self) -> bool:
        """Whether everybody is provisioned, or only who is assigned.

        Going back to who is assigned takes effect with a restart (reference 11).
        """
        return self.job.reached_all or self._is_set_to_all

    def begin(self, *, initial: bool) -> None:
        """Remember whom a cycle that begins reaches."""
        self.job.reached_all = self._is_set_to_all or (self.job.reached_all and not initial)

    @property
    def _is_set_to_all(self) -> bool:
        return self.principal.secrets.get("SyncAll", "").casefold() == "true"

    def roles_of(self, identifier: str) -> list[str]:
        """Return the names of the roles an object is assigned, itself or by a group."""
        names = {role["id"]: role["displayName"] for role in self.principal.resource["appRoles"]}
        return [
            names.get(assignment["appRoleId"], "Default Access")
            for assignment in self.principal.assignments.values()
            if assignment["principalId"] == identifier
            or identifier in self.directory.members.get(assignment["principalId"], ())
        ]

    def mapping_for(self, kind: str) -> Mapping[str, Any] | None:
        """Return the enabled object mapping of a kind of object."""
        return next(
            (
                mapping
                for rule in self.job.schema.get("synchronizationRules") or ()
                for mapping in rule.get("objectMappings") or ()
                if mapping.get("sourceObjectName") == kind and mapping.get("enabled")
            ),
            None,
        )

    def carry_out(self, identifier: str, kind: str) -> ObjectOutcome:
        """Provision one object, and say what became of it."""
        resource = self._resource(identifier, kind)
        name = str((resource or {}).get("userPrincipalName") or (resource or {}).get("displayName"))
        outcome = ObjectOutcome(kind, identifier, name, self.clock)
        mapping = self.mapping_for(kind)
        if resource is None:
            return outcome.fail("EntryNotFound", f"The {kind} is not in the directory.")
        if mapping is None:
            return outcome.skip("NotInSchema", f"The mapping of {kind} is switched off.")
        if self._is_purged(identifier):
            return self._purge(outcome)
        try:
            return self._carry_out(resource, mapping, outcome)
        except InvalidInput as error:
            return outcome.fail("InvalidExpression", str(error))

    def _resource(self, identifier: str, kind: str) -> dict[str, Any] | None:
        """Return an object of the directory; of people, also one that was deleted."""
        if kind == "Group":
            return self.directory.groups.get(identifier)
        return self.directory.users.get(identifier) or self.directory.deleted.get(identifier)

    def _is_purged(self, identifier: str) -> bool:
        """Tell whether the time of somebody in the recycle bin is over (reference/webex.md 5)."""
        since = self.directory.deleted.get(identifier, {}).get("deletedDateTime")
        return bool(since) and self.clock.now() - datetime.fromisoformat(str(since)) >= _IN_THE_BIN

    def _purge(self, outcome: ObjectOutcome) -> ObjectOutcome:
        """Delete in Webex whom the directory has deleted for good."""
        outcome.target_id = self.job.links.get(outcome.source_id, "")
        if not outcome.target_id:
            return outcome.skip(_NOT_ENTITLED, "The User is not in the directory any more.")
        outcome.action = "delete"
        reply = self._ask("DELETE", f"/Users/{outcome.target_id}", outcome=outcome)
        if reply.status not in {204, 404}:
            return self._rejected(outcome, reply)
        del self.job.links[outcome.source_id], self.directory.deleted[outcome.source_id]
        assignments = self.principal.assignments
        for key in [k for k, one in assignments.items() if one["principalId"] == outcome.source_id]:
            del assignments[key]
        told = f"User '{outcome.name}' was deleted in Webex"
        outcome.step("EntryExportDelete", "export", told, {})
        return outcome

    def would_disable(self, identifier: str) -> bool:
        """Tell whether a cycle would switch off a linked person who is not yet off in Webex."""
        resource, mapping = self._resource(identifier, "User"), self.mapping_for("User")
        linked = self.job.links.get(identifier)
        if resource is None or mapping is None or linked is None:
            return False
        standing = self._standing(resource, mapping, identifier)
        if standing.stays or (not standing.wanted and self._keeps_out_of_scope):
            return False
        try:
            active = mapped(mapping, standing.values, creating=False).get("active")
            if active is None or typed("active", active):
                return False
        except InvalidInput:
            return False
        reply = self.webex.ask(self.principal.secrets, "GET", f"/Users/{linked}")
        # Who cannot be read counts, unless there is nobody.
        found = reply.content if reply.status == 200 else None
        return reply.status != 404 and (not isinstance(found, dict) or found.get("active") is True)

    def _standing(
        self, resource: Mapping[str, Any], mapping: Mapping[str, Any], identifier: str
    ) -> "_Standing":
        roles = self.roles_of(identifier)
        deleted = identifier in self.directory.deleted
        # Whoever is deleted is switched off, whatever became of the assignment.
        assigned = bool(roles) or self.sync_all or deleted
        enabled = bool(resource.get("accountEnabled", True)) and not deleted
        values = source_values(resource, roles, deleted=not enabled)
        passes = deleted or in_scope(mapping.get("scope"), values)
        standing = _Standing(values, enabled, assigned, passes)
        values["IsSoftDeleted"] = str(not standing.stays)
        return standing

    def _carry_out(
        self, resource: Mapping[str, Any], mapping: Mapping[str, Any], outcome: ObjectOutcome
    ) -> ObjectOutcome:
        standing = self._standing(resource, mapping, outcome.source_id)
        values, wanted = standing.values, standing.wanted
        told = f"Retrieved {outcome.kind} '{outcome.name}' from Azure Active Directory"
        outcome.step("EntryImport", "import", told, _texts(values))
        found = self._find(mapping, values, outcome)
        if outcome.status == "failure":
            return outcome
        scope = {
            "IsActive": str(standing.enabled),
            "Assigned": str(standing.assigned),
            "IsEffectivelyEntitledForProvisioning": str(standing.assigned),
            "IsInProvisioningScopeDisplayName": str(standing.passes),
            "ScopeEvaluationResult": json.dumps(evaluated(mapping.get("scope"), values)),
        }
        told = f"Determine if {outcome.kind} in scope by evaluating against each scoping filter"
        status = "success" if wanted else "skipped"
        outcome.step("EntrySynchronizationScoping", "scoping", told, scope, status=status)
        linked = outcome.source_id in self.job.links
        if not wanted and not (linked and found and outcome.kind == "User"):
            return outcome.skip(_NOT_ENTITLED, f"The {outcome.kind} is not in scope.")
        if not wanted and self._keeps_out_of_scope:
            return outcome.skip(_NOT_ENTITLED, "What leaves the scope is left alone.")
        if found is None and not standing.enabled:
            return outcome.skip(_NOT_ENTITLED, "This object is not active in the source system.")
        return self._export(mapping, values, found, outcome)

    @property
    def _keeps_out_of_scope(self) -> bool:
        return self.principal.secrets.get("SkipOutOfScopeDeletions", "").casefold() == "true"

    def _find(
        self, mapping: Mapping[str, Any], values: dict[str, AttributeValue], outcome: ObjectOutcome
    ) -> dict[str, Any] | None:
        """Return the object in Webex: the one linked before, or the one that matches."""
        if identifier := self.job.links.get(outcome.source_id):
            reply = self._ask("GET", f"/{outcome.kind}s/{identifier}", outcome=outcome)
            if reply.status == 200:
                outcome.target_id = identifier
                return dict(reply.content)
            if reply.status != 404:
                self._rejected(outcome, reply)
                return None
            del self.job.links[outcome.source_id]
        targets = mapped(mapping, values, creating=True)
        for attribute in matching(mapping):
            value = targets.get(attribute)
            if value is None:
                continue
            reply = self._matches(outcome, attribute, str(value))
            if reply.status != 200 or not isinstance(reply.content, dict):
                self._rejected(outcome, reply)
                return None
            resources = reply.content.get("Resources") or []
            if len(resources) > 1:
                outcome.fail("DuplicateTargetEntries", f"Several have {attribute} {value}.")
                return None
            if resources:
                outcome.target_id = str(resources[0]["id"])
                told = f"Retrieved {outcome.kind} '{value}' from Webex"
                outcome.step("EntryImport", "matching", told, {attribute: str(value)})
                return dict(resources[0])
        return None

    def _matches(self, outcome: ObjectOutcome, attribute: str, value: str) -> WebexReply:
        reply = self.webex.named(self.principal.secrets, f"/{outcome.kind}s", attribute, value)
        outcome.delay += reply.delay
        return reply

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, outcome: ObjectOutcome
    ) -> WebexReply:
        reply = self.webex.ask(self.principal.secrets, method, path, body=body)
        outcome.delay += reply.delay
        return reply

    def _export(
        self,
        mapping: Mapping[str, Any],
        values: dict[str, AttributeValue],
        found: dict[str, Any] | None,
        outcome: ObjectOutcome,
    ) -> ObjectOutcome:
        targets = mapped(mapping, values, creating=found is None)
        members = self._member_ids(outcome) if "members" in self._target_names(mapping) else None
        before = found or {}
        after = copy.deepcopy(before) | ({} if found else {"schemas": _SCHEMAS[outcome.kind]})
        for path, value in targets.items():
            if current(before, path) != typed(path, value):
                put(after, path, value)
                was = current(before, path)
                outcome.modified.append(
                    {"displayName": path, "oldValue": _old(was), "newValue": str(value)}
                )
        if members is not None and members != sorted(_ids(before)):
            after["members"] = [{"value": member} for member in members]
        changes = changed_roots(before, after)
        if found is not None and not changes:
            self.job.links[outcome.source_id] = outcome.target_id
            return outcome.skip(
                "RedundantExport",
                f"The state of the {outcome.kind.lower()} in both the source and target systems "
                "already match.",
            )
        return self._send(after, changes, outcome, creating=found is None)

    def _send(
        self,
        after: dict[str, Any],
        changes: dict[str, Any],
        outcome: ObjectOutcome,
        *,
        creating: bool,
    ) -> ObjectOutcome:
        disabling = changes.get("active") is False and not creating
        outcome.action = "create" if creating else "disable" if disabling else "update"
        if creating:
            reply = self._ask("POST", f"/{outcome.kind}s", after, outcome=outcome)
        else:
            operations = [
                {"op": "replace", "path": path, "value": value} for path, value in changes.items()
            ]
            body = {"schemas": [_PATCH], "Operations": operations}
            path = f"/{outcome.kind}s/{outcome.target_id}"
            reply = self._ask("PATCH", path, body, outcome=outcome)
        if reply.status not in {200, 201, 204}:
            return self._rejected(outcome, reply)
        if creating:
            outcome.target_id = str((reply.content or {}).get("id", ""))
        self.job.links[outcome.source_id] = outcome.target_id
        name = "EntryExportAdd" if creating else "EntryExportUpdate"
        details = {str(one["displayName"]): str(one["newValue"]) for one in outcome.modified}
        told = f"{outcome.kind} '{outcome.name}' was {outcome.action}d in Webex"
        outcome.step(name, "export", told, details)
        return outcome

    def _member_ids(self, outcome: ObjectOutcome) -> list[str]:
        ids = self.directory.members.get(outcome.source_id, ())
        return sorted(self.job.links[one] for one in ids if one in self.job.links)

    def _target_names(self, mapping: Mapping[str, Any]) -> set[str]:
        attributes = mapping.get("attributeMappings") or ()
        return {str(attribute.get("targetAttributeName")) for attribute in attributes}

    def _rejected(self, outcome: ObjectOutcome, reply: WebexReply) -> ObjectOutcome:
        code = _CODES.get(reply.status, "WebExceptionProtocolError")
        told = f"Failed to export {outcome.kind} '{outcome.name}'"
        outcome.step("EntryExport", "export", told, {"ErrorCode": code}, status="failure")
        return outcome.fail(code, f"Webex refused this.\n{reply.in_words()}")


def _texts(values: Mapping[str, AttributeValue]) -> dict[str, str]:
    return {
        name: ",".join(value) if isinstance(value, list) else str(value)
        for name, value in values.items()
    }


def _old(value: Any) -> str | None:
    return None if value is None else str(value)


def _ids(resource: Mapping[str, Any]) -> list[str]:
    return [str(member.get("value")) for member in resource.get("members") or ()]
