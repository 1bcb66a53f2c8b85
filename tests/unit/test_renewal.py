"""A renewal that is cut off at any point loses no token and ends at the same place."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.sessions import NOW, PLACE, ended, session_in, stored, tools
from wizard.errors import KeystoreError, TokenRefused, TransportError
from wizard.flow.plan import RENEWAL, SETUP
from wizard.flow.renewal import (
    begin_again,
    discard_pending,
    promote,
    settle,
    validity,
)
from wizard.flow.session import Session
from wizard.net.endpoints import bundled
from wizard.options import Options
from wizard.steps.token import TokenStep
from wizard.store.journal import Action, Journal, JournalEntry
from wizard.store.keystore import Keystore, MemoryBackend, Slot, StoredToken
from wizard.store.profiles import Profile, ProfileStore, StepRecord
from wizard.workspace import Workspace

OLD, NEW, OLDER = stored("o" * 60, days=3), stored("n" * 60, days=45), stored("p" * 60, days=2)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Ground:
    """What outlives a process: keyring, files, and which tokens Webex accepts."""

    folder: Path
    backend: MemoryBackend = field(default_factory=MemoryBackend)
    alive: set[str] = field(default_factory=set)
    writes_left: float = float("inf")

    def written(self) -> None:
        """Count a write; the process ends after the last one."""
        self.writes_left -= 1
        if self.writes_left == 0:
            raise Killed

    def keystore(self) -> Keystore:
        return Keystore(PLACE, backend=_Counting(self))

    def session(self) -> Session:
        store = _CountingProfiles(self)
        profile = store.load("default") or Profile.new("default", NOW)
        return Session(profile, store, _CountingJournal(self), lambda: NOW)

    async def revoke(self, token: SecretStr) -> str:
        if token.get_secret_value() not in self.alive:
            return "was not valid any more"
        self.alive.remove(token.get_secret_value())
        self.written()
        return "is revoked"

    def put(self, slot: Slot, token: StoredToken) -> None:
        self.backend.set_password("webex-wizard", f"default/{slot}", token.to_secret())
        self.alive.add(token.token.get_secret_value())

    def held(self) -> dict[str, str]:
        """Return what is in the keyring, by slot."""
        found = {
            slot: self.backend.get_password("webex-wizard", f"default/{slot}") for slot in Slot
        }
        return {
            str(slot): StoredToken.model_validate_json(text).token.get_secret_value()[0]
            for slot, text in found.items()
            if text
        }


class _Counting(MemoryBackend):
    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def get_password(self, service: str, username: str) -> str | None:
        return self.ground.backend.get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.ground.backend.set_password(service, username, password)
        self.ground.written()

    def delete_password(self, service: str, username: str) -> None:
        self.ground.backend.delete_password(service, username)
        self.ground.written()


class _CountingProfiles(ProfileStore):
    def __init__(self, ground: Ground) -> None:
        super().__init__(ground.folder)
        self.ground = ground

    def save(self, profile: Profile) -> None:
        super().save(profile)
        self.ground.written()


class _CountingJournal(Journal):
    def __init__(self, ground: Ground) -> None:
        super().__init__(ground.folder / "default.journal")
        self.ground = ground

    def append(self, entry: JournalEntry) -> None:
        super().append(entry)
        self.ground.written()


Doing = Callable[[Session, Keystore, Any], Awaitable[object]]


def ground_in(folder: Path, **tokens: StoredToken) -> Ground:
    steps = {name: StepRecord(at=NOW) for name in ("new-token", "new-connection")}
    session_in(folder, token=OLD.facts, steps=steps, at_step="replacement")
    ground = Ground(folder)
    for slot, token in tokens.items():
        ground.put(Slot(slot), token)
    return ground


async def next_start(session: Session, keystore: Keystore, revoke: Any) -> None:
    """Do what `renew` does when it begins."""
    await settle(session, keystore, revoke)


async def promotion(session: Session, keystore: Keystore, revoke: Any) -> None:
    await next_start(session, keystore, revoke)
    if await keystore.read("default", Slot.PENDING) is not None:
        await promote(session, keystore, revoke)


async def discarding(session: Session, keystore: Keystore, revoke: Any) -> None:
    await next_start(session, keystore, revoke)
    await discard_pending(session, keystore, revoke)
    begin_again(session)


async def do(ground: Ground, doing: Doing) -> bool:
    """Do it in a process of its own; return whether it came to its end."""
    try:
        await _done(ground, doing)
    except Killed:
        return False
    finally:
        ground.writes_left = float("inf")
    return True


async def _done(ground: Ground, doing: Doing) -> None:
    await doing(ground.session(), ground.keystore(), ground.revoke)


async def every_crash(folder: Path, doing: Doing, **tokens: StoredToken) -> list[Ground]:
    """Cut the same work off after each of its writes, and return what was left each time."""
    left: list[Ground] = []
    while True:
        ground = ground_in(folder / str(len(left)), **tokens)
        ground.writes_left = len(left) + 1
        if await do(ground, doing):
            return left
        left.append(ground)


async def test_a_promotion_puts_the_new_token_in_force_and_revokes_the_old_one(
    tmp_path: Path,
) -> None:
    ground = ground_in(tmp_path, current=OLD, pending=NEW)
    session = ground.session()
    outcome = await promote(session, ground.keystore(), ground.revoke)
    assert outcome == "The old token is revoked."
    assert ground.held() == {"current": "n"}
    assert ground.alive == {"n" * 60}
    assert session.profile.token == NEW.facts
    assert not session.profile.has_waiting_token
    assert session.is_done("replacement")
    assert [entry.action for entry in session.history.entries] == ["promoted", "revoked"]


async def test_a_promotion_cut_off_anywhere_ends_at_the_same_place(tmp_path: Path) -> None:
    left = await every_crash(tmp_path, promotion, current=OLD, pending=NEW)
    assert len(left) >= 7
    for ground in left:
        slots = ground.held()
        assert ground.alive <= {letter * 60 for letter in slots.values()}, "a live token is lost"
        assert "n" in slots.values()
        assert await do(ground, promotion)
        assert ground.held() == {"current": "n"}
        assert ground.alive == {"n" * 60}
        profile = ground.session().profile
        assert profile.token == NEW.facts
        assert not profile.has_waiting_token


async def test_a_promotion_cut_off_and_then_thrown_away_keeps_what_is_in_force(
    tmp_path: Path,
) -> None:
    for ground in await every_crash(tmp_path, promotion, current=OLD, pending=NEW):
        was = ground.held()
        assert await do(ground, discarding)
        in_force = was.get("current", "n")
        assert ground.held() == {"current": in_force}
        assert in_force * 60 in ground.alive
        known = ground.session().profile.token
        assert known == (NEW if in_force == "n" else OLD).facts


async def test_throwing_away_cut_off_anywhere_ends_at_the_same_place(tmp_path: Path) -> None:
    left = await every_crash(tmp_path, discarding, current=OLD, pending=NEW)
    assert len(left) >= 5
    for ground in left:
        assert ground.alive <= {letter * 60 for letter in ground.held().values()}
        assert await do(ground, discarding)
        assert ground.held() == {"current": "o"}
        assert ground.alive == {"o" * 60}
        assert not ground.session().profile.has_waiting_token


async def test_a_first_token_is_promoted_without_an_old_one(tmp_path: Path) -> None:
    for ground in await every_crash(tmp_path, promotion, pending=NEW):
        assert await do(ground, promotion)
        assert ground.held() == {"current": "n"}
    ground = ground_in(tmp_path / "x", pending=NEW)
    session = ground.session()
    session.change(token=None)
    outcome = await promote(session, ground.keystore(), ground.revoke)
    assert outcome == "The keyring has no old token, so none was revoked."


async def test_an_old_token_that_the_keyring_lost_is_said_to_live_on(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, pending=NEW)
    session = ground.session()
    session.change(token=OLD.facts)
    assert await promote(session, ground.keystore(), ground.revoke) == (
        "The keyring has no old token, so none was revoked. The one of before is not here any "
        f"more, and stays {validity(OLD.facts)}."
    )


async def unreachable(_token: SecretStr) -> str:
    raise TransportError("Webex cannot be reached.")


async def test_an_old_token_that_cannot_be_revoked_waits_for_the_next_time(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, current=OLD, pending=NEW)
    outcome = await promote(ground.session(), ground.keystore(), unreachable)
    assert "Webex cannot be reached. It stays valid until 2026-11-26" in outcome
    assert ground.held() == {"current": "n", "retired": "o"}
    said = await settle(ground.session(), ground.keystore(), ground.revoke)
    assert said == "The old token is revoked."
    assert ground.held() == {"current": "n"}


async def test_a_replaced_token_lives_until_somebody_says_that_entra_has_another(
    tmp_path: Path,
) -> None:
    ground = ground_in(tmp_path, current=NEW, retired=OLD)
    session = ground.session()
    space = Workspace(Options(), bundled(), ground.keystore(), session.profiles, ground.revoke)
    assert await space.settle(session) == ""
    assert ground.alive == {"o" * 60, "n" * 60}
    session.tick("credentials")
    assert await space.settle(session) == "The old token is revoked."
    assert ground.alive == {"n" * 60}


async def test_a_new_token_that_cannot_be_revoked_is_kept_for_later(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, current=OLD, pending=NEW)
    said = await discard_pending(ground.session(), ground.keystore(), unreachable)
    assert said.startswith("The new token could not be revoked")
    assert ground.held() == {"current": "o", "retired": "n"}


async def test_an_older_token_that_still_waits_is_revoked_first(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, current=OLD, pending=NEW, retired=OLDER)
    await promote(ground.session(), ground.keystore(), ground.revoke)
    assert ground.alive == {"n" * 60}


async def test_an_older_token_that_must_give_way_is_in_the_journal(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, current=OLD, pending=NEW, retired=OLDER)
    session = ground.session()
    said = await promote(session, ground.keystore(), unreachable)
    assert ground.held() == {"current": "n", "retired": "o"}
    assert "An earlier token was not revoked. It stays valid until 2026-11-25." in said
    given_up = next(entry for entry in session.history.entries if entry.action == "given up")
    assert given_up.details["expires_at"].startswith("2026-11-25")


async def test_without_a_new_token_nothing_is_promoted_or_thrown_away(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, current=OLD)
    with pytest.raises(KeystoreError) as caught:
        await promote(ground.session(), ground.keystore(), ground.revoke)
    assert caught.value.code == "no-pending-token"
    said = await discard_pending(ground.session(), ground.keystore(), ground.revoke)
    assert said == "There was no new token waiting."
    assert ground.held() == {"current": "o"}


async def test_a_token_that_expired_while_it_waited_is_not_promoted(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, current=OLD, pending=stored("n" * 60, days=-1))
    with pytest.raises(TokenRefused) as caught:
        await promote(ground.session(), ground.keystore(), ground.revoke)
    assert caught.value.code == "token-expired"
    assert ground.held() == {"current": "o", "pending": "n"}


async def test_a_keyring_that_fails_leaves_the_old_token_in_force(tmp_path: Path) -> None:
    class Full(MemoryBackend):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise OSError("full")

    ground = ground_in(tmp_path, current=OLD, pending=NEW)
    full = Full()
    vars(full).update(vars(ground.backend))
    with pytest.raises(KeystoreError):
        await promote(ground.session(), Keystore(PLACE, backend=full), ground.revoke)
    assert ground.held() == {"current": "o", "pending": "n"}
    assert ground.alive == {"o" * 60, "n" * 60}


def test_beginning_again_forgets_the_renewal_and_not_the_setup(tmp_path: Path) -> None:
    everything = {step.id: StepRecord(at=NOW) for step in (*SETUP, *RENEWAL)}
    session = session_in(tmp_path, steps=everything, at_step="renewed")
    begin_again(session)
    assert set(session.profile.steps) == {step.id for step in SETUP}
    assert session.profile.at_step == "new-token"


@pytest.mark.parametrize(
    ("slot", "other"), [(Slot.CURRENT, Slot.PENDING), (Slot.PENDING, Slot.CURRENT)]
)
async def test_storing_over_a_token_cut_off_anywhere_loses_neither(
    tmp_path: Path, slot: Slot, other: Slot
) -> None:
    info = SETUP[2] if slot is Slot.CURRENT else RENEWAL[0]

    async def storing(session: Session, keystore: Keystore, revoke: Any) -> None:
        step = tools(keystore, revoke=revoke).step(info)
        assert isinstance(step, TokenStep)
        await step.apply(session, NEW)

    left = await every_crash(tmp_path, storing, **{slot: OLD, other: OLDER})
    for ground in left:
        ground.alive.add("n" * 60)
        assert {"o", "p"} <= set(ground.held().values())
        assert await do(ground, storing)
        assert ground.held() == {slot: "n", other: "p", "retired": "o"}
        assert await do(ground, next_start)
        assert ground.alive == {"n" * 60, "p" * 60}


@pytest.mark.parametrize("has_renewed", [False, True])
async def test_a_token_that_goes_on_waiting_is_put_in_force_and_not_revoked(
    tmp_path: Path, has_renewed: bool
) -> None:
    """Another was about to take its place; or the discarding of what Entra may have was cut off."""
    ground = ground_in(tmp_path, current=OLD, pending=NEW, retired=NEW)
    session = ground.session()
    if has_renewed:
        await session.log("replacement", Action.RENEWED, "token")
        assert await settle(session, ground.keystore(), ground.revoke) == (
            "The keyring has no old token, so none was revoked."
        )
    await promote(session, ground.keystore(), ground.revoke)
    assert ground.held() == {"current": "n"}
    assert ground.alive == {"n" * 60}


def test_a_damaged_journal_may_hide_that_entra_has_the_new_token(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    ended(session.log("replacement", Action.RENEWED, "token", service_principal_id="p"))
    assert session.history.may_be_in_entra
    file = session.journal.file
    file.write_bytes(file.read_bytes().replace(b"renewed", b"renexed"))
    assert session.history.may_be_in_entra
    ended(session.log("replacement", Action.PROMOTED, "new token"))
    assert not session.history.may_be_in_entra
    with file.open("ab") as stream:
        stream.write(b'{"at":"2026-11')  # a crash before anything was sent
    assert not session.history.may_be_in_entra
