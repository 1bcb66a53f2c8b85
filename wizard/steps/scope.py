"""Step `scope`: only who is assigned, or everybody."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from wizard.errors import InvalidInput
from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.steps.base import Answers, Choice, CopyValue, GraphStep, Guide, Outlook, Question, Tools
from wizard.steps.groups import groups_of
from wizard.steps.in_scope import WHERE, nobody_in_scope, note_somebody
from wizard.steps.narrowed_by_hand import caution
from wizard.steps.narrowing import COMES_BACK, Narrowing, narrowing, waiting_narrowing
from wizard.steps.portal import applications_link
from wizard.steps.previewing import WouldBe
from wizard.steps.saved_settings import NOT_OURS_HINT, Given
from wizard.steps.target import principal_of, require_place
from wizard.store.journal import Change, JournalEntry
from wizard.store.narrowings import Narrows
from wizard.words.progress import Progress, Report

STEP = "scope"
_WHO = "who"
ASSIGNED, EVERYBODY = "assigned", "everybody"

_CHOICES = (
    Choice(ASSIGNED, "Only the users and groups that are assigned"),
    Choice(EVERYBODY, "Everybody in the directory"),
)
_SAVE = Change("Save your choice in Entra.", "who is in scope")
_WORDS = MappingProxyType({True: "everybody", False: "only who is assigned", None: "not said"})
_BACK_LATER = "Who was disabled in Webex meanwhile comes back with a later cycle, not at once."
_EVERYBODY = (
    "Everybody means everybody: guests and service accounts too, and each becomes an account in "
    "Webex."
)


class ScopeStep(GraphStep):
    """Switches who is in scope at all."""

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._given = Given(tools)

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand (reference/graph-entra.md 3)."""
        return Guide(
            purpose="Scope decides whether only assigned people are provisioned, or the whole "
            "directory. Only assigned is the safe choice.",
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Provisioning > Manage > Scoping filters > Users > the pencil.",
                "In Configure Scoping Filters, under Scope by assignment, choose only assigned "
                "users and groups; review and save.",
                "Look at the tab Groups of Scoping filters: switch groups off there, or leave them "
                "on.",
            ),
            older_portal=(
                "Open Provisioning > Settings.",
                "Set Scope to Sync only assigned users and groups; choose Save.",
                "Look under Mappings: open the one for groups, and set Enabled to No, or leave it.",
            ),
            values=(CopyValue("Scope", "Sync only assigned users and groups"),),
            cautions=(
                "Everybody means everybody: guests and service accounts too.",
                caution("scope"),
            ),
            notes=(
                "While groups are on, each assigned group becomes a group in Webex, with its "
                "members; with everybody in scope, each group of the directory.",
            ),
            done="The scope is set",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look who is in scope, and whom leaving only who is assigned may meet."""
        saved = await self._given.saved(session, graph)
        if saved.has_unknown_scope:
            unknown = _unknown()
            return Outlook(Finding(State.ATTENTION, unknown.message, unknown.hint))
        everybody = saved.syncs_all
        nobody = await nobody_in_scope(session, graph)
        groups = ((f"{nobody} {WHERE}",) if nobody else ()) + (await _groups(session, graph),)
        waits = await _waiting(session, graph, everybody)
        if everybody is None:
            finding = Finding(State.OPEN, "Entra does not say yet who is in scope.")
        elif everybody:
            finding = Finding(State.ATTENTION, "Everybody in the directory is in scope.")
        elif waits is not None:
            finding = Finding(State.ATTENTION, f"{_said(everybody)} {waits.waits}")
        else:
            finding = Finding(State.DONE, _said(everybody))
        if not self._given.are_saved_by_us(session):
            return Outlook(replace(finding, hint=NOT_OURS_HINT), cautions=groups)
        meets = waits or await _narrowing(session, graph, everybody)
        if meets is not None:
            fewer = WouldBe(everybody=False)
            meets = await meets.looked(session, self.tools.leavers, fewer, graph.report)
        # Where it may switch people off, the safe choice is what is so.
        answer = EVERYBODY if everybody and meets else ASSIGNED
        question = Question(
            _WHO, "Who shall be provisioned?", _CHOICES, answer, caution=meets.whom if meets else ""
        )
        asked = meets.questions("For only who is assigned: ", told=False) if meets else ()
        return Outlook(
            finding,
            (replace(_SAVE, before=_WORDS[everybody]),),
            (question, *asked),
            (*(meets.cautions if meets else ()), _EVERYBODY, *groups),
        )

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Switch the scope, unless it is so; only by name where that may switch people off.

        Raises:
            InvalidInput: The application's name was not typed (`narrowing-unnamed`), or Entra has
                a scope that this program does not know (`scope-unknown`).
        """
        everybody = answers.get(_WHO, ASSIGNED) == EVERYBODY
        saved = await self._given.saved(session, graph)
        if saved.has_unknown_scope:
            raise _unknown()
        before = saved.syncs_all
        if before is everybody:
            waits = await _waiting(session, graph, everybody)
            if waits is None:
                return _said(everybody)
            done = await waits.restart_for_saved(session, graph, STEP, answers, report)
            return f"{_said(everybody)} {done}"
        meets = None if everybody else await _narrowing(session, graph, before)
        if meets is None:
            widens = {"widens": [Narrows.SCOPE]} if everybody else {}
            await self._switch(session, graph, everybody, report, before, **widens)
            return _said(everybody)
        if self._given.are_saved_by_us(session):  # or else saving refuses for that
            meets.require_name(answers)
        await self._switch(session, graph, everybody, report, before, **meets.facts)
        done = await meets.restart(session, graph, STEP, answers, report)
        return f"{_said(everybody)} {done}"

    def back(self, session: Session, made: JournalEntry) -> WouldBe:
        """Return who is in scope again."""
        return WouldBe(everybody=made.details.get("before") is True)

    async def narrows_back(
        self,
        session: Session,
        graph: GraphClient,
        made: JournalEntry,
        earlier: Sequence[JournalEntry] = (),
    ) -> tuple[Narrows, ...]:
        """Tell whether who is not assigned falls out of scope again, by the entry alone."""
        widened = made.details.get("everybody") is not False
        return (Narrows.SCOPE,) if widened and made.details.get("before") is not True else ()

    @staticmethod
    def undo_cost(made: JournalEntry) -> str:
        """Say who comes into scope, or falls out of it."""
        if made.details.get("before") is True:
            return f"Everybody in the directory comes into scope again. {_BACK_LATER}"
        if made.details.get("everybody") is False:
            return ""
        return (
            "Who is not assigned falls out of scope; who was provisioned so may be switched off in "
            "Webex after a restart."
        )

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Switch the scope back; where Entra had none, only who is assigned stays in it."""
        require_place(session, made)
        everybody = made.details.get("before") is True
        saved = await self._given.saved(session, graph)
        if saved.has_unknown_scope:
            raise _unknown()
        if saved.syncs_all is not everybody:
            await self._given.put_back(
                session, graph, lambda secrets: secrets.with_scope(everybody=everybody)
            )
        return (
            f"{_said(everybody)} {COMES_BACK}" if made.details.get("narrows") else _said(everybody)
        )

    async def _switch(
        self,
        session: Session,
        graph: GraphClient,
        everybody: bool,
        report: Report,
        before: bool | None,
        **details: Any,
    ) -> None:
        report(Progress("Saving the scope in Entra."))
        subject = f"{_WORDS[everybody]} in scope"
        await self._given.save(
            session,
            graph,
            STEP,
            subject,
            lambda saved: saved.with_scope(everybody=everybody),
            before=before,
            everybody=everybody,
            changes=(replace(_SAVE, before=_WORDS[before], after=_WORDS[everybody]),),
            **details,
        )
        if everybody:
            note_somebody(session)


async def _groups(session: Session, graph: GraphClient) -> str:
    """Return what each choice means for groups."""
    few = await groups_of(session, graph, everybody=False)
    if few.goes_along is False:
        return " ".join(few.told)
    return few.beside(await groups_of(session, graph, everybody=True))


async def _narrowing(
    session: Session, graph: GraphClient, everybody: bool | None
) -> Narrowing | None:
    """Return whom it may meet that only who is assigned stays in scope; unknown counts as all."""
    ways = () if everybody is False else (Narrows.SCOPE,)
    return await narrowing(session, graph, principal_of(session), ways)


async def _waiting(
    session: Session, graph: GraphClient, everybody: bool | None
) -> Narrowing | None:
    """Return whom it meets that only who is assigned is in scope, where that waits."""
    return await waiting_narrowing(session, graph, Narrows.SCOPE) if everybody is False else None


def _unknown() -> InvalidInput:
    return InvalidInput(
        "Entra has a scope that this program does not know, so it stays as it is.",
        "Do this step by hand in the portal.",
        code="scope-unknown",
    )


def _said(everybody: bool) -> str:
    return "Everybody is in scope." if everybody else "Only who is assigned is in scope."
