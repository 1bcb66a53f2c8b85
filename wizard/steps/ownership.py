"""What is ours, by the journal; and after a run that was cut off, waiting for what it made.

Graph's lists lag behind: what was made may be missing for seconds to minutes, and no time is
promised (reference/graph-entra.md 2.3).
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from wizard.errors import WizardError
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.errors import may_have_landed
from wizard.store.journal import Action, JournalEntry

APPEARS_WITHIN = 300.0
"""Seconds after an intention for which is looked again; more than five minutes were seen, rarely.
"""

LANDS_WITHIN = timedelta(minutes=10)
"""How long after an intention its request may have been carried out: it waits when throttled."""

SKEW = timedelta(minutes=5)
"""How far this machine's clock may be from Microsoft's; Kerberos allows as much."""

_YOUNG = timedelta(minutes=15)
_MADE = {"application": ("application_id", "service_principal_id"), "credentials": ("job_id",)}
"""By step, the details of a journal entry that name what the step made."""

Found = TypeVar("Found")


async def appeared(
    session: Session,
    graph: GraphClient,
    cut_off: JournalEntry,
    look: Callable[[], Awaitable[Found | None]],
) -> Found | None:
    """Look for what a run that was cut off may have made, until it is known not to have.

    Args:
        session: The profile, whose clock tells how long ago that was.
        graph: Tells that there is something to wait for.
        cut_off: The intention of that run.
        look: Returns what is found, or None.
    """
    age = max(0.0, (session.clock() - cut_off.at).total_seconds())
    return await graph.until(
        look,
        seconds=max(0.0, APPEARS_WITHIN - age),
        message=f"An earlier run was cut off while it made {cut_off.subject}. Looking whether it "
        "appears, for 5 minutes at most.",
    )


def was_intended(cut_off: JournalEntry, created: datetime | None) -> bool:
    """Tell whether something was created when a run that was cut off was about to create it.

    What was created hours later, or at a time that Graph does not tell, is somebody else's.
    """
    if created is None:
        return False
    return cut_off.at - SKEW <= created <= cut_off.at + LANDS_WITHIN + SKEW


def expect_young(session: Session, graph: GraphClient) -> None:
    """Let Graph be patient with what this program made lately, also in an earlier run."""
    for entry in session.history.standing():
        age = session.clock() - entry.at
        if entry.action != Action.MADE or age > _YOUNG:
            continue
        for name in _MADE.get(entry.step, ()):
            if identifier := entry.details.get(name):
                graph.expect_young(str(identifier), age=max(0.0, age.total_seconds()))


@asynccontextmanager
async def intending(
    session: Session, step_id: str, subject: str, **details: Any
) -> AsyncIterator[None]:
    """Note an intention before something is made, and when it was certainly refused.

    Without that, what somebody else makes after a refusal would be taken for ours, and `undo`
    would delete it.
    """
    await session.log(step_id, Action.INTENDED, subject, **details)
    try:
        yield
    except WizardError as error:
        if not may_have_landed(error):
            await session.log(step_id, Action.REFUSED, subject)
        raise


@asynccontextmanager
async def changing(
    session: Session, step_id: str, subject: str, action: Action = Action.CHANGED, **details: Any
) -> AsyncIterator[None]:
    """Note a change before it is sent, and when it was certainly refused.

    Without that, the journal would say that we saved what somebody else has saved.
    """
    entry = await session.log(step_id, action, subject, **details)
    try:
        yield
    except WizardError as error:
        if not may_have_landed(error):
            await session.log(step_id, Action.REFUSED, subject, of=entry.at.isoformat())
        raise
