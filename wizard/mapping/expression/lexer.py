"""An expression as tokens, each with the place it began at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wizard.mapping.expression.errors import ExpressionError

MAX_CHARACTERS: Final = 10_000
"""Characters that Entra takes in one expression (reference/graph-entra.md 4)."""

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<attribute>\[[^\[\]]*\])
    | (?P<hex>&[Hh][0-9A-Fa-f]+)
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<foreign>===?|=[<>]|<!--)  # begin with a sign of ours
    | (?P<operator><>|>=|<=|=|>|<)
    | (?P<mark>[(),])
    | (?P<unclosed>["\[])
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r'\\([\\"])')


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression."""

    kind: str
    """`text`, `attribute`, `hex`, `number`, `word`, `operator`, `mark`; `unclosed` where a text or
    an attribute never ends, `foreign` for a sign of no token; and `end` as the last."""
    text: str
    position: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of an expression and an `end` token.

    Raises:
        ExpressionError: The text is empty or too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(
            f"The expression has {len(text):,} characters, and Entra takes {MAX_CHARACTERS:,}.",
            "Shorten it, or split it over several attributes.",
            code="too-long",
            position=MAX_CHARACTERS,
        )
    if not text.strip():
        raise ExpressionError(
            "There is no expression.",
            'Type [attribute], "text" or Function(...).',
            code="empty",
            position=0,
        )
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "foreign"
        if kind != "space":
            yield Token(kind, match[0], match.start())
    yield Token("end", "", len(text))


def unquoted(text: str) -> str:
    """Return the value of a quoted text; a backslash escapes a quote and itself, nothing else."""
    return _ESCAPED.sub(r"\1", text[1:-1])


def quoted(value: str) -> str:
    """Return a value as quoted text."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
