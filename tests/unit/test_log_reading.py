"""The log is read at any pace Graph allows: what breaks off goes on at the same page."""

import weakref
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.graph_client import (
    BASE,
    JOB,
    LOG_BODY,
    Answering,
    Asked,
    Reply,
    ask,
    in_turn,
    listed,
    refused,
    reply,
)
from wizard.errors import AnswerError, InvalidInput, WizardError
from wizard.graph.client import GraphClient
from wizard.graph.operations import Operation
from wizard.net.pace import Pace
from wizard.reports.log_row import LogRow
from wizard.reports.log_since import LogSince
from wizard.steps.log_reading import LogReading

AT = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)


def body(number: int) -> dict[str, Any]:
    at = (AT + timedelta(seconds=number)).isoformat()
    return {**LOG_BODY, "id": f"e{number}", "activityDateTime": at}


def linked(page: int) -> dict[str, str]:
    return {"@odata.nextLink": f"{BASE}/auditLogs/provisioning?$skiptoken={page}"}


def read(
    answer: Reply | Answering, since: LogSince | None = None, *, judged: bool = True, **options: Any
) -> tuple[list[str], Asked, WizardError | None]:
    """Read; return the ids that came, what was asked, and what ended it early."""
    asked = Asked()

    async def question(graph: GraphClient) -> tuple[list[str], WizardError | None]:
        pace = Pace("Microsoft Graph", 1, sleep=asked.time.sleep, clock=asked.time)
        found: list[LogRow] = []
        try:
            reading = LogReading(graph, JOB, since or LogSince(), pace=pace, **options)
            async for row in reading.rows():
                found.append(row)
        except WizardError as error:
            return [row.id for row in found], error
        return [row.id for row in found], None

    answers = {Operation.LIST_PROVISIONING_LOG: answer}
    ids, error = ask(question, answers, asked=asked, read_only=True, judges_answers=judged)
    return ids, asked, error


def test_graph_is_asked_for_the_job_from_the_second_before_in_order() -> None:
    ids, asked, error = read(listed(body(1), body(2)), LogSince(AT + timedelta(seconds=1.5)))
    assert (ids, error) == (["e2"], None)
    assert asked.query() == {
        "$filter": f"jobId eq '{JOB}' and activityDateTime gt 2026-11-23T04:05:06Z",
        "$orderby": "activityDateTime asc",
        "$top": "200",
    }


def test_a_page_that_was_cut_off_is_asked_for_again_and_no_entry_comes_twice() -> None:
    cut = Reply(200, content=b'{"value": [', headers={"content-type": "application/json"})
    pages = in_turn(
        listed(body(1), body(2), **linked(1)),
        refused(503, "serviceNotAvailable"),
        refused(429, "TooManyRequests", Retry_After="7"),
        listed(body(2), body(3), **linked(2)),
        cut,
    )
    ids, asked, error = read(pages, judged=False)
    assert ids == ["e1", "e2"]  # e3 waits for what else is of its moment
    assert 7 in asked.time.slept
    assert error is not None
    assert error.code == "answer-not-understood"


def test_a_service_that_asks_to_wait_for_ever_is_not_waited_for() -> None:
    ids, asked, error = read(refused(429, "TooManyRequests", Retry_After="3600"))
    assert (ids, asked.time.slept) == ([], [])
    assert error is not None
    assert error.code == "graph-throttled"


def test_a_list_without_end_ends_with_an_error() -> None:
    pages = in_turn(*(listed(body(1), **linked(page)) for page in range(9)))
    _ids, asked, error = read(pages)
    assert isinstance(error, AnswerError)
    assert error.code == "log-repeats"
    assert len(asked.requests) == 2


def test_pages_without_entries_are_followed_but_not_for_ever() -> None:
    few = [listed(**linked(page)) for page in range(5)]
    assert read(in_turn(*few, listed(body(1))))[0] == ["e1"]
    endless = [listed(**linked(page)) for page in range(500)]
    _, asked, error = read(in_turn(*endless))
    assert error is not None
    assert error.code == "log-repeats"
    assert len(asked.requests) < 60


def test_the_newest_are_asked_for_backwards_and_no_more_than_it_takes() -> None:
    ids, asked, _ = read(listed(body(3), body(2), body(1)), limit=2)
    assert ids == ["e2", "e3"]
    assert asked.query()["$orderby"] == "activityDateTime desc"
    assert asked.query()["$top"] == "3"


def test_what_was_told_of_another_job_is_not_gone_on_with() -> None:
    *_, error = read(reply(200, {"value": []}), LogSince(AT, job="another"))
    assert isinstance(error, InvalidInput)


@pytest.mark.parametrize("raw", [{"id": "e1", "activityDateTime": 5}, {"id": {"x": 1}}, {}])
def test_an_entry_of_any_form_is_told(raw: dict[str, Any]) -> None:
    ids, _, error = read(reply(200, {"value": [raw]}), judged=False)
    assert (len(ids), error) == (1, None)


def test_what_was_told_is_held_no_longer_however_long_the_log_is() -> None:
    pages = [
        listed(*(body(50 * page + number) for number in range(50)), **linked(page))
        for page in range(20)
    ]
    alive: weakref.WeakValueDictionary[str, LogRow] = weakref.WeakValueDictionary()
    most = 0

    async def question(graph: GraphClient) -> int:
        nonlocal most
        told = 0
        async for row in LogReading(graph, JOB).rows():
            told += 1
            alive[row.id] = row
            most = max(most, len(alive))
        return told

    answers = {Operation.LIST_PROVISIONING_LOG: in_turn(*pages, listed())}
    assert ask(question, answers) == 1000
    assert most < 50
