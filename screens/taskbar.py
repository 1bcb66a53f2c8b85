"""That something goes on, told to the terminal itself, which shows it in the taskbar or its tab.

The sequence is ConEmu's OSC 9;4, which some other terminals took over; elsewhere it may pop up as a
notification, so only terminals that are known to understand it get it.
"""

import os
from collections.abc import Callable, Mapping

_UNKNOWN, _GONE = 3, 0
_PROGRAMS = frozenset({"ghostty", "wezterm"})


def understands_progress(environ: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the terminal is known to show progress, and nothing stands between."""
    term = environ.get("TERM", "").lower()
    if "TMUX" in environ or "STY" in environ or term.startswith(("screen", "tmux")):
        return False
    program = environ.get("TERM_PROGRAM", "").lower()
    named = program in _PROGRAMS or term.removeprefix("xterm-") in _PROGRAMS
    return named or "WT_SESSION" in environ or environ.get("ConEmuANSI") == "ON"


class Taskbar:
    """Shows progress where the terminal can, and clears it at the end.

    Args:
        write: Sends to the terminal.
        environ: What tells of the terminal.
    """

    def __init__(
        self, write: Callable[[str], object], environ: Mapping[str, str] = os.environ
    ) -> None:
        self._write = write
        self._is_understood = understands_progress(environ)
        self._shown = ""

    def show(self) -> None:
        """Show that something goes on."""
        self._send(f"{_UNKNOWN};0")

    def clear(self) -> None:
        """Show nothing any more."""
        if self._shown:
            self._send(f"{_GONE};0")
            self._shown = ""

    def _send(self, state: str) -> None:
        if self._is_understood and state != self._shown:
            self._shown = state
            self._write(f"\x1b]9;4;{state}\x1b\\")
