"""What may go wrong although it goes as planned, by name."""

from collections.abc import Iterator
from types import MappingProxyType

from wizard.preview.accounts import AccountKept, Accounts
from wizard.preview.fate import FieldChange
from wizard.preview.outcome import Prospect
from wizard.preview.people import PersonKept
from wizard.preview.settings import Settings

DANGERS = MappingProxyType(
    {
        "own-account": "the account of the token itself",
        "administrator": "an administrator of Webex",
        "adoption": "it existed in Webex before",
        "second-account": "a second account would be made beside one that may be the person's",
        "upn-not-mail": "the name that is sent is not the mail address",
        "guest": "a guest of another organization",
        "case-only": "upper and lower case alone differ",
        "value-refused": "Webex may refuse a value",
        "group-empties": "the group would have nobody left",
    }
)
"""What is said of a danger."""

_NEW = frozenset({Prospect.CREATE, Prospect.LINK})
_OFF = frozenset({Prospect.DISABLE, Prospect.DELETE})


def of_switching_off(outcome: Prospect, account: AccountKept, settings: Settings) -> Iterator[str]:
    """Yield whose account should not be switched off without a second look."""
    if outcome in _OFF:
        if account.id == settings.own_account:
            yield "own-account"
        if account.roles:
            yield "administrator"


def of_person(
    outcome: Prospect,
    kept: PersonKept,
    changes: tuple[FieldChange, ...],
    accounts: Accounts,
    *,
    is_carried: bool,
) -> Iterator[str]:
    """Yield what is to be said of somebody who gets an account, or changes in it.

    Args:
        outcome: What would become of the person.
        kept: What is kept of the person.
        changes: What would be written.
        accounts: All of Webex's.
        is_carried: Whether an account carries the person's object id.
    """
    if outcome is Prospect.LINK:
        yield "adoption"
    if outcome in _NEW and kept.is_guest:
        yield "guest"
    if outcome in _NEW and kept.mail:
        yield "upn-not-mail"
    if outcome is Prospect.CREATE and (is_carried or _is_by_mail(kept, accounts)):
        yield "second-account"
    if any(
        before and after and before.casefold() == after.casefold() for _, before, after in changes
    ):
        yield "case-only"


def _is_by_mail(kept: PersonKept, accounts: Accounts) -> bool:
    """Tell whether Webex has an account by the mail address."""
    return bool(kept.mail) and any(accounts.found(at, kept.mail) >= 0 for at in accounts.by_value)
