"""Putting a new token in force without a gap: promote, then revoke, resumable at any point.

The order of writes is the guarantee. A token is copied to `retired` before it is overwritten or
removed, so that a crash between any two lines leaves every token findable, and doing the same again
ends at the same place.
"""

from functools import partial
from typing import TYPE_CHECKING

from wizard.errors import InvalidInput, KeystoreError, TokenRefused, WizardError
from wizard.flow.plan import RENEWAL, SETUP
from wizard.flow.session import Session, in_turn
from wizard.machine.threads import to_its_end
from wizard.store.journal import Action, Change
from wizard.store.keystore import Keystore, Slot, StoredToken
from wizard.store.marks import Mark
from wizard.store.profiles import StepRecord, TokenFacts
from wizard.store.verification import trouble_of
from wizard.webex.lifetime import has_ended, stays_valid
from wizard.webex.revocation import Revoke

if TYPE_CHECKING:
    from pydantic import SecretStr

_NONE_OLD = "The keyring has no old token, so none was revoked."


async def waiting_token(session: Session, keystore: Keystore) -> str:
    """Say which new token waits in the keyring, and what is known of the one before it.

    Returns:
        Sentences; empty when none waits.

    Raises:
        KeystoreError: The keyring cannot be read.
    """
    name = session.profile.name
    pending = await keystore.read(name, Slot.PENDING)
    if pending is None:
        return ""
    current = await keystore.read(name, Slot.CURRENT)
    facts = pending.facts
    return (
        f"A new token from {facts.obtained_at:%Y-%m-%d %H:%M} UTC is waiting "
        f"(account {facts.email or 'not known'}). {_before(session, pending, current)}"
    )


def _before(session: Session, pending: StoredToken, current: StoredToken | None) -> str:
    if pending.is_same_token(current):
        return "It is in force already; going on ends the renewal."
    if session.history.may_be_in_entra:
        return "A renewal was cut off while it put it into Entra, so Entra may use it already."
    if current is None:
        return "There is no other token in the keyring."
    ends = current.facts.expires_at
    if has_ended(ends, session.clock()):
        return f"The one before it ended on {ends:%Y-%m-%d}."
    return (
        f"The one before it, valid until {ends:%Y-%m-%d}, is in force, unless you have pasted the "
        "new one into Entra."
    )


@in_turn
async def promote(
    session: Session,
    keystore: Keystore,
    revoke: Revoke,
    *,
    proved: "SecretStr | None" = None,
    mark: Mark = Mark.SAID,
) -> str:
    """Put the pending token in force and revoke the one it replaces, best effort.

    `proved` is the token that Entra was given, where that is known; `mark` is how.

    Returns:
        What became of the old token, as a sentence.

    Raises:
        InvalidInput: Another token waits; none is revoked (`another-token-waits`).
        KeystoreError: There is no pending token, or the keyring failed; the old one is in force.
        TokenRefused: The pending token has expired while it waited.
        ProfileError: The profile could not be saved; doing it again goes on where this stopped.
    """
    name, older = session.profile.name, ""
    pending = await _pending(session, keystore)
    current = await keystore.read(name, Slot.CURRENT)
    if proved is not None and proved != pending.token:
        await _note_given(session, current, proved)
        raise _another_waits()
    _require_alive(session, pending.facts)
    await keep_in_place(session, keystore, pending)
    if current is not None and not current.is_same_token(pending):
        await settle(session, keystore, revoke)
        older = await retire(session, keystore, current)
    await keystore.write(name, Slot.CURRENT, pending)
    made = _in_force(session.profile.token, pending.facts)
    older = older or _gone(session, current, pending.facts)
    _remember(session, pending.facts, mark)
    ends = str(pending.facts.expires_at)
    await session.log("replacement", Action.PROMOTED, "new token", changes=(made,), expires_at=ends)
    await keystore.delete(name, Slot.PENDING)
    return f"{await settle(session, keystore, revoke)} {older}".rstrip()


async def _pending(session: Session, keystore: Keystore) -> StoredToken:
    pending = await keystore.read(session.profile.name, Slot.PENDING)
    if pending is None:
        raise KeystoreError(
            "There is no new token waiting.",
            f"Run `{session.line('renew')}` and sign in again.",
            code="no-pending-token",
        )
    return pending


async def _may_be_in_entra(session: Session) -> bool:
    """Tell whether Entra may use a token that waits, or was replaced while it waited.

    A journal that lost lines, by what the keyring notes, may have said so.

    Raises:
        ProfileError: The journal cannot be read.
    """
    if session.history.may_be_in_entra:
        return True
    return await to_its_end(partial(trouble_of, session.journal)) is not None


@in_turn
async def settle_unused(session: Session, keystore: Keystore, revoke: Revoke) -> str:
    """Do as `settle` does, unless Entra may use that token; then it goes on waiting.

    Returns:
        A sentence; empty when it goes on waiting.

    Raises:
        KeystoreError: The keyring failed.
        ProfileError: The journal could not be read or written.
    """
    return "" if await _may_be_in_entra(session) else await settle(session, keystore, revoke)


@in_turn
async def settle(session: Session, keystore: Keystore, revoke: Revoke) -> str:
    """Revoke a replaced token that is still waiting for it; say what became of it.

    Raises:
        KeystoreError: The keyring failed.
        ProfileError: The journal could not be written.
    """
    return await _settle(session, keystore, revoke, "old token")


async def retire(
    session: Session, keystore: Keystore, token: StoredToken, revoke: Revoke | None = None
) -> str:
    """Keep a token that is about to be overwritten or removed, until it is revoked.

    There is one place for such a token. An older one there is revoked with `revoke`, best effort,
    where Entra was never given a token; else the journal says until when it stays valid.

    Returns:
        What became of an older one, as a sentence; empty when there was none.
    """
    name = session.profile.name
    older = await keystore.read(name, Slot.RETIRED)
    said = ""
    if older is not None and not older.is_same_token(token):
        said = await _made_way(session, older, revoke)
    await keystore.write(name, Slot.RETIRED, token)
    return said


async def _made_way(session: Session, older: StoredToken, revoke: Revoke | None) -> str:
    until = f"It {stays_valid(older.facts.expires_at, session.clock())}."
    said = f"An earlier token was not revoked, because it may be in use. {until}"
    if revoke is None:
        said = f"An earlier token was not revoked. {until}"
    elif not _came_far(session) and not session.history.may_have_given_a_token:
        try:
            outcome = await revoke(older.token)
        except WizardError as error:
            said = f"An earlier token could not be revoked: {error.message} {until}"
        else:
            revoked = Change(subject="earlier token", before=validity(older.facts), after=outcome)
            await session.log(
                "replacement", Action.REVOKED, revoked.subject, changes=(revoked,), outcome=outcome
            )
            return f"An earlier token {outcome}."
    ends = str(older.facts.expires_at)
    await session.log(
        "replacement", Action.GIVEN_UP, "old token that was not revoked", expires_at=ends
    )
    return said


def _came_far(session: Session) -> bool:
    """Tell whether this profile came so far that a token of it may have gone somewhere."""
    reached = (*session.profile.reached, *session.profile.steps)
    return not {"credentials", "replacement"}.isdisjoint(reached)


async def keep_in_place(session: Session, keystore: Keystore, token: StoredToken | None) -> None:
    """Take a token that stays where it is out of those that wait to be revoked.

    Raises:
        KeystoreError: The keyring failed.
    """
    name = session.profile.name
    if token is not None and token.is_same_token(await keystore.read(name, Slot.RETIRED)):
        await keystore.delete(name, Slot.RETIRED)


@in_turn
async def discard_pending(session: Session, keystore: Keystore, revoke: Revoke) -> str:
    """Throw away a pending token and revoke it, best effort; the one in force stays.

    Raises:
        InvalidInput: Entra may have it (`renewal-in-entra`).
        KeystoreError: The keyring failed.
        ProfileError: The journal cannot be read, or the profile could not be saved.
    """
    name = session.profile.name
    pending = await keystore.read(name, Slot.PENDING)
    if pending is None:
        return "There was no new token waiting."
    if pending.is_same_token(await keystore.read(name, Slot.CURRENT)):
        # A renewal was cut off after its last confirmation: Entra has this token.
        _remember(session, pending.facts, session.mark_of("replacement"))
        await keystore.delete(name, Slot.PENDING)
        return "It is the token in force already, so it stays."
    if await _may_be_in_entra(session):
        raise InvalidInput(
            "Entra may have the new token already, and without it provisioning would stop.",
            "Go on with it: the renewal saves it once more, and ends as usual.",
            code="renewal-in-entra",
        )
    await settle(session, keystore, revoke)
    older = await retire(session, keystore, pending)
    await keystore.delete(name, Slot.PENDING)
    session.change(unticked=("new-token", "new-connection"), storing=None)
    await session.log("new-token", Action.DISCARDED, "new token")
    return f"{await _settle(session, keystore, revoke, 'new token')} {older}".rstrip()


def validity(facts: TokenFacts) -> str:
    """Return until when a token is valid, in words."""
    assumed = " (assumed)" if facts.expires_assumed else ""
    return f"valid until {facts.expires_at:%Y-%m-%d}{assumed}"


def begin_again(session: Session) -> None:
    """Forget how far an earlier renewal came, and begin with a new token."""
    steps = {step.id for step in RENEWAL} - {step.id for step in SETUP}
    session.change(unticked=steps, at_step=RENEWAL[0].id)


async def _settle(session: Session, keystore: Keystore, revoke: Revoke, which: str) -> str:
    name = session.profile.name
    retired = await keystore.read(name, Slot.RETIRED)
    if retired is None:
        return _NONE_OLD
    if retired.is_same_token(await keystore.read(name, Slot.CURRENT)):
        # A renewal was cut off before its token came in force.
        await keystore.delete(name, Slot.RETIRED)
        return _NONE_OLD
    if retired.is_same_token(await keystore.read(name, Slot.PENDING)):
        if session.profile.storing is not None or session.history.may_be_in_entra:
            # Another one was about to take its place and never did; this one goes on waiting.
            await keystore.delete(name, Slot.RETIRED)
            return _NONE_OLD
        # A new token was being thrown away; it must not be offered again.
        await keystore.delete(name, Slot.PENDING)
    try:
        outcome = await revoke(retired.token)
    except WizardError as error:
        return (
            f"The {which} could not be revoked: {error.message} It "
            f"{stays_valid(retired.facts.expires_at, session.clock())}; "
            f"`{session.line('renew')}` tries again."
        )
    revoked = Change(subject=which, before=validity(retired.facts), after=outcome)
    await session.log("replacement", Action.REVOKED, which, changes=(revoked,), outcome=outcome)
    await keystore.delete(name, Slot.RETIRED)
    return f"The {which} {outcome}."


def _gone(session: Session, current: StoredToken | None, new: TokenFacts) -> str:
    """Say how long a token of before lives that is not in the keyring any more."""
    known = session.profile.token
    if (
        current is not None
        or known is None
        or known.is_of_same_token(new)
        or known.expires_at <= session.clock()
    ):
        return ""
    return f"The one of before is not here any more, and stays {validity(known)}."


def _in_force(before: TokenFacts | None, facts: TokenFacts) -> Change:
    was = "" if before is None or before.is_of_same_token(facts) else validity(before)
    return Change(subject="token of this profile", before=was, after=validity(facts))


async def _note_given(session: Session, current: StoredToken | None, given: "SecretStr") -> None:
    """Remember that Entra may have a token that neither waits nor is in force."""
    if (current is None or given != current.token) and not session.history.may_be_in_entra:
        await session.log("replacement", Action.RENEWED, "token")


def _another_waits() -> InvalidInput:
    return InvalidInput(
        "Another new token waits than the one that Entra was given: another window has signed in "
        "again meanwhile. No token was revoked.",
        "Do this step once more, so that Entra gets the token that waits.",
        code="another-token-waits",
    )


def _require_alive(session: Session, facts: TokenFacts) -> None:
    if facts.remaining(session.clock()).total_seconds() <= 0 and not facts.expires_assumed:
        raise TokenRefused(
            "The new token has expired while it waited.",
            f"Run `{session.line('renew')}`, throw it away, and sign in again.",
            code="token-expired",
        )


def _remember(session: Session, facts: TokenFacts, mark: Mark) -> None:
    """Save in one write that this token is in force and that Entra has it, seen or by word."""
    seen = StepRecord(at=session.clock(), mark=Mark.SEEN)
    record = seen if mark is Mark.SEEN else seen.model_copy(update={"mark": Mark.SAID})
    session.change(
        token=facts,
        organization_id=session.profile.organization_id or facts.organization_id or None,
        ticked={"token": seen, "credentials": record, "replacement": record},
    )
