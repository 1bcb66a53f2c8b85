"""Reading a date by a .NET format, as DateTime.ParseExact does."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from wizard.mapping.expression.functions.errors import EvaluationError, shown
from wizard.mapping.expression.functions.formats import FormatPart, fields_of
from wizard.mapping.expression.functions.moments import (
    DAYS,
    MONTHS,
    ZonedMoment,
    full_year,
    offset_of,
)

_MAX_TEXT = 2_000
"""Characters of a text that a format can still describe."""

_ZONES = {
    1: re.compile(r"[+-]\d{1,2}", re.ASCII),
    2: re.compile(r"[+-]\d{2}", re.ASCII),
    3: re.compile(r"[+-]\d{2}:?\d{2}", re.ASCII),
}


class _Mismatch(Exception):
    """The text does not have the format."""


def read_exact(text: str, pattern: str, today: date, *, inner_white: bool = False) -> ZonedMoment:
    """Return the date that a text holds in exactly this format.

    Args:
        text: The date; white space around it has been dealt with.
        pattern: The .NET format.
        today: What a format without any date means.
        inner_white: Whether blanks may stand between the parts.

    Raises:
        EvaluationError: The format cannot be used, or the text does not have it.
    """
    fields = fields_of(pattern)
    try:
        if len(text) > _MAX_TEXT:
            raise _Mismatch
        return _Reading(text, inner_white).read(fields).moment(today)
    except (_Mismatch, ValueError) as error:
        raise EvaluationError(
            f'"{shown(text)}" does not have the format "{shown(pattern)}".',
            "Make the input format fit the date exactly: d and M stand for one or two digits, "
            "dd and MM for two.",
            code="date-does-not-fit",
        ) from error


@dataclass
class _Reading:
    """A text on its way to a date."""

    text: str
    inner_white: bool
    at: int = 0
    found: dict[str, int] = field(default_factory=dict)

    def read(self, fields: tuple[FormatPart, ...]) -> "_Reading":
        for place, token in enumerate(fields):
            if self.inner_white:
                self._skip_white()
            if token.letter:
                _READERS[token.letter](self, token.width)
            elif token.text == "Z" and not token.quoted:
                self._literal("Z")
                self._keep("offset", 0)
            elif not self._optional_point(token, fields[place + 1 : place + 2]):
                self._literal(token.text.strip() if self.inner_white else token.text)
        if self.inner_white:
            self._skip_white()
        if self.at < len(self.text):
            raise _Mismatch
        return self

    def moment(self, today: date) -> ZonedMoment:
        hour = self._hour()
        minute, second = self.found.get("minute", 0), self.found.get("second", 0)
        day = self._date(today)
        if self.found.get("weekday", day.weekday()) != day.weekday():
            raise _Mismatch
        offset = self.found.get("offset")
        return ZonedMoment(
            datetime(day.year, day.month, day.day, hour, minute, second),
            self.found.get("ticks", 0),
            None if offset is None else timedelta(minutes=offset),
        )

    def _date(self, today: date) -> date:
        if not {"year", "month", "day"} & set(self.found):
            return today
        return date(
            self.found.get("year", today.year),
            self.found.get("month", 1),
            self.found.get("day", 1),
        )

    def _hour(self) -> int:
        """Return the hour of the day; a twelve-hour clock without AM or PM shows the morning."""
        half = self.found.get("half")
        if "hour12" not in self.found:
            hour = self.found.get("hour", 0)
            if half is not None and "hour" in self.found and hour // 12 != half:
                raise _Mismatch
            return hour if "hour" in self.found else 12 * (half or 0)
        hour = self.found["hour12"]
        if not 1 <= hour <= 12:
            raise _Mismatch
        hour = hour % 12 + 12 * (half or 0)
        return self._agreed("hour", hour)

    def _agreed(self, name: str, value: int) -> int:
        if self.found.get(name, value) != value:
            raise _Mismatch
        return value

    def _keep(self, name: str, value: int) -> None:
        self.found[name] = self._agreed(name, value)

    def _skip_white(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1

    def _literal(self, text: str) -> None:
        if not self.text.startswith(text, self.at):
            raise _Mismatch
        self.at += len(text)

    def _optional_point(self, token: FormatPart, following: tuple[FormatPart, ...]) -> bool:
        """Tell whether a point may be missing, because optional decimals follow it."""
        optional = token.text == "." and bool(following) and following[0].letter == "F"
        return optional and not self.text.startswith(".", self.at)

    def digits(self, least: int, most: int) -> str:
        end = self.at
        while end - self.at < most and self.text[end : end + 1] in tuple("0123456789"):
            end += 1
        if end - self.at < least:
            raise _Mismatch
        taken, self.at = self.text[self.at : end], end
        return taken

    def number(self, name: str, width: int) -> None:
        """Read a number: one letter takes one or two digits, two letters exactly two."""
        self._keep(name, int(self.digits(min(width, 2), 2)))

    def year(self, width: int) -> None:
        year = int(self.digits(width, max(width, 2)))
        self._keep("year", full_year(year) if width <= 2 else year)

    def name(self, name: str, names: tuple[str, ...], first: int, width: int) -> None:
        rest = self.text[self.at : self.at + 10].casefold()
        for index, full in enumerate(names, first):
            wanted = full if width > 3 else full[:3]
            if rest.startswith(wanted.casefold()):
                self.at += len(wanted)
                self._keep(name, index)
                return
        raise _Mismatch

    def day(self, width: int) -> None:
        if width < 3:
            self.number("day", width)
        else:
            self.name("weekday", DAYS, 0, width)

    def month(self, width: int) -> None:
        if width < 3:
            self.number("month", width)
        else:
            self.name("month", MONTHS, 1, width)

    def fraction(self, width: int, least: int) -> None:
        self._keep("ticks", int(self.digits(least, width).ljust(7, "0")))

    def half(self, width: int) -> None:
        wanted = self.text[self.at : self.at + min(width, 2)].upper()
        halves = ("A", "P") if width == 1 else ("AM", "PM")
        if wanted not in halves:
            raise _Mismatch
        self.at += len(wanted)
        self._keep("half", halves.index(wanted))

    def era(self, _width: int) -> None:
        for era in ("A.D.", "AD"):
            if self.text.startswith(era, self.at):
                self.at += len(era)
                return
        raise _Mismatch

    def zone(self, width: int) -> None:
        found = _ZONES[min(width, 3)].match(self.text, self.at)
        if not found:
            raise _Mismatch
        self.at = found.end()
        self._keep("offset", offset_of(found[0]) // timedelta(minutes=1))

    def kind(self, _width: int) -> None:
        if self.text.startswith("Z", self.at):
            self.at += 1
            self._keep("offset", 0)
        elif self.text[self.at : self.at + 1] in ("+", "-"):
            self.zone(3)


_READERS: dict[str, Callable[[_Reading, int], None]] = {
    "d": _Reading.day,
    "f": lambda reading, width: reading.fraction(width, width),
    "F": lambda reading, width: reading.fraction(width, 0),
    "g": _Reading.era,
    "h": lambda reading, width: reading.number("hour12", width),
    "H": lambda reading, width: reading.number("hour", width),
    "K": _Reading.kind,
    "m": lambda reading, width: reading.number("minute", width),
    "M": _Reading.month,
    "s": lambda reading, width: reading.number("second", width),
    "t": _Reading.half,
    "y": _Reading.year,
    "z": _Reading.zone,
}
