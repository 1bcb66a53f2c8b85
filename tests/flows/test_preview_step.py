"""Step `preview`: what was seen and accepted is kept, and is old once something else is so."""

import json
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.desk_here import started_here
from tests.flows.test_facts import watched
from tests.practice_here import start_here
from tests.running import do, have, have_sign_in
from tests.sessions import session_in, tools
from wizard.errors import StepFirst
from wizard.flow.plan import PREVIEW
from wizard.flow.session import State
from wizard.mapping.document import MappingDocument, Row
from wizard.options import Options
from wizard.preview.binding import require_same_target
from wizard.preview.plan import Plan, read_plan
from wizard.steps.base import GraphStep, Outlook
from wizard.steps.kept_preview import KeptPreview, kept_preview
from wizard.steps.mapping_file import MappingFile
from wizard.steps.preview import PreviewStep
from wizard.steps.previewing import previewing
from wizard.store.keystore import Slot
from wizard.store.marks import Mark
from wizard.walk.doing import Doing
from wizard.walk.ending import ending
from wizard.walk.forgetting import forget
from wizard.walk.undoing import Undoing
from wizard.words.progress import silent
from wizard.workspace import Workspace, open_workspace


@pytest.fixture
async def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Workspace]:
    monkeypatch.setenv("WEBEX_WIZARD_HOME", str(tmp_path))
    space = await open_workspace(Options(practice=True), start=start_here)
    space.keystore.keep_in_memory(on=True)
    space.start_preview = started_here
    await have(space, "organization", "token")
    await have_sign_in(space)
    yield space
    space.close()


async def set_up(space: Workspace) -> None:
    for step in ("application", "credentials", "notification", "assignment", "scope"):
        await do(space, step)


def doing(space: Workspace, step_id: str = PREVIEW.id) -> Doing:
    action = space.action_of(step_id)
    assert isinstance(action, GraphStep)
    return Doing(space, space.session(), action)


async def accepted(space: Workspace) -> Outlook:
    """Look, read, and accept what is shown."""
    await doing(space).look()
    return await doing(space).apply({}, silent)


def test_the_guide_asks_graph_for_what_the_mapping_of_the_profile_names(
    tmp_path: Path,
) -> None:
    session = session_in(tmp_path)
    step = PreviewStep(PREVIEW, tools(profiles=session.profiles))
    people, *_ = step.guide(session).values
    assert "accountEnabled" in people.text
    assert "department" not in people.text
    document = MappingDocument.default().with_typed(Row("title", "[department]"))
    MappingFile(session.profiles).keep(session, document)
    people, *_ = step.guide(session).values
    assert "department" in people.text
    assert "manager" not in people.text


@pytest.mark.parametrize(
    ("people", "groups", "said"),
    [
        ({"create": 1}, {"create": 1}, "1 created in Webex. Groups: 1 created in Webex."),
        ({"create": 1}, {"unchanged": 2}, "1 created in Webex."),
        ({"unchanged": 3}, {"create": 1},
         "no person and no account would change. Groups: 1 created in Webex."),
        ({"unchanged": 3}, {}, "nothing would change in Webex."),
    ],
)  # fmt: skip
def test_a_kept_preview_tells_its_groups(
    people: dict[str, int], groups: dict[str, int], said: str
) -> None:
    at, body = datetime(2026, 11, 27, tzinfo=UTC), {"counts": people, "groups": groups, "target": 1}
    kept = KeptPreview(at, Plan("9f" * 32, {}, body, {}), is_partial=False)
    assert f"is kept: {said} The code" in kept.words


def mark(space: Workspace) -> Mark:
    return space.session().mark_of(PREVIEW.id)


async def test_what_was_accepted_is_kept_without_names_and_without_a_write(
    space: Workspace,
) -> None:
    await set_up(space)
    methods = set[str]()
    space.connect = space.tenant.connect = watched(space.connect, methods)
    assert (await doing(space).look()).finding.state is State.OPEN
    assert mark(space) is Mark.OPEN
    found = await accepted(space)
    assert methods == {"GET"}
    assert found.finding.state is State.DONE
    assert mark(space) is Mark.SEEN
    session, kept = space.session(), kept_preview(space.session())
    assert kept is not None
    assert kept.code in found.finding.text
    file = session.profiles.plan_path(session.profile.name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "practice.example" not in file.read_text()
    entry = session.history.entries[-1]
    assert (entry.details["digest"], entry.details["code"]) == (kept.plan.digest, kept.code)
    assert sum(entry.details["counts"].values()) >= 65
    plan = read_plan(file)
    assert len(plan.outcomes) >= 65
    async with previewing(space, session) as both:
        require_same_target(both.settings, plan)
    assert (await doing(space).look()).finding.state is State.DONE


async def test_what_we_save_afterwards_makes_it_old_and_the_same_again_makes_it_current(
    space: Workspace,
) -> None:
    await set_up(space)
    await accepted(space)
    await doing(space, "scope").apply({"who": "everybody"}, silent)
    assert mark(space) is Mark.ATTENTION
    found = await doing(space).look()
    assert found.finding.state is State.ATTENTION
    old = "The preview was made before who is in scope was changed."
    assert old in found.finding.text
    assert any(old in fact for fact in (await doing(space, "start").look()).facts)
    await doing(space, "scope").apply({"who": "assigned", "name": "Cisco Webex"}, silent)
    assert (await doing(space).look()).finding.state is State.DONE
    assert mark(space) is Mark.SEEN
    undoing = Undoing(space, space.session())
    made = next(each for each in undoing.made if each.step == "assignment")
    assert [said async for said in undoing.take_back([made], {}, silent)]
    assert mark(space) is Mark.ATTENTION
    assert "before the assignments were changed." in (await doing(space).look()).finding.text


async def test_what_a_preview_lacks_is_said_with_the_step_that_brings_it(space: Workspace) -> None:
    with pytest.raises(StepFirst) as lacks:
        await doing(space).look()
    assert lacks.value.step == "application"
    await do(space, "application")
    with pytest.raises(StepFirst) as lacks:
        await doing(space).look()
    assert lacks.value.step == "credentials"
    await do(space, "credentials")
    await space.keystore.delete(space.session().profile.name, Slot.CURRENT)
    with pytest.raises(StepFirst) as lacks:
        await doing(space).look()
    assert lacks.value.step == "token"


async def test_of_what_was_not_all_read_the_mark_says_so(space: Workspace) -> None:
    await set_up(space)
    assert space.practice is not None
    for where in ("scim", "scim-v2"):
        space.practice.misbehave(where, "no-listing")
    found = await accepted(space)
    assert "Not everything was read." in found.finding.text
    assert mark(space) is Mark.ATTENTION


async def test_a_plan_that_is_gone_or_another_one_is_no_plan(space: Workspace) -> None:
    await set_up(space)
    await accepted(space)
    session = space.session()
    file = session.profiles.plan_path(session.profile.name)
    before = file.read_text()
    head, rest = before.split("\n", 1)
    file.write_text(json.dumps(json.loads(head) | {"digest": "0" * 64}) + "\n" + rest)
    assert kept_preview(session) is None
    assert (await doing(space).look()).finding.state is State.OPEN
    assert mark(space) is Mark.ATTENTION, "it was accepted once, and is not there"


async def test_with_the_profile_what_is_kept_beside_it_is_dropped_and_that_is_said(
    space: Workspace,
) -> None:
    await set_up(space)
    await accepted(space)
    profiles, name = space.session().profiles, space.session().profile.name
    plan, base = profiles.plan_path(name), profiles.drift_path(name)

    async def said(*, keep: bool = False) -> str:
        asked = replace(space.options, keep_profile=keep)
        return " ".join((await ending(space, asked)).sentences(asked))

    mapping = f"The profile {name}, its mapping"
    assert f"{mapping} and the plan of its preview will be removed." in await said()
    base.write_bytes(b"")
    both = f"{mapping}, the plan of its preview"
    assert f"{both} and what `drift` compares with will be removed." in await said()
    kept = f"{both}, what `drift` compares with and its journal stay."
    assert kept in await said(keep=True)
    await forget(space, space.options, await ending(space, space.options))
    assert not any(each.exists() for each in (plan, base))
