"""Step `assignment`: who is provisioned; one test user first, or a group."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wizard.errors import InvalidInput, UnusableAnswer, WizardError
from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.assignments import Assignment, assignment_of
from wizard.graph.client import GraphClient
from wizard.graph.service_principals import DEFAULT_ACCESS, AppRole, ServicePrincipal
from wizard.steps.assignees import Assignees
from wizard.steps.base import Answers, Choice, GraphStep, Guide, Outlook, Question, Tools
from wizard.steps.groups import groups_of
from wizard.steps.in_scope import note_somebody
from wizard.steps.narrowed_by_hand import caution
from wizard.steps.narrowing import NOW, RESTART, waiting_narrowing
from wizard.steps.ownership import intending, was_intended
from wizard.steps.portal import applications_link
from wizard.steps.previewing import WouldBe
from wizard.steps.target import principal_of
from wizard.store.journal import Action, Change, JournalEntry
from wizard.store.narrowings import Narrows
from wizard.words.progress import Progress, Report
from wizard.words.text import briefly

STEP = "assignment"
_WHO, ROLE = "who", "role"
_ASSIGN = "Assign {subject}, with {after}."
_COUNTED = 200
"""Assignments that are read to say how many there are."""


class AssignmentStep(GraphStep):
    """Assigns people and groups to the application, each by an assignment of its own."""

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._assignees = Assignees()

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand (reference/graph-entra.md 1 and 2.5)."""
        return Guide(
            purpose="Only people and groups assigned to the application are provisioned. Start "
            "with one test user, look at the result, then assign the others.",
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Users and groups > Add user/group.",
                "Pick one test user. Choose the role User, if the dialog offers one; choose "
                "Assign.",
                "To leave groups out, switch them off in Provisioning > Scoping filters > Groups.",
            ),
            older_portal=(
                "Open Cisco Webex > Users and groups > Add user.",
                "Pick one test user and a role, if the dialog offers one; choose Assign.",
                "To leave groups out, open Provisioning > Mappings > the one for groups; set "
                "Enabled to No.",
            ),
            cautions=(
                "Not the administrator whose token this is: unassigned later, that account "
                "switches off its own token.",
                caution("assignment"),
            ),
            notes=(
                "Set up before 16 April 2020? Then the role Default Access is passed over: "
                "choose another.",
                "Members of nested groups are not provisioned. Groups need Entra ID P1 or P2.",
                "While groups are on, an assigned group becomes one in Webex, with its members.",
            ),
            done="One test user is assigned",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look who is assigned."""
        self._assignees.forget()
        principal = await graph.service_principals.get(principal_of(session))
        assigned = await graph.assignments.list(principal.id, most=_COUNTED)
        count = len(assigned.items)
        question = Question(
            _WHO, "Whom? Type part of a name or address:", searches=True, takes_several=True
        )
        plan = (Change(_ASSIGN, "whom you choose", after=_with_role(principal)),)
        cautions = ["Begin with one test user; assign the others when that one has arrived."]
        if not principal.roles:
            cautions.append("The application has no role of its own, so it is Default Access.")
        if not count:
            finding = Finding(State.OPEN, "Nobody is assigned yet.")
        else:
            names = [each.principal_display_name for each in assigned.items]
            told = briefly(names, "" if assigned.is_complete else "at least ")
            finding = Finding(State.DONE, f"Assigned: {told}.")
        asked = [question, *_which_role(principal)]
        meets = await waiting_narrowing(session, graph, Narrows.ASSIGNMENT)
        if meets is not None:
            meets = await meets.looked(session, self.tools.leavers, report=graph.report)
            finding = Finding(State.ATTENTION, f"{finding.text} {meets.waits}")
            asked += meets.questions()
            cautions = [*meets.cautions, *cautions]
        cautions.append(" ".join((await groups_of(session, graph)).until_scope_is_chosen.facts))
        return Outlook(finding, plan, tuple(asked), tuple(cautions), about=_WHO)

    async def find(self, graph: GraphClient, question: str, text: str) -> tuple[Choice, ...]:
        """Return the people and security groups that a text finds, and how many there are."""
        return await self._assignees.find(graph, text)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Assign who is chosen; who is assigned already stays so, and is not ours to remove.

        Where a removed assignment waits for a restart, that may be all that is chosen.

        Raises:
            UnusableAnswer: Nothing is chosen (`assignment-nobody`).
            InvalidInput: The role is gone
                (`assignment-role`), or a restart lacks the name (`narrowing-unnamed`).
        """
        wants_restart = answers.get(RESTART) == NOW
        meets = (
            await waiting_narrowing(session, graph, Narrows.ASSIGNMENT) if wants_restart else None
        )
        if meets is None:
            return await self._assign(session, graph, answers, report)
        meets.require_name(answers)
        said = await self._assign(session, graph, answers, report) if answers.get(_WHO) else ""
        done = await meets.restart(session, graph, STEP, answers, report)
        return f"{said} {done}".lstrip()

    async def _assign(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        chosen = tuple(dict.fromkeys(answers.get(_WHO, "").split()))
        if not chosen:
            raise UnusableAnswer(
                "Nobody is chosen.",
                "Type part of a name, and mark a person or a group.",
                code="assignment-nobody",
                question=_WHO,
            )
        principal = await graph.service_principals.get(principal_of(session))
        role = _chosen_role(principal, answers.get(ROLE, ""))
        report(Progress("Assigning."))
        present = (await graph.assignments.list(principal.id)).items
        new: list[str] = []
        there: list[str] = []
        for at, assignee in enumerate(chosen):
            if at:
                report(Progress(f"Assigning: {at:,} of {len(chosen):,} done."))
            try:
                is_ours, name = await _assigned_one(
                    session, graph, principal, role, assignee=assignee, present=present
                )
            except WizardError as error:
                if new:
                    error.add(f"Assigned before that: {briefly(new)}.")
                raise
            note_somebody(session)
            (new if is_ours else there).append(name)
        return _said(new, there, role)

    def back(self, session: Session, made: JournalEntry) -> WouldBe:
        """Return that the assignment is not there any more."""
        return WouldBe(unassigned=frozenset({str(made.details["assignment_id"])}))

    async def narrows_back(
        self,
        session: Session,
        graph: GraphClient,
        made: JournalEntry,
        earlier: Sequence[JournalEntry] = (),
    ) -> tuple[Narrows, ...]:
        """Leave out whoever is in scope by the assignment alone."""
        return (Narrows.ASSIGNMENT,)

    @staticmethod
    def undo_cost(made: JournalEntry) -> str:
        """Say who is disabled."""
        return "Who was provisioned through it may be switched off in Webex; a group stays there."

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Remove the assignment that we made."""
        was_there = await graph.assignments.remove(
            str(made.details["service_principal_id"]), str(made.details["assignment_id"])
        )
        return f"{made.subject} is {'not' if was_there else 'no longer'} assigned."


async def _assigned_one(
    session: Session,
    graph: GraphClient,
    principal: ServicePrincipal,
    role: AppRole,
    *,
    assignee: str,
    present: Sequence[Assignment],
) -> tuple[bool, str]:
    """Assign one person or group; return whether the assignment is ours, and whose it is."""
    made, is_new = assignment_of(present, assignee, role.id), False
    if made is None:
        async with intending(session, STEP, "an assignment", assignee=assignee):
            made, is_new = await graph.assignments.assign(principal.id, assignee, role.id)
    if is_new or _is_cut_off(session, made, assignee):
        await _remember_made(session, principal, role, made)
        return True, _name(made)
    is_so = _assigned(made, role)
    is_so = replace(is_so, before=is_so.after)
    await session.log(STEP, Action.ADOPTED, is_so.subject, changes=(is_so,), assignment_id=made.id)
    return False, _name(made)


def _is_cut_off(session: Session, present: Assignment, assignee: str) -> bool:
    """Tell whether an assignment that is there was made by an attempt of ours that was cut off."""
    intended = session.history.intention(STEP, assignee=assignee)
    return intended is not None and was_intended(intended, present.created_date_time)


def _said(new: Sequence[str], there: Sequence[str], role: AppRole) -> str:
    """Return in sentences who is assigned by us, and who was assigned already."""
    said = []
    if new:
        verb = "is" if len(new) == 1 else "are"
        said.append(f"{briefly(new)} {verb} assigned with the role {role.display_name}.")
    if there:
        said.append(f"{briefly(there)} {'was' if len(there) == 1 else 'were'} assigned already.")
    return " ".join(said)


async def _remember_made(
    session: Session, principal: ServicePrincipal, role: AppRole, made: Assignment
) -> None:
    facts: dict[str, Any] = {
        "service_principal_id": principal.id,
        "assignment_id": made.id,
        "assignee": made.principal_id,
    }
    assigned = _assigned(made, role)
    await session.log(STEP, Action.MADE, assigned.subject, changes=(assigned,), **facts)


def _assigned(made: Assignment, role: AppRole) -> Change:
    return Change(_ASSIGN, _name(made), after=f"the role {role.display_name}")


def _name(made: Assignment) -> str:
    return made.principal_display_name or "The one you chose"


def _with_role(principal: ServicePrincipal) -> str:
    if len(principal.roles) > 1:
        return "the role you choose"
    return f"the role {_chosen_role(principal, '').display_name}"


def _which_role(principal: ServicePrincipal) -> tuple[Question, ...]:
    """Return the question for the role, where there is more than one to choose from."""
    if len(principal.roles) < 2:
        return ()
    choices = tuple(Choice(role.id, role.display_name or role.id) for role in principal.roles)
    return (Question(ROLE, "With which role?", choices, principal.recommended_role_id),)


def _chosen_role(principal: ServicePrincipal, answer: str) -> AppRole:
    """Return the role that was answered, or else the recommended one.

    Raises:
        InvalidInput: The application does not have that role any more (`assignment-role`).
    """
    if not principal.roles:
        return AppRole(id=DEFAULT_ACCESS, display_name="Default Access")
    wanted = answer or principal.recommended_role_id
    found = next((role for role in principal.roles if role.id == wanted), None)
    if found is None:
        raise InvalidInput(
            "The application does not have the role that was chosen.",
            "Look again, and choose one of its roles.",
            code="assignment-role",
        )
    return found
