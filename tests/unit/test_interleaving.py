"""Two windows and a keyring, in whatever order: they agree in the end, and no step is lost."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import SecretStr

from tests.sessions import NOW, PLACE, facts, session_in, tools
from wizard.errors import WizardError
from wizard.flow.plan import ORGANIZATION, RENEWAL, SETUP
from wizard.flow.renewal import begin_again, discard_pending, promote, settle
from wizard.flow.session import Session
from wizard.reports.status import standings
from wizard.steps.organization import OrganizationStep
from wizard.steps.token import TokenStep
from wizard.store.keystore import Keystore, MemoryBackend, Slot, StoredToken
from wizard.store.profiles import Profile, ProfileStore

ORGANIZATIONS = ("7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701", "e4a0f2d8-31b6-4c97-9f12-5ad0b7c6e802")
KEPT = ("prepare", "mapping", "scoping", "assignment", "scope")
"""Steps that nothing here unticks but the rule for it."""

INFO = {step.id: step for step in (*SETUP, *RENEWAL)}
windows = st.sampled_from([0, 1])


class TwoWindows(RuleBasedStateMachine):
    """Two sessions of one profile, over one folder and one keyring."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.keystore = Keystore(PLACE, backend=MemoryBackend())
        self.sessions: list[Session] = []
        self.ticked: set[str] = set()
        self.issued = 0
        self.alive: set[str] = set()
        self.runner = asyncio.Runner()

    def teardown(self) -> None:
        self.runner.close()
        shutil.rmtree(self.folder)

    @initialize()
    def open_both(self) -> None:
        """Both see the same: nothing, as two setups of one new profile do."""
        self.sessions = [session_in(self.folder), session_in(self.folder)]

    def done(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something; a refusal in words is an answer, too."""

        async def run() -> None:
            with suppress(WizardError):
                await work

        self.runner.run(run())

    def token(self, organization: str) -> StoredToken:
        self.issued += 1
        text = f"token-{self.issued:03}-{'x' * 30}"
        self.alive.add(text)
        known = facts(days=40 + self.issued, lifetime=400, organization_id=organization)
        return StoredToken(token=SecretStr(text), facts=known)

    async def revoke(self, token: SecretStr) -> str:
        self.alive.discard(token.get_secret_value())
        return "is revoked"

    def step(self, slot: Slot) -> TokenStep:
        name = "token" if slot is Slot.CURRENT else "new-token"
        step = tools(self.keystore, revoke=self.revoke).step(INFO[name])
        assert isinstance(step, TokenStep)
        return step

    @rule(at=windows, name=st.sampled_from(KEPT))
    def tick(self, at: int, name: str) -> None:
        self.sessions[at].tick(name)
        self.ticked.add(name)

    @rule(at=windows, name=st.sampled_from(KEPT))
    def untick(self, at: int, name: str) -> None:
        self.sessions[at].untick(name)
        self.ticked.discard(name)

    @rule(at=windows, place=st.sampled_from([*INFO]))
    def go(self, at: int, place: str) -> None:
        self.sessions[at].change(at_step=place, reached=(*self.sessions[at].profile.reached, place))

    @rule(at=windows)
    def begin_again(self, at: int) -> None:
        if self.runner.run(self.keystore.read("default", Slot.PENDING)) is None:
            begin_again(self.sessions[at])

    @rule(at=windows, organization=st.sampled_from(ORGANIZATIONS))
    def choose(self, at: int, organization: str) -> None:
        step = OrganizationStep(ORGANIZATION, tools())
        self.done(step.apply(self.sessions[at], organization))

    @rule(at=windows, slot=st.sampled_from([Slot.CURRENT, Slot.PENDING]), organization=windows)
    def store(self, at: int, slot: Slot, organization: int) -> None:
        token = self.token(ORGANIZATIONS[organization])
        self.done(self.step(slot).apply(self.sessions[at], token))

    @rule(at=windows)
    def promote(self, at: int) -> None:
        self.done(promote(self.sessions[at], self.keystore, self.revoke))

    @rule(at=windows)
    def discard(self, at: int) -> None:
        self.done(discard_pending(self.sessions[at], self.keystore, self.revoke))

    @rule(at=windows, slot=st.sampled_from([Slot.CURRENT, Slot.PENDING]))
    def enter(self, at: int, slot: Slot) -> None:
        self.done(self.step(slot).check(self.sessions[at]))

    @rule(slots=st.tuples(*[st.sampled_from([Slot.CURRENT, Slot.PENDING])] * 2))
    def both_at_once(self, slots: tuple[Slot, Slot]) -> None:
        """One window stores a token while the other one renews."""

        async def run() -> None:
            organization = self.sessions[0].profile.organization_id or ORGANIZATIONS[0]
            await asyncio.gather(
                self.step(slots[0]).apply(self.sessions[0], self.token(organization)),
                promote(self.sessions[1], self.keystore, self.revoke),
                self.step(slots[1]).check(self.sessions[1]),
                settle(self.sessions[0], self.keystore, self.revoke),
                return_exceptions=True,
            )

        self.runner.run(run())

    @invariant()
    def all_agree(self) -> None:
        store = ProfileStore(self.folder)
        profile = store.load("default")
        held = {slot: self.runner.run(self.keystore.read("default", slot)) for slot in Slot}
        self._profile_and_status_tell_what_is_in_force(store, profile, held[Slot.CURRENT])
        assert set(profile.steps if profile else ()) & set(KEPT) == self.ticked, "a step is lost"
        organizations = {token.facts.organization_id for token in held.values() if token}
        assert not profile or organizations <= {profile.organization_id}
        in_use = [token for slot, token in held.items() if token and slot is not Slot.RETIRED]
        assert {token.token.get_secret_value() for token in in_use} <= self.alive

    def _profile_and_status_tell_what_is_in_force(
        self, store: ProfileStore, profile: Profile | None, current: StoredToken | None
    ) -> None:
        if profile is None:
            assert current is None
            return
        assert profile.token == (current.facts if current else None)
        (found,) = standings(store, NOW)
        assert found.days_left == (current.facts.days_left(NOW) if current else None)


TwoWindows.TestCase.settings = settings(max_examples=settings().max_examples // 4)
test_two_windows = TwoWindows.TestCase
