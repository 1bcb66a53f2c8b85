"""Repeating what is safe to repeat, never before the time that the server names.

Who repeats what, from below; none repeats what another one does:

| who | what | how often |
|---|---|---|
| `PatientTransport` | GET, HEAD, PUT, DELETE after 429, 502 to 504, or no answer | 4 times, 120 s |
| `net.pace` | whatever reads a directory whole, also after what is above gave up | 600 s |
| `graph.authorization` | anything after a claims challenge, with the token it asks for | once |
| `graph.connection` | anything after `InvalidAuthenticationToken`, with another token | once |
| `graph.patience` | POST and PATCH after 429; after 502 to 504 if twice does no harm | 4 times |
| `graph.patience` | what is refused because an object is not everywhere yet | 30 to 300 s |
| `oauth.entra.device_code` | polls that failed, each time later | 5 in a row |
"""

import ssl
from collections.abc import Callable
from contextlib import suppress

import httpx
from httpx_retries import Retry, RetryTransport

from wizard.net.failures import causes
from wizard.words.progress import nobody

LONGEST_WAIT = 120.0
"""Seconds that one request waits as `Retry-After` asks, with all its retries."""

_ATTEMPT = "webex-wizard-attempt"
"""Where a request keeps how often it was tried."""


class _Worthwhile(Retry):
    """Repeats nothing that would end the same: a certificate is no better a second later."""

    def is_retryable_exception(self, exception: Exception) -> bool:
        """Tell whether the same request may fare better."""
        refused = any(isinstance(each, ssl.SSLError) for each in causes(exception))
        cut = any(isinstance(each, ssl.SSLEOFError) for each in causes(exception))
        return super().is_retryable_exception(exception) and (cut or not refused)


RETRY = _Worthwhile(
    total=4, backoff_factor=0.5, max_backoff_wait=LONGEST_WAIT, total_timeout=LONGEST_WAIT
)


class _NotWaitedFor(Exception):
    """An answer that asks for a longer wait than we make."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__()
        self.response = response


class _Attempts(httpx.AsyncBaseTransport):
    """Tells of each attempt that failed and is made again, and finds waits that are too long."""

    def __init__(self, inner: httpx.AsyncBaseTransport, tell: Callable[[str], None]) -> None:
        self._inner = inner
        self._tell = tell

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        number = request.extensions.get(_ATTEMPT, 0) + 1
        request.extensions[_ATTEMPT] = number
        goes_on = number <= RETRY.total and RETRY.is_retryable_method(request.method)
        next_one = f"Trying again ({number + 1} of {RETRY.total + 1})."
        try:
            response = await self._inner.handle_async_request(request)
        except Exception as error:
            if goes_on and RETRY.is_retryable_exception(error):
                self._tell(f"{request.url.host} does not answer yet. {next_one}")
            raise
        if RETRY.is_retryable_status_code(response.status_code):
            with suppress(ValueError, OverflowError):  # no time that can be read
                asked_for = RETRY.parse_retry_after(response.headers.get("Retry-After", ""))
                if asked_for > LONGEST_WAIT:
                    raise _NotWaitedFor(response)
            if goes_on:
                self._tell(f"{request.url.host} is busy (HTTP {response.status_code}). {next_one}")
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class PatientTransport(RetryTransport):
    """Repeats what is safe to repeat, but never before the time that the server names.

    Args:
        inner: What sends.
        tell: Takes a sentence for each attempt that failed, before there is another.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, tell: Callable[[str], None] = nobody
    ) -> None:
        super().__init__(transport=_Attempts(inner, tell), retry=RETRY)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the first answer that is good, final, or asks for more than `LONGEST_WAIT`."""
        try:
            return await super().handle_async_request(request)
        except _NotWaitedFor as ended:
            return ended.response
