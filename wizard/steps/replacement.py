"""Step `replacement`: the new token into Entra without a gap, or the old one back."""

from typing import Any

from pydantic import SecretStr

from wizard.checks.check import Status
from wizard.checks.ladder import ladder
from wizard.errors import AnswerError, CheckFailed, InvalidInput, WizardError
from wizard.flow.plan import StepInfo
from wizard.flow.renewal import promote, validity
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.secrets import SECRET_TOKEN, Secrets
from wizard.steps.base import Answers, GraphStep, Guide, Outlook, Question, Tools
from wizard.steps.connection import target_of
from wizard.steps.entra_verdict import try_given
from wizard.steps.job_health import outdate_trouble
from wizard.steps.ownership import changing
from wizard.steps.portal import applications_link
from wizard.steps.saved_settings import Given
from wizard.steps.target import NAME, name_to_type
from wizard.steps.token_place import (
    TokenPlace,
    chosen_place,
    groups_started,
    known_place,
    token_places,
    which_place,
)
from wizard.store.journal import Action, Change, JournalEntry
from wizard.store.keystore import Slot, StoredToken
from wizard.store.marks import Mark
from wizard.words.progress import Progress, Report

STEP = "replacement"
_PROBE_SECONDS = 60.0
_PROVE_AND_SAVE = (
    Change("Test the {subject} at Webex once more.", "new token"),
    Change("Let Entra try it; nothing is saved unless that works.", "new token"),
    Change("Save it in Entra; everything else there stays as it is.", "token"),
)
_LIFT = Change("End the {subject}.", "quarantine")
_TRY_SAVED = Change("Let Entra try what is saved.", "new token")
_REVOKE = Change(
    "Revoke the {subject}. If anything fails before, the old one is put back.", "old token"
)
_NONE_TO_REVOKE = Change(
    "The keyring has no {subject}: if anything fails, none can be put back.", "old token"
)


class ReplacementStep(GraphStep):
    """Gives Entra the waiting token, proves it there, and only then revokes the old one."""

    leaves_traces = False

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._new = Given(tools, Slot.PENDING)
        self._old = Given(tools, Slot.CURRENT)
        self._copied: SecretStr | None = None
        self._asked_about: SecretStr | None = None

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand, with the pending token to copy."""

        def copied(token: SecretStr) -> None:
            self._copied = token

        return Guide(
            purpose="The new token is proved, and waits. Nothing else changes until "
            "you confirm here that Entra has it; then the token before it is revoked.",
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Provisioning, and there the place of Tenant URL and secret "
                "(called Connectivity, as far as is known: no page of Microsoft names it).",
                "Paste the new Secret token; the Tenant URL stays the same.",
                "Choose Test connection; when it succeeds, choose Save.",
            ),
            older_portal=(
                "Open Cisco Webex > Provisioning > Edit provisioning > Admin Credentials.",
                "Paste the new Secret Token, choose Test Connection, then Save.",
            ),
            values=self._new.to_paste(session, copied),
            notes=(
                "If provisioning was in quarantine, choose Start provisioning afterwards. "
                "Restart is not needed.",
            ),
            done="Entra's own test succeeded with the new token and it is saved",
        )

    async def consequence(self, session: Session) -> str:
        """Say what follows when it is confirmed that Entra has the new token.

        Raises:
            KeystoreError: The keyring cannot be read.
        """
        current = await self._stored(session, Slot.CURRENT)
        pending = await self._stored(session, Slot.PENDING)
        self._asked_about = pending.token if pending is not None else None
        if current is None or current.is_same_token(pending):
            return "Then it is in force here too; the keyring has no old token to revoke."
        return "Then the old token will be revoked."

    async def confirm(self, session: Session) -> None:
        """Promote the pending token, revoke the old one, and note what became of that.

        Once that is done, doing it again changes nothing.

        Raises:
            InvalidInput: Another token waits than was copied, or asked about, here.
            KeystoreError: The keyring failed; the old token is in force.
            TokenRefused: The new token has expired.
            ProfileError: The profile could not be saved; trying again goes on.
        """
        if not await self._is_in_force(session):
            await self._promote(session, self._copied or self._asked_about, Mark.SAID)

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Look where the token goes, and whether somebody else's is there."""
        if await self._is_in_force(session):
            return Outlook(Finding(State.DONE, "The new token is in force."))
        places = await token_places(session, graph, self._new.tenant_url(session))
        place = known_place(session, places)
        questions: tuple[Question, ...] = ()
        if place is None:
            questions = (which_place(places),)
            place = places[0]
        has_old = await self._stored(session, Slot.CURRENT) is not None
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
            *_PROVE_AND_SAVE,
            *((_LIFT,) if place.lifts_quarantine else ()),
            _TRY_SAVED,
            _REVOKE if has_old else _NONE_TO_REVOKE,
        )
        cautions = ("Provisioning is off, and stays off.",) if place.is_off else ()
        facts = await groups_started(session, graph, meant)
        return Outlook(finding, plan, questions, cautions, facts=facts)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        """Prove, save, read back, promote and revoke; after any failure the old token is back."""
        if await self._is_in_force(session):
            return "The new token is in force."
        places = await token_places(session, graph, self._new.tenant_url(session))
        place = chosen_place(session, places, answers)
        place.require_name(answers)
        given = await self._new.secrets(session)
        report(Progress("Testing the new token at Webex."))
        await self._probe(session)
        report(Progress("Entra tries the new token."))
        await try_given(session, graph, place.principal.id, place.job.id, given)
        report(Progress("Saving the new token in Entra."))
        await self._save(session, graph, place, given, report)
        outdate_trouble(session)
        outcome = await self._promote(session, given.values[SECRET_TOKEN], Mark.SEEN)
        off = " Provisioning is off, and was left so." if place.is_off else ""
        return f"Entra has the new token, and tried it with success. {outcome}{off}"

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """A revoked token cannot come back."""
        return "A renewal cannot be taken back: the old token is revoked. Renew once more instead."

    async def _stored(self, session: Session, slot: Slot) -> StoredToken | None:
        return await self.tools.keystore.read(session.profile.name, slot)

    async def _is_in_force(self, session: Session) -> bool:
        return session.is_done(STEP) and await self._stored(session, Slot.PENDING) is None

    async def _promote(self, session: Session, proved: SecretStr | None, mark: Mark) -> str:
        tools = self.tools
        outcome = await promote(session, tools.keystore, tools.revoke, proved=proved, mark=mark)
        session.tick(STEP, outcome, mark)
        return outcome

    async def _save(
        self,
        session: Session,
        graph: GraphClient,
        place: TokenPlace,
        given: Secrets,
        report: Report,
    ) -> None:
        """Save the new token and prove it; after any failure the old one is back.

        Nothing is put back where the saving was refused for certain.
        """
        principal_id = place.principal.id
        before = await graph.secrets.read(principal_id)
        _require_same_url(before, given)  # the tests took minutes
        changes = (await self._renewed(session, place, given),)
        facts: dict[str, Any] = {"service_principal_id": principal_id, "changes": changes}
        try:
            async with changing(session, STEP, "token", Action.RENEWED, **facts):
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
            if not session.history.may_be_in_entra:
                raise
            await self._put_back(session, graph, place, error)

    async def _renewed(
        self, session: Session, place: TokenPlace, given: Secrets, slot: Slot = Slot.PENDING
    ) -> Change:
        """Return which token takes the place of which, by when they end."""
        there = Slot.CURRENT if slot is Slot.PENDING else Slot.PENDING
        before, after = await self._stored(session, there), await self._stored(session, slot)
        known = after is not None and after.token == given.values[SECRET_TOKEN]
        is_ours = place.is_ours or there is Slot.PENDING
        return Change(
            subject=f"token in {name_to_type(place.principal)}",
            before=validity(before.facts) if before and is_ours else "a token",
            after=validity(after.facts) if after and known else "a token",
        )

    async def _put_back(
        self, session: Session, graph: GraphClient, place: TokenPlace, error: WizardError
    ) -> None:
        """Save the old token again, and say so beside what went wrong.

        Raises:
            WizardError: Always: `renewal-put-back`, or `renewal-not-put-back`.
        """
        principal_id = place.principal.id
        try:
            old = await self._old.secrets(session)
            changes = (await self._renewed(session, place, old, Slot.CURRENT),)
            facts: dict[str, Any] = {"service_principal_id": principal_id, "changes": changes}
            present = await graph.secrets.read(principal_id)
            _require_same_url(present, old)
            await graph.secrets.write(principal_id, present.replacing(old.values))
            await session.log(STEP, Action.PUT_BACK, "old token", **facts)
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
            CheckFailed: A check failed (`renewal-probe`).
            InvalidInput: There is no new token (`no-pending-token`).
        """
        stored = await self._stored(session, Slot.PENDING)
        organization_id = session.profile.organization_id
        if stored is None or organization_id is None:
            raise InvalidInput(
                "There is no new token waiting.",
                "Go back to the new token and sign in.",
                code="no-pending-token",
            )
        target = target_of(session, self.tools.endpoints, organization_id, stored)
        outcome = await ladder(target, time_limit=_PROBE_SECONDS, connect=self.tools.connect)
        bad = next((check for check in outcome.checks if check.status is Status.FAILED), None)
        if bad is not None:
            raise CheckFailed(
                f"The new token did not pass the test: {bad.title}. {bad.message}",
                "Go back to the connection test, which says more. Nothing in Entra was changed.",
                code="renewal-probe",
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
