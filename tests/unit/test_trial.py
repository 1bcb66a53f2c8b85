"""What a trial answers, without any process around it."""

import json
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest

from wizard.errors import MappingError
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.lint.finding import MappingFinding, unique
from wizard.mapping.lint.linter import lint
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.editing import new_clause, with_filter
from wizard.trial.bench import Bench
from wizard.trial.outcome import Audience, Census, Reading, Sample
from wizard.trial.questions import (
    MOST_LISTED,
    SLICE,
    FindPeople,
    GiveSample,
    Judge,
    Portray,
    Show,
    TakeCensus,
    TakeFile,
    TakeUsers,
    TryEverybody,
)

Answer = TypeVar("Answer")

ANN = {"userPrincipalName": "ann@contoso.example", "displayName": "Ann Lee", "department": "Sales"}
BEN = {"userPrincipalName": "ben@contoso.example", "givenName": "Ben", "department": "IT"}


def bench(tmp_path: Path, *people: dict[str, Any]) -> Bench:
    file = tmp_path / "staff.json"
    file.write_text(json.dumps(people))
    made = Bench()
    TakeFile(file).answer(made)
    return made


def all_of(work: Generator[int, None, Answer]) -> tuple[list[int], Answer]:
    done = []
    while True:
        try:
            done.append(next(work))
        except StopIteration as end:
            return done, end.value


def meet(made: Bench, users: Sequence[dict[str, Any]], asked: Sequence[str]) -> Audience:
    return TakeUsers(users, frozenset(asked)).answer(made)


def beside(made: Bench, row: Row, at: int = 0) -> tuple[MappingFinding, ...]:
    return Judge(row, at).answer(made).findings


def mapped(*rows: Row) -> MappingDocument:
    """Return a mapping of these rows, whichever targets are twice in it."""
    empty = MappingDocument.default().with_mappings(())
    parts = [empty.with_typed(replace(row, position=-1)).mappings for row in rows]
    return empty.with_mappings(mapping for part in parts for mapping in part)


def value(tried: Bench, source: str, at: int = 0, **more: Any) -> Reading:
    return Judge(Row("title", source, **more), at).answer(tried).reading


class TestPeople:
    def test_the_invented_people_are_there_without_being_loaded(self) -> None:
        assert TakeFile(None).answer(Bench()).words.endswith(" invented people")

    def test_people_come_from_a_file(self, tmp_path: Path) -> None:
        made = bench(tmp_path, ANN)
        assert TakeFile(tmp_path / "staff.json").answer(made) == Audience(1, "staff.json")
        assert Audience(1, "staff.json").words == "1 person from staff.json"

    def test_a_file_that_is_no_use_leaves_the_people_as_they_were(self, tmp_path: Path) -> None:
        made = bench(tmp_path, ANN)
        for content in ("[]", "{", '{"value": 3}'):
            (tmp_path / "bad.json").write_text(content)
            with pytest.raises(MappingError):
                TakeFile(tmp_path / "bad.json").answer(made)
        assert Portray(0).answer(made).person.name == "ann@contoso.example"

    def test_people_are_found_by_any_of_their_names(self, tmp_path: Path) -> None:
        made = bench(tmp_path, ANN, BEN)
        assert FindPeople("LEE").answer(made).shown == ((0, "ann@contoso.example"),)
        assert FindPeople("contoso").answer(made).count == 2
        assert FindPeople("zoe").answer(made).shown == ()

    def test_more_people_than_a_list_can_show_are_counted(self, tmp_path: Path) -> None:
        made = bench(tmp_path, *[ANN] * (MOST_LISTED + 1))
        found = FindPeople("ann").answer(made)
        assert (found.count, len(found.shown)) == (MOST_LISTED + 1, MOST_LISTED)


class TestPeopleOfTheDirectory:
    ANA: ClassVar = {
        "id": "1",
        "userPrincipalName": "ana@contoso.example",
        "department": "Sales",
        "businessPhones": ["+1"],
        "manager": {"id": "9"},
    }

    def test_they_come_with_the_names_of_graph_and_are_called_people_of_the_directory(self) -> None:
        made = Bench()
        assert meet(made, [self.ANA], ["manager"]).words == "1 person of your directory"
        assert meet(made, [self.ANA] * 1200, []).words == "1,200 people of your directory"
        assert Portray(0).answer(made).person.name == "ana@contoso.example"

    def test_a_value_that_was_not_asked_for_is_not_taken_for_an_empty_one(self) -> None:
        made = Bench()
        meet(made, [self.ANA], ["telephoneNumber", "manager", "faxNumber"])
        assert value(made, "[telephoneNumber]") == Reading("value", "+1")
        assert value(made, "[manager]") == Reading("value", "9")
        assert value(made, "[faxNumber]") == Reading("empty", "")
        unasked = value(made, 'Join(" ", [telephoneNumber], [jobTitle])')
        assert (unasked.kind, unasked.text) == ("unasked", "")
        assert "when the row is kept" in unasked.words
        row = Row("userName", "[mail]", 1, position=0)
        assert "required-empty" not in [each.code for each in beside(made, row, 0)]

    def test_a_clause_about_what_was_not_asked_for_is_an_error(self) -> None:
        made = Bench()
        meet(made, [self.ANA], ["mail"])
        with pytest.raises(MappingError) as caught:
            all_of(TakeCensus(TestCensus.SALES).answer(made))
        assert (caught.value.code, "department" in caught.value.message) == (
            "people-not-asked",
            True,
        )
        TakeFile(None).answer(made)
        assert all_of(TakeCensus(TestCensus.SALES).answer(made))[1].inside > 0

    def test_a_sample_has_only_what_is_wanted(self) -> None:
        made = Bench()
        meet(made, [self.ANA], ["telephoneNumber"])
        assert GiveSample(0, frozenset({"telephoneNumber", "mail"})).answer(made) == Sample(
            "ana@contoso.example", {"telephoneNumber": "+1"}
        )

    def test_an_odd_answer_leaves_the_people_as_they_were(self) -> None:
        made = Bench()
        meet(made, [self.ANA], [])
        with pytest.raises(MappingError):
            meet(made, [{"id": "2", "department": object()}], [])
        assert Portray(0).answer(made).person.name == "ana@contoso.example"


class TestReadings:
    @pytest.mark.parametrize(
        ("source", "reading"),
        [
            ("[displayName]", Reading("value", "Ann Lee")),
            ("displayName", Reading("value", "Ann Lee")),
            ('"x"', Reading("value", "x")),
            ("[givenName]", Reading("empty", "")),
            ("", Reading("empty", "")),
            ("IgnoreFlowIfNullOrEmpty([givenName])", Reading("kept", "")),
            ('Split([displayName], " ")', Reading("value", "Ann | Lee")),
        ],
    )
    def test_a_source_yields_what_is_sent(
        self, source: str, reading: Reading, tmp_path: Path
    ) -> None:
        assert value(bench(tmp_path, ANN), source) == reading

    def test_an_error_says_at_which_character(self, tmp_path: Path) -> None:
        reading = value(bench(tmp_path, ANN), 'Join(" ", [displayName]')
        assert (reading.kind, reading.column) == ("error", 4)
        assert reading.hint

    def test_an_empty_source_is_replaced_by_the_default_value(self, tmp_path: Path) -> None:
        reading = value(bench(tmp_path, ANN), "[givenName]", default_value="Nobody")
        assert reading == Reading("default", "Nobody")
        assert reading.words == "Nobody (default value)"

    def test_control_characters_of_a_value_are_taken_out(self, tmp_path: Path) -> None:
        reading = value(
            bench(tmp_path, ANN | {"displayName": "\x1b]52;c;aGk=\x1b\\"}), "displayName"
        )
        assert "\x1b" not in reading.text

    def test_a_portrait_has_one_reading_for_each_row(self, tmp_path: Path) -> None:
        made = bench(tmp_path, ANN, BEN)
        rows = MappingDocument.default().rows
        portrait = Portray(1).answer(made)
        assert len(portrait.readings) == len(rows)
        assert portrait.readings[0].text == "ben@contoso.example"
        assert portrait.person.verdict == "in scope"


class TestFindings:
    def test_a_row_that_is_typed_is_judged_in_the_mapping_around_it(self) -> None:
        twice = Row("userName", "[mail]")
        wrong = Row("displayName", "Nope()", position=2)
        made = Bench()
        assert [finding.code for finding in beside(made, twice)] == ["mapping-duplicate"]
        assert [finding.code for finding in beside(made, wrong)] == ["unknown-function"]
        known = beside(made, Row("title", "[jobTitle]"))
        assert [finding.severity for finding in known] == ["advice"]

    ROWS = (
        Row("userName", "[mail]", 1),
        Row("USERNAME", "[displayName]", 2),
        Row("displayName", '"x"', 1),
        Row("displayName", "[city]", 2),
        Row('emails[type eq "work"].value', "[mail]"),
        Row('emails[type eq "work"].value', "[userPrincipalName]"),
        Row("title", "IgnoreObjectFlow"),
        Row("locale", '"en-US"'),
        Row("externalId", "Nope("),
    )

    @pytest.mark.parametrize("typed", ROWS, ids=lambda row: f"{row.target} from {row.source}")
    @pytest.mark.parametrize("gone", range(len(ROWS)))
    def test_alone_as_in_the_whole_mapping(self, typed: Row, gone: int) -> None:
        """The judge of one row says all that the linter of the mapping says beside that row."""
        rows = MappingDocument.default().rows[1:]
        for around in (self.ROWS[:gone], self.ROWS[gone + 1 :]):
            document = mapped(*rows, *around)
            for place in (0, len(document.rows) // 2, len(document.rows) - 1):
                row = replace(typed, position=place)
                made, whole = Bench(), Bench()
                made.show(document)
                whole.show(document.with_typed(row))
                wrong = Portray(0).answer(whole).findings
                expected = unique((*lint(whole.document), *wrong))
                assert beside(made, row) == tuple(f for f in expected if f.position == place)

    def test_what_goes_wrong_for_one_person_alone_is_told(self, tmp_path: Path) -> None:
        made = bench(tmp_path, ANN, {"displayName": "No name"})
        assert Portray(0).answer(made).findings == ()
        assert [each.code for each in Portray(1).answer(made).findings] == ["required-empty"]
        row = Row("userName", "[mail]", 1, position=0)
        assert "required-empty" in [each.code for each in beside(made, row, 1)]

    def test_a_mapping_that_is_shown_is_judged_whole(self) -> None:
        document = MappingDocument.default().without("userName")
        codes = [finding.code for finding in Show(document.schema).answer(Bench())]
        assert "required-unmapped" in codes

    def test_who_breaks_is_counted_with_the_place_of_the_first(self, tmp_path: Path) -> None:
        made = bench(tmp_path, ANN, ANN, {"displayName": "No name"})
        done, tried = all_of(TryEverybody().answer(made))
        codes = {each.finding.code: each for each in tried.broken}
        assert tried.words == "3 people tried, 3 in scope."
        assert done == [3]
        assert (codes["required-empty"].count, codes["required-empty"].first) == (1, 2)
        assert codes["user-name-twice"].count == 2

    def test_long_work_yields_slice_by_slice(self, tmp_path: Path) -> None:
        made = bench(tmp_path, *[ANN] * (2 * SLICE + 1))
        assert all_of(TryEverybody().answer(made))[0] == [SLICE, 2 * SLICE, 2 * SLICE + 1]


class TestCensus:
    SALES = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))

    def test_without_a_scope_everybody_is_in(self, tmp_path: Path) -> None:
        _, census = all_of(TakeCensus(None).answer(bench(tmp_path, ANN, BEN)))
        assert census.words == "2 in scope, 0 out"

    def test_the_clause_that_decided_is_named(self, tmp_path: Path) -> None:
        _, census = all_of(TakeCensus(self.SALES).answer(bench(tmp_path, ANN, BEN)))
        ann, ben = census.shown
        assert (ann.verdict, ben.verdict) == ("in scope", "out of scope")
        assert ben.why == 'Filter "Sales": department is "Sales", but it is "IT".'

    @pytest.mark.parametrize(
        ("wanted", "text", "names"),
        [
            ("all", "", ["ann", "ben"]),
            ("in", "", ["ann"]),
            ("out", "", ["ben"]),
            ("all", "lee", ["ann"]),
            ("out", "lee", []),
        ],
    )
    def test_only_those_who_are_wanted_are_listed(
        self, wanted: Any, text: str, names: list[str], tmp_path: Path
    ) -> None:
        _, census = all_of(TakeCensus(self.SALES, wanted, text).answer(bench(tmp_path, ANN, BEN)))
        assert [each.name.partition("@")[0] for each in census.shown] == names
        assert (census.inside, census.matching) == (1, len(names))

    def test_a_clause_that_cannot_be_used_is_an_error(self, tmp_path: Path) -> None:
        scope = Filter.model_validate_json(
            json.dumps(self.SALES.as_json()).replace("EQUALS", "RESEMBLES")
        )
        with pytest.raises(MappingError) as caught:
            all_of(TakeCensus(scope).answer(bench(tmp_path, ANN)))
        assert caught.value.code == "scope-operator"

    def test_all_of_many_are_counted_and_some_are_shown(self, tmp_path: Path) -> None:
        _, census = all_of(
            TakeCensus(self.SALES).answer(bench(tmp_path, *[ANN] * (MOST_LISTED + 5)))
        )
        assert isinstance(census, Census)
        assert (census.matching, len(census.shown)) == (MOST_LISTED + 5, MOST_LISTED)
