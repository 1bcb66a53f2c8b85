"""Whose the credentials in Entra are, Entra's own test of them, and the settings beside them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.entra import administrator
from tests.entra_actions import (
    STEPS,
    Tenant,
    action,
    answered,
    ready,
    set_up,
    signed_in,
    taking_back,
    talking,
)
from tests.sessions import NOW
from wizard.errors import InvalidInput, WizardError
from wizard.flow.session import Session
from wizard.practice.process import PracticeTenant
from wizard.steps.base import Outlook, outlook_of
from wizard.store.keystore import Keystore
from wizard.store.profiles import TestRecord
from wizard.undo import consequence, take_back, undoable
from wizard.words.progress import Progress, silent

PASSED = TestRecord(at=NOW, verdict="passed", entra_says="success", writes="yes")


@pytest.fixture(scope="module")
def tenant() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as started:
        yield started


@pytest.fixture
def fresh(tenant: PracticeTenant) -> PracticeTenant:
    tenant.reset_entra()
    tenant.behave()
    return tenant


class Wizard:
    """One administrator's program."""

    def __init__(
        self, tenant: PracticeTenant, entra: Tenant, session: Session, keystore: Keystore
    ) -> None:
        self.tenant = tenant
        self.entra = entra
        self.session = session
        self.keystore = keystore

    @classmethod
    async def started(cls, tenant: PracticeTenant, folder: Path) -> "Wizard":
        session, keystore = ready(tenant, folder)
        return cls(tenant, await signed_in(tenant, session), session, keystore)

    async def look(self, step_id: str) -> Outlook:
        async with talking(self.entra) as graph:
            doing = action(self.tenant, self.keystore, step_id, self.session)
            return await doing.look(self.session, graph)

    async def apply(self, step_id: str, **answers: str) -> str:
        async with talking(self.entra) as graph:
            doing = action(self.tenant, self.keystore, step_id, self.session)
            found = await doing.look(self.session, graph)
            given = await answered(doing, graph, found.questions) | answers
            return outlook_of(await doing.apply(self.session, graph, given, silent)).finding.text

    async def take_back(self, step_id: str) -> str:
        made = next(each for each in undoable(self.session.journal) if each.step == step_id)
        async with talking(self.entra) as graph:
            acting = taking_back(self.tenant, self.keystore, self.session)
            return await take_back(self.session, graph, acting, made)

    def secrets(self) -> dict[str, str]:
        return dict(self.tenant.entra()["servicePrincipals"][0]["secrets"])


async def beside_a_colleague(fresh: PracticeTenant, folder: Path) -> Wizard:
    """Return a program in whose application somebody else saved credentials, for our URL."""
    colleague = await Wizard.started(fresh, folder / "colleague")
    for step_id in STEPS:
        await colleague.apply(step_id)
    wizard = await Wizard.started(fresh, folder / "ours")
    await wizard.apply("application")
    return wizard


@pytest.mark.parametrize("step_id", ["notification", "scope"])
def test_settings_beside_a_colleagues_token_are_shown_and_left_alone(
    step_id: str, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        wizard = await beside_a_colleague(fresh, tmp_path)
        before = wizard.secrets()
        found = await wizard.look(step_id)
        assert (found.plan, found.questions) == ((), ())
        assert "Do the step Credentials first" in found.finding.hint
        with pytest.raises(InvalidInput) as caught:
            await wizard.apply(step_id, who="everybody", mail="me@practice.example")
        assert caught.value.code == "credentials-not-ours"
        assert "Do the step Credentials first" in caught.value.hint
        assert wizard.secrets() == before
        await wizard.apply("credentials", name="Cisco Webex")
        await wizard.apply(step_id, who="everybody", mail="me@practice.example")
        assert wizard.secrets() != before

    asyncio.run(run())


def test_credentials_that_were_refused_are_not_ours(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def run() -> None:
        wizard = await Wizard.started(fresh, tmp_path / "ours")
        await wizard.apply("application")
        fresh.misbehave("synchronization", "not-granted", method="PUT", times=1)
        with pytest.raises(WizardError):
            await wizard.apply("credentials")
        assert {each.action for each in undoable(wizard.session.journal)} == {"made"}
        colleague = await Wizard.started(fresh, tmp_path / "colleague")
        for step_id in ("application", "credentials", "notification"):
            await colleague.apply(step_id)
        with pytest.raises(InvalidInput) as caught:
            await wizard.apply("scope", who="everybody")
        assert caught.value.code == "credentials-not-ours"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("step_id", "place", "method"),
    [("scope", "synchronization", "PUT"), ("start", "synchronization", "POST")],
)
def test_a_change_that_was_refused_is_not_offered_to_be_taken_back(
    step_id: str, place: str, method: str, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        wizard = await Wizard.started(fresh, tmp_path)
        for before in ("application", "credentials"):
            await wizard.apply(before)
        fresh.misbehave(place, "not-granted", method=method, times=1)
        with pytest.raises(WizardError):
            await wizard.apply(step_id)
        assert step_id not in {each.step for each in undoable(wizard.session.journal)}

    asyncio.run(run())


def test_settings_that_were_changed_since_are_not_overwritten_by_an_undo(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        wizard = await Wizard.started(fresh, tmp_path)
        for step_id in ("application", "credentials", "notification"):
            await wizard.apply(step_id)
        first = next(e for e in undoable(wizard.session.journal) if e.step == "notification")
        await wizard.apply("notification", mail="other@practice.example")
        before = wizard.secrets()
        async with talking(wizard.entra) as graph:
            doing = action(fresh, wizard.keystore, "notification", wizard.session)
            with pytest.raises(InvalidInput) as caught:
                await doing.undo(wizard.session, graph, first)
        assert caught.value.code == "notification-changed"
        assert wizard.secrets() == before
        assert "as they were" in await wizard.take_back("notification")
        assert "as they were" in await wizard.take_back("notification")

    asyncio.run(run())


def test_credentials_that_were_saved_where_none_were_are_removed_again(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        wizard = await Wizard.started(fresh, tmp_path)
        for step_id in ("application", "credentials", "scope"):
            await wizard.apply(step_id)
        assert {"BaseAddress", "SecretToken"} <= wizard.secrets().keys()
        assert "are removed" in await wizard.take_back("credentials")
        assert not {"BaseAddress", "SecretToken"} & wizard.secrets().keys()

    asyncio.run(run())


def test_a_replaced_token_is_named_as_lost_before_and_when_taking_back(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        wizard = await beside_a_colleague(fresh, tmp_path)
        await wizard.apply("credentials", name="Cisco Webex")
        made = undoable(wizard.session.journal)[0]
        assert "cannot be brought back" in consequence(made)
        before = wizard.secrets()
        assert "cannot be put back" in await wizard.take_back("credentials")
        assert wizard.secrets() == before
        with pytest.raises(InvalidInput) as caught:
            await wizard.apply("scope", who="everybody")
        assert caught.value.code == "credentials-not-ours", "a token by hand may be there now"

    asyncio.run(run())


def test_what_is_saved_is_tried_once_more_and_a_refusal_is_told_as_its_own(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        wizard = await Wizard.started(fresh, tmp_path)
        wizard.session.change(last_test=PASSED)
        await wizard.apply("application")
        async with talking(wizard.entra) as graph:
            doing = action(fresh, wizard.keystore, "credentials", wizard.session)

            def revoked_after_saving(progress: object) -> None:
                if "tries what is saved" in str(progress):
                    fresh.misbehave("scim", "401")

            with pytest.raises(InvalidInput) as caught:
                await doing.apply(wizard.session, graph, {}, revoked_after_saving)
        assert caught.value.code == "entra-test-failed-after-saving"
        assert "Webex answered Unauthorized" in caught.value.message
        assert "The test from this machine passed, on 2026-11-23 10:30 UTC." in caught.value.message
        assert "may have been revoked" in caught.value.hint
        fresh.behave()
        fresh.forget_requests()
        assert await wizard.apply("credentials")
        tried = [each for each in fresh.requests() if each.target.endswith("/validateCredentials")]
        assert len(tried) == 2

    asyncio.run(run())


def test_entras_refusal_stands_beside_our_own_test(fresh: PracticeTenant, tmp_path: Path) -> None:
    failed = PASSED.model_copy(update={"verdict": "failed", "failed": ("token-refused",)})

    async def run() -> None:
        for number, (last, told, hint) in enumerate(
            [
                (None, "was not tested from this machine", "Do the step Test connection"),
                (failed, "failed too, on 2026-11-23 10:30 UTC (token-refused)", "Get a new token"),
                (PASSED, "passed, on 2026-11-23", "may have been revoked"),
            ]
        ):
            fresh.behave()
            wizard = await Wizard.started(fresh, tmp_path / str(number))
            wizard.session.change(last_test=last)
            await wizard.apply("application")
            fresh.misbehave("scim", "401")
            with pytest.raises(InvalidInput) as caught:
                await wizard.apply("credentials")
            assert caught.value.code == "entra-test-failed"
            assert "Nothing was saved." in caught.value.message
            assert told in caught.value.message
            assert hint in caught.value.hint

    asyncio.run(run())


def test_the_role_is_asked_for_and_the_one_for_people_is_recommended(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        wizard = await Wizard.started(fresh, tmp_path)
        for step_id in ("application", "credentials"):
            await wizard.apply(step_id)
        question = (await wizard.look("assignment")).questions[1]
        by_id = {each.id: each.text for each in question.choices}
        assert list(by_id.values()) == ["User", "msiam_access"]
        assert by_id[question.answer] == "User"
        other = question.choices[1].id
        assert "with the role msiam_access" in await wizard.apply("assignment", role=other)
        assert "with the role User" in await wizard.apply("assignment")
        assert "was assigned already" in await wizard.apply("assignment")
        assigned = fresh.entra()["servicePrincipals"][0]["assignments"]
        assert {each["appRoleId"] for each in assigned} == by_id.keys()
        with pytest.raises(InvalidInput) as caught:
            await wizard.apply("assignment", role="00000000-0000-0000-0000-000000000000")
        assert caught.value.code == "assignment-role"

    asyncio.run(run())


def test_of_twenty_thousand_hits_it_says_how_many_there_are(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        wizard = await Wizard.started(fresh, tmp_path)
        fresh.misbehave("directory", "crowd")
        doing = action(fresh, wizard.keystore, "assignment", wizard.session)
        async with talking(wizard.entra) as graph:
            found = await doing.find(graph, "who", "crowd")
            few = await doing.find(graph, "who", "ana.ruiz")
        assert found[-1].id == ""
        assert found[-1].text == "Shown: 25 of 20,000 people. Type more of the name."
        assert all(each.id for each in few)

    asyncio.run(run())


def test_a_job_that_was_on_in_quarantine_stays_on_after_an_undo(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        wizard = Wizard(fresh, await set_up(fresh, session, keystore), session, keystore)
        fresh.misbehave("synchronization", "quarantine")
        wizard.entra.hours.pass_by(60)
        fresh.behave()
        assert "quarantine" in " ".join((await wizard.look("start")).plan)
        await wizard.apply("start")
        assert "stays on" in await wizard.take_back("start")
        assert fresh.entra()["servicePrincipals"][0]["jobs"][0]["state"] == "Active"
        assert "off again" in await wizard.take_back("start")

    asyncio.run(run())


def test_a_change_is_taken_back_only_in_its_own_application(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await set_up(fresh, session, keystore, with_edits=True)
        wizard = Wizard(fresh, entra, session, keystore)
        fresh.tell_entra(add_application="Cisco Webex")
        other = fresh.entra()["servicePrincipals"][1]
        facts = {"service_principal_id": other["id"], "job_id": other["jobs"][0]["id"]}
        session.change(entra=session.profile.entra.model_copy(update=facts))
        for step_id in ("scope", "notification", "mapping"):
            with pytest.raises(InvalidInput) as caught:
                await wizard.take_back(step_id)
            assert caught.value.code == "undo-elsewhere", step_id
        assert fresh.entra()["servicePrincipals"][1] == other

    asyncio.run(run())


def test_credentials_that_a_colleague_saves_meanwhile_are_not_replaced(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        wizard = await Wizard.started(fresh, tmp_path)
        await wizard.apply("application")
        principal_id = wizard.session.profile.entra.service_principal_id
        colleague = administrator(fresh)

        def colleague_saves(progress: Progress) -> None:
            if progress.message.startswith("Entra tries the tenant URL"):
                pairs = [{"key": "BaseAddress", "value": "https://other.example/scim"}]
                path = f"/servicePrincipals/{principal_id}/synchronization/secrets"
                assert colleague.put(path, {"value": pairs}).status_code == 204

        async with talking(wizard.entra) as graph:
            doing = action(fresh, wizard.keystore, "credentials", wizard.session)
            with pytest.raises(InvalidInput) as caught:
                await doing.apply(wizard.session, graph, {}, colleague_saves)
        assert caught.value.code == "credentials-not-ours"
        assert wizard.secrets().keys() == {"BaseAddress"}

    asyncio.run(run())
