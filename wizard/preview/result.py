"""What would happen to whom: everybody's outcome, in little memory, by place and by class."""

from array import array
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import and_
from typing import Final

from wizard.errors import PreviewError
from wizard.preview.accounts import AccountKept, Accounts
from wizard.preview.assignments import Assignments
from wizard.preview.claims import LINKED, Claims
from wizard.preview.columns import Columns
from wizard.preview.digests import mark
from wizard.preview.fate import FATE_IDS, Fate
from wizard.preview.grouping import Grouping
from wizard.preview.groups import GroupsRead
from wizard.preview.judging import PersonJudge
from wizard.preview.outcome import Prospect
from wizard.preview.people import People
from wizard.preview.row_store import RowStore
from wizard.preview.rules import Reason
from wizard.preview.settings import Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import Completeness, Unknown
from wizard.words.counting import so_many
from wizard.words.text import plain_line

_AT_ONCE: Final = 10_000
"""People whose accounts are looked up together, in the order in which the accounts are kept."""
_AS_KEPT: Final = -1
"""Instead of a place among the outcomes: all is as it would be sent, which the person tells."""
_SOME: Final = 3
_ORDER: Final = {outcome: at for at, outcome in enumerate(Prospect)}


@dataclass(frozen=True)
class AllRead:
    """Everything that was read."""

    settings: Settings
    sides: Sides
    people: People
    accounts: Accounts
    groups: GroupsRead
    webex_groups: GroupsRead
    assignments: Assignments


class Preview:
    """What would happen to whom.

    Attributes:
        settings: What it rests on.
        sides: What is said of the sources.
        counts: How many people and accounts each outcome has.
        group_counts: The same of groups.
        unknown: What is not known, with the reason.
        people: How many people were read, without those in the recycle bin.
        gone: How many of the recycle bin were read.
        assigned: The ids of what is assigned, people and groups; none where everybody is.
        accounts: How many accounts were read.
        linked: How many active accounts belong to people whom Entra knows, or finds.
        maybe_off: How many may be switched off, who carry a link that may be none.
        inactive: How many accounts are switched off and nobody's.
        links_of_nobody: The externalId of active accounts of nobody, by their id in Webex.
        sizes: Members of groups before and after, by the key of a group's fate.
        members: Marks of who comes into a group and who goes, by the key of its fate.
        nested: What is said of each group inside of an assigned one, by a mark of both.
    """

    def __init__(self, read: AllRead) -> None:
        self.settings, self.sides = read.settings, read.sides
        people, accounts = read.people, read.accounts
        if not len(people) and not len(accounts):
            raise PreviewError(
                "There is nobody in either directory, so there is nothing to preview.",
                "Check which files were given.",
                code="preview-nobody",
            )
        self.gone = people.gone
        self.people = len(people) - self.gone
        self.accounts = len(accounts) - len(accounts.repeated)
        _note_totals(self.sides, len(people), self.accounts, len(read.webex_groups.by_id))
        self.assigned = frozenset(read.assignments.principals)
        self.columns = people.columns
        self._has_links = self.columns.link is not None
        self._all_people = Unknown.PEOPLE not in self.sides.entra.unknown
        self._all_accounts = Unknown.ACCOUNTS not in self.sides.webex.unknown
        self._all_links = Unknown.LINKS not in self.sides.webex.unknown
        self.inactive = self.linked = self.maybe_off = 0
        self.links_of_nobody: dict[str, str] = {}
        self._store = RowStore(FATE_IDS)
        self._people = people
        self._outcomes = bytearray((_ORDER[Prospect.UNCHANGED],)) * len(people)
        self._at = array("i", [_AS_KEPT]) * len(people)
        self.counts: Counter[Prospect] = Counter()
        self.group_counts: Counter[Prospect] = Counter()
        self._how = array("b")
        self.sizes: dict[str, tuple[int, int]] = {}
        self.members: dict[str, bytes] = {}
        self.nested = {} if self.settings.everybody else dict(_nested(read))
        self.unknown = self.sides.unknown() | _not_told(self.settings, people.columns)
        self.remarks = _remarks(people, accounts, read)

    @classmethod
    def deciding(cls, read: AllRead) -> Generator["Preview", None, "Preview"]:
        """Decide about everybody, and yield the preview now and then: what it counts is final.

        Raises:
            PreviewError: There is nobody to decide about.
        """
        preview, people, accounts = cls(read), read.people, read.accounts
        claims = Claims(people, accounts, read.settings)
        preview._how = claims.how
        if claims.hidden:
            preview.unknown.setdefault(Unknown.LINKS, claims.hidden)
        for _ in preview._decide(people, accounts, claims):
            yield preview
        preview._leave_over(people, accounts, claims)
        preview._group(read, people, claims)
        return preview

    @property
    def is_whole(self) -> bool:
        """Whether all people and all accounts were read."""
        return self._all_people and self._all_accounts

    def __len__(self) -> int:
        return len(self._outcomes)

    def __getitem__(self, place: int) -> Fate:
        at = self._at[place]
        return self._unchanged(place) if at == _AS_KEPT else Fate.of(self._store[at])

    def fates(self) -> Iterator[Fate]:
        """Yield what would become of each: people, then accounts of nobody, then groups."""
        return map(self.__getitem__, range(len(self)))

    def uneventful(self) -> list[tuple[int, int, list[Fate]]]:
        """Return how many are known and as they would be sent, with some of them.

        Each way of having found them is an entry of its own, and begins with its number.
        """
        each = zip(self._how, self._at, strict=False)
        counted = Counter([how for how, at in each if at == _AS_KEPT])
        return [
            (way, count, list(map(self._unchanged, islice(self._of_way(way), _SOME))))
            for way, count in counted.items()
        ]

    def _of_way(self, way: int) -> Iterator[int]:
        """Yield the places of the uneventful that were found in one way."""
        each = enumerate(zip(self._how, self._at, strict=False))
        return (place for place, (how, at) in each if how == way and at == _AS_KEPT)

    def eventful(self) -> Iterator[Fate]:
        """Yield all others."""
        return map(Fate.of, self._store)

    def places_of(self, ways: Iterable[int], eventful: Iterable[int]) -> "array[int]":
        """Return the places of the uneventful that were found in these ways, and of these others.

        Args:
            ways: As `uneventful` numbers them.
            eventful: As `eventful` yields them, from 0 on, ascending.
        """
        found = array("I")
        for way in ways:
            found.extend(self._of_way(way))
        others = array("I", (place for place, at in enumerate(self._at) if at != _AS_KEPT))
        found.extend(map(others.__getitem__, eventful))
        return found

    def names(self, first: int, count: int) -> Iterator[str]:
        """Yield what those in some places are called."""
        last = min(first + count, len(self))
        for place in range(first, min(last, len(self._people))):
            yield self._people.at(place).name
        for place in range(max(first, len(self._people)), last):
            yield self[place].name

    def _unchanged(self, place: int) -> Fate:
        """Return the outcome of somebody who is not among those who differ."""
        kept, how = self._people.at(place), self._how[place]
        found: Reason = ("linked", "")
        if how != LINKED:
            found = ("known", self.columns.rows[self.columns.matching[how - 1]].target)
        first: Reason = ("everybody" if self.settings.everybody else "assigned", "")
        reasons = (first, ("passes", ""), found, ("same", ""))
        return Fate(Prospect.UNCHANGED, "person", kept.id, "", kept.name, reasons)

    def by_risk(self) -> Iterator[Fate]:
        """Yield the same, riskiest first."""
        for outcome in Prospect:
            yield from self.with_outcome(outcome)

    def with_outcome(self, outcome: Prospect) -> Iterator[Fate]:
        """Yield those of one outcome."""
        return (self[place] for place in self.places(outcome))

    def places(self, outcome: Prospect) -> Iterator[int]:
        """Return the places of those of one outcome; a table shows them by it."""
        return _places_of(_ORDER[outcome], self._outcomes)

    def groups(self) -> Iterator[Fate]:
        """Yield those of groups, which stand last."""
        first = len(self) - self.group_counts.total()
        return (self[place] for place in range(first, len(self)))

    def _keep(self, fate: Fate, place: int | None = None) -> None:
        counts = self.group_counts if fate.kind == "group" else self.counts
        counts[fate.outcome] += 1
        if place is None:
            self._outcomes.append(_ORDER[fate.outcome])
            self._at.append(len(self._store))
        else:
            self._outcomes[place] = _ORDER[fate.outcome]
            self._at[place] = len(self._store)
        self._store.append(fate.plain())

    def _decide(self, people: People, accounts: Accounts, claims: Claims) -> Iterator[None]:
        judge = PersonJudge(
            people,
            accounts,
            claims,
            self.settings,
            all_accounts=self._all_accounts,
            all_links=self._all_links,
        )
        places = judge.differing()
        if same := len(people) - len(places):
            self.counts[Prospect.UNCHANGED] = same
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            wanted = sorted({claims.account[place] for place in some})
            found = {at: accounts[at] for at in wanted if at >= 0}
            for place in some:
                account = found.get(claims.account[place])
                fate = judge.of(place, people.at(place), account)
                self.maybe_off += fate.reasons[-1][0] == "maybe-linked"
                self._keep(fate, place)
            yield

    def _leave_over(self, people: People, accounts: Accounts, claims: Claims) -> None:
        active, repeated = accounts.active, accounts.repeated
        self.linked = sum(map(and_, claims.held, active))
        for place in _places_of(0, claims.held):
            if place in repeated:
                continue
            if active[place] or not self._all_people:
                self._keep(self._of_nobody(accounts[place], people))
            else:
                self.inactive += 1

    def _of_nobody(self, account: AccountKept, people: People) -> Fate:
        link = account.external_id.casefold()
        if link:
            self.links_of_nobody[account.id] = link
        is_ours = bool(link) and people.places.get(hash(link)) >= 0
        outcome, code = Prospect.LEFTOVER, "person-out" if is_ours else "nobody"
        if not self._all_people and not is_ours:
            outcome, code = Prospect.UNKNOWN, "not-all-people"
        elif self.settings.job == "running" and link and not is_ours and self._has_links:
            outcome, code = Prospect.UNKNOWN, "person-gone"
        elif self.settings.job == "running" and not self._has_links:
            outcome, code = Prospect.UNKNOWN, "nobody-known"
        name = plain_line(account.user_name, 80) or account.id
        return Fate(outcome, "account", "", account.id, name, ((code, ""),))

    def _are_known(self, side: Completeness | None) -> bool:
        """Tell whether a side has no groups that were not read."""
        if side is None or Unknown.GROUPS in side.unknown:
            return False
        return self.settings.job != "running" or Unknown.LINKS not in side.unknown

    def _group(self, read: AllRead, people: People, claims: Claims) -> None:
        if self.sides.groups is None and self.sides.webex_groups is None:
            return
        accounts = read.accounts
        is_cut = Unknown.ASSIGNMENTS in self.sides.entra.unknown
        all_assigned = self.settings.everybody or not is_cut

        def holds(identifier: str) -> str | None:
            place = people.places.get(hash(identifier))
            if place < 0:
                return None
            account = claims.account[place]
            if account >= 0:
                return accounts[account].id
            return "" if self[place].outcome is Prospect.CREATE else None

        grouping = Grouping(
            read.groups,
            read.webex_groups,
            self.settings,
            None if self.settings.everybody else frozenset(read.assignments.principals),
            holds,
            all_read=self._are_known(self.sides.webex_groups),
            all_ours=all_assigned
            and self._are_known(self.sides.groups)
            and read.assignments.groups <= read.groups.by_id.keys(),
            all_assigned=all_assigned,
        )
        for fate in grouping.fates():
            self._keep(fate)
        self.sizes, self.members = grouping.sizes, grouping.marks


def _places_of(sign: int, signs: bytearray) -> Iterator[int]:
    """Yield where a sign stands."""
    place = -1
    while (place := signs.find(sign, place + 1)) >= 0:
        yield place


def _nested(read: AllRead) -> Iterator[tuple[str, str]]:
    """Yield which groups stand inside of assigned ones: who is in them is not provisioned."""
    for (outer, inner), name in read.groups.nested.items():
        if outer in read.assignments.principals:
            known = read.groups.by_id.get(inner)
            called = known.name if known is not None else name
            told = f"the group {read.groups.by_id[outer].name} holds the group {called}"
            yield mark(outer, inner).hex(), told


def _note_totals(sides: Sides, people: int, accounts: int, webex_groups: int) -> None:
    """Note that a service, or a file, says there is more than was read."""
    for side, read, what, named in (
        (sides.entra, people, Unknown.PEOPLE, "people of Entra"),
        (sides.webex, accounts, Unknown.ACCOUNTS, "accounts of Webex"),
        (sides.webex_groups, webex_groups, Unknown.GROUPS, "groups of Webex"),
    ):
        if side is not None and side.total is not None and side.total > read:
            told = f"There should be {side.total:,} {named}, and only {read:,} came."
            side.broke_off(what, told)


def _not_told(settings: Settings, columns: Columns) -> dict[Unknown, str]:
    """Return what nothing that is read could tell, the mapping being as it is."""
    found: dict[Unknown, str] = {}
    if settings.job == "running" and columns.link is None:
        found[Unknown.LINKS] = (
            "externalId is not mapped from [objectId], so nothing shows whom Entra knows: renames, "
            "and who would be switched off, are not known."
        )
    if columns.managers:
        found[Unknown.MANAGERS] = (
            "Webex names a manager by an id of its own, so whether the manager changes is not "
            "compared."
        )
    return found


def _remarks(people: People, accounts: Accounts, read: AllRead) -> list[str]:
    told = [*read.sides.entra.remarks, *read.sides.webex.remarks]
    if people.again:
        twice = so_many(people.again, "person", "people")
        told.append(f"{twice} came twice in what was read; the first counts.")
    if again := len(accounts.repeated):
        twice = so_many(again, "account", "accounts")
        told.append(f"{twice} came twice in what was read; the first counts.")
    if accounts.nameless:
        nameless = so_many(accounts.nameless, "account has", "accounts have")
        told.append(f"{nameless} no userName, so nobody is found there.")
    if nested := len(read.groups.nested):
        inner = so_many(nested, "member of a group is a group", "members of groups are groups")
        told.append(f"{inner}: whoever is inside of one is not provisioned by it.")
    return told
