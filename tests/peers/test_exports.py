"""What preview and log write is read by jq and DuckDB, by the lines that README and pages give."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.command_here import run_here
from tests.directories import KINDS, Pair, pair
from tests.logging_here import entry, failed
from tests.readme import READ_BY_OTHERS
from wizard.graph.provisioning_log import LogEntry
from wizard.reports.log_row import log_row_of

MADE: Pair = pair(3 * len(KINDS))
_AT = datetime(2026, 11, 27, tzinfo=UTC)
LOGGED = [
    log_row_of(LogEntry.model_validate(entry(number, _AT, "template.tenant.job", **how)))
    for number, how in enumerate(({}, failed(), {}))
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the exports of a preview are, under the names that the lines use."""
    folder = tmp_path_factory.mktemp("exports")
    entra, webex = MADE.write(folder)
    given = ("preview", "--entra", entra, "--webex", webex, "--job", "running")
    run_here(*given, "--save", folder / "plan.jsonl", "--values")
    (folder / "preview.csv").write_text(run_here(*given, "--csv").stdout)
    (folder / "log.jsonl").write_text("".join(f"{json.dumps(row.to_json())}\n" for row in LOGGED))
    (folder / "preview.json").write_text(run_here(*given, "--json", "--limit", "999").stdout)
    return folder


def expected(what: str) -> Counter[str]:
    """Return what a line must find, and how often."""
    if what == "failures":
        row = LOGGED[1]
        return Counter([f"{row.to_json()['at']} {row.name}: {row.next}"])
    if what == "counts":
        return MADE.counts
    disabled = {key for key, outcome in MADE.outcomes.items() if outcome == "disable"}
    if what == "keys":
        return Counter(f"person:{key}" for key in disabled)
    return Counter(one["userPrincipalName"] for one in MADE.people if one["id"] in disabled)


@pytest.mark.peer("jq", "duckdb-cli")
@pytest.mark.parametrize("line", READ_BY_OTHERS)
def test_the_exports_are_read_by_the_line_that_is_given(line: str, folder: Path) -> None:
    path = os.pathsep.join((str(Path(sys.prefix, "bin")), os.environ["PATH"]))
    shown = line.replace("duckdb ", "duckdb -json ")  # the same, without a frame around it
    ran = subprocess.run(
        ["bash", "-c", shown],
        cwd=folder,
        env=os.environ | {"PATH": path, "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    if READ_BY_OTHERS[line] == "counts":
        rows = json.loads(ran.stdout)
        found = Counter({row["outcome"]: row["count_star()"] for row in rows})
    else:
        found = Counter(ran.stdout.splitlines())
    assert found == expected(READ_BY_OTHERS[line])
