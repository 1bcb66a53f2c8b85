"""People to try a mapping on, with the attribute names of the provisioning service.

Graph names many attributes differently; `from_graph` translates by the table in
`assets/mapping/entra-attributes.json` (reference/graph-entra.md 2.6).
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

from wizard.assets import asset
from wizard.errors import MappingError
from wizard.mapping.expression.values import Scalar
from wizard.mapping.guests import with_both_names
from wizard.mapping.sources import SourceAttribute, source_attributes
from wizard.words.text import plain_line

Person: TypeAlias = Mapping[str, Scalar | tuple[Scalar, ...] | None]
"""A person's attributes; several values are a tuple, an absent attribute is absent or None."""

_SOFT_DELETED = "IsSoftDeleted"
_ROLES = "appRoleAssignments"
_PRACTICE = MappingProxyType(
    {
        "object_id": "objectId",
        "enabled": "accountEnabled",
        "business_phone": "telephoneNumber",
        "mobile_phone": "mobile",
    }
)
"""Words of the practice people whose provisioning name is not their camel case."""

HINT = (
    "Give a JSON list of objects with Entra's attribute names, or the answer of Graph to /users "
    "as it is."
)


@cache
def practice_people() -> tuple[Person, ...]:
    """Return the invented people of the practice tenants."""
    records = json.loads(asset("practice/people.json"))
    ids = {record["user_principal_name"]: record["object_id"] for record in records}
    return tuple(_practice_person(record, ids) for record in records)


def from_record(record: Mapping[str, Any]) -> Person:
    """Return a person from one JSON object, whichever names it uses.

    Objects in attributes that provisioning does not have are left out.

    Raises:
        MappingError: The value of a known attribute is neither text, number, true, false, null nor
            a list of these.
    """
    if is_graph_user(record):
        return from_graph(record)
    return _completed(
        {
            name: _value(name, value)
            for name, value in record.items()
            if name in _by_name() or not _holds_objects(value)
        }
    )


def is_person(record: Mapping[str, Any]) -> bool:
    """Tell whether an object has what people have and other objects have not, in any case."""
    return any(name.casefold() in _TELLING for name in record)


def respelled(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an object with the names of attributes as Graph and provisioning spell them.

    PowerShell writes them with a capital, and further attributes into objects of their own. A name
    that is spelled right keeps its value beside one that is not.
    """
    names = _respelling(tuple(record))
    if names is None:
        return record
    spelled: dict[str, Any] = {}
    for name, known in names:
        value = record[name]
        if known in _BAGS:
            value = value if isinstance(value, dict) else {}
            spelled = dict(respelled(value)) | spelled
        elif name == known or known not in spelled:
            inner = isinstance(value, dict)
            spelled[known] = {_within(key): each for key, each in value.items()} if inner else value
    return spelled


def is_graph_user(record: Mapping[str, Any]) -> bool:
    """Tell whether an object has Graph's property names rather than provisioning's."""
    names = record.keys()
    return bool(names & _only_graph()) and not names & _only_provisioning()


def from_graph(user: Mapping[str, Any]) -> Person:
    """Return a user of Graph with provisioning's attribute names.

    Directory extensions keep their names. What provisioning cannot use, such as nested objects,
    is left out. `IsSoftDeleted` is worked out from `accountEnabled` and `deletedDateTime`; a guest
    has the name that is mapped.

    Raises:
        MappingError: A value has a form that Graph does not use.
    """
    person: dict[str, Scalar | tuple[Scalar, ...] | None] = {}
    for name, where, inner, is_several in _translations():
        found = user.get(where)
        if inner and found is not None:
            found = found.get(inner) if isinstance(found, dict) else None
        if found is None:
            continue
        if isinstance(found, list) and not is_several:
            found = found[0] if found else None
        if isinstance(found, dict):
            found = found.get("id")
        if found is not None and not _holds_objects(found):
            person[name] = _value(name, found)
    claimed = _claimed()
    for name, value in user.items():
        if name not in claimed and "@" not in name and not _holds_objects(value):
            person[name] = _value(name, value)
    return _completed(person)


def graph_properties(names: Iterable[str]) -> tuple[str, ...]:
    """Return the properties that Graph must be asked for to know these attributes, sorted."""
    wanted: set[str] = set()
    for name in names:
        known = _by_name().get(name)
        if name == _SOFT_DELETED:
            wanted |= {"accountEnabled", "deletedDateTime"}
        elif known is None:
            wanted.add(name)
        elif known.graph_property:
            wanted.add(known.graph_property.partition("/")[0])
    return tuple(sorted(wanted))


def called(person: Person) -> str:
    """Return what to call a person in a list or a sentence."""
    for name in ("userPrincipalName", "mail", "displayName", "objectId"):
        if value := person.get(name):
            return plain_line(value, 80)
    return "a person without a name"


def askable(names: Iterable[str]) -> frozenset[str]:
    """Return those attributes that Graph can be asked for.

    A name that it does not know would spoil a whole request, and the relation that is named as
    the roles are holds no names of roles: provisioning works these out by itself.
    """
    return frozenset(
        name
        for name in names
        if name != _ROLES and (name in _by_name() or name.startswith("extension_"))
    )


@cache
def _by_name() -> Mapping[str, SourceAttribute]:
    return MappingProxyType({attribute.name: attribute for attribute in source_attributes()})


_TELLING = frozenset({"givenname", "mail", "objectid", "surname", "userprincipalname"})
_BAGS = frozenset({"additionalProperties", "extensionProperty"})
"""Where PowerShell's two modules keep attributes that they have no name for."""


@lru_cache(maxsize=512)
def _respelling(names: tuple[str, ...]) -> tuple[tuple[str, str], ...] | None:
    """Return each name with its right spelling; None where all are spelled right."""
    pairs = tuple((name, _spelling().get(name.casefold(), name)) for name in names)
    odd = any(name != known or known in _BAGS for name, known in pairs)
    return pairs if odd else None


@cache
def _spelling() -> Mapping[str, str]:
    """Return the right spelling of each name, by its lower case."""
    names = (*_by_name(), *_claimed(), "deletedDateTime", *_BAGS)
    return MappingProxyType({name.casefold(): name for name in names})


def _within(name: str) -> str:
    """Return the right spelling of a name inside of another attribute."""
    return _spelling().get(name.casefold(), name)


@cache
def _claimed() -> frozenset[str]:
    """Return Graph's names that the table translates."""
    named = (a.graph_property for a in source_attributes() if a.graph_property)
    return frozenset(name.partition("/")[0] for name in named)


@cache
def _only_graph() -> frozenset[str]:
    return _claimed() - _by_name().keys()


@cache
def _only_provisioning() -> frozenset[str]:
    return frozenset(_by_name().keys() - _claimed())


@cache
def _translations() -> tuple[tuple[str, str, str, bool], ...]:
    """Return each name with Graph's property, the part inside of it, and whether it is a list."""
    return tuple(
        (attribute.name, where, inner, attribute.multi_valued)
        for attribute in source_attributes()
        for where, _, inner in [(attribute.graph_property or "").partition("/")]
        if where
    )


def _holds_objects(value: Any) -> bool:
    if isinstance(value, list):
        return any(isinstance(each, dict | list) for each in value)
    return isinstance(value, dict)


def _value(name: str, value: Any) -> Scalar | tuple[Scalar, ...] | None:
    if value is None:
        return None
    if isinstance(value, str | int | float):
        return _scalar(value)
    if isinstance(value, list) and not _holds_objects(value):
        return tuple(_scalar(each) for each in value if each is not None)
    raise no_people(
        f"{plain_line(name, 60)} is neither text, a number, true, false, null, nor a list of these."
    )


def _scalar(value: Scalar) -> Scalar:
    # Half of a surrogate pair passes json.loads, but no UTF-8 output can hold it.
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    return value


def _completed(person: dict[str, Any]) -> Person:
    """Return a person with what the service works out by itself."""
    if person.get(_SOFT_DELETED) is None:
        enabled = person.get("accountEnabled")
        disabled = enabled is False or str(enabled).lower() == "false"
        person[_SOFT_DELETED] = disabled or bool(person.get("deletedDateTime"))
    return with_both_names(person)


def _practice_person(record: Mapping[str, Any], ids: Mapping[str, str]) -> Person:
    person = {
        _PRACTICE.get(word, _camel(word)): value
        for word, value in record.items()
        if value not in ("", None)
    }
    if manager := ids.get(person.pop("manager", "")):
        person["manager"] = manager
    person = {name: value for name, value in person.items() if name in _by_name()}
    return _completed({"accountEnabled": True, "userType": "Member"} | person)


def _camel(word: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), word)


def no_people(message: str) -> MappingError:
    """Return the error of what is no list of people."""
    return MappingError(message, HINT, code="people-unusable")
