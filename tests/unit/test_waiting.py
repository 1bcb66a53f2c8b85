"""What is said of work that takes a while, and of what a connection test found."""

import pytest

from tests.sessions import NOW
from wizard.checks.check import Check, ConnectionReport, Status
from wizard.words.waiting import elapsed_in_words


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.29, ""),
        (0.3, "0.3 s so far. Esc stops it."),
        (29.9, "29 s so far. Esc stops it."),
        (30.0, "Still at it after 30 s. Esc stops it."),
        (125.0, "Still at it after 2 min 5 s. Esc stops it."),
        (3780.0, "Still at it after 1 h 3 min. Esc stops it."),
    ],
)
def test_a_wait_tells_how_long_it_lasts_and_how_it_is_stopped(seconds: float, told: str) -> None:
    assert elapsed_in_words(seconds, "Esc stops it.") == told


@pytest.mark.parametrize(
    ("codes", "wants"),
    [
        ((), False),
        (("unauthorized",), True),
        (("forbidden", "server-error"), True),
        (("organization-mismatch",), True),
        (("role-cannot-write",), True),
        (("token-expired",), True),
        (("unreachable", "unauthorized"), False),
        (("timeout",), False),
        (("throttled",), False),
        (("not-found",), False),
    ],
)
def test_another_token_is_wanted_where_testing_again_changes_nothing(
    codes: tuple[str, ...], wants: bool
) -> None:
    passed = Check("dns", "Name lookup", Status.PASSED, "ok", "")
    failed = (Check("x", "X", Status.FAILED, code, "") for code in codes)
    report = ConnectionReport((passed, *failed), "failed", "unknown", "no", NOW, 5)
    assert report.wants_another_token is wants
