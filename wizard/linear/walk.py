"""The walk through a flow in plain lines."""

import asyncio

from wizard.errors import LeftByUser, WizardError
from wizard.flow import Flow, Session
from wizard.keystore import Slot
from wizard.linear.console import Console
from wizard.linear.questions import GoBack, ask
from wizard.options import Options
from wizard.renewal import begin_again, discard_pending, settle
from wizard.webex.organization import understand
from wizard.workspace import Workspace, open_workspace

DONE, FAILED, LEFT = 0, 1, 130


def run(options: Options) -> int:
    """Walk the setup or the renewal; return the exit code."""
    return asyncio.run(_run(options, Console()))


async def _run(options: Options, console: Console) -> int:
    space: Workspace | None = None
    try:
        space = await open_workspace(options)
        if space.practice is not None:
            console.say("PRACTICE: nothing here reaches a real organization.")
        session = space.session()
        if options.command == "renew":
            await _prepare_renewal(console, space, session)
            return await _walk(console, space, space.renewal(session))
        return await _walk(console, space, space.setup(session))
    except LeftByUser as left:
        console.say(left.message)
        return LEFT
    except WizardError as error:
        console.explain(error)
        return FAILED
    finally:
        if space is not None:
            space.close()


async def _prepare_renewal(console: Console, space: Workspace, session: Session) -> None:
    if space.options.organization and session.profile.organization_id is None:
        session.change(organization_id=understand(space.options.organization).organization_id)
    await settle(session, space.keystore, space.revoke)
    pending = await space.keystore.read(session.profile.name, Slot.PENDING)
    if pending is None:
        begin_again(session)
        return
    console.say(
        f"A new token from {pending.facts.obtained_at:%Y-%m-%d %H:%M} UTC is waiting. "
        "The old one is still in force."
    )
    if not await console.confirm("Go on with it?", default=True):
        console.say(await discard_pending(session, space.keystore, space.revoke))
        begin_again(session)


async def _walk(console: Console, space: Workspace, flow: Flow) -> int:
    while True:
        flow.go(flow.current.id)
        number = flow.steps.index(flow.current) + 1
        console.say()
        console.say(f"Step {number} of {len(flow.steps)}: {flow.current.title}")
        try:
            await ask(console, space, flow)
        except GoBack:
            flow.back()
            continue
        except LeftByUser:
            raise
        except WizardError as error:
            console.explain(error)
            if not await console.confirm("Try again?", default=True):
                return FAILED
            continue
        if flow.is_last:
            return DONE
        lacking = flow.forward()
        if lacking:
            console.say(f"Not possible before: {', '.join(step.title for step in lacking)}.")
            return FAILED
