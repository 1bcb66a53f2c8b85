"""Entra's own deletion limit, lent to a plan for one cycle: set where it is safe, and put back."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.entra_actions import resumed
from tests.flows.test_start_by_plan import SALES, STOP, Paused, _settings
from tests.line import KilledError, Send, changing, killing
from tests.practice_here import PracticeHere
from tests.typing_here import workspace_of
from wizard.errors import UnusableAnswer
from wizard.flow.plan import STEPS
from wizard.options import Options
from wizard.preview.plan import read_plan
from wizard.reports.status import standings
from wizard.steps.base import Outlook
from wizard.steps.belt import BELT, LEND
from wizard.steps.bound_start import BoundStart
from wizard.steps.start import StartStep
from wizard.store.journal import Action
from wizard.walk.doing import Doing
from wizard.walk.ending import ending
from wizard.walk.lending import parted, waited

MAIL = {"Enabled": True, "Recipients": "it@practice.example"}
LENT = 7
"""One more than the plan switches off."""


class Belted(Paused):
    """A paused job whose next cycle switches six off, and a plan that says so."""

    async def apply(self, step_id: str, **answers: str) -> Outlook:
        """Do a step; of a start, with the number of the plan's stop."""
        typed = {"stop-0": STOP} if step_id == "start" else {}
        return await super().apply(step_id, **typed | answers)

    def doing(self, step_id: str) -> Any:
        return self.step if step_id == "start" else super().doing(step_id)

    @property
    def step(self) -> StartStep:
        space = self.space
        step = StartStep(STEPS["start"], space)
        if self.plan.exists():
            step.by_file = BoundStart(space, read_plan(self.plan), self.plan)
        return step

    @property
    def space(self) -> Any:
        return workspace_of(self)

    async def plan_anew(self) -> None:
        """Make a plan of what would happen by now."""
        ran = await asyncio.to_thread(self.run, "preview", "--save", str(self.plan))
        assert ran.code in {0, 1}, ran.said

    async def seen(self, step_id: str) -> list[str]:
        """Look at a step as a front end does; return what is said beside it."""
        step = self.step if step_id == "start" else self.space.step(STEPS[step_id])
        return list((await Doing(self.space, self.session, step).look()).cautions)

    async def limit(self) -> int | None:
        """Return the deletion limit that Entra has."""
        admin = await self.admin()
        pairs = admin.get(f"{self.base}/synchronization/secrets").json()["value"]
        text = next(each["value"] for each in pairs if each["key"] == "SyncNotificationSettings")
        found = json.loads(text)
        return found["DeleteThresholdValue"] if found["DeleteThresholdEnabled"] else None

    async def cycle(self) -> dict[str, Any]:
        """Let the next cycle come; return how the job stands then."""
        self.hours.pass_by(41 * 60)
        return dict((await self.admin()).get(self.job).json()["status"])

    def standing(self) -> str:
        (found,) = standings(self.session.profiles, self.session.clock())
        return found.attention

    def again(self) -> "Belted":
        """Return the next run, which knows what is on the disk."""
        session = resumed(self.session.profiles.folder, self.hours)
        return Belted(self.practice, session, self.keystore, self.entra)


@pytest.fixture
def now(fresh: PracticeHere, tmp_path: Path) -> Belted:
    made = asyncio.run(Belted.after(fresh, tmp_path, "a plan of a paused job", Paused.prepare))
    assert isinstance(made, Belted)
    return made


def limited(limit: int | None) -> dict[str, str]:
    settings = MAIL | {"DeleteThresholdEnabled": limit is not None,
                       "DeleteThresholdValue": limit or 500}  # fmt: skip
    return {"SyncNotificationSettings": json.dumps(settings)}


async def test_the_cycle_passes_at_the_plan_and_the_limit_is_as_before(now: Belted) -> None:
    said = await now.apply("start")
    assert "stops a cycle that would switch off 7 or more" in said.finding.text
    assert await now.limit() == LENT
    assert "Entra's deletion limit is lent to a plan for one cycle: 7, before 50." in now.standing()
    (told, *_) = await now.seen("watch")
    assert "It is put back when the cycle has ended, or you leave." in told
    assert await now.limit() == LENT
    assert (await now.cycle())["quarantine"] is None
    (told, *_) = await now.seen("watch")
    assert told == "Entra's deletion limit is as it was before: 50."
    assert await now.limit() == 50
    assert now.actions("notification")[-2:] == [Action.CHANGED, Action.RETURNED]
    assert "lent" not in now.standing()
    assert "lent" not in " ".join(await now.seen("watch"))


async def test_a_cycle_beyond_the_plan_is_stopped_and_the_limit_stays_until_that_is_decided(
    now: Belted,
) -> None:
    await now.apply("start")
    now.members()  # whoever is left leaves too, after the start
    assert (await now.cycle())["quarantine"]["reason"] == "TooManyDeletes"
    assert "It stays until it is decided" in (await now.seen("watch"))[0]
    assert "It stays until it is decided" in await parted(now.space, now.session)
    assert await now.limit() == LENT
    now.members(*SALES)
    now.hours.pass_by(7 * 3600)
    assert (await now.cycle())["quarantine"] is None
    (told, *_) = await now.seen("watch")
    assert told == "Entra's deletion limit is as it was before: 50."
    assert await now.limit() == 50


async def test_a_token_that_entra_may_not_have_is_not_put_there_with_the_limit(
    now: Belted,
) -> None:
    await now.apply("start")
    await now.session.log("token", Action.STORED, "current token")
    await now.cycle()
    (told, *_) = await now.seen("watch")
    assert "Do the step Credentials first" in told
    assert await now.limit() == LENT


async def test_whoever_leaves_before_the_cycle_has_ended_puts_it_back(now: Belted) -> None:
    await now.apply("start")
    assert await now.limit() == LENT
    assert await parted(now.space, now.session) == (
        "Entra's deletion limit is as it was before: 50."
    )
    assert await now.limit() == 50
    assert await parted(now.space, now.session) == ""


@pytest.mark.parametrize("ending", ["/secrets", "/start"])
@pytest.mark.parametrize("landed", [True, False])
async def test_after_a_kill_between_setting_and_putting_back_the_next_run_puts_it_back(
    ending: str, landed: bool, now: Belted
) -> None:
    method = "PUT" if ending == "/secrets" else "POST"
    deadly = killing(method, ending, landed=landed)
    with now.entra.line.meddled(deadly), pytest.raises(KilledError):
        await now.apply("start")
    after = now.again()
    assert "lent to a plan" in after.standing()
    await after.cycle()
    await after.seen("start")
    assert await after.limit() == 50
    assert "lent to a plan" not in after.standing()
    assert all("lent" not in each for each in await after.seen("start"))


async def test_after_a_kill_while_it_is_put_back_the_next_run_finds_it_so(now: Belted) -> None:
    await now.apply("start")
    await now.cycle()
    with now.entra.line.meddled(killing("PUT", "/secrets")), pytest.raises(KilledError):
        await now.seen("watch")
    after = now.again()
    await after.cycle()
    await after.seen("watch")
    assert await after.limit() == 50
    assert "lent" not in after.standing()


async def test_what_somebody_has_changed_meanwhile_stays_and_a_new_mail_is_kept(
    now: Belted,
) -> None:
    await now.apply("start")
    await _settings(now, **limited(33))
    await now.cycle()
    (told, *_) = await now.seen("watch")
    assert told == "Entra's deletion limit was changed since it was lent, so it stays as it is."
    assert await now.limit() == 33
    assert "lent" not in now.standing()


async def test_a_limit_that_entra_does_not_show_yet_stays_lent_until_it_can_be_put_back(
    now: Belted,
) -> None:
    def as_before(content: Any) -> Any:
        (pair,) = (e for e in content["value"] if e["key"] == "SyncNotificationSettings")
        pair["value"] = limited(50)["SyncNotificationSettings"]
        return content

    await now.apply("start")
    with now.entra.line.meddled(changing("/secrets", as_before)):
        assert "Entra does not show it yet." in await parted(now.space, now.session)
    assert "lent" in now.standing()
    assert "as it was before: 50." in await parted(now.space, now.session)
    assert await now.limit() == 50


async def test_a_limit_that_somebody_has_put_back_long_since_is_lent_no_more(now: Belted) -> None:
    await now.apply("start")
    await _settings(now, **limited(50))
    now.hours.pass_by(11 * 60)
    assert await parted(now.space, now.session) == ""
    assert "lent" not in now.standing()


async def test_the_end_of_a_cycle_that_was_under_way_before_puts_nothing_back(now: Belted) -> None:
    await now.apply("start")
    began, ended = (now.session.clock() + timedelta(minutes=each) for each in (-10, 1))

    def another(content: Any) -> Any:
        times = {"timeBegan": began.isoformat(), "timeEnded": ended.isoformat()}
        for job in content["value"]:
            job["status"] |= {"progress": [], "lastExecution": times}
        return content

    with now.entra.line.meddled(changing("/jobs", another)):
        (told, *_) = await now.seen("watch")
    assert "It is put back when the cycle has ended, or you leave." in told
    assert await now.limit() == LENT
    await now.cycle()
    assert (await now.seen("watch"))[0].endswith("as it was before: 50.")


async def test_whoever_forgets_the_profile_meanwhile_is_told_first(now: Belted) -> None:
    await now.apply("start")
    said = " ".join((await ending(now.space, Options("forget"))).sentences(Options("forget")))
    assert "lent to a plan for one cycle: 7, before 50. Without the token" in said


async def test_a_line_that_is_down_ends_no_wait(now: Belted) -> None:
    await now.apply("start")
    waits = 0

    async def down(request: httpx.Request, send: Send) -> httpx.Response:
        nonlocal waits
        waits += 1
        if waits <= 3:
            raise httpx.ConnectError("down", request=request)
        return await send(request)

    with now.entra.line.meddled(down):
        said = await waited(now.space, now.session)
    assert said == "Entra's deletion limit is as it was before: 50."
    assert await now.limit() == 50


async def test_an_undo_knows_of_it(now: Belted) -> None:
    await now.apply("start")
    loan = next(each for each in now.undoing.made if each.subject == "deletion limit for one cycle")
    assert await now.take_back(loan) == [
        "Notification mail and deletion limit are as they were (deletion limit: 50)."
    ]
    assert await now.limit() == 50
    assert "lent" not in now.standing()


async def test_nothing_is_set_unless_it_is_chosen(now: Belted) -> None:
    found = await now.look("start")
    (question,) = (each for each in found.questions if each.id == BELT)
    assert [each.text for each in question.choices] == [
        "Yes, 7 for this cycle; then 50 again", "No, leave Entra at 50",
    ]  # fmt: skip
    await now.apply("start", **{BELT: "keep"})
    assert await now.limit() == 50


async def test_a_limit_that_is_missing_is_lent_and_is_missing_again(now: Belted) -> None:
    await _settings(now, **limited(None))
    await now.plan_anew()
    await now.apply("start")
    assert await now.limit() == LENT
    await now.cycle()
    assert (await now.seen("watch"))[0] == "Entra's deletion limit is as it was before: none."
    assert await now.limit() is None


async def test_raising_a_limit_takes_its_number(now: Belted) -> None:
    await _settings(now, **limited(4))
    found = await now.look("start")
    (question,) = (each for each in found.questions if each.id == BELT)
    assert "To raise it for this cycle, type 7" in question.text
    assert (question.answer, question.choices) == ("", ())
    for typed in (LEND, "yes", "07", " 7", "\uff17", "50"):
        with pytest.raises(UnusableAnswer):
            await now.apply("start", **{BELT: typed})
    assert (await now.limit(), (await now.cycle())["code"]) == (4, "Paused")
    await now.apply("start", **{BELT: "7"})
    assert await now.limit() == LENT
    await now.cycle()
    await now.seen("watch")
    assert await now.limit() == 4


def test_that_the_limit_stops_the_plan_is_told_with_it_and_before_the_start(now: Belted) -> None:
    told = "6 people would be switched off or deleted, and Entra's own deletion limit is"
    assert told not in now.run("preview").said
    asyncio.run(_settings(now, **limited(6)))
    planned = now.run("preview", "--save", str(now.plan))
    assert planned.said.count(f"{told} 6.") == 2, "in the preview, and in the text for approval"
    ran = now.start(now.code, STOP, "7")
    assert ran.code == 0, ran.said
    assert ran.said.index(f"WARNING: {told} 6.") < ran.said.index("To raise it for this cycle")


async def test_a_limit_that_lets_the_plan_pass_and_little_more_stays(now: Belted) -> None:
    await _settings(now, **limited(LENT))
    found = await now.look("start")
    assert BELT not in {each.id for each in found.questions}
    assert "it is 7 already, which lets the plan pass" in " ".join(found.cautions)


async def test_a_look_that_only_reads_back_holds_nothing_against_the_plan(now: Belted) -> None:
    space, step = now.space, now.step
    step.by_file = BoundStart(space, read_plan(now.plan), now.plan, by_file=True)
    doing = Doing(space, now.session, step)
    await doing.look()
    now.members(SALES[0], "rosa.marino")
    assert (await doing.look()).finding.text == "Provisioning is off."


def test_the_command_waits_for_the_cycle_and_puts_the_limit_back(now: Belted) -> None:
    ran = now.start(now.code, STOP, "")
    assert ran.code == 0, ran.said
    assert "Shall Entra itself stop this cycle at 7 switched off? The plan has 6." in ran.said
    assert now.writes() == ["secrets", "start", "secrets"]
    assert "Entra's deletion limit is as it was before: 50." in ran.said
    assert "lent" not in now.standing()
