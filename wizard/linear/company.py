"""A word every half minute while something takes long, so that nobody takes it for dead."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wizard.words.waiting import LONG, elapsed_in_words

_STOP = "Ctrl+C stops it; what was done so far is kept."


class Company:
    """Says in the silence what goes on, how long already, and how it is stopped.

    Args:
        tell: Takes what is said.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None
        self._since = 0.0
        self._stop = _STOP
        self.about = ""
        """What goes on, as a sentence."""

    def wait(self) -> None:
        """Begin to wait anew: something was said or answered."""
        self.rest()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # before and after the work
            return
        self._since = loop.time()
        self._timer = loop.call_later(LONG, self._speak)

    def rest(self) -> None:
        """Be silent, such as while a question waits for its answer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @contextmanager
    def during(self, about: str, stop: str) -> Iterator[None]:
        """Say of what goes on here that it is this, and that it is stopped so."""
        before = self.about, self._stop
        self.about, self._stop = about, stop
        try:
            yield
        finally:
            self.about, self._stop = before

    def _speak(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(LONG, self._speak)
        self._tell(
            f"{self.about} {elapsed_in_words(loop.time() - self._since, self._stop)}".lstrip()
        )
