"""The Entra tenant that somebody has signed in to, for as long as the program runs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from wizard.endpoints import Endpoints
from wizard.errors import InvalidInput
from wizard.progress import Report, silent

if TYPE_CHECKING:
    import httpx

    from wizard.graph.client import GraphClient
    from wizard.oauth.signed_in import SignedIn

Connect = Callable[..., "httpx.AsyncClient"]
"""Takes what `wizard.transport.client` takes."""


class EntraTenant:
    """The tokens of a sign-in, in memory only, and conversations with Graph in their name.

    Args:
        endpoints: Where Microsoft is.
        connect: Makes HTTP clients; None for `wizard.transport.client`.
    """

    def __init__(self, endpoints: Endpoints, connect: Connect | None = None) -> None:
        self.endpoints = endpoints
        self._connect = connect
        self.signed_in: SignedIn | None = None

    def connect(self, **options: object) -> "httpx.AsyncClient":
        """Return a new HTTP client to Microsoft."""
        if self._connect is not None:
            return self._connect(**options)
        from wizard import transport

        return transport.client(**options)  # type: ignore[arg-type]  # the options are its own

    @asynccontextmanager
    async def graph(
        self, report: Report = silent, *, read_only: bool = False
    ) -> "AsyncIterator[GraphClient]":
        """Hold a conversation with Graph as whoever is signed in.

        Args:
            report: Is told when there is something to wait for.
            read_only: Whether whatever is no GET is refused before it leaves this machine.

        Raises:
            InvalidInput: Nobody is signed in (`not-signed-in`).
        """
        from wizard.graph.authorization import GraphAuth
        from wizard.graph.client import GraphClient

        if self.signed_in is None:
            raise InvalidInput(
                "Nobody is signed in to Microsoft Entra any more.",
                "Go back to the Microsoft sign-in, or do this step by hand.",
                code="not-signed-in",
            )
        auth = GraphAuth(self.signed_in.token)
        async with self.connect(auth=auth, read_only=read_only) as http:
            yield GraphClient(self.endpoints.entra, http, report=report)
