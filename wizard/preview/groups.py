"""Groups on both sides, with their direct members, as the service counts them.

Groups inside of groups are not looked into, and only members who have an account are sent
(reference/graph-entra.md 2.5 and 11). A group that leaves the scope stays (reference/webex.md 5).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.preview.columns import as_sent
from wizard.preview.pages import Entry, entries_of, loaded, unusable
from wizard.words.text import plain_line

ALL_MEMBERS = "allmembers"
"""False on a page where a reader could not get all members of a group."""
_PERSON = "user"


@dataclass
class GroupRead:
    """A group of either side.

    Attributes:
        id: Its id there.
        name: How it is called.
        properties: What else is known of it.
        members: The ids of its direct members that are people, each once, in their order.
        has_members: Whether members were among what was read, be it none.
        lacks_members: Whether there are members that could not be read.
    """

    id: str
    name: str
    properties: dict[str, Any] = field(default_factory=dict)
    members: dict[str, None] = field(default_factory=dict)
    has_members: bool = False
    lacks_members: bool = False

    def has(self, target: str) -> str:
        """Return what it has at a target, as Entra would send it; empty where that is nothing."""
        named = {key.casefold(): value for key, value in self.properties.items()}
        return as_sent(named.get(target.casefold())) or ""


class GroupsRead:
    """Takes the pages of one side's groups.

    Args:
        listed: Under which name a page has its entries: `value` or `Resources`.
    """

    def __init__(self, listed: str) -> None:
        self._listed = listed
        self._member = "id" if listed == "value" else "value"
        self.by_id: dict[str, GroupRead] = {}
        self.nested: dict[tuple[str, str], str] = {}
        """Members that are groups, by both ids, with what the inner one is called."""

    def take(self, page: bytes) -> None:
        """Add a page; the members of a group that comes again add up.

        Raises:
            PreviewError: It is no page of groups.
        """
        for record in entries_of(loaded(page), self._listed):
            named = {key.casefold(): value for key, value in record.items()}
            identifier, name = named.get("id"), named.get("displayname")
            if not isinstance(identifier, str) or not identifier:
                raise unusable("A group has no id.", code="preview-no-id")
            told = plain_line(name or "", 256)
            group = self.by_id.setdefault(identifier.casefold(), GroupRead(identifier, told))
            group.properties |= record
            group.lacks_members |= named.get(ALL_MEMBERS) is False
            members = named.get("members")
            if isinstance(members, list):
                group.has_members = True
                for each in members:
                    self._add(group, each)

    def members(self) -> Mapping[str, tuple[str, ...]]:
        """Return the direct members of each group of which they were read, by ids."""
        return {key: tuple(group.members) for key, group in self.by_id.items() if group.has_members}

    def links(self) -> Iterator[str]:
        """Yield the externalIds that groups have."""
        return filter(None, (group.has("externalId") for group in self.by_id.values()))

    def note_bare(self) -> None:
        """Note that nobody's members are known, where no group shows any."""
        if not any(group.has_members for group in self.by_id.values()):
            for group in self.by_id.values():
                group.lacks_members = True

    def unread(self) -> frozenset[str]:
        """Return the ids of the groups of whose members not all were read."""
        return frozenset(key for key, group in self.by_id.items() if group.lacks_members)

    def _add(self, group: GroupRead, member: Any) -> None:
        if isinstance(member, str):
            group.members[member.casefold()] = None
            return
        named: Entry = {}
        if isinstance(member, dict):
            named = {key.casefold(): value for key, value in member.items()}
        found = named.get(self._member) or named.get("id")
        if found is None and self._member == "id" and "value" in named:
            raise unusable(
                "A member of a group has a value, as in SCIM, and no id, as in Graph: these groups "
                "are those of Webex, and do not begin as such.",
                "Export them again, with their schemas.",
                code="preview-groups-of-scim",
            )
        kind = str(named.get("@odata.type") or named.get("type") or _PERSON).casefold()
        if not kind.endswith(_PERSON):
            if kind.endswith("group") and isinstance(found, str):
                name = plain_line(named.get("displayname") or found, 80)
                self.nested[group.id.casefold(), found.casefold()] = name
        elif isinstance(found, str):
            group.members[found.casefold()] = None
