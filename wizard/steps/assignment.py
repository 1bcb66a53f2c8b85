"""Step `assignment`: who is provisioned; one test user first, or a group."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wizard.errors import InvalidInput, UnusableAnswer
from wizard.flow.session import Finding, Session, State
from wizard.graph.assignments import Assignment
from wizard.graph.client import GraphClient
from wizard.graph.directory import Group, User
from wizard.graph.models import Listing
from wizard.graph.service_principals import DEFAULT_ACCESS, AppRole, ServicePrincipal
from wizard.mapping.guests import address_at_home
from wizard.steps.base import Answers, Choice, GraphStep, Guide, Outlook, Question
from wizard.steps.groups import groups_of
from wizard.steps.narrowed_by_hand import caution
from wizard.steps.narrowing import NOW, RESTART, waiting_narrowing
from wizard.steps.ownership import intending, was_intended
from wizard.steps.portal import applications_link
from wizard.steps.target import principal_of
from wizard.store.journal import Action, Change, JournalEntry
from wizard.store.narrowings import Narrows
from wizard.words.progress import Progress, Report

STEP = "assignment"
_WHO, ROLE = "who", "role"
_ASSIGN = "Assign whom you choose, with {after}."
_COUNTED = 200
"""Assignments that are read to say how many there are."""
_GROUPS = 5
"""Groups of a search whose members are counted."""


class AssignmentStep(GraphStep):
    """Assigns a person or a group to the application."""

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
            ),
            older_portal=(
                "Open Cisco Webex > Users and groups > Add user.",
                "Pick one test user and a role, if the dialog offers one; choose Assign.",
            ),
            cautions=(
                "Not the administrator whose token this is: unassigning that account later would "
                "switch off its own token.",
                caution("assignment"),
                "Set up before 16 April 2020? Then people with the role Default Access are passed "
                "over; any other role will do.",
                "Members of nested groups are not provisioned. Groups need Entra ID P1 or P2.",
                "While groups are on, a group that you assign becomes a group in Webex, with its "
                "members. Switched off: in the portal under Provisioning > Scoping filters > "
                "Groups; in the older one under Mappings, the one for groups, Enabled.",
            ),
            done="One test user is assigned",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look who is assigned."""
        principal = await graph.service_principals.get(principal_of(session))
        assigned = await graph.assignments.list(principal.id, most=_COUNTED)
        count = len(assigned.items)
        question = Question(_WHO, "Whom? Type part of a name:", searches=True)
        plan = (Change(_ASSIGN, after=_with_role(principal)),)
        cautions = ["Begin with one test user; assign the others when that one has arrived."]
        if not principal.roles:
            cautions.append("The application has no role of its own, so it is Default Access.")
        if not count:
            finding = Finding(State.OPEN, "Nobody is assigned yet.")
        else:
            names = ", ".join(each.principal_display_name for each in assigned.items[:3])
            least = "" if assigned.is_complete else "at least "
            more = f" and {least}{count - 3} more" if count > 3 else ""
            finding = Finding(State.DONE, f"Assigned: {names}{more}.")
        asked = [question, *_which_role(principal)]
        meets = await waiting_narrowing(session, graph, Narrows.ASSIGNMENT)
        if meets is not None:
            finding = Finding(State.ATTENTION, f"{finding.text} {meets.waits}")
            asked += meets.questions()
            cautions = [*meets.cautions, *cautions]
        cautions += (await groups_of(session, graph)).until_scope_is_chosen.told
        return Outlook(finding, plan, tuple(asked), tuple(cautions))

    async def find(self, graph: GraphClient, question: str, text: str) -> tuple[Choice, ...]:
        """Return the people and security groups whose name begins with a text."""
        people = await graph.users.search(text)
        groups = await graph.groups.search(text)
        return (
            *(_person(each) for each in people.items),
            *[await _group(graph, each) for each in groups.items[:_GROUPS]],
            *_how_many(people, groups),
        )

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Assign the chosen one; who is assigned already stays so, and is not ours to remove.

        Where a removed assignment waits for a restart, that may be all that is chosen.

        Raises:
            UnusableAnswer: Nothing is chosen (`assignment-nobody`).
            InvalidInput: The role is gone
                (`assignment-role`), or a restart lacks the name (`narrowing-unnamed`).
        """
        assignee = answers.get(_WHO, "")
        wants_restart = answers.get(RESTART) == NOW
        meets = (
            await waiting_narrowing(session, graph, Narrows.ASSIGNMENT) if wants_restart else None
        )
        if meets is None:
            return await self._assign(session, graph, answers, report)
        meets.require_name(answers)
        said = await self._assign(session, graph, answers, report) if assignee else ""
        done = await meets.restart(session, graph, STEP, answers, report)
        return f"{said} {done}".lstrip()

    async def _assign(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        assignee = answers.get(_WHO, "")
        if not assignee:
            raise UnusableAnswer(
                "Nobody is chosen.",
                "Type part of a name, and mark a person or a group.",
                code="assignment-nobody",
                question=_WHO,
            )
        principal = await graph.service_principals.get(principal_of(session))
        role = _chosen_role(principal, answers.get(ROLE, ""))
        report(Progress("Assigning."))
        present = await graph.assignments.find(principal.id, assignee, role.id)
        if present is not None:
            return _found(session, principal, role, present, assignee)
        with intending(session, STEP, "an assignment", assignee=assignee):
            made, is_new = await graph.assignments.assign(principal.id, assignee, role.id)
        if not is_new:
            return _found(session, principal, role, made, assignee)
        _remember_made(session, principal, role, made)
        return f"{_name(made)} is assigned with the role {role.display_name}."

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


def _found(
    session: Session,
    principal: ServicePrincipal,
    role: AppRole,
    present: Assignment,
    assignee: str,
) -> str:
    """Note whose an assignment is that is there: what a cut-off attempt of ours made is ours."""
    intended = session.history.intention(STEP, assignee=assignee)
    if intended is not None and was_intended(intended, present.created_date_time):
        _remember_made(session, principal, role, present)
        return f"{_name(present)} is assigned."
    is_so = _assigned(present, role)
    is_so = replace(is_so, before=is_so.after)
    session.log(STEP, Action.ADOPTED, is_so.subject, changes=(is_so,), assignment_id=present.id)
    return f"{_name(present)} was assigned already."


def _remember_made(
    session: Session, principal: ServicePrincipal, role: AppRole, made: Assignment
) -> None:
    facts: dict[str, Any] = {
        "service_principal_id": principal.id,
        "assignment_id": made.id,
        "assignee": made.principal_id,
    }
    assigned = _assigned(made, role)
    session.log(STEP, Action.MADE, assigned.subject, changes=(assigned,), **facts)


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


def _person(person: User) -> Choice:
    off = "" if person.account_enabled is not False else ", account is off"
    guest = ", guest" if person.is_guest else ""
    name = address_at_home(person.user_principal_name)  # what is mapped
    return Choice(person.id, f"{person.display_name}, {name}{guest}{off}")


async def _group(graph: GraphClient, group: Group) -> Choice:
    members = await graph.groups.members(group.id)
    nested = ", but not those of groups in it" if members.is_nested else ""
    return Choice(group.id, f"Group {group.display_name}: {members.direct} members{nested}")


def _how_many(people: Listing[User], groups: Listing[Group]) -> tuple[Choice, ...]:
    """Return a remark about those that are not shown."""
    counted = (
        _counted(people, len(people.items), "people"),
        _counted(groups, min(len(groups.items), _GROUPS), "groups"),
    )
    told = " and ".join(filter(None, counted))
    return (Choice("", f"Shown: {told}. Type more of the name."),) if told else ()


def _counted(found: Listing[User] | Listing[Group], shown: int, what: str) -> str:
    total = len(found.items) if found.total is None else found.total
    if total <= shown and found.is_complete:
        return ""
    return f"{shown} of {max(total, shown):,} {what}"
