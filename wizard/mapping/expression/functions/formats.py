""".NET's custom date and time formats, for reading and for writing, in the invariant culture.

Microsoft Learn, "Custom date and time format strings". Of the one-letter standard formats only
those are known that read the same in every culture.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from wizard.mapping.expression.functions.errors import EvaluationError, shown
from wizard.mapping.expression.functions.moments import DAYS, MONTHS, ZonedMoment

MAX_FORMAT = 1_000
"""Characters of a format."""

_LETTERS = "dfFghHKmMstyz"
_STANDARD = {
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
}


@dataclass(frozen=True)
class FormatPart:
    """A field of a format, or literal text."""

    letter: str
    """The letter that is repeated; empty for literal text."""
    text: str
    """The field or the text itself."""
    quoted: bool = False
    """Whether the text was quoted or escaped, so that its letters mean nothing."""

    @property
    def width(self) -> int:
        """How often the letter is repeated."""
        return len(self.text)


@lru_cache(maxsize=128)
def fields_of(pattern: str) -> tuple[FormatPart, ...]:
    """Return the fields and texts of a format.

    Raises:
        EvaluationError: It is no format: an open quote, a lone backslash, too many letters f.
    """
    if len(pattern) > MAX_FORMAT or not pattern:
        raise _bad(pattern, "a format has between 1 and 1,000 characters")
    if len(pattern) == 1:
        if pattern not in _STANDARD:
            raise _bad(
                pattern,
                "a letter alone depends on the culture, so put % before it",
            )
        pattern = _STANDARD[pattern]
    found: list[FormatPart] = []
    at = 0
    while at < len(pattern):
        token, at = _token(pattern, at)
        found.append(token)
    return tuple(found)


def _token(pattern: str, at: int) -> tuple[FormatPart, int]:
    character = pattern[at]
    if character == "%":
        if pattern[at + 1 : at + 2] in ("", "%"):
            raise _bad(pattern, "% must stand before a letter")
        return _token(pattern, at + 1)
    if character in "'\"":
        return _quoted(pattern, at)
    if character == "\\":
        if at + 1 == len(pattern):
            raise _bad(pattern, "it ends with a backslash")
        return FormatPart("", pattern[at + 1], quoted=True), at + 2
    if character not in _LETTERS:
        return FormatPart("", character), at + 1
    end = at
    while pattern[end : end + 1] == character and not (character == "K" and end > at):
        end += 1
    if character in "fF" and end - at > 7:
        raise _bad(pattern, "a second has at most seven decimals")
    return FormatPart(character, pattern[at:end]), end


def _quoted(pattern: str, at: int) -> tuple[FormatPart, int]:
    text: list[str] = []
    end = at + 1
    while pattern[end : end + 1] not in ("", pattern[at]):
        end += pattern[end] == "\\"
        text.append(pattern[end : end + 1])
        end += 1
    if end >= len(pattern):
        raise _bad(pattern, "a quote is not closed")
    return FormatPart("", "".join(text), quoted=True), end + 1


def _bad(pattern: str, reason: str) -> EvaluationError:
    return EvaluationError(
        f'"{shown(pattern)}" is not a date format that can be used: {reason}.',
        "Write a custom format such as yyyy-MM-dd or M/d/yyyy h:mm:ss tt.",
        code="bad-date-format",
    )


def write_moment(moment: ZonedMoment, pattern: str) -> str:
    """Return a date in a format; without a zone it counts as UTC.

    Raises:
        EvaluationError: The format cannot be used.
    """
    parts: list[str] = []
    for token in fields_of(pattern):
        part = _WRITERS[token.letter](moment, token.width) if token.letter else token.text
        if token.letter == "F" and not part and parts and parts[-1] == ".":
            parts.pop()
        parts.append(part)
    return "".join(parts)


def _year(moment: ZonedMoment, width: int) -> str:
    year = moment.wall.year
    return f"{year if width > 2 else year % 100:0{width}d}"


def _named(names: tuple[str, ...], index: int, number: int, width: int) -> str:
    if width < 3:
        return f"{number:0{width}d}"
    return names[index] if width > 3 else names[index][:3]


def _fraction(moment: ZonedMoment, width: int) -> str:
    return f"{moment.ticks:07d}"[:width]


def _zone(moment: ZonedMoment, width: int) -> str:
    offset = moment.offset or timedelta()
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    if width < 3:
        return f"{sign}{hours:0{width}d}"
    return f"{sign}{hours:02d}:{minutes:02d}"


def _kind(moment: ZonedMoment, _width: int) -> str:
    if moment.offset is None:
        return ""
    return _zone(moment, 3) if moment.offset else "Z"


def _two(number: int, width: int) -> str:
    return f"{number:0{min(width, 2)}d}"


_WRITERS: dict[str, Callable[[ZonedMoment, int], str]] = {
    "d": lambda moment, width: _named(DAYS, moment.wall.weekday(), moment.wall.day, width),
    "f": _fraction,
    "F": lambda moment, width: _fraction(moment, width).rstrip("0"),
    "g": lambda moment, width: "A.D.",
    "h": lambda moment, width: _two(moment.wall.hour % 12 or 12, width),
    "H": lambda moment, width: _two(moment.wall.hour, width),
    "K": _kind,
    "m": lambda moment, width: _two(moment.wall.minute, width),
    "M": lambda moment, width: _named(MONTHS, moment.wall.month - 1, moment.wall.month, width),
    "s": lambda moment, width: _two(moment.wall.second, width),
    "t": lambda moment, width: ("AM" if moment.wall.hour < 12 else "PM")[:width],
    "y": _year,
    "z": _zone,
}
