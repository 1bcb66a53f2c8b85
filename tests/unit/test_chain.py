"""A journal's chain tells what was altered, and calls no honest line tampering."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.foreign_keyring import Filed
from tests.sessions import NOW, PLACE, Forgetful, memory_keystore
from tests.stumbling import PATIENCE, STUMBLES, Holding, Stumble, Stumbling
from tests.tampering import WAYS, Tampering, removed
from wizard.machine.files import append_private
from wizard.store.anchor import Anchor
from wizard.store.history import History
from wizard.store.journal import Journal, JournalEntry
from wizard.store.keystore import Keystore, MemoryBackend
from wizard.store.locks import sealing
from wizard.store.verification import Evidence, Verification, compared, verified

WHOLE, ALTERED, UNANCHORED = Evidence.WHOLE, Evidence.ALTERED, Evidence.UNANCHORED
ENTRY = ("webex-wizard", "default/journal")


def entry(subject: str = "thing") -> JournalEntry:
    return JournalEntry(at=NOW, step="token", action="stored", subject=subject, by="it@x.example")


def anchored(
    folder: Path, backend: MemoryBackend | None = None, keystore: Keystore | None = None
) -> Journal:
    keystore = keystore or Keystore(PLACE, backend=backend or MemoryBackend())
    return Journal(folder / "default.journal", Anchor(keystore, "default"))


def written(journal: Journal, count: int = 4) -> Journal:
    for number in range(count):
        journal.append(entry(f"thing {number}"))
    return journal


def unsealed(journal: Journal, count: int = 1) -> None:
    written(Journal(journal.file), count)


def lines_of(journal: Journal) -> list[bytes]:
    return journal.file.read_bytes().splitlines(keepends=True)


def rewritten(journal: Journal, lines: list[bytes]) -> Verification:
    journal.file.write_bytes(b"".join(lines))
    return verified(journal)


def note(key: str, count: int, last: str, **more: int) -> str:
    return json.dumps(more | {"key": key, "count": count, "last": last}, separators=(",", ":"))


def told(found: Verification) -> str:
    return " ".join(found.sentences())


def test_a_whole_journal_is_whole_and_read_as_ever(tmp_path: Path) -> None:
    journal = written(anchored(tmp_path))
    found = verified(journal)
    assert (found.evidence, found.sealed, found.lines) == (WHOLE, ((1, 4),), 4)
    assert "no line was altered, moved, removed or cut off" in told(found)
    assert [each.subject for each in History(journal).entries] == [f"thing {n}" for n in range(4)]
    assert History(journal).trouble is None


def test_neither_key_nor_account_is_where_it_does_not_belong(tmp_path: Path) -> None:
    backend = MemoryBackend()
    journal = written(anchored(tmp_path, backend))
    kept = backend.get_password(*ENTRY)
    assert kept is not None
    assert len(kept) < 256
    key = kept.split('"key":"')[1][:64]
    assert key.encode() not in journal.file.read_bytes()
    assert key not in repr(verified(journal))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: str(way.__name__))
def test_a_line_out_of_its_place_is_found_and_what_follows_heals_nothing(
    tmp_path: Path, way: Tampering
) -> None:
    backend = MemoryBackend()
    lines = lines_of(written(anchored(tmp_path, backend), 5))
    kept = backend.get_password(*ENTRY)
    for at in range(len(lines)):
        assert kept is not None
        backend.set_password(*ENTRY, kept)
        found = rewritten(anchored(tmp_path, backend), way(lines, at))
        assert found.evidence is ALTERED, at
        written(anchored(tmp_path, backend), 2)
        assert verified(anchored(tmp_path, backend)).evidence is ALTERED, at


def test_what_is_wrong_is_said_by_its_line(tmp_path: Path) -> None:
    journal = written(anchored(tmp_path), 8)
    lines = lines_of(journal)
    assert "Line 3 is not what was sealed." in told(
        rewritten(journal, [each.replace(b"thing 2", b"thing 9") for each in lines])
    )
    assert "Before line 3, 2 lines are missing" in told(rewritten(journal, lines[:2] + lines[4:]))
    assert "3 lines are missing at the end." in told(rewritten(journal, lines[:5]))
    assert "8 lines are missing at the end." in told(rewritten(journal, []))
    assert "Line 5 stands elsewhere" in told(rewritten(journal, [*lines[:4], lines[2], *lines[4:]]))


def test_a_line_that_was_cut_off_is_missed_for_ever(tmp_path: Path) -> None:
    journal = written(anchored(tmp_path), 5)
    journal.file.write_bytes(b"".join(lines_of(journal)[:3]))
    written(journal, 2)
    found = verified(journal)
    assert found.evidence is ALTERED
    assert [each.words for each in found.breaks] == [
        "before line 4, 2 lines are missing or changed"
    ]
    assert found.sealed == ((1, 3), (5, 5))


def test_every_single_byte_that_is_another_one_or_gone_is_found(tmp_path: Path) -> None:
    journal = written(anchored(tmp_path), 2)
    content = journal.content()
    assert journal.anchor is not None
    noted = journal.anchor.read()
    for at in range(len(content)):
        for put in (bytes([content[at] ^ 1 << at % 8]), b"0", b"\n", b""):
            changed = content[:at] + put + content[at + 1 :]
            found = compared(changed, noted, journal.lines(changed))
            assert (found.evidence is ALTERED) is (changed != content), (at, put)


@given(st.data())
def test_whatever_is_done_to_the_bytes_is_found(tmp_path: Path, data: st.DataObject) -> None:
    backend = MemoryBackend()
    journal = anchored(tmp_path, backend)
    journal.file.unlink(missing_ok=True)
    unsealed(journal, data.draw(st.integers(0, 2)))
    written(journal, 4)
    content = journal.content()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 400)))
    put = data.draw(st.binary(max_size=60) | st.sampled_from([content[:end], content[end:]]))
    changed = content[:start] + put + content[end:]
    journal.file.write_bytes(changed)
    found = verified(journal)
    assert (found.evidence is WHOLE) is (changed == content)
    # What stands behind the last seal is vouched for by nothing, and nothing else is added.
    assert found.evidence is ALTERED or changed.startswith(content)


def test_lines_of_earlier_versions_are_unchained_and_covered_from_then_on(tmp_path: Path) -> None:
    journal = anchored(tmp_path)
    journal.file.write_text(f"{entry('old').model_dump_json()}\n" * 3)
    found = verified(journal)
    assert (found.evidence, found.unchained) == (UNANCHORED, ((1, 3),))
    written(journal, 2)
    found = verified(journal)
    assert (found.evidence, found.unchained, found.sealed) == (WHOLE, ((1, 3),), ((4, 5),))
    assert "Lines 1 to 3: unchained" in told(found)
    assert "They have not been changed since the next sealed line was written." in told(found)
    lines = lines_of(journal)
    for at in range(3):
        found = rewritten(journal, removed(lines, at))
        assert found.evidence is ALTERED
    found = rewritten(journal, [lines[0].replace(b"old", b"odd"), *lines[1:]])
    assert "Line 4, or a line without a seal before it, is not what was sealed." in told(found)


def test_without_the_key_nothing_is_verified(tmp_path: Path) -> None:
    backend = MemoryBackend()
    written(anchored(tmp_path, backend))
    elsewhere = anchored(tmp_path)
    found = verified(elsewhere)
    assert (found.evidence, found.other_key, found.sealed) == (UNANCHORED, ((1, 4),), ())
    assert "This keyring has no key of this journal." in told(found)
    assert "Lines 1 to 4: sealed, and nothing tells without the key whether" in told(found)
    assert verified(Journal(elsewhere.file)).evidence is UNANCHORED
    written(elsewhere, 2)
    found = verified(elsewhere)
    assert (found.evidence, found.other_key, found.sealed) == (UNANCHORED, ((1, 4),), ((5, 6),))
    assert "Lines 1 to 4: sealed with a key that is not in this keyring." in told(found)
    lines = lines_of(elsewhere)
    changed = [lines[0].replace(b"thing 0", b"thing 7"), *lines[1:]]
    assert rewritten(elsewhere, changed).evidence is ALTERED


@pytest.mark.parametrize("how", STUMBLES)
@pytest.mark.parametrize("first", range(1, 6))
def test_a_keyring_that_stumbles_keeps_nothing_from_the_journal(
    tmp_path: Path, how: Stumble, first: int
) -> None:
    backend = Stumbling(how)
    journal = anchored(tmp_path, backend)
    for begun in (0, 2):
        backend.stumble(first)
        written(anchored(tmp_path, backend), 3)
        backend.recover()
        found = verified(anchored(tmp_path, backend))
        assert found.evidence is not ALTERED, (begun, told(found))
        written(anchored(tmp_path, backend), 2)
        found = verified(anchored(tmp_path, backend))
        assert found.evidence is not ALTERED, (begun, told(found))
        assert found.not_noted == 0
        assert found.sealed[-1][1] == found.lines
    assert len(History(journal).entries) == 10


def test_a_keyring_that_froze_is_not_waited_for_at_every_line(tmp_path: Path) -> None:
    backend = Stumbling("freezes")
    journal = written(anchored(tmp_path, backend), 1)
    backend.stumble()
    written(journal, 5)
    assert backend.calls == 1
    assert verified(anchored(tmp_path, Stumbling())).evidence is UNANCHORED
    backend.recover()
    found = verified(journal)
    assert (found.evidence, found.sealed, found.unanchored) == (UNANCHORED, ((1, 2),), ((3, 6),))
    assert found.not_noted == 1
    assert "Nothing tells whether they were changed." in told(found)


def test_a_line_costs_the_keyring_one_note_while_no_other_window_writes(tmp_path: Path) -> None:
    backend = Stumbling()
    journal, other = written(anchored(tmp_path, backend), 1), anchored(tmp_path, backend)
    backend.calls = 0
    written(journal, 5)
    assert backend.calls == 5
    for window in (other, journal, other):
        backend.calls = 0
        written(window, 2)
        assert backend.calls == 3, "it is read once, and noted twice"
    assert (verified(journal).evidence, verified(journal).sealed) == (WHOLE, ((1, 12),))


def test_a_line_goes_on_from_the_one_before_where_the_keyring_refused_to_note_that(
    tmp_path: Path,
) -> None:
    backend = Stumbling()
    journal = written(anchored(tmp_path, backend), 2)
    backend.stumble(first=1, last=1)
    written(journal, 1)
    assert verified(journal).not_noted == 1
    written(journal, 1)
    assert (verified(journal).evidence, verified(journal).sealed) == (WHOLE, ((1, 4),))


def test_a_keyring_that_forgets_is_given_no_chain(tmp_path: Path) -> None:
    journal = written(anchored(tmp_path, Forgetful()))
    assert b'"chain"' not in journal.content()
    assert len(History(journal).entries) == 4


class Meanwhile(MemoryBackend):
    """Lets something happen once, right after it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.happens: list[Callable[[], object]] = []

    def get_password(self, service: str, username: str) -> str | None:
        found = super().get_password(service, username)
        if self.happens:
            self.happens.pop()()
        return found


def test_what_another_window_adds_meanwhile_is_not_called_unanchored(tmp_path: Path) -> None:
    backend = Meanwhile()
    journal = written(anchored(tmp_path, backend), 2)
    backend.happens.append(lambda: written(anchored(tmp_path, backend), 1))
    found = verified(journal)
    assert (found.evidence, found.sealed) == (WHOLE, ((1, 3),))


def test_a_session_that_keeps_nothing_leaves_lines_without_a_seal(tmp_path: Path) -> None:
    keystore = memory_keystore()
    journal = written(anchored(tmp_path, keystore=keystore), 2)
    keystore.keep_in_memory(on=True)
    written(journal, 2)
    assert "No keyring is used in this session." in told(verified(journal))
    keystore.keep_in_memory(on=False)
    found = verified(journal)
    assert (found.evidence, found.unanchored) == (UNANCHORED, ((3, 4),))
    written(journal, 1)
    found = verified(journal)
    assert (found.evidence, found.sealed) == (UNANCHORED, ((1, 2), (5, 5)))
    assert "They have not been changed since the next sealed line was written." in told(found)
    lines = lines_of(journal)
    assert rewritten(journal, lines[:2] + lines[3:]).evidence is ALTERED


def test_a_run_killed_between_line_and_note_is_no_tampering(tmp_path: Path) -> None:
    backend = MemoryBackend()
    journal = written(anchored(tmp_path, backend), 2)
    noted = backend.get_password(*ENTRY)
    assert noted is not None
    written(journal, 2)
    backend.set_password(*ENTRY, noted)
    found = verified(anchored(tmp_path, backend))
    assert (found.evidence, found.not_noted, found.sealed) == (UNANCHORED, 2, ((1, 4),))
    assert "The keyring does not note the last 2 lines yet" in told(found)
    written(anchored(tmp_path, backend), 1)
    found = verified(anchored(tmp_path, backend))
    assert (found.evidence, found.sealed) == (WHOLE, ((1, 5),))


KILLED = """
import os, sys
from pathlib import Path
from tests.foreign_keyring import Filed
from tests.sessions import NOW, PLACE
from wizard.store.anchor import Anchor
from wizard.store.journal import Journal, JournalEntry
from wizard.store.keystore import Keystore

class Killing(Filed):
    left = int(sys.argv[2])
    def set_password(self, *given):
        Killing.left -= 1
        if Killing.left == 0:
            os._exit(9)
        super().set_password(*given)

journal = Journal(Path(sys.argv[1]), Anchor(Keystore(PLACE, backend=Killing()), "default"))
entry = JournalEntry(at=NOW, step="token", action="stored", subject="thing")
for number in range(4):
    journal.append(entry)
"""


@pytest.mark.parametrize("write", [1, 2, 4])
def test_a_process_killed_at_a_note_leaves_nothing_that_looks_tampered_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: int
) -> None:
    kept = tmp_path / "kept"
    kept.write_text("{}")
    monkeypatch.setenv("KEPT_IN", str(kept))
    file = tmp_path / "default.journal"
    command = [sys.executable, "-c", KILLED, str(file), str(write)]
    assert subprocess.run(command, check=False, timeout=60).returncode == 9
    journal = anchored(tmp_path, keystore=Keystore(PLACE, backend=Filed()))
    found = verified(journal)
    lines = write - 1
    assert (found.lines, found.evidence) == (lines, UNANCHORED)
    assert found.not_noted == (1 if lines else 0)
    found = verified(written(journal, 1))
    assert (found.evidence, found.sealed) == (WHOLE, ((1, lines + 1),))


def test_a_run_killed_before_its_first_line_begins_the_chain_later(tmp_path: Path) -> None:
    backend = MemoryBackend()
    backend.set_password(*ENTRY, note("a" * 64, 0, "0" * 32))
    assert verified(anchored(tmp_path, backend)).evidence is UNANCHORED
    assert verified(written(anchored(tmp_path, backend))).evidence is WHOLE


def test_a_line_cut_off_by_a_crash_is_no_tampering_and_stays_told(tmp_path: Path) -> None:
    backend = MemoryBackend()
    journal = written(anchored(tmp_path, backend), 2)
    noted = backend.get_password(*ENTRY)
    assert noted is not None
    before = journal.content()
    whole = written(journal, 1).content()
    for length in (*range(len(before) + 1, len(whole) - 1, 23), len(whole) - 1):
        backend.set_password(*ENTRY, noted)
        journal.file.write_bytes(whole[:length])
        found = verified(journal)
        assert found.evidence is UNANCHORED, length
        assert found.unanchored == ((3, 3),) or found.not_noted == 1
        written(journal, 1)
        found = verified(journal)
        assert found.evidence is (WHOLE if length == len(whole) - 1 else UNANCHORED)
        assert found.sealed[-1] == (4, 4) or found.sealed == ((1, 4),)


@pytest.mark.parametrize(
    ("noted", "evidence"),
    [
        (note("KEY", 3, "1" * 32), ALTERED),
        (note("KEY", 9, "LAST"), ALTERED),
        (note("KEY", 4, "1" * 32), ALTERED),
        (note("b" * 64, 4, "LAST"), ALTERED),
        (note("KEY", 4, "LAST")[:-9], UNANCHORED),
        (note("KEY", -1, "LAST"), UNANCHORED),
        (note("KEY", 4, "LAST", version=2), UNANCHORED),
        ("", UNANCHORED),
    ],
)
def test_a_note_that_somebody_changed_never_makes_a_journal_whole(
    tmp_path: Path, noted: str, evidence: Evidence
) -> None:
    backend = MemoryBackend()
    journal = written(anchored(tmp_path, backend))
    kept = backend.get_password(*ENTRY)
    assert kept is not None
    key, last = kept.split('"key":"')[1][:64], kept.split('"last":"')[1][:32]
    changed = noted.replace("KEY", key).replace("LAST", last)
    backend.set_password(*ENTRY, changed)
    assert verified(anchored(tmp_path, backend)).evidence is evidence
    if changed and evidence is UNANCHORED:
        written(anchored(tmp_path, backend))
        assert backend.get_password(*ENTRY) == changed
        assert len(History(journal).entries) == 8


def test_a_note_put_back_to_an_earlier_one_is_told(tmp_path: Path) -> None:
    backend = MemoryBackend()
    journal = written(anchored(tmp_path, backend), 2)
    earlier = backend.get_password(*ENTRY)
    assert earlier is not None
    written(journal, 3)
    backend.set_password(*ENTRY, earlier)
    found = verified(journal)
    assert (found.evidence, found.not_noted) == (UNANCHORED, 3)


def test_an_earlier_version_reads_a_sealed_line_and_may_write_on(tmp_path: Path) -> None:
    journal = written(anchored(tmp_path), 2)
    unsealed(journal)
    written(journal, 1)
    found = verified(journal)
    assert (found.evidence, found.unanchored) == (UNANCHORED, ((3, 3),))
    assert History(journal).trouble is None


def test_a_journal_too_large_to_be_read_is_written_on_without_a_seal(tmp_path: Path) -> None:
    journal = written(anchored(tmp_path), 1)
    unsealed(journal)
    with journal.file.open("r+b") as file:
        file.truncate(64_000_001)
    append_private(journal.file, entry("before").line())
    journal.append(entry("last"))
    with journal.file.open("rb") as file:
        file.seek(-400, 2)
        last = file.read().splitlines()[-1]
    assert b'"last"' in last
    assert b'"chain"' not in last


def test_the_note_goes_and_a_new_chain_may_begin(tmp_path: Path) -> None:
    async def taken_out(anchor: Anchor) -> tuple[bool, bool]:
        before = await anchor.is_noted()
        await anchor.remove()
        await anchor.remove()
        return before, await anchor.is_noted()

    backend = MemoryBackend()
    journal = written(anchored(tmp_path, backend))
    assert journal.anchor is not None
    assert asyncio.run(taken_out(journal.anchor)) == (True, False)
    assert backend.get_password(*ENTRY) is None
    journal.file.unlink()
    assert verified(written(journal)).evidence is WHOLE


def test_two_windows_that_append_at_once_break_no_chain(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("{}")
    script = (
        "import sys, keyring\nfrom pathlib import Path\n"
        "from tests.foreign_keyring import Filed\nfrom tests.sessions import NOW, PLACE\n"
        "from wizard.store.anchor import Anchor\nfrom wizard.store.keystore import Keystore\n"
        "from wizard.store.journal import Journal, JournalEntry\n"
        "keystore = Keystore(PLACE, backend=Filed())\n"
        "journal = Journal(Path(sys.argv[1]), Anchor(keystore, 'default'))\n"
        "entry = JournalEntry(at=NOW, step='token', action='stored', subject=sys.argv[2])\n"
        "for number in range(25): journal.append(entry)\n"
    )
    file = tmp_path / "default.journal"
    command = [sys.executable, "-c", script, str(file)]
    env = os.environ | {"KEPT_IN": str(kept)}
    runs = [subprocess.Popen([*command, str(number)], env=env) for number in range(2)]
    assert [run.wait(timeout=100) for run in runs] == [0, 0]
    backend = MemoryBackend()
    backend.set_password(*ENTRY, json.loads(kept.read_text())["webex-wizard"]["default/journal"])
    found = verified(anchored(tmp_path, backend))
    assert (found.evidence, found.sealed) == (WHOLE, ((1, 50),))


def test_a_window_that_cannot_wait_for_another_one_writes_without_a_seal(tmp_path: Path) -> None:
    journal = written(anchored(tmp_path), 1)
    with sealing(tmp_path) as is_alone:
        assert is_alone
        written(journal, 1)
    found = verified(journal)
    assert (found.evidence, found.unanchored) == (UNANCHORED, ((2, 2),))


@pytest.mark.parametrize("lines", [0, 2])
async def test_a_keyring_that_lets_wait_holds_the_line_and_not_the_event_loop(
    tmp_path: Path, lines: int
) -> None:
    backend = Holding(ENTRY[1])
    keystore = Keystore(PLACE, backend=backend, time_limit=PATIENCE)
    journal = written(anchored(tmp_path, keystore=keystore), lines)
    backend.hold()
    adding = [asyncio.ensure_future(journal.add(entry(f"more {number}"))) for number in range(3)]
    await asyncio.to_thread(backend.asked.wait, PATIENCE)
    assert not any(each.done() for each in adding), "what is done next waits until it is noted"
    assert verified(Journal(journal.file)).lines == (lines + 1 if lines else 0)
    backend.let_go()
    await asyncio.gather(*adding)
    subjects = [each.subject for each in History(journal).entries]
    assert subjects[lines:] == ["more 0", "more 1", "more 2"]
    assert (verified(journal).evidence, verified(journal).sealed) == (WHOLE, ((1, lines + 3),))


async def test_a_window_that_seals_holds_the_line_of_another_and_not_its_event_loop(
    tmp_path: Path,
) -> None:
    journal = written(anchored(tmp_path), 1)
    with sealing(tmp_path) as is_alone:
        adding = asyncio.ensure_future(journal.add(entry("mine")))
        await asyncio.sleep(0)
        assert (is_alone, adding.done()) == (True, False)
    await adding
    assert (verified(journal).evidence, verified(journal).sealed) == (WHOLE, ((1, 2),))
