"""One step done through Microsoft Graph: looked at, searched, done, and ticked once it is so."""

from typing import TYPE_CHECKING

from wizard.flow.session import Session, State
from wizard.steps.base import Answers, Choice, GraphStep, Outlook, outlook_of
from wizard.words.progress import Report, silent

if TYPE_CHECKING:
    from wizard.workspace import Workspace


class Doing:
    """Does one step for a front end, which shows what is found and asks; raises our own errors."""

    def __init__(self, space: "Workspace", session: Session, step: GraphStep) -> None:
        self._space = space
        self._session = session
        self.step = step

    async def look(self, report: Report = silent) -> Outlook:
        """Look at the tenant, without changing anything, and tell what would be done."""
        async with self._space.graph(self._session, report) as graph:
            return self._ticked(await self.step.look(self._session, graph))

    async def find(self, question: str, text: str) -> tuple[Choice, ...]:
        """Return what a search for an answer finds."""
        async with self._space.graph(self._session) as graph:
            return await self.step.find(graph, question, text)

    async def apply(self, answers: Answers, report: Report) -> Outlook:
        """Do what was told, as far as it is not done, and tell what is now so."""
        async with self._space.graph(self._session, report) as graph:
            said = await self.step.apply(self._session, graph, answers, report)
        return self._ticked(outlook_of(said))

    def _ticked(self, found: Outlook) -> Outlook:
        if found.finding.state is State.DONE:
            self._session.tick_once(self.step.info.id)
        return found
