"""Step `assignment` through Graph: one test user first, or a group."""

from wizard.errors import InvalidInput
from wizard.flow import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.directory import Group, User
from wizard.graph.service_principals import DEFAULT_ACCESS, ServicePrincipal
from wizard.journal import JournalEntry
from wizard.progress import Progress, Report
from wizard.steps.automatic import Answers, Choice, Outlook, Question
from wizard.steps.entra.known import intention, principal_of

STEP = "assignment"
WHO = "who"
_COUNTED = 200
"""Assignments that are read to say how many there are."""
_GROUPS = 5
"""Groups of a search whose members are counted."""


class AssignmentAction:
    """Assigns a person or a group to the application."""

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look who is assigned."""
        principal = await graph.service_principals.get(principal_of(session))
        assigned = await graph.assignments.list(principal.id, most=_COUNTED)
        count = len(assigned.items)
        question = Question(WHO, "Whom? Type part of a name:", searches=True)
        plan = (f"Assign whom you choose, with the role {_role(principal)}.",)
        cautions = ["Begin with one test user; assign the others when that one has arrived."]
        if not principal.roles:
            cautions.append("The application has no role of its own, so it is Default Access.")
        if not count:
            finding = Finding(State.OPEN, "Nobody is assigned yet.")
        else:
            names = ", ".join(each.principal_display_name for each in assigned.items[:3])
            more = f" and {count - 3} more" if count > 3 else ""
            finding = Finding(State.DONE, f"Assigned: {names}{more}.")
        return Outlook(finding, plan, (question,), tuple(cautions))

    async def find(self, graph: GraphClient, question: str, text: str) -> tuple[Choice, ...]:
        """Return the people and security groups whose name begins with a text."""
        people = (await graph.users.search(text)).items
        groups = (await graph.groups.search(text)).items[:_GROUPS]
        return (
            *(_person(each) for each in people),
            *[await _group(graph, each) for each in groups],
        )

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Assign the chosen one; who is assigned already stays so, and is not ours to remove."""
        assignee = answers.get(WHO, "")
        if not assignee:
            raise InvalidInput(
                "Nobody is chosen.",
                "Type part of a name, and mark a person or a group.",
                code="assignment-nobody",
            )
        principal = await graph.service_principals.get(principal_of(session))
        report(Progress("Assigning."))
        cut_off = intention(session, STEP)
        session.log(STEP, "intended", "an assignment", assignee=assignee)
        made, is_new = await graph.assignments.assign(
            principal.id, assignee, principal.recommended_role_id
        )
        name = made.principal_display_name or "The one you chose"
        was_ours = cut_off is not None and cut_off.details.get("assignee") == assignee
        if not (is_new or was_ours):
            session.log(STEP, "adopted", name, assignment_id=made.id)
            return f"{name} was assigned already."
        session.log(STEP, "made", name, service_principal_id=principal.id, assignment_id=made.id)
        return f"{name} is assigned with the role {_role(principal)}."

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Remove the assignment that we made."""
        was_there = await graph.assignments.remove(
            str(made.details["service_principal_id"]), str(made.details["assignment_id"])
        )
        return f"{made.subject} is {'not' if was_there else 'no longer'} assigned."


def _role(principal: ServicePrincipal) -> str:
    if principal.recommended_role_id == DEFAULT_ACCESS:
        return "Default Access"
    return principal.roles[0].display_name or "of the application"


def _person(person: User) -> Choice:
    off = "" if person.account_enabled is not False else ", account is off"
    guest = ", guest" if person.is_guest else ""
    return Choice(person.id, f"{person.display_name}, {person.user_principal_name}{guest}{off}")


async def _group(graph: GraphClient, group: Group) -> Choice:
    members = await graph.groups.members(group.id)
    nested = ", but not those of groups in it" if members.is_nested else ""
    return Choice(group.id, f"Group {group.display_name}: {members.direct} members{nested}")
