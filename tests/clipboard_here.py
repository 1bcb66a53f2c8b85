"""A clipboard of a test's own: the program that this machine would run for it."""

import os
from pathlib import Path

import pyperclip
import pytest


def use_program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let a shell script be the clipboard's program, which is called as `xclip` is."""
    program = folder / "xclip"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    for name in ("copy", "paste"):
        monkeypatch.setattr(pyperclip, name, getattr(pyperclip, name))  # back again afterwards
    pyperclip.set_clipboard("xclip")


def have_clipboard(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a clipboard that is a file, and return it."""
    held = folder / "clipboard"
    use_program(folder, monkeypatch, f'case "$*" in *-o*) cat {held};; *) cat > {held};; esac')
    return held
