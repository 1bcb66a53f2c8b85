"""`webex-wizard --version`, `--help`, and what is stored, against an interpreter that does nothing.

Budgets (design 8): <= 2.75 x `python -c pass`; `status` of one profile that only reads: <= 10 x.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.table import ratios, rounds
from tests.benchmarks.terminal import environment
from tests.sessions import NOW, ended, facts, session_in
from wizard.flow.plan import SETUP
from wizard.store.job_health import JobHealth
from wizard.store.journal import Action
from wizard.store.profiles import EntraFacts

NOTHING = "python -c pass"
SCRIPT = str(Path(sys.executable).with_name("webex-wizard"))
COMMANDS = {
    NOTHING: [sys.executable, "-c", "pass"],
    "webex-wizard --version": [SCRIPT, "--version"],
    "webex-wizard --help": [SCRIPT, "--help"],
    "python -P -m wizard --version": [sys.executable, "-P", "-m", "wizard", "--version"],
    "python -P -m wizard --help": [sys.executable, "-P", "-m", "wizard", "--help"],
    "webex-wizard status (nothing set up)": [SCRIPT, "status"],
    "webex-wizard status (one profile)": [SCRIPT, "status", "--profile", "contoso"],
}
STORED = "webex-wizard status (one profile)"


def main() -> None:
    """Run each in turn, drop a warm-up round, and compare medians."""
    samples: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as stored:
        store(Path(stored) / "profiles")
        for number in range(rounds(21) + 1):
            for name, command in COMMANDS.items():
                env = environment(stored if name == STORED else home)
                began = time.perf_counter()
                subprocess.run(command, env=env, capture_output=True, check=False)
                if number:
                    samples[name].append(time.perf_counter() - began)
    budgets = dict.fromkeys([name for name in COMMANDS if name.endswith(("--version", "--help"))],
                            2.75)  # fmt: skip
    budgets[STORED] = 10.0
    ratios("Commands that only say something", NOTHING, samples, budgets)


def store(folder: Path) -> None:
    """Store a profile with a token, a job that was looked at, and a journal."""
    health = JobHealth(job_id="j", at=NOW, state="running", last_success=NOW)
    entra = EntraFacts(job_id="j", service_principal_id="p", health=health)
    session = session_in(folder, "contoso", token=facts(), entra=entra)
    for step in SETUP:
        session.tick(step.id)
        ended(session.log(step.id, Action.CHANGED, "something", job_id="j"))


if __name__ == "__main__":
    main()
