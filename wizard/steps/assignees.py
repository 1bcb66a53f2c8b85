"""Who can be assigned: people and groups, found by any part of a name where the directory is small.

Graph finds the beginnings of words in a display name, and of addresses, and nothing inside of them
(reference/graph-entra.md 2.6). What fits one page is therefore read whole, once for each look, and
searched here.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from wizard.graph.client import GraphClient
from wizard.graph.directory import Group, MembersCount, User
from wizard.graph.models import Listing
from wizard.mapping.guests import address_at_home
from wizard.steps.base import Choice
from wizard.words.text import plain_line

Found = TypeVar("Found", User, Group)

_WHOLE = 999
"""People, or groups, of one page; Graph sends no more at once."""
_PEOPLE = 25
"""People that are shown."""
_GROUPS = 5
"""Groups that are shown, whose members are counted."""


@dataclass(frozen=True)
class _Hits(Generic[Found]):
    """What a search found among people, or among groups."""

    shown: tuple[Found, ...]
    found: int
    all: int | None
    """How many there are in the directory; None where that is not known."""
    is_inside: bool
    """Whether all names were read whole, so that what is inside of a word was found."""
    what: str

    @property
    def words(self) -> str:
        """How many were found, of how many: `2 of 65 people`."""
        among = "" if self.all is None else f" of {max(self.all, self.found):,}"
        return f"{self.found:,}{among} {self.what}"

    @property
    def shown_words(self) -> str:
        """How many are shown, of how many that were found."""
        return f"{len(self.shown)} of {self.found:,} {self.what}"


class Assignees:
    """Finds people and security groups while somebody types; raises as `GraphClient` does.

    Args:
        groups: Whether groups are searched as well.
    """

    def __init__(self, *, groups: bool = True) -> None:
        self._has_groups = groups
        self._users: Listing[User] | None = None
        self._groups: Listing[Group] | None = None
        self._members: dict[str, MembersCount] = {}

    def forget(self) -> None:
        """Read anew at the next search: somebody may have come since."""
        self._users = self._groups = None
        self._members = {}

    async def find(self, graph: GraphClient, text: str) -> tuple[Choice, ...]:
        """Return who is found by a text, and behind them how many of how many that is."""
        self._users = self._users or await graph.users.search("", most=_WHOLE)
        people = await _hits(
            self._users, text, lambda: graph.users.search(text, most=_PEOPLE), "people", _PEOPLE
        )
        if not self._has_groups:
            return (*map(_person, people.shown), Choice("", _told(text, people)))
        self._groups = self._groups or await graph.groups.search("", most=_WHOLE)
        groups = await _hits(
            self._groups,
            text,
            lambda: graph.groups.search(text, most=_GROUPS),
            "security groups",
            _GROUPS,
        )
        return (
            *map(_person, people.shown),
            *[await self._group(graph, each) for each in groups.shown],
            Choice("", _told(text, people, groups)),
        )

    async def _group(self, graph: GraphClient, group: Group) -> Choice:
        if group.id not in self._members:
            self._members[group.id] = await graph.groups.members(group.id)
        members = self._members[group.id]
        nested = ", but not those of groups in it" if members.is_nested else ""
        return Choice(
            group.id,
            f"Group {group.display_name}: {members.direct} members{nested}",
            f"Group {group.display_name}",
        )


async def _hits(
    known: Listing[Found],
    text: str,
    ask: Callable[[], Awaitable[Listing[Found]]],
    what: str,
    most: int,
) -> _Hits[Found]:
    """Return what is found among those that were read, or by Graph where that is not everybody."""
    if known.is_complete:
        found = _inside(known.items, text)
        return _Hits(found[:most], len(found), len(known.items), True, what)
    hits = await ask()
    shown = hits.items[:most]
    total = len(shown) if hits.total is None else max(hits.total, len(shown))
    return _Hits(shown, total, known.total, False, what)


def _inside(known: tuple[Found, ...], text: str) -> tuple[Found, ...]:
    """Return those whose names hold every word of a text, first where a word begins with it."""
    parts = text.casefold().split()
    found = [(each, names) for each in known if _hold(names := _names(each), parts)]
    found.sort(key=lambda one: not _begin(one[1], parts))
    return tuple(each for each, _ in found)


def _hold(names: str, parts: list[str]) -> bool:
    return all(part in names for part in parts)


def _begin(names: str, parts: list[str]) -> bool:
    return all(re.search(rf"(?<![^\W_]){re.escape(part)}", names) for part in parts)


def _names(each: User | Group) -> str:
    if isinstance(each, Group):
        return each.display_name.casefold()
    addresses = {each.user_principal_name, address_at_home(each.user_principal_name), each.mail}
    return "\n".join((each.display_name, *sorted(addresses))).casefold()


def _person(person: User) -> Choice:
    off = "" if person.account_enabled is not False else ", account is off"
    guest = ", guest" if person.is_guest else ""
    name = address_at_home(person.user_principal_name)  # what is mapped
    return Choice(
        person.id, f"{person.display_name}, {name}{guest}{off}", person.display_name or name
    )


def _told(text: str, *hits: _Hits[User] | _Hits[Group]) -> str:
    """Return how many were found and are shown, and where only beginnings are found, that too."""
    if not any(each.found for each in hits):
        counted = ", ".join(each.words for each in hits)
        told = f"Nothing is found by “{plain_line(text, 40)}”: {counted}."
    elif all(len(each.shown) == each.found for each in hits):
        told = f"{', '.join(each.words for each in hits)}."
    else:
        shown = ", ".join(each.shown_words for each in hits if each.found)
        told = f"Shown: {shown} found. Type more of the name."
    many = " and ".join(each.what for each in hits if not each.is_inside)
    if not many:
        return told
    return f"{told} There are too many {many} to look inside of words: type how a word begins."
