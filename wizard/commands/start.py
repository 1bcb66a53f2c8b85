"""`webex-wizard start --plan FILE`: start provisioning as a plan says, or refuse before a write."""

import asyncio
from contextlib import closing
from pathlib import Path
from typing import Final

from wizard import DONE, FAILED, LEFT, NOT_LOOKED, USAGE
from wizard.commands import output
from wizard.commands.asking import answers_to
from wizard.commands.output import can_ask, from_a_command, narrate, sentences, tell_error
from wizard.commands.preview_online import require_sign_in
from wizard.errors import (
    AnswerError,
    AuthorizationError,
    EndpointsError,
    InvalidInput,
    LeftByUser,
    MachineError,
    MappingError,
    PreviewError,
    TransportError,
    WizardError,
)
from wizard.flow.plan import STEPS
from wizard.flow.session import Session, State
from wizard.machine.passing import show_passing
from wizard.options import Options
from wizard.preview.plan import Plan, read_plan
from wizard.steps.base import Outlook
from wizard.steps.bound_start import BoundStart
from wizard.steps.start import STEP, StartStep
from wizard.walk.doing import Doing
from wizard.walk.hosts import asking_once
from wizard.walk.lending import parted, waited
from wizard.words.progress import Progress
from wizard.workspace import Opening, Workspace, open_workspace

_SHOWN: Final = 10
"""People that are told one by one where no number is given."""
_NO_FILE: Final = frozenset({"file-unreadable", "plan-unusable"})
_USAGE: Final = frozenset({"no-such-profile", "start-unconfirmed"})


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Start; 0 started, 1 refused, 2 what was given cannot be used, 4 nobody could look, 130 left.

    Args:
        options: What was asked for.
        opening: Puts the workspace together.
    """
    try:
        file = options.plan or Path()
        plan = read_plan(file)
        _require_somebody(options)
        return asking_once(options, output, lambda: _start(options, plan, file, opening), opening)
    except LeftByUser as left:
        narrate(left.message)
        return LEFT
    except WizardError as error:
        show_passing("")
        tell_error(from_a_command(error, options), command=STEP, as_json=options.json)
        return _code_of(error)


def _code_of(error: WizardError) -> int:
    if isinstance(error, EndpointsError) or error.code in _USAGE | _NO_FILE:
        return USAGE
    if isinstance(error, TransportError | AnswerError | AuthorizationError | MappingError):
        return NOT_LOOKED
    if isinstance(error, PreviewError | MachineError) and error.code.startswith("preview-"):
        return NOT_LOOKED
    return FAILED


def _require_somebody(options: Options) -> None:
    """Let nothing but somebody who types start anything.

    Raises:
        InvalidInput: Nobody can be asked (`start-unconfirmed`).
    """
    if not can_ask(options):
        raise InvalidInput(
            "A start by a plan asks for its code and its numbers, and nobody can be asked here.",
            "Run it in a terminal, without --json. No option and no variable answers instead.",
            code="start-unconfirmed",
        )


def _start(options: Options, plan: Plan, file: Path, opening: Opening) -> int:
    """Look, ask, and start, in one loop, which does not run while somebody is asked.

    A running one would swallow the first Ctrl-C.
    """
    named = _SHOWN if options.limit is None else options.limit
    with asyncio.Runner() as runner, closing(runner.run(opening(options, narrate))) as space:
        name = space.profile_name
        if not space.profiles.exists(name):
            raise space.profiles.no_such(name)
        session = space.work_on(name)
        step = StartStep(STEPS[STEP], space)
        step.by_file = BoundStart(space, plan, file, by_file=True, named=named, report=_report)
        doing = Doing(space, session, step)
        start = runner.run(_look(space, session, doing))
        _show(step.by_file, start)
        answers = answers_to(start.questions, step.by_file.check)
        try:
            return runner.run(_apply(options, session, doing, step.by_file, answers))
        finally:
            _after(runner, space, session)


async def _look(space: Workspace, session: Session, doing: Doing) -> Outlook:
    """Look at the job, and at both directories; nothing is written.

    Raises:
        WizardError: It could not be looked at whole, the plan is of another, or more would happen.
    """
    await space.keystore.require_here(session.profile)
    await require_sign_in(space, session)
    start = await doing.look()
    show_passing("")
    if not start.plan:
        raise _already_on(start)
    return start


def _already_on(found: Outlook) -> PreviewError:
    return PreviewError(
        f"{found.finding.text} So there is nothing to start.",
        "What would happen at the next cycle, a preview tells.",
        code="plan-already-on",
    )


def _show(bound: BoundStart, start: Outlook) -> None:
    """Show the text that was approved, but for its code, which is to be typed."""
    looked = bound.looked
    told = (*looked.since, "", *looked.approval, "", looked.words) if looked is not None else ()
    cautions = (f"Note: {caution}" for caution in start.cautions)
    sentences("\n".join((bound.words, *told, *start.facts, *start.planned(), *cautions)))


async def _apply(
    options: Options, session: Session, doing: Doing, bound: BoundStart, answers: dict[str, str]
) -> int:
    """Start by the step's own code, read back, and say what the plan was good for."""
    known = len(session.history.entries)
    try:
        done = await doing.apply(answers, _report)
        if len(session.history.entries) == known:
            raise _already_on(done)
    except WizardError as error:
        show_passing("")
        tell_error(error, command=STEP, as_json=False)
        is_tried = len(session.history.entries) > known  # the journal comes first
        return FAILED if is_tried else _code_of(error)
    show_passing("")
    said = [done.finding.text, f"Started by the plan {bound.code}; the journal notes it."]
    said += filter(None, (await _seen(doing),))
    said.append(f"How it goes: `{options.line('status')}`")
    sentences("\n".join(said))
    return DONE


async def _seen(doing: Doing) -> str:
    """Return what is amiss with what Entra shows of the start; empty where it shows it."""
    try:
        is_open = (await doing.look()).finding.state is State.OPEN
    except WizardError as error:
        return f"Whether Entra shows it could not be read: {error.message}"
    return "Entra does not show it yet." if is_open else ""


def _after(runner: asyncio.Runner, space: Workspace, session: Session) -> None:
    """Wait for the end of the cycle to which Entra's limit is lent, and say what became of it."""
    try:
        said = runner.run(waited(space, session, _report))
    except KeyboardInterrupt:
        said = runner.run(parted(space, session))
    if said:
        sentences(said)


def _report(progress: Progress) -> None:
    if progress.done is None:
        show_passing("")
        narrate(progress.message)
    else:
        show_passing(progress.message)
