"""Much is read at once, until the service says no; then all wait, and fewer ask."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import pytest

from tests.graph_client import Time
from wizard.errors import AnswerError, TransportError
from wizard.net.pace import LONGEST_STORM, Pace


def busy(retry_after: float | None = None, status: int = 429) -> AnswerError:
    return AnswerError("Busy.", status=status, retry_after=retry_after)


def in_turn(*outcomes: Exception | str) -> Callable[[], Awaitable[str]]:
    left = list(outcomes)

    async def attempt() -> str:
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return attempt


def paced(at_once: int = 4) -> tuple[Pace, Time, list[str]]:
    time, told = Time(), list[str]()
    return Pace("Webex", at_once, tell=told.append, sleep=time.sleep, clock=time), time, told


async def test_it_waits_exactly_as_long_as_the_service_asks() -> None:
    pace, time, told = paced()
    assert await pace.ask(in_turn(busy(7), busy(3), "there")) == "there"
    assert time.slept == [7, 3]
    assert told == [f"Webex asks us to slow down. Waiting {each} s." for each in (7, 3)]


async def test_without_a_time_it_waits_longer_each_time() -> None:
    pace, time, _ = paced()
    await pace.ask(in_turn(busy(), busy(status=503), busy(), "there"))
    assert time.slept == [2, 4, 8]


async def test_a_storm_is_waited_for_as_long_as_the_patience_lasts() -> None:
    pace, time, _ = paced()
    with pytest.raises(AnswerError):
        await pace.ask(in_turn(busy(60)))
    assert sum(time.slept) <= LONGEST_STORM
    assert len(time.slept) == LONGEST_STORM // 60
    with pytest.raises(AnswerError):
        await paced()[0].ask(in_turn(busy(LONGEST_STORM + 1)))


async def test_each_good_answer_renews_the_patience() -> None:
    pace, time, _ = paced()
    for _ in range(30):
        await pace.ask(in_turn(busy(60), "there"))
    assert sum(time.slept) == 30 * 60


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 501])
async def test_what_is_no_passing_refusal_is_told_at_once(status: int) -> None:
    pace, time, _ = paced()
    with pytest.raises(AnswerError):
        await pace.ask(in_turn(busy(1, status), "never"))
    assert time.slept == []


async def test_a_connection_that_breaks_is_tried_three_times() -> None:
    cut = TransportError("Cut.", code="connection-cut")
    pace, time, _ = paced()
    assert await pace.ask(in_turn(cut, cut, "there")) == "there"
    assert time.slept == [2, 4]
    with pytest.raises(TransportError):
        await pace.ask(in_turn(cut, cut, cut, "never"))
    with pytest.raises(TransportError):
        await pace.ask(in_turn(TransportError("No name.", code="dns"), "never"))


async def test_a_refusal_puts_off_everybody_and_halves_how_many_ask() -> None:
    pace, time, told = paced(4)
    under_way = most = 0
    refusing = True

    async def ask(item: int) -> int:
        async def attempt() -> int:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1
            if refusing:
                raise busy(5)
            return item

        nonlocal refusing
        asked = asyncio.ensure_future(pace.ask(attempt))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        refusing = time.now < 1005
        return await asked

    waiting = deque(range(12))
    answered = {item: answer async for item, answer in pace.together(waiting, ask)}
    assert answered == {number: number for number in range(12)}
    assert most == 4
    assert pace.at_once == 2
    assert len(told) == 1


async def test_what_was_not_answered_waits_again_after_a_failure() -> None:
    pace, _, _ = paced(3)
    waiting, answered = deque(range(8)), set[int]()
    is_down = True

    async def ask(item: int) -> int:
        if is_down and item == 4:
            raise AnswerError("No.", status=500)
        return item

    async def go_on() -> None:
        async for item, _ in pace.together(waiting, ask):
            assert item not in answered
            answered.add(item)

    with pytest.raises(AnswerError):
        await go_on()
    is_down = False
    await go_on()
    assert answered == set(range(8))
