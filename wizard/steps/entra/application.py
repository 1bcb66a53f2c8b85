"""Step `application` through Graph: adopt Cisco Webex, or add it from the gallery."""

from dataclasses import dataclass

from wizard.errors import AnswerError
from wizard.flow import Finding, Session, State
from wizard.graph.application_templates import WEBEX
from wizard.graph.client import GraphClient
from wizard.graph.service_principals import ServicePrincipal
from wizard.journal import JournalEntry
from wizard.progress import Progress, Report
from wizard.steps.automatic import Answers, Choice, Outlook, Question
from wizard.steps.entra.known import Unsearched, intending, intention, remember

STEP = "application"
WHICH = "which"
ADD = "add"
"""The answer that adds another one from the gallery."""

_NAMESAKES = "Two applications that provision the same organization work against each other."


@dataclass(frozen=True)
class _Found:
    template_id: str
    principals: tuple[ServicePrincipal, ...]


class ApplicationAction(Unsearched):
    """Finds the enterprise application, or makes it."""

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look for applications made from the gallery's Cisco Webex."""
        found = await _found(graph)
        chosen = _chosen(session, found)
        if chosen is not None:
            return _outlook_of_chosen(session, chosen)
        if not found.principals:
            return Outlook(
                Finding(State.OPEN, f"{WEBEX} is not in your tenant yet."),
                (
                    f"Add {WEBEX} from the gallery.",
                    "Hide it from people's My Apps page.",
                ),
            )
        return await _outlook_of_several(graph, found)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Adopt the chosen application as it is, or add one and hide it from people's apps."""
        found = await _found(graph)
        principal = _chosen(session, found) or _ours(session, found)
        if principal is None:
            principal = _answered(found, answers.get(WHICH, ""))
        if principal is None:
            principal = await self._added(session, graph, found, report)
        else:
            await self._adopted(session, graph, principal)
        if _was_made(session, principal):
            report(Progress("Hiding it from people's My Apps page."))
            await graph.service_principals.hide(principal.id)
        return f"{principal.display_name} is the application that provisions."

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Delete the application we added."""
        was_there = await graph.applications.delete(str(made.details["application_id"]))
        remember(
            session, application_id="", service_principal_id="", sync_template_id="", job_id=""
        )
        if not was_there:
            return f"{made.subject} was not there any more."
        return f"{made.subject} is deleted; Entra can restore it for 30 days."

    async def _added(
        self, session: Session, graph: GraphClient, found: _Found, report: Report
    ) -> ServicePrincipal:
        before = [each.id for each in await graph.applications.of_template(found.template_id)]
        report(Progress(f"Adding {WEBEX} from the gallery."))
        with intending(session, STEP, WEBEX, before=before):
            made = await graph.applications.instantiate(found.template_id, WEBEX)
        self._remember_made(session, made.application.id, made.service_principal)
        return made.service_principal

    async def _adopted(
        self, session: Session, graph: GraphClient, principal: ServicePrincipal
    ) -> None:
        if session.profile.entra.service_principal_id == principal.id:
            return
        application = await graph.applications.of_app(principal.app_id)
        application_id = application.id if application else ""
        cut_off = intention(session, STEP)
        if cut_off is not None and application_id not in cut_off.details.get("before", []):
            self._remember_made(session, application_id, principal)
            return
        remember(session, application_id=application_id, service_principal_id=principal.id)
        session.log(STEP, "adopted", principal.display_name, service_principal_id=principal.id)

    def _remember_made(
        self, session: Session, application_id: str, principal: ServicePrincipal
    ) -> None:
        session.log(
            STEP,
            "made",
            principal.display_name or WEBEX,
            application_id=application_id,
            service_principal_id=principal.id,
        )
        remember(session, application_id=application_id, service_principal_id=principal.id)


async def candidates(graph: GraphClient) -> tuple[ServicePrincipal, ...]:
    """Return the applications of the tenant that may provision Webex.

    Raises:
        AnswerError: The gallery does not offer one (`entra-no-gallery-application`).
    """
    return (await _found(graph)).principals


async def _found(graph: GraphClient) -> _Found:
    templates = await graph.application_templates.named(WEBEX)
    if not templates or not templates[0].can_provision:
        raise AnswerError(
            f"The gallery of your tenant has no application {WEBEX} that can provision.",
            "Check the cloud of your tenant; the application is not offered in China.",
            code="entra-no-gallery-application",
        )
    template_id = templates[0].id
    by_template = await graph.service_principals.of_template(template_id)
    by_name = await graph.service_principals.named(WEBEX)
    unique = {each.id: each for each in (*by_template, *by_name)}
    return _Found(template_id, tuple(unique.values()))


def _chosen(session: Session, found: _Found) -> ServicePrincipal | None:
    """Return the application that this profile works with, if it is still there."""
    known = session.profile.entra.service_principal_id
    return next((each for each in found.principals if known and each.id == known), None)


def _ours(session: Session, found: _Found) -> ServicePrincipal | None:
    """Return the application that a run which was cut off has added, if it is the only one."""
    cut_off = intention(session, STEP)
    if cut_off is None or cut_off.details.get("before") or len(found.principals) != 1:
        return None
    return found.principals[0]


def _answered(found: _Found, answer: str) -> ServicePrincipal | None:
    return next((each for each in found.principals if each.id == answer), None)


def _outlook_of_chosen(session: Session, chosen: ServicePrincipal) -> Outlook:
    text = f"{chosen.display_name} is in your tenant, and this profile works with it."
    if chosen.is_hidden or not _was_made(session, chosen):
        return Outlook(Finding(State.DONE, text))
    return Outlook(Finding(State.DONE, text), ("Hide it from people's My Apps page.",))


async def _outlook_of_several(graph: GraphClient, found: _Found) -> Outlook:
    choices = []
    for principal in found.principals:
        jobs = await graph.jobs.list(principal.id)
        state = "provisioning is set up" if jobs else "provisioning is not set up"
        choices.append(Choice(principal.id, f"{principal.display_name}: {state}"))
    choices.append(Choice(ADD, f"Add another {WEBEX} from the gallery"))
    count = len(found.principals)
    text = f"{WEBEX} is in your tenant" + (f" {count} times." if count > 1 else ".")
    question = Question(WHICH, "Which one shall provision?", tuple(choices), choices[0].id)
    return Outlook(
        Finding(State.OPEN, text),
        ("Work with the one you choose; nothing about it is changed.",),
        (question,),
        (_NAMESAKES,),
    )


def _was_made(session: Session, principal: ServicePrincipal) -> bool:
    return any(
        entry.step == STEP
        and entry.action == "made"
        and entry.details.get("service_principal_id") == principal.id
        for entry in session.journal
    )
