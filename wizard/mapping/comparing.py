"""Where two mappings differ: each row, filter, switch, one by one, before and after."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from wizard.mapping.as_text import applied, clause_text, filter_text, section_name, source_shown
from wizard.mapping.carrying import numbered
from wizard.mapping.document import Difference, MappingDocument, Row, row_differences
from wizard.mapping.escapes import in_quotes
from wizard.mapping.objects import is_whole
from wizard.mapping.reach import same_filters
from wizard.mapping.schema import AttributeMapping, Filter, FilterGroup, ObjectMapping
from wizard.mapping.scoping.filters import stages
from wizard.words.differences import HowItDiffers, difference_line, how_it_differs

_Part = Literal["objects", "switch", "row", "filter", "filters"]


@dataclass(frozen=True)
class Differing:
    """One place where two mappings differ; all texts are harmless, and each is one line."""

    objects: str
    """`users`, `groups`, or others by Graph's name."""
    part: _Part
    name: str
    """The target of a row, a filter as its text calls it; else empty."""
    before: str
    """Empty where nothing was there."""
    after: str
    """Empty where nothing is there then."""

    @property
    def how(self) -> HowItDiffers:
        """What happened from the one to the other."""
        return how_it_differs(self.before, self.after)

    @property
    def words(self) -> str:
        """It as one line."""
        what = f"{self.objects}  {self.name or self.part}"
        told = self.before, self.after
        return difference_line(what, *(rows_apart(*told) if self.part == "row" else told))


def differing(before: MappingDocument, after: MappingDocument) -> tuple[Differing, ...]:
    """Return where one mapping differs from another, in the order of the first.

    Blanks in expressions, the order of rows, and what a text leaves unsaid do not count.
    """
    return tuple(_differing(before, after))


def _differing(before: MappingDocument, after: MappingDocument) -> Iterator[Differing]:
    was, becomes = dict(numbered(before.schema)), dict(numbered(after.schema))
    for key in dict.fromkeys((*was, *becomes)):
        one, other = was.get(key), becomes.get(key)
        if one is not None and other is not None:
            yield from _of_objects(_named(one, key[1]), one, other)
        elif one is not None and is_whole(after.schema):
            yield Differing(_named(one, key[1]), "objects", "", "mapped", "")
        elif other is not None and is_whole(before.schema):
            yield Differing(_named(other, key[1]), "objects", "", "", "mapped")


def _named(mapping: ObjectMapping, number: int) -> str:
    return section_name(mapping) + (f" ({number + 1})" if number else "")


def _of_objects(name: str, before: ObjectMapping, after: ObjectMapping) -> Iterator[Differing]:
    one, other = before.enabled, after.enabled
    if one is not None and other is not None and one is not other:
        yield Differing(name, "switch", "", _switched(on=one), _switched(on=other))
    for difference in row_differences(after, before):
        yield _of_row(name, difference, before, after)
    if all("scope" in each.model_fields_set for each in (before, after)):
        yield from _of_filters(name, before.scope, after.scope)


def _switched(*, on: bool) -> str:
    return "on" if on else "off"


def _of_row(
    name: str, difference: Difference, before: ObjectMapping, after: ObjectMapping
) -> Differing:
    was, becomes = _at(before, difference.there), _at(after, difference.here)
    old, new = (row_shown(row) if row else "" for row in (was, becomes))
    if was and becomes and old == new:  # spelled alike but for what is not seen
        old, new = (in_quotes(row.target_attribute_name or "") for row in (was, becomes))
    return Differing(name, "row", difference.target, old, new)


def _at(mapping: ObjectMapping, row: Row | None) -> AttributeMapping | None:
    return (mapping.attribute_mappings or [])[row.position] if row else None


def row_shown(row: AttributeMapping) -> str:
    """Return from what a row is filled, and what is special about it, as one harmless line."""
    parts = [source_shown(row) or "no source"]
    if row.matching_priority:
        parts.append(f"matching {row.matching_priority}")
    if row.flow_type not in (None, "", "Always"):
        parts.append(applied(row.flow_type))
    if row.default_value:
        parts.append(f"default {in_quotes(row.default_value)}")
    return ", ".join(parts)


_SHOWN: Final = re.compile(
    r"(?P<source>.*?)(?:, matching (?P<matching>\d+))?(?:, (?P<applies>\w+))?"
    r'(?:, default (?P<default>".*"))?',
    re.DOTALL,
)
"""What `row_shown` returns."""
_SPECIAL: Final = {
    "matching": ("matching {}", "no matching"),
    "applies": ("{}", "always"),
    "default": ("default {}", "no default"),
}
"""What may be special about a row, and what is said where it is not."""


def rows_apart(before: str, after: str) -> tuple[str, str]:
    """Return what is told of a row before and after, from what `row_shown` returned of both.

    From one source, it is what differs beside it: `[mail], always` and `creation`.
    """
    was, becomes = _SHOWN.fullmatch(before), _SHOWN.fullmatch(after)
    if was is None or becomes is None or was["source"] != becomes["source"] or not was["source"]:
        return before, after
    differ = [name for name in _SPECIAL if was[name] != becomes[name]]
    old, new = (", ".join(_special(name, each[name]) for name in differ) for each in (was, becomes))
    return (f"{was['source']}, {old}", new) if differ else (before, after)


def _special(name: str, value: str | None) -> str:
    told, none = _SPECIAL[name]
    return none if value is None else told.format(value)


_Filter = tuple[str, str, FilterGroup]
"""A filter's name, its clauses, and the filter."""


def _of_filters(name: str, before: Filter | None, after: Filter | None) -> Iterator[Differing]:
    """Yield which filters are added, changed and removed; those of one name are one filter."""
    if same_filters(before, after):
        return
    old, new = _told(before), _told(after)
    gone = [each for each in old if not _is_among(each, new)]
    come = [each for each in new if not _is_among(each, old)]
    if not (gone or come):
        yield Differing(
            name,
            "filters",
            "",
            *("; ".join(f"{e[0]}: {e[1]}" for e in each) for each in (old, new)),
        )
    for called, clauses, _ in gone:
        same = next((each for each in come if each[0] == called), None)
        if same is not None:
            come.remove(same)
        yield Differing(name, "filter", called, clauses, same[1] if same else "")
    for called, clauses, _ in come:
        yield Differing(name, "filter", called, "", clauses)


def _told(scope: Filter | None) -> list[_Filter]:
    return [
        (
            filter_text(stage, group),
            " and ".join(map(clause_text, group.clauses or ())) or "no clause",
            group,
        )
        for stage, _, groups in stages(scope)
        for group in groups
    ]


def _is_among(filter_: _Filter, filters: Sequence[_Filter]) -> bool:
    alone = Filter(groups=[filter_[2]])
    return any(
        filter_[0] == name and same_filters(alone, Filter(groups=[each]))
        for name, _, each in filters
    )
