"""Where the new token of a renewal goes: the application that provisions this organization."""

from dataclasses import dataclass

from wizard.errors import InvalidInput
from wizard.flow.session import Session
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.service_principals import ServicePrincipal
from wizard.steps.applications import find_applications
from wizard.steps.base import Answers, Choice, Question
from wizard.steps.groups import groups_of
from wizard.steps.target import NAME, remember, require_name
from wizard.webex.tenant_url import is_same, keeping, other_base

_WHICH = "which"
_OFF = frozenset({"Disabled", "Paused"})


@dataclass(frozen=True)
class TokenPlace:
    """An application that has this organization's credentials, and its job."""

    principal: ServicePrincipal
    job: Job
    is_ours: bool
    """Whether we have saved the token there, as far as the journal knows."""

    @property
    def is_off(self) -> bool:
        """Whether somebody has switched provisioning off; a renewal leaves it so."""
        return self.job.schedule is not None and self.job.schedule.state in _OFF

    @property
    def lifts_quarantine(self) -> bool:
        """Whether provisioning is started again, which ends a quarantine."""
        return self.job.is_quarantined and not self.is_off

    def require_name(self, answers: Answers) -> None:
        """Let the token of somebody else be replaced only when the name was typed.

        Raises:
            UnusableAnswer: It was not (`credentials-not-ours`).
        """
        if not self.is_ours:
            require_name(
                self.principal,
                answers.get(NAME, ""),
                problem="Entra has a token that this program did not save there.",
                to="replace it",
                code="credentials-not-ours",
            )


async def token_places(session: Session, graph: GraphClient, url: str) -> tuple[TokenPlace, ...]:
    """Return where a tenant URL's credentials are; the known application comes first.

    Raises:
        InvalidInput: Nowhere (`renewal-no-application`), or under another tenant URL of the same
            organization (`renewal-other-host`).
    """
    places, elsewhere = [], ""
    found, history = await find_applications(session, graph), session.history
    chosen = (found.chosen,) if found.chosen is not None else ()
    unique = {each.id: each for each in (*chosen, *found.principals)}
    for principal in unique.values():
        saved = await graph.secrets.read(principal.id)
        jobs = await graph.jobs.list(principal.id)
        elsewhere = elsewhere or _elsewhere(session, saved.base_address, url)
        if saved.base_address == url and jobs:
            known = session.profile.entra.job_id
            job = next((each for each in jobs if each.id == known), jobs[0])
            places.append(TokenPlace(principal, job, history.saved_by_us(principal.id)))
    if not places and elsewhere:
        raise InvalidInput(
            f"Entra has another tenant URL of your organization than {url}, and a renewal changes "
            "the token alone.",
            elsewhere,
            code="renewal-other-host",
        )
    if not places:
        raise InvalidInput(
            "No application in this tenant provisions your Webex organization.",
            "Sign in to the tenant that does, do this step by hand, or run "
            f"`{session.line('setup')}`.",
            code="renewal-no-application",
        )
    return tuple(places)


def _elsewhere(session: Session, saved: str, url: str) -> str:
    """Return how another tenant URL of this organization is kept; empty where it is none."""
    organization_id = session.profile.organization_id or ""
    base = other_base(saved, organization_id)
    if not base or saved == url:
        return ""
    if is_same(saved, url, organization_id):
        return (
            f"It is {saved}, the same address written otherwise. The step Credentials of "
            f"`{session.line('setup')}` writes it anew. Or do this step by hand."
        )
    return f"It is {saved}. {keeping(base)} Or do this step by hand."


def known_place(session: Session, places: tuple[TokenPlace, ...]) -> TokenPlace | None:
    """Return the place this profile works with, or the only one there is."""
    known = session.profile.entra.service_principal_id
    found = next((each for each in places if each.principal.id == known), None)
    return found or (places[0] if len(places) == 1 else None)


def chosen_place(session: Session, places: tuple[TokenPlace, ...], answers: Answers) -> TokenPlace:
    """Return the place to work with, and remember it.

    Raises:
        InvalidInput: Several places are there, and none was chosen (`renewal-several`).
    """
    wanted = answers.get(_WHICH, "")
    chosen = next((each for each in places if each.principal.id == wanted), None)
    place = known_place(session, places) or chosen
    if place is None:
        raise InvalidInput(
            "Several applications provision your Webex organization.",
            "Choose the one that gets the new token.",
            code="renewal-several",
        )
    remember(session, service_principal_id=place.principal.id, job_id=place.job.id)
    return place


def which_place(places: tuple[TokenPlace, ...]) -> Question:
    """Return the question for the place."""
    choices = tuple(
        Choice(
            each.principal.id,
            f"{each.principal.display_name}: {each.job.status.code or 'state unknown'}",
        )
        for each in places
    )
    return Question(_WHICH, "Which application gets the new token?", choices, choices[0].id)


async def groups_started(
    session: Session, graph: GraphClient, places: tuple[TokenPlace, ...]
) -> tuple[str, ...]:
    """Return which groups go along where provisioning is started again."""
    started = [each for each in places if each.lifts_quarantine]
    found = [
        await groups_of(session, graph, place=(each.principal.id, each.job.id)) for each in started
    ]
    return tuple(dict.fromkeys(told for each in found for told in each.facts))
