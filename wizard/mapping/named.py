"""Which attributes of a person a mapping and its scope name."""

from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.tree import Attribute, walk
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.filters import stages
from wizard.mapping.trees import tree_of


def named_in(row: Row) -> frozenset[str]:
    """Return the attributes that a row's source names; none where it cannot be read."""
    try:
        tree = tree_of(row)
    except ExpressionError:
        return frozenset()
    return frozenset(node.name for node in walk(tree) if isinstance(node, Attribute))


def named_in_scope(scope: Filter | None) -> frozenset[str]:
    """Return the attributes that the clauses of a scope name."""
    return frozenset(
        clause.source_operand_name
        for _, _, groups in stages(scope)
        for group in groups
        for clause in group.clauses or ()
        if clause.source_operand_name
    )


def named(document: MappingDocument) -> frozenset[str]:
    """Return the attributes that the rows and the scope of a mapping name."""
    return named_in_scope(document.users.scope).union(*map(named_in, document.rows))
