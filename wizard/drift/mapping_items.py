"""What is watched of a mapping: rows, filters, switches and actions, one by one."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from wizard.drift.items import Watched, WatchedItem
from wizard.mapping.as_text import clause_text, filter_text, section_name
from wizard.mapping.carrying import numbered, row_keys
from wizard.mapping.comparing import row_shown
from wizard.mapping.schema import (
    AttributeMapping,
    Filter,
    ObjectMapping,
    SynchronizationSchema,
    source_text,
)
from wizard.mapping.scoping.filters import stages
from wizard.mapping.sources import squeezed
from wizard.words.redact import redact
from wizard.words.text import plain_line

MAPPED: Final = "mapped"
_SWITCH: Final = {True: "on", False: "off", None: "not told"}
_ACTIONS: Final = {"add": "create", "update": "change", "delete": "switch off and delete"}


def mapping_items(
    schema: SynchronizationSchema, under: str = "", part: Watched | None = None
) -> Iterator[tuple[str, WatchedItem]]:
    """Yield what is watched of a schema, by key.

    Blanks in expressions and the order of rows and filters do not count.

    Args:
        schema: The mapping.
        under: What every key begins with.
        part: What it is all a part of; None: mapping, and filters.
    """
    for (kind, number), mapping in numbered(schema):
        objects = section_name(mapping) + (f" ({number + 1})" if number else "")
        at = f"{plain_line(kind)}/{number}"
        for key, name, value, same in _of_objects(mapping):
            item = WatchedItem(
                part=part or Watched.MAPPING, name=f"{objects}{name}", value=value, same=same
            )
            yield redact(f"{under}mapping/{at}{key}"), item
        for key, name, value in _filters(mapping.scope):
            item = WatchedItem(part=part or Watched.FILTERS, name=f"{objects}, {name}", value=value)
            yield redact(f"{under}filters/{at}/{key}"), item


_Told = tuple[str, str, str, str]
"""The rest of a key, the rest of a name, the value, and what is compared."""


def _of_objects(mapping: ObjectMapping) -> Iterator[_Told]:
    yield "", "", MAPPED, ""
    yield "/switch", ", switch", _SWITCH[mapping.enabled], ""
    if mapping.flow_types is not None:
        yield "/actions", ", actions", actions_in_words(mapping.flow_types), ""
    rows = mapping.attribute_mappings or []
    for (target, number), row in zip(row_keys(rows), rows, strict=True):
        name = f", {row.target_attribute_name or 'no target'}"
        yield f"/row/{target}/{number}", name, row_shown(row), _compared(row)


def _compared(row: AttributeMapping) -> str:
    """Return what makes a row the same; it begins with its place in finding people."""
    source = squeezed(source_text(row.source))
    how = row.flow_type or "Always", row.default_value or ""
    return " ".join((f"{row.matching_priority or 0}", *map(repr, (source, *how))))


def finds_by(item: WatchedItem | None) -> bool:
    """Tell whether a row finds people or groups in Webex."""
    return item is not None and not item.same.startswith("0 ")


def actions_in_words(flow_types: str) -> str:
    """Return what Entra may do to objects: `create, change`; `nothing` where nothing is."""
    named = [each.strip() for each in flow_types.split(",") if each.strip()]
    found = sorted(named, key=lambda each: [*_ACTIONS, each.lower()].index(each.lower()))
    return ", ".join(_ACTIONS.get(each.lower(), each) for each in found) or "nothing"


def _filters(scope: Filter | None) -> Iterator[tuple[str, str, str]]:
    """Yield each filter; those of one name are told apart by what they ask."""
    counted: Counter[str] = Counter()
    told = [
        (
            filter_text(stage, group),
            " and ".join(sorted(map(clause_text, group.clauses or ()))) or "no clause",
        )
        for stage, _, groups in stages(scope)
        for group in groups
    ]
    for name, clauses in sorted(told):
        counted[name] += 1
        yield f"{name}/{counted[name]}", name, clauses
