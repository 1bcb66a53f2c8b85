"""The journal of a whole set-up: whatever is done to it is found, and it closes a change ticket."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked, PasswordDeleteError

from tests.command_here import Ran, run_here
from tests.conversation import environment
from tests.conversation_here import ConversationHere
from tests.flows.test_plain import ANSWERS, RENEW, SETUP, SIGN_IN, answered
from tests.foreign_keyring import ClearText, in_use
from tests.tampering import WAYS, Tampering
from wizard.store.anchor import Anchor
from wizard.store.binding import PRACTICE
from wizard.store.journal import Journal, JournalEntry
from wizard.store.keystore import PRACTICE_SERVICE, Keystore
from wizard.store.profiles import utc_now
from wizard.store.stored_token import StoredAnchor
from wizard.store.verification import Evidence, Verification, compared

pytestmark = pytest.mark.port_3000

ALLOW = ("--allow-keyring", "tests.foreign_keyring")
ENTRY = (PRACTICE_SERVICE, "default/journal")
DO, ON, WHOM, NOT_NOW = "Do it? Enter = yes", "Enter goes on", "A number, or part of a name", "n"
REMEMBER = "Remember this sign-in"


@dataclass
class Practised:
    """What a set-up, a renewal and an undo in practice have left."""

    home: Path
    backend: ClearText

    @property
    def journal(self) -> Journal:
        keystore = Keystore(PRACTICE, service=PRACTICE_SERVICE, backend=self.backend)
        return Journal(self.home / "practice" / "default.journal", Anchor(keystore, "default"))

    def command(self, *arguments: str) -> Ran:
        return run_here(arguments[0], "--practice", *ALLOW, *arguments[1:])


def walked() -> None:
    with ConversationHere([*SETUP, *ALLOW]) as told:
        answered(told, *ANSWERS[:4], ("Step 5", SIGN_IN, ""), ("", REMEMBER, NOT_NOW))
        answered(told, ("Step 6", DO, ""), ("Step 7", DO, ""))
        answered(told, ("Step 8", "Mail address", "it@practice.example"))
        answered(told, ("", "Deletions that stop a cycle", ""), ("", DO, ""))
        answered(told, ("Step 9", "Enter keeps it", ""), ("", ON, ""))
        answered(told, ("Step 10", "Enter goes on, s = skip; ?", ""), ("", ON, ""))
        answered(told, ("Step 11", WHOM, "ana.ruiz"), ("1. Ana Ruiz", WHOM, "1"))
        answered(told, ("With which role?", "A number:", ""), ("", DO, ""))
        answered(told, ("is assigned", "Who shall be provisioned?", ""), ("", DO, ""))
        answered(told, ("Step 13", "Enter keeps this, s = skip", ""))
        answered(told, ("Prediction for Ana Ruiz", WHOM, ""), ("", DO, ""), ("", ON, ""))
        answered(told, ("Step 15", DO, ""))
        answered(told, ("The first cycle is under way", "Enter looks again", "s"))
        answered(told, ("- First cycle: open", "Save the report", "n"))
        assert told.end() == 0
    with ConversationHere([*RENEW, *ALLOW]) as told:
        answered(told, ("Step 1 of 5", "Practice: type p", "p"), ANSWERS[3])
        answered(told, ("Step 3 of 5", SIGN_IN, ""), ("", REMEMBER, NOT_NOW))
        answered(told, ("Step 4 of 5", DO, ""))
        answered(told, ("The new token is in force", "Save the report", "n"))
        assert told.end() == 0


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practised]:
    folder, backend = tmp_path_factory.mktemp("evidence"), ClearText()
    home = folder / "settings"
    with pytest.MonkeyPatch.context() as patch, in_use(backend):
        for name, value in environment(folder / "home", WEBEX_WIZARD_HOME=str(home)).items():
            patch.setenv(name, value)
        patch.chdir(folder)
        walked()
        yield Practised(home, backend)


@pytest.fixture
def practised(left: Practised) -> Iterator[Practised]:
    """What is left, whatever a test has done to it."""
    held = dict(left.backend.held)
    files = {each: each.read_bytes() for each in left.home.rglob("*") if each.is_file()}
    yield left
    for each, kept in files.items():
        each.parent.mkdir(parents=True, exist_ok=True)
        each.write_bytes(kept)
    left.backend.held.clear()
    left.backend.held.update(held)


def noted(practised: Practised) -> StoredAnchor:
    anchor = practised.journal.anchor
    assert anchor is not None
    found = anchor.read()
    assert found is not None
    return found


def test_every_line_of_a_practice_set_up_is_sealed(practised: Practised) -> None:
    lines = practised.journal.content().splitlines()
    assert len(lines) > 20
    assert all(b'"chain":"' in line for line in lines)
    said = practised.command("report", "--verify")
    assert said.returncode == 0, said.stdout
    assert "Whole: since its chain began, no line was altered, moved" in said.stdout
    assert f"Lines 1 to {len(lines)}: as sealed." in said.stdout


def found_in(content: bytes, journal: Journal, note: StoredAnchor) -> Verification:
    return compared(content, note, journal.lines(content))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: str(way.__name__))
def test_every_line_out_of_its_place_is_found(practised: Practised, way: Tampering) -> None:
    journal, note = practised.journal, noted(practised)
    lines = journal.content().splitlines(keepends=True)
    missed = [
        at
        for at in range(len(lines))
        if found_in(b"".join(way(lines, at)), journal, note).evidence is not Evidence.ALTERED
    ]
    assert missed == []


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.thorough)])
def test_every_single_byte_that_is_another_or_gone_is_found(
    practised: Practised, step: int
) -> None:
    journal, note = practised.journal, noted(practised)
    content = journal.content()
    look = partial(found_in, journal=journal, note=note)
    missed = []
    for at in range(0, len(content), step):
        # One bit of each, another one from byte to byte, or none at all.
        put = bytes([content[at] ^ (1 << at % 8)]) if at % 9 else b""
        if look(content[:at] + put + content[at + 1 :]).evidence is not Evidence.ALTERED:
            missed.append((at, put))
    assert missed == []


def test_every_end_that_is_cut_off_is_found(practised: Practised) -> None:
    journal, note = practised.journal, noted(practised)
    content = journal.content()
    last = len(content.splitlines(keepends=True)[-1])
    for length in (*range(0, len(content) - last, 97), *range(len(content) - last, len(content))):
        assert found_in(content[:length], journal, note).evidence is Evidence.ALTERED, length


def test_what_was_altered_is_told_by_the_command_with_its_line(practised: Practised) -> None:
    file = practised.journal.file
    content = file.read_bytes()
    file.write_bytes(content.replace(b"it@practice.example", b"me@practice.example", 1))
    line = content[: content.index(b"it@practice.example")].count(b"\n") + 1
    said = practised.command("report", "--verify")
    assert said.returncode == 1
    assert said.stdout.startswith("Altered: this journal is not what was written.\n")
    assert f"Line {line} is not what was sealed." in said.stdout
    assert f"Its file is {file}. Keep it as it is" in said.stdout
    document = json.loads(practised.command("report", "--verify", "--json").stdout)
    assert document["verification"]["evidence"] == "altered"
    assert [each["line"] for each in document["verification"]["breaks"]] == [line]
    report = practised.command("report")
    assert report.returncode == 0
    assert f"Line {line} is not what was sealed." in report.stdout


def test_a_journal_that_is_gone_is_missed(practised: Practised) -> None:
    practised.journal.file.unlink()
    said = practised.command("report", "--verify")
    assert said.returncode == 1
    assert "lines are missing at the end." in said.stdout
    assert f"Its file would be {practised.journal.file}: look for it in a backup." in said.stdout


def refusing(_service: str, _name: str) -> str:
    raise KeyringLocked("locked")


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def halved(file: Path) -> None:
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:2]))


each_loss = pytest.mark.parametrize(
    "harm", [emptied, Path.unlink, halved], ids=lambda harm: harm.__name__
)


@each_loss
def test_what_a_journal_has_lost_is_never_said_to_be_nothing(
    practised: Practised, harm: Callable[[Path], None]
) -> None:
    file = practised.journal.file
    harm(file)
    with ConversationHere(["undo", "--practice", *ALLOW]) as told:
        assert told.end() == 1
        for said in (f"The journal {file} is not what", "lines are missing", "journal-altered"):
            assert said in " ".join(told.output.split())
        assert "made nothing" not in told.output


@each_loss
def test_status_setup_and_renew_tell_what_a_journal_has_lost(
    practised: Practised, harm: Callable[[Path], None]
) -> None:
    file = practised.journal.file
    harm(file)
    said = practised.command("status")
    assert f"The journal {file} is not what was written:" in said.stdout
    for command in ("setup", "renew"):
        with ConversationHere([command, "--plain", "--practice", *ALLOW]) as told:
            told.until("Code: journal-altered")
            assert "lines are missing" in told.output


def test_without_a_keyring_nobody_knows_what_an_emptied_journal_told(
    practised: Practised, monkeypatch: pytest.MonkeyPatch
) -> None:
    emptied(practised.journal.file)
    monkeypatch.setattr(practised.backend, "get_password", refusing)
    with ConversationHere(["undo", "--practice", *ALLOW]) as told:
        assert told.end() == 1
        said = " ".join(told.output.split())
        assert "told of anything is not known: it is empty." in said
        assert "made nothing" not in said
    assert "not known: it is empty." in practised.command("status").stdout
    forgot = practised.command("forget", "--without-keyring", "--yes")
    assert "told of anything is not known: it is empty." in forgot.stderr


def test_what_a_journal_has_lost_stays_known_when_lines_follow(practised: Practised) -> None:
    file = practised.journal.file
    emptied(file)
    practised.journal.append(
        JournalEntry(at=utc_now(), step="token", action="stored", subject="it")
    )
    with ConversationHere(["undo", "--practice", *ALLOW]) as told:
        assert told.end() == 1
        assert "before line 1" in told.output


def test_a_profile_that_never_had_a_journal_has_nothing_to_take_back(practised: Practised) -> None:
    practised.journal.file.unlink()
    del practised.backend.held[ENTRY]
    with ConversationHere(["undo", "--practice", *ALLOW]) as told:
        assert told.end() == 0
        assert "made nothing in Entra" in told.output


def test_without_the_key_it_is_unanchored(practised: Practised) -> None:
    del practised.backend.held[ENTRY]
    said = practised.command("report", "--verify")
    assert said.returncode == 4
    assert said.stdout.startswith("Unanchored: ")
    assert "This keyring has no key of this journal." in said.stdout
    document = json.loads(practised.command("report", "--verify", "--json").stdout)
    assert document["verification"]["evidence"] == "unanchored"
    assert document["verification"]["sealed"] == []


def test_a_keyring_that_cannot_be_used_is_named(practised: Practised) -> None:
    said = run_here("report", "--practice", "--verify")
    assert said.returncode == 4
    assert "The key of this journal cannot be read." in said.stdout
    assert "--allow-keyring tests.foreign_keyring" in said.stderr


def test_a_profile_that_never_was_has_no_journal_to_verify(practised: Practised) -> None:
    said = practised.command("report", "--verify", "--profile", "nobody")
    assert said.returncode == 2
    assert "no-such-profile" in said.stderr


def test_a_journal_that_cannot_be_read_is_no_wrong_argument(practised: Practised) -> None:
    file = practised.journal.file
    file.unlink()
    file.mkdir()
    said = practised.command("report", "--verify")
    file.rmdir()
    assert (said.returncode, "journal-unreadable" in said.stderr) == (4, True)


def test_the_report_closes_a_change_ticket(practised: Practised) -> None:
    document = json.loads(practised.command("report", "--json").stdout)
    evidence = document["evidence"]
    assert evidence["verification"]["evidence"] == "whole"
    assert evidence["accounts"] == ["admin@practice.example"]
    assert (evidence["of_nobody_known"], evidence["taken_back"]) == (0, 0)
    assert evidence["standing"] > 5
    assert all(each["by"] == "admin@practice.example" for each in document["changes"])
    (preview,) = evidence["previews"]
    assert len(preview["digest"]) == 64
    assert sum(preview["counts"].values()) > 0
    whats = [each["what"] for each in evidence["tokens"]]
    assert whats == [
        "stored current token",
        "changed tenant URL and token",
        "stored pending token",
        "renewed token",
        "promoted new token",
        "revoked old token",
    ]
    first = evidence["tokens"][0]
    assert (first["owner"], first["hosts"]) == ("admin@practice.example", "the practice tenants")
    assert first["expires_at"]
    text = practised.command("report").stdout
    for heading in ("## Evidence", "### Accepted previews", "### Record of tokens"):
        assert heading in text
    assert "signed in as `admin@practice.example`" in text


def test_neither_report_nor_journal_has_a_secret(practised: Practised) -> None:
    held: dict[tuple[str, str], str] = practised.backend.held
    written = practised.command("report").stdout + practised.command("report", "--json").stdout
    written += practised.journal.content().decode()
    secrets = [json.loads(text) for text in held.values()]
    known = [secret[name] for secret in secrets for name in ("key", "token") if name in secret]
    assert len(known) == 2
    assert not any(secret in written for secret in known)


def test_with_the_profile_goes_neither_journal_nor_its_key(practised: Practised) -> None:
    said = practised.command("forget", "--yes")
    assert said.returncode == 0, said.stderr
    assert "The key that vouches for the journal stays in the keyring with it." in said.stderr
    stays = "The key that vouches for the journal is in the keyring as long as the journal stays."
    assert stays in said.stdout
    assert set(practised.backend.held) == {ENTRY}
    verified = practised.command("report", "--verify")
    assert verified.returncode == 0, verified.stdout
    again = practised.command("forget", "--yes", "--drop-journal", "--json")
    document = json.loads(again.stdout)
    assert (document["journal_dropped"], document["journal_key_removed"]) == (True, True)
    assert (again.returncode, document["journal_key_kept"]) == (0, False)
    assert practised.backend.held == {}


def test_with_the_journal_goes_its_key(practised: Practised) -> None:
    said = practised.command("forget", "--yes", "--drop-journal")
    assert said.returncode == 0, said.stderr
    assert "The key of the journal will be removed from the keyring, too." in said.stderr
    assert "Its journal and its key are gone." in said.stdout
    assert practised.backend.held == {}


def test_a_journal_stays_whose_key_the_keyring_does_not_let_go(
    practised: Practised, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, delete = practised.backend, practised.backend.delete_password

    def refusing(service: str, username: str) -> None:
        if username == ENTRY[1]:
            raise PasswordDeleteError("no")
        delete(service, username)

    monkeypatch.setattr(kept, "delete_password", refusing)
    said = practised.command("forget", "--yes", "--drop-journal")
    assert said.returncode == 1
    assert "may still be in the keyring, so the journal stays" in said.stdout
    assert practised.command("report", "--verify").returncode == 0


def test_files_dropped_without_the_keyring_leave_its_note_and_say_so(practised: Practised) -> None:
    said = practised.command("forget", "--yes", "--drop-journal", "--without-keyring")
    assert "a later journal of that name misses this one" in said.stderr
    assert ENTRY in practised.backend.held
    assert practised.command("report", "--verify").returncode == 1
    assert practised.command("forget", "--yes", "--drop-journal").returncode == 0
    assert ENTRY not in practised.backend.held
