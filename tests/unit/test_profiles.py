"""Profiles come back as they were stored, or are named as damaged and left alone."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sessions import HOSTILE, NOW, facts, session_in, webex_token
from wizard.errors import InvalidInput, ProfileError
from wizard.reports.status import standings
from wizard.store.fields import Record
from wizard.store.journal import JournalEntry
from wizard.store.marks import Mark
from wizard.store.profile_names import checked_name
from wizard.store.profiles import Profile, ProfileStore, StepRecord, TokenFacts
from wizard.store.test_record import TestRecord

WHOLE = {
    "schema_version": 1,
    "name": "default",
    "created_at": "2026-11-23T10:30:00Z",
    "updated_at": "2026-11-23T10:30:00Z",
}


def full_profile() -> Profile:
    return Profile.new("default", NOW).with_changes(
        organization_id="7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701",
        token=facts(),
        steps={"token": StepRecord(at=NOW, note="kept")},
        at_step="connection",
        reached=("prepare", "token"),
        last_test=TestRecord(
            at=NOW, verdict="failed", entra_says="failure", writes="no", failed=("dns-failed",)
        ),
    )


def test_a_profile_comes_back_as_it_was_stored(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "profiles")
    store.save(full_profile())
    assert store.load("default") == full_profile()
    assert store.names() == ["default"]
    assert store.exists("default")


def test_without_a_folder_there_are_no_profiles(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "none")
    assert (store.names(), store.load("default"), store.exists("default")) == ([], None, False)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        json.dumps(WHOLE).encode()[:-5],
        b"null",
        b"[]",
        b"5",
        b'"text"',
        b"{}",
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"\x00\xff\xfe" * 100,
        b"\xef\xbb\xbf{}",
        json.dumps(WHOLE | {"schema_version": None}).encode(),
        json.dumps(WHOLE | {"schema_version": "one"}).encode(),
        json.dumps(WHOLE | {"steps": []}).encode(),
        json.dumps(WHOLE | {"steps": {"token": 5}}).encode(),
        json.dumps(WHOLE | {"token": "secret"}).encode(),
        json.dumps(WHOLE | {"token": {"organization_id": "x"}}).encode(),
        json.dumps(WHOLE | {"reached": {"a": 1}}).encode(),
        json.dumps(WHOLE | {"created_at": "yesterday"}).encode(),
        json.dumps(WHOLE | {"created_at": "0001-01-01T00:00:00+14:00"}).encode(),
        json.dumps(WHOLE).replace("1,", "1" * 5000 + ",", 1).encode(),
    ],
)
def test_a_damaged_profile_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "default.json"
    file.write_bytes(content)
    store = ProfileStore(tmp_path)
    with pytest.raises(ProfileError) as caught:
        store.load("default")
    assert caught.value.code == "profile-damaged"
    assert "default.json" in caught.value.message
    (found,) = standings(store, NOW)
    assert not found.healthy
    assert found.sentence.startswith("default: The profile file ")
    assert file.read_bytes() == content


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_bytes_break_the_list_of_profiles(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "default.json").write_bytes(content)
    (found,) = standings(ProfileStore(tmp_path), NOW)
    assert not found.healthy


@given(
    st.sampled_from([each.name for each in fields(Profile)]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=5,
    ),
)
def test_no_value_breaks_the_list_of_profiles(tmp_path: Path, key: str, value: object) -> None:
    (tmp_path / "default.json").write_text(json.dumps(WHOLE | {key: value}))
    (found,) = standings(ProfileStore(tmp_path), NOW)
    assert found.profile == "default"
    assert found.sentence


def test_a_session_never_begins_over_a_damaged_profile(tmp_path: Path) -> None:
    (tmp_path / "default.json").write_text("{")
    with pytest.raises(ProfileError):
        session_in(tmp_path)
    assert (tmp_path / "default.json").read_text() == "{"


def test_a_newer_profile_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "default.json").write_text(json.dumps({"schema_version": 2, "all": "different"}))
    with pytest.raises(ProfileError) as caught:
        ProfileStore(tmp_path).load("default")
    assert caught.value.code == "profile-newer"


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be nobody for a while where the administrator of the machine, who reads everything, tests."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_an_unreadable_folder_is_explained(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    try:
        with unprivileged():
            with pytest.raises(ProfileError):
                ProfileStore(tmp_path).names()
            with pytest.raises(ProfileError):
                ProfileStore(tmp_path).load("default")
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_in_the_place_of_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "default.json").mkdir()
    store = ProfileStore(tmp_path)
    with pytest.raises(ProfileError):
        store.load("default")
    with pytest.raises(ProfileError):
        store.save(full_profile())
    with pytest.raises(ProfileError):
        store.delete("default")
    (tmp_path / "default.json").rmdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(ProfileError):
        ProfileStore(tmp_path / "file").names()


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "/etc/passwd",
        "-x",
        "x" * 41,
        "a b",
        "a\n",
        "ä",
        "a:b",
        "a\0",
        "NUL",
        "con",
        "com1.old",
        "~",
        "$HOME",
    ],
)
def test_a_name_that_is_no_safe_file_name_is_refused(tmp_path: Path, name: str) -> None:
    store = ProfileStore(tmp_path)
    for use in (checked_name, store.load, store.delete, store.path, store.mapping_path):
        with pytest.raises(InvalidInput):
            use(name)


@pytest.mark.parametrize("name", ["default", "contoso-eu_2", "A.b", "1", "x" * 40, "console"])
def test_an_ordinary_name_is_fine(name: str) -> None:
    assert checked_name(name) == name


def test_files_with_other_names_are_passed_over(tmp_path: Path) -> None:
    for name in ("-x.json", "nul.json", "a b.json", "x.mapping", "x.journal", ".x.json.tmp"):
        (tmp_path / name).write_text("{}")
    assert ProfileStore(tmp_path).names() == []


def test_a_copied_file_is_a_profile_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "copy.json").write_text(json.dumps(WHOLE | {"name": "../../default"}))
    session_in(tmp_path, "copy").tick("prepare")
    assert sorted(file.name for file in tmp_path.iterdir()) == [".lock", "copy.json"]


def test_halves_of_characters_do_not_stop_a_profile_from_being_saved(tmp_path: Path) -> None:
    half = {"organization_id": "\ud800", "at_step": "\ud800", "reached": ["\ud800"]}
    step = {"steps": {"\ud800": {"at": "2026-11-23T10:30:00Z", "note": "\ud800"}}}
    (tmp_path / "default.json").write_text(json.dumps(WHOLE | half | step))
    session_in(tmp_path).tick("prepare")
    assert "\\ud800" not in (tmp_path / "default.json").read_text()


def test_a_deleted_profile_leaves_nothing_behind(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    session.tick("prepare")
    session.profiles.mapping_path("default").write_text("{}")
    session.journal.append(JournalEntry(at=NOW, step="prepare", action="made", subject="x"))
    for _ in range(2):
        session.profiles.delete("default")
        session.profiles.sweep()
    assert not tmp_path.exists()


def test_a_failed_save_changes_nothing_in_the_session_either(tmp_path: Path) -> None:
    session = session_in(tmp_path, at_step="token")
    (tmp_path / "default.json").unlink()
    (tmp_path / "default.json").mkdir()
    with pytest.raises(ProfileError):
        session.change(at_step="connection")
    assert session.profile.at_step == "token"


def test_hostile_text_and_tokens_in_a_profile_become_harmless(tmp_path: Path) -> None:
    token = webex_token()
    known = facts(
        organization_id=HOSTILE,
        email=HOSTILE,
        display_name=f"me {token}",
        roles=(HOSTILE,),
        scopes=(token,),
    )
    session_in(tmp_path, token=known, organization_id=HOSTILE)
    text = (tmp_path / "default.json").read_text()
    assert token not in text
    for forbidden in ("\x1b", "\\u001b", "\u202e"):
        assert forbidden not in text
    assert "[@click=app.quit]pwn[/]" in known.email


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23T10:30:00", datetime(2026, 11, 23, 10, 30, tzinfo=UTC)),
        ("2026-11-23T10:30:00+02:00", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
    ],
)
def test_times_are_in_utc_also_without_a_zone(text: str, moment: datetime) -> None:
    assert StepRecord.model_validate({"at": text}).at == moment


@pytest.mark.parametrize(
    ("lifetime", "warning"), [(365, 30), (180, 30), (90, 15), (45, 7.5), (0.25, 0.25 / 6)]
)
def test_renewal_is_due_30_days_or_a_sixth_of_the_life_before_the_end(
    lifetime: float, warning: float
) -> None:
    known = facts(days=lifetime, lifetime=lifetime)
    due = known.expires_at - timedelta(days=warning)
    assert known.renewal_at == due
    assert known.needs_renewal(due)
    assert not known.needs_renewal(due - timedelta(seconds=1))


def test_a_clock_that_goes_backwards_breaks_nothing() -> None:
    known = facts(days=45, lifetime=45)
    earlier = NOW - timedelta(days=400)
    assert known.days_left(earlier) == 445
    assert not known.needs_renewal(earlier)
    backwards = facts(days=1, lifetime=-10)
    assert backwards.renewal_at == backwards.expires_at


def test_a_token_that_ended_has_negative_days() -> None:
    assert facts(days=-0.5).days_left(NOW) == -1
    assert facts(days=0.5).days_left(NOW) == 0
    assert facts(days=-0.5).needs_renewal(NOW)


def test_times_at_the_edge_of_the_calendar_break_nothing() -> None:
    for text in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        at = TokenFacts.model_validate(
            {"organization_id": "", "obtained_at": text, "expires_at": text}
        )
        assert at.renewal_at == at.expires_at
        assert isinstance(at.days_left(NOW), int)


def test_a_name_that_differs_only_by_case_means_the_stored_profile(tmp_path: Path) -> None:
    session_in(tmp_path, "Contoso", at_step="token")
    store = ProfileStore(tmp_path)
    assert store.known_as("contoso") == store.known_as("CONTOSO") == "Contoso"
    assert store.known_as("contoso-2") == "contoso-2"
    with pytest.raises(InvalidInput) as caught:
        session_in(tmp_path, "contoso", at_step="token")
    assert caught.value.code == "profile-ambiguous"
    assert "--profile Contoso" in caught.value.hint
    assert store.names() == ["Contoso"]


def test_two_profiles_of_an_earlier_version_both_stay_reachable(tmp_path: Path) -> None:
    for name in ("Contoso", "contoso"):
        (tmp_path / f"{name}.json").write_text(json.dumps(WHOLE | {"name": name}))
    store = ProfileStore(tmp_path)
    if len(store.names()) == 1:
        pytest.skip("this disk does not tell case apart")
    for name in ("Contoso", "contoso"):
        session_in(tmp_path, name).tick("prepare", name)
    for name, other in (("Contoso", "contoso"), ("contoso", "Contoso")):
        assert store.known_as(name) == name
        loaded = store.load(name)
        assert loaded is not None
        assert loaded.steps["prepare"].note == name
        (found,) = (each for each in standings(store, NOW) if each.profile == name)
        assert f"differs only by case: {other}" in found.sentence
    with pytest.raises(InvalidInput) as caught:
        store.known_as("CONTOSO")
    assert "Contoso, contoso" in caught.value.message


def test_what_an_earlier_version_did_not_tell_is_told_by_every_name() -> None:
    told = {"at": "2026-01-01T00:00:00", "verdict": "passed", "entra_says": "", "writes": ""}
    found = TestRecord.model_validate(told)
    assert found == TestRecord(
        at=datetime(2026, 1, 1, tzinfo=UTC), verdict="passed", entra_says="", writes=""
    )
    assert vars(found).keys() == found.model_dump().keys() == {*told, "failed", "checks"}
    entry = JournalEntry.model_validate(
        {"at": told["at"], "step": "s", "action": "a", "subject": ""}
    )
    assert JournalEntry.model_validate(json.loads(entry.line())) == entry


def test_a_mark_of_a_later_version_is_one_that_is_not_told() -> None:
    found = StepRecord.model_validate({"at": "2026-01-01T00:00:00", "mark": "a new one"})
    assert found.mark is Mark.UNTOLD
    with pytest.raises(ValueError, match="mark"):
        StepRecord.model_validate({"at": "2026-01-01T00:00:00", "mark": 3})


def test_what_a_record_would_not_check_is_a_mistake() -> None:
    class Foreign(Record):
        name: Annotated[str, "is checked by somebody else"]

    with pytest.raises(TypeError, match="nobody makes anything of"):
        Foreign(name="x")
