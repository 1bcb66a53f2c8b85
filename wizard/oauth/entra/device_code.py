"""The device authorization grant (RFC 8628): a code to enter in a browser anywhere."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from wizard.errors import AnswerError, TransportError
from wizard.store.fields import Line
from wizard.words.links import is_safe_url
from wizard.words.progress import nobody
from wizard.words.text import lasting

SLOWER = 5
"""Seconds added to the interval by `slow_down` (RFC 8628 section 3.5), and by each failure."""

MOST_FAILURES = 5
"""How many polls in a row may fail before the network is believed to be gone."""

_LONGEST = 24 * 3600
"""Seconds of the longest life, and of the longest interval, of a device code that is believed."""

_WAIT = frozenset({"authorization_pending", "slow_down"})

Poll = Callable[[], Awaitable[Mapping[str, Any]]]


def _safe(url: str) -> str:
    if not is_safe_url(url):
        raise ValueError("neither https nor loopback http")
    return url


class DeviceAuthorization(BaseModel):
    """What the authority says of a new device code (RFC 8628 section 3.2)."""

    user_code: Line
    verification_uri: Annotated[str, AfterValidator(_safe)]
    expires_in: Annotated[int, Field(gt=0, le=_LONGEST)]
    interval: Annotated[int, Field(ge=0, le=_LONGEST)] = 5


@dataclass(frozen=True)
class DeviceCode:
    """What the administrator has to do elsewhere."""

    user_code: str
    verification_uri: str
    expires_in: int
    """Seconds until the code is good for nothing."""

    def in_words(self) -> str:
        """Return how long the code is good, and until when."""
        ends = datetime.now(UTC) + timedelta(seconds=self.expires_in)
        return f"The code is good for {lasting(self.expires_in)}, until {ends:%H:%M} UTC."


async def outcome(
    authorization: DeviceAuthorization,
    poll: Poll,
    sleep: Callable[[float], Awaitable[object]],
    tell: Callable[[str], None] = nobody,
) -> Mapping[str, Any] | None:
    """Poll until the administrator has signed in or not; may be cancelled at any time.

    Args:
        authorization: The device code.
        poll: Asks the token endpoint once.
        sleep: Waits for so many seconds.
        tell: Takes a sentence for each poll that failed and is not the last.

    Returns:
        The token endpoint's last word; None when the code has expired before there was one.

    Raises:
        WizardError: Poll after poll failed.
    """
    interval, waited, failed = max(1, authorization.interval), 0, 0
    while waited < authorization.expires_in:
        await sleep(interval)
        waited += interval
        try:
            answer = await poll()
        except (TransportError, AnswerError) as error:
            failed += 1
            if failed == MOST_FAILURES:
                raise
            interval += SLOWER
            tell(f"{error.message} Asking again in {interval} seconds; the code stays good.")
            continue
        failed = 0
        if answer.get("error") not in _WAIT:
            return answer
        if answer["error"] == "slow_down":
            interval += SLOWER
    return None
