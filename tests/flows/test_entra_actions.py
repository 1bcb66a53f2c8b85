"""The steps that are done through Graph, against the practice tenants, cut off anywhere."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.entra_actions import NAMED, Wizard, edited, kept, planned, schema_in
from tests.practice_here import PracticeHere
from tests.sessions import facts
from wizard.errors import InvalidInput, WizardError
from wizard.flow.session import State
from wizard.steps.narrowing import NOW
from wizard.steps.tenant import EntraTenant
from wizard.store.journal import Action, Change


async def test_from_nothing_to_a_running_job_and_back(fresh: PracticeHere, tmp_path: Path) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    before = kept(fresh)
    assert before["applications"] == []
    await wizard.set_up()
    assert kept(fresh)["applications"] == ["Cisco Webex"]
    assert len(kept(fresh)["jobs"]) == 1
    assert (await wizard.look("start")).finding.state is State.DONE
    made = [each for entry in wizard.session.history.standing() for each in entry.changes]
    told = {each.subject: (each.before, each.after) for each in made}
    assert told.pop("tenant URL")[1].startswith(fresh.endpoints.webex.scim_base)
    assert told == {
        "Cisco Webex": ("", "in the tenant"),
        "secret token": ("", "the token of this profile"),
        "notification mail": ("nobody", "it@practice.example"),
        "deletion limit": ("none", "50"),
        "Ana Ruiz": ("", "the role User"),
        "who is in scope": ("not said", "only who is assigned"),
        "provisioning": ("off", "on"),
    }
    assert wizard.newest("credentials").before("secret token") == ""
    set_up = wizard.session.history.last_made("credentials")
    assert set_up is not None
    assert set_up.changes == (Change("", "provisioning", "", "set up"),)
    await wizard.take_all_back()
    assert kept(fresh) == before
    assert wizard.session.history.undoable == ()


async def test_rows_and_filters_are_saved_and_taken_back(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.running(fresh, tmp_path)
    before = schema_in(fresh)
    edited(wizard.session)
    found = await wizard.look("mapping")
    assert any("title from [jobTitle]" in line for line in planned(found))
    assert any('department is "Sales"' in line for line in planned(found))
    await wizard.answer("mapping", NAMED | {"restart": NOW})
    assert schema_in(fresh) != before
    again = await wizard.look("scoping")
    assert (again.finding.state, again.plan) == (State.DONE, ())
    made = wizard.session.history.undoable[0]
    assert made.subject == "attribute mapping and filters"
    assert [(each.subject, each.before, each.after) for each in made.changes] == [
        ("displayName", "[displayName]", 'Join(" ", [givenName], [surname])'),
        ("title", "", "[jobTitle]"),
        ('Filter 1 "Sales"', "", 'department is "Sales"'),
    ]
    said = await wizard.take_back(made, answers={})
    names = 'displayName, title, Filter 1 "Sales"'
    assert said[0].startswith(f"The mapping in Entra is as it was before: {names}.")
    assert schema_in(fresh) == before


async def test_a_mapping_that_changed_meanwhile_is_not_overwritten(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.running(fresh, tmp_path)
    edited(wizard.session)
    doing = wizard.doing("mapping")
    fresh.misbehave("synchronization", "changed-by-another", times=1)
    async with wizard.entra.graph() as graph:
        await doing.look(wizard.session, graph)
        before = schema_in(fresh)
        with pytest.raises(InvalidInput) as caught:
            await doing.apply(wizard.session, graph, {}, print)
    assert caught.value.code == "schema-changed"
    assert schema_in(fresh) == before


async def test_a_second_time_changes_nothing(fresh: PracticeHere, tmp_path: Path) -> None:
    wizard = await Wizard.running(fresh, tmp_path)
    after = kept(fresh)
    fresh.forget_requests()
    for step_id in ("application", "start"):
        await wizard.answer(step_id, {})
    assert kept(fresh) == after
    written = [each for each in fresh.requests() if each.method not in {"GET", "HEAD"}]
    assert written == []


async def test_an_application_that_is_there_is_adopted_and_never_deleted(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    fresh.tell_entra(add_application="Cisco Webex")
    wizard = await Wizard.started(fresh, tmp_path)
    (question,) = (await wizard.look("application")).questions
    assert question.answer != "add"
    await wizard.answer("application", {question.id: question.answer})
    adopted = wizard.session.history.last("application", Action.ADOPTED)
    assert adopted is not None
    assert adopted.changes == (Change("", "Cisco Webex", "in the tenant", "in the tenant"),)
    await wizard.take_all_back()
    assert kept(fresh)["applications"] == ["Cisco Webex"]


async def test_what_a_colleague_adds_after_a_refusal_is_never_ours_to_delete(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    fresh.misbehave("applications", "no-role", method="POST", times=1)
    with pytest.raises(WizardError):
        await wizard.answer("application", {})
    fresh.tell_entra(add_application="Cisco Webex")
    tags = fresh.entra()["servicePrincipals"][0]["tags"]
    await wizard.apply("application")
    assert wizard.session.history.undoable == ()
    assert fresh.entra()["servicePrincipals"][0]["tags"] == tags


async def test_a_token_that_came_after_entra_got_one_is_still_to_be_given(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.running(fresh, tmp_path)
    assert (await wizard.look("credentials")).finding.state is State.DONE
    session = wizard.session
    later = session.clock() + timedelta(minutes=5)
    session.change(token=facts(obtained_at=later))
    session.untick("credentials")
    found = await wizard.look("credentials")
    assert found.finding.state is State.ATTENTION, "Entra has the one before"
    assert found.finding.text == "Entra has this tenant URL, and a token from before this one."
    session.clock = lambda: later + timedelta(minutes=5)
    await wizard.answer("credentials", {})
    assert (await wizard.look("credentials")).finding.state is State.DONE


async def test_credentials_of_somebody_else_are_replaced_only_by_name(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    await Wizard.running(fresh, tmp_path / "colleague")
    wizard = await Wizard.started(fresh, tmp_path / "ours")
    await wizard.apply("application")
    found = await wizard.look("credentials")
    assert "type Cisco Webex" in found.questions[0].text
    fresh.forget_requests()
    for typed in ({}, {"name": "cisco"}):
        with pytest.raises(InvalidInput) as caught:
            await wizard.answer("credentials", typed)
        assert caught.value.code == "credentials-not-ours"
    assert {each.method for each in fresh.requests()} == {"GET"}
    assert (await wizard.answer("credentials", NAMED)).finding.text


async def test_a_token_that_webex_refuses_is_never_saved(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    await wizard.answer("application", {})
    fresh.misbehave("scim", "401")
    with pytest.raises(WizardError) as caught:
        await wizard.answer("credentials", {})
    assert "401" in caught.value.message or "Unauthorized" in caught.value.message
    fresh.behave()
    assert "BaseAddress" not in wizard.secrets()


async def test_a_step_that_needs_another_says_so(fresh: PracticeHere, tmp_path: Path) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    with pytest.raises(InvalidInput) as caught:
        await wizard.look("credentials")
    assert caught.value.code == "application-first"


async def test_without_a_sign_in_nothing_is_asked(fresh: PracticeHere) -> None:
    with pytest.raises(InvalidInput) as caught:
        async with EntraTenant(fresh.endpoints).graph():
            pass
    assert caught.value.code == "not-signed-in"


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.thorough)])
async def test_a_run_that_is_killed_at_any_request_is_repeated_without_doubling(
    every: int, fresh: PracticeHere, tmp_path: Path
) -> None:
    """Each request in turn is the last of a run, landed or not; the next run finds the truth."""
    wizard = await Wizard.started(fresh, tmp_path / "whole")

    async def whole() -> None:
        await wizard.set_up(with_edits=True)
        await wizard.apply("watch")

    moments = await wizard.moments(whole())
    assert len(moments) > 15, "the setup asks more than that"
    for number, moment in list(enumerate(moments))[::every]:
        again = await Wizard.at(fresh, moment, tmp_path / f"{number}", wizard.entra)
        await again.set_up(with_edits=True)
        assert kept(fresh)["applications"] == ["Cisco Webex"], number
        assert len(kept(fresh)["jobs"]) == 1, number
        assert kept(fresh)["assigned"] == 1, number
        await again.take_all_back()
        assert kept(fresh)["applications"] == [], number
