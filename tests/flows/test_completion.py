"""Completion, tried in a real bash."""

import subprocess
from pathlib import Path

from tests.command_here import run_here
from wizard.commands.arguments import COMMANDS

CASES = {
    ("re",): {"renew", "report"},
    ("status", "--al"): {"--allow-keyring"},
    ("handover", "--"): {"--to", "--from", "--help"},
    ("mapping", ""): {"eval", "check"},
    ("mapping", "check", "--p"): {"--people"},
    ("completion", "p"): {"powershell"},
    ("practice", "--shell", ""): {"posix", "powershell"},
    ("report", "--facts", "fac"): {"facts.json"},
    ("--pra",): {"--practice"},
}


def script_for(shell: str) -> str:
    said = run_here("completion", shell)
    assert (said.returncode, said.stderr) == (0, "")
    return said.stdout


def test_bash_completes_commands_options_values_and_files(tmp_path: Path) -> None:
    (tmp_path / "facts.json").touch()
    tries = "\n".join(f"try {' '.join(repr(word) for word in words)}" for words in (*CASES, ("",)))
    said = subprocess.run(
        ["bash", "--norc"],
        input=f"""{script_for("bash")}
            try() {{
                COMP_WORDS=(webex-wizard "$@") COMP_CWORD=$# COMPREPLY=()
                _shtab_webex_wizard; echo "${{COMPREPLY[*]}}"
            }}
            {tries}""",
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    *lines, all_commands = said.stdout.splitlines()
    for (words, wanted), line in zip(CASES.items(), lines, strict=True):
        assert wanted <= set(line.split()), words
        assert all(found.startswith(words[-1]) for found in line.split()), words
    assert set(COMMANDS) <= set(all_commands.split())
    assert said.stderr == ""
