"""What of a mapping decides whom Entra reaches in Webex, and whether a change may leave people out.

Nobody is asked here: a change counts as harmless only where that follows from the documents.
"""

from wizard.errors import MappingError
from wizard.mapping import attributes, sources
from wizard.mapping.document import Row, rows_of
from wizard.mapping.schema import Filter, FilterClause, ObjectMapping
from wizard.mapping.scoping.filters import stages
from wizard.mapping.scoping.operators import find_operator

_ACTIVE = attributes.parse_target("active").key
"""The attribute that switches an account on or off."""

_Clause = tuple[str, str, tuple[str, ...]]


def same_filters(one: Filter | None, other: Filter | None) -> bool:
    """Tell whether two scopes have the same filters, with the same names, in the same order."""
    return _exactly(one) == _exactly(other)


def same_clauses(one: FilterClause, other: FilterClause) -> bool:
    """Tell whether two clauses ask the same of the same attribute."""
    return _clause(one) == _clause(other)


def may_leave_out(before: Filter | None, after: Filter | None) -> bool:
    """Tell whether a scope may let in fewer people than the one before.

    It cannot where every filter of before is still there, perhaps with fewer clauses: all clauses
    of a filter must hold, and one of several filters is enough (reference/graph-entra.md 5).
    """
    was, will = _exactly(before), _exactly(after)
    old, new = _asked(was.pop("groups", [])), _asked(will.pop("groups", []))
    if was != will:
        return True  # what Entra sets by itself is not worked out
    if not new or not old:
        return bool(new)
    return not all(any(kept == gone or (kept and kept < gone) for kept in new) for gone in old)


def finds_otherwise(before: ObjectMapping, after: ObjectMapping) -> bool:
    """Tell whether rows differ by which people, or groups, are found or switched on in Webex."""
    return _deciding(before) != _deciding(after)


def _exactly(scope: Filter | None) -> dict[str, list[tuple[str, tuple[_Clause, ...]]]]:
    """Return the filters with all that they ask; words for a screen may be cut short."""
    return {
        stage: [
            (group.name or "", tuple(_clause(clause) for clause in group.clauses or ()))
            for group in groups
        ]
        for stage, _, groups in stages(scope)
    }


def _clause(clause: FilterClause) -> _Clause:
    values = (clause.target_operand.values if clause.target_operand else None) or ()
    shown = tuple("" if value is None else value for value in values)
    return clause.source_operand_name or "", _operator(clause.operator_name or ""), shown


def _operator(name: str) -> str:
    """Return the name of an operator in one spelling, where it is known."""
    try:
        return find_operator(name).name
    except MappingError:
        return name


def _asked(filters: list[tuple[str, tuple[_Clause, ...]]]) -> list[frozenset[_Clause]]:
    return [frozenset(clauses) for _, clauses in filters]


def _deciding(mapping: ObjectMapping) -> list[tuple[object, ...]]:
    rows = ((attributes.parse_target(row.target).key, row) for row in rows_of(mapping))
    told = (
        (key, row.matching_priority, sources.squeezed(row.source), *_filling(row))
        for key, row in rows
        if row.matching_priority or key == _ACTIVE
    )
    return sorted(told, key=repr)


def _filling(row: Row) -> tuple[str, str]:
    return row.apply, row.default_value or ""
