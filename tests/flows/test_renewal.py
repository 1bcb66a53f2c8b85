"""A renewal against the practice tenant: a new token in, proved, in force, the old one revoked."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.practice import Asker
from tests.practice_here import PracticeHere
from tests.sessions import memory_keystore, session_in, tools
from wizard.errors import TokenRefused
from wizard.flow.plan import RENEWAL, SETUP, StepInfo
from wizard.flow.renewal import begin_again, discard_pending, settle
from wizard.flow.session import Flow, Session
from wizard.practice.visitor import complete
from wizard.reports.status import standing
from wizard.store.keystore import Keystore, Slot, StoredToken
from wizard.store.profiles import utc_now
from wizard.webex.revocation import revoker

INFO: dict[str, StepInfo] = {step.id: step for step in (*SETUP, *RENEWAL)}


class Renewal:
    """One administrator with a token in force, at the beginning of a renewal."""

    def __init__(self, tenant: PracticeHere, folder: Path) -> None:
        self.tenant = tenant
        self.folder = folder
        self.keystore: Keystore = memory_keystore()
        self.revoke = revoker(tenant.endpoints.webex, tenant.connect)
        self.session = self.started()
        self.old = self.signed_in("token", Slot.CURRENT)
        begin_again(self.session)

    def started(self) -> Session:
        """Return the session as a new process finds it."""
        session = session_in(self.folder, organization_id=self.tenant.organization_id)
        session.clock = utc_now
        return session

    def step(self, step_id: str) -> Any:
        here = self.tenant
        space = tools(
            self.keystore, endpoints=here.endpoints, revoke=self.revoke, connect=here.connect
        )
        return space.step(INFO[step_id])

    def signed_in(self, step_id: str, slot: Slot, account: str = "admin@practice.example") -> Asker:
        """Sign in, judge and store; return who can ask with that token."""
        step = self.step(step_id)
        request = step.request()
        response = step.pasted(complete(request.url, account, send=self.tenant.send).url, request)
        stored = asyncio.run(step.judge(self.session, response, lambda _: None))
        asyncio.run(step.apply(self.session, stored))
        return Asker(self.tenant, response.access_token.get_secret_value())

    def tested(self) -> str:
        step = self.step("new-connection")
        report = asyncio.run(step.apply(self.session, lambda _: None, lambda _: None))
        assert [check for check in report.checks if check.status == "failed"] == []
        return str(report.verdict)

    def replaced(self) -> str:
        step = self.step("replacement")
        asyncio.run(step.confirm(self.session))
        return self.session.profile.steps["replacement"].note

    def stored(self, slot: Slot) -> StoredToken | None:
        return asyncio.run(self.keystore.read("default", slot))


@pytest.fixture
def renewal(running: PracticeHere, tmp_path: Path) -> Iterator[Renewal]:
    yield Renewal(running, tmp_path)
    running.behave()


def works(asker: Asker) -> bool:
    return asker.people_me().status_code == 200


def test_a_renewal_leaves_no_gap_and_no_old_token(renewal: Renewal) -> None:
    flow = Flow(RENEWAL, renewal.session)
    assert flow.current.id == "new-token"
    new = renewal.signed_in("new-token", Slot.PENDING)
    assert works(renewal.old)
    assert "A new token waits" in standing(renewal.session.profile, utc_now()).attention
    flow.forward()
    assert renewal.tested() == "passed"
    flow.forward()
    assert flow.current.id == "sign-in"
    flow.forward()
    assert renewal.replaced() == "The old token is revoked."
    assert renewal.replaced() == "The old token is revoked.", "a second time changes nothing"
    flow.forward()
    assert flow.current.id == "renewed"
    assert works(new)
    assert not works(renewal.old)
    current = renewal.stored(Slot.CURRENT)
    assert current is not None
    assert current.token.get_secret_value() == new.token
    assert renewal.session.profile.token == current.facts
    assert standing(renewal.session.profile, utc_now()).healthy


def test_a_renewal_that_was_left_goes_on_where_it_was(renewal: Renewal) -> None:
    Flow(RENEWAL, renewal.session).go("new-token")
    renewal.signed_in("new-token", Slot.PENDING)
    Flow(RENEWAL, renewal.session).forward()
    assert Flow(RENEWAL, renewal.started()).current.id == "new-connection"
    assert Flow(SETUP, renewal.started()).current.id == "prepare"
    assert renewal.stored(Slot.PENDING) is not None


def test_a_new_token_of_an_account_that_may_not_write_changes_nothing(renewal: Renewal) -> None:
    with pytest.raises(TokenRefused):
        renewal.signed_in("new-token", Slot.PENDING, "readonly@practice.example")
    assert renewal.stored(Slot.PENDING) is None
    assert works(renewal.old)


def test_a_new_token_that_is_thrown_away_is_revoked(renewal: Renewal) -> None:
    new = renewal.signed_in("new-token", Slot.PENDING)
    said = asyncio.run(discard_pending(renewal.session, renewal.keystore, renewal.revoke))
    assert said == "The new token is revoked."
    assert works(renewal.old)
    assert not works(new)
    assert not renewal.session.profile.has_waiting_token


def test_an_old_token_that_webex_could_not_revoke_is_revoked_next_time(renewal: Renewal) -> None:
    new = renewal.signed_in("new-token", Slot.PENDING)
    renewal.tested()
    renewal.tenant.misbehave("tokens", "403", method="DELETE")
    assert "It stays valid until" in renewal.replaced()
    assert works(renewal.old)
    renewal.tenant.behave()
    said = asyncio.run(settle(renewal.started(), renewal.keystore, renewal.revoke))
    assert said == "The old token is revoked."
    assert works(new)
    assert not works(renewal.old)


def test_signing_in_twice_leaves_no_forgotten_token(renewal: Renewal) -> None:
    first = renewal.signed_in("new-token", Slot.PENDING)
    second = renewal.signed_in("new-token", Slot.PENDING)
    asyncio.run(settle(renewal.session, renewal.keystore, renewal.revoke))
    assert not works(first)
    assert works(second)
    assert works(renewal.old)
