"""The platform's clipboard, for a secret that must not stay in it."""

import hashlib
from contextlib import suppress

CLEAR_AFTER = 60.0
"""Seconds a secret stays in the clipboard, where the platform lets us take it out again."""


class PlatformClipboard:
    """Copies text, and clears it only if it is still what we put there."""

    def __init__(self) -> None:
        self._ours: str | None = None

    def copy(self, text: str) -> bool:
        """Copy text; return False where the platform has no clipboard of its own."""
        import pyperclip

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
    return hashlib.sha256(text.encode()).hexdigest()
