"""The list of steps to jump to."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.fitting import Fitting
from screens.widgets.key_line import KeyLine
from screens.widgets.marks import legend
from screens.widgets.rail import step_line
from screens.widgets.remark import Remark
from wizard.flow.marks import mark_in_words
from wizard.flow.plan import grouped

if TYPE_CHECKING:
    from wizard.flow.plan import StepInfo
    from wizard.flow.session import Flow

_WIDTH = 21
"""Of a mark and a title."""


class StepsList(Dialog[str | None]):
    """Asks which step to go to; answers with its id."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close steps", "close", "Close")]

    def __init__(self, flow: "Flow") -> None:
        super().__init__()
        self._flow = flow

    def compose(self) -> ComposeResult:
        """Lay out the steps in their groups, and what the marks mean."""
        with Fitting(classes="dialog", id="steps-dialog"):
            yield OptionList(*self._options(), id="steps", compact=True, markup=False)
            yield Remark(id="why")
            yield Static(legend(), id="legend")
        yield KeyLine()

    def _options(self) -> list[Option]:
        options = []
        for title, steps in grouped(self._flow.steps):
            heading = Content.styled(title.upper(), "bold $text-muted")
            options += [Option(heading, disabled=True), *map(self._option, steps)]
        return options

    def _option(self, step: "StepInfo") -> Option:
        line = step_line(self._flow, step, _WIDTH)
        known = mark_in_words(self._flow.session.profile, step.id)
        gap = " " * (_WIDTH - line.cell_length + 1)
        return Option(Content.assemble(line, gap, (known, "$text-muted")), id=step.id)

    def on_mount(self) -> None:
        """Begin at the step the administrator is at."""
        steps = self.query_one("#steps", OptionList)
        steps.highlighted = steps.get_option_index(self._flow.current.id)

    @on(OptionList.OptionHighlighted)
    def tell_why(self, event: OptionList.OptionHighlighted) -> None:
        """Say why the marked step cannot be gone to, where it cannot."""
        self.query_one("#why", Static).update(self._flow.why_not(event.option_id or ""))

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer with the step, if it can be gone to."""
        if not self._flow.why_not(event.option_id or ""):
            self.answer(event.option_id)

    def action_close(self) -> None:
        """Stay where the administrator was."""
        self.answer(None)
