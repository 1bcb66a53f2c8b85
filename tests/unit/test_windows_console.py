"""What is typed on a Windows console is not shown, and shown again afterwards."""

import ctypes
from typing import Any

from wizard.linear.windows_console import hidden_from

ECHO, LINES = 0x4, 0x2


class Console:
    """kernel32 with one console, or with none."""

    def __init__(self, mode: int | None) -> None:
        self.mode = mode
        kernel = self

        class GetStdHandle:
            restype: Any = None

            def __call__(self, number: int) -> int:
                return 3 if number == -10 else 0

        class GetConsoleMode:
            argtypes: Any = None

            def __call__(self, console: int, place: Any) -> bool:
                if kernel.mode is None or console != 3:
                    return False
                ctypes.cast(place, ctypes.POINTER(ctypes.c_uint32))[0] = kernel.mode
                return True

        class SetConsoleMode:
            argtypes: Any = None

            def __call__(self, console: int, mode: int) -> bool:
                kernel.mode = mode
                return console == 3

        self.GetStdHandle = GetStdHandle()
        self.GetConsoleMode = GetConsoleMode()
        self.SetConsoleMode = SetConsoleMode()


def test_typing_is_hidden_and_everything_else_of_the_console_stays() -> None:
    console = Console(ECHO | LINES)
    with hidden_from(console) as is_hidden:
        assert is_hidden
        assert console.mode == LINES
    assert console.mode == ECHO | LINES


def test_without_a_console_it_is_said_that_typing_is_shown() -> None:
    with hidden_from(Console(None)) as is_hidden:
        assert not is_hidden
