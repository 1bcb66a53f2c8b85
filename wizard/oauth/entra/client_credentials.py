"""A program that signs in by itself, to read: client credentials (RFC 6749 section 4.4)."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from wizard.errors import InvalidInput
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import EntraEndpoints
from wizard.oauth.entra import consent
from wizard.oauth.entra.client_proof import ClientProof
from wizard.oauth.entra.msal_client import MsalClient, msal_answer
from wizard.oauth.entra.sign_in import require_authority
from wizard.oauth.entra.signed_in import MARGIN, TokenResponse, end_of, no_token
from wizard.store.profiles import utc_now
from wizard.words.progress import nobody


class ReadingApplication:
    """An application that signs in by itself; its tokens are in this process's memory only.

    `token` is what the Graph client takes for its tokens.

    Args:
        endpoints: Where Microsoft Entra is.
        tenant: A tenant id or a domain.
        client_id: The application.
        proof: What it proves itself with.
        connect: Makes HTTP clients.
        tell: Takes a sentence when Microsoft has to be asked again.

    Attributes:
        tenant_id: The id of the tenant, once it has signed in; empty where it is not told.
        grant_url: The page on which an administrator grants its permissions.

    Raises:
        InvalidInput: Tenant or client id cannot be one.
        AuthorizationError: The sign-in is switched off, or its authority is not https.
    """

    def __init__(
        self,
        endpoints: EntraEndpoints,
        tenant: str,
        client_id: str,
        proof: ClientProof,
        *,
        connect: Connect = direct,
        tell: Callable[[str], None] = nobody,
    ) -> None:
        require_authority(endpoints)
        self.tenant = consent.tenant(tenant)
        if self.tenant == consent.ANY_TENANT:
            raise InvalidInput(
                "An application signs in to one tenant, which has to be named.",
                "Give the tenant id or one of its domains with --tenant.",
                code="tenant-malformed",
            )
        self.client_id = consent.client_id(client_id)
        graph = urlsplit(endpoints.graph_base)
        self._scopes = [f"{graph.scheme}://{graph.netloc}/.default"]
        self.tenant_id = ""
        self.grant_url = consent.grant_url(endpoints, self.tenant, self.client_id)
        self._proof = proof
        self._endpoints, self._connect, self._tell = endpoints, connect, tell
        self._renewing = asyncio.Lock()
        self._token: SecretStr | None = None
        self._ends = utc_now()

    @property
    def proof_ends(self) -> datetime | None:
        """When the certificate ends; None where that is not known beforehand."""
        return self._proof.ends

    async def token(self, claims: str | None = None) -> SecretStr:
        """Return an access token, a new one if the present one is about to end.

        Args:
            claims: The JSON of a claims challenge that the present token did not satisfy.

        Raises:
            EntraRefusal: Entra says no.
            AuthorizationError: What it proves itself with cannot be used.
            WizardError: Entra could not be asked.
        """
        async with self._renewing:
            if self._token is None or claims is not None or self._ends - utc_now() < MARGIN:
                self._token = await self._new(claims)
            return self._token

    async def _new(self, claims: str | None) -> SecretStr:
        def for_itself(app: Any) -> Any:
            return app.acquire_token_for_client(self._scopes, claims_challenge=claims)

        client = self._client()
        answer = await client.call(for_itself)
        self.tenant_id = client.tenant_id
        if "access_token" not in answer:
            raise client.refusal(answer)
        response = msal_answer(answer, TokenResponse, no_token())
        self._ends = end_of(response)
        return response.access_token

    def _client(self) -> MsalClient:
        """Return a new client: MSAL sends what it signed again for ten minutes, with one `jti`.

        A token that lives an hour is asked for seldom, and some servers take no assertion twice
        (RFC 7523 section 3).
        """
        return MsalClient(
            self._endpoints,
            self.tenant,
            self.client_id,
            connect=self._connect,
            tell=self._tell,
            proof=self._proof,
        )
