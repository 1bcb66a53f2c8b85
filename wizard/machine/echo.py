"""A terminal that does not show what is typed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def without_echo(keys: TextIO, *, has_signals: bool = True) -> Iterator[bool]:
    """Show nothing of what is typed; yields whether that is so.

    Args:
        keys: What is typed at; where it is no terminal, nothing would be shown anyway.
        has_signals: Whether Ctrl+C and its like do what they do elsewhere, or are keys like others.
    """
    if not keys.isatty():
        yield True
        return
    try:
        import termios  # not on Windows, where nobody has seen a line read ahead stay hidden

        descriptor = keys.fileno()
        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError, ValueError):
        yield False
        return
    silent = before.copy()
    silent[3] &= ~(termios.ECHO if has_signals else termios.ECHO | termios.ISIG)
    termios.tcsetattr(descriptor, termios.TCSANOW, silent)
    try:
        yield True
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
