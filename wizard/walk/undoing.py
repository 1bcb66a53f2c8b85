"""Taking back what this program made in a tenant: what there is, what it costs, one by one."""

from collections.abc import AsyncIterator, Iterable
from typing import TYPE_CHECKING

from wizard.errors import WizardError
from wizard.flow.session import Session
from wizard.steps.undo import consequence, look_back, staying, take_all_back, undoable
from wizard.words.progress import Report, silent

if TYPE_CHECKING:
    from wizard.steps.base import Answers, Outlook
    from wizard.store.journal import JournalEntry
    from wizard.workspace import Workspace


class Undoing:
    """What was made of one profile, for a front end that shows it and asks."""

    def __init__(self, space: "Workspace", session: Session) -> None:
        self._space = space
        self._session = session

    @property
    def made(self) -> "tuple[JournalEntry, ...]":
        """What can be taken back, newest first, which is the order to do it in."""
        return undoable(self._session.journal)

    @property
    def trouble(self) -> WizardError | None:
        """Which lines of the journal cannot be read, so that not all is known."""
        return self._session.journal.trouble()

    @property
    def is_open(self) -> bool:
        """Whether somebody is signed in."""
        return self._space.tenant.signed_in is not None

    consequence = staticmethod(consequence)

    async def staying(self) -> str:
        """Return which groups stay in Webex, in sentences; reads only.

        Raises:
            WizardError: Graph cannot be asked.
        """
        async with self._space.graph(self._session, read_only=True) as graph:
            return await staying(self._session, graph)

    async def look_back(
        self, chosen: "Iterable[JournalEntry]", report: Report = silent
    ) -> "Outlook | None":
        """Look whether taking things back may switch people off, and what is asked before.

        Returns:
            None when it switches nobody off.

        Raises:
            WizardError: Graph cannot be asked.
        """
        async with self._space.graph(self._session, report) as graph:
            return await look_back(self._session, graph, self._space.action_of, chosen)

    async def take_back(
        self, chosen: "Iterable[JournalEntry]", answers: "Answers", report: Report
    ) -> AsyncIterator[str | WizardError]:
        """Take things back one by one.

        Yields:
            What is now so, in a sentence, or what went wrong; the next is taken back all the same.
        """
        try:
            async with self._space.graph(self._session, report) as graph:
                action_for = self._space.action_of
                taking = take_all_back(
                    self._session, graph, action_for, chosen, answers=answers, report=report
                )
                async for said in taking:
                    yield said
        except WizardError as error:
            yield error
