"""The walk through a flow in plain lines."""

import asyncio
from collections.abc import Awaitable, Iterable
from contextlib import closing
from dataclasses import replace

from wizard import DONE, FAILED, LEFT, USAGE
from wizard.errors import (
    EndpointsError,
    InvalidInput,
    KeystoreError,
    LeftByUser,
    MachineError,
    WizardError,
)
from wizard.flow.marks import listed_marks, record_of
from wizard.flow.plan import StepInfo
from wizard.flow.session import Flow
from wizard.linear.console import WAYS_OUT, Console, GoBack
from wizard.linear.questions import ask, ask_what_lacks
from wizard.machine.hangup import at_hangup
from wizard.options import Options
from wizard.reports.leaving import parting_words
from wizard.store.marks import Mark
from wizard.store.profiles import Profile
from wizard.walk.beginning import opened, renewal, setup
from wizard.walk.front_end import PRACTISED
from wizard.walk.lending import parted
from wizard.walk.walk import Mode, Move, Visit, Walk, Way
from wizard.workspace import Opening, Workspace, open_workspace

_MACHINE_FIRST = (MachineError, KeystoreError)
"""What nobody can mend from within a prompt: the walk ends, and goes on here the next time."""


def run(options: Options, opening: Opening = open_workspace, console: Console | None = None) -> int:
    """Walk the setup or the renewal; return the exit code.

    Args:
        options: What was asked for.
        opening: Puts the workspace together.
        console: Where somebody is told and asked; None is that of this process.
    """
    try:
        return asyncio.run(_run(options, console or Console(), opening))
    except asyncio.CancelledError:  # nobody is there any more, or is not wanted to wait
        return LEFT


async def _run(options: Options, console: Console, opening: Opening) -> int:
    if task := asyncio.current_task():
        at_hangup(task.cancel)
    try:
        return await _ended(console, _opened(options, console, opening))
    finally:
        await console.clear()


async def _opened(options: Options, console: Console, opening: Opening) -> int:
    with closing(await opening(options, console.say)) as space:
        flow = await _flow(console, space)
        code = await _ended(console, _walk(console, space, flow))
        if said := await parted(space, flow.session):
            console.say(said)
        profile, now = flow.session.profile, flow.session.clock()
        for line in parting_words(profile, replace(options, plain=True), now, left=False):
            console.say(line)
        return code


async def _ended(console: Console, work: Awaitable[int]) -> int:
    """Return the exit code of work, and say what ended it early."""
    try:
        return await work
    except (LeftByUser, GoBack) as left:
        console.say(getattr(left, "message", "There is nothing to go back to."))
        return LEFT
    except (EndpointsError, InvalidInput) as error:
        console.explain(error)
        return USAGE
    except WizardError as error:
        console.explain(error)
        return FAILED


async def _flow(console: Console, space: Workspace) -> Flow:
    """Return the flow that was asked for, at the place where it was left."""
    if space.practice is not None:
        console.say("PRACTICE: nothing here reaches a real organization.")
        if not space.keeps_secrets:
            console.say(PRACTISED)
    session = await opened(console, space)
    console.say(WAYS_OUT)
    if space.options.command == "setup":
        return await setup(space, session)
    return await renewal(console, space, session)


async def _walk(console: Console, space: Workspace, flow: Flow) -> int:
    walk, shown = Walk(space, flow), None
    is_begun = False
    while visit := await walk.visit(console.report):
        if not is_begun:
            console.marks(_known(flow.session.profile, flow.steps))
            is_begun = True
        console.company.about = f"The step is {visit.info.title}."
        if visit.info is not shown or visit.came_back:
            console.say()
            number = flow.steps.index(visit.info) + 1
            console.say(f"Step {number} of {len(flow.steps)}: {visit.info.title}")
            console.marks(_known(flow.session.profile, (visit.info,)))
        shown = visit.info
        if visit.told:
            console.say(visit.told)
        try:
            move = await _answer(console, space, visit)
        except GoBack:
            if flow.is_first and visit.mode is not Mode.DO:
                console.say("This is the first step.")
                shown = None
                continue
            move = Move(Way.BACK)
        if move is None:
            return FAILED
        await walk.answer(visit, move)
    return DONE


def _known(profile: Profile, steps: Iterable[StepInfo]) -> tuple[tuple[Mark, str], ...]:
    """Return how those steps stand of which something is known."""
    return listed_marks(profile, (step for step in steps if record_of(profile, step.id)))


async def _answer(console: Console, space: Workspace, visit: Visit) -> Move | None:
    """Ask what there is to ask, as often as wanted; return None when it did not work."""
    while True:
        try:
            if visit.lacking:
                return await ask_what_lacks(console, visit)
            return await ask(console, space, visit)
        except _MACHINE_FIRST as error:
            console.explain(error)
            return None
        except LeftByUser:
            raise
        except WizardError as error:
            console.explain(error)
            first = visit.first_of(error)
            if first is not None and await console.wants(f"Go to {first.title}?"):
                return Move(Way.JUMP, first.id)
            if not await console.wants("Try again?"):
                return None
