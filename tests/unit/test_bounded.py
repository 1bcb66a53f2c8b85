"""A blocking call that may be stuck, and must hold nobody up."""

import asyncio
import subprocess
import sys
import threading
from functools import partial

import pytest

from wizard.machine.threads import bounded, to_its_end

STUCK = """
import asyncio, sys, threading
from wizard.machine.threads import bounded

async def run():
    try:
        await bounded(threading.Event().wait, 0.05, "stuck")
    except TimeoutError:
        print("left")

asyncio.run(run())
"""


async def test_what_a_call_returns_or_raises_comes_back() -> None:
    def fails() -> None:
        raise KeyError("missing")

    assert await bounded(lambda: threading.current_thread().name, 5, "mine") == "mine"
    with pytest.raises(KeyError, match="missing"):
        await bounded(fails, 5, "mine")


def test_a_stuck_call_is_left_behind_and_does_not_hold_the_exit() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=30, check=True
    )
    assert (ended.stdout, ended.stderr) == ("left\n", "")


async def test_a_cancelled_call_ends_its_wait_and_its_result_is_dropped() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def blocks() -> None:
        begun.set()
        go_on.wait(30)

    waiting = asyncio.ensure_future(bounded(blocks, 30, "mine"))
    await asyncio.to_thread(begun.wait, 30)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert waiting.cancelled()
    go_on.set()


class Held:
    """A call that goes on until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.go_on.wait(30)
        return threading.current_thread().name


async def test_a_call_to_its_end_holds_who_waits_for_it_and_not_the_event_loop() -> None:
    held, order = Held(), list[str]()
    first = asyncio.ensure_future(to_its_end(lambda: order.append(held())))
    later = [asyncio.ensure_future(to_its_end(partial(order.append, each))) for each in "abc"]
    await asyncio.to_thread(held.begun.wait, 30)
    assert not any(each.done() for each in (first, *later))
    held.go_on.set()
    await asyncio.gather(first, *later)
    thread, *others = order
    assert thread != threading.current_thread().name
    assert others == ["a", "b", "c"]


async def test_what_belongs_together_after_a_call_to_its_end_is_not_torn_apart() -> None:
    held, done = Held(), list[str]()

    async def work() -> None:
        await to_its_end(held)
        done.append("what belongs to it")
        await to_its_end(partial(done.append, "what belongs to that"))
        await asyncio.sleep(30)
        done.append("what comes later")

    working = asyncio.ensure_future(work())
    await asyncio.to_thread(held.begun.wait, 30)
    working.cancel()
    held.go_on.set()
    await asyncio.wait({working})
    assert working.cancelled()
    assert done == ["what belongs to it", "what belongs to that"]


async def test_a_time_limit_that_is_over_during_a_call_to_its_end_ends_nothing_behind_it() -> None:
    held = Held()

    async def work() -> str:
        async with asyncio.timeout(0):
            name = await to_its_end(held)
        await asyncio.sleep(0)
        return name

    working = asyncio.ensure_future(work())
    await asyncio.to_thread(held.begun.wait, 30)
    held.go_on.set()
    assert await working


async def test_a_call_to_its_end_is_waited_for_although_a_time_limit_is_over() -> None:
    held, done = Held(), list[str]()

    async def work() -> None:
        async with asyncio.timeout(0):
            done.append(await to_its_end(held))
            await asyncio.sleep(30)

    working = asyncio.ensure_future(work())
    await asyncio.to_thread(held.begun.wait, 30)
    held.go_on.set()
    with pytest.raises(TimeoutError):
        await working
    assert len(done) == 1
