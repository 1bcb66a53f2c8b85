"""Marks: who says so, what became of it, and what marks of earlier versions may claim."""

import json
from pathlib import Path

import pytest

from tests.sessions import NOW, session_in
from wizard.flow.marks import (
    MARK_LETTERS,
    MARK_SIGNS,
    MARK_WORDS,
    mark_in_words,
    mark_of,
    signs_for,
    steps_of,
)
from wizard.flow.plan import SETUP, STEPS
from wizard.flow.session import Flow
from wizard.store.marks import Mark
from wizard.store.profiles import StepRecord

PREVIEW = STEPS["preview"]
SHOWN = (Mark.SEEN, Mark.SAID, Mark.ATTENTION, Mark.FAILED, Mark.SKIPPED, Mark.OPEN)


def test_each_mark_has_a_sign_a_letter_and_a_word_of_its_own() -> None:
    for table in (MARK_SIGNS, MARK_LETTERS, MARK_WORDS):
        assert set(table) == set(SHOWN)
        assert len(set(table.values())) == len(SHOWN)
    assert "".join(MARK_LETTERS.values()).isascii()


@pytest.mark.parametrize(
    ("encoding", "first"),
    [("utf-8", "✓"), ("ascii", "v"), ("cp1252", "v"), (None, "v"), ("?", "v")],
)
def test_letters_stand_where_signs_cannot(encoding: str | None, first: str) -> None:
    assert signs_for(encoding)[Mark.SEEN] == first


@pytest.mark.parametrize("mark", SHOWN[:-1])
def test_a_mark_is_kept_with_its_time_and_only_what_is_seen_or_said_is_done(
    mark: Mark, tmp_path: Path
) -> None:
    session_in(tmp_path).tick("application", mark=mark)
    session = session_in(tmp_path)
    assert session.mark_of("application") is mark
    assert session.is_done("application") is (mark in {Mark.SEEN, Mark.SAID})
    assert (
        mark_in_words(session.profile, "application") == f"{MARK_WORDS[mark]}, 2026-11-23 10:30 UTC"
    )
    session.untick("application")
    assert session_in(tmp_path).mark_of("application") is Mark.OPEN


EARLIER = [
    *((step_id, "", Mark.SEEN) for step_id in ("prepare", "token", "connection", "new-token")),
    ("sign-in", "signed in", Mark.SEEN),
    ("sign-in", "by hand", Mark.SAID),
    ("organization", "", Mark.SAID),
    *((step.id, "", Mark.SAID) for step in SETUP[5:]),
    ("replacement", "The old token is revoked.", Mark.SAID),
]


@pytest.mark.parametrize(("step_id", "note", "mark"), EARLIER)
def test_a_mark_of_an_earlier_version_claims_no_more_than_it_knew(
    step_id: str, note: str, mark: Mark, tmp_path: Path
) -> None:
    assert step_id in STEPS
    profile = session_in(tmp_path).profile
    kept = json.loads(profile.model_dump_json()) | {"steps": {step_id: {"at": str(NOW)}}}
    kept["steps"][step_id]["note"] = note
    del kept["undone"]
    assert mark_of(type(profile).model_validate(kept), step_id) is mark


def test_a_mark_of_a_later_version_neither_damages_the_profile_nor_claims_anything(
    tmp_path: Path,
) -> None:
    file = tmp_path / "default.json"
    session_in(tmp_path).tick("start")
    content = json.loads(file.read_text())
    content["undone"]["scope"] = {"at": str(NOW), "mark": "half done"}
    content["steps"]["start"]["mark"] = "seen twice"
    del content["check"]
    file.write_text(json.dumps(content))
    session = session_in(tmp_path)
    assert session.mark_of("scope") is Mark.ATTENTION
    assert session.mark_of("start") is Mark.SAID


def test_what_is_seen_now_keeps_what_was_noted(tmp_path: Path) -> None:
    earlier = StepRecord(at=NOW, note="The old token is revoked.", mark=Mark.SAID)
    session = session_in(tmp_path, steps={"replacement": earlier})
    session.tick_seen("replacement")
    assert session.profile.steps["replacement"].note == earlier.note
    assert session.mark_of("replacement") is Mark.SEEN


def test_two_windows_agree_on_one_mark_of_a_step(tmp_path: Path) -> None:
    session_in(tmp_path).tick("scope")
    one, other = session_in(tmp_path), session_in(tmp_path)
    one.tick("scope", mark=Mark.FAILED)
    other.tick("assignment", mark=Mark.SKIPPED)
    session = session_in(tmp_path)
    assert session.mark_of("scope") is Mark.FAILED
    assert session.mark_of("assignment") is Mark.SKIPPED
    assert session.profile.steps == {}


def test_a_setup_that_went_past_where_there_is_another_step_by_now_is_not_asked_for_it(
    tmp_path: Path,
) -> None:
    before = tuple(step.id for step in SETUP if step is not PREVIEW)
    profile = session_in(tmp_path, reached=before).profile
    assert PREVIEW not in steps_of(profile)
    assert PREVIEW in steps_of(profile.with_changes(reached=before[:8])), "it is yet to come"
    assert steps_of(profile.with_changes(reached=(*before, PREVIEW.id))) == SETUP
    flow = Flow(SETUP, session_in(tmp_path, reached=before))
    assert flow.can_go(PREVIEW.id), "and can be done all the same"
    assert not Flow(SETUP, session_in(tmp_path, reached=before[:8])).can_go(PREVIEW.id)
