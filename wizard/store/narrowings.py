"""Changes that may switch people off in Webex, and what is said while they wait for a restart."""

from collections.abc import Iterable
from enum import StrEnum
from types import MappingProxyType


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
