"""What this machine must offer before the first sign-in: keyring, port, browser, clock, reach."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from wizard.checks.check import Check, Status
from wizard.errors import WizardError
from wizard.machine.browser import can_open
from wizard.machine.ports import TOKEN_PORT, probe
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import Endpoints
from wizard.store.keystore import Keystore
from wizard.words.links import LOOPBACK_HOSTS

TITLES = {
    "keyring": "Keyring",
    "port": "Port 3000",
    "browser": "Browser",
    "reach": "Webex reachable",
    "clock": "Clock",
}
CLOCK_TOLERANCE = 300.0
"""Seconds by which this machine's clock may differ from the server's."""


async def machine_checks(
    keystore: Keystore, endpoints: Endpoints, *, use_browser: bool, connect: Connect = direct
) -> AsyncIterator[Check]:
    """Yield the outcome of each check; none changes anything that lasts."""
    yield await _timed("keyring", lambda: _keyring(keystore))
    yield await _timed("port", _port)
    yield _check("browser", _browser(use_browser))
    async for check in _reach_and_clock(endpoints, connect):
        yield check


_Told = tuple[Status, str, str, str]
"""Status, code, message and hint of a check."""


async def _timed(check_id: str, run: Callable[[], Awaitable[_Told]]) -> Check:
    started = time.monotonic()
    try:
        outcome = await run()
    except WizardError as error:
        outcome = (Status.FAILED, error.code, error.message, error.hint)
    return _check(check_id, outcome, round((time.monotonic() - started) * 1000))


def _check(check_id: str, outcome: _Told, duration_ms: int = 0) -> Check:
    status, code, message, hint = outcome
    return Check(check_id, TITLES[check_id], status, code, message, hint, duration_ms=duration_ms)


async def _keyring(keystore: Keystore) -> _Told:
    name = await keystore.probe()
    return Status.PASSED, "keyring-ready", f"Keeps and gives back: {name}.", ""


async def _port() -> _Told:
    await probe(TOKEN_PORT)
    return Status.PASSED, "port-free", "Free, so the token can arrive there.", ""


def _browser(use_browser: bool) -> _Told:
    if use_browser and can_open():
        return Status.PASSED, "browser-found", "A browser can be opened from here.", ""
    return (
        Status.WARNED,
        "browser-elsewhere",
        "No browser can be opened from here.",
        "Open the link elsewhere and paste the address it ends at.",
    )


async def _reach_and_clock(endpoints: Endpoints, connect: Connect) -> AsyncIterator[Check]:
    url = endpoints.webex.scim_base or endpoints.webex.authorization_endpoint
    if not url:
        skipped = (Status.SKIPPED, "switched-off", "Switched off in the endpoints file.", "")
        yield _check("reach", skipped)
        yield _check("clock", skipped)
        return
    from wizard.net.transport import fetch

    host = urlsplit(url).hostname or ""
    dates: list[str] = []

    async def reach() -> _Told:
        async with connect(read_only=True, retries=False, timeout=10.0) as http:
            answer = await fetch(http, "HEAD", url)
        dates.append(answer.headers.get("date", ""))
        return Status.PASSED, "webex-reached", f"{host} answers.", ""

    yield await _timed("reach", reach)
    local = host in LOOPBACK_HOSTS
    yield _check("clock", _clock(dates[0] if dates and not local else ""))


def _clock(date: str) -> _Told:
    server: datetime | None = None
    with suppress(ValueError, TypeError, OverflowError):
        server = parsedate_to_datetime(date)
    if server is None or server.tzinfo is None:
        return Status.SKIPPED, "clock-unknown", "No clock to compare with.", ""
    off = (datetime.now(UTC) - server).total_seconds()
    if abs(off) <= CLOCK_TOLERANCE:
        return Status.PASSED, "clock-right", "Agrees with Webex.", ""
    return (
        Status.WARNED,
        "clock-off",
        f"Differs from Webex by {round(abs(off) / 60)} minutes.",
        "Set this machine's clock; otherwise the expiry dates shown here are wrong.",
    )
