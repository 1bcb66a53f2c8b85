"""The walk through a flow: what a front end shows next, and where each answer leads.

A front end shows a visit and answers it with a move, and decides nothing itself.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wizard.errors import StepFirst, WizardError
from wizard.flow.plan import SIGN_IN, StepInfo
from wizard.flow.session import Flow
from wizard.steps.base import GraphStep, Step
from wizard.steps.sign_in import SignInStep
from wizard.store.locks import others_saved
from wizard.store.marks import Mark
from wizard.walk.doing import Doing
from wizard.words.progress import Report, silent

if TYPE_CHECKING:
    from wizard.workspace import Workspace

ASKED_FIRST = frozenset({"mapping", "scoping"})
"""Steps whose own question comes before what is done through Graph."""


class Mode(StrEnum):
    """What is to be shown of a step."""

    ASK = "ask"
    """Its own question, after which Graph does the rest."""
    DO = "do"
    """What Graph does."""
    BY_HAND = "by hand"
    """Its own question alone; what there is to do in Entra is done by hand."""
    LACKING = "lacking"
    """What it needs first: it cannot be done before."""


@dataclass(frozen=True)
class Visit:
    """What a front end shows next, and answers with a move."""

    flow: Flow
    info: StepInfo
    mode: Mode
    step: Step
    doing: Doing | None = None
    """What does it, in the mode that does."""
    told: str = ""
    """What is to be said beside it."""
    came_back: bool = False
    """Whether it was reached by going back; then it stops even if it is done."""
    begins_anew: bool = False
    """Whether it is done once more, whatever there is already."""
    is_put_off: bool = False
    """Whether it is done by hand although Graph could do it."""
    lacking: tuple[StepInfo, ...] = ()
    """Steps that it needs and that are not done, in the mode that says so."""
    was_asked: bool = False
    """Whether its own question was answered just before."""

    @property
    def lacks(self) -> str:
        """What it lacks, as a sentence; empty where nothing does."""
        names = ", ".join(step.title for step in self.lacking)
        return f"Not possible before: {names}." if names else ""

    def first_of(self, error: WizardError) -> StepInfo | None:
        """Return the step that an error says has to be done first, where the flow has it."""
        return self.step_of(error.step if isinstance(error, StepFirst) else "")

    def step_of(self, step_id: str) -> StepInfo | None:
        """Return a step by its id, where the flow has it."""
        return next((step for step in self.flow.steps if step.id == step_id), None)


class Way(StrEnum):
    """A direction."""

    FORWARD = "forward"
    SKIP = "skip"
    """Forward, and the step is left undone."""
    BACK = "back"
    JUMP = "jump"
    ANEW = "anew"
    """To another step, to do it once more."""
    BY_HAND = "by hand"
    """To the same step, done by hand."""
    THROUGH_GRAPH = "through Graph"
    """To the same step, done through Graph after all."""


@dataclass(frozen=True)
class Move:
    """A direction, and where it does not follow from that, the step."""

    way: Way
    step_id: str = ""
    told: str = ""
    """What is to be said of this step beside the next one."""


class Walk:
    """Goes through a flow until it is finished or left.

    Args:
        space: What the steps work with.
        flow: The steps, and the place where they were left.
    """

    def __init__(self, space: "Workspace", flow: Flow) -> None:
        self.is_finished = False
        self._space = space
        self._flow = flow
        self._is_left = False
        self._is_asked = False
        self._came_back = False
        self._begins_anew = False
        self._told = ""
        self._left_at = ""
        """The step that waits until somebody has signed in again."""

    async def visit(self, report: Report = silent) -> Visit | None:
        """Return what comes next; None when the flow is finished, or was left.

        Args:
            report: Is told when there is something to wait for.

        Raises:
            ProfileError: The place could not be saved.
        """
        if self.is_finished or self._is_left:
            return None
        await others_saved(self._space.profiles.folder)
        space, flow = self._space, self._flow
        flow.go(flow.current.id)
        if lacking := tuple(flow.missing(flow.current)):
            info, came = flow.current, self._came_back
            told, step = self._told, space.step(info)
            return Visit(flow, info, Mode.LACKING, step, told=told, came_back=came, lacking=lacking)
        told = "\n".join(filter(None, (self._told, await self._recalled(report))))
        self._ask_to_sign_in()
        info, step = flow.current, space.step(flow.current)
        doing = Doing(space, flow.session, step) if isinstance(step, GraphStep) else None
        if doing is None or not space.does(info):
            mode = Mode.BY_HAND
        elif info.id in ASKED_FIRST and not self._is_asked:
            mode = Mode.ASK
        else:
            mode = Mode.DO
        return Visit(
            flow,
            info,
            mode,
            step,
            doing if mode is Mode.DO else None,
            told,
            self._came_back,
            is_put_off=info.id in space.by_hand,
            begins_anew=self._begins_anew,
            was_asked=self._is_asked,
        )

    async def answer(self, visit: Visit, move: Move) -> None:
        """Take the answer to a visit.

        Raises:
            ProfileError: The place could not be saved.
        """
        await others_saved(self._space.profiles.folder)
        flow, was_asked, left_at = self._flow, self._is_asked, self._left_at
        self._is_asked, self._came_back, self._left_at = False, move.way is Way.BACK, ""
        way, self._told = move.way, move.told
        self._begins_anew = way is Way.ANEW
        if way is Way.SKIP:
            way = Way.FORWARD
            self._note_skipped(visit)
        match way:
            case Way.BACK if was_asked and visit.mode is Mode.DO:
                pass  # to the step's own question
            case Way.BACK if flow.is_first:
                self._is_left = True
            case Way.BACK:
                flow.back()
            case Way.JUMP | Way.ANEW:
                flow.go(move.step_id)
            case Way.BY_HAND:
                self._space.by_hand.add(visit.info.id)
            case Way.THROUGH_GRAPH:
                self._space.by_hand.discard(visit.info.id)
            case Way.FORWARD if visit.mode is Mode.ASK:
                self._is_asked = True
            case Way.FORWARD if left_at:
                flow.go(left_at)
            case Way.FORWARD if flow.is_last:
                self.is_finished = not visit.lacking
            case Way.FORWARD:
                flow.forward()

    def _note_skipped(self, visit: Visit) -> None:
        session, step_id = self._flow.session, visit.info.id
        if visit.mode is not Mode.ASK and session.mark_of(step_id) is Mark.OPEN:
            session.tick(step_id, mark=Mark.SKIPPED)

    def _ask_to_sign_in(self) -> None:
        """Go to the sign-in before a step that Graph did, where the sign-in has ended meanwhile.

        By hand it goes on only when somebody says so.
        """
        flow, session = self._flow, self._flow.session
        step = SignInStep(SIGN_IN, self._space)
        may_come_back = (
            step.is_remembered(session) and session.profile.name not in self._space.recalled
        )
        if may_come_back or not step.has_ended(session):
            return
        step.note_ended(session)
        if flow.remembers and self._space.action_of(flow.current.id) is not None:
            self._left_at = flow.current.id
            flow.step_aside(SIGN_IN.id)

    async def _recalled(self, report: Report) -> str:
        """Sign in again before a step that Graph could do, where that is remembered; once.

        Returns:
            A sentence on what became of it; empty when there was nothing to do.
        """
        space, session = self._space, self._flow.session
        name = session.profile.name
        step = SignInStep(SIGN_IN, space)
        wanted = step.is_remembered(session) and name not in space.recalled
        if not wanted or space.tenant.signed_in or not space.action_of(self._flow.current.id):
            return ""
        space.recalled.add(name)
        try:
            if not await step.recall(session, report):
                return ""
        except WizardError as error:
            return f"{error.message} You can sign in again in the step {SIGN_IN.title}."
        return (await step.check(session)).text
