"""Steps `connection` and `new-connection`: the ladder of checks with a stored token."""

from collections.abc import Callable
from dataclasses import replace

from wizard.checks.check import Check, ConnectionReport, Status
from wizard.checks.ladder import Target, ladder
from wizard.errors import InvalidInput, WizardError
from wizard.flow.plan import ORGANIZATION
from wizard.flow.renewal import waiting_token
from wizard.flow.session import Flow, Session, in_turn
from wizard.net.endpoints import Endpoints
from wizard.steps.base import Step
from wizard.store.keystore import Slot, StoredToken
from wizard.store.marks import Mark
from wizard.store.profiles import StepRecord
from wizard.store.test_record import CheckRecord, TestRecord


def target_of(
    session: Session, endpoints: Endpoints, organization_id: str, stored: StoredToken
) -> Target:
    """Return what a stored token of a profile is tested against."""
    return Target(
        endpoints=endpoints,
        organization_id=organization_id,
        token=stored.token,
        expires_at=stored.facts.expires_at,
        expires_assumed=stored.facts.expires_assumed,
        issued_at=stored.facts.obtained_at,
        scopes=stored.facts.scopes,
        renewal=session.line("renew"),
    )


class ConnectionStep(Step):
    """Climbs the ladder; reads only."""

    slot = Slot.CURRENT
    fetched_at = "token"
    """The step that brings the token which is tested here."""

    def gets_another(self, flow: Flow) -> bool:
        """Tell whether this walk has the step that brings another token, and may replace this one.

        One that Entra has already is replaced by a renewal.
        """
        is_there = any(step.id == self.fetched_at for step in flow.steps)
        in_entra = self.slot is Slot.CURRENT and flow.session.is_done("credentials")
        return is_there and not in_entra

    async def apply(
        self,
        session: Session,
        report: Callable[[Check], None],
        started: Callable[[str], None],
    ) -> ConnectionReport:
        """Run the ladder and remember how it ended; the report says where that was not possible.

        Raises:
            InvalidInput: There is no token, or no organization, to test with.
            KeystoreError: The keyring cannot be read.
        """
        stored = await self.tools.keystore.read(session.profile.name, self.slot)
        organization_id = session.profile.organization_id
        if stored is None or organization_id is None:
            raise InvalidInput(
                "There is no stored token to test.",
                f"Go back to the secret token, or run `{session.line('setup')}`.",
                code="no-token",
            )
        target = target_of(session, self.tools.endpoints, organization_id, stored)
        outcome = await ladder(
            target,
            report=report,
            started=started,
            time_limit=self.tools.options.seconds,
            connect=self.tools.connect,
        )
        return replace(outcome, not_stored=await self.remember(session, outcome, stored))

    async def waiting(self, session: Session) -> str:
        """Say which token waits and which one is in force; empty outside a renewal.

        Raises:
            KeystoreError: The keyring cannot be read.
        """
        return (
            await waiting_token(session, self.tools.keystore) if self.slot is Slot.PENDING else ""
        )

    async def remember(
        self, session: Session, outcome: ConnectionReport, tested: StoredToken
    ) -> str:
        """Keep how a test ended, if the keyring still has the token that was tested.

        Args:
            session: The profile.
            outcome: How it ended.
            tested: The token as it was read before the test.

        Returns:
            Why it is not kept, as sentences; empty when it is.
        """
        try:
            return await self._kept(session, outcome, tested)
        except WizardError as error:
            return f"The outcome is not stored: {error.message}"

    @in_turn
    async def _kept(self, session: Session, outcome: ConnectionReport, tested: StoredToken) -> str:
        if not tested.is_same_token(
            await self.tools.keystore.read(session.profile.name, self.slot)
        ):
            return (
                "The outcome is not stored: the tested token is not the one in the keyring any "
                "more. Test again."
            )
        failed = tuple(check.code for check in outcome.checks if check.status is Status.FAILED)
        mark, now = Mark.FAILED if failed else Mark.SEEN, session.clock()
        proved = {self.info.id: StepRecord(at=now, mark=mark)}
        if not failed and session.is_done(ORGANIZATION.id):
            # What was typed is an organization that takes this token.
            proved[ORGANIZATION.id] = StepRecord(at=now, mark=mark)
        session.change(
            ticked=proved,
            last_test=TestRecord(
                at=now,
                verdict=outcome.verdict,
                entra_says=outcome.entra_says,
                writes=outcome.writes,
                failed=failed,
                checks=tuple(map(_record, outcome.checks)),
            ),
        )
        return ""


def _record(check: Check) -> CheckRecord:
    return CheckRecord(title=check.title, status=check.status, message=check.message)


class NewConnectionStep(ConnectionStep):
    """Climbs the ladder with the token that waits for a renewal."""

    slot = Slot.PENDING
    fetched_at = "new-token"
