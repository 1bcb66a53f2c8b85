"""People as Graph tells of them."""

from typing import Any

from wizard.mapping.guests import UPN, WHOLE_NAME
from wizard.mapping.people import Person
from wizard.mapping.sources import find_source

LISTS = frozenset({"businessPhones", "imAddresses"})
"""Properties that are lists in Graph, of which provisioning takes the first value."""


def to_graph(person: Person) -> dict[str, Any]:
    """Return a person with Graph's property names; what only the service knows is left out."""
    user: dict[str, Any] = {}
    for name, value in person.items():
        known = find_source(name)
        if known is not None and known.graph_property is None:
            continue
        if name == UPN and WHOLE_NAME in person:
            continue  # the directory has the whole name alone
        where, _, inner = (known.graph_property or name if known else name).partition("/")
        shown: Any = list(value) if isinstance(value, tuple) else value
        if where in LISTS:
            shown = [] if value is None else [value]
        if inner:
            user.setdefault(where, {})[inner] = shown
        else:
            user[where] = shown
    return user
