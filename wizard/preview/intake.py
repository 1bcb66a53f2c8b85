"""A preview as it is made: takes the pages of each side, and decides when all were read.

Order: groups and assignments before people, because who is not assigned counts as deleted; accounts
at any time. `people_sought` serves a reader that asks for each person.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from wizard.errors import PreviewError
from wizard.preview.accounts import AccountKept, Accounts
from wizard.preview.assignments import Assignments
from wizard.preview.columns import Columns
from wizard.preview.fate import Fate, FateKind
from wizard.preview.finding import NOBODY_HOLDS, Claims
from wizard.preview.grouping import Grouping
from wizard.preview.groups import GroupsRead
from wizard.preview.judging import PersonJudge
from wizard.preview.outcome import Prospect
from wizard.preview.people import People, PersonKept, sought
from wizard.preview.row_store import RowStore
from wizard.preview.settings import Settings
from wizard.preview.sources import Completeness, Unknown
from wizard.words.text import plain_line

_AT_ONCE = 10_000
"""People whose accounts are looked up together, in the order in which the accounts are kept."""

_ORDER = {outcome: at for at, outcome in enumerate(Prospect)}


@dataclass
class Sides:
    """What is said of each source; a side that is not there is not known."""

    entra: Completeness = field(default_factory=Completeness)
    webex: Completeness = field(default_factory=Completeness)
    groups: Completeness | None = None
    webex_groups: Completeness | None = None

    def unknown(self) -> dict[Unknown, str]:
        """Return everything that is not known, with the reason."""
        found: dict[Unknown, str] = {}
        for each in (self.entra, self.webex, self.groups, self.webex_groups):
            for what, why in (each.unknown if each else {}).items():
                found.setdefault(what, why)
        return found


class Intake:
    """Takes pages, and makes a preview of them.

    Args:
        settings: What it rests on.
        sides: What is said of the sources; may grow while they are read.
    """

    def __init__(self, settings: Settings, sides: Sides) -> None:
        self.settings, self.sides = settings, sides
        self.groups, self.webex_groups = GroupsRead("value"), GroupsRead("Resources")
        self.assignments = Assignments()
        self.accounts_read = 0

    @cached_property
    def assigned(self) -> frozenset[str] | None:
        """The ids of all who are assigned; None where everybody is."""
        if self.settings.everybody:
            return None
        members = self.groups.members()
        if unread := self.assignments.unread(members):
            self.sides.entra.lacks(
                Unknown.MEMBERS,
                f"Who is in {len(unread):,} of the assigned groups was not read, so whoever is not "
                "assigned directly may be so by a group.",
            )
        return self.assignments.people(members)

    @cached_property
    def people(self) -> People:
        """Entra's people; groups and assignments are known from here on."""
        assigned = self.assigned
        maybe = Unknown.MEMBERS in self.sides.entra.unknown
        return People(self.settings, self.sides.entra, assigned, may_be_assigned=maybe)

    @cached_property
    def accounts(self) -> Accounts:
        """Webex's accounts."""
        return Accounts(self.people.columns, self.sides.webex)

    def people_sought(self) -> Iterator[tuple[str, str]]:
        """Yield by what the account of each person in scope is looked for: target and value."""
        for kept in self.people.kept():
            if kept.standing.is_wanted:
                yield from islice(sought(kept, self.people.columns), 1)

    def result(self) -> "Preview":
        """Return what would happen, when all was read.

        Raises:
            PreviewError: There is nobody to decide about.
        """
        return Preview(self)


class Preview:
    """What would happen to whom.

    Attributes:
        settings: What it rests on.
        sides: What is said of the sources.
        counts: How many people and accounts each outcome has.
        group_counts: The same of groups.
        unknown: What is not known, with the reason.
        people: How many people were read.
        assigned: The ids of what is assigned, people and groups; none where everybody is.
        accounts: How many accounts were read.
        linked: How many active accounts belong to people whom Entra knows, or finds.
        inactive: How many accounts are switched off and nobody's.
        sizes: Members of groups before and after, by the key of a group's fate.
    """

    def __init__(self, intake: Intake) -> None:
        self.settings, self.sides = intake.settings, intake.sides
        people, accounts = intake.people, intake.accounts
        if not len(people) and not len(accounts):
            raise PreviewError(
                "There is nobody in either directory, so there is nothing to preview.",
                "Check which files were given.",
                code="preview-nobody",
            )
        _note_totals(self.sides, len(people), len(accounts))
        self.people, self.accounts = len(people), len(accounts)
        self.assigned = frozenset(intake.assignments.principals)
        self.columns: Columns = people.columns
        self._has_links = self.columns.link is not None
        self._all_people = Unknown.PEOPLE not in self.sides.entra.unknown
        self._all_accounts = Unknown.ACCOUNTS not in self.sides.webex.unknown
        self.inactive = self.linked = 0
        self._store = RowStore()
        self._outcomes = bytearray()
        self.counts: Counter[Prospect] = Counter()
        self.group_counts: Counter[Prospect] = Counter()
        finding = Claims(people, accounts, self.settings)
        self._decide(people, accounts, finding)
        self._leave_over(people, accounts, finding)
        self.sizes: dict[str, tuple[int, int]] = {}
        self._group(intake, people, finding)
        self.unknown = self.sides.unknown() | _links_unknown(self.settings, people.columns)
        self.remarks = _remarks(people, accounts, intake)

    def __len__(self) -> int:
        return len(self._store)

    def __getitem__(self, place: int) -> Fate:
        return Fate.of(self._store[place])

    def fates(self) -> Iterator[Fate]:
        """Yield what would become of each: people, then accounts of nobody, then groups."""
        return map(Fate.of, self._store)

    def by_risk(self) -> Iterator[Fate]:
        """Yield the same, riskiest first."""
        for outcome in Prospect:
            yield from self.with_outcome(outcome)

    def with_outcome(self, outcome: Prospect) -> Iterator[Fate]:
        """Yield those of one outcome."""
        return (self[place] for place in self.places(outcome))

    def places(self, outcome: Prospect) -> Iterator[int]:
        """Yield the places of those of one outcome; a table shows them by it."""
        sign, place = bytes((_ORDER[outcome],)), -1
        while (place := self._outcomes.find(sign, place + 1)) >= 0:
            yield place

    def fates_of(self, kind: FateKind) -> Iterator[Fate]:
        """Yield those of one kind; groups stand last."""
        if kind == "group":
            first = len(self) - self.group_counts.total()
            return (self[place] for place in range(first, len(self)))
        return (fate for fate in self.fates() if fate.kind == kind)

    def _keep(self, fate: Fate) -> None:
        counts = self.group_counts if fate.kind == "group" else self.counts
        counts[fate.outcome] += 1
        self._outcomes.append(_ORDER[fate.outcome])
        self._store.append(fate.plain())

    def _decide(self, people: People, accounts: Accounts, finding: Claims) -> None:
        judge = PersonJudge(
            people, accounts, finding, self.settings, all_accounts=self._all_accounts
        )
        waiting: list[tuple[int, PersonKept, Fate | None]] = []
        for place, kept in enumerate(people.kept()):
            same = judge.unchanged(place, kept) if judge.is_same(place, kept) else None
            waiting.append((place, kept, same))
            if len(waiting) == _AT_ONCE:
                self._settle(waiting, accounts, finding, judge)
                waiting = []
        self._settle(waiting, accounts, finding, judge)

    def _settle(
        self,
        waiting: list[tuple[int, PersonKept, Fate | None]],
        accounts: Accounts,
        finding: Claims,
        judge: PersonJudge,
    ) -> None:
        wanted = {finding.account[place] for place, _, same in waiting if same is None}
        found: dict[int, AccountKept] = {at: accounts[at] for at in sorted(wanted) if at >= 0}
        for place, kept, same in waiting:
            self._keep(same or judge.of(place, kept, found.get(finding.account[place])))

    def _leave_over(self, people: People, accounts: Accounts, finding: Claims) -> None:
        for place, row in enumerate(accounts.rows):
            account = AccountKept(*row)
            if finding.holder[place] != NOBODY_HOLDS:
                self.linked += account.is_active
            elif not account.is_active:
                self.inactive += 1
            else:
                self._keep(self._of_nobody(account, people))

    def _of_nobody(self, account: AccountKept, people: People) -> Fate:
        link = account.external_id.casefold()
        is_ours = bool(link) and hash(link) in people.places
        outcome, code = Prospect.LEFTOVER, "person-out" if is_ours else "nobody"
        if not self._all_people and not is_ours:
            outcome, code = Prospect.UNKNOWN, "not-all-people"
        elif self.settings.job == "running" and self._has_links and link and not is_ours:
            outcome, code = Prospect.UNKNOWN, "person-gone"
        name = plain_line(account.user_name, 80) or account.id
        return Fate(outcome, "account", "", account.id, name, ((code, ""),))

    def _group(self, intake: Intake, people: People, finding: Claims) -> None:
        if self.sides.groups is None and self.sides.webex_groups is None:
            return
        accounts = intake.accounts

        def holds(identifier: str) -> str | None:
            place = people.places.get(hash(identifier))
            if place is None:
                return None
            account = finding.account[place]
            if account >= 0:
                return accounts[account].id
            return "" if self[place].outcome is Prospect.CREATE else None

        grouping = Grouping(
            intake.groups,
            intake.webex_groups,
            self.settings,
            None if self.settings.everybody else frozenset(intake.assignments.principals),
            holds,
            all_read=self.sides.webex_groups is not None,
        )
        for fate in grouping.fates():
            self._keep(fate)
        self.sizes = grouping.sizes


def _note_totals(sides: Sides, people: int, accounts: int) -> None:
    """Note that a service, or a file, says there is more than was read."""
    for side, read, what in (
        (sides.entra, people, Unknown.PEOPLE),
        (sides.webex, accounts, Unknown.ACCOUNTS),
    ):
        if side.total is not None and side.total > read:
            side.broke_off(what, f"There should be {side.total:,}, and {read:,} were read.")


def _links_unknown(settings: Settings, columns: Columns) -> dict[Unknown, str]:
    if settings.job != "running" or columns.link is not None:
        return {}
    return {
        Unknown.LINKS: "externalId is not mapped from [objectId], so nothing shows whom Entra "
        "knows: renames, and who would be switched off, are not known."
    }


def _remarks(people: People, accounts: Accounts, intake: Intake) -> list[str]:
    told = [*intake.sides.entra.remarks, *intake.sides.webex.remarks]
    if people.again:
        told.append(f"{people.again:,} people came twice in what was read; the first counts.")
    if accounts.again:
        told.append(f"{accounts.again:,} accounts came twice in what was read; the first counts.")
    if accounts.nameless:
        told.append(f"{accounts.nameless:,} accounts have no userName, so nobody is found there.")
    if intake.groups.nested:
        told.append(
            f"{intake.groups.nested:,} members of groups are groups: whoever is in these is not "
            "provisioned by them."
        )
    return told
