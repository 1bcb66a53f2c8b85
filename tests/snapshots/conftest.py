"""A frozen world for pictures: a profile in the middle of its setup, no animations, no keyring."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wizard.flow.plan import SETUP
from wizard.store.profiles import Profile, ProfileStore, StepRecord

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
DONE = ("prepare", "organization", "token", "connection")


@pytest.fixture(autouse=True)
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep everything that differs between machines and days out of the pictures."""
    monkeypatch.setenv("WEBEX_WIZARD_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def at_step(tmp_path: Path) -> Callable[[str], None]:
    """Store a profile that was left at a step."""

    def leave(step_id: str) -> None:
        profile = Profile.new("contoso", NOW).with_changes(
            organization_id="3f6b2c1a-8d4e-4f7a-9b0c-5e1d2a3b4c5d",
            steps={step: StepRecord(at=NOW) for step in DONE},
            reached=tuple(step.id for step in SETUP),
            at_step=step_id,
        )
        ProfileStore(tmp_path / "profiles").save(profile)

    return leave
