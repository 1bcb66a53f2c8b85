"""The sources of a mapping as trees."""

from functools import lru_cache

from wizard.mapping import sources
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.errors import ExpressionError
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


def readable(document: MappingDocument) -> list[tuple[Row, Node]]:
    """Return the rows whose sources can be read, with their trees."""
    pairs = []
    for row in document.rows:
        try:
            pairs.append((row, tree_of(row)))
        except ExpressionError:
            continue
    return pairs
