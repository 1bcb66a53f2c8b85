"""In plain prompts, an organization of the command line is never passed over in silence."""

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.conversation_here import ConversationHere
from tests.sessions import NOW, ORGANIZATION, facts, session_in
from wizard.store.profiles import StepRecord

pytestmark = [pytest.mark.usefixtures("env"), pytest.mark.port_3000]

OTHER = "e4a0f2d8-31b6-4c97-9f12-5ad0b7c6e802"
DRESSED = base64.b64encode(f"ciscospark://us/ORGANIZATION/{ORGANIZATION}".encode()).decode()
QUESTIONS = ("Enter goes on:", "Organization ID", "Practice: type p", "Step ")


def asked(command: str, organization: str) -> ConversationHere:
    return ConversationHere([command, "--plain", "--practice", "--organization", organization])


def profile(tmp_path: Path, at_step: str, **known: Any) -> None:
    folder = tmp_path / "settings" / "practice"
    steps = {name: StepRecord(at=NOW) for name in ("prepare", "organization")}
    known = known or {"organization_id": ORGANIZATION}
    session_in(folder, at_step=at_step, reached=(*steps, "token"), steps=steps, **known)


@pytest.mark.parametrize("command", ["setup", "renew"])
@pytest.mark.parametrize("at_step", ["prepare", "organization", "token"])
def test_another_organization_than_the_profiles_is_refused_before_anything_is_asked(
    tmp_path: Path, command: str, at_step: str
) -> None:
    profile(tmp_path, at_step)
    with asked(command, OTHER) as told:
        assert told.end() == 1
        assert f"is about organization {ORGANIZATION}" in told.output
        assert "Keep one profile for each organization" in told.output
        assert "Code: profile-of-another-organization" in told.output
        assert not any(question in told.output for question in QUESTIONS)


def test_an_organization_that_only_the_token_tells_counts_too(tmp_path: Path) -> None:
    profile(tmp_path, "token", token=facts())
    with asked("setup", OTHER) as told:
        assert told.end() == 1
        assert "Code: profile-of-another-organization" in told.output


@pytest.mark.parametrize("command", ["setup", "renew"])
def test_the_same_organization_in_another_dress_is_fine(tmp_path: Path, command: str) -> None:
    profile(tmp_path, "token")
    with asked(command, DRESSED) as told:
        told.until("Practice: type p")
        told.answer("q")
        assert told.end() == 130
