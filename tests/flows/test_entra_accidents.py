"""What can go wrong with Microsoft, met by our own sign-in and steps in the practice tenants."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.entra_actions import Tenant, action, client_for, hours_of, kept, ready, talking
from tests.sessions import tools
from wizard.errors import WizardError
from wizard.flow.plan import SIGN_IN
from wizard.flow.session import Session, State
from wizard.graph.client import GraphClient
from wizard.oauth.entra.signed_in import SignedIn
from wizard.practice.entra.aadsts import REFUSALS, Met
from wizard.practice.process import PracticeTenant
from wizard.steps.sign_in import SignInStep
from wizard.words.progress import silent

ELIGIBLE = "carla.moreau@practice.example"


@pytest.fixture(scope="module")
def tenant() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as started:
        yield started


@pytest.fixture
def fresh(tenant: PracticeTenant) -> PracticeTenant:
    tenant.reset_entra()
    tenant.behave()
    return tenant


async def browser(
    tenant: PracticeTenant,
    session: Session,
    account: str | None = None,
    *,
    of: str = "",
    decline: bool = False,
    again: Tenant | None = None,
) -> Tenant:
    """Sign in with a browser, whose part the practice tenant does."""
    entra = again or Tenant(tenant, hours_of(session), client_for(tenant))
    step = SignInStep(SIGN_IN, tools(tenant=entra))
    helping: list[asyncio.Future[None]] = []

    def show(waiting: Any) -> None:
        part = asyncio.to_thread(tenant.sign_in, waiting.url, account, decline)
        helping.append(asyncio.ensure_future(part))

    try:
        await step.by_browser(session, step.request(of), show, lambda _error: None)
    finally:
        for each in helping:
            with suppress(WizardError):
                await each
    return entra


async def device(
    tenant: PracticeTenant,
    session: Session,
    account: str | None = None,
    *,
    again: Tenant | None = None,
) -> Tenant:
    """Sign in with a device code, entered elsewhere."""
    entra = again or Tenant(tenant, hours_of(session), client_for(tenant))
    step = SignInStep(SIGN_IN, tools(tenant=entra))
    helping: list[asyncio.Future[None]] = []

    def show(code: Any) -> None:
        part = asyncio.to_thread(tenant.approve_device, code.user_code, account)
        helping.append(asyncio.ensure_future(part))

    try:
        await step.by_device_code(session, step.request(""), show)
    finally:
        for each in helping:
            with suppress(WizardError):
                await each
    return entra


def refused(signing_in: Awaitable[Tenant]) -> WizardError:
    async def run() -> WizardError:
        with pytest.raises(WizardError) as caught:
            await signing_in
        return caught.value

    return asyncio.run(run())


async def met(asking: Awaitable[object]) -> WizardError | None:
    """Return the error that a question ends with; None when it is answered."""
    try:
        await asking
    except WizardError as error:
        return error
    return None


def is_told(error: WizardError) -> bool:
    """Tell whether an error says what happened and what to do."""
    return bool(error.message.strip() and error.hint.strip() and error.code)


@pytest.mark.parametrize(
    "number",
    sorted(number for number, refusal in REFUSALS.items() if refusal.met is not Met.PAGE),
)
def test_every_refusal_of_a_sign_in_by_browser_is_told_with_a_way_out(
    number: int, fresh: PracticeTenant, tmp_path: Path
) -> None:
    session, _ = ready(fresh, tmp_path)
    fresh.misbehave("authority", f"AADSTS{number}")
    error = refused(browser(fresh, session))
    assert is_told(error)
    assert str(number) in str(error) or error.code in {"tenant-not-found", "wrong-cloud"}
    assert session.profile.entra.account == ""


OF_DEVICES = {
    (refusal.error, refusal.suberror): number
    for number, refusal in REFUSALS.items()
    if refusal.met is Met.REDIRECT and refusal.error != "authorization_pending"
}
"""One refusal of each kind: every device code takes a second until it is polled for."""


@pytest.mark.parametrize("number", sorted(OF_DEVICES.values()))
def test_every_refusal_of_a_device_code_is_told_with_a_way_out(
    number: int, fresh: PracticeTenant, tmp_path: Path
) -> None:
    session, _ = ready(fresh, tmp_path)
    fresh.misbehave("device", f"AADSTS{number}")
    error = refused(device(fresh, session))
    assert is_told(error)


def test_declined_consent_is_told(fresh: PracticeTenant, tmp_path: Path) -> None:
    session, _ = ready(fresh, tmp_path)
    error = refused(browser(fresh, session, decline=True))
    assert "declined" in error.message
    assert is_told(error)


def test_a_blocked_device_code_leads_to_the_browser(fresh: PracticeTenant, tmp_path: Path) -> None:
    session, _ = ready(fresh, tmp_path)
    fresh.misbehave("device", "AADSTS53003")
    error = refused(device(fresh, session))
    assert "Conditional Access" in f"{error.message} {error.hint}"
    assert "browser" in error.hint


def test_another_tenant_forgets_what_was_found_in_the_first(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await browser(fresh, session)
        async with talking(entra) as graph:
            doing = action(fresh, keystore, "application", session)
            await doing.apply(session, graph, {}, silent)
        assert session.profile.entra.service_principal_id
        entra = await browser(fresh, session, "admin@other.example")
        assert session.profile.entra.service_principal_id == ""
        async with talking(entra) as graph:
            found = await action(fresh, keystore, "application", session).look(session, graph)
            assert found.finding.state is State.OPEN
            assert found.questions == ()

    asyncio.run(run())


def test_a_role_that_arrives_later_needs_no_new_sign_in(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await browser(fresh, session, ELIGIBLE)
        async with talking(entra) as graph:
            doing = action(fresh, keystore, "application", session)
            with pytest.raises(WizardError) as caught:
                await doing.apply(session, graph, {}, silent)
            assert "role" in f"{caught.value.message} {caught.value.hint}"
            assert is_told(caught.value)
            fresh.tell_entra(activate=ELIGIBLE)
            await doing.apply(session, graph, {}, silent)
        assert kept(fresh)["applications"] == ["Cisco Webex"]

    asyncio.run(run())


def during(
    tenant: PracticeTenant,
    folder: Path,
    test: Callable[[Session, GraphClient, Any], Awaitable[None]],
) -> None:
    """Run a test in the middle of the step that adds the application."""

    async def run() -> None:
        session, keystore = ready(tenant, folder)
        entra = await browser(tenant, session)
        assert isinstance(entra.signed_in, SignedIn)
        async with talking(entra) as graph:
            await test(session, graph, action(tenant, keystore, "application", session))

    asyncio.run(run())


def test_a_token_that_ends_in_the_middle_of_a_step_is_renewed_unseen(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(session: Session, graph: GraphClient, doing: Any) -> None:
        await doing.look(session, graph)
        fresh.misbehave("graph", "expired", times=1)
        await doing.apply(session, graph, {}, silent)
        assert kept(fresh)["applications"] == ["Cisco Webex"]

    during(fresh, tmp_path, test)


def test_a_challenge_that_only_the_administrator_can_answer_says_sign_in_again(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(session: Session, graph: GraphClient, doing: Any) -> None:
        fresh.misbehave("graph", "insufficient-claims")
        fresh.misbehave("authority", "AADSTS50076")
        with pytest.raises(WizardError) as caught:
            await doing.apply(session, graph, {}, silent)
        assert is_told(caught.value)
        assert "sign" in caught.value.hint.lower()

    during(fresh, tmp_path, test)


@pytest.mark.parametrize("way", [browser, device])
def test_a_new_sign_in_proves_what_graph_has_asked_for(
    way: Callable[..., Awaitable[Tenant]], fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await browser(fresh, session)
        doing = action(fresh, keystore, "application", session)
        for turn in ("challenged", "proved"):
            fresh.misbehave("graph", "insufficient-claims")
            fresh.misbehave("authority", "AADSTS50074")
            async with talking(entra) as graph:
                error = await met(doing.look(session, graph))
            assert (error is None) == (turn == "proved"), error
            fresh.behave()
            await way(fresh, session, again=entra)
        assert entra.claims is None

    asyncio.run(run())


@pytest.mark.parametrize("fault", ["lost", "cut", "landed-404", "landed-503", "503", "429"])
def test_a_network_that_fails_at_a_write_never_makes_two(
    fault: str, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(session: Session, graph: GraphClient, doing: Any) -> None:
        fresh.misbehave("applications", fault, method="POST", times=1)
        with suppress(WizardError):
            await doing.apply(session, graph, {}, silent)
        found = await doing.look(session, graph)
        answers = {each.id: each.answer for each in found.questions}
        await doing.apply(session, graph, answers, silent)
        assert kept(fresh)["applications"] == ["Cisco Webex"]

    during(fresh, tmp_path, test)


@pytest.mark.parametrize("fault", ["lost", "cut"])
def test_a_network_that_is_lost_between_two_writes_leaves_one_job_that_is_ours(
    fault: str, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await browser(fresh, session)
        async with talking(entra) as graph:
            await action(fresh, keystore, "application", session).apply(session, graph, {}, silent)
            doing = action(fresh, keystore, "credentials", session)
            fresh.misbehave("synchronization", fault, method="PUT")
            error = await met(doing.apply(session, graph, {}, silent))
            assert error is not None
            assert is_told(error)
            fresh.behave()
            found = await doing.look(session, graph)
            assert found.questions == (), "nothing there is somebody else's"
            await doing.apply(session, graph, {}, silent)
            assert (await doing.look(session, graph)).finding.state is State.DONE
        (principal,) = fresh.entra()["servicePrincipals"]
        assert len(principal["jobs"]) == 1
        made = [
            each for each in session.journal if (each.step, each.action) == ("credentials", "made")
        ]
        assert [each.details["job_id"] for each in made] == [principal["jobs"][0]["id"]]

    asyncio.run(run())


def test_of_two_jobs_that_are_there_the_chosen_one_is_used(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        session, keystore = ready(fresh, tmp_path)
        entra = await browser(fresh, session)
        async with talking(entra) as graph:
            await action(fresh, keystore, "application", session).apply(session, graph, {}, silent)
            at = session.profile.entra.service_principal_id
            template = await graph.templates.wait_for(at)
            jobs = [await graph.jobs.create(at, template.id) for _ in range(2)]
            doing = action(fresh, keystore, "credentials", session)
            found = await doing.look(session, graph)
            assert {each.id for each in found.questions[0].choices} == {each.id for each in jobs}
            error = await met(doing.apply(session, graph, {}, silent))
            assert error is not None
            assert error.code == "credentials-which-job"
            await doing.apply(session, graph, {"job": jobs[1].id}, silent)
        assert session.profile.entra.job_id == jobs[1].id
        (principal,) = fresh.entra()["servicePrincipals"]
        assert len(principal["jobs"]) == 2

    asyncio.run(run())


@pytest.mark.parametrize(
    "fault",
    ["401", "403", "404", "409", "500", "html", "empty", "huge", "hostile", "no-role",
     "not-granted"],
)  # fmt: skip
@pytest.mark.parametrize("where", ["applications", "directory", "synchronization", "assignments"])
def test_every_refusal_of_graph_is_told_with_a_way_out(
    where: str, fault: str, fresh: PracticeTenant, tmp_path: Path
) -> None:
    reading: dict[str, Callable[[GraphClient, str], Awaitable[object]]] = {
        "applications": lambda graph, _: graph.application_templates.named("Cisco Webex"),
        "directory": lambda graph, _: graph.users.search("ana"),
        "synchronization": lambda graph, at: graph.jobs.list(at),
        "assignments": lambda graph, at: graph.assignments.list(at),
    }

    async def test(session: Session, graph: GraphClient, doing: Any) -> None:
        await doing.apply(session, graph, {}, silent)
        principal_id = session.profile.entra.service_principal_id
        fresh.misbehave(where, fault)
        error = await met(reading[where](graph, principal_id))
        assert error is not None or fault in {"hostile", "no-role", "not-granted", "404"}
        told = "" if error is None else f"{error.message}{error.hint}"
        assert error is None or is_told(error)
        assert not any(character in told for character in "\x1b\u202e\x07")

    during(fresh, tmp_path, test)
