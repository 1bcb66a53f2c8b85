from collections.abc import Mapping
from typing import Any

import pytest

from tests.expressions import SOME_DAY, compiled, evaluated
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.parser import parse
from wizard.mapping.expression.tree import MAX_DEPTH
from wizard.mapping.expression.values import Context, Ignore

IGNORED, SKIPPED = Ignore.ATTRIBUTE, Ignore.OBJECT
FAILS = "CDate([bad])"
"""What may only stand where it is never evaluated."""


def value(text: str, person: Mapping[str, object] | None = None, **more: object) -> object:
    """Return the value, once compiling is known to agree about it."""
    tree, attributes = parse(text), {"bad": "no date", **(person or {}), **more}
    assert compiled(tree, attributes) == evaluated(tree, attributes)
    return evaluate(tree, attributes, SOME_DAY)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("x", "x"),
        ("", ""),
        (None, None),
        (True, True),
        (7, 7),
        (4.5, 4.5),
        (["a", "b"], ("a", "b")),
        (["a", None], ("a",)),
        ([], None),
        ([None], None),
    ],
)
def test_an_attribute_is_read_as_it_came(given: object, expected: object) -> None:
    assert value("[a]", a=given) == expected


def test_a_missing_attribute_is_null_and_names_have_their_case() -> None:
    assert value("[mail]") is None
    assert value("[mail]", Mail="x") is None


@pytest.mark.parametrize("given", [{}, {"id": 1}, [["a"]], [{}]])
def test_an_attribute_with_a_structure_is_an_error_at_its_place(given: object) -> None:
    with pytest.raises(ExpressionError) as refused:
        value("ToLower( [a])", a=given)
    assert (refused.value.code, refused.value.position) == ("attribute-not-usable", 9)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('"a" = "a"', True),
        ('"a" = "A"', False),
        ('"a" <> "A"', True),
        ('[text] = "x"', True),
        ('[text] <> "x"', False),
        ('[text] = ""', False),
        ('[text] <> ""', True),
        ('[null] = "x"', False),
        ('[null] <> "x"', False),
        ('[null] = ""', False),
        ('[null] <> ""', False),
        ('[empty] = ""', False),
        ('[empty] <> "x"', False),
        ('"x" = [empty]', False),
        ("[null] = [null]", False),
        ("[empty] = [empty]", False),
        ('"" = ""', True),
        ("[one] = 1", True),
        ("[padded] = 1", True),
        ('[padded] = "1"', False),
        ("[text] = 1", False),
        ("[text] <> 1", True),
        ("[number] = 1", True),
        ('[number] = "1.0"', True),
        ('"9" < "10"', True),
        ('"9" < 10', True),
        ('"b" > "a"', True),
        ('"b" > 10', True),
        ("2 >= 2", True),
        ("2 <= 1.5", False),
        ("-1 < 0", True),
        ("&HA = 10", True),
        ('[true] = "True"', True),
        ('[true] = "true"', False),
        ("[true] = 1", False),
        ("[many] = 1", True),
        ("Len([text]) = 1", True),
        ("InStr([null], [text]) = 0", True),
    ],
)
def test_a_condition_compares_text_with_its_case_and_numbers_as_numbers(
    condition: str, holds: bool
) -> None:
    person = {
        "text": "x",
        "empty": "",
        "one": "1",
        "padded": "01",
        "number": 1,
        "true": True,
        "many": ["1"],
    }
    assert value(f'IIF({condition}, "yes", "no")', person) == ("yes" if holds else "no")
    assert value(f"CBool({condition})", person) is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (True, True),
        (False, False),
        ("True", True),
        ("true", True),
        ("yes", False),
        ("", False),
        (None, False),
        (1, True),
        (0, False),
    ],
)
def test_a_value_as_a_condition(condition: object, holds: bool) -> None:
    assert value('IIF([a], "yes", "no")', a=condition) == ("yes" if holds else "no")
    assert value("Not([a])", a=condition) is not holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'IIF(1 = 1, "x", {FAILS})', "x"),
        (f'IIF(1 = 2, {FAILS}, "x")', "x"),
        (f'Switch("a", {FAILS}, "a", "x", "b", {FAILS})', "x"),
        (f'Switch("a", {FAILS}, "a", "x", {FAILS}, "y")', "x"),
        (f'Switch("c", "x", "a", {FAILS}, "b", {FAILS})', "x"),
        (f'Coalesce([null], "x", {FAILS})', "x"),
    ],
)
def test_what_is_not_needed_is_not_evaluated(text: str, expected: str) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Switch([a], "d", "x", "1")', "1"),
        ('Switch([a], "d", "X", "1")', "d"),
        ('Switch([a], , "y", "1")', None),
        ('Switch([a], "d", "x", "1", "x", "2")', "1"),
        ('Switch([null], "d", "", "empty")', "empty"),
        ('Switch([empty], "d", "", "empty")', "empty"),
        ('Switch([true], "d", "True", "yes")', "yes"),
        ('Switch([three], "d", "3", "yes")', "yes"),
        ('Switch([three], "d", 3, "yes")', "yes"),
        ('Switch("3.5", "d", 3.5, "yes")', "yes"),
        ('Switch([a], "d", [a], "same")', "same"),
        ('Switch([one], "d", "x", "yes")', "yes"),
        ('Switch([a], "d", "x", [null])', None),
        ('Switch([a], "d", "x", 7)', "7"),
        ('Switch([a], "d", "x", [true])', "True"),
        ('Switch([a], "d", "x", [many])', ("1", "b")),
        ('Switch([null], 1, "x", "2")', "1"),
    ],
)
def test_switch_takes_the_first_key_that_is_the_same_text(text: str, expected: object) -> None:
    person = {"a": "x", "empty": "", "true": True, "three": 3, "one": ["x"], "many": [1, "b"]}
    assert value(text, person) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Coalesce([null])", None),
        ('Coalesce([null], "x")', "x"),
        ('Coalesce([empty], "x")', ""),
        ("Coalesce([null], [three])", "3"),
        ("Coalesce([many], 1)", ("a", "b")),
        ("IsNull([null])", True),
        ("IsNull([empty])", False),
        ("IsNothing([null])", True),
        ("IsNullOrEmpty([null])", True),
        ("IsNullOrEmpty([empty])", True),
        ("IsNullOrEmpty([none])", True),
        ("IsNullOrEmpty([zero])", False),
        ("IsPresent([empty])", False),
        ("IsPresent([zero])", True),
        ("IsPresent([many])", True),
        ("IsString([empty])", True),
        ("IsString([three])", False),
        ("IsString([null])", False),
        ("IsString([many])", False),
        ("IsString(5)", False),
    ],
)
def test_null_empty_and_absent_differ(text: str, expected: object) -> None:
    assert value(text, {"empty": "", "three": 3, "zero": 0, "many": ["a", "b"], "none": []}) == (
        expected
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IgnoreAttributeFlow", IGNORED),
        ("IgnoreFlowIfNullOrEmpty([null])", IGNORED),
        ('IgnoreFlowIfNullOrEmpty("")', IGNORED),
        ("IgnoreFlowIfNullOrEmpty(0)", 0),
        ("ToLower(IgnoreObjectFlow)", SKIPPED),
        ('Join(",", "a", IgnoreAttributeFlow, IgnoreObjectFlow)', IGNORED),
        (f"Append(IgnoreObjectFlow, {FAILS})", SKIPPED),
        ("IsPresent(IgnoreFlowIfNullOrEmpty([null]))", IGNORED),
        ("IIF(IgnoreAttributeFlow, 1, 2)", IGNORED),
        ("IIF(IgnoreAttributeFlow = 1, 1, 2)", IGNORED),
        ("IIF(1 = 1, IgnoreObjectFlow, 2)", SKIPPED),
        ("Switch(IgnoreAttributeFlow, 1, 2, 3)", IGNORED),
        ("Switch(1, 1, IgnoreAttributeFlow, 3)", IGNORED),
        ("Switch(2, 1, 2, IgnoreObjectFlow)", SKIPPED),
        ("Coalesce([null], IgnoreAttributeFlow)", IGNORED),
    ],
)
def test_a_decision_about_the_flow_passes_through_everything(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("text", ['Switch([many], , "a", "b")', "Not([many])", "CBool([many] = 1)"])
def test_several_values_where_one_is_needed_are_an_error(text: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        value(text, many=["a", "b"])
    assert refused.value.code == "several-values"
    assert refused.value.position is not None


def test_a_failing_function_is_named_by_its_place() -> None:
    with pytest.raises(ExpressionError) as refused:
        value(f'Join(", ", "x", {FAILS})')
    assert refused.value.position == 16


def test_the_present_is_used_when_nobody_says_when() -> None:
    assert evaluate(parse('DateDiff("d", Now(), Now())'), {}) == 0
    assert evaluate(parse("Now()"), {}, Context(now=SOME_DAY.now)) == "11/23/2026 4:05:06 AM"


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("Not(", ")"), ("IIF(", '="a",2,3)'), ('IIF("a"="b",1,', ")"), ("Coalesce([a],", ")")],
)
def test_the_deepest_nesting_is_evaluated(opening: str, closing: str) -> None:
    deepest = parse(f'{opening * MAX_DEPTH}"x"{closing * MAX_DEPTH}')
    assert evaluate(deepest, {}) is not None


def test_a_stack_that_is_nearly_full_is_an_error_of_the_expression() -> None:
    deepest = parse(f'{"Coalesce(" * MAX_DEPTH}"x"{")" * MAX_DEPTH}')

    def dig(depth: int) -> Any:
        return dig(depth - 1) if depth else evaluate(deepest, {})

    with pytest.raises(ExpressionError) as refused:
        dig(700)
    assert refused.value.code == "nested-too-deep"
