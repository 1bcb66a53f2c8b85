"""What provisioning writes down: its log, the answer of an on-demand run, the audit log.

The shapes are those of reference/graph-entra.md 2.9 and 2.10.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wizard.practice.entra.accounts import AUTOMATION
from wizard.practice.entra.clock import stamp
from wizard.practice.entra.directory import Directory, ServicePrincipal, new_id
from wizard.practice.entra.outcome import ObjectOutcome
from wizard.practice.entra.synchronization import Job
from wizard.practice.entra.template import TARGET_GROUP, TARGET_USER, TEMPLATE_ID
from wizard.practice.entra.tokens import Caller

SOURCE = "Azure Active Directory"

_SERVICE = {
    "id": "",
    "displayName": "Azure AD Provisioning Service",
    "initiatorType": "system",
}
_RECOMMENDED = "Follow the link in the documentation that belongs to the error code."


def log_entry(
    outcome: ObjectOutcome, principal: ServicePrincipal, job: Job, cycle_id: str, moment: datetime
) -> dict[str, Any]:
    """Return what became of an object as an entry of the provisioning log.

    Args:
        outcome: What became of it.
        principal: The application.
        job: Its job.
        cycle_id: The cycle it happened in, or a new id for an on-demand run.
        moment: When it happened.
    """
    return {
        "id": new_id(),
        "activityDateTime": stamp(moment),
        "tenantId": job.id.split(".")[1],
        "jobId": job.id,
        "cycleId": cycle_id,
        "changeId": new_id(),
        "provisioningAction": outcome.action,
        "durationInMilliseconds": 120,
        "initiatedBy": _SERVICE,
        "provisioningStatusInfo": {
            "status": outcome.status,
            "errorInformation": _error(outcome) if outcome.code else None,
        },
        "provisioningSteps": [_logged_step(step) for step in outcome.steps],
        "modifiedProperties": outcome.modified,
        "servicePrincipal": {"id": principal.id, "displayName": principal.display_name},
        "sourceSystem": {"id": new_id(), "displayName": SOURCE, "details": {}},
        "targetSystem": {"id": new_id(), "displayName": TEMPLATE_ID, "details": {}},
        "sourceIdentity": _identity(outcome, outcome.source_id, outcome.kind),
        "targetIdentity": _identity(outcome, outcome.target_id, _target_kind(outcome)),
    }


def _error(outcome: ObjectOutcome) -> dict[str, Any]:
    failed = outcome.status == "failure"
    return {
        "errorCode": outcome.code,
        "reason": outcome.reason or None,
        "additionalDetails": None,
        "errorCategory": "failure" if failed else "nonServiceFailure",
        "recommendedAction": _RECOMMENDED if failed else None,
    }


def _logged_step(step: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": step["name"],
        "provisioningStepType": step["type"],
        "status": step["status"],
        "description": step["description"],
        "details": step["details"],
    }


def _identity(outcome: ObjectOutcome, identifier: str, kind: str) -> dict[str, Any]:
    details = {"id": identifier, "displayName": outcome.name, "odatatype": kind}
    return {
        "id": identifier,
        "displayName": outcome.name,
        "identityType": kind,
        "details": details,
    }


def _target_kind(outcome: ObjectOutcome) -> str:
    return TARGET_USER if outcome.kind == "User" else TARGET_GROUP


def on_demand_answer(outcome: ObjectOutcome, began: datetime, ended: datetime) -> dict[str, str]:
    """Return what became of an object as an on-demand run answers: JSON inside two texts."""
    status = outcome.status.capitalize()
    details = {"errorCode": outcome.code or None, "errorMessage": outcome.reason or None}
    key = {"result": status, "details": details if outcome.code else None}
    value = {
        "action": outcome.action.capitalize(),
        "changeId": new_id(),
        "startTime": stamp(began),
        "endTime": stamp(ended),
        "modifiedProperties": outcome.modified,
        "provisioningSteps": [
            step | {"type": step["type"].capitalize(), "status": step["status"].capitalize()}
            for step in outcome.steps
        ],
        "reportableIdentifier": outcome.name,
        "statusInfo": {
            "status": status,
            "errorCode": outcome.code or None,
            "reason": outcome.reason or None,
            "additionalDetails": None,
            "errorCategory": "Failure" if outcome.status == "failure" else None,
            "recommendedAction": _RECOMMENDED if outcome.status == "failure" else None,
        },
        "sourceIdentity": _short_identity(outcome.source_id, outcome.kind),
        "sourceSystem": {"id": None, "name": SOURCE, "details": None},
        "targetIdentity": _short_identity(outcome.target_id, _target_kind(outcome)),
        "targetSystem": {"id": None, "name": TEMPLATE_ID, "details": None},
    }
    return {"key": json.dumps(key), "value": json.dumps(value)}


def _short_identity(identifier: str, kind: str) -> dict[str, Any]:
    return {"id": identifier or None, "type": kind, "displayName": None, "details": None}


def audit(
    directory: Directory,
    caller: Caller,
    activity: str,
    principal: ServicePrincipal,
    moment: datetime,
) -> None:
    """Write into the directory's audit log that somebody changed the provisioning of something.

    Args:
        directory: The tenant.
        caller: Who did it.
        activity: What the audit log calls it.
        principal: The application whose provisioning it is.
        moment: When.
    """
    target = {
        "id": principal.id,
        "displayName": principal.display_name,
        "type": "ServicePrincipal",
        "modifiedProperties": [],
    }
    directory.audits.append(
        {
            "id": f"Directory_{new_id()}",
            "activityDateTime": stamp(moment),
            "activityDisplayName": activity,
            "additionalDetails": [],
            "category": "ProvisioningManagement",
            "correlationId": new_id(),
            "initiatedBy": _initiator(caller),
            "loggedByService": "Account Provisioning",
            "operationType": "Update",
            "result": "success",
            "resultReason": "",
            "targetResources": [target],
        }
    )


def _initiator(caller: Caller) -> dict[str, Any]:
    account = caller.account
    if account is AUTOMATION:
        app = {"appId": caller.client_id, "displayName": account.name}
        return {"app": app | {"servicePrincipalId": account.object_id}, "user": None}
    user = {
        "id": account.object_id,
        "displayName": account.name,
        "userPrincipalName": account.email,
        "ipAddress": "127.0.0.1",
    }
    return {"app": None, "user": user}
