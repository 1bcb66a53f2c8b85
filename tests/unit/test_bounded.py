"""A blocking call that may be stuck, and must hold nobody up."""

import asyncio
import subprocess
import sys
import threading

import pytest

from wizard.machine.threads import bounded

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
