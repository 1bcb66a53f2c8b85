"""The rail: all steps with their state, in one widget."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from wizard.flow.plan import StepInfo
    from wizard.flow.session import Flow

DONE, HERE, OPEN, LOCKED = "✓", ">", "·", " "


class StepRail(Static):
    """Every step on a line of its own: done, here, open, or not yet possible."""

    DEFAULT_CSS = """
    StepRail { width: 22; height: 1fr; padding: 0 1; background: $surface; }
    """

    def __init__(self, flow: "Flow") -> None:
        super().__init__()
        self._flow = flow

    def on_mount(self) -> None:
        """Show the state as it is."""
        self.renew()

    def renew(self) -> None:
        """Show the state as it is."""
        # Without colours, a coloured line would be greyer than the others.
        here = "bold" if self.app.no_color else "bold $text-primary"
        self.update(rail(self._flow, here))


def rail(flow: "Flow", here: str) -> Content:
    """Return the steps as lines; the sign tells the state without colour."""
    return Content("\n").join(_line(flow, step, here) for step in flow.steps)


def _line(flow: "Flow", step: "StepInfo", here: str) -> Content:
    if step == flow.current:
        done = DONE if flow.session.is_done(step.id) else " "
        return Content.assemble((f"{HERE}{done} {step.title}", here))
    if flow.session.is_done(step.id):
        return Content.assemble((f" {DONE}", "$text-success"), f" {step.title}")
    if flow.missing(step):
        return Content.assemble((f" {LOCKED} {step.title}", "dim"))
    return Content.assemble((f" {OPEN} {step.title}", "$text-muted"))
