"""`webex-wizard forget`: revoke the tokens, empty the keyring, keep or drop the profile."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

from wizard.commands.binding import asking_once
from wizard.commands.output import DONE, FAILED, data, document, explain, narrate
from wizard.errors import KeystoreError, WizardError
from wizard.files import remove
from wizard.keystore import Slot
from wizard.options import Options
from wizard.places import practice_tenant_file
from wizard.steps.sign_in import note_remembered
from wizard.workspace import Workspace, open_workspace

FORGET_VERSION = 1


@dataclass(frozen=True)
class ForgottenToken:
    """What became of one token."""

    slot: str
    revoked: bool
    """Whether Webex does not accept it any more."""
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten, and what is left."""

    profile: str
    tokens: tuple[ForgottenToken, ...]
    profile_kept: bool
    sign_in_removed: bool = False
    """Whether a remembered Microsoft sign-in was in the keyring."""

    @property
    def complete(self) -> bool:
        """Whether no token is left in force."""
        return all(token.revoked for token in self.tokens)

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON-ready data."""
        return {"version": FORGET_VERSION, "command": "forget", **asdict(self)}

    def sentences(self) -> list[str]:
        """Return the outcome in words."""
        said = [f"{token.message} {token.hint}".strip() for token in self.tokens]
        if self.sign_in_removed:
            said.append("The remembered Microsoft sign-in is no longer in the keyring.")
        said.append("No token of this profile is in the keyring any more.")
        if self.profile_kept:
            return [*said, f"The profile {self.profile}, its mapping and its journal are kept."]
        return [*said, f"The profile {self.profile}, its mapping and its journal are gone."]


def run(options: Options) -> int:
    """Forget one profile; 1 when there is none, or a token could not be revoked or removed."""
    try:
        outcome = asking_once(options, lambda: asyncio.run(_forget(options)))
    except WizardError as error:
        explain(error, command="forget", as_json=options.json)
        if isinstance(error, KeystoreError):
            narrate("The profile is kept, so that you can run this again.")
        return FAILED
    if options.json:
        document(outcome.to_json())
    else:
        data("\n".join(outcome.sentences()))
    return DONE if outcome.complete else FAILED


async def _forget(options: Options) -> Forgotten:
    space = await open_workspace(options)
    try:
        name = space.profile_name
        # Nothing happens to secrets of other hosts, which could not be revoked from here.
        for slot in Slot:
            await space.keystore.read(name, slot)
        await space.keystore.read_sign_in(name)
        # Read first: a damaged profile that shall be kept must not lose its tokens half-way.
        session = space.session() if options.keep_profile else None
        held = [slot for slot in Slot if await space.keystore.holds(name, slot)]
        known = space.profiles.exists(name)
        if session is not None and known:
            note_remembered(session, is_remembered=False)
        sign_in_removed = await space.remembered.drop(name)
        if not held and not sign_in_removed and not known:
            raise space.profiles.no_such(name)
        if session is not None:
            # Saved before any token is touched: on a full disk, nothing has happened yet.
            session.untick("token", "connection", "new-token", "new-connection", "replacement")
            session.change(token=None, storing=None, at_step="")
            session.log("token", "forgotten", "all tokens of this profile")
        tokens = [await _forget_slot(space, name, slot) for slot in held]
        if session is None:
            space.profiles.delete(name)
            if space.practice is not None and not space.profiles.names():
                # The next practice begins from nothing again.
                remove(practice_tenant_file())
            space.profiles.sweep()
    finally:
        space.close()
    return Forgotten(name, tuple(tokens), session is not None, sign_in_removed)


async def _forget_slot(space: Workspace, name: str, slot: Slot) -> ForgottenToken:
    """Revoke one token, best effort, and remove it from the keyring."""
    stored = await space.keystore.read(name, slot)
    outcome = ForgottenToken(
        slot,
        revoked=False,
        message=f"The {slot} token could not be read, and was not revoked.",
        hint="Revoke it in Webex.",
    )
    if stored is not None:
        try:
            done = await space.revoke(stored.token)
            outcome = ForgottenToken(slot, revoked=True, message=f"The {slot} token {done}.")
        except WizardError as error:
            outcome = ForgottenToken(
                slot,
                revoked=False,
                message=f"The {slot} token could not be revoked: {error.message}",
                hint=f"It stays valid until {stored.facts.expires_at:%Y-%m-%d}. {error.hint}",
            )
    await space.keystore.delete(name, slot)
    return outcome
