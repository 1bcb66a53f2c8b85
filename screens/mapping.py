"""Screen of step `mapping`: the table of rows, and beside the chosen row what is wrong with it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button, DataTable, Static

from screens.base import StepScreen
from wizard.errors import WizardError
from wizard.mapping.document import MappingDocument, Row
from wizard.steps.mapping import MappingStep

if TYPE_CHECKING:
    from wizard.flow import Flow
    from wizard.mapping.problems import Problem
    from wizard.workspace import Workspace

_SIGNS = {"error": "✗", "warning": "!", "advice": "i"}
_STYLES = {
    "error": "bold $text-error",
    "warning": "bold $text-warning",
    "advice": "bold $text-primary",
}


class MappingScreen(StepScreen):
    """Reviews and edits the mapping; every change is kept at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "Edit"),
        Binding("a", "add", "Add"),
        Binding("d", "remove", "Remove"),
        Binding("r", "reset", "Reset", show=False),
        Binding("i", "import", "Import"),
        Binding("x", "export", "Export"),
        Binding("up", "row(-1)", "Row up", show=False),
        Binding("down", "row(1)", "Row down", show=False),
    ]

    table: query_one[DataTable[Text]] = query_one("#rows", DataTable)
    detail = query_one("#detail", Static)

    def __init__(self, flow: "Flow", space: "Workspace") -> None:
        super().__init__(flow)
        step = space.step(flow.current)
        assert isinstance(step, MappingStep)  # noqa: S101 - narrows the type, cannot fail
        self.step = step
        self.document = MappingDocument.default()
        self._problems: tuple[Problem, ...] = ()

    def compose_content(self) -> Iterable[Widget]:
        """Yield the table and the detail of the chosen row."""
        yield Static(
            "What Entra writes into Webex. Change as little as you can. * is required.", id="intro"
        )
        table: DataTable[Text] = DataTable(id="rows", cursor_type="row", zebra_stripes=False)
        table.add_column("", key="sign", width=1)
        table.add_column("Match", key="match", width=5)
        table.add_column("Webex attribute", key="target")
        table.add_column("Type", key="type")
        table.add_column("From Entra", key="source")
        yield table
        yield Static("", id="detail")

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the way on and what can be done with rows."""
        yield Button("Next", id="main", variant="primary")
        yield Button("Edit", id="edit")
        yield Button("Add", id="add")
        yield Button("Remove", id="remove")
        yield Button("Reset", id="reset")
        yield Button("Import", id="import")
        yield Button("Export", id="export")
        yield Button("Back", id="back")

    def on_mount(self) -> None:
        """Show the profile's mapping; a damaged one is explained and the default is shown."""
        try:
            self.document = self.step.document(self.session)
        except WizardError as error:
            self.show_error(error)
        self._fill()

    def _fill(self, target: str = "") -> None:
        self._problems = self.step.problems(self.document)
        place = max(self.table.cursor_row, 0)
        self.table.clear()
        for number, row in enumerate(self.document.rows):
            if row.target == target:
                place = number
            self.table.add_row(*self._cells(row), key=str(row.position))
        self.table.move_cursor(row=min(place, max(len(self.document.rows) - 1, 0)))
        self._detail()

    def _cells(self, row: Row) -> tuple[Text, ...]:
        worst = next((p.severity for p in self._problems if self._beside(p, row)), "")
        required = " *" if row.required else ""
        match = str(row.matching_priority) if row.matching_priority else ""
        return (
            Text(_SIGNS.get(worst, "")),
            Text(match),
            Text(_short(row.target, 30) + required),
            Text(row.type),
            Text(_short(row.source, 60)),
        )

    def _beside(self, problem: "Problem", row: Row) -> bool:
        return (
            problem.target is not None
            and problem.position in {None, row.position}
            and (problem.position is not None or problem.target.lower() == row.target.lower())
        )

    def _chosen(self) -> Row | None:
        rows = self.document.rows
        return rows[self.table.cursor_row] if 0 <= self.table.cursor_row < len(rows) else None

    @on(DataTable.RowHighlighted)
    def _detail(self) -> None:
        """Say what Webex demands of the chosen row, and what is wrong with it."""
        lines: list[Content] = []
        row = self._chosen()
        if row is not None:
            lines.append(Content.assemble((f"{row.target}: ", "bold"), row.demand))
            lines.append(Content.assemble(("From Entra: ", "$text-muted"), row.source))
        for problem in self._problems:
            if problem.target is None or (row is not None and self._beside(problem, row)):
                lines.append(_problem_line(problem))
        self.detail.update(Content("\n").join(lines))

    def action_row(self, step: int) -> None:
        """Choose the row above or below, wherever the focus is."""
        self.table.move_cursor(row=self.table.cursor_row + step)

    def _change(self, change: Callable[[], MappingDocument], target: str = "") -> None:
        try:
            self.document = change()
            self.step.keep(self.session, self.document)
        except WizardError as error:
            self.show_error(error)
            return
        self.show_error(None)
        self._fill(target)

    @on(DataTable.RowSelected)
    @on(Button.Pressed, "#edit")
    def action_edit(self) -> None:
        """Edit the chosen row."""
        from screens.mapping_row import MappingRowDialog

        row = self._chosen()
        if row is None:
            return

        def keep(edited: Row | None) -> None:
            if edited is not None:
                self._change(lambda: self.document.with_row(edited), edited.target)

        self.app.push_screen(MappingRowDialog(row, "Edit a mapping"), keep)

    @on(Button.Pressed, "#add")
    def action_add(self) -> None:
        """Add a row."""
        from screens.mapping_row import MappingRowDialog

        def keep(added: Row | None) -> None:
            if added is not None:
                self._change(lambda: self._with(added), added.target)

        self.app.push_screen(MappingRowDialog(Row("", ""), "Add a mapping"), keep)

    def _with(self, row: Row) -> MappingDocument:
        return self.document.added(
            row.target,
            row.source,
            matching_priority=row.matching_priority,
            apply=row.apply,
            default_value=row.default_value,
        )

    @on(Button.Pressed, "#remove")
    def action_remove(self) -> None:
        """Remove the chosen row; Reset brings the default back."""
        row = self._chosen()
        if row is not None:
            self._change(lambda: self.document.without(row.target, position=row.position))

    @on(Button.Pressed, "#reset")
    def action_reset(self) -> None:
        """Go back to the default mapping, after asking."""
        from screens.confirm import Confirm

        def reset(sure: bool | None) -> None:
            if sure:
                self._change(MappingDocument.default)

        question = "Replace all rows by the default mapping?"
        self.app.push_screen(Confirm(question, "Reset"), reset)

    @on(Button.Pressed, "#import")
    def action_import(self) -> None:
        """Read a Graph synchronization schema document."""
        self._with_file("Import a synchronization schema (JSON)", self._import)

    @on(Button.Pressed, "#export")
    def action_export(self) -> None:
        """Write a Graph synchronization schema document."""
        self._with_file("Export as a synchronization schema (JSON)", self._export)

    def _with_file(self, question: str, use: Callable[[Path], None]) -> None:
        from screens.file_name import FileName

        def chosen(file: Path | None) -> None:
            if file is not None:
                use(file)

        suggestion = f"webex-{self.session.profile.name}-mapping.json"
        self.app.push_screen(FileName(question, suggestion), chosen)

    def _import(self, file: Path) -> None:
        self._change(lambda: self.step.imported(file))

    def _export(self, file: Path) -> None:
        try:
            self.step.exported(self.document, file)
        except WizardError as error:
            self.show_error(error)
            return
        self.show_error(None)
        self.notify(f"Saved: {file}", markup=False)

    @on(Button.Pressed, "#main")
    async def action_keep(self) -> None:
        """Keep the mapping and go on; errors in it stay marked, and the report names them."""
        try:
            await self.step.apply(self.session, self.document)
        except WizardError as error:
            self.show_error(error)
            return
        self.forward()


def _problem_line(problem: "Problem") -> Content:
    return Content.assemble(
        (f"{_SIGNS[problem.severity]} {problem.severity}: ", _STYLES[problem.severity]),
        problem.message,
        (" ", ""),
        (problem.hint, "italic"),
    )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
