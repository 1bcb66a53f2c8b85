"""Which applications there are, and which of them this profile works with or has added."""

from dataclasses import dataclass
from functools import partial

from wizard.errors import AnswerError
from wizard.flow.session import Session
from wizard.graph.application_templates import WEBEX
from wizard.graph.applications import Application
from wizard.graph.client import GraphClient
from wizard.graph.service_principals import ServicePrincipal
from wizard.steps.ownership import appeared, was_intended
from wizard.steps.target import unless_gone
from wizard.store.journal import JournalEntry

STEP = "application"


@dataclass(frozen=True)
class Applications:
    """What there is in the tenant."""

    template_id: str
    principals: tuple[ServicePrincipal, ...]
    chosen: ServicePrincipal | None = None
    """The one that this profile works with."""
    ours: ServicePrincipal | None = None
    """The one that a run which was cut off has added, where that is certain."""
    ours_id: str = ""
    """The id of its application."""
    was_cut_off: bool = False
    """Whether a run was cut off and it is not certain what it added."""


async def find_applications(session: Session, graph: GraphClient) -> Applications:
    """Look which applications there are, waiting for what a run that was cut off may have added.

    Raises:
        AnswerError: The gallery has no Cisco Webex (`entra-no-gallery-application`).
        WizardError: Graph cannot be asked.
    """
    template_id = await _template(graph)
    principals = await _present(graph, template_id)
    known = _known(session)
    chosen = next((each for each in principals if known and each.id == known), None)
    if chosen is None and known:
        # The lists may not show it yet.
        chosen = await unless_gone(graph.service_principals.get(known))
    cut_off = session.history.intention(STEP)
    if chosen is not None or cut_off is None:
        return Applications(template_id, principals, chosen)
    looking = partial(_added, graph, template_id, cut_off)
    found = await appeared(session, graph, cut_off, looking)
    if found is None:
        principals = await _present(graph, template_id)
        return Applications(template_id, principals, was_cut_off=True)
    return found


def made_entry(session: Session, principal_id: str) -> JournalEntry | None:
    """Return the journal's entry about adding an application; None when we did not add it."""
    return session.history.last_made(STEP, service_principal_id=principal_id)


async def _added(
    graph: GraphClient, template_id: str, cut_off: JournalEntry
) -> Applications | None:
    """Return what there is as soon as something is there that the run must have added."""
    before = cut_off.details.get("before", [])
    certain = [
        each
        for each in await graph.applications.of_template(template_id)
        if each.id not in before and _is_certain(each, cut_off)
    ]
    if not certain:
        return None
    principals = await _present(graph, template_id)
    if len(certain) > 1:
        return Applications(template_id, principals, was_cut_off=True)
    added = certain[0]
    ours = next((each for each in principals if each.app_id == added.app_id), None)
    return Applications(template_id, principals, None, ours, added.id) if ours else None


def _is_certain(application: Application, cut_off: JournalEntry) -> bool:
    return application.display_name == WEBEX and was_intended(
        cut_off, application.created_date_time
    )


def _known(session: Session) -> str:
    """Return the id that the profile, or else the journal, knows; empty if there is none."""
    made = session.history.last_made(STEP)
    from_journal = str(made.details.get("service_principal_id", "")) if made else ""
    return session.profile.entra.service_principal_id or from_journal


async def applications_in(graph: GraphClient) -> tuple[ServicePrincipal, ...]:
    """Return every application of the gallery's Cisco Webex, and every one of that name.

    Raises:
        AnswerError: The gallery has no Cisco Webex (`entra-no-gallery-application`).
        WizardError: Graph cannot be asked.
    """
    return await _present(graph, await _template(graph))


async def _template(graph: GraphClient) -> str:
    templates = await graph.application_templates.named(WEBEX)
    if not templates or not templates[0].can_provision:
        raise AnswerError(
            f"The gallery of your tenant has no application {WEBEX} that can provision.",
            "Check the cloud of your tenant; the application is not offered in China.",
            code="entra-no-gallery-application",
        )
    return templates[0].id


async def _present(graph: GraphClient, template_id: str) -> tuple[ServicePrincipal, ...]:
    by_template = await graph.service_principals.of_template(template_id)
    by_name = await graph.service_principals.named(WEBEX)
    unique = {each.id: each for each in (*by_template, *by_name)}
    return tuple(unique.values())
