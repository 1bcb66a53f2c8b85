"""The rail: all steps with their state, in one widget."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from screens.widgets.marks import sign
from wizard.flow.marks import HERE, MARK_SIGNS
from wizard.store.marks import Mark

if TYPE_CHECKING:
    from wizard.flow.plan import StepInfo
    from wizard.flow.session import Flow


class StepRail(Static):
    """Every step on a line of its own, with its mark; one that is not possible yet is dim."""

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
    mark = flow.session.mark_of(step.id)
    if step == flow.current:
        known = " " if mark is Mark.OPEN else MARK_SIGNS[mark]
        return Content.assemble((f"{HERE}{known} {step.title}", here))
    if mark is Mark.OPEN and flow.missing(step):
        return Content.styled(f" {MARK_SIGNS[mark]} {step.title}", "dim")
    return Content.assemble(" ", sign(mark), f" {step.title}")
