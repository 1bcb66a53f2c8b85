"""A second process that reads pages: what it makes of them comes back as rows.

Pages go there behind a letter that says what they are of, their number, and the length of each;
back come a length and the rows of all of them, or nothing where this process has to read them
itself and say what is wrong.
What is in that process: `wizard.preview.reading`.
"""

import marshal
import os
import queue
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from wizard.machine import child
from wizard.preview.row_store import PackedRows

PAGE_HEAD: Final = struct.Struct("<cQ")
LENGTH_HEAD: Final = struct.Struct("<Q")
PART_LETTERS: Final = {"people": b"p", "accounts": b"a"}

WORTH: Final = 16_000_000
"""Bytes of pages from where on it is worth its start."""
_TURN: Final = 0.0005
"""Seconds for which each piece of a page waits at most until its thread has its turn."""


class _Hurry:
    """Threads that take turns sooner, from the first that asks for it until the last has done."""

    def __init__(self) -> None:
        self._asking = 0
        self._before = 0.0

    def begin(self) -> None:
        if not self._asking:
            self._before = sys.getswitchinterval()
            sys.setswitchinterval(min(_TURN, self._before))
        self._asking += 1

    def end(self) -> None:
        self._asking -= 1
        if not self._asking:
            sys.setswitchinterval(self._before)


_HURRY: Final = _Hurry()
"""One for all: a reader may be started before the one it replaces is closed."""


class PageReader:
    """The process, and two threads that talk to it.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(self) -> None:
        self._process = child.start("wizard.preview.reading")
        self._is_told = self._has_begun = self._is_closed = False
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._inbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        for work, pipe in ((self._write, self._process.stdin), (self._read, self._process.stdout)):
            threading.Thread(target=work, args=(pipe,), daemon=True).start()

    def begin(self, basis: Callable[[], bytes]) -> None:
        """Say what people are read by; a second call does nothing.

        Args:
            basis: Returns a `Basis` as JSON.
        """
        if self._is_told:
            return
        self._is_told = True
        _HURRY.begin()
        told = basis()
        self._outbox.put(LENGTH_HEAD.pack(len(told)) + told)

    def has_begun(self) -> bool:
        """Tell whether it is there, so that no page has to wait for its start."""
        if not self._has_begun and self.is_ready():
            self._has_begun = self._inbox.get() is not None
        return self._has_begun

    def give(self, part: str, pages: list[bytes]) -> None:
        """Have pages read; answers come in this order, one for all that are given at once."""
        lengths = [LENGTH_HEAD.pack(len(page)) for page in pages]
        self._outbox.put(PAGE_HEAD.pack(PART_LETTERS[part], len(pages)) + b"".join(lengths))
        for page in pages:
            self._outbox.put(page)

    def is_ready(self) -> bool:
        """Tell whether `take` need not wait."""
        return not self._inbox.empty()

    def take(self) -> PackedRows | None:
        """Return the rows of the oldest pages; None where they have to be read here.

        Raises:
            EOFError: The process has ended.
        """
        told = self._inbox.get()
        if told is None:
            raise EOFError
        rows: PackedRows | None = marshal.loads(told) if told else None  # noqa: S302 - our own
        return rows

    def close(self) -> None:
        """End the process; a second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._is_told:
            _HURRY.end()
        self._outbox.put(None)
        self._process.kill()
        self._process.wait()

    def _write(self, pipe: IO[bytes]) -> None:
        with suppress(OSError), pipe:  # that it has ended is what the reader tells
            while (part := self._outbox.get()) is not None:
                pipe.write(part)
                if self._outbox.empty():
                    pipe.flush()

    def _read(self, pipe: IO[bytes]) -> None:
        with suppress(OSError), pipe:
            while len(head := pipe.read(LENGTH_HEAD.size)) == LENGTH_HEAD.size:
                (length,) = LENGTH_HEAD.unpack(head)
                if len(told := pipe.read(length)) == length:
                    self._inbox.put(told)
        self._inbox.put(None)


def started_for(*files: Path | None) -> PageReader | None:
    """Return one where files are large enough, and there is a core for it."""
    with suppress(OSError):  # whoever reads them says what is wrong with them
        if sum(file.expanduser().stat().st_size for file in files if file is not None) > WORTH:
            return started()
    return None


def started() -> PageReader | None:
    """Return one where there is a core for it."""
    with suppress(OSError):
        return PageReader() if _CORES.free > 1 else None
    return None


def leave_a_core() -> None:
    """Count one core as taken: a screen that waits for this process answers keys meanwhile."""
    _CORES.taken = 1


class _Cores:
    taken = 0

    @property
    def free(self) -> int:
        if sys.platform == "linux":
            return len(os.sched_getaffinity(0)) - self.taken
        return (os.cpu_count() or 1) - self.taken


_CORES: Final = _Cores()
