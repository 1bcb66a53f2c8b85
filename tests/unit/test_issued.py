"""A token that was issued is stored, revoked, or said to live until its date; never dropped."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.sessions import NOW, ORGANIZATION, PLACE, session_in, stored, tools, webex_token
from tests.stumbling import STUMBLES, Stumble, Stumbling
from wizard.errors import KeystoreError, ProfileError, TokenRefused, TransportError, WizardError
from wizard.flow.plan import RENEWAL, SETUP
from wizard.flow.renewal import promote, settle, waiting_token
from wizard.flow.session import Session, State
from wizard.net.endpoints import bundled, override
from wizard.oauth.webex.implicit import AuthorizationResponse
from wizard.reports.status import standing
from wizard.steps.issued import Issued
from wizard.steps.token import TokenStep
from wizard.store.journal import Action
from wizard.store.keystore import Keystore, Slot, StoredToken
from wizard.store.profiles import StepRecord

OFFLINE = override(bundled(), {"webex": {"api_base": ""}})
"""Nobody is asked whose token it is."""
STEPS = {Slot.CURRENT: SETUP[2], Slot.PENDING: RENEWAL[0]}
SLOTS = pytest.mark.parametrize("slot", list(STEPS))
TOKEN = f"{'a' * 64}_PF84_{ORGANIZATION}"
LIVES = "It stays valid until 2027-01-07."


@dataclass
class Ground:
    """A profile, a keyring that may stumble, and Webex, which knows what it has revoked."""

    folder: Path
    slot: Slot
    backend: Stumbling = field(default_factory=Stumbling)
    revoked: set[str] = field(default_factory=set)
    is_reachable: bool = True

    def started(self) -> tuple[Session, TokenStep]:
        """Start the program."""
        space = tools(self.keystore(), endpoints=OFFLINE, revoke=self.revoke)
        step = space.step(STEPS[self.slot])
        assert isinstance(step, TokenStep)
        return session_in(self.folder), step

    def keystore(self) -> Keystore:
        return Keystore(PLACE, backend=self.backend)

    async def revoke(self, token: SecretStr) -> str:
        if not self.is_reachable:
            raise TransportError("There is no way from this machine to Webex.")
        self.revoked.add(token.get_secret_value())
        return "is revoked"

    def put(self, slot: Slot, token: StoredToken) -> None:
        self.backend.set_password("webex-wizard", f"default/{slot}", token.to_secret())

    def held(self) -> dict[str, str]:
        """Return what is in the keyring, by slot."""
        self.backend.recover()
        found = {
            slot: self.backend.get_password("webex-wizard", f"default/{slot}") for slot in Slot
        }
        return {
            str(slot): StoredToken.model_validate_json(text).token.get_secret_value()
            for slot, text in found.items()
            if text
        }


@pytest.fixture
def ground(tmp_path: Path, slot: Slot) -> Ground:
    return Ground(tmp_path, slot)


def response(token: str = TOKEN, *, ours: bool = True) -> AuthorizationResponse:
    return AuthorizationResponse(SecretStr(token), 45 * 86400, None, ours)


async def arrived(step: TokenStep, session: Session, token: str = TOKEN) -> Issued:
    """Have a token in hand, judged."""
    issued = step.issued(session)
    await issued.ready()
    issued.take(response(token))
    await issued.judge(lambda _: None)
    return issued


async def stumbles(
    tmp_path: Path, slot: Slot, how: Stumble, *, has_other: bool
) -> AsyncIterator[tuple[Ground, Session, Issued]]:
    """Yield a ground for each call of the keyring while a token is stored, stumbling there."""
    number, ended = 0, False
    while not ended:
        number += 1
        ground = Ground(tmp_path / str(number), slot, Stumbling(how))
        if has_other:
            ground.put(slot, stored("o" * 60, days=30))
        session, step = ground.started()
        issued = await arrived(step, session)
        ground.backend.stumble(number)
        try:
            await issued.keep()
        except KeystoreError:
            yield ground, session, issued
        else:
            ended = ground.backend.calls < number
            assert ended or not issued.in_hand
    assert number > (4 if has_other else 3)


@SLOTS
@pytest.mark.parametrize("has_other", [False, True])
@pytest.mark.parametrize("how", STUMBLES)
async def test_a_token_that_the_keyring_stumbled_over_is_stored_when_asked_again(
    tmp_path: Path, slot: Slot, how: Stumble, has_other: bool
) -> None:
    async for ground, session, issued in stumbles(tmp_path, slot, how, has_other=has_other):
        assert issued.in_hand
        ground.backend.recover()
        await issued.keep()
        assert await issued.give_up() == ""
        assert ground.held() == {slot: TOKEN} | ({"retired": "o" * 60} if has_other else {})
        assert session.is_done(STEPS[slot].id)
        assert session.profile.storing is None
        assert ground.revoked == set()


@SLOTS
@pytest.mark.parametrize("has_other", [False, True])
@pytest.mark.parametrize("how", STUMBLES)
async def test_a_token_that_is_given_up_after_a_stumble_is_found_or_revoked(
    tmp_path: Path, slot: Slot, how: Stumble, has_other: bool
) -> None:
    async for ground, session, issued in stumbles(tmp_path, slot, how, has_other=has_other):
        ground.backend.recover()
        said = await issued.give_up()
        assert not issued.in_hand
        held = ground.held()
        if held.get(slot) == TOKEN:
            assert said == "The token is in the keyring after all."
            assert session.is_done(STEPS[slot].id)
            assert ground.revoked == set()
        else:
            assert said == "The token that came is revoked."
            assert ground.revoked == {TOKEN}
        assert session.profile.storing is None
        assert not has_other or "o" * 60 in held.values()
        goes_on = held.get(slot)
        assert has_other or goes_on in {None, TOKEN}
        await settle(session, ground.keystore(), ground.revoke)
        if slot is Slot.PENDING and goes_on is not None:
            await promote(session, ground.keystore(), ground.revoke)
            assert ground.held() == {"current": goes_on}
        assert goes_on not in ground.revoked, "what goes on waiting is not what was replaced"


@SLOTS
@pytest.mark.parametrize("has_other", [False, True])
@pytest.mark.parametrize("how", STUMBLES)
@pytest.mark.parametrize("looks_first", [False, True])
async def test_the_next_start_knows_what_became_of_a_token_that_was_left_in_doubt(
    tmp_path: Path, slot: Slot, how: Stumble, has_other: bool, looks_first: bool
) -> None:
    async for ground, session, issued in stumbles(tmp_path, slot, how, has_other=has_other):
        said = await issued.give_up()
        told = standing(session.profile, NOW)
        if how == "forgets":  # it says that nothing is there, which is an answer
            assert ground.revoked == {TOKEN}
            continue
        assert LIVES in said
        assert ground.revoked == set()
        was_asked = session.profile.storing is not None
        assert was_asked is ("nobody knows yet whether it is there" in told.attention)
        held = ground.held()
        again, step = ground.started()
        if not looks_first:
            await settle(again, ground.keystore(), ground.revoke)
        finding = await step.check(again)
        if looks_first:
            await settle(again, ground.keystore(), ground.revoke)
        assert again.profile.storing is None
        if held.get(slot) == TOKEN:
            assert finding.state is State.DONE
            assert "did not reach" not in finding.text
            assert again.is_done(STEPS[slot].id)
        elif was_asked:
            assert "did not reach the keyring" in finding.text
            assert "stays valid until 2027-01-07" in finding.text
        if has_other and held.get(slot) != TOKEN:
            assert ground.held()[slot] == "o" * 60, "what it should have replaced goes on"
            assert ground.revoked == set()


@pytest.mark.parametrize(
    ("reached", "is_reachable", "said"),
    [
        ("token", True, "An earlier token is revoked."),
        ("token", False, "There is no way from this machine to Webex. It stays valid until 2027"),
        ("credentials", True, "not revoked, because it may be in use. It stays valid until 2027-"),
    ],
)
async def test_the_first_of_three_tokens_is_revoked_or_told_about(
    tmp_path: Path, reached: str, is_reachable: bool, said: str
) -> None:
    ground = Ground(tmp_path, Slot.CURRENT)
    session, step = ground.started()
    session.change(reached=(reached,))
    ground.is_reachable = is_reachable
    first, *others = (f"{letter * 64}_PF84_{ORGANIZATION}" for letter in "abc")
    told = [await (await arrived(step, session, token)).keep() for token in (first, *others)]
    assert told[:2] == ["", ""]
    assert said in told[2]
    assert ground.revoked == ({first} if told[2].endswith("is revoked.") else set())
    assert ground.held() == {"current": others[1], "retired": others[0]}


@SLOTS
@pytest.mark.parametrize("trouble", ["profile-gone", "profile-damaged"])
async def test_a_token_that_never_reached_the_keyring_is_not_said_to_be_in_it(
    ground: Ground, trouble: str
) -> None:
    session, step = ground.started()
    session.change(organization_id=ORGANIZATION)
    issued = await arrived(step, session)
    if trouble == "profile-gone":
        session.profiles.delete("default")
    else:
        session.profiles.path("default").write_text("{")
    with pytest.raises(ProfileError) as caught:
        await issued.keep()
    assert caught.value.code == trouble
    assert await issued.give_up() == "The token that came is revoked."
    assert ground.revoked == {TOKEN}
    assert ground.held() == {}


async def test_a_token_that_another_window_has_put_in_force_is_not_revoked(tmp_path: Path) -> None:
    ground = Ground(tmp_path, Slot.PENDING, Stumbling("does and refuses"))
    session, step = ground.started()
    issued = await arrived(step, session)
    ground.backend.stumble()
    with pytest.raises(KeystoreError):
        await issued.keep()
    ground.backend.recover()
    ground.put(Slot.CURRENT, stored(TOKEN))
    ground.backend.delete_password("webex-wizard", "default/pending")
    assert await issued.give_up() == "The token is in the keyring after all."
    assert ground.revoked == set()


@SLOTS
async def test_a_token_that_is_not_kept_is_revoked(ground: Ground) -> None:
    session, step = ground.started()
    issued = await arrived(step, session)
    assert await issued.give_up() == "The token that came is revoked."
    assert ground.revoked == {TOKEN}
    assert await issued.give_up() == "", "once"


@SLOTS
async def test_a_token_that_cannot_be_revoked_is_said_to_live_until_its_date(
    ground: Ground,
) -> None:
    session, step = ground.started()
    issued = await arrived(step, session)
    ground.is_reachable = False
    said = await issued.give_up()
    assert "could not be revoked: There is no way from this machine to Webex." in said
    assert LIVES in said


@SLOTS
@pytest.mark.parametrize("place", list(Slot))
async def test_a_token_that_the_keyring_has_is_never_revoked(ground: Ground, place: Slot) -> None:
    ground.put(place, stored(TOKEN))
    session, step = ground.started()
    issued = step.issued(session)
    await issued.ready()
    issued.take(response())
    said = await issued.give_up()
    assert said == "The token was in the keyring before, and stays there."
    assert ground.revoked == set()
    assert ground.held() == {place: TOKEN}


@SLOTS
async def test_a_token_is_not_revoked_while_nobody_knows_whether_it_is_in_force(
    ground: Ground,
) -> None:
    ground.put(Slot.CURRENT, stored(TOKEN))
    session, step = ground.started()
    issued = step.issued(session)
    issued.take(response())
    ground.backend.stumble()
    said = await issued.give_up()
    assert "The keyring is locked." in said
    assert LIVES in said
    assert ground.revoked == set()


@SLOTS
async def test_a_pasted_token_that_may_be_in_use_is_told_about_and_not_revoked(
    ground: Ground,
) -> None:
    session, step = ground.started()
    issued = step.issued(session)
    issued.take(response(ours=False))
    said = await issued.give_up()
    assert "may be in use" in said
    assert LIVES in said
    assert ground.revoked == set()


@SLOTS
@pytest.mark.parametrize("ours", [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("at_the_end", [False, True])
async def test_of_two_tokens_at_once_the_second_is_revoked_or_told_about(
    ground: Ground, ours: tuple[bool, bool], at_the_end: bool
) -> None:
    session, step = ground.started()
    issued = step.issued(session)
    tokens = (TOKEN, f"{'b' * 64}_PF84_{ORGANIZATION}")
    for token, is_ours in zip(tokens, ours, strict=True):
        issued.take(response(token, ours=is_ours))
    kept, other = tokens if ours != (False, True) else tokens[::-1]
    is_proven = all(ours)
    if at_the_end:
        said = await issued.give_up()
        assert ground.revoked == ({kept} if any(ours) else set()) | (
            {other} if is_proven else set()
        )
        assert not issued.in_hand
    else:
        said = await issued.give_up_others()
        assert ground.revoked == ({other} if is_proven else set())
        await issued.judge(lambda _: None)
        await issued.keep()
        assert ground.held() == {ground.slot: kept}
    told = "The second token that came is revoked." if is_proven else "The pasted second token was"
    assert f"Two tokens came in the same moment. {told}" in said
    assert is_proven or LIVES in said
    assert await issued.give_up_others() == "", "once"


@SLOTS
@pytest.mark.parametrize("ours", [(True, False), (False, True)])
async def test_one_token_that_came_both_ways_is_one(
    ground: Ground, ours: tuple[bool, bool]
) -> None:
    session, step = ground.started()
    issued = step.issued(session)
    for is_ours in ours:
        issued.take(response(ours=is_ours))
    assert await issued.give_up_others() == ""
    assert ground.revoked == set()
    assert await issued.give_up() == "The token that came is revoked."


@SLOTS
async def test_a_token_of_another_organization_is_revoked_with_the_refusal(ground: Ground) -> None:
    session, step = ground.started()
    session.change(organization_id=ORGANIZATION)
    issued = step.issued(session)
    other = webex_token()
    issued.take(response(other))
    with pytest.raises(TokenRefused) as caught:
        await issued.judge(lambda _: None)
    assert caught.value.code == "organization-mismatch"
    assert "The token that came is revoked." in str(caught.value)
    assert ground.revoked == {other}
    assert not issued.in_hand


@SLOTS
async def test_a_token_stays_in_hand_while_the_keyring_cannot_be_asked_about_it(
    ground: Ground,
) -> None:
    session, step = ground.started()
    issued = step.issued(session)
    await issued.ready()
    issued.take(response())
    ground.backend.stumble()
    with pytest.raises(WizardError):
        await issued.judge(lambda _: None)
    assert issued.in_hand
    ground.backend.recover()
    await issued.judge(lambda _: None)
    await issued.keep()
    assert ground.held() == {ground.slot: TOKEN}


async def test_a_renewal_given_the_token_in_force_says_so_and_changes_nothing(
    tmp_path: Path,
) -> None:
    ground = Ground(tmp_path, Slot.PENDING)
    known = stored(TOKEN, days=20)
    ground.put(Slot.CURRENT, known)
    session, step = ground.started()
    session.change(token=known.facts)
    before = session.profile
    issued = step.issued(session)
    issued.take(response())
    with pytest.raises(TokenRefused) as caught:
        await issued.judge(lambda _: None)
    assert caught.value.code == "token-in-force"
    assert f"{known.facts.expires_at:%Y-%m-%d}" in caught.value.message
    assert ground.held() == {"current": TOKEN}
    assert ground.revoked == set()
    assert session.profile == before


@pytest.mark.parametrize(("slot", "place"), [("current", "current"), ("pending", "pending")])
async def test_a_token_that_comes_again_keeps_its_known_date(
    tmp_path: Path, slot: str, place: str
) -> None:
    ground = Ground(tmp_path, Slot(slot))
    known = stored(TOKEN, days=20)
    ground.put(Slot(place), known)
    session, step = ground.started()
    issued = await arrived(step, session)
    assert issued.judged is not None
    assert issued.judged.facts.expires_at == known.facts.expires_at == NOW + timedelta(days=20)
    assert issued.judged.facts.obtained_at == known.facts.obtained_at
    assert ("Known", "already in the keyring; its date stays as it was") in issued.described()
    await issued.keep()
    found = await ground.keystore().read("default", Slot(place))
    assert found is not None
    assert found.facts.expires_at == known.facts.expires_at


@SLOTS
async def test_a_token_that_waits_to_be_revoked_is_not_taken_again(ground: Ground) -> None:
    ground.put(Slot.RETIRED, stored(TOKEN))
    session, step = ground.started()
    issued = step.issued(session)
    issued.take(response())
    with pytest.raises(TokenRefused) as caught:
        await issued.judge(lambda _: None)
    assert caught.value.code == "token-replaced"
    assert ground.held() == {"retired": TOKEN}


@pytest.mark.parametrize(
    ("current", "renewed", "words"),
    [
        ("", False, "There is no other token in the keyring."),
        ("o" * 60, False, "is in force, unless you have pasted the new one into Entra."),
        ("o" * 60, True, "so Entra may use it already."),
        ("n" * 60, False, "It is in force already; going on ends the renewal."),
    ],
)
async def test_of_a_waiting_token_only_what_is_known_is_said(
    tmp_path: Path, current: str, renewed: bool, words: str
) -> None:
    ground = Ground(tmp_path, Slot.PENDING)
    ground.put(Slot.PENDING, stored("n" * 60))
    if current:
        ground.put(Slot.CURRENT, stored(current))
    session = session_in(tmp_path, steps={"new-token": StepRecord(at=NOW)})
    if renewed:
        await session.log("replacement", Action.RENEWED, "token")
    told = await waiting_token(session, ground.keystore())
    assert words in told
    assert "old" not in told


@SLOTS
@pytest.mark.parametrize(
    ("scope", "serves"),
    [
        (("spark:people_read",), False),
        (("Identity:SCIM", "spark:people_read"), True),
        (None, True),
    ],
)
async def test_only_a_token_that_may_serve_is_kept_without_being_asked_for(
    ground: Ground, scope: tuple[str, ...] | None, serves: bool
) -> None:
    session, step = ground.started()
    issued = step.issued(session)
    await issued.ready()
    issued.take(AuthorizationResponse(SecretStr(TOKEN), 45 * 86400, scope, True))
    assert issued.may_serve
    await issued.judge(lambda _: None)
    assert issued.may_serve is serves
