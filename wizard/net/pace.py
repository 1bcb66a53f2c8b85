"""How fast one service is asked when much is read: many questions at once, until it says no."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

from wizard.errors import AnswerError, TransportError
from wizard.words.progress import nobody
from wizard.words.text import plain_line

Item = TypeVar("Item")
Result = TypeVar("Result")

PAGE_LIMIT = 50_000_000
"""Bytes of one page of what is read whole: a thousand people with long values are a few million."""

LONGEST_STORM = 600.0
"""Seconds after the last good answer for which a service that asks to slow down is waited for."""

_BUSY = frozenset({429, 502, 503, 504})
_PASSING = frozenset({"answer-encoding", "connection-cut", "timeout"})
"""Codes of connections that broke, which the next one may not."""
_BROKEN_TIMES = 3
"""Attempts in a row without an answer after which there is no service to wait for."""


class Pace:
    """Asks one service several questions at once, and all of them later when it refuses one.

    Args:
        who: The service, as the administrator calls it.
        at_once: Questions under way at the most; after a refusal half as many.
        tell: Takes a sentence before there is a wait.
        sleep: Waits for a number of seconds.
        clock: Seconds of a clock that never goes back.
    """

    def __init__(
        self,
        who: str,
        at_once: int,
        *,
        tell: Callable[[str], None] = nobody,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._who = plain_line(who, 40)
        self.at_once = at_once
        self._tell = tell
        self._sleep = sleep
        self._clock = clock
        self._not_before = self._went_well = clock()
        self._refused = 0

    async def ask(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """Return the result of an attempt, repeating it while it is worth it.

        Only what reads may be asked so: it is repeated after a connection that broke, too.

        Raises:
            AnswerError: The service says no, or asks to wait for longer than `LONGEST_STORM`.
            TransportError: No answer came, several times.
        """
        broken = 0
        while True:
            await self._turn()
            asked = self._clock()
            try:
                result = await attempt()
            except AnswerError as error:
                if error.status not in _BUSY:
                    raise
                self._slow_down(error, asked)
            except TransportError as error:
                broken += 1
                if error.code not in _PASSING or broken == _BROKEN_TIMES:
                    raise
                self._tell(f"{self._who} broke off. Trying again.")
                await self._sleep(2.0**broken)
            else:
                self._went_well, self._refused = self._clock(), 0
                return result

    async def together(
        self, waiting: deque[Item], ask: Callable[[Item], Awaitable[Result]]
    ) -> AsyncGenerator[tuple[Item, Result], None]:
        """Yield what is answered, several questions at once; close it when it is left early.

        Args:
            waiting: What to ask about. More may be added meanwhile; what was not answered when
                this ends, by whatever, is in it again.
            ask: Asks about one.
        """
        under_way: dict[asyncio.Future[Result], Item] = {}
        try:
            while waiting or under_way:
                while waiting and len(under_way) < self.at_once:
                    item = waiting.popleft()
                    under_way[asyncio.ensure_future(ask(item))] = item
                done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                for future in done:
                    answer = future.result()
                    yield under_way.pop(future), answer
        finally:
            waiting.extend(under_way.values())
            for future in under_way:
                future.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    async def _turn(self) -> None:
        """Wait until questions may be asked again; what others heard counts for all."""
        while (wait := self._not_before - self._clock()) > 0:
            await self._sleep(wait)

    def _slow_down(self, error: AnswerError, asked: float) -> None:
        """Put off every question; the refusals of those under way together count once.

        Raises:
            AnswerError: That would be too long.
        """
        if asked >= self._not_before:
            self._refused += 1
            self.at_once = max(1, self.at_once // 2)
        seconds = 2.0**self._refused if error.retry_after is None else error.retry_after
        until = max(self._not_before, self._clock() + seconds)
        if until - self._went_well > LONGEST_STORM:
            raise error
        if until > self._not_before:
            self._tell(f"{self._who} asks us to slow down. Waiting {max(round(seconds), 1)} s.")
        self._not_before = until
