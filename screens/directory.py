"""The dialog that finds people in the directory of whoever is signed in, and takes them."""

import asyncio
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
from wizard.words.progress import Progress

if TYPE_CHECKING:
    from wizard.steps.directory import PeopleSearch

_PAUSE = 0.25
"""Seconds without a key before the directory is asked: once a word, not once a letter."""


class DirectoryDialog(Dialog[bool]):
    """Asks which people to take; True when they were taken into the trial."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("down", "into_list", "List", show=False),
        key("close", "close", "Cancel"),
    ]

    search = query_one("#search", Input)
    found = query_one("#found", OptionList)
    said = query_one("#said", Static)

    def __init__(self, directory: "PeopleSearch", document: MappingDocument) -> None:
        """Ask for people.

        Args:
            directory: Where they are.
            document: The mapping that they are taken for.
        """
        super().__init__()
        self._directory = directory
        self._document = document

    def compose(self) -> ComposeResult:
        """Lay out the search, what it finds, and what is read of it."""
        with Fitting(classes="dialog", id="directory-dialog"):
            yield Static("People of your directory", classes="dialog-title")
            yield Static("Only what the mapping names is read, and it stays in memory.", id="what")
            yield LineInput(
                placeholder="Beginning of a name or address; empty for everybody", id="search"
            )
            yield Remark(id="said")
            yield PassingList(id="found", compact=True, markup=False)
            yield ErrorPanel()
            with Buttons(classes="dialog-buttons"):
                yield Button("Take these people", id="take")
                yield Button("Cancel", id="cancel")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin with everybody."""
        self.search.focus()
        self.find(at_once=True)

    @on(Input.Changed, "#search")
    def look_for_it(self) -> None:
        """Search when nothing more is typed."""
        self.find()

    @work(group="directory", exclusive=True, description="Search people")
    async def find(self, *, at_once: bool = False) -> None:
        """Show who is found by what is typed."""
        if not at_once:
            await asyncio.sleep(_PAUSE)
        self._begin("Searching…")
        try:
            hits = await self._directory.search(self.search.value)
        except WizardError as error:
            self.refuse(error)
            return
        self.said.update(hits.words.capitalize())
        self.found.clear_options()
        self.found.add_options([Option(line) for line in hits.shown])
        self.found.highlighted = 0 if hits.shown else None

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    @on(Button.Pressed, "#take")
    @work(group="directory", exclusive=True, description="Take people")
    async def take(self) -> None:
        """Take who is found by what stands in the field into the trial."""
        self._begin("Reading…")
        try:
            await self._directory.take(self.search.value, self._document, self._progress)
        except WizardError as error:
            self.refuse(error)
            return
        self.answer(True)

    def _begin(self, text: str) -> None:
        self._show(None)
        self.said.update(text)

    def _progress(self, progress: Progress) -> None:
        self.said.update(progress.message)

    def refuse(self, error: WizardError) -> None:
        """Say why something was not found, or not taken; what was typed stays."""
        self._show(error)

    def _show(self, error: WizardError | None) -> None:
        """Show an error in place of the rest: a small screen has no room for both."""
        self.query_one(ErrorPanel).show(error)
        self.set_class(error is not None, "-failed")

    def action_into_list(self) -> None:
        """Go from the search down to what it found."""
        self.found.focus()

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Take nobody."""
        self.answer(False)
