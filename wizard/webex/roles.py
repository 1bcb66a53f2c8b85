"""Which administrator roles may write users (reference/webex.md 4.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from wizard.webex.models import IdentityUser, TokenOwner

WRITING_ROLES = frozenset({"id_full_admin", "id_user_admin"})
"""Roles that may create, change and disable users."""

READING_ROLES = frozenset(
    {
        "id_readonly_admin",
        "id_device_admin",
        "id_group_admin",
        "id_support_admin",
        "id_helpdesk_admin",
        "id_compliance_admin",
        "id_location_admin",
    }
)
"""Roles that pass a test connection and then fail every write."""

_NAMES = {
    "id_full_admin": "full administrator",
    "id_user_admin": "user administrator",
    "id_readonly_admin": "read-only administrator",
    "id_device_admin": "device administrator",
    "id_group_admin": "group administrator",
}


@dataclass(frozen=True)
class WriteAccess:
    """Whether an account may write users, and why we think so."""

    answer: Literal["yes", "no", "unknown"]
    reason: str


def may_write_users(roles: Collection[str] | None, has_opaque: bool) -> WriteAccess:
    """Return whether an account with these roles may write users.

    Args:
        roles: Role names such as `id_full_admin`; None when the server said nothing of roles.
        has_opaque: Whether there are more roles, whose names could not be read.
    """
    if roles is None:
        return WriteAccess("unknown", "Webex did not say which roles this account has.")
    writing = [role for role in sorted(roles) if role in WRITING_ROLES]
    if writing:
        return WriteAccess("yes", f"The account is a {role_name(writing[0])}.")
    if has_opaque:
        return WriteAccess(
            "unknown", "The account is some administrator, but Webex did not say of which kind."
        )
    if not roles:
        return WriteAccess("no", "The account is no administrator.")
    named = ", ".join(role_name(role) for role in sorted(roles))
    if set(roles) <= READING_ROLES:
        return WriteAccess("no", f"The account is only a {named}, which may not change users.")
    return WriteAccess("unknown", f"The account is a {named}; whether it may write is not known.")


def write_access(person: TokenOwner | None, identity: IdentityUser | None) -> WriteAccess:
    """Return what `people/me` and Common Identity together say about writing users.

    A clear word of either beats silence of the other. Both name roles of administrators only, so
    an account for which both name none is no administrator.
    """
    said = [
        may_write_users(account.roles, account.has_opaque_roles)
        for account in (identity, person)
        if account is not None
    ]
    for answer in ("yes", "no"):
        for access in said:
            if access.answer == answer:
                return access
    if person and identity and person.role_ids is None and identity.role_ids is None:
        return WriteAccess("no", "Webex names no administrator role for this account.")
    return said[-1] if said else may_write_users(None, has_opaque=False)


def role_name(role: str) -> str:
    """Return a role as Control Hub calls it, where we know it."""
    return _NAMES.get(role, role)
