"""The accounts that can sign in to the practice tenant."""

from dataclasses import dataclass

ORGANIZATION_ID = "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701"
"""The practice organization."""

OTHER_ORGANIZATION_ID = "e4a0f2d8-31b6-4c97-9f12-5ad0b7c6e802"
"""Another organization, for the administrator who signs in with the wrong account."""

READERS = frozenset({"id_full_admin", "id_user_admin", "id_readonly_admin", "id_device_admin"})
"""Roles that may read users over SCIM (reference/webex.md 4.1)."""

WRITERS = frozenset({"id_full_admin", "id_user_admin"})
"""Roles that may write users over SCIM (reference/webex.md 4.1)."""


@dataclass(frozen=True)
class WebexAccount:
    """One account: who signs in, and what Webex lets it do."""

    number: int
    """What tokens carry; never reused, because older tokens still name it."""
    email: str
    name: str
    description: str
    roles: tuple[str, ...] = ()
    organization_id: str = ORGANIZATION_ID


ACCOUNTS = (
    WebexAccount(
        1, "admin@practice.example", "Alex Admin", "Full administrator", ("id_full_admin",)
    ),
    WebexAccount(
        2, "useradmin@practice.example", "Uma Useradmin", "User administrator", ("id_user_admin",)
    ),
    WebexAccount(
        3,
        "readonly@practice.example",
        "Rea Readonly",
        "Read-only administrator: reads work, writes are refused",
        ("id_readonly_admin",),
    ),
    WebexAccount(4, "user@practice.example", "Uri User", "Ordinary user without any role"),
    WebexAccount(
        5,
        "admin@other.example",
        "Olaf Other",
        "Full administrator of another organization",
        ("id_full_admin",),
        OTHER_ORGANIZATION_ID,
    ),
)


def account_by_email(email: str) -> WebexAccount | None:
    """Return the account with an e-mail address, in any case of letters."""
    wanted = email.strip().casefold()
    return next((account for account in ACCOUNTS if account.email == wanted), None)


def account_by_number(number: int) -> WebexAccount | None:
    """Return the account that a token names."""
    return next((account for account in ACCOUNTS if account.number == number), None)
