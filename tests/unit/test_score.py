"""Entries of the log laid beside a plan: what counts, which cycle, and what is never a miss."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from wizard.preview.digests import mark
from wizard.preview.log_pages import log_lines
from wizard.preview.outcome import Prospect
from wizard.preview.plan import Plan
from wizard.preview.score import LogLine, Score, ScoreVerdict, Scoring

BEGAN = datetime(2026, 11, 27, 12, tzinfo=UTC)
ROWS = {"User displayName": "", "User title": "", 'User emails[type eq "work"].value': ""}


def plan_of(**outcomes: str) -> Plan:
    told = {f"person:{name}": (outcome, "") for name, outcome in outcomes.items()}
    return Plan("", {}, {"rows": ROWS}, told)


def line(whom: str, action: str = "create", status: str = "success", **more: Any) -> LogLine:
    number = more.pop("id", f"{whom} {action} {status} {more}")
    return LogLine(number, f"person:{whom}", whom, status, action, more.pop("code", ""), **more)


def at(minutes: int) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def score_of(plan: Plan, *lines: LogLine, **options: Any) -> Score:
    scoring = Scoring(plan, **options)
    scoring.take(lines)
    return scoring.score()


@pytest.mark.parametrize(
    ("predicted", "action", "status", "code", "verdict"),
    [
        ("create", "create", "success", "", ScoreVerdict.AS_PREDICTED),
        ("create", "create", "warning", "", ScoreVerdict.AS_PREDICTED),
        ("create", "update", "success", "", ScoreVerdict.OTHERWISE),
        ("create", "other", "skipped", "RedundantExport", ScoreVerdict.OTHERWISE),
        ("create", "other", "skipped", "NotEffectivelyEntitled", ScoreVerdict.LEFT_OUT),
        ("create", "create", "failure", "EntryConflict", ScoreVerdict.FAILED),
        ("create", "create", "postponed", "", ScoreVerdict.UNCLEAR),
        ("link", "update", "success", "", ScoreVerdict.AS_PREDICTED),
        ("rename", "update", "success", "", ScoreVerdict.AS_PREDICTED),
        ("reactivate", "update", "success", "", ScoreVerdict.AS_PREDICTED),
        ("disable", "disable", "success", "", ScoreVerdict.AS_PREDICTED),
        ("disable", "stagedDelete", "skipped", "TooManyDeletes", ScoreVerdict.HELD_BACK),
        ("disable", "stagedDelete", "success", "", ScoreVerdict.HELD_BACK),
        ("delete", "delete", "success", "", ScoreVerdict.AS_PREDICTED),
        ("conflict", "create", "failure", "DuplicateTargetEntries", ScoreVerdict.AS_PREDICTED),
        ("conflict", "create", "success", "", ScoreVerdict.OTHERWISE),
        ("conflict", "other", "skipped", "MatchingValueEmpty", ScoreVerdict.AS_PREDICTED),
        ("unchanged", "other", "skipped", "RedundantExport", ScoreVerdict.LEFT_ALONE),
        ("unchanged", "update", "success", "", ScoreVerdict.UNPREDICTED),
        ("out_of_scope", "create", "success", "", ScoreVerdict.UNPREDICTED),
        ("out_of_scope", "create", "failure", "EntryConflict", ScoreVerdict.FAILED),
        ("leftover", "disable", "success", "", ScoreVerdict.UNPREDICTED),
        ("unknown", "update", "success", "", ScoreVerdict.UNTOLD),
        ("of another version", "create", "success", "", ScoreVerdict.UNPREDICTED),
    ],
)
def test_each_pair_of_predicted_and_seen_has_its_class(
    predicted: str, action: str, status: str, code: str, verdict: ScoreVerdict
) -> None:
    found = score_of(plan_of(ann=predicted), line("ann", action, status, code=code))
    assert found.counts == {verdict: 1}


def test_who_is_not_in_the_log_is_not_seen_yet_and_no_miss() -> None:
    plan = plan_of(ann="create", bea="disable", cleo="create", dora="unchanged")
    found = score_of(plan, line("ann"))
    assert found.counts == {ScoreVerdict.AS_PREDICTED: 1, ScoreVerdict.NOT_SEEN: 2}
    assert (found.missed, found.misses) == (0, ())
    assert found.waiting == {Prospect.CREATE: 1, Prospect.DISABLE: 1}
    assert found.words == (
        "1 person or group came out as the preview predicted.",
        "Nothing else was seen.",
        "Not in the log yet, so not judged: 1 switched off in Webex, 1 created in Webex.",
    )


def test_entries_without_an_id_count_each_and_once() -> None:
    plan = plan_of(ann="create", bea="create", cleo="create")
    lines = [line(name, id="", at=BEGAN) for name in ("ann", "bea", "cleo")]
    later = line("ann", "update", id="", at=BEGAN), line("ann", id="", at=BEGAN + timedelta(1))
    found = score_of(plan, *lines, *lines, *later)
    assert found.counts == {ScoreVerdict.AS_PREDICTED: 3}
    assert found.entries == 5


def test_nobody_in_the_plan_is_not_predicted() -> None:
    found = score_of(plan_of(), line("ann"))
    assert [(each.predicted, each.happened) for each in found.misses] == [
        ("not in the plan", "created")
    ]
    assert found.words[1] == "Not so: 1 changed without being predicted."


def test_a_cycle_under_way_and_a_log_that_is_cut_say_so() -> None:
    scoring = Scoring(plan_of(ann="create"))
    scoring.take([line("ann")])
    assert scoring.score(is_over=False, is_cut=True).limits == (
        "The cycle is not over.",
        "Not the whole log was read: 1 entry counts so far.",
    )


def test_the_first_write_decides_and_later_cycles_do_not_count() -> None:
    plan = plan_of(ann="create", bea="update", cleo="unchanged", dora="create")
    lines = (
        line("ann", at=at(-9), cycle="at once"),
        line("ann", "other", "skipped", code="RedundantExport", at=at(1), cycle="first"),
        line("bea", "update", "failure", code="Unauthorized", at=at(1), cycle="first"),
        line("bea", "update", at=at(2), cycle="first"),
        line("dora", at=at(3), cycle="first"),
        line("dora", "update", at=at(43), cycle="second"),
        line("cleo", "update", at=at(43), cycle="second"),
    )
    for order in (lines, lines[::-1]):
        found = score_of(plan, *order, began=BEGAN)
        assert found.counts == {ScoreVerdict.AS_PREDICTED: 3}
        assert found.entries == 5


def test_what_is_older_than_the_plan_or_of_a_cycle_that_began_before_it_does_not_count() -> None:
    plan = plan_of(ann="unchanged", bea="unchanged", cleo="unchanged", dora="create")
    older = (
        line("ann", at=at(-2), cycle="before"),
        line("bea", "update", at=at(1), cycle="before"),
        line("cleo", "update", at=at(-1), cycle=""),
    )
    found = score_of(plan, *older, began=BEGAN, since=BEGAN)
    assert found.counts == {ScoreVerdict.NOT_SEEN: 1}
    assert found.words == (
        "Not seen yet: the log has nothing from after the preview.",
        "Not in the log yet, so not judged: 1 created in Webex.",
    )
    first = line("dora", at=at(30), cycle="first")
    for order in ((*older, first), (first, *older)):
        found = score_of(plan, *order, began=BEGAN, since=BEGAN)
        assert found.counts == {ScoreVerdict.AS_PREDICTED: 1}


def test_who_is_provisioned_at_once_after_the_start_is_no_cycle() -> None:
    at_once = line("ann", at=BEGAN, cycle="at once")
    first = line("bea", at=BEGAN + timedelta(minutes=1), cycle="first")
    plan = plan_of(ann="create", bea="create")
    found = score_of(plan, at_once, first, began=BEGAN, tried=["person:ann"])
    assert found.counts == {ScoreVerdict.AS_PREDICTED: 2}


def test_an_entry_that_comes_twice_counts_once() -> None:
    found = score_of(plan_of(ann="create"), *[line("ann", id="1")] * 3)
    assert found.entries == 1


KEY = "person:ann"
PLANNED = b"".join(
    (mark(KEY, "4711"), mark(KEY, "displayName", "Ann"), mark(KEY, "title", "Chief"))
)
MANAGER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
MAIL = 'emails[type eq "work"].value'


@pytest.mark.parametrize(
    ("values", "account", "fields"),
    [
        ({"displayName": "Ann", "title": "Chief"}, "4711", ()),
        ({"DisplayName": '"Ann"', "title": '"Chief"'}, "4711", ()),
        ({"displayName": "Anna", "title": "Chief"}, "4711", ("displayName",)),
        ({"displayName": "Ann"}, "4711", ("1 planned value",)),
        ({"displayName": "Ann", "title": "Chief", MAIL: "a@b.example"}, "4711", (MAIL,)),
        ({"displayName": "Ann", "title": "Chief"}, "4712", ("the account",)),
        ({"displayName": "Ann", "title": "Chief", MANAGER: "x"}, "4711", ()),
        ({}, "4711", ()),
    ],
)
def test_values_are_compared_by_their_marks(
    values: dict[str, str], account: str, fields: tuple[str, ...]
) -> None:
    plan = Plan("", {}, {"rows": ROWS}, {KEY: ("update", "")}, {KEY: PLANNED})
    written = line("ann", "update", values=tuple(values.items()), account=account)
    found = Scoring(plan).of(written)
    assert found.verdict is (ScoreVerdict.FIELDS if fields else ScoreVerdict.AS_PREDICTED)
    told = tuple(each.removesuffix(" that was not written") for each in found.fields)
    assert told == fields


def page(*entries: Any) -> bytes:
    return json.dumps({"value": entries}).encode()


ENTRY = {
    "id": "1", "activityDateTime": "2026-11-27T12:00:00Z", "jobId": "job", "cycleId": "c",
    "provisioningAction": "update", "provisioningStatusInfo": {"status": "Success"},
    "modifiedProperties": [{"displayName": "title", "newValue": 7, "oldValue": None}],
    "sourceIdentity": {"id": "ann", "displayName": "Ann\u202e", "identityType": "User"},
    "targetIdentity": {"id": "4711", "displayName": "Ann", "identityType": "urn:x:User"},
}  # fmt: skip
SKIP = {"details": {"SkipReason": "NotEffectivelyEntitled"}}


def test_a_page_of_the_log_is_read_for_what_a_score_needs() -> None:
    (found,) = log_lines(page(ENTRY))
    assert found == LogLine(
        "1", "person:ann", "Ann\N{REPLACEMENT CHARACTER}", "success", "update", "",
        (("title", "7"),), "4711", "c", BEGAN,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"provisioningStatusInfo": None, "statusInfo": {"status": "failure", "errorCode": "X"}},
         ("person:ann", "failure", "X")),
        ({"provisioningStatusInfo": {"status": "skipped"}, "provisioningSteps": [{}, SKIP]},
         ("person:ann", "skipped", "NotEffectivelyEntitled")),
        ({"sourceIdentity": None}, ("account:4711", "success", "")),
        ({"sourceIdentity": {"id": "g", "identityType": "Group"}}, ("group:g", "success", "")),
        ({"provisioningSteps": "odd", "activityDateTime": "never"}, ("person:ann", "success", "")),
    ],
)  # fmt: skip
def test_older_and_odd_entries_are_read_too(
    changes: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    (found,) = log_lines(page(ENTRY | changes))
    assert (found.key, found.status, found.code) == expected


def test_what_cannot_be_read_is_as_if_it_had_not_come(tmp_path: Path) -> None:
    assert len(list(log_lines(page(ENTRY, 7, {"sourceIdentity": 3}, ENTRY)))) == 2
    assert list(log_lines(b'{"value": 3}')) == list(log_lines(b"nothing")) == []
