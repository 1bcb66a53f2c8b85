"""The dialog that chooses whom a mapping is tried on."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.getters import query_one
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.key_line import KeyLine
from screens.widgets.line_input import LineInput
from screens.widgets.passing_list import PassingList
from screens.widgets.remark import Remark
from wizard.errors import WizardError
from wizard.mapping.document import MappingDocument
from wizard.trial.questions import FindPeople, TakeFile

if TYPE_CHECKING:
    from wizard.steps.directory import PeopleSearch
    from wizard.trial.process import Trial


class PeopleDialog(Dialog[bool]):
    """Offers the people and where they come from; True when somebody else is looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "into_list", "List", show=False),
        key("microsoft", "directory", "Your directory"),
        key("close", "close", "Close"),
    ]

    search = query_one("#search", Input)
    found = query_one("#found", OptionList)

    def __init__(
        self, trial: "Trial", directory: "PeopleSearch", document: MappingDocument
    ) -> None:
        """Ask for a person.

        Args:
            trial: The people there are.
            directory: Where real people are found, when somebody is signed in.
            document: The mapping that such people are taken for.
        """
        super().__init__()
        self._trial = trial
        self._directory = directory
        self._document = document
        self._taken = False
        self._file = "people.json"
        """What was typed last as the file; one that cannot be read is corrected there."""

    def compose(self) -> ComposeResult:
        """Lay out the search, what it finds, and the sources."""
        with Fitting(classes="dialog", id="people-dialog"):
            yield Static("Try it on", classes="dialog-title")
            yield Remark(id="audience")
            yield LineInput(placeholder="Part of a name or address", id="search")
            yield PassingList(id="found", compact=True, markup=False)
            yield ErrorPanel()
            with Buttons(classes="dialog-buttons"):
                yield Button("Choose", id="choose")
                yield Button("From a file", id="file")
                yield Button("Invented", id="invented")
                if self._directory.is_open:
                    yield Button("Directory", id="directory")
                yield Button("Cancel", id="cancel")
        yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the directory only when somebody is signed in."""
        return self._directory.is_open if action == "directory" else True

    def on_mount(self) -> None:
        """Begin with everybody."""
        self.search.focus()
        self.find()

    @on(Input.Changed, "#search")
    def look_for_it(self) -> None:
        """Look for what is typed; nobody is marked meanwhile, for Enter may be on its way."""
        self.found.highlighted = None
        self.find()

    @work(group="find", exclusive=True, description="Find people")
    async def find(self) -> None:
        """List whose name holds what is typed."""
        try:
            found = await self._trial.ask(FindPeople(self.search.value))
        except WizardError as error:
            self.query_one(ErrorPanel).show(error)
            return
        more = f", {len(found.shown)} shown" if found.count > len(found.shown) else ""
        said = f"{self._trial.audience.words}, {found.count:,} found{more}"
        self.query_one("#audience", Static).update(said)
        self.found.clear_options()
        self.found.add_options([Option(name, id=str(at)) for at, name in found.shown])
        here = [at for at, _ in found.shown]
        if here:
            self.found.highlighted = here.index(self._trial.at) if self._trial.at in here else 0

    def action_into_list(self) -> None:
        """Go from the search down to what it found."""
        self.found.focus()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    @on(Button.Pressed, "#choose")
    def choose(self) -> None:
        """Look at the person who is marked."""
        at = self.found.highlighted
        if at is not None:
            self._trial.at = int(self.found.get_option_at_index(at).id or 0)
            self.answer(True)

    @on(Button.Pressed, "#file")
    def ask_for_a_file(self) -> None:
        """Ask for a file with people."""
        from screens.ask_line import AskLine

        def chosen(name: str | None) -> None:
            if name is not None:
                self._file = name
                self.take(Path(name))

        question = "People as JSON: a list with Entra's names, or Graph's answer to /users"
        self.app.push_screen(AskLine(question, self._file), chosen)

    @on(Button.Pressed, "#directory")
    def action_directory(self) -> None:
        """Find people in the directory of whoever is signed in."""
        from screens.directory import DirectoryDialog

        def taken(taken: bool | None) -> None:
            if taken:
                self._begin_anew()
            self.find()

        if self._directory.is_open:
            self.app.push_screen(DirectoryDialog(self._directory, self._document), taken)

    @on(Button.Pressed, "#invented")
    def go_back_to_invented(self) -> None:
        """Take the invented people."""
        self.take(None)

    @work(group="take", exclusive=True, description="Read people")
    async def take(self, file: Path | None) -> None:
        """Read the people and list them."""
        self.query_one(ErrorPanel).show(None)
        self.query_one("#audience", Static).update("Reading…")
        try:
            await self._trial.ask(TakeFile(file))
        except WizardError as error:
            self.query_one(ErrorPanel).show(error)
        else:
            self._begin_anew()
        self.find()

    def _begin_anew(self) -> None:
        """Offer other people than before."""
        self._taken = True
        self.search.clear()
        self.search.focus()

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Stay with whom was looked at, unless other people were taken."""
        self.answer(self._taken)
