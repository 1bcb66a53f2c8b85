"""What a step's mark says after it was looked at, done, refused, ticked by hand or skipped."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.flows.test_issued_plain import Scripted
from tests.practice_here import start_here
from tests.running import ADMIN, do, have, have_sign_in
from wizard.errors import CheckFailed, WizardError
from wizard.flow.plan import RENEWAL, STEPS
from wizard.flow.session import Flow, State
from wizard.linear.questions import ask_what_lacks
from wizard.options import Options
from wizard.steps.base import GraphStep
from wizard.steps.sign_in import ENDED, SignInStep
from wizard.store.locks import saving
from wizard.store.marks import Mark
from wizard.walk.beginning import setup
from wizard.walk.doing import Doing
from wizard.walk.walk import Mode, Move, Walk, Way
from wizard.words.progress import silent
from wizard.workspace import Workspace, open_workspace

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("env")]


@pytest.fixture
async def space() -> AsyncIterator[Workspace]:
    opened = await open_workspace(Options(practice=True), start=start_here)
    yield opened
    opened.close()


def doing(space: Workspace, step_id: str) -> Doing:
    step = space.step(STEPS[step_id])
    assert isinstance(step, GraphStep)
    return Doing(space, space.session(), step)


async def test_what_graph_finds_decides_over_what_was_said(space: Workspace) -> None:
    await have(space, "prepare", "organization", "token", "connection")
    await have_sign_in(space)
    session = space.session()
    application = doing(space, "application")
    await application.step.confirm(session)
    assert session.mark_of("application") is Mark.SAID
    assert (await application.look()).finding.state is State.OPEN
    assert session.mark_of("application") is Mark.ATTENTION  # said, and Graph finds it is not so
    await application.apply({}, silent)
    assert session.mark_of("application") is Mark.SEEN
    credentials = doing(space, "credentials")
    assert space.practice is not None
    space.practice.misbehave("graph", "500")
    with pytest.raises(WizardError):
        await credentials.apply({}, silent)
    space.practice.behave()
    assert session.mark_of("credentials") is Mark.FAILED
    session.tick("credentials", mark=Mark.ATTENTION)
    space.practice.misbehave("scim", "401")
    with pytest.raises(CheckFailed):  # an answer that cannot be used leaves the mark; this does not
        await credentials.apply({}, silent)
    space.practice.behave()
    assert session.mark_of("credentials") is Mark.FAILED
    assert not session.is_done("credentials")
    await credentials.look()
    assert session.mark_of("credentials") is Mark.FAILED  # still not so
    await credentials.apply({}, silent)
    assert session.mark_of("credentials") is Mark.SEEN
    session.tick("on-demand", mark=Mark.SAID)
    await doing(space, "on-demand").look()
    assert session.mark_of("on-demand") is Mark.SAID  # of that nothing can be seen in Entra


async def test_only_what_was_skipped_counts_as_skipped(space: Workspace) -> None:
    await have(space, "prepare", "organization", "token", "connection")
    session = space.session()
    session.change(at_step="application")
    walk = Walk(space, await setup(space, session))
    for way, mark in ((Way.SKIP, Mark.SKIPPED), (Way.FORWARD, Mark.OPEN)):
        visit = await walk.visit()
        assert visit is not None
        await walk.answer(visit, Move(way))
        assert session.mark_of(visit.info.id) is mark
    session.tick("application", mark=Mark.FAILED)
    session.change(at_step="application")
    walk = Walk(space, await setup(space, session))
    visit = await walk.visit()
    assert visit is not None
    await walk.answer(visit, Move(Way.SKIP))
    assert session.mark_of("application") is Mark.FAILED


async def test_a_window_that_stalls_in_a_save_holds_the_step_of_another_and_not_its_event_loop(
    space: Workspace,
) -> None:
    session = space.session()
    session.tick("prepare")
    walk = Walk(space, await setup(space, session))
    first = await walk.visit()
    assert first is not None
    for work in (lambda: walk.answer(first, Move(Way.SKIP)), walk.visit):
        with saving(session.profiles.folder):
            going = asyncio.ensure_future(work())
            await asyncio.sleep(0)
            assert not going.done(), "what is saved next waits, and this goes on"
        await going


async def test_a_step_that_lacks_something_says_so_and_goes_there(space: Workspace) -> None:
    session, console = space.session(), Scripted("x", "s", "")
    session.change(at_step="application")
    walk = Walk(space, await setup(space, session))
    first = await walk.visit()
    assert first is not None
    await walk.answer(first, Move(Way.SKIP))
    for mark in (Mark.OPEN, Mark.SKIPPED):
        visit = await walk.visit()
        assert visit is not None
        assert (visit.info.id, visit.mode) == ("credentials", Mode.LACKING)
        assert session.mark_of("credentials") is mark
        await walk.answer(visit, await ask_what_lacks(console, visit))
        if mark is Mark.OPEN:
            assert session.profile.at_step == "notification"
            await walk.answer(visit, Move(Way.JUMP, "credentials"))
    assert "Not possible before: Organization, Secret token." in console.heard
    assert session.profile.at_step == "organization"


async def test_a_renewal_without_a_token_does_not_end_as_done(space: Workspace) -> None:
    walk = Walk(space, Flow(RENEWAL, space.session()))
    for step in RENEWAL:
        visit = await walk.visit()
        assert visit is not None
        assert (visit.info, bool(visit.lacking)) == (step, step is not RENEWAL[0])
        await walk.answer(visit, Move(Way.SKIP))
    assert not walk.is_finished


async def test_a_setup_goes_on_through_graph_only_after_a_new_sign_in(
    space: Workspace,
) -> None:
    await have(space, "prepare", "organization", "token", "connection")
    await have_sign_in(space)
    await do(space, "application")
    session = space.session()
    session.change(at_step="credentials")
    space.tenant.signed_in = None  # as in the next run
    for mode in (Mode.DO, Mode.BY_HAND):
        walk = Walk(space, await setup(space, session))
        visit = await walk.visit()
        assert visit is not None
        assert visit.info.id == "sign-in"
        assert session.mark_of("sign-in") is Mark.ATTENTION
        assert session.profile.at_step == "credentials"
        step = visit.step
        assert isinstance(step, SignInStep)
        assert (await step.check(session)).text == f"{ENDED} The last time it was {ADMIN}."
        if mode is Mode.DO:
            await have_sign_in(space)
        else:
            await step.by_hand(session)
        await walk.answer(visit, Move(Way.FORWARD))
        visit = await walk.visit()
        assert visit is not None
        assert (visit.info.id, visit.mode) == ("credentials", mode)
        space.tenant.signed_in = None
