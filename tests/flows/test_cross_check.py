"""Expressions that Microsoft reads before they are saved, against the practice tenants."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.entra_actions import Wizard, ready, schema_in, signed_in
from tests.practice_here import PracticeHere
from tests.sessions import tools
from wizard.errors import InvalidInput, MappingError
from wizard.flow.plan import STEPS
from wizard.flow.session import Session, State
from wizard.graph.client import GraphClient
from wizard.mapping.document import MappingDocument, Row
from wizard.practice.process import PracticeTenant
from wizard.steps import cross_check
from wizard.steps.base import Outlook
from wizard.steps.directory import PeopleSearch
from wizard.steps.mapping import MappingStep
from wizard.steps.mapping_file import MappingFile
from wizard.steps.microsoft_parser import SecondOpinion
from wizard.steps.tenant import EntraTenant
from wizard.trial.process import Trial
from wizard.trial.questions import TakeFile
from wizard.words.progress import Progress

NAMED = 'Join(" ", [givenName], [surname])'
UNKNOWN = "RemoveDuplicates([displayName])"
"""A function that this program knows and the practice tenant does not."""


@dataclass
class Scene:
    """A tenant that is set up, a profile, and people to try on."""

    tenant: PracticeTenant
    session: Session
    entra: EntraTenant
    graph: GraphClient
    trial: Trial
    said: list[Progress] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.file = MappingFile(self.session.profiles)
        space = tools(profiles=self.session.profiles)
        vars(space)["trial"] = self.trial
        self.doing = MappingStep(STEPS["mapping"], space)

    def keep(self, **sources: str) -> None:
        """Give rows other sources."""
        document = self.file.document(self.session)
        for target, source in sources.items():
            known = any(row.target == target for row in document.rows)
            document = (
                document.with_edited(target, source=source)
                if known
                else document.with_typed(Row(target, source))
            )
        self.file.keep(self.session, document)

    async def look(self) -> Outlook:
        return await self.doing.look(self.session, self.graph)

    async def apply(self) -> str:
        return await self.doing.apply(self.session, self.graph, {}, self.said.append)

    @property
    def asked(self) -> int:
        """How often the practice tenant was asked to read an expression."""
        return sum("parseExpression" in each.target for each in self.tenant.requests())


@pytest.fixture
def played(
    fresh: PracticeHere, tmp_path: Path
) -> Callable[[Callable[[Scene], Awaitable[None]]], None]:
    def play(work: Callable[[Scene], Awaitable[None]]) -> None:
        async def run() -> None:
            wizard = await Wizard.running(fresh, tmp_path)
            fresh.forget_requests()
            trial = Trial()
            try:
                async with wizard.entra.graph() as graph:
                    await work(Scene(fresh, wizard.session, wizard.entra, graph, trial))
            finally:
                trial.close()

        asyncio.run(run())

    return play


Play = Callable[[Callable[[Scene], Awaitable[None]]], None]


def test_changed_expressions_are_read_once_and_then_saved(played: Play) -> None:
    async def work(scene: Scene) -> None:
        scene.keep(displayName=NAMED, title="[jobTitle]")
        before = schema_in(scene.tenant)
        found = await scene.look()
        assert (found.finding.state, scene.asked) == (State.OPEN, 1)
        await scene.apply()
        assert scene.asked == 1
        assert schema_in(scene.tenant) != before
        again = await scene.look()
        assert (again.finding.state, scene.asked) == (State.DONE, 1)

    played(work)


def test_what_microsoft_cannot_read_is_never_saved(played: Play) -> None:
    async def work(scene: Scene) -> None:
        scene.keep(displayName=UNKNOWN)
        before = schema_in(scene.tenant)
        found = await scene.look()
        assert found.finding.state is State.ATTENTION
        assert (found.plan, found.first) == ((), "mapping")
        assert any("It cannot be saved like this." in each for each in found.cautions)
        with pytest.raises(MappingError) as caught:
            await scene.apply()
        assert caught.value.code == "expression-refused"
        assert "displayName" in caught.value.message
        assert "There is no function named RemoveDuplicates." in caught.value.message
        assert "This program reads it" in caught.value.message
        assert schema_in(scene.tenant) == before
        scene.keep(displayName=NAMED)
        await scene.apply()
        assert schema_in(scene.tenant) != before

    played(work)


def test_it_is_refused_also_when_nobody_looked_before(played: Play) -> None:
    async def work(scene: Scene) -> None:
        scene.keep(displayName="Join(")
        with pytest.raises(MappingError) as caught:
            await scene.apply()
        assert "This program cannot either" in caught.value.message
        assert scene.said[-1].message == "Microsoft reads the expressions: 1 of 1."

    played(work)


def test_other_values_than_ours_are_cautions_and_the_save_goes_on(played: Play) -> None:
    async def work(scene: Scene) -> None:
        await scene.trial.ask(TakeFile(None))
        # The practice tenant takes the blanks off, and cannot choose with IIF.
        split, chosen = 'Split("a, b", ",")', 'IIF("a", "b", "c")'
        scene.keep(title=split, timezone=chosen, displayName=NAMED)
        found = await scene.look()
        name = "ana.ruiz@practice.example"
        told = [each for each in found.cautions if "Microsoft gives" in each]
        assert told == [
            f'title: Microsoft gives "a | b" for {name}, this program "a |  b".',
            f"timezone: Microsoft gives no value (The practice tenant does not know what IIF "
            f'does.) for {name}, this program "c".',
        ]
        await scene.apply()

    played(work)


def test_people_from_a_file_are_not_sent(played: Play, tmp_path: Path) -> None:
    file = tmp_path / "staff.json"
    file.write_text('[{"userPrincipalName": "secret@contoso.example", "givenName": "Secret"}]')

    async def work(scene: Scene) -> None:
        await scene.trial.ask(TakeFile(file))
        scene.keep(displayName=NAMED)
        await scene.look()
        bodies = [each.body for each in scene.tenant.exchanges() if "parseExpr" in each.target]
        assert bodies
        assert not any("Secret" in body for body in bodies)
        await PeopleSearch(scene.entra, scene.trial).take("ana.ruiz", MappingDocument.default())
        scene.tenant.forget_requests()
        scene.keep(displayName='Join("", [displayName], "!")')
        await scene.look()
        bodies = [each.body for each in scene.tenant.exchanges() if "parseExpr" in each.target]
        assert "Ana Ruiz" in bodies[-1]
        assert "surname" not in bodies[-1]

    played(work)


@pytest.mark.parametrize("fault", ["403", "404", "html", "empty", "hostile"])
def test_a_tenant_that_does_not_read_is_a_caution_unless_we_cannot_either(
    fault: str, played: Play
) -> None:
    async def work(scene: Scene) -> None:
        scene.keep(displayName=NAMED)
        scene.tenant.misbehave("synchronization", fault, method="POST")
        found = await scene.look()
        told = [each for each in found.cautions if "could not be asked" in each]
        if fault != "hostile":  # that one can be read, and says something harmless
            assert len(told) == 1
            assert found.finding.state is State.OPEN
        assert not any("\x1b" in each or "\u202e" in each for each in found.cautions)
        scene.tenant.behave()
        scene.tenant.misbehave("synchronization", "403", method="POST")
        scene.keep(title="Join(")
        with pytest.raises(MappingError) as caught:
            await scene.apply()
        assert caught.value.code == "expression-unreadable"
        scene.keep(title="[jobTitle]")
        await scene.apply()

    played(work)


def test_what_only_microsoft_can_read_is_saved_with_its_own_tree(played: Play) -> None:
    async def work(scene: Scene) -> None:
        scene.keep(displayName="Append([displayName], word)")
        found = await scene.look()
        assert found.finding.state is State.OPEN
        assert any("Microsoft reads it, this program does not" in each for each in found.cautions)
        await scene.apply()
        entra = scene.session.profile.entra
        schema = await scene.graph.schema.read(entra.service_principal_id, entra.job_id)
        row = MappingDocument(schema).row("displayName")
        source = MappingDocument(schema).mappings[row.position].source
        assert source is not None
        assert [each.key for each in source.parameters or ()] == ["source", "suffix"]

    played(work)


def test_no_more_are_read_than_is_documented(played: Play) -> None:
    async def work(scene: Scene) -> None:
        many = {
            f"custom{number}": f'Join("", "{number}")'
            for number in range(cross_check.MOST_EXPRESSIONS + 3)
        }
        scene.keep(**many)
        found = await scene.look()
        assert scene.asked == cross_check.MOST_EXPRESSIONS
        assert any("only the first 40 of 43" in each for each in found.cautions)

    played(work)


def test_a_mapping_that_changes_while_it_is_read_is_not_overwritten(played: Play) -> None:
    async def work(scene: Scene) -> None:
        scene.keep(displayName=NAMED)
        scene.tenant.misbehave("synchronization", "changed-by-another", times=1)
        before = schema_in(scene.tenant)
        with pytest.raises(InvalidInput) as caught:
            await scene.apply()  # whose first look is what the other one changes
        assert caught.value.code == "schema-changed"
        assert scene.asked == 1
        methods = {each.method for each in scene.tenant.requests()}
        assert "PUT" not in methods
        assert schema_in(scene.tenant) != before

    played(work)


def test_one_row_is_asked_on_demand(played: Play) -> None:
    async def work(scene: Scene) -> None:
        microsoft = SecondOpinion(scene.entra, scene.trial)
        assert microsoft.is_offered(scene.session)
        row = Row("title", NAMED)
        assert (await microsoft.ask(scene.session, row)).words.startswith("reads it; nobody")
        await scene.trial.ask(TakeFile(None))
        assert (
            await microsoft.ask(scene.session, row)
        ).words == "Ana Ruiz (this program: the same)"
        said = await microsoft.ask(scene.session, Row("title", UNKNOWN))
        assert said.words.startswith("cannot read it: There is no function")
        job = unquote(scene.session.profile.entra.job_id)
        assert all(job in unquote(each.target) for each in scene.tenant.requests())

    played(work)


def test_without_a_sign_in_or_a_job_it_is_not_offered(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    session, _ = ready(fresh, tmp_path)
    assert not SecondOpinion(EntraTenant(fresh.endpoints), Trial()).is_offered(session)

    async def run() -> None:
        entra = await signed_in(fresh, session)
        assert not SecondOpinion(entra, Trial()).is_offered(session)

    asyncio.run(run())
