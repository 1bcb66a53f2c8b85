"""How long a token lives, and whether that is enough for provisioning (reference/webex.md 2.2)."""

from datetime import datetime, timedelta

from wizard.words.text import lasting

IN_MEMORY = (
    "The token was kept in memory only, and is gone from this machine once the program that got it "
    "has ended."
)
"""What is said of a token where no keyring could be used; what Entra was given lives on."""

SHORT = timedelta(days=30)
"""A whole life shorter than this is none for provisioning: the link's tokens live longer."""

SOON = timedelta(days=2)
"""What is left of a life when its end is told to the hour."""

GET_A_LASTING_ONE = (
    "Sign in with this wizard's own link: a personal access token, or one of another integration, "
    "ends within hours or days. If this one came by the link, Webex gave only a short one: ask "
    "Cisco's support."
)


def stops_soon(issued_at: datetime | None, ends: datetime, now: datetime) -> str:
    """Return when provisioning would stop with a token whose whole life is short; else nothing."""
    if issued_at is None or ends - issued_at >= SHORT or ends <= now:
        return ""
    return stops_in(ends - now)


def stops_in(left: timedelta) -> str:
    """Return when provisioning would stop with a token of which so much is left."""
    return f"Provisioning would stop in {lasting(left.total_seconds())}."


def ends_on(expires_at: datetime, now: datetime) -> str:
    """Return when a token ends or ended, for the middle of a sentence: `ends on 2027-01-07`."""
    return f"{'ended' if has_ended(expires_at, now) else 'ends'} on {expires_at:%Y-%m-%d}"


def stays_valid(expires_at: datetime, now: datetime) -> str:
    """Return until when a token that nobody has revoked is valid, or was: `stays valid until`."""
    return f"{'was' if has_ended(expires_at, now) else 'stays'} valid until {expires_at:%Y-%m-%d}"


def has_ended(expires_at: datetime, now: datetime) -> bool:
    """Tell whether a token's end is past."""
    return expires_at <= now
