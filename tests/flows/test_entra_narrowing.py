"""Changes that may switch people off in Webex: said before, named, restarted once, taken back."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from tests.entra_actions import ANA, NAMED, Wizard, filtered
from tests.practice import Asker, sign_in
from tests.practice_here import PracticeHere
from wizard.errors import InvalidInput, WizardError
from wizard.flow.session import State
from wizard.reports.arrivals import arrivals
from wizard.steps.base import Outlook
from wizard.steps.mapping_file import MappingFile
from wizard.steps.narrowing import LATER, NOW
from wizard.store.journal import JournalEntry

IVO = "ivo.novak"
RESTART = NAMED | {"restart": NOW}


class Running(Wizard):
    """A job that has run, with Ana and Ivo in Webex."""

    @classmethod
    async def provisioned(cls, practice: PracticeHere, folder: Path) -> Self:
        now = await cls.running(practice, folder)
        await now.answer("assignment", {"who": await now.user(IVO)})
        now.pass_by(60)
        practice.forget_requests()
        return now

    @property
    def file(self) -> MappingFile:
        return MappingFile(self.session.profiles)

    async def look_back(self, *chosen: JournalEntry) -> Outlook | None:
        return await self.undoing.look_back(chosen)

    def pass_by(self, minutes: float) -> None:
        self.hours.pass_by(60 * minutes)

    def writes(self) -> list[str]:
        """Return what was written in Entra, the last part of each address."""
        return [
            each.target.partition("?")[0].rpartition("/")[2]
            for each in self.practice.exchanges()
            if each.method != "GET"
        ]

    def resets(self) -> list[str]:
        """Return what each restart was told to forget."""
        return [
            json.loads(each.body)["criteria"]["resetScope"]
            for each in self.practice.exchanges()
            if each.target.endswith("/restart")
        ]

    def journal(self) -> list[tuple[str, str, list[str]]]:
        """Return what the journal knows of narrowing: step, action, ways."""
        return [
            (each.step, each.action, each.details["narrows"])
            for each in self.session.history.entries
            if "narrows" in each.details
        ]


def active(webex: Asker, name: str) -> bool:
    query = {"filter": f'userName eq "{name}@practice.example"'}
    (person,) = webex.scim("/Users", params=query).json()["Resources"]
    return bool(person["active"])


async def everybody(now: Running) -> None:
    """Put everybody in scope, and let a cycle reach them."""
    await now.answer("scope", {"who": "everybody"})
    now.pass_by(60)
    now.practice.forget_requests()


def told_of(found: Outlook) -> str:
    return " ".join((*(each.caution for each in found.questions), *found.cautions))


@dataclass(frozen=True)
class Case:
    """One of the ways to narrow a job that has run."""

    step_id: str
    ways: list[str]
    prepare: Callable[[Running], Awaitable[None]]
    writes: list[str]
    """What is written when it is done, with a restart."""
    says: str


async def _scope(now: Running) -> None:
    await everybody(now)


async def _filter(now: Running) -> None:
    filtered(now.session, "Nobody's")


async def _matching(now: Running) -> None:
    document = now.file.document(now.session).with_edited("userName", source="[mail]")
    now.file.keep(now.session, document)


CASES = {
    "scope": Case("scope", ["scope"], _scope, ["secrets", "restart"], "only who is assigned"),
    "filter": Case("scoping", ["filter"], _filter, ["schema", "restart"], "out of the filters"),
    "matching": Case("mapping", ["matching"], _matching, ["schema", "restart"], "rows that find"),
}


@pytest.mark.parametrize("is_on", [True, False], ids=["on", "off"])
@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
async def test_a_job_that_has_run_is_narrowed_only_by_name_and_restarted_once(
    case: Case, is_on: bool, fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await case.prepare(now)
    if not is_on:
        await now.take_back(now.newest("start"), answers={})
    now.practice.forget_requests()
    found = await now.look(case.step_id)
    assert [each.id for each in found.questions][-2:] == ["restart", "name"]
    restart, name = found.questions[-2:]
    assert restart.answer == LATER, "nothing is restarted unless that is chosen"
    assert ("switches provisioning on" in restart.choices[1].text) is not is_on
    assert "switch people off in Webex" in name.text
    assert "type Cisco Webex" in name.text
    told = told_of(found)
    assert case.says in told
    assert "would be switched off in Webex" in told
    assert "restart" in told
    assert "The deletion limit is 50" in told
    for answers in ({}, {"name": "cisco"}, {"restart": NOW}):
        with pytest.raises(InvalidInput) as caught:
            await now.answer(case.step_id, answers)
        assert caught.value.code == "narrowing-unnamed"
        assert "Cisco Webex" in caught.value.hint
    assert set(now.writes()) <= {"parseExpression"}
    assert now.journal() == []
    said = (await now.answer(case.step_id, RESTART)).finding.text
    assert "Provisioning is restarted" in said
    assert [each for each in now.writes() if each != "parseExpression"] == case.writes
    assert now.resets() == ["Watermark, Escrows, QuarantineState"]
    assert now.journal() == [
        (case.step_id, "changed", case.ways),
        (case.step_id, "restarted", case.ways),
    ]
    (restarted,) = now.session.history.entries[-1].changes
    power = "on" if is_on else "off"
    assert (restarted.before, restarted.after) == (power, "on: looks at everybody again")
    done = await now.look(case.step_id)
    assert done.finding.state is State.DONE
    assert len(done.questions) <= 1, "what is so narrows nothing"


async def test_a_restart_leaves_who_was_counted_with_the_date_of_that(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await everybody(now)
    await now.look("watch")
    counted = arrivals(now.session.profile, now.session.history)
    assert "linked with an account in Webex, seen" in counted.words
    await now.answer("scope", {"who": "assigned"} | RESTART)
    assert now.session.profile.entra.job_health is None, "nobody has looked since"
    assert arrivals(now.session.profile, now.session.history) == counted


async def test_an_assignment_is_removed_only_by_name_and_switches_off_in_webex(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    made = now.newest("assignment")
    found = await now.look_back(made)
    assert found is not None
    assert [each.id for each in found.questions] == ["restart", "name"]
    assert "an assignment that is removed" in found.questions[0].caution
    with pytest.raises(InvalidInput) as caught:
        await now.take_back(made, answers={"restart": NOW})
    assert caught.value.code == "narrowing-unnamed"
    assert now.writes() == []
    assert made in now.session.history.undoable
    said = await now.take_back(made, answers=RESTART)
    assert said[0] == "Ivo Novak is not assigned."
    assert "Provisioning is restarted" in said[1]
    assert now.writes()[1:] == ["restart"]
    assert now.journal() == [
        ("assignment", "undone", ["assignment"]),
        ("assignment", "restarted", ["assignment"]),
    ]
    now.pass_by(1)
    await now.look("watch")
    webex = sign_in(fresh)
    assert active(webex, ANA)
    assert not active(webex, IVO)


async def test_only_who_is_assigned_takes_effect_with_a_restart_and_the_limit_counts(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await everybody(now)
    webex = sign_in(fresh)
    assert active(webex, "hana.sato")
    said = (await now.answer("scope", {"who": "assigned", **NAMED})).finding.text
    assert "takes effect with a restart" in said
    assert now.writes() == ["secrets"]
    now.pass_by(120)
    assert (await now.look("watch")).finding.state is State.DONE
    assert active(webex, "hana.sato"), "two cycles later, still nobody is switched off"
    with pytest.raises(InvalidInput) as caught:
        await now.answer("watch", {"how": "again"})
    assert caught.value.code == "narrowing-unnamed"
    await now.answer("watch", {"how": "again"} | NAMED)
    now.pass_by(1)
    stopped = await now.look("watch")
    assert "quarantine" in stopped.finding.text
    assert active(webex, "hana.sato"), "the deletion limit holds them back"
    await now.answer("watch", {"how": "held-back"})
    now.pass_by(5)
    await now.look("watch")
    assert not active(webex, "hana.sato")
    assert active(webex, ANA)


async def test_undo_may_narrow_too_and_tells_who_does_not_come_back_at_once(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await everybody(now)
    widened = now.newest("scope")
    asked = await now.look_back(widened)
    assert asked is not None
    assert [each.id for each in asked.questions] == ["restart", "name"]
    with pytest.raises(InvalidInput) as caught:
        await now.take_back(widened, answers={})
    assert caught.value.code == "narrowing-unnamed"
    await now.answer("scope", {"who": "assigned"} | NAMED)
    narrowed = now.newest("scope")
    assert await now.look_back(narrowed) is None, "everybody comes back into scope"
    (said,) = await now.take_back(narrowed, answers={})
    assert said.startswith("Everybody is in scope. Who was switched off in Webex meanwhile")
    both = (now.newest("start"), widened)
    asked = await now.look_back(*both)
    assert asked is not None
    assert [each.id for each in asked.questions] == ["name"], "it shall not run afterwards"
    await now.take_back(*both, answers=NAMED)
    assert now.resets() == []


async def test_several_things_are_taken_back_with_one_restart(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    filtered(now.session, "Nobody's")
    await now.answer("scoping", NAMED)
    filtered(now.session)
    await now.answer("scoping", {})
    now.practice.forget_requests()
    chosen = (now.newest("scoping"), now.newest("assignment"))
    asked = await now.look_back(*chosen)
    assert asked is not None
    assert "out of the filters" in (told := told_of(asked))
    assert "an assignment that is removed" in told
    said = await now.take_back(*chosen, answers=RESTART)
    assert len(said) == 3
    assert len(now.resets()) == 1


async def test_what_lets_in_more_people_is_not_asked_about(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    filtered(now.session, "Sales")
    await now.answer("scoping", NAMED)
    filtered(now.session, "Sales", "IT")
    found = await now.look("scoping")
    assert found.plan
    assert found.questions == ()
    await now.answer("scoping", {})
    filtered(now.session)
    assert (await now.look("scoping")).questions == ()
    await now.answer("scoping", {})
    assert (await now.look("scope")).questions[0].id == "who"
    assert len((await now.look("scope")).questions) == 1
    await now.answer("scope", {"who": "everybody"})


async def test_before_the_first_cycle_nothing_is_asked(fresh: PracticeHere, tmp_path: Path) -> None:
    now = await Running.running(fresh, tmp_path, until="start")
    await now.answer("scope", {"who": "everybody"})
    assert len((await now.look("scope")).questions) == 1
    await now.answer("scope", {"who": "assigned"})
    filtered(now.session, "Sales")
    assert (await now.look("scoping")).questions == ()
    await now.answer("scoping", {})
    made = now.newest("assignment")
    assert await now.look_back(made) is None
    await now.take_back(made, answers={})


async def test_a_restart_that_fails_is_said_and_not_in_the_journal(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    now = await Running.provisioned(fresh, tmp_path)
    await everybody(now)
    fresh.misbehave("synchronization", "no-role", method="POST", times=1)
    with pytest.raises(WizardError):
        await now.answer("scope", {"who": "assigned"} | RESTART)
    assert [action for _, action, _ in now.journal()] == ["changed", "restarted"]
    assert list(now.session.history.entries)[-1].action == "refused"
    assert "still waits for a restart" in (await now.look("scope")).finding.text
