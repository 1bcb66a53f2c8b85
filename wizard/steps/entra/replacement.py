"""Step `replacement` through Graph: the new token into Entra without a gap, or the old one back."""

from dataclasses import dataclass

from wizard.checks.check import Status
from wizard.checks.ladder import ladder
from wizard.errors import AnswerError, InvalidInput, WizardError
from wizard.flow.renewal import PUT_BACK, RENEWED, may_be_in_entra, promote
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.secrets import SECRET_TOKEN, Secrets
from wizard.graph.service_principals import ServicePrincipal
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import Endpoints
from wizard.steps.applications import find_applications
from wizard.steps.automatic import Answers, Choice, Outlook, Question
from wizard.steps.connection import target_of
from wizard.steps.entra_verdict import try_given
from wizard.steps.groups import groups_of
from wizard.steps.job_health import forget_health
from wizard.steps.saved_settings import Given
from wizard.steps.target import (
    NAME,
    Unsearched,
    changing,
    name_to_type,
    remember,
    require_name,
    saved_by_us,
)
from wizard.store.journal import JournalEntry
from wizard.store.keystore import Keystore, Slot
from wizard.webex.revocation import Revoke
from wizard.words.progress import Progress, Report

STEP = "replacement"
WHICH = "which"
_PROBE_SECONDS = 60.0
_OFF = frozenset({"Disabled", "Paused"})


@dataclass(frozen=True)
class _Place:
    """Where the token goes."""

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


async def _groups(
    session: Session, graph: GraphClient, places: tuple[_Place, ...]
) -> tuple[str, ...]:
    """Return which groups go along where provisioning is started again."""
    started = [each for each in places if each.lifts_quarantine]
    found = [
        await groups_of(session, graph, place=(each.principal.id, each.job.id)) for each in started
    ]
    return tuple(dict.fromkeys(line for each in found for line in each.facts))


class ReplacementAction(Unsearched):
    """Gives Entra the waiting token, proves it there, and only then revokes the old one."""

    def __init__(
        self,
        endpoints: Endpoints,
        keystore: Keystore,
        revoke: Revoke,
        connect: Connect = direct,
    ) -> None:
        self._endpoints = endpoints
        self._keystore = keystore
        self._revoke = revoke
        self._connect = connect
        self._new = Given(endpoints, keystore, Slot.PENDING)
        self._old = Given(endpoints, keystore, Slot.CURRENT)

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look where the token goes, and whether somebody else's is there."""
        waiting = await self._keystore.read(session.profile.name, Slot.PENDING)
        if waiting is None and session.is_done(STEP):
            return Outlook(Finding(State.DONE, "The new token is in force."))
        places = await self._places(session, graph)
        place = _known(session, places)
        questions: tuple[Question, ...] = ()
        if place is None:
            questions = (_which(places),)
            place = places[0]
        has_old = await self._keystore.read(session.profile.name, Slot.CURRENT) is not None
        text = "The token that Entra has stays in force until all of this has worked."
        finding = Finding(State.OPEN, text)
        if place.job.is_quarantined:
            trouble = place.job.trouble
            told = trouble.message if trouble else "Microsoft does not say why."
            finding = Finding(State.ATTENTION, f"Provisioning is in quarantine. {told}", text)
        meant = places if questions else (place,)
        if not all(each.is_ours for each in meant):
            name = "its name" if questions else name_to_type(place.principal)
            asked = f"Somebody else saved the token there. To replace it, type {name}:"
            questions = (*questions, Question(NAME, asked))
        plan = (
            "Test the new token at Webex once more.",
            "Let Entra try it; nothing is saved unless that works.",
            "Save it in Entra; everything else there stays as it is.",
            *(("End the quarantine.",) if place.lifts_quarantine else ()),
            *await _groups(session, graph, meant),
            "Let Entra try what is saved.",
            "Revoke the old token. If anything fails before, the old one is put back."
            if has_old
            else "The keyring has no old token: if anything fails, none can be put back.",
        )
        cautions = ("Provisioning is off, and stays off.",) if place.is_off else ()
        return Outlook(finding, plan, questions, cautions)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Prove, save, read back, promote and revoke; after any failure the old token is back."""
        waiting = await self._keystore.read(session.profile.name, Slot.PENDING)
        if waiting is None and session.is_done(STEP):
            return "The new token is in force."
        place = await self._place(session, graph, answers)
        _require_name(place, answers)
        given = await self._new.secrets(session)
        report(Progress("Testing the new token at Webex."))
        await self._probe(session)
        report(Progress("Entra tries the new token."))
        await try_given(session, graph, place.principal.id, place.job.id, given)
        report(Progress("Saving the new token in Entra."))
        await self._save(session, graph, place, given, report)
        forget_health(session)
        token = given.values[SECRET_TOKEN]
        outcome = await promote(session, self._keystore, self._revoke, proved=token)
        session.tick(STEP, outcome)
        off = " Provisioning is off, and was left so." if place.is_off else ""
        return f"Entra has the new token, and tried it with success. {outcome}{off}"

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """A revoked token cannot come back."""
        return "A renewal cannot be taken back: the old token is revoked. Renew once more instead."

    async def _save(
        self, session: Session, graph: GraphClient, place: _Place, given: Secrets, report: Report
    ) -> None:
        """Save the new token and prove it; after any failure the old one is back.

        Nothing is put back where the saving was refused for certain.
        """
        principal_id = place.principal.id
        before = await graph.secrets.read(principal_id)
        _require_same_url(before, given)  # the tests took minutes
        try:
            with changing(session, STEP, "token", RENEWED, service_principal_id=principal_id):
                await graph.secrets.write(principal_id, before.replacing(given.values))
            if place.lifts_quarantine:
                report(Progress("Ending the quarantine."))
                await graph.jobs.start(principal_id, place.job.id)
            report(Progress("Entra tries what is saved."))
            saved = await graph.secrets.read(principal_id)
            _require_same_url(saved, given)
            _require_nothing_lost(before, saved)
            await graph.credentials.validate_saved(principal_id, place.job.id)
        except WizardError as error:
            if not may_be_in_entra(session):
                raise
            await self._put_back(session, graph, place, error)

    async def _put_back(
        self, session: Session, graph: GraphClient, place: _Place, error: WizardError
    ) -> None:
        """Save the old token again, and say so beside what went wrong.

        Raises:
            WizardError: Always: `renewal-put-back`, or `renewal-not-put-back`.
        """
        principal_id = place.principal.id
        try:
            old = await self._old.secrets(session)
            present = await graph.secrets.read(principal_id)
            _require_same_url(present, old)
            await graph.secrets.write(principal_id, present.replacing(old.values))
            session.log(STEP, PUT_BACK, "old token", service_principal_id=principal_id)
        except WizardError as second:
            raise _failed(error, second) from error
        old_is_back = (
            "The old token is in Entra again"
            if place.is_ours
            else "This profile's old token is in Entra instead"
        )
        raise AnswerError(
            f"{error.message} {old_is_back}, and nothing was revoked.",
            f"{error.hint} Then run this step again: the new token waits.".strip(),
            code="renewal-put-back",
            tracking_id=error.tracking_id,
        ) from error

    async def _probe(self, session: Session) -> None:
        """Climb the ladder with the new token.

        Raises:
            InvalidInput: A check failed (`renewal-probe`).
        """
        stored = await self._keystore.read(session.profile.name, Slot.PENDING)
        organization_id = session.profile.organization_id
        if stored is None or organization_id is None:
            raise InvalidInput(
                "There is no new token waiting.",
                "Go back to the new token and sign in.",
                code="no-pending-token",
            )
        target = target_of(self._endpoints, organization_id, stored)
        outcome = await ladder(target, time_limit=_PROBE_SECONDS, connect=self._connect)
        bad = next((check for check in outcome.checks if check.status is Status.FAILED), None)
        if bad is not None:
            raise InvalidInput(
                f"The new token did not pass the test: {bad.title}. {bad.message}",
                "Go back to the connection test, which says more. Nothing in Entra was changed.",
                code="renewal-probe",
            )

    async def _places(self, session: Session, graph: GraphClient) -> tuple[_Place, ...]:
        """Return where this organization's credentials are; the known application comes first.

        Raises:
            InvalidInput: Nowhere (`renewal-no-application`).
        """
        url = self._new.tenant_url(session)
        places = []
        found = await find_applications(session, graph)
        chosen = (found.chosen,) if found.chosen is not None else ()
        unique = {each.id: each for each in (*chosen, *found.principals)}
        for principal in unique.values():
            saved = await graph.secrets.read(principal.id)
            jobs = await graph.jobs.list(principal.id)
            if saved.base_address == url and jobs:
                known = session.profile.entra.job_id
                job = next((each for each in jobs if each.id == known), jobs[0])
                places.append(_Place(principal, job, saved_by_us(session, principal.id)))
        if not places:
            raise InvalidInput(
                "No application in this tenant provisions your Webex organization.",
                "Sign in to the tenant that does, do this step by hand, or run "
                "`webex-wizard setup`.",
                code="renewal-no-application",
            )
        return tuple(places)

    async def _place(self, session: Session, graph: GraphClient, answers: Answers) -> _Place:
        places = await self._places(session, graph)
        wanted = answers.get(WHICH, "")
        chosen = next((each for each in places if each.principal.id == wanted), None)
        place = _known(session, places) or chosen
        if place is None:
            raise InvalidInput(
                "Several applications provision your Webex organization.",
                "Choose the one that gets the new token.",
                code="renewal-several",
            )
        remember(session, service_principal_id=place.principal.id, job_id=place.job.id)
        return place


def _known(session: Session, places: tuple[_Place, ...]) -> _Place | None:
    """Return the place this profile works with, or the only one there is."""
    known = session.profile.entra.service_principal_id
    found = next((each for each in places if each.principal.id == known), None)
    return found or (places[0] if len(places) == 1 else None)


def _which(places: tuple[_Place, ...]) -> Question:
    choices = tuple(
        Choice(
            each.principal.id,
            f"{each.principal.display_name}: {each.job.status.code or 'state unknown'}",
        )
        for each in places
    )
    return Question(WHICH, "Which application gets the new token?", choices, choices[0].id)


def _require_name(place: _Place, answers: Answers) -> None:
    if not place.is_ours:
        require_name(
            place.principal,
            answers.get(NAME, ""),
            problem="Entra has a token that this program did not save there.",
            to="replace it",
            code="credentials-not-ours",
        )


def _require_same_url(saved: Secrets, given: Secrets) -> None:
    """Let nothing be overwritten that somebody else has saved meanwhile.

    Raises:
        AnswerError: Entra has another tenant URL (`entra-not-saved`).
    """
    if saved.base_address != given.base_address:
        raise _not_saved("Entra has another tenant URL meanwhile.")


def _require_nothing_lost(before: Secrets, saved: Secrets) -> None:
    filled = {key for key, value in before.values.items() if value.get_secret_value()}
    if filled - saved.values.keys():
        raise _not_saved("Entra shows other settings than those that were just saved.")


def _not_saved(message: str) -> AnswerError:
    hint = "Look again; somebody else may be working on the same application."
    return AnswerError(message, hint, code="entra-not-saved")


def _failed(error: WizardError, second: WizardError) -> AnswerError:
    return AnswerError(
        f"{error.message} The old token could not be put back either: {second.message}",
        "Both tokens are valid, and nothing was revoked: look at the credentials in the portal, "
        "then run this step again. The new token waits.",
        code="renewal-not-put-back",
        tracking_id=second.tracking_id or error.tracking_id,
    )
