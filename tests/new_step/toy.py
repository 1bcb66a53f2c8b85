"""Step `toy`: a note in the journal that names the tenant."""

from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.steps.base import Answers, GraphStep, Guide, Outlook, Question
from wizard.steps.portal import applications_link
from wizard.store.journal import Action, Change, JournalEntry
from wizard.words.progress import Report

COLOUR = "colour"


class ToyStep(GraphStep):
    """Makes a toy."""

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand."""
        return Guide(
            purpose="A toy is made in no time.",
            link=applications_link(self.tools.endpoints),
            portal=("Make a toy.",),
            older_portal=("Make a toy.",),
            done="The toy is made",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look whose tenant it is, and whether it has a toy."""
        tenant = (await graph.organization.get()).display_name
        if session.history.last_made(self.info.id) is not None:
            return Outlook(Finding(State.DONE, f"{tenant} has a toy."))
        asked = Question(COLOUR, "Of which colour?", answer="red")
        made = Change("Make {subject}.", "a toy")
        return Outlook(Finding(State.OPEN, f"{tenant} has no toy."), (made,), (asked,))

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Make a toy."""
        await session.log(self.info.id, Action.MADE, f"a {answers[COLOUR]} toy")
        return "There is a toy."

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Break the toy."""
        return f"There was {made.subject}."

    @staticmethod
    def undo_cost(made: JournalEntry) -> str:
        """Say what is lost."""
        return f"{made.subject.capitalize()} is lost."
