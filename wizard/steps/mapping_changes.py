"""What becomes of rows, filters and switches when one mapping is saved over another, as changes."""

from collections.abc import Mapping

from wizard.mapping.document import Difference, MappingDocument, Row
from wizard.mapping.objects import NAMES, switches_of
from wizard.mapping.reach import same_filters
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.outline import outline
from wizard.store.journal import WHOLE, Change
from wizard.words.text import plain_line

_SWITCHED: Mapping[tuple[str, bool | None], str] = {
    ("User", True): "Switch users on.",
    ("User", False): "Switch users off: nobody is created, changed or disabled any more.",
    ("Group", True): "Switch groups on.",
    ("Group", False): "Switch groups off: none is written any more; those in Webex stay there.",
}

_UNSEEN = "differs only in blanks or signs that are not seen here"


def changes_between(before: MappingDocument, after: MappingDocument) -> tuple[Change, ...]:
    """Return how rows and filters of one document become those of another."""
    rows = tuple(map(_of_row, after.difference_from(before)))
    if same_filters(after.users.scope, before.users.scope):
        return rows
    was, becomes = _told(before.users.scope), _told(after.users.scope)
    verb = "Save these {subject}: {after}" if becomes else "Remove all {subject}."
    return (*rows, Change(verb, "scoping filters", was, _apart(was, becomes)))


def switching(before: MappingDocument, after: MappingDocument) -> tuple[Change, ...]:
    """Return how users and groups are switched from one document to another."""
    were, switched = switches_of(before.schema), switches_between(before, after)
    words = {True: "on", False: "off", None: ""}
    return tuple(
        Change(_SWITCHED[kind, on], name, words[were.get(kind)], words[on])
        for kind, name in NAMES.items()
        if (on := switched.get(kind)) is not None
    )


def switches_between(before: MappingDocument, after: MappingDocument) -> dict[str, bool | None]:
    """Return the switches that differ, as they are after."""
    were = switches_of(before.schema)
    return {kind: on for kind, on in switches_of(after.schema).items() if were.get(kind) is not on}


def _of_row(difference: Difference) -> Change:
    target = plain_line(difference.target, WHOLE)
    here, there = difference.here, difference.there
    before = plain_line(there.source, WHOLE) if there else ""
    after = plain_line(here.source, WHOLE) if here else ""
    if here is None:
        return Change("Remove {subject}.", target, before)
    if there is None:
        return Change("Add {subject} from {after}.", target, after=after)
    if here.source == there.source:
        verb = "Change how {subject} is matched, applied or filled by default."
        return Change(verb, target, _how(there), _how(here))
    after = _apart(before, after)
    return Change("Fill {subject} from {after} instead of {before}.", target, before, after)


def _how(row: Row) -> str:
    """Return how a row is matched, applied and filled, for whoever reads of a change."""
    default = "" if row.default_value is None else f", by default {row.default_value}"
    return plain_line(f"matching {row.matching_priority}, {row.apply}{default}", WHOLE)


def _told(scope: Filter | None) -> str:
    return "; ".join(line.text for line in outline(scope, WHOLE))


def _apart(before: str, after: str) -> str:
    """Return what there is after, so that it does not read like what there was before."""
    return f"{after} ({_UNSEEN})" if after and after == before else after
