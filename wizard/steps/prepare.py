"""Step `prepare`: does this machine offer what the setup needs?"""

from collections.abc import Callable

from wizard.checks.check import Check, Status
from wizard.checks.machine import machine_checks
from wizard.flow.plan import StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import Endpoints
from wizard.store.journal import JournalEntry
from wizard.store.keystore import Keystore

NEEDED = (
    "In Webex: a full or user administrator, best an account kept for this: the token dies when "
    "its owner loses the role.",
    "In Entra: Application or Cloud Application Administrator.",
    "Ten minutes. You can leave at any step and go on later.",
)


class PrepareStep:
    """Checks this machine; changes nothing."""

    def __init__(
        self,
        info: StepInfo,
        *,
        keystore: Keystore,
        endpoints: Endpoints,
        use_browser: bool,
        connect: Connect = direct,
    ) -> None:
        self.info = info
        self._keystore = keystore
        self._endpoints = endpoints
        self._use_browser = use_browser
        self._connect = connect

    async def check(self, session: Session) -> Finding:
        """Tell whether this machine was checked before."""
        if session.is_done(self.info.id):
            return Finding(State.DONE, "This machine was checked before.")
        return Finding(State.OPEN, "Not checked yet.")

    async def apply(self, session: Session, report: Callable[[Check], None]) -> bool:
        """Run the checks, report each, and tell whether none failed."""
        failed = False
        async for check in machine_checks(
            self._keystore,
            self._endpoints,
            use_browser=self._use_browser,
            connect=self._connect,
        ):
            report(check)
            failed = failed or check.status is Status.FAILED
        if failed:
            session.untick(self.info.id)
        else:
            session.tick(self.info.id)
        return not failed

    async def undo(self, session: Session, made: JournalEntry) -> None:
        """Nothing was made."""
