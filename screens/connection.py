"""Screen of the steps `connection` and `new-connection`: the ladder, rung by rung."""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button, Static

from screens.base import StepScreen
from screens.keys import key
from screens.widgets.check_list import CheckList
from wizard.checks.check import RUNGS
from wizard.errors import WizardError
from wizard.steps.connection import ConnectionStep

if TYPE_CHECKING:
    from wizard.checks.check import Check, ConnectionReport


class ConnectionScreen(StepScreen[ConnectionStep]):
    """Runs the ladder at once; retry and stop in place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("again", "test", "Test again"),
        key("besides", "stop", "Stop"),
    ]

    checks = query_one(CheckList)
    verdict = query_one("#verdict", Static)

    def compose_summary(self) -> Iterable[Widget]:
        """Yield the verdict, which is what matters, above the rungs."""
        yield Static("", id="verdict")

    def compose_content(self) -> Iterable[Widget]:
        """Yield room for the rungs."""
        yield CheckList()

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the way on, and the way to test again."""
        yield from self.common_buttons("Done" if self.flow.is_last else "Next")
        yield Button("Test again", id="again")

    def on_mount(self) -> None:
        """Test at once."""
        self.test()

    @on(Button.Pressed, "#again")
    def action_test(self) -> None:
        """Test again."""
        self.test()

    def action_stop(self) -> None:
        """Stop the test that is running."""
        self.workers.cancel_group(self, "test")
        self.checks.start("")
        self.verdict.update(Content("Stopped."))

    @work(group="test", exclusive=True, description="Test the connection")
    async def test(self) -> None:
        """Climb the ladder and show each rung as it comes."""
        self.checks.reset()
        self.show_error(None)
        self.verdict.update(Content("Testing. Nothing is changed in Webex."))
        try:
            report = await self.step.apply(self.session, self._add, self._started)
        except WizardError as error:
            self.verdict.update(Content("Not tested."))
            self.show_error(error)
            return
        self.verdict.update(await self._said(report))
        self.renew_rail()
        if report.verdict == "failed":
            self.query_one("#again", Button).focus()
            self.checks.show_first_failure()

    async def _said(self, report: "ConnectionReport") -> Content:
        """Return how the test ended, and what else is to be known of it.

        That is, after a failure in a renewal, which token is in force.
        """
        waiting = ""
        if report.verdict == "failed":
            with suppress(WizardError):  # what counts is the test
                waiting = await self.step.waiting(self.session)
        told = [Content(text) for text in (report.not_stored, waiting) if text]
        return Content("\n").join([_words(report), *told])

    def _started(self, rung: str) -> None:
        self.checks.start(RUNGS[rung])

    def _add(self, check: "Check") -> None:
        self.checks.add(check)
        self.content.scroll_end(animate=False)

    @on(Button.Pressed, "#main")
    def go_on(self) -> None:
        """Go on; a failed test stays marked in the rail."""
        self.forward()


def _words(report: "ConnectionReport") -> Content:
    good = report.verdict == "passed"
    sign = ("✓ Passed. ", "bold $text-success") if good else ("✗ Failed. ", "bold $text-error")
    return Content.assemble(
        sign, f"Entra's own test will say: {report.entra_says}. Writes would work: {report.writes}."
    )
