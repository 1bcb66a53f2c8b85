"""Groups: none is written into Webex that was not named before, and none where they are off."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.entra_actions import NAMED, Wizard, action, answered, planned
from tests.line import Line, refusing
from tests.practice import sign_in
from tests.practice_here import PracticeHere
from wizard.errors import InvalidInput
from wizard.flow.session import Session, State
from wizard.graph.client import GraphClient
from wizard.mapping.objects import switches_of
from wizard.practice.process import PracticeTenant
from wizard.reports.status import standings
from wizard.steps.base import Answers, GraphStep, Outlook, outlook_of
from wizard.steps.mapping_file import MappingFile
from wizard.steps.switches import decide_switch
from wizard.store.journal import JournalEntry
from wizard.store.keystore import Keystore
from wizard.walk.undoing import Undoing
from wizard.words.progress import silent

ALL = {
    "All Hands", "Finance", "Human Resources", "IT", "Legal", "Marketing", "Operations", "Sales",
    "Webex Everyone", "Webex Pilot",
}  # fmt: skip


@dataclass
class Walk:
    """The steps through Graph, and everything they showed."""

    tenant: PracticeTenant
    session: Session
    keystore: Keystore
    graph: GraphClient
    undoing: Undoing
    line: Line
    shown: list[str] = field(default_factory=list)

    def action(self, step_id: str) -> GraphStep:
        return action(self.tenant, self.keystore, step_id, self.session)

    def show(self, found: Outlook) -> Outlook:
        tables = (cell for table in found.tables for row in table.rows for cell in row)
        told = (*found.facts, *found.cautions)
        self.shown += [found.finding.text, *planned(found), *told, *tables]
        return found

    async def look(self, step_id: str) -> Outlook:
        return self.show(await self.action(step_id).look(self.session, self.graph))

    async def do(self, step_id: str, **answers: str) -> Outlook:
        doing = self.action(step_id)
        found = self.show(await doing.look(self.session, self.graph))
        given: Answers = {**await answered(doing, self.graph, found.questions), **answers}
        return self.show(outlook_of(await doing.apply(self.session, self.graph, given, silent)))

    async def take_back(self, *chosen: JournalEntry) -> None:
        async for said in self.undoing.take_back(chosen, NAMED, silent):
            assert isinstance(said, str)

    async def assign(self, name: str) -> Outlook:
        found = await self.action("assignment").find(self.graph, "who", name)
        self.shown += [each.text for each in found]
        return await self.do("assignment", who=found[0].id)

    async def cycle(self) -> None:
        """Let time pass until every object was looked at."""
        for _ in range(2):
            await self.graph.jobs.list(self.session.profile.entra.service_principal_id)
            self.tenant.tell_entra(advance=3600)

    def in_webex(self) -> set[str]:
        found = sign_in(self.tenant).scim("/Groups").json()["Resources"]
        return {group["displayName"] for group in found}

    async def switched(self) -> dict[str, bool | None]:
        entra = self.session.profile.entra
        schema = await self.graph.schema.read(entra.service_principal_id, entra.job_id)
        return switches_of(schema)


def walking(tenant: PracticeHere, folder: Path, test: Callable[[Walk], Awaitable[None]]) -> None:
    async def run() -> None:
        wizard = await Wizard.running(tenant, folder, until="scoping")
        session, keystore = wizard.session, wizard.keystore
        async with wizard.entra.graph() as graph:
            line = wizard.entra.line
            await test(Walk(tenant, session, keystore, graph, wizard.undoing, line))

    asyncio.run(run())


def test_assigned_groups_are_named_before_they_are_written_and_stay_when_all_is_taken_back(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    async def test(now: Walk) -> None:
        await now.assign("Sales")
        await now.assign("Webex Pilot")
        unknown = " ".join((await now.look("start")).facts)
        assert "Entra does not say yet who is in scope. If everybody: All 10 groups" in unknown
        await now.do("scope")
        named = "2 assigned groups go along, with their members: Sales, Webex"
        assert any(named in caution for caution in (await now.look("assignment")).cautions)
        brief = (
            "Assigned: Sales, Webex Pilot. With everybody in scope: the groups All Hands, Finance, "
            "Human Resources"
        )
        assert any(brief in caution for caution in (await now.look("scope")).cautions)
        starting = await now.look("start")
        assert any(named in fact for fact in starting.facts), "a fact, and no deed"
        assert not any("group" in line for line in planned(starting))
        await now.do("start")
        said = " ".join(now.shown)
        await now.cycle()
        assert now.in_webex() == {"Sales", "Webex Pilot"}
        assert all(name in said for name in now.in_webex())
        found = await now.look("watch")
        assert "and 2 groups with one there" in found.finding.text
        assert {"Group Sales", "Group Webex Pilot"} <= {row[0] for row in found.tables[0].rows}
        told = "In Webex 2 groups stay, whatever is taken back here: Sales, Webex Pilot."
        assert await now.undoing.staying() == told
        for step in ("mapping", "scoping", "on-demand", "watch", "finish"):
            now.session.tick(step)
        await now.take_back(*now.undoing.made)
        assert now.in_webex() == {"Sales", "Webex Pilot"}
        assert now.session.profile.steps.keys() <= {"organization", "token", "sign-in"}
        (stands,) = standings(now.session.profiles, now.session.clock())
        assert "Taken back, last " in stands.sentence
        assert "who was provisioned stays there." in stands.sentence

    walking(fresh, tmp_path, test)


def test_with_everybody_in_scope_all_groups_of_the_directory_are_named_before(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    async def test(now: Walk) -> None:
        found = await now.look("scope")
        brief = (
            "With everybody in scope: the groups All Hands, Finance, Human Resources and 7 more."
        )
        assert any(brief in each for each in found.cautions)
        await now.do("scope", who="everybody")
        await now.do("start")
        said = " ".join(now.shown)
        await now.cycle()
        assert now.in_webex() == ALL
        assert all(name in said for name in ALL)

    walking(fresh, tmp_path, test)


def test_groups_that_are_switched_off_are_not_written_until_that_is_taken_back(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    async def test(now: Walk) -> None:
        before = MappingFile(now.session.profiles).exists(now.session)
        await decide_switch(now.session, "Group", on=False)
        found = await now.look("mapping")
        assert all("groups" in line for line in planned(found))
        assert found.finding.state is State.OPEN
        await now.do("mapping")
        assert await now.switched() == {"User": True, "Group": False}
        assert (await now.look("mapping")).finding.state is State.DONE
        assert MappingFile(now.session.profiles).exists(now.session) is before
        await now.assign("Sales")
        await now.do("scope")
        told = " ".join((await now.look("start")).facts)
        assert "No group goes along: the mapping of groups is switched off." in told
        await now.do("start")
        await now.cycle()
        assert now.in_webex() == set()
        (made,) = (each for each in now.undoing.made if each.step == "mapping")
        told = await now.undoing.staying()
        assert "No group was written into Webex" in told
        assert "If that is taken back: 1 assigned group goes along" in told
        assert "Sales" in told
        await now.take_back(made)
        assert await now.switched() == {"User": True, "Group": True}

    walking(fresh, tmp_path, test)


def test_a_group_that_joined_since_the_look_is_not_started_with(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    async def test(now: Walk) -> None:
        await now.assign("Sales")
        await now.do("scope")
        starting = now.action("start")
        now.show(await starting.look(now.session, now.graph))
        await now.assign("Legal")
        with pytest.raises(InvalidInput) as caught:
            await starting.apply(now.session, now.graph, {}, silent)
        assert caught.value.code == "groups-changed"
        (principal,) = fresh.entra()["servicePrincipals"]
        assert principal["jobs"][0]["status"] == "Paused"
        now.show(await starting.look(now.session, now.graph))
        assert await starting.apply(now.session, now.graph, {}, silent)

    walking(fresh, tmp_path, test)


def test_a_mapping_that_cannot_be_read_leaves_groups_unknown_and_not_absent(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    async def test(now: Walk) -> None:
        await now.assign("Sales")
        with now.line.meddled(refusing("/schema")):
            told = " ".join((await now.look("start")).facts)
        assert "Whether groups go along is not known: " in told
        assert "Microsoft says: “You may not.”" in told
        assert "If so: 1 assigned group goes along" in told
        assert "Sales" in told

    walking(fresh, tmp_path, test)


def test_what_an_earlier_version_changed_can_be_taken_back_whatever_the_switches(
    fresh: PracticeHere, tmp_path: Path
) -> None:
    async def test(now: Walk) -> None:
        file = MappingFile(now.session.profiles)
        named = file.document(now.session).with_edited("displayName", source="[mail]")
        file.keep(now.session, named)
        await now.do("mapping")
        (made,) = (each for each in now.undoing.made if each.step == "mapping")
        older = made.model_copy(
            update={"details": {k: v for k, v in made.details.items() if k != "switched"}}
        )
        file.forget(now.session)
        await decide_switch(now.session, "Group", on=False)
        await now.do("mapping")
        await now.action("mapping").undo(now.session, now.graph, older)
        assert await now.switched() == {"User": True, "Group": False}
        entra = now.session.profile.entra
        schema = await now.graph.schema.read(entra.service_principal_id, entra.job_id)
        assert "[mail]" not in str(schema.as_json())

    walking(fresh, tmp_path, test)
