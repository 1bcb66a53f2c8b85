"""What differs from a plan of before, person by person; and what has grown beyond it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from wizard.preview.digests import WRITES, digest_of_fate, marks_in, marks_of, rests_on
from wizard.preview.document import Told
from wizard.preview.fate import Fate
from wizard.preview.outcome import PROSPECT_WORDS, Prospect
from wizard.preview.plan import Plan
from wizard.preview.rules import reason_words
from wizard.words.counting import so_many
from wizard.words.text import plain_line

RESTS_ON: Final = {
    "mapping": "the attribute mapping",
    "finding": "the rows that find accounts, or name managers",
    "scope": "the scoping filters",
    "settings": "the settings: how the job stands, who is in scope",
    "assignments": "the assignments",
}


@dataclass(frozen=True)
class PlanDifference:
    """What differs of one.

    Attributes:
        key: Which.
        before: The class in the plan of before; None where it was not in it.
        fate: What would become of it; None where it is gone.
        has_grown: Whether more would be written than the plan of before allows, or nobody can tell.
        has_shrunk: Whether less would be written.
    """

    key: str
    before: str | None
    fate: Fate | None

    has_grown: bool = False
    has_shrunk: bool = False

    @property
    def words(self) -> str:
        """The difference in one line, with the reason."""
        if self.fate is None:
            return f"{self.key}: was {_named(self.before)}, and is in neither directory"
        told = PROSPECT_WORDS[self.fate.outcome]
        name = plain_line(self.fate.name, 80)
        if self.before is None:
            first = f"{name}: was in neither directory, would be {told}"
        elif self.before == str(self.fate.outcome):
            less = "with other values" if self.has_grown else "with no more than planned"
            first = f"{name}: {told} as before, {less}"
        else:
            first = f"{name}: was {_named(self.before)}, would be {told}"
        return f"{first}, because {'; '.join(map(reason_words, self.fate.reasons))}"


def differences(told: Told, plan: Plan) -> Iterator[PlanDifference]:
    """Yield what differs, riskiest first, then who is gone."""
    seen: set[str] = set()
    for fate in told.preview.by_risk():
        key = fate.key
        seen.add(key)
        before, digest = plan.outcomes.get(key, (None, ""))
        marks = marks_of(fate, told.preview.members.get(key, b""))
        planned = marks_in(plan.writes.get(key, b""))
        is_same = before == str(fate.outcome) and digest == digest_of_fate(fate)
        if not is_same or marks != planned:
            grown = _grows(before, fate.outcome, planned, marks)
            shrunk = before in WRITES and not grown and marks < planned
            yield PlanDifference(key, before, fate, grown, shrunk)
    for key, (before, _) in plan.outcomes.items():
        if key not in seen:
            yield PlanDifference(key, before, None, has_shrunk=before in WRITES)


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
        differ = so_many(len(found), "differs", "differ")
        yield f"Since the plan of {when}: {differ}, {more:,} of them beyond the plan."
    for name in moved(told, plan):
        yield f"- Changed since: {RESTS_ON[name]}."
    for each in islice(found, limit):
        yield f"- {plain_line(each.words, 400)}"
    if len(found) > limit:
        yield f"- and {len(found) - limit:,} more; --limit shows them"


def _way(difference: PlanDifference) -> str:
    now = "gone" if difference.fate is None else str(difference.fate.outcome)
    return f"{difference.before or 'new'} -> {now}"


def _named(before: str | None) -> str:
    return PROSPECT_WORDS[Prospect(before)] if before in set(Prospect) else "not known"
