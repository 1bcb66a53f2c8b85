"""`webex-wizard forget`: revoke the tokens, empty the keyring, keep or drop the profile."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass
from typing import Any

from wizard.commands.binding import asking_once
from wizard.commands.ending import Ending, ending
from wizard.commands.output import (
    DONE,
    FAILED,
    USAGE,
    asked,
    can_ask,
    data,
    document,
    explain,
    narrate,
)
from wizard.errors import EndpointsError, InvalidInput, KeystoreError, WizardError
from wizard.files import remove
from wizard.journal import Journal
from wizard.keystore import Slot, StoredToken
from wizard.options import Options
from wizard.places import practice_tenant_file
from wizard.steps.sign_in import note_remembered
from wizard.undo import facts_for_later, undoable
from wizard.workspace import Workspace, open_workspace

FORGET_VERSION = 1

_UNCONFIRMED = "forget-unconfirmed"


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
    profile_dropped: bool
    journal_kept: bool
    journal_dropped: bool
    sign_in_removed: bool = False
    """Whether a remembered Microsoft sign-in was in the keyring."""
    keyring_asked: bool = True

    @property
    def complete(self) -> bool:
        """Whether no token is left in force."""
        return self.keyring_asked and all(token.revoked for token in self.tokens)

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON-ready data."""
        return {"version": FORGET_VERSION, "command": "forget", **asdict(self)}

    def sentences(self) -> list[str]:
        """Return the outcome in words."""
        said = [f"{token.message} {token.hint}".strip() for token in self.tokens]
        if self.sign_in_removed:
            said.append("The remembered Microsoft sign-in is no longer in the keyring.")
        if self.keyring_asked:
            said.append("No token of this profile is in the keyring any more.")
        else:
            said.append(
                "The keyring was not asked: what it holds could not be looked at or revoked. Run "
                "`webex-wizard forget` again where it can be used."
            )
        return [*said, *self._files()]

    def _files(self) -> list[str]:
        if self.profile_kept:
            return [f"The profile {self.profile}, its mapping and its journal are kept."]
        said = []
        if self.profile_dropped:
            said.append(f"The profile {self.profile} and its mapping are gone.")
        if self.journal_kept:
            said.append("Its journal is kept, so that `webex-wizard undo` still works.")
        elif self.journal_dropped:
            said.append("Its journal is gone.")
        return said


def run(options: Options) -> int:
    """Forget one profile; 1 when there is none, or a token could not be revoked or removed."""
    try:
        if not options.yes and not can_ask(options):
            raise _unconfirmed()
        return asking_once(options, lambda: _run(options))
    except WizardError as error:
        explain(error, command="forget", as_json=options.json)
        if isinstance(error, KeystoreError):
            narrate(
                "Nothing was removed, so that you can run this again. With --without-keyring the "
                "files are dropped, and what the keyring holds stays valid."
            )
        is_usage = error.code == _UNCONFIRMED or isinstance(error, EndpointsError)
        return USAGE if is_usage else FAILED


def _run(options: Options) -> int:
    space = asyncio.run(open_workspace(options, narrate))
    try:
        found = asyncio.run(ending(space, options))
        for sentence in found.sentences(options):
            narrate(sentence)
        # Outside of an event loop, which would swallow the first Ctrl-C.
        if not options.yes and asked(f"Type {found.name} to go on:") != found.name:
            narrate("That is not its name. Nothing was forgotten.")
            return FAILED
        outcome = asyncio.run(_forget(space, options, found))
    finally:
        space.close()
    if options.json:
        document(outcome.to_json())
    else:
        data("\n".join(outcome.sentences()))
    return DONE if outcome.complete else FAILED


async def _forget(space: Workspace, options: Options, found: Ending) -> Forgotten:
    async with AsyncExitStack() as meanwhile:
        if found.profile is not None:
            session = space.session(found.name)
            await meanwhile.enter_async_context(session.turn())
            # Saved before any token is touched: on a full disk, nothing has happened yet.
            session.log(
                "token", "forgotten", "all tokens of this profile", **facts_for_later(session)
            )
            if options.keep_profile:
                note_remembered(session, is_remembered=False)
                session.untick("token", "connection", "new-token", "new-connection", "replacement")
                session.change(token=None, storing=None, at_step="")
        removed, name = False, found.name
        if not options.without_keyring:
            removed = await space.remembered.drop(name)
        tokens = [await _forget_token(space, name, *held) for held in found.tokens.items()]
    journal = space.profiles.journal_path(found.name)
    had_journal = journal.exists()
    if not options.keep_profile:
        _drop_files(space, options, found)
    return Forgotten(
        found.name,
        tuple(tokens),
        profile_kept=options.keep_profile and found.exists,
        profile_dropped=found.exists and not options.keep_profile,
        journal_kept=journal.exists(),
        journal_dropped=had_journal and not journal.exists(),
        sign_in_removed=removed,
        keyring_asked=not options.without_keyring,
    )


def _drop_files(space: Workspace, options: Options, found: Ending) -> None:
    """Remove what belongs to the profile, and of practice what nobody can go on with."""
    store = space.profiles
    store.delete(found.name, keep_journal=not options.drop_journal)
    if space.practice is not None and not store.names():
        journals = store.folder.glob("*.journal")
        if not any(undoable(Journal(file)) for file in journals):
            # The next practice begins from nothing again.
            remove(practice_tenant_file())
    store.sweep()


async def _forget_token(
    space: Workspace, name: str, slot: Slot, stored: StoredToken | None
) -> ForgottenToken:
    """Revoke one token, best effort, and remove it from the keyring."""
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


def _unconfirmed() -> InvalidInput:
    return InvalidInput(
        "Forgetting ends tokens for good, and nobody can be asked here.",
        "Run it in a terminal, which tells what ends and asks; or add --yes.",
        code=_UNCONFIRMED,
    )
