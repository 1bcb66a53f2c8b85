"""A blocking call in a thread of its own, with a time limit and without a say in our exit."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")


async def bounded(
    call: Callable[[], T],
    limit: float,
    name: str,
    more: Callable[[], Awaitable[float]] | None = None,
) -> T:
    """Run a call in a daemon thread; one that is stuck holds neither us nor our exit.

    Args:
        call: What blocks.
        limit: Seconds to wait for it.
        name: The thread's name, for whoever looks at a stuck one.
        more: Asked once when the time is over: how many seconds to go on waiting.

    Raises:
        TimeoutError: The time is over; the thread goes on, and nobody waits for it any more.
        BaseException: What the call raised.
    """
    answer = asyncio.wrap_future(_begun(call, name))
    try:
        await asyncio.wait({answer}, timeout=limit)
        if more is not None and not answer.done():
            await asyncio.wait({answer}, timeout=await more())
        if not answer.done():
            raise TimeoutError
        return answer.result()
    finally:
        answer.cancel()


def within(call: Callable[[], T], limit: float, name: str) -> T:
    """Run a call in a daemon thread, as `bounded` does, and block until it has answered.

    Raises:
        TimeoutError: The time is over.
        BaseException: What the call raised.
    """
    return _begun(call, name).result(limit)


async def to_its_end(call: Callable[[], T]) -> T:
    """Run a call in a thread while the event loop goes on; calls run one after another.

    Whoever is cancelled meanwhile is so where it next waits, as if the call had held the loop: what
    belongs together after it is not torn apart.

    Args:
        call: What blocks, and comes to an end by itself.

    Raises:
        BaseException: What the call raised.
    """
    loop, here = asyncio.get_running_loop(), asyncio.current_task()
    answer, was_cancelled = loop.run_in_executor(_in_order(), call), False
    while not answer.done():
        try:
            await asyncio.wait({answer})
        except asyncio.CancelledError:
            was_cancelled = True
    if was_cancelled and here is not None:
        loop.call_soon(_cancel_again, here)
    return answer.result()


def _cancel_again(task: "asyncio.Task[object]") -> None:
    if task.cancelling():  # else a time limit is over, whose work is done
        task.uncancel()
        task.cancel()


@cache
def _in_order() -> ThreadPoolExecutor:
    """Return the one thread, whose work the program's end waits for."""
    return ThreadPoolExecutor(1, "in-order")


def _begun(call: Callable[[], T], name: str) -> Future[T]:
    future: Future[T] = Future()

    def settle() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(call())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=settle, daemon=True, name=name).start()
    return future
