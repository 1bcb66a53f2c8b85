"""Everything this program says to Graph, and hears, is as Microsoft describes it.

The steps come from the plans of the setup and of the renewal, and the faults from the practice
tenant's own table, so that what joins them is judged as well. Signing in is not Graph's.
"""

import asyncio
import ssl
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests import entra
from tests.entra_actions import (
    NAMED,
    Hours,
    Tenant,
    action,
    answered,
    edited,
    ready,
    signed_in,
    taking_back,
    talking,
)
from tests.practice import sign_in
from tests.sessions import facts
from wizard.errors import WizardError
from wizard.flow.plan import RENEWAL, SETUP
from wizard.flow.session import Session
from wizard.net import transport
from wizard.practice.faults import FAULTS, METHODS, OF_GRAPH, PARTS_OF_GRAPH
from wizard.practice.process import PracticeTenant
from wizard.practice.recorder import EXCHANGES, RecordedExchange
from wizard.steps.base import GraphStep, step_class
from wizard.store.keystore import Keystore, Slot, StoredToken
from wizard.undo import take_back, undoable
from wizard.words.progress import silent

SMALL: dict[str, dict[str, Any]] = {
    "slow": {"seconds": 0.01},
    "huge": {"megabytes": 0.2},
    "429": {"retry_after": 0},
}
"""Faults that would cost time or memory, made cheap: the traffic is the same."""

SURVIVED = {"insufficient-claims", "slow"}
"""Faults after which a step is done all the same: with a better token, or later."""

SPECIAL = sorted((place, fault) for place in PARTS_OF_GRAPH for fault in FAULTS[place] - OF_GRAPH)


@pytest.fixture(scope="module")
def tenant() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as started:
        yield started


@pytest.fixture
def fresh(tenant: PracticeTenant) -> PracticeTenant:
    tenant.reset_entra()
    tenant.behave()
    tenant.forget_requests()
    return tenant


class Traffic:
    """A walk through every step there is, with a judge beside it."""

    def __init__(
        self, tenant: PracticeTenant, session: Session, keystore: Keystore, signed: Tenant
    ) -> None:
        self.tenant = tenant
        self.session = session
        self.keystore = keystore
        trusted = ssl.create_default_context(cafile=tenant.certificate())
        # Without repetition by the transport, which would really wait.
        connect = partial(transport.client, trusted=trusted, retries=False)
        self.entra = Tenant(tenant, signed.hours, connect)
        self.entra.signed_in = signed.signed_in
        self.judged: set[RecordedExchange] = set()

    @classmethod
    async def begin(cls, tenant: PracticeTenant, folder: Path) -> "Traffic":
        session, keystore = ready(tenant, folder)
        return cls(tenant, session, keystore, await signed_in(tenant, session))

    @property
    def hours(self) -> Hours:
        return self.entra.hours

    def steps(self) -> list[str]:
        """Return the steps that are done through Graph, in order."""
        every = {step.id: step for step in (*SETUP, *RENEWAL)}
        return [each.id for each in every.values() if issubclass(step_class(each), GraphStep)]

    async def do(self, step_id: str) -> None:
        """Look, and do what is offered, as somebody does who takes what is recommended."""
        if step_id in {step.id for step in RENEWAL}:
            await self._fetch_a_new_token()
        async with talking(self.entra) as graph:
            doing = action(self.tenant, self.keystore, step_id, self.session)
            found = await doing.look(self.session, graph)
            answers = await answered(doing, graph, found.questions)
            await doing.apply(self.session, graph, answers, silent)

    async def try_all(self) -> int:
        """Do every step, whatever comes of it; return how many could not be done."""
        failed = 0
        for step_id in self.steps():
            try:
                await self.do(step_id)
            except WizardError:
                failed += 1
            self.judge(step_id)
        return failed

    async def take_all_back(self) -> None:
        for made in undoable(self.session.journal):
            async with talking(self.entra) as graph:
                acting = taking_back(self.tenant, self.keystore, self.session)
                await take_back(self.session, graph, acting, made, NAMED)
            self.judge(f"undo of {made.step}")

    def judge(self, what: str) -> int:
        """Fail if the description holds anything against what was said since the last time."""
        said = self.tenant.exchanges()
        assert len(said) < EXCHANGES, "some were forgotten"
        assert entra.problems_of_traffic(self.tenant, self.judged) == [], what
        self.tenant.forget_requests()
        return len(said)

    async def _fetch_a_new_token(self) -> None:
        known = facts(days=46, organization_id=self.tenant.organization_id)
        token = SecretStr(sign_in(self.tenant).token)
        await self.keystore.write("default", Slot.PENDING, StoredToken(token=token, facts=known))


def test_what_every_step_says_and_hears_is_as_described(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        traffic = await Traffic.begin(fresh, tmp_path)
        for step_id in traffic.steps():
            if step_id == "mapping":
                edited(traffic.session)
            for _again in range(2):
                await traffic.do(step_id)
                assert traffic.judge(step_id), f"{step_id} says nothing to Graph"
            traffic.hours.pass_by(600)
        await traffic.take_all_back()
        methods = {exchange.method for exchange in traffic.judged}
        assert methods == METHODS

    asyncio.run(run())


@pytest.mark.parametrize("fault", sorted(OF_GRAPH))
def test_what_is_said_and_heard_when_graph_says_no_is_as_described(
    fault: str, fresh: PracticeTenant, tmp_path: Path
) -> None:
    """Every step, with every request of one kind failing in the same way."""

    async def run() -> None:
        traffic = await Traffic.begin(fresh, tmp_path)
        assert await traffic.try_all() == 0
        traffic.hours.pass_by(3_600)  # nothing is young any more
        failed = 0
        for method in ("GET", "POST", "PUT"):
            fresh.misbehave("graph", fault, method=method, **SMALL.get(fault, {}))
            failed += await traffic.try_all()
            fresh.behave()
            traffic.judge(f"{fault} of {method}")
        assert failed or fault in SURVIVED
        assert await traffic.try_all() == 0, "afterwards everything goes on"

    asyncio.run(run())


@pytest.mark.parametrize(("place", "fault"), SPECIAL)
def test_what_is_said_and_heard_when_the_tenant_is_odd_is_as_described(
    place: str, fault: str, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        traffic = await Traffic.begin(fresh, tmp_path)
        fresh.misbehave(place, fault)
        await traffic.try_all()
        traffic.hours.pass_by(3_600)
        await traffic.try_all()
        assert traffic.judged

    asyncio.run(run())


def test_the_judge_finds_what_is_not_as_described(fresh: PracticeTenant) -> None:
    administrator = entra.administrator(fresh)
    administrator.judged = False
    administrator.get("/applications?$tip=1")
    administrator.post("/applicationTemplates/x/instantiate", {"displayName": "x", "colour": 1})
    known: set[RecordedExchange] = set()
    problems = " ".join(entra.problems_of_traffic(fresh, known))
    assert "$tip is not described" in problems
    assert "colour is not described" in problems
    assert entra.problems_of_traffic(fresh, known) == []
