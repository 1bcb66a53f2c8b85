"""Edits of a scoping filter; every one returns a new filter and leaves the rest as it was."""

from collections.abc import Callable
from dataclasses import dataclass

from wizard.errors import MappingError
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import Filter, FilterClause, FilterGroup, ObjectMapping
from wizard.mapping.scoping.filters import condition
from wizard.mapping.scoping.operators import find_operator, instead_of_operator
from wizard.words.text import plain, plain_line

_LONGEST_OPERATOR = 4
"""Words of the longest name of an operator."""


@dataclass(frozen=True)
class ClausePlace:
    """Where a clause stands, or is to stand."""

    filter: int | None = None
    """The filter, from 0; None for a new one."""
    clause: int | None = None
    """The clause that is replaced, from 0; None for one more."""


def placed(scope: Filter | None, place: ClausePlace, clause: FilterClause) -> Filter:
    """Return the scope with a clause where it is to stand.

    Raises:
        MappingError: There is no such filter or clause.
    """
    if scope is None or place.filter is None:
        name = f"Filter {len((scope.groups if scope else None) or ()) + 1}"
        return with_filter(scope, name, clause)
    return with_clause(scope, place.filter, clause, instead_of=place.clause)


def new_clause(attribute: str, operator: str, *values: str) -> FilterClause:
    """Return a clause as Graph writes it.

    Raises:
        MappingError: The attribute, the operator or a value cannot be used.
    """
    found = find_operator(operator)
    clause = FilterClause.model_validate(
        {
            "operatorName": found.name,
            "sourceOperandName": plain_line(attribute),
            "targetOperand": {
                "values": [plain(value) for value in values] if found.needs_value else []
            },
        }
    )
    condition(clause)
    return clause


def read_clause(text: str) -> FilterClause:
    """Return the clause that a line of text holds: `department EQUALS Sales`.

    Raises:
        MappingError: There is no operator in it, or a part of it cannot be used.
    """
    attribute, _, rest = text.strip().partition(" ")
    words = rest.split()
    refused: MappingError | None = None
    advice = ""
    for count in range(min(len(words), _LONGEST_OPERATOR), 0, -1):
        name = " ".join(words[:count])
        try:
            operator = find_operator(name)
        except MappingError as error:
            if not advice:
                refused, advice = error, instead_of_operator(name)
            continue
        value = rest.split(maxsplit=count)[count:]
        return new_clause(attribute, operator.name, *value)
    raise refused or MappingError(
        "A clause needs an attribute, an operator and mostly a value.",
        "Say it like this: department EQUALS Sales",
        code="scope-operator",
    )


def with_filter(scope: Filter | None, name: str, *clauses: FilterClause) -> Filter:
    """Return the scope with one more filter, which lets in whoever fulfils all its clauses."""
    scope = scope or _empty()
    group = FilterGroup.model_validate({"name": plain_line(name), "clauses": []})
    group = group.model_copy(update={"clauses": list(clauses)})
    return _with_groups(scope, [*(scope.groups or []), group])


def without_filter(scope: Filter, at: int) -> Filter | None:
    """Return the scope without one filter; None when nothing is left of it.

    Raises:
        MappingError: There is no such filter.
    """
    groups = scope.groups or []
    _group(scope, at)
    left = _with_groups(scope, groups[:at] + groups[at + 1 :])
    empty = not (left.groups or left.input_filter_groups or left.category_filter_groups)
    return None if empty else left


def renamed_filter(scope: Filter, at: int, name: str) -> Filter:
    """Return the scope with another name for one filter.

    Raises:
        MappingError: There is no such filter.
    """
    return _replaced(scope, at, lambda group: group.model_copy(update={"name": plain_line(name)}))


def with_clause(
    scope: Filter, at: int, clause: FilterClause, *, instead_of: int | None = None
) -> Filter:
    """Return the scope with one more clause in a filter, or with one clause replaced.

    Raises:
        MappingError: There is no such filter or clause.
    """

    def change(group: FilterGroup) -> FilterGroup:
        clauses = list(group.clauses or [])
        if instead_of is None:
            clauses.append(clause)
        else:
            _clause(group, instead_of)
            clauses[instead_of] = clause
        return group.model_copy(update={"clauses": clauses})

    return _replaced(scope, at, change)


def without_clause(scope: Filter, at: int, clause: int) -> Filter | None:
    """Return the scope without one clause; a filter without clauses goes as well.

    An empty filter would let everybody in, which nobody means by removing a condition.

    Raises:
        MappingError: There is no such filter or clause.
    """
    group = _group(scope, at)
    _clause(group, clause)
    clauses = group.clauses or []
    left = clauses[:clause] + clauses[clause + 1 :]
    if not left:
        return without_filter(scope, at)
    return _replaced(scope, at, lambda group: group.model_copy(update={"clauses": left}))


def with_scope(document: MappingDocument, scope: Filter | None) -> MappingDocument:
    """Return a document whose mapping of users has another scope."""
    users = document.users

    def changed(mapping: ObjectMapping) -> ObjectMapping:
        return mapping.model_copy(update={"scope": scope}) if mapping is users else mapping

    rules = [
        rule.model_copy(update={"object_mappings": [changed(m) for m in rule.object_mappings]})
        if rule.object_mappings and any(m is users for m in rule.object_mappings)
        else rule
        for rule in document.schema.synchronization_rules
    ]
    return MappingDocument(document.schema.model_copy(update={"synchronization_rules": rules}))


def _empty() -> Filter:
    return Filter.model_validate(
        {"groups": [], "categoryFilterGroups": [], "inputFilterGroups": []}
    )


def _with_groups(scope: Filter, groups: list[FilterGroup]) -> Filter:
    return scope.model_copy(update={"groups": groups})


def _replaced(scope: Filter, at: int, change: Callable[[FilterGroup], FilterGroup]) -> Filter:
    groups = list(scope.groups or [])
    groups[at] = change(_group(scope, at))
    return _with_groups(scope, groups)


def _group(scope: Filter, at: int) -> FilterGroup:
    groups = scope.groups or []
    if 0 <= at < len(groups):
        return groups[at]
    raise _gone("filter")


def _clause(group: FilterGroup, at: int) -> FilterClause:
    clauses = group.clauses or []
    if 0 <= at < len(clauses):
        return clauses[at]
    raise _gone("clause")


def _gone(what: str) -> MappingError:
    return MappingError(
        f"The scope has no such {what} any more.", f"Choose the {what} again.", code="scope-no-such"
    )
