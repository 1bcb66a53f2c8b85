"""Changes that may switch people off in Webex, by the journal, and whether they are in force."""

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType

from wizard.store.journal import MADE, Action, JournalEntry, standing


class Narrows(StrEnum):
    """How a change may leave people out, whom Entra then disables in Webex."""

    SCOPE = "scope"
    """From everybody to only who is assigned."""
    FILTER = "filter"
    """A new or changed scoping filter."""
    ASSIGNMENT = "assignment"
    """An assignment that is removed."""
    MATCHING = "matching"
    """A changed row that finds people in Webex, or switches them on."""


AGAIN, EVERYTHING = "again", "everything"
"""How it was, where it looks at everybody again."""
NOTHING = "nothing"
"""How it was, where a cycle goes on where it was."""

_WHAT = MappingProxyType(
    {
        Narrows.SCOPE: "only who is assigned in scope",
        Narrows.FILTER: "the scoping filters",
        Narrows.ASSIGNMENT: "a removed assignment",
        Narrows.MATCHING: "the rows that find people",
    }
)


def unrestarted(entries: Iterable[JournalEntry], job_id: str) -> tuple[Narrows, ...]:
    """Return how a job was narrowed since the last restart that is known and stands.

    What was taken back, or widened again since, does not count.

    Args:
        entries: The journal, oldest first.
        job_id: The job.
    """
    if not job_id:
        return ()
    known = tuple(entries)
    made = {(each.step, each.at.isoformat()): each for each in known if each.action in MADE}
    waiting: dict[tuple[Narrows, str], None] = {}
    for entry in standing(known, MADE | {Action.UNDONE, Action.RESTARTED}):
        if entry.details.get("job_id", job_id) != job_id:
            continue
        if entry.action == Action.RESTARTED and entry.details.get("how") in {AGAIN, EVERYTHING}:
            waiting.clear()
        of = made.get((entry.step, str(entry.details.get("of"))), entry)
        who = str(of.details.get("assignee", ""))
        if entry.step == "assignment" and entry.action == Action.MADE:
            waiting.pop((Narrows.ASSIGNMENT, who), None)
        for way in _named(entry.details.get("widens")):
            waiting.pop((way, ""), None)
        if entry.action != Action.RESTARTED:
            ways = _named(entry.details.get("narrows"))
            waiting |= dict.fromkeys(
                (way, who if way is Narrows.ASSIGNMENT else "") for way in ways
            )
    return tuple(dict.fromkeys(way for way, _ in waiting))


def waits(ways: Iterable[Narrows]) -> str:
    """Return that what was saved waits for a restart, in a sentence or two.

    Returns:
        Empty where nothing was.
    """
    found = tuple(ways)
    if not found:
        return ""
    verb = "wait" if len(found) > 1 or found[0] in {Narrows.FILTER, Narrows.MATCHING} else "waits"
    what = ", ".join(_WHAT[way] for way in found)
    return (
        f"{what[:1].upper()}{what[1:]}: saved, but {verb} for a restart of provisioning, as far as "
        f"is known here.{by_itself(found)} The step First cycle restarts it."
    )


def by_itself(ways: Iterable[Narrows]) -> str:
    """Return that no restart may be needed, with a blank before; empty where one is."""
    return "" if Narrows.SCOPE in ways else " Entra may also do it by itself in a later cycle."


def _named(ways: object) -> tuple[Narrows, ...]:
    known = {each.value: each for each in Narrows}
    given = ways if isinstance(ways, list) else []
    return tuple(known[way] for way in map(str, given) if way in known)
