"""The seeded people of the practice tenants, told once and neutrally for both of them."""

import json
import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from wizard.assets import asset

_CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

_WEBEX_IDS = uuid.UUID("0d6f1c9a-58f4-4d3b-b2c7-6a1e93f0d514")


@dataclass(frozen=True)
class InventedPerson:
    """One invented person, in the words of the directory; both tenants are built from it."""

    object_id: str
    """The person's id in Entra."""
    user_principal_name: str
    mail: str
    display_name: str
    given_name: str = ""
    surname: str = ""
    enabled: bool = True
    user_type: str = "Member"
    """`Member` or `Guest`."""
    job_title: str = ""
    department: str = ""
    employee_id: str = ""
    company_name: str = ""
    street_address: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    business_phone: str = ""
    mobile_phone: str = ""
    preferred_language: str = ""
    """As the directory writes it: `en-US`."""
    time_zone: str = ""
    """An IANA name."""
    manager: str = ""
    """The user principal name of the manager."""
    webex_user_name: str = ""
    """The userName in Webex where it is not the user principal name."""
    external_id: str = ""
    """The externalId in Webex, for people whom another sync has linked."""

    @property
    def webex_id(self) -> str:
        """The person's id in Webex."""
        return webex_id(self.user_principal_name)


def webex_id(user_principal_name: str) -> str:
    """Return the Webex id of a seeded person, the same in every run."""
    return str(uuid.uuid5(_WEBEX_IDS, user_principal_name))


@cache
def people() -> tuple[InventedPerson, ...]:
    """Return the seeded people, the same in every run."""
    return tuple(InventedPerson(**record) for record in json.loads(asset("practice/people.json")))


def scim_user(person: InventedPerson) -> dict[str, Any]:
    """Return a person as a SCIM User (RFC 7643 section 4.1), without empty attributes."""
    user_name = person.webex_user_name or person.user_principal_name
    user = {
        "schemas": [_CORE, _ENTERPRISE],
        "id": person.webex_id,
        "externalId": person.external_id,
        "userName": user_name,
        "userType": "user",
        "active": person.enabled,
        "displayName": person.display_name,
        "name": _filled({"givenName": person.given_name, "familyName": person.surname}),
        "title": person.job_title,
        "preferredLanguage": person.preferred_language.replace("-", "_"),
        "timezone": person.time_zone,
        "emails": [{"value": user_name, "type": "work", "primary": True}],
        "phoneNumbers": _phone_numbers(person),
        "addresses": [_address(person)],
        _ENTERPRISE: _employment(person),
    }
    return _filled(user)


def _phone_numbers(person: InventedPerson) -> list[dict[str, Any]]:
    numbers = (("work", person.business_phone), ("mobile", person.mobile_phone))
    return [{"type": kind, "value": number} for kind, number in numbers if number]


def _address(person: InventedPerson) -> dict[str, Any]:
    address = {
        "streetAddress": person.street_address,
        "locality": person.city,
        "region": person.state,
        "postalCode": person.postal_code,
        "country": person.country,
    }
    return {"type": "work"} | _filled(address)


def _employment(person: InventedPerson) -> dict[str, Any]:
    manager = {"value": webex_id(person.manager)} if person.manager else {}
    employment = {
        "employeeNumber": person.employee_id,
        "organization": person.company_name,
        "department": person.department,
        "manager": manager,
    }
    return _filled(employment)


def _filled(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value or value is False}
