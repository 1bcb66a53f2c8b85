"""The dialog for one clause of a scoping filter, with whom it lets in while it is typed."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, Input, Select, Static

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.key_line import KeyLine
from screens.widgets.line_input import LineInput
from screens.widgets.marks import lead_sign, sign
from screens.widgets.offered_input import OfferedInput
from screens.widgets.remark import Remark
from screens.widgets.scrolled import Scrolled
from wizard.errors import WizardError
from wizard.mapping.completion import of_source
from wizard.mapping.schema import Filter, FilterClause
from wizard.mapping.scoping.editing import ClausePlace, new_clause, placed
from wizard.mapping.scoping.operators import OPERATORS, find_operator
from wizard.store.marks import Mark
from wizard.trial.questions import TakeCensus

if TYPE_CHECKING:
    from wizard.trial.process import Trial

_CHOICES = [(f"{each.words}  ({each.name})", each.name) for each in OPERATORS]


class ClauseDialog(Dialog[FilterClause | None]):
    """Asks for attribute, operator and value; answers with the clause, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Cancel")]

    attribute = query_one("#attribute", Input)
    value = query_one("#value", Input)
    judgement = query_one("#judgement", Static)

    def __init__(
        self,
        title: str,
        trial: "Trial",
        scope: Filter | None,
        place: ClausePlace,
        clause: FilterClause | None = None,
    ) -> None:
        """Ask for a clause.

        Args:
            title: What the dialog is called.
            trial: The people it is tried on.
            scope: The scope around the clause.
            place: Where in the scope it belongs.
            clause: What it is so far; None for a new one.
        """
        super().__init__()
        self._title = title
        self._trial = trial
        self._scope = scope
        self._place = place
        operand = clause.target_operand if clause else None
        self._attribute = (clause.source_operand_name if clause else None) or ""
        self._operator = _known((clause.operator_name if clause else None) or "EQUALS")
        self._values = [value or "" for value in (operand.values if operand else None) or ()]

    def compose(self) -> ComposeResult:
        """Lay out the three parts of a clause, and below them whom it lets in."""
        more = len(self._values) - 1
        with Fitting(classes="dialog", id="clause-dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            with Scrolled(classes="dialog-body"):
                yield Static("Attribute in Entra")
                yield (
                    attribute := OfferedInput(
                        self._attribute,
                        complete=of_source,
                        placeholder="for example department",
                        id="attribute",
                    )
                )
                yield attribute.offers
                yield Static("Operator", id="operator-label")
                yield Select(
                    _CHOICES, value=self._operator, allow_blank=False, id="operator", compact=True
                )
                yield Static(f"Value; {more} more stay as they are" if more > 0 else "Value")
                yield LineInput(
                    self._values[0] if self._values else "",
                    placeholder="for example Sales",
                    id="value",
                )
                yield Remark(id="judgement")
            with Buttons(classes="dialog-buttons"):
                yield Button("Keep", id="keep")
                yield Button("Cancel", id="cancel")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at the attribute, or where an edit most likely changes something."""
        (self.value if self._attribute else self.attribute).focus()
        self.judge()

    @property
    def operator(self) -> str:
        """The chosen operator's name."""
        return str(self.query_one("#operator", Select).value)

    @property
    def typed(self) -> FilterClause:
        """The clause as it stands in the fields.

        Raises:
            MappingError: It cannot be used.
        """
        values = (self.value.value, *self._values[1:])
        return new_clause(self.attribute.value.strip(), self.operator, *values)

    @on(Input.Changed)
    @on(Select.Changed)
    @work(group="judge", exclusive=True, description="Try a clause")
    async def judge(self) -> None:
        """Tell whom the scope lets in with this clause."""
        self.value.disabled = not find_operator(self.operator).needs_value
        if not self.attribute.value.strip():
            self.judgement.update("")
            return
        try:
            scope = placed(self._scope, self._place, self.typed)
            census = await self._trial.ask(TakeCensus(scope))
        except WizardError as error:
            self.judgement.update(
                Content.assemble(lead_sign(Mark.ATTENTION), error.message, " ", error.hint)
            )
            return
        self.judgement.update(Content.assemble("With it: ", (census.words, "bold"), "."))

    @on(Input.Submitted)
    @on(Button.Pressed, "#keep")
    def keep(self) -> None:
        """Answer with the clause, unless it cannot be used; then the reason stands there."""
        try:
            self.answer(self.typed)
        except WizardError as error:
            self.refuse(error)
            (self.value if self.attribute.value.strip() else self.attribute).focus()

    def refuse(self, error: WizardError) -> None:
        """Say why something was not taken, until something else is typed."""
        self.judgement.update(
            Content.assemble(sign(Mark.FAILED), " ", error.message, " ", error.hint)
        )

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Change nothing."""
        self.answer(None)


def _known(operator: str) -> str:
    try:
        return find_operator(operator).name
    except WizardError:
        return "EQUALS"
