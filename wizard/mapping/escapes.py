r"""Texts of a mapping in one line of a file: what is not seen, or would end the line, is escaped.

Escapes are `\n`, `\t`, `\"`, `\\`, and `\u{202e}` for the character of that number.
"""

import re
from typing import Final

from wizard.words.text import plain

ESCAPE: Final = re.compile(r'\\(?:([nt"\\])|u\{([0-9A-Fa-f]{1,6})\})')
"""One escape."""

_SHORT: Final = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_SURROGATES: Final = range(0xD800, 0xE000)


def is_seen(text: str) -> bool:
    """Tell whether every character of a text shows, in one line, and none drives a terminal."""
    return "\n" not in text and "\t" not in text and plain(text, len(text)) == text


def first_unseen(line: str) -> int | None:
    """Return the place of the first character that is not seen; tabs are taken for blanks."""
    shown = plain(line, len(line))
    return next(
        (at for at, pair in enumerate(zip(line, shown, strict=True)) if len({*pair}) > 1), None
    )


def escaped(text: str) -> str:
    """Return a text with its backslashes doubled, and escapes for all that is not seen.

    Blanks at either end count as not seen.
    """
    inner = text.strip(" ")
    before = len(text) - len(text.lstrip(" "))
    after = len(text) - before - len(inner)
    return _number(" ") * before + "".join(map(_escape, inner)) + _number(" ") * after


def in_quotes(text: str) -> str:
    """Return a text in double quotes, blanks at its ends as they are."""
    return '"' + "".join(r"\"" if sign == '"' else _escape(sign) for sign in text) + '"'


def unescaped(text: str) -> str:
    """Return what an escaped text stands for.

    Raises:
        ValueError: A backslash begins no escape, or a number is no character's; its argument is
            the place.
    """
    parts, end = [], 0
    for match in ESCAPE.finditer(text):
        parts += [_literal(text, end, match.start()), _character(match)]
        end = match.end()
    return "".join((*parts, _literal(text, end, len(text))))


def _literal(text: str, start: int, end: int) -> str:
    stray = text.find("\\", start, end)
    if stray >= 0:
        raise ValueError(stray)
    return text[start:end]


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return _SHORT[match[1]]
    number = int(match[2], 16)
    if number > 0x10FFFF or number in _SURROGATES:
        raise ValueError(match.start())
    return chr(number)


def _escape(sign: str) -> str:
    if sign == "\\":
        return r"\\"
    if is_seen(sign):
        return sign
    return {"\n": r"\n", "\t": r"\t"}.get(sign) or _number(sign)


def _number(sign: str) -> str:
    return f"\\u{{{ord(sign):x}}}"
