"""Whose the credentials in Entra are, Entra's own test of them, and the settings beside them."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.entra import administrator
from tests.entra_actions import NAMED, Wizard, edited, planned, schema_in
from tests.practice_here import PracticeHere
from tests.sessions import NOW
from wizard.errors import CheckFailed, InvalidInput, WizardError
from wizard.graph.secrets import BASE_ADDRESS, SECRET_TOKEN
from wizard.steps.base import Stays
from wizard.store.journal import Action
from wizard.store.test_record import TestRecord
from wizard.walk.undoing import consequence
from wizard.words.progress import Progress

PASSED = TestRecord(at=NOW, verdict="passed", entra_says="success", writes="yes")


async def taken_back(wizard: Wizard, step_id: str) -> str:
    (said,) = await wizard.take_back(wizard.newest(step_id))
    return said


async def beside_a_colleague(fresh: PracticeHere, folder: Path) -> Wizard:
    """Return a program in whose application somebody else saved credentials, for our URL."""
    await Wizard.running(fresh, folder / "colleague")
    wizard = await Wizard.started(fresh, folder / "ours")
    await wizard.apply("application")
    return wizard


@pytest.mark.parametrize("step_id", ["notification", "scope"])
async def test_settings_beside_a_colleagues_token_are_shown_and_left_alone(
    step_id: str, fresh: PracticeHere, tmp_path: Path
) -> None:
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


async def test_credentials_that_were_refused_are_not_ours(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path / "ours")
    await wizard.apply("application")
    fresh.misbehave("synchronization", "not-granted", method="PUT", times=1)
    with pytest.raises(WizardError):
        await wizard.apply("credentials")
    assert {each.action for each in wizard.session.history.undoable} == {"made"}
    colleague = await Wizard.started(fresh, tmp_path / "colleague")
    for step_id in ("application", "credentials", "notification"):
        await colleague.apply(step_id)
    with pytest.raises(InvalidInput) as caught:
        await wizard.apply("scope", who="everybody")
    assert caught.value.code == "credentials-not-ours"


@pytest.mark.parametrize(
    ("step_id", "place", "method"),
    [("scope", "synchronization", "PUT"), ("start", "synchronization", "POST")],
)
async def test_a_change_that_was_refused_is_not_offered_to_be_taken_back(
    step_id: str, place: str, method: str, fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    for before in ("application", "credentials"):
        await wizard.apply(before)
    fresh.misbehave(place, "not-granted", method=method, times=1)
    with pytest.raises(WizardError):
        await wizard.apply(step_id)
    assert step_id not in {each.step for each in wizard.session.history.undoable}


async def test_a_mapping_that_entra_did_not_take_is_not_told_as_saved(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.running(fresh, tmp_path)
    edited(wizard.session)
    before = schema_in(fresh)
    fresh.misbehave("synchronization", "not-granted", method="PUT", times=1)
    with pytest.raises(WizardError):
        await wizard.answer("mapping", NAMED)
    assert schema_in(fresh) == before
    history = wizard.session.history
    assert "mapping" not in {each.step for each in (*history.undoable, *history.standing())}
    assert history.unrestarted(wizard.session.profile.entra.job_id) == ()


async def test_settings_that_were_changed_since_are_not_overwritten_by_an_undo(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    for step_id in ("application", "credentials", "notification"):
        await wizard.apply(step_id)
    first = wizard.newest("notification")
    await wizard.apply("notification", mail="other@practice.example")
    before = wizard.secrets()
    with pytest.raises(InvalidInput) as caught:
        await wizard.doing("notification").undo(wizard.session, wizard.graph, first)
    assert caught.value.code == "notification-changed"
    assert wizard.secrets() == before
    assert "as they were" in await taken_back(wizard, "notification")
    assert "as they were" in await taken_back(wizard, "notification")


async def test_credentials_that_were_saved_where_none_were_are_removed_again(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    for step_id in ("application", "credentials", "scope"):
        await wizard.apply(step_id)
    assert {"BaseAddress", "SecretToken"} <= wizard.secrets().keys()
    assert "are removed" in await taken_back(wizard, "credentials")
    assert not {"BaseAddress", "SecretToken"} & wizard.secrets().keys()


async def test_a_replaced_token_is_named_as_lost_before_and_when_taking_back(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await beside_a_colleague(fresh, tmp_path)
    await wizard.apply("credentials", name="Cisco Webex")
    made = wizard.session.history.undoable[0]
    assert "cannot be brought back" in consequence(made)
    before = wizard.secrets()
    url = fresh.endpoints.tenant_url(fresh.organization_id)
    earlier = made.model_copy(
        update={"changes": (), "details": made.details | {"base_address": url}}
    )
    undone = await wizard.doing("credentials").undo(wizard.session, wizard.graph, earlier)
    assert isinstance(undone, Stays)
    assert f"the tenant URL was {url}." in undone.text
    wizard.session.tick("credentials")
    said = await taken_back(wizard, "credentials")
    assert "cannot be put back" in said
    assert f"the tenant URL was {url}." in said
    assert wizard.secrets() == before
    with pytest.raises(InvalidInput) as caught:
        await wizard.apply("scope", who="everybody")
    assert caught.value.code == "credentials-not-ours", "a token by hand may be there now"
    history = wizard.session.history
    assert wizard.actions("credentials")[-1] == Action.LEFT
    assert history.undoable == ()
    assert history.standing()[-1] == made
    assert history.left_in_words.endswith("stays in Entra: tenant URL and token.")
    assert wizard.session.is_done("credentials"), "it is in Entra, as it was seen"
    await wizard.apply("credentials", name="Cisco Webex")
    assert wizard.session.history.left == ()
    assert (await wizard.apply("scope", who="everybody")).finding.text


async def test_a_replaced_token_that_somebody_has_replaced_since_is_not_told_as_staying(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await beside_a_colleague(fresh, tmp_path)
    await wizard.apply("credentials", name="Cisco Webex")
    principal_id = wizard.session.profile.entra.service_principal_id
    saved = await wizard.graph.secrets.read(principal_id)
    url, token = SecretStr("https://example.com/scim"), SecretStr("t" * 60)
    elsewhere = {BASE_ADDRESS: url, SECRET_TOKEN: token}
    await wizard.graph.secrets.write(principal_id, saved.replacing(elsewhere))
    assert "are not there any more" in await taken_back(wizard, "credentials")
    assert wizard.session.history.left == ()


async def test_what_is_saved_is_tried_once_more_and_a_refusal_is_told_as_its_own(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    wizard.session.change(last_test=PASSED)
    await wizard.apply("application")

    def revoked_after_saving(progress: object) -> None:
        if "tries what is saved" in str(progress):
            fresh.misbehave("scim", "401")

    with pytest.raises(CheckFailed) as caught:
        await wizard.answer("credentials", {}, revoked_after_saving)
    assert caught.value.code == "entra-test-failed-after-saving"
    assert "Webex answered Unauthorized" in caught.value.message
    assert "The test from this machine passed, on 2026-11-23 10:30 UTC." in caught.value.message
    assert "may have been revoked" in caught.value.hint
    fresh.behave()
    fresh.forget_requests()
    assert (await wizard.apply("credentials")).finding.text
    tried = [each for each in fresh.requests() if each.target.endswith("/validateCredentials")]
    assert len(tried) == 2


async def test_entras_refusal_stands_beside_our_own_test(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    failed = PASSED.model_copy(update={"verdict": "failed", "failed": ("token-refused",)})

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
        with pytest.raises(CheckFailed) as caught:
            await wizard.apply("credentials")
        assert caught.value.code == "entra-test-failed"
        assert "Nothing was saved." in caught.value.message
        assert told in caught.value.message
        assert hint in caught.value.hint


async def test_the_role_is_asked_for_and_the_one_for_people_is_recommended(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    for step_id in ("application", "credentials"):
        await wizard.apply(step_id)
    question = (await wizard.look("assignment")).questions[1]
    by_id = {each.id: each.text for each in question.choices}
    assert list(by_id.values()) == ["User", "msiam_access"]
    assert by_id[question.answer] == "User"
    other = question.choices[1].id
    found = await wizard.apply("assignment", role=other)
    assert "with the role msiam_access" in found.finding.text
    assert "with the role User" in (await wizard.apply("assignment")).finding.text
    assert "was assigned already" in (await wizard.apply("assignment")).finding.text
    assigned = fresh.entra()["servicePrincipals"][0]["assignments"]
    assert {each["appRoleId"] for each in assigned} == by_id.keys()
    with pytest.raises(InvalidInput) as caught:
        await wizard.apply("assignment", role="00000000-0000-0000-0000-000000000000")
    assert caught.value.code == "assignment-role"


async def test_a_part_of_a_name_is_found_inside_of_words_and_counted(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    doing = wizard.doing("assignment")
    fresh.forget_requests()
    found = [each.text for each in await doing.find(wizard.graph, "who", "uiz AN")]
    assert found[0].startswith("Ana Ruiz, ana.ruiz@")
    assert re.fullmatch(r"\d of 65 people, 0 of 9 security groups\.", found[-1])
    asked = len(fresh.requests())
    (nobody,) = await doing.find(wizard.graph, "who", "zzz")
    assert nobody.text == "Nothing is found by “zzz”: 0 of 65 people, 0 of 9 security groups."
    assert len(fresh.requests()) == asked, "what was read once is not asked for again"


async def test_of_twenty_thousand_it_says_how_many_there_are_and_how_they_are_found(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    fresh.misbehave("directory", "crowd")
    doing = wizard.doing("assignment")
    found = await doing.find(wizard.graph, "who", "crowd")
    assert found[-1].id == ""
    assert found[-1].text.startswith("Shown: 25 of 20,000 people found. Type more of the name.")
    assert "too many people to look inside of words" in found[-1].text
    few = await doing.find(wizard.graph, "who", "ana.ruiz")
    assert [each.text.partition(",")[0] for each in few[:-1]] == ["Ana Ruiz"]


async def test_several_are_assigned_at_once_and_each_is_taken_back_by_itself(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    for step_id in ("application", "credentials"):
        await wizard.apply(step_id)
    doing = wizard.doing("assignment")
    ids = [(await doing.find(wizard.graph, "who", text))[0].id for text in ("ana.ruiz", "Sales")]
    said = (await wizard.apply("assignment", who=" ".join(ids))).finding.text
    assert said == "Ana Ruiz and Sales are assigned with the role User."
    made = [each for each in wizard.session.history.undoable if each.step == "assignment"]
    assert {each.subject for each in made} == {"Ana Ruiz", "Sales"}
    await wizard.take_back(wizard.newest("assignment"))
    (left,) = fresh.entra()["servicePrincipals"][0]["assignments"]
    assert left["principalId"] == ids[0]
    said = (await wizard.apply("assignment", who=" ".join(ids))).finding.text
    assert "was assigned already" in said


async def test_a_job_that_was_on_in_quarantine_stays_on_after_an_undo(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.running(fresh, tmp_path)
    fresh.misbehave("synchronization", "quarantine")
    wizard.hours.pass_by(60)
    fresh.behave()
    assert "quarantine" in " ".join(planned(await wizard.look("start")))
    await wizard.apply("start")
    again, first = (each for each in wizard.undoing.made if each.step == "start")
    wizard.session.tick("start")
    assert "stays on" in (await wizard.take_back(again))[0]
    assert fresh.entra()["servicePrincipals"][0]["jobs"][0]["state"] == "Active"
    assert wizard.session.is_done("start")
    assert [each.at for each in wizard.session.history.left] == [again.at]
    assert "off again" in (await wizard.take_back(first))[0]
    assert not wizard.session.is_done("start")
    assert not wizard.session.history.left


async def test_a_job_that_was_on_before_and_is_off_is_not_told_to_stay_on(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.running(fresh, tmp_path)
    entra = wizard.session.profile.entra
    facts: dict[str, Any] = {
        "service_principal_id": entra.service_principal_id,
        "job_id": entra.job_id,
    }
    made = await wizard.session.log(
        "start", Action.CHANGED, "provisioning on", was_on=True, **facts
    )
    await wizard.graph.jobs.pause(entra.service_principal_id, entra.job_id)
    assert await wizard.take_back(made) == ["Provisioning is not on any more."]
    assert wizard.actions("start")[-1] == Action.UNDONE


async def test_a_change_is_taken_back_only_in_its_own_application(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    await wizard.set_up(with_edits=True)
    session = wizard.session
    fresh.tell_entra(add_application="Cisco Webex")
    other = fresh.entra()["servicePrincipals"][1]
    facts = {"service_principal_id": other["id"], "job_id": other["jobs"][0]["id"]}
    session.change(entra=session.profile.entra.model_copy(update=facts))
    for step_id in ("scope", "notification", "mapping"):
        with pytest.raises(InvalidInput) as caught:
            await taken_back(wizard, step_id)
        assert caught.value.code == "undo-elsewhere", step_id
    assert fresh.entra()["servicePrincipals"][1] == other


async def test_credentials_that_a_colleague_saves_meanwhile_are_not_replaced(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.started(fresh, tmp_path)
    await wizard.apply("application")
    principal_id = wizard.session.profile.entra.service_principal_id
    colleague = administrator(fresh)

    def colleague_saves(progress: Progress) -> None:
        if progress.message.startswith("Entra tries the tenant URL"):
            pairs = [{"key": "BaseAddress", "value": "https://other.example/scim"}]
            path = f"/servicePrincipals/{principal_id}/synchronization/secrets"
            assert colleague.put(path, {"value": pairs}).status_code == 204

    with pytest.raises(InvalidInput) as caught:
        await wizard.answer("credentials", {}, colleague_saves)
    assert caught.value.code == "credentials-not-ours"
    assert wizard.secrets().keys() == {"BaseAddress"}
