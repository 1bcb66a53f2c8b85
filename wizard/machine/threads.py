"""A blocking call in a thread of its own, with a time limit and without a say in our exit."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
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
