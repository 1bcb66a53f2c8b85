"""Whose account is which: known links first, then the attributes that match.

Matching counts for those alone whom Entra does not know yet, and after everything was forgotten
(reference/graph-entra.md 2.8 and 11). Several who claim one account are in conflict.
"""

from array import array

from wizard.preview.accounts import NONE, SEVERAL, Accounts
from wizard.preview.columns import text_sent
from wizard.preview.people import People, PersonKept, PersonStanding
from wizard.preview.settings import Settings

NOBODY_HOLDS = -1
"""No person has the account."""
LINKED = 0
"""Found by its link; a greater number is one more than the place among the matching rows."""


class Claims:
    """Which account belongs to which person.

    Args:
        people: All of Entra's.
        accounts: All of Webex's.
        settings: What the preview rests on.
    """

    def __init__(self, people: People, accounts: Accounts, settings: Settings) -> None:
        self._accounts, self._columns = accounts, people.columns
        self._job = settings.job
        self._has_links = people.columns.link is not None
        self.account = array("q")
        """For each person: where the account is, `NONE` or `SEVERAL`."""
        self.how = array("b")
        """For each person: how it was found."""
        self.holder = array("q", [NOBODY_HOLDS]) * len(accounts)
        """For each account: who has it."""
        self.shared: set[int] = set()
        """Accounts that several people claim."""
        self._names: dict[int, int] = {}
        self.doubled: set[int] = set()
        """Hashes of values by which several people without an account would be made."""
        for place, kept in enumerate(people.kept()):
            account, how = self._found(kept)
            self.account.append(account)
            self.how.append(how)
            if account >= 0:
                self._claim(account, place)
            elif account == NONE and kept.standing is PersonStanding.STAYS:
                self._name(kept, place)
        self._names.clear()

    def by(self, kept: PersonKept, place: int) -> tuple[str, str]:
        """Return the target and the value by which an account was found, or not."""
        at = self._columns.matching[max(self.how[place] - 1, 0)]
        value = text_sent(kept.values[at], creating=True) if kept.values else None
        return self._columns.rows[at].target, value or ""

    def is_doubled(self, kept: PersonKept) -> bool:
        """Tell whether several people would be made under one name."""
        return bool(self.doubled) and self._key(kept) in self.doubled

    def _found(self, kept: PersonKept) -> tuple[int, int]:
        if self._job == "running":
            linked = self._accounts.linked(kept.id)
            if linked == SEVERAL:
                linked = self._matching_one(kept)
            if linked != NONE:
                return linked, LINKED
        is_sought = kept.standing.is_wanted or (self._job == "running" and not self._has_links)
        if not is_sought or kept.values is None:
            return NONE, LINKED
        for number, at in enumerate(self._columns.matching, start=1):
            value = text_sent(kept.values[at], creating=True)
            found = self._accounts.found(at, value) if value else NONE
            if found != NONE:
                return found, number
        return NONE, LINKED

    def _matching_one(self, kept: PersonKept) -> int:
        """Return which of several accounts with the link of a person is the one that matches.

        The others were left behind when links were forgotten: Entra found or made this one then.
        """
        for at in self._columns.matching:
            value = text_sent(kept.values[at], creating=True) if kept.values else None
            found = self._accounts.found(at, value) if value else NONE
            if found >= 0:
                is_linked = self._accounts[found].external_id.casefold() == kept.id.casefold()
                return found if is_linked else SEVERAL
        return SEVERAL

    def _claim(self, account: int, place: int) -> None:
        if self.holder[account] != NOBODY_HOLDS:
            self.shared.add(account)
        self.holder[account] = place

    def _name(self, kept: PersonKept, place: int) -> None:
        key = self._key(kept)
        if key is not None and self._names.setdefault(key, place) != place:
            self.doubled.add(key)

    def _key(self, kept: PersonKept) -> int | None:
        if not self._columns.matching or kept.values is None:
            return None
        value = text_sent(kept.values[self._columns.matching[0]], creating=True)
        return hash(value.casefold()) if value else None
