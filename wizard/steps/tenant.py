"""The Entra tenant that somebody, or an application, has signed in to while the program runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from wizard.errors import InvalidInput
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import Endpoints
from wizard.words.progress import Report, silent, telling

if TYPE_CHECKING:
    from pydantic import SecretStr

    from wizard.graph.client import GraphClient
    from wizard.oauth.entra.client_credentials import ReadingApplication
    from wizard.oauth.entra.signed_in import SignedIn


class EntraTenant:
    """The tokens of a sign-in, in memory only, and conversations with Graph in their name.

    Args:
        endpoints: Where Microsoft is.
        connect: Makes HTTP clients.
    """

    def __init__(self, endpoints: Endpoints, connect: Connect = direct) -> None:
        self.endpoints = endpoints
        self.connect = connect
        self._signed_in: SignedIn | None = None
        self.claims: str | None = None
        """What Microsoft wants the next sign-in to prove besides, as JSON; None: nothing."""
        self.application: ReadingApplication | None = None
        """Reads in the place of a person; with it, nothing is ever written."""

    @property
    def signed_in(self) -> "SignedIn | None":
        """Who is signed in."""
        return self._signed_in

    @signed_in.setter
    def signed_in(self, arrived: "SignedIn | None") -> None:
        """Take a new sign-in, of which nothing more was asked yet."""
        self._signed_in, self.claims = arrived, None

    @property
    def known_as(self) -> str:
        """What Microsoft calls whoever is signed in; empty where nobody is."""
        return self._signed_in.account.known_as if self._signed_in is not None else ""

    @property
    def tenant_id(self) -> str:
        """The id of the tenant, of whoever or whatever is signed in; empty where it is not told."""
        if self.application is not None:
            return self.application.tenant_id
        return self._signed_in.account.tenant_id if self._signed_in is not None else ""

    async def token(self, claims: str | None = None) -> "SecretStr":
        """Return a token for Graph, and note what only a new sign-in can prove.

        A challenge of Graph's that a silent renewal does not satisfy would come again after any
        sign-in that does not ask for the same (reference/graph-entra.md 7).

        Args:
            claims: What Graph asks for, as JSON; `ANOTHER` asks for nothing but a new token.

        Raises:
            EntraRefusal: Entra wants to see the administrator again.
            WizardError: Nobody is signed in, or Entra could not be asked.
        """
        from wizard.graph.authorization import ANOTHER
        from wizard.oauth.entra.refusal import EntraRefusal

        if self.application is not None:
            return await self.application.token(claims)
        if self.signed_in is None:
            raise _nobody()
        if claims not in {None, ANOTHER}:
            self.claims = claims
        try:
            return await self.signed_in.token(claims)
        except EntraRefusal as refusal:
            if refusal.claims not in {None, ANOTHER}:
                self.claims = refusal.claims
            raise

    @asynccontextmanager
    async def graph(
        self, report: Report = silent, *, read_only: bool = False
    ) -> "AsyncIterator[GraphClient]":
        """Hold a conversation with Graph as whoever is signed in; as an application, to read.

        Args:
            report: Is told when there is something to wait for.
            read_only: Whether whatever is no GET is refused before it leaves this machine.

        Raises:
            InvalidInput: Nobody is signed in (`not-signed-in`).
        """
        from wizard.graph.authorization import GraphAuth
        from wizard.graph.client import GraphClient
        from wizard.graph.connection import Refusing, to_people
        from wizard.steps.unattended import refusals_told

        if self.application is None and self.signed_in is None:
            raise _nobody()
        auth = GraphAuth(self.token)
        tell = telling(report)
        explain: Refusing = to_people
        if self.application is not None:
            read_only, explain = True, refusals_told(self.endpoints, self.application)
        async with self.connect(auth=auth, read_only=read_only, tell=tell) as http:
            yield GraphClient(self.endpoints.entra, http, report=report, explain=explain)


def _nobody() -> InvalidInput:
    return InvalidInput(
        "Nobody is signed in to Microsoft Entra any more.",
        "Go back to the Microsoft sign-in, or do this step by hand.",
        code="not-signed-in",
    )
