"""A clock of the test's own: no deadline comes before the test moves it on."""

import asyncio
import selectors
import time
from collections.abc import Coroutine
from typing import Any

STUCK = 20.0
"""Real seconds of waiting for nothing after which a test has failed."""


class _Selector(selectors.DefaultSelector):
    """Waits for sockets, but not for ever: on a clock that stands still nothing else can come."""

    waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        began = time.monotonic()
        ready = super().select(STUCK if timeout is None else min(timeout, STUCK))
        self.waited = 0.0 if ready else self.waited + time.monotonic() - began
        assert self.waited < STUCK, "nothing happens any more"
        return ready


class OwnClock(asyncio.SelectorEventLoop):
    """An event loop whose time stands still until it is moved on; sockets work meanwhile."""

    def __init__(self) -> None:
        super().__init__(_Selector())
        self._now = 0.0

    def time(self) -> float:
        """Return the seconds of this clock."""
        return self._now

    def move_on(self, seconds: float) -> None:
        """Let time pass; what has become due runs in the turns that follow."""
        self._now += seconds


def on_own_clock(story: Coroutine[Any, Any, None]) -> None:
    """Run a story whose time passes by `move_on` alone."""
    with asyncio.Runner(loop_factory=OwnClock) as runner:
        runner.run(story)


def move_on(seconds: float) -> None:
    """Let time pass on the running loop."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, OwnClock)
    loop.move_on(seconds)
