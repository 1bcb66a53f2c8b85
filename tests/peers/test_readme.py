"""The README as a newcomer follows it: in a fresh clone, with pip, uv and pipx, in a terminal."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme import FORGET, INSTALLED, PRACTISED, ROOT
from tests.screen import TerminalScreen

GREETING = "Which path fits me?"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("newcomer") / "clone"
    subprocess.run(["git", "clone", "--quiet", f"file://{ROOT}", folder], check=True)
    return folder


@pytest.fixture(scope="module")
def env(clone: Path) -> dict[str, str]:
    """Return the environment of somebody whose pipx is the one that uv brings."""
    own = clone.parent
    programs = own / "programs"
    programs.mkdir()
    (programs / "pipx").write_text('#!/bin/sh\nexec uv tool run --quiet pipx "$@"\n')
    (programs / "pipx").chmod(0o755)
    folders = {
        "WEBEX_WIZARD_HOME": own / "settings",
        "UV_TOOL_DIR": own / "tools",
        "UV_TOOL_BIN_DIR": own / "bin",
        "PIPX_HOME": own / "pipx",
        "PIPX_BIN_DIR": own / "bin",
    }
    kept = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
    ours = Path(sys.prefix, "bin")  # whose Python has no pip; a newcomer has none of it
    theirs = [each for each in os.environ["PATH"].split(os.pathsep) if Path(each) != ours]
    return kept | {
        **{name: str(folder) for name, folder in folders.items()},
        "PATH": os.pathsep.join([str(programs), str(clone / ".uv" / "bin"), *theirs]),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "UV_NO_PROGRESS": "1",
    }


def test_each_first_command_ends_on_the_welcome_screen_and_leaves_nothing(
    clone: Path, env: dict[str, str]
) -> None:
    for line in PRACTISED:
        ready = f"{line.rpartition(' run ')[0]} run webex-wizard --version"
        subprocess.run(["bash", "-c", ready], cwd=clone, env=env, check=True)
        shown = ["/bin/bash", "-c", f"cd {shlex.quote(str(clone))} && {line}"]
        with TerminalScreen(shown, env) as screen:
            screen.until(GREETING, "PRACTICE")
            screen.press("ctrl+q")
            screen.exit_code()
    subprocess.run(["bash", "-c", FORGET], cwd=clone, env=env, check=True)
    assert not Path(env["WEBEX_WIZARD_HOME"]).exists()


@pytest.mark.parametrize("line", INSTALLED)
def test_what_is_installed_runs_and_is_taken_away_again(
    line: str, clone: Path, env: dict[str, str]
) -> None:
    program = clone.parent / "bin" / "webex-wizard"
    subprocess.run(["bash", "-c", line], cwd=clone, env=env, check=True)
    said = subprocess.run([program, "status"], env=env, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (3, "Nothing is set up yet.\n")
    subprocess.run(["bash", "-c", INSTALLED[line]], cwd=clone, env=env, check=True)
    assert not program.exists()
