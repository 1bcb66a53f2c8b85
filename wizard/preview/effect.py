"""What an edit of the mapping does by itself: two previews of the same directories side by side.

One goes by the mapping in force, the other by the edited one; both rest on the same pages, so what
differs between them is the edit's doing, and nothing else.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice, zip_longest
from typing import Any, Final, NamedTuple

from wizard.mapping.document import MappingDocument
from wizard.preview.both import BothDirectories
from wizard.preview.brakes import Stop, stops_of
from wizard.preview.digests import WRITES
from wizard.preview.document import Told, pattern_of, person_of, stop_of, unknown_of
from wizard.preview.fate import Fate
from wizard.preview.intake import Intake, Part, SoughtPart, SoughtValues
from wizard.preview.offline import told_of
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect
from wizard.preview.patterns import (
    PATTERNS_TOLD,
    FatePattern,
    PatternKey,
    add_to_patterns,
    by_risk_and_size,
)
from wizard.preview.result import Preview
from wizard.preview.sides import Sides

_OFF: Final = frozenset({Prospect.DISABLE, Prospect.DELETE})
_ANYWAY: Final = _OFF | {Prospect.CREATE}
"""Of whom an edit does not do that where it would happen without it, too."""
_NAMED: Final = 100
"""Of each outcome, how many are kept to be told one by one."""


class EditFate(NamedTuple):
    """What an edit does to one."""

    fate: Fate
    """What would become of it, with those changes alone that are the edit's doing; one that is not
    sent any more has no value after."""
    without: Prospect | None
    """What would become of it without the edit; None of an account that is somebody's then."""

    @property
    def beside(self) -> str:
        """What is said beside the outcome."""
        if self.without is None:
            return " (somebody's without the edit)"
        if self.without is self.fate.outcome:
            return " in any case, with other values"
        return f" ({PROSPECT_WORDS[self.without]} without the edit)"


class EditPattern(NamedTuple):
    """Those to whom an edit does the same."""

    pattern: FatePattern
    beside: str
    without: Prospect | None

    @property
    def is_anyway(self) -> bool:
        """Whether the same would happen without the edit, but for the values."""
        return self.without is self.pattern.outcome

    @property
    def words(self) -> str:
        """The pattern in one line."""
        return self.pattern.told(self.beside)


@dataclass
class EditEffect:
    """What an edit does, counted as a preview is, so that the same brakes hold.

    Attributes:
        people: How many people were read.
        linked: How many active accounts belong to people, without the edit.
        counts: To how many people and accounts it does something, by what would happen with it.
        group_counts: The same of groups.
        otherwise: How many are made or switched off without it, too, but with other values.
        maybe_off: How many may be switched off by it, who carry a link that may be none.
        sizes: Members of groups without the edit and with it, by the key of a group's fate.
        unsure: Of how many nobody can tell with the edit or without.
        patterns: What it does to many, the riskiest first.
    """

    people: int
    linked: int
    counts: Counter[Prospect] = field(default_factory=Counter)
    group_counts: Counter[Prospect] = field(default_factory=Counter)
    otherwise: int = 0
    maybe_off: int = 0
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    unsure: int = 0
    patterns: list[EditPattern] = field(default_factory=list)
    _kept: dict[Prospect, list[EditFate]] = field(default_factory=dict)
    _groups: list[Fate] = field(default_factory=list)

    @property
    def is_none(self) -> bool:
        """Whether the edit does nothing to anybody, as far as is known."""
        return not (self.counts or self.group_counts or self.otherwise)

    def groups(self) -> Iterator[Fate]:
        """Yield the groups whose members it changes."""
        return iter(self._groups)

    def with_outcome(self, outcome: Prospect) -> Iterator[Fate]:
        """Yield those who come to an outcome by it: all who are switched off, else the first."""
        return (each.fate for each in self._kept.get(outcome, ()) if each.without is not outcome)

    def by_risk(self) -> Iterator[EditFate]:
        """Yield the first of each outcome, the riskiest first."""
        return chain.from_iterable(self._kept.get(each, ()) for each in Prospect)

    def add(self, found: EditFate) -> None:
        """Count one."""
        fate, without = found
        if fate.outcome is without and without in _ANYWAY:
            self.otherwise += 1
        else:
            counts = self.group_counts if fate.kind == "group" else self.counts
            counts[fate.outcome] += 1
        self.maybe_off += bool(fate.reasons) and fate.reasons[-1][0] == "maybe-linked"
        kept = self._kept.setdefault(fate.outcome, [])
        if fate.outcome in _OFF or len(kept) < _NAMED:
            kept.append(found)

    def note_size(self, fate: Fate, without: int, with_it: int) -> None:
        """Note how many members a group has without the edit, and with it."""
        self.sizes[fate.key] = without, with_it
        self._groups.append(fate)


@dataclass(frozen=True)
class EditTold:
    """What an edit does, and what the next cycle would do without it and with it.

    Attributes:
        effect: What the edit does by itself.
        stops: What stops of that.
        without: What would happen as the mapping is.
        with_it: What would happen with the edited one.
    """

    effect: EditEffect
    stops: tuple[Stop, ...]
    without: Told
    with_it: Told

    @property
    def is_risky(self) -> bool:
        """Whether something stops, or is in conflict, by the edit or in all."""
        stops = any(stop.severity == "stop" for stop in self.stops)
        conflicts = self.effect.counts, self.effect.group_counts
        return stops or self.with_it.is_risky or any(each[Prospect.CONFLICT] for each in conflicts)

    @property
    def less_known(self) -> tuple[str, ...]:
        """What is not known with the edit alone, a sentence each."""
        before, after = (unknown_of(each.preview) for each in (self.without, self.with_it))
        return tuple(why for what, why in after.items() if what not in before)


class TakingBeside:
    """Takes each page into two intakes: both mappings are judged by the same pages.

    Args:
        both: The directories, which read what either mapping names.
        edited: The mapping that is tried beside the one they rest on.
    """

    def __init__(self, both: BothDirectories, edited: MappingDocument) -> None:
        settings = replace(both.settings, document=edited)
        self._intakes = Intake(both.settings, both.sides), Intake(settings, both.sides)

    async def take(self, part: Part, page: bytes) -> None:
        """Add a page; raises as an intake."""
        for each in self._intakes:
            each.take(part, page)

    async def sought(self, part: SoughtPart) -> SoughtValues:
        """Return by what each is looked for, by either mapping."""
        return list(dict.fromkeys(chain.from_iterable(each.sought(part) for each in self._intakes)))

    async def note(self, sides: Sides) -> None:
        """Take what readers say."""
        for each in self._intakes:
            each.sides = sides

    def told(self) -> EditTold:
        """Return what the edit does, of all that was read; raises as an intake."""
        return edit_told(*(told_of(each.result()) for each in self._intakes))

    def close(self) -> None:
        """End what reads beside this process."""
        for each in self._intakes:
            each.close()


def edit_told(without: Told, with_it: Told) -> EditTold:
    """Return what an edit does.

    Args:
        without: What would happen as the mapping is.
        with_it: What would happen with the edited one, by the same pages.
    """
    before, after = without.preview, with_it.preview
    effect = EditEffect(after.people, before.linked)
    patterns: dict[tuple[str, Prospect | None], dict[PatternKey, FatePattern]] = {}
    for was, fate in _paired(before, after):
        if fate is not None and fate.kind == "group":
            _note_size(effect, fate, before, after)
        found = _effect(was, fate, before, after)
        if found is not None:
            effect.add(found)
            group = patterns.setdefault((found.beside, found.without), {})
            add_to_patterns(group, found.fate, tells_values=found.without is found.fate.outcome)
        elif was is not None and fate is not None:
            effect.unsure += was.outcome is fate.outcome is Prospect.UNKNOWN
    effect.patterns = sorted(
        (EditPattern(each, *of) for of, some in patterns.items() for each in some.values()),
        key=lambda each: (each.is_anyway, by_risk_and_size(each.pattern), each.beside),
    )
    return EditTold(effect, stops_of(effect), without, with_it)


def _paired(before: Preview, after: Preview) -> Iterator[tuple[Fate | None, Fate | None]]:
    """Yield each without the edit and with it; people stand in the same places in both."""
    left: dict[str, Fate] = {}
    others: list[Fate] = []
    for was, fate in zip_longest(before.fates(), after.fates()):
        if was and fate and was.key == fate.key:
            yield was, fate
            continue
        if was:
            left[was.key] = was
        if fate:
            others.append(fate)
    for fate in others:
        yield left.pop(fate.key, None), fate
    for was in left.values():
        yield was, None


def _effect(
    was: Fate | None, fate: Fate | None, before: Preview, after: Preview
) -> EditFate | None:
    """Return what an edit does to one; None where that is nothing.

    An account that passes to a person, or to nobody, is told with the person.
    """
    if fate is None:
        return None
    if was is None:
        return None if fate.outcome in QUIET else EditFate(fate, None)
    if was.outcome is not fate.outcome:
        return EditFate(fate._replace(changes=_new(was, fate, before, after)), was.outcome)
    if fate.outcome not in WRITES:
        return None
    changes = (*_new(was, fate, before, after), *_left(was, fate))
    if not changes and was.account == fate.account:
        return None
    dangers = tuple(each for each in fate.dangers if each not in was.dangers)
    return EditFate(fate._replace(changes=changes, reasons=(), dangers=dangers), was.outcome)


def _new(was: Fate, fate: Fate, before: Preview, after: Preview) -> tuple[Any, ...]:
    """Return the changes that would not be made without the edit."""
    if was.account != fate.account:
        return fate.changes
    known = {(target, value) for target, _, value in was.changes}
    members = [each.members.get(fate.key) for each in (before, after)]
    return tuple(
        change
        for change in fate.changes
        if (change[0], change[2]) not in known
        or (change[0] == "members" and members[0] != members[1])
    )


def _left(was: Fate, fate: Fate) -> Iterator[tuple[str, str | None, None]]:
    """Yield the changes that would be made without the edit alone."""
    sent = {target for target, _, _ in fate.changes}
    return ((target, has, None) for target, has, _ in was.changes if target not in sent)


def _note_size(effect: EditEffect, fate: Fate, before: Preview, after: Preview) -> None:
    had, will = before.sizes.get(fate.key), after.sizes.get(fate.key)
    if will is not None:
        effect.note_size(fate, (had or (0, will[0]))[1], will[1])


def edit_document(told: EditTold, limit: int) -> dict[str, Any]:
    """Return what an edit does as a part of a document.

    Args:
        told: What it does.
        limit: Of how many it tells one by one, the riskiest first.
    """
    effect = told.effect
    return {
        "counts": {str(each): effect.counts[each] for each in Prospect},
        "groups": {str(each): effect.group_counts[each] for each in Prospect},
        "otherwise": effect.otherwise,
        "patterns": [_pattern(each) for each in effect.patterns[:PATTERNS_TOLD]],
        "stops": [stop_of(each) for each in told.stops],
        "unsure": effect.unsure,
        "less_known": list(told.less_known),
        "people": [
            person_of(each.fate) | {"without": _named(each.without)}
            for each in islice(effect.by_risk(), limit)
        ],
    }


def _pattern(found: EditPattern) -> dict[str, Any]:
    return pattern_of(found.pattern) | {"words": found.words, "without": _named(found.without)}


def _named(outcome: Prospect | None) -> str | None:
    return None if outcome is None else str(outcome)
