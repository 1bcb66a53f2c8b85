"""A question of a command is answered by what is typed after it."""

import io
import os
import sys

import pytest

from wizard.commands.output import line_typed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no such terminals")


class Shown(io.StringIO):
    """Standard error, at whose first words somebody types."""

    def __init__(self, terminal: int) -> None:
        super().__init__()
        self._terminal = terminal

    def write(self, text: str) -> int:
        os.write(self._terminal, b"afterwards\n")
        return super().write(text)


def test_what_was_typed_before_a_question_does_not_answer_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = os.openpty()
    os.write(ours, b"apply\n")
    with os.fdopen(theirs, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(sys, "stderr", Shown(ours))
        assert line_typed("Type it:") == "afterwards"
    os.close(ours)


def test_what_comes_by_a_pipe_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    reads, writes = os.pipe()
    os.write(writes, b"y\n")
    with os.fdopen(reads, encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert line_typed("Type it:") == "y"
    os.close(writes)
