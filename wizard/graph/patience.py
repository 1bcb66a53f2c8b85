"""When to ask Graph again: throttling, and the documented delays of replication only."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from wizard.errors import AnswerError
from wizard.graph.errors import GraphError
from wizard.graph.operations import GraphCall, Operation
from wizard.words.progress import Progress, Report

Result = TypeVar("Result")

EVERY = 5.0
"""Seconds between two attempts."""

_YOUNG = 900.0
"""Seconds after which an object counts as known everywhere."""
_LONG, _SHORT, _DOUBT = 300.0, 30.0, 120.0
"""Seconds to wait for a young object (more than five minutes were seen, rarely); for a conflict or
a reference of an old one, and for a young one that is deleted; and where the refusal may as well be
meant."""

_THROTTLED_TIMES, _LONGEST_WAIT = 4, 60.0

_PASSING = frozenset({502, 503, 504})

_COPYING = "Waiting until Microsoft has copied the new application to every data center"
_SLOWER = "Microsoft asks us to slow down; waiting"
_NEVER_REPLICATION = frozenset({"graph-scope-missing", "graph-step-up", "graph-wrong-verb"})


class Patience:
    """Repeats what was refused only because it came too early.

    `wizard.net.transport` already repeats GET, PUT and DELETE on 429, 502, 503 and 504 as
    `Retry-After` asks. A POST or PATCH it never repeats; after a 429, with which nothing was
    done, it is repeated here, and after the others if sending it twice does no harm.

    Args:
        report: Is told when there is something to wait for.
        sleep: Waits for a number of seconds.
        clock: Seconds of a clock that never goes back.
    """

    def __init__(
        self,
        report: Report,
        sleep: Callable[[float], Awaitable[None]],
        clock: Callable[[], float],
    ) -> None:
        self.report = report
        self.sleep = sleep
        self.clock = clock
        self._born: dict[str, float] = {}

    def expect_young(self, identifier: str, *, age: float = 0.0) -> None:
        """Be patient with an object that was created so many seconds ago: it is not everywhere."""
        self._born[identifier] = self.clock() - age

    async def ask(self, call: GraphCall, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """Return the result of an attempt, repeating it as long as it is worth it."""
        began, throttled, told = self.clock(), 0, ""
        while True:
            try:
                return await attempt()
            except GraphError as error:
                wait = _asked_for(error, throttled + 1)
                if _was_throttled(call, error):
                    # To ask before the time that was named would only make it longer.
                    if throttled == _THROTTLED_TIMES or wait > _LONGEST_WAIT:
                        raise
                    throttled += 1
                    message = _SLOWER
                elif self.clock() - began + EVERY <= self._worth_waiting(call, error):
                    message, wait = _COPYING, EVERY
                else:
                    raise
            if message != told:
                self.report(Progress(message))
                told = message
            await self.sleep(wait)

    async def until(
        self,
        look: Callable[[], Awaitable[Result | None]],
        *,
        seconds: float,
        message: str = _COPYING,
        every: float = EVERY,
    ) -> Result | None:
        """Look until something is there; return None when it is not after so many seconds."""
        began, is_told = self.clock(), False
        while (found := await look()) is None and self.clock() - began + every <= seconds:
            if not is_told:
                self.report(Progress(message))
                is_told = True
            await self.sleep(every)
        return found

    def _worth_waiting(self, call: GraphCall, error: AnswerError) -> float:
        """Return for how many seconds this refusal may mean: not yet.

        The cases are those of reference/graph-entra.md 2.3, 2.5, 2.7 and 8.2.
        """
        operation, is_young = call.operation, self._is_young(call)
        if error.code in _NEVER_REPLICATION:
            return 0.0
        if operation is Operation.ASSIGN and (
            error.code == "graph-not-ready" or error.status == 404
        ):
            return _LONG if is_young else _SHORT
        if operation.is_synchronization and operation.writes and error.status == 409:
            return _LONG if is_young else _SHORT
        if not is_young or (operation is Operation.GET_SECRETS and error.status == 404):
            # Without any secret there may be nothing to get, for ever.
            return 0.0
        if error.status == 404:
            # Who deletes wants it gone, and it may be.
            return _SHORT if operation.method == "DELETE" else _LONG
        is_unsure = error.code == "graph-not-allowed-or-not-ready" or error.status == 403
        return _DOUBT if operation.is_synchronization and is_unsure else 0.0

    def _is_young(self, call: GraphCall) -> bool:
        born = (self._born[name] for name in call.ids if name in self._born)
        return any(self.clock() - moment < _YOUNG for moment in born)


def _was_throttled(call: GraphCall, error: GraphError) -> bool:
    if call.operation.method not in {"POST", "PATCH"}:
        return False
    return error.status == 429 or (error.status in _PASSING and call.operation.repeatable)


def _asked_for(error: GraphError, times: int) -> float:
    """Return `Retry-After`, or twice as long each time."""
    return error.retry_after if error.retry_after is not None else 2.0**times
