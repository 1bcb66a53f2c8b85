"""What can go wrong with Microsoft, met by our own sign-in and steps in the practice tenants."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.entra_actions import Tenant, Wizard, hours_of, kept, ready
from tests.practice_here import PracticeHere
from tests.sessions import tools
from wizard.errors import WizardError
from wizard.flow.plan import SIGN_IN
from wizard.flow.session import Session, State
from wizard.graph.client import GraphClient
from wizard.oauth.entra.aadsts import NUMBERS
from wizard.oauth.entra.sign_in import EntraSignIn
from wizard.practice.aadsts import AADSTS_REFUSALS, Met
from wizard.practice.process import PracticeTenant
from wizard.steps.sign_in import SignInStep
from wizard.words.meanings import meaning

ELIGIBLE = "carla.moreau@practice.example"


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
    entra = again or Tenant(tenant, hours_of(session))
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
    entra = again or Tenant(tenant, hours_of(session))
    step = SignInStep(SIGN_IN, tools(tenant=entra))
    microsoft = tenant.endpoints.entra
    request = EntraSignIn(microsoft, connect=entra.connect, sleep=entra.hours.sleep)

    def show(code: Any) -> None:
        with suppress(WizardError):
            tenant.approve_device(code.user_code, account)

    await step.by_device_code(session, request, show)
    return entra


async def refused(signing_in: Awaitable[Tenant]) -> WizardError:
    with pytest.raises(WizardError) as caught:
        await signing_in
    return caught.value


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
    sorted(number for number, refusal in AADSTS_REFUSALS.items() if refusal.met is not Met.PAGE),
)
async def test_every_refusal_of_a_sign_in_by_browser_is_told_with_a_way_out(
    number: int, fresh: PracticeHere, tmp_path: Path
) -> None:
    session, _ = ready(fresh, tmp_path)
    fresh.misbehave("authority", f"AADSTS{number}")
    error = await refused(browser(fresh, session))
    assert is_told(error)
    row = meaning(NUMBERS, f"AADSTS{number}", words=AADSTS_REFUSALS[number].text)
    if row is not None and row.code != "wrong-cloud":  # of that it is known which
        assert row.message in error.message
        assert error.hint.startswith(row.hint.partition("{")[0])
    assert str(number) in str(error) or error.code in {"tenant-not-found", "wrong-cloud"}
    assert session.profile.entra.account == ""


OF_DEVICES = {
    (refusal.error, refusal.suberror): number
    for number, refusal in AADSTS_REFUSALS.items()
    if refusal.met is Met.REDIRECT and refusal.error != "authorization_pending"
}
"""One refusal of each kind."""


@pytest.mark.parametrize("number", sorted(OF_DEVICES.values()))
async def test_every_refusal_of_a_device_code_is_told_with_a_way_out(
    number: int, fresh: PracticeHere, tmp_path: Path
) -> None:
    session, _ = ready(fresh, tmp_path)
    fresh.misbehave("device", f"AADSTS{number}")
    error = await refused(device(fresh, session))
    assert is_told(error)


async def test_declined_consent_is_told(fresh: PracticeHere, tmp_path: Path) -> None:
    session, _ = ready(fresh, tmp_path)
    error = await refused(browser(fresh, session, decline=True))
    assert "declined" in error.message
    assert is_told(error)


async def test_a_blocked_device_code_leads_to_the_browser(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    session, _ = ready(fresh, tmp_path)
    fresh.misbehave("device", "AADSTS53003")
    error = await refused(device(fresh, session))
    assert "Conditional Access" in f"{error.message} {error.hint}"
    assert "browser" in error.hint


async def test_another_tenant_forgets_what_was_found_in_the_first(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    await wizard.answer("application", {})
    assert wizard.session.profile.entra.service_principal_id
    wizard.entra = await browser(fresh, wizard.session, "admin@other.example")
    assert wizard.session.profile.entra.service_principal_id == ""
    found = await wizard.look("application")
    assert found.finding.state is State.OPEN
    assert found.questions == ()


async def test_a_role_that_arrives_later_needs_no_new_sign_in(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    session, keystore = ready(fresh, tmp_path)
    wizard = Wizard(fresh, session, keystore, await browser(fresh, session, ELIGIBLE))
    with pytest.raises(WizardError) as caught:
        await wizard.answer("application", {})
    assert "role" in f"{caught.value.message} {caught.value.hint}"
    assert is_told(caught.value)
    fresh.tell_entra(activate=ELIGIBLE)
    await wizard.answer("application", {})
    assert kept(fresh)["applications"] == ["Cisco Webex"]


async def test_a_token_that_ends_in_the_middle_of_a_step_is_renewed_unseen(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    await wizard.look("application")
    fresh.misbehave("graph", "expired", times=1)
    await wizard.answer("application", {})
    assert kept(fresh)["applications"] == ["Cisco Webex"]


async def test_a_challenge_that_only_the_administrator_can_answer_says_sign_in_again(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    fresh.misbehave("graph", "insufficient-claims")
    fresh.misbehave("authority", "AADSTS50076")
    with pytest.raises(WizardError) as caught:
        await wizard.answer("application", {})
    assert is_told(caught.value)
    assert "sign" in caught.value.hint.lower()


@pytest.mark.parametrize("way", [browser, device])
async def test_a_new_sign_in_proves_what_graph_has_asked_for(
    way: Callable[..., Awaitable[Tenant]], fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    for turn in ("challenged", "proved"):
        fresh.misbehave("graph", "insufficient-claims")
        fresh.misbehave("authority", "AADSTS50074")
        error = await met(wizard.look("application"))
        assert (error is None) == (turn == "proved"), error
        fresh.behave()
        await way(fresh, wizard.session, again=wizard.entra)
    assert wizard.entra.claims is None


@pytest.mark.parametrize("fault", ["lost", "cut", "landed-404", "landed-503", "503", "429"])
async def test_a_network_that_fails_at_a_write_never_makes_two(
    fault: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    fresh.misbehave("applications", fault, method="POST", times=1)
    with suppress(WizardError):
        await wizard.answer("application", {})
    found = await wizard.look("application")
    answers = {each.id: each.answer for each in found.questions}
    await wizard.answer("application", answers)
    assert kept(fresh)["applications"] == ["Cisco Webex"]


@pytest.mark.parametrize("fault", ["lost", "cut"])
async def test_a_network_that_is_lost_between_two_writes_leaves_one_job_that_is_ours(
    fault: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    await wizard.answer("application", {})
    fresh.misbehave("synchronization", fault, method="PUT")
    error = await met(wizard.answer("credentials", {}))
    assert error is not None
    assert is_told(error)
    fresh.behave()
    found = await wizard.look("credentials")
    assert found.questions == (), "nothing there is somebody else's"
    await wizard.answer("credentials", {})
    assert (await wizard.look("credentials")).finding.state is State.DONE
    (principal,) = fresh.entra()["servicePrincipals"]
    assert len(principal["jobs"]) == 1
    credentials = [each for each in wizard.session.history.entries if each.step == "credentials"]
    made = [each for each in credentials if each.action == "made"]
    assert [each.details["job_id"] for each in made] == [principal["jobs"][0]["id"]]


async def test_of_two_jobs_that_are_there_the_chosen_one_is_used(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    await wizard.answer("application", {})
    at = wizard.session.profile.entra.service_principal_id
    template = await wizard.graph.templates.wait_for(at)
    jobs = [await wizard.graph.jobs.create(at, template.id) for _ in range(2)]
    found = await wizard.look("credentials")
    assert {each.id for each in found.questions[0].choices} == {each.id for each in jobs}
    error = await met(wizard.answer("credentials", {}))
    assert error is not None
    assert error.code == "credentials-which-job"
    await wizard.answer("credentials", {"job": jobs[1].id})
    assert wizard.session.profile.entra.job_id == jobs[1].id
    (principal,) = fresh.entra()["servicePrincipals"]
    assert len(principal["jobs"]) == 2


@pytest.mark.parametrize(
    "fault",
    ["401", "403", "404", "409", "500", "html", "empty", "huge", "hostile", "no-role",
     "not-granted"],
)  # fmt: skip
@pytest.mark.parametrize("where", ["applications", "directory", "synchronization", "assignments"])
async def test_every_refusal_of_graph_is_told_with_a_way_out(
    where: str, fault: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    reading: dict[str, Callable[[GraphClient, str], Awaitable[object]]] = {
        "applications": lambda graph, _: graph.application_templates.named("Cisco Webex"),
        "directory": lambda graph, _: graph.users.search("ana"),
        "synchronization": lambda graph, at: graph.jobs.list(at),
        "assignments": lambda graph, at: graph.assignments.list(at),
    }

    wizard = await Wizard.running(fresh, tmp_path, until="credentials")
    principal_id = wizard.session.profile.entra.service_principal_id
    fresh.misbehave(where, fault)
    error = await met(reading[where](wizard.graph, principal_id))
    assert error is not None or fault in {"hostile", "no-role", "not-granted", "404"}
    told = "" if error is None else f"{error.message}{error.hint}"
    assert error is None or is_told(error)
    assert not any(character in told for character in "\x1b\u202e\x07")
