"""The dialog that tells whom a mapping breaks, over all people at hand."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from screens.dialog import Dialog
from screens.keys import key
from screens.widgets.fitting import Buttons, Fitting
from screens.widgets.hanging import HungText
from screens.widgets.key_line import KeyLine
from screens.widgets.passing_list import PassingList
from screens.widgets.remark import Remark
from screens.widgets.severity import STYLES, finding_line, severity_sign
from wizard.errors import WizardError
from wizard.mapping.lint.finding import Broken, Everybody, unfinished
from wizard.trial.questions import TryEverybody

if TYPE_CHECKING:
    from wizard.trial.process import Trial


class EverybodyDialog(Dialog[Broken | None]):
    """Tries the mapping on everybody; answers with the finding that is to be looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [key("close", "close", "Close")]

    summary = query_one("#summary", Static)
    findings = query_one("#findings", OptionList)

    def __init__(self, trial: "Trial") -> None:
        super().__init__()
        self._trial = trial
        self._broken: tuple[Broken, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the summary, the findings, and what the marked one says."""
        with Fitting(classes="dialog", id="everybody-dialog"):
            yield Static("Who does this break?", classes="dialog-title")
            yield Remark(id="summary")
            yield PassingList(id="findings", compact=True, markup=False)
            with VerticalScroll(id="said", can_focus=False):
                yield Remark(id="finding")
            with Buttons(classes="dialog-buttons"):
                yield Button("Show", id="show")
                yield Button("Close", id="close")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin at once; closing calls it off."""
        self.query_one("#close", Button).focus()
        self.try_on_everybody()

    @work(group="everybody", exclusive=True, description="Try on everybody")
    async def try_on_everybody(self) -> None:
        """Map everybody and list what goes wrong."""
        self._report(0)
        try:
            tried = await self._trial.ask(TryEverybody(), self._report)
        except WizardError as error:
            self.summary.update(f"{error.message} {error.hint}")
            return
        self._broken = tried.broken
        self.set_class(bool(tried.broken), "-found")
        self.summary.update(self._words(tried))
        self.findings.add_options([Option(_line(each)) for each in self._broken])
        if self._broken:
            self.findings.highlighted = 0
            self.findings.focus()

    def _report(self, done: int) -> None:
        self.summary.update(f"{done:,} of {self._trial.audience.words} tried…")

    def _words(self, tried: Everybody) -> str:
        audience = f"{self._trial.audience.words} tried, {tried.scope_words}"
        if not self._broken:
            return f"Nobody. {audience}; nothing else is wrong."
        people = sum(1 for each in self._broken if each.count)
        if told := unfinished(self._broken):
            return f"{told} So far, the worst first:"
        if not people:
            return f"Nobody. {audience}; what else is to be said:"
        return f"{audience}; what goes wrong for whom, the worst first:"

    @on(OptionList.OptionHighlighted)
    def explain(self, event: OptionList.OptionHighlighted) -> None:
        """Say why, what to do, and whom it concerns."""
        broken = self._broken[event.option_index]
        lines = [finding_line(broken.finding)]
        if broken.count:
            lines.append(Content.assemble(("Concerns ", "$text-muted"), broken.words))
        self.query_one("#finding", Static).update(Content("\n").join(lines))

    @on(OptionList.OptionSelected)
    @on(Button.Pressed, "#show")
    def show(self) -> None:
        """Answer with the marked finding."""
        at = self.findings.highlighted
        if at is not None:
            self.answer(self._broken[at])

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        """Answer with nothing."""
        self.answer(None)


def _line(broken: Broken) -> HungText:
    finding = broken.finding
    where = finding.target or "the mapping"
    count = f"{broken.count:>7,}  " if broken.count else " " * 9
    lead = Content.assemble(
        (f"{severity_sign(finding.severity)} ", STYLES[finding.severity]), count
    )
    said = Content.assemble((f"{where}: ", "bold"), finding.code.replace("-", " "))
    return HungText(Content.assemble(lead, said), lead.cell_length)
