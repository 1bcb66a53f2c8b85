"""A command with plain prompts in a thread of this process, beside a practice that is called."""

import io
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from threading import Condition, Thread
from types import TracebackType
from typing import Any

from tests.conversation import LIMIT, Conversation
from tests.practice_here import start_here
from wizard.commands.arguments import parse
from wizard.workspace import open_workspace


class ConversationHere(Conversation):
    """Talks to `setup`, `renew` or `undo` as to a process; its environment is that of this one."""

    def __init__(self, arguments: Sequence[str]) -> None:
        options = parse([*arguments])
        name = "undo" if options.command == "undo" else "walk"
        opening = partial(open_workspace, start=start_here)
        run = partial(import_module(f"wizard.linear.{name}").run, options, opening)
        theirs, ours = os.pipe()
        self._streams = sys.stdin, sys.stdout
        self._their_input = sys.stdin = os.fdopen(theirs, encoding="utf-8")
        sys.stdout = _Heard(self)
        self._input = os.fdopen(ours, "wb", buffering=0)
        self.output = ""
        self._heard = 0
        self._ended = False
        self._changed = Condition()
        self._code = -1
        self._runner = Thread(target=self._run, args=(run,), daemon=True)
        self._runner.start()

    def hear(self, text: str) -> None:
        """Take in what was written."""
        with self._changed:
            self.output += text
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
        self._input.close()
        try:
            self.end()
        finally:
            sys.stdin, sys.stdout = self._streams
            self._their_input.close()

    def _run(self, run: Any) -> None:
        try:
            self._code = run()
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()


class _Heard(io.TextIOBase):
    """An output that somebody hears."""

    def __init__(self, conversation: ConversationHere) -> None:
        self._conversation = conversation

    def write(self, text: str) -> int:
        self._conversation.hear(text)
        return len(text)
