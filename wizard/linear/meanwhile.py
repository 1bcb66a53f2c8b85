"""What goes on beside a sign-in that waits for its answer, in plain lines."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine

from wizard.errors import WizardError
from wizard.linear.console import ECHO_CAUTION, Console, ended, heeded
from wizard.machine.echo import without_echo

WAY_BACK = "b and Enter goes back, q and Enter leaves."
"""How a wait for a sign-in is stopped."""


class Meanwhile:
    """Holds what goes on; an error or a way out taken there ends the sign-in."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self._main: asyncio.Task[None] | None = None
        self._failure: Exception | None = None

    def add(self, work: Awaitable[object]) -> None:
        """Start something beside the sign-in."""
        self._tasks.add(asyncio.ensure_future(self._guarded(work)))

    async def during(self, work: Coroutine[object, object, None]) -> None:
        """Wait for the sign-in, and end what went on beside it."""
        self._main = asyncio.ensure_future(work)
        try:
            await self._main
        except asyncio.CancelledError:
            if self._failure is None:
                raise
            raise self._failure from None
        finally:
            self._main.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _guarded(self, work: Awaitable[object]) -> object:
        try:
            return await work
        except Exception as failure:
            self._failure = failure
            if self._main is not None:
                self._main.cancel()
            return None


async def take_pasted(console: Console, take: Callable[[str], Awaitable[object]]) -> None:
    """Hand on what is pasted, until it is the answer.

    Raises:
        GoBack: The step before is wanted.
        LeftByUser: The administrator leaves, or the input has ended: nobody is there any more who
            could answer what comes after the sign-in.
    """
    while (line := await console.pasted()) is not None:
        if not (text := heeded(line)):
            continue
        try:
            await take(text)
        except WizardError as error:
            console.explain(error)
        else:
            return
    raise ended()


async def take_hidden(console: Console, take: Callable[[str], Awaitable[object]]) -> None:
    """Hand on what is pasted, as `take_pasted` does, without showing it where that is possible."""
    with without_echo(sys.stdin) as is_hidden:
        console.say("What you type is not shown." if is_hidden else ECHO_CAUTION)
        await take_pasted(console, take)


async def until_left(console: Console) -> None:
    """Wait until somebody asks to go back or to leave, or nobody is there any more.

    Raises:
        GoBack: The step before is wanted.
        LeftByUser: The administrator leaves, or the input has ended.
    """
    if not console.can_ask:  # lines that came ahead are answers to what comes after
        await left_at_the_end(console)
    while (line := await console.line()) is not None:
        heeded(line)
    raise ended()


async def left_at_the_end(console: Console) -> None:
    """Leave once nobody is there who could answer what comes after the sign-in."""
    await console.until_end()
    raise ended()
