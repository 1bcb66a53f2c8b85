"""The dialog for one mapping row."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from screens.widgets.key_line import KeyLine
from wizard.mapping.document import Row


class MappingRowDialog(ModalScreen[Row | None]):
    """Asks for the values of a row; answers with the row, or None."""

    CSS_PATH = "../assets/wizard.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Cancel")]

    def __init__(self, row: Row, title: str) -> None:
        super().__init__()
        self._row = row
        self._question = title

    def compose(self) -> ComposeResult:
        """Lay out one field for each value."""
        row = self._row
        with VerticalScroll(classes="dialog", can_focus=False):
            yield Static(self._question, classes="dialog-title", markup=False)
            yield Static("Webex attribute")
            yield Input(row.target, placeholder="name.givenName", id="target", compact=True)
            yield Static("", id="demand")
            yield Static('From Entra: [attribute], "constant", or an expression', markup=False)
            yield Input(row.source, placeholder="[givenName]", id="source", compact=True)
            yield Static("Matching order; 0 when this row does not find existing people")
            yield Input(str(row.matching_priority), type="integer", id="match", compact=True)
            yield Static("Default value, used only while a person is created")
            yield Input(row.default_value or "", id="default", compact=True)
            with Horizontal(classes="dialog-buttons"):
                yield Button("Keep", variant="primary", id="keep")
                yield Button("Cancel", id="cancel")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin where a value is missing or most likely changed."""
        self._explain(self._row.target)
        self.query_one("#source" if self._row.target else "#target", Input).focus()

    @on(Input.Changed, "#target")
    def explain(self, event: Input.Changed) -> None:
        """Say what Webex demands of the attribute that is typed."""
        self._explain(event.value)

    def _explain(self, target: str) -> None:
        demand = replace(self._row, target=target).demand if target.strip() else ""
        self.query_one("#demand", Static).update(Content.styled(demand, "$text-muted"))

    @on(Input.Submitted)
    @on(Button.Pressed, "#keep")
    def keep(self) -> None:
        """Answer with the row as it stands in the fields."""
        if not self.is_current:
            return
        digits = self.query_one("#match", Input).value
        self.dismiss(
            replace(
                self._row,
                target=self.query_one("#target", Input).value.strip(),
                source=self.query_one("#source", Input).value.strip(),
                matching_priority=int(digits) if digits.isdigit() else 0,
                default_value=self.query_one("#default", Input).value or None,
            )
        )

    @on(Button.Pressed, "#cancel")
    def action_close(self) -> None:
        """Change nothing."""
        if self.is_current:
            self.dismiss(None)
