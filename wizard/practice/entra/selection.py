"""What `$select` names, and how Graph says that something is not there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wizard.practice.entra.call import Refused, bad_request
from wizard.practice.entra.shapes import Shape

_NEVER_IN_LISTS = frozenset(
    {"aboutMe", "birthday", "hireDate", "interests", "mailboxSettings", "mySite", "pastProjects",
     "preferredName", "responsibilities", "schools", "skills"}
)  # fmt: skip
"""Properties of a user that come of one user alone (reference/graph-entra.md 11)."""


@dataclass(frozen=True)
class Select:
    """The properties that are wanted; none means all."""

    names: tuple[str, ...]
    shape: Shape

    def of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is wanted of a row; what nobody filled is there too, and empty."""
        if not self.names:
            return dict(row)
        return {name: row[name] if name in row else self.shape.empty(name) for name in self.names}


def selected(query: Mapping[str, str], shape: Shape, *, of_a_list: bool = False) -> Select:
    """Return what `$select` names, or what comes without one.

    Raises:
        Refused: There is no such property, or no list shows it.
    """
    wanted = [name.strip() for name in query.get("$select", "").split(",") if name.strip()]
    if "*" in wanted:
        return Select((), shape)
    return Select(tuple(_found(name, shape, of_a_list) for name in wanted) or shape.default, shape)


def _found(text: str, shape: Shape, of_a_list: bool) -> str:
    name = shape.property(text)
    if name is None:
        raise not_there("Parsing OData Select and Expand failed", text, shape)
    if of_a_list and name in _NEVER_IN_LISTS and shape.type == "user":
        text = f"The property '{name}' comes of one user alone, not in a list."
        raise Refused(501, "NotImplemented", text)
    return name.partition("/")[0]


def not_there(what: str, name: str, shape: Shape) -> Refused:
    """Return the refusal of a property that a type does not have."""
    text = f"Could not find a property named '{name[:60]}' on type 'microsoft.graph.{shape.type}'."
    return bad_request(f"{what}: {text}", "BadRequest")


def unsupported(what: str, name: str, shape: Shape) -> Refused:
    """Return the refusal of something that a property does not support."""
    kind = shape.type[:1].upper() + shape.type[1:]
    verdict = "Unsupported" if what.startswith("sort") else "Unsupported or invalid"
    preposition = "for" if what.startswith("sort") else "of resource"
    text = f"{verdict} {what} '{name}' {preposition} '{kind}'."
    return bad_request(text, "Request_UnsupportedQuery")
