"""What is the same stands once: people with one outcome, for one reason, in the same fields."""

from array import array
from dataclasses import dataclass, field
from typing import Any, Final

from wizard.preview.dangers import DANGERS
from wizard.preview.fate import Fate, FateKind, FieldChange
from wizard.preview.outcome import PROSPECT_WORDS, Prospect
from wizard.preview.result import Preview
from wizard.preview.rules import Reason, reason_words
from wizard.words.counting import so_many
from wizard.words.text import plain_line

PATTERNS_TOLD: Final = 200
"""Patterns that are told; what is in none of them is in the counts."""
_NAMED: Final = 3
_SHOWN: Final = 40

_OF_ALL: Final = frozenset({"filtered", "ignored", "known", "matched", "found", "not-switched-off"})
"""Reasons whose detail is the same for many."""
_BY_TARGET: Final = frozenset({"no-account", "no-match-value", "required", "refused", "name-taken"})
"""Reasons whose detail begins with a target."""
_OF_SEVERAL: Final = {
    "several-accounts": "the same value to find them by",
    "several-people": "one account",
}
"""What stands for the detail where it is another one for each."""
_OTHER: Final = "…"
"""The detail that stands for any other one."""
_OFF: Final = frozenset({Prospect.DISABLE, Prospect.DELETE})
_LEAVING: Final = frozenset({"blocked", "deleted", "purged", "not-assigned", "filtered"})
"""Reasons for which somebody is switched off or deleted; what follows from them is told by that."""
_SWITCHED: Final = frozenset({Prospect.DISABLE, Prospect.REACTIVATE})
_WITH_OTHERS: Final = frozenset({"adoption", "case-only"})
"""Dangers that are told with the outcome, or with the field."""
_UNTOLD: Final = frozenset({"differs", "same", "matched", "switched-off", "switched-on"})
"""Reasons that say no more than the outcome, or the fields, do."""

PatternKey = tuple[FateKind, Prospect, str, str, tuple[str, ...], tuple[tuple[str, str], ...]]

NOUNS: Final = {
    "person": ("person", "people"),
    "account": ("account", "accounts"),
    "group": ("group", "groups"),
}
"""What one and several of a kind are called."""


@dataclass
class FatePattern:
    """People, accounts or groups of whom the same would become."""

    outcome: Prospect
    kind: FateKind
    code: str
    """Of the rule that decided."""
    reason: str
    """The same in words, where they say more than the outcome does."""
    dangers: tuple[str, ...]
    fields: list[list[str | None]]
    """Target, form of the change, and both values where all have the same; else None."""
    count: int = 0
    names: list[str] = field(default_factory=list)
    ways: list[int] = field(default_factory=list)
    """Whom of the uneventful it has, as `Preview.uneventful` numbers them."""
    eventful: "array[int]" = field(default_factory=lambda: array("I"))
    """Whom of the eventful, by number."""

    @property
    def forms(self) -> list[tuple[str, str]]:
        """Which fields change, and how."""
        return [(str(each[0]), str(each[1])) for each in self.fields]

    @property
    def words(self) -> str:
        """The pattern in one line."""
        return self.told()

    def told(self, beside: str = "") -> str:
        """Return the same, with what is said beside the outcome."""
        told = f"{so_many(self.count, *NOUNS[self.kind])}: {PROSPECT_WORDS[self.outcome]}{beside}"
        if "adoption" in self.dangers:
            told += f" (the {'group' if self.kind == 'group' else 'account'} exists already)"
        return "; ".join((told, *self.details))

    @property
    def details(self) -> tuple[str, ...]:
        """What is the same besides the outcome: fields, reason, dangers."""
        fields = [_changed(each) for each in self.fields if not self._is_switch(each[0])]
        dangers = [DANGERS[each] for each in self.dangers if each not in _WITH_OTHERS]
        return tuple(filter(None, (", ".join(fields), self.reason, *dangers)))

    def _is_switch(self, target: str | None) -> bool:
        """Tell whether a field says no more than the outcome does."""
        return target == "active" and self.outcome in _SWITCHED


def patterns_of(preview: Preview) -> list[FatePattern]:
    """Return the patterns, riskiest first, then those with most people."""
    found: dict[PatternKey, FatePattern] = {}
    for way, count, some in preview.uneventful():
        for fate in some:
            add_to_patterns(found, fate)
        add_to_patterns(found, some[0], count - len(some)).ways.append(way)
    for number, fate in enumerate(preview.eventful()):
        add_to_patterns(found, fate).eventful.append(number)
    return sorted(found.values(), key=by_risk_and_size)


_ORDER: Final = {outcome: at for at, outcome in enumerate(Prospect)}


def by_risk_and_size(pattern: FatePattern) -> tuple[Any, ...]:
    """Return what patterns are sorted by."""
    of = pattern.outcome
    return _ORDER[of], -pattern.count, pattern.kind, pattern.code, pattern.forms


def add_to_patterns(
    found: dict[PatternKey, FatePattern], fate: Fate, count: int = 1, *, tells_values: bool = False
) -> FatePattern:
    """Count somebody for the pattern that fits, and return it.

    Args:
        found: The patterns so far.
        fate: What would become of one.
        count: How many of the same.
        tells_values: Whether the values count, too, of who is created.
    """
    key = _key(fate, tells_values=tells_values)
    pattern = found.get(key)
    if pattern is None:
        pattern = found[key] = _new(key, fate)
    else:
        _widen(pattern, fate.changes)
    pattern.count += count
    if len(pattern.names) < _NAMED and (name := plain_line(fate.name, 80)) not in pattern.names:
        pattern.names.append(name)
    return pattern


def _key(fate: Fate, *, tells_values: bool) -> PatternKey:
    """Return what is the same for all of a pattern."""
    code, detail = _deciding(fate)
    if code == "no-value":
        detail = detail.partition(":")[0]
    elif code not in _OF_ALL:
        target = detail.partition(" ")[0].rstrip(":")
        detail = target if code in _BY_TARGET else _OF_SEVERAL.get(code, _OTHER)
    forms: tuple[tuple[str, str], ...] = ()
    if fate.outcome is not Prospect.CREATE or tells_values:
        forms = tuple([(target, _form(before, after)) for target, before, after in fate.changes])
    return fate.kind, fate.outcome, code, detail, fate.dangers, forms


def _deciding(fate: Fate) -> Reason:
    """Return the reason that tells most of why it is so."""
    leaving = [each for each in fate.reasons if fate.outcome in _OFF and each[0] in _LEAVING]
    reasons = leaving or fate.reasons
    return reasons[-1] if reasons else ("", "")


def _new(key: PatternKey, fate: Fate) -> FatePattern:
    kind, outcome, code, detail, dangers, forms = key
    reason = "" if code in _UNTOLD or not code else _reason(code, detail, kind)
    told = zip(forms, fate.changes, strict=False)  # of who is created, the values do not count
    fields: list[list[str | None]] = [[*form, before, after] for form, (_, before, after) in told]
    return FatePattern(outcome, kind, code, reason, dangers, fields)


def _reason(code: str, detail: str, kind: str) -> str:
    """Return a reason in words, without what is another one for each."""
    return reason_words((code, detail), kind).removesuffix(f": {_OTHER}")


def _form(before: str | None, after: str | None) -> str:
    if after is None:
        return "not-sent"
    if not before:
        return "filled"
    return "case" if before.casefold() == after.casefold() else "changed"


def _widen(pattern: FatePattern, changes: tuple[FieldChange, ...]) -> None:
    for kept, (_, before, after) in zip(pattern.fields, changes, strict=False):
        if kept[2] != before:
            kept[2] = None
        if kept[3] != after:
            kept[3] = None


def _changed(told: list[str | None]) -> str:
    target, form, before, after = told
    if form == "not-sent":
        return f"{target} is left as it is"
    if form == "case":
        return f"{target} changes in upper and lower case alone"
    if after is None:
        was = "" if before is None or form == "filled" else f" from {_quoted(before)}"
        verb = "filled" if form == "filled" else "changed"
        return f"{target} is {verb}{was}, each with its own value"
    if form == "filled":
        return f"{target} from empty to {_quoted(after)}"
    if before is None:
        return f"{target} becomes {_quoted(after)}"
    return f"{target} from {_quoted(before)} to {_quoted(after)}"


def _quoted(value: str) -> str:
    return f'"{plain_line(value, _SHOWN)}"'
