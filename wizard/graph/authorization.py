"""Signing requests to Graph, and answering its demand for a better token."""

import asyncio
import base64
import binascii
import json
import re
from collections.abc import AsyncGenerator, Awaitable, Callable

import httpx
from pydantic import SecretStr

from wizard.net.transport import TokenAuth

TokenProvider = Callable[[str | None], Awaitable[SecretStr]]
"""Returns a token; the argument is the JSON of a claims challenge that it must satisfy, or None.

With `ANOTHER`, any token will do that is not the present one.
"""

ANOTHER = "{}"

_LONGEST_CHALLENGE = 20_000
_PARAMETER = re.compile(r'([a-zA-Z_]{1,40})\s{0,5}=\s{0,5}(?:"([^"]*)"|([^\s",]+))')


class GraphAuth(TokenAuth):
    """Asks for a token before each request, and once more when Graph wants further claims.

    Continuous access evaluation, Conditional Access and step-up in PIM all ask that way
    (reference/graph-entra.md 7).

    Args:
        token: Where tokens come from; it caches and renews them.
    """

    def __init__(self, token: TokenProvider) -> None:
        super().__init__()
        self._token = token
        self._replacing = asyncio.Lock()
        self._refused: set[SecretStr] = set()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign the request, and sign it anew if it comes back with a challenge.

        After a refusal without one, the next request gets another token: the present one may have
        ended by Graph's clock, or was revoked. That is done once, however many requests were under
        way with it; if the other one is refused too, the token is not to blame.
        """
        token = await self._present()
        self.put(token, request)
        response = yield request
        if response.status_code == 401:
            self._refused.add(token)
        else:
            self._refused.clear()
        claims = claims_challenge(response)
        if claims is not None:
            await _drop_body(response)
            self.put(await self._token(claims), request)
            yield request

    async def _present(self) -> SecretStr:
        """Return the token to try; requests that were refused together share the new one."""
        async with self._replacing:
            token = await self._token(None)
            return await self._token(ANOTHER) if self._refused == {token} else token


async def _drop_body(response: httpx.Response) -> None:
    """Leave the body of a refusal unread: httpx would read it whole, whatever its size."""
    if isinstance(response.stream, httpx.AsyncByteStream):
        await response.stream.aclose()
    response.stream = httpx.ByteStream(b"")


def claims_challenge(response: httpx.Response) -> str | None:
    """Return the JSON in the `insufficient_claims` challenge of a 401, or None.

    Source: Microsoft identity platform, "Claims challenges, claims requests and client
    capabilities". What is not base64 of a JSON object is no challenge.
    """
    if response.status_code != 401:
        return None
    for header in response.headers.get_list("www-authenticate"):
        found = {
            match[1].lower(): match[2] or match[3] or ""
            for match in _PARAMETER.finditer(header[:_LONGEST_CHALLENGE])
        }
        if found.get("error") == "insufficient_claims":
            return _decoded(found.get("claims", ""))
    return None


def _decoded(claims: str) -> str | None:
    standard = claims.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True).decode()
        return text if isinstance(json.loads(text), dict) else None
    except (binascii.Error, ValueError, RecursionError):
        return None
