"""Secrets in the operating system's keyring and nowhere else, each bound to its hosts."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import TypeVar

from wizard.errors import KeystoreError
from wizard.options import CommandLine, command_line
from wizard.store.binding import Place
from wizard.store.keyring_call import TIME_LIMIT, answered
from wizard.store.keyring_help import (
    DAMAGED,
    NEWER,
    backend_name,
    too_small,
    trouble,
    unusable_backend,
)
from wizard.store.memory_keyring import Backend, MemoryBackend
from wizard.store.profiles import Profile
from wizard.store.stored_token import LONGEST_SECRET, Stored, StoredSignIn, StoredToken, understood
from wizard.words.progress import nobody

__all__ = [
    "LONGEST_SECRET",
    "SERVICE",
    "Backend",
    "Keystore",
    "MemoryBackend",
    "Slot",
    "StoredSignIn",
    "StoredToken",
]

T = TypeVar("T")

_SIGN_IN = "sign-in"
"""The name of the entry with a remembered sign-in."""

SERVICE = "webex-wizard"
PRACTICE_SERVICE = f"{SERVICE} practice"
LOAD_LIMIT = 15.0
"""Seconds for loading the library, which is slow on some network homes."""

_MAY_BE_SIZE = frozenset({"keyring-refused", "keyring-forgetful"})
"""What a keyring's answer to a secret that is too long for it looks like."""

_SHORT_SECRET = 16

_USE_ANOTHER = (
    "Use a keyring that takes that much, or this program on another machine: a token with what is "
    "known of it may be as long."
)
_STAYS_SIGNED_IN = "You stay signed in until the program ends."

_SYSTEM_BACKENDS = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.macOS",
    "keyring.backends.Windows",
)


class Slot(StrEnum):
    """Which of a profile's tokens."""

    CURRENT = "current"
    """In force: the one Entra uses."""
    PENDING = "pending"
    """Proved, and waiting until Entra has it."""
    RETIRED = "retired"
    """Replaced, and waiting to be revoked."""


class Keystore:
    """The tokens and Microsoft sign-ins of all profiles, in the system's keyring.

    What was obtained for other hosts than those it serves it neither gives out nor overwrites; it
    tells that it is there, and removes it.

    Args:
        place: The hosts that whatever is read may be shown to.
        service: The name under which the entries stand in the keyring.
        backend: A keyring to use instead of the system's.
        allowed: The module of one foreign backend that the administrator permits.
        time_limit: Seconds for one call.
        tell: Takes a sentence while the keyring may be asking the person.
        line: Makes the command lines that are told.
    """

    def __init__(
        self,
        place: Place,
        *,
        service: str = SERVICE,
        backend: Backend | None = None,
        allowed: str = "",
        time_limit: float = TIME_LIMIT,
        tell: Callable[[str], None] = nobody,
        line: CommandLine = command_line,
    ) -> None:
        self.place = place
        self.line = line
        self.service = service
        self._backend = backend
        self._allowed = allowed
        self.time_limit = time_limit
        self._tell = tell
        self._memory, self._is_in_memory = MemoryBackend(), False
        self.lacking: KeystoreError | None = None
        """Why the keyring could not be used when it was tried last."""

    def keep_in_memory(self, *, on: bool) -> None:
        """Keep everything in memory from here on, and find nothing else; or in the keyring again.

        What was kept in memory before is found there again.
        """
        self._is_in_memory = on

    @property
    def in_reach(self) -> Backend | None:
        """The keyring, for whoever may block; None while everything is kept in memory."""
        if self._is_in_memory:
            return None
        if self._backend is None:
            self._backend = self._load()
        return self._backend

    async def probe(self) -> str:
        """Write, read back and delete a test value; return the name of the keyring.

        The value is as long as anything that has to fit.

        Raises:
            KeystoreError: Missing, locked, frozen, forgetful, clear-text or too small keyring.
        """
        if self._is_in_memory:
            return backend_name(await self._usable())
        try:
            name = await self._probed()
        except KeystoreError as error:
            self.lacking = error
            raise
        self.lacking = None
        return name

    async def _probed(self) -> str:
        backend = await self._usable()
        try:
            await self._try_out(LONGEST_SECRET)
        except KeystoreError as error:
            if error.code not in _MAY_BE_SIZE:
                raise
            await self._try_out(_SHORT_SECRET)
            raise too_small("a test value", LONGEST_SECRET, LONGEST_SECRET, _USE_ANOTHER) from error
        return backend_name(backend)

    async def _try_out(self, size: int) -> None:
        name, value = f"write-test-{secrets.token_hex(4)}", secrets.token_hex(size // 2)
        try:
            await self._write(name, value)
        except KeystoreError as error:
            if error.code in _MAY_BE_SIZE:
                with suppress(KeystoreError):
                    await self._delete(name)
            raise
        await self._delete(name)

    async def read(self, profile: str, slot: Slot) -> StoredToken | None:
        """Return a stored token, or None.

        Raises:
            KeystoreError: The keyring cannot be used, or the token in it cannot be understood.
            HostsError: It was obtained for other hosts than these, or nobody knows for which.
        """
        return await self._read(_entry(profile, slot), StoredToken)

    async def holds(self, profile: str, slot: Slot) -> bool:
        """Tell whether there is an entry, also one that cannot be understood.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        return await self._text(_entry(profile, slot)) is not None

    async def write(self, profile: str, slot: Slot, token: StoredToken) -> StoredToken:
        """Store a token, bound to these hosts, read it back, and return it as it is kept.

        Raises:
            KeystoreError: The keyring cannot be used, or did not keep the token.
            HostsError: The token, or the one in its place, was obtained for other hosts.
        """
        entry = _entry(profile, slot)
        bound = await self._bound(entry, token)
        await self._write(entry, bound.to_secret())
        return bound

    async def delete(self, profile: str, slot: Slot) -> None:
        """Remove a token, whatever its hosts; one that is not there is no error.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        await self._delete(_entry(profile, slot))

    async def read_sign_in(self, profile: str) -> StoredSignIn | None:
        """Return the Microsoft sign-in that is remembered, or None.

        Raises:
            KeystoreError: The keyring cannot be used, or what is in it cannot be understood.
            HostsError: It was obtained for other hosts than these, or nobody knows for which.
        """
        return await self._read(_sign_in_entry(profile), StoredSignIn)

    async def write_sign_in(self, profile: str, sign_in: StoredSignIn) -> StoredSignIn:
        """Remember a Microsoft sign-in; where it does not fit, what was there before stays.

        Raises:
            KeystoreError: The keyring cannot be used, or did not keep it (`keyring-too-small`).
                Unless it answers, what was written may be in it.
            HostsError: It, or the one that is remembered, was obtained for other hosts.
        """
        entry = _sign_in_entry(profile)
        bound = await self._bound(entry, sign_in)
        before, secret = await self._text(entry), bound.to_secret()
        try:
            await self._write(entry, secret, "the sign-in", _STAYS_SIGNED_IN)
        except KeystoreError:
            if not await self._is_replaced(entry, before, secret):
                raise
        return bound

    async def _is_replaced(self, entry: str, before: str | None, secret: str) -> bool:
        """Tell whether a write that went wrong has replaced what was there; else undo it."""
        with suppress(KeystoreError):
            found = await self._text(entry)
            if before is not None and found == secret:
                return True
            if before is None:
                await self._delete(entry)
            elif found != before:
                await self._write(entry, before)
        return False

    async def holds_sign_in(self, profile: str) -> bool:
        """Tell whether a sign-in is remembered, also one that cannot be understood.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        return await self._text(_sign_in_entry(profile)) is not None

    async def delete_sign_in(self, profile: str) -> bool:
        """Remove a remembered sign-in, whatever its hosts; return whether there was one.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        return await self._delete(_sign_in_entry(profile))

    async def require_here(self, profile: Profile) -> None:
        """Refuse a profile with secrets of other hosts, before anything is done with it.

        The keyring is asked only where the profile does not tell; one that cannot be used gives
        nothing out.

        Raises:
            HostsError: A secret was obtained for other hosts, or nobody knows for which.
        """
        await self.require_tokens_here(profile)
        if profile.entra.is_remembered or not self.place.is_own:
            with suppress(KeystoreError):
                await self.read_sign_in(profile.name)

    async def require_tokens_here(self, profile: Profile) -> None:
        """Refuse a profile with tokens of other hosts, as `require_here` does.

        Raises:
            HostsError: A token was obtained for other hosts, or nobody knows for which.
        """
        known = profile.token.place if profile.token else ""
        if known:
            self.place.require(_titled(_entry(profile.name, Slot.CURRENT)), known)
        if not self.place.is_own:
            with suppress(KeystoreError):
                for slot in Slot:
                    await self.read(profile.name, slot)

    async def bind(self, profile: str) -> None:
        """Bind what earlier versions stored of a profile to these hosts.

        Only for an administrator who has said that it is of these.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        for slot in Slot:
            await self._bind(_entry(profile, slot), StoredToken)
        await self._bind(_sign_in_entry(profile), StoredSignIn)

    async def _bind(self, entry: str, model: type[Stored]) -> None:
        try:
            found = await self._found(entry, model)
        except KeystoreError as error:
            if error.code not in {DAMAGED, NEWER}:
                raise
            return
        if found is not None and not found.place:
            await self._write(entry, found.bound_to(self.place.text).to_secret())

    async def _read(self, entry: str, model: type[Stored]) -> Stored | None:
        found = await self._found(entry, model)
        return None if found is None else self._admitted(entry, found)

    async def _found(self, entry: str, model: type[Stored]) -> Stored | None:
        text = await self._text(entry)
        return understood(text, model, _titled(entry), entry, self.line) if text else None

    async def _bound(self, entry: str, secret: Stored) -> Stored:
        """Return what is about to be stored with its binding; nothing of other hosts makes way."""
        await self._read(entry, type(secret))
        if not secret.place:
            secret = secret.bound_to(self.place.text)
        return self._admitted(entry, secret)

    def _admitted(self, entry: str, found: Stored) -> Stored:
        """Return what was obtained for these hosts, with its binding."""
        self.place.require(_titled(entry), found.place, found.authority)
        return found if found.place else found.bound_to(self.place.text)

    async def _text(self, entry: str) -> str | None:
        backend = await self._usable()
        return await self._call(lambda: backend.get_password(self.service, entry))

    async def _write(
        self, entry: str, secret: str, what: str = "the token", hint: str = _USE_ANOTHER
    ) -> None:
        backend = await self._usable()
        try:
            await self._call(lambda: backend.set_password(self.service, entry, secret))
            if await self._text(entry) != secret:
                raise trouble("keyring-forgetful", name=backend_name(backend))
        except KeystoreError as error:
            if len(secret) > LONGEST_SECRET and error.code in _MAY_BE_SIZE:
                raise too_small(what, len(secret), LONGEST_SECRET, hint) from error
            raise

    async def _delete(self, entry: str) -> bool:
        backend = await self._usable()
        is_there = await self._text(entry) is not None
        if is_there:
            await self._call(lambda: backend.delete_password(self.service, entry))
        return is_there

    async def _usable(self) -> Backend:
        if self._is_in_memory:
            return self._memory
        if self._backend is None:
            self._backend = await answered(self._load, LOAD_LIMIT)
        return self._backend

    def _load(self) -> Backend:
        import keyring

        found = keyring.get_keyring()
        candidates: list[Backend] = list(getattr(found, "backends", ())) or [found]
        for candidate in candidates:
            module = type(candidate).__module__
            if module.startswith(_SYSTEM_BACKENDS) or module == self._allowed:
                return candidate
        raise unusable_backend(candidates[0])

    async def _call(self, call: Callable[[], T]) -> T:
        backend = await self._usable()
        limit = None if isinstance(backend, MemoryBackend) else self.time_limit
        return await answered(call, limit, module=type(backend).__module__, tell=self._tell)


def _entry(profile: str, slot: Slot) -> str:
    return f"{profile}/{slot}"


def _sign_in_entry(profile: str) -> str:
    return f"{profile}/{_SIGN_IN}"


def _titled(entry: str) -> str:
    """Return what an entry holds, in words."""
    profile, _, name = entry.rpartition("/")
    kind = "remembered Microsoft sign-in" if name == _SIGN_IN else f"{name} token"
    return f"The {kind} of the profile {profile}"
