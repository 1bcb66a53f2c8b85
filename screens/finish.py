"""Screen of the steps `finish` and `renewed`: what was reached, report, reminder, what is next."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button, Static

from screens.base import StepScreen
from screens.widgets.item import Item
from wizard.errors import WizardError
from wizard.steps.finish import NEXT, FinishStep

if TYPE_CHECKING:
    from wizard.flow import Flow
    from wizard.workspace import Workspace


class FinishScreen(StepScreen):
    """Says what stands, and writes the files to take away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "report", "Save report"),
        Binding("i", "reminder", "Save reminder"),
    ]

    saved = query_one("#saved", Static)

    def __init__(self, flow: "Flow", space: "Workspace") -> None:
        super().__init__(flow)
        step = space.step(flow.current)
        assert isinstance(step, FinishStep)  # noqa: S101 - narrows the type, cannot fail
        self.step = step
        self._clock = space.clock

    def compose_content(self) -> Iterable[Widget]:
        """Yield what stands and what is next."""
        yield Static(self._standing())
        yield Static("What to do next:", classes="lead")
        for line in NEXT:
            yield Item("• ", line)
        yield Static("", id="saved", markup=False)

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the end, the two files, and the way back."""
        yield Button("Finish", id="main", variant="primary")
        yield Button("Save report", id="report")
        yield Button("Save reminder (.ics)", id="reminder")
        yield Button("Back", id="back")

    def _standing(self) -> Content:
        from wizard.standing import standing

        profile = self.session.profile
        lines = [Content(standing(profile, self._clock()).sentence)]
        replaced = profile.steps.get("replacement")
        if self.info.id == "renewed" and replaced is not None:
            lines.append(Content(replaced.note))
        if profile.token is not None:
            lines.append(
                Content.assemble(
                    "The token ends on ", (f"{profile.token.expires_at:%Y-%m-%d}", "bold"), "."
                )
            )
        still = self.step.open_steps(self.session) if self.info.id == "finish" else []
        if still:
            names = ", ".join(step.title for step in still)
            lines.append(Content.assemble(("! Still open: ", "bold $text-warning"), names))
        return Content("\n").join(lines)

    @on(Button.Pressed, "#report")
    def action_report(self) -> None:
        """Write the redacted report into the folder the program was started in."""
        self._save(lambda: self.step.save_report(self.session, Path.cwd()))

    @on(Button.Pressed, "#reminder")
    def action_reminder(self) -> None:
        """Write the renewal reminder into the folder the program was started in."""
        self._save(lambda: self.step.save_reminder(self.session, Path.cwd()))

    def _save(self, write: Callable[[], Path | None]) -> None:
        try:
            file = write()
        except WizardError as error:
            self.show_error(error)
            return
        self.show_error(None)
        self.saved.update(Content(f"Saved: {file}" if file else "There is no token to renew."))

    @on(Button.Pressed, "#main")
    async def finish(self) -> None:
        """Remember the end and leave."""
        try:
            await self.step.apply(self.session)
        except WizardError as error:
            self.show_error(error)
            return
        self.forward()
