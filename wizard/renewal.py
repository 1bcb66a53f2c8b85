"""Putting a new token in force without a gap: promote, then revoke, resumable at any point.

The order of writes is the guarantee. The old token is copied to `retired` before it is overwritten,
so that a crash between any two lines leaves every token findable, and running `promote` or `settle`
again ends at the same place.
"""

from dataclasses import dataclass

from wizard.errors import KeystoreError, WizardError
from wizard.flow import Session
from wizard.keystore import Keystore, Slot, StoredToken
from wizard.webex.revocation import Revoke


@dataclass(frozen=True)
class Promotion:
    """How a renewal ended."""

    in_force: str
    """Until when the new token is in force, as a sentence."""
    old_token: str
    """What became of the old token, as a sentence."""


async def promote(session: Session, keystore: Keystore, revoke: Revoke) -> Promotion:
    """Put the pending token in force and revoke the one it replaces, best effort.

    Raises:
        KeystoreError: There is no pending token, or the keyring failed; the old one is in force.
    """
    name = session.profile.name
    pending = await keystore.read(name, Slot.PENDING)
    if pending is None:
        raise KeystoreError(
            "There is no new token waiting.",
            "Run `webex-wizard renew` and sign in again.",
            code="no-pending-token",
        )
    current = await keystore.read(name, Slot.CURRENT)
    if current is not None and _differs(current, pending):
        await keystore.write(name, Slot.RETIRED, current)
    await keystore.write(name, Slot.CURRENT, pending)
    organization = session.profile.organization_id or pending.facts.organization_id or None
    session.change(token=pending.facts, organization_id=organization)
    session.log("replacement", "promoted", "new token", expires_at=str(pending.facts.expires_at))
    await keystore.delete(name, Slot.PENDING)
    until = f"In force until {pending.facts.expires_at:%Y-%m-%d}."
    return Promotion(until, await settle(session, keystore, revoke))


async def settle(session: Session, keystore: Keystore, revoke: Revoke) -> str:
    """Revoke a replaced token that is still waiting for it; say what became of it."""
    name = session.profile.name
    retired = await keystore.read(name, Slot.RETIRED)
    if retired is None:
        return "There was no old token to revoke."
    current = await keystore.read(name, Slot.CURRENT)
    if current is not None and not _differs(retired, current):
        await keystore.delete(name, Slot.RETIRED)
        return "There was no old token to revoke."
    try:
        outcome = await revoke(retired.token)
    except WizardError as error:
        return (
            f"The old token could not be revoked: {error.message} It stays valid until "
            f"{retired.facts.expires_at:%Y-%m-%d}; `webex-wizard renew` tries again."
        )
    session.log("replacement", "revoked", "old token", outcome=outcome)
    await keystore.delete(name, Slot.RETIRED)
    return outcome


async def discard_pending(session: Session, keystore: Keystore, revoke: Revoke) -> str:
    """Throw away a pending token and revoke it, best effort; the one in force stays."""
    name = session.profile.name
    pending = await keystore.read(name, Slot.PENDING)
    if pending is None:
        return "There was no new token waiting."
    current = await keystore.read(name, Slot.CURRENT)
    outcome = "It is the token in force, so it was not revoked."
    if current is None or _differs(current, pending):
        try:
            outcome = await revoke(pending.token)
        except WizardError as error:
            outcome = f"It could not be revoked: {error.message}"
    await keystore.delete(name, Slot.PENDING)
    session.log("new-token", "discarded", "new token", outcome=outcome)
    return outcome


def begin_again(session: Session) -> None:
    """Forget how far an earlier renewal came, and begin with a new token."""
    session.untick("new-token", "new-connection", "replacement", "renewed")
    session.change(at_step="new-token")


def _differs(one: StoredToken, other: StoredToken) -> bool:
    return one.token.get_secret_value() != other.token.get_secret_value()
