"""Any action, patient with what this program made lately."""

from collections.abc import Sequence

from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.steps.automatic import Answers, Automatic, Choice, Outlook, Said
from wizard.steps.ownership import expect_young
from wizard.store.journal import JournalEntry
from wizard.store.narrowings import Narrows
from wizard.words.progress import Report


class Patient:
    """Does what another action does, and waits where a new application is not known yet.

    Each step holds a conversation of its own with Graph, which knows nothing of the one before.
    """

    def __init__(self, action: Automatic) -> None:
        self._action = action

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look at the tenant."""
        expect_young(session, graph)
        return await self._action.look(session, graph)

    async def find(self, graph: GraphClient, question: str, text: str) -> tuple[Choice, ...]:
        """Return what a search finds."""
        return await self._action.find(graph, question, text)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> Said:
        """Do what `look` told."""
        expect_young(session, graph)
        return await self._action.apply(session, graph, answers, report)

    async def narrows_back(
        self,
        session: Session,
        graph: GraphClient,
        made: JournalEntry,
        earlier: Sequence[JournalEntry] = (),
    ) -> tuple[Narrows, ...]:
        """Look how taking one journal entry back may leave people out."""
        expect_young(session, graph)
        return await self._action.narrows_back(session, graph, made, earlier)

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Take back what one journal entry says we made."""
        expect_young(session, graph)
        return await self._action.undo(session, graph, made)
