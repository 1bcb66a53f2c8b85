"""A preview as it is made: takes the pages of each side, and decides when all were read.

Order: groups and assignments before people, because who is not assigned counts as deleted; accounts
at any time. `sought` serves a reader that asks for each.
"""

from collections.abc import Generator, Iterator
from functools import cached_property
from itertools import islice
from typing import Literal, Protocol

from wizard.preview.accounts import Accounts
from wizard.preview.assignments import Assignments
from wizard.preview.beside import PageReader
from wizard.preview.desk import Counted
from wizard.preview.groups import GroupsRead
from wizard.preview.line import PageLine
from wizard.preview.people import People, sought
from wizard.preview.reading import Basis
from wizard.preview.result import AllRead, Preview
from wizard.preview.settings import Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import SoughtValue, Unknown
from wizard.words.progress import worked_out

Part = Literal["assignments", "groups", "people", "accounts", "webex_groups"]
"""What a page is of; `groups` are those of Entra."""

SoughtPart = Literal["accounts", "webex_groups", "account_links", "group_links"]
"""What is looked for: by name, or by the link of whoever was not found by name."""

SoughtValues = list[SoughtValue]
"""Attributes, and the values to compare them with."""

_LINK = "externalId"


class TakesPages(Protocol):
    """What takes the pages of one part."""

    def take(self, page: bytes) -> None:
        """Add a page."""


class Intake:
    """Takes pages, and makes a preview of them.

    Args:
        settings: What it rests on.
        sides: What readers say of the sources; may grow while they are read, or be replaced.
        beside: Another process that reads pages too; without it a large directory gets one.
    """

    def __init__(self, settings: Settings, sides: Sides, beside: PageReader | None = None) -> None:
        self.settings, self.sides = settings, sides
        self._seen = Sides()
        """What the pages themselves show."""
        self.groups, self.webex_groups = GroupsRead("value"), GroupsRead("Resources")
        self.assignments = Assignments()
        self._line = PageLine(beside)

    def take(self, part: Part, page: bytes) -> None:
        """Add a page; one of people or of accounts may be counted later.

        Raises:
            PreviewError: It is no page of that part, or one before it was none.
        """
        if part in {"people", "accounts"}:
            self._line.take(part, page, getattr(self, part), self._basis)
        else:
            taking: TakesPages = getattr(self, part)
            taking.take(page)

    def settle(self) -> None:
        """Have all counted that was taken; raises as `take`."""
        self._line.settle()

    def close(self) -> None:
        """End what reads beside this process."""
        self._line.close()

    @cached_property
    def assigned(self) -> frozenset[str] | None:
        """The ids of all who are assigned; None where everybody is."""
        if self.settings.everybody:
            return None
        members = self.groups.members()
        unread = self.assignments.unread(members)
        unread |= self.groups.unread() & self.assignments.principals
        if unread:
            self._seen.entra.lacks(
                Unknown.MEMBERS,
                f"Who is in {len(unread):,} of the assigned groups was not read, so whoever is not "
                "assigned directly may be so by a group.",
            )
        return self.assignments.people(members)

    @cached_property
    def _basis(self) -> Basis:
        assigned, seen = self.assigned, self._seen.entra
        known = self.sides.entra.unknown | seen.unknown
        maybe = not known.keys().isdisjoint({Unknown.ASSIGNMENTS, Unknown.MEMBERS})
        return Basis(self.settings, assigned, maybe)

    @cached_property
    def people(self) -> People:
        """Entra's people; groups and assignments are known from here on."""
        return self._basis.people(self._seen.entra)

    @cached_property
    def accounts(self) -> Accounts:
        """Webex's accounts."""
        return Accounts(self.people.columns, self._seen.webex)

    def counted(self) -> Counted:
        """Return how much was taken."""
        people = vars(self).get("people", ())
        return Counted(
            len(people),
            self.sides.entra.total,
            len(vars(self).get("accounts", ())),
            self.sides.webex.total,
            len(self.groups.by_id) + len(self.webex_groups.by_id),
            self.people.in_scope if people else None,
        )

    def sought(self, part: SoughtPart) -> SoughtValues:
        """Return by what each is looked for.

        Of links, the first is one that was seen, by which whoever asks can tell whether Webex finds
        by them; its value is empty where there is none.
        """
        self.settle()
        match part:
            case "webex_groups":
                names = (group.name for group in self.groups.by_id.values())
                return [("displayName", name) for name in dict.fromkeys(names) if name]
            case "account_links":
                return self._links()
            case "group_links":
                return self._group_links()
        return list(dict.fromkeys(self._people_sought()))

    def _people_sought(self) -> Iterator[SoughtValue]:
        for kept in self.people.kept():
            if kept.standing.is_wanted:
                yield from islice(sought(kept, self.people.columns), 1)

    def _links(self) -> SoughtValues:
        """Return the links of the people of whom no account with theirs was seen."""
        people, seen = self.people, set(self.accounts.links)
        if people.columns.link is None:
            return []
        absent = [
            kept.id for key, kept in zip(people.ids, people.kept(), strict=True) if key not in seen
        ]
        return [(_LINK, each) for each in (self.accounts.some_link(), *absent)]

    def _group_links(self) -> SoughtValues:
        """Return the same of groups."""
        seen = {link.casefold(): link for link in self.webex_groups.links()}
        absent = [group.id for key, group in self.groups.by_id.items() if key not in seen]
        return [(_LINK, each) for each in (next(iter(seen.values()), ""), *absent)]

    def result(self) -> Preview:
        """Return what would happen, of all that was read.

        Raises:
            PreviewError: There is nobody to decide about.
        """
        return worked_out(self.deciding())

    def deciding(self) -> Generator[Preview, None, Preview]:
        """Decide about everybody, and yield the preview as it grows; raises as `result`."""
        self.settle()
        self.close()
        self.people.settle()
        return Preview.deciding(
            AllRead(
                self.settings,
                self.sides.joined(self._seen),
                self.people,
                self.accounts,
                self.groups,
                self.webex_groups,
                self.assignments,
            )
        )
