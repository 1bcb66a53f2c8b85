"""Lines in, lines out: a console whose reading never blocks the event loop."""

import asyncio
import base64
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress

from wizard.errors import LeftByUser, WizardError
from wizard.linear.company import Company
from wizard.machine.clipboard import (
    BY_FILE,
    CLEAR_AFTER,
    NO_CLIPBOARD,
    SENT_UNSHOWN,
    PlatformClipboard,
    is_remote,
    terminal_takes_copies,
)
from wizard.machine.streams import columns
from wizard.store.marks import Mark
from wizard.walk.front_end import EitherOr
from wizard.words.lines import aloud, lines_of
from wizard.words.progress import Progress

WAYS_OUT = "At any question: b goes back, q leaves; what was done so far is kept."

ECHO_CAUTION = (
    "What you type or paste is shown here: let nobody look on, and clear the terminal and its "
    "scroll-back afterwards."
)

_TAKEN_OUT = f"It is taken out after {CLEAR_AFTER:g} seconds, and when this program ends."
_SENT = "Sent to your terminal; if nothing arrives, copy it from the lines above."

PASTE_SECONDS = 0.2
"""A terminal hands over all lines of one paste at once; a person types none that fast."""


class GoBack(Exception):
    """The administrator typed `back`."""


class Console:
    """Asks questions on standard output and reads answers from standard input."""

    def __init__(self) -> None:
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._reader: threading.Thread | None = None
        self._is_read = False
        self._exhausted = asyncio.Event()
        self._secret = PlatformClipboard(secret=True)
        self._explained: WizardError | None = None
        self.company = Company(self._write_lines)
        """Says something while nothing else is said for long."""
        self.ended = False
        """Whether the input has ended, so that no question can be answered any more."""

    @property
    def can_ask(self) -> bool:
        """Whether somebody sits there."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def half_read(self) -> float:
        """Seconds in which the rest of a paste may come; only a terminal hands it over in parts."""
        return 2 * PASTE_SECONDS if sys.stdin.isatty() else 0.0

    def say(self, text: str = "") -> None:
        """Write sentences, in lines that fit the terminal."""
        self._write_lines(text)
        self.company.wait()

    def explain(self, error: WizardError) -> None:
        """Write what went wrong and what to do next, once for each error."""
        if error is not self._explained:
            self.say(error.in_words())
        self._explained = error

    def marks(self, marked: Iterable[tuple[Mark, str]]) -> None:
        """Write how steps stand, in words alone: a sign says nothing to who hears it."""
        for _mark, text in marked:
            self.say(f"- {text}")

    def report(self, progress: Progress) -> None:
        """Write how something goes on."""
        self.company.about = progress.message
        self.say(progress.message)

    async def ask(self, question: str) -> str:
        """Ask, and return the answer without blanks around it.

        Raises:
            GoBack: The answer was `back`.
            LeftByUser: The input ended, or the answer was `quit`.
        """
        self._write("\n".join(lines_of(aloud(question), columns() - 1)) + " ")
        self.company.rest()
        line = await self.line()
        self.company.wait()
        if line is None or not sys.stdin.isatty():  # nobody's Enter has ended the line
            self._write("\n")
        if line is None:
            raise ended()
        return heeded(line)

    def _write_lines(self, text: str) -> None:
        self._write("".join(f"{line}\n" for line in lines_of(aloud(text), columns())))

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    async def choose(self, choice: EitherOr) -> bool:
        """Tell what is so, and ask for one of two answers.

        Raises:
            GoBack: The answer was `back`.
            LeftByUser: The input ended, or the answer was `quit`.
        """
        self.say(choice.text)
        return await self.confirm(f"{choice.yes}?", default=choice.default)

    async def typed(self, told: str, question: str) -> str:
        """Tell something, and ask for a line.

        Raises:
            GoBack: The answer was `back`.
            LeftByUser: The input ended, or the answer was `quit`.
        """
        self.say(told)
        return await self.ask(question)

    async def confirm(self, question: str, *, default: bool) -> bool:
        """Ask a question with yes or no for an answer.

        Raises:
            GoBack: The answer was `back`.
            LeftByUser: The input ended, or the answer was `quit`.
        """
        while True:
            answer = (await self.ask(f"{question} [{'Y/n' if default else 'y/N'}]")).lower()
            if answer in {"", "y", "yes", "n", "no"}:
                return answer[:1] == "y" or (not answer and default)
            self.say("Please answer y or n.")

    async def wants(self, question: str) -> bool:
        """Ask after a failure whether to go on; no when nobody is there to answer.

        Raises:
            GoBack: The answer was `back`.
            LeftByUser: The answer was `quit`.
        """
        try:
            return not self.ended and await self.confirm(question, default=True)
        except LeftByUser:
            # Without anybody to answer, what counts is that something failed.
            if self.ended:
                return False
            raise

    async def line(self) -> str | None:
        """Return the next line, or None when the input has ended."""
        if self.ended:
            return None
        self._begin()
        text = await self._lines.get()
        self.ended = text is None
        self._look()
        return text

    async def until_end(self) -> None:
        """Wait until the input has ended and none of its lines is left to be an answer."""
        self._begin()
        await self._exhausted.wait()

    def _begin(self) -> None:
        if self._reader is None:
            loop = asyncio.get_running_loop()
            self._reader = threading.Thread(target=self._read, args=(loop,), daemon=True)
            self._reader.start()

    def _finish(self) -> None:
        self._lines.put_nowait(None)
        self._is_read = True
        self._look()

    def _look(self) -> None:
        if self._is_read and self._lines.qsize() <= 1:  # the end itself
            self._exhausted.set()

    async def pasted(self) -> str | None:
        """Return the next line and, at a terminal, those that were pasted together with it."""
        text = await self.line()
        while text is not None and sys.stdin.isatty():
            try:
                more = await asyncio.wait_for(self.line(), PASTE_SECONDS)
            except TimeoutError:
                break
            if more is None:
                break
            text += f"\n{more}"
        return text

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits for the line any more
            with suppress(OSError, ValueError):  # gone or closed, which ends the input
                for text in sys.stdin:
                    loop.call_soon_threadsafe(self._lines.put_nowait, text.rstrip("\r\n"))
            loop.call_soon_threadsafe(self._finish)

    async def copy(self, text: str, *, secret: bool) -> str:
        """Copy text and say in a sentence where it went; a secret does not stay there."""
        # What is no secret has a clipboard of its own, so that nobody takes it out.
        clipboard = self._secret if secret else PlatformClipboard()
        is_here = await clipboard.copy(text)
        if is_here and not is_remote():
            return f"Copied to the clipboard. {_TAKEN_OUT if secret else ''}".rstrip()
        if not sys.stdout.isatty():
            return "There is no clipboard here."
        if not terminal_takes_copies():
            return NO_CLIPBOARD
        self._write(f"\x1b]52;c;{base64.b64encode(text.encode()).decode()}\a")
        return f"{SENT_UNSHOWN}{BY_FILE}" if secret else _SENT

    async def clear(self) -> None:
        """Take a copied secret out of the clipboard, if it is still there."""
        await self._secret.clear()


async def is_meant(console: Console, question: str) -> bool:
    """Ask before a step counts as done; nothing to ask is a yes."""
    return not question or await console.confirm(question, default=False)


def heeded(line: str) -> str:
    """Return an answer without blanks around it, unless it is one of the ways out.

    Raises:
        GoBack: The answer was `back`.
        LeftByUser: The answer was `quit`.
    """
    text = line.strip()
    if text.lower() in {"q", "quit"}:
        raise ended()
    if text.lower() in {"b", "back"}:
        raise GoBack
    return text


def ended() -> LeftByUser:
    """Return what ends a walk in plain lines when its input does, or when it was asked to."""
    return LeftByUser("Left. What was done so far is kept; the next start goes on there.")
