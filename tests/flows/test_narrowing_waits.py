"""What was narrowed without a restart: said wherever the step shows, and on offer until it is."""

from pathlib import Path

import pytest

from tests.entra_actions import NAMED, filtered, planned
from tests.flows.test_entra_narrowing import CASES, RESTART, Case, Running, everybody
from tests.practice_here import PracticeHere
from tests.sessions import tools
from wizard.errors import InvalidInput, WizardError
from wizard.flow.plan import SETUP
from wizard.flow.session import State
from wizard.reports.markdown import markdown
from wizard.reports.report import setup_report
from wizard.reports.status import Standing, standings
from wizard.steps.finish import FinishStep
from wizard.steps.narrowing import LATER, NOW
from wizard.store.narrowings import Narrows, waits

WAITS = "still waits for a restart of provisioning"


def status(now: Running) -> Standing:
    (found,) = standings(now.session.profiles, now.session.clock())
    return found


async def said_everywhere(now: Running) -> list[bool]:
    """Tell of the end, the report, the status and the first cycle whether they say that it waits.

    All speak of the same, in the same words.
    """
    finish = FinishStep(SETUP[-1], tools(endpoints=now.practice.endpoints))
    told = waits(now.session.history.unrestarted(now.session.profile.entra.job_id))
    report = markdown(
        setup_report(
            now.session.profile, now.practice.endpoints, now.session.journal, now.session.clock()
        )
    )
    places = (
        (await finish.check(now.session)).text,
        report,
        status(now).attention,
        " ".join((await now.look("watch")).cautions),
    )
    return [bool(told) and told in place for place in places]


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
async def test_what_was_narrowed_without_a_restart_waits_until_one_is_made(
    case: Case, fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await case.prepare(now)
    await now.answer(case.step_id, NAMED)
    now.practice.forget_requests()
    found = await now.look(case.step_id)
    assert found.finding.state is State.ATTENTION
    assert WAITS in found.finding.text
    assert ("by itself" in found.finding.text) is (case.step_id != "scope")
    assert [each.id for each in found.questions][-2:] == ["restart", "name"]
    assert found.questions[-2].answer == LATER
    assert case.says in found.questions[-3 if case.step_id == "scope" else -2].caution
    assert await said_everywhere(now) == [True] * 4
    assert not status(now).healthy
    await now.answer(case.step_id, {"restart": LATER})
    with pytest.raises(InvalidInput) as caught:
        await now.answer(case.step_id, {"restart": NOW})
    assert caught.value.code == "narrowing-unnamed"
    assert set(now.writes()) <= {"parseExpression"}
    said = (await now.answer(case.step_id, RESTART)).finding.text
    assert "Provisioning is restarted" in said
    assert [each for each in now.writes() if each != "parseExpression"] == ["restart"]
    assert now.journal()[-1] == (case.step_id, "restarted", case.ways)
    assert (await now.look(case.step_id)).finding.state is State.DONE
    assert await said_everywhere(now) == [False] * 4


async def test_a_removed_assignment_waits_for_a_restart_or_for_being_made_again(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    made = now.newest("assignment")
    await now.take_back(made, answers=NAMED)
    found = await now.look("assignment")
    assert found.finding.state is State.ATTENTION
    assert WAITS in found.finding.text
    assert [each.id for each in found.questions][-2:] == ["restart", "name"]
    with pytest.raises(InvalidInput) as caught:
        await now.answer("assignment", {"restart": NOW})
    assert caught.value.code == "narrowing-unnamed"
    await now.answer("assignment", {"who": made.details["assignee"]})
    assert (await now.look("assignment")).finding.state is State.DONE
    await now.take_back(now.newest("assignment"), answers=NAMED)
    now.practice.forget_requests()
    assert "is restarted" in (await now.answer("assignment", RESTART)).finding.text
    assert now.writes() == ["restart"]
    assert (await now.look("assignment")).finding.state is State.DONE


async def test_a_paused_job_that_was_narrowed_starts_only_by_name(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await everybody(now)
    await now.take_back(now.newest("start"), answers={})
    assert (await now.look("start")).questions == ()
    await now.answer("scope", {"who": "assigned"} | NAMED)
    now.practice.forget_requests()
    found = await now.look("start")
    assert any("fell out of scope" in each for each in planned(found))
    assert [each.id for each in found.questions] == ["name"]
    assert "everybody else may be switched off" in found.questions[0].caution
    assert "The deletion limit is 50" in " ".join(found.cautions)
    with pytest.raises(InvalidInput) as caught:
        await now.answer("start", {})
    assert caught.value.code == "narrowing-unnamed"
    assert now.writes() == []
    await now.answer("start", NAMED)
    assert now.writes() == ["start"]
    assert WAITS in (await now.look("scope")).finding.text, "going on is no restart"


async def test_what_is_widened_again_or_taken_back_does_not_wait(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await everybody(now)
    await now.answer("scope", {"who": "assigned"} | NAMED)
    await now.answer("scope", {"who": "everybody"})
    job = now.session.profile.entra.job_id
    assert now.session.history.unrestarted(job) == ()
    filtered(now.session, "Sales")
    await now.answer("scoping", NAMED)
    filtered(now.session, "Sales", "IT")
    await now.answer("scoping", {})
    assert now.session.history.unrestarted(job) == (Narrows.FILTER,)
    filtered(now.session)
    await now.answer("scoping", {})
    assert now.session.history.unrestarted(job) == ()
    await now.answer("scope", {"who": "assigned"} | NAMED)
    assert now.session.history.unrestarted(job) == (Narrows.SCOPE,)
    assert now.session.history.unrestarted("another job") == ()
    await now.take_back(now.newest("scope"), answers={})
    assert now.session.history.unrestarted(job) == ()


async def test_a_restart_of_the_first_cycle_that_was_refused_leaves_it_waiting(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await everybody(now)
    await now.answer("scope", {"who": "assigned"} | NAMED)
    fresh.misbehave("synchronization", "no-role", method="POST", times=1)
    with pytest.raises(WizardError):
        await now.answer("watch", {"how": "again"} | NAMED)
    assert WAITS in (await now.look("scope")).finding.text
    await now.answer("watch", {"how": "again"} | NAMED)
    assert (await now.look("scope")).finding.state is State.DONE


async def test_an_undo_that_looks_harmless_until_its_second_entry_asks_before_the_first(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    for values, answers in ((("Sales",), NAMED), (("Sales", "IT"), {}), (("Sales",), NAMED)):
        filtered(now.session, *values)
        await now.answer("scoping", answers)
    newest, wider = [each for each in now.session.history.undoable if each.step == "scoping"][:2]
    assert await now.look_back(newest) is None
    asked = await now.look_back(newest, wider)
    assert asked is not None
    assert [each.id for each in asked.questions] == ["restart", "name"]
    now.practice.forget_requests()
    said = await now.take_back(newest, wider, answers=RESTART)
    assert len(said) == 3
    assert len(now.resets()) == 1
