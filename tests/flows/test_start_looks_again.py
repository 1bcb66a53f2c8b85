"""The last look before a start: what stops by then was asked for, by whom it concerns."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.flows.test_start_by_plan import AS_IT_IS, STOP, Paused
from tests.practice_here import PracticeHere
from tests.typing_here import meanwhile

UNASSIGNED = ("aiko.tanaka", "bruno.costa", "chiara.ricci", "david.schmidt", "esther.cohen",
              "farid.rahimi", "greta.weber", "hugo.laurent")  # fmt: skip
"""People whom nobody provisions, and of whom Webex has no account."""


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Paused:
    return asyncio.run(Paused.after(fresh, tmp_path, "a plan of a paused job", Paused.prepare))


def _vanish(now: Paused) -> None:
    now.hours.ahead += timedelta(minutes=6).total_seconds()
    for name in UNASSIGNED:
        now.practice.tell_entra(delete_user=f"{name}@practice.example")


def test_what_stops_only_since_somebody_was_asked_starts_nothing(now: Paused) -> None:
    ran = now.start(now.code, STOP, AS_IT_IS, stdin=meanwhile(lambda: _vanish(now)))
    assert ran.code == 1, ran.said
    assert "More is stopped by now than was asked about, so nothing was started." in ran.said
    assert "The directory has 8 people fewer than in the plan of before" in ran.said
    assert "Code: plan-outgrown" in ran.said
    assert "Of one" not in ran.said
    assert now.writes() == []


def test_a_stop_that_was_asked_about_passes_at_the_last_look(now: Paused) -> None:
    _vanish(now)
    ran = now.start(now.code, STOP, "8", AS_IT_IS)
    assert (ran.code, now.writes()) == (0, ["start"]), ran.said
