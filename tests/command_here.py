"""A command in this process: how it ends, and what it says on which stream."""

import io
import sys
from dataclasses import dataclass
from pathlib import Path

from wizard.cli import main


@dataclass(frozen=True)
class Ran:
    """What came of a command."""

    returncode: int
    stdout: str
    stderr: str


def run_here(*arguments: str | Path, given: str | bytes = "") -> Ran:
    """Run a command as `main` does; its environment and folder are those of this process."""
    content = given.encode() if isinstance(given, str) else given
    streams = sys.stdin, sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdin = _text(io.BytesIO(content))
    sys.stdout, sys.stderr = said = _text(out), _text(err)
    try:
        code = main([str(each) for each in arguments])
    except SystemExit as left:  # how argparse ends
        code = int(left.code or 0)
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    for stream in said:
        stream.flush()
    assert b"Traceback" not in err.getvalue()
    return Ran(code, out.getvalue().decode(), err.getvalue().decode())


def _text(content: io.BytesIO) -> io.TextIOWrapper:
    return io.TextIOWrapper(content, encoding="utf-8")
