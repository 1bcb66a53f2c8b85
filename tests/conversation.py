"""A program in a process of its own, talked to line by line as a person at a prompt does."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import IO, Self

WIZARD = (sys.executable, "-P", "-m", "wizard")
LIMIT = 40.0
"""Seconds a program may take until it says what is expected of it."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment with a home of its own, no display, no bus and no proxy."""
    folders = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_CACHE_HOME": home / "cache",
        "XDG_RUNTIME_DIR": home / "run",
    }
    for folder in folders.values():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, **{name: str(folder) for name, folder in folders.items()}, **more}


class Conversation:
    """Starts a program, waits for what it says, answers, and never outlives it."""

    def __init__(
        self, command: Sequence[str | Path], env: Mapping[str, str], *, terminal: bool = False
    ) -> None:
        ours, theirs = os.openpty() if terminal else (-1, -1)
        self._process = subprocess.Popen(
            [*command],
            env=dict(env),
            cwd=env.get("HOME"),
            stdin=theirs if terminal else subprocess.PIPE,
            stdout=theirs if terminal else subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        if terminal:
            os.close(theirs)
            self._input: IO[bytes] = os.fdopen(os.dup(ours), "wb", buffering=0)
            self._heard_from: IO[bytes] = os.fdopen(ours, "rb", buffering=0)
        else:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._input, self._heard_from = self._process.stdin, self._process.stdout
        self.pid = self._process.pid
        self.output = ""
        self._heard = 0
        self._ended = False
        self._changed = Condition()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def until(self, *texts: str, limit: float = LIMIT) -> str:
        """Wait for the first of some texts, after what was waited for before, and return it."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: self._found(texts) or self._ended, limit)
            found = self._found(texts)
            assert found, f"{'ended' if arrived else 'late'}, no {texts} in:\n{self.output}"
            place, text = found
            self._heard = place + len(text)
            return text

    def answer(self, text: str) -> None:
        """Type a line."""
        self._input.write(f"{text}\n".encode())
        self._input.flush()

    def close_input(self) -> None:
        """End the input."""
        self._input.close()

    def end(self, limit: float = LIMIT) -> int:
        """Wait until the program has ended by itself, and return its exit code."""
        try:
            code = self._process.wait(limit)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after:\n{self.output}") from None
        self._reader.join()
        return code

    def kill(self) -> None:
        """End the program as the out-of-memory killer does."""
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def signal(self, number: int) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()
        for stream in (self._input, self._heard_from):
            with suppress(BrokenPipeError):
                stream.close()

    def _found(self, texts: Sequence[str]) -> tuple[int, str] | None:
        places = ((self.output.find(text, self._heard), text) for text in texts)
        return min((place for place in places if place[0] >= 0), default=None)

    def _read(self) -> None:
        with suppress(OSError):  # how a terminal ends
            while piece := os.read(self._heard_from.fileno(), 65536):
                with self._changed:
                    self.output += piece.decode("utf-8", "replace")
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()
