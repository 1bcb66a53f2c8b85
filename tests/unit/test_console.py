"""The console of the plain prompts, reading from a pipe."""

import subprocess
import sys

import pytest

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
