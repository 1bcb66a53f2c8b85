"""Names of attributes: provisioning's own, Graph's, and those that people bring along.

Source: reference/graph-entra.md 2.6.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from wizard.assets import asset


@dataclass(frozen=True, slots=True)
class SourceAttribute:
    """A well-known attribute of a person, named as the provisioning service names it."""

    name: str
    type: str
    multi_valued: bool
    graph_property: str | None
    """Graph's name of it, which differs; None where only the service knows the value."""
    meaning: str


@cache
def source_attributes() -> tuple[SourceAttribute, ...]:
    """Return the well-known attributes, extensionAttribute1 to 15 last."""
    entries = json.loads(asset("mapping/entra-attributes.json"))["userAttributes"]
    return tuple(
        SourceAttribute(
            name=entry["name"],
            type=entry["type"],
            multi_valued=entry["multiValued"],
            graph_property=entry["graphProperty"],
            meaning=entry["meaning"],
        )
        for entry in entries
    )


@cache
def by_name() -> MappingProxyType[str, SourceAttribute]:
    """Return the well-known attributes by their names in lower case."""
    return MappingProxyType({a.name.casefold(): a for a in source_attributes()})


def find_source(name: str) -> SourceAttribute | None:
    """Return the well-known attribute of that name, in any case."""
    return by_name().get(name.strip().casefold())


_BROUGHT = MappingProxyType(
    {
        name: known
        for known, names in (
            ("mail", "email emailaddress e-mail emails smtp primarysmtpaddress workemail"),
            ("userPrincipalName", "upn username user login logon loginname"),
            ("givenName", "firstname first fname forename"),
            ("surname", "lastname last sn familyname lname"),
            ("displayName", "name fullname cn commonname"),
            ("telephoneNumber", "phone workphone telephone phonenumber businessphone officephone"),
            ("mobile", "cell cellphone mobilenumber handphone"),
            ("physicalDeliveryOfficeName", "office location building"),
            ("jobTitle", "title position role"),
            ("companyName", "company organization organisation"),
            ("department", "dept division"),
            ("city", "l town locality"),
            ("state", "st province region"),
            ("country", "c co countrycode"),
            ("postalCode", "zip zipcode postcode"),
            ("streetAddress", "street address"),
            ("facsimileTelephoneNumber", "fax"),
            ("objectId", "guid oid objectguid userid"),
            ("mailNickname", "alias nickname mailalias"),
            ("preferredLanguage", "language locale lang"),
            ("employeeId", "employeenumber personnelnumber staffid"),
            ("accountEnabled", "enabled active isactive isenabled"),
            ("manager", "managerid supervisor"),
        )
        for name in names.split()
    }
)
"""Names that directories and other products have, in lower case, and Entra's."""


@cache
def _by_graph_name() -> MappingProxyType[str, str]:
    named = ((a.graph_property, a.name) for a in source_attributes() if a.graph_property)
    return MappingProxyType({graph.rpartition("/")[2].casefold(): name for graph, name in named})


def meant_by(name: str) -> str | None:
    """Return the attribute that Graph, a directory or another product calls so, if any does."""
    folded = re.split(r"[./]", name.strip().casefold())[-1]
    return _by_graph_name().get(folded) or _BROUGHT.get(folded)
