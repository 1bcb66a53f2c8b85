"""`webex-wizard start --plan FILE`: start provisioning as a plan says, or refuse before a write."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from wizard import DONE, FAILED, NOT_LOOKED, USAGE
from wizard.commands import output
from wizard.commands.output import (
    can_ask,
    line_typed,
    narrate,
    sentences,
    tell_error,
)
from wizard.commands.preview_online import ReadCounts, require_sign_in
from wizard.errors import (
    AnswerError,
    AuthorizationError,
    EndpointsError,
    InvalidInput,
    MappingError,
    PreviewError,
    TransportError,
    WizardError,
)
from wizard.flow.plan import STEPS
from wizard.flow.session import Session, State
from wizard.machine.passing import show_passing
from wizard.options import Options
from wizard.preview.approval import approval_lines
from wizard.preview.binding import (
    Since,
    outgrown,
    require_same_target,
    since_plan,
    since_plan_lines,
)
from wizard.preview.both import TakingHere
from wizard.preview.brakes import Stop
from wizard.preview.digests import code_of, is_code, rests_on
from wizard.preview.document import Told
from wizard.preview.intake import Intake
from wizard.preview.offline import told_of
from wizard.preview.plan import Plan, read_plan
from wizard.steps.base import Outlook, Question
from wizard.steps.previewing import previewing
from wizard.steps.start import BY_PLAN, STEP, StartStep
from wizard.walk.doing import Doing
from wizard.walk.hosts import asking_once
from wizard.walk.lending import parted, waited
from wizard.words.progress import Progress
from wizard.words.text import plain_line
from wizard.workspace import Opening, Workspace, open_workspace

_SHOWN: Final = 10
"""People that are told one by one where no number is given."""
_FRESH: Final = timedelta(minutes=5)
"""How long a look counts at most while somebody reads and types; never longer than it took."""
_NO_FILE: Final = frozenset({"file-unreadable", "plan-unusable"})
_USAGE: Final = frozenset({"no-such-profile", "start-unconfirmed"})
_AFTERWARDS: Final = (
    "The plan bound this start, and nothing else: from here on Entra decides by itself, about "
    "every 40 minutes, by what mapping, filters and assignments then are."
)


def run(options: Options, opening: Opening = open_workspace) -> int:
    """Start; 0 started, 1 refused, 2 what was given cannot be used, 4 nobody could look.

    Args:
        options: What was asked for.
        opening: Puts the workspace together.
    """
    try:
        plan = read_plan(options.plan or Path())
        _require_somebody(options)
        return asking_once(options, output, lambda: _start(options, plan, opening), opening)
    except WizardError as error:
        show_passing("")
        tell_error(error, command=STEP, as_json=options.json)
        return _code_of(error)


def _code_of(error: WizardError) -> int:
    if isinstance(error, EndpointsError) or error.code in _USAGE | _NO_FILE:
        return USAGE
    if isinstance(error, TransportError | AnswerError | AuthorizationError | MappingError):
        return NOT_LOOKED
    if isinstance(error, PreviewError) and error.code.startswith("preview-"):
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


@dataclass(frozen=True)
class _Looked:
    """What would happen now, and how that stands to the plan."""

    begun: datetime
    ended: datetime
    told: Told
    since: Since
    start: Outlook

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether it counts yet: looking again takes no longer than what it is to cover."""
        return now - self.ended <= min(self.ended - self.begun, _FRESH)

    @property
    def stops(self) -> tuple[Stop, ...]:
        """What is let pass by its number alone."""
        return tuple(stop for stop in self.told.stops if stop.severity == "stop")


def _start(options: Options, plan: Plan, opening: Opening) -> int:
    """Look, ask, and start, in one loop, which does not run while somebody is asked.

    A running one would swallow the first Ctrl-C.
    """
    with asyncio.Runner() as runner, closing(runner.run(opening(options, narrate))) as space:
        name = space.profile_name
        if not space.profiles.exists(name):
            raise space.profiles.no_such(name)
        session = space.work_on(name)
        step = StartStep(STEPS[STEP], space)
        step.plan = plan
        doing = Doing(space, session, step)
        looked = runner.run(_look(space, session, doing, plan))
        _require_within(options, looked)
        _show(plan, looked)
        answers = _answers(plan, looked)
        moved = runner.run(_has_moved(space, session, looked))
        if moved or not looked.is_fresh(session.clock()):
            narrate("Looking at both directories once more, as they are now.")
            again = runner.run(_look(space, session, doing, plan))
            _require_within(options, again, looked.stops)
        code = runner.run(_apply(options, doing, plan, answers))
        _after(runner, space, session)
        return code


def _after(runner: asyncio.Runner, space: Workspace, session: Session) -> None:
    """Wait for the end of the cycle to which Entra's limit is lent, and say what became of it."""
    try:
        said = runner.run(waited(space, session, _report))
    except KeyboardInterrupt:
        said = runner.run(parted(space, session))
    if said:
        sentences(said)


async def _look(space: Workspace, session: Session, doing: Doing, plan: Plan) -> _Looked:
    """Look at both directories, and at the job; nothing is written.

    Raises:
        WizardError: It could not be looked at whole, or the plan is of another.
    """
    begun = session.clock()
    await space.keystore.require_here(session.profile)
    await require_sign_in(space, session)
    start = await doing.look()
    if not start.plan:
        raise PreviewError(
            f"{start.finding.text} So there is nothing to start.",
            "What would happen at the next cycle, a preview tells.",
            code="plan-already-on",
        )
    async with previewing(space, session, report=ReadCounts()) as both:
        require_same_target(both.settings, plan)
        intake = Intake(both.settings, both.sides)
        await both.read(TakingHere(intake))
        if both.interrupted is not None:
            raise both.interrupted
        told = told_of(intake.result(), plan.people)
    show_passing("")
    since = since_plan(told, plan)
    return _Looked(begun, session.clock(), told, since, start)


async def _has_moved(space: Workspace, session: Session, looked: _Looked) -> bool:
    """Tell whether mapping, filters, settings or job are others than those that were looked at."""
    async with previewing(space, session) as both:
        now, then = both.settings, looked.told.preview.settings
        return (rests_on(now, ()), now.target) != (rests_on(then, ()), then.target)


def _require_within(options: Options, looked: _Looked, typed: Iterable[Stop] | None = None) -> None:
    """Refuse what goes beyond the plan, naming what changed and whom that concerns.

    Args:
        options: How many are named.
        looked: What would happen.
        typed: The stops whose numbers were typed; None where nobody was asked yet.

    Raises:
        PreviewError: More would happen than planned (`plan-outgrown`).
    """
    known = {(stop.code, stop.number) for stop in typed or ()}
    new = [s for s in looked.stops if typed is not None and (s.code, s.number) not in known]
    limit = _SHOWN if options.limit is None else options.limit
    if looked.since.is_within and not new:
        return
    for line in (*since_plan_lines(looked.since, limit), *(stop.message for stop in new)):
        narrate(line)
    raise outgrown(looked.since)


def _show(plan: Plan, looked: _Looked) -> None:
    """Show the text that was approved, but for its code, which is to be typed."""
    when, who = (plain_line(plan.made.get(name, ""), 80) for name in ("at", "by"))
    lines = [f"The plan was made {when}{f' by {who}' if who else ''}."]
    lines += since_plan_lines(looked.since, _SHOWN) if looked.since.is_within else ()
    lines += ["", *approval_lines(looked.told, plan.digest)[:-2], ""]
    lines += _of_start(looked.start)
    sentences("\n".join(lines))


def _of_start(start: Outlook) -> Iterator[str]:
    yield from start.facts
    yield from start.planned()
    for caution in start.cautions:
        yield f"Note: {caution}"


def _answers(plan: Plan, looked: _Looked) -> dict[str, str]:
    """Ask for the code, for each stop's number, and for what the step itself asks.

    Raises:
        PreviewError: Something else was typed (`plan-code-wrong`, `stop-number-wrong`).
    """
    typed = line_typed("Type the code of the plan, which the approved text ends with:")
    if not is_code(typed, plan.digest):
        raise PreviewError(
            "That is not the code of this plan, so nothing was started.",
            "It has 12 letters and digits, and stands in the last line of the text that was made "
            "with the plan. Type it without anything else.",
            code="plan-code-wrong",
        )
    for stop in looked.stops:
        narrate(f"Stop: {stop.message}")
        if line_typed("Type its number to let it pass this once:") != str(stop.number):
            raise PreviewError(
                "That is not the number of this stop, so nothing was started.",
                f"Type {stop.number}, as it stands in the text, only if that may happen.",
                code="stop-number-wrong",
            )
    answers = {BY_PLAN: code_of(plan.digest)}
    for question in looked.start.questions:
        if question.caution:
            narrate(question.caution)
        answers[question.id] = _answer(question)
    return answers


def _answer(question: Question) -> str:
    """Ask one question; nothing typed takes what is recommended.

    Raises:
        PreviewError: What was typed is none of the choices (`start-unanswered`).
    """
    if not question.choices:
        return line_typed(question.text) or question.answer
    narrate(question.text)
    for number, choice in enumerate(question.choices, 1):
        mark = " (recommended)" if choice.id == question.answer else ""
        narrate(f"{number}. {choice.text}{mark}")
    typed = line_typed("A number:")
    by_number = {str(number): each.id for number, each in enumerate(question.choices, 1)}
    if (answer := {"": question.answer, **by_number}.get(typed)) is None:
        raise PreviewError(
            "That is none of the choices, so nothing was started.",
            "Type the number that stands before one of them.",
            code="start-unanswered",
        )
    return answer


async def _apply(options: Options, doing: Doing, plan: Plan, answers: dict[str, str]) -> int:
    """Start by the step's own code, read back, and say what the plan was good for."""
    try:
        done = await doing.apply(answers, _report)
    except WizardError as error:
        tell_error(error, command=STEP, as_json=False)
        return FAILED
    said = [done.finding.text]
    try:
        if (await doing.look()).finding.state is State.OPEN:
            said.append("Entra does not show it yet.")
    except WizardError as error:
        said.append(f"Whether Entra shows it could not be read: {error.message}")
    said += [f"Started by the plan {code_of(plan.digest)}; the journal notes it.", _AFTERWARDS]
    said.append(f"How it goes: `{options.line('status')}`")
    sentences("\n".join(said))
    return DONE


def _report(progress: Progress) -> None:
    narrate(progress.message)
