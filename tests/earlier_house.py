"""What the version before this house has written: tests/data/earlier-house, as it left it."""

import shutil
from pathlib import Path

KEPT = Path(__file__).parent / "data" / "earlier-house"


def restored(state: str, settings: Path) -> Path:
    """Put one administrator's practice folder back, and return what their keyring held."""
    practice = settings / "practice"
    practice.mkdir(parents=True)
    for file in (KEPT / state).iterdir():
        if file.suffix in {".journal", ".mapping", ".state"} or file.name == "default.json":
            shutil.copy(file, practice)
    return Path(shutil.copy(KEPT / state / "keyring.json", settings / "keyring.json"))
