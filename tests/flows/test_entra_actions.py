"""The steps that are done through Graph, against the practice tenants, cut off anywhere."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entra_actions import (
    NAMED,
    STEPS,
    Cut,
    KilledError,
    Tenant,
    action,
    answered,
    edited,
    hours_of,
    kept,
    ready,
    resumed,
    schema_in,
    set_up,
    signed_in,
    taking_back,
    talking,
)
from wizard.errors import InvalidInput, WizardError
from wizard.flow.session import Session, State
from wizard.net import transport
from wizard.practice.process import PracticeTenant
from wizard.steps.narrowing import NOW
from wizard.steps.tenant import EntraTenant
from wizard.store.keystore import Keystore
from wizard.undo import take_back, undoable
from wizard.words.progress import silent


@pytest.fixture(scope="module")
def tenant() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as started:
        yield started


@pytest.fixture
def fresh(tenant: PracticeTenant) -> PracticeTenant:
    tenant.reset_entra()
    tenant.behave()
    return tenant


def test_from_nothing_to_a_running_job_and_back(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        before = kept(fresh)
        assert before["applications"] == []
        entra = await set_up(fresh, session, keystore)
        assert kept(fresh)["applications"] == ["Cisco Webex"]
        assert len(kept(fresh)["jobs"]) == 1
        async with talking(entra) as graph:
            found = await action(fresh, keystore, "start", session).look(session, graph)
            assert found.finding.state is State.DONE
            for made in undoable(session.journal):
                acting = taking_back(fresh, keystore, session)
                assert await take_back(session, graph, acting, made, NAMED)
        assert kept(fresh) == before
        assert undoable(session.journal) == ()

    asyncio.run(run())


def test_rows_and_filters_are_saved_and_taken_back(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await set_up(fresh, session, keystore)
        before = schema_in(fresh)
        edited(session)
        async with talking(entra) as graph:
            doing = action(fresh, keystore, "mapping", session)
            found = await doing.look(session, graph)
            assert any("title from [jobTitle]" in line for line in found.plan)
            assert any('department is "Sales"' in line for line in found.plan)
            await doing.apply(session, graph, NAMED | {"restart": NOW}, silent)
            assert schema_in(fresh) != before
            again = await action(fresh, keystore, "scoping", session).look(session, graph)
            assert (again.finding.state, again.plan) == (State.DONE, ())
            made = undoable(session.journal)[0]
            acting = taking_back(fresh, keystore, session)
            assert made.subject == "attribute mapping and filters"
            await take_back(session, graph, acting, made)
            assert schema_in(fresh) == before

    asyncio.run(run())


def test_a_mapping_that_changed_meanwhile_is_not_overwritten(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await set_up(fresh, session, keystore)
        edited(session)
        async with talking(entra) as graph:
            doing = action(fresh, keystore, "mapping", session)
            fresh.misbehave("synchronization", "changed-by-another", times=1)
            await doing.look(session, graph)
            before = schema_in(fresh)
            with pytest.raises(InvalidInput) as caught:
                await doing.apply(session, graph, {}, silent)
            assert caught.value.code == "schema-changed"
            assert schema_in(fresh) == before

    asyncio.run(run())


def test_a_second_time_changes_nothing(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await set_up(fresh, session, keystore)
        after = kept(fresh)
        fresh.forget_requests()
        async with talking(entra) as graph:
            for step_id in ("application", "start"):
                await action(fresh, keystore, step_id, session).apply(session, graph, {}, silent)
        assert kept(fresh) == after
        written = [each for each in fresh.requests() if each.method not in {"GET", "HEAD"}]
        assert written == []

    asyncio.run(run())


def test_an_application_that_is_there_is_adopted_and_never_deleted(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        fresh.tell_entra(add_application="Cisco Webex")
        session, keystore = ready(fresh, tmp_path)
        entra = await signed_in(fresh, session)
        async with talking(entra) as graph:
            doing = action(fresh, keystore, "application", session)
            found = await doing.look(session, graph)
            (question,) = found.questions
            assert question.answer != "add"
            await doing.apply(session, graph, {question.id: question.answer}, silent)
            for made in undoable(session.journal):
                await doing.undo(session, graph, made)
        assert kept(fresh)["applications"] == ["Cisco Webex"]

    asyncio.run(run())


def test_what_a_colleague_adds_after_a_refusal_is_never_ours_to_delete(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await signed_in(fresh, session)
        fresh.misbehave("applications", "no-role", method="POST", times=1)
        async with talking(entra) as graph:
            doing = action(fresh, keystore, "application", session)
            with pytest.raises(WizardError):
                await doing.apply(session, graph, {}, silent)
            fresh.tell_entra(add_application="Cisco Webex")
            tags = fresh.entra()["servicePrincipals"][0]["tags"]
            found = await doing.look(session, graph)
            answers = await answered(doing, graph, found.questions)
            await doing.apply(session, graph, answers, silent)
        assert undoable(session.journal) == ()
        assert fresh.entra()["servicePrincipals"][0]["tags"] == tags

    asyncio.run(run())


def test_credentials_of_somebody_else_are_replaced_only_by_name(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        first, keystore = ready(fresh, tmp_path / "first")
        await set_up(fresh, first, keystore)
        second, keystore = ready(fresh, tmp_path / "second")
        entra = await signed_in(fresh, second)
        async with talking(entra) as graph:
            choosing = action(fresh, keystore, "application", second)
            found = await choosing.look(second, graph)
            answers = await answered(choosing, graph, found.questions)
            await choosing.apply(second, graph, answers, silent)
            doing = action(fresh, keystore, "credentials", second)
            found = await doing.look(second, graph)
            assert "type Cisco Webex" in found.questions[0].text
            fresh.forget_requests()
            for typed in ({}, {"name": "cisco"}):
                with pytest.raises(InvalidInput) as caught:
                    await doing.apply(second, graph, typed, silent)
                assert caught.value.code == "credentials-not-ours"
            assert {each.method for each in fresh.requests()} == {"GET"}
            assert await doing.apply(second, graph, {"name": "Cisco Webex"}, silent)

    asyncio.run(run())


def test_a_token_that_webex_refuses_is_never_saved(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await signed_in(fresh, session)
        async with talking(entra) as graph:
            await action(fresh, keystore, "application", session).apply(session, graph, {}, silent)
        fresh.misbehave("scim", "401")
        async with talking(entra) as graph:
            with pytest.raises(WizardError) as caught:
                await action(fresh, keystore, "credentials", session).apply(
                    session, graph, {}, silent
                )
        assert "401" in caught.value.message or "Unauthorized" in caught.value.message
        fresh.behave()
        async with talking(entra) as graph:
            principal_id = session.profile.entra.service_principal_id
            assert (await graph.secrets.read(principal_id)).base_address == ""

    asyncio.run(run())


def test_a_step_that_needs_another_says_so(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await signed_in(fresh, session)
        async with talking(entra) as graph:
            with pytest.raises(InvalidInput) as caught:
                await action(fresh, keystore, "credentials", session).look(session, graph)
            assert caught.value.code == "application-first"

    asyncio.run(run())


def test_without_a_sign_in_nothing_is_asked(fresh: PracticeTenant) -> None:
    async def run() -> None:
        with pytest.raises(InvalidInput) as caught:
            async with EntraTenant(fresh.endpoints).graph():
                pass
        assert caught.value.code == "not-signed-in"

    asyncio.run(run())


@pytest.mark.parametrize("landed", [False, True], ids=["before", "after"])
def test_a_run_that_is_killed_at_any_request_is_repeated_without_doubling(
    landed: bool, fresh: PracticeTenant, tmp_path: Path
) -> None:
    """Each request in turn is the last of a run; the next run must find the truth."""

    async def run() -> None:
        for after in range(200):
            fresh.reset_entra()
            session, keystore = ready(fresh, tmp_path / f"{after}")
            entra = await signed_in(fresh, session)
            whole = await cut_off(entra, session, keystore, after)
            if whole:
                assert after > 15, "the setup asks more than that"
                return
            again = resumed(tmp_path / f"{after}", hours_of(session))
            await set_up(fresh, again, keystore, with_edits=True)
            assert kept(fresh)["applications"] == ["Cisco Webex"], after
            assert len(kept(fresh)["jobs"]) == 1, after
            assert kept(fresh)["assigned"] == 1, after
            async with talking(entra) as graph:
                acting = taking_back(fresh, keystore, again)
                for made in undoable(again.journal):
                    await take_back(again, graph, acting, made, NAMED)
            assert kept(fresh)["applications"] == [], after
        raise AssertionError("the setup never came to its end")

    async def cut_off(entra: Tenant, session: Session, keystore: Keystore, after: int) -> bool:
        """Run the setup until the request after so many; tell whether it needed no more."""
        trusted = ssl.create_default_context(cafile=fresh.certificate())
        cut = Cut(transport.SystemTransport(trusted), after, landed=landed)
        hours = hours_of(session)
        limited = Tenant(fresh, hours, lambda **more: transport.client(inner=cut, **more))
        limited.signed_in = entra.signed_in
        try:
            for step_id in STEPS:
                if step_id == "mapping":
                    edited(session)
                async with talking(limited) as graph:
                    doing = action(fresh, keystore, step_id, session)
                    found = await doing.look(session, graph)
                    answers = await answered(doing, graph, found.questions)
                    await doing.apply(session, graph, answers, silent)
        except KilledError:
            return False
        return not cut.is_over

    asyncio.run(run())
