import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.errors import MappingError
from wizard.mapping.document import MappingDocument
from wizard.mapping.expression.functions.patterns import expanded
from wizard.mapping.people import practice_people
from wizard.mapping.schema import Filter, read_schema, write_schema
from wizard.mapping.scoping.compiler import compile_roll_call, compile_scope
from wizard.mapping.scoping.editing import (
    new_clause,
    renamed_filter,
    with_clause,
    with_filter,
    with_scope,
    without_clause,
    without_filter,
)
from wizard.mapping.scoping.filters import decide
from wizard.mapping.scoping.operators import OPERATORS

Clause = tuple[str, str, list[str]]


def scope(*filters: list[Clause], **others: list[list[Clause]]) -> Filter:
    return Filter.model_validate(
        {
            "groups": groups(filters),
            "categoryFilterGroups": groups(others.get("category", [])),
            "inputFilterGroups": groups(others.get("input", [])),
        }
    )


def groups(filters: Any) -> list[dict[str, Any]]:
    return [
        {
            "name": "",
            "clauses": [
                {
                    "operatorName": operator,
                    "sourceOperandName": attribute,
                    "targetOperand": {"values": values},
                }
                for attribute, operator, values in clauses
            ],
        }
        for clauses in filters
    ]


def admits(filters: Filter | None, person: Mapping[str, Any]) -> bool:
    told = decide(filters, person).in_scope
    assert compile_scope(filters)(person) is told
    assert compile_roll_call(filters)([person, person]) == [told, told]
    return told


@pytest.mark.parametrize(
    ("operator", "values", "value", "holds"),
    [
        ("EQUALS", ["Sales"], "Sales", True),
        ("EQUALS", ["Sales"], "sales", False),
        ("EQUALS", ["True"], True, True),
        ("EQUALS", ["5"], 5, True),
        ("EQUALS", ["5"], 5.0, True),
        ("EQUALS", ["1E+20"], 1e20, True),
        ("EQUALS", ["a", "b"], "a", False),
        ("EQUALS", ["a", "a"], "a", True),
        ("NOT EQUALS", ["Sales"], "IT", True),
        ("NOT EQUALS", ["Sales"], "Sales", False),
        ("NOT EQUALS", ["Sales", "IT"], "HR", True),
        ("NOT EQUALS", ["Sales", "IT"], "IT", False),
        ("NOT EQUALS", ["Sales"], None, False),
        ("NOT EQUALS", ["Sales"], "", False),
        ("not_equals", ["Sales"], "IT", True),
        ("NotEquals", ["Sales"], "IT", True),
        ("IS TRUE", [], True, True),
        ("IS TRUE", [], "true", True),
        ("IS TRUE", [], "False", False),
        ("IS TRUE", [], None, False),
        ("IS FALSE", [], False, True),
        ("IS FALSE", [], True, False),
        ("IS FALSE", [], None, False),
        ("IS NULL", [], None, True),
        ("IS NULL", [], "", True),
        ("IS NULL", [], (), True),
        ("IS NULL", [], False, False),
        ("IS NULL", [], 0, False),
        ("IS NOT NULL", [], "a", True),
        ("IS NOT NULL", [], ("a",), True),
        ("is_not_null", [], None, False),
        ("REGEX MATCH", [r".*\@domain\.com"], "a@domain.com", True),
        ("REGEX MATCH", ["([1-9][0-9])"], "42", True),
        ("REGEX MATCH", ["^a(?<n>b)$"], "ab", True),
        ("REGEX MATCH", ["A"], "a", False),
        ("REGEX MATCH", [".*"], "", False),
        ("NOT REGEX MATCH", ["x"], "abc", True),
        ("NOT REGEX MATCH", ["x"], "xyz", False),
        ("NOT REGEX MATCH", ["x"], None, False),
        ("NOT REGEX MATCH", ["x"], "", False),
        ("Greater_Than", ["9"], "10", True),
        ("Greater_Than", ["9"], 9, False),
        ("Greater_Than", ["9"], "ten", False),
        ("Greater_Than", ["9"], "9" * 40, False),
        ("greater than or equals", ["9"], "9", True),
        ("Greater_Than_OR_EQUALS", ["-3"], "-4", False),
        ("Includes", ["ale"], "Sales", True),
        ("Includes", ["ALE"], "Sales", False),
        ("ENDS_WITH", ["les"], "Sales", True),
        ("ENDS WITH", ["Sal"], "Sales", False),
        ("&", ["Sales, IT, HR"], "IT", True),
        ("IN", ["Sales, HR"], "IT", False),
        ("!&", ["Sales, HR"], "IT", True),
        ("NOT IN", ["Sales, IT"], "IT", False),
        ("NOT IN", ["Sales"], None, False),
        ("EQUALS", ["a"], ("a",), False),
        ("NOT EQUALS", ["b"], ["a"], False),
    ],
)
def test_each_operator_does_what_the_documentation_says(
    operator: str, values: list[str], value: object, holds: bool
) -> None:
    assert admits(scope([("department", operator, values)]), {"department": value}) is holds


def test_without_a_filter_everybody_is_in() -> None:
    for nothing in (None, Filter(), scope()):
        assert admits(nothing, {})


def test_all_clauses_of_a_filter_must_hold() -> None:
    both = scope([("department", "EQUALS", ["Sales"]), ("country", "EQUALS", ["DE"])])
    assert admits(both, {"department": "Sales", "country": "DE"})
    assert not admits(both, {"department": "Sales", "country": "FR"})


def test_one_of_several_filters_is_enough() -> None:
    either = scope([("department", "EQUALS", ["Sales"])], [("country", "EQUALS", ["DE"])])
    assert admits(either, {"country": "DE"})
    assert not admits(either, {"country": "FR", "department": "IT"})


def test_who_falls_out_of_an_input_filter_is_ignored_and_not_disabled() -> None:
    filters = scope([("department", "EQUALS", ["Sales"])], input=[[("mail", "IS NOT NULL", [])]])
    assert decide(filters, {"department": "Sales"}).verdict == "ignored"
    assert decide(filters, {"mail": "a"}).verdict == "out of scope"
    assert admits(filters, {"mail": "a", "department": "Sales"})
    category = scope(category=[[("mail", "IS NOT NULL", [])]])
    assert decide(category, {}).verdict == "ignored"
    assert admits(category, {"mail": "a"})


def test_the_deciding_clause_is_named_in_words() -> None:
    filters = scope(
        [("department", "EQUALS", ["Sales"]), ("country", "EQUALS", ["DE"])],
        [("mail", "IS NOT NULL", [])],
    )
    out = decide(filters, {"department": "Sales", "country": "FR"})
    assert out.deciding == ((0, 1), (1, 0))
    assert out.why == (
        'Filter 1: country is "DE", but it is "FR"; Filter 2: mail is not empty, but it is empty.'
    )
    held = decide(filters, {"mail": "a"})
    assert held.deciding == ((1, None),)
    assert held.why == "Filter 2 holds."


def test_several_values_of_a_person_are_named_as_the_reason() -> None:
    decision = decide(scope([("otherMails", "Includes", ["a"])]), {"otherMails": ("a", "b")})
    assert "several values" in decision.why


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        (("a", "LIKE", ["x"]), "scope-operator"),
        (("a", "", ["x"]), "scope-operator"),
        (("a", "IsMemberOf", ["x"]), "scope-operator"),
        (("", "EQUALS", ["x"]), "scope-attribute"),
        (("a", "EQUALS", []), "scope-value"),
        (("a", "EQUALS", [""]), "scope-value"),
        (("a", "Greater_Than", ["1.5"]), "scope-value"),
        (("a", "Greater_Than", ["many"]), "scope-value"),
        (("a", "REGEX MATCH", ["("]), "bad-pattern"),
        (("a", "REGEX MATCH", ["x" * 10_001]), "bad-pattern"),
        (("a", "REGEX MATCH", ["(((a{1000}){1000}){1000}){1000}"]), "bad-pattern"),
        (("a", "REGEX MATCH", ["(?:" * 300]), "bad-pattern"),
    ],
)
def test_a_clause_that_cannot_be_used_is_refused_with_a_sentence(clause: Clause, code: str) -> None:
    for use in (lambda f: decide(f, {}), compile_scope):
        with pytest.raises(MappingError) as caught:
            use(scope([clause]))
        assert caught.value.code == code
        assert caught.value.message.endswith(".")
        assert caught.value.hint


def test_a_pattern_of_a_scope_is_mended_as_in_a_scope() -> None:
    with pytest.raises(MappingError) as caught:
        decide(scope([("a", "REGEX MATCH", ["*Sales*"])]), {})
    assert "Write .* where anything may stand" in caught.value.hint
    assert "expression" not in caught.value.hint


def test_a_pattern_that_never_ends_is_stopped() -> None:
    filters = scope([("a", "REGEX MATCH", ["(a|aa)+$"])])
    person = {"a": "a" * 60 + "b"}
    with pytest.raises(MappingError, match="too long"):
        compile_scope(filters)(person)
    with pytest.raises(MappingError, match="too long"):
        decide(filters, person)


@pytest.mark.parametrize(
    ("pattern", "size"),
    [
        ("abc", 3),
        ("a{5}", 5),
        ("(ab){3}", 6),
        ("a{2,4}", 4),
        (r"\{5}", 2),
        ("[a{9}]", 1),
        ("a{", 2),
    ],
)
def test_the_size_of_a_pattern_counts_repetitions(pattern: str, size: int) -> None:
    assert size <= expanded(pattern) <= size + 1


HOSTILE = ["department", 'x"); import os; (', "'", "\\", "{v}", "__class__", "in_scope", "\n", "é"]
TEXTS = st.sampled_from([*HOSTILE, "Sales", "5", "12", "true", "False"]) | st.text(max_size=4)
VALUES = (
    TEXTS
    | st.none()
    | st.booleans()
    | st.integers(-20, 20)
    | st.floats(allow_nan=False)
    | st.lists(TEXTS, max_size=2)
    | st.lists(TEXTS, max_size=2).map(tuple)
)


@st.composite
def clauses(draw: st.DrawFn) -> Clause:
    operator = draw(st.sampled_from(OPERATORS))
    value = {
        "text": TEXTS.filter(bool),
        "integer": st.integers(-20, 20).map(str),
        "pattern": st.sampled_from(["a", "^S.*s$", "[0-9]+", "[^a]", r"\w{2}$"]),
        "": TEXTS,
    }[operator.takes]
    name = draw(st.sampled_from([operator.name, operator.name.lower().replace(" ", "_")]))
    return draw(st.sampled_from(HOSTILE)), name, draw(st.lists(value, min_size=1, max_size=2))


@given(
    st.lists(st.lists(clauses(), max_size=3), max_size=3),
    st.lists(st.lists(clauses(), max_size=2), max_size=1),
    st.dictionaries(st.sampled_from(HOSTILE), VALUES),
)
def test_the_compiled_filter_says_what_the_slow_one_says(
    filters: list[list[Clause]], inputs: list[list[Clause]], person: dict[str, Any]
) -> None:
    filters = [[c for c in each if c[0].strip()] for each in filters]
    inputs = [[c for c in each if c[0].strip()] for each in inputs]
    admits(scope(*filters, input=inputs), person)


def test_a_huge_filter_compiles() -> None:
    many = scope(*[[("a", "EQUALS", [str(n)]), ("b", "IS NULL", [])] for n in range(3000)])
    assert admits(many, {"a": "2999"})


def test_the_practice_people_are_divided() -> None:
    sales = compile_scope(scope([("department", "EQUALS", ["Finance"])]))
    inside = [person for person in practice_people() if sales(person)]
    assert 0 < len(inside) < len(practice_people())


def test_a_filter_is_built_and_taken_apart_again() -> None:
    first = with_filter(None, "Sales", new_clause("department", "equals", "Sales"))
    second = with_filter(first, "Germany", new_clause("country", "EQUALS", "DE"))
    third = with_clause(second, 1, new_clause("mail", "is not null"))
    assert admits(third, {"department": "Sales"})
    assert admits(third, {"country": "DE", "mail": "a"})
    assert not admits(third, {"country": "DE"})
    swapped = with_clause(third, 1, new_clause("country", "EQUALS", "FR"), instead_of=0)
    assert admits(swapped, {"country": "FR", "mail": "a"})
    assert decide(renamed_filter(first, 0, "New"), {"department": "Sales"}).why == (
        'Filter "New" holds.'
    )
    assert without_clause(third, 1, 1) == second
    assert without_clause(second, 1, 0) == first
    assert without_filter(first, 0) is None
    assert admits(first, {"department": "Sales"})


def test_a_new_filter_is_written_as_graph_writes_it() -> None:
    filters = with_filter(None, "Sales", new_clause("department", "Equals", "Sales"))
    assert filters.as_json() == {
        "groups": [
            {
                "name": "Sales",
                "clauses": [
                    {
                        "operatorName": "EQUALS",
                        "sourceOperandName": "department",
                        "targetOperand": {"values": ["Sales"]},
                    }
                ],
            }
        ],
        "categoryFilterGroups": [],
        "inputFilterGroups": [],
    }


def test_unknown_properties_of_a_filter_survive_an_edit() -> None:
    given_filter = {"@odata.type": "x", "groups": [{"id": 7, "name": "a", "clauses": []}], "z": 1}
    edited = with_clause(Filter.model_validate(given_filter), 0, new_clause("mail", "IS NULL"))
    wire = edited.as_json()
    assert list(wire) == ["@odata.type", "groups", "z"]
    assert wire["groups"][0]["id"] == 7


def test_the_scope_of_users_is_set_and_nothing_else() -> None:
    document = MappingDocument.default()
    filters = with_filter(None, "Mail", new_clause("mail", "IS NOT NULL"))
    scoped = with_scope(document, filters)
    assert scoped.users.scope == filters
    assert read_schema(write_schema(scoped.schema)) == scoped.schema
    back = with_scope(scoped, None)
    assert json.loads(write_schema(back.schema)) == json.loads(write_schema(document.schema))


@pytest.mark.parametrize(
    "edit",
    [
        lambda filters: without_filter(filters, 1),
        lambda filters: without_clause(filters, 0, 1),
        lambda filters: renamed_filter(filters, -1, "x"),
        lambda filters: with_clause(filters, 0, new_clause("a", "IS NULL"), instead_of=5),
    ],
)
def test_what_is_not_there_any_more_is_said(edit: Callable[[Filter], object]) -> None:
    filters = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))
    with pytest.raises(MappingError) as caught:
        edit(filters)
    assert caught.value.code == "scope-no-such"
