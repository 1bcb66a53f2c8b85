"""Whatever happens to a file that we wrote: it is said, and nothing is lost or written over."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sessions import NOW, ORGANIZATION, ended, facts, session_in
from wizard.errors import MappingError, ProfileError
from wizard.flow.session import Session
from wizard.machine.files import Altered, with_check, without_check
from wizard.mapping.document import MappingDocument
from wizard.practice.process import set_aside_notice
from wizard.reports.status import standings
from wizard.steps.mapping_file import MappingFile
from wizard.store.journal import Action
from wizard.store.profiles import ProfileStore


def whole(folder: Path) -> Session:
    """Return a session with a profile, a journal and a mapping on the disk."""
    for file in folder.iterdir():
        file.unlink()
    session = session_in(folder, organization_id=ORGANIZATION, token=facts(), at_step="mapping")
    ended(session.log("token", Action.STORED, "current token"))
    MappingFile(session.profiles).keep(session, MappingDocument.default().without("displayName"))
    return session


def altered(content: bytes, place: int, letter: int) -> bytes:
    place %= len(content)
    return content[:place] + bytes([letter]) + content[place + 1 :]


places = st.integers(0, 1_000_000)
letters = st.integers(0, 255)


@given(places, letters)
def test_a_letter_changed_in_a_profile_is_said_or_changes_nothing(
    tmp_path: Path, place: int, letter: int
) -> None:
    session = whole(tmp_path)
    file = session.profiles.path("default")
    content = altered(file.read_bytes(), place, letter)
    file.write_bytes(content)
    try:
        assert ProfileStore(tmp_path).load("default") == session.profile
    except ProfileError:
        with pytest.raises(ProfileError):
            session.tick("scope")
        assert file.read_bytes() == content
        (found,) = standings(session.profiles, NOW)
        assert not found.healthy


def test_a_missing_line_or_a_cut_of_a_profile_is_said(tmp_path: Path) -> None:
    session = whole(tmp_path)
    file = session.profiles.path("default")
    content = file.read_bytes()
    lines = content.splitlines(keepends=True)
    check = next(number for number, line in enumerate(lines) if b'"check"' in line)
    broken = [b"".join((*lines[:at], *lines[at + 1 :])) for at in range(len(lines)) if at != check]
    for each in (*broken, content[:-3], content[: len(content) // 2], b"\x00" * 50):
        file.write_bytes(each)
        with pytest.raises(ProfileError) as caught:
            session.profiles.load("default")
        assert caught.value.code == "profile-damaged"


def test_a_profile_changed_by_hand_says_what_to_do(tmp_path: Path) -> None:
    session = whole(tmp_path)
    file = session.profiles.path("default")
    file.write_text(file.read_text().replace('"at_step": "mapping"', '"at_step": "scope"'))
    with pytest.raises(ProfileError) as caught:
        session.refresh()
    assert 'take the line with "check" out of it' in caught.value.hint
    known = json.loads(file.read_text())
    del known["check"]
    file.write_text(json.dumps(known))
    session.refresh()
    assert session.profile.at_step == "scope"


@given(places, letters)
def test_a_letter_changed_in_a_mapping_is_said_or_changes_nothing(
    tmp_path: Path, place: int, letter: int
) -> None:
    session = whole(tmp_path)
    file = session.profiles.mapping_path("default")
    mapping = MappingFile(session.profiles)
    known = mapping.document(session)
    content = altered(file.read_bytes(), place, letter)
    file.write_bytes(content)
    mapping = MappingFile(session.profiles)
    try:
        assert mapping.document(session).schema.as_json() == known.schema.as_json()
    except MappingError:
        mapping.keep(session, MappingDocument.default())
        (aside,) = tmp_path.glob("default.mapping.damaged-*")
        assert aside.read_bytes() == content
        assert mapping.document(session).is_default


def test_a_snapshot_that_was_changed_is_not_written_back(tmp_path: Path) -> None:
    session = whole(tmp_path)
    mapping = MappingFile(session.profiles)
    name = mapping.take_snapshot(session, MappingDocument.default())
    file = next(tmp_path.glob("default.mapping-*"))
    file.write_text(file.read_text().replace("displayName", "displayNane", 1))
    with pytest.raises(MappingError) as caught:
        mapping.snapshot(session, name)
    assert caught.value.code == "mapping-damaged"


def test_a_mapping_of_an_earlier_version_is_read(tmp_path: Path) -> None:
    session = whole(tmp_path)
    file = session.profiles.mapping_path("default")
    file.write_bytes(without_check(file.read_bytes()))
    assert b"check" not in file.read_bytes()
    assert not MappingFile(session.profiles).document(session).is_default


def test_a_mapping_that_another_window_changed_is_not_written_over(tmp_path: Path) -> None:
    session = whole(tmp_path)
    mine, theirs = MappingFile(session.profiles), MappingFile(session.profiles)
    document = mine.document(session)
    target = document.rows[-1].target
    theirs.keep(session, theirs.document(session).without(target))
    with pytest.raises(MappingError) as caught:
        mine.keep(session, document)
    assert caught.value.code == "mapping-changed"
    again = MappingFile(session.profiles)
    assert target not in [row.target for row in again.document(session).rows]
    again.keep(session, document)
    again.keep(session, document.without(target))


def test_a_damaged_journal_needs_attention(tmp_path: Path) -> None:
    session = whole(tmp_path)
    assert standings(session.profiles, NOW)[0].healthy
    session.journal.file.write_bytes(b"x\n")
    (found,) = standings(session.profiles, NOW)
    assert "line 1 is damaged" in found.attention
    assert not found.healthy


@pytest.mark.parametrize("content", [b"\x00\xff", b'{"directory": {', b"[" * 100_000])
def test_a_damaged_practice_is_set_aside_and_said(tmp_path: Path, content: bytes) -> None:
    state = tmp_path / "tenant.state"
    assert set_aside_notice(state) == ""
    state.write_text(with_check('{"a": 1}'))
    assert set_aside_notice(state) == ""
    state.write_bytes(content)
    assert "set aside as tenant.state.damaged-1" in set_aside_notice(state)
    assert (tmp_path / "tenant.state.damaged-1").read_bytes() == content
    assert not state.exists()


@given(st.dictionaries(st.text(), st.text(), min_size=1), places, letters)
def test_a_check_sees_every_letter(known: dict[str, str], place: int, letter: int) -> None:
    document = with_check(json.dumps(known)).encode()
    assert json.loads(without_check(document)) == known
    changed = altered(document, place, letter)
    try:
        read = json.loads(without_check(changed))
    except (Altered, ValueError):
        return
    read.pop("check", None)
    assert {key: read.get(key) for key in known if key != "check"} == {
        key: value for key, value in known.items() if key != "check"
    }


def test_a_deleted_profile_takes_no_file_of_another_one(tmp_path: Path) -> None:
    snapshot = "mapping-20261123T103000-0123abcd"
    mine = [
        *("x.json", "x.mapping", "x.journal", f"x.{snapshot}", ".x.json.abcd1234"),
        *("x.mapping.damaged-1", f".x.{snapshot}.abcd1234"),
    ]
    others = (
        "x.mapping-eu.json",
        "x.mapping-eu.mapping",
        "x.mapping-eu.journal",
        f"x.mapping-eu.{snapshot}",
        "x.json.json",
        ".x.json.json.abcd1234",
        "X.json",
        "xx.json",
        f"x.{snapshot}.json",
    )
    for name in (*mine, *others, ".x.lock"):
        (tmp_path / name).write_text("{}")
    ProfileStore(tmp_path).delete("x")
    assert {file.name for file in tmp_path.iterdir()} == {*others, ".lock", ".x.lock"}


def test_the_folder_stays_while_anything_else_is_in_it(tmp_path: Path) -> None:
    session = whole(tmp_path)
    session.profiles.sweep()
    assert session.profiles.names() == ["default"]
    session.profiles.delete("default")
    (tmp_path / "notes.txt").write_text("mine")
    session.profiles.sweep()
    assert (tmp_path / "notes.txt").exists()
