"""After a run that was cut off: what it made appears late, and what others made stays theirs."""

from pathlib import Path

import httpx
import pytest

from tests import entra
from tests.entra_actions import Wizard, kept, resumed
from tests.line import KilledError, Send, killing
from tests.practice_here import PracticeHere
from wizard.errors import InvalidInput, WizardError
from wizard.flow.session import Session, State
from wizard.graph.errors import GraphError

LATE = 90


async def killed(
    practice: PracticeHere, folder: Path, step_id: str, *, at: str, landed: bool = True
) -> Wizard:
    """Kill a run of a step at its first POST to a path that ends so; return the run after it."""
    wizard = await Wizard.started(practice, folder)
    if step_id != "application":
        await wizard.apply("application")
    if step_id == "assignment":
        await wizard.apply("credentials")
    deadly = killing("POST", at, landed=landed)
    with wizard.entra.line.meddled(deadly), pytest.raises(KilledError):
        await wizard.apply(step_id)
    session = resumed(folder, wizard.hours)
    return Wizard(practice, session, wizard.keystore, wizard.entra)


async def test_an_application_that_appears_late_is_waited_for_and_is_ours(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    after = await killed(fresh, tmp_path, "application", at="/instantiate")
    fresh.misbehave("applications", "late", seconds=LATE)
    began = after.hours.ahead
    found = await after.look("application")
    assert "an earlier run added it" in found.finding.text
    assert found.questions == ()
    assert 0 < after.hours.ahead - began <= LATE + 5
    assert "for 5 minutes at most" in after.hours.told[-1].message
    await after.apply("application")
    assert kept(fresh)["applications"] == ["Cisco Webex"]
    await after.take_all_back()
    assert kept(fresh)["applications"] == []


async def test_what_never_landed_is_made_once_the_wait_is_over(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    after = await killed(fresh, tmp_path, "application", at="/instantiate", landed=False)
    began = after.hours.ahead
    found = await after.look("application")
    assert 290 <= after.hours.ahead - began <= 300
    assert "nothing has appeared since" in found.cautions[0]
    waited = after.hours.ahead
    await after.apply("application")
    assert after.hours.ahead - waited < 10, "nobody waits a second time"
    assert kept(fresh)["applications"] == ["Cisco Webex"]


async def test_long_after_a_cut_nobody_waits(fresh: PracticeHere, tmp_path: Path) -> None:
    after = await killed(fresh, tmp_path, "application", at="/instantiate")
    after.hours.pass_by(86_400)
    began = after.hours.ahead
    found = await after.look("application")
    assert after.hours.ahead == began
    assert "an earlier run added it" in found.finding.text


@pytest.mark.parametrize("landed", [True, False])
async def test_what_a_colleague_adds_an_hour_after_a_cut_is_asked_about_and_never_deleted(
    landed: bool, fresh: PracticeHere, tmp_path: Path
) -> None:
    after = await killed(fresh, tmp_path, "application", at="/instantiate", landed=landed)
    after.hours.pass_by(3_600)
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
    await after.take_all_back()
    assert kept(fresh)["applications"] == ["Cisco Webex"]
    assert fresh.entra()["servicePrincipals"][0]["tags"] == tags


async def test_two_that_were_added_at_that_time_are_asked_about(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    after = await killed(fresh, tmp_path, "application", at="/instantiate")
    fresh.tell_entra(add_application="Cisco Webex")
    found = await after.look("application")
    assert len(found.questions[0].choices) == 3
    await after.apply("application")
    assert after.session.history.undoable == ()


async def test_an_application_that_came_since_it_was_looked_is_not_doubled(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    assert (await wizard.look("application")).questions == ()
    fresh.tell_entra(add_application="Cisco Webex")
    with pytest.raises(InvalidInput) as caught:
        await wizard.answer("application", {})
    assert caught.value.code == "application-there"
    assert kept(fresh)["applications"] == ["Cisco Webex"]


async def test_what_was_just_added_is_known_although_no_list_shows_it(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    run = await Wizard.started(fresh, tmp_path)
    fresh.misbehave("applications", "late", seconds=LATE)
    fresh.misbehave("synchronization", "late", seconds=LATE)
    for step_id in ("application", "application", "credentials", "credentials", "start"):
        await run.apply(step_id)
    assert (await run.look("application")).finding.state is State.DONE
    assert kept(fresh)["applications"] == ["Cisco Webex"]
    assert len(kept(fresh)["jobs"]) == 1


@pytest.mark.parametrize("fault", ["401", "404", "403"])
async def test_the_next_step_is_patient_with_the_application_that_was_just_added(
    fault: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    run = await Wizard.started(fresh, tmp_path)
    await run.apply("application")
    fresh.misbehave("synchronization", fault, times=3)
    assert (await run.look("credentials")).plan
    assert run.hours.told


async def test_an_old_application_is_not_waited_for(fresh: PracticeHere, tmp_path: Path) -> None:
    run = await Wizard.started(fresh, tmp_path)
    await run.apply("application")
    run.hours.pass_by(1_000)
    fresh.misbehave("synchronization", "403", times=1)
    with pytest.raises(GraphError):
        await run.look("credentials")


async def test_a_job_that_appears_late_is_waited_for_and_is_ours(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    after = await killed(fresh, tmp_path, "credentials", at="/jobs")
    fresh.misbehave("synchronization", "late", seconds=LATE)
    await after.apply("credentials")
    assert len(kept(fresh)["jobs"]) == 1
    assert after.actions("credentials") == ["intended", "made", "changed"]
    await after.take_all_back()
    assert kept(fresh)["applications"] == []


async def test_a_job_that_never_landed_is_made_after_the_wait(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    after = await killed(fresh, tmp_path, "credentials", at="/jobs", landed=False)
    await after.apply("credentials")
    assert len(kept(fresh)["jobs"]) == 1
    assert after.actions("credentials") == ["intended", "intended", "made", "changed"]


async def test_a_job_that_somebody_has_started_meanwhile_is_not_ours(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    after = await killed(fresh, tmp_path, "credentials", at="/jobs")
    colleague, principal = entra.administrator(fresh), fresh.entra()["servicePrincipals"][0]
    job = principal["jobs"][0]["id"]
    path = f"/servicePrincipals/{principal['id']}/synchronization/jobs/{job}/start"
    assert colleague.post(path).status_code == 204
    await after.apply("credentials")
    assert after.actions("credentials") == ["intended", "adopted", "changed"]


async def test_a_job_in_an_application_that_is_not_ours_is_not_ours_either(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    fresh.tell_entra(add_application="Cisco Webex")
    principal = fresh.entra()["servicePrincipals"][0]
    jobs = f"/servicePrincipals/{principal['id']}/synchronization/jobs"
    entra.administrator(fresh).delete(f"{jobs}/{principal['jobs'][0]['id']}")
    after = await killed(fresh, tmp_path, "credentials", at="/jobs")
    await after.apply("credentials")
    assert after.actions("credentials") == ["intended", "adopted", "changed"]
    await after.take_all_back()
    assert len(kept(fresh)["jobs"]) == 1


async def test_a_job_that_was_made_is_ours_although_it_cannot_be_read(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    async def unreadable(request: httpx.Request, send: Send) -> httpx.Response:
        """Let nobody read anything of provisioning after a job was made."""
        response = await send(request)
        if request.method == "POST" and request.url.path.endswith("/jobs"):
            fresh.misbehave("synchronization", "403", method="GET")
        return response

    run = await Wizard.started(fresh, tmp_path)
    with run.entra.line.meddled(unreadable):
        await run.apply("application")
        with pytest.raises(GraphError):
            await run.apply("credentials")
    assert run.actions("credentials") == ["intended", "made"]


@pytest.mark.parametrize("landed", [True, False])
async def test_an_assignment_of_a_cut_off_run_is_ours(
    landed: bool, fresh: PracticeHere, tmp_path: Path
) -> None:
    after = await killed(fresh, tmp_path, "assignment", at="/appRoleAssignedTo", landed=landed)
    fresh.misbehave("assignments", "late", seconds=20)
    await after.apply("assignment")
    assert after.actions("assignment")[-1] == "made"
    assert kept(fresh)["assigned"] == 1
    after.hours.pass_by(60)
    await after.take_back(after.session.history.undoable[0], answers={})
    assert kept(fresh)["assigned"] == 0


def colleague_assigns(fresh: PracticeHere, session: Session) -> None:
    colleague = entra.administrator(fresh)
    principal = session.profile.entra.service_principal_id
    roles = colleague.get(f"/servicePrincipals/{principal}").json()["appRoles"]
    role = next(role["id"] for role in roles if role["displayName"] == "User")
    person = colleague.get("/users/ana.ruiz@practice.example").json()["id"]
    asked = {"principalId": person, "resourceId": principal, "appRoleId": role}
    made = colleague.post(f"/servicePrincipals/{principal}/appRoleAssignedTo", asked)
    assert made.status_code == 201


@pytest.mark.parametrize("was_cut_off", [True, False])
async def test_an_assignment_that_a_colleague_made_is_adopted_without_an_intention(
    was_cut_off: bool, fresh: PracticeHere, tmp_path: Path
) -> None:
    if was_cut_off:
        at = "/appRoleAssignedTo"
        after = await killed(fresh, tmp_path, "assignment", at=at, landed=False)
    else:
        after = await Wizard.started(fresh, tmp_path)
        for step_id in ("application", "credentials"):
            await after.apply(step_id)
    after.hours.pass_by(3_600)
    colleague_assigns(fresh, after.session)
    assert "was assigned already" in (await after.apply("assignment")).finding.text
    assert after.actions("assignment") == ["intended"] * was_cut_off + ["adopted"]


async def test_a_request_that_never_left_leaves_nothing_to_wait_for(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    async def unplugged(request: httpx.Request, send: Send) -> httpx.Response:
        if request.method == "POST" and request.url.path.endswith("/instantiate"):
            raise httpx.ConnectError("no route")
        return await send(request)

    run = await Wizard.started(fresh, tmp_path)
    with run.entra.line.meddled(unplugged), pytest.raises(WizardError):
        await run.apply("application")
    assert run.actions("application") == ["intended", "refused"]


async def test_a_clock_that_went_back_waits_no_longer_than_it_says(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    after = await killed(fresh, tmp_path, "application", at="/instantiate", landed=False)
    hours = after.hours
    hours.ahead -= 7_200
    began = hours.ahead
    await after.look("application")
    assert hours.ahead - began <= 300
