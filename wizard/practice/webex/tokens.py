"""Practice access tokens: self-describing and signed, in the opaque shape of Webex.

The shape is `<64 base64 characters>_PF84_<organization uuid>` (reference/webex.md 2.1), where the
first part decodes to a uuid and twelve more hexadecimal digits. Here those digits carry the grant,
so that a newly started practice tenant accepts what a former one issued.
"""

import base64
import hashlib
import hmac
import secrets
import struct
import time
import uuid
from dataclasses import dataclass

from wizard.practice.webex.accounts import ACCOUNTS, ORGANIZATION_ID

WEBEX_SCOPES = ("spark:people_read", "spark:people_write", "Identity:SCIM")
"""The scopes the practice client may ask for; a token carries them as a set of bits."""

WEBEX_TOKEN_LIFETIME = 3_887_999
"""Seconds a new token lives: 45 days, as the real sign-in answers (reference/webex.md 1.3)."""

_KEY = b"webex-wizard practice tenant: not a secret"
_KIND = "PF84"
_GRANT = struct.Struct(">BIB6s")
_SIGNATURE_SIZE = 10


@dataclass(frozen=True)
class Grant:
    """What one token says: who, where, what for, and until when (unix seconds)."""

    account: int
    organization_id: str
    scopes: frozenset[str]
    expires_at: int


def administrators_grant() -> Grant:
    """Return what a token of the full administrator grants."""
    expires = int(time.time()) + WEBEX_TOKEN_LIFETIME
    return Grant(ACCOUNTS[0].number, ORGANIZATION_ID, frozenset(WEBEX_SCOPES), expires)


def issue(grant: Grant) -> str:
    """Return a new token that carries a grant."""
    bits = sum(1 << place for place, scope in enumerate(WEBEX_SCOPES) if scope in grant.scopes)
    packed = _GRANT.pack(grant.account, grant.expires_at, bits, secrets.token_bytes(6))
    first = _opaque(packed + _signature(packed, grant.organization_id))
    return f"{first}_{_KIND}_{grant.organization_id}"


def read_grant(token: str) -> Grant | None:
    """Return the grant a token carries, or None when it is not ours or was changed."""
    parts = token.split("_")
    if len(parts) != 3 or parts[1] != _KIND:
        return None
    try:
        digits = base64.b64decode(parts[0], validate=True).decode("ascii").replace("-", "")
        content = bytes.fromhex(digits)
    except ValueError:
        return None
    # One grant has one spelling: otherwise a revoked token could be spelled anew.
    if len(content) != _GRANT.size + _SIGNATURE_SIZE or _opaque(content) != parts[0]:
        return None
    packed, signature = content[: _GRANT.size], content[_GRANT.size :]
    if not hmac.compare_digest(signature, _signature(packed, parts[2])):
        return None
    account, expires_at, bits, _random = _GRANT.unpack(packed)
    scopes = frozenset(scope for place, scope in enumerate(WEBEX_SCOPES) if bits >> place & 1)
    return Grant(account, parts[2], scopes, expires_at)


def _opaque(content: bytes) -> str:
    digits = content.hex()
    text = str(uuid.UUID(hex=digits[:32])) + digits[32:]
    return base64.b64encode(text.encode("ascii")).decode("ascii")


def _signature(packed: bytes, organization_id: str) -> bytes:
    digest = hmac.digest(_KEY, packed + organization_id.encode(), hashlib.sha256)
    return digest[:_SIGNATURE_SIZE]


class IssuedTokens:
    """The tokens this practice tenant has seen, and those it no longer accepts; in memory only."""

    def __init__(self) -> None:
        self._seen: dict[str, Grant] = {}
        self._revoked: set[str] = set()

    def issue(self, grant: Grant) -> str:
        """Return a new token that carries a grant."""
        token = issue(grant)
        self._seen[token] = grant
        return token

    def revoke(self, token: str) -> None:
        """Refuse a token from here on."""
        self._revoked.add(token)

    def accepted(self, token: str) -> Grant | None:
        """Return the grant of a token that is ours, alive and not revoked."""
        grant = read_grant(token)
        if grant is None or token in self._revoked or grant.expires_at <= time.time():
            return None
        self._seen[token] = grant
        return grant

    def of_account(self, number: int) -> list[Grant]:
        """Return the grants of the tokens that an account could still use."""
        alive = (self.accepted(token) for token in tuple(self._seen))
        return [grant for grant in alive if grant and grant.account == number]
