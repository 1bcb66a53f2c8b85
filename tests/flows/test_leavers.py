"""Who would be switched off is told before a change, and exactly they are switched off by it."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.entra_actions import NAMED, filtered
from tests.flows.test_entra_narrowing import RESTART, Running, everybody, told_of
from tests.practice_here import PracticeHere
from tests.sessions import tools
from wizard.preview.desk import Selection
from wizard.preview.outcome import Prospect
from wizard.steps.leavers import Leavers
from wizard.steps.narrowed_by_hand import NARROWS
from wizard.steps.previewing import WouldBe, desk_of
from wizard.words.progress import Progress
from wizard.workspace import Workspace

GROUP = "b7000000-0000-4000-8000-000000000000"
TOLD = re.compile(
    r"(\d+) (?:people|person) would be switched off in Webex: (.*?)(?: and (\d+) more)?\.(?: |$)"
)


def off(now: Running) -> set[str]:
    """Return who is switched off in Webex."""
    return {each["userName"] for each in now.practice.webex()["users"] if not each["active"]}


def said(text: str) -> tuple[int, set[str]]:
    """Return how many would be switched off, and the first names."""
    found = TOLD.search(text)
    assert found, text
    names = set(found[2].split(", "))
    assert len(names) + int(found[3] or 0) == int(found[1])
    return int(found[1]), names


async def cycle(now: Running, minutes: float = 1) -> None:
    now.pass_by(minutes)
    await now.look("watch")


async def _filter(now: Running) -> str:
    filtered(now.session, "Finance")
    return told_of(await now.look("scoping"))


async def _active(now: Running) -> str:
    source = 'Switch([department], "True", "Human Resources", "False")'
    document = now.file.document(now.session).with_edited("active", source=source)
    now.file.keep(now.session, document)
    return told_of(await now.look("mapping"))


@pytest.mark.parametrize(("step_id", "change"), [("scoping", _filter), ("mapping", _active)])
async def test_who_falls_out_by_a_filter_or_a_row_is_named_before_and_switched_off_after(
    step_id: str, change: Callable[[Running], Awaitable[str]], fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    before = off(now)
    count, names = said(await change(now))
    assert (count, names) == (1, {"ivo.novak@practice.example"})
    assert now.writes() in ([], ["parseExpression"])
    await now.answer(step_id, RESTART)
    await cycle(now)
    assert off(now) - before == names


async def test_who_is_not_assigned_is_named_before_only_who_is_assigned_stays(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await everybody(now)
    before = off(now)
    count, names = said(told_of(await now.look("scope")))
    assert count > 50
    desk = desk_of(space_of(now), now.session, would_be=WouldBe(everybody=False))
    await desk.read(lambda _: None)
    everyone = {row.name for row in await desk.rows(Selection(Prospect.DISABLE), 0, 1000)}
    assert (len(everyone), names < everyone) == (count, True)
    await now.answer("scope", {"who": "assigned", **RESTART})
    await cycle(now)
    assert off(now) == before, "the deletion limit holds them back"
    await now.answer("watch", {"how": "held-back"})
    await cycle(now, 5)
    assert off(now) - before == everyone


async def test_who_is_in_scope_by_an_assignment_alone_is_named_before_it_is_removed(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    before = off(now)
    made = now.newest("assignment")
    found = await now.look_back(made)
    assert found is not None
    count, names = said(told_of(found))
    assert (count, names) == (1, {"ivo.novak@practice.example"})
    assert now.writes() == []
    await now.take_back(made, answers=RESTART)
    await cycle(now)
    assert off(now) - before == names


async def test_the_members_of_a_group_are_named_before_it_is_taken_away(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    some = ("ivo.novak", "jana.lindqvist", "kofi.mensah")
    members = [await now.user(name) for name in some]
    fresh.tell_entra(groups=[{"id": GROUP, "displayName": "Sales", "members": members}])
    await now.answer("assignment", {"who": GROUP})
    now.pass_by(60)
    await now.look("watch")
    before = off(now)
    made = now.newest("assignment")
    found = await now.look_back(made)
    assert found is not None
    count, names = said(told_of(found))
    assert count == 2
    assert names == {f"{name}@practice.example" for name in some[1:]}
    await now.take_back(made, answers=RESTART)
    await cycle(now)
    assert off(now) - before == names


async def test_what_waits_for_a_restart_names_them_wherever_it_is_restarted(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await everybody(now)
    await now.answer("scope", {"who": "assigned"} | NAMED)
    counts = {said(told_of(await now.look(step_id)))[0] for step_id in ("scope", "watch")}
    await now.take_back(now.newest("start"), answers={})
    counts.add(said(told_of(await now.look("start")))[0])
    assert len(counts) == 1
    assert counts.pop() > 50


async def test_another_matching_row_tells_who_is_found_otherwise(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    document = now.file.document(now.session).with_edited("userName", source="[mail]")
    now.file.keep(now.session, document)
    told = told_of(await now.look("mapping"))
    assert "Nobody would be switched off in Webex" in told


async def test_by_hand_they_are_named_by_what_entra_has_before_the_step_counts_as_done(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await now.take_back(now.newest("assignment"))
    asked = await now.doing("assignment").confirmation(now.session)
    assert "By what Entra has now: 1 person would be switched off in Webex: ivo.novak@" in asked
    assert asked.endswith(" Is it done, and is that meant?")
    now.entra.signed_in = None
    blind = await now.doing("assignment").confirmation(now.session)
    assert "By what" not in blind
    assert NARROWS["assignment"] in blind
    assert await now.doing("watch").confirmation(now.session) == ""


def space_of(now: Running) -> Workspace:
    return tools(
        now.keystore,
        endpoints=now.practice.endpoints,
        profiles=now.session.profiles,
        connect=now.entra.connect,
        tenant=now.entra,
    )


async def test_what_cannot_be_looked_at_says_so_and_the_name_is_asked_all_the_same(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    fresh.misbehave("directory", "403", method="GET")
    filtered(now.session, "Finance")
    found = await now.look("scoping")
    assert "could not be looked at: " in told_of(found)
    assert [each.id for each in found.questions] == ["restart", "name"]


async def test_what_takes_longer_than_somebody_waits_goes_on_meanwhile(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    told: list[Progress] = []
    leavers = Leavers(space_of(now), patience=0)
    nobody = WouldBe(everybody=False, unassigned=frozenset({"x"}))
    found = await leavers.look(now.session, nobody, told.append)
    assert not found.is_known
    assert [each.message for each in told] == [
        "Looking who would be switched off in Webex, for 0 seconds at most."
    ]
    assert "Look again to see it, or go on without." in found.words
    while not found.is_known:
        found = await leavers.look(now.session, nobody)
    assert found.words.startswith("Nobody would be switched off in Webex by what was read. Of 1 ")
    leavers.close()
