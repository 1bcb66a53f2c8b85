"""A keyring that stumbles at chosen calls, as a locked, full, frozen or forgetful one does."""

import threading
from collections.abc import Callable
from typing import Literal, TypeVar

from wizard.store.keyring_call import TIME_LIMIT
from wizard.store.keyring_help import trouble
from wizard.store.keystore import MemoryBackend

T = TypeVar("T")

Stumble = Literal["refuses", "does and refuses", "freezes", "does and freezes", "forgets"]
"""What a call does instead: its work is done or not, and the answer is an error, or none in time.

`forgets` is a keyring that says yes and keeps nothing; where it is asked, it answers nothing.
"""
STUMBLES: tuple[Stumble, ...] = (
    "refuses",
    "does and refuses",
    "freezes",
    "does and freezes",
    "forgets",
)


PATIENCE = 30.0
"""Seconds after which nobody lets go."""


class KeyringLocked(Exception):
    """Named as the keyring library's own."""


class Stumbling(MemoryBackend):
    """Keeps secrets, but at the calls from `first` to `last` it stumbles.

    Attributes:
        calls: How often it was called.
    """

    def __init__(self, how: Stumble = "refuses") -> None:
        super().__init__()
        self.how = how
        self.calls = 0
        self.first: float = float("inf")
        self.last: float = 0

    def stumble(self, first: int = 1, last: float = float("inf")) -> None:
        """Stumble at these calls, counted from the next one."""
        self.calls, self.first, self.last = 0, first, last

    def recover(self) -> None:
        """Stumble no more."""
        self.last = 0

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret, or None."""
        found = super().get_password
        return self._called(lambda: found(service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a secret."""
        put = super().set_password
        self._called(lambda: put(service, username, password))

    def delete_password(self, service: str, username: str) -> None:
        """Remove a secret."""
        drop = super().delete_password
        self._called(lambda: drop(service, username))

    def _called(self, call: Callable[[], T]) -> T | None:
        self.calls += 1
        if not self.first <= self.calls <= self.last:
            return call()
        if self.how == "forgets":
            return None
        if self.how.startswith("does"):
            call()
        if self.how.endswith("freezes"):
            raise trouble("keyring-frozen", seconds=TIME_LIMIT)  # as a call that ran out of time
        raise KeyringLocked("locked")


class Holding(MemoryBackend):
    """Lets whoever asks for what it holds in such an entry wait, until it is let go.

    Attributes:
        asked: Whether somebody waits.
    """

    def __init__(self, entry: str) -> None:
        super().__init__()
        self.asked = threading.Event()
        self._entry, self._go_on = entry, threading.Event()
        self._go_on.set()

    def hold(self) -> None:
        """Let whoever comes wait."""
        self.asked.clear()
        self._go_on.clear()

    def let_go(self) -> None:
        """Let nobody wait any more."""
        self._go_on.set()

    def get_password(self, service: str, username: str) -> str | None:
        """Return a secret, or None."""
        self._wait(username)
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Store a secret."""
        self._wait(username)
        super().set_password(service, username, password)

    def _wait(self, username: str) -> None:
        if username == self._entry:
            if not self._go_on.is_set():
                self.asked.set()
            assert self._go_on.wait(PATIENCE)
