r"""A mapping as a small text: one row, one line; made to be read in a diff and edited by hand.

The text has what an administrator decides: of users, groups and whatever else is mapped the
switch, the rows and the scoping filters, in the order of the document. Columns begin where the
row itself puts them, so that no other line changes with it. All else of the document stays where
the text is laid over it (`carrying.py`).

    text     = "webex-wizard-mapping" version, { section }, "end"
    section  = ( "users" | "groups" | "objects" quoted ) ( "on" | "off" | "unset" ), { line }
    line     = row | filter | where | "filters unset"
    row      = "row" ( "-" | number ) apply target [ "default" quoted ] ( "=" raw | "=\" escaped )
    filter   = ( "filter" | "filter-input" | "filter-category" ) quoted
    where    = "where" attribute operator { quoted }

Blanks separate; a line that begins with # is a comment. What is named may stand in quotes.
"""

import re
from collections.abc import Iterator
from typing import Final

from wizard.errors import MappingError
from wizard.mapping.escapes import escaped, in_quotes, is_seen
from wizard.mapping.schema import (
    AttributeMapping,
    Filter,
    FilterClause,
    FilterGroup,
    ObjectMapping,
    SynchronizationSchema,
    source_text,
)
from wizard.mapping.scoping.filters import STAGES
from wizard.mapping.scoping.operators import find_operator
from wizard.mapping.sources import tidy

HEADING: Final = "webex-wizard-mapping"
"""What the text begins with, before its version."""
TEXT_VERSION: Final = 1
END: Final = "end"
"""What the text ends with, so that half of one is known as such."""

SECTIONS: Final = {"users": "User", "groups": "Group"}
"""What is mapped, as the text and as Graph call it; else `objects` with Graph's name."""
SWITCHES: Final = {"on": True, "off": False, "unset": None}
APPLIED: Final = {"always": "Always", "creation": "ObjectAddOnly"}
"""When a row applies; Graph's rarer flow types keep their names."""
RARE: Final = frozenset({"MultiValueAdd", "ValueAddOnly", "AttributeAddOnly"})
FILTERS: Final = {
    "filter": "groups",
    "filter-input": "input_filter_groups",
    "filter-category": "category_filter_groups",
}
UNSET: Final = "filters unset"
"""Says that the text says nothing of filters."""

FROM_ANYWHERE: Final = "What Entra shall send to Webex."
"""What is said of a mapping of which nobody tells where it is from."""

BARE_NAME: Final = re.compile(r'(?:[^\s"\[\]=#\\]|\[[^\[\]\\]*\])+')
"""What may be named without quotes, such as `emails[type eq "work"].value`."""
BARE_WORDS: Final = re.compile(r'[^\s"\\#]+(?: [^\s"\\#]+)*')

_COMMENT: Final = r"""
# For version control: edit, compare and apply it.
#   row ORDER APPLY ATTRIBUTE [default "TEXT"] = SOURCE
# ORDER is the place in matching, or - for never. APPLY is always or creation.
# SOURCE goes on to the end of its line: [attribute], "text" or an expression.
# Only after =\ and in the quotes of all else, \n \t \\ \" and \u{202e} are
# escapes. All lines with where of one filter must hold; of several filters, one
# is enough. A switch is on, off, or unset: left as it is there.
""".strip()

_KINDS: Final = {kind: name for name, kind in SECTIONS.items()}
_SWITCH: Final = {on: word for word, on in SWITCHES.items()}
_APPLY: Final = {flow_type: word for word, flow_type in APPLIED.items()}
_STAGE: Final = {stage: word for word, stage in FILTERS.items()}
_APPLY_WIDTH, _TARGET_WIDTH = 8, 40


def mapping_text(schema: SynchronizationSchema, whence: str = FROM_ANYWHERE) -> str:
    """Return the text of a schema, in ordinary lines that show all that is in them.

    Args:
        schema: The mapping.
        whence: Where it is from, as a sentence for the first comment.
    """
    lines = [f"{HEADING} {TEXT_VERSION}", f"# {whence}", _COMMENT]
    for rule in schema.synchronization_rules:
        for mapping in rule.object_mappings or ():
            lines += ["", *_section(mapping)]
    return "\n".join((*lines, "", END, ""))


def source_shown(row: AttributeMapping) -> str:
    """Return a row's source as one harmless line."""
    text = source_text(row.source)
    return text if is_seen(text) else escaped(text)


def applied(flow_type: str) -> str:
    """Return what the text calls a flow type."""
    return _APPLY.get(flow_type) or (flow_type if flow_type in RARE else in_quotes(flow_type))


def filter_text(stage: str, group: FilterGroup) -> str:
    """Return the line of a filter.

    Args:
        stage: The collection that it is of.
        group: The filter.
    """
    return f"{_STAGE[stage]} {in_quotes(group.name or '')}"


def clause_text(clause: FilterClause) -> str:
    """Return a clause of a filter."""
    operand = clause.target_operand
    values = (operand.values if operand else None) or ()
    parts = (_name(clause.source_operand_name or ""), _operator(clause.operator_name or ""))
    return " ".join((*parts, *(in_quotes(value or "") for value in values)))


def section_name(mapping: ObjectMapping) -> str:
    """Return what the text calls the objects of a mapping."""
    kind = mapping.source_object_name or ""
    return _KINDS.get(kind) or f"objects {in_quotes(kind)}"


def _section(mapping: ObjectMapping) -> Iterator[str]:
    yield f"{section_name(mapping)} {_SWITCH[mapping.enabled]}"
    for row in mapping.attribute_mappings or ():
        yield f"  {_row(row)}"
    if "scope" not in mapping.model_fields_set:
        yield f"  {UNSET}"
    yield from _filters(mapping.scope)


def _row(row: AttributeMapping) -> str:
    order = str(row.matching_priority or "-")
    apply = applied(row.flow_type or "Always").ljust(_APPLY_WIDTH)
    target = _name(row.target_attribute_name or "").ljust(_TARGET_WIDTH)
    return f"row {order} {apply} {target} {_default(row)}{_source(row)}"


def _default(row: AttributeMapping) -> str:
    return "" if row.default_value is None else f"default {in_quotes(row.default_value)} "


def _source(row: AttributeMapping) -> str:
    text = source_text(row.source)
    if is_seen(text) and tidy(text) == text and not text.startswith("\\"):
        return f"= {text}".rstrip(" ")
    return f"=\\ {escaped(text)}"


def _filters(scope: Filter | None) -> Iterator[str]:
    for stage, _ in STAGES:
        for group in getattr(scope, stage, None) or ():
            yield f"  {filter_text(stage, group)}"
            for clause in group.clauses or ():
                yield f"    where {clause_text(clause)}"


def _name(text: str) -> str:
    return text if is_seen(text) and BARE_NAME.fullmatch(text) else in_quotes(text)


def _operator(name: str) -> str:
    """Return an operator as it is where it is a known one, and in quotes where not."""
    try:
        find_operator(name)
    except MappingError:
        return in_quotes(name)
    return name if is_seen(name) and BARE_WORDS.fullmatch(name) else in_quotes(name)
