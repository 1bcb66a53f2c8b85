"""The sources of a mapping as trees."""

from functools import lru_cache

from wizard.mapping import sources
from wizard.mapping.document import Row
from wizard.mapping.expression.parser import parse
from wizard.mapping.expression.tree import Node

_parsed = lru_cache(maxsize=64)(parse)
"""Sources that stay while one of them is typed; the largest tree has about a megabyte."""


def tree_of(row: Row) -> Node:
    """Return the tree of a row's source, in which a bare known name is an attribute.

    Raises:
        ExpressionError: The source cannot be read.
    """
    known = sources.find_source(row.source)
    return _parsed(f"[{known.name}]" if known else row.source)
