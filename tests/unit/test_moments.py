"""A moment is typed as a date, a time or a span; nothing else is taken for one."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.errors import InvalidInput
from wizard.words.moments import EARLIEST, in_utc, moment_typed, moment_written

NOW = datetime(2026, 11, 27, 3, 4, 5, 6, tzinfo=UTC)
MOMENTS = st.datetimes(EARLIEST.replace(tzinfo=None), NOW.replace(tzinfo=None))
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda each: timezone(timedelta(minutes=each)))


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-11-26", datetime(2026, 11, 26, tzinfo=UTC)),
        (" 2026-11-26T21:03 ", datetime(2026, 11, 26, 21, 3, tzinfo=UTC)),
        ("2026-11-26 21:03:09 UTC", datetime(2026, 11, 26, 21, 3, 9, tzinfo=UTC)),
        ("2026-11-26T21:03:09.5+02:00", datetime(2026, 11, 26, 19, 3, 9, 500_000, tzinfo=UTC)),
        ("2026-11-26t21:03:09z", datetime(2026, 11, 26, 21, 3, 9, tzinfo=UTC)),
        ("90m", NOW - timedelta(minutes=90)),
        ("12h", NOW - timedelta(hours=12)),
        ("2d", NOW - timedelta(days=2)),
        ("1 W", NOW - timedelta(weeks=1)),
        ("0d", NOW),
        ("99999w", EARLIEST),
        ("0001-01-01", EARLIEST),
    ],
)
def test_a_moment_is_found(typed: str, moment: datetime) -> None:
    assert moment_typed(typed, NOW) == moment


@pytest.mark.parametrize(
    "typed",
    ["", "d", "2", "-2d", "2 days", "1d12h", "999999d", "٢d", "2026-11-31", "26.11.2026", "\x1b2d"],
)
def test_what_is_none_is_refused_with_what_would_be_one(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        moment_typed(typed, NOW)
    assert refused.value.code == "not-a-moment"
    assert "12h" in refused.value.hint
    assert "\x1b" not in refused.value.message


def test_what_has_not_come_is_refused_but_for_a_clock_that_is_a_little_off() -> None:
    assert moment_typed("2026-11-27T13:00", NOW) == datetime(2026, 11, 27, 13, tzinfo=UTC)
    with pytest.raises(InvalidInput) as refused:
        moment_typed("2026-11-28T03:04:06", NOW)
    assert refused.value.code == "moment-ahead"


@given(MOMENTS, ZONES)
def test_every_moment_is_read_as_it_was_written(moment: datetime, zone: timezone) -> None:
    here = moment.replace(tzinfo=UTC).astimezone(zone)
    assert moment_typed(moment_written(here), NOW) == here
    assert moment_typed(here.isoformat(), NOW) == here
    assert moment_typed(in_utc(here), NOW) == here.replace(microsecond=0)


@given(st.lists(MOMENTS, min_size=2, max_size=2))
def test_written_moments_sort_as_they_came(moments: list[datetime]) -> None:
    told = [moment_written(each.replace(tzinfo=UTC)) for each in moments]
    assert (told[0] < told[1]) == (moments[0] < moments[1])


@given(st.integers(0, 99_999), st.sampled_from("mhdw"))
def test_a_span_counts_back_and_never_further_than_the_earliest(count: int, unit: str) -> None:
    names = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
    found = moment_typed(f"{count}{unit}", NOW)
    assert found == max(EARLIEST, NOW - timedelta(**{names[unit]: count}))


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_moment_that_is_over_or_refused(typed: str) -> None:
    with suppress(InvalidInput):
        assert EARLIEST <= moment_typed(typed, NOW) <= NOW + timedelta(days=1)
