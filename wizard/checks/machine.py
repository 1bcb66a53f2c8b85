"""What this machine must offer before the first sign-in: keyring, port, browser, clock, reach."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

from wizard.checks.check import Check, Status
from wizard.errors import WizardError
from wizard.machine.browser import can_open
from wizard.machine.ports import TOKEN_PORT, probe
from wizard.net.clock import SET_IT, ahead, is_off, off_in_words
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import Endpoints
from wizard.store.keystore import Keystore

TITLES = {
    "keyring": "Keyring",
    "port": "Port 3000",
    "browser": "Browser",
    "reach": "Webex reachable",
    "clock": "Clock",
}


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
    if lacking := keystore.lacking:
        told = f"{lacking.message} So this session keeps its tokens in memory."
        return Status.WARNED, lacking.code, told, lacking.hint
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
    told: list[float | None] = []

    async def reach() -> _Told:
        async with connect(read_only=True, retries=False, timeout=10.0) as http:
            answer = await fetch(http, "HEAD", url)
        told.append(ahead(answer, url))
        return Status.PASSED, "webex-reached", f"{host} answers.", ""

    yield await _timed("reach", reach)
    yield _check("clock", _clock(told[0] if told else None))


def _clock(off: float | None) -> _Told:
    if off is None:
        return Status.SKIPPED, "clock-unknown", "No clock to compare with.", ""
    if not is_off(off):
        return Status.PASSED, "clock-right", "Agrees with Webex.", ""
    return Status.WARNED, "clock-off", off_in_words(off), SET_IT
