"""Repeating what is safe to repeat, never before the time that the server names.

Who repeats what, from below; none repeats what another one does:

| who | what | how often |
|---|---|---|
| `PatientTransport` | GET, HEAD, PUT, DELETE after 429, 502 to 504, or no answer | 4 times, 120 s |
| `graph.authorization` | anything after a claims challenge, with the token it asks for | once |
| `graph.connection` | anything after `InvalidAuthenticationToken`, with another token | once |
| `graph.patience` | POST and PATCH after 429; after 502 to 504 if twice does no harm | 4 times |
| `graph.patience` | what is refused because an object is not everywhere yet | 30 to 300 s |
| `oauth.entra.device_code` | polls that failed, each time later | 5 in a row |
"""

from contextlib import suppress

import httpx
from httpx_retries import Retry, RetryTransport

LONGEST_WAIT = 120.0
"""Seconds that one request waits as `Retry-After` asks, with all its retries."""

RETRY = Retry(
    total=4, backoff_factor=0.5, max_backoff_wait=LONGEST_WAIT, total_timeout=LONGEST_WAIT
)


class _NotWaitedFor(Exception):
    """An answer that asks for a longer wait than we make."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response


class _WaitLimit(httpx.AsyncBaseTransport):
    """Tells answers that are worth waiting for from those that name a time too far away."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        with suppress(ValueError, OverflowError):  # no time that can be read
            asked_for = RETRY.parse_retry_after(response.headers.get("Retry-After", ""))
            if asked_for > LONGEST_WAIT and RETRY.is_retryable_status_code(response.status_code):
                raise _NotWaitedFor(response)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class PatientTransport(RetryTransport):
    """Repeats what is safe to repeat, but never before the time that the server names."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        super().__init__(transport=_WaitLimit(inner), retry=RETRY)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the first answer that is good, final, or asks for more than `LONGEST_WAIT`."""
        try:
            return await super().handle_async_request(request)
        except _NotWaitedFor as ended:
            return ended.response
