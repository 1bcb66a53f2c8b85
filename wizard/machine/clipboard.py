"""The platform's clipboard, for a secret that must not stay in it."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

CLEAR_AFTER = 60.0
"""Seconds a secret stays in the clipboard, where the platform lets us take it out again."""

_PATIENCE = 3.0
"""Seconds to wait for the platform."""

NO_CLIPBOARD = "There is no clipboard here, and this terminal is not known to have one."
SENT_UNSHOWN = (
    "Sent to your terminal, which keeps it until you copy something else; if nothing arrives, "
)
"""What becomes of a secret that only the terminal got, before what helps where it takes none."""
BY_FILE = "handover at the step Microsoft sign-in takes it to another machine in a sealed file."
"""How a token gets to a machine with a clipboard, without being shown."""

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

    What puts it there is mostly another program, which never ends where the display it asks is
    gone: nobody waits long for it.

    Args:
        secret: Whether what is copied is taken out again after `CLEAR_AFTER`, and must stay out of
            the clipboard's history, where the platform lets us say so.
    """

    def __init__(self, *, secret: bool = False) -> None:
        self._is_secret = secret
        self._ours: str | None = None
        self._due: asyncio.TimerHandle | None = None
        self._clearing: asyncio.Task[None] | None = None

    async def copy(self, text: str) -> bool:
        """Copy text; return False where the platform has no clipboard of its own."""
        from wizard.machine.threads import bounded

        before, self._ours = self._ours, _digest(text)
        if self._is_secret:
            self._clear_later()
        try:
            is_there = await bounded(partial(self._put, text), _PATIENCE, "clipboard")
        except TimeoutError:
            return False  # it may get there all the same, so it stays ours
        if not is_there:
            self._ours = before
        return is_there

    def _put(self, text: str) -> bool:
        import pyperclip

        if self._is_secret and sys.platform == "win32":
            from wizard.machine.windows_clipboard import copy, libraries

            return copy(text, *libraries())
        try:
            pyperclip.copy(text)
        except (pyperclip.PyperclipException, OSError):
            return False
        return True

    def _clear_later(self) -> None:
        import asyncio

        if self._due is not None:
            self._due.cancel()
        self._due = asyncio.get_running_loop().call_later(CLEAR_AFTER, self._begin_clearing)

    def _begin_clearing(self) -> None:
        import asyncio

        self._clearing = asyncio.ensure_future(self.clear())

    async def clear(self) -> None:
        """Take our text out, if it is still there."""
        from wizard.machine.threads import bounded

        ours, self._ours = self._ours, None
        if ours is not None:
            with suppress(TimeoutError):
                await bounded(partial(_take_out, ours), _PATIENCE, "clipboard")


def _take_out(ours: str) -> None:
    import pyperclip

    with suppress(pyperclip.PyperclipException, OSError):
        if _digest(pyperclip.paste()) == ours:
            pyperclip.copy("")


def _digest(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()
