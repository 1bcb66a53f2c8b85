"""The end of the terminal, or of the process by request, taken as leaving."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress

_HANGUP = "SIGHUP"
"""A terminal that was closed; Windows has no handlers in a loop, neither for it nor for `kill`."""


def at_hangup(leave: Callable[[], object], *, lives_in_terminal: bool = False) -> None:
    """Leave in order where the system would end this process; once, so that it comes to its end.

    Args:
        leave: Called in the running loop. What was told to be ignored, as by `nohup`, stays so.
        lives_in_terminal: Whether nothing can go on without the terminal, whatever was told.
    """
    loop = asyncio.get_running_loop()
    left = False

    def once() -> None:
        nonlocal left
        if not left:
            left = True
            leave()

    for name in (_HANGUP, "SIGTERM"):
        # Not on Windows, and not in another thread than the first.
        with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
            number = getattr(signal, name)
            is_ignored = signal.getsignal(number) is signal.SIG_IGN
            if not is_ignored or (lives_in_terminal and name == _HANGUP):
                loop.add_signal_handler(number, once)
