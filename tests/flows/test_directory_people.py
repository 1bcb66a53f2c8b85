"""Real people for a trial, from the practice directory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.clock import move_on, on_own_clock
from tests.entra_actions import Hours, resumed, signed_in
from wizard.errors import AnswerError, InvalidInput, MappingError, TransportError
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.people import practice_people
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.practice.process import PracticeTenant
from wizard.steps.directory import MOST_PEOPLE, PeopleSearch
from wizard.steps.tenant import EntraTenant
from wizard.trial.outcome import Reading
from wizard.trial.process import Trial
from wizard.trial.questions import Judge, Portray, TakeFile
from wizard.words.progress import STUCK, Progress

DEFAULT = MappingDocument.default()


async def value(trial: Trial, row: Row) -> Reading:
    return (await trial.ask(Judge(row, trial.at))).reading


def searching(
    tenant: PracticeTenant, folder: Path, work: Callable[[PeopleSearch, Trial], Awaitable[None]]
) -> None:
    async def run() -> None:
        trial = Trial()
        try:
            entra = await signed_in(tenant, resumed(folder, Hours(tenant)))
            tenant.forget_requests()
            await work(PeopleSearch(entra, trial), trial)
        finally:
            trial.close()

    asyncio.run(run())


def selected(tenant: PracticeTenant) -> list[set[str]]:
    """Return what each request for people asked for."""
    queries = [parse_qs(urlsplit(each.target).query) for each in tenant.requests()]
    return [set(query["$select"][0].split(",")) for query in queries]


def test_found_people_are_taken_with_only_what_the_mapping_and_scope_name(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    scope = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))
    document = with_scope(DEFAULT, scope)

    async def work(directory: PeopleSearch, trial: Trial) -> None:
        hits = await directory.search("ana")
        assert hits.words == f"{hits.total} found"
        assert any("ana.ruiz@practice.example" in line for line in hits.shown)
        fresh.forget_requests()
        audience = await directory.take("ana", document)
        assert audience.count == hits.total
        assert audience.words.endswith("of your directory")
        (asked,) = selected(fresh)
        assert {"department", "displayName", "accountEnabled"} <= asked
        assert not asked & {"manager", "companyName", "streetAddress"}
        reading = await value(trial, Row("title", "[department]"))
        assert reading.kind == "value"
        assert (await value(trial, Row("title", "[companyName]"))).kind == "unasked"

    before = set(tmp_path.rglob("*"))
    searching(fresh, tmp_path / "settings", work)
    written = [each for each in set(tmp_path.rglob("*")) - before if each.is_file()]
    assert not any("ana.ruiz" in each.read_text() for each in written)


def test_a_manager_is_the_id_of_a_person(fresh: PracticeTenant, tmp_path: Path) -> None:
    manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
    document = DEFAULT.with_typed(Row(manager, "[manager]"))
    said: list[Progress] = []

    async def work(directory: PeopleSearch, trial: Trial) -> None:
        await directory.take("", document, said.append)
        readings = []
        for _person in range(trial.audience.count):
            readings.append(await value(trial, Row("manager", "[manager]")))
            trial.step(1)
        found = {reading.text for reading in readings if reading.kind == "value"}
        assert found
        assert found < {person["objectId"] for person in practice_people()}

    searching(fresh, tmp_path, work)
    assert any("managers" in each.message for each in said)


def test_of_twenty_thousand_some_are_shown_and_the_first_ones_taken(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def work(directory: PeopleSearch, _trial: Trial) -> None:
        fresh.misbehave("directory", "crowd")
        hits = await directory.search("crowd")
        assert hits.words == ("showing 25 of 20,000; the first 200 can be taken")
        fresh.forget_requests()
        assert (await directory.take("crowd", DEFAULT)).count == MOST_PEOPLE
        assert len(selected(fresh)) == 2

    searching(fresh, tmp_path, work)


def test_a_refusal_is_told_and_the_people_stay(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def work(directory: PeopleSearch, trial: Trial) -> None:
        await trial.ask(TakeFile(None))
        fresh.misbehave("directory", "no-role")
        with pytest.raises(AnswerError):
            await directory.search("ana")
        with pytest.raises(AnswerError):
            await directory.take("ana", DEFAULT)
        fresh.behave()
        with pytest.raises(MappingError) as caught:
            await directory.take("nobody is called that", DEFAULT)
        assert caught.value.code == "people-none"
        assert trial.audience.words == "65 invented people"

    searching(fresh, tmp_path, work)


def test_what_the_mapping_comes_to_name_is_asked_for_the_same_people(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    more = DEFAULT.with_typed(Row("title", "[companyName]"))

    async def work(directory: PeopleSearch, trial: Trial) -> None:
        await directory.complete(more)
        assert selected(fresh) == []
        await directory.take("", DEFAULT)
        trial.at = 3
        name = (await trial.ask(Portray(trial.at))).person.name
        fresh.forget_requests()
        await directory.complete(DEFAULT)
        assert selected(fresh) == []
        await directory.complete(more)
        assert len(selected(fresh)) == 1
        assert (await value(trial, Row("title", "[companyName]"))).kind != "unasked"
        assert (await trial.ask(Portray(trial.at))).person.name == name

    searching(fresh, tmp_path, work)


def test_a_process_that_ended_meets_the_same_people_again(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def work(directory: PeopleSearch, trial: Trial) -> None:
        await directory.take("ana.ruiz", DEFAULT)
        trial.close()
        assert (await trial.ask(Portray(trial.at))).person.name == "ana.ruiz@practice.example"
        assert trial.audience.words == "1 person of your directory"

    searching(fresh, tmp_path, work)


def test_hostile_names_are_lines_of_text(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def work(directory: PeopleSearch, trial: Trial) -> None:
        fresh.misbehave("directory", "hostile")
        hits = await directory.search("ana")
        assert hits.shown
        await directory.take("ana", DEFAULT)
        shown = (*hits.shown, (await trial.ask(Portray(trial.at))).person.name)
        assert not any("\x1b" in line or "\u202e" in line or "\n" in line for line in shown)

    searching(fresh, tmp_path, work)


def test_without_a_sign_in_nothing_is_asked(fresh: PracticeTenant) -> None:
    directory = PeopleSearch(EntraTenant(fresh.endpoints), Trial())
    assert not directory.is_open
    with pytest.raises(InvalidInput):
        asyncio.run(directory.search("ana"))


class _Silent:
    """A tenant whose directory answers nothing, or all but managers."""

    def __init__(self, people: int) -> None:
        self.users = self
        self._people = [{"id": str(number)} for number in range(people)]

    @asynccontextmanager
    async def graph(self, _report: object = None) -> AsyncIterator[Any]:
        yield self

    async def people(self, *_about: object, most: int) -> Any:
        if not self._people:
            await asyncio.Event().wait()
        found = [SimpleNamespace(root=user) for user in self._people[:most]]
        return SimpleNamespace(items=found)

    async def attributes(self, user: str, _names: object) -> dict[str, Any]:
        if int(user) >= 8:
            await asyncio.Event().wait()
        return {}


@pytest.mark.parametrize(
    ("people", "told"), [(0, "nobody had come yet"), (20, "8 of 20 managers had come")]
)
def test_a_directory_that_says_nothing_more_is_given_up_after_two_minutes(
    people: int, told: str
) -> None:
    document = DEFAULT.with_typed(Row("title", "[manager]"))

    async def run() -> None:
        directory = PeopleSearch(cast("EntraTenant", _Silent(people)), cast("Trial", None))
        taking = asyncio.ensure_future(directory.take("", document))
        for seconds in (STUCK - 1, 2):
            for _ in range(20):
                await asyncio.sleep(0)
            assert not taking.done()
            move_on(seconds)
        with pytest.raises(TransportError) as caught:
            await taking
        assert caught.value.code == "directory-stuck"
        assert told in caught.value.message

    on_own_clock(run())
