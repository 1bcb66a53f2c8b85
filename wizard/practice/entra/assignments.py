"""Who is assigned to an application (reference/graph-entra.md 2.5)."""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from wizard.practice.entra.accounts import APPLICATION_ADMINISTRATORS
from wizard.practice.entra.call import (
    READ_APPLICATIONS,
    Call,
    Route,
    bad_request,
    not_found,
    permission,
)
from wizard.practice.entra.clock import stamp
from wizard.practice.entra.collection import collection, one
from wizard.practice.entra.directory import Resource, ServicePrincipal
from wizard.practice.entra.relations import assignments_of
from wizard.practice.entra.replication import listed
from wizard.practice.entra.shapes import ASSIGNMENTS
from wizard.practice.messages import Answer

_DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"
"""The role of applications that have none."""

_READ_HELD = permission(
    "Application.Read.All", "AppRoleAssignment.ReadWrite.All", "Directory.Read.All"
)
_ASSIGN = permission(
    "AppRoleAssignment.ReadWrite.All",
    roles=APPLICATION_ADMINISTRATORS | {"User Administrator"},
)


def _list(call: Call) -> Answer:
    made = listed(call, "assignments", call.service_principal().assignments.values())
    return collection(call, made, ASSIGNMENTS)


def _assign(call: Call) -> Answer:
    principal, asked = call.service_principal(), call.body()
    if str(asked.get("resourceId")).casefold() != principal.id:
        raise bad_request("The resource of the assignment is not the one in the address.")
    return _assigned(call, principal, asked)


def _assigned(call: Call, principal: ServicePrincipal, asked: Mapping[str, Any]) -> Answer:
    who, kind = _assignee(call, str(asked.get("principalId")).casefold())
    role_id = str(asked.get("appRoleId")).casefold()
    usable = {
        role["id"]
        for role in principal.resource["appRoles"]
        if role["isEnabled"] and "User" in role["allowedMemberTypes"]
    }
    if role_id not in (usable or {_DEFAULT_ACCESS}):
        raise bad_request("Permission being assigned was not found on application")
    for assignment in principal.assignments.values():
        if (assignment["principalId"], assignment["appRoleId"]) == (who["id"], role_id):
            raise bad_request("Permission being assigned already exists on the object")
    made = {
        "id": secrets.token_urlsafe(32),
        "appRoleId": role_id,
        "createdDateTime": stamp(call.services.clock.now()),
        "deletedDateTime": None,
        "principalDisplayName": who["displayName"],
        "principalId": who["id"],
        "principalType": kind,
        "resourceDisplayName": principal.resource["displayName"],
        "resourceId": principal.id,
    }
    principal.assignments[made["id"]] = made
    return one(call, made, ASSIGNMENTS, 201)


def _assignee(call: Call, identifier: str) -> tuple[dict[str, Any], str]:
    """Return the user or group with an id, and which of the two it is."""
    if identifier in call.directory.users:
        return call.directory.users[identifier], "User"
    group = call.directory.groups.get(identifier)
    if group is None:
        raise not_found(identifier)
    if not group["securityEnabled"]:
        raise bad_request("Only security groups can be assigned to an application.")
    return group, "Group"


def _assignment_of(call: Call) -> dict[str, Any]:
    key = call.parameters["assignment"]
    assignment = call.service_principal().assignments.get(key)
    if assignment is None:
        raise not_found(key)
    return assignment


def _assignment(call: Call) -> Answer:
    return one(call, _assignment_of(call), ASSIGNMENTS)


def _unassign(call: Call) -> Answer:
    del call.service_principal().assignments[_assignment_of(call)["id"]]
    return Answer(204)


def _holder(call: Call) -> Resource:
    """Return the user or group whose assignments the path names."""
    return call.user() if "user" in call.parameters else call.group()


def _list_of(call: Call) -> Answer:
    return collection(call, assignments_of(call, _holder(call)), ASSIGNMENTS)


def _assign_to(call: Call) -> Answer:
    holder, asked = _holder(call), call.body()
    if str(asked.get("principalId")).casefold() != holder["id"]:
        raise bad_request("The principal of the assignment is not the one in the address.")
    resource = str(asked.get("resourceId"))
    principal = call.directory.service_principals.get(resource.casefold())
    if principal is None:
        raise not_found(resource)
    return _assigned(call, principal, asked)


def _held(call: Call) -> Resource:
    key = call.parameters["assignment"]
    found = next((row for row in assignments_of(call, _holder(call)) if row["id"] == key), None)
    if found is None:
        raise not_found(key)
    return found


def _assignment_of_holder(call: Call) -> Answer:
    return one(call, _held(call), ASSIGNMENTS)


def _take_back(call: Call) -> Answer:
    held = _held(call)
    del call.directory.service_principals[held["resourceId"]].assignments[held["id"]]
    return Answer(204)


def _of_holders(path: str) -> Iterator[Route]:
    """Yield the same operations from the other side."""
    base = f"{path}/appRoleAssignments"
    yield Route("GET", base, "assignments", _READ_HELD, _list_of)
    yield Route("POST", base, "assignments", _ASSIGN, _assign_to)
    yield Route("GET", f"{base}/{{assignment}}", "assignments", _READ_HELD, _assignment_of_holder)
    yield Route("DELETE", f"{base}/{{assignment}}", "assignments", _ASSIGN, _take_back)


_BASE = "/servicePrincipals/{service_principal}/appRoleAssignedTo"

ROUTES = (
    Route("GET", _BASE, "assignments", READ_APPLICATIONS, _list),
    Route("POST", _BASE, "assignments", _ASSIGN, _assign),
    Route("GET", f"{_BASE}/{{assignment}}", "assignments", READ_APPLICATIONS, _assignment),
    Route("DELETE", f"{_BASE}/{{assignment}}", "assignments", _ASSIGN, _unassign),
    *_of_holders("/users/{user}"),
    *_of_holders("/groups/{group}"),
)
"""The assignments of an application, and of a user or group."""
