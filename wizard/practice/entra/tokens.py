"""The tokens of the practice authority: JSON Web Tokens (RFC 7519), signed with no secret.

A program treats an access token as opaque, and MSAL does not verify the signature of an id token:
HS256 with a key that is printed here is all that is needed, and proves nothing. The tokens carry
all they say, so that a newly started practice tenant accepts what a former one issued.
"""

import base64
import hashlib
import hmac
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from wizard.practice.entra.accounts import PROGRAMS, EntraAccount, entra_account_by_id
from wizard.practice.entra.scopes import GRAPH_APPLICATION

GRAPH_TOKEN_LIFETIME = 4_200
"""Seconds an access token lives."""

REFRESH_LIFETIME = 90 * 86_400
"""Seconds a refresh token lives."""

_KEY = b"webex-wizard practice authority: not a secret"


@dataclass(frozen=True)
class Caller:
    """Who an access token speaks for, and what it may do."""

    account: EntraAccount
    scopes: frozenset[str]
    client_id: str
    stepped_up: bool
    """Whether the token answers a claims challenge."""

    @property
    def is_program(self) -> bool:
        """Whether it is a program that speaks for itself."""
        return self.account in PROGRAMS


@dataclass(frozen=True)
class RefreshGrant:
    """What a sign-in ended with, as a refresh token carries it on."""

    account: EntraAccount
    client_id: str
    scopes: tuple[str, ...]
    """In the program's own spelling."""
    nonce: str = ""
    claims: str = ""
    """The claims the program asked for, as JSON (OpenID Connect Core section 5.5)."""


def encoded(content: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(content).decode("ascii").rstrip("=")


def signed(claims: dict[str, Any]) -> str:
    """Return claims as a JSON Web Token."""
    header = encoded(b'{"typ":"JWT","alg":"HS256","kid":"practice"}')
    body = f"{header}.{encoded(json.dumps(claims).encode())}"
    return f"{body}.{_signature(body)}"


def claims_of(token: str) -> dict[str, Any] | None:
    """Return the claims of a token of ours, alive or not; None for any other text."""
    body, _, signature = token.rpartition(".")
    if not token.isascii() or not hmac.compare_digest(signature, _signature(body)):
        return None
    payload = body.partition(".")[2]
    claims: dict[str, Any] = json.loads(
        base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    )
    return claims


def _signature(body: str) -> str:
    return encoded(hmac.digest(_KEY, body.encode(), hashlib.sha256))


def access_token(
    session: RefreshGrant, scopes: frozenset[str], life: int = GRAPH_TOKEN_LIFETIME
) -> str:
    """Return a token for Graph.

    Args:
        session: Who signed in, and with which program.
        scopes: The permissions granted, in Graph's own spelling.
        life: Seconds until it expires; below zero for one that is born expired.
    """
    account, now = session.account, int(time.time())
    claims = {
        "aud": GRAPH_APPLICATION,
        "iss": f"practice/{account.tenant_id}",
        "iat": now,
        "nbf": now,
        "exp": now + life,
        "appid": session.client_id,
        "oid": account.object_id,
        "tid": account.tenant_id,
        "upn": account.email,
        "scp": " ".join(sorted(scopes)),
        "uti": uuid.uuid4().hex,
        "ver": "1.0",
    }
    if account in PROGRAMS:
        claims |= {"idtyp": "app", "roles": sorted(scopes)}
        del claims["scp"], claims["upn"]
    if '"acrs"' in session.claims:
        claims["acrs"] = ["c1"]
    return signed(claims)


def caller_of(claims: dict[str, Any]) -> Caller | None:
    """Return whom the claims of an access token speak for."""
    program = next((one for one in PROGRAMS if one.object_id == claims.get("oid")), None)
    if program is not None:
        account, scopes = program, frozenset(claims.get("roles", ()))
    else:
        found = entra_account_by_id(str(claims.get("oid")))
        if found is None or "scp" not in claims:
            return None
        account, scopes = found, frozenset(claims["scp"].split())
    return Caller(account, scopes, str(claims.get("appid")), "acrs" in claims)


def refresh_token(session: RefreshGrant) -> str:
    """Return a token that renews a session."""
    return signed(
        {
            "use": "refresh",
            "exp": int(time.time()) + REFRESH_LIFETIME,
            "oid": session.account.object_id,
            "appid": session.client_id,
            "scopes": list(session.scopes),
        }
    )


def session_of(token: str) -> RefreshGrant | None:
    """Return the session a refresh token renews; None when it is not ours or has expired."""
    claims = claims_of(token)
    if not claims or claims.get("use") != "refresh" or claims["exp"] <= time.time():
        return None
    account = entra_account_by_id(claims["oid"])
    if account is None:
        return None
    return RefreshGrant(account, claims["appid"], tuple(claims["scopes"]))


def id_token(session: RefreshGrant, issuer: str, roles: list[str]) -> str:
    """Return the token that says who signed in (OpenID Connect Core section 2).

    Args:
        session: Who signed in, and with which program.
        issuer: The authority of the account's tenant.
        roles: The template ids of the account's directory roles.
    """
    account, now = session.account, int(time.time())
    claims = {
        "aud": session.client_id,
        "iss": issuer,
        "iat": now,
        "nbf": now,
        "exp": now + GRAPH_TOKEN_LIFETIME,
        "name": account.name,
        "oid": account.object_id,
        "preferred_username": account.email,
        "sub": hashlib.sha256(f"{session.client_id} {account.object_id}".encode()).hexdigest(),
        "tid": account.tenant_id,
        "ver": "2.0",
        "wids": roles,
    }
    return signed(claims | ({"nonce": session.nonce} if session.nonce else {}))


def client_info(account: EntraAccount) -> str:
    """Return what MSAL builds its account ids from."""
    content = {"uid": account.object_id, "utid": account.tenant_id}
    return encoded(json.dumps(content).encode())
