"""The spellings of a path that mean the same to Graph (OData 4.01, URL conventions 4).

`users('x')` is `users/x`, `functions()` is `functions`, `microsoft.graph.start` is `start`, a type
at the end shows only objects of that type, and `$count` behind a list counts it. SDKs and shells
write all of them (reference/graph-entra.md 11).
"""

import re
from dataclasses import dataclass

from wizard.practice.entra.shapes import DIRECTORY_TYPES

_KEYED = re.compile(r"(?P<name>\w+)\((?P<key>.*)\)")
_NAMESPACES = ("microsoft.graph.", "graph.")
_TYPES = {name.casefold(): name for name in DIRECTORY_TYPES}


@dataclass(frozen=True)
class Spelled:
    """A path below the version, as the routes know it."""

    path: str
    cast: str = ""
    """The only type of objects that is wanted; empty means all."""
    counts: bool = False
    """Whether the number of the objects is wanted instead of them."""


def spelled(path: str) -> Spelled:
    """Return what a path means.

    Args:
        path: The path below the version, decoded, such as `/users('x')/memberOf/graph.group`.
    """
    parts = [part for segment in path.strip("/").split("/") for part in _parts(segment)]
    counts = parts[-1] == "$count"
    if counts:
        parts.pop()
    cast = _type_of(parts[-1]) if parts else ""
    if cast:
        parts.pop()
    return Spelled("/" + "/".join(map(_without_namespace, parts)), cast, counts)


def alternate(key: str) -> tuple[str, str]:
    """Return the property and the value of a key such as `appId='x'`; of an id, nothing and it."""
    name, sign, value = key.partition("=")
    if not sign:
        return "", key
    return name, _unquoted(value)


def _parts(segment: str) -> list[str]:
    match = _KEYED.fullmatch(segment)
    if match is None:
        return [segment]
    return [match["name"], _unquoted(match["key"])] if match["key"] else [match["name"]]


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == "'"
    return text[1:-1].replace("''", "'") if quoted else text


def _type_of(segment: str) -> str:
    for namespace in _NAMESPACES:
        if segment.casefold().startswith(namespace):
            return _TYPES.get(segment[len(namespace) :].casefold(), "")
    return ""


def _without_namespace(segment: str) -> str:
    return segment.removeprefix(_NAMESPACES[0])
