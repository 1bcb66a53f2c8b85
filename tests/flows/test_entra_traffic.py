"""Everything this program says to Graph, and hears, is as Microsoft describes it.

The steps come from the plans of the setup and of the renewal, and the faults from the practice
tenant's own table, so that what joins them is judged as well. Signing in is not Graph's.
"""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest
from pydantic import SecretStr

from tests import entra
from tests.entra_actions import Tenant, Wizard, edited
from tests.practice import sign_in
from tests.practice_here import PracticeHere
from tests.sessions import facts
from wizard.errors import WizardError
from wizard.flow.plan import RENEWAL, SETUP
from wizard.flow.session import Session
from wizard.practice.faults import FAULTS, METHODS, OF_GRAPH, PARTS_OF_GRAPH
from wizard.practice.process import PracticeTenant
from wizard.practice.recorder import EXCHANGES, RecordedExchange
from wizard.steps.base import GraphStep, step_class
from wizard.store.keystore import Keystore, Slot, StoredToken

SMALL: dict[str, dict[str, Any]] = {
    "slow": {"seconds": 0.01},
    "huge": {"megabytes": 0.2},
    "429": {"retry_after": 0},
}
"""Faults that would cost time or memory, made cheap: the traffic is the same."""

SURVIVED = {"insufficient-claims", "slow"}
"""Faults after which a step is done all the same: with a better token, or later."""

SPECIAL = sorted((place, fault) for place in PARTS_OF_GRAPH for fault in FAULTS[place] - OF_GRAPH)


class Traffic(Wizard):
    """A walk through every step there is, with a judge beside it."""

    asked_with: ClassVar[dict[str, set[str]]] = defaultdict(set)
    """The methods that a step was seen to ask with."""

    judged: ClassVar[set[RecordedExchange]] = set()
    """What was said in any walk: many say the same."""

    def __init__(
        self, practice: PracticeTenant, session: Session, keystore: Keystore, entra: Tenant
    ) -> None:
        # Without repetition by the transport, which would really wait.
        patient, entra = entra, Tenant(practice, entra.hours, retries=False)
        entra.signed_in = patient.signed_in
        super().__init__(practice, session, keystore, entra)

    @classmethod
    async def done(cls, practice: PracticeHere, folder: Path) -> Self:
        """Return one that has done every step, and nothing is young any more."""

        async def make(first: Self) -> None:
            assert await first.try_all() == []
            first.hours.pass_by(3_600)

        return await cls.after(practice, folder, "every step", make)

    def steps(self) -> list[str]:
        """Return the steps that are done through Graph, in order."""
        every = {step.id: step for step in (*SETUP, *RENEWAL)}
        return [each.id for each in every.values() if issubclass(step_class(each), GraphStep)]

    async def do(self, step_id: str) -> None:
        """Look, and do what is offered, as somebody does who takes what is recommended."""
        if step_id in {step.id for step in RENEWAL}:
            await self._fetch_a_new_token()
        await self.apply(step_id)

    async def try_all(self, chosen: Iterable[str] = ()) -> list[str]:
        """Do every step, or some, whatever comes of it; return which could not be done."""
        failed = []
        for step_id in chosen or self.steps():
            try:
                await self.do(step_id)
            except WizardError:
                failed.append(step_id)
            self.judge(step_id)
        return failed

    def judge(self, what: str) -> int:
        """Fail if the description holds anything against what was said since the last time."""
        said = self.practice.exchanges()
        assert len(said) < EXCHANGES, "some were forgotten"
        assert entra.problems_of_traffic(self.practice, said, self.judged) == [], what
        self.asked_with[what].update(exchange.method for exchange in said)
        self.practice.forget_requests()
        return len(said)

    async def _fetch_a_new_token(self) -> None:
        known = facts(days=46, organization_id=self.practice.organization_id)
        token = SecretStr(sign_in(self.practice).token)
        await self.keystore.write("default", Slot.PENDING, StoredToken(token=token, facts=known))


async def test_what_every_step_says_and_hears_is_as_described(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    traffic = await Traffic.started(fresh, tmp_path)
    for step_id in traffic.steps():
        if step_id == "mapping":
            edited(traffic.session)
        for _again in range(2):
            await traffic.do(step_id)
            assert traffic.judge(step_id), f"{step_id} says nothing to Graph"
        traffic.hours.pass_by(600)
    for made in traffic.session.history.undoable:
        await traffic.take_back(made)
        traffic.judge(f"undo of {made.step}")
    assert set().union(*traffic.asked_with.values()) == METHODS


@pytest.mark.thorough
@pytest.mark.parametrize("fault", sorted(OF_GRAPH))
async def test_what_is_said_and_heard_when_graph_says_no_is_as_described(
    fault: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    """Every step that asks so, with every request of one kind failing in the same way."""

    traffic = await Traffic.done(fresh, tmp_path)
    failed: dict[str, list[str]] = {}
    for method in ("GET", "POST", "PUT"):
        fresh.misbehave("graph", fault, method=method, **SMALL.get(fault, {}))
        asking = [each for each in traffic.steps() if method in traffic.asked_with[each]]
        failed[method] = await traffic.try_all(asking)
        fresh.behave()
        traffic.judge(f"{fault} of {method}")
    assert failed["GET"] or fault in SURVIVED
    # What could not even look has begun nothing; what could not write may have.
    begun = [each for each in traffic.steps() if each in {*failed["POST"], *failed["PUT"]}]
    assert not begun or await traffic.try_all(begun) == [], "afterwards everything goes on"


@pytest.mark.thorough
@pytest.mark.parametrize(("place", "fault"), SPECIAL)
async def test_what_is_said_and_heard_when_the_tenant_is_odd_is_as_described(
    place: str, fault: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    traffic = await Traffic.started(fresh, tmp_path)
    fresh.misbehave(place, fault)
    await traffic.try_all()
    traffic.hours.pass_by(3_600)
    await traffic.try_all()
    assert traffic.asked_with["application"]


def test_the_judge_finds_what_is_not_as_described(fresh: PracticeHere) -> None:
    administrator = entra.administrator(fresh)
    administrator.judged = False
    administrator.get("/applications?$tip=1")
    administrator.post("/applicationTemplates/x/instantiate", {"displayName": "x", "colour": 1})
    known: set[RecordedExchange] = set()
    problems = " ".join(entra.problems_of_traffic(fresh, judged=known))
    assert "$tip is not described" in problems
    assert "colour is not described" in problems
    assert entra.problems_of_traffic(fresh, judged=known) == []
