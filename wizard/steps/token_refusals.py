"""Why a token that somebody brought is not taken."""

from datetime import datetime

from wizard.errors import TokenRefused
from wizard.store.profiles import TokenFacts
from wizard.webex.lifetime import ends_on


def in_force_already(facts: TokenFacts, now: datetime) -> TokenRefused:
    """Return why the token in force is not taken as a new one."""
    return TokenRefused(
        f"This is the token in force already; it {ends_on(facts.expires_at, now)}, as before.",
        "Sign in again: each sign-in brings a new token. A private browser window helps.",
        code="token-in-force",
    )


def replaced_before(facts: TokenFacts) -> TokenRefused:
    """Return why a token that was replaced is not taken as a new one."""
    return TokenRefused(
        f"This is an earlier token, from {facts.obtained_at:%Y-%m-%d}, which was replaced and "
        "waits to be revoked.",
        "Sign in again: each sign-in brings a new token.",
        code="token-replaced",
    )


def other_organization(expected: str, found: str, *, renews: bool) -> TokenRefused:
    """Return why the token of another organization is not taken.

    Args:
        expected: That of the profile.
        found: That of the token.
        renews: Whether it is a renewal, which has no step where the organization could be changed.
    """
    if_meant = "If the organization ID was wrong, go back and correct it."
    if renews:
        if_meant = "Another organization is set up in a profile of its own, with --profile."
    return TokenRefused(
        f"This token belongs to organization {found}, but this profile is about {expected}.",
        "Sign in with an administrator of the right organization, in a private browser window. "
        f"{if_meant}",
        code="organization-mismatch",
    )
