"""What becomes of rows, filters and switches when one mapping is saved over another, as changes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from wizard.mapping.as_text import section_name
from wizard.mapping.carrying import numbered
from wizard.mapping.document import Difference, MappingDocument, Row, row_differences
from wizard.mapping.objects import NAMES, switches_of
from wizard.mapping.reach import same_filters
from wizard.mapping.schema import Filter, FilterGroup, ObjectMapping
from wizard.mapping.scoping.filters import stages
from wizard.mapping.scoping.outline import outline
from wizard.mapping.sources import squeezed
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
    """Return how rows and filters of one document become those of another, one by one.

    Objects that only one of them maps are left out: no way leads there.
    """
    was = dict(numbered(before.schema))
    pairs = [(was[key], each) for key, each in numbered(after.schema) if key in was]
    return tuple(
        change
        for old, new in pairs
        for change in _of_objects(old, new, "" if new is after.users else section_name(new))
    )


def _of_objects(before: ObjectMapping, after: ObjectMapping, named: str) -> Iterator[Change]:
    """Yield the changes of users, or of other objects by their name."""
    of = f" of {named}" if named else ""
    for difference in row_differences(after, before):
        yield from _of_row(difference, of)
    for change in _of_filters(before.scope, after.scope):
        yield replace(change, subject=f"{change.subject}{of}")


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


def _of_row(difference: Difference, of: str) -> Iterator[Change]:
    target = plain_line(difference.target, WHOLE) + of
    here, there = difference.here, difference.there
    before = plain_line(there.source, WHOLE) if there else ""
    after = plain_line(here.source, WHOLE) if here else ""
    if here is None or there is None:
        verb = "Add {subject} from {after}." if here else "Remove {subject}, filled from {before}."
        yield Change(verb, target, before, after)
        return
    pairs = [(old, new) for old, new in zip(_how(there), _how(here), strict=True) if old != new]
    if squeezed(here.source) != squeezed(there.source) or not pairs:
        verb = "Fill {subject} from {after} instead of {before}."
        yield Change(verb, target, before, _apart(before, after))
    if pairs:
        was, becomes = (", ".join(each) for each in zip(*pairs, strict=True))
        yield Change("Change {subject}: {after} instead of {before}.", target, was, becomes)


def _how(row: Row) -> tuple[str, str, str]:
    """Return how a row is matched, applied and filled by default."""
    order, default = row.matching_priority, row.default_value
    return (
        f"matching order {order}" if order else "not for matching",
        row.apply,
        f'by default "{plain_line(default, WHOLE)}"' if default else "without a default",
    )


def _of_filters(before: Filter | None, after: Filter | None) -> Iterator[Change]:
    """Yield which filters are added, changed and removed; those of one name are one filter."""
    if same_filters(before, after):
        return
    old, new = _told(before), _told(after)
    gone = [(name, told) for name, told, each in old if not _is_among(each, new)]
    come = [(name, told) for name, told, each in new if not _is_among(each, old)]
    if not (gone or come):
        was, becomes = _in_order(old), _in_order(new)
        yield Change("Save the {subject} in this order: {after}.", "scoping filters", was, becomes)
    for name, told in come:
        was = next((told for other, told in gone if other == name), "")
        if was:
            gone.remove((name, was))
        change = "Change {subject} to {after}, instead of {before}."
        yield Change(change if was else "Add {subject}: {after}.", name, was, _apart(was, told))
    for name, told in gone:
        yield Change("Remove {subject}: {before}.", name, told)


_Told = tuple[str, str, FilterGroup]
"""A filter's name, its clauses in words, and the filter."""


def _told(scope: Filter | None) -> list[_Told]:
    told: list[tuple[str, list[str]]] = []
    for line in outline(scope, WHOLE):
        if line.clause is None:
            told.append((line.text, []))
        else:
            told[-1][1].append(line.text)
    groups = (group for _, _, groups in stages(scope) for group in groups)
    return [
        (name, " and ".join(clauses) or "no clause", group)
        for (name, clauses), group in zip(told, groups, strict=True)
    ]


def _is_among(group: FilterGroup, filters: list[_Told]) -> bool:
    alone = Filter(groups=[group])
    return any(same_filters(alone, Filter(groups=[each])) for _, _, each in filters)


def _in_order(filters: list[_Told]) -> str:
    return "; ".join(f"{name}: {told}" for name, told, _ in filters)


def _apart(before: str, after: str) -> str:
    """Return what there is after, so that it does not read like what there was before."""
    return f"{after} ({_UNSEEN})" if after and after == before else after
