"""Screen of step `prepare`: what is needed, and what this machine offers."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button, Static

from screens.base import StepScreen
from screens.keys import key
from screens.widgets.check_list import CheckList
from screens.widgets.item import Item
from wizard.errors import WizardError
from wizard.steps.prepare import NEEDED, PrepareStep


class PrepareScreen(StepScreen[PrepareStep]):
    """Runs the machine checks at once and lets the administrator run them again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("again", "examine", "Check again"),
    ]

    checks = query_one(CheckList)

    def compose_content(self) -> Iterable[Widget]:
        """Yield the checks, so that what they warn of is seen at once, and what is needed."""
        yield CheckList()
        yield Static("You need:", classes="lead")
        for line in NEEDED:
            yield Item("- ", line)

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the way on and the way to check again."""
        yield Button("Next", id="main")
        yield Button("Check again", id="again")
        yield Button("Details", id="details")

    def on_mount(self) -> None:
        """Check at once."""
        self.examine()

    @on(Button.Pressed, "#again")
    def action_examine(self) -> None:
        """Check again."""
        self.examine()

    @on(Button.Pressed, "#details")
    def show_details(self) -> None:
        """Show each check, or no more."""
        self.checks.toggle_details(self.query_one("#details", Button))

    @work(group="examine", exclusive=True, description="Check this machine")
    async def examine(self) -> None:
        """Run the checks, then let what is best to do next have the focus."""
        self.checks.begin("Checking this machine.", "Next goes on without it.")
        self.show_error(None)
        all_is_well = False
        try:
            all_is_well = await self.step.apply(self.session, self.checks.add)
        except WizardError as error:
            self.show_error(error)
        self.checks.end()
        self.renew_rail()
        if not all_is_well:
            self.query_one("#again", Button).focus()

    @on(Button.Pressed, "#main")
    def go_on(self) -> None:
        """Go on, also when something failed: the administrator may know better."""
        self.forward()
