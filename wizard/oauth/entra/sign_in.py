"""The Microsoft sign-in: a browser on this machine, or a device code for a browser anywhere."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from wizard.errors import AnswerError, AuthorizationError, WizardError
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import EntraEndpoints
from wizard.oauth.entra import consent
from wizard.oauth.entra.code_redirect import CodeListener
from wizard.oauth.entra.device_code import DeviceAuthorization, DeviceCode, outcome
from wizard.oauth.entra.msal_client import CAPABILITIES, MsalClient, msal_answer
from wizard.oauth.entra.signed_in import Account, SignedIn
from wizard.words.links import is_safe_url
from wizard.words.progress import nobody

_ABLE = json.dumps({"access_token": {"xms_cc": {"values": CAPABILITIES}}})
"""Claims that tell Microsoft what this program can answer."""


@dataclass(frozen=True)
class BrowserSignIn:
    """A sign-in that waits for the browser."""

    url: str = field(repr=False)
    """To be opened; it carries the state, and is therefore left out of the repr."""
    port: int
    """Where the answer is awaited; for `ssh -L` when the browser is on another machine."""
    paste: Callable[[str], None] = field(repr=False)
    """Takes the address of the browser's last page, when it cannot reach this machine.

    Raises `InvalidInput` or `AuthorizationError` for anything else; the wait goes on.
    """


def _unheard(_error: WizardError) -> None:
    """Tell nobody about requests that were ignored."""


class EntraSignIn:
    """Signs an administrator in, as often as it is asked to.

    Args:
        endpoints: Where Microsoft Entra is.
        tenant: A tenant id, a domain or `organizations`; empty is the last.
        client_id: A public client of the tenant's own; empty is the endpoints' one.
        connect: Makes HTTP clients; another one than ours is for tests and practice.
        token_cache: An `msal.TokenCache` to remember the sign-in with; None remembers nothing.
        sleep: Waits between two polls.
        tell: Takes a sentence when Microsoft has to be asked again, until somebody is signed in.

    Raises:
        InvalidInput: Tenant or client id cannot be one.
        AuthorizationError: The sign-in is switched off, or its authority is not https.
    """

    def __init__(
        self,
        endpoints: EntraEndpoints,
        tenant: str = "",
        client_id: str = "",
        *,
        connect: Connect = direct,
        token_cache: Any = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        tell: Callable[[str], None] = nobody,
    ) -> None:
        require_authority(endpoints)
        self.tenant = consent.tenant(tenant)
        self.client_id = consent.client_id(client_id or endpoints.client_id)
        self._endpoints = endpoints
        self._scopes = consent.requested(endpoints)
        self._connect = connect
        self._token_cache = token_cache
        self._sleep = sleep
        self._tell = tell

    @property
    def admin_consent_url(self) -> str:
        """The page on which an administrator consents for the whole tenant."""
        return consent.admin_consent_url(self._endpoints, self.tenant, self.client_id)

    async def by_browser(
        self,
        show: Callable[[BrowserSignIn], object],
        *,
        rejected: Callable[[WizardError], None] = _unheard,
        claims: str | None = None,
        again: Account | None = None,
    ) -> SignedIn:
        """Sign in with the code flow and PKCE (RFC 7636); waits until cancelled.

        Args:
            show: Is given the link once the answer can be received; opens or shows it.
            rejected: Is told about each request to our port that was ignored, and why.
            claims: What a refusal or a claims challenge asked for.
            again: The account that has to sign in once more; None lets the browser ask.

        Raises:
            MachineError: No port could be had.
            EntraRefusal: Microsoft said no.
            WizardError: Microsoft could not be asked, or what answered was not Microsoft.
        """
        client = self._client()
        state = SecretStr(secrets.token_urlsafe(32))
        async with CodeListener(state, client.refusal, rejected) as listener:
            flow = await client.call(
                lambda app: app.initiate_auth_code_flow(
                    self._scopes,
                    redirect_uri=listener.redirect_uri,
                    state=state.get_secret_value(),
                    prompt=None if again else "select_account",
                    login_hint=again.username if again else None,
                    claims_challenge=claims,
                    response_mode="form_post",
                )
            )
            show(BrowserSignIn(_link(flow["auth_uri"]), listener.port, listener.paste))
            answer = await listener.response()
        brought = await client.call(lambda app: app.acquire_token_by_auth_code_flow(flow, answer))
        return self._signed_in(client, brought)

    async def by_device_code(
        self, show: Callable[[DeviceCode], object], *, claims: str | None = None
    ) -> SignedIn:
        """Sign in with a code that is entered in a browser anywhere; ends when the code does.

        Args:
            show: Is given the code, and where to enter it until when.
            claims: What a refusal or a claims challenge asked for.

        Raises:
            EntraRefusal: Microsoft said no, or the code has expired (`code-expired`).
            WizardError: Microsoft could not be asked, or what answered was not Microsoft.
        """
        client = self._client()
        flow = await client.call(
            lambda app: app.initiate_device_flow(self._scopes, claims_challenge=claims)
        )
        if "error" in flow:
            raise client.refusal(flow)
        authorization = msal_answer(flow, DeviceAuthorization, _no_device_code())

        async def poll() -> Mapping[str, Any]:
            # A fresh copy each time: MSAL keeps in it when it was last asked, and complains. And
            # never an interval of 0, with which MSAL asks on and on without looking for the exit.
            asked: Mapping[str, Any] = await client.call(
                lambda app: app.acquire_token_by_device_flow(
                    {**flow, "interval": 1},
                    claims_challenge=claims,
                    exit_condition=lambda _flow: True,
                )
            )
            return asked

        show(
            DeviceCode(
                authorization.user_code, authorization.verification_uri, authorization.expires_in
            )
        )
        brought = await outcome(authorization, poll, self._sleep, self._tell)
        return self._signed_in(client, brought or {"error": "expired_token"})

    async def by_refresh_token(self, refresh_token: SecretStr) -> SignedIn:
        """Sign in without anybody, with what an earlier sign-in left.

        Raises:
            EntraRefusal: Microsoft wants to see the administrator again.
            WizardError: Microsoft could not be asked, or what answered was not Microsoft.
        """
        client = self._client()
        brought = await client.call(
            lambda app: app.acquire_token_by_refresh_token(
                refresh_token.get_secret_value(),
                self._scopes,
                data={"claims": _ABLE},  # MSAL says that by itself in every other way to sign in
            )
        )
        return self._signed_in(client, brought)

    def _client(self) -> MsalClient:
        """Return a new client, as MSAL remembers refusals for a minute."""
        return MsalClient(
            self._endpoints,
            self.tenant,
            self.client_id,
            connect=self._connect,
            token_cache=self._token_cache,
            tell=self._tell,
        )

    def _signed_in(self, client: MsalClient, brought: Mapping[str, Any]) -> SignedIn:
        if "access_token" not in brought:
            raise client.refusal(brought)
        client.tell = nobody
        return SignedIn(client, brought, self._scopes)


def _link(auth_uri: str) -> str:
    """Let the answer come in the address, where an administrator can copy it from.

    MSAL recommends a form, with a warning on standard error for whoever wants it otherwise. Its
    reason is that codes stay in histories; ours are bound to this process by PKCE and work once.
    """
    if not is_safe_url(auth_uri):
        raise AnswerError(
            "The sign-in service names a sign-in page that is neither https nor on this machine.",
            "Check entra.authority if you use an endpoints file.",
            code="unsafe-sign-in-page",
        )
    return auth_uri.replace("response_mode=form_post", "response_mode=query")


def require_authority(endpoints: EntraEndpoints) -> None:
    """Refuse endpoints under which nobody can sign in to Microsoft.

    Raises:
        AuthorizationError: The sign-in is switched off, or its authority is not https.
    """
    for key in ("authority", "graph_base"):
        if not getattr(endpoints, key):
            raise AuthorizationError(
                f"The Microsoft sign-in is switched off: entra.{key} is empty in the endpoints "
                "file, or was not given together with the other hosts.",
                f"Give entra.{key} a value there, or do the Entra side by hand.",
                code="sign-in-switched-off",
            )
    if not endpoints.authority.startswith("https:"):
        raise AuthorizationError(
            "The Microsoft sign-in needs an authority with https, on this machine too.",
            "Correct entra.authority in the endpoints file.",
            code="authority-not-https",
        )


def _no_device_code() -> AnswerError:
    return AnswerError(
        "The sign-in service answered without a usable device code.",
        "Sign in with a browser instead.",
        code="no-device-code",
    )
