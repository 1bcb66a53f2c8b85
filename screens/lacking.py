"""Screen of a step that cannot be done yet: what it needs first, and the way there."""

from collections.abc import Iterable

from textual import on
from textual.widget import Widget
from textual.widgets import Button, Static

from screens.base import StepScreen
from wizard.walk.walk import Move, Way


class LackingScreen(StepScreen[object]):
    """Says what the step needs, and goes to the first of that."""

    def compose_content(self) -> Iterable[Widget]:
        """Yield what it needs."""
        yield Static(self.visit.lacks, markup=False)

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the way to what it needs, the way past it, and the way back."""
        yield Button(f"Go to {self.visit.lacking[0].title}", id="main")
        if not self.flow.is_last:
            yield Button("Skip", id="next")
        if not self.flow.is_first:
            yield Button("Back", id="back")

    @on(Button.Pressed, "#main")
    def go_there(self) -> None:
        """Go to the first step that it needs."""
        self.answer(Move(Way.JUMP, self.visit.lacking[0].id))
