"""Screen of the steps `connection` and `new-connection`: what the test says, and what is next."""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button

from screens.base import StepScreen
from screens.keys import key
from screens.widgets.card import Card
from screens.widgets.check_list import CheckList
from wizard.checks.check import RUNGS
from wizard.errors import WizardError
from wizard.steps.connection import ConnectionStep
from wizard.walk.walk import Move, Way

if TYPE_CHECKING:
    from wizard.checks.check import ConnectionReport


class ConnectionScreen(StepScreen[ConnectionStep]):
    """Runs the ladder at once; what is best to do next has the focus when it has ended."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("again", "test", "Test again"),
        key("close", "stop", "Stop"),
        key("close", "back", "Back", tooltip="Go to the step before"),
    ]

    checks = query_one(CheckList)
    verdict = query_one("#verdict", Card)

    def compose_summary(self) -> Iterable[Widget]:
        """Yield the verdict, which is what matters, above the rungs."""
        yield Card(id="verdict")

    def compose_content(self) -> Iterable[Widget]:
        """Yield room for the rungs."""
        yield CheckList()

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the ways on, and the ways to know more."""
        yield Button("Get another token", id="another")
        yield Button("Done" if self.flow.is_last else "Next", id="main")
        yield Button("Test again", id="again")
        yield Button("Details", id="details")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let the same key stop what goes on, and else lead back."""
        if action not in {"stop", "back"}:
            return super().check_action(action, parameters)
        goes_on = any(
            (each.node, each.group) == (self, "test") and not each.is_finished
            for each in self.workers
        )
        return goes_on is (action == "stop")

    def on_worker_state_changed(self) -> None:
        """Show whether there is something to stop."""
        self.refresh_bindings()

    def on_mount(self) -> None:
        """Test at once."""
        self.query_one("#another").display = False
        self.test()

    @on(Button.Pressed, "#again")
    def action_test(self) -> None:
        """Test again."""
        self.test()

    def action_stop(self) -> None:
        """Stop the test that is running."""
        if self.workers.cancel_group(self, "test"):
            self.checks.end()
            self.verdict.show("attention", "Stopped", "What was tested so far stands below.")

    @on(Button.Pressed, "#details")
    def show_details(self) -> None:
        """Show each check, or no more."""
        self.checks.toggle_details(self.query_one("#details", Button))

    @work(group="test", exclusive=True, description="Test the connection")
    async def test(self) -> None:
        """Climb the ladder, then say how it ended and what is best to do next."""
        self.checks.begin("Testing. Nothing is changed in Webex.", "Esc stops it.")
        self.show_error(None)
        self.verdict.clear()
        try:
            report = await self.step.apply(self.session, self.checks.add, self._started)
            waiting = await self._waiting(report)
        except WizardError as error:
            self.checks.end()
            self.verdict.show("attention", "Not tested")
            self.show_error(error)
            return
        self.checks.end()
        passed = report.verdict == "passed"
        told = (*report.in_words(), report.not_stored, waiting)
        self.verdict.show("good" if passed else "bad", "Passed" if passed else "Failed", *told)
        self.renew_rail()
        self._arm(report)

    async def _waiting(self, report: "ConnectionReport") -> str:
        """Return, after a failure in a renewal, which token is in force."""
        if report.verdict == "failed":
            with suppress(WizardError):  # what counts is the test
                return await self.step.waiting(self.session)
        return ""

    def _arm(self, report: "ConnectionReport") -> None:
        """Let what is best to do next have the focus."""
        another = self.query_one("#another", Button)
        another.display = report.wants_another_token and self.step.gets_another(self.flow)
        if report.verdict == "passed":
            self.query_one("#main", Button).focus()
        else:
            (another if another.display else self.query_one("#again", Button)).focus()

    def _started(self, rung: str) -> None:
        self.checks.start(f"{RUNGS[rung]}. Nothing is changed in Webex.")

    @on(Button.Pressed, "#another")
    def get_another(self) -> None:
        """Go to where a token comes from, to get another one."""
        self.answer(Move(Way.ANEW, self.step.fetched_at))

    @on(Button.Pressed, "#main")
    def go_on(self) -> None:
        """Go on; a failed test stays marked in the rail."""
        self.forward()
