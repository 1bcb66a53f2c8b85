"""A scope as lines to read, and clauses as lines to type."""

import pytest

from wizard.errors import MappingError
from wizard.mapping.schema import Filter
from wizard.mapping.scoping.editing import ClausePlace, new_clause, placed, read_clause, with_filter
from wizard.mapping.scoping.operators import OPERATORS
from wizard.mapping.scoping.outline import OutlineLine, outline

SALES = new_clause("department", "EQUALS", "Sales")
MAIL = new_clause("mail", "IS NOT NULL")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("department EQUALS Sales", ("department", "EQUALS", ["Sales"])),
        ("department equals Human  Resources ", ("department", "EQUALS", ["Human  Resources"])),
        ("department NOT EQUALS Sales", ("department", "NOT EQUALS", ["Sales"])),
        ("mail is not null", ("mail", "IS NOT NULL", [])),
        ("mail ENDS_WITH @contoso.example", ("mail", "ENDS_WITH", ["@contoso.example"])),
        ("age greater than or equals 3", ("age", "Greater_Than_OR_EQUALS", ["3"])),
        ("country & CH DE", ("country", "&", ["CH DE"])),
    ],
)
def test_a_clause_is_typed_in_one_line(text: str, parts: tuple[str, str, list[str]]) -> None:
    clause = read_clause(text)
    operand = clause.target_operand
    assert operand is not None
    assert (clause.source_operand_name, clause.operator_name, operand.values) == parts


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda each: each.name)
def test_every_operator_can_be_typed(operator: object) -> None:
    name = getattr(operator, "name", "")
    assert read_clause(f"department {name} 7").operator_name == name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "scope-operator"),
        ("department", "scope-operator"),
        ("department RESEMBLES Sales", "scope-operator"),
        ("department EQUALS", "scope-value"),
        ("age Greater_Than many", "scope-value"),
    ],
)
def test_a_line_that_is_no_clause_is_explained(text: str, code: str) -> None:
    with pytest.raises(MappingError) as caught:
        read_clause(text)
    assert caught.value.code == code
    assert caught.value.hint


def test_a_clause_goes_where_it_is_to_stand() -> None:
    first = placed(None, ClausePlace(), SALES)
    assert [group.name for group in first.groups or []] == ["Filter 1"]
    more = placed(first, ClausePlace(0), MAIL)
    assert [line.text for line in outline(more)] == [
        "Filter 1",
        'department is "Sales"',
        "mail is not empty",
    ]
    other = placed(more, ClausePlace(0, 0), MAIL)
    assert [line.text for line in outline(other)][1] == "mail is not empty"
    assert [line.text for line in outline(placed(other, ClausePlace(), SALES))][3:] == [
        "Filter 2",
        'department is "Sales"',
    ]


def test_no_scope_has_no_lines() -> None:
    assert outline(None) == ()
    assert outline(Filter.model_validate({"groups": []})) == ()


def test_what_entra_set_by_itself_stands_first_and_is_not_ours_to_edit() -> None:
    own = with_filter(None, "Own", SALES)
    scope = own.model_copy(update={"input_filter_groups": own.groups})
    lines = outline(scope)
    assert lines[0] == OutlineLine('Set by Entra: Filter 1 "Own"', 0, editable=False)
    assert [line.editable for line in lines] == [False, False, True, True]


def test_a_clause_that_cannot_be_used_is_shown_as_it_is_with_the_reason() -> None:
    wire = with_filter(None, "Own", SALES).as_json()
    wire["groups"][0]["clauses"][0]["operatorName"] = "RESEMBLES\x1b"
    line = outline(Filter.model_validate(wire))[1]
    assert line.text == "department RESEMBLES\N{REPLACEMENT CHARACTER} Sales"
    assert "no operator" in line.problem


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("department = Sales", "EQUALS"),
        ("department != Sales", "NOT EQUALS"),
        ("department contains Sales", "Includes"),
        ("department startsWith Sales", "REGEX MATCH"),
        ("mail endswith .example", None),
        ("mail is empty", "IS NULL"),
        ("employeeId >= 5", "Greater_Than_OR_EQUALS"),
        ("employeeId < 5 or more", "REGEX MATCH"),
        ("department does not contain Sales", "NOT REGEX MATCH"),
    ],
)
def test_an_operator_that_others_have_leads_to_the_one_that_is_meant(
    typed: str, meant: str | None
) -> None:
    if meant is None:
        assert read_clause(typed).operator_name == "ENDS_WITH"
        return
    with pytest.raises(MappingError) as refused:
        read_clause(typed)
    assert f"Did you mean {meant}?" in refused.value.hint
    assert refused.value.hint.count("?") == 1
