"""What ends when a profile is forgotten, looked up before anything happens."""

from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from wizard.errors import KeystoreError, ProfileError
from wizard.flow.session import Session
from wizard.options import Options
from wizard.store.anchor import Anchor
from wizard.store.history import History
from wizard.store.journal import Action, Damage, Journal, JournalEntry
from wizard.store.keyring_help import DAMAGED, NEWER, trouble
from wizard.store.keystore import Slot, StoredToken
from wizard.store.lent import lent, lent_words
from wizard.store.marks import Mark
from wizard.store.profile_names import files_of
from wizard.store.profiles import Profile, ProfileStore
from wizard.store.verification import trouble_of
from wizard.webex.lifetime import ends_on, has_ended
from wizard.workspace import Workspace

Kept = TypeVar("Kept")
_NOTE_STAYS = (
    "Its key, if the keyring has one, stays there: a later journal of that name misses this one, "
    "until `forget --drop-journal` removes the key."
)
_NOT_AFTERWARDS = "Without the token it cannot be put back from here: run the setup first."


def undo_works(undo: str, *, can_be_undone: bool) -> str:
    """Return how a sentence on a journal that stays goes on.

    Args:
        undo: The command that takes things back.
        can_be_undone: Whether the journal tells of something to take back.
    """
    if can_be_undone:
        return f", so that `{undo}` still works."
    return "; it tells of nothing that could be taken back in Entra."


class InEntra(StrEnum):
    """Whether Entra has a token of the profile, as the sentence that is said of it."""

    NO = ""
    USES = "Entra uses the token: provisioning stops until it has a new one."
    MAY_USE = "Entra may use the token: then provisioning stops until it has a new one."
    UNKNOWN = (
        "Whether Entra uses the token is not known: if it does, provisioning stops until it has a "
        "new one."
    )


@dataclass(frozen=True)
class Ending:
    """What is there of a profile.

    Attributes:
        name: The profile.
        profile: What is stored of it; None when there is none, or it is damaged.
        exists: Whether there is a profile, damaged or not.
        has_journal: Whether there is a journal.
        tokens: What the keyring holds, by slot; None for an entry that cannot be understood.
        has_sign_in: Whether a Microsoft sign-in is remembered.
        in_entra: Whether Entra has the token, as far as is known here.
        handed_over: What the journal says of a hand-over of the token in force.
        at: When it was looked up.
        can_be_undone: Whether the journal tells of something in Entra that can be taken back.
        left: What an undo had to leave in Entra, or what is lent there, as sentences.
        troubles: What cannot be read of profile and journal, in sentences.
        beside: What else is kept of it: the plan of its preview, which has ids and outcomes, what
            drift is told by, which has names of who is assigned, and damaged copies of files.
        has_note: Whether the keyring has the key of the journal.
    """

    name: str
    profile: Profile | None
    exists: bool
    has_journal: bool
    tokens: dict[Slot, StoredToken | None]
    has_sign_in: bool
    in_entra: InEntra
    handed_over: tuple[JournalEntry, ...]
    at: datetime
    can_be_undone: bool = False
    left: str = ""
    troubles: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    has_note: bool = False

    def is_named_like(self, other: "Ending", options: Options) -> bool:
        """Tell whether the same tokens end, and the same is said of them."""
        named = (self.tokens, self.sentences(options))
        return named == (other.tokens, other.sentences(options))

    def sentences(self, options: Options) -> list[str]:
        """Return what will end, and what stays."""
        said = [*self.troubles]
        said += [_of_token(slot, token, self.at) for slot, token in self.tokens.items()]
        if options.without_keyring:
            said.append("The keyring is not asked: what it holds stays there, and stays valid.")
            if self.profile is not None and self.profile.token is not None:
                said.append(f"Its token {ends_on(self.profile.token.expires_at, self.at)}.")
        elif self.tokens and self.in_entra:
            said.append(self.in_entra)
        elif self.profile is not None and self.profile.token is not None and not self.tokens:
            ends = ends_on(self.profile.token.expires_at, self.at)
            said.append(f"Its token is not in the keyring, so it is not revoked here: it {ends}.")
        if self.tokens:
            said += map(_of_handover, self.handed_over)
        if self.left:
            said.append(self.left)
        if self.has_sign_in and not options.without_keyring:
            said.append("The remembered Microsoft sign-in will be removed from the keyring.")
        return [*said, *self._files(options)]

    def _files(self, options: Options) -> list[str]:
        kept = [f"The profile {self.name}", "its mapping", *self.beside]
        if options.keep_profile:
            stay = f"{', '.join(kept)} and its journal stay."
            note = [self._of_note(options)] if self.has_note else []
            return [stay, *note] if self.exists else []
        said = []
        if self.exists:
            said.append(f"{', '.join(kept[:-1])} and {kept[-1]} will be removed.")
        if self.has_journal and options.drop_journal:
            gone = ": nothing can be taken back in Entra any more" if self.can_be_undone else ""
            said.append(f"Its journal will be removed{gone}.")
            said += [_NOTE_STAYS] if options.without_keyring else []
        elif self.has_journal:
            undo = options.line("undo", profile=self.name)
            works = undo_works(undo, can_be_undone=self.can_be_undone)
            said.append(f"Its journal stays{works}")
        return said + ([self._of_note(options)] if self.has_note else [])

    def _of_note(self, options: Options) -> str:
        if options.drop_journal:
            return "The key of the journal will be removed from the keyring, too."
        return "The key that vouches for the journal stays in the keyring with it."


async def ending(space: Workspace, options: Options) -> Ending:
    """Look up what is there of a profile; nothing happens yet.

    Raises:
        InvalidInput: Nothing is (`no-such-profile`).
        HostsError: A secret was obtained for other hosts, from which it cannot be revoked here.
        KeystoreError: The keyring cannot be used.
        ProfileError: The profile is damaged, or its journal cannot be read at all, and it shall be
            kept.
    """
    name, store = space.profile_name, space.profiles
    profile, damage = _readable(space, options)
    tokens, has_sign_in = dict[Slot, StoredToken | None](), False
    if not options.without_keyring:
        if profile is not None:
            _require_within_reach(space, profile)
            await space.keystore.require_tokens_here(profile)
        tokens = await _tokens(space, name)
        has_sign_in = await _has_sign_in(space, name)
    noted = await has_journal_key(space, options)
    exists, has_journal = store.exists(name), store.journal_path(name).exists()
    if not (exists or tokens or has_sign_in or (options.drop_journal and (has_journal or noted))):
        raise store.no_such(name)
    history, gaps = _journal(space, options)
    return Ending(
        name,
        profile,
        exists,
        has_journal,
        tokens,
        has_sign_in,
        in_entra=_in_entra(space.session(name) if profile else None, history, is_whole=not gaps),
        handed_over=history.handed_over,
        at=space.clock(),
        can_be_undone=bool(history.undoable or (gaps and history.lines)),
        left=_left_in_entra(history),
        troubles=(*damage, *gaps),
        beside=_beside(store, name),
        has_note=noted,
    )


def _beside(store: ProfileStore, name: str) -> tuple[str, ...]:
    kept = {
        "the plan of its preview": store.plan_path(name),
        "what `drift` compares with": store.drift_path(name),
    }
    found = store.folder.glob(f"{name}.*.damaged-*")
    aside = ", ".join(sorted(each.name for each in found if files_of(name).fullmatch(each.name)))
    told = [words for words, file in kept.items() if file.exists()]
    return (*told, *([f"what was set aside as damaged ({aside})"] if aside else []))


async def has_journal_key(space: Workspace, options: Options) -> bool:
    """Tell whether the keyring has the key of the profile's journal, as far as it is to be asked.

    Raises:
        KeystoreError: The keyring cannot be used.
    """
    if options.without_keyring:
        return False
    return await Anchor(space.keystore, space.profile_name).is_noted()


def _left_in_entra(history: History) -> str:
    loan = lent(history)
    lending = f"{lent_words(loan)} {_NOT_AFTERWARDS}" if loan is not None else ""
    return f"{history.left_in_words} {lending}".strip()


def _require_within_reach(space: Workspace, profile: Profile) -> None:
    """Refuse where practice could not use the keyring that has something of the profile."""
    has_token = profile.token is not None and not profile.token.in_memory
    if not space.keeps_secrets and (has_token or profile.entra.is_remembered):
        raise trouble("keyring-missing")


def _readable(space: Workspace, options: Options) -> tuple[Profile | None, tuple[str, ...]]:
    """Return the profile, and what is wrong with it."""
    try:
        return space.profiles.load(space.profile_name), ()
    except ProfileError as error:
        if options.keep_profile:
            raise  # it would lose its tokens, and stay as it is
        return None, (error.message,)


def _journal(space: Workspace, options: Options) -> tuple[History, tuple[str, ...]]:
    """Return what can be read of a journal, and what is wrong with it."""
    may_lack = "It may have told of Entra, and of a hand-over whose copy of the token ends too."
    anchor = None if options.without_keyring else Anchor(space.keystore, space.profile_name)
    journal = Journal(space.profiles.journal_path(space.profile_name), anchor)
    try:
        history, trouble = History(journal), trouble_of(journal)
    except ProfileError as error:
        if options.keep_profile or not options.drop_journal:
            raise
        return History((Damage(journal.file, 1, "damaged"),)), (f"{error.message} {may_lack}",)
    return history, (f"{trouble.message} {may_lack}",) if trouble else ()


async def _tokens(space: Workspace, name: str) -> dict[Slot, StoredToken | None]:
    found = {slot: await _or_none(space.keystore.read(name, slot)) for slot in Slot}
    return {
        slot: token
        for slot, token in found.items()
        if token is not None or await space.keystore.holds(name, slot)
    }


async def _has_sign_in(space: Workspace, name: str) -> bool:
    await _or_none(space.keystore.read_sign_in(name))
    return await space.keystore.holds_sign_in(name)


async def _or_none(reading: Awaitable[Kept | None]) -> Kept | None:
    """Return what is kept; None where it cannot be understood, which forgetting mends."""
    try:
        return await reading
    except KeystoreError as error:
        if error.code not in {DAMAGED, NEWER}:
            raise
        return None


def _in_entra(session: Session | None, history: History, *, is_whole: bool) -> InEntra:
    if session is None:
        return InEntra.UNKNOWN
    # What an undo had to leave may be another by hand since.
    is_left = any(entry.step == "credentials" for entry in history.left)
    if session.is_done("credentials") and not is_left:
        return InEntra.USES
    if session.mark_of("credentials") is Mark.ATTENTION:
        return InEntra.MAY_USE
    if not is_whole:
        return InEntra.UNKNOWN
    may_be = history.has_saved_credentials or history.may_be_in_entra
    return InEntra.MAY_USE if may_be else InEntra.NO


def _of_token(slot: Slot, token: StoredToken | None, now: datetime) -> str:
    if token is None:
        return f"The {slot} token cannot be read: it will be removed, and not revoked."
    account = token.facts.email or token.facts.display_name or "account not known"
    ends = token.facts.expires_at
    until = f"ended on {ends:%Y-%m-%d}" if has_ended(ends, now) else f"valid until {ends:%Y-%m-%d}"
    return f"The {slot} token ({account}, {until}) will be revoked."


def _of_handover(entry: JournalEntry) -> str:
    if entry.action == Action.IMPORTED:
        made = str(entry.details.get("made_at", ""))[:10] or "an earlier day"
        return f"It came in a hand-over of {made}: the copy of whoever made that ends too."
    return (
        f"It was handed over on {entry.at:%Y-%m-%d}: the colleague's copy ends too, and "
        "provisioning with it where that colleague gave it to Entra."
    )
