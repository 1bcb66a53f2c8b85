"""Two windows on one profile lose nothing of each other, whatever order they work in."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.sessions import NOW, ORGANIZATION, facts, memory_keystore, session_in, stored, tools
from wizard.errors import InvalidInput, ProfileError, TokenRefused
from wizard.flow.plan import ORGANIZATION as ORGANIZATION_STEP
from wizard.flow.plan import RENEWAL, SETUP
from wizard.flow.renewal import begin_again, discard_pending, promote, settle, settle_unused
from wizard.flow.session import Flow, Session
from wizard.net.endpoints import bundled
from wizard.options import Options
from wizard.reports.status import standing
from wizard.steps.job_health import outdate_health
from wizard.steps.organization import OrganizationStep
from wizard.steps.replacement import ReplacementStep
from wizard.steps.token import TokenStep
from wizard.store.job_health import JobHealth
from wizard.store.journal import Action
from wizard.store.keystore import Slot
from wizard.store.locks import turn
from wizard.store.profiles import EntraFacts, Profile, ProfileStore, StepRecord
from wizard.store.test_record import TestRecord
from wizard.workspace import Workspace

OTHER = "e4a0f2d8-31b6-4c97-9f12-5ad0b7c6e802"


def two(folder: Path, **changes: Any) -> tuple[Session, Session]:
    """Return two windows that saw the same profile."""
    return session_in(folder, **changes), session_in(folder)


def on_disk(folder: Path) -> Profile:
    profile = ProfileStore(folder).load("default")
    assert profile is not None
    return profile


async def revoked(_token: object) -> str:
    return "is revoked"


def token_step() -> TokenStep:
    info = next(step for step in SETUP if step.id == "token")
    return TokenStep(info, tools())


def test_a_step_ticked_in_one_window_stays_when_the_other_saves(tmp_path: Path) -> None:
    one, other = two(tmp_path, at_step="prepare")
    one.tick("mapping", "mine")
    other.tick("scoping")
    other.change(at_step="scope", reached=("prepare", "scope"))
    one.change(reached=("prepare", "mapping"))
    assert set(on_disk(tmp_path).steps) == {"mapping", "scoping"}
    assert on_disk(tmp_path).steps["mapping"].note == "mine"
    assert on_disk(tmp_path).at_step == "scope"
    assert set(on_disk(tmp_path).reached) == {"prepare", "scope", "mapping"}
    assert one.profile == on_disk(tmp_path)


def test_a_step_that_is_not_done_any_more_is_not_whoever_ticked_it(tmp_path: Path) -> None:
    one, other = two(tmp_path, at_step="token")
    one.tick("credentials")
    other.untick("connection", "credentials")
    assert on_disk(tmp_path).steps == {}


def test_a_note_of_another_window_outlives_a_tick_without_one(tmp_path: Path) -> None:
    one, other = two(tmp_path, at_step="sign-in")
    one.tick("sign-in", "by hand")
    other.tick_seen("sign-in")
    assert on_disk(tmp_path).steps["sign-in"].note == "by hand"


def test_a_window_left_open_never_brings_back_an_old_token(tmp_path: Path) -> None:
    one, other = two(tmp_path, organization_id=ORGANIZATION, token=facts(days=347, lifetime=365))
    other.change(token=facts(days=58, lifetime=58))
    one.tick("mapping")
    one.change(at_step="watch")
    assert standing(on_disk(tmp_path), NOW).days_left == 58
    assert one.profile.token == facts(days=58, lifetime=58)


def test_a_renewal_that_begins_again_unticks_what_another_window_ticked(tmp_path: Path) -> None:
    one, other = two(tmp_path, at_step="token")
    other.tick("new-token")
    other.tick("mapping")
    begin_again(one)
    assert set(on_disk(tmp_path).steps) == {"mapping"}


def test_what_both_windows_observed_is_kept_from_the_later_one(tmp_path: Path) -> None:
    def tested(minutes: int) -> TestRecord:
        at = NOW + timedelta(minutes=minutes)
        return TestRecord(at=at, verdict=f"after {minutes}", entra_says="", writes="")

    def seen(minutes: int) -> JobHealth:
        return JobHealth(job_id="j", at=NOW + timedelta(minutes=minutes), state="running")

    one, other = two(tmp_path, at_step="watch", entra=EntraFacts(tenant_id="t", job_id="j"))
    other.change(
        last_test=tested(2), entra=other.profile.entra.model_copy(update={"health": seen(2)})
    )
    one.change(last_test=tested(1), entra=one.profile.entra.model_copy(update={"health": seen(1)}))
    assert on_disk(tmp_path).last_test == tested(2)
    assert on_disk(tmp_path).entra.health == seen(2)


def test_a_change_here_outdates_what_another_window_saw_meanwhile(tmp_path: Path) -> None:
    early = JobHealth(job_id="j", at=NOW, state="quarantine", people=2)
    late = early.model_copy(update={"at": NOW + timedelta(minutes=1), "people": 3})
    entra = EntraFacts(tenant_id="t", job_id="j", health=early)
    one, other = two(tmp_path, at_step="watch", entra=entra)
    other.change(entra=entra.model_copy(update={"health": late}))
    outdate_health(one)
    found = on_disk(tmp_path).entra
    assert found.job_health is None
    assert found.last_look == late.model_copy(update={"is_outdated": True})


def test_facts_of_entra_go_together_field_by_field(tmp_path: Path) -> None:
    one, other = two(tmp_path, entra=EntraFacts(tenant_id="t"))
    other.change(entra=other.profile.entra.model_copy(update={"application_id": "a"}))
    one.change(entra=one.profile.entra.model_copy(update={"account": "me"}))
    known = on_disk(tmp_path).entra
    assert (known.tenant_id, known.application_id, known.account) == ("t", "a", "me")


def test_facts_of_another_tenant_are_refused_and_nothing_is_mixed(tmp_path: Path) -> None:
    one, other = two(tmp_path, at_step="sign-in")
    other.change(entra=EntraFacts(tenant_id="theirs", application_id="a"))
    for changes in ({"tenant_id": "mine"}, {"service_principal_id": "s"}):
        with pytest.raises(InvalidInput) as caught:
            one.change(entra=EntraFacts.model_validate(changes))
        assert caught.value.code == "profile-of-another-tenant"
    assert on_disk(tmp_path).entra == EntraFacts(tenant_id="theirs", application_id="a")
    one.refresh()
    one.change(entra=EntraFacts(tenant_id="mine"))
    assert on_disk(tmp_path).entra == EntraFacts(tenant_id="mine")


async def test_of_two_setups_of_one_new_profile_the_first_organization_counts(
    tmp_path: Path,
) -> None:
    one, other = two(tmp_path)
    step = OrganizationStep(ORGANIZATION_STEP, tools())
    one.tick("prepare")
    other.tick("prepare")
    await step.apply(one, ORGANIZATION)
    with pytest.raises(InvalidInput) as caught:
        other.change(organization_id=OTHER)
    assert caught.value.code == "profile-of-another-organization"
    assert ORGANIZATION in caught.value.message
    assert on_disk(tmp_path).organization_id == ORGANIZATION


async def test_what_another_window_chose_is_changed_only_by_who_has_seen_it(
    tmp_path: Path,
) -> None:
    one, other = two(tmp_path)
    await OrganizationStep(ORGANIZATION_STEP, tools()).apply(one, ORGANIZATION)
    asking = OrganizationStep(ORGANIZATION_STEP, tools())
    for _ in range(2):  # to say it again is not to have thought about it
        with pytest.raises(InvalidInput) as caught:
            await asking.apply(other, OTHER)
        assert caught.value.code == "profile-of-another-organization"
        assert ORGANIZATION in caught.value.message
    assert on_disk(tmp_path).organization_id == ORGANIZATION
    await asking.apply(other, ORGANIZATION)
    entered_again = OrganizationStep(ORGANIZATION_STEP, tools())
    await entered_again.apply(other, OTHER)
    assert on_disk(tmp_path).organization_id == OTHER


async def test_a_token_of_another_organization_than_meanwhile_chosen_is_not_stored(
    tmp_path: Path,
) -> None:
    one, other = two(tmp_path)
    await OrganizationStep(ORGANIZATION_STEP, tools()).apply(other, OTHER)
    step = token_step()
    with pytest.raises(TokenRefused) as caught:
        await step.apply(one, stored())
    assert caught.value.code == "organization-mismatch"
    assert await step.stored(one) is None
    assert on_disk(tmp_path).token is None


async def test_an_organization_cannot_change_once_another_window_has_a_token_of_it(
    tmp_path: Path,
) -> None:
    one, other = two(tmp_path, organization_id=ORGANIZATION)
    await token_step().apply(other, stored())
    with pytest.raises(InvalidInput) as caught:
        await OrganizationStep(ORGANIZATION_STEP, tools()).apply(one, OTHER)
    assert caught.value.code == "profile-of-another-organization"
    assert on_disk(tmp_path).organization_id == ORGANIZATION


def test_a_profile_that_was_removed_does_not_come_back(tmp_path: Path) -> None:
    one, other = two(tmp_path, at_step="token", token=facts())
    other.profiles.delete("default")
    for save in (one.refresh, lambda: one.tick("mapping"), lambda: one.change(at_step="scope")):
        with pytest.raises(ProfileError) as caught:
            save()
        assert caught.value.code == "profile-gone"
    assert ProfileStore(tmp_path).names() == []


def test_a_profile_that_became_damaged_or_newer_is_not_overwritten(tmp_path: Path) -> None:
    session = session_in(tmp_path, at_step="token")
    for content, code in (("{", "profile-damaged"), ('{"schema_version": 2}', "profile-newer")):
        (tmp_path / "default.json").write_text(content)
        with pytest.raises(ProfileError) as caught:
            session.tick("mapping")
        assert caught.value.code == code
        assert (tmp_path / "default.json").read_text() == content


def workspace(folder: Path, **tokens: object) -> Workspace:
    return Workspace(
        Options(),
        bundled(),
        memory_keystore(**tokens),  # type: ignore[arg-type]  # tokens by slot
        ProfileStore(folder),
        revoked,
        clock=lambda: NOW,
    )


def test_a_session_that_is_asked_for_again_knows_what_others_saved(tmp_path: Path) -> None:
    space = workspace(tmp_path)
    first = space.session("default")
    first.tick("prepare")
    session_in(tmp_path).tick("mapping")
    assert space.session("default") is first
    assert set(first.profile.steps) == {"prepare", "mapping"}
    first.profiles.delete("default")
    assert space.session("default").profile.steps == {}


def test_whoever_enters_a_step_sees_what_others_did(tmp_path: Path) -> None:
    one, other = two(tmp_path, at_step="organization")
    flow = Flow(SETUP, one)
    for name in ("organization", "token"):
        other.tick(name)
    flow.go("connection")
    assert flow.missing(flow.current) == []


@pytest.mark.parametrize("by_hand", [False, True])
async def test_a_token_given_to_entra_is_not_revoked_where_another_window_keeps_another(
    tmp_path: Path, by_hand: bool
) -> None:
    old, first, second = (stored(each * 60, days=58) for each in "opq")
    space = workspace(tmp_path, current=old, pending=first)
    gone: list[str] = []

    async def revoke(token: SecretStr) -> str:
        gone.append(token.get_secret_value()[0])
        return "is revoked"

    space.revoke = revoke
    steps = {name: StepRecord(at=NOW) for name in ("credentials", "new-token", "new-connection")}
    one, other = two(tmp_path, organization_id=ORGANIZATION, steps=steps)
    step = space.step(next(each for each in RENEWAL if each.id == "replacement"))
    assert isinstance(step, ReplacementStep)
    copy = step.guide(one).values[1].secret
    assert copy is not None
    assert await copy() == first.token
    another = space.step(RENEWAL[0])
    assert isinstance(another, TokenStep)
    await another.apply(other, second)
    if by_hand:
        ending: Coroutine[Any, Any, object] = step.confirm(one)
    else:
        await one.log("replacement", Action.RENEWED, "token")
        ending = promote(one, space.keystore, space.revoke, proved=first.token)
    with pytest.raises(InvalidInput) as caught:
        await ending
    assert caught.value.code == "another-token-waits"
    assert await space.settle(other) == ""
    assert gone == []
    await copy()  # and give it to Entra
    await step.confirm(one)
    assert sorted(gone) == ["o", "p"]
    assert await space.keystore.read("default", Slot.CURRENT) == second


async def test_an_old_setup_and_a_renewal_agree_with_the_keyring(tmp_path: Path) -> None:
    old, new = stored("o" * 60, days=347, lifetime=365), stored("n" * 60, days=58, lifetime=58)
    space = workspace(tmp_path, current=old, pending=new)
    setup, renewal = two(tmp_path, organization_id=ORGANIZATION, token=old.facts)
    await promote(renewal, space.keystore, revoked)
    setup.tick("mapping")
    step = TokenStep(next(step for step in SETUP if step.id == "token"), space)
    await step.check(setup)
    assert on_disk(tmp_path).token == new.facts
    assert {"mapping", "credentials", "replacement"} <= set(on_disk(tmp_path).steps)


async def test_one_window_at_a_time_changes_tokens(tmp_path: Path) -> None:
    one, other = two(tmp_path, at_step="token")
    order = []

    async def work(session: Session, name: str) -> None:
        async with session.turn():
            order.append(f"{name} in")
            async with session.turn():  # one that has the turn does not wait for itself
                await asyncio.sleep(0)
            order.append(f"{name} out")

    await asyncio.gather(work(one, "one"), work(other, "other"), work(one, "again"))
    assert [text.split()[0] for text in order[::2]] == [text.split()[0] for text in order[1::2]]


@pytest.mark.parametrize("work", [settle, settle_unused, promote, discard_pending])
async def test_no_other_window_changes_tokens_while_one_is_revoked(
    tmp_path: Path, work: Callable[..., Awaitable[str]]
) -> None:
    session, keystore = session_in(tmp_path), memory_keystore()
    for slot, days in ((Slot.CURRENT, 20), (Slot.PENDING, 45), (Slot.RETIRED, 3)):
        await keystore.write("default", slot, stored(f"{slot}-token", days=days))
    met = []

    async def revoke(_token: object) -> str:
        with pytest.raises(ProfileError) as caught:
            async with turn(session.profiles.turn_path("default"), wait=0):
                pass
        met.append(caught.value.code)
        return "is revoked"

    await work(session, keystore, revoke)
    assert set(met) == {"profile-busy"}


async def test_a_window_that_never_ends_is_named(tmp_path: Path) -> None:
    file = ProfileStore(tmp_path).turn_path("default")
    async with turn(file):
        with pytest.raises(ProfileError) as caught:
            async with turn(file, wait=0):
                pass
    assert caught.value.code == "profile-busy"
    assert "Nothing was changed here." in caught.value.hint


async def test_forgetting_a_profile_takes_no_lock_from_the_window_that_holds_it(
    tmp_path: Path,
) -> None:
    store = ProfileStore(tmp_path / "profiles")
    file = store.turn_path("default")
    async with turn(file):
        store.delete("default")
        store.sweep()
        with pytest.raises(ProfileError):
            async with turn(file, wait=0):
                pass
    store.sweep()
    assert not store.folder.exists()


def test_processes_that_save_at_once_lose_no_step(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom tests.sessions import ended, session_in\n"
        "session = session_in(Path(sys.argv[1]))\n"
        "for number in range(25):\n"
        "    session.tick(f'{sys.argv[2]}-{number}')\n"
        "    ended(session.log('scope', 'noted', sys.argv[2]))\n"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name])
        for name in ("one", "two", "three")
    ]
    assert [run.wait(timeout=120) for run in runs] == [0, 0, 0]
    assert len(on_disk(tmp_path).steps) == 75
    history = session_in(tmp_path).history
    assert history.trouble is None
    assert len(history.entries) == 75


def test_a_process_that_dies_while_it_saves_holds_nobody_up(tmp_path: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom wizard.store.locks import saving\n"
        "with saving(Path(sys.argv[1])):\n    os._exit(9)\n"
    )
    assert (
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False).returncode == 9
    )
    session_in(tmp_path).tick("prepare")
    assert set(on_disk(tmp_path).steps) == {"prepare"}
