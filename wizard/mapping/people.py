"""People to try a mapping on, with the attribute names of the provisioning service.

Graph names many attributes differently; `from_graph` translates by the table in
`assets/mapping/entra-attributes.json` (reference/graph-entra.md 2.6).
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from wizard.assets import asset
from wizard.errors import MappingError
from wizard.machine.files import read_file
from wizard.mapping import json_text
from wizard.mapping.expression.values import Scalar
from wizard.mapping.sources import SourceAttribute, source_attributes
from wizard.words.text import plain_line

Person: TypeAlias = Mapping[str, Scalar | tuple[Scalar, ...] | None]
"""A person's attributes; several values are a tuple, an absent attribute is absent or None."""

MAX_BYTES = 100_000_000
"""Largest file that is read."""
MAX_PEOPLE = 100_000
"""Most people that are read from one file."""

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

_HINT = (
    "Give a JSON list of objects with Entra's attribute names, or the answer of Graph to /users "
    "as it is."
)


@cache
def practice_people() -> tuple[Person, ...]:
    """Return the invented people of the practice tenants."""
    records = json.loads(asset("practice/people.json"))
    ids = {record["user_principal_name"]: record["object_id"] for record in records}
    return tuple(_practice_person(record, ids) for record in records)


def load(path: Path) -> tuple[Person, ...]:
    """Return the people in a JSON file.

    Raises:
        MappingError: The file cannot be read, or holds no people.
    """
    try:
        return read(read_file(path, MAX_BYTES))
    except OSError as error:
        raise MappingError(
            f"{plain_line(path)} cannot be read: {error.strerror or 'unknown reason'}.",
            "Check the name of the file and your access to it.",
            code="people-unreadable",
        ) from error


def read(text: str | bytes) -> tuple[Person, ...]:
    """Return the people that a JSON text holds.

    It is a list of objects, or an object with such a list as `value`, as Graph answers. Each
    object has provisioning's attribute names, or is a user of Graph and gets translated.

    Raises:
        MappingError: The text is too large, cut off, not JSON, or not such a list.
    """
    tree = _loaded(text)
    records = tree.get("value") if isinstance(tree, dict) else tree
    if not isinstance(records, list):
        raise _wrong("The file is JSON, but holds no list of people.")
    if len(records) > MAX_PEOPLE:
        raise _wrong(f"The file holds more than {MAX_PEOPLE:,} people.")
    return tuple(_person(record, at) for at, record in enumerate(records, 1))


def from_record(record: Mapping[str, Any]) -> Person:
    """Return a person from one JSON object, whichever names it uses.

    Raises:
        MappingError: A value is neither text, number, true, false, null nor a list of these.
    """
    if is_graph_user(record):
        return from_graph(record)
    return _with_soft_deleted({name: _value(name, value) for name, value in record.items()})


def is_graph_user(record: Mapping[str, Any]) -> bool:
    """Tell whether an object has Graph's property names rather than provisioning's."""
    names = record.keys()
    return bool(names & _only_graph()) and not names & _only_provisioning()


def from_graph(user: Mapping[str, Any]) -> Person:
    """Return a user of Graph with provisioning's attribute names.

    Directory extensions keep their names. What provisioning cannot use, such as nested objects,
    is left out. `IsSoftDeleted` is worked out from `accountEnabled` and `deletedDateTime`.

    Raises:
        MappingError: A value has a form that Graph does not use.
    """
    person: dict[str, Scalar | tuple[Scalar, ...] | None] = {}
    for attribute in source_attributes():
        found = _property(user, attribute.graph_property)
        if isinstance(found, list) and not attribute.multi_valued:
            found = found[0] if found else None
        if isinstance(found, dict):
            found = found.get("id")
        if found is not None and not _holds_objects(found):
            person[attribute.name] = _value(attribute.name, found)
    for name, value in user.items():
        if name not in _claimed() and "@" not in name and not _holds_objects(value):
            person[name] = _value(name, value)
    return _with_soft_deleted(person)


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


def _property(user: Mapping[str, Any], path: str | None) -> Any:
    if path is None:
        return None
    name, _, inner = path.partition("/")
    found = user.get(name)
    if not inner:
        return found
    return found.get(inner) if isinstance(found, dict) else None


def _holds_objects(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(each, dict | list) for each in value)
    )


def _value(name: str, value: Any) -> Scalar | tuple[Scalar, ...] | None:
    if value is None:
        return None
    if isinstance(value, str | bool | int | float):
        return _scalar(value)
    if isinstance(value, list) and not _holds_objects(value):
        return tuple(_scalar(each) for each in value if each is not None)
    raise _wrong(
        f"{plain_line(name, 60)} is neither text, a number, true, false, null, nor a list of these."
    )


def _scalar(value: Scalar) -> Scalar:
    # Half of a surrogate pair passes json.loads, but no UTF-8 output can hold it.
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    return value


def _with_soft_deleted(person: dict[str, Any]) -> Person:
    if person.get(_SOFT_DELETED) is None:
        enabled = person.get("accountEnabled")
        disabled = enabled is False or str(enabled).lower() == "false"
        person[_SOFT_DELETED] = disabled or bool(person.get("deletedDateTime"))
    return person


def _person(record: Any, at: int) -> Person:
    if not isinstance(record, dict):
        raise _wrong(f"Entry {at} of the list is not an object.")
    try:
        return from_record(record)
    except MappingError as error:
        raise _wrong(f"Entry {at} of the list: {error.message}") from error


def _practice_person(record: Mapping[str, Any], ids: Mapping[str, str]) -> Person:
    person = {
        _PRACTICE.get(word, _camel(word)): value
        for word, value in record.items()
        if value not in ("", None)
    }
    if manager := ids.get(person.pop("manager", "")):
        person["manager"] = manager
    person = {name: value for name, value in person.items() if name in _by_name()}
    return _with_soft_deleted({"accountEnabled": True, "userType": "Member"} | person)


def _camel(word: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), word)


def _loaded(text: str | bytes) -> Any:
    if len(text) > MAX_BYTES:
        raise _wrong(f"The file is larger than {MAX_BYTES // 1_000_000} MB.")
    try:
        return json_text.loads(text)
    except UnicodeDecodeError as error:
        raise _wrong(f"The file is not text: byte {error.start + 1} is no character.") from error
    except json.JSONDecodeError as error:
        raise _wrong(
            f"The file is not JSON: line {error.lineno}, column {error.colno} cannot be read "
            f"({error.msg}). It may be cut off."
        ) from error
    except RecursionError as error:
        raise _wrong("The file is nested too deeply for a list of people.") from error
    except ValueError as error:
        raise _wrong("The file holds a number that JSON does not allow.") from error


def _wrong(message: str) -> MappingError:
    return MappingError(message, _HINT, code="people-unusable")
