"""Screen of step `mapping`: the rows, what each yields for a person, and what is wrong with it."""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button, DataTable, Static

from screens.base import StepScreen
from screens.keys import key
from screens.widgets.mapping_table import MappingTable
from screens.widgets.painted import once_painted
from screens.widgets.remark import Remark
from screens.widgets.row_detail import RowDetail
from wizard.errors import WizardError
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.lint.finding import Broken
from wizard.steps.mapping import MappingStep
from wizard.steps.mapping_file import NO_EDIT
from wizard.trial.questions import Portray, Show
from wizard.trial.review import Review
from wizard.walk.walk import Mode, Visit

if TYPE_CHECKING:
    from wizard.steps.switches import Switch
    from wizard.trial.outcome import Portrait
    from wizard.workspace import Workspace

_FILE = {
    "import": "Import a synchronization schema (JSON)",
    "export": "Export as a synchronization schema (JSON)",
    "reset": "Replace all rows by the default mapping",
    "switch": "Switch users or groups on or off",
    "undo": "Take the newest edit of a row back",
    "portal": "Tell how it is set by hand in the portal",
}


class MappingScreen(StepScreen[MappingStep]):
    """Reviews, edits and tries the mapping; every change is kept at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("edit", "edit", "Edit"),
        key("person next-person", "person(1)", "Person", key_display="j k"),
        key("person-back person-before", "person(-1)", "Person before", show=False),
        key("people", "people", "People"),
        key("everybody", "everybody", "Try all"),
        key("switch", "switch", "On/off"),
        key("add", "add", "Add", show=False),
        key("remove", "remove", "Remove", show=False),
        key("take-back", "undo", "Undo"),
        key("reset", "reset", "Reset", show=False),
        key("import", "import", "Import", show=False),
        key("export", "export", "Export", show=False),
        key("in-portal", "portal", "By hand", show=False),
        key("up", "row(-1)", "Row up", show=False),
        key("down", "row(1)", "Row down", show=False),
    ]

    table = query_one(MappingTable)
    objects = query_one("#objects", Static)
    person = query_one("#person", Static)
    detail = query_one(RowDetail)

    def __init__(self, visit: Visit, space: "Workspace") -> None:
        super().__init__(visit, space)
        self.document = MappingDocument.default()
        self._review = Review()
        self._is_judged = False
        self._switches: tuple[Switch, ...] = ()
        self._width = 0

    def compose_summary(self) -> Iterable[Widget]:
        """Yield what the table is, and for whom."""
        by_hand = " H: by hand." if self.visit.mode is Mode.BY_HAND else ""
        yield Static(f"What Webex gets; * is required.{by_hand}", id="intro")
        yield Remark(id="objects")
        yield Remark(id="person")

    def compose_content(self) -> Iterable[Widget]:
        """Yield the table and the detail of the chosen row."""
        yield MappingTable()
        yield RowDetail()

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the way on and what can be done with rows and people."""
        yield Button("Next", id="main")
        yield Button("Edit", id="edit")
        yield Button("Add", id="add")
        yield Button("Remove", id="remove")
        yield Button("People", id="people")
        yield Button("Try all", id="everybody")
        yield Button("File", id="file")

    def on_mount(self) -> None:
        """Show the profile's mapping; a damaged one is explained and the default is shown."""
        try:
            self.document = self.step.file.document(self.session)
        except WizardError as error:
            self.show_error(error)
        self.look_at_switches()
        self.look()

    @work(group="switches", exclusive=True, description="Ask for the switches")
    async def look_at_switches(self) -> None:
        """Show users and groups with their switches; Entra is asked where somebody is signed in."""
        try:
            self._switches = await self.step.switches(self.session, self.document)
        except WizardError as error:
            self.show_error(error)
            return
        self.objects.update("\n".join(each.line for each in self._switches))

    def action_switch(self) -> None:
        """Offer to switch users or groups on or off."""
        from screens.menu import Menu

        choices = {
            f"{each.kind} {name}": words
            for each in reversed(self._switches)  # rarely is it the users
            for name, words in each.choices.items()
        }

        def chosen(name: str | None) -> None:
            if name is not None:
                self._switch(*name.split())

        if choices:
            self.app.push_screen(Menu("Who and what goes along", choices), chosen)

    @work(group="switch", description="Switch users or groups")
    async def _switch(self, kind: str, name: str) -> None:
        for each in self._switches:
            if each.kind == kind:
                try:
                    await self.step.switch(self.session, each.kind, on=name == "on")
                except WizardError as error:
                    self.show_error(error)
        self.look_at_switches()

    @on(MappingTable.Resized)
    def share(self) -> None:
        """Share the new width among the columns."""
        once_painted(self.table, self._fit)

    def _fit(self) -> None:
        if self.table.room != self._width:
            self._fill()

    def _fill(self, target: str = "") -> None:
        self._width = self.table.room
        rows = self.document.rows
        self.table.fill(rows, self._width)
        place = next((at for at, row in enumerate(rows) if target and row.target == target), None)
        if place is not None:
            self.table.move_cursor(row=place)
        self._show_judgement()

    @work(group="mapping", exclusive=True, description="Try the mapping")
    async def look(self) -> None:
        """Try the mapping on the person who is looked at, and judge it where that is to be done."""
        trial = self.step.trial
        try:
            if not self._is_judged:
                await self._judge()
            portrait = await trial.ask(Portray(trial.at))
        except WizardError as error:
            self.show_error(error)
            return
        self._review = Review(self._review.findings, portrait)
        self._show_judgement()

    async def _judge(self) -> None:
        try:
            await self.step.directory.complete(self.document)
        except WizardError as error:
            self.show_error(error)  # what is known of the people can be tried all the same
        self._review = Review(await self.step.trial.ask(Show(self.document.schema)))
        self._is_judged = True

    def _show_judgement(self) -> None:
        """Show what is known: signs, values, the person, the detail of the chosen row."""
        review = self._review
        severities = [review.worst(row) or "" for row in self.document.rows]
        self.table.judge(severities, review.readings)
        if review.portrait is not None:
            self.person.update(_whom(review.portrait, self.step.trial.audience.words))
        self._show_detail()

    def _chosen(self) -> Row | None:
        rows = self.document.rows
        return rows[self.table.cursor_row] if 0 <= self.table.cursor_row < len(rows) else None

    @on(DataTable.RowHighlighted)
    def _show_detail(self) -> None:
        """Show the chosen row whole."""
        row = self._chosen()
        reading = None if row is None else self._review.reading(row)
        self.detail.show(row, reading, self._review.known)

    def action_row(self, step: int) -> None:
        """Choose the row above or below, wherever the focus is."""
        self.table.move_cursor(row=self.table.cursor_row + step)

    def action_person(self, by: int) -> None:
        """Look at the next person, or the one before."""
        self.step.trial.step(by)
        self.look()

    @on(Button.Pressed, "#people")
    def action_people(self) -> None:
        """Choose whom the mapping is tried on."""
        from screens.people import PeopleDialog

        def chosen(other: bool | None) -> None:
            if other:
                self.look()

        dialog = PeopleDialog(self.step.trial, self.step.directory, self.document)
        self.app.push_screen(dialog, chosen)

    @on(Button.Pressed, "#everybody")
    def action_everybody(self) -> None:
        """Tell whom the mapping breaks, and go to what is chosen."""
        from screens.everybody import EverybodyDialog

        def chosen(broken: Broken | None) -> None:
            if broken is None:
                return
            if broken.finding.position is not None:
                self.table.move_cursor(row=broken.finding.position)
            if broken.first is not None:
                self.step.trial.at = broken.first
                self.look()

        self.app.push_screen(EverybodyDialog(self.step.trial), chosen)

    def _change(self, change: Callable[[], MappingDocument]) -> None:
        def kept() -> MappingDocument:
            self.step.file.keep(self.session, document := change())
            return document

        self._take(kept)

    def _take(self, change: Callable[[], MappingDocument]) -> None:
        try:
            document = change()
        except WizardError as error:
            self.show_error(error)
            return
        self._show_anew(document)

    def _show_anew(self, document: MappingDocument, target: str = "") -> None:
        self.document = document
        self.show_error(None)
        self.tell("")
        self._review, self._is_judged = Review(), False
        self._fill(target)
        self.look()

    @on(DataTable.RowSelected)
    @on(Button.Pressed, "#edit")
    def action_edit(self) -> None:
        """Edit the chosen row."""
        if row := self._chosen():
            self._edit(row, "Edit a mapping")

    @on(Button.Pressed, "#add")
    def action_add(self) -> None:
        """Add a row."""
        self._edit(Row("", ""), "Add a mapping")

    def _edit(self, row: Row, title: str) -> None:
        from screens.mapping_row import MappingRowDialog

        def keep(edited: Row) -> None:
            document = self.document.with_typed(edited)
            self.step.file.keep(self.session, document)
            self._show_anew(document, edited.target)

        def closed(edited: Row | None) -> None:
            if edited is None or edited == row:
                self.look()  # perhaps at another person than before

        microsoft = self.step.microsoft
        ask = (
            (lambda typed: microsoft.ask(self.session, typed))
            if microsoft.is_offered(self.session)
            else None
        )
        self.app.push_screen(MappingRowDialog(row, title, self.step.trial, keep, ask), closed)

    @on(Button.Pressed, "#remove")
    def action_remove(self) -> None:
        """Remove the chosen row, after asking where that breaks it for everybody."""
        from screens.confirm import Confirm

        if (row := self._chosen()) is None:
            return

        def remove(sure: bool | None) -> None:
            if sure:
                self._change(lambda: self.document.without(row.target, position=row.position))

        if question := self.step.removal(self.document, row):
            self.app.push_screen(Confirm(question, "Remove"), remove)
        else:
            remove(True)

    def action_undo(self) -> None:
        """Take the newest edit back, or say that there is none."""
        if not self.step.file.is_edited(self.session):
            self.tell(NO_EDIT)
            return
        self._take(lambda: self.step.file.undo(self.session))

    @on(Button.Pressed, "#file")
    def offer_files(self) -> None:
        """Offer what can be done with the mapping as a whole."""
        self.offer("The whole mapping", _FILE)

    def action_reset(self) -> None:
        """Go back to the default mapping, after asking."""
        from screens.confirm import Confirm

        def reset(sure: bool | None) -> None:
            if sure:
                self._change(lambda: self.step.reset(self.document))

        self.app.push_screen(Confirm(f"{_FILE['reset']}?", "Reset"), reset)

    def action_import(self) -> None:
        """Read a Graph synchronization schema document."""
        self._with_file("import", self._import)

    async def _import(self, file: Path) -> None:
        self._show_anew(await self.step.imported(self.session, file))
        self.look_at_switches()

    def action_export(self) -> None:
        """Write a Graph synchronization schema document."""
        self._with_file("export", self._export)

    def _with_file(self, what: str, use: Callable[[Path], Awaitable[None]]) -> None:
        from screens.ask_line import AskLine

        suggestion = f"webex-{self.session.profile.name}-mapping.json"
        asked = AskLine(_FILE[what], suggestion, lambda name: use(Path(name)))
        self.app.push_screen(asked)

    async def _export(self, file: Path) -> None:
        saved = self.step.exported(self.session, self.document, file)
        self.show_error(None)
        self.tell(f"{saved}: {file}")

    @on(Button.Pressed, "#main")
    @work(group="apply", exclusive=True, description="Keep the mapping")
    async def keep(self) -> None:
        """Keep the mapping and go on; errors in it stay marked, and the report names them."""
        if not await self.is_meant():
            return
        try:
            await self.step.reviewed(self.session, self.document)
        except WizardError as error:
            self.show_error(error)
            return
        self.forward()


def _whom(portrait: "Portrait", audience: str) -> Content:
    person = portrait.person
    out = "" if person.verdict == "in scope" else f"  {person.verdict}"
    return Content.assemble(
        ("For ", "$text-muted"),
        (person.name, "bold"),
        (f", {person.at + 1:,} of {audience}", "$text-muted"),
        (out, "bold $text-warning"),
    )
