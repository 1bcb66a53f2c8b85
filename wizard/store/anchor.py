"""Where the chain of a journal is anchored: its key and its end are noted in the keyring.

What is journalled has happened: a keyring that does not answer holds up nothing for long, fails
nothing, and leaves a line without a seal.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from wizard.errors import InvalidInput, KeystoreError
from wizard.machine.files import TooLarge, read_file, tail_of
from wizard.store.chain import START, Link, chained, is_end
from wizard.store.keyring_call import answered, answered_at_once
from wizard.store.keyring_help import trouble
from wizard.store.keystore import Keystore
from wizard.store.locks import sealing
from wizard.store.memory_keyring import Backend
from wizard.store.stored_token import StoredAnchor, understood

T = TypeVar("T")

_ENTRY = "journal"
_KEY_BYTES = 32
_SILENCE = 60.0
"""Seconds in which a keyring that did not answer is not asked again by a journal."""


class Anchor:
    """The note of one journal's chain in the keyring.

    Args:
        keystore: Whose keyring it is; while that keeps everything in memory, nothing is noted.
        profile: Whose journal it is.
    """

    def __init__(self, keystore: Keystore, profile: str) -> None:
        self._keystore = keystore
        self._profile = profile
        self._entry = f"{profile}/{_ENTRY}"
        self._silent_until = 0.0
        self._last: StoredAnchor | None = None
        """What was noted last from here, whether the keyring took it or not."""
        self.failed: KeystoreError | None = None
        """Why the note could not be read when it was last asked for."""

    def read(self) -> StoredAnchor | None:
        """Return what is noted, or None; it blocks, but not for long.

        Raises:
            KeystoreError: The keyring cannot be used, keeps nothing in this session, or holds what
                cannot be understood.
        """
        self.failed = None
        try:
            text = self._asked(self._text_in)
            what = f"The note of the journal of the profile {self._profile}"
            line = self._keystore.line
            return understood(text, StoredAnchor, what, self._entry, line) if text else None
        except KeystoreError as error:
            self.failed = error
            raise

    async def is_noted(self) -> bool:
        """Tell whether there is a note, also one that cannot be understood.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        return await answered(self._is_noted, self._keystore.time_limit)

    async def require_noted(self, otherwise: InvalidInput) -> None:
        """Raise an error unless there is a note; where nobody knows, it says so.

        Args:
            otherwise: The error.

        Raises:
            InvalidInput: There is none, or the keyring cannot be used.
        """
        try:
            if await self.is_noted():
                return
        except KeystoreError as error:
            otherwise.add(f"Whether a journal of it is missed is not known. {error.message}")
        raise otherwise

    async def remove(self) -> None:
        """Take the note out; nothing vouches for the journal any more.

        Raises:
            KeystoreError: The keyring cannot be used.
        """
        await answered(self._removed, self._keystore.time_limit)

    @contextmanager
    def seals(self, file: Path) -> Iterator["Sealer | None"]:
        """Yield what seals the next line of the journal, which no other window does meanwhile.

        None where that cannot be; then the line is written without a seal.

        Args:
            file: The journal.
        """
        with sealing(file.parent) as is_alone:
            sealer = None
            if is_alone and time.monotonic() >= self._silent_until:
                with suppress(KeystoreError):
                    sealer = Sealer(file, self._end_of(file), self._note)
            yield sealer

    def _end_of(self, file: Path) -> StoredAnchor:
        """Return the end of the chain; the keyring is asked only where another window wrote."""
        last = self._last
        if last is not None and self._keystore.in_reach is not None:
            with suppress(OSError):  # which is told where the line is written
                if is_end(tail_of(file), Link(last.count, last.last)):
                    return last
        return self._begun()

    def _begun(self) -> StoredAnchor:
        """Return what is noted; a chain that begins has its key in the keyring before its line."""
        found = self.read()
        if found is None:
            key = SecretStr(secrets.token_hex(_KEY_BYTES))
            found = StoredAnchor(key=key, count=START.number, last=START.seal)
            self._note(found)
            if self.read() != found:
                raise trouble("keyring-forgetful", name="keyring")
        return found

    def _note(self, anchor: StoredAnchor) -> None:
        self._last = anchor
        service, secret = self._keystore.service, anchor.to_secret()
        self._asked(lambda backend: backend.set_password(service, self._entry, secret))

    def _asked(self, call: Callable[[Backend], T]) -> T:
        try:
            return answered_at_once(lambda: call(self._backend()), self._keystore.time_limit)
        except KeystoreError as error:
            if error.code == "keyring-frozen":
                self._silent_until = time.monotonic() + _SILENCE
            raise

    def _text_in(self, backend: Backend) -> str | None:
        return backend.get_password(self._keystore.service, self._entry)

    def _is_noted(self) -> bool:
        backend = self._keystore.in_reach
        return backend is not None and self._text_in(backend) is not None

    def _removed(self) -> None:
        if self._is_noted():
            self._backend().delete_password(self._keystore.service, self._entry)

    def _backend(self) -> Backend:
        backend = self._keystore.in_reach
        if backend is None:
            raise trouble("keyring-not-used")
        return backend


class Sealer:
    """Seals one line that a journal gets, and notes it after it was written.

    Args:
        file: The journal.
        anchor: What is noted of its chain.
        note: Notes what comes after it.
    """

    def __init__(
        self, file: Path, anchor: StoredAnchor, note: Callable[[StoredAnchor], None]
    ) -> None:
        self._file = file
        self._anchor = anchor
        self._note = note

    def sealed(self, line: str, most: int) -> str:
        """Return a line with its seal; without one where a journal is too large to be read.

        Args:
            line: The line.
            most: Bytes of the journal that are read where it does not end with what was noted.

        Raises:
            OSError: The journal cannot be read.
        """
        noted = Link(self._anchor.count, self._anchor.last)
        content = tail_of(self._file)
        try:
            content = b"" if is_end(content, noted) or not content else read_file(self._file, most)
        except TooLarge:
            return line
        key = bytes.fromhex(self._anchor.key.get_secret_value())
        line, link = chained(line, content, key, noted)
        self._anchor = self._anchor.model_copy(update={"count": link.number, "last": link.seal})
        return line

    def note(self) -> None:
        """Note the line, which is on the disk; the next one makes good what is not noted."""
        with suppress(KeystoreError):
            self._note(self._anchor)
