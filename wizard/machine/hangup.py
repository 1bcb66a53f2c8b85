"""The end of the terminal, or of the process by request, taken as leaving."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

_NAMES = ("SIGHUP", "SIGTERM")
"""A terminal that was closed, and `kill`; Windows has no handlers for either in a loop."""


def at_hangup(leave: Callable[[], object]) -> None:
    """Leave in order where the system would end this process; once, so that it comes to its end.

    Args:
        leave: Called in the running loop. What was told to be ignored, as by `nohup`, stays so.
    """
    loop = asyncio.get_running_loop()
    left = False

    def once() -> None:
        nonlocal left
        if not left:
            left = True
            leave()

    for name in _NAMES:
        # Not on Windows, and not in another thread than the first.
        with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
            number = getattr(signal, name)
            if signal.getsignal(number) is not signal.SIG_IGN:
                loop.add_signal_handler(number, once)
