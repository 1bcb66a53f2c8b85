"""An address alone on the terminal, where any terminal selects and copies it whole."""

import asyncio
import os
from collections.abc import Callable
from threading import Thread
from typing import TextIO

from wizard.machine.echo import without_echo

_CLEAR = "\x1b[2J\x1b[H"
"""ECMA-48: erase the page, and go to its beginning; what scrolled away before stays."""

GO_BACK = "Enter goes back."


async def show_alone(address: str, output: TextIO, keys: TextIO) -> None:
    """Clear the terminal, print an address and how to go back, and wait for Enter.

    Nothing else may use the terminal meanwhile; everything but the terminal goes on.

    Args:
        address: What is shown; it is never wrapped by us, but by the terminal alone.
        output: Where it is shown.
        keys: What Enter comes from; its end counts as Enter.
    """
    output.write(f"{_CLEAR}{address}\n\n{GO_BACK}\n")
    output.flush()
    with without_echo(keys, has_signals=False):
        await _enter(keys)
    output.write(_CLEAR)
    output.flush()


async def _enter(keys: TextIO) -> None:
    loop = asyncio.get_running_loop()
    pressed: asyncio.Future[None] = loop.create_future()

    def settle() -> None:
        if not pressed.done():
            pressed.set_result(None)

    try:
        loop.add_reader(keys.fileno(), settle)
    except NotImplementedError:  # Windows: its loops read no terminal
        Thread(target=_read_line, args=(keys, loop, settle), name="enter", daemon=True).start()
        await pressed
        return
    try:
        await pressed
        os.read(keys.fileno(), 4096)
    finally:
        loop.remove_reader(keys.fileno())


def _read_line(keys: TextIO, loop: asyncio.AbstractEventLoop, settle: Callable[[], None]) -> None:
    keys.readline()
    loop.call_soon_threadsafe(settle)
