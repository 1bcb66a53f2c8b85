"""Step `replacement`: the new token goes into Entra, is promoted, and the old one is revoked."""

from typing import TYPE_CHECKING

from wizard.flow.plan import StepInfo
from wizard.flow.renewal import promote
from wizard.flow.session import Finding, Session, State
from wizard.net.endpoints import Endpoints
from wizard.steps.by_hand import Guide
from wizard.steps.credentials import replacement_guide
from wizard.store.journal import JournalEntry
from wizard.store.keystore import Keystore, Slot
from wizard.webex.revocation import Revoke

if TYPE_CHECKING:
    from pydantic import SecretStr


class ReplacementStep:
    """Promotes the pending token once the administrator confirms that Entra has it."""

    def __init__(
        self, info: StepInfo, *, keystore: Keystore, endpoints: Endpoints, revoke: Revoke
    ) -> None:
        self.info = info
        self._keystore = keystore
        self._endpoints = endpoints
        self._revoke = revoke
        self._copied: SecretStr | None = None
        self._asked_about: SecretStr | None = None

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand, with the pending token to copy."""

        def copied(token: "SecretStr") -> None:
            self._copied = token

        return replacement_guide(session, self._endpoints, self._keystore, copied)

    async def check(self, session: Session) -> Finding:
        """Tell whether the new token is in force."""
        if session.is_done(self.info.id):
            return Finding(State.DONE, "The new token is in force.")
        return Finding(State.OPEN, "The new token waits until Entra has it.")

    async def consequence(self, session: Session) -> str:
        """Say what follows when it is confirmed that Entra has the new token.

        Raises:
            KeystoreError: The keyring cannot be read.
        """
        current = await self._keystore.read(session.profile.name, Slot.CURRENT)
        pending = await self._keystore.read(session.profile.name, Slot.PENDING)
        self._asked_about = pending.token if pending is not None else None
        if current is None or current.is_same_token(pending):
            return "Then it is in force here too; the keyring has no old token to revoke."
        return "Then the old token will be revoked."

    async def apply(self, session: Session) -> None:
        """Promote the pending token, revoke the old one, and note what became of that.

        Once that is done, doing it again changes nothing.

        Raises:
            InvalidInput: Another token waits than was copied, or asked about, here.
            KeystoreError: The keyring failed; the old token is in force.
            TokenRefused: The new token has expired.
            ProfileError: The profile could not be saved; trying again goes on.
        """
        pending = await self._keystore.read(session.profile.name, Slot.PENDING)
        if pending is None and session.is_done(self.info.id):
            return
        proved = self._copied or self._asked_about
        old_token = await promote(session, self._keystore, self._revoke, proved=proved)
        session.tick(self.info.id, old_token)

    async def undo(self, session: Session, made: JournalEntry) -> None:
        """A revoked token cannot come back; nothing to do."""
