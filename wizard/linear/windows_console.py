"""Typing that is not shown on a Windows console.

Source: learn.microsoft.com, SetConsoleMode.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_INPUT = -10  # STD_INPUT_HANDLE
_ECHO = 0x0004  # ENABLE_ECHO_INPUT


def kernel32() -> Any:
    """Return kernel32, which only Windows has."""
    load = getattr(ctypes, "WinDLL")  # noqa: B009 - absent elsewhere, and so are its types
    return load("kernel32")


@contextmanager
def hidden_from(kernel32: Any) -> Iterator[bool]:
    """Show nothing of what is typed meanwhile; yields whether the console agreed."""
    kernel32.GetStdHandle.restype = ctypes.c_void_p
    kernel32.GetConsoleMode.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    kernel32.SetConsoleMode.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
    console, mode = kernel32.GetStdHandle(_INPUT), ctypes.c_uint32()
    if not kernel32.GetConsoleMode(console, ctypes.byref(mode)):
        yield False
        return
    before = mode.value
    try:
        yield bool(kernel32.SetConsoleMode(console, before & ~_ECHO))
    finally:
        kernel32.SetConsoleMode(console, before)
