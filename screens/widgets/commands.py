"""A sentence that names a command line: in bold, where a text without colours has backticks."""

import re

from textual.content import Content

from wizard import PROGRAM

_COMMAND = re.compile(rf"`({PROGRAM}\b[^`\n]*)`")
"""A command line of this program; other backticks may be part of a name."""


def with_commands(text: str) -> Content:
    """Return a sentence of ours, whose command lines stand out."""
    parts = _COMMAND.split(text)
    return Content.assemble(*((part, "bold" * (at % 2)) for at, part in enumerate(parts)))
