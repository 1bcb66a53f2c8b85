"""Start-up: first useful text and first usable form, against a bare Textual application.

Budgets (design 8): first text <= 1.0 x, first usable form <= 1.3 x.
"""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.table import ratios, rounds
from tests.benchmarks.terminal import Terminal, environment

HELLO = [sys.executable, str(Path(__file__).with_name("bare.py")), "hello"]
OURS = [str(Path(sys.executable).with_name("webex-wizard"))]

BARE, TEXT, FORM = "bare Textual hello", "first useful text", "first usable form"
PRACTICE_TEXT, PRACTICE_FORM = "--practice: first useful text", "--practice: first usable form"
FIRST, USABLE = "Automatic provisioning of Cisco Webex users", "Set up provisioning"


def main() -> None:
    """Start each in turn, drop a warm-up round, and compare medians."""
    samples: dict[str, list[float]] = {
        name: [] for name in (BARE, TEXT, FORM, PRACTICE_TEXT, PRACTICE_FORM)
    }
    for number in range(rounds(9) + 1):
        taken = {BARE: _bare()}
        taken[TEXT], taken[FORM] = _ours([])
        taken[PRACTICE_TEXT], taken[PRACTICE_FORM] = _ours(["--practice"])
        if number:
            for name, seconds in taken.items():
                samples[name].append(seconds)
    budgets = {TEXT: 1.0, FORM: 1.3, PRACTICE_TEXT: 1.0, PRACTICE_FORM: 1.3}
    ratios("Start-up, process start to paint", BARE, samples, budgets)


def _bare() -> float:
    with tempfile.TemporaryDirectory() as home, Terminal(HELLO, environment(home)) as program:
        return program.until("Hello from a bare application") - program.started


def _ours(arguments: list[str]) -> tuple[float, float]:
    with (
        tempfile.TemporaryDirectory() as home,
        Terminal([*OURS, *arguments], environment(home)) as program,
    ):
        text = program.until(FIRST)
        form = program.until(USABLE)
        return text - program.started, form - program.started


if __name__ == "__main__":
    main()
