"""Our rows and filters laid over what is in Entra, where everything else stays as it is there.

A row or a filter that is the same on both sides is Entra's, and one that differs is Entra's with
ours in what this program knows, so that nothing that it does not know is written over.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from wizard.errors import MappingError
from wizard.mapping import attributes
from wizard.mapping.document import MappingDocument
from wizard.mapping.reach import same_clauses, same_filters
from wizard.mapping.schema import (
    AttributeMapping,
    Filter,
    FilterClause,
    FilterGroup,
    ObjectMapping,
    SynchronizationSchema,
    source_text,
)
from wizard.mapping.scoping.editing import with_scope
from wizard.mapping.scoping.filters import STAGES
from wizard.words.text import plain_line


def carried(present: MappingDocument, ours: MappingDocument) -> MappingDocument:
    """Return what is in Entra with our rows and filters of people."""
    rows = _rows_over(present.mappings, ours.mappings)
    return with_scope(
        present.with_mappings(rows), _scope_over(present.users.scope, ours.users.scope)
    )


def carried_whole(present: MappingDocument, ours: MappingDocument) -> MappingDocument:
    """Return what is in Entra with all that ours says: rows, filters and switches of all objects.

    What ours does not say stays: an object that it leaves out, a switch, a scope.

    Raises:
        MappingError: It speaks of objects that are not mapped there (`mapping-no-such-object`).
    """
    wanted, kept = dict(numbered(ours.schema)), dict(numbered(present.schema))
    for key in wanted.keys() - kept.keys():
        raise _not_mapped(key)
    over = {id(kept[key]): mapping for key, mapping in wanted.items()}
    return with_each(
        present, lambda each: _object_over(each, over[id(each)]) if id(each) in over else each
    )


def with_each(
    document: MappingDocument, change: Callable[[ObjectMapping], ObjectMapping]
) -> MappingDocument:
    """Return a document in which each of its object mappings is changed."""
    rules = [
        rule.model_copy(update={"object_mappings": [change(each) for each in rule.object_mappings]})
        if rule.object_mappings
        else rule
        for rule in document.schema.synchronization_rules
    ]
    return MappingDocument(document.schema.model_copy(update={"synchronization_rules": rules}))


ObjectKey = tuple[str, int]
"""Tells an object mapping from the others: Graph's name of its source, and which one of these."""


def numbered(schema: SynchronizationSchema) -> Iterable[tuple[ObjectKey, ObjectMapping]]:
    """Return every object mapping with what tells it from the others, in the document's order."""
    every = [each for rule in schema.synchronization_rules for each in rule.object_mappings or ()]
    return zip(_numbered([each.source_object_name or "" for each in every]), every, strict=True)


def row_keys(rows: Sequence[AttributeMapping]) -> list[tuple[str, int]]:
    """Return what tells each row: its target, and which one of that target it is."""
    targets = (plain_line(row.target_attribute_name or "") for row in rows)
    return _numbered([attributes.parse_target(target).key for target in targets])


def _numbered(names: Iterable[str]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    keys = []
    for name in names:
        keys.append((name, counts.get(name, 0)))
        counts[name] = counts.get(name, 0) + 1
    return keys


def _object_over(there: ObjectMapping, ours: ObjectMapping) -> ObjectMapping:
    changes: dict[str, Any] = {}
    rows = _rows_over(there.attribute_mappings or (), ours.attribute_mappings or ())
    if not _are_the_same(rows, there.attribute_mappings or ()):
        changes["attribute_mappings"] = rows
    if "scope" in ours.model_fields_set and not same_filters(there.scope, ours.scope):
        changes["scope"] = _scope_over(there.scope, ours.scope)
    if ours.enabled not in (None, there.enabled):
        changes["enabled"] = ours.enabled
    return there.model_copy(update=changes) if changes else there


def _are_the_same(one: Sequence[object], other: Sequence[object]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


def _rows_over(
    there: Sequence[AttributeMapping], ours: Sequence[AttributeMapping]
) -> list[AttributeMapping]:
    known = dict(zip(row_keys(there), there, strict=True))
    return [_row_over(known.get(key), row) for key, row in zip(row_keys(ours), ours, strict=True)]


def _row_over(there: AttributeMapping | None, row: AttributeMapping) -> AttributeMapping:
    if there is None:
        return row
    was, wanted = _shown(there), _shown(row)
    changes = {name: getattr(row, name) for name, shown in wanted.items() if shown != was[name]}
    return there.model_copy(update=changes) if changes else there


def _shown(row: AttributeMapping) -> dict[str, object]:
    """Return what this program knows of a row, by the part of Graph's object that holds it."""
    return {
        "target_attribute_name": row.target_attribute_name or "",
        "source": source_text(row.source),
        "matching_priority": row.matching_priority or 0,
        "flow_type": row.flow_type or "Always",
        "default_value": row.default_value,
    }


def _scope_over(there: Filter | None, ours: Filter | None) -> Filter | None:
    if same_filters(there, ours):
        return there
    if there is None:
        return ours
    changes: dict[str, Any] = {}
    for name, _ in STAGES:
        before, wanted = getattr(there, name), getattr(ours, name, None)
        if wanted or before:
            changes[name] = [_filter_over(before or [], each) for each in wanted or ()]
    if ours is None and not there.__pydantic_extra__:
        return None
    return there.model_copy(update=changes)


def _filter_over(there: list[FilterGroup], ours: FilterGroup) -> FilterGroup:
    """Return Entra's filter where it is the same as ours; of one by its name, Entra's clauses."""
    if same := next((each for each in there if _same(each, ours)), None):
        return same
    named = next((each for each in there if each.name == ours.name), None)
    if named is None:
        return ours
    clauses = [_clause_over(named.clauses or [], each) for each in ours.clauses or ()]
    return named.model_copy(update={"clauses": clauses})


def _clause_over(there: list[FilterClause], ours: FilterClause) -> FilterClause:
    return next((each for each in there if same_clauses(each, ours)), ours)


def _same(one: FilterGroup, other: FilterGroup) -> bool:
    return same_filters(Filter(groups=[one]), Filter(groups=[other]))


def _not_mapped(key: ObjectKey) -> MappingError:
    name, number = plain_line(key[0], 60) or "objects without a name", key[1]
    more = "" if number == 0 else f", number {number + 1} of these"
    return MappingError(
        f"{name}{more} is not mapped where this is to be laid over: only what Entra maps already "
        "can be changed.",
        "Take that part out of the text, or add the mapping in the portal first.",
        code="mapping-no-such-object",
    )
