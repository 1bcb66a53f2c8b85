"""The list of steps to jump to."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.keys import key
from screens.widgets.key_line import KeyLine
from screens.widgets.marks import sign
from wizard.flow.marks import mark_in_words

if TYPE_CHECKING:
    from wizard.flow.session import Flow


class StepsList(ModalScreen[str | None]):
    """Asks which step to go to; answers with its id."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close steps", "close", "Close")]

    def __init__(self, flow: "Flow") -> None:
        super().__init__()
        self._flow = flow

    def compose(self) -> ComposeResult:
        """Lay out the steps; those not reached yet cannot be chosen."""
        with Vertical(classes="dialog"):
            yield Static("Go to a step", classes="dialog-title")
            yield OptionList(*self._options(), id="steps", compact=True, markup=False)
        yield KeyLine()

    def _options(self) -> list[Option]:
        flow = self._flow
        return [
            Option(
                Content.assemble(
                    sign(flow.session.mark_of(step.id)),
                    (f" {step.title:<20}", "dim" if flow.missing(step) else ""),
                    (mark_in_words(flow.session.profile, step.id), "$text-muted"),
                ),
                id=step.id,
                disabled=not flow.can_go(step.id),
            )
            for step in flow.steps
        ]

    def on_mount(self) -> None:
        """Begin at the step the administrator is at."""
        steps = self.query_one("#steps", OptionList)
        steps.highlighted = self._flow.steps.index(self._flow.current)

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer with the step."""
        if self.is_current:
            self.dismiss(event.option_id)

    def action_close(self) -> None:
        """Stay where the administrator was."""
        if self.is_current:
            self.dismiss(None)
