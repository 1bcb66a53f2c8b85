"""What every step's screen has in common: header, rail, content, buttons, keys, errors."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.reactive import Reactive
from textual.widget import Widget
from textual.widgets import Button, Static

from screens.asking import AskingScreen
from screens.keys import ARROWS, key
from screens.widgets.commands import with_commands
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.header import WizardHeader
from screens.widgets.key_line import KeyLine, keys_of
from screens.widgets.line_input import TooLong
from screens.widgets.rail import StepRail
from screens.widgets.remark import Remark
from screens.widgets.scrolled import Scrolled
from screens.widgets.sign_in_link import OTHERWISE
from screens.widgets.step_help import StepHelp
from wizard.errors import WizardError
from wizard.steps.base import Step
from wizard.walk.walk import Mode, Move, Visit, Way

if TYPE_CHECKING:
    from screens.host import Host
    from wizard.flow.session import Session
    from wizard.words.progress import Progress
    from wizard.workspace import Workspace

S = TypeVar("S")
"""The step that a screen is for."""


class StepScreen(AskingScreen[Move], Generic[S]):
    """One step of the flow; subclasses give the content and the main action."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (64, "-wide"), (110, "-roomy"), (162, "-vast")]  # noqa: RUF012 - typed as an instance variable by Textual
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (15, "-low"), (23, "-high"), (28, "-airy")]  # noqa: RUF012 - as above
    AUTO_FOCUS = "#main"

    BINDINGS: ClassVar[list[BindingType]] = [
        key("close", "back", "Back", tooltip="Go to the step before"),
        key("steps", "steps", "Steps", tooltip="Jump to a step"),
        key("more", "scroll_content(1)", "More"),
        key("less", "scroll_content(-1)", "Less", show=False),
        key("address", "show_alone", "Value alone"),
        key("help", "explain", "Help", tooltip="What this step is about"),
        *ARROWS,
    ]

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """Without Textual's repaint of the whole screen; the two widgets repaint themselves."""

    content = query_one("#content", VerticalScroll)
    errors = query_one(ErrorPanel)

    def __init__(self, visit: Visit, space: "Workspace") -> None:
        super().__init__()
        self.visit = visit
        self.space = space
        self.flow = visit.flow
        self.info = visit.info
        self.step = cast("S", visit.step)
        self._alone = ""
        """What was copied last, unless it is a secret."""

    @property
    def session(self) -> "Session":
        """The profile that is worked on."""
        return self.flow.session

    @property
    def wizard(self) -> "Host":
        """The application, as far as a screen may know it."""
        return cast("Host", self.app)

    def compose(self) -> ComposeResult:
        """Lay out header, rail, content, buttons and keys."""
        practice = self.space.options.practice
        yield WizardHeader(self.session.profile.name, practice=practice, place=self._place())
        with Horizontal(id="body"):
            yield StepRail(self.flow)
            with Fitting(id="page"):
                yield Static(self.info.title, id="title", markup=False)
                yield Remark(with_commands(self.visit.told), id="told-beside")
                yield from self.compose_summary()
                with Scrolled(id="content"):
                    yield from self.compose_content()
                    yield ErrorPanel()
                with Buttons(id="buttons"):
                    yield from self.compose_buttons()
            yield StepHelp(self.info.id, self.session.line)
        yield KeyLine()

    def _place(self) -> str:
        """Return group and number of the step; nothing where it stands alone."""
        steps = self.flow.steps
        number = steps.index(self.info) + 1
        return f"{self.info.group} · {number} of {len(steps)}" if len(steps) > 1 else ""

    def compose_summary(self) -> Iterable[Widget]:
        """Yield what stays in sight while the content scrolls."""
        return ()

    def compose_content(self) -> Iterable[Widget]:
        """Yield what is particular to the step."""
        return ()

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the buttons; the main one has the id `main`."""
        yield Button("Next", id="main")

    def show_error(self, error: WizardError | None) -> None:
        """Show an error with its next step, or take it away."""
        self.errors.show(error)
        if error is not None:
            self.call_after_refresh(self.errors.scroll_visible, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what was copied alone only once something was."""
        return action != "show_alone" or bool(self._alone)

    def offer_alone(self, text: str) -> None:
        """Offer to show a text alone, so that any terminal can select it; or none any more."""
        self._alone = text
        self.refresh_bindings()

    @work(group="alone", exclusive=True, description="Show a value alone")
    async def action_show_alone(self) -> None:
        """Show what was copied alone."""
        from screens.alone import alone

        await alone(self.app, self._alone)

    def say_within(self, place: Remark, said: Content) -> None:
        """Say something at its place in the content, and bring that into sight."""
        place.update(said)
        self.call_after_refresh(place.scroll_visible, animate=False)

    @on(TooLong)
    def refuse_paste(self, event: TooLong) -> None:
        """Say why a paste was not taken; what stood there stays."""
        self.show_error(event.error)

    def tell(self, text: str) -> bool:
        """Say something above the content; return whether the screen stays for it to be read."""
        stays = self.is_mounted and not self.has_answered
        if stays:
            self.query_one("#told-beside", Remark).update(with_commands(text))
        return stays

    def renew_rail(self) -> None:
        """Show the states of all steps as they are."""
        self.query_one(StepRail).renew()

    @property
    def unkept(self) -> str:
        """What would get lost if the screen was left, a sentence; empty where nothing would."""
        return ""

    async def let_go(self) -> str:
        """Part with what must not get lost when the screen is left; say what became of it."""
        return ""

    def forward(self) -> None:
        """Go on to the next step."""
        self.answer(Move(Way.FORWARD))

    def offer(self, title: str, choices: Mapping[str, str]) -> None:
        """Offer actions of this screen, by their names, each with what it does."""
        from screens.menu import Menu

        def chosen(name: str | None) -> None:
            if name is not None:
                getattr(self, f"action_{name}")()

        self.app.push_screen(Menu(title, choices), chosen)

    async def is_meant(self) -> bool:
        """Ask, out of a worker, before what is done by hand counts as done.

        Nothing to ask is a yes; what is done through Graph is asked about there.
        """
        from screens.confirm import Confirm

        if self.visit.mode is not Mode.BY_HAND:
            return True
        question = await self.visit.step.confirmation(self.session, self._tell_progress)
        self.tell("")
        if not question:
            return True
        sure = await self.app.push_screen_wait(Confirm(question, "Yes, done", "Not yet"))
        return sure is True

    def _tell_progress(self, progress: "Progress") -> None:
        self.tell(progress.message)

    def action_back(self) -> None:
        """Go to the step before, from whatever state this one is in."""
        self.answer(Move(Way.BACK))

    @on(Button.Pressed, "#next")
    def skip(self) -> None:
        """Go on without doing this step."""
        self.answer(Move(Way.SKIP))

    def action_portal(self) -> None:
        """Tell how the step is done by hand in the portal."""
        from screens.portal_guide import PortalGuide

        try:
            guide = cast("Step", self.step).guide(self.session)
        except WizardError as error:
            self.show_error(error)
            return
        if guide is None:
            return
        link = guide.link

        def opened(wanted: bool | None) -> None:
            if wanted:
                self.open_link(link)

        self.app.push_screen(PortalGuide("In the portal", guide), opened)

    @work(group="link", exclusive=True, description="Open a link")
    async def open_link(self, link: str) -> None:
        """Open a link, or copy it where no browser can be opened, and say what became of it."""
        said = await self.wizard.open_or_copy(link, OTHERWISE)
        self.offer_alone(link)
        self.tell(said)

    def action_scroll_content(self, pages: int) -> None:
        """Scroll the content, wherever the focus is."""
        self.content.scroll_relative(y=pages * (self.content.size.height - 1), animate=False)

    def action_steps(self) -> None:
        """Offer the steps that can be jumped to."""
        from screens.steps_list import StepsList

        def jump(step_id: str | None) -> None:
            if step_id is not None and step_id != self.info.id:
                self.answer(Move(Way.JUMP, step_id))

        self.app.push_screen(StepsList(self.flow), jump)

    def action_go_to(self, step_id: str) -> None:
        """Go to a step of the rail, or say why that cannot be."""
        if why := self.flow.why_not(step_id):
            self.tell(why)
        elif step_id != self.info.id:
            self.answer(Move(Way.JUMP, step_id))

    def action_explain(self) -> None:
        """Show the help of this step, with all its keys."""
        from screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.info.id, keys_of(self), self.session.line))
