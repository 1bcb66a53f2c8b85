"""Settings in Entra that this program does not understand are left alone by its steps."""

from pathlib import Path
from typing import Any

import pytest

from tests.entra_actions import NAMED, Wizard, planned
from tests.line import changing
from tests.practice_here import PracticeHere
from tests.sessions import tools
from wizard.errors import InvalidInput
from wizard.flow.plan import STEPS
from wizard.flow.session import State
from wizard.graph.secrets import BASE_ADDRESS, NOTIFICATION, SYNC_ALL
from wizard.steps.finish import FinishStep
from wizard.steps.notification import tells_nobody
from wizard.steps.target import principal_of
from wizard.store.keystore import Slot

SEVERAL = "a@practice.example;b@practice.example"


@pytest.mark.parametrize(
    ("step_id", "key", "value"),
    [
        ("scope", SYNC_ALL, "assignedAndOwners"),
        ("notification", NOTIFICATION, "weekly"),
    ],
)
async def test_a_setting_in_unknown_words_is_said_and_never_written_over(
    fresh: PracticeHere, tmp_path: Path, step_id: str, key: str, value: str
) -> None:
    wizard = await Wizard.running(fresh, tmp_path)

    def as_of_tomorrow(body: Any) -> Any:
        pairs = [each | ({"value": value} if each["key"] == key else {}) for each in body["value"]]
        return {"value": pairs}

    fresh.forget_requests()
    with wizard.entra.line.meddled(changing("/secrets", as_of_tomorrow)):
        found = await wizard.look(step_id)
        with pytest.raises(InvalidInput) as refused:
            await wizard.answer(step_id, NAMED)
    assert refused.value.code == f"{step_id}-unknown"
    assert found.finding.state is State.ATTENTION
    assert "does not know" in found.finding.text
    assert "by hand" in found.finding.hint
    assert (found.plan, found.questions) == ((), ())
    assert {each.method for each in fresh.requests()} == {"GET"}


async def test_several_mail_addresses_that_are_there_stay(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.running(fresh, tmp_path)
    principal_id = principal_of(wizard.session)
    saved = await wizard.graph.secrets.read(principal_id)
    told = saved.notification
    token = await wizard.keystore.read(wizard.session.profile.name, Slot.CURRENT)
    assert told is not None
    assert token is not None
    several = saved.with_notification(told.model_copy(update={"recipients": SEVERAL}))
    await wizard.graph.secrets.write(principal_id, several.replacing({"SecretToken": token.token}))
    found = await wizard.look("notification")
    assert SEVERAL in found.finding.text
    assert planned(found) == ("Save the notification mail and deletion limit in Entra.",)
    assert not tells_nobody(wizard.session)
    await wizard.answer("notification", {each.id: each.answer for each in found.questions})
    await wizard.answer("notification", {"mail": SEVERAL, "limit": "3"})
    now = (await wizard.graph.secrets.read(principal_id)).notification
    assert now is not None
    assert (now.recipients, now.deletion_limit) == (SEVERAL, 3)
    await wizard.answer("notification", {"mail": "", "limit": "3"})
    nobody = (await wizard.look("notification")).finding
    words = "Nobody gets a mail about failures. 3 deletions stop a cycle."
    assert (nobody.state, nobody.text) == (State.DONE, words), "Entra asks for no address"
    assert tells_nobody(wizard.session)
    advice = FinishStep(STEPS["finish"], tools()).advice(wizard.session)
    assert any(each.startswith("Nobody gets a mail") for each in advice), "and Finish names it"
    await wizard.answer("notification", {"mail": "it@x.example", "limit": "0"})
    unlimited = (await wizard.look("notification")).finding
    assert unlimited.state is State.ATTENTION, "nothing else stops a wrong filter"
    assert not tells_nobody(wizard.session)
    with pytest.raises(InvalidInput):
        await wizard.answer("notification", {"mail": "c@x.example;d@x.example", "limit": "3"})


async def test_another_host_of_the_same_organization_is_told_and_not_replaced_in_silence(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    wizard = await Wizard.running(fresh, tmp_path)
    other = f"https://webexapis.com/v1/scim/{fresh.organization_id}"

    def elsewhere(body: Any) -> Any:
        pairs = ((each["key"], each["value"]) for each in body["value"])
        return {"value": [{"key": k, "value": other if k == BASE_ADDRESS else v} for k, v in pairs]}

    with wizard.entra.line.meddled(changing("/secrets", elsewhere)):
        found = await wizard.look("credentials")
        with pytest.raises(InvalidInput) as later:
            await wizard.look("scope")
        with pytest.raises(InvalidInput) as renewal:
            await wizard.look("replacement")
    assert found.finding.state is State.ATTENTION
    (caution,) = found.cautions
    for told in (caution, later.value.hint, renewal.value.hint):
        assert 'scim_base under [webex] is "https://webexapis.com/v1/scim"' in told
    assert f"Saving replaces it by {fresh.endpoints.webex.scim_base}" in caution
    assert later.value.code == "credentials-first"
    assert renewal.value.code == "renewal-other-host"
