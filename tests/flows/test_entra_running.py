"""One person at once and the first cycle, through Graph, against the practice tenants."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.entra_actions import NAMED, Wizard, filtered
from tests.line import Meddle, changing
from tests.practice import sign_in
from tests.practice_here import PracticeHere
from tests.sessions import tools
from wizard.errors import InvalidInput
from wizard.flow.plan import STEPS
from wizard.flow.session import State
from wizard.reports.status import standing
from wizard.steps.base import Outlook
from wizard.steps.finish import FinishStep
from wizard.steps.in_scope import NOBODY, WHERE
from wizard.steps.watch import LOOK_EVERY
from wizard.store.journal import Action, Change
from wizard.words.progress import Progress

HOUR = 3600
CASES = Path(__file__).parent.parent / "data" / "cases"


def verdicts(found: Outlook) -> dict[str, str]:
    """Return the verdict of each attribute."""
    return {row[0]: row[-1] for row in found.tables[0].rows}


def came_to(outcome: str, words: str = "", **entry: str) -> Meddle:
    """Let every run for one person come to this."""
    told = {"result": outcome, "details": {"errorMessage": words}}
    result = {"key": json.dumps(told), "value": json.dumps(entry)}
    return changing("/provisionOnDemand", lambda _: result, "POST")


async def test_who_is_assigned_is_predicted_before_anything_happens(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    fresh.forget_requests()
    found = await now.look("on-demand")
    assert {each.method for each in fresh.requests()} == {"GET"}
    (question,) = found.questions
    assert (question.choices[0].text, question.answer) == ("Ana Ruiz", question.choices[0].id)
    (table,) = found.tables
    assert table.title == "Prediction for Ana Ruiz: in scope."
    assert ("userName", "ana.ruiz@practice.example") in table.rows


async def test_where_nobody_is_assigned_it_is_said_and_where_to_change_that(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path, until="assignment")
    await now.apply("scope")
    assert f"{NOBODY} {WHERE}" in (await now.look("scope")).cautions
    assert any(
        "assign a test user first" in each for each in (await now.look("on-demand")).cautions
    )
    off = await now.look("start")
    assert (off.finding.state, off.finding.hint) == (State.OPEN, WHERE)
    assert off.finding.text == f"Provisioning is off. {NOBODY}"
    told = [(await now.apply("start")).finding, (await now.look("start")).finding]
    told.append((await now.look("watch")).finding)
    fresh.tell_entra(advance=HOUR)
    told.append((await now.look("watch")).finding)
    assert all(each.text.endswith(NOBODY) and each.hint.endswith(WHERE) for each in told)
    assert told[-1].state is State.ATTENTION
    known = standing(now.session.profile, now.session.clock())
    assert NOBODY in known.attention
    finish = FinishStep(STEPS["finish"], tools(endpoints=fresh.endpoints))
    finding = await finish.check(now.session)
    assert NOBODY in finding.text
    assert finding.hint == WHERE
    assert "assign a test user" in finish.advice(now.session)[0]
    assert f"- In scope: `{NOBODY}" in await finish.report(now.session)
    await now.apply("assignment")
    assert (await now.look("start")).finding.state is State.DONE
    assert NOBODY not in (await finish.check(now.session)).text


async def test_a_new_person_is_created_exactly_as_predicted(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    webex = sign_in(fresh)
    query = {"filter": 'userName eq "ivo.novak@practice.example"'}
    (person,) = webex.scim("/Users", params=query).json()["Resources"]
    assert webex.scim(f"/Users/{person['id']}", "DELETE").status_code == 204
    answers = {"who": await now.user("ivo.novak")}
    await now.answer("assignment", answers)
    found = await now.answer("on-demand", answers)
    assert found.finding.state is State.DONE, found
    assert found.finding.text == "Ivo Novak was created in Webex, as the mapping predicted."
    assert set(verdicts(found).values()) == {"as predicted"}
    assert "userName" in verdicts(found)
    again = await now.answer("on-demand", answers)
    assert "already; Entra says that both sides are the same" in again.finding.text
    assert not again.tables  # nothing was sent that could differ
    assert (await now.look("on-demand")).finding.state is State.DONE


async def test_a_document_of_the_service_that_nothing_changed_has_no_rows_that_contradict_it(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    met = json.loads((CASES / "on-demand-redundant.json").read_text(encoding="utf-8"))
    with now.entra.line.meddled(changing("/provisionOnDemand", lambda _: met, "POST")):
        found = await now.answer("on-demand", {"who": await now.user("ana.ruiz")})
    assert found.finding.state is State.DONE
    assert "both sides are the same, and sent nothing" in found.finding.text
    assert not found.tables
    assert now.actions("on-demand")[-1] == Action.SKIPPED


async def test_what_comes_out_otherwise_than_predicted_is_named(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    user = await now.user("oscar.nilsson")
    await now.answer("assignment", {"who": user})

    def renamed(told: Progress) -> None:
        fresh.tell_entra(change_user={"user": user, "displayName": "Somebody Else"})

    found = await now.answer("on-demand", {"who": user}, renamed)
    assert found.finding.state is State.ATTENTION
    assert "not all as the mapping predicted: displayName" in found.finding.text
    attribute, _, verdict = found.tables[0].rows[0]
    assert (attribute, verdict.partition(";")[0]) == ("displayName", "differs")
    assert "on-demand" not in now.session.profile.steps


async def test_who_is_not_assigned_is_skipped_and_told_why(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    found = await now.answer("on-demand", {"who": await now.user("ivo.novak")})
    assert found.finding.state is State.ATTENTION
    assert "Ivo Novak was skipped. The person is not assigned" in found.finding.text
    assert "wait some minutes" in found.finding.hint
    assert found.tables[-1].title == "What Entra did:"


async def test_what_webex_refuses_is_told_with_its_own_words(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    answers = {"who": await now.user("kofi.mensah")}
    await now.answer("assignment", answers)
    fresh.misbehave("scim", "409", method="PATCH")
    found = await now.answer("on-demand", answers)
    assert found.finding.state is State.FAILED
    assert "did not arrive in Webex." in found.finding.text
    assert "next try" not in found.finding.text
    assert found.finding.hint
    words = "It will be retried again after this date: 2026-03-24T13:23:44.9198514Z UTC"
    with now.entra.line.meddled(came_to("Failure", words)):
        found = await now.answer("on-demand", answers)
    assert found.finding.text.endswith(" Entra's next try: 2026-03-24 13:23 UTC.")


@pytest.mark.parametrize("outcome", ["", "deferred"])
async def test_an_outcome_that_is_not_known_is_not_called_done(
    outcome: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    with now.entra.line.meddled(came_to(outcome)):
        found = await now.answer("on-demand", {"who": await now.user("ana.ruiz")})
    assert found.finding.state is State.ATTENTION
    assert found.finding.text == "Entra does not tell clearly what became of Ana Ruiz."
    assert (await now.look("on-demand")).finding.state is State.ATTENTION


async def test_who_arrives_although_the_filters_leave_them_out_is_told(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    filtered(now.session, "Law")
    await now.answer("scoping", NAMED)
    with now.entra.line.meddled(came_to("success", action="create")):
        found = await now.answer("on-demand", {"who": await now.user("oscar.nilsson")})
    assert found.finding.state is State.ATTENTION
    assert "but by the mapping would be out of scope" in found.finding.text


async def test_who_is_assigned_twice_is_suggested_once(fresh: PracticeHere, tmp_path: Path) -> None:
    now = await Wizard.running(fresh, tmp_path)
    twice = changing("/appRoleAssignedTo", lambda found: found | {"value": found["value"] * 2})
    with now.entra.line.meddled(twice):
        (question,) = (await now.look("on-demand")).questions
    assert [choice.text for choice in question.choices] == ["Ana Ruiz"]


async def test_who_is_assigned_and_deleted_is_predicted_nothing(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    fresh.misbehave("directory", "404")
    found = await now.look("on-demand")
    assert (found.tables, len(found.questions)) == ((), 1)


async def test_nobody_is_provisioned_when_nobody_is_chosen(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    fresh.forget_requests()
    with pytest.raises(InvalidInput) as caught:
        await now.answer("on-demand", {})
    assert caught.value.code == "on-demand-nobody"
    assert [each for each in fresh.requests() if each.method == "POST"] == []


async def test_a_first_cycle_is_watched_until_it_is_done(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    found = await now.look("watch")
    assert found.finding.state is State.OPEN
    begun = "The first cycle is under way: about 1 person or group to go through."
    assert found.finding.text.startswith(begun)
    assert "Microsoft's figures for a first cycle: about 10 to 80 minutes" in found.finding.text
    assert found.tables == (), "who was tried before is no result of it"
    assert (found.plan, found.look_again_after) == ((), LOOK_EVERY)
    fresh.tell_entra(advance=HOUR)
    found = await now.look("watch")
    assert found.finding.state is State.DONE
    assert "1 person is linked" in found.finding.text
    assert found.look_again_after is None
    assert found.tables[0].rows[0][0] == "ana.ruiz@practice.example"

    def uncounted(jobs: Any) -> Any:
        for job in jobs["value"]:
            job["status"]["synchronizedEntryCountByType"] = []
        return jobs

    with now.entra.line.meddled(changing("/jobs", uncounted)):
        found = await now.look("watch")
    assert found.finding.state is State.ATTENTION
    assert "Entra does not say how many people" in found.finding.text
    assert "0 people" not in found.finding.text


async def test_a_cycle_that_only_goes_on_has_not_begun_anew(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    now.hours.ahead += 600  # by our clock alone
    found = await now.answer("watch", {"how": "nothing"})
    assert "It began 10 minutes ago." in found.finding.text
    found = await now.answer("watch", {"how": "again"})
    assert "It began less than a minute ago." in found.finding.text
    changes = [each.changes for each in now.session.history.entries[-2:]]
    assert changes == [
        (Change("", "provisioning", "on", "on: goes on"),),
        (Change("", "provisioning", "on", "on: looks at everybody again"),),
    ]


async def test_who_failed_in_the_cycle_comes_first_with_the_reason(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    await now.answer("assignment", {"who": await now.user("lena.fischer")})
    await now.answer("watch", {"how": "again"})
    fresh.misbehave("scim", "409", method="PATCH")
    fresh.tell_entra(advance=HOUR)
    found = await now.look("watch")
    assert found.finding.state is State.ATTENTION
    assert "1 person or group failed" in found.finding.text
    who, result, why = found.tables[0].rows[0]
    assert (who, result) == ("lena.fischer@practice.example", "failed")
    assert why.startswith("Webex answered “409")


@pytest.mark.parametrize("how", ["nothing", "again", "everything"])
async def test_a_quarantine_is_explained_and_ended_by_each_restart(
    fresh: PracticeHere, tmp_path: Path, how: str
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    fresh.misbehave("synchronization", "quarantine", times=1)
    found = await now.look("watch")
    assert found.finding.state is State.ATTENTION
    assert found.finding.text.startswith("Provisioning is in quarantine.")
    assert found.finding.hint
    assert [choice.id for choice in found.questions[0].choices] == [
        "again",
        "nothing",
        "everything",
    ]
    one_answer = "Looking at everybody again takes"
    assert found.questions[0].caution.startswith(one_answer)
    after = await now.answer("watch", {"how": how})
    assert "quarantine" not in after.finding.text
    fresh.tell_entra(advance=HOUR)
    assert (await now.look("watch")).finding.state is State.DONE


async def test_deletions_that_were_held_back_are_offered_and_carried_out(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    await now.answer("notification", {"mail": "it@practice.example", "limit": "1"})
    fresh.tell_entra(advance=HOUR)
    await now.look("watch")
    principal_id = now.session.profile.entra.service_principal_id
    (assigned,) = (await now.graph.assignments.list(principal_id)).items
    await now.graph.assignments.remove(principal_id, assigned.id)
    fresh.tell_entra(advance=HOUR)
    found = await now.look("watch")
    assert "More people would be deactivated" in found.finding.text
    assert "held back" in found.questions[0].choices[-1].text
    await now.answer("watch", {"how": "held-back"})
    found = await now.look("watch")
    assert "More people" not in found.finding.text
    assert NOBODY in found.finding.text  # the one who was assigned is not


async def test_results_that_may_not_be_read_are_missing_and_said_so(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    fresh.tell_entra(advance=HOUR)
    fresh.misbehave("logs", "not-granted")
    found = await now.look("watch")
    assert found.finding.state is State.DONE
    assert found.tables == ()
    assert any("cannot be read" in caution for caution in found.cautions)


async def test_results_that_are_not_all_read_are_said_to_be_the_newest(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    people = [{"sourceIdentity": {"id": f"{each}", "displayName": "x"}} for each in range(1_000)]
    many = changing(
        "/auditLogs/provisioning", lambda found: found | {"value": people, "@odata.nextLink": "x"}
    )
    with now.entra.line.meddled(many):
        found = await now.look("watch")
    assert found.cautions[-1] == "Only the newest 1,000 results were read."
    assert found.tables[0].title == "People and groups: 1,000 not clear, the first 200 shown"
    assert len(found.tables[0].rows) == 200
    assert found.look_again_after == 11 * LOOK_EVERY, "a request each ten seconds, no more"


async def test_having_started_the_job_of_somebody_else_does_not_make_it_ours(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    fresh.tell_entra(advance=HOUR)
    file = now.session.journal.file
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if '"step":"start"' in line), "utf-8")
    assert len(tuple(now.session.history.entries)) == 1
    assert "type Cisco Webex" in (await now.look("watch")).questions[-1].text


async def test_a_job_of_somebody_else_is_restarted_only_by_name(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)
    fresh.tell_entra(advance=HOUR)
    now.session.journal.file.unlink()
    found = await now.look("watch")
    assert "type Cisco Webex" in found.questions[-1].text
    fresh.forget_requests()
    with pytest.raises(InvalidInput) as caught:
        await now.answer("watch", {"how": "again", "name": "cisco"})
    assert caught.value.code == "restart-not-ours"
    assert {each.method for each in fresh.requests()} == {"GET"}
    after = await now.answer("watch", {"how": "again", "name": "Cisco Webex"})
    assert after.finding.text.startswith("Provisioning looks at everybody again.")


async def test_each_look_at_the_job_is_remembered_for_the_status(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Wizard.running(fresh, tmp_path)

    def seen() -> tuple[str, bool]:
        found = standing(now.session.profile, now.session.clock())
        assert found.job is not None
        return found.job["state"], bool(found.job["trouble"])

    await now.look("watch")
    assert seen() == ("first cycle", False)
    fresh.tell_entra(advance=HOUR)
    await now.look("start")
    assert seen() == ("running", False)
    fresh.misbehave("synchronization", "quarantine", times=1)
    await now.look("watch")
    assert seen() == ("quarantine", True)
    assert not standing(now.session.profile, now.session.clock()).healthy
