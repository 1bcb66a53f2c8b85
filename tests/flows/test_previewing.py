"""A preview of a profile's own tenant: with its sign-in and its token, and reading alone."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.flows.test_facts import watched
from tests.graph_client import JOB
from tests.practice_here import start_here
from tests.sessions import facts, session_in
from wizard.commands import preview
from wizard.commands.arguments import parse_arguments
from wizard.errors import InvalidInput
from wizard.graph.job import Job
from wizard.preview.both import BothDirectories, TakingHere
from wizard.preview.intake import Intake
from wizard.preview.outcome import Prospect
from wizard.preview.result import Preview
from wizard.preview.sources import Reader, Unknown
from wizard.steps.previewing import previewing, state_of
from wizard.store.places import settings_folder
from wizard.words.progress import Progress
from wizard.workspace import Opening, Workspace, open_workspace


def taking(both: BothDirectories) -> TakingHere:
    return TakingHere(Intake(both.settings, both.sides))


async def read_whole(both: BothDirectories) -> Preview:
    into = taking(both)
    await both.read(into)
    return into.intake.result()


async def test_whoever_is_assigned_is_previewed_with_the_profile_s_own_settings(
    space: Workspace,
) -> None:
    assert space.practice is not None
    space.practice.forget_requests()
    told: list[Progress] = []
    async with previewing(space, space.session(), report=told.append) as both:
        found = await read_whole(both)
    assert both.interrupted is None
    assert found.sides.entra.reader == Reader.GRAPH
    assert found.sides.webex.reader == Reader.FACADE
    assert found.settings.job == "never"
    assert not found.settings.everybody
    assert found.settings.own_account
    acting = sum(found.counts[each] for each in (Prospect.CREATE, Prospect.LINK))
    assert acting == 1  # whoever was assigned
    assert {request.method for request in space.practice.requests()} == {"GET"}
    messages = {progress.message for progress in told}
    assert {"People read from Microsoft Entra", "Accounts read from Webex"} <= messages


async def test_a_preview_that_was_left_or_cut_goes_on_and_comes_to_the_same(
    space: Workspace,
) -> None:
    assert space.practice is not None
    space.practice.misbehave("scim", "ignores-count", people=3)
    async with previewing(space, space.session()) as whole:
        counts = (await read_whole(whole)).counts
    for moments in (2, 9, 17):
        async with previewing(space, space.session()) as left:
            into = taking(left)
            reading = asyncio.ensure_future(left.read(into))
            for _ in range(moments):
                await asyncio.sleep(0)
            assert reading.cancel()
            await asyncio.wait([reading])
            await left.read(into)
            assert left.interrupted is None
        assert into.intake.result().counts == counts
    space.practice.behave()
    space.practice.misbehave("scim", "401", after=2)
    space.practice.misbehave("scim", "ignores-count", people=3)
    async with previewing(space, space.session()) as cut:
        into = taking(cut)
        await cut.read(into)
        assert cut.interrupted is not None
        assert into.intake.result().counts != counts
        space.practice.behave()
        await cut.read(into)
        assert cut.interrupted is None
    assert into.intake.result().counts == counts


async def test_where_webex_does_not_say_whose_token_it_is_that_is_not_known(
    space: Workspace,
) -> None:
    assert space.practice is not None
    async with previewing(space, space.session()) as both:
        assert Unknown.OWN_ACCOUNT not in (await read_whole(both)).unknown
    space.practice.misbehave("people", "500")
    async with previewing(space, space.session()) as both:
        found = await read_whole(both)
    assert not found.settings.own_account
    assert "whose token it is" in found.unknown[Unknown.OWN_ACCOUNT]


async def test_without_a_sign_in_nothing_is_read(space: Workspace) -> None:
    space.tenant.signed_in = None
    with pytest.raises(InvalidInput) as told:
        async with previewing(space, space.session()):
            pass
    assert told.value.code == "not-signed-in"


def opened_by(space: Workspace) -> Opening:
    """Return what opens this workspace, which stays open."""

    async def opening(*_: object) -> Workspace:
        return space

    return opening


async def test_the_command_previews_without_files_and_writes_nothing(
    space: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    methods = set[str]()
    space.connect = space.tenant.connect = watched(space.connect, methods)
    plan = tmp_path / "plan.jsonl"
    given = ["preview", "--practice", "--json", "--limit", "3", "--save", str(plan)]
    options = parse_arguments(given)
    assert options.asks_both
    code = await asyncio.to_thread(preview.run, options, opened_by(space))
    told = json.loads(capsys.readouterr().out)
    assert code == int(told["risky"])
    assert told["job"] == "never"
    assert told["completeness"]["webex"]["reader"] == "facade"
    assert told["counts"]["link"] + told["counts"]["create"] == 1
    assert methods == {"GET"}
    body = json.loads(plan.read_text().splitlines()[1])
    assert body["completeness"]["readers"] == ["graph", "facade"]


async def test_a_preview_that_was_broken_off_does_not_end_as_if_nothing_were_risky(
    space: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert space.practice is not None
    options = parse_arguments(["preview", "--practice", "--json"])
    space.practice.misbehave("scim", "401", after=2)
    space.practice.misbehave("scim", "ignores-count", people=3)
    assert await asyncio.to_thread(preview.run, options, opened_by(space)) == 4
    told = json.loads(capsys.readouterr().out)
    assert (told["risky"], told["completeness"]["webex"]["how"]) == (False, "partial")


async def test_in_practice_the_command_signs_in_by_itself(
    space: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    space.tenant.signed_in = None
    options = parse_arguments(["preview", "--practice", "--json"])
    assert await asyncio.to_thread(preview.run, options, opened_by(space)) in {0, 1}
    assert json.loads(capsys.readouterr().out)["command"] == "preview"


@pytest.mark.usefixtures("env")
def test_without_a_profile_or_a_sign_in_the_command_says_what_lacks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    opening = partial(open_workspace, start=start_here)
    options = parse_arguments(["preview", "--practice"])
    assert preview.run(options, opening) == 2
    assert "Code: no-such-profile" in capsys.readouterr().err
    session_in(settings_folder(practice=False)).change(token=facts(300, 365))
    assert preview.run(parse_arguments(["preview"]), open_workspace) == 4
    assert "Code: preview-not-signed-in" in capsys.readouterr().err


RAN = {"lastExecution": {"state": "Succeeded", "timeBegan": "2026-11-01T00:00:00Z"}}
STEADY = {"steadyStateFirstAchievedTime": "2026-11-01T00:00:00Z"}
LINKED = {"synchronizedEntryCountByType": [{"key": "User", "value": 3}]}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({}, "never"),
        ({"code": "NotRun"}, "never"),
        ({**RAN, **STEADY}, "running"),
        ({**RAN, **LINKED}, "running"),
        (RAN, "restarted"),
        ({**RAN, "steadyStateFirstAchievedTime": "0001-01-01T00:00:00Z"}, "restarted"),
    ],
)
def test_how_a_job_stands_is_taken_from_its_status(status: dict[str, Any], state: str) -> None:
    assert state_of(Job.model_validate({"id": JOB, "status": status})) == state
