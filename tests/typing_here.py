"""A command in this process with somebody who types, and with a workspace that tests have made."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

from tests.entra_actions import Wizard
from tests.sessions import tools
from wizard.options import Options
from wizard.workspace import Opening, Workspace


class Terminal(StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True


def meanwhile(happens: Callable[[], object]) -> type[Terminal]:
    """Return somebody during whose first line something happens."""

    class Meanwhile(Terminal):
        def readline(self, *_: Any) -> str:  # type: ignore[override]  # a text, as StringIO
            if not self.tell():
                happens()
            return super().readline()

    return Meanwhile


@dataclass
class Typed:
    """What came of a command that asks."""

    code: int
    out: str
    said: str
    """All that was said, in one line."""


def typing(
    command: Callable[[], int], *lines: str, stdin: type[StringIO] = Terminal, out: bool = True
) -> Typed:
    """Run a command as somebody who types lines.

    Args:
        command: Runs it.
        lines: What is typed, each followed by Enter.
        stdin: What the lines come from.
        out: Whether standard output is a terminal.
    """
    told, err = Terminal() if out else StringIO(), StringIO()
    before = sys.stdin, sys.stdout, sys.stderr
    typed = "".join(f"{line}\n" for line in lines)
    sys.stdin, sys.stdout, sys.stderr = stdin(typed), told, err
    try:
        code = command()
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    return Typed(code, told.getvalue(), " ".join(f"{told.getvalue()} {err.getvalue()}".split()))


def workspace_of(wizard: Wizard) -> Workspace:
    """Return the workspace of somebody who has set something up."""
    space = tools(
        wizard.keystore,
        endpoints=wizard.practice.endpoints,
        profiles=wizard.session.profiles,
        connect=wizard.entra.connect,
        tenant=wizard.entra,
    )
    space.sessions["default"] = wizard.session
    return space


def opening(wizard: Wizard) -> Opening:
    """Return what opens that workspace."""
    space = workspace_of(wizard)

    async def opened(options: Options, *_: object) -> Workspace:
        space.options = options
        return space

    return opened
