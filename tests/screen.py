"""The program in a real terminal: a pseudo-terminal that a test types into and reads."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import pyte

LIMIT = 40.0
"""Seconds until what is awaited counts as never painted."""

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "down": "\x1b[B",
    "up": "\x1b[A",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "ctrl+q": "\x11",
    "ctrl+z": "\x1a",
}
"""What a terminal sends for a key."""


class TerminalScreen:
    """A program on a pseudo-terminal; `raw` holds every byte it wrote."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        size: tuple[int, int] = (80, 24),
    ) -> None:
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        self._ended = False
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            self._become(command, env, size)

    def _become(
        self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int]
    ) -> None:
        columns, rows = size
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(command[0], list(command), {"TERM": "xterm-256color", **env})  # noqa: S606 - the child becomes the program
        finally:
            os._exit(127)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        os.close(self._descriptor)

    def kill(self) -> None:
        """End the program at once, as `kill -9` does."""
        if not self._ended:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self._ended = True

    def hang_up(self) -> None:
        """Close the terminal, as whoever closes its window or loses the line does."""
        os.close(self._descriptor)
        self._descriptor = os.open(os.devnull, os.O_RDONLY)

    def press(self, *keys: str) -> None:
        """Type keys by name, or text."""
        for key in keys:
            os.write(self._descriptor, KEYS.get(key, key).encode())

    def until(self, *texts: str) -> str:
        """Wait until the screen shows all of the texts, and return it."""
        return self._until(all, texts)

    def until_any(self, *texts: str) -> str:
        """Wait until the screen shows one of the texts, and return it."""
        return self._until(any, texts)

    def _until(self, enough: Callable[[Iterable[bool]], bool], texts: tuple[str, ...]) -> str:
        deadline = time.monotonic() + LIMIT
        while True:
            shown = self.text()
            if enough(text in shown for text in texts):
                return shown
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"never painted: {texts}\n{shown}")
            while self._read(0):  # a frame comes in pieces
                pass

    def until_written(self, text: bytes, times: int) -> None:
        """Wait until something was written to the terminal as often as that."""
        while self.raw.count(text) < times:
            assert self._read(LIMIT), f"never written: {text!r}"

    def exit_code(self) -> int:
        """Wait for the end and return the exit code."""
        while self._read(LIMIT):
            pass
        self._await_end()
        _, status = os.waitpid(self.pid, 0)
        self._ended = True
        return os.waitstatus_to_exitcode(status)

    def _await_end(self) -> None:
        with suppress(AttributeError):  # Linux alone has descriptors of processes
            process = os.pidfd_open(self.pid)
            ended, _, _ = select.select([process], [], [], LIMIT)
            os.close(process)
            assert ended, "it does not end"

    def text(self) -> str:
        """The screen as lines, with runs of white space folded."""
        return " ".join(" ".join(self._screen.display).split())

    def lines(self) -> list[str]:
        """The screen as it is."""
        return [line.rstrip() for line in self._screen.display]

    def _read(self, limit: float) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], limit)
        if not ready:
            return False
        try:
            chunk = os.read(self._descriptor, 65536)
        except OSError:
            return False
        self.raw += chunk
        self._stream.feed(chunk)
        return bool(chunk)
