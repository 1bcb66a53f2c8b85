"""What Webex accepts of a person: one entry for each attribute that a mapping can name.

The limits are those of the newer SCIM endpoint; the one Entra calls is undocumented, so all of
them but those of `userName` are advisory (reference/webex.md 4 and 6).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from wizard.assets import asset

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:"
"""What stands before the attributes of the enterprise user (RFC 7643 section 4.3)."""

_CORE = "urn:ietf:params:scim:schemas:core:2.0:user:"

_TYPES = {
    "Boolean": "True or False",
    "Complex": "A group of values",
    "Reference": "A reference",
    "String": "Text",
}

_PATH = re.compile(
    r"(?P<base>(?:urn:[^\[]*:)?[^.\[:]+)(?:\[(?P<filter>.*)\])?(?:\.(?P<part>[^.\[]+))?"
)
_TYPE = re.compile(r'\btype\s+eq\s+"([^"]*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WebexAttribute:
    """One attribute of a Webex user."""

    path: str
    """As Entra writes it: `userName`, `name.givenName`, `phoneNumbers[type eq "work"].value`."""
    type: str
    """`String`, `Boolean`, `Reference` or `Complex`."""
    required: bool
    multi_valued: bool
    filterable: bool
    """Whether Webex can search by it, which matching needs."""
    mappable: bool
    container: bool = False
    """Whether its parts are mapped instead of itself."""
    kills_tokens: bool = False
    """Whether a change of it invalidates all tokens of the account."""
    max_length: int | None = None
    max_values: int | None = None
    canonical_values: tuple[str, ...] = ()
    canonical_types: tuple[str, ...] = ()
    """The types that are safe inside a multi-valued container."""
    format: str | None = None
    """`email`, `ll_CC` or `iana-time-zone`."""
    demand: str = ""
    """What Webex demands of the value, in one short sentence."""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class TargetPath:
    """The parts of a target: `base[filter].part`."""

    base: str
    filter: str | None = None
    part: str | None = None

    @property
    def type(self) -> str | None:
        """The type that the filter selects."""
        selected = _TYPE.search(self.filter or "")
        return selected[1] if selected else None

    @property
    def key(self) -> str:
        """The spelling under which equal targets are equal."""
        return self._spelled(self.filter)

    @property
    def entry(self) -> str:
        """The spelling under which the table lists the target: a filter selects a type."""
        return self._spelled(None if self.type is None else f'type eq "{self.type}"')

    def _spelled(self, selected: str | None) -> str:
        middle = "" if selected is None else f"[{' '.join(selected.split())}]"
        end = f".{self.part}" if self.part else ""
        return f"{self.base}{middle}{end}".casefold().removeprefix(_CORE)


@lru_cache(maxsize=1024)
def parse_target(target: str) -> TargetPath:
    """Return the parts of a target; one of another form is all base."""
    match = _PATH.fullmatch(target.strip())
    return TargetPath(**match.groupdict()) if match else TargetPath(target.strip())


@cache
def webex_attributes() -> tuple[WebexAttribute, ...]:
    """Return everything that the table knows, in its order."""
    entries = json.loads(asset("mapping/webex-attributes.json"))["userAttributes"]
    return tuple(attribute for entry in entries for attribute in _attributes(entry))


@cache
def _by_entry() -> MappingProxyType[str, WebexAttribute]:
    return MappingProxyType({parse_target(a.path).entry: a for a in webex_attributes()})


@lru_cache(maxsize=1024)
def find(target: str) -> WebexAttribute | None:
    """Return the attribute that a target means, if Webex has it.

    Upper and lower case do not matter (RFC 7643 section 2.1). A part of a complex attribute
    without listed parts means the attribute itself. Every value of a container may be marked as
    the primary one (RFC 7643 section 2.4).
    """
    path = parse_target(target)
    whole = _by_entry().get(TargetPath(path.base).entry)
    exact = _by_entry().get(path.entry)
    if exact is None and whole is not None and whole.container and path.part == "primary":
        return WebexAttribute(
            target, "Boolean", required=False, multi_valued=False, filterable=False, mappable=True
        )
    if exact or whole is None or whole.container or whole.type != "Complex":
        return exact
    return whole


def container(target: str) -> WebexAttribute | None:
    """Return the container that a target belongs to, such as `phoneNumbers`, or None."""
    whole = _by_entry().get(TargetPath(parse_target(target).base).entry)
    return whole if whole and whole.container else None


def same(target: str, other: str) -> bool:
    """Tell whether two targets are spellings of one."""
    return parse_target(target).key == parse_target(other).key


def bare(value: str | None) -> str:
    """Return a value as Graph tells it, without what its writing adds.

    Quotes of JSON, and the case of a Boolean.
    """
    text = (value or "").strip()
    if text[:1] == '"':
        try:
            text = str(json.loads(text))
        except ValueError:
            return text
    return text.lower() if text.lower() in {"true", "false"} else text


def is_manager(target: str) -> bool:
    """Tell whether a target is the manager, which Entra names with and without `.value`."""
    return any(same(target, f"{ENTERPRISE}manager{end}") for end in ("", ".value"))


def first_part_of(whole: WebexAttribute) -> str:
    """Return the path of the first mappable part of a container."""
    start = parse_target(whole.path).key
    parts = (a.path for a in webex_attributes() if a.mappable and a is not whole)
    return next((path for path in parts if path.casefold().startswith(start)), whole.path)


def close_to(target: str) -> str | None:
    """Return the mappable target whose name is most like the given one, if any is."""
    names = {_last_part(a.path): a.path for a in webex_attributes() if a.mappable}
    close = get_close_matches(_last_part(target), names, n=1, cutoff=0.75)
    return names[close[0]] if close else None


def _last_part(target: str) -> str:
    return parse_target(target).key.rpartition(":")[2]


def _attributes(entry: dict[str, Any]) -> Iterator[WebexAttribute]:
    known = {field.name for field in fields(WebexAttribute)}
    values: dict[str, Any] = {
        _snake(key): tuple(value) if isinstance(value, list) else value
        for key, value in entry.items()
    }
    attribute = WebexAttribute(**{key: values[key] for key in known & values.keys()})
    if not attribute.demand:
        attribute = replace(attribute, demand=_demand(attribute))
    if "repeat" not in values:
        yield attribute
        return
    first, last = values["repeat"].split("..")
    for number in range(int(first), int(last) + 1):
        yield replace(attribute, path=f"{attribute.path.removesuffix(first)}{number}")


def _snake(key: str) -> str:
    return re.sub("([A-Z])", r"_\1", key).lower()


def _demand(attribute: WebexAttribute) -> str:
    kind = _TYPES.get(attribute.type, attribute.type)
    if attribute.canonical_values:
        kind = "One of " + ", ".join(attribute.canonical_values)
    if attribute.max_length:
        return f"{kind}, at most {attribute.max_length} characters"
    if attribute.max_values:
        return f"{kind}, at most {attribute.max_values} values"
    return kind
