"""The three standard streams, so prepared that none of them ends the program."""

import io
import os
import sys
from contextlib import suppress

TYPE_CHECKING = False  # checkers know the name; `typing` alone would cost a fifth of `--version`
if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer


_USUAL = 80
"""Columns of a terminal that does not tell its own."""


class OutputLost(Exception):
    """Standard output takes nothing more, such as on a full disk.

    Neither an `OSError` nor one of ours, so that nobody takes it for trouble with something else.
    """


class _Data(io.FileIO):
    """Standard output: what is lost there was asked for."""

    def write(self, content: "ReadableBuffer", /) -> int:
        """Write, or tell whose trouble it is."""
        try:
            return super().write(content)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputLost(error.strerror or "unknown reason") from error


class _Narration(io.FileIO):
    """Standard error, or a terminal: the work goes on although nobody can be told.

    A terminal can be closed. Were its writes to fail, the thread that writes for Textual would
    end, and the program would wait for it forever.
    """

    def write(self, content: "ReadableBuffer", /) -> int:
        """Write, or do as if."""
        with suppress(OSError):
            return super().write(content)
        return memoryview(content).nbytes


def prepare(*, own: bool) -> None:
    """Let no closed stream and no unusual character end the program.

    Args:
        own: Whether the streams are this process's alone, and a full disk under them too.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - for good
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):  # whoever calls `main` may have put another there
            stream.reconfigure(errors="replace")
    if own:
        sys.stdout = _over(sys.stdout, sys.__stdout__, _Data)
        sys.stderr = _over(sys.stderr, sys.__stderr__, _Narration)
        # Textual writes to the latter.
        sys.__stderr__ = sys.stderr  # type: ignore[assignment, misc]  # final, but for this


def columns() -> int:
    """Return the width of the terminal, or of a usual one."""
    try:
        return int(os.environ.get("COLUMNS") or os.get_terminal_size().columns) or _USUAL
    except (OSError, ValueError):
        return _USUAL


def wants_lines() -> bool:
    """Tell whether lines alone are wanted: by a screen reader's user, or by the terminal itself."""
    said = os.environ.get("ACCESSIBLE", "").strip().lower()
    if said not in {"", "0", "false", "no"}:
        return True
    return os.environ.get("TERM") in {"dumb", "unknown"} and _is_terminal()


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def forget_what_was_typed() -> None:
    """Let nothing that waits in a terminal be read; what comes by a pipe stays."""
    if not sys.stdin.isatty():
        return
    if sys.platform == "win32":
        import msvcrt

        while msvcrt.kbhit():
            msvcrt.getwch()
        return
    import termios

    with suppress(termios.error, OSError, ValueError):  # it only says that it is a terminal
        termios.tcflush(sys.stdin, termios.TCIFLUSH)


def give_up_output() -> None:
    """Let what is left of standard output go nowhere, also at the exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _over(stream: "TextIO", given: "TextIO | None", kind: type[io.FileIO]) -> "TextIO":
    """Return a stream over the same descriptor; the console of Windows keeps its own."""
    if stream is not given or not isinstance(stream, io.TextIOWrapper):
        return stream
    if not isinstance(getattr(stream.buffer, "raw", stream.buffer), io.FileIO):
        return stream
    stream.flush()
    kind = _Narration if stream.isatty() else kind
    return io.TextIOWrapper(
        io.BufferedWriter(kind(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
