"""Where a preview reads from: the seam between what fetches and what decides.

A reader gives pages of raw bytes, as they came over the wire, and a `Completeness`: what it could
not read. It decodes nothing that it does not need for paging. What a page may be:

- Graph: the answer to a list, `{"value": [...]}`, or a bare JSON list of objects;
- Webex: a ListResponse, `{"Resources": [...]}` (without `Resources` when there are none), or a bare
  list.

A group carries its direct members: `members: [{"id", "@odata.type"}]` in Graph, `[{"value"}]` in
Webex. It may come on several pages, and its members add up: a reader that gets them one request
after another writes `{"value": [{"id": ..., "displayName": ..., "members": [...]}]}` for each, with
`"allMembers": false` where it could not get all of them. An assignment is an entry of Graph's
`appRoleAssignedTo`.

Who wants the pages (`wizard.preview.intake`) takes them one by one, in any order of the sources,
and so serves readers of files, which iterate, and of services, which iterate asynchronously.

A reader must

- ask for `id`, `userName`, `externalId` and `active` besides what the mapping names; of Graph for
  `properties_wanted(document)` of `wizard.preview.wanted`;
- end by itself: a page that was there before, a total that lies, a cut: it stops, says so with
  `Completeness.lacks`, and raises only when nothing at all can be said;
- name itself in `reader`, by one of `Reader`: the plan tells by which it was made;
- count what the service says there is in `Completeness.total`.

A reader that asks for each person gets the matching values of those in scope, when Entra has been
read, from `Intake.sought`, and then, where a job runs, the object ids of those whose account may
have another name; the accounts nobody asked for stay unknown (`Unknown.LEFTOVERS`), and where no
externalId can be searched for, those of renamed people too (`Unknown.LINKS`).
"""

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, Protocol

SoughtValue = tuple[str, str]
"""An attribute, and the value in it by which somebody is looked for."""


class Reader(StrEnum):
    """Who read a side; the plan names it."""

    FILE = "file"
    GRAPH = "graph"
    FACADE = "facade"
    """The listing at the address that Entra uses; undocumented."""
    SCIM2 = "scim2"
    """The SCIM 2.0 service."""
    EACH = "each"
    """One search for each person in scope."""


class Unknown(StrEnum):
    """What a preview may not know; a thing that is unknown is never taken for none."""

    LINKS = "links"
    """Whom Entra knows already: Graph does not show it, and no externalId stands for it."""
    LEFTOVERS = "leftovers"
    """Accounts in Webex that nobody asked for."""
    PEOPLE = "people"
    """Some people of the directory were not read."""
    ACCOUNTS = "accounts"
    """Some accounts of Webex were not read."""
    DELETED_PEOPLE = "deleted_people"
    """Who is in the recycle bin of the directory, or has been purged from it."""
    ASSIGNMENTS = "assignments"
    """Who is assigned; everybody counts as assigned."""
    GROUPS = "groups"
    """Groups, on either side."""
    MEMBERS = "members"
    """Who is in some groups."""
    MANAGERS = "managers"
    """Whose manager is who in Webex."""
    SEATS = "seats"
    """How many licences are left."""
    DOMAINS = "domains"
    """Which domains are verified."""
    CONNECTORS = "connectors"
    """Which other connectors write there too."""
    ROLES = "roles"
    """Who is an administrator in Webex, but for the token's own account."""
    OWN_ACCOUNT = "own_account"
    """Whose token it is, and so whether that account is among those who are switched off."""
    REQUIRED_ATTRIBUTES = "required_attributes"
    """Which attributes the organization demands in Control Hub."""
    PROPERTIES = "properties"
    """What nobody in an exported file has, although the mapping names it."""
    SPELLING = "spelling"
    """Whether some pages spell names otherwise than those that were looked at."""


NEVER_READ = (
    Unknown.SEATS,
    Unknown.DOMAINS,
    Unknown.CONNECTORS,
    Unknown.ROLES,
    Unknown.REQUIRED_ATTRIBUTES,
)
"""What the scopes of the token cannot read (reference/webex.md 4.1)."""


def no_source_tells(what: Iterable[str]) -> str:
    """Return in one sentence that no source tells any of it."""
    return f"No source tells {'; '.join(what)}."


How = Literal["complete", "partial", "by hand"]
"""Read to the end; not all of it; a file that somebody brought."""


@dataclass
class Completeness:
    """What of one side was read, and what was not; kept while reading."""

    how: How = "complete"
    reader: Reader | None = None
    """Who read it."""
    total: int | None = None
    """How many objects the service says there are."""
    unknown: dict[Unknown, str] = field(default_factory=dict)
    """What is not known, with one sentence about why."""
    remarks: list[str] = field(default_factory=list)
    """What else somebody who looks at the result must know."""

    def lacks(self, what: Unknown, why: str) -> None:
        """Note what is not known; the first reason stays."""
        self.unknown.setdefault(what, why)

    def joined(self, other: "Completeness") -> "Completeness":
        """Return the same, with what is not known, missing and remarked besides."""
        unknown = {**other.unknown, **self.unknown}
        how: How = "partial" if "partial" in {self.how, other.how} else self.how
        total = max((n for n in (self.total, other.total) if n is not None), default=None)
        remarks = [*other.remarks, *self.remarks]
        return replace(self, how=how, total=total, unknown=unknown, remarks=remarks)

    def broke_off(self, what: Unknown, why: str) -> None:
        """Note that reading ended before the end."""
        self.how = "partial"
        self.lacks(what, why)


class OnlineSource(Protocol):
    """One side of a preview that is fetched."""

    reader: Reader
    completeness: Completeness

    def pages(self) -> AsyncGenerator[bytes, None]:
        """Yield the pages as they come; the last one is known when it ends."""
        ...
