"""A trial as its parent sees it: started when it is first asked, asked, closed."""

import asyncio
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, TypeVar

from pydantic import TypeAdapter

from wizard.errors import MachineError, MappingError
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.lint.finding import Broken, Finding
from wizard.mapping.schema import Filter, write
from wizard.trial.outcome import Audience, Census, Found, Portrait, Reading, Sample
from wizard.words.progress import STUCK

Answer = TypeVar("Answer")
Report = Callable[[int], None]
"""Takes how many people are done."""

_AUDIENCE = TypeAdapter(Audience)
_PORTRAIT = TypeAdapter(Portrait)
_READING = TypeAdapter(Reading)
_SAMPLE = TypeAdapter(Sample)
_FOUND = TypeAdapter(Found)
_CENSUS = TypeAdapter(Census)
_FINDINGS = TypeAdapter(tuple[Finding, ...])
_BROKEN = TypeAdapter(tuple[Broken, ...])

_TAKING = frozenset({"load", "meet"})
"""Questions that bring the people, so that nobody need be restored before."""


class _Question:
    """A question that waits for its answer, on the loop that asked it."""

    def __init__(self, report: Report | None) -> None:
        self._loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[Any] = self._loop.create_future()
        self._report = report
        self._deadline: asyncio.Timeout | None = None
        self._done = 0

    async def wait(self) -> Any:
        """Wait for the answer for as long as the process says anything at all.

        Raises:
            MachineError: It has said nothing for too long (`trial-stuck`), or has ended.
        """
        try:
            async with asyncio.timeout(STUCK) as self._deadline:
                return await self.answer
        except TimeoutError as error:
            raise _stuck(self._done) from error

    def be_patient(self) -> None:
        """Wait on: the process is alive, whatever it is doing first."""
        self._loop.call_soon_threadsafe(self._move_on)

    def _move_on(self) -> None:
        if self._deadline is not None and not self.answer.done():
            with suppress(RuntimeError):  # it has come already
                self._deadline.reschedule(self._loop.time() + STUCK)

    def hear(self, said: dict[str, Any] | None) -> None:
        """Pass on what the process said; None when it has ended."""
        self._loop.call_soon_threadsafe(self._settle, said)

    def _settle(self, said: dict[str, Any] | None) -> None:
        if self.answer.done():
            return
        if said is None:
            self.answer.set_exception(_gone())
        elif "error" in said:
            told = said["error"]
            error = MappingError(told["message"], told["hint"], code=told["code"])
            self.answer.set_exception(error)
        elif "done" in said:
            self._done = said["done"]
            if self._report is not None:
                self._report(self._done)
        else:
            self.answer.set_result(said["answer"])


class _Child:
    """The process, and two threads that talk to it: a full pipe must not hold up the interface."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "wizard.trial"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is for the wizard alone to answer.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self.ended = False
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._questions: dict[int, _Question] = {}
        self._last = 0
        for work, pipe in ((self._write, self._process.stdin), (self._read, self._process.stdout)):
            threading.Thread(target=work, args=(pipe,), daemon=True).start()

    async def ask(self, name: str, report: Report | None, given: dict[str, Any]) -> Any:
        """Return the answer to a question; call it off when the task is cancelled."""
        self._last += 1
        number, question = self._last, _Question(report)
        self._questions[number] = question
        self._say({"id": number, "ask": name, "given": given})
        if self.ended:  # perhaps after the reader's last look at the questions
            question.hear(None)
        try:
            return await question.wait()
        except asyncio.CancelledError:
            self._say({"cancel": number})
            raise
        except MachineError:
            self.close()  # a new one is started for the next question
            raise
        finally:
            self._questions.pop(number, None)

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
                for waiting in tuple(self._questions.values()):
                    waiting.be_patient()
                if question := self._questions.get(said["id"]):
                    question.hear(said)
        self.ended = True
        for question in tuple(self._questions.values()):
            question.hear(None)


class Trial:
    """People and a mapping in a process of their own; it ends with `close()`, and with us.

    Every question may be cancelled by cancelling its task. A process that ended is started anew
    by the next question.

    Attributes:
        audience: The people; invented ones until others are taken.
        at: The person who is looked at, by place in the audience.
    """

    def __init__(self) -> None:
        self.audience = Audience(0)
        self.at = 0
        self._taken: tuple[str, dict[str, Any]] = ("load", {"file": None})
        """The question that took the people, to be asked again of a new process."""
        self._schema = ""
        self._child: _Child | None = None
        self._starting = asyncio.Lock()

    async def take(self, file: Path | None) -> Audience:
        """Take the people of a file, or the invented ones; after an error, the old ones stay.

        Raises:
            MappingError: The file cannot be read, or holds no people.
            MachineError: The process could not be started, or has ended.
        """
        return await self._take("load", file=_name(file))

    async def meet(self, users: Sequence[Mapping[str, Any]], asked: Iterable[str]) -> Audience:
        """Take people of the directory; after an error, the old ones stay.

        They are kept in memory, here and in the process, and nowhere else.

        Args:
            users: Users as Graph returns them.
            asked: The attributes that Graph was asked for, by provisioning's names.

        Raises:
            MappingError: A value has a form that Graph does not use.
            MachineError: The process could not be started, or has ended.
        """
        return await self._take("meet", users=list(users), asked=sorted(asked))

    async def sample(self, names: Iterable[str]) -> Sample:
        """Return the person who is looked at, with the attributes of these names."""
        answer = await self._ask("sample", at=self.at, names=sorted(names))
        return _SAMPLE.validate_python(answer)

    async def show(self, document: MappingDocument) -> tuple[Finding, ...]:
        """Take a mapping, and return what is wrong with it, the worst first.

        Raises:
            MachineError: The process could not be started, or has ended.
        """
        self._schema = write(document.schema)
        return _FINDINGS.validate_python(await self._ask("show", schema=self._schema))

    async def portrait(self) -> Portrait:
        """Return the person who is looked at, with what every row yields for them."""
        return _PORTRAIT.validate_python(await self._ask("portrait", at=self.at))

    async def value(self, row: Row) -> Reading:
        """Return what a row that is being typed yields for the person who is looked at."""
        return _READING.validate_python(await self._ask("value", row=asdict(row), at=self.at))

    async def beside(self, row: Row) -> tuple[Finding, ...]:
        """Return what is wrong with a row that is being typed, in general and for the person."""
        answer = await self._ask("beside", row=asdict(row), at=self.at)
        return _FINDINGS.validate_python(answer)

    async def find(self, text: str) -> Found:
        """Return the people whose name holds a text, in any case."""
        return _FOUND.validate_python(await self._ask("find", text=text))

    async def breaks(self, report: Report) -> tuple[Broken, ...]:
        """Map everybody, and return what goes wrong for whom beside what is wrong anyway."""
        return _BROKEN.validate_python(await self._ask("breaks", report))

    async def census(
        self,
        scope: Filter | None,
        wanted: str = "all",
        text: str = "",
        report: Report | None = None,
    ) -> Census:
        """Ask a scope about everybody; list those who are wanted and whose name holds a text.

        Args:
            scope: The scope; None lets everybody in.
            wanted: `all`, `in` or `out`.
            text: Part of a name, in any case.
            report: Is told how many people are done.

        Raises:
            MappingError: A clause cannot be used, or its pattern takes too long.
            MachineError: The process could not be started, or has ended.
        """
        asked = None if scope is None else scope.as_json()
        answer = await self._ask("census", report, scope=asked, wanted=wanted, text=text)
        return _CENSUS.validate_python(answer)

    def step(self, by: int) -> None:
        """Look at the next person, or the one before; after the last comes the first."""
        if self.audience.count:
            self.at = (self.at + by) % self.audience.count

    def close(self) -> None:
        """End the process; a second call does nothing."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    async def _take(self, name: str, **given: Any) -> Audience:
        self.audience = _AUDIENCE.validate_python(await self._ask(name, **given))
        self._taken = name, given
        self.at = 0
        return self.audience

    async def _ask(self, name: str, report: Report | None = None, /, **given: Any) -> Any:
        async with self._starting:
            if self._child is None or self._child.ended:
                self.close()
                self._child = _started()
                await self._restore(self._child, name)
            child = self._child
        return await child.ask(name, report, given)

    async def _restore(self, child: _Child, name: str) -> None:
        """Tell a new process what the one before it knew, unless it is about to be told anew."""
        if name not in _TAKING:
            taking, given = self._taken
            answer = await child.ask(taking, None, given)
            self.audience = _AUDIENCE.validate_python(answer)
        if self._schema and name != "show":
            await child.ask("show", None, {"schema": self._schema})


def _started() -> _Child:
    try:
        return _Child()
    except OSError as error:
        raise MachineError(
            f"The process that tries mappings cannot be started: {error.strerror}.",
            "Close other programs and try again.",
            code="trial-not-started",
        ) from error


def _name(file: Path | None) -> str | None:
    if file is None:
        return None
    with suppress(RuntimeError):  # an unknown home; the file is then not found
        file = file.expanduser()
    return str(file.absolute())


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
