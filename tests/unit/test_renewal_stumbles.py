"""A keyring that stumbles while a token is put in force or thrown away loses none of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.sessions import NOW, PLACE, session_in, stored
from tests.stumbling import STUMBLES, Stumble, Stumbling
from wizard.errors import KeystoreError
from wizard.flow.renewal import begin_again, discard_pending, promote, settle
from wizard.flow.session import Session
from wizard.store.keystore import Keystore, Slot, StoredToken
from wizard.store.profiles import StepRecord

OLD, NEW, OLDER = stored("o" * 60, days=3), stored("n" * 60, days=45), stored("p" * 60, days=2)


@dataclass
class Ground:
    """A profile in the middle of a renewal, its keyring, and which tokens Webex accepts."""

    folder: Path
    backend: Stumbling
    alive: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        steps = {name: StepRecord(at=NOW) for name in ("new-token", "new-connection")}
        session_in(self.folder, token=OLD.facts, steps=steps, at_step="replacement")
        for slot, token in {"current": OLD, "pending": NEW, "retired": OLDER}.items():
            self.backend.set_password("webex-wizard", f"default/{slot}", token.to_secret())
            self.alive.add(token.token.get_secret_value()[0])

    async def revoke(self, token: SecretStr) -> str:
        self.alive.discard(token.get_secret_value()[0])
        return "is revoked"

    def held(self) -> dict[str, str]:
        self.backend.recover()
        found = {
            slot: self.backend.get_password("webex-wizard", f"default/{slot}") for slot in Slot
        }
        return {
            str(slot): StoredToken.model_validate_json(text).token.get_secret_value()[0]
            for slot, text in found.items()
            if text
        }

    async def do(self, doing: "Doing") -> None:
        await self._done(doing)

    async def _done(self, doing: "Doing") -> None:
        await doing(self, session_in(self.folder), Keystore(PLACE, backend=self.backend))


Doing = Callable[[Ground, Session, Keystore], Awaitable[object]]


async def promotion(ground: Ground, session: Session, keystore: Keystore) -> None:
    """Do what the step does, and the next start before it."""
    await settle(session, keystore, ground.revoke)
    if await keystore.read("default", Slot.PENDING) is not None:
        await promote(session, keystore, ground.revoke)


async def discarding(ground: Ground, session: Session, keystore: Keystore) -> None:
    """Throw the waiting token away, as the next start offers it."""
    await settle(session, keystore, ground.revoke)
    await discard_pending(session, keystore, ground.revoke)
    begin_again(session)


async def stumbled(
    tmp_path: Path, how: Stumble, doing: Doing, *, for_good: bool
) -> AsyncIterator[Ground]:
    """Yield what is left after a keyring has stumbled at each call of the same work."""
    number, ended = 0, False
    while not ended:
        number += 1
        ground = Ground(tmp_path / str(number), Stumbling(how))
        ground.backend.stumble(number, float("inf") if for_good else number)
        try:
            await ground.do(doing)
        except KeystoreError:
            yield ground
        ended = ground.backend.calls < number
    assert number > 10


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("how", STUMBLES[:4])
@pytest.mark.parametrize(("doing", "left"), [(promotion, "n"), (discarding, "o")])
async def test_every_token_is_findable_after_a_stumble_and_doing_it_again_ends_well(
    tmp_path: Path, how: Stumble, doing: Doing, left: str, for_good: bool
) -> None:
    async for ground in stumbled(tmp_path, how, doing, for_good=for_good):
        held = set(ground.held().values())
        assert ground.alive <= held, "a live token is lost"
        assert left in held
        await ground.do(doing)
        assert ground.held() == {"current": left}
        assert ground.alive == {left}
        profile = session_in(ground.folder).profile
        assert not profile.has_waiting_token
        assert profile.token == (NEW if left == "n" else OLD).facts
