"""A secret in Windows' clipboard, kept out of its history (Win+V) and out of the cloud.

Source: learn.microsoft.com, "Clipboard Formats", cloud clipboard and clipboard history formats.
"""

import ctypes
import time
from typing import Any

_TEXT = 13  # CF_UNICODETEXT
_MOVEABLE = 2  # GMEM_MOVEABLE
_NO = b"\0\0\0\0"

_EXCLUDED = (
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
)
"""Formats that say so; the two questions are answered with a zero, the first is there or not."""

_TRIES, _PAUSE = 20, 0.02
"""Another program may have the clipboard open for a moment."""


def libraries() -> tuple[Any, Any]:
    """Return user32 and kernel32, which only Windows has."""
    load = getattr(ctypes, "WinDLL")  # noqa: B009 - absent elsewhere, and so are its types
    return load("user32"), load("kernel32")


def copy(text: str, user32: Any, kernel32: Any) -> bool:
    """Copy a secret; return False where it, or its exclusion, could not be put there."""
    _declare(user32, kernel32)
    window = user32.CreateWindowExW(0, "STATIC", None, 0, 0, 0, 0, 0, None, None, None, None)
    if not window or not _opened(user32, window):
        return False
    try:
        user32.EmptyClipboard()
        formats = [(user32.RegisterClipboardFormatW(name), _NO) for name in _EXCLUDED]
        # The text last: where the exclusion fails, the secret is not there either.
        formats.append((_TEXT, text.encode("utf-16-le") + b"\0\0"))
        return all(_put(user32, kernel32, *each) for each in formats)
    finally:
        user32.CloseClipboard()
        user32.DestroyWindow(window)


def _opened(user32: Any, window: int) -> bool:
    for _ in range(_TRIES):
        if user32.OpenClipboard(window):
            return True
        time.sleep(_PAUSE)
    user32.DestroyWindow(window)
    return False


def _put(user32: Any, kernel32: Any, kind: int, content: bytes) -> bool:
    memory = kernel32.GlobalAlloc(_MOVEABLE, len(content))
    place = kernel32.GlobalLock(memory) if memory else None
    if not kind or not place:
        return False
    ctypes.memmove(place, content, len(content))
    kernel32.GlobalUnlock(memory)
    if user32.SetClipboardData(kind, memory):
        return True  # the memory is the system's from here on
    kernel32.GlobalFree(memory)
    return False


def _declare(user32: Any, kernel32: Any) -> None:
    """Tell ctypes the sizes; a handle is wider than the int that it would take it for."""
    handle = ctypes.c_void_p
    user32.CreateWindowExW.restype = handle
    user32.OpenClipboard.argtypes = user32.DestroyWindow.argtypes = [handle]
    user32.RegisterClipboardFormatW.argtypes = [ctypes.c_wchar_p]
    user32.SetClipboardData.argtypes = [ctypes.c_uint, handle]
    user32.SetClipboardData.restype = handle
    kernel32.GlobalAlloc.argtypes = [ctypes.c_uint, ctypes.c_size_t]
    kernel32.GlobalAlloc.restype = kernel32.GlobalLock.restype = handle
    for function in (kernel32.GlobalLock, kernel32.GlobalUnlock, kernel32.GlobalFree):
        function.argtypes = [handle]
