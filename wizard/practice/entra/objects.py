"""Users, groups, and what else the directory says of itself (reference/graph-entra.md 2.0, 2.6)."""

import uuid
from collections.abc import Callable, Iterator

from wizard.practice.entra.call import (
    Call,
    GraphHandler,
    Permission,
    Route,
    bad_request,
    not_found,
    permission,
)
from wizard.practice.entra.collection import collection, one, table
from wizard.practice.entra.directory import Resource
from wizard.practice.entra.relations import (
    all_member_of,
    all_members,
    manager,
    member_of,
    members,
    reports,
)
from wizard.practice.entra.seed import crowd
from wizard.practice.entra.shapes import DOMAINS, GROUPS, OBJECTS, ORGANIZATIONS, SKUS, USERS
from wizard.practice.messages import Answer

CROWD = 20_000
"""People that the fault `crowd` adds."""

_PREMIUM = (
    ("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM"),
    ("eec0eb4f-6444-4f95-aba0-50c24d67f998", "AAD_PREMIUM_P2"),
)
_IDS = uuid.UUID("a0c6f2d8-41e7-4b93-8d05-c93e7f1b6a24")

_READ_USERS = permission(
    "User.ReadBasic.All", "User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"
)
_READ_DELETED = permission("User.Read.All", "Directory.Read.All", "Directory.ReadWrite.All")
_READ_GROUPS = permission("GroupMember.Read.All", "Group.Read.All", "Directory.Read.All")
_READ_ME = permission("User.Read", "User.Read.All", "Directory.Read.All")
_READ_ORGANIZATION = permission(
    "User.Read", "User.Read.All", "Organization.Read.All", "Directory.Read.All"
)
_READ_DOMAINS = permission("Domain.Read.All", "Directory.Read.All")
_READ_LICENCES = permission(
    "LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All"
)


def _myself(call: Call) -> Resource:
    """Return the signed-in user; a program that signed in by itself is none."""
    found = call.directory.users.get(call.caller.account.object_id)
    if found is None:
        text = "/me request is only valid with delegated authentication flow."
        raise bad_request(text, "BadRequest")
    return found


def _me(call: Call) -> Answer:
    return one(call, _myself(call), USERS)


def _all_users(call: Call) -> list[Resource]:
    users: list[Resource] = list(call.directory.users.values())
    if call.services.faults.take("directory", "GET", frozenset({"crowd"})):
        users += crowd(CROWD)
    return users


def _list_users(call: Call) -> Answer:
    return collection(call, _all_users(call), USERS)


def _deleted(call: Call) -> Answer:
    if not call.cast:
        raise bad_request("Deleted items are listed of one type alone.", "BadRequest")
    deleted = call.directory.deleted.values()
    rows = ({"@odata.type": "#microsoft.graph.user"} | user for user in deleted)
    return collection(call, rows, OBJECTS)


def _user(call: Call) -> Answer:
    return one(call, call.user(), USERS)


def _list_groups(call: Call) -> Answer:
    return collection(call, call.directory.groups.values(), GROUPS)


def _group(call: Call) -> Answer:
    return one(call, call.group(), GROUPS)


def _manager_of(whom: Callable[[Call], Resource]) -> GraphHandler:
    def answer(call: Call) -> Answer:
        found = manager(call, whom(call))
        if found is None:
            raise not_found("manager")
        return one(call, found, OBJECTS)

    return answer


def _related(
    whom: Callable[[Call], Resource], relation: Callable[[Call, Resource], list[Resource]]
) -> GraphHandler:
    return lambda call: collection(call, relation(call, whom(call)), OBJECTS)


def _organizations(call: Call) -> list[Resource]:
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
    return [organization]


def _domains(call: Call) -> list[Resource]:
    own = call.directory.domain
    initial = own.replace(".example", ".onmicrosoft.example")
    return [
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


def _subscribed_skus(call: Call) -> list[Resource]:
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
    return [sku]


def _routes(path: str, needs: Permission, whom: Callable[[Call], Resource]) -> Iterator[Route]:
    """Yield what stands below a user."""
    below: dict[str, GraphHandler] = {
        "directReports": _related(whom, reports),
        "manager": _manager_of(whom),
        "memberOf": _related(whom, member_of),
        "transitiveMemberOf": _related(whom, all_member_of),
    }
    for name, handler in below.items():
        yield Route("GET", f"{path}/{name}", "directory", needs, handler)


_OF_A_GROUP = {
    "members": members,
    "memberOf": member_of,
    "transitiveMembers": all_members,
    "transitiveMemberOf": all_member_of,
}

ROUTES = (
    Route("GET", "/me", "directory", _READ_ME, _me),
    *_routes("/me", _READ_ME, _myself),
    Route("GET", "/users", "directory", _READ_USERS, _list_users),
    Route("GET", "/users/{user}", "directory", _READ_USERS, _user),
    *_routes("/users/{user}", _READ_USERS, Call.user),
    Route("GET", "/directory/deletedItems", "directory", _READ_DELETED, _deleted),
    Route("GET", "/groups", "directory", _READ_GROUPS, _list_groups),
    Route("GET", "/groups/{group}", "directory", _READ_GROUPS, _group),
    *(
        Route("GET", f"/groups/{{group}}/{name}", "directory", _READ_GROUPS, handler)
        for name, handler in (
            (name, _related(Call.group, relation)) for name, relation in _OF_A_GROUP.items()
        )
    ),
    *table("/organization", "directory", _READ_ORGANIZATION, _organizations, ORGANIZATIONS),
    *table("/domains", "directory", _READ_DOMAINS, _domains, DOMAINS),
    *table("/subscribedSkus", "directory", _READ_LICENCES, _subscribed_skus, SKUS),
)
"""What the directory says of people, groups and itself."""
