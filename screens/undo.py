"""Screen of `undo`: what this program made in Entra, and taking back what is chosen."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Static

from screens.asking import AskingScreen
from screens.keys import ARROWS, key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.header import WizardHeader
from screens.widgets.item import Item
from screens.widgets.key_line import KeyLine
from screens.widgets.mark_list import MarkList
from screens.widgets.marks import lead_sign
from screens.widgets.remark import Remark
from screens.widgets.scrolled import Scrolled
from wizard.errors import WizardError
from wizard.flow.marks import moment
from wizard.flow.plan import title_of
from wizard.steps.base import Stays
from wizard.store.marks import Mark
from wizard.walk.undoing import consequence, names_of
from wizard.words.progress import Progress

if TYPE_CHECKING:
    from wizard.store.journal import JournalEntry
    from wizard.walk.undoing import Undoing


class UndoScreen(AskingScreen[bool]):
    """Lists what was made, newest first; marks choose, and nothing is chosen at first."""

    AUTO_FOCUS = "#made"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("close", "leave", "Back", tooltip="Take nothing more back"),
        key("mark-all", "mark_all", "Mark all"),
        key("take-back", "ask", "Take back"),
        *ARROWS,
    ]

    made = query_one(MarkList)
    note = query_one("#note", Static)
    groups = query_one("#groups", Static)
    status = query_one("#status", Static)
    said = query_one("#said", Vertical)
    main = query_one("#main", Button)
    errors = query_one(ErrorPanel)

    def __init__(self, undoing: "Undoing", profile: str, *, practice: bool) -> None:
        super().__init__()
        self.undoing = undoing
        self._profile = profile
        self._practice = practice
        self._entries: tuple[JournalEntry, ...] = ()
        self._all_taken = True

    def compose(self) -> ComposeResult:
        """Lay out the list, what comes with the marked line, and the buttons."""
        yield WizardHeader(self._profile, practice=self._practice)
        with Horizontal(id="body"), Fitting(id="page"):
            yield Static("Take back what was made in Entra", id="title")
            with Scrolled(id="undo"):
                yield Remark(id="status")
                yield MarkList(id="made")
                yield Remark(id="note")
                yield Remark(id="groups")
                yield Vertical(id="said")
                yield ErrorPanel()
            with Buttons(id="buttons"):
                yield Button("Take back", id="main", disabled=True)
                yield Button("Back", id="leave")
        yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to mark and to take back while there is something."""
        return bool(self._entries) or action not in {"mark_all", "ask"}

    def on_mount(self) -> None:
        """Show what stands, and look which groups stay in Webex."""
        self.begin()

    @work(group="begin", exclusive=True, description="Look what can be taken back")
    async def begin(self) -> None:
        """Show what stands; the keyring, which tells whether that is all, may let wait."""
        await self._show()
        self.tell_groups()

    @work(group="groups", exclusive=True, description="Look for groups")
    async def tell_groups(self) -> None:
        """Tell which groups stay in Webex, before anything is chosen."""
        if not (self._entries and self.undoing.is_open):
            return
        try:
            self.groups.update(await self.undoing.staying())
        except WizardError as error:
            self.groups.update(f"Which groups stay in Webex cannot be read: {error.message}")

    async def _show(self, failed: WizardError | None = None) -> None:
        """Show what stands, and what went wrong, or else what the journal lacks."""
        try:
            trouble = await self.undoing.trouble()
        except WizardError as error:
            trouble = error
        self._fill(is_whole=trouble is None)
        self.errors.show(failed or trouble)

    def _fill(self, *, is_whole: bool) -> None:
        self._entries = self.undoing.made
        self.made.disabled = False
        self.made.fill(map(_line, self._entries, names_of(self._entries)))
        self.made.display = self.main.display = bool(self._entries)
        self.refresh_bindings()
        if not self._entries:
            self.note.update(Content(self.undoing.left))
            what = "Nothing else" if self.undoing.left else "Nothing"
            self.status.update(
                f"{what} is left that this program made in Entra."
                if is_whole
                else "No line that can be read tells of something to take back."
            )
            self.query_one("#leave", Button).focus()
        else:
            self._tell_order()
            self.made.highlighted = 0
            self.made.focus()
        self._count()

    def _tell_order(self) -> None:
        order = "Newest first: what is older may be what the newer stands on."
        self.status.update(Content("\n".join(filter(None, (order, self.undoing.left)))))

    @on(MarkList.OptionHighlighted)
    def explain(self, event: MarkList.OptionHighlighted) -> None:
        """Say what taking the highlighted thing back brings with it."""
        if event.option_index < len(self._entries):  # the list may have become shorter
            self.note.update(Content(consequence(self._entries[event.option_index])))

    @on(MarkList.Marked)
    def _count(self) -> None:
        number = len(self.made.marked)
        self.main.disabled = not number or self.made.disabled
        self.main.label = f"Take back {number}" if number else "Take back"
        self.main.refresh(layout=True)

    def action_mark_all(self) -> None:
        """Mark everything, or nothing if all is marked."""
        if not self.made.disabled:
            self.made.mark_all()

    @on(Button.Pressed, "#main")
    def action_ask(self) -> None:
        """Ask before anything is taken back."""
        if self.main.disabled:
            return
        self.look_back()

    @work(group="graph", exclusive=True, description="Look before an undo")
    async def look_back(self) -> None:
        """Look whether anybody may be switched off by it, and ask."""
        from screens.ask_questions import AskQuestions
        from screens.confirm import Confirm

        chosen = self._begin()
        number = len(chosen)
        what = "this" if number == 1 else f"these {number}"
        question = f"Take {what} back in Entra? Nothing else is touched."
        answers: dict[str, str] | None = None
        try:
            asked = await self.undoing.look_back(chosen, self._progress)
        except WizardError as error:
            self.errors.show(error)
        else:
            if asked is not None:
                answers = await self.app.push_screen_wait(
                    AskQuestions(asked, "Take back", self.undoing.check)
                )
            elif await self.app.push_screen_wait(Confirm(question, "Take back", "Not yet")):
                answers = {}
        if answers is not None:
            await self._take_back(chosen, answers)
            return
        self.made.disabled = False
        self._tell_order()
        self._count()

    async def _take_back(self, chosen: "list[JournalEntry]", answers: dict[str, str]) -> None:
        """Take back what is marked, newest first; what fails stays in the list."""
        failed: WizardError | None = None
        all_taken, self._all_taken = True, False  # who leaves meanwhile has not all of it
        async for told in self.undoing.take_back(chosen, answers, self._progress):
            all_taken = all_taken and isinstance(told, str)
            if isinstance(told, WizardError):
                failed = failed or told
            elif isinstance(told, Stays):
                self.said.mount(Item(lead_sign(Mark.ATTENTION), told.text))
            else:
                self.said.mount(Item(lead_sign(Mark.SEEN), told))
        self._all_taken = all_taken
        await self._show(failed)

    def _begin(self) -> "list[JournalEntry]":
        """Return what is marked, and let no mark change it meanwhile."""
        self.errors.show(None)
        self.made.disabled = self.main.disabled = True
        marked = set(self.made.marked)
        return [entry for at, entry in enumerate(self._entries) if at in marked]

    def _progress(self, progress: Progress) -> None:
        self.status.update(f"… {progress.message}")

    @on(Button.Pressed, "#leave")
    def action_leave(self) -> None:
        """Leave, telling whether all that was wanted is taken back; what was, stays so."""
        self.answer(self._all_taken)


def _line(entry: "JournalEntry", name: str) -> Content:
    title = title_of(entry.step)
    return Content.assemble((f"{moment(entry.at)}  ", "$text-muted"), (f"{title}: ", "bold"), name)
