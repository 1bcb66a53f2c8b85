"""Step `prepare`: does this machine offer what the setup needs?"""

from collections.abc import Callable

from wizard.checks.check import Check, Status
from wizard.checks.machine import machine_checks
from wizard.flow.session import Session
from wizard.steps.base import Step
from wizard.store.marks import Mark

NEEDED = (
    "In Webex: a full or user administrator, best an account kept for this: the token dies when "
    "its owner loses the role.",
    "In Entra: Application or Cloud Application Administrator.",
    "Ten minutes of yours; the first cycle then runs longer, without you. You can leave at any "
    "step and go on later.",
    "To know: the connector is a preview at Microsoft, and in early field testing at Cisco.",
)


class PrepareStep(Step):
    """Checks this machine; changes nothing."""

    async def apply(self, session: Session, report: Callable[[Check], None]) -> bool:
        """Run the checks, report each, and tell whether none failed."""
        failed = False
        async for check in machine_checks(
            self.tools.keystore,
            self.tools.endpoints,
            use_browser=self.tools.options.use_browser,
            connect=self.tools.connect,
        ):
            report(check)
            failed = failed or check.status is Status.FAILED
        session.tick(self.info.id, mark=Mark.FAILED if failed else Mark.SEEN)
        return not failed
