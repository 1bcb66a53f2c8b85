"""A mapping as it is written into Entra, and digests by which what was written is known again."""

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType

from wizard.mapping.carrying import with_each
from wizard.mapping.document import MappingDocument, rows_of
from wizard.mapping.schema import AttributeMapping, AttributeMappingSource, Filter, ObjectMapping
from wizard.mapping.scoping.outline import outline


def filled(
    document: MappingDocument,
    trees: Mapping[str, AttributeMappingSource] = MappingProxyType({}),
) -> MappingDocument:
    """Return a document whose functions have their trees of parameters, which typed ones lack.

    Args:
        document: The document.
        trees: Microsoft's trees of expressions of users that this program cannot read, by target.
    """

    def with_trees(mapping: ObjectMapping) -> ObjectMapping:
        known = trees if mapping is document.users else {}
        rows = [_with_parameters(row, known) for row in mapping.attribute_mappings or ()]
        return mapping.model_copy(update={"attribute_mappings": rows}) if rows else mapping

    return with_each(document, with_trees)


def _with_parameters(
    row: AttributeMapping, trees: Mapping[str, AttributeMappingSource]
) -> AttributeMapping:
    """Return a row whose function has its tree of parameters, which typed ones lack."""
    from wizard.mapping.expression.errors import ExpressionError
    from wizard.mapping.expression.parser import parse
    from wizard.mapping.source_tree import source_of

    source = row.source
    if source is None or source.type != "Function" or source.parameters:
        return row
    tree = trees.get(row.target_attribute_name or "")
    try:
        tree = tree or source_of(parse(source.expression or ""))
    except ExpressionError:
        return row  # Entra says itself what is wrong with it
    filled = source.model_copy(update={"parameters": tree.parameters})
    return row.model_copy(update={"source": filled})


def digest_of_users(document: MappingDocument) -> str:
    """Return a digest of the rows and filters of users, without what their writing adds."""
    return _digest(_told(document.users))


def digest_of_others(document: MappingDocument) -> str:
    """Return a digest of the rows and filters of what is mapped beside users."""
    return _digest([_told(other) for other in document.others])


def _digest(told: list[object]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _told(mapping: ObjectMapping) -> list[object]:
    rows = [
        [row.target, row.source, row.matching_priority, row.apply, row.default_value]
        for row in rows_of(mapping)
    ]
    return [rows, _filters(mapping.scope)]


def _filters(scope: Filter | None) -> list[object]:
    return [] if scope is None else [[line.text, line.filter] for line in outline(scope)]
