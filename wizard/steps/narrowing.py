"""Changes that may switch people off in Webex: what is said of them, asked before, and restarted.

A job that has run knows people in Webex. Whoever falls out of its scope is disabled there
(reference/graph-entra.md 5, 6.4 and 11), so nothing of the kind is done unless the administrator
types the application's name.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.jobs import USUAL
from wizard.graph.secrets import Secrets
from wizard.graph.service_principals import ServicePrincipal
from wizard.mapping.carrying import numbered
from wizard.mapping.document import MappingDocument
from wizard.mapping.reach import finds_otherwise, may_leave_out
from wizard.steps.base import Answers, Choice, Question
from wizard.steps.job_health import outdate_health, restarted
from wizard.steps.ownership import changing
from wizard.steps.previewing import AS_IT_IS, WouldBe
from wizard.steps.target import (
    NAME,
    known_job,
    name_to_type,
    principal_of,
    require_name,
    unless_gone,
)
from wizard.store.journal import Action
from wizard.store.narrowings import AGAIN, Narrows, by_itself
from wizard.words.progress import Progress, Report, silent

if TYPE_CHECKING:
    from wizard.steps.leavers import Leavers, Leaving

RESTART = "restart"
LATER, NOW = "later", "now"

COMES_BACK = (
    "Who was switched off in Webex meanwhile comes back with a later cycle of provisioning, not at "
    "once."
)
"""What undoing a narrowing does not do."""

_MAY = {
    Narrows.SCOPE: "With only who is assigned in scope, everybody else may be switched off in "
    "Webex.",
    Narrows.FILTER: "Who falls out of the filters may be switched off in Webex.",
    Narrows.ASSIGNMENT: "Who is in scope by an assignment that is removed, and by nothing else, "
    "may be switched off in Webex.",
    Narrows.MATCHING: "The rows that find people in Webex or switch them on change: people may be "
    "taken for another account, made anew, or switched off there.",
}
_BY_RESTART = "Saving alone does not do that: it takes effect with a restart of provisioning."
_BY_ITSELF = "A restart makes that take effect; Entra may also do it by itself in a later cycle."


@dataclass(frozen=True)
class Narrowing:
    """A change that may switch people off in Webex, and all that is known of whom it meets."""

    ways: tuple[Narrows, ...]
    principal: ServicePrincipal
    job: Job
    secrets: Secrets
    leaving: "Leaving | None" = None
    """Who would be switched off; None where nobody has looked."""

    def beside(self, other: "Narrowing | None") -> "Narrowing":
        """Return this together with another change of the same job."""
        if other is None:
            return self
        return replace(self, ways=tuple(dict.fromkeys((*other.ways, *self.ways))))

    @property
    def cautions(self) -> tuple[str, ...]:
        """When it takes effect, and what takes care of people; a sentence or two each."""
        when = [_BY_RESTART] if Narrows.SCOPE in self.ways else []
        when += [_BY_ITSELF] if set(self.ways) - {Narrows.SCOPE} else []
        return (*when, self.limit)

    @property
    def whom(self) -> str:
        """What it may do to people, and to whom, in sentences; whom it is stands last."""
        may, found = [_MAY[way] for way in self.ways], self.leaving
        known = self._linked if found is None or not found.is_known else ""
        return " ".join(filter(None, (*may, known, found.words if found else "")))

    async def looked(
        self,
        session: Session,
        leavers: "Leavers",
        would_be: WouldBe = AS_IT_IS,
        report: Report = silent,
    ) -> "Narrowing":
        """Return the same with who would be switched off by it; changes nothing.

        Args:
            session: The profile.
            leavers: Who looks.
            would_be: What is about to be changed.
            report: Is told how far that is.
        """
        tells_others = Narrows.MATCHING in self.ways
        found = await leavers.look(session, would_be, report, tells_others=tells_others)
        return replace(self, leaving=found)

    @property
    def waits(self) -> str:
        """What is said where it is saved, and no restart since is known."""
        return (
            "That still waits for a restart of provisioning, as far as is known here."
            f"{by_itself(self.ways)}"
        )

    @property
    def facts(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        return {"narrows": list(self.ways), "job_id": self.job.id}

    def questions(
        self, lead: str = "", *, restart: bool = True, told: bool = True
    ) -> tuple[Question, ...]:
        """Return what is asked before: whether to restart, and the application's name.

        Args:
            lead: What stands before both, where they concern only one of several answers.
            restart: Whether a restart is offered.
            told: Whether the first one says who may be switched off.
        """
        whom = self.whom if told else ""
        name = name_to_type(self.principal)
        typed = Question(NAME, f"{lead}This may switch people off in Webex. To do it, type {name}:")
        typed = replace(typed, caution="" if restart else whom)
        if not restart:
            return (typed,)
        on = "" if self.job.is_on else "; that switches provisioning on"
        choices = (
            Choice(LATER, "No, restart nothing"),
            Choice(NOW, f"Yes, restart it once, right after this{on}"),
        )
        text = f"{lead}Restart provisioning, to make it take effect?"
        return Question(RESTART, text, choices, LATER, caution=whom), typed

    def require_name(self, answers: Answers) -> None:
        """Let nobody be switched off unless the application's name was typed.

        Raises:
            InvalidInput: It was not (`narrowing-unnamed`).
        """
        require_name(
            self.principal,
            answers.get(NAME, ""),
            problem=f"{_MAY[self.ways[0]]} So it was not done.",
            to="do it all the same",
            code="narrowing-unnamed",
        )

    async def restart(
        self, session: Session, graph: GraphClient, step_id: str, answers: Answers, report: Report
    ) -> str:
        """Restart the job where that was chosen, and say when the change takes effect.

        The links stay: without them Entra would not know any more whom to switch off, and the
        reference of the restart says not to forget them (reference/graph-entra.md 2.7 and 11).
        """
        if answers.get(RESTART) != NOW:
            return _BY_RESTART if Narrows.SCOPE in self.ways else _BY_ITSELF
        report(Progress("Restarting provisioning."))
        change = restarted(self.job, "looks at everybody again")
        facts = {"service_principal_id": self.principal.id, "how": AGAIN, **self.facts}
        facts["changes"] = (change,)
        async with changing(session, step_id, change.subject, Action.RESTARTED, **facts):
            await graph.jobs.restart(self.principal.id, self.job.id, USUAL)
        outdate_health(session)
        return "Provisioning is restarted: it looks at everybody again."

    async def restart_for_saved(
        self, session: Session, graph: GraphClient, step_id: str, answers: Answers, report: Report
    ) -> str:
        """Restart, where that was chosen, for what was saved before; only by name.

        Raises:
            InvalidInput: The application's name was not typed (`narrowing-unnamed`).
        """
        if answers.get(RESTART) == NOW:
            self.require_name(answers)
        return await self.restart(session, graph, step_id, answers, report)

    @property
    def _linked(self) -> str:
        counted = self.job.linked_people
        if counted is None:
            return "Entra does not say how many people it has linked with an account there."
        who = "1 person is" if counted == 1 else f"{counted:,} people are"
        return f"By Entra's last count {who} linked with an account there."

    @property
    def limit(self) -> str:
        """What Entra would stop, and what not, in a sentence or two."""
        settings = self.secrets.notification
        kept = ""
        if self.secrets.keeps_out_of_scope:
            kept = "Entra is set to leave alone who falls out of scope. "
        if settings is None:
            return f"{kept}Entra tells no deletion limit that would stop it."
        if not settings.limits_deletions:
            return f"{kept}There is no deletion limit that would stop it."
        return (
            f"{kept}The deletion limit is {settings.deletion_limit:,}: a cycle that would switch "
            "off as many or more stops, and waits for you."
        )


async def narrowing(
    session: Session, graph: GraphClient, principal_id: str, ways: Iterable[Narrows]
) -> Narrowing | None:
    """Return what a change may do to people; None when it cannot, or the job has never run.

    Args:
        session: The profile, whose job comes first where there are several.
        graph: Who is asked.
        principal_id: The application.
        ways: How the change may leave people out.
    """
    ways = tuple(ways)
    job = await _job_that_ran(session, graph, principal_id) if ways else None
    if job is None:
        return None
    principal = await graph.service_principals.get(principal_id)
    return Narrowing(ways, principal, job, await graph.secrets.read(principal_id))


async def waiting_narrowing(
    session: Session, graph: GraphClient, *ways: Narrows
) -> Narrowing | None:
    """Return what was saved in some ways and waits for a restart; None where nothing does.

    That is known from the journal: of a restart in the portal it knows nothing.
    """
    history = session.history
    if not history.has_narrowed:
        return None
    found = await narrowing(session, graph, principal_of(session), ways)
    if found is None:
        return None
    known = tuple(way for way in history.unrestarted(found.job.id) if way in ways)
    return replace(found, ways=known) if known else None


def ways_between(present: MappingDocument, wanted: MappingDocument) -> tuple[Narrows, ...]:
    """Return how a mapping may leave out people, or groups, who are in scope of another."""
    was = dict(numbered(present.schema))
    pairs = [(was[key], each) for key, each in numbered(wanted.schema) if key in was]
    filters = any(may_leave_out(old.scope, new.scope) for old, new in pairs)
    matching = any(finds_otherwise(old, new) for old, new in pairs)
    return (Narrows.FILTER,) * filters + (Narrows.MATCHING,) * matching


async def _job_that_ran(session: Session, graph: GraphClient, principal_id: str) -> Job | None:
    jobs = await unless_gone(graph.jobs.list(principal_id)) or ()
    ran = [job for job in jobs if job.was_started]
    if principal_id == session.profile.entra.service_principal_id:
        known = await known_job(session, graph, jobs)
        if known is not None and known.was_started:
            return known
    return ran[0] if ran else None
