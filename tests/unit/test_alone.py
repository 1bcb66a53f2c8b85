"""An address alone on a terminal."""

import asyncio
import os

import pytest

from wizard.machine.alone import GO_BACK, show_alone

ADDRESS = "https://idbroker.webex.com/idb/oauth2/v1/authorize?" + "x" * 400


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal of POSIX")
async def test_an_address_is_printed_alone_and_unbroken_until_enter() -> None:
    ours, theirs = os.openpty()
    with (
        os.fdopen(theirs, "w", encoding="utf-8") as output,
        os.fdopen(theirs, closefd=False) as keys,
    ):
        shown = asyncio.ensure_future(show_alone(ADDRESS, output, keys))
        await asyncio.sleep(0)
        assert not shown.done()
        told = os.read(ours, 4096).decode()
        assert told == f"\x1b[2J\x1b[H{ADDRESS}\r\n\r\n{GO_BACK}\r\n"
        os.write(ours, b"\x03\n")  # Ctrl+C is a key like others there
        await shown
        assert os.read(ours, 4096).decode() == "\x1b[2J\x1b[H", "nothing of what was typed"
    os.close(ours)
