"""This machine's clock beside a server's: every expiry that is reckoned here hangs on it."""

from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from wizard.words.links import LOOPBACK_HOSTS
from wizard.words.text import lasting

if TYPE_CHECKING:
    from wizard.net.transport import HttpAnswer

TOLERANCE = 300.0
"""Seconds by which the two may differ."""


def ahead(answer: "HttpAnswer", url: str) -> float | None:
    """Return by how many seconds this machine's clock is ahead of who answered.

    Args:
        answer: Whatever came; its `Date` counts (RFC 9110 section 6.6.1).
        url: What was asked. A server on this machine has the same clock and proves nothing.

    Returns:
        Negative when it is behind; None when nobody says.
    """
    if (urlsplit(url).hostname or "") in LOOPBACK_HOSTS:
        return None
    with suppress(ValueError, TypeError, OverflowError):
        server = parsedate_to_datetime(answer.headers.get("date", ""))
        if server.tzinfo is not None:
            return (datetime.now(UTC) - server).total_seconds()
    return None


def is_off(seconds: float | None) -> bool:
    """Tell whether that is too much."""
    return seconds is not None and abs(seconds) > TOLERANCE


def off_in_words(seconds: float, whose: str = "Webex's") -> str:
    """Return a sentence about a clock that is off, beside whose it was read with."""
    way = "ahead of" if seconds > 0 else "behind"
    return f"This machine's clock is {lasting(abs(seconds))} {way} {whose}."


SET_IT = "Set this machine's clock; until then the dates shown here are wrong by as much."
