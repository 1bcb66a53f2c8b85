"""What this program made in a tenant, and taking it back; nothing else is ever touched."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from wizard.errors import InvalidInput
from wizard.flow import Session
from wizard.journal import JournalEntry
from wizard.steps.automatic import Automatic

if TYPE_CHECKING:
    from wizard.graph.client import GraphClient

MADE = frozenset({"made", "changed"})
"""Actions in the journal that can be taken back."""
UNDONE = "undone"

ActionFor = Callable[[str], "Automatic | None"]
"""Returns what is done through Graph in a step."""


def undoable(journal: Iterable[JournalEntry]) -> tuple[JournalEntry, ...]:
    """Return what can be taken back, newest first, which is the order to do it in."""
    entries = tuple(journal)
    gone = {
        (entry.step, str(entry.details.get("of"))) for entry in entries if entry.action == UNDONE
    }
    return tuple(
        entry
        for entry in reversed(entries)
        if entry.action in MADE and (entry.step, entry.at.isoformat()) not in gone
    )


async def take_back(
    session: Session, graph: "GraphClient", action_for: ActionFor, made: JournalEntry
) -> str:
    """Take one thing back, remember that, and say in a sentence what is now so.

    Raises:
        InvalidInput: This program does not know how (`undo-unknown`).
        WizardError: Graph cannot be asked, or says no; then it can be tried again.
    """
    action = action_for(made.step)
    if action is None:
        raise InvalidInput(
            f"What was made in the step {made.step} cannot be taken back from here.",
            "Take it back in the Entra portal.",
            code="undo-unknown",
        )
    said = await action.undo(session, graph, made)
    session.log(made.step, UNDONE, made.subject, of=made.at.isoformat())
    session.untick(made.step)
    return said
