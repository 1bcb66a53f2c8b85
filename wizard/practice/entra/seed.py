"""The seeded users and groups of the practice directory, as Graph describes them."""

import uuid
from functools import cache
from typing import Any

from wizard.practice.people import InventedPerson, people

_GROUP_IDS = uuid.UUID("7d2e9c41-05ba-4f36-9a83-c61f0b8d7e25")
_USER_IDS = uuid.UUID("5b9a3c17-6e0d-4f82-b1c4-27d8e5f09a63")
_CREATED = "2024-02-01T08:00:00Z"


@cache
def users() -> tuple[dict[str, Any], ...]:
    """Return the seeded people as users of Graph."""
    return tuple(_user(person) for person in people())


def user_with(properties: dict[str, Any]) -> dict[str, Any]:
    """Return a user of Graph with these properties; without an id, their name makes one."""
    name = str(properties.get("userPrincipalName", ""))
    identifier = str(properties.get("id") or uuid.uuid5(_USER_IDS, name))
    return _user(InventedPerson(identifier, name, name, name)) | properties | {"id": identifier}


def group_with(properties: dict[str, Any]) -> dict[str, Any]:
    """Return a security group of Graph with these properties; without an id, its name makes one."""
    group = _group(str(properties.get("displayName", "")), "") | properties
    return group | {"id": str(group["id"])}


@cache
def managers() -> dict[str, str]:
    """Return the id of the manager of everybody who has one, by the person's id.

    A manager is a relation: nobody sees one who does not expand it.
    """
    ids = {person.user_principal_name: person.object_id for person in people()}
    return {person.object_id: ids[person.manager] for person in people() if person.manager}


_SAME = {
    "city": "city",
    "companyName": "company_name",
    "country": "country",
    "department": "department",
    "employeeId": "employee_id",
    "givenName": "given_name",
    "jobTitle": "job_title",
    "mail": "mail",
    "mobilePhone": "mobile_phone",
    "postalCode": "postal_code",
    "preferredLanguage": "preferred_language",
    "state": "state",
    "streetAddress": "street_address",
    "surname": "surname",
    "usageLocation": "country",
}
"""Properties of Graph, and the words of a person for them; what is empty is null."""

_EMPTY = (
    "employeeHireDate employeeType faxNumber officeLocation onPremisesImmutableId "
    "onPremisesSecurityIdentifier onPremisesSyncEnabled"
)
"""Properties that nobody here has."""


def _user(person: InventedPerson) -> dict[str, Any]:
    guest = person.user_type == "Guest"
    return {
        "id": person.object_id,
        "userPrincipalName": person.user_principal_name,
        "displayName": person.display_name,
        "accountEnabled": person.enabled,
        "userType": person.user_type,
        "createdDateTime": _CREATED,
        "mailNickname": person.mail.partition("@")[0],
        "businessPhones": [person.business_phone] if person.business_phone else [],
        "imAddresses": [],
        "otherMails": [person.mail] if guest else [],
        "proxyAddresses": [f"SMTP:{person.mail}"],
        "externalUserState": "Accepted" if guest else None,
        "onPremisesExtensionAttributes": {
            f"extensionAttribute{number}": None for number in range(1, 16)
        },
        **{name: getattr(person, word) or None for name, word in _SAME.items()},
        **dict.fromkeys(_EMPTY.split()),
    }


@cache
def groups() -> tuple[tuple[dict[str, Any], list[str]], ...]:
    """Return the seeded groups, each with the ids of its direct members."""
    departments = sorted({person.department for person in people() if person.department})
    by_department = [
        (
            _group(name, f"Everybody in {name}"),
            [person.object_id for person in people() if person.department == name],
        )
        for name in departments
    ]
    pilot = _group("Webex Pilot", "The first to be provisioned; the department is nested in it")
    early = [person.object_id for person in people()[:3]]
    nested = _group("Webex Everyone", "Only groups inside: nobody of them is provisioned")
    team = _group("All Hands", "A Microsoft 365 group, which cannot be assigned", security=False)
    return (
        *by_department,
        (pilot, [*early, by_department[0][0]["id"]]),
        (nested, [group["id"] for group, _ in by_department]),
        (team, [person.object_id for person in people()]),
    )


def _group(name: str, description: str, *, security: bool = True) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(_GROUP_IDS, name)),
        "createdDateTime": _CREATED,
        "description": description,
        "displayName": name,
        "groupTypes": [] if security else ["Unified"],
        "mail": None if security else f"{name.replace(' ', '')}@practice.example",
        "mailEnabled": not security,
        "mailNickname": name.replace(" ", ""),
        "membershipRule": None,
        "onPremisesSyncEnabled": None,
        "proxyAddresses": [],
        "securityEnabled": security,
        "securityIdentifier": None,
        "visibility": None,
    }


@cache
def crowd(count: int) -> tuple[dict[str, Any], ...]:
    """Return so many further people, for searches that find too many."""
    template = users()[0]
    return tuple(
        template
        | {
            "id": str(uuid.UUID(int=(0xC0 << 120) + number, version=4)),
            "displayName": f"Crowd Member {number:05}",
            "givenName": "Crowd",
            "surname": f"Member {number:05}",
            "mail": f"crowd.{number:05}@practice.example",
            "mailNickname": f"crowd.{number:05}",
            "userPrincipalName": f"crowd.{number:05}@practice.example",
        }
        for number in range(1, count + 1)
    )
