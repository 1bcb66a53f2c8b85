"""A process of our own, and one that answers questions: one JSON object a line, both ways.

`{"id", ...}` goes out, and `{"id", "answer"}`, `{"id", "error"}` or, for long work,
`{"id", "done"}` comes back; `{"cancel": id}` calls a question off. Where a question says `"bytes"`,
so many follow its line as they are.
"""

import asyncio
import json
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import IO, Any

from wizard import errors
from wizard.errors import MachineError, WizardError
from wizard.words.progress import STUCK

_REAPED = 1.0
"""Seconds in which a process that says nothing more has ended, if it has."""

_WIDE = 2**20
"""Bytes of a pipe that holds a page of a directory: whenever a narrow one is full, both wait."""

Done = Callable[[Any], None]
"""Takes how far long work is, as it says so."""


def start(
    module: str, *arguments: str, errors: int | IO[bytes] = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    """Start a module of ours in a process of its own, and talk to it by pipes.

    Args:
        module: What is run.
        arguments: What it is told.
        errors: Where its standard error goes.

    Raises:
        OSError: It cannot be started.
    """
    process = subprocess.Popen(  # noqa: S603 - this interpreter, and a module of ours
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        # Ctrl-C is for the wizard alone to answer.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    if sys.platform == "linux":
        import fcntl

        for pipe in filter(None, (process.stdin, process.stdout)):
            with suppress(OSError):  # who has many wide ones already gets no more
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _WIDE)
    return process


def refused(error: WizardError) -> dict[str, str | None]:
    """Return an error as a process says it, of the nearest class that every process knows."""
    known = (each for each in type(error).__mro__ if each.__module__ == errors.__name__)
    told = {name: getattr(error, name) for name in ("message", "hint", "code", "tracking_id")}
    return {"kind": next(known).__name__, **told}


def error_said(told: dict[str, Any]) -> WizardError:
    """Return the error that a process said."""
    kind: type[WizardError] = getattr(errors, told["kind"])
    known = {"code": told["code"], "tracking_id": told["tracking_id"]}
    return kind(told["message"], told["hint"], **known)


class Child:
    """The process, and two threads that talk to it: a full pipe must not hold up the interface.

    Args:
        module: What is run in it.
        does: What it does, after "The process that".
        code: That of the error where it cannot be started.
        gone: Makes what is raised when it has ended.
        stuck: Makes, of how far it said it was, what is raised when it gets no further; None waits
            for as long as it takes.

    Raises:
        MachineError: It cannot be started.

    Attributes:
        ending: How it ended by itself, a sentence; empty where that is not known.
    """

    ending = ""

    def __init__(
        self,
        module: str,
        *,
        does: str,
        code: str,
        gone: Callable[[], MachineError],
        stuck: Callable[[Any], MachineError] | None = None,
    ) -> None:
        try:
            self._process = start(module)
        except OSError as error:
            raise MachineError(
                f"The process that {does} cannot be started: {error.strerror}.",
                "Close other programs and try again.",
                code=code,
            ) from error
        self._gone, self._stuck = gone, stuck
        self.ended = False
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._asked: dict[int, _Asked] = {}
        self._last = 0
        for work, pipe in ((self._write, self._process.stdin), (self._read, self._process.stdout)):
            threading.Thread(target=work, args=(pipe,), daemon=True).start()

    async def ask(
        self, request: Mapping[str, Any], report: Done | None = None, *, body: bytes = b""
    ) -> Any:
        """Return the answer to a question; call it off when the task is cancelled.

        Args:
            request: The question.
            report: Is told how far long work is.
            body: What belongs to it and is no JSON.

        Raises:
            WizardError: What the process said instead of an answer, of the class that it says.
            MachineError: It has said nothing for too long, or has ended.
        """
        self._last += 1
        number, asked = self._last, _Asked(report, None if self._stuck is None else STUCK)
        self._asked[number] = asked
        self._say({"id": number, **request}, body)
        if self.ended:  # perhaps after the reader's last look at the questions
            asked.hear(None)
        try:
            said = await asked.wait()
        except asyncio.CancelledError:
            self._say({"cancel": number})
            raise
        except TimeoutError as error:
            self.close()  # a new one is started for the next question
            assert self._stuck is not None  # noqa: S101 - narrows the type, cannot fail
            raise self._stuck(asked.done) from error
        finally:
            self._asked.pop(number, None)
        if said is None:
            self.close()
            gone = self._gone()
            gone.add(self.ending)
            raise gone
        if "error" in said:
            raise error_said(said["error"])
        return said["answer"]

    def close(self) -> None:
        """End the process."""
        self.ended = True  # before its reader knows of it, so that nothing more is asked
        self._outbox.put(None)
        self._process.kill()
        self._process.wait()

    def _say(self, request: dict[str, Any], body: bytes = b"") -> None:
        if body:
            request["bytes"] = len(body)
        self._outbox.put(json.dumps(request).encode() + b"\n")
        if body:
            self._outbox.put(body)

    def _write(self, pipe: IO[bytes]) -> None:
        # A process that has ended is what the reader tells of.
        with suppress(OSError), pipe:
            while (part := self._outbox.get()) is not None:
                pipe.write(part)
                pipe.flush()

    def _read(self, pipe: IO[bytes]) -> None:
        # What is no answer of ours ends it as if it had gone.
        with suppress(ValueError), pipe:
            for line in pipe:
                said = json.loads(line)
                for waiting in tuple(self._asked.values()):
                    waiting.be_patient()
                if asked := self._asked.get(said["id"]):
                    asked.hear(said)
        self.ending = self._told_ending()
        self.ended = True
        for asked in tuple(self._asked.values()):
            asked.hear(None)

    def _told_ending(self) -> str:
        """Return how the process ended by itself, a sentence; empty where that is not known."""
        try:
            code = 0 if self.ended else self._process.wait(_REAPED)
        except subprocess.TimeoutExpired:
            return ""
        if code >= 0:
            return f"It ended with code {code}." if code else ""
        with suppress(ValueError):
            return f"It was ended by the signal {signal.Signals(-code).name}."
        return f"It was ended by the signal {-code}."


class _Asked:
    """A question that waits for its answer, on the loop that asked it."""

    def __init__(self, report: Done | None, patience: float | None) -> None:
        self.done: Any = 0
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[dict[str, Any] | None] = self._loop.create_future()
        self._report = report
        self._patience = patience
        self._deadline: asyncio.Timeout | None = None

    async def wait(self) -> dict[str, Any] | None:
        """Return what the process said; None when it has ended.

        Raises:
            TimeoutError: It said nothing at all for too long.
        """
        async with asyncio.timeout(self._patience) as self._deadline:
            return await self._answer

    def be_patient(self) -> None:
        """Wait on: the process is alive, whatever it is doing first."""
        self._on_the_loop(self._move_on)

    def _on_the_loop(self, call: Callable[[], object]) -> None:
        with suppress(RuntimeError):  # the loop has ended, and nobody waits
            self._loop.call_soon_threadsafe(call)

    def _move_on(self) -> None:
        if self._patience and self._deadline is not None and not self._answer.done():
            with suppress(RuntimeError):  # it has come already
                self._deadline.reschedule(self._loop.time() + self._patience)

    def hear(self, said: dict[str, Any] | None) -> None:
        """Pass on what the process said; None when it has ended."""
        self._on_the_loop(partial(self._settle, said))

    def _settle(self, said: dict[str, Any] | None) -> None:
        if self._answer.done():
            return
        if said is None or "done" not in said:
            self._answer.set_result(said)
            return
        self.done = said["done"]
        if self._report is not None:
            self._report(self.done)
