"""A frozen world for pictures: an empty home, no animations, no keyring, no colours of the host."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep everything that differs between machines out of the pictures."""
    monkeypatch.setenv("WEBEX_WIZARD_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)
