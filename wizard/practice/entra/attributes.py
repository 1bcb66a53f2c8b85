"""Attributes of people and groups, from Graph's names to provisioning's, and on into SCIM."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from wizard.errors import InvalidInput
from wizard.practice.entra.expressions import (
    AttributeValue,
    Source,
    evaluate_source,
    parse_source,
)

RENAMED = {
    "objectId": "id",
    "mobile": "mobilePhone",
    "facsimileTelephoneNumber": "faxNumber",
    "physicalDeliveryOfficeName": "officeLocation",
    "dirSyncEnabled": "onPremisesSyncEnabled",
    "immutableId": "onPremisesImmutableId",
}
"""Provisioning's own names, and Graph's (reference/graph-entra.md 2.6)."""

_GRAPH_ONLY = frozenset(
    {"businessPhones", "createdDateTime", "externalUserState", "imAddresses",
     "onPremisesExtensionAttributes", "userType", *RENAMED.values()}
)  # fmt: skip
"""What provisioning does not read, or has another word for."""

_CORE = "urn:ietf:params:scim:schemas:core:2.0:User"

_SELECTED = re.compile(r'^(?P<name>\w+)\[type eq "(?P<type>\w+)"\]\.(?P<part>\w+)$')


def source_values(
    resource: Mapping[str, Any], roles: list[str], *, deleted: bool
) -> dict[str, AttributeValue]:
    """Return an object of the directory in the words of provisioning; what is absent is left out.

    Args:
        resource: A user or group of Graph.
        roles: The names of the application roles it is assigned.
        deleted: Whether it counts as deleted.
    """
    named: dict[str, Any] = {name: resource.get(graph) for name, graph in RENAMED.items()}
    named |= {name: value for name, value in resource.items() if name not in _GRAPH_ONLY}
    named |= resource.get("onPremisesExtensionAttributes") or {}
    named["telephoneNumber"] = next(iter(resource.get("businessPhones") or []), None)
    # A guest goes out under the address it was invited with (reference/graph-entra.md 6.4).
    name = named["originalUserPrincipalName"] = str(resource.get("userPrincipalName") or "")
    if "#EXT#" in name:
        named["userPrincipalName"] = "@".join(name.partition("#EXT#")[0].rsplit("_", 1))
    named["IsSoftDeleted"] = deleted
    named["appRoleAssignments"] = roles
    return {name: _value(value) for name, value in named.items() if value not in (None, "", [])}


def _value(value: Any) -> AttributeValue:
    if isinstance(value, list):
        return [str(item) for item in value]
    return str(value)


def mapped(
    mapping: Mapping[str, Any], values: Mapping[str, AttributeValue], *, creating: bool
) -> dict[str, AttributeValue]:
    """Return what an object mapping makes of one object: target paths and their values.

    Args:
        mapping: The object mapping.
        values: The object, as `source_values` returns it.
        creating: Whether the object is new in the target: defaults, and mappings for new ones.

    Raises:
        InvalidInput: An expression cannot be worked out.
    """
    found: dict[str, AttributeValue] = {}
    for attribute in mapping.get("attributeMappings") or ():
        if attribute.get("flowType") == "ObjectAddOnly" and not creating:
            continue
        source = attribute.get("source") or {}
        # The expression is what counts; the tree beside it only repeats it.
        tree = _tree(source["expression"]) if source.get("expression") else source
        value = evaluate_source(tree, values)
        if value in (None, "", []) and creating:
            value = attribute.get("defaultValue")
        # What is empty is never sent (reference/graph-entra.md 4).
        if value not in (None, "", []):
            found[str(attribute.get("targetAttributeName"))] = value
    return found


@lru_cache(maxsize=256)
def _tree(expression: str) -> Source:
    """Return an expression as a tree, which is read and never changed: it comes for each person."""
    return parse_source(expression)


def matching(mapping: Mapping[str, Any]) -> list[str]:
    """Return the target attributes that objects are matched by, most important first."""
    ranked = [
        (attribute.get("matchingPriority") or 0, attribute.get("targetAttributeName"))
        for attribute in mapping.get("attributeMappings") or ()
    ]
    return [str(name) for priority, name in sorted(ranked, key=lambda one: one[0]) if priority > 0]


def current(resource: Mapping[str, Any], path: str) -> Any:
    """Return what a SCIM resource holds at a target path."""
    if match := _SELECTED.match(path):
        items = resource.get(match["name"]) or ()
        return next(
            (item.get(match["part"]) for item in items if item.get("type") == match["type"]), None
        )
    holder, name = _holder(path)
    part = resource.get(holder) if holder else resource
    return part.get(name) if isinstance(part, Mapping) else None


def put(resource: dict[str, Any], path: str, value: AttributeValue) -> None:
    """Set a target path in a SCIM resource."""
    if match := _SELECTED.match(path):
        items = resource.setdefault(match["name"], [])
        item = next((one for one in items if one.get("type") == match["type"]), None)
        if item is None:
            item = {"type": match["type"]}
            items.append(item)
        item[match["part"]] = typed(path, value)
        return
    holder, name = _holder(path)
    target = resource.setdefault(holder, {}) if holder else resource
    target[name] = typed(path, value)


def changed_roots(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return the top-level attributes that differ, and what they become."""
    return {name: value for name, value in after.items() if before.get(name) != value}


def typed(path: str, value: AttributeValue) -> Any:
    """Return a value as SCIM wants it: the switch of an account is no text."""
    if path == "active":
        if str(value).casefold() not in {"true", "false"}:
            raise InvalidInput("The attribute active takes True or False.")
        return str(value).casefold() == "true"
    return value


def _holder(path: str) -> tuple[str, str]:
    """Return where an attribute stands, and what it is called there."""
    if path.startswith("urn:"):
        holder, _, name = path.rpartition(":")
        return ("", name) if holder == _CORE else (holder, name)
    holder, _, name = path.rpartition(".")
    return holder, name
