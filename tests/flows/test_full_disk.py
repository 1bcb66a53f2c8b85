"""A full disk under standard output is a sentence and exit code 1, whatever was asked."""

import subprocess
from pathlib import Path

import pytest

from tests.conversation import WIZARD, environment

FULL = Path("/dev/full")
FINDS = {"status", "test", "mapping", "drift", "preview"}
"""Commands whose 1 is something that was found."""
SCHEMA = Path(__file__).parents[2] / "assets/mapping/default-schema.json"

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("test", "--help"),
        ("mapping", "--help"),
        ("status",),
        ("status", "--json"),
        ("report", "--json"),
        ("test", "--json"),
        ("forget", "--json"),
        ("mapping", "eval", '"x"'),
        ("mapping", "eval", "--batch", "-"),
        ("mapping", "check", str(SCHEMA)),
        ("mapping", "check", "--json", str(SCHEMA)),
        ("undo",),
        ("setup", "--plain"),
        ("renew", "--plain"),
        ("handover", "--to", "file.age"),
        ("status", "--format", "prometheus"),
        ("drift", "--json"),
        ("preview", "--json"),
        ("preview", "--help"),
        ("start", "--plan", "file.jsonl", "--json"),
        ("report", "--verify", "--json"),
        ("mapping", "diff", str(SCHEMA), "profile", "--json"),
        ("mapping", "export", "--text", "--schema", str(SCHEMA)),
        ("completion", "bash"),
    ],
)
def test_a_full_disk_is_told(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with FULL.open("w") as full:
        ran = subprocess.run(
            [*WIZARD, *arguments],
            env=environment(tmp_path, WEBEX_WIZARD_HOME=str(tmp_path / "settings")),
            input='{"expression": "1"}\n',
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finds = arguments[0] in FINDS or "--verify" in arguments
    assert ran.returncode == (4 if finds else 1)
    assert "cannot be written to standard output: No space left on device." in ran.stderr
    assert "Code: output-lost" in ran.stderr
    assert len(ran.stderr.splitlines()) == 3


def test_nobody_who_can_be_told_is_no_failure(tmp_path: Path) -> None:
    with FULL.open("w") as full:
        ran = subprocess.run(
            [*WIZARD, "mapping", "eval", '"x"'],
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=full,
            text=True,
            check=False,
            timeout=60,
        )
    assert (ran.returncode, ran.stdout) == (0, '"x"\n')
