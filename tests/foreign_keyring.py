"""A keyring backend that is not the system's own; it keeps its secrets in memory."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class ClearText(KeyringBackend):
    """Keeps secrets as they are."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the base class has no types

    priority = 0.1
    _secrets: dict[tuple[str, str], str] = {}  # noqa: RUF012 - shared on purpose

    def get_password(self, service: str, username: str) -> str | None:
        return self._secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self._secrets[service, username]


class Narrow(ClearText):
    """One that takes every token and, as Windows' with a long one, no Microsoft sign-in."""

    def __init__(self) -> None:
        super().__init__()
        self._secrets = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        if username.endswith("/sign-in"):
            raise ValueError("The stub received bad data.")
        super().set_password(service, username, password)


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
