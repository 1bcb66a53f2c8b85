"""Our rows and filters laid over what is in Entra, where everything else stays as it is there.

A row or a filter that is the same on both sides is Entra's, and one that differs is Entra's with
ours in what this program knows, so that nothing that it does not know is written over.
"""

from typing import Any, Final

from wizard.mapping import attributes
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.reach import same_filters
from wizard.mapping.schema import AttributeMapping, Filter, FilterGroup
from wizard.mapping.scoping.editing import with_scope
from wizard.mapping.scoping.filters import STAGES

_FIELDS: Final = {
    "target": "target_attribute_name",
    "source": "source",
    "matching_priority": "matching_priority",
    "apply": "flow_type",
    "default_value": "default_value",
}
"""What a row shows, and the part of Graph's object that holds it."""


def carried(present: MappingDocument, ours: MappingDocument) -> MappingDocument:
    """Return what is in Entra with our rows and filters of people."""
    pairs = zip(present.rows, present.mappings, strict=True)
    there = dict(zip(_keys(present.rows), pairs, strict=True))
    rows = [
        _row_over(there.get(key), row, mapping)
        for key, row, mapping in zip(_keys(ours.rows), ours.rows, ours.mappings, strict=True)
    ]
    scope = _scope_over(present.users.scope, ours.users.scope)
    return with_scope(present.with_mappings(rows), scope)


def _keys(rows: tuple[Row, ...]) -> list[tuple[str, int]]:
    """Return what tells each row: its target, and which one of that target it is."""
    counts: dict[str, int] = {}
    keys = []
    for row in rows:
        key = attributes.parse_target(row.target).key
        keys.append((key, counts.get(key, 0)))
        counts[key] = counts.get(key, 0) + 1
    return keys


def _row_over(
    there: tuple[Row, AttributeMapping] | None, row: Row, mapping: AttributeMapping
) -> AttributeMapping:
    if there is None:
        return mapping
    before, kept = there
    changes = {
        name: getattr(mapping, name)
        for shown, name in _FIELDS.items()
        if getattr(row, shown) != getattr(before, shown)
    }
    return kept.model_copy(update=changes) if changes else kept


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
    """Return Entra's filter where it is the same as ours."""
    return next((each for each in there if _same(each, ours)), ours)


def _same(one: FilterGroup, other: FilterGroup) -> bool:
    return same_filters(Filter(groups=[one]), Filter(groups=[other]))
