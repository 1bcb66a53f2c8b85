"""A setup in practice that has come so far: what its steps do, without any front end."""

import asyncio
from typing import Any

from wizard.flow.plan import SETUP, SIGN_IN
from wizard.flow.session import Session
from wizard.practice.process import PracticeTenant
from wizard.practice.visitor import complete
from wizard.steps.sign_in import SignInStep
from wizard.steps.token import TokenStep
from wizard.store.marks import Mark
from wizard.words.progress import silent
from wizard.workspace import Workspace

ADMIN = "admin@practice.example"
TOKEN = next(step for step in SETUP if step.id == "token")


async def have(space: Workspace, *step_ids: str) -> None:
    """Let steps count as done, with what those of the Webex half bring."""
    session = space.session()
    for step_id in step_ids:
        if step_id == "organization":
            assert space.practice is not None
            session.change(organization_id=space.practice.organization_id)
        if step_id == "token":
            await have_token(space)
        if not session.is_done(step_id):
            session.tick(step_id, mark=Mark.SAID)


async def have_token(space: Workspace) -> None:
    """Take a token of the practice Webex into the keyring, as its administrator."""
    step, session = space.step(TOKEN), space.session()
    assert isinstance(step, TokenStep)
    assert space.practice is not None
    request = step.request()
    location = complete(request.url, ADMIN, send=space.practice.send).url
    await step.apply(session, await step.judge(session, step.pasted(location, request), silent))


async def have_sign_in(space: Workspace) -> None:
    """Sign in to the practice Entra, as its administrator."""
    assert space.practice is not None
    step = SignInStep(SIGN_IN, space)
    await sign_in_with_browser(step, space.session(), space.practice)


async def sign_in_with_browser(
    step: SignInStep, session: Session, practice: PracticeTenant
) -> None:
    """Sign in with the browser, whose part the practice tenant does."""
    helping: list[asyncio.Future[None]] = []

    def show(waiting: Any) -> None:
        helping.append(asyncio.ensure_future(asyncio.to_thread(practice.sign_in, waiting.url)))

    await step.by_browser(session, step.request(""), show, lambda _error: None)
    await asyncio.gather(*helping)


async def do(space: Workspace, step_id: str, **answers: str) -> None:
    """Do a step through Graph, as recommended but for some answers; Ana Ruiz is who is chosen."""
    session, action = space.session(), space.action_of(step_id)
    assert action is not None
    async with space.graph(session) as graph:
        found = await action.look(session, graph)
        given = {each.id: each.answer for each in found.questions}
        for each in found.questions:
            if each.searches:
                given[each.id] = (await action.find(graph, each.id, "ana.ruiz"))[0].id
            elif each.id == "mail":
                given[each.id] = "it@practice.example"
        assert await action.apply(session, graph, given | answers, silent)
    session.tick_seen(step_id)
