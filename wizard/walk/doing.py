"""One step done through Microsoft Graph: looked at, searched, done, and ticked once it is so."""

from dataclasses import replace
from typing import TYPE_CHECKING

from wizard.errors import InvalidInput, WizardError
from wizard.flow.previewed import note_changed
from wizard.flow.session import Session, State
from wizard.steps.base import Answers, Choice, GraphStep, Outlook, Said, outlook_of
from wizard.store.journal import MADE
from wizard.store.locks import others_saved
from wizard.store.marks import Mark
from wizard.walk.lending import looked_after
from wizard.words.progress import Report, silent

if TYPE_CHECKING:
    from wizard.graph.client import GraphClient
    from wizard.workspace import Workspace


class Doing:
    """Does one step for a front end, which shows what is found and asks; raises our own errors."""

    def __init__(self, space: "Workspace", session: Session, step: GraphStep) -> None:
        self._space = space
        self._session = session
        self.step = step

    async def look(self, report: Report = silent) -> Outlook:
        """Look at the tenant and tell what would be done; the step itself changes nothing.

        What was lent to a cycle that has ended is put back first, and that alone is written.
        """
        async with self._space.graph(self._session, report) as graph:
            lending = await looked_after(self._space, self._session, graph)
            found = await self.step.look(self._session, graph)
        if lending:
            found = replace(found, cautions=(lending, *found.cautions))
        was_said = self._session.mark_of(self.step.info.id) is Mark.SAID
        return found if was_said and not self.step.leaves_traces else await self._ticked(found)

    async def look_only(self, report: Report = silent) -> Outlook:
        """Look, and remember nothing: what would be done is not what the profile is about."""
        async with self._space.graph(self._session, report) as graph:
            return await self.step.look(self._session, graph)

    async def find(self, question: str, text: str) -> tuple[Choice, ...]:
        """Return what a search for an answer finds."""
        async with self._space.graph(self._session) as graph:
            return await self.step.find(graph, question, text)

    async def apply(self, answers: Answers, report: Report) -> Outlook:
        """Do what was told, as far as it is not done, and tell what is now so."""
        known = len(self._session.history.entries)
        try:
            async with self._space.graph(self._session, report) as graph:
                said = await self._done(graph, answers, report)
        except InvalidInput:
            raise  # an answer or the order of steps: nothing was tried
        except WizardError:
            if not self._session.is_done(self.step.info.id):
                self._session.tick(self.step.info.id, mark=Mark.FAILED)
            raise
        finally:
            self._note_what_is_old(known)
        return await self._ticked(outlook_of(said))

    async def _done(self, graph: "GraphClient", answers: Answers, report: Report) -> Said:
        from wizard.steps.drift_base import ENDS_SETUP, begin_base, keeping_base

        session, step_id = self._session, self.step.info.id
        async with keeping_base(session, graph, step_id, report):
            said = await self.step.apply(session, graph, answers, report)
        if step_id == ENDS_SETUP:
            await begin_base(session, graph, report)
        return said

    def _note_what_is_old(self, known: int) -> None:
        """Let a preview be old once something was saved that it rests on."""
        entries = self._session.history.entries[known:]
        if any(each.step == self.step.info.id and each.action in MADE for each in entries):
            note_changed(self._session, self.step.info.id)

    async def _ticked(self, found: Outlook) -> Outlook:
        step_id, session = self.step.info.id, self._session
        await others_saved(session.profiles.folder)
        match found.finding.state:
            case State.DONE:
                session.tick_seen(step_id)
            case State.FAILED:
                session.tick(step_id, mark=Mark.FAILED)
            case State.ATTENTION:
                session.tick(step_id, mark=Mark.ATTENTION)
            case State.OPEN if session.is_done(step_id):
                session.tick(step_id, mark=Mark.ATTENTION)  # it was so, or somebody said so
            case State.OPEN:
                pass
        return found
