"""`webex-wizard --version` and `--help`, against an interpreter that does nothing.

Budget (design 8): <= 2.75 x `python -c pass`.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.table import ratios, rounds
from tests.benchmarks.terminal import environment

NOTHING = "python -c pass"
SCRIPT = str(Path(sys.executable).with_name("webex-wizard"))
COMMANDS = {
    NOTHING: [sys.executable, "-c", "pass"],
    "webex-wizard --version": [SCRIPT, "--version"],
    "webex-wizard --help": [SCRIPT, "--help"],
    "python -P -m wizard --version": [sys.executable, "-P", "-m", "wizard", "--version"],
    "python -P -m wizard --help": [sys.executable, "-P", "-m", "wizard", "--help"],
    "webex-wizard status (nothing set up)": [SCRIPT, "status"],
}


def main() -> None:
    """Run each in turn, drop a warm-up round, and compare medians."""
    samples: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home:
        for number in range(rounds(21) + 1):
            for name, command in COMMANDS.items():
                began = time.perf_counter()
                subprocess.run(command, env=environment(home), capture_output=True, check=False)
                if number:
                    samples[name].append(time.perf_counter() - began)
    budgets = dict.fromkeys([name for name in COMMANDS if name.endswith(("--version", "--help"))],
                            2.75)  # fmt: skip
    ratios("Commands that only say something", NOTHING, samples, budgets)


if __name__ == "__main__":
    main()
