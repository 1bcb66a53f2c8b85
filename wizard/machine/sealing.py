"""What this process holds stays in it: no core file, no debug log of keys, no traceback.

Only the standard library is loaded here, and all but `seal` waits until it is needed.
"""

import os
import sys
from contextlib import suppress

TYPE_CHECKING = False  # checkers know the name; `typing` alone would cost a fifth of `--version`
if TYPE_CHECKING:
    from logging import LogRecord
    from threading import ExceptHookArgs
    from types import TracebackType

_PR_SET_DUMPABLE = 4
"""prctl(2): the core goes to a program, where the system is told so, whatever the limit says;
nor may another process of the same user look into this one."""

MEMORY = 4 * 2**30
"""Bytes for trying expressions: a list of 100,000 people takes a fraction of it."""

_HARMLESS = frozenset(
    {
        "TEXTUAL_ANIMATIONS",
        "TEXTUAL_COLOR_SYSTEM",
        "TEXTUAL_DIM_FACTOR",
        "TEXTUAL_DISABLE_KITTY_KEY",
        "TEXTUAL_FILTERS",
        "TEXTUAL_FPS",
        "TEXTUAL_SMOOTH_SCROLL",
        "TEXTUAL_THEME",
    }
)
"""What Textual may be told by the environment: how it looks. Everything else records or sends
what is typed and shown, such as TEXTUAL_LOG, TEXTUAL_SCREENSHOT and TEXTUAL=devtools."""


def seal() -> None:
    """Keep secrets inside, from the start of a command or of one of its own processes."""
    with suppress(ImportError, OSError, ValueError):  # Windows writes no core files
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _keep_calm()


def bound_memory() -> None:
    """Let what is tried on a huge value fail by itself, before the machine runs out of memory.

    Only Linux holds a process to it; elsewhere the sizes that each function allows are the limit.
    """
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        with suppress(OSError, ValueError):  # a smaller limit holds already
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))


def blinded() -> tuple[str, ...]:
    """Take away what lets Textual record keys and screens; return the names, for a word on it."""
    names = [name for name in os.environ if name.split("_", 1)[0] == "TEXTUAL"]
    taken = tuple(sorted(name for name in names if name not in _HARMLESS))
    for name in taken:
        del os.environ[name]
    return taken


def _keep_calm() -> None:
    """Let no error be shown with the lines, values and words around it, wherever it ends up."""
    import logging
    import threading

    class Calm(logging.Handler):
        """What nobody else takes: of a task that failed unheard, a line; of all else, nothing."""

        def emit(self, record: "LogRecord") -> None:
            error = record.exc_info[1] if record.exc_info else None
            if record.name == "asyncio" and error is not None:
                _tell(error)

    def in_thread(raised: "ExceptHookArgs") -> None:
        if raised.exc_value is not None:
            _tell(raised.exc_value)

    logging.lastResort = Calm(logging.WARNING)
    logging.raiseExceptions = False
    threading.excepthook = in_thread
    sys.excepthook = _unhandled
    sys.unraisablehook = lambda _raised: None  # of what has ended anyway


def _unhandled(
    _kind: type[BaseException], error: BaseException, _trace: "TracebackType | None"
) -> None:
    if not isinstance(error, KeyboardInterrupt):
        _tell(error)


def _tell(error: BaseException) -> None:
    from wizard.words.unexpected import line

    with suppress(OSError, ValueError, AttributeError):  # a stream that is closed, or none at all
        sys.stderr.write(f"{line(error)}\n")
