"""What differs from a plan of before, person by person; and what has grown beyond it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from wizard.preview.digests import (
    WRITES,
    digest_of,
    digest_of_fate,
    mark,
    marks_in,
    marks_of,
    rests_on,
    worst_of,
)
from wizard.preview.document import Told
from wizard.preview.fate import Fate, key_of
from wizard.preview.outcome import PROSPECT_WORDS, Prospect
from wizard.preview.plan import Plan
from wizard.preview.rules import reason_words
from wizard.words.counting import so_many
from wizard.words.text import plain_line

RESTS_ON: Final = {
    "mapping": "the attribute mapping",
    "finding": "the rows that find accounts, or name managers",
    "scope": "the scoping filters",
    "settings": "how the job stands, or who is in scope",
    "assignments": "the assignments",
}


NOW_EVERYBODY: Final = "everybody is in scope, and in the plan it was only who is assigned"


@dataclass(frozen=True)
class PlanDifference:
    """What differs of one.

    Attributes:
        key: Which.
        before: The class in the plan of before; None where it was not in it.
        fate: What would become of it; None where it is gone.
        has_grown: Whether more would be written than the plan of before allows, or nobody can tell.
        has_shrunk: Whether less would be written.
        was_held: Whether it is an account that a person had in the plan of before.
    """

    key: str
    before: str | None
    fate: Fate | None

    has_grown: bool = False
    has_shrunk: bool = False
    was_held: bool = False

    @property
    def words(self) -> str:
        """The difference in one line, with the reason."""
        if self.fate is None:
            return f"{self.key}: was {_named(self.before)}, and {_NO_LINE[self.kind]}"
        told = PROSPECT_WORDS[self.fate.outcome]
        name = plain_line(self.fate.name, 80)
        if self.before is None:
            had = "belonged to a person of the plan" if self.was_held else _HAD_NONE[self.kind]
            of = "account of " if self.kind == "account" else ""
            first = f"{of}{name}: {had}, would be {told}"
        elif self.before == str(self.fate.outcome):
            how = _UNSURE if self.fate.outcome is Prospect.UNKNOWN else _AS_BEFORE
            first = f"{name}: {told} as before, {how[self.has_grown]}"
        else:
            first = f"{name}: was {_named(self.before)}, would be {told}"
        why = (reason_words(each, self.fate.kind) for each in self.fate.reasons)
        return f"{first}, because {'; '.join(why)}"

    @property
    def kind(self) -> str:
        """What it is, as `Fate.kind`."""
        return self.key.partition(":")[0]


_AS_BEFORE: Final = ("with no more than planned", "with other values")
_UNSURE: Final = (
    "but at most made or changed by now",
    "and may be switched off, which the plan does not say",
)
"""Of one with the same outcome as in the plan, where that is less, and where it is more."""
_HAD_NONE: Final = {
    "person": "was not read for the plan",
    "account": "had no line of its own in the plan, being somebody's, switched off, or not there",
    "group": "was not read for the plan",
}
_NO_LINE: Final = {
    "person": "was not read this time",
    "account": "has no line of its own now, being somebody's, switched off, or not there",
    "group": "was not read this time",
}
"""A line is missing where nothing was read; that of an account also where somebody has it."""


def differences(told: Told, plan: Plan) -> Iterator[PlanDifference]:
    """Yield what differs, riskiest first, then who is gone.

    An account that passed from a person to nobody, or the other way, is told with the person.
    """
    seen: set[str] = set()
    differing: set[str] = set()
    given: set[str] = set()
    passed: list[tuple[str, PlanDifference]] = []
    for fate in told.preview.by_risk():
        seen.add(fate.key)
        found = _difference(fate, told, plan)
        if found is None:
            continue
        if fate.kind == "account" and (holder := _holder(fate, told, plan)):
            passed.append((holder, found))
            continue
        differing.add(fate.key)
        if fate.kind == "person" and fate.account:
            given.add(key_of("account", fate.account))
        yield found
    for key, (before, _) in plan.outcomes.items():
        if key not in seen and key not in given:
            differing.add(key)
            yield PlanDifference(key, before, None, has_shrunk=before in WRITES)
    for holder, found in passed:
        if holder not in differing:
            yield found
        elif found.has_grown:
            yield replace(found, was_held=True)


def _difference(fate: Fate, told: Told, plan: Plan) -> PlanDifference | None:
    key = fate.key
    before, digest = plan.outcomes.get(key, (None, ""))
    marks = marks_of(fate, told.preview.members.get(key, b""))
    planned = marks_in(plan.writes.get(key, b""))
    if before == fate.outcome is Prospect.UNKNOWN:
        return _unsure(fate, worst_of(fate, told.preview.settings.job), plan.worst.get(key, ""))
    if before == str(fate.outcome) and digest == digest_of_fate(fate) and marks == planned:
        return None
    grown = _grows(before, fate.outcome, planned, marks)
    shrunk = before in WRITES and not grown and marks < planned
    return PlanDifference(key, before, fate, grown, shrunk)


def _unsure(fate: Fate, worst: str, planned: str) -> PlanDifference | None:
    """Return what differs of one of whom it was not known, and is not: what at worst may be."""
    grown, shrunk = worst == "off" != planned, planned == "off" != worst
    if not (grown or shrunk):
        return None
    return PlanDifference(fate.key, str(Prospect.UNKNOWN), fate, grown, shrunk)


_HELD: Final = (WRITES | {Prospect.UNCHANGED}) - {Prospect.CREATE}
"""Outcomes of people who have an account."""
_COMPARED: Final = 2_000
"""People who would be taken over, with whose marks an account without a link is compared."""


def _holder(fate: Fate, told: Told, plan: Plan) -> str:
    """Return the key of who had an account of nobody in a plan; empty where nobody is known."""
    if fate.key in plan.outcomes:
        return ""
    holder = key_of("person", told.preview.links_of_nobody.get(fate.account, ""))
    if plan.outcomes.get(holder, ("",))[0] in _HELD:
        return holder
    linked = (key for key, (before, _) in plan.outcomes.items() if before == Prospect.LINK)
    return next(
        (
            key
            for key in islice(linked, _COMPARED)
            if mark(key, fate.account) in marks_in(plan.writes.get(key, b""))
        ),
        "",
    )


_UPDATES: Final = frozenset(
    {Prospect.LINK, Prospect.RENAME, Prospect.REACTIVATE, Prospect.DISABLE, Prospect.UPDATE}
)
"""What may have become a mere update of the same account since."""


def _grows(
    before: str | None, outcome: Prospect, planned: frozenset[bytes], marks: frozenset[bytes]
) -> bool:
    """Tell whether an outcome is more than what was planned, be it that nobody can tell.

    Of who came into conflict since, as with an account that appeared in Webex, nobody can.
    """
    if outcome in {Prospect.UNKNOWN, Prospect.CONFLICT}:
        return before != outcome
    if outcome not in WRITES:
        return False
    is_of_kind = before == outcome or (outcome is Prospect.UPDATE and before in _UPDATES)
    return not (is_of_kind and marks <= planned)


def moved(told: Told, plan: Plan) -> list[str]:
    """Return what a preview rests on that is not as it was, by the names in `RESTS_ON`."""
    preview = told.preview
    now, before = rests_on(preview.settings, preview.assigned), plan.body.get("digests")
    known = before if isinstance(before, dict) else {}
    return [name for name in RESTS_ON if known.get(name, now[name]) != now[name]]


def settings_moved(told: Told, plan: Plan) -> Iterator[str]:
    """Yield which settings are not as they were in a plan, in words."""
    now, body = told.preview.settings, plan.body
    if now.job != body.get("job"):
        yield f"how the job stands: {plain_line(body.get('job'), 20)} then, {now.job} now"
    if now.everybody and body.get("everybody") is not True:
        yield NOW_EVERYBODY
    elif body.get("everybody") is True and not now.everybody:
        yield "only who is assigned is in scope, and in the plan it was everybody"


def _other_settings(told: Told, plan: Plan) -> Iterator[str]:
    """Yield that a setting moved which a plan does not tell, but for its digest."""
    now, body = told.preview.settings, plan.body
    as_told = [body.get("job"), body.get("everybody"), now.keeps_out_of_scope, now.own_account]
    if digest_of(as_told) != body["digests"]["settings"]:
        yield "whether who leaves the scope is left alone, or whose token it is"


def since_document(told: Told, plan: Plan, limit: int) -> dict[str, Any]:
    """Return the differences as a document."""
    found = list(differences(told, plan))
    counted = Counter(_way(each) for each in found)
    return {
        "plan": plan.digest,
        "made": plan.made,
        "moved": moved(told, plan),
        "counts": dict(sorted(counted.items())),
        "grown": sum(each.has_grown for each in found),
        "differences": [
            {
                "key": each.key,
                "before": each.before,
                "now": None if each.fate is None else str(each.fate.outcome),
                "words": each.words,
            }
            for each in islice(found, limit)
        ],
    }


def since_lines(told: Told, plan: Plan, limit: int) -> Iterator[str]:
    """Yield the differences as lines for a person."""
    found = list(differences(told, plan))
    when = plain_line(plan.made.get("at", "an unknown time"), 40)
    yield ""
    if not found:
        yield f"Nothing differs from the plan of {when}."
    else:
        more = sum(each.has_grown for each in found)
        yield f"Since the plan of {when}: {_by_kind(found)} with a difference, {more:,} beyond it."
    for name in moved(told, plan):
        changed: Iterable[str] = (RESTS_ON[name],)
        if name == "settings":
            changed = (*settings_moved(told, plan), *_other_settings(told, plan))
        yield from (f"- Changed since: {each}." for each in changed)
    for each in islice(found, limit):
        yield f"- {plain_line(each.words, 400)}"
    if len(found) > limit:
        yield f"- and {len(found) - limit:,} more; --limit shows them"


_KINDS: Final = {
    "person": ("person", "people"),
    "account": ("account of nobody", "accounts of nobody"),
    "group": ("group", "groups"),
}


def _by_kind(found: list[PlanDifference]) -> str:
    counted = Counter(each.kind for each in found)
    *told, last = (
        so_many(counted[kind], *words) for kind, words in _KINDS.items() if counted[kind]
    )
    return f"{', '.join(told)} and {last}" if told else last


def _way(difference: PlanDifference) -> str:
    now = "gone" if difference.fate is None else str(difference.fate.outcome)
    return f"{difference.before or 'new'} -> {now}"


def _named(before: str | None) -> str:
    return PROSPECT_WORDS[Prospect(before)] if before in set(Prospect) else "not known"
