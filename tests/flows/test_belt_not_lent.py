"""Where Entra's own deletion limit is not lent to a plan, and what is said of that."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flows.test_belt import Belted
from tests.flows.test_start_by_plan import SALES, Paused, _settings
from tests.practice_here import PracticeHere
from tests.sessions import facts
from wizard.errors import InvalidInput
from wizard.steps.belt import BELT, LEND
from wizard.store.journal import Action


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Belted:
    made = asyncio.run(Belted.after(fresh, tmp_path, "a plan of a paused job", Paused.prepare))
    assert isinstance(made, Belted)
    return made


async def _no_mail(now: Belted) -> None:
    nobody = {"Enabled": False, "Recipients": "", "DeleteThresholdEnabled": True,
              "DeleteThresholdValue": 50}  # fmt: skip
    await _settings(now, SyncNotificationSettings=json.dumps(nobody))


async def _for_this_session(now: Belted) -> None:
    token = facts(organization_id=now.practice.organization_id, in_memory=True)
    now.session.change(token=token)


async def _another_token(now: Belted) -> None:
    await now.session.log("token", Action.STORED, "current token")


async def _in_renewal(now: Belted) -> None:
    await now.session.log(
        "replacement", Action.RENEWED, "token", service_principal_id=now.base[19:]
    )


async def _another_address(now: Belted) -> None:
    await _settings(now, BaseAddress="https://scim.example.com/v2")


async def _nobody_leaves(now: Belted) -> None:
    now.members(*SALES)
    await now.plan_anew()


NOTHING_SET: dict[str, tuple[Callable[[Belted], Any], str]] = {
    "no mail": (_no_mail, "no mail is set, so nobody would read that a cycle stopped."),
    "a token for this session": (_for_this_session, "the token is kept for this session only"),
    "a token that Entra may not have": (_another_token, "it is not known to be the one that"),
    "a renewal under way": (_in_renewal, "it is not known to be the one that Entra has."),
    "an address of others": (_another_address, "it is not known to be the one that Entra has."),
    "a plan that switches nobody off": (_nobody_leaves, "the plan switches nobody off."),
}


@pytest.mark.parametrize(("change", "said"), NOTHING_SET.values(), ids=list(NOTHING_SET))
async def test_where_it_is_not_safe_nothing_is_set_and_that_is_said(
    change: Callable[[Belted], Any], said: str, now: Belted
) -> None:
    await change(now)
    before = await now.limit()
    found = await now.look("start")
    assert BELT not in {each.id for each in found.questions}
    told = " ".join(found.cautions)
    assert "Entra's own deletion limit stays as it is for this start:" in told
    assert said in told
    with pytest.raises(InvalidInput, match="nothing was started") as refused:
        await now.apply("start", **{BELT: LEND})
    assert (refused.value.code, said in refused.value.message) == ("limit-not-lent", True)
    assert (await now.cycle())["code"] == "Paused"
    await now.apply("start")
    assert await now.limit() == before


async def test_where_it_is_not_safe_to_raise_it_what_entra_would_hold_back_is_said(
    now: Belted,
) -> None:
    nobody = {"Enabled": False, "Recipients": "", "DeleteThresholdEnabled": True,
              "DeleteThresholdValue": 1}  # fmt: skip
    await _settings(now, SyncNotificationSettings=json.dumps(nobody))
    await now.plan_anew()
    found = await now.look("start")
    assert BELT not in {each.id for each in found.questions}
    told = " ".join(found.cautions)
    assert "no mail is set" in told
    assert "Entra's deletion limit is 1, so it would hold back" in told
    assert "and stop the cycle until somebody allows or rejects them." in told


async def test_a_job_that_never_ran_gets_none(fresh: PracticeHere, tmp_path: Path) -> None:
    now = await Belted.running(fresh, tmp_path, until="start")
    await now.plan_anew()
    found = await now.look("start")
    assert BELT not in {each.id for each in found.questions}
    assert "stays as it is for this start: the job has never run." in " ".join(found.cautions)
