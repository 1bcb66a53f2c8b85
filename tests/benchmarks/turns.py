"""Two programs that have the machine in turn, so that whatever else it does holds up both.

One runs for a twentieth of a second with all the processes it started, while the other is stopped
with all of its own. How long something took a program that stood still in between is the sum of its
turns: those are measured from outside, by the clock that all processes share.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_TURN = 0.05


class Program:
    """A program that runs when it has its turn."""

    def __init__(self, command: list[str]) -> None:
        self._lead = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._ran: list[tuple[float, float]] = []
        self._tell_all(signal.SIGSTOP)

    def is_over(self) -> bool:
        """Tell whether it has ended."""
        return self._lead.poll() is not None

    def run(self) -> None:
        """Let it have a turn; what it takes to stop all its processes is part of that."""
        began = time.perf_counter()
        self._tell_all(signal.SIGCONT)
        with suppress(subprocess.TimeoutExpired):
            self._lead.wait(_TURN)
        self._tell_all(signal.SIGSTOP)
        self._ran.append((began, time.perf_counter()))

    def said(self) -> str:
        """Return what it printed; raises CalledProcessError where it failed."""
        told = self._lead.communicate()[0]
        if self._lead.returncode:
            raise subprocess.CalledProcessError(self._lead.returncode, self._lead.args)
        return told

    def seconds(self, began: float, ended: float) -> float:
        """Return how much of the time between two readings of the clock was its own turns."""
        return sum(max(0.0, min(last, ended) - max(first, began)) for first, last in self._ran)

    def _tell_all(self, number: signal.Signals) -> None:
        """Send a signal to all its processes: those that start others first."""
        if not self.is_over():
            for process in _with_children(self._lead.pid):
                with suppress(ProcessLookupError):
                    os.kill(process, number)


def in_turn(*commands: list[str]) -> list[Program]:
    """Run programs to their end, of which one runs at a time."""
    programs = [Program(command) for command in commands]
    while going := [program for program in programs if not program.is_over()]:
        for program in going:
            program.run()
    return programs


def _with_children(process: int) -> Iterator[int]:
    """Yield a process before those it started, which are looked for when it was told."""
    yield process
    with suppress(OSError):  # it may have ended
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _with_children(int(child))
