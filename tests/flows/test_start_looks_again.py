"""The last look before a start: what stops by then was asked for, by whom it concerns."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.flows.test_start_by_plan import (
    AS_IT_IS,
    COMING,
    IDS,
    SALES,
    STOP,
    Paused,
    _from,
    _schema,
    _settings,
)
from tests.line import Send
from tests.practice_here import PracticeHere
from tests.typing_here import Typed, meanwhile

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


@pytest.mark.parametrize(
    ("ending", "code"), [("/users", 4), ("/Users", 4), ("/secrets", 4), ("/start", 1)]
)
def test_a_line_that_is_down_after_the_questions_is_told_as_before_them(
    ending: str, code: int, now: Paused
) -> None:
    is_typed = False

    def typed() -> None:
        nonlocal is_typed
        is_typed = True
        now.hours.ahead += timedelta(minutes=6).total_seconds()

    async def down(request: httpx.Request, send: Send) -> httpx.Response:
        if is_typed and request.url.path.endswith(ending):
            raise httpx.ConnectError("down", request=request)
        return await send(request)

    with now.entra.line.meddled(down):
        ran = now.start(now.code, STOP, AS_IT_IS, stdin=meanwhile(typed))
    assert (ran.code, now.writes()) == (code, []), ran.said


async def _remap(now: Paused) -> None:
    await _schema(now, lambda rows: _from(rows, "displayName", "mail"))


async def _lower(now: Paused) -> None:
    mail = {"Enabled": True, "Recipients": "it@practice.example",
            "DeleteThresholdEnabled": True, "DeleteThresholdValue": 3}  # fmt: skip
    await _settings(now, SyncNotificationSettings=json.dumps(mail))


async def _begin(now: Paused) -> None:
    assert (await now.admin()).post(f"{now.job}/start").status_code == 204


@pytest.mark.parametrize("lent", [AS_IT_IS, ""], ids=["limit left alone", "limit lent"])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_remap, "Changed meanwhile: the attribute mapping."),
        (_lower, "Changed meanwhile: the deletion limit, or the job."),
    ],
    ids=["mapping", "deletion limit"],
)
def test_what_changes_during_the_last_look_is_caught_before_the_first_write(
    change: Callable[[Paused], Awaitable[None]], said: str, lent: str, now: Paused
) -> None:
    ran = _start_while(now, change, lent)
    assert (ran.code, now.writes()) == (1, []), ran.said
    assert "Code: plan-moved" in ran.said
    assert said in ran.said


def test_a_job_that_somebody_started_during_the_last_look_is_not_started_by_us(
    now: Paused,
) -> None:
    before = len(now.session.history.entries)
    ran = _start_while(now, _begin, AS_IT_IS)
    assert (ran.code, "Code: plan-already-on" in ran.said) == (1, True), ran.said
    assert "Started by the plan" not in ran.said
    assert (now.writes(), len(now.session.history.entries)) == ([], before)


def _start_while(now: Paused, change: Callable[[Paused], Awaitable[None]], lent: str) -> Typed:
    """Start, and let somebody else change something while both directories are read last."""
    is_typed = is_done = False

    def typed() -> None:
        nonlocal is_typed
        is_typed = True
        now.hours.ahead += timedelta(minutes=6).total_seconds()

    async def meddle(request: httpx.Request, send: Send) -> httpx.Response:
        nonlocal is_done
        if is_typed and not is_done and request.url.path.endswith("/Users"):
            is_done = True
            await change(now)
            now.practice.forget_requests()
        return await send(request)

    with now.entra.line.meddled(meddle):
        ran = now.start(now.code, STOP, lent, stdin=meanwhile(typed))
    assert is_done, ran.said
    return ran


async def _slow(now: Paused, request: httpx.Request, send: Send) -> httpx.Response:
    """Let reading take two minutes, so that it counts for as long."""
    if request.url.path.endswith("/Users"):
        now.hours.ahead += timedelta(minutes=2).total_seconds()
    return await send(request)


def _joins(now: Paused, principal: str) -> None:
    async def assigned() -> None:
        admin, path = await now.admin(), f"{now.base}/appRoleAssignedTo"
        role = admin.get(now.base).json()["appRoles"][0]["id"]
        asked = {"principalId": principal, "resourceId": now.base[19:], "appRoleId": role}
        assert admin.post(path, asked).status_code == 201

    asyncio.run(assigned())
    now.practice.forget_requests()


def test_whoever_is_assigned_while_a_look_still_counts_is_seen(now: Paused) -> None:
    typed = meanwhile(lambda: _joins(now, IDS["rosa.marino"]))
    with now.entra.line.meddled(partial(_slow, now)):
        ran = now.start(now.code, STOP, AS_IT_IS, stdin=typed)
    assert (ran.code, now.writes()) == (1, []), ran.said
    assert "once more, as they are now" in ran.said
    assert "rosa.marino@practice.example: was out of scope" in ran.said


def test_whoever_comes_into_an_assigned_group_while_a_look_still_counts_is_seen(
    now: Paused,
) -> None:
    def comes() -> None:
        now.members(SALES[0], *COMING, "rosa.marino")
        now.practice.forget_requests()

    with now.entra.line.meddled(partial(_slow, now)):
        ran = now.start(now.code, STOP, AS_IT_IS, stdin=meanwhile(comes))
    assert (ran.code, now.writes()) == (1, []), ran.said
    assert "rosa.marino@practice.example: was out of scope" in ran.said


def test_a_look_that_still_counts_is_not_done_twice(now: Paused) -> None:
    with now.entra.line.meddled(partial(_slow, now)):
        ran = now.start(now.code, STOP, AS_IT_IS)
    assert (ran.code, "once more" in ran.said, now.writes()) == (0, False, ["start"]), ran.said
    told = "people only where that takes you longer than "
    assert told in ran.said, "what is not looked at again is said before anybody types"
