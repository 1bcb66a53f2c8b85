"""The journal keeps what was done, without secrets, whatever happens to its file."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sessions import HOSTILE, NOW, webex_token
from wizard.errors import ProfileError
from wizard.store.history import History
from wizard.store.journal import Change, Journal, JournalEntry


def entry(subject: str = "token", **details: object) -> JournalEntry:
    return JournalEntry(at=NOW, step="token", action="stored", subject=subject, details=details)


def subjects(journal: Journal) -> list[str]:
    return [made.subject for made in History(journal).entries]


def test_entries_come_back_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    assert list(journal) == []
    for subject in ("one", "two", "drei ä\u2028x"):
        journal.append(entry(subject, expires_at="later"))
    assert subjects(journal)[:2] == ["one", "two"]
    assert len(list(journal)) == 3
    assert next(iter(journal)) == entry("one", expires_at="later")


def test_changes_come_back_without_their_verb_and_braces_in_them_are_text(tmp_path: Path) -> None:
    change = Change("Fill {subject} from {after} instead of {before}.", "title", "{after}", "[x]")
    assert change.words == "Fill title from [x] instead of {after}."
    journal = Journal(tmp_path / "default.journal")
    journal.append(entry().model_copy(update={"changes": (change,)}))
    (made,) = History(journal).entries
    assert made.changes == (Change("", "title", "{after}", "[x]"),)
    assert b"Fill" not in journal.file.read_bytes()


def test_a_long_text_is_kept_whole_and_told_where_it_differs(tmp_path: Path) -> None:
    one, other = (f"Switch([city], {'x' * 990}{letter}{'y' * 990})" for letter in "ab")
    change = Change("Fill {subject} from {after} instead of {before}.", "title", one, other)
    for letter, begin in (("a", "instead of"), ("b", "from")):
        shown = f"{'x' * 40}{letter}{'y' * 459}"
        assert f" {begin} …{shown}… ({len(one):,} characters)" in change.words
    journal = Journal(tmp_path / "default.journal")
    journal.append(entry().model_copy(update={"changes": (change,)}))
    ((kept,),) = (made.changes for made in History(journal).entries)
    assert (kept.before, kept.after) == (one, other)


def test_a_long_text_is_cut_at_its_end_where_it_differs_early() -> None:
    change = Change("Add {subject} from {after}.", "title", after="z" * 501)
    assert change.words == f"Add title from {'z' * 500}… (501 characters)."
    short = Change("Fill {subject} from {after} instead of {before}.", "t", "z" * 501, "[z]")
    assert "from [z] instead of zzz" in short.words


def test_a_reading_has_what_another_window_wrote_meanwhile(tmp_path: Path) -> None:
    here, there = Journal(tmp_path / "default.journal"), Journal(tmp_path / "default.journal")
    here.append(entry("one"))
    before = History(here)
    there.append(entry("two"))
    assert subjects(here) == ["one", "two"]
    assert len(before.entries) == 1


def test_a_line_cut_off_by_a_crash_loses_itself_and_nothing_else(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    journal.append(entry("one"))
    journal.append(entry("two"))
    whole = journal.file.read_bytes()
    for length in range(len(whole) // 2 + 2, len(whole) - 1):
        journal.file.write_bytes(whole[:length])
        journal.append(entry("three"))
        assert subjects(journal) == ["one", "three"]


def test_no_token_reaches_the_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    token = webex_token()
    journal.append(entry(f"token {token}", note=f"access_token={token}", deep={"in": [token]}))
    assert token not in journal.file.read_text()
    assert len(list(journal)) == 1


def test_hostile_text_is_one_harmless_line(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    journal.append(entry(HOSTILE))
    (made,) = History(journal).entries
    assert made.subject.isprintable()
    journal.file.write_text(
        '{"at":"2026-11-23T10:30:00Z","step":"\\u001b[2J","action":"x","subject":"a\\nb"}\n'
    )
    (made,) = History(journal).entries
    assert (made.step, made.subject) == ("\N{REPLACEMENT CHARACTER}[2J", "a b")


def test_lines_that_are_no_entries_are_told_and_hide_no_other(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    journal.append(entry("one"))
    with journal.file.open("ab") as file:
        file.write(b"\n\n5\nnull\n{}\n\xff\xfe\n" + b"[" * 100_000 + b"\n")
    journal.append(entry("two"))
    assert subjects(journal) == ["one", "two"]
    trouble = History(journal).trouble
    assert trouble is not None
    assert all(f"line {number} is damaged" in trouble.message for number in (4, 5, 6, 7, 8))
    assert "line 9" not in trouble.message


def test_a_journal_that_cannot_be_read_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ProfileError) as caught:
        list(Journal(tmp_path))
    assert caught.value.code == "journal-unreadable"


def written(folder: Path, count: int = 4) -> Journal:
    journal = Journal(folder / "default.journal")
    journal.file.unlink(missing_ok=True)
    for number in range(count):
        journal.append(entry(f"thing {number}", expires_at="later"))
    return journal


def told(journal: Journal) -> str:
    trouble = History(journal).trouble
    return "" if trouble is None else trouble.message


def test_a_whole_journal_has_no_trouble(tmp_path: Path) -> None:
    journal = written(tmp_path)
    assert History(journal).trouble is None
    assert History(journal).is_whole
    assert History(Journal(tmp_path / "none.journal")).trouble is None


@given(st.data())
def test_one_letter_changed_anywhere_is_told_by_its_line(
    tmp_path: Path, data: st.DataObject
) -> None:
    journal = written(tmp_path)
    content = bytearray(journal.file.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    letter = data.draw(st.integers(0, 255).filter(lambda value: value != content[place]))
    line = content[:place].count(b"\n") + 1
    entries = list(History(journal).entries)
    content[place] = letter
    journal.file.write_bytes(content)
    # A blank at the end of a line changes nothing of what it says, but is seen by the next one.
    is_told = f"line {line}" in told(journal) or f"line {line + 1}" in told(journal)
    assert is_told or list(History(journal).entries) == entries
    assert all(each in entries for each in History(journal).entries)
    before = journal.file.read_bytes()
    journal.append(entry("next"))
    assert journal.file.read_bytes().startswith(before)
    assert subjects(journal)[-1] == "next"


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_missing_line_is_told_by_the_one_after_it(tmp_path: Path, line: int) -> None:
    journal = written(tmp_path)
    lines = journal.file.read_bytes().splitlines(keepends=True)
    del lines[line - 1]
    journal.file.write_bytes(b"".join(lines))
    assert f"before line {line} something was changed or is missing" in told(journal)
    assert len(subjects(journal)) == 3
    assert not History(journal).is_whole


def test_a_line_cut_off_by_a_crash_is_told_apart_from_damage(tmp_path: Path) -> None:
    journal = written(tmp_path)
    whole = journal.file.read_bytes()
    journal.file.write_bytes(whole[:-20])
    assert "line 4 was cut off while it was written, as by a crash" in told(journal)
    journal.append(entry("next"))
    assert "line 4 was cut off" in told(journal)
    assert "before line 5" not in told(journal)
    assert History(journal).is_whole
    journal.file.write_bytes(journal.file.read_bytes().replace(b'{"at":', b'{"xx":', 1))
    assert "line 1 is damaged" in told(journal)
    assert not History(journal).is_whole


def test_lines_of_earlier_versions_are_believed_and_linked_to(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    journal.file.write_text(f"{entry('old').model_dump_json()}\n" * 2)
    journal.append(entry("new"))
    assert subjects(journal) == ["old", "old", "new"]
    assert History(journal).trouble is None
    journal.file.write_bytes(journal.file.read_bytes().replace(b'"old"', b'"odd"'))
    assert "before line 3 something was changed" in told(journal)


def test_random_bytes_are_told_and_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    journal.file.write_bytes(b"\x00\xff\xfe" * 50)
    trouble = History(journal).trouble
    assert trouble is not None
    assert trouble.code == "journal-damaged"
    assert "line 1 is damaged" in trouble.message
    assert "audit log" in trouble.hint


def test_many_damaged_lines_are_counted_and_not_all_named(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "default.journal")
    journal.file.write_text("x\n" * 500)
    assert "; and 490 more places" in told(journal)
    assert len(told(journal)) < 700


def test_two_windows_that_append_at_once_break_no_line(tmp_path: Path) -> None:
    file = tmp_path / "default.journal"
    script = (
        "import sys\nfrom pathlib import Path\nfrom wizard.store.journal import Journal\n"
        "written = Journal(Path(sys.argv[1]))\nfirst = next(iter(written))\n"
        "for number in range(60): Journal(written.file).append(first)\n"
    )
    Journal(file).append(entry())
    runs = [subprocess.Popen([sys.executable, "-c", script, str(file)]) for _ in range(3)]
    assert [run.wait(timeout=60) for run in runs] == [0, 0, 0]
    assert History(Journal(file)).trouble is None
    assert len(list(Journal(file))) == 181
