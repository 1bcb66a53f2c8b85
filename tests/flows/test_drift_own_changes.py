"""What this program changes itself is no drift, and hides nothing that a colleague changed."""

import asyncio
import json
import stat
from collections.abc import Callable, Coroutine
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from tests.drifting import Drifting
from tests.entra_actions import NAMED, Tenant, filtered, resumed
from tests.flows.test_start_by_plan import STOP, Paused
from tests.line import KilledError, Send, killing
from tests.practice import sign_in
from tests.practice_here import PracticeHere
from tests.sessions import facts
from tests.typing_here import opening, typing, workspace_of
from wizard.commands import drift
from wizard.drift.base import PendingChange
from wizard.drift.looking import look_at_tenant
from wizard.errors import WizardError
from wizard.flow.plan import STEPS
from wizard.mapping.document import Row
from wizard.options import Options
from wizard.steps.drift_base import base_file, begin_base, watched_target
from wizard.steps.finish import FinishStep
from wizard.steps.mapping_file import MappingFile
from wizard.steps.scope import EVERYBODY
from wizard.steps.switches import decide_switch
from wizard.store.keystore import Slot, StoredToken
from wizard.store.locks import saving

Edit = Callable[[Drifting], Coroutine[object, object, None]]


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Drifting:
    return asyncio.run(Drifting.after(fresh, tmp_path, "a whole setup", Drifting.whole))


def a_row(now: Drifting) -> None:
    file = MappingFile(now.session.profiles)
    document = file.document(now.session).with_edited("displayName", source="[mail]")
    file.keep(now.session, document.with_typed(Row("nickName", "[mailNickname]")))


async def mapping(now: Drifting) -> None:
    a_row(now)
    await now.apply("mapping", **NAMED)


async def groups_off(now: Drifting) -> None:
    await decide_switch(now.session, "Group", on=False)
    await now.apply("mapping", **NAMED)


async def filters(now: Drifting) -> None:
    filtered(now.session, "Finance", "Legal")
    await now.apply("scoping", **NAMED)


async def mails(now: Drifting) -> None:
    await now.apply("notification", mail="new@practice.example", limit="77")


async def everybody(now: Drifting) -> None:
    await now.apply("scope", who=EVERYBODY)


async def somebody(now: Drifting) -> None:
    await now.apply("assignment", who=await now.user("rosa.marino"), **NAMED)


async def started_again(now: Drifting) -> None:
    await now.take_back(now.newest("start"))
    await now.apply("start", **NAMED)


async def renewed(now: Drifting) -> None:
    known = facts(days=46, organization_id=now.practice.organization_id)
    waiting = StoredToken(token=SecretStr(sign_in(now.practice).token), facts=known)
    await now.keystore.write("default", Slot.PENDING, waiting)
    await now.apply("replacement")


EDITS: dict[str, tuple[Edit, str]] = {
    "mapping": (mapping, "mapping"),
    "groups off": (groups_off, "mapping"),
    "filters": (filters, "scoping"),
    "mails": (mails, "notification"),
    "everybody": (everybody, "scope"),
    "somebody": (somebody, "assignment"),
    "started again": (started_again, "start"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_our_own_edit_and_taking_it_back_are_no_drift(now: Drifting, edit: str) -> None:
    make, step_id = EDITS[edit]
    before, base = now.practice.entra(), now.base.read_text()
    asyncio.run(make(now))
    assert now.base.read_text() != base
    assert now.practice.entra() != before or edit == "started again"
    assert now.found() == []
    asyncio.run(now.take_back(now.newest(step_id)))
    assert now.found() == []


def test_a_renewal_is_no_drift(now: Drifting) -> None:
    asyncio.run(renewed(now))
    assert now.found() == []


def test_a_colleagues_change_beside_a_renewal_is_told(now: Drifting) -> None:
    now.notifies(Recipients="else@practice.example")
    asyncio.run(renewed(now))
    assert [each["after"] for each in now.found()] == ["else@practice.example"]


def test_a_base_that_waits_for_another_window_holds_no_event_loop(now: Drifting) -> None:
    async def kept() -> None:
        told: list[str] = []
        async with now.entra.graph(read_only=True) as graph:
            now.practice.forget_requests()
            await look_at_tenant(graph, watched_target(now.session))
            looked = len(now.practice.requests())
            with saving(now.base.parent):
                work = begin_base(now.session, graph, lambda each: told.append(each.message))
                keeping = asyncio.ensure_future(work)
                while len(now.practice.requests()) < 2 * looked:  # noqa: ASYNC110 - no event of ours
                    await asyncio.sleep(0)
                for _ in range(100):  # turns of the loop, which nobody holds
                    await asyncio.sleep(0)
                assert not keeping.done()
            await keeping
        assert told == []

    was = json.loads(now.base.read_text())["items"]
    now.base.unlink()
    asyncio.run(kept())
    assert json.loads(now.base.read_text())["items"] == was


def test_a_base_that_nobody_changed_is_understood_once(now: Drifting) -> None:
    file = base_file(now.session)
    kept = file.read()
    assert kept is not None
    assert file.read() is kept
    changed = file.update(lambda _: kept.with_pending(PendingChange(step="x", at=kept.at)))
    assert changed != kept
    assert file.read() is changed
    assert base_file(now.session).read() == changed
    base_file(now.session).update(lambda _: kept)  # as another window does
    assert file.read() == kept


def test_all_of_it_taken_back_leaves_nothing_to_compare(now: Drifting) -> None:
    asyncio.run(now.take_all_back())
    ran = now.drift()
    assert (ran.code, "Code: application-first" in ran.said) == (4, True)


@pytest.mark.parametrize("edit", ["mapping", "mails", "somebody"])
def test_what_a_colleague_did_before_our_own_edit_is_told_all_the_same(
    now: Drifting, edit: str
) -> None:
    now.edits_row("name.familyName", defaultValue="-")
    now.saves(SkipOutOfScopeDeletions="true")
    now.assigns("bruno.costa")
    told = [(each["name"], each["after"]) for each in now.found()]
    assert len(told) == 3
    asyncio.run(EDITS[edit][0](now))
    left = [(each["name"], each["after"]) for each in now.found()]
    assert set(left) <= set(told)
    assert ("who falls out of scope", "left alone") in left
    assert ("Bruno Costa", "person, role User") in left


def test_the_base_is_private_and_holds_no_secret(now: Drifting) -> None:
    asyncio.run(mails(now))
    assert stat.S_IMODE(now.base.stat().st_mode) == 0o600
    text = now.base.read_text()
    token = asyncio.run(now.keystore.read("default", Slot.CURRENT))
    assert token is not None
    assert token.token.get_secret_value() not in text
    kept = json.loads(text)
    assert kept["version"] == 1
    assert kept["items"]["credentials/saved/SecretToken"]["value"] == "saved"


def test_an_assignment_that_the_list_shows_later_is_waited_for(now: Drifting) -> None:
    now.practice.misbehave("assignments", "late", seconds=30)
    asyncio.run(somebody(now))
    assert now.found() == []


def test_our_change_that_nobody_saw_in_entra_is_told_as_perhaps_our_own(now: Drifting) -> None:
    now.practice.misbehave("assignments", "late", seconds=600)
    asyncio.run(somebody(now))
    now.hours.pass_by(700)
    ran = now.drift()
    assert (ran.code, "added Rosa Marino: person, role User" in ran.said) == (1, True)
    assert "In the step Assignment this program changed Entra on " in ran.said
    assert "may be its own: Assigned people and groups." in ran.said
    assert now.drift(accept=True).code == 0
    assert "may be its own" not in now.drift().said


def test_a_damaged_journal_is_told_and_what_differs_may_be_our_own(now: Drifting) -> None:
    file = now.session.journal.file
    file.write_bytes(file.read_bytes().replace(b'"step":"application"', b'"step":"applicatioN"', 1))
    ran = now.drift()
    assert (ran.code, "Nothing differs" in ran.said) == (0, True), ran.said
    assert f"The journal {file} cannot be read in part: line " in ran.said
    assert "What differs is told by the base alone" in ran.said
    now.practice.misbehave("assignments", "late", seconds=600)
    asyncio.run(somebody(now))
    now.hours.pass_by(700)
    file.write_bytes(b"{}\n")
    ran = now.drift()
    assert ran.code == 1
    assert "its journal does not tell whether it did" in ran.said
    assert "may be its own: Assigned people and groups." in ran.said


@pytest.mark.parametrize("landed", [True, False])
def test_a_kill_while_we_write_is_told_where_it_changed_something(
    now: Drifting, landed: bool
) -> None:
    a_row(now)
    with (
        now.entra.line.meddled(killing("PUT", "/schema", landed=landed)),
        pytest.raises(KilledError),
    ):
        asyncio.run(now.apply("mapping", **NAMED))
    ran = now.drift()
    assert ran.code == (1 if landed else 0), ran.said
    assert ("may be its own: Mapping." in ran.said) is landed


def test_a_step_that_is_refused_changes_no_base(now: Drifting) -> None:
    a_row(now)
    now.practice.misbehave("synchronization", "403", method="PUT")
    before = json.loads(now.base.read_text())["items"]
    with pytest.raises(WizardError):
        asyncio.run(now.apply("mapping", **NAMED))
    kept = json.loads(now.base.read_text())
    assert (kept["items"], kept["pending"]) == (before, [])
    now.practice.behave()
    assert now.found() == []


def test_a_write_whose_answer_was_lost_is_known_as_ours(now: Drifting) -> None:
    a_row(now)
    now.practice.misbehave("synchronization", "landed-503", method="PUT")
    with pytest.raises(WizardError):
        asyncio.run(now.apply("mapping", **NAMED))
    now.practice.behave()
    assert now.found() == []


def test_without_a_base_our_edits_look_at_nothing_more(now: Drifting) -> None:
    now.base.unlink()
    now.practice.forget_requests()
    asyncio.run(mails(now))
    lists = [each for each in now.practice.requests() if each.target.endswith("/jobs")]
    assert not now.base.exists()
    asyncio.run(mapping(now))
    assert not now.base.exists()
    assert len(lists) <= 1


async def test_the_end_of_a_setup_keeps_a_base_where_there_is_none(now: Drifting) -> None:
    now.base.unlink()
    finish = workspace_of(now).step(STEPS["finish"])
    assert isinstance(finish, FinishStep)
    now.session.untick("start")
    await finish.confirm(now.session)
    assert not now.base.exists(), "provisioning is not known to be on"
    now.session.tick("start")
    await finish.confirm(now.session)
    first = now.base.read_text()
    now.hours.pass_by(60)
    await finish.confirm(now.session)
    assert now.base.read_text() == first
    assert (await asyncio.to_thread(now.drift)).code == 0


def test_a_restart_after_taking_somebody_away_is_waited_for_by_nobody(now: Drifting) -> None:
    made, before = now.newest("assignment"), now.hours.ahead
    asyncio.run(now.take_back(made, answers=NAMED | {"restart": "now"}))
    assert now.hours.ahead - before < 30
    assert "restarted" in now.actions("assignment")
    assert now.found() == []


def test_two_windows_that_change_things_at_once_keep_both_in_the_base(now: Drifting) -> None:
    other = Drifting(
        now.practice,
        resumed(now.session.profiles.folder, now.hours),
        now.keystore,
        Tenant(now.practice, now.hours),
    )
    other.entra.signed_in = now.entra.signed_in
    done: list[str] = []

    async def meanwhile(request: httpx.Request, send: Send) -> httpx.Response:
        if request.method == "PUT" and not done:
            done.append(request.url.path)
            await mails(other)
        return await send(request)

    with now.entra.line.meddled(meanwhile):
        asyncio.run(mapping(now))
    assert done
    assert now.found() == []


def test_a_limit_that_is_lent_and_put_back_is_no_drift(fresh: PracticeHere, tmp_path: Path) -> None:
    now = asyncio.run(Paused.after(fresh, tmp_path, "a plan of a paused job", Paused.prepare))
    base = now.session.profiles.drift_path("default")
    assert not base.exists(), "nothing was started as the front ends do"
    ran = now.start(now.code, STOP, "1")
    assert ran.code == 0, ran.said
    assert "Entra's deletion limit is as it was before: 50." in ran.said
    assert json.loads(base.read_text())["items"]["notification/limit"]["value"] == "50"
    seen = typing(lambda: drift.run(Options("drift"), opening(now)))
    assert (seen.code, "Nothing differs from what was set up" in seen.said) == (0, True), seen.said
