"""Users, groups, and what else the directory says of itself (reference/graph-entra.md 2.0, 2.6)."""

import uuid
from collections.abc import Iterator
from typing import Any

from wizard.practice.entra.accounts import ROLES
from wizard.practice.entra.call import Call, Route, bad_request, not_found, permission
from wizard.practice.entra.collection import Shape, collection, count
from wizard.practice.entra.directory import Resource
from wizard.practice.entra.seed import crowd, managers
from wizard.practice.messages import Answer

CROWD = 20_000
"""People that the fault `crowd` adds."""

_BASIC = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)
"""What comes of a user when nobody says what is wanted."""

_USERS = Shape("users", default=_BASIC, indexed=True)
_GROUPS = Shape("groups", indexed=True)
_MEMBERS = Shape("directoryObjects", indexed=True)
_ROLES = Shape("directoryRoles")
_PLAIN = Shape("organization")

_PREMIUM = (
    ("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM"),
    ("eec0eb4f-6444-4f95-aba0-50c24d67f998", "AAD_PREMIUM_P2"),
)
_IDS = uuid.UUID("a0c6f2d8-41e7-4b93-8d05-c93e7f1b6a24")

_READ_USERS = permission(
    "User.ReadBasic.All", "User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"
)
_READ_GROUPS = permission("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")
_READ_ME = permission("User.Read", "User.Read.All", "Directory.Read.All")
_READ_ORGANIZATION = permission(
    "User.Read", "User.Read.All", "Organization.Read.All", "Directory.Read.All"
)
_READ_DOMAINS = permission("Domain.Read.All", "Directory.Read.All")
_READ_LICENCES = permission(
    "LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All"
)


def _me(call: Call) -> Answer:
    user = call.directory.users[call.caller.account.object_id]
    wanted = user if "$select" in call.query else {name: user[name] for name in _BASIC}
    return call.one(wanted, "users")


def _my_roles(call: Call) -> Answer:
    roles = [
        {
            "id": str(uuid.uuid5(_IDS, name)),
            "displayName": name,
            "description": f"{name} (practice)",
            "roleTemplateId": ROLES[name],
        }
        for name in sorted(call.services.world.roles_of(call.caller.account))
    ]
    return collection(call, roles, _ROLES)


def _all_users(call: Call) -> list[Resource]:
    users: list[Resource] = list(call.directory.users.values())
    if call.services.faults.take("directory", "GET", frozenset({"crowd"})):
        users += crowd(CROWD)
    return users


def _list_users(call: Call) -> Answer:
    return collection(call, _all_users(call), _USERS)


def _user(call: Call) -> Answer:
    key = call.parameters["user"]
    user = call.directory.user(key)
    if user is None:
        raise not_found(key)
    wanted = user if "$select" in call.query else {name: user[name] for name in _BASIC}
    return call.one(wanted, "users", expanded=_expanded(call, user))


def _expanded(call: Call, user: Resource) -> Resource:
    """Return what `$expand` adds; the relation `manager` is the only one here."""
    wanted = call.query.get("$expand", "")
    if not wanted:
        return {}
    if wanted != "manager($select=id)":
        raise bad_request(f"Parsing OData Select and Expand failed: '{wanted[:40]}'.", "BadRequest")
    manager = managers().get(user["id"])
    kind = {"@odata.type": "#microsoft.graph.user"}
    return {"manager": kind | {"id": manager}} if manager else {}


def _list_groups(call: Call) -> Answer:
    return collection(call, call.directory.groups.values(), _GROUPS)


def _group_of(call: Call) -> dict[str, Any]:
    key = call.parameters["group"].casefold()
    group = call.directory.groups.get(key)
    if group is None:
        raise not_found(key)
    return group


def _group(call: Call) -> Answer:
    return call.one(_group_of(call), "groups")


def _member(call: Call, identifier: str) -> Resource:
    users = call.directory.users
    kind, table = ("user", users) if identifier in users else ("group", call.directory.groups)
    return {"@odata.type": f"#microsoft.graph.{kind}"} | table[identifier]


def _members(call: Call) -> list[Resource]:
    group = _group_of(call)
    return [_member(call, identifier) for identifier in call.directory.members[group["id"]]]


def _list_members(call: Call) -> Answer:
    return collection(call, _members(call), _MEMBERS)


def _count_members(call: Call) -> Answer:
    return count(call, _members(call), _MEMBERS)


def _count_all_members(call: Call) -> Answer:
    identifiers = set(_below(call, _group_of(call)["id"]))
    return count(call, [_member(call, identifier) for identifier in identifiers], _MEMBERS)


def _below(call: Call, group_id: str) -> Iterator[str]:
    for identifier in call.directory.members[group_id]:
        yield identifier
        if identifier in call.directory.members:
            yield from _below(call, identifier)


def _organization(call: Call) -> Answer:
    directory = call.directory
    organization = {
        "id": directory.tenant_id,
        "displayName": directory.display_name,
        "countryLetterCode": "NL",
        "createdDateTime": "2024-02-01T08:00:00Z",
        "tenantType": "AAD",
        "onPremisesSyncEnabled": None,
        "technicalNotificationMails": [f"it@{directory.domain}"],
        "assignedPlans": [],
        "verifiedDomains": [
            {
                "name": directory.domain,
                "type": "Managed",
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": True,
                "isInitial": False,
            }
        ],
    }
    return collection(call, [organization], _PLAIN)


def _domains(call: Call) -> Answer:
    own = call.directory.domain
    initial = own.replace(".example", ".onmicrosoft.example")
    domains = [
        {
            "id": name,
            "authenticationType": "Managed",
            "availabilityStatus": None,
            "isAdminManaged": True,
            "isDefault": name == own,
            "isInitial": name == initial,
            "isRoot": True,
            "isVerified": not name.startswith("new."),
            "supportedServices": ["Email"],
        }
        for name in (own, initial, f"new.{own}")
    ]
    return collection(call, domains, Shape("domains"))


def _subscribed_skus(call: Call) -> Answer:
    free = call.services.faults.take("directory", "GET", frozenset({"no-premium"}))
    plans = [("113feb6c-3fe4-4440-bddc-54d774bf0318", "EXCHANGE_S_FOUNDATION")]
    plans += () if free else _PREMIUM
    sku = {
        "id": f"{call.directory.tenant_id}_{uuid.uuid5(_IDS, 'sku')}",
        "accountName": call.directory.display_name,
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": len(call.directory.users),
        "prepaidUnits": {"enabled": 100, "lockedOut": 0, "suspended": 0, "warning": 0},
        "skuId": str(uuid.uuid5(_IDS, "sku")),
        "skuPartNumber": "PRACTICE_FREE" if free else "PRACTICE_PREMIUM",
        "subscriptionIds": [],
        "servicePlans": [
            {
                "appliesTo": "User",
                "provisioningStatus": "Success",
                "servicePlanId": identifier,
                "servicePlanName": name,
            }
            for identifier, name in plans
        ],
    }
    return collection(call, [sku], Shape("subscribedSkus"))


ROUTES = (
    Route("GET", "/me", "directory", _READ_ME, _me),
    Route(
        "GET",
        "/me/transitiveMemberOf/microsoft.graph.directoryRole",
        "directory",
        _READ_ME,
        _my_roles,
    ),
    Route("GET", "/users", "directory", _READ_USERS, _list_users),
    Route("GET", "/users/{user}", "directory", _READ_USERS, _user),
    Route("GET", "/groups", "directory", _READ_GROUPS, _list_groups),
    Route("GET", "/groups/{group}", "directory", _READ_GROUPS, _group),
    Route("GET", "/groups/{group}/members", "directory", _READ_GROUPS, _list_members),
    Route("GET", "/groups/{group}/members/$count", "directory", _READ_GROUPS, _count_members),
    Route(
        "GET",
        "/groups/{group}/transitiveMembers/$count",
        "directory",
        _READ_GROUPS,
        _count_all_members,
    ),
    Route("GET", "/organization", "directory", _READ_ORGANIZATION, _organization),
    Route("GET", "/domains", "directory", _READ_DOMAINS, _domains),
    Route("GET", "/subscribedSkus", "directory", _READ_LICENCES, _subscribed_skus),
)
"""What the directory says of people, groups and itself."""
