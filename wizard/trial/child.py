"""A process of our own that answers questions: one JSON object a line, both ways.

`{"id", "ask", ...}` goes out, and `{"id", "answer"}`, `{"id", "error"}` or, for long work,
`{"id", "done"}` comes back; `{"cancel": id}` calls a question off.
"""

import asyncio
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Any

from wizard.errors import MachineError, MappingError
from wizard.words.progress import STUCK

Done = Callable[[int], None]
"""Takes how many people are done."""


class Child:
    """The process, and two threads that talk to it: a full pipe must not hold up the interface.

    Args:
        module: What is run in it.

    Raises:
        OSError: It cannot be started.
    """

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter, and a module of ours
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is for the wizard alone to answer.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.ended = False
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._asked: dict[int, _Asked] = {}
        self._last = 0
        for work, pipe in ((self._write, self._process.stdin), (self._read, self._process.stdout)):
            threading.Thread(target=work, args=(pipe,), daemon=True).start()

    async def ask(self, request: Mapping[str, Any], report: Done | None = None) -> Any:
        """Return the answer to a question; call it off when the task is cancelled.

        Raises:
            MappingError: What the process said instead of an answer.
            MachineError: It has said nothing for too long (`trial-stuck`), or has ended.
        """
        self._last += 1
        number, asked = self._last, _Asked(report)
        self._asked[number] = asked
        self._say({"id": number, **request})
        if self.ended:  # perhaps after the reader's last look at the questions
            asked.hear(None)
        try:
            return await asked.wait()
        except asyncio.CancelledError:
            self._say({"cancel": number})
            raise
        except MachineError:
            self.close()  # a new one is started for the next question
            raise
        finally:
            self._asked.pop(number, None)

    def close(self) -> None:
        """End the process."""
        self.ended = True  # before its reader knows of it, so that nothing more is asked
        self._outbox.put(None)
        self._process.kill()
        self._process.wait()

    def _say(self, request: dict[str, Any]) -> None:
        self._outbox.put(json.dumps(request).encode() + b"\n")

    def _write(self, pipe: IO[bytes]) -> None:
        # A process that has ended is what the reader tells of.
        with suppress(OSError), pipe:
            while (line := self._outbox.get()) is not None:
                pipe.write(line)
                pipe.flush()

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                said = json.loads(line)
                for waiting in tuple(self._asked.values()):
                    waiting.be_patient()
                if asked := self._asked.get(said["id"]):
                    asked.hear(said)
        self.ended = True
        for asked in tuple(self._asked.values()):
            asked.hear(None)


class _Asked:
    """A question that waits for its answer, on the loop that asked it."""

    def __init__(self, report: Done | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Any] = self._loop.create_future()
        self._report = report
        self._deadline: asyncio.Timeout | None = None
        self._done = 0

    async def wait(self) -> Any:
        """Wait for the answer for as long as the process says anything at all."""
        try:
            async with asyncio.timeout(STUCK) as self._deadline:
                return await self._answer
        except TimeoutError as error:
            raise _stuck(self._done) from error

    def be_patient(self) -> None:
        """Wait on: the process is alive, whatever it is doing first."""
        self._loop.call_soon_threadsafe(self._move_on)

    def _move_on(self) -> None:
        if self._deadline is not None and not self._answer.done():
            with suppress(RuntimeError):  # it has come already
                self._deadline.reschedule(self._loop.time() + STUCK)

    def hear(self, said: dict[str, Any] | None) -> None:
        """Pass on what the process said; None when it has ended."""
        self._loop.call_soon_threadsafe(self._settle, said)

    def _settle(self, said: dict[str, Any] | None) -> None:
        if self._answer.done():
            return
        if said is None:
            self._answer.set_exception(_gone())
        elif "error" in said:
            told = said["error"]
            error = MappingError(told["message"], told["hint"], code=told["code"])
            self._answer.set_exception(error)
        elif "done" in said:
            self._done = said["done"]
            if self._report is not None:
                self._report(self._done)
        else:
            self._answer.set_result(said["answer"])


def _stuck(done: int) -> MachineError:
    how_far = f"{done:,} people were done" if done else "nobody was done yet"
    return MachineError(
        f"The work was stopped: for {STUCK:.0f} seconds it did not get any further; {how_far}.",
        "Look for a pattern that takes long, or try fewer people.",
        code="trial-stuck",
    )


def _gone() -> MachineError:
    return MachineError(
        "The process that tries mappings has ended.",
        "Try again. If it happens again, try fewer people or a simpler expression.",
        code="trial-gone",
    )
