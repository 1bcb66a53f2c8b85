"""What would become of each group: found by its link or its name, and its members compared."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from wizard.errors import MappingError
from wizard.mapping.document import rows_of
from wizard.mapping.expression.values import Context
from wizard.mapping.named import named_in_scope
from wizard.mapping.objects import mapped_object, of_kind
from wizard.mapping.scoping.filters import decide
from wizard.mapping.sent import Sending
from wizard.preview.columns import Columns, text_sent
from wizard.preview.digests import mark
from wizard.preview.fate import Fate, FieldChange, key_of
from wizard.preview.groups import GroupRead, GroupsRead
from wizard.preview.outcome import Prospect
from wizard.preview.rules import Reason
from wizard.preview.settings import Settings

_MEMBERS = "members"
_UNREAD: Reason = ("members-unread", "")

Holds = Callable[[str], str | None]
"""Returns the id of the account that a person of Entra has or will have; empty for one that is
made first; None for who has none."""


class Grouping:
    """Decides about groups.

    Args:
        ours: Entra's.
        theirs: Webex's.
        settings: What the preview rests on.
        assigned: The ids of what is assigned; None where everything is.
        holds: Which account a person has.
        all_read: Whether all groups of Webex were read.
        all_ours: Whether all groups of Entra that may have one in Webex were read.
        all_assigned: Whether all assignments were read.
    """

    def __init__(
        self,
        ours: GroupsRead,
        theirs: GroupsRead,
        settings: Settings,
        assigned: frozenset[str] | None,
        holds: Holds,
        *,
        all_read: bool,
        all_ours: bool,
        all_assigned: bool,
    ) -> None:
        self._ours, self._theirs, self._settings = ours, theirs, settings
        self._assigned, self._holds = assigned, holds
        self._all_read, self._all_ours, self._all_assigned = all_read, all_ours, all_assigned
        self._mapping = next(of_kind(settings.document.schema, "Group"), None)
        rows = rows_of(self._mapping) if self._mapping else ()
        self._sends_members = any(row.target.casefold() == _MEMBERS for row in rows)
        plain = [row for row in rows if row.target.casefold() != _MEMBERS]
        self._sending = Sending(plain, None, Context(now=settings.now))
        self._columns = Columns.of(self._sending.rows)
        self._by_link: dict[str, list[GroupRead]] = {}
        self._by_name: dict[str, list[GroupRead]] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        """Members before and after, by the key of a group's fate."""
        self.marks: dict[str, bytes] = {}
        """Marks of who comes and who goes, by the same."""
        for group in theirs.by_id.values():
            link = group.has("externalId")
            if link:
                self._by_link.setdefault(link.casefold(), []).append(group)
            self._by_name.setdefault(group.name.casefold(), []).append(group)

    def fates(self) -> Iterator[Fate]:
        """Yield what would become of each group of Entra, and of those of nobody in Webex."""
        on = mapped_object(self._settings.document.schema, "Group").goes_along
        taken: set[str] = set()
        for group in self._ours.by_id.values():
            if on is False or self._mapping is None:
                yield _fate(Prospect.OUT_OF_SCOPE, group, None, (("groups-off", ""),))
                continue
            fate = self._of(group)
            taken.add(fate.account)
            yield fate
        for group in self._theirs.by_id.values():
            if group.id not in taken:
                yield self._of_nobody(group)

    def _of_nobody(self, group: GroupRead) -> Fate:
        outcome, code = Prospect.LEFTOVER, "nobody"
        if not self._all_ours:
            outcome, code = Prospect.UNKNOWN, "not-all-groups"
        return Fate(outcome, "group", "", group.id, group.name, ((code, ""),))

    def _of(self, group: GroupRead) -> Fate:
        properties = _in_provisioning(group)
        if self._assigned is not None and group.id.casefold() not in self._assigned:
            if not self._all_assigned:
                return _fate(Prospect.UNKNOWN, group, None, (("maybe-assigned", ""),))
            return _fate(Prospect.OUT_OF_SCOPE, group, None, (("not-assigned", ""),))
        first = "everybody" if self._assigned is None else "assigned"
        if why := self._left_out(properties):
            return _fate(Prospect.OUT_OF_SCOPE, group, None, ((first, ""), ("filtered", why)))
        chain: tuple[Reason, ...] = ((first, ""), ("passes", ""))
        sent = self._sending.of(properties)
        values, problem = self._columns.values(sent) if sent is not None else (None, None)
        if values is None or problem is not None:
            why = "" if problem is None else f"{problem.target}: {problem.why}"
            return _fate(Prospect.CONFLICT, group, None, (*chain, ("no-value", why)))
        targets = [row.target for row in self._columns.rows]
        said = {t: text_sent(v, creating=True) for t, v in zip(targets, values, strict=True)}
        return self._found(group, said, chain)

    def _found(
        self, group: GroupRead, said: Mapping[str, str | None], chain: tuple[Reason, ...]
    ) -> Fate:
        linked = self._by_link.get(group.id.casefold(), ()) if self._is_running else ()
        if len(linked) == 1:
            return self._compared(group, linked[0], said, (*chain, ("linked", "")), is_known=True)
        name = said.get("displayName") or ""
        found = linked or self._by_name.get(name.casefold(), [])
        if not name:
            return _fate(
                Prospect.CONFLICT, group, None, (*chain, ("no-match-value", "displayName"))
            )
        if len(found) > 1:
            value = f"externalId {group.id}" if linked else f"displayName {name}"
            reason = ("several-accounts", value)
            return _fate(Prospect.CONFLICT, group, None, (*chain, reason))
        if found:
            theirs = found[0]
            is_known = theirs.has("externalId").casefold() == group.id.casefold()
            by = ("known" if is_known else "matched", "displayName")
            return self._compared(group, theirs, said, (*chain, by), is_known=is_known)
        chain = (*chain, ("no-account", f"displayName {name}"))
        if not self._all_read:
            return _fate(Prospect.UNKNOWN, group, None, (*chain, ("not-all-accounts", "")))
        changes = [(t, None, v) for t, v in said.items() if v is not None]
        chain = (*chain, _UNREAD) if self._lacks_members(group) else chain
        return _fate(Prospect.CREATE, group, None, chain, (*changes, *self._members(group, None)))

    def _lacks_members(self, *groups: GroupRead) -> bool:
        """Tell whether members count, and not all of them were read; Entra's group stands first."""
        is_bare = not groups[0].has_members
        return self._sends_members and (is_bare or any(each.lacks_members for each in groups))

    @property
    def _is_running(self) -> bool:
        return self._settings.job == "running"

    def _compared(
        self,
        group: GroupRead,
        theirs: GroupRead,
        said: Mapping[str, str | None],
        chain: tuple[Reason, ...],
        *,
        is_known: bool,
    ) -> Fate:
        changes: list[FieldChange] = [
            (target, has, value)
            for target, value in said.items()
            if value is not None and value != (has := theirs.has(target) or None)
        ]
        changes += self._members(group, theirs)
        outcome = Prospect.UPDATE if changes else Prospect.UNCHANGED
        if not is_known:
            outcome = Prospect.LINK
        elif any(target == "displayName" and not _is_same(*both) for target, *both in changes):
            outcome = Prospect.RENAME
        last = ("differs" if changes else "same", "")
        if self._lacks_members(group, theirs):
            last = _UNREAD
            if outcome is Prospect.UNCHANGED:
                outcome = Prospect.UNKNOWN
        return _fate(outcome, group, theirs, (*chain, last), tuple(changes), sizes=self.sizes)

    def _members(self, group: GroupRead, theirs: GroupRead | None) -> Iterator[FieldChange]:
        """Yield how many members change, and who, where that was read."""
        if not self._sends_members or self._lacks_members(*filter(None, (group, theirs))):
            return
        held = {
            each: account for each in group.members if (account := self._holds(each)) is not None
        }
        before = set(theirs.members) if theirs is not None else set()
        if theirs is not None and not theirs.has_members and not self._all_read:
            return
        after = {account.casefold() for account in held.values() if account}
        new = [each for each, account in held.items() if account.casefold() not in before]
        gone = before - after
        key = key_of("group", group.id)
        self.sizes[key] = (len(before), len(held))
        count = len(after - before) + sum(not account for account in held.values())
        if new or gone:
            who = (*(f"+{each}" for each in new), *(f"-{each}" for each in gone))
            self.marks[key] = b"".join(sorted(mark(key, each) for each in who))
            yield _MEMBERS, str(len(before)), f"{len(held)} (+{count}, -{len(gone)})"

    def _left_out(self, properties: Mapping[str, Any]) -> str:
        scope = self._mapping.scope if self._mapping else None
        if not named_in_scope(scope):
            return ""
        try:
            decision = decide(scope, properties)
        except MappingError as error:
            return error.message
        return "" if decision.in_scope else decision.why


def _is_same(before: str | None, after: str | None) -> bool:
    """Tell whether a name is found as before: case does not count."""
    return (before or "").casefold() == (after or "").casefold()


def _in_provisioning(group: GroupRead) -> dict[str, Any]:
    """Return a group of Graph in the words of provisioning."""
    found = {key: value for key, value in group.properties.items() if not isinstance(value, dict)}
    found.pop(_MEMBERS, None)
    return found | {"objectId": group.id, "displayName": group.name}


def _fate(
    outcome: Prospect,
    group: GroupRead,
    theirs: GroupRead | None,
    reasons: tuple[Reason, ...],
    changes: tuple[FieldChange, ...] = (),
    *,
    sizes: Mapping[str, tuple[int, int]] | None = None,
) -> Fate:
    dangers = []
    if outcome is Prospect.LINK:
        dangers.append("adoption")
    before, after = (sizes or {}).get(key_of("group", group.id), (0, 0))
    if before and not after:
        dangers.append("group-empties")
    account = theirs.id if theirs is not None else ""
    return Fate(outcome, "group", group.id, account, group.name, reasons, changes, tuple(dangers))
