"""Screen of the steps `finish` and `renewed`: what was reached, report, reminder, what is next."""

from collections.abc import Awaitable, Iterable
from pathlib import Path

from textual import on, work
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button, Static

from screens.base import StepScreen
from screens.widgets.commands import with_commands
from screens.widgets.item import Item
from screens.widgets.marks import lead_sign, sign
from screens.widgets.remark import Remark
from wizard.errors import WizardError
from wizard.flow.session import State
from wizard.steps.finish import FinishStep
from wizard.store.marks import Mark


class FinishScreen(StepScreen[FinishStep]):
    """Says what stands, and writes the files to take away."""

    saved = query_one("#saved", Remark)
    standing = query_one("#standing", Static)

    def compose_content(self) -> Iterable[Widget]:
        """Yield what stands and what is next."""
        yield Remark(id="standing")
        yield Static("What to do next:", classes="lead")
        for line in self.step.advice(self.session):
            yield Item("- ", line)
        yield Remark(id="saved")

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the end, the two files, and the way back."""
        yield Button("Finish", id="main")
        yield Button("Save report", id="report")
        yield Button("Save reminder (.ics)", id="reminder")

    async def on_mount(self) -> None:
        """Say what stands, and what is still open."""
        finding = await self.step.check(self.session)
        good = finding.state is State.DONE
        lead = lead_sign(self.step.ends_as(self.session) if good else Mark.ATTENTION)
        lines = [Content.assemble(lead, finding.text)]
        if finding.hint:
            lines.append(Content.assemble(("Next: ", "bold"), with_commands(finding.hint)))
        for mark, text in self.step.left(self.session):
            lines.append(Content.assemble(sign(mark), " ", text))
        if outcome := self.step.outcome(self.session):
            lines.append(Content(outcome))
        if score := self.step.score(self.session):
            lines.append(Content(score))
        if token := self.step.token(self.session):
            lines.append(Content(token))
        self.standing.update(Content("\n").join(lines))

    @on(Button.Pressed, "#report")
    def save_report(self) -> None:
        """Write the redacted report into the folder the program was started in."""
        self._save(self.step.save_report(self.session, Path.cwd()))

    @on(Button.Pressed, "#reminder")
    def save_reminder(self) -> None:
        """Write the renewal reminder into the folder the program was started in."""
        self._save(self.step.save_reminder(self.session, Path.cwd()))

    @work(group="save", description="Save a file")
    async def _save(self, writing: Awaitable[Path | None]) -> None:
        try:
            file = await writing
        except WizardError as error:
            self.show_error(error)
            return
        self.show_error(None)
        said = f"Saved: {file}" if file else "There is no token to renew."
        self.say_within(self.saved, Content(said))

    @on(Button.Pressed, "#main")
    @work(group="apply", exclusive=True, description="Confirm the step")
    async def finish(self) -> None:
        """Remember the end and leave."""
        try:
            await self.step.confirm(self.session)
        except WizardError as error:
            self.show_error(error)
            return
        self.forward()
