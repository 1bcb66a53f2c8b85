"""A keyring backend that is not the system's own; it keeps its secrets in memory."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import PasswordSetError


class ClearText(KeyringBackend):
    """Keeps secrets as they are."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the base class has no types

    priority = 0.1
    held: dict[tuple[str, str], str] = {}  # noqa: RUF012 - shared on purpose

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@contextmanager
def in_use(backend: ClearText) -> Iterator[str]:
    """Let the library use a backend, which holds nothing; yield the name that permits it."""
    before = keyring.get_keyring()
    backend.held = {}
    keyring.set_keyring(backend)
    try:
        yield __name__
    finally:
        keyring.set_keyring(before)


class Narrow(ClearText):
    """One that takes every token and, as Windows' with a long one, no Microsoft sign-in."""

    def __init__(self) -> None:
        super().__init__()
        self.held = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        if username.endswith("/sign-in"):
            raise ValueError("The stub received bad data.")
        super().set_password(service, username, password)


class ReadOnly(ClearText):
    """One that gives out what it holds, and takes nothing more.

    Args:
        held: What it holds.
    """

    def __init__(self, held: dict[tuple[str, str], str]) -> None:
        super().__init__()
        self.held = held

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError("no")


class Filed(KeyringBackend):
    """Keeps its secrets in a file, so that one program finds what another one stored."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the base class has no types

    priority = 0.1

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(service, {}).get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = self._kept()
        kept.setdefault(service, {})[username] = password
        self._file.write_text(json.dumps(kept))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        del kept[service][username]
        self._file.write_text(json.dumps(kept))

    @property
    def _file(self) -> Path:
        """Looked up late: the library makes one of every backend there is to find the best."""
        return Path(os.environ["KEPT_IN"])

    def _kept(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = json.loads(self._file.read_text())
        return found
