"""A trial as its parent sees it: started when it is first asked, asked, closed."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from wizard.errors import MachineError
from wizard.machine.child import Child, Done
from wizard.trial.outcome import Audience
from wizard.trial.questions import Show, TakeFile, TakeUsers, TrialQuestion
from wizard.words.progress import STUCK

T = TypeVar("T")


class Trial:
    """People and a mapping in a process of their own; it ends with `close()`, and with us.

    Every question may be cancelled by cancelling its task. A process that ended is started anew
    by the next question, and told again who the people are and what the mapping is.

    Args:
        start: Starts what answers, instead of the process.

    Attributes:
        audience: The people; invented ones until others are taken.
        at: The person who is looked at, by place in the audience.
    """

    def __init__(self, start: Callable[[], Child] | None = None) -> None:
        self._start = start or _started
        self.audience = Audience(0)
        self.at = 0
        self._taken: TrialQuestion[Audience] = TakeFile(None)
        self._shown: Show | None = None
        self._child: Child | None = None
        self._starting = asyncio.Lock()

    async def ask(self, question: TrialQuestion[T], report: Done | None = None) -> T:
        """Return the answer to a question.

        Args:
            question: One of `wizard.trial.questions`.
            report: Is told how many people are done.

        Raises:
            MappingError: As the question says.
            MachineError: The process could not be started, has ended, or does not get further.
        """
        if isinstance(question, Show):
            self._shown = question
        async with self._starting:
            if self._child is None or self._child.ended:
                self.close()
                self._child = self._start()
                await self._restore(self._child, question)
            child = self._child
        answer = question.read(await child.ask(question.as_json(), report))
        if isinstance(question, TakeFile | TakeUsers) and isinstance(answer, Audience):
            self.audience, self._taken, self.at = answer, question, 0
        return answer

    def step(self, by: int) -> None:
        """Look at the next person, or the one before; after the last comes the first."""
        if self.audience.count:
            self.at = (self.at + by) % self.audience.count

    def close(self) -> None:
        """End the process; a second call does nothing."""
        child, self._child = self._child, None
        if child is not None:
            child.close()

    async def _restore(self, child: Child, question: TrialQuestion[T]) -> None:
        """Tell a new process what the one before it knew, unless it is about to be told anew."""
        if not isinstance(question, TakeFile | TakeUsers):
            taken = self._taken
            self.audience = taken.read(await child.ask(taken.as_json()))
        if self._shown is not None and question is not self._shown:
            await child.ask(self._shown.as_json())


def _started() -> Child:
    return Child(
        "wizard.trial", does="tries mappings", code="trial-not-started", gone=_gone, stuck=_stuck
    )


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
