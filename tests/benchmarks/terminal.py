"""A program in a terminal of its own: what it paints, and when."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

COLUMNS, ROWS = 120, 40
LONGEST = 30.0
"""Seconds to wait for something to be painted."""

_CONTROL = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*(?:\x07|\x1b\\)|[PX^_].*?\x1b\\|.)")


class Terminal:
    """A program on a pseudo-terminal, from its start until it is killed."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.started = time.perf_counter()
        self._pid, self._screen = pty.fork()
        if self._pid == 0:
            size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
            fcntl.ioctl(sys.stdin.fileno(), termios.TIOCSWINSZ, size)
            os.execve(command[0], list(command), dict(environment))  # noqa: S606 - the child becomes the program
        self._raw = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._screen)

    def until(self, text: str) -> float:
        """Return when the text was painted; only what comes after the last call counts."""
        wanted = text.encode()
        deadline = time.perf_counter() + LONGEST
        while True:
            left = deadline - time.perf_counter()
            ready, _, _ = select.select([self._screen], [], [], max(0.0, left))
            if not ready:
                raise TimeoutError(f"{text!r} was not painted; last: {self._raw[-300:]!r}")
            try:
                self._raw += os.read(self._screen, 65536)
            except OSError as gone:
                raise EOFError(f"the program ended before {text!r}: {self._raw!r}") from gone
            now = time.perf_counter()
            if wanted in _CONTROL.sub(b"", self._raw):
                self._raw = b""
                return now

    def press(self, keys: str) -> float:
        """Type keys; return when."""
        now = time.perf_counter()
        os.write(self._screen, keys.encode())
        return now

    def settle(self, quiet: float = 0.05) -> None:
        """Drop what is painted until nothing comes for a while."""
        while select.select([self._screen], [], [], quiet)[0]:
            os.read(self._screen, 65536)
        self._raw = b""

    def drop(self, seconds: float) -> None:
        """Drop all that is painted for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self._screen], [], [], left)[0]:
                os.read(self._screen, 65536)
        self._raw = b""


def environment(home: str) -> dict[str, str]:
    """Return the same quiet surroundings for every program."""
    wanted = ("PATH", "HOME", "LANG", "PYTHONPATH")
    kept = {name: os.environ[name] for name in wanted if name in os.environ}
    return {
        **kept,
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "WEBEX_WIZARD_HOME": home,
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
