"""Whose account is which: known links first, then the attributes that match.

Matching counts for those alone whom Entra does not know yet, and after everything was forgotten
(reference/graph-entra.md 2.8 and 11). Several who claim one account are in conflict.
"""

from array import array

from wizard.preview.accounts import Accounts
from wizard.preview.columns import text_sent
from wizard.preview.index import NONE, SEVERAL
from wizard.preview.people import People, PersonKept, PersonStanding
from wizard.preview.settings import Settings
from wizard.words.counting import so_many

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
        self._people, self._accounts, self._columns = people, accounts, people.columns
        self._is_running = settings.job == "running"
        self._has_links = people.columns.link is not None
        self._carrier = self._carriers()
        """For each person: where the account is that carries the object id."""
        self.account = self._at_first()
        """For each person: where the account is, `NONE` or `SEVERAL`."""
        self.how = array("b", bytes(len(people)))
        """For each person: how it was found."""
        self.held = bytearray(len(accounts))
        """For each account: whether somebody has it."""
        self.shared: set[int] = set()
        """Accounts that several people claim."""
        self._names: dict[int, int] = {}
        self.doubled: set[int] = set()
        """Hashes of values by which several people without an account would be made."""
        self._claim()
        self._names.clear()
        self.are_links = self._are_links(settings.known_people)
        """Whether nothing speaks against it that each externalId stands for a link."""
        self.hidden = self._hidden(settings.known_people)
        """Why not all links show, in a sentence; empty where nothing speaks for that."""

    def by(self, kept: PersonKept, place: int) -> tuple[str, str]:
        """Return the target and the value by which an account was found, or not."""
        at = self._columns.matching[max(self.how[place] - 1, 0)]
        value = text_sent(kept.values[at], creating=True) if kept.values else None
        return self._columns.rows[at].target, value or ""

    def is_doubled(self, place: int) -> bool:
        """Tell whether several people would be made under one name."""
        return bool(self.doubled) and self._key(place) in self.doubled

    def is_carried(self, place: int) -> bool:
        """Tell whether one account carries the object id of somebody who has none."""
        return self._carrier[place] >= 0

    def _carriers(self) -> "array[int]":
        found, repeated = array("i", [NONE]) * len(self._people), self._accounts.repeated
        for account, place in enumerate(self._people.places.each(self._accounts.links)):
            if place >= 0 and account not in repeated:
                found[place] = account if found[place] == NONE else SEVERAL
        return found

    def _at_first(self) -> "array[int]":
        """Return where the account is that a job which runs has linked with each."""
        return self._carrier if self._is_running else array("i", [NONE]) * len(self._people)

    def _claim(self) -> None:
        """Have each take an account: those with a link first, of whom no two have the same."""
        accounts, held, stands = self.account, self.held, self._people.standings
        for account in accounts:
            if account >= 0:
                held[account] = True
        for place in [place for place, account in enumerate(accounts) if account < 0]:
            found, self.how[place] = self._found(place, accounts[place])
            accounts[place] = found
            if found >= 0:
                if held[found]:
                    self.shared.add(found)
                held[found] = True
            elif found == NONE and stands[place] == PersonStanding.STAYS:
                self._name(place)

    def _found(self, place: int, linked: int) -> tuple[int, int]:
        """Return where the account is of somebody without one link, and how it was found."""
        people, accounts = self._people, self._accounts
        if linked == SEVERAL:
            return self._matching_one(place), LINKED
        is_wanted = people.standings[place] <= PersonStanding.BLOCKED
        if is_wanted or (self._is_running and not self._has_links):
            for number, (at, keys) in enumerate(people.keys.items(), start=1):
                key = keys[place]
                found = accounts.by_value[at].get(key) if key else NONE
                if found != NONE:
                    return found, number
        return NONE, LINKED

    def _are_links(self, known: int | None) -> bool:
        """Tell whether Entra may know all the accounts that carry the object id of somebody."""
        if not self._is_running or known is None:
            return True
        gone = {PersonStanding.DELETED, PersonStanding.PURGED}
        found = zip(self.account, self.how, self._people.standings, strict=True)
        carry = [1 for at, how, stands in found if at >= 0 and how == LINKED and stands not in gone]
        return len(carry) <= known

    def _hidden(self, known: int | None) -> str:
        """Return that Entra knows more accounts than carry any externalId."""
        show = self._accounts.carrying
        if not (self._is_running and self._has_links) or known is None or known <= show:
            return ""
        linked = so_many(known, "person", "people")
        shown = so_many(show, "account has an externalId", "accounts have an externalId")
        return (
            f"Entra says it has linked {linked} with accounts, and {shown}. The account of "
            f"{known - show:,} or more of them is not known: it may be switched off, too, or found "
            "under another name."
        )

    def _matching_one(self, place: int) -> int:
        """Return which of several accounts with the link of a person is the one that matches.

        The others were left behind when links were forgotten: Entra found or made this one then.
        """
        for at, keys in self._people.keys.items():
            found = self._accounts.by_value[at].get(keys[place])
            if found >= 0:
                link = hash(self._accounts[found].external_id.casefold())
                return found if link == self._people.ids[place] else SEVERAL
        return SEVERAL

    def _name(self, place: int) -> None:
        key = self._key(place)
        if key and self._names.setdefault(key, place) != place:
            self.doubled.add(key)

    def _key(self, place: int) -> int:
        matching = self._columns.matching
        return self._people.keys[matching[0]][place] if matching else 0
