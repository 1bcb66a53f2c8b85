"""Lines in, lines out: a console whose reading never blocks the event loop."""

import asyncio
import base64
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from wizard.clipboard import PlatformClipboard
from wizard.errors import LeftByUser, WizardError


class Console:
    """Asks questions on standard output and reads answers from standard input."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._reader: threading.Thread | None = None
        self._ended = False

    def say(self, text: str = "") -> None:
        """Write a line."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def explain(self, error: WizardError) -> None:
        """Write what went wrong and what to do next."""
        self.say(f"Problem: {error.message}")
        if error.hint:
            self.say(f"Next: {error.hint}")
        if error.tracking_id:
            self.say(f"Tracking id: {error.tracking_id}")
        self.say(f"Code: {error.code}")

    async def ask(self, question: str) -> str:
        """Ask, and return the answer without blanks around it.

        Raises:
            LeftByUser: The input ended, or the answer was `quit`.
        """
        sys.stdout.write(question + " ")
        sys.stdout.flush()
        line = await self.line()
        if line is None or line.strip().lower() in {"q", "quit"}:
            raise LeftByUser("Left. What was done so far is kept.")
        return line.strip()

    async def confirm(self, question: str, *, default: bool) -> bool:
        """Ask a question with yes or no for an answer."""
        while True:
            answer = (await self.ask(f"{question} [{'Y/n' if default else 'y/N'}]")).lower()
            if answer in {"", "y", "yes", "n", "no"}:
                return answer[:1] == "y" or (not answer and default)
            self.say("Please answer y or n.")

    async def line(self) -> str | None:
        """Return the next line, or None when the input has ended."""
        if self._ended:
            return None
        if self._reader is None:
            loop = asyncio.get_running_loop()
            self._reader = threading.Thread(target=self._read, args=(loop,), daemon=True)
            self._reader.start()
        text = await self._lines.get()
        self._ended = text is None
        return text

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits for the line any more
            for text in sys.stdin:
                loop.call_soon_threadsafe(self._lines.put_nowait, text.rstrip("\r\n"))
            loop.call_soon_threadsafe(self._lines.put_nowait, None)

    def copy(self, text: str) -> str:
        """Copy text and say in a sentence where it went."""
        if PlatformClipboard().copy(text):
            return "Copied to the clipboard."
        if not sys.stdout.isatty():
            return "There is no clipboard here."
        sys.stdout.write(f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a")
        sys.stdout.flush()
        return "Sent to your terminal's clipboard, if it has one."


@contextmanager
def hidden() -> Iterator[bool]:
    """Read without showing what is typed; yields whether that is possible here."""
    try:
        import termios

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
    except (ImportError, OSError, ValueError):
        yield not sys.stdin.isatty()
        return
    except termios.error:
        yield True
        return
    silent = before.copy()
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSANOW, silent)
    try:
        yield True
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
