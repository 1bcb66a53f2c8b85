"""Whether the terminal can show more than letters."""

import os
import sys


def terminal_encoding() -> str:
    """Return the encoding of what the terminal shows; that of letters alone where it is in doubt.

    Python writes UTF-8 where the locale is `C`, which says nothing of the terminal; a console of
    Linux takes UTF-8 and has hardly a sign in its font.
    """
    stream = sys.__stdout__
    if os.environ.get("TERM") == "linux" or os.environ.get("LC_ALL") in {"C", "POSIX"}:
        return "ascii"
    return (stream.encoding if stream is not None else "") or "ascii"


def shows_signs() -> bool:
    """Tell whether the terminal shows a bar and a tick, or only letters."""
    try:
        "▌✓".encode(terminal_encoding())
    except (UnicodeEncodeError, LookupError):
        return False
    return True
