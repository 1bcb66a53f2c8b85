"""What a token shows of itself, offline and without proving anything."""

import base64
import binascii
import json
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pydantic import SecretStr

NEEDED_SCOPE = "Identity:SCIM"
"""Without it every SCIM request is refused."""

_OPAQUE = re.compile(
    r"[A-Za-z0-9+/=_-]{40,}_[A-Za-z0-9]{4}_"
    r"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
)
_JWT = re.compile(r"[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*")


@dataclass(frozen=True)
class TokenShape:
    """What can be read off a token (reference/webex.md 2.1); a hint, never a proof."""

    kind: Literal["opaque", "jwt", "unknown"]
    organization_id: str | None
    """The UUID in lower case of the organization that the token names, if it names one."""


def token_shape(token: "SecretStr") -> TokenShape:
    """Return the shape of a token and the organization in it; a JWT is not verified."""
    text = token.get_secret_value()
    if opaque := _OPAQUE.fullmatch(text):
        return TokenShape("opaque", opaque.group(1).lower())
    jwt = _JWT.fullmatch(text)
    claims = _claims(jwt.group(1)) if jwt else None
    if claims is None:
        return TokenShape("unknown", None)
    return TokenShape("jwt", _uuid(claims.get("realm")) or _uuid(claims.get("org_id")))


def _claims(payload: str) -> dict[str, Any] | None:
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _uuid(value: object) -> str | None:
    try:
        return str(uuid.UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None
