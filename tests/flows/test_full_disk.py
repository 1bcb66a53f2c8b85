"""A full disk under standard output is a sentence and exit code 1, whatever was asked."""

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conversation import WIZARD, environment
from wizard.cli import main
from wizard.machine import streams

FULL = Path("/dev/full")
FINDS = {"status", "test", "mapping", "drift", "preview"}
"""Commands whose 1 is something that was found."""
SCHEMA = Path(__file__).parents[2] / "assets/mapping/default-schema.json"

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


def _is_told(arguments: tuple[str, ...], code: int, said: str) -> None:
    finds = arguments[0] in FINDS or "--verify" in arguments
    assert code == (4 if finds else 1)
    assert "cannot be written to standard output: No space left on device." in said
    assert "Code: output-lost" in said
    assert len(said.splitlines()) == 3


@contextmanager
def _prepared(given: str, out: Path, err: Path) -> Iterator[None]:
    """Let standard streams be what a process of its own makes of them."""
    names = ("stdin", "stdout", "stderr", "__stdout__", "__stderr__")
    before = {name: getattr(sys, name) for name in names}
    with out.open("w") as full, err.open("w") as said:
        here = (io.TextIOWrapper(io.BytesIO(given.encode())), full, said, full, said)
        for name, stream in zip(names, here, strict=True):
            setattr(sys, name, stream)
        try:
            streams.prepare(own=True)
            yield
            for written in (sys.stdout, sys.stderr):
                written.flush()  # nothing is left for the next file with this number
        finally:
            for name, stream in before.items():
                setattr(sys, name, stream)


@pytest.mark.usefixtures("env", "no_keyring")
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
    err = tmp_path / "err"
    with _prepared('{"expression": "1"}\n', FULL, err):
        try:
            code = main([*arguments])
        except SystemExit as left:  # how argparse ends
            code = int(left.code or 0)
    _is_told(arguments, code, err.read_text())


@pytest.mark.parametrize(
    "arguments", [("--version",), ("status", "--json"), ("mapping", "eval", '"x"'), ("undo",)]
)
def test_a_full_disk_is_told_by_a_process(arguments: tuple[str, ...], tmp_path: Path) -> None:
    with FULL.open("w") as full:
        ran = subprocess.run(
            [*WIZARD, *arguments],
            env=environment(tmp_path, WEBEX_WIZARD_HOME=str(tmp_path / "settings")),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    _is_told(arguments, ran.returncode, ran.stderr)


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
