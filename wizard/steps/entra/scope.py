"""Step `scope` through Graph: only who is assigned, or everybody."""

from dataclasses import replace

from wizard.flow import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.journal import JournalEntry
from wizard.progress import Progress, Report
from wizard.steps.automatic import Answers, Choice, Outlook, Question
from wizard.steps.entra.given import NOT_OURS_HINT, Given
from wizard.steps.entra.groups import groups_of
from wizard.steps.entra.known import Unsearched, require_place

STEP = "scope"
WHO = "who"
ASSIGNED, EVERYBODY = "assigned", "everybody"

_CHOICES = (
    Choice(ASSIGNED, "Only the users and groups that are assigned"),
    Choice(EVERYBODY, "Everybody in the directory"),
)
_EVERYBODY = "Everybody means everybody: each person in the directory needs a licence."


class ScopeAction(Unsearched):
    """Switches who is in scope at all."""

    def __init__(self, given: Given) -> None:
        self._given = given

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look who is in scope."""
        everybody = (await self._given.saved(session, graph)).syncs_all
        question = Question(WHO, "Who shall be provisioned?", _CHOICES, ASSIGNED)
        cautions: tuple[str, ...] = (_EVERYBODY,)
        cautions += await _groups(session, graph)
        plan = ("Save your choice in Entra.",)
        if everybody is None:
            finding = Finding(State.OPEN, "Entra does not say yet who is in scope.")
        elif everybody:
            finding = Finding(State.ATTENTION, "Everybody in the directory is in scope.")
        else:
            finding = Finding(State.DONE, "Only who is assigned is in scope.")
        if not self._given.are_saved_by_us(session):
            return Outlook(replace(finding, hint=NOT_OURS_HINT), cautions=cautions[1:])
        return Outlook(finding, plan, (question,), cautions)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Switch the scope, unless it is so."""
        everybody = answers.get(WHO, ASSIGNED) == EVERYBODY
        before = (await self._given.saved(session, graph)).syncs_all
        if before is not everybody:
            await self._switch(session, graph, everybody, report, before)
        return _said(everybody)

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Switch the scope back; where Entra had none, only who is assigned stays in it."""
        require_place(session, made)
        everybody = made.details.get("before") is True
        if (await self._given.saved(session, graph)).syncs_all is not everybody:
            await self._given.put_back(
                session, graph, lambda saved: saved.with_scope(everybody=everybody)
            )
        return _said(everybody)

    async def _switch(
        self,
        session: Session,
        graph: GraphClient,
        everybody: bool,
        report: Report,
        before: bool | None,
    ) -> None:
        report(Progress("Saving the scope in Entra."))
        subject = "everybody in scope" if everybody else "only who is assigned in scope"
        await self._given.save(
            session,
            graph,
            STEP,
            subject,
            lambda saved: saved.with_scope(everybody=everybody),
            before=before,
            everybody=everybody,
        )


async def _groups(session: Session, graph: GraphClient) -> tuple[str, ...]:
    """Return what each choice means for groups."""
    few = await groups_of(session, graph, everybody=False)
    if few.goes_along is False:
        return few.told
    many = await groups_of(session, graph, everybody=True)
    everybody = (f"With everybody: {line[:1].lower()}{line[1:]}" for line in many.facts)
    return (*few.facts, *everybody, *many.advice)


def _said(everybody: bool) -> str:
    return "Everybody is in scope." if everybody else "Only who is assigned is in scope."
