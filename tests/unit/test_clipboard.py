"""A copied secret: where it goes, and where it must not."""

import asyncio
import ctypes
import os
from pathlib import Path
from typing import Any

import pytest

from tests.clipboard_here import have_clipboard, use_program
from tests.clock import move_on, on_own_clock
from wizard.machine.clipboard import (
    CLEAR_AFTER,
    PlatformClipboard,
    is_remote,
    terminal_takes_copies,
)
from wizard.machine.windows_clipboard import copy


class Function:
    """A function of a Windows library, which takes the declarations of ctypes."""

    def __init__(self, does: Any) -> None:
        self._does = does
        self.argtypes: Any = None
        self.restype: Any = None

    def __call__(self, *arguments: Any) -> Any:
        return self._does(*arguments)


class Windows:
    """user32 and kernel32 in one, with a clipboard that can be looked at."""

    def __init__(self, *, without: str = "") -> None:
        self.held: list[tuple[str, bytes]] = []
        self.is_open = False
        self.windows = 0
        self._memory: list[Any] = []
        self._names = {13: "text"}
        self._without = without
        for name in ("CreateWindowExW", "DestroyWindow", "OpenClipboard", "CloseClipboard",
                     "EmptyClipboard", "RegisterClipboardFormatW", "SetClipboardData",
                     "GlobalAlloc", "GlobalLock", "GlobalUnlock", "GlobalFree"):  # fmt: skip
            setattr(self, name, Function(getattr(self, f"_{name}")))

    def _CreateWindowExW(self, *_: Any) -> int:
        self.windows += 1
        return 7

    def _DestroyWindow(self, _window: int) -> None:
        self.windows -= 1

    def _OpenClipboard(self, window: int) -> bool:
        self.is_open = window == 7
        return self.is_open

    def _CloseClipboard(self) -> None:
        self.is_open = False

    def _EmptyClipboard(self) -> None:
        assert self.is_open
        self.held.clear()

    def _RegisterClipboardFormatW(self, name: str) -> int:
        if name == self._without:
            return 0
        self._names[0xC000 + len(self._names)] = name
        return 0xC000 + len(self._names) - 1

    def _SetClipboardData(self, kind: int, memory: int) -> int:
        assert self.is_open
        self.held.append((self._names[kind], bytes(self._memory[memory - 1])))
        return memory

    def _GlobalAlloc(self, _flags: int, size: int) -> int:
        self._memory.append((ctypes.c_char * size)())
        return len(self._memory)

    def _GlobalLock(self, memory: int) -> int:
        return ctypes.addressof(self._memory[memory - 1])

    def _GlobalUnlock(self, _memory: int) -> None:
        """Nothing to do."""

    def _GlobalFree(self, _memory: int) -> None:
        """Nothing to do."""


EXCLUDED = [
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
]


def test_on_windows_a_secret_is_kept_out_of_history_and_cloud() -> None:
    windows = Windows()
    windows.held.append(("text", b"of somebody else"))
    assert copy("a secret \U0001f511", windows, windows)
    *excluded, text = windows.held
    assert excluded == [(name, bytes(4)) for name in EXCLUDED]
    assert text == ("text", "a secret \U0001f511\0".encode("utf-16-le"))
    assert (windows.is_open, windows.windows) == (False, 0)


@pytest.mark.parametrize("without", EXCLUDED)
def test_where_the_exclusion_fails_the_secret_is_not_copied(without: str) -> None:
    windows = Windows(without=without)
    assert not copy("a secret", windows, windows)
    assert "text" not in dict(windows.held)
    assert (windows.is_open, windows.windows) == (False, 0)


@pytest.mark.parametrize(
    ("environ", "takes"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "tmux-256color"}, True),
        ({"WT_SESSION": "x"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "linux"}, False),
        ({"TERM": "vt220"}, False),
        ({}, False),
    ],
)
def test_only_a_terminal_that_is_known_to_take_copies_gets_one(
    environ: dict[str, str], takes: bool
) -> None:
    assert terminal_takes_copies(environ) is takes


def test_the_clipboard_of_a_machine_reached_over_ssh_is_not_that_of_the_person() -> None:
    assert is_remote({"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"})
    assert not is_remote({})


async def all_is_done() -> None:
    """Let what has become due begin, and wait until it has ended."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
def test_a_clipboard_that_never_answers_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_end = tmp_path / "asked", tmp_path / "may-end"
    os.mkfifo(asked)
    os.mkfifo(may_end)
    use_program(tmp_path, monkeypatch, f"echo > {asked}; cat {may_end}")

    async def story() -> None:
        copying = asyncio.create_task(PlatformClipboard().copy("text"))
        await asyncio.to_thread(asked.read_text)
        assert not copying.done()
        move_on(10)
        assert not await copying
        await asyncio.to_thread(may_end.write_text, "")

    on_own_clock(story())


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
def test_each_secret_stays_as_long_as_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = have_clipboard(tmp_path, monkeypatch)

    async def story() -> None:
        clipboard = PlatformClipboard(secret=True)
        assert await clipboard.copy("first")
        move_on(CLEAR_AFTER - 10)
        assert await clipboard.copy("second")
        move_on(20)
        await all_is_done()
        assert held.read_text() == "second", "not the time of the first one"
        move_on(CLEAR_AFTER - 20)
        await all_is_done()
        assert held.read_text() == ""

    on_own_clock(story())
