"""The platform's clipboard, for a secret that must not stay in it."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress

CLEAR_AFTER = 60.0
"""Seconds a secret stays in the clipboard, where the platform lets us take it out again."""


NO_CLIPBOARD = "There is no clipboard here, and this terminal is not known to have one."

_TAKING = (
    "xterm alacritty contour foot ghostty kitty konsole mintty rxvt screen st- tmux vte wezterm"
)
"""Beginnings of TERM whose terminals read OSC 52, or at least do not show it."""


def terminal_takes_copies(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the terminal is known to read OSC 52; another may show what it carries."""
    return "WT_SESSION" in environ or environ.get("TERM", "").startswith(tuple(_TAKING.split()))


def is_remote(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the clipboard of this machine is not that of the administrator."""
    return "SSH_CONNECTION" in environ or "SSH_TTY" in environ


class PlatformClipboard:
    """Copies text, and clears it only if it is still what we put there.

    Args:
        secret: Whether what is copied must stay out of the clipboard's history, where the
            platform lets us say so.
    """

    def __init__(self, *, secret: bool = False) -> None:
        self._is_secret = secret
        self._ours: str | None = None

    def copy(self, text: str) -> bool:
        """Copy text; return False where the platform has no clipboard of its own."""
        import pyperclip

        if self._is_secret and sys.platform == "win32":
            from wizard.machine.windows_clipboard import copy, libraries

            if not copy(text, *libraries()):
                return False
        else:
            try:
                pyperclip.copy(text)
            except (pyperclip.PyperclipException, OSError):
                return False
        self._ours = _digest(text)
        return True

    def clear(self) -> bool:
        """Take our text out, if it is still there; return whether it was."""
        import pyperclip

        ours, self._ours = self._ours, None
        if ours is None:
            return False
        with suppress(pyperclip.PyperclipException, OSError):
            if _digest(pyperclip.paste()) == ours:
                pyperclip.copy("")
                return True
        return False


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()
