"""The rail: all steps with their state in their groups, in one widget."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from screens.widgets.marks import sign, signs
from wizard.flow.plan import grouped
from wizard.store.marks import DONE_MARKS, Mark

if TYPE_CHECKING:
    from wizard.flow.plan import StepInfo
    from wizard.flow.session import Flow

_WIDTH = 22
_OPEN_FROM = 23
"""Rows of the terminal from which all groups are open."""
_AIRY_FROM = 28
"""Rows from which a blank line stands between the groups."""


class StepRail(Static):
    """Every step on a line of its own, with its mark; a click on one goes there."""

    ALLOW_SELECT = False
    DEFAULT_CSS = f"""
    StepRail {{ width: {_WIDTH}; height: 1fr; padding: 0 1; background: $surface; }}
    """

    def __init__(self, flow: "Flow") -> None:
        super().__init__()
        self.auto_links = False  # steps are not underlined
        self._flow = flow
        self._rows = 0

    def on_mount(self) -> None:
        """Show the state as it is."""
        self.renew()

    def on_resize(self) -> None:
        """Open or close groups with the height there is."""
        if self._rows != self.app.size.height:
            self.renew()

    def renew(self) -> None:
        """Show the state as it is."""
        self._rows = self.app.size.height
        self.update(rail(self._flow, self._rows), layout=False)


def rail(flow: "Flow", rows: int) -> Content:
    """Return the groups and their steps as lines; the sign tells the state without colour.

    Args:
        flow: The steps.
        rows: Height of the terminal: a low one shows the steps of the current group alone.
    """
    groups = []
    for title, steps in grouped(flow.steps):
        is_open = rows >= _OPEN_FROM or flow.current in steps
        done = sum(flow.session.mark_of(step.id) in DONE_MARKS for step in steps)
        count = "" if is_open else f"  {done} of {len(steps)}"
        lines = [Content.assemble((title.upper(), "bold $text-muted"), (count, "$text-muted"))]
        if is_open:
            lines += [_pressed(step, step_line(flow, step, _WIDTH - 2)) for step in steps]
        groups.append(Content("\n").join(lines))
    return Content("\n\n" if rows >= _AIRY_FROM else "\n").join(groups)


def step_line(flow: "Flow", step: "StepInfo", width: int) -> Content:
    """Return a step with its mark; one that cannot be gone to is muted."""
    mark = flow.session.mark_of(step.id)
    if step == flow.current:
        line = f"{signs()[1]} {step.title}".ljust(width)
        return Content.styled(line, "bold $text-primary on $block-cursor-background")
    if mark is Mark.OPEN and not flow.can_go(step.id):
        return Content.styled(f"{signs()[0][mark]} {step.title}", "$text-muted")
    return Content.assemble(sign(mark), f" {step.title}")


def _pressed(step: "StepInfo", line: Content) -> Content:
    """Return a line that leads to its step when it is pressed."""
    return line.stylize(Style.from_meta({"@click": f"screen.go_to({step.id!r})"}))
