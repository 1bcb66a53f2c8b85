"""After a run that was cut off: what it made appears late, and what others made stays theirs."""

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import entra
from tests.entra_actions import (
    Cut,
    Hours,
    KilledError,
    Tenant,
    action,
    answered,
    hours_of,
    kept,
    ready,
    resumed,
    signed_in,
    taking_back,
    talking,
)
from wizard.errors import InvalidInput, WizardError
from wizard.flow.session import Session, State
from wizard.graph.errors import GraphError
from wizard.net import transport
from wizard.practice.process import PracticeTenant
from wizard.steps.base import Outlook, outlook_of
from wizard.store.keystore import Keystore
from wizard.undo import take_back, undoable
from wizard.words.progress import silent

LATE = 90


@pytest.fixture(scope="module")
def tenant() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as started:
        yield started


@pytest.fixture
def fresh(tenant: PracticeTenant) -> PracticeTenant:
    tenant.reset_entra()
    tenant.behave()
    return tenant


class Killed:
    """A run of one step that was killed when it had sent something, and the run after it."""

    def __init__(
        self, tenant: PracticeTenant, folder: Path, entra: Tenant, keystore: Keystore
    ) -> None:
        self.tenant = tenant
        self.entra = entra
        self.keystore = keystore
        self.session = resumed(folder, entra.hours)

    async def look(self, step_id: str) -> Outlook:
        async with talking(self.entra) as graph:
            return await action(self.tenant, self.keystore, step_id, self.session).look(
                self.session, graph
            )

    async def apply(self, step_id: str, **answers: str) -> str:
        async with talking(self.entra) as graph:
            doing = action(self.tenant, self.keystore, step_id, self.session)
            found = await doing.look(self.session, graph)
            given = await answered(doing, graph, found.questions) | answers
            return outlook_of(await doing.apply(self.session, graph, given, silent)).finding.text

    async def undo(self) -> None:
        acting = taking_back(self.tenant, self.keystore, self.session)
        async with talking(self.entra) as graph:
            for made in undoable(self.session.journal):
                await take_back(self.session, graph, acting, made)

    def actions(self, step_id: str) -> list[str]:
        return [each.action for each in self.session.journal if each.step == step_id]


async def killed(
    tenant: PracticeTenant, folder: Path, step_id: str, *, at: str, landed: bool = True
) -> Killed:
    """Kill a run of a step at its first POST to a path that ends so."""
    session, keystore = ready(tenant, folder)
    entra = await signed_in(tenant, session)
    before = Killed(tenant, folder, entra, keystore)
    if step_id != "application":
        await before.apply("application")
    if step_id == "assignment":
        await before.apply("credentials")
    cut = CutAt(ssl.create_default_context(cafile=tenant.certificate()), at, landed=landed)
    limited = Tenant(tenant, entra.hours, lambda **more: transport.client(inner=cut, **more))
    limited.signed_in = entra.signed_in
    with pytest.raises(KilledError):
        await Killed(tenant, folder, limited, keystore).apply(step_id)
    return Killed(tenant, folder, entra, keystore)


class CutAt(Cut):
    """Ends the program at the first POST to a path that ends in a certain way."""

    def __init__(self, trusted: ssl.SSLContext, ending: str, *, landed: bool) -> None:
        super().__init__(transport.SystemTransport(trusted), 1_000_000, landed=landed)
        self._ending = ending

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and request.url.path.endswith(self._ending):
            self._left = 0
        return await super().handle_async_request(request)


def test_an_application_that_appears_late_is_waited_for_and_is_ours(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "application", at="/instantiate")
        fresh.misbehave("applications", "late", seconds=LATE)
        began = after.entra.hours.ahead
        found = await after.look("application")
        assert "an earlier run added it" in found.finding.text
        assert found.questions == ()
        assert 0 < after.entra.hours.ahead - began <= LATE + 5
        assert "for 5 minutes at most" in after.entra.hours.told[-1].message
        await after.apply("application")
        assert kept(fresh)["applications"] == ["Cisco Webex"]
        await after.undo()
        assert kept(fresh)["applications"] == []

    asyncio.run(run())


def test_what_never_landed_is_made_once_the_wait_is_over(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "application", at="/instantiate", landed=False)
        began = after.entra.hours.ahead
        found = await after.look("application")
        assert 290 <= after.entra.hours.ahead - began <= 300
        assert "nothing has appeared since" in found.cautions[0]
        waited = after.entra.hours.ahead
        await after.apply("application")
        assert after.entra.hours.ahead - waited < 10, "nobody waits a second time"
        assert kept(fresh)["applications"] == ["Cisco Webex"]

    asyncio.run(run())


def test_long_after_a_cut_nobody_waits(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "application", at="/instantiate")
        after.entra.hours.pass_by(86_400)
        began = after.entra.hours.ahead
        found = await after.look("application")
        assert after.entra.hours.ahead == began
        assert "an earlier run added it" in found.finding.text

    asyncio.run(run())


@pytest.mark.parametrize("landed", [True, False])
def test_what_a_colleague_adds_an_hour_after_a_cut_is_asked_about_and_never_deleted(
    landed: bool, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "application", at="/instantiate", landed=landed)
        after.entra.hours.pass_by(3_600)
        if landed:
            ours = fresh.entra()["applications"][0]["id"]
            entra.administrator(fresh).delete(f"/applications/{ours}")
        fresh.tell_entra(add_application="Cisco Webex")
        tags = fresh.entra()["servicePrincipals"][0]["tags"]
        found = await after.look("application")
        assert "cannot be told" in found.cautions[0]
        (question,) = found.questions
        await after.apply("application", **{question.id: question.answer})
        assert after.actions("application") == ["intended", "adopted"]
        await after.undo()
        assert kept(fresh)["applications"] == ["Cisco Webex"]
        assert fresh.entra()["servicePrincipals"][0]["tags"] == tags

    asyncio.run(run())


def test_two_that_were_added_at_that_time_are_asked_about(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "application", at="/instantiate")
        fresh.tell_entra(add_application="Cisco Webex")
        found = await after.look("application")
        assert len(found.questions[0].choices) == 3
        await after.apply("application")
        assert undoable(after.session.journal) == ()

    asyncio.run(run())


def test_an_application_that_came_since_it_was_looked_is_not_doubled(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        signed = await signed_in(fresh, session)
        doing = action(fresh, keystore, "application", session)
        async with talking(signed) as graph:
            assert (await doing.look(session, graph)).questions == ()
            fresh.tell_entra(add_application="Cisco Webex")
            with pytest.raises(InvalidInput) as caught:
                await doing.apply(session, graph, {}, silent)
        assert caught.value.code == "application-there"
        assert kept(fresh)["applications"] == ["Cisco Webex"]

    asyncio.run(run())


def test_what_was_just_added_is_known_although_no_list_shows_it(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        run = Killed(fresh, tmp_path, await signed_in(fresh, session), keystore)
        fresh.misbehave("applications", "late", seconds=LATE)
        fresh.misbehave("synchronization", "late", seconds=LATE)
        for step_id in ("application", "application", "credentials", "credentials", "start"):
            await run.apply(step_id)
        assert (await run.look("application")).finding.state is State.DONE
        assert kept(fresh)["applications"] == ["Cisco Webex"]
        assert len(kept(fresh)["jobs"]) == 1

    asyncio.run(run())


@pytest.mark.parametrize("fault", ["401", "404", "403"])
def test_the_next_step_is_patient_with_the_application_that_was_just_added(
    fault: str, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        run = Killed(fresh, tmp_path, await signed_in(fresh, session), keystore)
        await run.apply("application")
        fresh.misbehave("synchronization", fault, times=3)
        assert (await run.look("credentials")).plan
        assert run.entra.hours.told

    asyncio.run(run())


def test_an_old_application_is_not_waited_for(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        run = Killed(fresh, tmp_path, await signed_in(fresh, session), keystore)
        await run.apply("application")
        run.entra.hours.pass_by(1_000)
        fresh.misbehave("synchronization", "403", times=1)
        with pytest.raises(GraphError):
            await run.look("credentials")

    asyncio.run(run())


def test_a_job_that_appears_late_is_waited_for_and_is_ours(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "credentials", at="/jobs")
        fresh.misbehave("synchronization", "late", seconds=LATE)
        await after.apply("credentials")
        assert len(kept(fresh)["jobs"]) == 1
        assert after.actions("credentials") == ["intended", "made", "changed"]
        await after.undo()
        assert kept(fresh)["applications"] == []

    asyncio.run(run())


def test_a_job_that_never_landed_is_made_after_the_wait(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "credentials", at="/jobs", landed=False)
        await after.apply("credentials")
        assert len(kept(fresh)["jobs"]) == 1
        assert after.actions("credentials") == ["intended", "intended", "made", "changed"]

    asyncio.run(run())


def test_a_job_that_somebody_has_started_meanwhile_is_not_ours(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "credentials", at="/jobs")
        colleague, principal = entra.administrator(fresh), fresh.entra()["servicePrincipals"][0]
        job = principal["jobs"][0]["id"]
        path = f"/servicePrincipals/{principal['id']}/synchronization/jobs/{job}/start"
        assert colleague.post(path).status_code == 204
        await after.apply("credentials")
        assert after.actions("credentials") == ["intended", "adopted", "changed"]

    asyncio.run(run())


def test_a_job_in_an_application_that_is_not_ours_is_not_ours_either(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        fresh.tell_entra(add_application="Cisco Webex")
        principal = fresh.entra()["servicePrincipals"][0]
        jobs = f"/servicePrincipals/{principal['id']}/synchronization/jobs"
        entra.administrator(fresh).delete(f"{jobs}/{principal['jobs'][0]['id']}")
        after = await killed(fresh, tmp_path, "credentials", at="/jobs")
        await after.apply("credentials")
        assert after.actions("credentials") == ["intended", "adopted", "changed"]
        await after.undo()
        assert len(kept(fresh)["jobs"]) == 1

    asyncio.run(run())


def test_a_job_that_was_made_is_ours_although_it_cannot_be_read(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    class Unreadable(httpx.AsyncBaseTransport):
        """Lets nobody read anything of provisioning after a job was made."""

        def __init__(self) -> None:
            trusted = ssl.create_default_context(cafile=fresh.certificate())
            self._inner = transport.SystemTransport(trusted)

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await self._inner.handle_async_request(request)
            if request.method == "POST" and request.url.path.endswith("/jobs"):
                fresh.misbehave("synchronization", "403", method="GET")
            return response

    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        signed = await signed_in(fresh, session)
        limited = Tenant(
            fresh, signed.hours, lambda **more: transport.client(inner=Unreadable(), **more)
        )
        limited.signed_in = signed.signed_in
        run = Killed(fresh, tmp_path, limited, keystore)
        await run.apply("application")
        with pytest.raises(GraphError):
            await run.apply("credentials")
        assert run.actions("credentials") == ["intended", "made"]

    asyncio.run(run())


@pytest.mark.parametrize("landed", [True, False])
def test_an_assignment_of_a_cut_off_run_is_ours(
    landed: bool, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "assignment", at="/appRoleAssignedTo", landed=landed)
        fresh.misbehave("assignments", "late", seconds=20)
        await after.apply("assignment")
        assert after.actions("assignment")[-1] == "made"
        assert kept(fresh)["assigned"] == 1
        hours_of(after.session).pass_by(60)
        newest = undoable(after.session.journal)[0]
        async with talking(after.entra) as graph:
            acting = taking_back(fresh, after.keystore, after.session)
            await take_back(after.session, graph, acting, newest)
        assert kept(fresh)["assigned"] == 0

    asyncio.run(run())


def colleague_assigns(fresh: PracticeTenant, session: Session) -> None:
    colleague = entra.administrator(fresh)
    principal = session.profile.entra.service_principal_id
    roles = colleague.get(f"/servicePrincipals/{principal}").json()["appRoles"]
    role = next(role["id"] for role in roles if role["displayName"] == "User")
    person = colleague.get("/users/ana.ruiz@practice.example").json()["id"]
    asked = {"principalId": person, "resourceId": principal, "appRoleId": role}
    made = colleague.post(f"/servicePrincipals/{principal}/appRoleAssignedTo", asked)
    assert made.status_code == 201


@pytest.mark.parametrize("was_cut_off", [True, False])
def test_an_assignment_that_a_colleague_made_is_adopted_without_an_intention(
    was_cut_off: bool, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        if was_cut_off:
            at = "/appRoleAssignedTo"
            after = await killed(fresh, tmp_path, "assignment", at=at, landed=False)
        else:
            session, keystore = ready(fresh, tmp_path)
            after = Killed(fresh, tmp_path, await signed_in(fresh, session), keystore)
            for step_id in ("application", "credentials"):
                await after.apply(step_id)
        after.entra.hours.pass_by(3_600)
        colleague_assigns(fresh, after.session)
        assert "was assigned already" in await after.apply("assignment")
        assert after.actions("assignment") == ["intended"] * was_cut_off + ["adopted"]

    asyncio.run(run())


def test_a_request_that_never_left_leaves_nothing_to_wait_for(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    class Unplugged(CutAt):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "POST" and request.url.path.endswith(self._ending):
                raise httpx.ConnectError("no route")
            return await super().handle_async_request(request)

    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        signed = await signed_in(fresh, session)
        trusted = ssl.create_default_context(cafile=fresh.certificate())
        cut = Unplugged(trusted, "/instantiate", landed=False)
        limited = Tenant(fresh, signed.hours, lambda **more: transport.client(inner=cut, **more))
        limited.signed_in = signed.signed_in
        run = Killed(fresh, tmp_path, limited, keystore)
        with pytest.raises(WizardError):
            await run.apply("application")
        assert run.actions("application") == ["intended", "refused"]

    asyncio.run(run())


def test_a_clock_that_went_back_waits_no_longer_than_it_says(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        after = await killed(fresh, tmp_path, "application", at="/instantiate", landed=False)
        hours: Hours = after.entra.hours
        hours.ahead -= 7_200
        began = hours.ahead
        await after.look("application")
        assert hours.ahead - began <= 300

    asyncio.run(run())
