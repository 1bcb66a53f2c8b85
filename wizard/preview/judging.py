"""What would become of each person and account, with the chain of what decided."""

from wizard.mapping.lint.values import rules_for
from wizard.preview import dangers
from wizard.preview.accounts import AccountKept, Accounts
from wizard.preview.claims import LINKED, Claims
from wizard.preview.columns import text_sent
from wizard.preview.fate import Fate, FieldChange
from wizard.preview.index import NONE, SEVERAL
from wizard.preview.outcome import Prospect
from wizard.preview.people import People, PersonKept, PersonStanding
from wizard.preview.rules import Reason
from wizard.preview.settings import Settings

_STANDING: dict[PersonStanding, tuple[str, ...]] = {
    PersonStanding.STAYS: ("passes",),
    PersonStanding.BLOCKED: ("passes", "blocked"),
    PersonStanding.DELETED: ("deleted",),
    PersonStanding.PURGED: ("deleted", "purged"),
    PersonStanding.FILTERED: ("filtered",),
    PersonStanding.IGNORED: ("ignored",),
    PersonStanding.LEFT_ALONE: ("passes", "left-alone"),
}
_TELLING = frozenset({"filtered", "ignored"})

_DIFFERS: Reason = ("differs", "")

_ACTIONS = {
    Prospect.CREATE: ("Add", "creating-off"),
    Prospect.LINK: ("Update", "updating-off"),
    Prospect.UPDATE: ("Update", "updating-off"),
    Prospect.RENAME: ("Update", "updating-off"),
    Prospect.REACTIVATE: ("Update", "updating-off"),
    Prospect.DISABLE: ("Delete", "deleting-off"),
    Prospect.DELETE: ("Delete", "deleting-off"),
}
"""Which action of an object mapping an outcome needs (reference/graph-entra.md 2.8)."""

Verdict = tuple[Prospect, tuple[Reason, ...], tuple[FieldChange, ...]]


class PersonJudge:
    """Decides about people.

    Args:
        people: All of Entra's.
        accounts: All of Webex's.
        claims: Whose account is which.
        settings: What the preview rests on.
        all_accounts: Whether all accounts were read.
        all_links: Whether whatever carries the object id of somebody was read.
    """

    def __init__(
        self,
        people: People,
        accounts: Accounts,
        claims: Claims,
        settings: Settings,
        *,
        all_accounts: bool,
        all_links: bool,
    ) -> None:
        self._people, self._accounts, self._claims = people, accounts, claims
        self._settings, self._all_accounts = settings, all_accounts
        self._lacks_links = settings.job == "running" and not (all_links and not claims.hidden)
        self._some_are_hidden = all_links and bool(claims.hidden)
        self._why_lacking = "links-hidden" if claims.hidden else "not-all-links"
        self._columns = people.columns
        self._has_links = self._columns.link is not None
        mapping = settings.document.users
        self._is_on = settings.document.enabled
        flows = mapping.flow_types or "Add,Update,Delete"
        self._flows = {each.strip() for each in flows.split(",")}
        rows = self._columns.rows
        self._places = {row.target: at for at, row in reversed(list(enumerate(rows)))}
        self._matching = {rows[at].target for at in self._columns.matching}
        managers = self._columns.managers
        self._compared = [(at, row.target) for at, row in enumerate(rows) if at not in managers]
        self._accepts = [
            [rule.accepts for rule in rules_for(row) if rule.severity == "error"] for row in rows
        ]

    def differing(self) -> list[int]:
        """Return the places of all but those who stay, and whose account is as it would be sent."""
        people, claims, digests = self._people, self._claims, self._accounts.digests
        if not self._is_on:
            return list(range(len(people)))
        most = LINKED if not self._has_links else len(self._columns.matching)
        each = zip(
            claims.account,
            people.digests,
            claims.how,
            people.standings,
            people.faulty,
            strict=True,
        )
        shared = claims.shared
        return [
            place
            for place, (account, digest, how, standing, faulty) in enumerate(each)
            if account < 0
            or digest != digests[account]
            or standing
            or faulty
            or how > most
            or account in shared
        ]

    def of(self, place: int, kept: PersonKept, account: AccountKept | None) -> Fate:
        """Return the outcome of a person.

        Args:
            place: Where the person is.
            kept: What is kept of the person.
            account: The account that was found.
        """
        if not self._is_on:
            return self._fate(place, kept, None, (Prospect.OUT_OF_SCOPE, (("users-off", ""),), ()))
        chain = self._chain(kept)
        if kept.standing.is_wanted:
            verdict = self._wanted(place, kept, account, chain)
        else:
            verdict = self._left_out(place, kept, account, chain)
        return self._fate(place, kept, account, self._allowed(verdict))

    def _chain(self, kept: PersonKept) -> tuple[Reason, ...]:
        if kept.standing is PersonStanding.NOT_ASSIGNED:
            return (("not-assigned", ""),)
        if kept.standing is PersonStanding.MAYBE_ASSIGNED:
            return (("maybe-assigned", ""),)
        codes = _STANDING[kept.standing]
        told = tuple((code, kept.why if code in _TELLING else "") for code in codes)
        if kept.standing.is_gone:
            return told
        return (("everybody" if self._settings.everybody else "assigned", ""), *told)

    def _left_out(
        self, place: int, kept: PersonKept, account: AccountKept | None, chain: tuple[Reason, ...]
    ) -> Verdict:
        """Return what becomes of somebody out of scope."""
        if kept.standing is PersonStanding.MAYBE_ASSIGNED:
            return Prospect.UNKNOWN, chain, ()
        if kept.standing in {PersonStanding.IGNORED, PersonStanding.LEFT_ALONE}:
            return Prospect.OUT_OF_SCOPE, chain, ()
        if self._settings.keeps_out_of_scope and not kept.standing.is_gone:
            told: tuple[Reason, ...] = () if account is None else (("kept-out-of-scope", ""),)
            return Prospect.OUT_OF_SCOPE, (*chain, *told), ()
        if account is None:
            return self._without(chain, is_sought=self._settings.job == "running")
        return self._off(place, kept, account, chain)

    def _off(
        self, place: int, kept: PersonKept, account: AccountKept, chain: tuple[Reason, ...]
    ) -> Verdict:
        """Return what becomes of the account of somebody out of scope."""
        if self._claims.how[place] != LINKED:
            if not account.is_active:
                return Prospect.OUT_OF_SCOPE, (*chain, ("off-already", "")), ()
            return Prospect.UNKNOWN, (*chain, ("links-unknown", "")), ()
        if account.is_active and not self._claims.are_links:
            return Prospect.UNKNOWN, (*chain, ("maybe-linked", "")), ()
        return self._leaving(kept, account, (*chain, ("linked", "")))

    def _without(self, chain: tuple[Reason, ...], *, is_sought: bool) -> Verdict:
        """Return what becomes of somebody who would be switched off, and has no account.

        Args:
            chain: What decided so far.
            is_sought: Whether Entra would find an account that was not read.
        """
        if is_sought and not self._all_accounts:
            return Prospect.UNKNOWN, (*chain, ("not-all-accounts", "")), ()
        if self._lacks_links:
            return Prospect.UNKNOWN, (*chain, (self._why_lacking, "")), ()
        return Prospect.OUT_OF_SCOPE, chain, ()

    def _leaving(
        self, kept: PersonKept, account: AccountKept, chain: tuple[Reason, ...]
    ) -> Verdict:
        """Return what becomes of the account of somebody who counts as deleted."""
        if kept.standing is PersonStanding.PURGED:
            return Prospect.DELETE, chain, ()
        changes = self._changes(kept, account)
        if self._columns.active is None:
            return self._updated(changes, (*chain, ("not-switched-off", "")))
        if taken := self._taken(self._renamed(changes)):
            return Prospect.CONFLICT, (*chain, taken), ()  # all goes out in one request
        if self._sends(changes, "False"):
            return Prospect.DISABLE, (*chain, ("switched-off", "")), changes
        if not changes:
            return Prospect.OUT_OF_SCOPE, (*chain, ("off-already", "")), ()
        return self._updated(changes, chain)

    def _sends(self, changes: tuple[FieldChange, ...], active: str) -> bool:
        """Tell whether an account is switched on, or off."""
        at = self._columns.active
        wanted = "" if at is None else self._columns.rows[at].target
        return (wanted, active) in [(target, after) for target, _, after in changes]

    def _wanted(
        self, place: int, kept: PersonKept, account: AccountKept | None, chain: tuple[Reason, ...]
    ) -> Verdict:
        """Return what becomes of somebody in scope."""
        stays = kept.standing is PersonStanding.STAYS
        if self._claims.account[place] == NONE and not stays:
            return self._without((*chain, ("never-created", "")), is_sought=True)
        if obstacle := self._obstacle(place, kept, account):
            return Prospect.CONFLICT, (*chain, obstacle), ()
        if account is None:
            return self._new(place, kept, chain)
        chain, is_known = self._known(place, kept, account, chain)
        if self._is_of_another(place, kept, account):
            return Prospect.CONFLICT, (*chain, ("account-of-other", account.external_id)), ()
        if not stays:
            return self._leaving(kept, account, chain)
        return self._staying(kept, account, chain, is_known=is_known)

    def _obstacle(self, place: int, kept: PersonKept, account: AccountKept | None) -> Reason | None:
        """Return what stands in the way of somebody in scope, whatever the account."""
        found = self._claims.account[place]
        if kept.problem is not None:
            target, _, why = kept.problem
            return "no-value", f"{target}: {why}"
        if found == SEVERAL:
            return "several-accounts", self._value(kept, place)
        if account is not None and found in self._claims.shared:
            return "several-people", account.user_name
        return None

    def _known(
        self, place: int, kept: PersonKept, account: AccountKept, chain: tuple[Reason, ...]
    ) -> tuple[tuple[Reason, ...], bool]:
        """Return the chain with how the account was found, and whether Entra had it before."""
        if self._claims.how[place] == LINKED:
            return (*chain, ("linked", "")), True
        by = self._by(kept, place)
        if account.external_id.casefold() == kept.id.casefold():
            return (*chain, ("known", by)), True
        if self._settings.job == "running" and (not self._has_links or self._claims.hidden):
            return (*chain, ("found", by)), True
        return (*chain, ("matched", by)), False

    def _is_of_another(self, place: int, kept: PersonKept, account: AccountKept) -> bool:
        other = account.external_id.casefold()
        return (
            self._settings.job == "running"
            and self._claims.how[place] != LINKED
            and other != kept.id.casefold()
            and self._people.places.get(hash(other)) >= 0
        )

    def _new(self, place: int, kept: PersonKept, chain: tuple[Reason, ...]) -> Verdict:
        """Return what becomes of somebody in scope without an account."""
        by = self._claims.by(kept, place) if self._columns.matching else ("userName", "")
        if hindrance := self._hindrance(place, kept, *by):
            return Prospect.CONFLICT, (*chain, hindrance), ()
        chain = (*chain, ("no-account", " ".join(by)))
        if not self._all_accounts:
            return Prospect.UNKNOWN, (*chain, ("not-all-accounts", "")), ()
        if self._settings.job == "running" and not self._has_links:
            return Prospect.UNKNOWN, (*chain, ("links-unknown", "")), ()
        if self._lacks_links and not self._some_are_hidden:
            return Prospect.UNKNOWN, (*chain, (self._why_lacking, "")), ()
        # Of many at most those whose links do not show are known under another name.
        chain = (*chain, (self._why_lacking, "")) if self._lacks_links else chain
        return Prospect.CREATE, chain, self._all_values(kept)

    def _hindrance(self, place: int, kept: PersonKept, target: str, value: str) -> Reason | None:
        """Return why somebody cannot be created."""
        if not value:
            return "no-match-value", target
        at = self._columns.user_name
        name = None if at is None or not kept.values else kept.values[at]
        said = text_sent(name, creating=True)
        if not said:
            return "required", "userName"
        if self._claims.is_doubled(place):
            return "several-people", f"{target} {value}"
        return ("refused", f"userName: {said}") if self._refuses_name(said) else None

    def _staying(
        self, kept: PersonKept, account: AccountKept, chain: tuple[Reason, ...], *, is_known: bool
    ) -> Verdict:
        """Return what becomes of the account of somebody who stays."""
        changes = self._changes(kept, account)
        renamed = self._renamed(changes)
        if taken := self._taken(renamed) or self._refused(changes):
            return Prospect.CONFLICT, (*chain, taken), ()
        if self._sends(changes, "False"):
            return Prospect.DISABLE, (*chain, _DIFFERS, ("switched-off", "")), changes
        if not is_known:
            return Prospect.LINK, chain, changes
        if renamed:
            return Prospect.RENAME, (*chain, _DIFFERS), changes
        if self._sends(changes, "True"):
            return Prospect.REACTIVATE, (*chain, ("switched-on", "")), changes
        return self._updated(changes, chain)

    def _taken(self, renamed: list[tuple[str, str]]) -> Reason | None:
        for target, after in renamed:
            if self._accounts.found(self._places[target], after) != NONE:
                return "name-taken", f"{target} {after}"
        return None

    def _refused(self, changes: tuple[FieldChange, ...]) -> Reason | None:
        for target, _, after in changes:
            is_name = self._places[target] == self._columns.user_name
            if is_name and after and self._refuses_name(after):
                return "refused", f"{target}: {after}"
        return None

    def _renamed(self, changes: tuple[FieldChange, ...]) -> list[tuple[str, str]]:
        """Return the matching attributes that change by more than their case."""
        return [
            (target, after)
            for target, before, after in changes
            if target in self._matching and after and (before or "").casefold() != after.casefold()
        ]

    @staticmethod
    def _updated(changes: tuple[FieldChange, ...], chain: tuple[Reason, ...]) -> Verdict:
        if changes:
            return Prospect.UPDATE, (*chain, _DIFFERS), changes
        return Prospect.UNCHANGED, (*chain, ("same", "")), ()

    def _allowed(self, verdict: Verdict) -> Verdict:
        """Return an outcome, or that the mapping does not let it come about."""
        outcome, chain, changes = verdict
        action, code = _ACTIONS.get(outcome, ("", ""))
        if outcome is Prospect.DISABLE and _DIFFERS in chain:
            action, code = _ACTIONS[Prospect.UPDATE]  # the mapping switches off somebody in scope
        if not action or action in self._flows:
            return outcome, chain, changes
        kept_out = Prospect.OUT_OF_SCOPE if action == "Add" else Prospect.UNCHANGED
        return kept_out, (*chain, (code, "")), ()

    def _changes(self, kept: PersonKept, account: AccountKept) -> tuple[FieldChange, ...]:
        sent, has = kept.values or (), account.values
        return tuple(
            [
                (target, has[at], said)
                for at, target in self._compared
                if isinstance(said := sent[at], str) and said != has[at]
            ]
        )

    def _all_values(self, kept: PersonKept) -> tuple[FieldChange, ...]:
        return tuple(
            (row.target, None, said)
            for at, row in enumerate(self._columns.rows)
            if (said := text_sent((kept.values or ())[at], creating=True)) is not None
        )

    def _refuses_name(self, name: str) -> bool:
        at = self._columns.user_name
        return at is not None and not all(accepts(name) for accepts in self._accepts[at])

    def _by(self, kept: PersonKept, place: int) -> str:
        return self._claims.by(kept, place)[0]

    def _value(self, kept: PersonKept, place: int) -> str:
        if self._claims.how[place] == LINKED:
            return f"externalId {kept.id}"
        return " ".join(self._claims.by(kept, place))

    def _fate(
        self, place: int, kept: PersonKept, account: AccountKept | None, verdict: Verdict
    ) -> Fate:
        outcome, reasons, changes = verdict
        is_carried = self._claims.is_carried(place)
        found = list(
            dangers.of_person(outcome, kept, changes, self._accounts, is_carried=is_carried)
        )
        if account is not None:
            found = [*dangers.of_switching_off(outcome, account, self._settings), *found]
        if self._is_refused(outcome, changes):
            found.append("value-refused")
        identifier = account.id if account is not None else ""
        told = (kept.id, identifier, kept.name, reasons, changes, tuple(found))
        return Fate(outcome, "person", *told)

    def _is_refused(self, outcome: Prospect, changes: tuple[FieldChange, ...]) -> bool:
        return outcome is not Prospect.DISABLE and any(
            not accepts(after)
            for target, _, after in changes
            if after
            for accepts in self._accepts[self._places[target]]
        )
