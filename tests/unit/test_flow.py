"""The walk goes on, back and to any reached step, and finds its place again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.sessions import NOW, ended, session_in
from wizard.flow.plan import RENEWAL, SETUP, STEPS, StepInfo
from wizard.flow.session import Flow, Session
from wizard.store.journal import Action
from wizard.store.profiles import ProfileStore, StepRecord

ALL = [step.id for step in SETUP]


def done(*ids: str) -> dict[str, StepRecord]:
    return {name: StepRecord(at=NOW) for name in ids}


def flow_in(folder: Path, **changes: Any) -> Flow:
    return Flow(SETUP, session_in(folder, **changes))


def again(flow: Flow) -> Flow:
    """Return the flow as the next process finds it."""
    return Flow(flow.steps, session_in(flow.session.profiles.folder))


def test_a_new_setup_begins_at_the_first_step(tmp_path: Path) -> None:
    flow = flow_in(tmp_path)
    assert flow.current.id == "prepare"
    assert flow.is_first
    assert not flow.is_last
    flow.back()
    assert flow.current.id == "prepare"
    assert ProfileStore(tmp_path).names() == []


@pytest.mark.parametrize("steps", [SETUP, RENEWAL])
def test_forward_goes_to_the_next_step_whatever_it_lacks(
    steps: Sequence[StepInfo], tmp_path: Path
) -> None:
    flow = Flow(steps, session_in(tmp_path))
    for step in (*steps[1:], steps[-1]):
        flow.forward()
        assert flow.current == step


def test_back_works_from_every_step(tmp_path: Path) -> None:
    flow = flow_in(tmp_path)
    flow.go("finish")
    for expected in reversed(ALL[:-1]):
        flow.back()
        assert flow.current.id == expected


def test_only_reached_steps_can_be_jumped_to_and_what_they_lack_is_known(tmp_path: Path) -> None:
    flow = flow_in(tmp_path, steps=done("organization"))
    assert not flow.can_go("token")
    assert flow.why_not("token") == "Secret token comes later: each step leads on to the next."
    assert flow.why_not("connection") == "First finish: Secret token."
    flow.go("token")
    assert flow.why_not("token") == ""
    flow.go("connection")
    flow.back()
    assert flow.can_go("connection")
    assert [step.id for step in flow.missing(STEPS["connection"])] == ["token"]
    flow.session.tick("token")
    assert flow.missing(STEPS["connection"]) == []


def test_every_place_is_found_again_after_a_crash(tmp_path: Path) -> None:
    flow = flow_in(tmp_path, steps=done("organization", "token", "credentials"))
    for name in ALL:
        flow.go(name)
        assert again(flow).current.id == name


def test_going_where_one_is_writes_nothing(tmp_path: Path) -> None:
    flow = flow_in(tmp_path)
    flow.go("prepare")
    before = (tmp_path / "default.json").stat().st_mtime_ns
    flow.go("prepare")
    assert (tmp_path / "default.json").stat().st_mtime_ns == before


@pytest.mark.parametrize("gone", ["no-such-step", "", "new-token"])
def test_a_place_that_is_no_step_of_this_flow_means_the_first_open_one(
    tmp_path: Path, gone: str
) -> None:
    flow = flow_in(tmp_path, at_step=gone, steps=done("prepare", "organization", "no-such-step"))
    assert flow.current.id == "token"


def test_a_place_that_lost_what_it_needs_means_the_first_open_one(tmp_path: Path) -> None:
    flow = flow_in(tmp_path, at_step="connection", steps=done("prepare", "organization"))
    assert flow.current.id == "token"


def test_a_setup_with_everything_done_goes_on_at_its_end(tmp_path: Path) -> None:
    everything = done(*(step.id for step in SETUP if not step.optional))
    assert flow_in(tmp_path, at_step="renewed", steps=everything).current.id == "finish"


def test_a_change_counts_only_when_it_is_on_the_disk(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    session.tick("prepare", "all well")
    assert session_in(tmp_path).profile == session.profile
    assert session.profile.steps["prepare"].note == "all well"
    session.untick("prepare", "token")
    assert session_in(tmp_path).profile.steps == {}


def test_unticking_what_is_open_writes_nothing(tmp_path: Path) -> None:
    session_in(tmp_path).untick("token")
    assert list(tmp_path.iterdir()) == []


moves = st.lists(
    st.sampled_from(["forward", "back", *ALL, *(f"tick {name}" for name in ALL)]), max_size=20
)


@given(moves)
@example(["forward", "forward", "back"])
def test_no_walk_loses_its_place(tmp_path: Path, walk: list[str]) -> None:
    (tmp_path / "default.json").unlink(missing_ok=True)
    flow = flow_in(tmp_path)
    for move in walk:
        if move.startswith("tick "):
            flow.session.tick(move.removeprefix("tick "))
        elif move in ALL:
            if flow.can_go(move):
                flow.go(move)
        elif move == "forward":
            flow.forward()
        else:
            flow.back()
        if flow.session.profile.at_step and not flow.missing(flow.current):
            assert again(flow).current == flow.current


def test_a_session_shows_its_clock_in_what_it_saves(tmp_path: Path) -> None:
    session: Session = session_in(tmp_path, at_step="token")
    assert session.profile.updated_at == NOW
    ended(session.log("token", Action.STORED, "current token", expires_at="later"))
    (entry,) = session.history.entries
    assert (entry.at, entry.details) == (NOW, {"expires_at": "later"})


def test_what_another_window_set_up_meanwhile_is_not_withdrawn(tmp_path: Path) -> None:
    mine, before = session_in(tmp_path), session_in(tmp_path).profile
    mine.change(at_step="token")
    other = session_in(tmp_path)
    mine.go_back_to(before, was_stored=True)
    other.tick("mapping")
    mine.withdraw()
    assert session_in(tmp_path).is_done("mapping")
    mine.tick("scoping")
    mine.withdraw()
    assert session_in(tmp_path).is_done("mapping")


def test_what_was_stored_here_alone_is_withdrawn(tmp_path: Path) -> None:
    mine = session_in(tmp_path)
    before = mine.profile
    mine.change(at_step="token")
    mine.go_back_to(before, was_stored=False)
    assert mine.profiles.names() == []
    mine.tick("mapping")
    assert mine.profiles.names() == ["default"]
