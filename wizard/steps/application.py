"""Step `application`: adopt Cisco Webex, or add it from the gallery."""

from dataclasses import replace

from wizard.errors import InvalidInput
from wizard.flow.session import Finding, Session, State
from wizard.graph.application_templates import WEBEX
from wizard.graph.client import GraphClient
from wizard.graph.service_principals import ServicePrincipal
from wizard.steps.applications import STEP, Applications, find_applications, made_entry
from wizard.steps.base import Answers, Choice, CopyValue, GraphStep, Guide, Outlook, Question
from wizard.steps.ownership import intending
from wizard.steps.portal import portal_link
from wizard.steps.target import remember
from wizard.store.journal import Action, Change, JournalEntry
from wizard.words.progress import Progress, Report

_WHICH = "which"
ADD = "add"
"""The answer that adds another one from the gallery."""

_NAMESAKES = "Two applications that provision the same organization work against each other."
_CUT_OFF = (
    "An earlier run was cut off while it added the application. What it added cannot be told from "
    "what somebody else added, so it would not be deleted by an undo."
)
_NOTHING_CAME = (
    "An earlier run was cut off while it added the application, and nothing has appeared since."
)
_THERE = "in the tenant"
_ADD = Change("Add {subject} from the gallery.", WEBEX, after=_THERE)
_GO_ON = replace(_ADD, verb="Go on with it.")
_ADOPT = Change(
    "Work with the one you choose; if others added it, this step changes nothing in it.",
    WEBEX,
    _THERE,
    _THERE,
)
_OR_ADD = replace(
    _ADD, verb="Or add another {subject} from the gallery, hidden from people's My Apps page."
)
_HIDE = Change("Hide it from people's My Apps page.", WEBEX, "shown", "hidden")
_HIDE_OURS = replace(_HIDE, verb="Hide one that this program added from people's My Apps page.")


class ApplicationStep(GraphStep):
    """Finds the enterprise application, or makes it."""

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand (reference/graph-entra.md 1 and 2.1)."""
        return Guide(
            purpose="Provisioning is part of an enterprise application. If you have one already, "
            "use it: two would work against each other.",
            link=portal_link(self.tools.endpoints, "Microsoft_AAD_IAM/AppGalleryBladeV2"),
            portal=(
                "Open Entra ID > Enterprise apps; search for Cisco Webex.",
                "Found? Open it; this step is done.",
                "Not found? New application > search Cisco Webex > the tile of exactly this name "
                "(not Cisco Webex Meetings) > Create.",
            ),
            older_portal=(
                "Open Azure Active Directory > Enterprise applications > All applications.",
                "Search for Cisco Webex. If it is missing: New application, search Cisco Webex, "
                "Add.",
            ),
            values=(CopyValue("Application name", WEBEX),),
            notes=("To keep it off people's My Apps page: Properties > Visible to users > No.",),
            done="Cisco Webex is in your list of enterprise applications",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look for applications made from the gallery's Cisco Webex."""
        found = await find_applications(session, graph)
        if found.chosen is not None:
            return _outlook_of_chosen(session, found.chosen)
        if found.ours is not None:
            text = f"{found.ours.display_name} is there: an earlier run added it and was cut off."
            return Outlook(Finding(State.OPEN, text), (_GO_ON, _HIDE))
        if found.principals:
            return await _outlook_of_several(session, graph, found)
        return Outlook(
            Finding(State.OPEN, f"{WEBEX} is not in your tenant yet."),
            (_ADD, _HIDE),
            cautions=(_NOTHING_CAME,) if found.was_cut_off else (),
        )

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Adopt the chosen application as it is, or add one and hide it from people's apps."""
        found = await find_applications(session, graph)
        principal = await _settled(session, graph, found, answers.get(_WHICH, ""), report)
        if made_entry(session, principal.id) is not None:
            report(Progress("Hiding it from people's My Apps page."))
            await graph.service_principals.hide(principal.id)
        return f"{principal.display_name} is the application that provisions."

    @staticmethod
    def undo_cost(made: JournalEntry) -> str:
        """Say what goes with the application."""
        return (
            "Its assignments and its provisioning go with it. Entra can restore it for 30 days; "
            "who was provisioned stays in Webex."
        )

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Delete the application we added."""
        was_there = await graph.applications.delete(str(made.details["application_id"]))
        if session.profile.entra.service_principal_id == made.details["service_principal_id"]:
            _work_with(session, "", "")
        if not was_there:
            return f"{made.subject} was not there any more."
        return f"{made.subject} is deleted; Entra can restore it for 30 days."


async def _settled(
    session: Session, graph: GraphClient, found: Applications, answer: str, report: Report
) -> ServicePrincipal:
    """Return the application to work with: known, answered, added by a cut-off run, or new."""
    if found.chosen is not None:
        if made := made_entry(session, found.chosen.id):
            _work_with(session, str(made.details["application_id"]), found.chosen.id)
        return found.chosen
    answered = next((each for each in found.principals if each.id == answer), None)
    if found.ours is not None and answered in {None, found.ours} and answer != ADD:
        await _remember_made(session, found.ours_id, found.ours)
        return found.ours
    if answered is not None:
        return await _adopted(session, graph, answered)
    if found.principals and answer != ADD:
        raise InvalidInput(
            f"{WEBEX} is in your tenant meanwhile, so no other was added.",
            "Look again, and choose which one shall provision.",
            code="application-there",
        )
    return await _added(session, graph, found, report)


async def _added(
    session: Session, graph: GraphClient, found: Applications, report: Report
) -> ServicePrincipal:
    before = [each.id for each in await graph.applications.of_template(found.template_id)]
    report(Progress(f"Adding {WEBEX} from the gallery."))
    async with intending(session, STEP, _ADD.subject, before=before):
        made = await graph.applications.instantiate(found.template_id, WEBEX, before=before)
    await _remember_made(session, made.application.id, made.service_principal)
    return made.service_principal


async def _adopted(
    session: Session, graph: GraphClient, principal: ServicePrincipal
) -> ServicePrincipal:
    application = await graph.applications.of_app(principal.app_id)
    found = replace(_ADOPT, subject=principal.display_name or WEBEX)
    facts = {"service_principal_id": principal.id}
    await session.log(STEP, Action.ADOPTED, found.subject, changes=(found,), **facts)
    _work_with(session, application.id if application else "", principal.id)
    return principal


async def _remember_made(
    session: Session, application_id: str, principal: ServicePrincipal
) -> None:
    added = replace(_ADD, subject=principal.display_name or WEBEX)
    facts = {"application_id": application_id, "service_principal_id": principal.id}
    await session.log(STEP, Action.MADE, added.subject, changes=(added,), **facts)
    _work_with(session, application_id, principal.id)


def _work_with(session: Session, application_id: str, principal_id: str) -> None:
    """Remember the application; what is known of another one's provisioning is forgotten."""
    facts = {"application_id": application_id, "service_principal_id": principal_id}
    if session.profile.entra.service_principal_id != principal_id:
        facts |= {"sync_template_id": "", "job_id": ""}
    remember(session, **facts)


def _outlook_of_chosen(session: Session, chosen: ServicePrincipal) -> Outlook:
    text = f"{chosen.display_name} is in your tenant, and this profile works with it."
    if chosen.is_hidden or made_entry(session, chosen.id) is None:
        return Outlook(Finding(State.DONE, text))
    return Outlook(Finding(State.DONE, text), (_HIDE,))


async def _outlook_of_several(session: Session, graph: GraphClient, found: Applications) -> Outlook:
    choices = []
    for principal in found.principals:
        jobs = await graph.jobs.list(principal.id)
        state = "provisioning is set up" if jobs else "provisioning is not set up"
        choices.append(Choice(principal.id, f"{principal.display_name}: {state}"))
    choices.append(Choice(ADD, f"Add another {WEBEX} from the gallery"))
    count = len(found.principals)
    text = f"{WEBEX} is in your tenant" + (f" {count} times." if count > 1 else ".")
    question = Question(_WHICH, "Which one shall provision?", tuple(choices), choices[0].id)
    is_any_ours = any(made_entry(session, each.id) is not None for each in found.principals)
    return Outlook(
        Finding(State.OPEN, text),
        (_ADOPT, *((_HIDE_OURS,) if is_any_ours else ()), _OR_ADD),
        (question,),
        (_CUT_OFF, _NAMESAKES) if found.was_cut_off else (_NAMESAKES,),
    )
