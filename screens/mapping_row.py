"""The dialog for one mapping row, with its value for a person while it is typed."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Input, Static, TextArea

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.caret import caret
from screens.widgets.expression_area import ExpressionArea
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.key_line import KeyLine
from screens.widgets.line_input import LineInput
from screens.widgets.marks import sign
from screens.widgets.offered_input import OfferedInput
from screens.widgets.remark import Remark
from screens.widgets.scrolled import Scrolled
from screens.widgets.severity import error_line, finding_line
from wizard.errors import InvalidInput, WizardError
from wizard.mapping.completion import of_target
from wizard.mapping.document import Row
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.parser import parse
from wizard.mapping.sources import tidy
from wizard.store.marks import Mark
from wizard.trial.outcome import Reading
from wizard.trial.questions import Judge

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wizard.mapping.lint.finding import MappingFinding
    from wizard.steps.microsoft_parser import Opinion
    from wizard.trial.process import Trial

    AskMicrosoft = Callable[[Row], Awaitable[Opinion]]


class MappingRowDialog(Dialog[Row | None]):
    """Asks for the values of a row; answers with the row, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("confirm", "keep", "Keep", key_display="Enter"),
        key("person-before", "person(-1)", "Person before", priority=True),
        key("next-person", "person(1)", "Next person", priority=True),
        key("microsoft", "microsoft", "Ask Microsoft", priority=True),
        key("close", "close", "Cancel"),
    ]

    target = query_one("#target", Input)
    source = query_one("#source", ExpressionArea)

    def __init__(
        self,
        row: Row,
        title: str,
        trial: "Trial",
        keep: "Callable[[Row], None]",
        ask_microsoft: "AskMicrosoft | None" = None,
    ) -> None:
        """Ask for a row.

        Args:
            row: What it is so far.
            title: What the dialog is called.
            trial: The people it is tried on.
            keep: Keeps a row that was changed, or raises `WizardError`: then it is typed anew.
            ask_microsoft: Asks Microsoft about a row; None where that is not possible.
        """
        super().__init__()
        self._ask_microsoft = ask_microsoft
        self._asked: tuple[Row, int] | None = None
        """The row and the person that Microsoft was asked about."""
        self._read_by_microsoft = ""
        """The source that Microsoft reads, as it said here."""
        self._row = row
        self._question = title
        self._trial = trial
        self._keep = keep

    def compose(self) -> ComposeResult:
        """Lay out one field for each value, and below the source what it yields."""
        row = self._row
        with Fitting(classes="dialog", id="row-dialog"):
            yield Static(self._question, classes="dialog-title", markup=False)
            with Scrolled(classes="dialog-body"):
                with Horizontal(classes="field"):
                    yield Static("Webex attribute  ", classes="label")
                    yield (
                        target := OfferedInput(
                            row.target,
                            complete=of_target,
                            placeholder="for example name.givenName",
                            id="target",
                        )
                    )
                yield target.offers
                yield Remark(id="demand")
                yield Static('From Entra: [attribute], "constant", or an expression', markup=False)
                yield (source := ExpressionArea(row.source, id="source"))
                yield source.offers
                with Vertical(id="judgement"):
                    yield Remark(id="reading")
                    yield Remark(id="microsoft")
                    yield Remark(id="findings")
                with Horizontal(classes="field"):
                    yield Static("Matching order (0: not for matching)  ", classes="label")
                    yield LineInput(str(row.matching_priority), type="integer", id="match")
                with Horizontal(classes="field"):
                    yield Static("Default value, when a person is created  ", classes="label")
                    yield LineInput(row.default_value or "", id="default")
            with Buttons(classes="dialog-buttons"):
                yield Button("Keep", id="keep")
                yield Button("Person before", id="before")
                yield Button("Next person", id="after")
                if self._ask_microsoft is not None:
                    yield Button("Ask Microsoft", id="ask-microsoft")
                yield Button("Cancel", id="cancel")
        yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to ask Microsoft only where that is possible."""
        return self._ask_microsoft is not None if action == "microsoft" else True

    def on_mount(self) -> None:
        """Begin where a value is missing or most likely changed, and show what it yields."""
        field = self.source if self._row.target else self.target
        field.focus()
        if self._row.source:
            self.source.move_cursor(self.source.document.end)
        self.judge()

    @property
    def typed(self) -> Row:
        """The row as it stands in the fields."""
        order = self.query_one("#match", Input).value
        return replace(
            self._row,
            target=self.target.value.strip(),
            source=self.source.text.strip(),
            matching_priority=int(order) if order.removeprefix("-").isdigit() else 0,
            default_value=self.query_one("#default", Input).value or None,
        )

    @on(Input.Changed)
    @on(TextArea.Changed)
    def judge(self) -> None:
        """Show what the row yields, and what is wrong with it, as it is typed."""
        self._forget_microsoft()
        demand = self.typed.demand if self.typed.target else ""
        self.query_one("#demand", Static).update(Content.styled(demand, "$text-muted"))
        self._try()

    @work(group="try", exclusive=True, description="Try a row")
    async def _try(self) -> None:
        row = self.typed
        try:
            said = await self._trial.ask(Judge(row, self._trial.at))
        except WizardError as error:
            self.query_one("#reading", Static).update(Content(f"{error.message} {error.hint}"))
            return
        self._show_reading(row, said.reading, said.name)
        self._show_findings(said.reading, said.findings)

    def _show_reading(self, row: Row, reading: Reading, name: str) -> None:
        shown = self.query_one("#reading", Static)
        if reading.kind != "error":
            whom = (f"{name} gets: ", "$text-muted")
            shown.update(Content.assemble(whom, (reading.words, "bold")))
            return
        lines = [error_line(reading)]
        if reading.column is not None:
            lines.insert(0, self._mark(row.source, reading.column))
        shown.update(Content("\n").join(lines))

    def _mark(self, source: str, column: int) -> Content:
        """Mark a character right below the field, or in a line of its own if the field wraps."""
        is_right_above = not self.source.offers.display
        is_one_line = self.source.wrapped_document.height == 1 and self.source.text == source
        if is_right_above and is_one_line:
            before = Content(self.source.text[:column]).cell_length + self.source.gutter.left
            return Content.assemble(" " * before, ("^", "bold $text-error"))
        return caret(source, column, max(20, self.source.size.width))

    def _show_findings(self, reading: Reading, findings: "tuple[MappingFinding, ...]") -> None:
        said = {reading.text} if reading.kind == "error" else set()
        if not (self.typed.source or self._row.target):
            findings = ()  # nothing has been typed that could be wrong
        lines = [finding_line(each) for each in findings if each.why not in said]
        self.query_one("#findings", Static).update(Content("\n").join(lines))

    @on(Button.Pressed, "#ask-microsoft")
    def action_microsoft(self) -> None:
        """Ask Microsoft what the row yields; never by itself, and never while it is typed."""
        if self._ask_microsoft is not None and self.typed.source:
            self._asked = (self.typed, self._trial.at)
            self._hear_microsoft(self._ask_microsoft, self.typed)

    @work(group="microsoft", exclusive=True, description="Ask Microsoft")
    async def _hear_microsoft(self, ask: "AskMicrosoft", row: Row) -> None:
        shown = self.query_one("#microsoft", Static)
        shown.display = True
        label = ("Microsoft: ", "$text-muted")
        shown.update(Content.assemble(label, "asking…"))
        try:
            said = await ask(row)
        except WizardError as error:
            shown.update(Content.assemble(label, f"{error.message} {error.hint}"))
            return
        self._read_by_microsoft = row.source if said.reads else ""
        style = "bold" if said.agrees else "bold $text-warning"
        attention = "" if said.agrees else "! "
        shown.update(Content.assemble(label, (f"{attention}{said.words}", style)))

    def _forget_microsoft(self) -> None:
        """Take away what was said of another row or person."""
        if self._asked == (self.typed, self._trial.at):
            return
        self._asked = None
        self.workers.cancel_group(self, "microsoft")
        self.query_one("#microsoft", Static).display = False

    @on(Button.Pressed, "#before")
    def before(self) -> None:
        """Look at the person before."""
        self.action_person(-1)

    @on(Button.Pressed, "#after")
    def after(self) -> None:
        """Look at the next person."""
        self.action_person(1)

    def action_person(self, by: int) -> None:
        """Look at the next person, or the one before."""
        self._trial.step(by)
        self.judge()

    @on(Input.Submitted)
    @on(ExpressionArea.Submitted)
    @on(Button.Pressed, "#keep")
    def action_keep(self) -> None:
        """Keep the row as it stands in the fields; one that cannot be kept stays there."""
        if self.has_answered:
            return
        row = self.typed
        if problem := self._problem(row):
            self._refuse_expression(row, problem)
            return
        try:
            if row != self._row:
                self._keep(row)
        except WizardError as error:
            self.refuse(error)
            (self.source if row.target else self.target).focus()
            return
        self.answer(row)

    def _problem(self, row: Row) -> Reading | None:
        """Return why the source that was typed cannot be read; Microsoft may read it all the same.

        What was there before stays as it is: whatever else is changed can be kept beside it.
        """
        if not row.source or row.source in {self._row.source, self._read_by_microsoft}:
            return None
        try:
            parse(tidy(row.source))
        except ExpressionError as error:
            return Reading("error", error.message, error.hint, error.position)
        return None

    def _refuse_expression(self, row: Row, problem: Reading) -> None:
        self.workers.cancel_group(self, "try")  # would take away what is said here
        self._show_reading(row, problem, "")
        self.refuse(
            InvalidInput("Not kept.", "Correct the expression, or Esc leaves the row as it was.")
        )
        self.source.focus()

    def refuse(self, error: WizardError) -> None:
        """Say why something was not taken, until something else is typed."""
        shown = self.query_one("#findings", Static)
        told = f"{error.message} {error.hint}"
        shown.update(Content.assemble(sign(Mark.FAILED), " ", told))
        shown.scroll_visible(animate=False)

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Change nothing."""
        self.answer(None)
