"""Functions of dates; a date is text in UTC, and a null date yields null."""

from calendar import monthrange
from datetime import datetime, timedelta

from wizard.mapping.expression.functions import formats, moments
from wizard.mapping.expression.functions.arguments import as_integer, as_text, text_or_empty
from wizard.mapping.expression.functions.errors import EvaluationError, shown
from wizard.mapping.expression.functions.moments import TICKS, ZonedMoment
from wizard.mapping.expression.functions.reading import read_exact
from wizard.mapping.expression.registry import Function, Parameter
from wizard.mapping.expression.values import NOT_SUPPLIED, Argument, Context

_FILETIME_START = datetime(1601, 1, 1)
_SECOND = timedelta(seconds=1)
_SPANS = {
    "ww": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "n": timedelta(minutes=1),
    "s": _SECOND,
}
_MONTHS = {"yyyy": 12, "m": 1}
_LONGEST = 400_000_000_000
"""Seconds between the first and the last date there is, rounded up."""

_STYLES = frozenset(
    {
        "None",
        "RoundtripKind",
        "AllowLeadingWhite",
        "AllowTrailingWhite",
        "AllowInnerWhite",
        "AllowWhiteSpaces",
        "AdjustToUniversal",
        "AssumeUniversal",
        "AssumeLocal",
        "NoCurrentDateDefault",
    }
)
_DEFAULT_STYLES = frozenset({"RoundtripKind", "AllowLeadingWhite", "AllowTrailingWhite"})


def now(context: Context) -> str:
    """Return the current time in UTC."""
    return moments.written(moments.wall_now(context.now))


def to_date(expression: Argument) -> str | None:
    """Return a text that means a date as a date in UTC; without a zone it is UTC already."""
    wall = _wall(expression)
    return None if wall is None else moments.written(wall)


def date_from_number(value: Argument) -> str | None:
    """Return the date of a FILETIME: 100 nanoseconds since 1601, in UTC."""
    if as_text(value) is None:
        return None
    ticks = as_integer(value, "value")
    if ticks < 0:
        raise moments.outside()
    return moments.written(moments.shifted(_FILETIME_START, ticks // TICKS * _SECOND))


def number_from_date(value: Argument) -> int | None:
    """Return the FILETIME of a date in ISO 8601, or of one that another function yields."""
    text = as_text(value)
    if text is None:
        return None
    moment = moments.read_moment(text).in_utc()
    seconds = (moment.wall - _FILETIME_START) // _SECOND
    if seconds < 0:
        raise EvaluationError(
            f'"{shown(text)}" lies before 1601, where these numbers begin.',
            "Use a later date.",
            code="date-out-of-range",
        )
    return seconds * TICKS + moment.ticks


def date_add(interval: Argument, value: Argument, date: Argument) -> str | None:
    """Return a date moved by years, months, weeks, days, hours, minutes or seconds.

    A day that the month does not have becomes its last one.
    """
    unit = _unit(interval)
    count = as_integer(value, "value")
    wall = _wall(date)
    if wall is None:
        return None
    if abs(count) > _LONGEST:
        raise moments.outside()
    if unit in _MONTHS:
        return moments.written(_months_later(wall, count * _MONTHS[unit]))
    try:
        return moments.written(moments.shifted(wall, count * _SPANS[unit]))
    except OverflowError as error:
        raise moments.outside() from error


def date_difference(interval: Argument, first: Argument, second: Argument) -> int | None:
    """Return how far the second date is after the first, counted as Visual Basic does.

    Years and months are differences of the calendar, weeks are Sundays passed, and the rest is
    elapsed time without what is left over.
    """
    unit = _unit(interval)
    start, end = _wall(first), _wall(second)
    if start is None or end is None:
        return None
    if unit in _MONTHS:
        months = (end.year - start.year) * 12 + end.month - start.month
        return end.year - start.year if unit == "yyyy" else months
    if unit == "ww":
        start, end = _since_sunday(start), _since_sunday(end)
    return _truncated((end - start) // _SECOND, _SPANS[unit] // _SECOND)


def format_date_time(
    context: Context,
    source: Argument,
    styles: Argument,
    input_format: Argument,
    output_format: Argument = NOT_SUPPLIED,
) -> str | None:
    """Return a date written in another format, with the calendar day it was written with.

    With three arguments they are source, input format and output format, as in the list of
    functions that Graph gave in 2021.
    """
    if output_format is NOT_SUPPLIED:
        styles, input_format, output_format = NOT_SUPPLIED, styles, input_format
    chosen = _styles(text_or_empty(styles))
    text = as_text(source)
    if text is None:
        return None
    today = datetime.min if "NoCurrentDateDefault" in chosen else moments.wall_now(context.now)
    moment = read_exact(
        _trimmed(text, chosen),
        text_or_empty(input_format),
        today.date(),
        inner_white=not chosen.isdisjoint(("AllowInnerWhite", "AllowWhiteSpaces")),
    )
    if "AdjustToUniversal" in chosen:
        moment = moment.in_utc()
    elif moment.offset is None and "AssumeUniversal" in chosen:
        moment = ZonedMoment(moment.wall, moment.ticks, timedelta())
    return formats.write_moment(moment, text_or_empty(output_format))


def _trimmed(text: str, styles: frozenset[str]) -> str:
    """Return a text without the white space around it that the styles allow."""
    if not styles.isdisjoint(("AllowLeadingWhite", "AllowWhiteSpaces")):
        text = text.lstrip()
    if not styles.isdisjoint(("AllowTrailingWhite", "AllowWhiteSpaces")):
        text = text.rstrip()
    return text


def _styles(text: str) -> frozenset[str]:
    """Return the DateTimeStyles that are named, or those that apply when none is.

    Raises:
        EvaluationError: One of them does not exist.
    """
    names = [name.strip().removeprefix("DateTimeStyles.") for name in text.split(",")]
    chosen = frozenset(name for name in names if name)
    if chosen - _STYLES:
        raise EvaluationError(
            f'"{shown(text)}" names no date and time styles.',
            "Leave the parameter empty, or write names such as AdjustToUniversal.",
            code="unknown-date-style",
        )
    return chosen or _DEFAULT_STYLES


def _wall(date: Argument) -> datetime | None:
    text = as_text(date)
    return None if text is None else moments.read_moment(text).in_utc().wall


def _unit(interval: Argument) -> str:
    unit = text_or_empty(interval)
    if unit in _SPANS or unit in _MONTHS:
        return unit
    raise EvaluationError(
        f'"{shown(unit)}" is not an interval.',
        'Write "yyyy" for years, "m" months, "ww" weeks, "d" days, "h" hours, "n" minutes or '
        '"s" seconds.',
        code="unknown-interval",
    )


def _months_later(wall: datetime, months: int) -> datetime:
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise moments.outside()
    last = monthrange(year, month + 1)[1]
    return wall.replace(year=year, month=month + 1, day=min(wall.day, last))


def _since_sunday(wall: datetime) -> datetime:
    return moments.shifted(wall, -timedelta(days=wall.isoweekday() % 7))


def _truncated(span: int, unit: int) -> int:
    return span // unit if span >= 0 else -(-span // unit)


_EXPRESSION = Parameter("expression")
_VALUE = Parameter("value")
_INTERVAL = Parameter("interval")

FUNCTIONS: tuple[Function, ...] = (
    Function("CDate", (_EXPRESSION,), to_date),
    Function("DateAdd", (_INTERVAL, _VALUE, Parameter("dateTime")), date_add),
    Function("DateDiff", (_INTERVAL, Parameter("date1"), Parameter("date2")), date_difference),
    Function("DateFromNum", (_VALUE,), date_from_number),
    Function(
        "FormatDateTime",
        (
            Parameter("source"),
            Parameter("dateTimeStyles", required=False),
            Parameter("inputFormat"),
            Parameter("outputFormat"),
        ),
        format_date_time,
        needs_context=True,
    ),
    Function("Now", (), now, needs_context=True),
    Function("NumFromDate", (_VALUE,), number_from_date),
)
