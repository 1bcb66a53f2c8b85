"""Screen of every step that is done through Microsoft Graph: what is so, what would be done, do."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button

from screens.base import StepScreen
from screens.keys import key
from screens.widgets.outlook_view import OutlookView
from screens.widgets.question import GivenAnswer, QuestionField
from screens.widgets.remark import Remark
from screens.widgets.underway import Underway
from wizard.errors import AnswerError, TransportError, UnusableAnswer, WizardError
from wizard.flow.session import State
from wizard.steps.base import Outlook
from wizard.walk.walk import Move, Visit, Way
from wizard.words.progress import Progress

if TYPE_CHECKING:
    from textual.timer import Timer

    from wizard.flow.plan import StepInfo
    from wizard.steps.base import Answers
    from wizard.workspace import Workspace

_SIGNS = {
    State.DONE: ("✓ ", "bold $text-success"),
    State.OPEN: ("○ ", "bold"),
    State.ATTENTION: ("! ", "bold $text-warning"),
    State.FAILED: ("✗ ", "bold $text-error"),
}
_NOT_SEEN = "This did not work. Nothing was changed."
_NOT_DONE = "This did not work. What was done before it stays recorded."
_GOES_ON = "You can leave: Entra goes on without this program."


class Offer(StrEnum):
    """What the main button does, in its own words."""

    NEXT = "Next"
    LOOK = "Look again"
    DO = "Do it"
    GO = "Go there"


class AutomaticScreen(StepScreen[object]):
    """Looks at the tenant, asks what must be asked, and does it when told to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("again", "look", "Look again"),
        key("by-hand", "by_hand", "By hand"),
    ]

    class Found(Message):
        """What a worker found, handed to the one place that changes widgets.

        A worker is cut off by the next one, and widgets that were being removed for it would be
        cut off with it.
        """

        def __init__(self, outlook: Outlook, turn: int, *, quietly: bool = False) -> None:
            super().__init__()
            self.outlook = outlook
            self.turn = turn
            self.quietly = quietly

    status = query_one("#status", Remark)
    underway = query_one(Underway)
    outlook = query_one(OutlookView)
    main = query_one("#main", Button)
    again = query_one("#again", Button)

    def __init__(self, visit: Visit, space: "Workspace") -> None:
        super().__init__(visit, space)
        assert visit.doing is not None  # noqa: S101 - narrows the type: that mode has it
        self.doing = visit.doing
        self._outlook: Outlook | None = None
        self._waiting: Timer | None = None
        self._offered = Offer.LOOK
        self._first: StepInfo | None = None
        """What has to be done before this step, and was not."""
        self._changing = False
        self._asked = False
        """Whether somebody asked for what waits until it is asked for."""
        self._watches = False
        self._turn = 0
        self._given: dict[str, GivenAnswer] = {}
        """What stands at each question, which a look in between leaves so."""

    def compose_content(self) -> Iterable[Widget]:
        """Yield what is found, and what would be done."""
        yield Remark(id="status")
        yield Underway()
        yield OutlookView(id="outlook")

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the main action, whose words follow the state, and the others."""
        yield Button("Do it", id="main", disabled=True)
        yield Button("Do it again", id="again")
        yield Button("Look again", id="look")
        yield Button("By hand", id="by-hand")
        yield Button("Skip", id="next")

    def on_mount(self) -> None:
        """Look at once."""
        self.outlook.display = False
        self.look()

    def on_key(self, event: events.Key) -> None:
        """Let letters go into the search, also while something else has the focus."""
        field = next((each for each in self.outlook.fields if each.question.searches), None)
        letter = event.character if event.is_printable else None
        if letter and letter.strip() and field is not None and not self._changing:
            event.stop()
            field.add_letter(letter)

    @on(Button.Pressed, "#look")
    def action_look(self) -> None:
        """Look at the tenant, again; what is being changed is not cut off for that."""
        if not self._changing:
            self.look()

    def look(self) -> None:
        """Look at the tenant and show what would be done."""
        self._look(self._begin("Looking at your tenant.", "Esc goes back."))

    def look_quietly(self) -> None:
        """Look again at something under way; focus and place stay where the person has them."""
        if self._waiting is not None:  # else something else has begun since the time was up
            self._stop_waiting()
            self._look_quietly(self._take_turn())

    def change(self) -> None:
        """Do what was shown."""
        answers = {field.question.id: field.answer for field in self.outlook.fields}
        self._changing = True
        stop = "Esc stops it and goes back; what was done stays recorded."
        self._change(self._begin("Working.", stop), answers)

    @work(group="graph", exclusive=True, description="Look at the tenant")
    async def _look(self, turn: int) -> None:
        try:
            found = await self.doing.look(self._progress)
        except WizardError as error:
            self._failed(error)
        else:
            self.post_message(self.Found(found, turn))

    @work(group="graph", exclusive=True, description="Look how it goes on")
    async def _look_quietly(self, turn: int) -> None:
        try:
            found = await self.doing.look()
        except (AnswerError, TransportError) as error:
            self.errors.show(error)
            self._look_later(self._outlook)
        except WizardError as error:
            self._failed(error)
        else:
            self.post_message(self.Found(found, turn, quietly=True))

    @work(group="graph", exclusive=True, description="Change the tenant")
    async def _change(self, turn: int, answers: "Answers") -> None:
        try:
            found = await self.doing.apply(answers, self._progress)
        except UnusableAnswer as error:
            self._changing = False
            self._refused(error)
        except WizardError as error:
            self._changing = False
            self._failed(error, _NOT_DONE)
        else:
            self.post_message(self.Found(found, turn))

    @on(Found)
    async def show_found(self, event: Found) -> None:
        """Show what a worker found, unless another one has begun since."""
        if event.turn != self._turn:
            return
        fields = () if self._changing else self.outlook.fields  # what is done is done with
        self._given |= {each.question.id: each.given for each in fields}
        if self._changing:
            self._given.clear()
        self._changing = False
        if event.quietly:
            self.errors.show(None)
            await self._show_quietly(event.outlook)
        else:
            await self._show(event.outlook)

    def _take_turn(self) -> int:
        """Let what earlier workers found count no more; return the number of this one."""
        self._turn += 1
        return self._turn

    def _begin(self, text: str, stop: str) -> int:
        self._stop_waiting()
        self._asked = self._watches = False
        self.again.display = False
        self.show_error(None)
        self.main.disabled = True
        self.status.display = False
        self.underway.begin(text, stop)
        return self._take_turn()

    def _progress(self, progress: Progress) -> None:
        self.underway.say(progress.message)

    def _tell(self, told: Content) -> None:
        if not self._watches:
            self.underway.end()
        self.status.display = True
        self.status.update(told)

    def _failed(self, error: WizardError, told: str = _NOT_SEEN) -> None:
        self._tell(Content(told))
        self.renew_rail()
        self._offer(Offer.LOOK)
        self.query_one("#next").display = True
        self._first = self.visit.first_of(error)
        if self._first is not None:
            self._offer(Offer.GO, f"Go to {self._first.title}")
        self.show_error(error)  # last, so that it is what can be seen

    def _refused(self, error: UnusableAnswer) -> None:
        """Tell beside the answer why it is not taken; all answers stay, and nothing was done."""
        fields = (each for each in self.outlook.fields if each.question.id == error.question)
        field = next(fields, None)
        if self._outlook is None or field is None:
            self._failed(error)
            return
        self._tell(_told(self._outlook))
        self._offer(Offer.DO, takes_focus=False)
        field.refuse(error)

    async def _show(self, found: Outlook, *, takes_focus: bool = True) -> None:
        self._outlook = found
        self._watches = self._watches and found.look_again_after is not None
        await self.outlook.show(found, self._given, self.doing.find, asked=self._asked)
        self._tell(_told(found))
        self.renew_rail()
        self._offer_again(found)
        if takes_focus:
            self.content.scroll_home(animate=False)
        nothing_to_do = not found.plan or self._waits(found)
        nothing_to_do |= found.finding.state is State.DONE and not self._asked
        if self._is_so_already(found):
            so = f"{_SIGNS[State.DONE][0]}{self.info.title}: nothing had to be changed in Entra."
            self.answer(Move(Way.FORWARD, told=so))
        self._first = self.visit.step_of(found.first)
        if self._first is not None:
            self._offer(Offer.GO, f"Back to {self._first.title}", takes_focus=takes_focus)
        else:
            self._offer(Offer.NEXT if nothing_to_do else Offer.DO, takes_focus=takes_focus)
        may_have_focus = takes_focus or self.focused is self.main
        if found.is_pressing and self._waits(found) and may_have_focus:
            self.again.focus()
        self._look_later(found)

    def _is_so_already(self, found: Outlook) -> bool:
        """Tell whether a first look finds what was just said to be wanted, so that one goes on."""
        is_first = self.visit.was_asked and self._turn == 1
        return is_first and found.finding.state is State.DONE and not found.plan

    def _waits(self, found: Outlook) -> bool:
        """Tell whether plan and questions wait until somebody asks for them."""
        return bool(found.asked_for) and not self._asked

    def _offer_again(self, found: Outlook) -> None:
        is_done = found.finding.state is State.DONE
        self.query_one("#next").display = not is_done  # Next says it
        self.again.display = bool(found.plan) and (is_done or self._waits(found))
        if self._asked:
            self.again.display = False
        self.again.label = Content(found.asked_for or "Do it again")
        self.again.refresh(layout=True)

    async def _show_quietly(self, found: Outlook) -> None:
        """Show what is found beside somebody who reads, or is about to press something."""
        if found == self._outlook:
            self._look_later(found)
            return
        was_done = self._offered is Offer.NEXT
        with self.app.batch_update():  # laid out in between, the content would lose its place
            await self._show(found, takes_focus=False)
        if was_done and self._offered is Offer.DO and self.focused is self.main:
            # What was "Next" does something else now, and Enter may be on its way.
            self.set_focus(self.query_one("#look", Button), scroll_visible=False)

    def _look_later(self, found: Outlook | None) -> None:
        if found is not None and found.look_again_after is not None:
            self._waiting = self.set_timer(found.look_again_after, self.look_quietly)
            if not self._watches:
                self._watches = True
                self.underway.begin("Looking again from time to time.", _GOES_ON)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None

    def _offer(self, offer: Offer, label: str = "", *, takes_focus: bool = True) -> None:
        self._offered = offer
        self.main.disabled = False
        self.main.label = Content(label or offer)
        self.main.refresh(layout=True)
        self.query_one("#look").display = offer is not Offer.LOOK  # one button for one thing
        if not takes_focus:
            return
        fields = self.outlook.fields
        if offer is Offer.DO and any(each.is_open for each in fields):
            fields.first().take_focus()
        else:
            self.main.focus()

    @on(QuestionField.Changed)
    def name_who_is_chosen(self, event: QuestionField.Changed) -> None:
        """Say in the plan whom it is about."""
        if self._outlook is not None and event.field.question.id == self._outlook.about:
            self.outlook.tell(event.field.names)

    @on(QuestionField.Answered)
    def go_further(self, event: QuestionField.Answered) -> None:
        """Go to the next question without an answer, and then to what does it."""
        fields = list(self.outlook.fields)
        after = fields[fields.index(event.field) + 1 :]
        following = next((field for field in after if not field.answer), None)
        if following is not None:
            following.take_focus()
        else:
            (self.again if self.again.display else self.main).focus()
            event.field.scroll_visible(animate=False)

    @on(Button.Pressed, "#again")
    async def do_again(self) -> None:
        """Do what is shown, though it is so already; or show first what was asked for."""
        if self._outlook is None or not self._waits(self._outlook):
            if not self.main.disabled:
                self.change()
            return
        self._asked = True
        await self._show(self._outlook)

    @on(Button.Pressed, "#main")
    def go_on(self) -> None:
        """Do what the main button says."""
        if self.main.disabled:
            return
        match self._offered:
            case Offer.NEXT:
                self.forward()
            case Offer.LOOK:
                self.look()
            case Offer.DO:
                self.change()
            case Offer.GO if self._first is not None:
                self.answer(Move(Way.JUMP, self._first.id))

    @on(Button.Pressed, "#by-hand")
    def action_by_hand(self) -> None:
        """Do this step by hand."""
        self.answer(Move(Way.BY_HAND))


def _told(found: Outlook) -> Content:
    """Return what was found, and below its words what is so besides and what to do next."""
    finding = found.finding
    lines = [Content.assemble(_SIGNS[finding.state], finding.text)]
    lines += (Content(f"  {each}") for each in found.facts)
    if finding.hint:
        lines.append(Content.assemble("  ", ("Next: ", "bold"), finding.hint))
    return Content("\n").join(lines)
