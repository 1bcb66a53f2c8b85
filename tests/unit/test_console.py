"""The console of the plain prompts, reading from a pipe."""

import asyncio
import os
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.clock import move_on, on_own_clock
from wizard.commands import output
from wizard.errors import LeftByUser
from wizard.linear.console import Console, GoBack
from wizard.linear.meanwhile import take_hidden, until_left
from wizard.machine.echo import without_echo
from wizard.machine.passing import show_passing
from wizard.machine.streams import wants_lines
from wizard.words.progress import Progress

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
        with without_echo(sys.stdin) as is_hidden:
            assert is_hidden
        monkeypatch.setitem(sys.modules, "termios", None)  # as on Windows
        with without_echo(sys.stdin) as is_hidden:
            assert not is_hidden


@pytest.mark.parametrize(("columns", "shown"), [(20, "x" * 19), (0, "x" * 79), (200, "x" * 100)])
def test_a_passing_line_fits_the_terminal_and_is_taken_away_whole(
    columns: int, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    said = b""
    with os.fdopen(ours, "rb", buffering=0) as person:
        with os.fdopen(theirs, "w") as terminal:
            monkeypatch.setattr(sys, "stderr", terminal)
            show_passing("x" * 100)
            show_passing("")
        with suppress(OSError):  # how a terminal ends
            while piece := person.read(1000):
                said += piece
    assert said.decode() == f"\r\x1b[2K{shown}\r\x1b[2K"


@contextmanager
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Yield the person's end of a terminal that the program reads and writes."""
    ours, theirs = os.openpty()
    reading, writing = os.fdopen(os.dup(theirs)), os.fdopen(theirs, "w")
    with monkeypatch.context() as here:
        here.setattr(sys, "stdin", reading)
        here.setattr(sys, "stdout", writing)
        try:
            yield ours
        finally:
            os.close(ours)  # which ends what still reads
            reading.close()
            writing.close()


@pytest.mark.parametrize(("typed", "way"), [("back", GoBack), ("b", GoBack), ("q", LeftByUser)])
def test_while_a_device_code_waits_one_can_go_back_or_leave(
    typed: str, way: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    with at_a_terminal(monkeypatch) as ours:
        os.write(ours, f"what\n{typed}\n".encode())
        with pytest.raises(way):
            asyncio.run(until_left(Console()))


def test_what_is_pasted_for_a_sign_in_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    async def take(text: str) -> None:
        taken.append(text)

    async def pasted(ours: int) -> None:
        waiting = asyncio.ensure_future(take_hidden(Console(), take))
        said = await asyncio.to_thread(os.read, ours, 1000)
        assert b"What you type is not shown." in said
        os.write(ours, b"http://localhost/?code=the-secret-code&state=x\n")
        await waiting
        os.set_blocking(ours, False)
        with pytest.raises(BlockingIOError):
            os.read(ours, 1000)

    with at_a_terminal(monkeypatch) as ours:
        asyncio.run(pasted(ours))
    assert taken == ["http://localhost/?code=the-secret-code&state=x"]


def test_a_long_silence_is_broken_every_half_minute_and_never_before(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def told(seconds: float) -> str:
        move_on(seconds)
        for _turn in range(3):
            await asyncio.sleep(0)
        return capsys.readouterr().out.replace("\n", " ").strip()

    async def story() -> None:
        console = Console()
        console.report(Progress("Asking Webex whose token this is."))
        assert await told(29.9) == "Asking Webex whose token this is."
        about, stop = "Asking Webex whose token this is.", "Ctrl+C stops it; what was done so far"
        assert (await told(0.2)).startswith(f"{about} Still at it after 30 s. {stop}")
        assert await told(29) == ""
        assert "Still at it after 1 min 0 s." in await told(1.1)
        console.say("Something else.")
        assert await told(29.9) == "Something else."
        with console.company.during("Waiting for the browser.", "b and Enter goes back."):
            assert (await told(0.2)) == (
                "Waiting for the browser. Still at it after 30 s. b and Enter goes back."
            )
        asked = asyncio.ensure_future(console.ask("And now?"))
        assert await told(100) == "And now?", "somebody who is asked may take their time"
        asked.cancel()

    on_own_clock(story())


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("1", True),
        ("yes", True),
        ("anything", True),
        *((no, False) for no in ("", "0", "false", "No", " ")),
    ],
)
def test_accessible_asks_for_lines(
    said: str, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCESSIBLE", said)
    assert wants_lines() is wanted


@pytest.mark.parametrize(("secret", "other"), [(False, "from the lines above"), (True, "handover")])
def test_what_the_terminal_may_not_have_taken_has_another_way(
    secret: bool, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_TTY", "/dev/pts/0")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("PATH", "")  # no program of a clipboard

    async def copied() -> str:
        return await Console().copy("the value", secret=secret)

    with at_a_terminal(monkeypatch) as ours:
        said = asyncio.run(copied())
        assert os.read(ours, 1000) == b"\x1b]52;c;dGhlIHZhbHVl\x07"
    assert said.startswith("Sent to your terminal")
    assert "if nothing arrives" in said
    assert other in said


def test_the_sentences_of_a_command_fit_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    with at_a_terminal(monkeypatch) as ours:
        output.sentences("Everything is as it was when it was set up.")
        said = os.read(ours, 1000).decode().replace("\r\n", "\n")
    assert said == "Everything is as it\nwas when it was set\nup.\n"
