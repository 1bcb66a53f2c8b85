"""One line of a terminal that tells how far long work is, and is taken away again."""

import os
import sys

from wizard.machine.streams import wants_lines

_USUAL = 80
"""Columns of a terminal that does not tell its own."""


def show_passing(text: str) -> None:
    """Show a line that the next one takes away; nothing where lines can only follow each other."""
    if sys.stderr.isatty() and not wants_lines():
        # A line that wraps cannot be taken away whole.
        sys.stderr.write(f"\r\x1b[2K{text[: _columns() - 1]}")
        sys.stderr.flush()


def _columns() -> int:
    # Not COLUMNS: what says more than there is leaves a line that wraps.
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL
    except (OSError, ValueError):
        return _USUAL
