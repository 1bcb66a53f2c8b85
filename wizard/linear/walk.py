"""The walk through a flow in plain lines."""

import asyncio

from wizard.errors import (
    EndpointsError,
    InvalidInput,
    KeystoreError,
    LeftByUser,
    MachineError,
    WizardError,
)
from wizard.flow.plan import ORGANIZATION, STEPS
from wizard.flow.session import Flow, Session
from wizard.linear.binding import require_here
from wizard.linear.console import WAYS_OUT, Console, GoBack
from wizard.linear.questions import ask
from wizard.machine.hangup import at_hangup
from wizard.options import Options
from wizard.steps.organization import OrganizationStep
from wizard.steps.token import TokenStep
from wizard.workspace import Opening, Workspace, open_workspace

DONE, FAILED, USAGE, LEFT = 0, 1, 2, 130

_MACHINE_FIRST = (MachineError, KeystoreError)
"""What nobody can mend from within a prompt: the walk ends, and goes on here the next time."""


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Walk the setup or the renewal; return the exit code."""
    try:
        return asyncio.run(_run(options, Console(), opening))
    except asyncio.CancelledError:  # nobody is there any more, or is not wanted to wait
        return LEFT


async def _run(options: Options, console: Console, opening: Opening) -> int:
    space: Workspace | None = None
    if task := asyncio.current_task():
        at_hangup(task.cancel)
    try:
        space = await opening(options, console.say)
        flow = await _flow(console, space)
        return await _walk(console, space, flow)
    except (LeftByUser, GoBack) as left:
        console.say(getattr(left, "message", "There is nothing to go back to."))
        return LEFT
    except (EndpointsError, InvalidInput) as error:
        console.explain(error)
        return USAGE
    except WizardError as error:
        console.explain(error)
        return FAILED
    finally:
        console.clear()
        if space is not None:
            space.close()


async def _flow(console: Console, space: Workspace) -> Flow:
    """Return the flow that was asked for, at the place where it was left."""
    session = space.session()
    space.require_organization(session)
    await require_here(console, session, space)
    if space.practice is not None:
        console.say("PRACTICE: nothing here reaches a real organization.")
    if space.note:
        console.say(space.note)
    if trouble := session.journal.trouble():
        console.explain(trouble)
    console.say(WAYS_OUT)
    if space.options.command == "setup":
        return await _resumed(space, space.setup(session))
    await _prepare_renewal(console, space, session)
    return space.renewal(session)


async def _resumed(space: Workspace, flow: Flow) -> Flow:
    """Return the flow, moved back if the keyring has lost what its place needs."""
    session = flow.session
    if session.is_done("token") or session.profile.storing is not None:
        await TokenStep(STEPS["token"], space).check(session)
    while lacking := flow.missing(flow.current):
        flow.go(lacking[0].id)
    return flow


async def _prepare_renewal(console: Console, space: Workspace, session: Session) -> None:
    asked = space.options.organization
    if asked and session.profile.organization_id is None:
        step = OrganizationStep(ORGANIZATION, space)
        await step.apply(session, step.understand(asked).organization_id)
    if outcome := await space.settle(session):
        console.say(outcome)
    waiting = await space.waiting_token(session)
    if not waiting:
        return
    console.say(waiting)
    if not await console.confirm("Go on with it?", default=True):
        console.say(await space.discard_waiting_token(session))


async def _walk(console: Console, space: Workspace, flow: Flow) -> int:
    came_back = False
    while True:
        flow.go(flow.current.id)
        number = flow.steps.index(flow.current) + 1
        console.say()
        console.say(f"Step {number} of {len(flow.steps)}: {flow.current.title}")
        try:
            if not await _asked(console, space, flow, came_back=came_back):
                return FAILED
        except GoBack:
            came_back = True
            if flow.is_first:
                console.say("This is the first step.")
            flow.back()
            continue
        came_back = False
        if flow.is_last:
            return DONE
        lacking = flow.forward()
        if lacking:
            console.say(f"Not possible before: {', '.join(step.title for step in lacking)}.")
            return FAILED


async def _asked(console: Console, space: Workspace, flow: Flow, *, came_back: bool) -> bool:
    """Ask what the current step asks, as often as wanted; return whether it worked."""
    while True:
        try:
            await ask(console, space, flow, came_back=came_back)
        except _MACHINE_FIRST as error:
            console.explain(error)
            return False
        except LeftByUser:
            raise
        except WizardError as error:
            console.explain(error)
            if not await console.wants("Try again?"):
                return False
        else:
            return True
