"""The data files that ship beside the code."""

from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "assets"


def asset(name: str) -> str:
    """Return the text of a bundled data file, named relative to `assets/`."""
    return (ASSETS / name).read_text(encoding="utf-8")
