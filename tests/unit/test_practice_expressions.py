"""Expressions, scopes and attributes as the practice tenant's provisioning reads them."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.errors import InvalidInput
from wizard.practice.entra.attributes import current, mapped, put, source_values
from wizard.practice.entra.expressions import (
    SIMULATED,
    AttributeValue,
    evaluate_source,
    parse_source,
)
from wizard.practice.entra.scoping import OPERATOR_TYPES, in_scope
from wizard.practice.entra.seed import users

PERSON: dict[str, AttributeValue] = {
    "displayName": "Zoë Nguyễn",
    "givenName": "Zoë",
    "department": "Sales",
    "preferredLanguage": "en-US",
    "IsSoftDeleted": "False",
    "otherMails": ["a@x.example", "b@x.example"],
    "mobile": "+1 (425) 555-0100",
}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[displayName]", "Zoë Nguyễn"),
        ("[nothing]", None),
        ('"a \\"quoted\\" \\\\ text"', 'a "quoted" \\ text'),
        ('Switch([IsSoftDeleted], , "False", "True", "True", "False")', "True"),
        ('Switch([department], "other", "IT", "it")', "other"),
        ('Replace([preferredLanguage], "-", , , "_", ,  )', "en_US"),
        ('Replace([mobile], , "[()\\\\s-]+", , "", , )', "+14255550100"),
        (
            'Replace([mobile], , "\\\\((?<area>\\\\d+)\\\\)", "area", "000", , )',
            "+1 (000) 555-0100",
        ),
        ('Join("; ", [givenName], [nothing], [otherMails])', "Zoë; a@x.example; b@x.example"),
        ("ToLower(NormalizeDiacritics([displayName]))", "zoe nguyen"),
        ('Mid([preferredLanguage], "4", "2")', "US"),
        ('Coalesce([nothing], [department], "x")', "Sales"),
        ('Append([nothing], "x")', None),
        ("Not([IsSoftDeleted])", "True"),
        ('Split([preferredLanguage], "-")', ["en", "US"]),
        ("DefaultDomain()", "practice.example"),
    ],
)
def test_an_expression_has_a_value(expression: str, value: AttributeValue) -> None:
    assert evaluate_source(parse_source(expression), PERSON) == value


@pytest.mark.parametrize(
    "expression",
    ["", "[a", 'Nonsense("x")', "Not([a]", "Not([a]) x", "ToLower([a], , )", "Not(" * 2000],
)
def test_what_cannot_be_read_is_refused(expression: str) -> None:
    with pytest.raises(InvalidInput):
        parse_source(expression)


def test_what_practice_cannot_work_out_says_so() -> None:
    with pytest.raises(InvalidInput, match="does not know what IIF does"):
        evaluate_source(parse_source('IIF([a], "y", "z")'), PERSON)
    with pytest.raises(InvalidInput, match="needs the argument suffix"):
        evaluate_source(parse_source("Append([displayName])"), PERSON)


@pytest.mark.parametrize(
    "expression",
    [
        'Replace([displayName], , "(", , "", , )',
        'Replace([displayName], , "(?<a>.)", "b", "", , )',
        'Mid([displayName], "x", 1)',
    ],
)
def test_what_cannot_be_done_with_its_arguments_says_so(expression: str) -> None:
    with pytest.raises(InvalidInput, match="cannot be worked out"):
        evaluate_source(parse_source(expression), PERSON)


def test_a_tree_holds_the_text_of_every_part() -> None:
    tree = parse_source('Append( ToLower([givenName]) , "x")')
    assert tree["expression"] == 'Append( ToLower([givenName]) , "x")'
    first, second = tree["parameters"]
    assert (first["key"], first["value"]["expression"]) == ("source", "ToLower([givenName])")
    assert second["value"] == {
        "expression": '"x"',
        "name": "x",
        "type": "Constant",
        "parameters": [],
    }


@given(st.text(alphabet='[]"(),\\ aToLwerNt1-', max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    with suppress(InvalidInput):
        assert parse_source(text)["expression"] == text.strip()


def test_every_function_can_be_written() -> None:
    for name, function in SIMULATED.items():
        arguments = ", ".join(f'"{number}"' for number, _ in enumerate(function.parameters))
        assert parse_source(f"{name}({arguments})")["name"] == name


@pytest.mark.parametrize(
    ("operator", "operand", "passes"),
    [
        ("EQUALS", "Sales", True),
        ("EQUALS", "sales", False),
        ("NOT EQUALS", "IT", True),
        ("IS NOT NULL", "", True),
        ("IS NULL", "", False),
        ("REGEX MATCH", "^S.*s$", True),
        ("NOT REGEX MATCH", "^S", False),
        ("REGEX MATCH", "(", False),
        ("Includes", "ale", True),
        ("ENDS_WITH", "es", True),
        ("Greater_Than", "1", False),
        ("IS TRUE", "", False),
        ("HAS A NICE RING", "x", False),
    ],
)
def test_a_clause_decides(operator: str, operand: str, passes: bool) -> None:
    clause = {
        "operatorName": operator,
        "sourceOperandName": "department",
        "targetOperand": {"values": [operand]},
    }
    assert in_scope({"groups": [{"name": "one", "clauses": [clause]}]}, PERSON) is passes
    missing = clause | {"sourceOperandName": "nothing"}
    scope = {"groups": [{"name": "one", "clauses": [missing]}]}
    assert in_scope(scope, PERSON) is (operator == "IS NULL")


def test_clauses_are_all_needed_and_filters_are_alternatives() -> None:
    def clause(value: str) -> dict[str, Any]:
        return {
            "operatorName": "EQUALS",
            "sourceOperandName": "department",
            "targetOperand": {"values": [value]},
        }

    both = {"name": "both", "clauses": [clause("Sales"), clause("IT")]}
    one = {"name": "one", "clauses": [clause("Sales")]}
    assert not in_scope({"groups": [both]}, PERSON)
    assert in_scope({"groups": [both, one]}, PERSON)
    assert in_scope(None, PERSON)
    assert len(OPERATOR_TYPES) == 12


def test_a_user_of_graph_is_told_in_the_words_of_provisioning() -> None:
    guest = next(user for user in users() if "#EXT#" in user["userPrincipalName"])
    values = source_values(guest, ["User"], deleted=True)
    assert values["objectId"] == guest["id"]
    assert values["userPrincipalName"] == "gustav.guest@supplier.example"
    assert values["IsSoftDeleted"] == "True"
    assert values["appRoleAssignments"] == ["User"]
    ana = source_values(users()[0], [], deleted=False)
    assert not {"id", "businessPhones", "mobilePhone", "createdDateTime"} & ana.keys()
    assert ana["telephoneNumber"] == users()[0]["businessPhones"][0]
    assert "appRoleAssignments" not in ana


def test_defaults_and_first_time_mappings_are_for_new_people() -> None:
    mapping = {
        "attributeMappings": [
            {
                "targetAttributeName": "title",
                "defaultValue": "Nobody",
                "source": parse_source("[nothing]"),
            },
            {
                "targetAttributeName": "nickName",
                "flowType": "ObjectAddOnly",
                "source": parse_source("[givenName]"),
            },
        ]
    }
    assert mapped(mapping, PERSON, creating=True) == {"title": "Nobody", "nickName": "Zoë"}
    assert mapped(mapping, PERSON, creating=False) == {}


@pytest.mark.parametrize(
    "path",
    [
        "title",
        "name.familyName",
        'emails[type eq "work"].value',
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "urn:ietf:params:scim:schemas:core:2.0:User:title",
    ],
)
def test_what_is_put_into_a_person_is_found_there(path: str) -> None:
    person: dict[str, Any] = {"emails": [{"type": "home", "value": "h"}]}
    assert current(person, path) is None
    put(person, path, "x")
    assert current(person, path) == "x"
    assert person["emails"][0] == {"type": "home", "value": "h"}
