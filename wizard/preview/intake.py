"""A preview as it is made: takes the pages of each side, and decides when all were read.

Order: groups and assignments before people, because who is not assigned counts as deleted; accounts
at any time. `people_sought` serves a reader that asks for each person.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from wizard.preview.accounts import Accounts
from wizard.preview.assignments import Assignments
from wizard.preview.groups import GroupsRead
from wizard.preview.people import People, sought
from wizard.preview.result import AllRead, Preview
from wizard.preview.settings import Settings
from wizard.preview.sides import Sides
from wizard.preview.sources import Unknown


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

    def result(self) -> Preview:
        """Return what would happen, when all was read.

        Raises:
            PreviewError: There is nobody to decide about.
        """
        return Preview(
            AllRead(
                self.settings,
                self.sides,
                self.people,
                self.accounts,
                self.groups,
                self.webex_groups,
                self.assignments,
            )
        )
