"""Who is assigned: people, and direct members of assigned groups (reference/graph-entra.md 2.5).

Groups inside of groups are not looked into.
"""

from collections.abc import Mapping
from typing import Any

from wizard.errors import PreviewError
from wizard.preview.pages import loaded, unusable

Members = Mapping[str, tuple[str, ...]]
"""The direct members of each group, by ids."""


class Assignments:
    """Who is assigned to the application, by ids; empty until something was read."""

    def __init__(self) -> None:
        self.principals: set[str] = set()
        self.groups: set[str] = set()
        """Those of them that are groups."""

    def take(self, page: bytes) -> None:
        """Add what a page of `appRoleAssignedTo`, or a list of ids, names.

        Raises:
            PreviewError: It is neither.
        """
        tree = loaded(page)
        entries = tree if isinstance(tree, list) else None
        if isinstance(tree, dict):
            named = {key.casefold(): value for key, value in tree.items()}
            entries = named.get("value")
            entries = [tree] if entries is None and "principalid" in named else entries
        if not isinstance(entries, list):
            raise _no_assignments()
        for each in entries:
            self._add(each)

    def _add(self, entry: Any) -> None:
        if isinstance(entry, str) and entry.strip():
            self.principals.add(entry.strip().casefold())
            return
        named = {k.casefold(): v for k, v in entry.items()} if isinstance(entry, dict) else {}
        found = named.get("principalid") or named.get("id") or named.get("objectid")
        if not isinstance(found, str):
            raise _no_assignments()
        self.principals.add(found.casefold())
        if str(named.get("principaltype", "")).casefold() == "group":
            self.groups.add(found.casefold())

    def people(self, members: Members) -> frozenset[str]:
        """Return the ids of all who are assigned, themselves or by a group."""
        by_group = (members.get(each, ()) for each in self.principals)
        return frozenset(self.principals.union(*by_group))

    def unread(self, members: Members) -> frozenset[str]:
        """Return the assigned groups whose members were not read."""
        return frozenset(self.groups - members.keys())


def _no_assignments() -> PreviewError:
    return unusable(
        "It holds no assignments.",
        "Give Graph's answer to /servicePrincipals/{id}/appRoleAssignedTo, or a list of object "
        "ids.",
        code="preview-no-assignments",
    )
