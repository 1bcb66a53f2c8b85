from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.functions import dates, formats, moments, reading
from wizard.mapping.expression.values import NOT_SUPPLIED, Argument, Context

call: dict[str, Callable[..., Any]] = {function.name: function.call for function in dates.FUNCTIONS}

NOW = Context(now=datetime(2021, 7, 2, 15, 33, 38, 999_999, tzinfo=UTC))
HIRED = "3/16/2012 7:00:00 AM"
LATER = "8/25/2021 5:41:18 PM"


def formatted(source: Argument, read: str, write: str, styles: Argument = NOT_SUPPLIED) -> object:
    return call["FormatDateTime"](NOW, source, styles, read, write)


def code_of(source: Argument, read: str, write: str) -> str:
    """Return the code of the error; empty when there is a value."""
    try:
        formatted(source, read, write)
    except ExpressionError as error:
        return error.code
    return ""


def test_now_is_utc() -> None:
    assert call["Now"](NOW) == "7/2/2021 3:33:38 PM"
    eastern = timezone(timedelta(hours=-4))
    assert call["Now"](Context(now=datetime(2021, 7, 2, 20, 0, tzinfo=eastern))) == (
        "7/3/2021 12:00:00 AM"
    )
    assert call["Now"](Context(now=datetime(2021, 7, 2, 12, 0))) == "7/2/2021 12:00:00 PM"


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2020-03-16-07:00", "3/16/2020 7:00:00 AM"),
        ("2021-06-30+08:00", "6/29/2021 4:00:00 PM"),
        ("2009-06-15T01:45:30-07:00", "6/15/2009 8:45:30 AM"),
        ("2009-06-15T01:45:30.1234567Z", "6/15/2009 1:45:30 AM"),
        ("2009-06-15 01:45", "6/15/2009 1:45:00 AM"),
        ("2025-07-30", "7/30/2025 12:00:00 AM"),
        ("9999-01-01", "1/1/9999 12:00:00 AM"),
        ("8/25/2021 5:41:18 PM", "8/25/2021 5:41:18 PM"),
        (" 8/25/2021 12:00:00 am ", "8/25/2021 12:00:00 AM"),
        ("8/25/21", "8/25/2021 12:00:00 AM"),
        ("1/2/1950", "1/2/1950 12:00:00 AM"),
        ("2021/8/25 17:41", "8/25/2021 5:41:00 PM"),
        ("Mon, 15 Jun 2009 20:45:30 GMT", "6/15/2009 8:45:30 PM"),
        ("June 15, 2009", "6/15/2009 12:00:00 AM"),
        ("15-Jun-2009", "6/15/2009 12:00:00 AM"),
        ("2013-01-10 4:00 PM -8", "1/11/2013 12:00:00 AM"),
        (None, None),
    ],
)
def test_a_date_becomes_utc(text: Argument, date: str | None) -> None:
    assert call["CDate"](text) == date


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "20150123",
        "2021-02-30",
        "13/13/2021",
        "2021-08-25T25:00",
        "8/25/2021 13:00 PM",
        "2021-08-25 7",
        "1" * 1_000_000,
        " " * 1_000_000,
        5,
        True,
        "٢٠٢١-٠٨-٢٥",
    ],
)
def test_what_is_no_date_is_an_error(text: Argument) -> None:
    with pytest.raises(ExpressionError) as caught:
        call["CDate"](text)
    assert caught.value.code == "not-a-date"
    assert len(caught.value.message) < 200


def test_a_date_beyond_the_calendar_is_an_error() -> None:
    attempts: tuple[Callable[[], object], ...] = (
        lambda: call["CDate"]("9999-12-31T23:00:00-08:00"),
        lambda: call["DateAdd"]("yyyy", 8000, HIRED),
        lambda: call["DateAdd"]("m", -(10**15), HIRED),
        lambda: call["DateAdd"]("s", 10**18, HIRED),
        lambda: call["DateAdd"]("ww", 300_000_000_000, HIRED),
        lambda: call["DateFromNum"](9223372036854775807),
        lambda: call["DateFromNum"](-1),
        lambda: call["NumFromDate"]("1600-12-31"),
        lambda: call["DateDiff"]("ww", "0001-01-01", "0001-01-02"),
    )
    for attempt in attempts:
        with pytest.raises(ExpressionError) as caught:
            attempt()
        assert caught.value.code == "date-out-of-range"


@pytest.mark.parametrize(
    ("interval", "value", "date", "result"),
    [
        ("d", 7, HIRED, "3/23/2012 7:00:00 AM"),
        ("d", -10, HIRED, "3/6/2012 7:00:00 AM"),
        ("ww", 2, HIRED, "3/30/2012 7:00:00 AM"),
        ("m", 10, HIRED, "1/16/2013 7:00:00 AM"),
        ("yyyy", 2, HIRED, "3/16/2014 7:00:00 AM"),
        ("d", "10", HIRED, "3/26/2012 7:00:00 AM"),
        ("h", 17, HIRED, "3/17/2012 12:00:00 AM"),
        ("n", -1, HIRED, "3/16/2012 6:59:00 AM"),
        ("s", 86_400, HIRED, "3/17/2012 7:00:00 AM"),
        ("m", 1, "2023-01-31", "2/28/2023 12:00:00 AM"),
        ("m", -2, "2024-01-31", "11/30/2023 12:00:00 AM"),
        ("yyyy", 1, "2024-02-29", "2/28/2025 12:00:00 AM"),
        ("d", 1, None, None),
    ],
)
def test_dates_move_by_intervals(
    interval: str, value: Argument, date: Argument, result: str | None
) -> None:
    assert call["DateAdd"](interval, value, date) == result


@pytest.mark.parametrize(
    ("interval", "first", "second", "difference"),
    [
        ("d", "2021-08-18+08:00", "2021-08-31+08:00", 13),
        ("d", LATER, "2012-03-16-07:00", -3449),
        ("ww", LATER, "2012-03-16-07:00", -493),
        ("m", LATER, "2012-03-16-07:00", -113),
        ("yyyy", LATER, "2012-03-16-07:00", -9),
        ("d", "2021-08-31+08:00", "2021-08-31+08:00", 0),
        ("h", "2021-08-24", "2021-08-25", 24),
        ("n", "2021-08-24", "2021-08-25", 1440),
        ("s", "2021-08-24", "2021-08-25", 86400),
        ("ww", "2021-08-28", "2021-08-29", 1),
        ("ww", "2021-08-29", "2021-09-04", 0),
        ("ww", "2021-08-29", "2021-08-28", -1),
        ("yyyy", "2020-12-31", "2021-01-01", 1),
        ("m", "2021-01-31", "2021-02-01", 1),
        ("d", "2021-08-24T12:00", "2021-08-25T11:59", 0),
        ("d", "2021-08-25T11:59", "2021-08-24T12:00", 0),
        ("d", None, "2021-08-24", None),
        ("d", "2021-08-24", None, None),
    ],
)
def test_differences_are_counted_as_visual_basic_counts_them(
    interval: str, first: Argument, second: Argument, difference: int | None
) -> None:
    assert call["DateDiff"](interval, first, second) == difference


@pytest.mark.parametrize("interval", ["", "D", "days", "q", None])
def test_an_unknown_interval_is_an_error(interval: Argument) -> None:
    attempts: tuple[Callable[[], object], ...] = (
        lambda: call["DateDiff"](interval, HIRED, LATER),
        lambda: call["DateAdd"](interval, 1, HIRED),
    )
    for attempt in attempts:
        with pytest.raises(ExpressionError) as caught:
            attempt()
        assert caught.value.code == "unknown-interval"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2020-12-31 23:59:59-08:00", 132539615990000000),
        ("2025-12-31T23:59:59-08:00", 134117279990000000),
        ("2012-01-01T23:00:00Z", 129699324000000000),
        ("1601-01-01T00:00:00.0000001Z", 1),
        (None, None),
    ],
)
def test_a_date_becomes_a_filetime(text: Argument, number: int | None) -> None:
    assert call["NumFromDate"](text) == number


def test_a_filetime_becomes_a_date() -> None:
    assert call["DateFromNum"](129699324000000000) == "1/1/2012 11:00:00 PM"
    assert call["DateFromNum"]("129699324000000000") == "1/1/2012 11:00:00 PM"
    assert call["DateFromNum"](0) == "1/1/1601 12:00:00 AM"
    assert call["DateFromNum"](None) is None


@given(st.datetimes(datetime(1601, 1, 1), datetime(9999, 12, 31)))
def test_a_filetime_goes_there_and_back(date: datetime) -> None:
    written = moments.written(date.replace(microsecond=0))
    assert call["DateFromNum"](call["NumFromDate"](written)) == written
    assert call["CDate"](written) == written


@pytest.mark.parametrize(
    ("source", "read", "write", "result"),
    [
        ("20150123105347.1Z", "yyyyMMddHHmmss.fZ", "yyyy-MM-dd", "2015-01-23"),
        ("2020-12-31-08:00", "yyyy-MM-ddzzz", "yyyy-MM-dd", "2020-12-31"),
        ("2021-06-30+08:00", "yyyy-MM-ddzzz", "yyyy-MM-dd zz z K", "2021-06-30 +08 +8 +08:00"),
        ("12/31/2020 12:00:00 AM", "M/d/yyyy hh:mm:ss tt", "yyyy-MM-dd", "2020-12-31"),
        ("7/30/2025 1:05:09 PM", "M/d/yyyy h:mm:ss tt", "HH:mm:ss", "13:05:09"),
        (" 2021-08-25\t", "yyyy-MM-dd", "%d", "25"),
        ("2021-08-25", "yyyy-MM-dd", "ddd dddd MMM MMMM", "Wed Wednesday Aug August"),
        ("2021-08-25", "yyyy-MM-dd", "y yy yyy yyyyy", "21 21 2021 02021"),
        ("2021-08-25", "yyyy-MM-dd", 'd \'of\' MMMM\\, "y\\""', '25 of August, y"'),
        ("2021-08-25", "yyyy-MM-dd", "gg K|zzz", "A.D. |+00:00"),
        ("5:7:9.120", "H:m:s.fff", "yyyy-MM-dd h:mm:ss.FFF t", "2021-07-02 5:07:09.12 A"),
        ("1.5", "s.FFFFFFF", "ss.fffffff", "01.5000000"),
        ("1", "s.FFFFFFF", "ss.FFFFFFF", "01"),
        ("12", "hh", "HH", "00"),
        ("PM", "tt", "HH", "12"),
        ("aug 5 49", "MMM d yy", "yyyy-MM-dd", "2049-08-05"),
        ("August 5 50", "MMMM d yy", "yyyy-MM-dd", "1950-08-05"),
        ("2021", "yyyy", "s", "2021-01-01T00:00:00"),
        ("2009-06-15T13:45:30.6175425-07:00", "o", "r", "Mon, 15 Jun 2009 13:45:30 GMT"),
        ("2009-06-15T13:45:30.6175425Z", "o", "o", "2009-06-15T13:45:30.6175425Z"),
        ("Mon, 15 Jun 2009 13:45:30 GMT", "R", "u", "2009-06-15 13:45:30Z"),
        ("2021-08-25 -0730", "yyyy-MM-dd zzz", "zzz", "-07:30"),
        ("A.D. 2021", "g yyyy", "yyyy", "2021"),
        (20210825, "yyyyMMdd", "d/M", "25/8"),
        (None, "yyyy", "yy", None),
    ],
)
def test_dates_are_written_in_another_format(
    source: Argument, read: str, write: str, result: str | None
) -> None:
    assert formatted(source, read, write) == result


def test_three_arguments_are_source_and_formats() -> None:
    assert call["FormatDateTime"](NOW, "2021-08-25", "yyyy-MM-dd", "d.M.yyyy") == "25.8.2021"


@pytest.mark.parametrize(
    ("styles", "result"),
    [
        ("AdjustToUniversal", "2020-12-31 08:00Z"),
        ("DateTimeStyles.AllowWhiteSpaces, AdjustToUniversal", "2020-12-31 08:00Z"),
        ("RoundtripKind", "2020-12-31 00:00-08:00"),
        (None, "2020-12-31 00:00-08:00"),
    ],
)
def test_styles_change_how_a_date_is_read(styles: Argument, result: str) -> None:
    source, read = "2020-12-31-08:00", "yyyy-MM-ddzzz"
    assert formatted(source, read, "yyyy-MM-dd HH:mmK", styles) == result


def test_styles_for_white_space_and_missing_parts() -> None:
    assert formatted("2020 - 12", "yyyy-MM", "MM", "AllowInnerWhite") == "12"
    assert formatted("10:30", "HH:mm", "yyyy", "NoCurrentDateDefault") == "0001"
    assert formatted("2020", "yyyy", "%K", "AssumeUniversal") == "Z"
    with pytest.raises(ExpressionError) as caught:
        formatted(" 2020", "yyyy", "yy", "None")
    assert caught.value.code == "date-does-not-fit"
    with pytest.raises(ExpressionError) as caught:
        formatted("2020", "yyyy", "yy", "Loosely")
    assert caught.value.code == "unknown-date-style"


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("1/15/2030 12:00:00 AM", "yyyy-MM-dd"),
        ("1/5/2030 1:00:00 AM", "M/d/yyyy hh:mm:ss tt"),
        ("", "yyyy-MM-dd"),
        ("2021-02-30", "yyyy-MM-dd"),
        ("2021-08-25x", "yyyy-MM-dd"),
        ("13 PM", "hh tt"),
        ("13 AM", "HH tt"),
        ("Mon 2021-08-25", "ddd yyyy-MM-dd"),
        ("2021 2022", "yyyy yyyy"),
        ("20210825", "yyyy-MM-dd"),
        ("٢٠٢١", "yyyy"),
        ("1" * 1_000_000, "yyyy"),
        ("Foo", "MMM"),
        ("X", "%t"),
        ("B.C.", "gg"),
        ("08:00", "zzz"),
        ("12:60", "h:s"),
    ],
)
def test_a_date_in_another_format_is_an_error(source: str, read: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        formatted(source, read, "yyyy")
    assert caught.value.code == "date-does-not-fit"
    assert len(caught.value.message) < 300


@pytest.mark.parametrize(
    "bad", ["", "d", "K", "'open", '"open', "yyyy\\", "%", "%%", "ffffffff", "y" * 2000]
)
def test_a_bad_format_is_an_error(bad: str) -> None:
    for read, write in ((bad, "yyyy"), ("yyyy", bad)):
        with pytest.raises(ExpressionError) as caught:
            formatted("2021", read, write)
        assert caught.value.code == "bad-date-format"


FULL_DATES = [
    "yyyy-MM-dd",
    "d.M.yyyy",
    "MMMM d, yyyy",
    "ddd dd MMM yyyy",
    "yyyyMMdd",
    "yyyyy/M/dddd d",
]
FULL_TIMES = ["HH:mm:ss.fffffff", "h:m:s.fffffff tt", "hhmmsstfffffff", "'at' H'h'mm\\mss.fffffff"]
ZONES = ["zzz", "K", "'local'"]


@given(
    st.datetimes(),
    st.integers(0, 9_999_999),
    st.integers(-14 * 60, 14 * 60),
    st.tuples(*map(st.sampled_from, (FULL_DATES, FULL_TIMES, ZONES))),
)
def test_a_date_can_be_read_in_the_format_it_was_written_in(
    wall: datetime, ticks: int, minutes: int, parts: tuple[str, ...]
) -> None:
    offset = None if "'local'" in parts else timedelta(minutes=minutes)
    moment = moments.ZonedMoment(wall.replace(microsecond=0), ticks, offset)
    pattern = " ".join(parts)
    written = formats.write_moment(moment, pattern)
    assert reading.read_exact(written, pattern, NOW.now.date()) == moment


@given(
    st.text("dfFghHKmMstyzZ:/.-'\"\\% ", max_size=12), st.text("0123456789:APM.-/ Z", max_size=20)
)
def test_random_formats_give_a_text_or_an_error(pattern: str, source: str) -> None:
    for read, write in ((pattern, pattern), ("yyyy", pattern)):
        assert code_of(source or "2021", read, write) in (
            "",
            "bad-date-format",
            "date-does-not-fit",
        )
