"""Forgetting a profile: revoke its tokens, empty the keyring, keep or drop the files."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from wizard.errors import InvalidInput, KeystoreError, ProfileError, WizardError
from wizard.flow.session import Session
from wizard.machine.files import remove
from wizard.options import Options
from wizard.steps.sign_in import note_remembered
from wizard.store.anchor import Anchor
from wizard.store.forgotten import facts_for_later
from wizard.store.history import History
from wizard.store.journal import FORGETTING, FORGOTTEN, Journal
from wizard.store.keystore import Slot, StoredToken
from wizard.store.locks import turn
from wizard.store.places import practice_tenant_file
from wizard.walk.ending import Ending, ending, has_journal_key, undo_works
from wizard.webex.lifetime import stays_valid
from wizard.workspace import Workspace

FORGET_VERSION = 1
_NOTE_KEPT = "The key that vouches for the journal is in the keyring as long as the journal stays."


@dataclass(frozen=True)
class ForgottenToken:
    """What became of one token."""

    slot: str
    revoked: bool
    """Whether Webex does not accept it any more."""
    message: str
    hint: str = ""
    removed: bool = True
    """Whether it is not in the keyring any more."""


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten, and what is left."""

    profile: str
    tokens: tuple[ForgottenToken, ...]
    profile_kept: bool = False
    profile_dropped: bool = False
    journal_kept: bool = False
    journal_dropped: bool = False
    can_be_undone: bool = False
    """Whether the journal tells of something in Entra that can be taken back."""
    sign_in_removed: bool = False
    """Whether a remembered Microsoft sign-in was in the keyring."""
    journal_key_kept: bool = False
    """Whether the key that vouches for the journal is in the keyring, as the journal stays."""
    journal_key_removed: bool = False
    """Whether that key was removed with the journal."""
    keyring_asked: bool = True
    trouble: str = ""
    """What went wrong besides the tokens, in sentences."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the profile is in the keyring any more."""
        return self.keyring_asked and all(token.removed for token in self.tokens)

    @property
    def complete(self) -> bool:
        """Whether no token is left in force, and nothing in the keyring."""
        is_revoked = all(token.revoked for token in self.tokens)
        return self.is_empty and is_revoked and not self.trouble

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as JSON-ready data."""
        return {"version": FORGET_VERSION, "command": "forget", **asdict(self)}

    def sentences(self, options: Options) -> list[str]:
        """Return the outcome in words."""
        said = [f"{token.message} {token.hint}".strip() for token in self.tokens]
        if self.sign_in_removed:
            said.append("The remembered Microsoft sign-in is no longer in the keyring.")
        if self.trouble:
            said.append(self.trouble)
        if self.is_empty:
            said.append("No token of this profile is in the keyring any more.")
        elif self.keyring_asked:
            said.append("Something of this profile is still in the keyring: run this again.")
        else:
            said.append(
                "The keyring was not asked: what it holds could not be looked at or revoked. Run "
                f"`{options.line('forget', profile=self.profile)}` again where it can be used."
            )
        return [*said, *self._files(options)]

    def _files(self, options: Options) -> list[str]:
        if self.profile_kept:
            kept = f"The profile {self.profile}, its mapping and its journal are kept."
            return [kept, _NOTE_KEPT] if self.journal_key_kept else [kept]
        said = []
        if self.profile_dropped:
            said.append(f"The profile {self.profile} and its mapping are gone.")
        if self.journal_kept:
            undo = options.line("undo", profile=self.profile)
            works = undo_works(undo, can_be_undone=self.can_be_undone)
            said.append(f"Its journal is kept{works}")
        elif self.journal_dropped:
            both = self.journal_key_removed
            said.append("Its journal and its key are gone." if both else "Its journal is gone.")
        return said + ([_NOTE_KEPT] if self.journal_key_kept else [])


async def forget(space: Workspace, options: Options, found: Ending) -> Forgotten:
    """Forget what was named, while no other window changes tokens of the profile.

    Raises:
        InvalidInput: It is not what was named any more (`forget-changed`); nothing was done.
    """
    store, name = space.profiles, found.name
    session = space.session(name) if found.profile is not None else None
    journal = store.journal_path(name)
    async with session.turn() if session is not None else turn(store.turn_path(name)):
        if not found.is_named_like(await ending(space, options), options):
            raise _changed_meanwhile(options.line("forget", profile=name))
        if session is not None:
            await _begin(session, options)
        outcome = await _emptied(space, options, found)
        had_journal = journal.exists()
        if session is not None and outcome.keyring_asked:
            outcome = await _end(session, options, outcome)
        if options.drop_journal and outcome.keyring_asked and not _is_left(outcome):
            outcome = await _without_note(space, outcome)
        # Where something is left in the keyring, the profile stays to find it by.
        is_dropped = not options.keep_profile and not _is_left(outcome)
        if is_dropped:
            store.delete(name, keep_journal=not options.drop_journal)
    if is_dropped:
        _drop_practice(space)
    return replace(
        outcome,
        profile_kept=found.exists and not is_dropped,
        profile_dropped=found.exists and is_dropped,
        journal_kept=journal.exists(),
        journal_dropped=had_journal and not journal.exists(),
        can_be_undone=found.can_be_undone,
        journal_key_kept=await _key_stays(space, options),
    )


async def _key_stays(space: Workspace, options: Options) -> bool:
    try:
        return await has_journal_key(space, options)
    except KeystoreError:
        return False  # nothing is claimed of a keyring that does not answer any more


async def _without_note(space: Workspace, outcome: Forgotten) -> Forgotten:
    """Remove the key of the journal before the journal, which would be missed otherwise."""
    anchor = Anchor(space.keystore, outcome.profile)
    try:
        is_noted = await anchor.is_noted()
        await anchor.remove()
    except KeystoreError as error:
        stays = "The key of the journal may still be in the keyring, so the journal stays:"
        return replace(outcome, trouble=f"{stays} {error.message} {error.hint}")
    return replace(outcome, journal_key_removed=is_noted)


def _is_left(outcome: Forgotten) -> bool:
    return outcome.keyring_asked and not (outcome.is_empty and not outcome.trouble)


async def _begin(session: Session, options: Options) -> None:
    """Save what is about to happen: on a full disk, nothing has happened yet."""
    if options.keep_profile or not options.drop_journal:
        await session.log(
            *FORGETTING, "all tokens of this profile", **facts_for_later(session.profile)
        )
    if not options.without_keyring or options.keep_profile:
        session.untick("token", "connection", "new-token", "new-connection", "replacement")
        session.change(token=None, storing=None, at_step="")


async def _end(session: Session, options: Options, outcome: Forgotten) -> Forgotten:
    """Save what came of it, as far as it was seen."""
    try:
        if not outcome.trouble:
            note_remembered(session, is_remembered=False)
        if outcome.is_empty and (options.keep_profile or not options.drop_journal):
            await session.log(*FORGOTTEN, "all tokens of this profile")
    except ProfileError as error:
        return replace(outcome, trouble=f"{outcome.trouble} {error.in_words()}".strip())
    return outcome


async def _emptied(space: Workspace, options: Options, found: Ending) -> Forgotten:
    """Take everything out of the keyring, best effort, and revoke the tokens."""
    nothing = Forgotten(found.name, (), keyring_asked=not options.without_keyring)
    if options.without_keyring:
        return nothing
    removed, trouble = False, ""
    try:
        removed = await space.remembered.drop(found.name)
    except KeystoreError as error:
        trouble = (
            "A remembered Microsoft sign-in may still be in the keyring: "
            f"{error.message} {error.hint}"
        )
    tokens = [await _forget_token(space, found.name, *held) for held in found.tokens.items()]
    return replace(nothing, tokens=tuple(tokens), sign_in_removed=removed, trouble=trouble)


def _drop_practice(space: Workspace) -> None:
    """Remove of practice what nobody can go on with, and the folder where nothing is left."""
    store = space.profiles
    if space.practice is not None and not store.names():
        journals = store.folder.glob("*.journal")
        if not any(History(Journal(file)).undoable for file in journals):
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
                hint=f"It {stays_valid(stored.facts.expires_at, space.clock())}. {error.hint}",
            )
    try:
        await space.keystore.delete(name, slot)
    except KeystoreError as error:
        stays = f"{outcome.message} It may still be in the keyring: {error.message}"
        return replace(outcome, removed=False, message=stays, hint=f"{error.hint} {outcome.hint}")
    return outcome


def _changed_meanwhile(again: str) -> InvalidInput:
    return InvalidInput(
        "Another window has changed this profile or its tokens meanwhile, so that something else "
        "would end than was named. Nothing was forgotten.",
        f"Run `{again}` again: it names what there is then.",
        code="forget-changed",
    )
