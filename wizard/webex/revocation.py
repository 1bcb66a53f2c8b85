"""Taking a token out of force."""

from collections.abc import Awaitable, Callable

from pydantic import SecretStr

from wizard.errors import AnswerError, TransportError
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import WebexEndpoints

Revoke = Callable[[SecretStr], Awaitable[str]]
"""Revokes a token and says what it is then, such as `is revoked`.

Raises WizardError when that did not work.
"""


def revoker(endpoints: WebexEndpoints, connect: Connect = direct) -> Revoke:
    """Return the function that revokes a token with itself (reference/webex.md 2.4)."""

    async def revoke(token: SecretStr) -> str:
        if not endpoints.token_endpoint_me:
            raise TransportError(
                "No revocation address is known for this server.",
                "Revoke the token on the server itself.",
                code="revocation-switched-off",
            )
        from wizard.webex.client import WebexClient

        async with connect(bearer=token) as http:
            try:
                await WebexClient(endpoints, http).revoke()
            except AnswerError as error:
                if error.status == 401:
                    return "was not valid any more"
                raise
        return "is revoked"

    return revoke
