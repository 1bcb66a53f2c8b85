"""One line of a terminal that tells how far long work is, and is taken away again."""

import sys

from wizard.machine.streams import columns, wants_lines


def show_passing(text: str) -> None:
    """Show a line that the next one takes away; nothing where lines can only follow each other."""
    if sys.stderr.isatty() and not wants_lines():
        # A line that wraps cannot be taken away whole.
        sys.stderr.write(f"\r\x1b[2K{text[: columns(sys.stderr.fileno()) - 1]}")
        sys.stderr.flush()
