"""Webex's own answers about an account and its tokens: people, Common Identity, idbroker.

Sources: reference/webex.md 2.3 and 2.4.
"""

import base64
import time
import uuid
from typing import Any

from wizard.net.endpoints import bundled
from wizard.practice.faults import Faults
from wizard.practice.messages import Answer, Request, json_answer
from wizard.practice.people import webex_id
from wizard.practice.problems import UNAUTHORIZED, problem
from wizard.practice.webex.accounts import (
    ORGANIZATION_ID,
    OTHER_ORGANIZATION_ID,
    WebexAccount,
    account_by_number,
)
from wizard.practice.webex.tokens import WEBEX_SCOPES, Grant, IssuedTokens

_ROLE_FAULTS = frozenset({"no-roles", "opaque-roles"})
_ORGANIZATION_FAULT = frozenset({"wrong-organization"})
_IDENTITY_SCHEMAS = (
    "urn:scim:schemas:core:1.0",
    "urn:scim:schemas:extension:cisco:commonidentity:1.0",
)
_ROLE_IDS = uuid.UUID("c2f0a7d1-94be-4e35-8d16-3b5f7a20e9c4")


class Rest:
    """The resources that tell who a token is and what it may do."""

    def __init__(self, tokens: IssuedTokens, faults: Faults) -> None:
        self._tokens = tokens
        self._faults = faults

    def people_me(self, request: Request) -> Answer:
        """Answer `GET /v1/people/me`."""
        holder = self._holder(request, "spark:people_read", "rest")
        if isinstance(holder, Answer):
            return holder
        grant, account = holder
        person: dict[str, Any] = {
            "id": _rest_id("PEOPLE", webex_id(account.email)),
            "emails": [account.email],
            "displayName": account.name,
            "orgId": _rest_id("ORGANIZATION", self._organization_id("people", grant)),
            "type": "person",
        }
        roles = [_rest_id("ROLE", role) for role in self._roles("people", account)]
        # Webex tells roles of administrators only.
        return json_answer(person | ({"roles": roles} if roles else {}))

    def identity_me(self, request: Request) -> Answer:
        """Answer `GET /identity/scim/v1/Users/me`, which names roles in plain words."""
        holder = self._holder(request, "Identity:SCIM", "ci")
        if isinstance(holder, Answer):
            return holder
        grant, account = holder
        user: dict[str, Any] = {
            "schemas": list(_IDENTITY_SCHEMAS),
            "id": webex_id(account.email),
            "userName": account.email,
            "displayName": account.name,
            "active": True,
            "meta": {"organizationID": self._organization_id("identity", grant)},
        }
        roles = self._roles("identity", account)
        return json_answer(user | ({"roles": roles} if roles else {}))

    def tokens_me(self, request: Request) -> Answer:
        """Answer `GET` and `DELETE /idb/oauth2/v1/tokens/me`."""
        grant = self._tokens.accepted(request.bearer)
        if grant is None:
            return problem(request, 401, UNAUTHORIZED, "oauth")
        if request.method == "GET":
            own = [_described(grant) for grant in self._tokens.of_account(grant.account)]
            return json_answer({"data": [_other_token(), *own]})
        if request.method != "DELETE":
            return problem(request, 405, "Method not allowed.", "oauth")
        if request.query.get("authtoken") != "true":
            return problem(request, 400, "Say which token: authtoken=true.", "oauth")
        self._tokens.revoke(request.bearer)
        return Answer(204)

    def _holder(
        self, request: Request, scope: str, shape: str
    ) -> tuple[Grant, WebexAccount] | Answer:
        """Return whose token it is, or the answer to a request that may not read this."""
        if request.method != "GET":
            return problem(request, 405, "Method not allowed.", shape)
        grant = self._tokens.accepted(request.bearer)
        account = account_by_number(grant.account) if grant else None
        if grant is None or account is None:
            return problem(request, 401, UNAUTHORIZED, shape)
        if scope not in grant.scopes:
            return problem(request, 403, f"The token lacks the scope {scope}.", shape)
        return grant, account

    def _organization_id(self, where: str, grant: Grant) -> str:
        if self._faults.take(where, "GET", _ORGANIZATION_FAULT):
            own = grant.organization_id == ORGANIZATION_ID
            return OTHER_ORGANIZATION_ID if own else ORGANIZATION_ID
        return grant.organization_id

    def _roles(self, where: str, account: WebexAccount) -> list[str]:
        fault = self._faults.take(where, "GET", _ROLE_FAULTS)
        if fault is None:
            return list(account.roles)
        if fault.fault == "no-roles":
            return []
        return [str(uuid.uuid5(_ROLE_IDS, role)) for role in account.roles]


def _rest_id(kind: str, identifier: str) -> str:
    """Return an id as Webex's REST API writes it (reference/webex.md 3)."""
    uri = f"ciscospark://us/{kind}/{identifier}".encode()
    return base64.urlsafe_b64encode(uri).decode("ascii").rstrip("=")


def _described(grant: Grant) -> dict[str, Any]:
    return {
        "token_type": "access_token",
        "client_id": bundled().webex.client_id,
        "client_name": "Cisco Webex provisioning (practice)",
        "oauth2scope": [scope for scope in WEBEX_SCOPES if scope in grant.scopes],
        "expires_in": max(0, grant.expires_at - int(time.time())),
    }


def _other_token() -> dict[str, Any]:
    # The list holds all tokens of an account: ours must be found by its client.
    return {
        "token_type": "access_token",
        "client_id": f"C{'0a' * 32}",
        "client_name": "Another program (practice)",
        "oauth2scope": ["spark:all"],
        "expires_in": 1_209_600,
    }
