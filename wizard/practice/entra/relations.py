"""Relations between resources: what `$expand` adds, and what stands behind a path of its own."""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from wizard.practice.entra.accounts import DIRECTORY_ROLES, entra_account_by_id
from wizard.practice.entra.call import Call, bad_request, not_imitated
from wizard.practice.entra.directory import Resource
from wizard.practice.entra.seed import managers
from wizard.practice.entra.selection import Select, not_there, selected
from wizard.practice.entra.shapes import ASSIGNMENTS, OBJECTS, Shape

Related = Resource | list[Resource] | None
"""What a relation leads to: one resource, several, or nothing."""

_IDS = uuid.UUID("a0c6f2d8-41e7-4b93-8d05-c93e7f1b6a24")
_ITEM = re.compile(r"\s*(?P<name>[^(),\s]+)(?:\((?P<options>[^()]*)\))?\s*(?:,|$)")


def as_object(call: Call, identifier: str) -> Resource:
    """Return a user or group with the type that tells them apart."""
    users = call.directory.users
    kind, table = ("user", users) if identifier in users else ("group", call.directory.groups)
    return {"@odata.type": f"#microsoft.graph.{kind}"} | table[identifier]


def roles_of(call: Call, object_id: str) -> list[Resource]:
    """Return the directory roles that an account holds at the moment."""
    account = entra_account_by_id(object_id)
    held = call.services.world.roles_of(account) if account else ()
    return [
        {
            "@odata.type": "#microsoft.graph.directoryRole",
            "id": str(uuid.uuid5(_IDS, name)),
            "displayName": name,
            "description": f"{name} (practice)",
            "roleTemplateId": DIRECTORY_ROLES[name],
        }
        for name in sorted(held)
    ]


def manager(call: Call, user: Resource) -> Resource | None:
    """Return the manager of a user."""
    identifier = managers().get(user["id"])
    return as_object(call, identifier) if identifier in call.directory.users else None


def reports(call: Call, user: Resource) -> list[Resource]:
    """Return those whom a user manages."""
    found = [one for one, above in managers().items() if above == user["id"]]
    return [as_object(call, one) for one in found if one in call.directory.users]


def member_of(call: Call, member: Resource) -> list[Resource]:
    """Return the groups and roles that somebody is in, directly."""
    groups = [
        as_object(call, group)
        for group, members in call.directory.members.items()
        if member["id"] in members
    ]
    return groups + roles_of(call, member["id"])


def all_member_of(call: Call, member: Resource) -> list[Resource]:
    """Return the groups and roles that somebody is in, also through other groups."""
    found: dict[str, Resource] = {}
    waiting = [member]
    while waiting:
        for row in member_of(call, waiting.pop()):
            if row["id"] not in found:
                found[row["id"]] = row
                waiting.append(row)
    return list(found.values())


def members(call: Call, group: Resource) -> list[Resource]:
    """Return who and what is in a group."""
    return [as_object(call, identifier) for identifier in call.directory.members[group["id"]]]


def all_members(call: Call, group: Resource) -> list[Resource]:
    """Return who and what is in a group, also through groups in it."""
    return [as_object(call, one) for one in dict.fromkeys(_below(call, group["id"]))]


def _below(call: Call, group_id: str) -> Iterator[str]:
    for identifier in call.directory.members[group_id]:
        yield identifier
        if identifier in call.directory.members:
            yield from _below(call, identifier)


def assignments_of(call: Call, holder: Resource) -> list[Resource]:
    """Return what a user or group is assigned to."""
    return [
        assignment
        for principal in call.directory.service_principals.values()
        for assignment in principal.assignments.values()
        if assignment["principalId"] == holder["id"]
    ]


def _assigned_to(call: Call, principal: Resource) -> list[Resource]:
    return list(call.directory.service_principals[principal["id"]].assignments.values())


_RELATIONS: dict[str, dict[str, tuple[Callable[[Call, Resource], Related], Shape]]] = {
    "user": {
        "appRoleAssignments": (assignments_of, ASSIGNMENTS),
        "directReports": (reports, OBJECTS),
        "manager": (manager, OBJECTS),
        "memberOf": (member_of, OBJECTS),
        "transitiveMemberOf": (all_member_of, OBJECTS),
    },
    "group": {
        "appRoleAssignments": (assignments_of, ASSIGNMENTS),
        "memberOf": (member_of, OBJECTS),
        "members": (members, OBJECTS),
        "transitiveMemberOf": (all_member_of, OBJECTS),
        "transitiveMembers": (all_members, OBJECTS),
    },
    "servicePrincipal": {"appRoleAssignedTo": (_assigned_to, ASSIGNMENTS)},
}

_NOT_IMITATED = {
    "application": "createdOnBehalfOf extensionProperties federatedIdentityCredentials owners "
    "synchronization tokenIssuancePolicies tokenLifetimePolicies",
    "directoryRole": "members scopedMembers",
    "group": "createdOnBehalfOf extensions owners permissionGrants settings",
    "servicePrincipal": "appRoleAssignments claimsMappingPolicies createdObjects memberOf "
    "oauth2PermissionGrants ownedObjects owners synchronization transitiveMemberOf",
    "synchronization": "jobs templates",
    "synchronizationJob": "bulkUpload schema",
    "synchronizationSchema": "directories",
    "synchronizationTemplate": "schema",
    "user": "authentication createdObjects extensions licenseDetails "
    "oauth2PermissionGrants ownedDevices ownedObjects registeredDevices",
}
"""Relations that Graph has and nobody here (Graph's metadata, v1.0)."""


def expansion(call: Call, shape: Shape) -> Callable[[Resource], dict[str, Any]]:
    """Return what adds to a row the relations that `$expand` names.

    Raises:
        Refused: There is no such relation, or none here.
    """
    wanted = [_found(text, options, shape) for text, options in _items(call)]

    def expanded(row: Resource) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, select in wanted:
            related = _RELATIONS[shape.type][name][0](call, row)
            if isinstance(related, list):
                found[name] = [_shown(one, select) for one in related]
            elif related is not None:
                found[name] = _shown(related, select)
        return found

    return expanded


def _items(call: Call) -> Iterator[tuple[str, str]]:
    text, position = call.query.get("$expand", ""), 0
    while position < len(text):
        match = _ITEM.match(text, position)
        if match is None:
            told = f"Parsing OData Select and Expand failed: Term '{text[position:][:40]}' is"
            raise bad_request(f"{told} not valid in a $select or $expand expression.", "BadRequest")
        yield match["name"], match["options"] or ""
        position = match.end()


def _found(text: str, options: str, shape: Shape) -> tuple[str, Select]:
    """Return a relation in its own spelling, and what is wanted of it."""
    known = _RELATIONS.get(shape.type, {})
    name = next((one for one in known if one.casefold() == text.casefold()), None)
    if name is None:
        if text.casefold() in _NOT_IMITATED.get(shape.type, "").casefold().split():
            raise not_imitated(f"the relation '{text}'")
        if own := shape.property(text):
            told = f"Property '{own}' on type 'microsoft.graph.{shape.type}' is not a navigation"
            raise bad_request(
                f"Parsing OData Select and Expand failed: {told} property or complex property. "
                "Only navigation properties can be expanded.",
                "BadRequest",
            )
        raise not_there("Parsing OData Select and Expand failed", text, shape)
    inner = dict(part.partition("=")[::2] for part in options.split(";") if part.strip())
    if other := inner.keys() - {"$select"}:
        raise not_imitated(f"'{min(other)[:40]}' inside of $expand")
    return name, selected(inner, known[name][1])


def _shown(row: Resource, select: Select) -> dict[str, Any]:
    annotations = {name: value for name, value in row.items() if name.startswith("@odata.")}
    return annotations | select.of(row)
