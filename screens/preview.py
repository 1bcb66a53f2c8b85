"""Screen of step `preview`: reads both directories and shows what would happen; writes nothing."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button

from screens.base import StepScreen
from screens.keys import key
from screens.widgets.card import Card
from screens.widgets.forecast import Depth, Forecast
from screens.widgets.preview_lines import counted_lines, preview_verdict
from screens.widgets.remark import Remark
from screens.widgets.underway import Underway
from wizard.errors import WizardError
from wizard.flow.session import State
from wizard.preview.desk import Counted, Selection
from wizard.steps.preview import PreviewStep
from wizard.walk.walk import Move, Visit, Way

if TYPE_CHECKING:
    from wizard.flow.plan import StepInfo
    from wizard.preview.desk import Desk, PreviewRow, Summary
    from wizard.walk.doing import Doing
    from wizard.workspace import Workspace

_READING: Final = "Reading both directories. Nothing is written."
_OFTEN: Final = 0.1
"""Seconds between two showings of how far reading is."""
_UNKEPT: Final = "This preview was not accepted, so what was read is gone then."
_HALF_READ: Final = "What was read so far is gone then."
_AWAY: Final = frozenset({Way.BACK, Way.JUMP, Way.BY_HAND, Way.SKIP})
_STOPPED: Final = "Nothing was written. Read on goes on at the last page."


class PreviewOffer(StrEnum):
    """What the main button does, in its own words."""

    NEXT = "Next"
    ACCEPT = "Accept"
    READ = "Read"
    READ_ON = "Read on"
    GO = "Go there"


class PreviewStage(StrEnum):
    """What is in sight."""

    RESTS = "rests"
    """Nothing was read, or a preview was kept."""
    READS = "reads"
    SHOWS = "shows"
    IS_IN_IT = "in it"
    """People, or a text: Esc leads back to the patterns."""


_BUTTONS: Final[dict[PreviewStage, tuple[str, ...]]] = {
    PreviewStage.RESTS: ("main", "again", "next"),
    PreviewStage.READS: ("stop", "next"),
    PreviewStage.SHOWS: ("main", "find", "export", "again", "next"),
    PreviewStage.IS_IN_IT: ("up",),
}


class PreviewScreen(StepScreen[PreviewStep]):
    """Reads at once, counts while it reads, and shows what is riskiest first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("again", "again", "Again"),
        key("close", "stop", "Stop"),
        key("close", "back", "Back", tooltip="Go to the step before"),
        key("by-hand", "by_hand", "By hand"),
        key("next-person", "person(1)", "Next person"),
        key("person-before", "person(-1)", "Person before", show=False),
    ]

    verdict = query_one("#verdict", Card)
    underway = query_one(Underway)
    counted = query_one("#counted", Remark)
    forecast = query_one(Forecast)
    main = query_one("#main", Button)

    def __init__(
        self, visit: Visit, space: "Workspace", opening: "Callable[[], Desk] | None" = None
    ) -> None:
        """Preview both directories of the profile, or something else.

        Args:
            visit: The step; it may be by hand where a desk is given.
            space: What everything works with.
            opening: Opens what is to be shown, instead of both directories.
        """
        super().__init__(visit, space)
        self._opening = opening
        self._desk: Desk | None = None
        self._summary: Summary | None = None
        self._stage = PreviewStage.READS
        self._counted_at = 0.0
        """When it was last shown how far reading is."""
        self._offered = PreviewOffer.READ
        self._first: StepInfo | None = None
        """What has to be done before this step, and was not."""

    def compose_summary(self) -> Iterable[Widget]:
        """Yield what it comes to, how far reading is, and what would happen to whom."""
        yield Card(id="verdict")
        yield Underway()
        yield Remark(id="counted")
        yield Forecast()

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield every button; each stage has some of them."""
        yield Button("Read", id="main", disabled=True)
        yield Button("Back", id="up")
        yield Button("Stop", id="stop")
        yield Button("Find", id="find")
        yield Button("Export", id="export")
        yield Button("Again", id="again")
        yield Button("Skip", id="next")

    def on_mount(self) -> None:
        """Look at once whether there is a preview already; what is given is read at once."""
        if self.visit.doing is not None and self._opening is None:
            self.look(self.visit.doing)
        else:
            self.read()

    def on_unmount(self) -> None:
        """Let go of what was read."""
        if self._desk is not None:
            self._desk.close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Tell which actions a stage has."""
        match action:
            case "stop" | "back":
                return (self._stage is PreviewStage.READS) is (action == "stop")
            case "again":
                return self._stage in {PreviewStage.RESTS, PreviewStage.SHOWS}
            case "by_hand":
                return self._stage is not PreviewStage.IS_IN_IT and self._opening is None
            case "person":
                return self._stage is PreviewStage.IS_IN_IT and self.forecast.is_of_one
        return super().check_action(action, parameters)

    def _go(self, stage: PreviewStage) -> None:
        """Show what a stage has, and nothing else."""
        self._stage = stage
        self.verdict.set_class(stage is PreviewStage.IS_IN_IT, "-away")
        self.counted.display = stage is PreviewStage.READS
        if stage in {PreviewStage.RESTS, PreviewStage.READS}:
            self.forecast.clear()
        for button in self.query("#buttons Button").results(Button):
            button.display = button.id in _BUTTONS[stage]
        self.refresh_bindings()

    def _arm(self, offer: PreviewOffer, label: str = "") -> None:
        self._offered = offer
        self.main.disabled = False
        self.main.label = Content(label or offer)
        self.main.refresh(layout=True)
        # What cannot be read on from is read on by the same button.
        is_again = offer in {PreviewOffer.READ, PreviewOffer.READ_ON, PreviewOffer.GO}
        self.query_one("#again").display = not is_again

    @work(group="read", exclusive=True, description="Look for a preview")
    async def look(self, doing: "Doing") -> None:
        """Show the preview that was kept, or read both directories where there is none."""
        self._begin("Looking at your tenant.")
        try:
            found = (await doing.look(lambda told: self.underway.say(told.message))).finding
        except WizardError as error:
            self._failed(error)
            return
        self.renew_rail()
        if found.state is State.OPEN:
            self.read()
            return
        self._end(PreviewStage.RESTS)
        is_kept, title = found.state is State.DONE, "Old" if self.step.is_old else "Kept"
        self.verdict.show("good" if is_kept else "attention", title, found.text, found.hint)
        self._arm(PreviewOffer.NEXT)
        self.query_one("#next").display = not is_kept
        (self.main if is_kept else self.query_one("#again")).focus()

    @work(group="read", exclusive=True, description="Read both directories")
    async def read(self) -> None:
        """Read both directories, or what is missing of them, and show what would happen."""
        self._begin(_READING)
        self._counted_at = 0.0
        self._show_counted(Counted())
        try:
            if self._desk is None:
                self._desk = await self._open()
            self._summary = summary = await self._desk.read(self._count)
        except WizardError as error:
            self._failed(error)
            return
        self._end(PreviewStage.SHOWS)
        self.verdict.show(*preview_verdict(summary, binds=self._opening is None))
        self.forecast.show(self._desk, summary)
        self._arm(PreviewOffer.READ_ON if summary.interrupted else PreviewOffer.ACCEPT)
        has_stops = any(stop.severity == "stop" for stop in summary.stops)
        (self.forecast.lines if has_stops and not summary.interrupted else self.main).focus()

    async def _open(self) -> "Desk":
        return self._opening() if self._opening else await self.step.desk(self.session)

    def _begin(self, words: str) -> None:
        self.show_error(None)
        self.verdict.clear()
        self.counted.update("")
        self._go(PreviewStage.READS)
        self.underway.begin(words, "Esc stops it.")
        self.query_one("#stop").focus()

    def _count(self, counted: Counted) -> None:
        """Show how far reading is; more often than somebody can read it would only hold up keys."""
        now = self.underway.clock()
        if now - self._counted_at < _OFTEN:
            return
        self._counted_at = now
        self._show_counted(counted)

    def _show_counted(self, counted: Counted) -> None:
        self.underway.say(counted.waits or _READING)
        room = self.query_one("#title").size.width
        told = counted_lines(counted, room)
        is_higher = len(told.wrap(max(room, 1))) != self.counted.size.height
        self.counted.update(told, layout=is_higher)

    def _end(self, stage: PreviewStage) -> None:
        self.underway.end()
        self._go(stage)

    def _failed(self, error: WizardError) -> None:
        self._end(PreviewStage.RESTS)
        self.verdict.show("attention", "Not read", "Nothing was written.")
        self._first = self.visit.first_of(error)
        if self._first is None:
            self._arm(PreviewOffer.READ)
        else:
            self._arm(PreviewOffer.GO, f"Go to {self._first.title}")
        self.main.focus()
        self.show_error(error)  # last, so that it is what can be seen

    @on(Button.Pressed, "#stop")
    def action_stop(self) -> None:
        """Stop reading; what was read stays."""
        if self.workers.cancel_group(self, "read"):
            self._end(PreviewStage.RESTS)
            self.verdict.show("attention", "Stopped", _STOPPED)
            self._arm(PreviewOffer.READ_ON)
            self.main.focus()

    @on(Button.Pressed, "#again")
    def action_again(self) -> None:
        """Read both directories anew."""
        self.read()

    @on(Button.Pressed, "#main")
    def go_on(self) -> None:
        """Do what the main button says."""
        match self._offered:
            case PreviewOffer.NEXT:
                self.forward()
            case PreviewOffer.ACCEPT:
                self.accept()
            case PreviewOffer.READ | PreviewOffer.READ_ON:
                self.read()
            case PreviewOffer.GO if self._first is not None:
                self.answer(Move(Way.JUMP, self._first.id))

    @work(group="accept", exclusive=True, description="Keep the preview")
    async def accept(self) -> None:
        """Keep the plan of what was shown, and go on."""
        if self._desk is None or self._summary is None:
            return
        self.show_error(None)
        self.underway.begin("Keeping the plan.")
        try:
            told = await self.step.accept(self.session, self._desk, self._summary)
        except WizardError as error:
            self.show_error(error)
        else:
            self.answer(Move(Way.FORWARD, told=told))
        finally:
            self.underway.end()

    @property
    def unkept(self) -> str:
        """What would get lost, a sentence."""
        if self._stage in {PreviewStage.SHOWS, PreviewStage.IS_IN_IT}:
            return _UNKEPT
        is_half = self._stage is PreviewStage.READS or self._offered is PreviewOffer.READ_ON
        return _HALF_READ if is_half and self._desk is not None else ""

    def answer(self, move: Move) -> None:
        """Answer; ask first where a preview would get lost that was not accepted."""
        from screens.confirm import Confirm

        def decided(wanted: bool | None) -> None:
            if wanted:
                super(PreviewScreen, self).answer(move)

        if self.unkept and move.way in _AWAY:
            self.app.push_screen(Confirm(f"Leave it? {self.unkept}", "Leave it", "Stay"), decided)
        else:
            super().answer(move)

    def action_by_hand(self) -> None:
        """Do this step by hand."""
        self.answer(Move(Way.BY_HAND))

    @on(Button.Pressed, "#find")
    def find(self) -> None:
        """Find somebody by a part of the name."""
        self.forecast.find()

    async def people_named(self, text: str, most: int) -> "tuple[PreviewRow, ...]":
        """Return some of those whose name holds a text; nobody while nothing is shown."""
        if self._desk is None or self._stage not in {PreviewStage.SHOWS, PreviewStage.IS_IN_IT}:
            return ()
        with suppress(WizardError):  # the screen itself says why nobody comes
            return await self._desk.rows(Selection(text=text), 0, most)
        return ()

    @on(Forecast.Went)
    def follow(self, event: Forecast.Went) -> None:
        """Have the buttons of where somebody went."""
        if self._stage in {PreviewStage.RESTS, PreviewStage.READS}:
            return  # something else has begun meanwhile
        self.tell("")
        is_in_it = event.depth is not Depth.PATTERNS
        self._go(PreviewStage.IS_IN_IT if is_in_it else PreviewStage.SHOWS)
        if event.depth is Depth.TEXT:
            self.query_one("#up").focus()
        elif not is_in_it:
            self._arm(self._offered)

    @on(Forecast.Stumbled)
    def show_stumble(self, event: Forecast.Stumbled) -> None:
        """Say what does not come, and why."""
        self.show_error(event.error)

    def action_person(self, by: int) -> None:
        """Tell of the next one, or the one before."""
        self.forecast.go_to(by)

    @on(Button.Pressed, "#up")
    def action_back(self) -> None:
        """Go back to where this was come to from; at last to the step before."""
        self.show_error(None)
        if self._stage is not PreviewStage.IS_IN_IT or not self.forecast.back():
            super().action_back()

    def action_scroll_content(self, pages: int) -> None:
        """Scroll what is read, wherever the focus is."""
        story = self.forecast.story
        story.scroll_relative(y=pages * max(story.size.height - 1, 1), animate=False)

    @on(Button.Pressed, "#export")
    @work(group="export", exclusive=True, description="Export")
    async def export(self) -> None:
        """Write what is shown to a file, or show what whoever approves it reads."""
        from screens.exporting import TO_BE_SHOWN, exported, what_to_export

        wanted = await what_to_export(self.app, self.session.profile.name)
        if wanted is None or self._desk is None:
            return
        in_all = self._summary.lines if self._summary is not None else 0
        self.show_error(None)
        self.underway.begin("Writing.")
        try:
            if wanted[0] == TO_BE_SHOWN:
                told = await self._desk.approval()
                if self._stage is PreviewStage.SHOWS:  # else something else has begun meanwhile
                    self.forecast.tell(told)
            else:
                self.tell(await exported(self._desk, *wanted, in_all))
        except WizardError as error:
            self.show_error(error)
        finally:
            self.underway.end()
