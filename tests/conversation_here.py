"""A command with plain prompts in a thread of this process, beside a practice that is called."""

import io
import os
import select
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from threading import Condition, Thread
from types import TracebackType
from typing import Any

from tests.conversation import LIMIT, Conversation
from tests.desk_here import started_here
from tests.practice_here import start_here
from wizard.commands.arguments import parse_arguments
from wizard.options import Options
from wizard.workspace import Opening, Workspace, open_workspace


async def opened_here(options: Options, tell: Callable[[str], None]) -> Workspace:
    """Put a workspace together that starts no process but that of trials."""
    space = await open_workspace(options, tell, start=start_here)
    space.start_preview = started_here
    return space


OPENING: Opening = opened_here


class ConversationHere(Conversation):
    """Talks to a command as to a process; its environment is that of this one.

    Args:
        arguments: Those of `setup`, `renew`, `undo` or `handover`.
        terminal: Whether it sits at a terminal, which shows what is typed unless it is told not to.
        columns: The width of what it writes to; mostly enough for every sentence.
        opening: Puts its workspace together.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        terminal: bool = False,
        columns: int = 9999,
        opening: Opening = OPENING,
    ) -> None:
        options = parse_arguments([*arguments])
        name = options.command if options.command in {"undo", "handover"} else "walk"
        run = partial(import_module(f"wizard.linear.{name}").run, options, opening)
        ours, theirs = os.openpty() if terminal else reversed(os.pipe())
        self._terminal = ours if terminal else None
        self._streams = sys.stdin, sys.stdout
        self._columns = os.environ.get("COLUMNS")
        os.environ["COLUMNS"] = str(columns)
        self._their_input = sys.stdin = os.fdopen(theirs, encoding="utf-8")
        sys.stdout = _Heard(self, is_terminal=terminal)
        self._input = os.fdopen(ours, "wb", buffering=0)
        self.output = ""
        self._heard = 0
        self._ended = False
        self._changed = Condition()
        self._code = -1
        self._runner = Thread(target=self._run, args=(run,), daemon=True)
        self._runner.start()

    def hear(self, text: str) -> None:
        """Take in what was written, after what the terminal has shown of what was typed."""
        with self._changed:
            self.output += self._echo() + text
            self._changed.notify_all()

    def end(self, limit: float = LIMIT) -> int:
        """Wait until the command has ended by itself, and return its exit code."""
        self._runner.join(limit)
        assert not self._runner.is_alive(), f"still running after:\n{self.output}"
        return self._code

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._terminal = None
        self._input.close()
        try:
            self.end()
        finally:
            sys.stdin, sys.stdout = self._streams
            del os.environ["COLUMNS"]
            if self._columns is not None:
                os.environ["COLUMNS"] = self._columns
            self._their_input.close()

    def _run(self, run: Any) -> None:
        try:
            self._code = run()
        finally:
            self.hear("")
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _echo(self) -> str:
        shown = b""
        while self._terminal is not None and select.select([self._terminal], [], [], 0)[0]:
            shown += os.read(self._terminal, 65536)
        return shown.decode("utf-8", "replace")


class _Heard(io.TextIOBase):
    """An output that somebody hears."""

    def __init__(self, conversation: ConversationHere, *, is_terminal: bool) -> None:
        self._conversation = conversation
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        self._conversation.hear(text)
        return len(text)
