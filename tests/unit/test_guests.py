"""Guests are mapped as provisioning maps them; what it does not read is no source."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph_users import to_graph
from wizard.commands import mapping as command
from wizard.mapping import brought
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.guests import address_at_home
from wizard.mapping.lint.finding import MappingFinding
from wizard.mapping.lint.linter import lint, lint_for
from wizard.mapping.people import from_graph, practice_people
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.trial.bench import Bench
from wizard.trial.questions import Judge, Portray

WHOLE = "gustav.guest_supplier.example#EXT#@contoso.example"
HOME = "gustav.guest@supplier.example"
GUEST = {"id": "1", "userPrincipalName": WHOLE, "userType": "Guest"}
DEFAULT = MappingDocument.default()
ADDRESS = st.from_regex(r"[a-z][a-z0-9._-]{0,12}@[a-z0-9-]{1,9}\.[a-z]{2,4}", fullmatch=True)


def looking_at(*people: dict[str, Any]) -> Bench:
    bench = Bench()
    bench.people = tuple(map(from_graph, people))
    return bench


def findings(source: str) -> dict[str, MappingFinding]:
    row = Row("title", source)
    return {each.code: each for each in lint(DEFAULT.with_typed(row)) if each.target == "title"}


@pytest.mark.parametrize(
    ("name", "home"),
    [
        (WHOLE, HOME),
        ("a_b_supplier.example#ext#@contoso.example", "a_b@supplier.example"),
        ("alias#EXT#@contoso.example", "alias"),
        ("ana_ruiz@contoso.example", "ana_ruiz@contoso.example"),
        ("", ""),
    ],
)
def test_the_mark_and_the_tenants_domain_are_taken_out_of_a_guests_name(
    name: str, home: str
) -> None:
    assert address_at_home(name) == home


@given(ADDRESS)
def test_every_invited_address_comes_back(address: str) -> None:
    assert address_at_home(f"{address.replace('@', '_')}#EXT#@contoso.example") == address


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"value": [GUEST]}),
        json.dumps([{"objectId": "1", "userPrincipalName": WHOLE}]),
        json.dumps([{"ObjectId": "1", "UserPrincipalName": WHOLE, "UserType": "Guest"}]),
    ],
    ids=["Graph", "provisioning", "PowerShell"],
)
def test_a_guest_of_any_file_has_both_names_and_is_counted(text: str) -> None:
    found = brought.read_people(text)
    (person,) = found.people
    assert person["userPrincipalName"] == HOME
    assert person["originalUserPrincipalName"] == WHOLE
    (remark,) = found.remarks
    assert "1 guest." in remark
    assert "It finds them in Webex by that" in remark


def test_members_keep_their_name_under_both_and_nothing_is_said() -> None:
    found = brought.read_people('[{"userPrincipalName": "a@b.example"}]')
    assert found.people[0]["originalUserPrincipalName"] == "a@b.example"
    assert found.remarks == ()


def test_the_practice_has_a_guest_who_comes_back_from_graph_the_same() -> None:
    (guest,) = (each for each in practice_people() if each.get("userType") == "Guest")
    assert guest["userPrincipalName"] == HOME
    assert from_graph(to_graph(guest)) == guest
    assert lint_for(DEFAULT, [guest]).broken == ()


def test_whoever_looks_at_a_guest_reads_what_is_mapped_and_why() -> None:
    bench = looking_at(GUEST, {"id": "2", "userPrincipalName": "ana@contoso.example"})
    seen = Portray(0).answer(bench)
    assert HOME in {reading.text for reading in seen.readings}
    (told,) = (each for each in seen.findings if each.code == "guest")
    assert HOME in told.why
    assert Portray(1).answer(bench).findings == ()
    bench.show(DEFAULT.with_edited("userName", source="[mail]"))
    assert "guest" not in {each.code for each in Portray(0).answer(bench).findings}


def test_an_expression_is_tried_on_a_guest_as_entra_maps_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "guest.json"
    file.write_text(json.dumps(GUEST))
    for source, value in (("userPrincipalName", HOME), ("originalUserPrincipalName", WHOLE)):
        assert command.main(["eval", f"[{source}]", "--source", str(file)]) == 0
        said = capsys.readouterr()
        assert json.loads(said.out) == value
        assert "Entra takes #EXT#" in said.err


@pytest.mark.parametrize("source", ["[userType]", "userType", 'Append([UserType], "s")'])
def test_the_type_of_a_person_is_refused_as_a_source_with_a_way(source: str) -> None:
    told = findings(source)["source-not-available"]
    assert told.severity == "error"
    assert told.column == max(0, source.find("["))
    assert "does not read it" in told.why
    assert "[originalUserPrincipalName]" in told.fix
    reading = Judge(Row("title", source), 0).answer(looking_at(GUEST)).reading
    assert (reading.kind, reading.text) == ("error", told.why)


def test_the_type_of_a_person_has_no_value_on_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert command.main(["eval", "[userType]"]) == 1
    assert "source-not-available" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('Replace([userPrincipalName], "#EXT#@contoso.example", , , "", , )', True),
        ('Replace([originalUserPrincipalName], "#EXT#", , , "", , )', False),
        ('Append([mail], "#EXT#")', False),
    ],
)
def test_looking_for_the_mark_where_it_is_taken_out_is_found(source: str, is_found: bool) -> None:
    assert ("guest-mark-taken-out" in findings(source)) is is_found


def test_a_filter_that_looks_for_the_mark_asks_the_whole_name() -> None:
    def codes(attribute: str) -> set[str]:
        clause = new_clause(attribute, "NOT REGEX MATCH", "^.*#EXT#.*$")
        document = with_scope(DEFAULT, with_filter(None, "no guests", clause))
        return {each.code for each in lint(document)}

    assert codes("userPrincipalName") == {"guest-mark-taken-out"}
    assert codes("originalUserPrincipalName") == set()


def test_a_batch_maps_guests_the_same_way_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "batch.jsonl"
    expressions = ("[userPrincipalName]", "[userType]", "[displayName]")
    person = {"userPrincipalName": WHOLE, "userType": "Guest", "displayName": "Gustav"}
    lines = ({"id": each, "expression": each, "source_attributes": person} for each in expressions)
    file.write_text("\n".join(map(json.dumps, lines)))
    assert command.main(["eval", "--batch", str(file)]) == 0
    name, kind, display = map(json.loads, capsys.readouterr().out.splitlines())
    assert name["value"] == HOME
    assert "Entra takes #EXT#" in name["notes"][0]
    assert kind["error"]["code"] == "source-not-available"
    assert display == {"id": "[displayName]", "value": "Gustav"}
