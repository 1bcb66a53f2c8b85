"""The scripts of completion, read by the shells they are for; bash runs its own in the flows."""

import subprocess
from pathlib import Path

import pytest

from tests.command_here import run_here


@pytest.mark.parametrize(
    "shell",
    [
        pytest.param("zsh", marks=pytest.mark.peer("zsh")),
        pytest.param("fish", marks=pytest.mark.peer("fish")),
    ],
)
def test_a_shell_reads_its_script(shell: str, tmp_path: Path) -> None:
    said = run_here("completion", shell)
    assert (said.returncode, said.stderr) == (0, "")
    file = tmp_path / "script"
    file.write_text(said.stdout)
    subprocess.run([shell, "-n", str(file)], capture_output=True, timeout=60, check=True)
