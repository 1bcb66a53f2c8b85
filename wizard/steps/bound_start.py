"""A start that a plan binds: quoted, its stops' numbers asked for, and looked at again before.

The step asks with the plan that was kept, and looks when it is to start; a plan that comes as a
file is laid beside both directories first, and its code is asked for.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from wizard.errors import InvalidInput, PreviewError, StepFirst, UnusableAnswer, WizardError
from wizard.flow.plan import PREVIEW
from wizard.flow.session import Session
from wizard.preview.approval import CODE_LINES
from wizard.preview.binding import outgrown, require_same_target
from wizard.preview.both import BothDirectories
from wizard.preview.brakes import Stop, stops_beyond, stops_planned
from wizard.preview.desk import Counted, Desk, SincePlan
from wizard.preview.digests import code_of, is_code, rests_on
from wizard.preview.outcome import PROSPECT_WORDS, QUIET, Prospect
from wizard.preview.plan import Plan, read_plan
from wizard.preview.settings import PreviewTarget
from wizard.preview.since import RESTS_ON
from wizard.steps.base import Answers, Question, Tools
from wizard.steps.kept_preview import is_plan_lost, kept_preview
from wizard.steps.previewing import desk_of, previewing
from wizard.words.progress import Progress, Report, silent
from wizard.words.text import plain_line
from wizard.words.waiting import in_units

CODE: Final = "plan-code"
"""The question that the code of a plan answers."""
FROM_HERE_ON: Final = (
    "The plan bound this start, and nothing else: from here on Entra decides by itself, about "
    "every 40 minutes, by what mapping, filters and assignments then are."
)
_BINDS: Final = "binds this start: nothing starts where more would happen by now."
_UNBOUND: Final = "No preview is kept, so nothing binds this start: Entra alone decides."
_OF_FILES: Final = (
    "The preview that is kept was made from files, which name no tenant, so nothing binds this "
    "start: Entra alone decides."
)
_THERE: Final = " in Webex"
_NAMED: Final = 10
"""People that are told one by one where no number is given."""
_FRESH: Final = timedelta(minutes=5)
"""How long a look counts at most while somebody reads and types; never longer than it took."""
_EACH: Final = 5_000
"""Of how many more is told how far reading is."""
_STOP: Final = "stop-"
_TRY_AGAIN: Final = "Try again in some minutes; nothing was started."
_ANEW: Final = "Make a preview anew, have it approved, and start with its plan."
_BACK: Final = "Go back to the step Preview, and keep what it shows now."


@dataclass(frozen=True)
class LookedAgain:
    """What would happen now, and how that stands to the plan.

    Attributes:
        begun: When the look began.
        ended: When it ended.
        rests: What it rests on, who is assigned, and who is in assigned groups, as digests.
        stops: What is let pass by its number alone.
        approval: The text that is approved, without its code.
        since: What changed since the plan, a line each.
    """

    begun: datetime
    ended: datetime
    rests: "_Rests"
    stops: tuple[Stop, ...]
    approval: tuple[str, ...]
    since: tuple[str, ...]

    @property
    def covers(self) -> timedelta:
        """How long it counts: looking again takes no longer than what it is to cover."""
        return min(self.ended - self.begun, _FRESH)

    @property
    def words(self) -> str:
        """What is looked at once more before the first write, and what is not."""
        covers = in_units(max(self.covers.total_seconds(), 1.0))
        return (
            "Mapping, filters, settings, assignments and the members of assigned groups are looked "
            f"at again when you have typed; people only where that takes you longer than {covers}."
        )

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether it counts yet."""
        return timedelta() <= now - self.ended <= self.covers  # the clock may be set back


class BoundStart:
    """Holds a start to a plan.

    Args:
        tools: What both directories are read with.
        plan: What binds it.
        file: Where it is.
        by_file: Whether the plan came as a file: then it is looked at first, and its code asked.
        named: How many are named where more would happen.
        report: Is told how far reading is that comes before the questions.
    """

    def __init__(
        self,
        tools: Tools,
        plan: Plan,
        file: Path,
        *,
        by_file: bool = False,
        named: int = _NAMED,
        report: Report = silent,
    ) -> None:
        self.plan, self.file, self.by_file = plan, file, by_file
        self.looked: LookedAgain | None = None
        self._tools, self._named, self._report = tools, named, report
        self._both: BothDirectories | None = None

    @property
    def code(self) -> str:
        """What stands for the plan."""
        return code_of(self.plan.digest)

    @property
    def words(self) -> str:
        """When the plan was made, and by whom."""
        when, who = (plain_line(self.plan.made.get(name, ""), 80) for name in ("at", "by"))
        return f"The plan was made {when}{f' by {who}' if who else ''}."

    @property
    def quoted(self) -> str:
        """What the plan says would happen, deletions first, in a sentence."""
        counts, groups = self.plan.counted("counts"), self.plan.counted("groups")
        loud = {each for each in Prospect if each not in QUIET and (counts[each] or groups[each])}
        words = {each: words.removesuffix(_THERE) for each, words in PROSPECT_WORDS.items()}
        told = (
            f"{counts[each]:,} {words[each]}{_of_groups(groups[each])}"
            for each in Prospect
            if each in loud | {Prospect.DELETE, Prospect.DISABLE}
        )
        return f"In Webex, by plan {self.code}: {', '.join(told)}."

    @property
    def stops(self) -> tuple[Stop, ...]:
        """What is let pass by its number alone: of the last look, or else of the plan."""
        if self.looked is not None and self.by_file:
            return self.looked.stops
        return stops_planned(self.plan.body.get("stops"))

    @property
    def questions(self) -> tuple[Question, ...]:
        """What has to be typed: the code of a plan from a file, and each stop's number."""
        code = "Type the code of the plan, which the approved text ends with:"
        return (
            *((Question(CODE, code),) if self.by_file else ()),
            *(
                Question(
                    f"{_STOP}{place}",
                    "Type its number to let it pass this once:",
                    caution=f"Stop: {stop.message}",
                )
                for place, stop in enumerate(self.stops)
            ),
        )

    def check(self, question: str, typed: str) -> None:
        """Let nothing pass but what was asked for, to the letter.

        Raises:
            UnusableAnswer: Something else was typed (`plan-code-wrong`, `stop-number-wrong`).
        """
        if question == CODE and not is_code(typed, self.plan.digest):
            raise UnusableAnswer(
                "That is not the code of this plan, so nothing was started.",
                "It has 12 letters and digits, and stands in the last line of the text that was "
                "made with the plan. Type it without anything else.",
                code="plan-code-wrong",
                question=CODE,
            )
        numbers = {f"{_STOP}{place}": stop.number for place, stop in enumerate(self.stops)}
        if question in numbers and typed != str(numbers[question]):
            raise UnusableAnswer(
                "That is not the number of this stop, so nothing was started.",
                f"Type {numbers[question]}, as it stands above, only if that may happen.",
                code="stop-number-wrong",
                question=question,
            )

    def require_typed(self, answers: Answers) -> None:
        """Let nothing pass unless all that was asked for was typed.

        Raises:
            UnusableAnswer: It was not.
        """
        for question in self.questions:
            self.check(question.id, answers.get(question.id, ""))

    async def look(self, session: Session, report: Report | None = None) -> LookedAgain:
        """Look at both directories, which are only read, and refuse what goes beyond the plan.

        Raises:
            WizardError: They could not be looked at whole, or the plan is of another, or more would
                happen (`plan-outgrown`).
        """
        begun, telling = session.clock(), _ReadTelling(report or self._report)
        before = self.plan.people
        desk = desk_of(self._tools, session, before=before, check=self._require_same)
        try:
            summary = await desk.read(telling)
            if summary.interrupted:
                raise PreviewError(summary.interrupted, _TRY_AGAIN, code="preview-interrupted")
            since = await self._since(desk)
            approval = await desk.approval()
        finally:
            desk.close()
        if not since.is_within:
            raise self._refusal(outgrown(since.grown), since.lines)
        stops = tuple(stop for stop in summary.stops if stop.severity == "stop")
        ended, rests = session.clock(), _rests_of(self._both)
        self.looked = LookedAgain(begun, ended, rests, stops, approval[:-CODE_LINES], since.lines)
        return self.looked

    async def _since(self, desk: Desk) -> SincePlan:
        """Return how what was read stands to the plan, and to no other in the same file."""
        try:
            since = await desk.since(self.file, self._named)
        except PreviewError as error:
            raise self._refusal(error, ()) from error
        if since.digest != self.plan.digest:
            told = "Its file holds another plan by now than the one that was shown"
            another = PreviewError(f"{told}, so nothing was started.", code="plan-replaced")
            raise self._refusal(another, ())
        return since

    def _require_same(self, both: BothDirectories) -> None:
        try:
            require_same_target(both.settings, self.plan)
        except PreviewError as error:
            raise self._refusal(error, ()) from error
        self._both = both

    async def look_again(self, session: Session, report: Report) -> None:
        """Look before the first write, unless the last look holds yet.

        Raises:
            WizardError: As of a look; or it stops where nobody was asked.
        """
        asked, looked = self.stops, self.looked
        if (
            looked is not None
            and looked.is_fresh(session.clock())
            and not await self._moved(session, looked)
        ):
            return
        more = " once more" if looked is not None else ""
        report(Progress(f"Looking at both directories{more}, as they are now."))
        again = await self.look(session, report)
        if new := stops_beyond(again.stops, asked):
            refused = PreviewError(
                "More is stopped by now than was asked about, so nothing was started.",
                code="plan-outgrown",
            )
            raise self._refusal(refused, tuple(stop.message for stop in new))
        if moved := await self._moved(session, again):
            refused = PreviewError(
                "Somebody changed something while both directories were read, so nothing was "
                "started.",
                _TRY_AGAIN,
                code="plan-moved",
            )
            raise self._refusal(refused, tuple(f"Changed meanwhile: {each}." for each in moved))

    async def _moved(self, session: Session, looked: LookedAgain) -> tuple[str, ...]:
        """Return what a look rests on that is another since: reading takes minutes."""
        async with previewing(self._tools, session) as both:
            await both.read_assigned()
            await both.read_members()
            return _moved_between(looked.rests, _rests_of(both))

    def _refusal(self, error: PreviewError, lines: tuple[str, ...]) -> WizardError:
        """Return a refusal with what changed; in the setup it leads back to the preview."""
        message = "\n".join((error.message, *lines))
        if self.by_file:
            return PreviewError(message, error.hint or _ANEW, code=error.code)
        return StepFirst(message, _BACK, code=error.code, step=PREVIEW.id)


async def kept_start(tools: Tools, session: Session) -> BoundStart | None:
    """Return what the preview that was kept binds a start to; None where none of this tenant was.

    Raises:
        StepFirst: Its plan is gone, or is not the one that was kept (`plan-altered`).
    """
    kept = kept_preview(session)
    if kept is None and is_plan_lost(session):
        raise StepFirst(
            "The plan of the preview that was kept is not there any more, or was changed.",
            _BACK,
            code="plan-altered",
            step=PREVIEW.id,
        )
    if kept is None:
        return None
    if kept.is_of_files:
        await _require_unaltered(session)
        return None
    return BoundStart(tools, kept.plan, session.profiles.plan_path(session.profile.name))


async def _require_unaltered(session: Session) -> None:
    """Let nobody unbind a start by a word in the plan that was kept.

    All of a large plan is read for that, which takes seconds.

    Raises:
        StepFirst: The plan is not the one that was kept (`plan-altered`).
    """
    try:
        await asyncio.to_thread(read_plan, session.profiles.plan_path(session.profile.name))
    except PreviewError as error:
        raise StepFirst(error.message, _BACK, code=error.code, step=PREVIEW.id) from error


def binding_words(bound: BoundStart | None, session: Session) -> str:
    """Return what binds a start, or that nothing does, in a sentence or two."""
    if bound is not None:
        return f"The plan {_BINDS}" if bound.by_file else f"{bound.quoted} It {_BINDS}"
    return _OF_FILES if kept_preview(session) is not None else _UNBOUND


def refuse_another(bound: BoundStart | None, quoted: BoundStart | None) -> None:
    """Let nothing bind a start but the plan that was shown.

    Raises:
        InvalidInput: Another preview was kept meanwhile (`plan-replaced`).
    """
    if quoted is not None and (bound is None or bound.plan.digest != quoted.plan.digest):
        raise InvalidInput(
            "Another preview was kept meanwhile than the one that was shown, so nothing was "
            "started.",
            "Look again, and read what it says.",
            code="plan-replaced",
        )


_Rests = tuple[dict[str, str], PreviewTarget | None, dict[str, str]]


def _rests_of(both: BothDirectories | None) -> _Rests:
    if both is None:
        return {}, None, {}
    return rests_on(both.settings, both.assigned), both.settings.target, both.members


def _moved_between(then: _Rests, now: _Rests) -> tuple[str, ...]:
    """Return what is another than then, in words."""
    moved = (words for name, words in RESTS_ON.items() if then[0].get(name) != now[0][name])
    more = {"the deletion limit, or the job": 1, "who is in an assigned group": 2}
    return (*moved, *(words for words, at in more.items() if then[at] != now[at]))


def _of_groups(number: int) -> str:
    many = "1 group" if number == 1 else f"{number:,} groups"
    return f" (and {many})" if number else ""


class _ReadTelling:
    """Tells how far reading is, not oftener than it is of use in lines."""

    def __init__(self, report: Report) -> None:
        self._report, self._next, self._waits = report, 1, ""

    def __call__(self, counted: Counted) -> None:
        """Take how far it is."""
        if counted.waits and counted.waits != self._waits:
            self._report(Progress(counted.waits))
        self._waits, read = counted.waits, counted.people + counted.accounts
        if read >= self._next:
            self._next = read + _EACH
            told = f"{counted.people:,} people of Entra and {counted.accounts:,} accounts of Webex"
            self._report(Progress(f"Read so far: {told}.", read))
