"""The journal keeps what was done, without secrets, whatever happens to its file."""

from pathlib import Path

import pytest

from tests.sessions import HOSTILE, NOW, webex_token
from wizard.errors import ProfileError
from wizard.journal import Journal, JournalEntry


def entry(subject: str = "token", **details: object) -> JournalEntry:
    return JournalEntry(at=NOW, step="token", action="stored", subject=subject, details=details)


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    assert list(journal) == []
    for subject in ("one", "two", "drei ä\u2028x"):
        journal.append(entry(subject, expires_at="later"))
    assert [made.subject for made in journal][:2] == ["one", "two"]
    assert len(list(journal)) == 3
    assert next(iter(journal)) == entry("one", expires_at="later")


def test_a_line_cut_off_by_a_crash_loses_itself_and_nothing_else(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    journal.append(entry("one"))
    journal.append(entry("two"))
    whole = journal.file.read_bytes()
    for length in range(len(whole) // 2 + 2, len(whole) - 1):
        journal.file.write_bytes(whole[:length])
        journal.append(entry("three"))
        assert [made.subject for made in journal] == ["one", "three"]


def test_no_token_reaches_the_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    token = webex_token()
    journal.append(entry(f"token {token}", note=f"access_token={token}", deep={"in": [token]}))
    assert token not in journal.file.read_text()
    assert len(list(journal)) == 1


def test_hostile_text_is_one_harmless_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    journal.append(entry(HOSTILE))
    (made,) = journal
    assert made.subject.isprintable()
    journal.file.write_text(
        '{"at":"2026-11-23T10:30:00Z","step":"\\u001b[2J","action":"x","subject":"a\\nb"}\n'
    )
    (made,) = journal
    assert (made.step, made.subject) == ("\N{REPLACEMENT CHARACTER}[2J", "a b")


def test_lines_that_are_no_entries_are_passed_over(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    journal.append(entry("one"))
    with journal.file.open("ab") as file:
        file.write(b"\n\n5\nnull\n{}\n\xff\xfe\n" + b"[" * 100_000 + b"\n")
    journal.append(entry("two"))
    assert [made.subject for made in journal] == ["one", "two"]


def test_a_journal_that_cannot_be_read_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        list(Journal(tmp_path))
    assert caught.value.code == "journal-unreadable"
