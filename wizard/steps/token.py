"""Steps `token` and `new-token`: a token captured from the browser, judged, then stored."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pydantic import SecretStr

from wizard.errors import TokenRefused, WizardError
from wizard.flow.renewal import keep_in_place, retire
from wizard.flow.session import Finding, Session, State, in_turn
from wizard.net.clock import SET_IT, is_off, off_in_words
from wizard.oauth.webex.implicit import (
    AuthorizationRequest,
    AuthorizationResponse,
    authorization_request,
    parse_pasted,
)
from wizard.oauth.webex.token_redirect import RedirectListener
from wizard.steps.base import Step
from wizard.steps.issued import Issued
from wizard.steps.saved_settings import why_no_token
from wizard.steps.token_refusals import in_force_already, other_organization, replaced_before
from wizard.store.journal import Action
from wizard.store.keystore import Slot, StoredToken
from wizard.store.marks import Mark
from wizard.store.profiles import StepRecord, StoringRecord, TokenFacts
from wizard.webex.identity import Identity, identify
from wizard.webex.lifetime import GET_A_LASTING_ONE, stays_valid, stops_soon
from wizard.webex.roles import role_name
from wizard.webex.token import NEEDED_SCOPE, token_shape
from wizard.words.progress import Progress, Report, telling
from wizard.words.text import days

ASSUMED_LIFETIME = timedelta(days=365)
"""What the tutorial prints; used, and marked as assumed, only when the server says nothing."""

_STALE = {
    Slot.CURRENT: ("connection", "credentials"),
    Slot.PENDING: ("new-connection", "replacement"),
}
"""What has to be done again with another token."""


class TokenStep(Step):
    """Captures a token and keeps it in one slot of the keyring."""

    slot = Slot.CURRENT
    clock_ahead: float | None = None
    """Seconds by which this machine's clock was ahead of Webex's at the last judgement."""

    @property
    def where(self) -> str:
        """Where a token is kept here, in words."""
        return "the keyring" if self.tools.keeps_secrets else "the memory of this program only"

    async def check(self, session: Session) -> Finding:
        """Tell whether the slot holds a token that is still good by its date.

        The keyring is the truth: what the profile says of the token is brought in line with it.
        """
        stored, lost = await self._in_line(session)
        if stored is None:
            gone = self._gone(session)
            return Finding(State.ATTENTION, lost, self._way_out(session)) if lost else gone
        facts = stored.facts
        if not session.is_done(self.info.id):
            session.tick(self.info.id)
        now = session.clock()
        if facts.remaining(now).total_seconds() <= 0:
            return Finding(
                State.ATTENTION, f"The token in {self.where} has expired.", self._way_out(session)
            )
        left = f"A token is in {self.where}; {days(facts.days_left(now))} left."
        return Finding(State.DONE, f"{lost} {left}".lstrip())

    async def _resolved(self, session: Session, stored: StoredToken | None) -> str:
        """Find out what became of a token whose storing was cut off; tell of one that is lost."""
        storing = session.profile.storing
        if storing is None or storing.step != self.info.id:
            return ""
        facts = storing.facts
        if stored is not None and stored.facts.is_of_same_token(facts):
            await self._remember(session, stored)
            return ""
        await self.never_stored(session)
        return (
            f"The token of {facts.obtained_at:%Y-%m-%d %H:%M} UTC did not reach the keyring. "
            f"Unless it was revoked then, it {stays_valid(facts.expires_at, session.clock())}."
        )

    async def _in_line(self, session: Session) -> tuple[StoredToken | None, str]:
        """Return the token in this step's slot, and let the profile say the same of it.

        Returns:
            The token, and what is to be told of one that is lost.
        """
        stored = await self.stored(session)
        if self._agree(session, stored):
            return stored, ""
        async with session.turn():
            # Read again: another window may have been between its writes.
            stored = await self.stored(session)
            lost = await self._resolved(session, stored)
            if stored is not None and not self._agree(session, stored):
                facts = stored.facts
                session.change(token=facts, organization_id=_known(session, facts))
        return stored, lost

    def _agree(self, session: Session, stored: StoredToken | None) -> bool:
        profile = session.profile
        if profile.storing is not None and profile.storing.step == self.info.id:
            return False
        if self.slot is not Slot.CURRENT or stored is None:
            return True
        return stored.facts.is_of_same_token(profile.token)

    def _gone(self, session: Session) -> Finding:
        session.untick(self.info.id)
        known = session.profile.token
        if self.slot is Slot.CURRENT and known is not None:
            gone = why_no_token(known, keeps_secrets=self.tools.keeps_secrets)
            return Finding(State.OPEN, gone, self._way_out(session))
        return Finding(State.OPEN, "No token yet.")

    def _way_out(self, session: Session) -> str:
        if self.replaces(session):
            return "Sign in again, and give the new token to Entra."
        return "Sign in again."

    async def stored(self, session: Session) -> StoredToken | None:
        """Return the token in this step's slot."""
        return await self.tools.keystore.read(session.profile.name, self.slot)

    async def held(self, session: Session) -> frozenset[SecretStr]:
        """Return all tokens that the keyring holds for this profile.

        Raises:
            KeystoreError: It cannot be read.
        """
        name = session.profile.name
        found = [await self.tools.keystore.read(name, slot) for slot in Slot]
        return frozenset(token.token for token in found if token is not None)

    def issued(self, session: Session) -> Issued:
        """Return what holds the token of one sign-in until it is kept or given up."""
        return Issued(self, session, self.tools.revoke)

    def replaces(self, session: Session) -> bool:
        """Tell whether Entra already has this profile's token, so that `renew` is the way."""
        return self.slot is Slot.CURRENT and session.is_done("credentials")

    async def ready(self) -> None:
        """Prove that the keyring keeps secrets, before a browser opens.

        Raises:
            KeystoreError: It does not.
        """
        await self.tools.keystore.probe()

    def request(self) -> AuthorizationRequest:
        """Return a fresh authorization request with a state of its own."""
        return authorization_request(self.tools.endpoints.webex)

    def listener(
        self, request: AuthorizationRequest, rejected: Callable[[WizardError], None]
    ) -> RedirectListener:
        """Return the listener for the request's redirect."""
        return RedirectListener(state=request.state, rejected=rejected)

    def pasted(self, text: str, request: AuthorizationRequest) -> AuthorizationResponse:
        """Return what a pasted address or token holds.

        Raises:
            WizardError: Nothing usable; the message says what it is instead.
        """
        return parse_pasted(text, request.state)

    async def judge(
        self, session: Session, response: AuthorizationResponse, report: Report
    ) -> StoredToken:
        """Find out whose token this is and whether it may be used; nothing is stored yet.

        Raises:
            TokenRefused: Another organization, an account that may not write users, or a token
                that this profile has already where a new one is wanted.
            WizardError: Keyring or Webex could not be asked, or Webex refused the token.
        """
        known = await self._known(session, response.access_token)
        report(Progress("Reading the organization inside the token."))
        shape = token_shape(response.access_token)
        expected = session.profile.organization_id
        self._same_organization(expected, shape.organization_id)
        report(Progress("Asking Webex whose token this is."))
        identity = await identify(
            self.tools.endpoints.webex,
            response.access_token,
            partial(self.tools.connect, tell=telling(report)),
        )
        self.clock_ahead = identity.clock_ahead if is_off(identity.clock_ahead) else None
        self._same_organization(expected, identity.organization_id)
        if identity.may_write == "no":
            raise TokenRefused(
                f"This token belongs to {identity.email or 'an account'}, who may not create or "
                f"change users. {identity.role_reason}",
                "Sign in with a full administrator or a user administrator. A private browser "
                "window keeps the other account from being used again.",
                code="role-cannot-write",
            )
        organization = expected or identity.organization_id or shape.organization_id or ""
        return StoredToken(
            token=response.access_token,
            facts=self._facts(session, response, identity, organization, known),
        )

    async def _known(self, session: Session, token: SecretStr) -> TokenFacts | None:
        """Return what is known of a token that the keyring has already.

        Raises:
            KeystoreError: It cannot be read.
            TokenRefused: It is in force, and a new one is wanted; or it was replaced.
        """
        for slot in Slot:
            stored = await self.tools.keystore.read(session.profile.name, slot)
            if stored is None or stored.token != token:
                continue
            if slot is Slot.RETIRED:
                raise replaced_before(stored.facts)
            if slot is Slot.CURRENT and self.slot is Slot.PENDING:
                raise in_force_already(stored.facts, session.clock())
            return stored.facts
        return None

    def _facts(
        self,
        session: Session,
        response: AuthorizationResponse,
        identity: Identity,
        organization: str,
        known: TokenFacts | None,
    ) -> TokenFacts:
        now = self._now(session)
        seconds = response.expires_in or identity.expires_in
        lifetime = timedelta(seconds=seconds) if seconds else ASSUMED_LIFETIME
        # What is said of a token that comes again was said of the day it was issued.
        return TokenFacts(
            organization_id=organization,
            obtained_at=known.obtained_at if known else now,
            expires_at=known.expires_at if known else now + lifetime,
            expires_assumed=known.expires_assumed if known else not seconds,
            said_seconds=known.said_seconds if known else response.expires_in,
            email=identity.email,
            display_name=identity.display_name,
            roles=identity.roles,
            scopes=response.scope or identity.scopes,
            place=self.tools.keystore.place.text,
            in_memory=not self.tools.keeps_secrets,
        )

    def _now(self, session: Session) -> datetime:
        """Return the time by Webex's clock, so that dates stay right once this machine's is set."""
        return session.clock() - timedelta(seconds=round(self.clock_ahead or 0))

    def described(self, stored: StoredToken) -> tuple[tuple[str, str], ...]:
        """Return what the administrator should know before keeping a token, as labelled words."""
        facts = stored.facts
        assumed = " (assumed: Webex did not say)" if facts.expires_assumed else ""
        account = f"{facts.display_name} <{facts.email}>" if facts.email else facts.display_name
        return (
            ("Account", account or "not asked"),
            ("Organization", facts.organization_id or "not known"),
            ("Roles", ", ".join(map(role_name, facts.roles)) or "not known"),
            ("Scopes", " ".join(facts.scopes) or "not known"),
            ("Valid until", f"{facts.expires_at:%Y-%m-%d %H:%M} UTC{assumed}"),
        )

    def cautions(self, session: Session, stored: StoredToken) -> tuple[str, ...]:
        """Return what speaks against keeping a token that was just judged, as sentences."""
        missing, facts = self.missing_scopes(stored), stored.facts
        said = [f"Not granted: {' '.join(missing)}."] if missing else []
        said += ["Provisioning cannot work with this token."] if NEEDED_SCOPE in missing else []
        if stop := stops_soon(facts.obtained_at, facts.expires_at, self._now(session)):
            said.append(f"{stop} {GET_A_LASTING_ONE}")
        if self.clock_ahead is not None:
            said.append(f"{off_in_words(self.clock_ahead)} {SET_IT}")
        return tuple(said)

    def missing_scopes(self, stored: StoredToken) -> list[str]:
        """Return the scopes that were asked for and not granted; none when unknown."""
        granted = stored.facts.scopes
        return [s for s in self.tools.endpoints.webex.scope.split() if granted and s not in granted]

    @in_turn
    async def apply(self, session: Session, stored: StoredToken) -> str:
        """Put a judged token into the keyring and remember its facts.

        A token that it replaces is kept until the next renewal revokes it. Before the keyring is
        asked, the profile says so: a keyring may keep what it seemed to refuse.

        Returns:
            What became of a token that had been replaced before; mostly nothing.

        Raises:
            KeystoreError: The keyring did not keep it, as far as is known.
            ProfileError: The profile could not be saved; the token may be in the keyring.
        """
        # Another window may have chosen an organization since the token was judged.
        self._same_organization(session.profile.organization_id, stored.facts.organization_id)
        before, said = await self.stored(session), ""
        if not stored.is_same_token(before):
            session.change(
                unticked=(self.info.id, *_STALE[self.slot]),
                storing=StoringRecord(step=self.info.id, facts=stored.facts),
            )
            if before is not None:
                said = await retire(session, self.tools.keystore, before, self.tools.revoke)
        try:
            await self.tools.keystore.write(session.profile.name, self.slot, stored)
            await self._remember(session, stored)
        except WizardError as error:
            error.add(said)
            raise
        return said

    @in_turn
    async def found_stored(self, session: Session, stored: StoredToken) -> None:
        """Remember that the keyring kept a token although it stumbled, if it is still in the slot.

        Raises:
            KeystoreError: It cannot be read.
            ProfileError: The profile could not be saved.
        """
        if stored.is_same_token(await self.stored(session)):
            await self._remember(session, stored)

    @in_turn
    async def never_stored(self, session: Session) -> None:
        """Remember that the keyring does not have the token that was given to it.

        Raises:
            KeystoreError: What it should have replaced cannot be put right; it goes on waiting.
            ProfileError: The profile could not be saved.
        """
        if session.profile.storing is None:
            return
        await keep_in_place(session, self.tools.keystore, await self.stored(session))
        session.change(storing=None)

    def _same_organization(self, expected: str | None, found: str | None) -> None:
        if expected and found and expected != found:
            raise other_organization(expected, found, renews=self.slot is Slot.PENDING)

    async def _remember(self, session: Session, stored: StoredToken) -> None:
        """Save in one write that the token is in the keyring."""
        facts = stored.facts
        in_force: dict[str, Any] = {"token": facts} if self.slot is Slot.CURRENT else {}
        session.change(
            **in_force,
            organization_id=_known(session, facts),
            ticked={self.info.id: StepRecord(at=session.clock(), mark=Mark.SEEN)},
            storing=None,
        )
        await session.log(
            self.info.id,
            Action.STORED,
            f"{self.slot} token",
            expires_at=str(facts.expires_at),
            owner=facts.email or facts.display_name,
            hosts=self.tools.keystore.place.words,
        )


class NewTokenStep(TokenStep):
    """Captures the token of a renewal, which waits until Entra has it."""

    slot = Slot.PENDING


def _known(session: Session, facts: TokenFacts) -> str | None:
    return session.profile.organization_id or facts.organization_id or None
