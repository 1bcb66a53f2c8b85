"""A plan binds a start: what would happen now is what it says, or less, or it is refused.

By content, not by counter: what changed since and is of no consequence to anybody is told, and
holds nothing up.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from wizard.errors import PreviewError
from wizard.preview.digests import rows_told
from wizard.preview.document import Told, unknown_of
from wizard.preview.outcome import PROSPECT_WORDS, Prospect
from wizard.preview.plan import Plan
from wizard.preview.settings import Settings
from wizard.preview.since import (
    NOW_EVERYBODY,
    RESTS_ON,
    PlanDifference,
    differences,
    moved,
    settings_moved,
)
from wizard.words.text import plain_line

_WHOSE: Final = {
    "tenant": "another Entra tenant",
    "organization": "another Webex organization",
    "application": "another application of this tenant",
    "job": "another job: provisioning of the application was set up anew since",
}
_OF: Final = {"User": "people", "Group": "groups"}
_ROWS_NAMED: Final = 10
_ANEW: Final = "Make a preview anew, have it approved, and start with its plan."


@dataclass(frozen=True)
class Since:
    """How what would happen now stands to a plan.

    Attributes:
        beyond: What goes beyond the plan whoever it concerns, a line each.
        changed: What else it rests on that is not as it was, a line each.
        grown: Of whom more would be written than planned, or nobody can tell.
        less: Of whom less would be.
    """

    beyond: tuple[str, ...]
    changed: tuple[str, ...]
    grown: tuple[PlanDifference, ...]
    less: tuple[PlanDifference, ...]

    @property
    def is_within(self) -> bool:
        """Whether nothing goes beyond the plan."""
        return not (self.beyond or self.grown)


def require_same_target(settings: Settings, plan: Plan) -> None:
    """Let a plan bind nothing but what it was made of.

    Raises:
        PreviewError: It was made from files (`plan-from-files`), or of another tenant,
            organization or application (`plan-of-another`), or job (`plan-of-another-job`).
    """
    known, target = plan.body.get("target"), settings.target
    if not isinstance(known, dict) or target is None:
        raise PreviewError(
            "The plan was made from files, which do not tell of which tenant they are.",
            "Make the plan by a preview without files, and with --save.",
            code="plan-from-files",
        )
    for name, whose in _WHOSE.items():
        if str(known.get(name)).casefold() != str(getattr(target, name)).casefold():
            raise PreviewError(
                f"The plan is about {whose}.",
                f"Give --profile the profile that it was made with. {_ANEW}",
                code="plan-of-another-job" if name == "job" else "plan-of-another",
            )


def since_plan(told: Told, plan: Plan) -> Since:
    """Return how a preview stands to a plan of the same target.

    Args:
        told: What would happen now.
        plan: What was approved.
    """
    grown, less = [], []
    for each in differences(told, plan):
        if each.has_grown:
            grown.append(each)
        elif each.has_shrunk:
            less.append(each)
    rests = moved(told, plan)
    beyond = tuple(_beyond(told, plan, rests))
    changed = tuple(line for line in _changed(told, plan, rests) if line not in beyond)
    return Since(beyond, changed, tuple(grown), tuple(less))


def _beyond(told: Told, plan: Plan, rests: list[str]) -> Iterator[str]:
    """Yield what goes beyond a plan by itself: what no single outcome tells."""
    preview, body = told.preview, plan.body
    if preview.settings.everybody and body.get("everybody") is not True:
        yield NOW_EVERYBODY
    if line := _limit(told, plan, more=True):
        yield line
    if "finding" in rests:
        yield RESTS_ON["finding"]
    known = set(_list(body, "nested"))
    for sign, line in sorted(preview.nested.items()):
        if sign not in known:
            yield f"{line}; who is in the inner one is not provisioned by it"
    unknown = unknown_of(preview)
    for what in sorted(unknown.keys() - set(_list(body.get("completeness"), "unknown"))):
        yield f"less is known than in the plan: {plain_line(unknown[what], 300)}"
    unsure = preview.counts[Prospect.UNKNOWN] + preview.group_counts[Prospect.UNKNOWN]
    if unsure and {"mapping", "scope"} & set(rests):
        yield f"mapping or filters changed, and of {unsure:,} it is not known what that means"


def _changed(told: Told, plan: Plan, rests: list[str]) -> Iterator[str]:
    """Yield what a preview rests on that is not as it was."""
    now, body = told.preview.settings, plan.body
    yield from settings_moved(told, plan)
    if line := _limit(told, plan, more=False):
        yield line
    if rows := _rows(rows_told(now.document), body.get("rows")):
        yield f"the mapping: {', '.join(rows[:_ROWS_NAMED])}"
    elif "mapping" in rests:
        yield RESTS_ON["mapping"]
    for name in ("scope", "assignments"):
        if name in rests:
            yield RESTS_ON[name]


def _rows(now: dict[str, str], before: Any) -> list[str]:
    """Return which rows are not as they were, in words."""
    known = before if isinstance(before, dict) else {}
    found = sorted(key for key in now.keys() | known.keys() if now.get(key) != known.get(key))
    return [_row_words(key, now, known) for key in found]


def _row_words(key: str, now: dict[str, str], before: dict[str, Any]) -> str:
    kind, _, target = key.partition(" ")
    how = "new" if key not in before else "changed" if key in now else "removed"
    return f"row {plain_line(target, 80)} of {_OF.get(kind, plain_line(kind, 40))} ({how})"


def _limit(told: Told, plan: Plan, *, more: bool) -> str:
    """Return how the deletion limit changed, where it lets more through, or where it does not."""
    target, known = told.preview.settings.target, plan.body.get("target")
    now = target.deletion_limit if target is not None else None
    before = known.get("deletion_limit") if isinstance(known, dict) else None
    before = before if isinstance(before, int) else None
    if now == before:
        return ""
    lets_more = before is not None and (now is None or now > before)
    then, is_now = ("none" if each is None else f"{each:,}" for each in (before, now))
    return f"the deletion limit: {then} in the plan, {is_now} now" if lets_more is more else ""


def _list(body: Any, name: str) -> list[str]:
    found = body.get(name) if isinstance(body, dict) else None
    return [str(each) for each in found] if isinstance(found, list) else []


def outgrown(grown: int) -> PreviewError:
    """Return the refusal of a start that would do more than was planned.

    Args:
        grown: Of how many people and groups more would be written.
    """
    many = "one person or group" if grown == 1 else f"{grown:,} people and groups"
    said = f"Of {many} more would be written than the plan says" if grown else ""
    said = said or "More may happen than the plan says"
    return PreviewError(
        f"{said}, so nothing was started and nothing was written.", _ANEW, code="plan-outgrown"
    )


def since_plan_lines(since: Since, limit: int) -> Iterator[str]:
    """Yield what changed since a plan, for a person: what goes beyond it first.

    Args:
        since: How the present stands to the plan.
        limit: How many are told one by one.
    """
    for line in (*since.beyond, *since.changed):
        yield f"Changed since the plan: {line}."
    for each in islice(since.grown, limit):
        yield f"- {plain_line(each.words, 400)}"
    if len(since.grown) > limit:
        yield f"- and {len(since.grown) - limit:,} more"
    if since.is_within and since.less:
        counted = Counter(Prospect(str(each.before)) for each in since.less)
        told = (f"{counted[each]:,} {PROSPECT_WORDS[each]}" for each in Prospect if counted[each])
        yield f"Less than planned, which passes: {'; '.join(told)} in the plan, and less now."
