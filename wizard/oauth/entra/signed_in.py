"""A finished sign-in: whose it is, and the tokens it gives to Microsoft Graph."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from wizard.errors import AuthorizationError
from wizard.oauth.entra.consent import Scope, missing
from wizard.oauth.entra.msal_client import MsalClient, msal_answer
from wizard.store.fields import Line
from wizard.store.keystore import StoredSignIn
from wizard.store.profiles import utc_now

MARGIN = timedelta(minutes=5)
"""A token is renewed so long before it ends, as MSAL does."""

LONGEST_LIFE = 366 * 24 * 3600
"""Seconds of the longest token life that is believed; Microsoft's live an hour or a day."""


class IdTokenClaims(BaseModel):
    """What the id token says of the account; it came straight from the authority, over TLS."""

    tid: Line = ""
    oid: str = ""
    sub: str = ""
    preferred_username: Line = ""
    name: Line = ""


class TokenResponse(BaseModel):
    """An access token, and what was said about it (RFC 6749 section 5.1)."""

    access_token: SecretStr
    expires_in: Annotated[int, Field(ge=0, le=LONGEST_LIFE)] = 600
    """Seconds; what MSAL assumes when it was not said."""
    scope: str | None = None
    """What was granted; None means what was asked for."""
    id_token_claims: IdTokenClaims = IdTokenClaims()


class Account(BaseModel):
    """Who is signed in, to which tenant, with which permissions, and until when."""

    model_config = ConfigDict(frozen=True)

    tenant_id: Line
    username: Line
    name: Line
    object_id: Line
    expires_at: datetime
    """End of the present token; it is renewed without a question as long as Entra agrees."""
    missing: tuple[Scope, ...]
    """Permissions that were asked for and not granted."""

    @property
    def known_as(self) -> str:
        """What Microsoft calls whoever is signed in; empty where it does not tell."""
        return self.username or self.name


class SignedIn:
    """The tokens of one account, in this process's memory only.

    `token` is what the Graph client takes for its tokens.

    Attributes:
        account: Who is signed in.
        renewed: Is awaited after each renewal, with which the refresh token may have changed.

    Args:
        client: MSAL, which has just signed in.
        answer: What it brought.
        scopes: What is asked for, as it was the first time.
    """

    def __init__(self, client: MsalClient, answer: Mapping[str, Any], scopes: list[str]) -> None:
        self._client = client
        self._scopes = scopes
        self._renewing = asyncio.Lock()
        self.renewed: Callable[[], Awaitable[None]] | None = None
        response = msal_answer(answer, TokenResponse, no_token())
        claims = response.id_token_claims
        self._local_id = claims.oid or claims.sub
        self._token = response.access_token
        self.account = Account(
            tenant_id=claims.tid,
            username=claims.preferred_username,
            name=claims.name,
            object_id=self._local_id,
            expires_at=end_of(response),
            missing=_missing(response),
        )

    @property
    def client_id(self) -> str:
        """The client that signed in."""
        return self._client.client_id

    async def token(self, claims: str | None = None) -> SecretStr:
        """Return an access token, renewed if it is about to end.

        Args:
            claims: The JSON of a claims challenge that the present token did not satisfy.

        Raises:
            EntraRefusal: Entra wants to see the administrator again; pass its `claims` on.
            WizardError: Entra could not be asked.
        """
        async with self._renewing:
            if claims is not None or self.account.expires_at - utc_now() < MARGIN:
                await self._renew(claims)
                if self.renewed is not None:
                    await self.renewed()
            return self._token

    async def to_store(self) -> StoredSignIn | None:
        """Return what a later sign-in needs; None when Entra gave nothing to renew with.

        Raises:
            WizardError: MSAL cannot be asked.
        """

        def refresh_token(app: Any) -> str | None:
            kind, account = app.token_cache.CredentialType.REFRESH_TOKEN, self._of(app)
            query = {"home_account_id": account["home_account_id"]} if account else {}
            found = app.token_cache.search(kind, query=query) if account else ()
            return next((str(entry["secret"]) for entry in found), None)

        token = await self._client.call(refresh_token)
        if token is None:
            return None
        return StoredSignIn(
            authority=self._client.authority,
            client_id=self._client.client_id,
            tenant_id=self.account.tenant_id,
            object_id=self.account.object_id,
            refresh_token=SecretStr(token),
        )

    def _of(self, app: Any) -> Any:
        """Return our account as MSAL has it."""
        ours = (a for a in app.get_accounts() if a["local_account_id"] == self._local_id)
        return next(ours, None)

    async def _renew(self, claims: str | None) -> None:
        def silently(app: Any) -> Any:
            return app.acquire_token_silent_with_error(
                self._scopes, self._of(app), force_refresh=True, claims_challenge=claims
            )

        answer = await self._client.call(silently)
        if answer is None:  # nothing to renew with was ever given
            answer = {"error": "login_required"}
        if "access_token" not in answer:
            raise self._client.refusal(answer | {"claims": answer.get("claims") or claims})
        response = msal_answer(answer, TokenResponse, no_token())
        self._token = response.access_token
        self.account = self.account.model_copy(
            update={"expires_at": end_of(response), "missing": _missing(response)}
        )


def no_token() -> AuthorizationError:
    """Return the error of an answer that holds no token."""
    return AuthorizationError(
        "The sign-in service answered without a usable token.",
        "Start the sign-in again. If it stays so, check the endpoints file if you use one.",
        code="no-token",
    )


def end_of(response: TokenResponse) -> datetime:
    """Return when a token ends that has just come."""
    return utc_now() + timedelta(seconds=response.expires_in)


def _missing(response: TokenResponse) -> tuple[Scope, ...]:
    return () if response.scope is None else missing(response.scope.split())
