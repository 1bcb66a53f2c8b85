"""The connection ladder: every rung from the address to what Entra will say; reads only."""

import asyncio
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import httpx

from wizard.checks.account import ACCOUNT, TOKEN
from wizard.checks.check import RUNGS, Check, ConnectionReport, Status
from wizard.checks.network import NETWORK
from wizard.checks.query import QUERY, SCIM_RUNGS
from wizard.checks.rung import (
    NOT_REACHED,
    OUT_OF_TIME,
    SWITCHED_OFF,
    Climb,
    Outcome,
    Rung,
    Target,
    failed,
    skipped,
    told_by,
)
from wizard.checks.verdict import VERDICT, entra_says, writes
from wizard.errors import TokenRefused, WizardError
from wizard.net.connect import Connect, direct
from wizard.net.transport import trust

__all__ = ["LADDER", "Target", "ladder"]

LADDER: tuple[Rung, ...] = (*NETWORK, *TOKEN, *QUERY, *ACCOUNT, *SCIM_RUNGS, *VERDICT)

_BLOCKING = frozenset({NOT_REACHED, OUT_OF_TIME, SWITCHED_OFF})
_HARMLESS = frozenset({"organization-mismatch"})
"""Failures after which asking on still teaches something."""


def _nobody(_text: object) -> None:
    """Tell nobody."""


async def ladder(
    target: Target,
    *,
    report: Callable[[Check], None] = _nobody,
    started: Callable[[str], None] = _nobody,
    time_limit: float = 60.0,
    connect: Connect = direct,
    trusted: ssl.SSLContext | None = None,
) -> ConnectionReport:
    """Climb every rung and return what was found.

    Args:
        target: What to test, and with which token.
        report: Is called with each check as it ends.
        started: Is called with the id of each rung as it begins.
        time_limit: Seconds for the whole climb.
        connect: Makes the HTTP client.
        trusted: Certificates to trust instead of the operating system's.
    """
    began, deadline = time.monotonic(), time.monotonic() + time_limit
    started_at = datetime.now(UTC)
    context = trusted or trust()
    async with _client(target, partial(connect, trusted=context)) as http:
        climb = Climb(target, context, http)
        for rung in LADDER:
            started(rung.id)
            check = await _climbed(climb, rung, deadline, time_limit)
            climb.done[rung.id] = check
            report(check)
    checks = tuple(climb.done.values())
    any_failed = any(check.status is Status.FAILED for check in checks)
    return ConnectionReport(
        checks=checks,
        verdict="failed" if any_failed else "passed",
        entra_says=entra_says(climb),
        writes=writes(climb),
        started_at=started_at,
        duration_ms=_ms_since(began),
    )


def _client(target: Target, connect: Connect) -> httpx.AsyncClient:
    try:
        return connect(bearer=target.token, read_only=True, retries=False)
    except TokenRefused:
        # The rung token-shape fails for the same reason, and then nothing is sent.
        return connect(read_only=True, retries=False)


async def _climbed(climb: Climb, rung: Rung, deadline: float, time_limit: float) -> Check:
    began = time.monotonic()
    outcome = _blocked(climb, rung) or await _outcome(climb, rung, deadline - began, time_limit)
    return Check(
        id=rung.id,
        title=RUNGS[rung.id],
        status=outcome.status,
        code=outcome.code,
        message=outcome.message,
        hint=outcome.hint,
        http_status=outcome.http_status,
        tracking_id=outcome.tracking_id,
        duration_ms=_ms_since(began),
    )


async def _outcome(climb: Climb, rung: Rung, left: float, time_limit: float) -> Outcome:
    waits = rung.limit > 0
    if waits and left <= 0:
        return skipped(OUT_OF_TIME, f"Not tried: the {time_limit:.0f} seconds were used up.")
    seconds = min(rung.limit, left)
    try:
        async with asyncio.timeout(seconds if waits else None):
            return await rung.run(climb)
    except TimeoutError:
        return failed(
            "timeout",
            f"There was no answer within {seconds:.0f} seconds.",
            "Try again. If it stays so, a firewall may drop the connection silently.",
        )
    except WizardError as error:
        return told_by(error)


def _blocked(climb: Climb, rung: Rung) -> Outcome | None:
    for need in rung.needs:
        check = climb.done[need]
        if check.status is Status.FAILED and check.code not in _HARMLESS:
            return skipped(NOT_REACHED, f"Not tried, because “{check.title}” failed.")
        if check.status is Status.SKIPPED and check.code in _BLOCKING:
            # The message below already names the rung that stands in the way.
            return skipped(check.code, check.message)
    return None


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
