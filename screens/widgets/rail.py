"""The rail: all steps with their state, in one widget."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from wizard.flow import Flow

DONE, HERE, OPEN, LOCKED = "✓", ">", "·", " "


class StepRail(Static):
    """Every step on a line of its own: done, here, open, or not yet possible."""

    DEFAULT_CSS = """
    StepRail { width: 22; height: 1fr; padding: 0 1; background: $surface; }
    """

    def __init__(self, flow: "Flow") -> None:
        super().__init__(rail(flow))
        self._flow = flow

    def renew(self) -> None:
        """Show the state as it is."""
        self.update(rail(self._flow))


def rail(flow: "Flow") -> Content:
    """Return the steps as lines; the sign tells the state without colour."""
    return Content("\n").join(_line(flow, position) for position in range(len(flow.steps)))


def _line(flow: "Flow", position: int) -> Content:
    step = flow.steps[position]
    if step == flow.current:
        done = DONE if flow.session.is_done(step.id) else " "
        return Content.assemble((f"{HERE}{done} {step.title}", "bold $text-primary"))
    if flow.session.is_done(step.id):
        return Content.assemble((f" {DONE}", "$text-success"), f" {step.title}")
    if flow.missing(step):
        return Content.assemble((f" {LOCKED} {step.title}", "dim"))
    return Content.assemble((f" {OPEN} {step.title}", "$text-muted"))
