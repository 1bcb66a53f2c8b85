"""One line of a terminal that tells how far long work is, and is taken away again."""

import sys


def show_passing(text: str) -> None:
    """Show a line that the next one takes away; nothing where standard error is no terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text:<60}\r{text}")
        sys.stderr.flush()
