"""Entra's deletion limit while it is lent to a plan: watched over, and put back."""

import asyncio
from typing import TYPE_CHECKING, Final

from wizard.errors import WizardError
from wizard.flow.session import Session
from wizard.store.lent import lent, lent_words
from wizard.words.progress import Report, silent

if TYPE_CHECKING:
    from wizard.graph.client import GraphClient
    from wizard.workspace import Workspace

LONGEST: Final = 4 * 3600.0
"""Seconds that are waited for the end of a cycle."""
_EVERY: Final = 30.0
"""Seconds between two looks."""
_PARTING: Final = 20.0
"""Seconds that somebody who leaves waits at most."""
_NEXT_TIME = "The next setup puts it back, once you are signed in."
_WAITS = "Waiting until the cycle has ended, to put Entra's deletion limit back. Ctrl+C ends that."


async def looked_after(space: "Workspace", session: Session, graph: "GraphClient") -> str:
    """Put back what was lent to a cycle that has ended; return how it stands, in sentences."""
    if lent(session.history) is None:
        return ""
    from wizard.steps.belt import Belt

    return await Belt(space).look_after(session, graph)


async def parted(space: "Workspace", session: Session) -> str:
    """Put back what is lent because somebody leaves; return what became of it, in sentences."""
    loan = lent(session.history)
    if loan is None:
        return ""
    if space.tenant.signed_in is None:
        return f"{lent_words(loan)} {_NEXT_TIME}"
    from wizard.steps.belt import Belt

    try:
        async with asyncio.timeout(_PARTING), space.graph(session) as graph:
            return await Belt(space).look_after(session, graph, leaving=True)
    except TimeoutError:
        return f"{lent_words(loan)} Microsoft did not answer in time. {_NEXT_TIME}"
    except WizardError as error:
        return f"{lent_words(loan)} {error.message} {_NEXT_TIME}"


async def waited(space: "Workspace", session: Session, report: Report = silent) -> str:
    """Wait until the cycle has ended to which something is lent, and put it back.

    Returns:
        What became of it, as sentences; empty where nothing was lent.
    """
    if lent(session.history) is None:
        return ""
    from wizard.steps.belt import Belt

    belt = Belt(space)
    async with space.graph(session, report) as graph:

        async def ended() -> str | None:
            said = await belt.look_after(session, graph)
            return None if belt.is_waiting else said

        said = await graph.until(ended, seconds=LONGEST, message=_WAITS, every=_EVERY)
    return await parted(space, session) if said is None else said
