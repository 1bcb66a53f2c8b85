"""The sources of a mapping as trees."""

from functools import lru_cache
from types import MappingProxyType

from wizard.mapping import sources
from wizard.mapping.document import Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.parser import parse
from wizard.mapping.expression.tree import Attribute, Node, walk
from wizard.words.text import plain_line

NO_SOURCE = MappingProxyType(
    {
        "usertype": "Tell guests by [originalUserPrincipalName], which holds #EXT# of a guest "
        "alone; or keep the type in an extension attribute as well, and map that.",
        **dict.fromkeys(
            ("samaccountname", "onpremisessamaccountname"),
            "Use [mailNickname] where it is the same, or keep the name in an extension attribute "
            "as well, such as [extensionAttribute1], and map that.",
        ),
    }
)
"""Attributes that no mapping can read, in lower case, and what to do (reference/graph-entra.md 8.5
and 11)."""


def read_tree(text: str) -> Node:
    """Return the tree of an expression that Entra can map.

    Raises:
        ExpressionError: It cannot be read, or names what provisioning does not read
            (`source-not-available`).
    """
    tree = parse(text)
    for node in walk(tree):
        if isinstance(node, Attribute) and (hint := NO_SOURCE.get(node.name.strip().casefold())):
            name = "userType" if node.name.casefold() == "usertype" else plain_line(node.name, 60)
            raise ExpressionError(
                f"[{name}] cannot be a source: Entra's provisioning does not read it.",
                hint,
                code="source-not-available",
                position=node.position,
            )
    return tree


_read = lru_cache(maxsize=64)(read_tree)
"""Sources that stay while one of them is typed; the largest tree has about a megabyte."""


def tree_of(row: Row) -> Node:
    """Return the tree of a row's source, in which a bare known name is an attribute.

    Raises:
        ExpressionError: The source cannot be read, or not be mapped.
    """
    known = sources.find_source(row.source)
    return _read(f"[{known.name}]" if known else row.source)
