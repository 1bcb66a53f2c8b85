"""Secrets in the operating system's keyring and nowhere else, write-tested and time-limited."""

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from wizard.bounded import bounded
from wizard.errors import KeystoreError
from wizard.keyring_help import (
    clear_text,
    forgetful,
    frozen,
    locked,
    missing,
    refused,
    too_small,
)
from wizard.profiles import TokenFacts

T = TypeVar("T")

SERVICE = "webex-wizard"
TIME_LIMIT = 3.0
"""Seconds for one call: a frozen daemon never answers (design 7)."""
LOAD_LIMIT = 15.0
"""Seconds for loading the library, which is slow on some network homes."""
LONGEST_SECRET = 1280
"""Characters that fit into one entry everywhere: Windows keeps 2560 bytes of UTF-16."""

_DISPENSABLE = ("roles", "scopes", "display_name", "email")
"""Facts that are left out, in this order, where a token with all of them would not fit."""

_MAY_BE_SIZE = frozenset({"keyring-refused", "keyring-forgetful"})
"""What a keyring's answer to a secret that is too long for it looks like."""

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


class StoredToken(BaseModel):
    """A token with what is known of it; together, so that a crash cannot part them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    token: SecretStr
    facts: TokenFacts

    def to_secret(self) -> str:
        """Return the text that goes into the keyring; what makes it too long is left out."""
        facts = self.facts.model_dump(mode="json", exclude_defaults=True)
        secret = self._packed(facts)
        for name in _DISPENSABLE:
            if len(secret) > LONGEST_SECRET:
                facts.pop(name, None)
                secret = self._packed(facts)
        return secret

    def _packed(self, facts: dict[str, Any]) -> str:
        token = self.token.get_secret_value()
        content = {"version": self.version, "token": token, "facts": facts}
        return json.dumps(content, separators=(",", ":"))

    def is_same_token(self, other: "StoredToken | None") -> bool:
        """Tell whether the other is the same token."""
        return other is not None and self.token == other.token


class StoredSignIn(BaseModel):
    """A Microsoft sign-in to go on with: no access token, and what it may be used for only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = 1
    authority: str
    """Whose cloud it was made in."""
    client_id: str
    tenant_id: str
    object_id: str
    """The account."""
    refresh_token: SecretStr

    def to_secret(self) -> str:
        """Return the text that goes into the keyring."""
        token = self.refresh_token.get_secret_value()
        content = self.model_dump(mode="json") | {"refresh_token": token}
        return json.dumps(content, separators=(",", ":"))


Stored = TypeVar("Stored", StoredToken, StoredSignIn)


class Backend(Protocol):
    """The part of a keyring backend that is used here."""

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a secret."""

    def delete_password(self, service: str, username: str) -> None:
        """Remove a secret."""


class Keystore:
    """The tokens and Microsoft sign-ins of all profiles, in the system's keyring.

    Args:
        service: The name under which the entries stand in the keyring.
        backend: A keyring to use instead of the system's.
        allowed: The module of one foreign backend that the administrator permits.
        time_limit: Seconds for one call.
    """

    def __init__(
        self,
        *,
        service: str = SERVICE,
        backend: Backend | None = None,
        allowed: str = "",
        time_limit: float = TIME_LIMIT,
    ) -> None:
        self._service = service
        self._backend = backend
        self._allowed = allowed
        self._time_limit = time_limit

    async def probe(self) -> str:
        """Write, read back and delete a test value; return the name of the keyring.

        Raises:
            KeystoreError: Missing, locked, frozen, forgetful or clear-text keyring.
        """
        backend = await self._usable()
        name, value = f"write-test-{secrets.token_hex(4)}", secrets.token_hex(8)
        await self._call(lambda: backend.set_password(self._service, name, value))
        found = await self._call(lambda: backend.get_password(self._service, name))
        if found != value:
            raise forgetful(backend_name(backend))
        await self._call(lambda: backend.delete_password(self._service, name))
        return backend_name(backend)

    async def read(self, profile: str, slot: Slot) -> StoredToken | None:
        """Return a stored token, or None; one that cannot be understood counts as none.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        return await self._read(_entry(profile, slot), StoredToken)

    async def holds(self, profile: str, slot: Slot) -> bool:
        """Tell whether there is an entry, also one that cannot be understood.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        return await self._text(_entry(profile, slot)) is not None

    async def write(self, profile: str, slot: Slot, token: StoredToken) -> None:
        """Store a token and read it back.

        Raises:
            KeystoreError: The keyring cannot be used, or did not keep the token.
        """
        await self._write(_entry(profile, slot), token.to_secret())

    async def delete(self, profile: str, slot: Slot) -> None:
        """Remove a token; one that is not there is no error.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        await self._delete(_entry(profile, slot))

    async def read_sign_in(self, profile: str) -> StoredSignIn | None:
        """Return the Microsoft sign-in that is remembered, or None.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        return await self._read(_sign_in_entry(profile), StoredSignIn)

    async def write_sign_in(self, profile: str, sign_in: StoredSignIn) -> None:
        """Remember a Microsoft sign-in; where it does not fit, nothing is left behind.

        Raises:
            KeystoreError: The keyring cannot be used, or did not keep it (`keyring-too-small`).
        """
        entry, secret = _sign_in_entry(profile), sign_in.to_secret()
        try:
            await self._write(entry, secret)
        except KeystoreError as error:
            with suppress(KeystoreError):
                await self._delete(entry)
            if len(secret) > LONGEST_SECRET and error.code in _MAY_BE_SIZE:
                raise too_small(len(secret), LONGEST_SECRET) from error
            raise

    async def delete_sign_in(self, profile: str) -> bool:
        """Remove a remembered sign-in; return whether there was one.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        return await self._delete(_sign_in_entry(profile))

    async def _read(self, entry: str, model: type[Stored]) -> Stored | None:
        text = await self._text(entry)
        if not text:
            return None
        try:
            return model.model_validate_json(text)
        except ValidationError:
            return None

    async def _text(self, entry: str) -> str | None:
        backend = await self._usable()
        return await self._call(lambda: backend.get_password(self._service, entry))

    async def _write(self, entry: str, secret: str) -> None:
        backend = await self._usable()
        await self._call(lambda: backend.set_password(self._service, entry, secret))
        if await self._text(entry) != secret:
            raise forgetful(backend_name(backend))

    async def _delete(self, entry: str) -> bool:
        backend = await self._usable()
        is_there = await self._text(entry) is not None
        if is_there:
            await self._call(lambda: backend.delete_password(self._service, entry))
        return is_there

    async def _usable(self) -> Backend:
        if self._backend is None:
            self._backend = await _bounded(self._load, LOAD_LIMIT)
        return self._backend

    def _load(self) -> Backend:
        import keyring

        found = keyring.get_keyring()
        candidates: list[Backend] = list(getattr(found, "backends", ())) or [found]
        for candidate in candidates:
            module = type(candidate).__module__
            if module.startswith(_SYSTEM_BACKENDS) or module == self._allowed:
                return candidate
        raise _unusable(candidates[0])

    async def _call(self, call: Callable[[], T]) -> T:
        return await _bounded(call, self._time_limit)


class MemoryBackend:
    """A keyring of the practice mode, for machines without one; it ends with the process."""

    def __init__(self) -> None:
        self._secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret, or None."""
        return self._secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a secret."""
        self._secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Remove a secret."""
        self._secrets.pop((service, username), None)


def backend_name(backend: Backend) -> str:
    """Return the name of a keyring as an administrator knows it."""
    names = {
        "SecretService": "Secret Service (GNOME Keyring, KeePassXC …)",
        "libsecret": "libsecret",
        "kwallet": "KWallet",
        "macOS": "macOS Keychain",
        "Windows": "Windows Credential Manager",
        "keystore": "this process's memory",
    }
    return names.get(type(backend).__module__.removesuffix(".api").rsplit(".", 1)[-1], "keyring")


def _entry(profile: str, slot: Slot) -> str:
    return f"{profile}/{slot}"


def _sign_in_entry(profile: str) -> str:
    return f"{profile}/sign-in"


def _unusable(backend: object) -> KeystoreError:
    module = type(backend).__module__
    if module.startswith("keyring.backends.fail"):
        return missing()
    if module.startswith("keyring.backends.null"):
        return forgetful("the null keyring")
    return clear_text(module)


async def _bounded(call: Callable[[], T], limit: float) -> T:
    try:
        return await bounded(call, limit, "keyring")
    except TimeoutError as error:
        raise frozen(limit) from error
    except KeystoreError:
        raise
    except (Exception, SystemExit) as error:  # some backends end the program that asks them
        raise _explained(error) from error


def _explained(error: BaseException) -> KeystoreError:
    name = type(error).__name__
    if name in {"KeyringLocked", "InitError", "LockedException"}:
        return locked()
    if name == "NoKeyringError":
        return missing()
    return refused(error)
