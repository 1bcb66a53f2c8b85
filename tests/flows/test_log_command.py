"""`webex-wizard log`: each entry once, with what it means, and what the log cannot show."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command_here import run_here
from tests.line import silent_at
from tests.logging_here import Logged, LogRan, Writing, entry, failed
from tests.practice_here import PracticeHere
from wizard.machine.streams import OutputLost
from wizard.options import PRACTICE_SHELL
from wizard.practice.entra.scopes import READER_CLIENT
from wizard.practice.misbehaviour import HOSTILE_TEXT

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
READER = ("--application", READER_CLIENT, "--assertion", "token")


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Logged:
    return asyncio.run(Logged.after(fresh, tmp_path, "a job with a log", Logged.prepare))


def test_an_entry_has_what_happened_why_and_what_to_do_and_a_failure_its_word(now: Logged) -> None:
    now.log(
        entry(1, NOW - 2 * HOUR, now.job),
        entry(2, NOW - HOUR, now.job, **failed()),
    )
    ran = now.run()
    assert ran.code == 0, ran.err
    first, second, *more = ran.out.splitlines()
    created, refused = (f"{NOW - ago:%Y-%m-%d %H:%M:%S} UTC" for ago in (2 * HOUR, HOUR))
    assert first == f"{created}  created    person0001@practice.example"
    assert second == f"{refused}  FAILED     person0002@practice.example"
    assert [line[:11].strip() for line in more] == ["Said:", "Why:", "", "Next:", "", "Code:"]
    assert more[0].startswith("    Said:  Webex answered “409 uniqueness: ")
    assert more[-1] == "    Code:  EntryConflict, entry e0002"
    assert "2 entries: 1 failed, 1 created." in ran.err
    assert {each.method for each in now.practice.requests()} == {"GET"}


def test_lines_fit_eighty_columns_hang_and_break_no_word(
    now: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long = {"id": "s", "displayName": "a-name-without-a-blank@" + "x" * 30, "identityType": "User"}
    now.log(
        entry(1, NOW - HOUR, now.job, **failed("SystemX", "word " * 60)),
        entry(2, NOW - HOUR, now.job, sourceIdentity=long),
    )
    out = now.run().out
    assert max(map(len, out.splitlines())) <= 80
    words = out.split()
    assert words.count("word") > 40
    assert long["displayName"] in words
    *_, head, name = out.splitlines()
    assert (head.endswith("created"), name) == (True, f"    {long['displayName']}")


def test_each_line_of_json_is_one_versioned_object(now: Logged) -> None:
    at = NOW - HOUR
    now.log(entry(1, at, now.job, **failed()))
    (row,) = now.run("--jsonl").rows
    assert row["version"] == 1
    assert row["at"] == f"{at:%Y-%m-%dT%H:%M:%S}.000000Z"
    assert row["cursor"] == f"{row['at']}/e0001"
    assert (row["outcome"], row["code"], row["cause"]) == ("failed", "EntryConflict", "conflict")
    assert (row["kind"], row["entra_id"], row["webex_id"]) == ("person", "s1", "w1")
    assert row["job"] == now.job
    assert row["attributes"] == ["userName"]
    assert row["meaning"]
    assert row["next"]


def test_what_was_left_out_and_held_back_is_explained_and_a_group_is_named_one(
    now: Logged,
) -> None:
    group = {"id": "g", "displayName": "Sales", "identityType": "Group"}
    skipped = {"status": "skipped", "errorInformation": {"errorCode": "NotEffectivelyEntitled"}}
    checks = [{"name": "EntrySynchronizationScoping", "details": {"Assigned": "False"}}]
    now.log(
        entry(1, NOW - HOUR, now.job, provisioningStatusInfo=skipped, provisioningSteps=checks),
        entry(2, NOW - HOUR, now.job, provisioningAction="stagedDelete"),
        entry(3, NOW - HOUR, now.job, sourceIdentity=group, provisioningAction="update"),
    )
    out = now.run().out
    assert "skipped    person0001@practice.example" in out
    assert "not assigned to the application (check: Assigned)" in " ".join(out.split())
    assert "held back  person0002@practice.example" in out
    assert "more people would be deactivated or deleted than the limit" in " ".join(
        out.lower().split()
    )
    assert "updated    Group Sales\n    Set:   userName\n" in out


def test_whose_entries_are_wanted_is_found_in_any_case_and_by_id(now: Logged) -> None:
    now.fill(30)
    assert now.run("--jsonl", "--person", "PERSON0007").ids == ["e0007"]
    assert now.run("--jsonl", "--person", "s11").ids == ["e0011"]
    assert now.run("--jsonl", "--person", "w12").ids == ["e0012"]
    nobody = now.run("--jsonl", "--person", "nobody")
    assert (nobody.code, nobody.out) == (0, "")
    assert "No entry with that name, address or id. The newest of all is of " in nobody.err


def test_the_newest_alone_are_told_in_their_order(now: Logged) -> None:
    ids = now.fill(500)
    ran = now.run("--jsonl", "--limit", "3")
    assert ran.ids == ids[-3:]
    assert "Only the newest were asked for; older ones are there." in ran.err
    assert len(log_requests(now)) == 1
    all_of_them = now.run("--jsonl", "--limit", "500")
    assert all_of_them.ids == ids
    assert "older ones" not in all_of_them.err


def log_requests(now: Logged) -> list[str]:
    return [each.target for each in now.practice.requests() if "/auditLogs" in each.target]


def test_entries_are_written_while_pages_come(now: Logged) -> None:
    ids = now.fill(450)
    asked_at: list[int] = []
    ran = now.run("--jsonl", out=Writing(lambda _: asked_at.append(len(log_requests(now)))))
    assert ran.ids == ids
    assert (asked_at[0], asked_at[-1]) == (1, 3)


@pytest.mark.parametrize("cut_after", [1, 199, 200, 201, 449])
def test_an_interrupted_reading_goes_on_behind_its_file_without_losing_or_repeating(
    now: Logged, tmp_path: Path, cut_after: int
) -> None:
    ids = now.fill(450)
    file = tmp_path / "log.jsonl"
    first = interrupted(now, cut_after, "--jsonl")
    assert first.code == 130
    assert first.ids == ids[:cut_after]
    file.write_text(first.out)
    # What Entra writes late has a time that is over.
    late = datetime.fromisoformat(first.rows[-1]["at"]) - timedelta(minutes=9, seconds=1)
    now.log(entry(9000, late, now.job))
    rest = now.run("--jsonl", "--since", str(file))
    assert rest.code == 0, rest.err
    assert sorted([*first.ids, *rest.ids]) == sorted([*ids, "e9000"])
    file.write_text(first.out + rest.out)
    again = now.run("--jsonl", "--since", str(file))
    assert again.out == ""
    assert "Nothing new: the newest entry of all is of " in again.err
    assert "begins at" not in rest.err + again.err


def test_the_time_for_all_of_it_has_an_end_and_says_what_was_reached(now: Logged) -> None:
    now.fill(450)
    with now.entra.line.meddled(silent_at("skiptoken")):
        ran = now.run("--jsonl", "--time-limit", "1")
    assert ran.code == 4
    assert "Code: time-limit" in ran.err
    assert f"{len(ran.ids)} told" in ran.err
    assert ("To go on: `webex-wizard log --jsonl --since " in ran.err) is bool(ran.ids)


def interrupted(now: Logged, lines: int, *arguments: str) -> LogRan:
    """Let somebody press Ctrl+C after so many lines."""
    written: list[str] = []

    def happens(text: str) -> None:
        if len(written) == lines:
            raise KeyboardInterrupt
        written.append(text)

    return now.run(*arguments, out=Writing(happens))


def test_an_interrupted_reading_goes_on_behind_the_cursor_that_is_told(now: Logged) -> None:
    at = NOW - HOUR
    shuffled = (3, 0, 7, 1, 8, 2, 6, 4, 5)
    now.log(*(entry(n, at, now.job) for n in shuffled))  # all at the same moment
    first = interrupted(now, 4, "--jsonl", "--person", "person")
    command = re.search(r"To go on: `webex-wizard log (.*)`", first.err)
    assert command
    rest = now.run(*command[1].split())
    assert rest.code == 0, rest.err
    assert first.ids + rest.ids == [f"e{n:04}" for n in range(9)]


def test_an_empty_file_takes_all_and_a_line_that_is_run_twice_repeats_nothing(
    now: Logged, tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl"
    file.touch()
    ids = now.fill(10)
    nameless = entry(50, NOW - HOUR, now.job) | {"id": None}
    now.log(nameless, nameless | {"activityDateTime": None})
    for _ in range(2):
        ran = now.run("--jsonl", "--since", str(file))
        assert ran.code == 0, ran.err
        file.write_text(file.read_text() + ran.out)
    found = LogRan(0, file.read_text(), "").ids
    assert sorted(found) == sorted([*ids, "", ""])


def test_what_entra_has_forgotten_since_a_file_was_written_is_told(
    now: Logged, tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl"
    now.log(entry(1, NOW - timedelta(days=29), now.job))
    file.write_text(now.run("--jsonl").out)
    now.hours.pass_by(5 * 86_400)
    now.log(entry(2, NOW + timedelta(days=4), now.job))
    ran = now.run("--jsonl", "--since", str(file))
    assert ran.ids == ["e0002"]
    assert "later than was asked for; nothing older is in it." in ran.err


UNUSABLE: dict[str, tuple[str, str]] = {
    "something else": ("line 1 is no entry", "<html>\n"),
    "something else without an end": ("line 1 is no entry", "<html>"),
    "half a line in between": ("line 1 is no entry", '{"version": 1, "id": "e1", "jo\n'),
    "a newer version": ("newer version", '{"version": 2, "id": "e1", "job": "x", "at": null}\n'),
    "another job": ("another job", '{"version": 1, "id": "e1", "job": "x", "at": null}\n'),
    "two jobs": (
        "several jobs",
        '{"version": 1, "id": "", "job": "x"}\n{"version": 1, "id": "", "job": "y"}\n',
    ),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_a_file_behind_which_reading_cannot_go_on_says_why(
    now: Logged, tmp_path: Path, what: str
) -> None:
    why, content = UNUSABLE[what]
    file = tmp_path / "log.jsonl"
    if what == "another job":
        content = content.replace("null", '"2026-11-27T00:00:00Z"')
    file.write_text(content)
    ran = now.run("--jsonl", "--since", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert why in ran.err
    assert "Code: log-file-unusable" in ran.err
    assert file.read_text() == content, "it is left as it is"


def test_a_file_that_was_cut_off_anywhere_is_gone_on_with(now: Logged, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    ids = now.fill(5)
    whole = now.run("--jsonl").out.encode()
    last = len(whole.splitlines()[-1])
    for lost in (0, 1, 2, last // 2, last, last + 1, last + 2, len(whole) - 1):
        left = whole[: len(whole) - lost]
        file.write_bytes(left)
        ran = now.run("--jsonl", "--since", str(file))
        assert ran.code == 0, ran.err
        file.write_bytes(file.read_bytes() + ran.out.encode())
        assert LogRan(0, file.read_text(), "").ids == ids
        assert ("log.jsonl was cut off, and was taken out" in ran.err) is (
            lost not in {0, 1, last + 1, last + 2}
        )
        assert ("log.jsonl did not end, and was ended." in ran.err) is (lost in {1, last + 2})


def no_sign_in(now: Logged) -> None:
    now.entra.signed_in = None


def log_closed(now: Logged) -> None:
    now.practice.misbehave("logs", "403")


def of_another_job(now: Logged) -> None:
    now.session.change(entra=now.session.profile.entra.model_copy(update={"job_id": "another"}))


@pytest.mark.parametrize("refuse", [no_sign_in, log_closed, of_another_job])
def test_a_refusal_leaves_the_file_as_it_is(
    now: Logged, tmp_path: Path, refuse: Callable[[Logged], None]
) -> None:
    file = tmp_path / "log.jsonl"
    now.fill(5)
    left = now.run("--jsonl").out.encode()[:-20]
    file.write_bytes(left)
    refuse(now)
    ran = now.run("--jsonl", "--since", str(file))
    assert (ran.code in {2, 4}, ran.out) == (True, ""), ran.err
    assert file.read_bytes() == left


def test_a_file_that_windows_powershell_has_written_is_told_as_that(
    now: Logged, tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text('{"version": 1, "id": "e1", "job": "x", "at": null}\r\n', encoding="utf-16")
    ran = now.run("--jsonl", "--since", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert "UTF-16, as Windows PowerShell makes of" in ran.err


def test_what_is_no_file_is_not_read(now: Logged, tmp_path: Path) -> None:
    for path in ("/dev/zero", str(tmp_path)):
        ran = now.run("--since", path)
        assert (ran.code, "Code: log-file-unusable" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--since", "yesterday"), "not-a-moment"),
        (("--since", "2999-01-01"), "moment-ahead"),
        (("--since", "no-such.jsonl"), "not-a-moment"),
        (("--since", "longer than any name of a file " * 20), "not-a-moment"),
        (("--profile", ".."), "profile-name"),
        (("--tenant", "no domain", *READER), "tenant-malformed"),
    ],
)
def test_what_cannot_be_a_beginning_is_told_before_anybody_is_asked(
    now: Logged, arguments: tuple[str, ...], code: str
) -> None:
    ran = now.run(*arguments)
    assert (ran.code, f"Code: {code}" in ran.err) == (2, True)
    assert now.practice.requests() == []


def test_a_log_that_ends_before_what_was_asked_for_says_where_it_begins(now: Logged) -> None:
    old, kept = NOW - timedelta(days=31), NOW - timedelta(days=29)
    now.log(entry(1, old, now.job), entry(2, kept, now.job), entry(3, NOW - HOUR, now.job))
    ran = now.run("--jsonl", "--since", "40d")
    assert ran.ids == ["e0002", "e0003"]
    said = " ".join(ran.err.split())
    begins = f"The log begins at {kept:%Y-%m-%d %H:%M:%S} UTC, later than was asked for;"
    assert begins in said
    assert "30 days with a premium licence, and 7 days without" in said
    within = now.run("--jsonl", "--since", "2h")
    assert within.ids == ["e0003"]
    assert "begins at" not in within.err


def test_a_log_that_has_just_begun_is_not_said_to_be_cut_by_age(now: Logged) -> None:
    now.log(entry(1, NOW - HOUR, now.job))
    ran = now.run("--since", "2d")
    assert "later than was asked for" in ran.err
    assert "7 days" not in ran.err


def test_an_empty_log_and_an_empty_span_are_told_apart(now: Logged) -> None:
    empty = now.run("--since", "2d")
    assert (empty.code, empty.out) == (0, "")
    assert "The log holds no entry of this provisioning at all" in empty.err
    now.log(entry(1, NOW - timedelta(days=3), now.job), entry(2, NOW - HOUR, "another.job.x"))
    silent = now.run("--since", "2d")
    assert (silent.code, silent.out) == (0, "")
    assert f"The newest of all is of {NOW - timedelta(days=3):%Y-%m-%d %H:%M:%S}" in silent.err


def test_entries_in_another_order_are_all_told_and_that_is_said(now: Logged) -> None:
    ids = now.fill(1200)
    now.practice.misbehave("logs", "unordered")
    ran = now.run("--jsonl")
    assert ran.code == 0
    assert sorted(ran.ids) == ids
    assert "another order than was asked for" in ran.err
    cut = interrupted(now, 1100, "--jsonl")
    assert "read them anew" in cut.err
    assert "--since" not in cut.err


def test_a_little_disorder_is_no_news(now: Logged) -> None:
    ids = now.fill(20)
    now.practice.misbehave("logs", "unordered")
    ran = now.run("--jsonl")
    assert sorted(ran.ids) == ids
    assert "order" not in ran.err


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "401": ("graph-sign-in", {}),
    "expired": ("graph-sign-in", {}),
    "403": ("graph-role-missing", {}),
    "no-role": ("graph-role-missing", {}),
    "not-granted": ("graph-scope-missing", {}),
    "429": ("graph-throttled", {"retry_after": 3600}),
    "500": ("graph-unavailable", {}),
    "html": ("answer-not-understood", {}),
    "repeats-page": ("log-repeats", {}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_looked_at_ends_with_four_and_a_sentence(now: Logged, fault: str) -> None:
    code, more = FAULTS[fault]
    now.fill(300)
    now.practice.misbehave("logs", fault, **more)
    ran = now.run("--jsonl")
    assert ran.code == 4
    assert f"Code: {code}" in ran.err
    assert "Problem: " in ran.err
    assert "Next: " in ran.err
    tells_who = "ProvisioningLog.Read.All or AuditLog.Read.All" in ran.err
    assert tells_who is (code in {"graph-role-missing", "graph-scope-missing"})


@pytest.mark.parametrize("fault", ["500", "403", "expired"])
def test_what_breaks_off_in_the_middle_says_how_to_go_on(now: Logged, fault: str) -> None:
    ids = now.fill(450)
    now.practice.misbehave("logs", fault, after=1)
    ran = now.run("--jsonl")
    assert ran.code == 4
    assert ran.ids == ids[:199]  # the last of a page waits for those of the same moment
    now.practice.behave()
    command = re.search(r"To go on: `webex-wizard log (.*)`", ran.err)
    assert command
    assert ran.ids + now.run(*command[1].split()).ids == ids


def test_a_page_that_comes_too_early_is_asked_for_again(now: Logged) -> None:
    ids = now.fill(450)
    now.practice.misbehave("logs", "429", retry_after=0, times=1, after=1)
    ran = now.run("--jsonl")
    assert (ran.code, ran.ids) == (0, ids)


def test_hostile_text_is_text(now: Logged) -> None:
    now.log(
        entry(1, NOW - HOUR, now.job, **failed("a\x1b]0;b", f"{HOSTILE_TEXT}\n2026-01-01 FAILED")),
        entry(2, NOW - HOUR, now.job, sourceIdentity={"displayName": f"{HOSTILE_TEXT}\nx"}),
    )
    for arguments in ((), ("--jsonl",)):
        out = now.run(*arguments).out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u200b]", out)
    heads = [line for line in now.run().out.splitlines() if not line.startswith("    ")]
    assert len(heads) == 2


def test_an_entry_of_an_odd_form_is_told_as_not_clear_and_not_left_out(now: Logged) -> None:
    now.log(entry(1, NOW - HOUR, now.job, sourceIdentity="Ana", provisioningSteps="none"))
    ran = now.run()
    assert "NOT CLEAR  unknown" in ran.out
    assert "entry e0001" in ran.out


def test_who_reads_no_more_ends_it_quietly(now: Logged) -> None:
    now.fill(300)

    def gone(_text: str) -> None:
        raise BrokenPipeError

    ran = now.run("--jsonl", out=Writing(gone))
    assert ran.code == 0
    assert "Problem" not in ran.err


def test_where_nobody_is_signed_in_and_nobody_can_be_asked_it_could_not_be_looked_at(
    now: Logged,
) -> None:
    now.entra.signed_in = None
    ran = now.run()
    assert (ran.code, ran.out) == (4, "")
    assert "Code: not-signed-in" in ran.err
    assert "exported files" not in ran.err


def test_in_a_shell_of_practice_and_on_a_full_disk_it_was_not_looked_at(
    now: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as there:
        there.setenv(PRACTICE_SHELL, "1")
        ran = run_here("log")
    assert (ran.returncode, ran.stdout) == (4, "")
    now.fill(1)
    with pytest.raises(OutputLost):  # which the command line ends with 4
        now.run(out=Writing(_full))


def _full(_text: str) -> None:
    raise OutputLost("No space left on device")


def test_graph_is_asked_by_a_client_that_refuses_to_write(now: Logged) -> None:
    connect, made = now.entra.connect, []

    def connected(**options: Any) -> Any:
        made.append(options["read_only"])
        return connect(**options)

    now.entra.connect = connected
    assert now.run().code == 0
    assert made == [True]


def test_a_profile_that_is_not_there_and_one_without_provisioning(
    now: Logged, fresh: PracticeHere, tmp_path: Path
) -> None:
    assert now.run("--profile", "nobody").code == 2
    young = asyncio.run(Logged.started(fresh, tmp_path / "young"))
    ran = young.run()
    assert ran.code == 4
    assert "application" in ran.err.lower()


@pytest.mark.parametrize("limit", ["0", "10001", "x"])
def test_a_limit_is_a_number_that_can_be_held(now: Logged, limit: str) -> None:
    with pytest.raises(SystemExit) as ended:
        now.run("--limit", limit)
    assert ended.value.code == 2


def test_a_limit_leaves_no_gap_in_a_file(now: Logged, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.touch()
    ran = now.run("--jsonl", "--limit", "3", "--since", str(file))
    assert (ran.code, "Code: log-limit" in ran.err) == (2, True)
