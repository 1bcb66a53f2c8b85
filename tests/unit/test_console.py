"""The console of the plain prompts, reading from a pipe."""

import os
import subprocess
import sys

import pytest

from wizard.linear.console import hidden

PROGRAM = """
import asyncio
from wizard.linear.console import Console

async def main():
    console = Console()
    ending = asyncio.ensure_future(console.until_end())
    while not ending.done():
        line = asyncio.ensure_future(console.line())
        await asyncio.wait({line, ending}, return_when=asyncio.FIRST_COMPLETED)
        if line.done():
            print("line", line.result())
        line.cancel()
    print("end", await console.line())

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "end None"),
        ("one\n", "line one end None"),
        ("one\ntwo", "line one line two end None"),
    ],
)
def test_the_end_of_the_input_is_known_once_every_line_was_read(given: str, told: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert [word for word in ran.stdout.split() if word] in (
        told.split(),
        [*told.split()[:-2], "line", "None", "end", "None"],
    )


def test_where_no_terminal_can_hide_a_line_it_is_said_to_be_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(ours), os.fdopen(theirs) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with hidden() as is_hidden:
            assert is_hidden
        monkeypatch.setitem(sys.modules, "termios", None)  # as on Windows
        with hidden() as is_hidden:
            assert not is_hidden
