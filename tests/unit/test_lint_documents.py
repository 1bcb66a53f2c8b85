"""Documents that say something which does harm unseen, and Microsoft's own, which do none."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from wizard.assets import asset
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.lint.finding import MappingFinding
from wizard.mapping.lint.linter import lint, lint_for
from wizard.mapping.people import practice_people
from wizard.mapping.schema import read_schema
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope

DEFAULT = MappingDocument.default()


def changed(**users: Any) -> MappingDocument:
    """Return the default document with other properties of its mapping of users."""
    schema = json.loads(asset("mapping/default-schema.json"))
    (mapping,) = [
        each
        for each in schema["synchronizationRules"][0]["objectMappings"]
        if each["sourceObjectName"] == "User"
    ]
    mapping |= users
    return MappingDocument(read_schema(json.dumps(schema)))


def with_row(**row: Any) -> MappingDocument:
    """Return the default document with one row more, as Graph writes it."""
    rows = [each.as_json() for each in DEFAULT.mappings]
    return changed(attributeMappings=[*rows, {"matchingPriority": 0, "flowType": "Always"} | row])


def found(document: MappingDocument) -> dict[str, MappingFinding]:
    return {each.code: each for each in lint(document) if each.code != "target-not-listed"}


def clause(attribute: str, operator: str, *values: str) -> Mapping[str, Any]:
    return {
        "sourceOperandName": attribute,
        "operatorName": operator,
        "targetOperand": {"values": list(values)},
    }


def scope(*filters: list[Mapping[str, Any]], **more: Any) -> MappingDocument:
    return changed(scope={"groups": [{"name": "", "clauses": each} for each in filters]} | more)


@pytest.mark.parametrize(
    ("target", "default"), [("title", "Member"), ("locale", "en_US"), ("nickName", "x")]
)
@pytest.mark.parametrize(
    "source",
    [
        None,
        {"expression": "", "name": "", "type": "Attribute", "parameters": []},
        {"expression": None, "name": None, "type": None, "parameters": []},
        {"expression": "", "name": "", "type": "None"},
    ],
)
def test_a_row_that_has_a_default_value_alone_is_no_error(
    target: str, default: str, source: Any
) -> None:
    document = with_row(targetAttributeName=target, source=source, defaultValue=default)
    assert found(document) == {}
    assert lint_for(document, practice_people()).broken == tuple(
        each for each in lint_for(document, ()).broken
    )


@pytest.mark.parametrize("default", [None, ""])
def test_a_row_that_has_nothing_at_all_is_one(default: str | None) -> None:
    document = with_row(targetAttributeName="title", source=None, defaultValue=default)
    assert found(document)["source-empty"].severity == "error"


def test_a_default_value_alone_is_held_against_what_webex_takes() -> None:
    document = with_row(targetAttributeName="locale", source=None, defaultValue="en-US")
    codes = [each.finding.code for each in lint_for(document, practice_people()).broken]
    assert "language-refused" in codes


def test_a_user_name_or_an_active_that_is_the_same_for_all_is_found() -> None:
    rows = [each.as_json() for each in DEFAULT.mappings]
    for row in rows:
        if row["targetAttributeName"] in ("userName", "active"):
            row |= {"source": None, "defaultValue": "True"}
    told = found(changed(attributeMappings=rows))
    assert {"user-name-constant", "active-fixed"} <= told.keys()


def test_whether_an_address_is_the_primary_one_is_no_address() -> None:
    target = 'emails[type eq "work"].primary'
    assert found(DEFAULT.with_typed(Row(target, '"True"'))) == {}
    assert "not-true-or-false" in found(DEFAULT.with_typed(Row(target, '"yes"')))


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ('Join("", [mailNickname], [city])', "matching-several-sources"),
        ('IIF([mail] = "", [userPrincipalName], [mail])', "matching-several-sources"),
        ("[userPrincipalName]", None),
        ("ToLower([userPrincipalName])", None),
    ],
)
def test_a_matching_row_reads_one_attribute(source: str, code: str | None) -> None:
    told = found(DEFAULT.with_edited("userName", source=source))
    assert ("matching-several-sources" in told) == (code is not None)


@pytest.mark.parametrize("source", ['"x"', "Guid()", "RandomString(8, 1, 1, 1, 1)"])
def test_matching_by_what_comes_from_no_attribute_is_found(source: str) -> None:
    document = DEFAULT.with_typed(Row("title", source, matching_priority=2))
    told = found(document)["matching-constant"]
    assert told.severity == "error"
    assert "title comes from no attribute" in told.why


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Add", "nobody is updated or disabled"),
        ("Add,Update", "nobody is disabled or deleted"),
        ("Add, Delete", "nobody is updated"),
        ("Update,Delete", "nobody is created"),
        ("", "empty, so nobody is created or updated or disabled or deleted"),
        ("Add, Update, Delete", None),
        ("add,update,delete", None),
        (None, None),
    ],
)
def test_actions_that_are_switched_off_are_told(given: str | None, said: str | None) -> None:
    told = found(changed(flowTypes=given))
    if said is None:
        assert told == {}
    else:
        assert said in told["actions-switched-off"].why


@pytest.mark.parametrize(
    ("users", "name"),
    [
        ({"scope": {"filterGroups": [{"clauses": [clause("city", "EQUALS", "x")]}]}}, "filterGr"),
        ({"scope": {"groups": [], "filters": [{"a": 1}]}}, "filters"),
        ({"scope": {"groups": [{"name": "x", "filterClauses": [{"a": 1}]}]}}, "filterClauses"),
        ({"scope": {"groups": [{"clauses": [{"attribute": "city"}]}]}}, "attribute"),
        ({"scopingFilter": {"groups": [{"clauses": []}]}}, "scopingFilter"),
    ],
)
def test_a_filter_that_entra_does_not_read_is_an_error(users: dict[str, Any], name: str) -> None:
    finding = found(changed(**users))["scope-not-read"]
    assert finding.severity == "error"
    assert name in finding.why


def test_what_graph_adds_to_a_filter_is_no_error() -> None:
    known = dict(clause("city", "EQUALS", "x")) | {"multivaluedComparisonType": "All"}
    assert found(scope([known], **{"@odata.type": "#microsoft.graph.filter"})) == {}


@pytest.mark.parametrize(
    "clauses",
    [
        [clause("city", "EQUALS", "a"), clause("city", "EQUALS", "b")],
        [clause("city", "EQUALS", "a", "b")],
        [clause("city", "EQUALS", "a"), clause("city", "NOT EQUALS", "a")],
        [clause("city", "IS NULL"), clause("city", "REGEX MATCH", "^a$")],
        [clause("accountEnabled", "IS TRUE"), clause("accountEnabled", "IS FALSE")],
        [clause("city", "EQUALS", "a"), clause("city", "ENDS_WITH", "b")],
    ],
)
def test_clauses_that_never_hold_together_are_found(clauses: list[Mapping[str, Any]]) -> None:
    assert found(scope(clauses))["scope-lets-in-nobody"].severity == "error"
    beside = found(scope(clauses, [clause("city", "IS NOT NULL")]))
    assert "scope-lets-in-nobody" not in beside
    assert beside["scope-filter-for-nobody"].severity == "warning"


@pytest.mark.parametrize(
    "clauses",
    [
        [clause("city", "EQUALS", "ab"), clause("city", "ENDS_WITH", "b")],
        [clause("city", "EQUALS", "a"), clause("department", "EQUALS", "b")],
        [clause("accountEnabled", "IS TRUE"), clause("accountEnabled", "EQUALS", "True")],
    ],
)
def test_clauses_that_hold_together_are_left_in_peace(clauses: list[Mapping[str, Any]]) -> None:
    assert found(scope(clauses)) == {}


def test_a_scope_that_lets_nobody_of_the_people_in_says_why() -> None:
    sales = with_filter(None, "Sales", new_clause("department", "EQUALS", "No such"))
    tried = lint_for(with_scope(DEFAULT, sales), practice_people())
    assert (tried.tried, tried.inside) == (len(practice_people()), 0)
    (broken,) = tried.broken
    assert broken.count == tried.tried
    assert 'department is "No such", but' in broken.finding.why


def test_people_who_are_left_alone_by_a_row_are_in_scope_all_the_same() -> None:
    document = DEFAULT.with_typed(Row("title", "IgnoreObjectFlow"))
    assert lint_for(document, practice_people()).inside == len(practice_people())


def test_of_a_scope_that_cannot_be_used_nothing_is_counted() -> None:
    tried = lint_for(scope([clause("city", "NO SUCH", "x")]), practice_people())
    assert tried.inside is None
    assert "the scope cannot be used" in tried.words


@pytest.mark.parametrize(
    ("source", "severity"),
    [("[ma\u200bil]", "error"), ("\ufeff[mail]", "error"), ('Join("\u200b", [mail])', "warning")],
)
def test_a_character_that_nobody_sees_is_named(source: str, severity: str) -> None:
    document = with_row(
        targetAttributeName="title",
        source={"expression": source, "name": "x", "type": "Function", "parameters": []},
    )
    told = found(document)
    assert told.keys() - {"source-unknown"} == {"unseen-character"}
    finding = told["unseen-character"]
    assert finding.severity == severity
    assert "ZERO WIDTH" in finding.why
    assert finding.column == min(source.find(each) % 99 for each in "\u200b\ufeff")


def test_an_attribute_inside_of_quotes_is_found() -> None:
    told = found(DEFAULT.with_typed(Row("title", '"[jobTitle] of [city]"')))
    assert told["attribute-in-quotes"].column == 0
    assert not found(DEFAULT.with_typed(Row("title", '"Level [1]"')))


def test_a_replace_that_puts_nothing_in_is_found_without_people() -> None:
    finding = found(DEFAULT.with_typed(Row("title", 'Replace([city], " ", "_")')))
    assert finding["replace-arguments"].column == 21
