import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import CodeType, FunctionType
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.expressions import SOME_DAY, any_name, compiled, evaluated, people, told, trees, value
from wizard.mapping.expression.compiler import compile_mapping
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.parser import parse
from wizard.mapping.expression.tree import MAX_DEPTH, Attribute, FunctionCall, Node, Text
from wizard.mapping.expression.values import Context, Ignore
from wizard.mapping.expression.writer import LARGEST

SOON, LATER = (datetime(year, 1, 1, tzinfo=UTC) for year in (2027, 2028))
HOSTILE = [
    "__import__('os').system('exit 7')",
    "'); raise SystemExit #",
    "\n        raise SystemExit",
    "{person}",
    "{0.__class__}",
    "%s",
    '"""',
    "\\",
    "\\'",
    "a0",
    "v1",
    "k8",
    "get",
    "person",
    "context",
    "Ignore",
    "__builtins__",
    "\0",
    "\u2028",
    "\ud800",
    "é 😀",
]


def rows(*texts: str) -> list[Node]:
    return [parse(text) for text in texts]


def code_of(nodes: Sequence[Node]) -> CodeType:
    mapper = compile_mapping(nodes)
    assert isinstance(mapper, FunctionType)
    return mapper.__code__


class Watched(dict[str, object]):
    """A person who counts how often an attribute is read."""

    def __init__(self, **attributes: object) -> None:
        super().__init__(attributes)
        self.read = Counter[str]()

    def get(self, name: str, default: object = None) -> object:
        self.read[name] += 1
        return super().get(name, default)


@given(trees(), people)
def test_compiled_and_evaluated_agree(tree: Node, person: Mapping[str, object]) -> None:
    assert compiled(tree, person) == evaluated(tree, person)


@given(st.lists(trees(), max_size=4), st.lists(people, max_size=3))
def test_a_compiled_mapping_agrees_row_by_row(
    nodes: Sequence[Node], many: Sequence[Mapping[str, object]]
) -> None:
    mapper = compile_mapping(nodes)
    for person in many:
        mapped = mapper(person, SOME_DAY)
        assert mapped is not None
        assert [told(value) for value in mapped] == [evaluated(node, person) for node in nodes]


@pytest.mark.parametrize(
    "text",
    [
        'Join(",", [a], [b])',
        'Join(",", "x", [a], "", [b], "y")',
        'Join([a], "x", [b])',
        "Join([b], [a], [a])",
        'Join(",", ToLower([a]), [b])',
        "Append([a], [b])",
        'Append("x", [b])',
        'Append([a], "")',
        'Append(Append([a], "x"), Switch([b], "", "x", "y"))',
        "IgnoreFlowIfNullOrEmpty([a])",
        'IIF([a] = "x", [a], [b])',
        'IIF([a] <> "x", IgnoreFlowIfNullOrEmpty([b]), IgnoreObjectFlow)',
        'Switch(IgnoreFlowIfNullOrEmpty([a]), "d", [b], "k")',
        'Switch([a], "d", IgnoreFlowIfNullOrEmpty([b]), "k", [b], 5)',
        'Switch([a], [b], "x", "1", "x", "2", "1", [b])',
        'Switch([a], "d", "x", "1", "x", "2", "", "3", "1", "4", "True", 5)',
        'Coalesce([a], Coalesce([b], IgnoreAttributeFlow), "x")',
        "Coalesce(IgnoreFlowIfNullOrEmpty([a]), [b])",
        "Not(ToLower(IgnoreFlowIfNullOrEmpty([a])))",
        'Join(",", Append(IgnoreFlowIfNullOrEmpty([a]), "x"), [b])',
        "IsNull(Coalesce([a], IgnoreFlowIfNullOrEmpty([b])))",
        'Not(Switch([a], "d", IgnoreFlowIfNullOrEmpty([b]), "k"))',
        'IsPresent(Switch([a], "d", "x", IgnoreFlowIfNullOrEmpty([b])))',
        "IsPresent(IIF(IgnoreFlowIfNullOrEmpty([a]), 1, 2))",
    ],
)
def test_what_is_written_as_python_agrees_for_every_kind_of_value(text: str) -> None:
    tree = parse(text)
    kinds: tuple[object, ...] = ("x", "y", "", None, 1, 2.5, True, ["x"], ["x", "y"], [], {})
    for a in kinds:
        for b in kinds:
            assert compiled(tree, {"a": a, "b": b}) == evaluated(tree, {"a": a, "b": b})


@given(any_name(), st.text())
def test_names_and_texts_stay_data(name: str, text: str) -> None:
    tree = FunctionCall("Switch", (Attribute(name), Attribute(name), Text(text), Text(f"{text}!")))
    assert value(tree, {name: text}) == f"{text}!"
    assert value(tree, {name: f"{text}?"}) == f"{text}?"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_looks_like_python_stays_data(hostile: str) -> None:
    names = Attribute(hostile), Text(hostile)
    trees: list[Node] = [
        *names,
        FunctionCall("Join", (Text(hostile), *names, Text("x"))),
        FunctionCall("IIF", (FunctionCall("IsPresent", names[:1]), names[1], names[0])),
        FunctionCall("Switch", (names[0], Text("d"), names[1], Text(hostile), Text("k"), names[0])),
        FunctionCall("Switch", (names[0], Text("d"), *[names[1]] * 8)),
    ]
    mapper = compile_mapping(trees)
    assert mapper({hostile: hostile}) == (
        hostile,
        hostile,
        hostile.join((hostile, hostile, "x")),
        hostile,
        hostile,
        hostile,
    )


GENERATED = re.compile(r"[akvr]+\d+|get|person|context")
HELPERS = {
    "Context",
    "Ignore",
    "again",
    "evaluate",
    "failures",
    "holds",
    "ignored",
    "is_empty",
    "is_true",
    "length",
    "rendered",
    "str",
    "text_of",
    "value_of",
    *("get", "join", "__class__"),
}


@given(st.lists(trees(any_name()), min_size=1, max_size=3))
def test_only_literals_and_generated_names_enter_the_code(nodes: Sequence[Node]) -> None:
    code = code_of(nodes)
    for name in (*code.co_names, *code.co_varnames):
        assert GENERATED.fullmatch(name) or name in HELPERS
    assert not any(isinstance(each, CodeType) for each in code.co_consts)


def test_no_builtins_can_be_reached() -> None:
    mapper = compile_mapping(rows("[a]", 'Join(",", [a], [b])', 'CDate("x")'))
    assert isinstance(mapper, FunctionType)
    assert mapper.__globals__["__builtins__"] == {}


def test_an_attribute_is_read_once_for_the_whole_mapping() -> None:
    person = Watched(a="x", b="y")
    compile_mapping(rows("[a]", "ToLower([a])", 'Switch([a], [a], "x", [b])'))(person)
    assert person.read == {"a": 1, "b": 1}


def test_what_is_constant_is_evaluated_once() -> None:
    folded = code_of(rows('Join("-", "a", ToUpper("b"), Mid("abc", 1, 1))'))
    assert ("a-B-a",) in folded.co_consts
    assert value(parse("Guid()"), {}) != value(parse("Guid()"), {})
    mapper = compile_mapping(rows("Now()", "Guid()"))
    first, second = mapper({}, Context(SOON)), mapper({}, Context(LATER))
    assert first is not None
    assert second is not None
    assert all(one != other for one, other in zip(first, second, strict=True))


def test_a_constant_that_fails_fails_only_where_it_is_needed() -> None:
    tree = parse('IIF([a] = "x", CDate("never"), "fine")')
    assert value(tree, {"a": "y"}) == "fine"
    with pytest.raises(ExpressionError) as refused:
        value(tree, {"a": "x"})
    assert refused.value.position == 15


def test_what_is_no_text_is_finished_by_its_row() -> None:
    nodes = rows("[a]", "[b]", "[c]", "IsPresent([a])")
    finish = [lambda outcome, at=at: (at, type(outcome)) for at in range(4)]
    mapper = cast("Callable[[object], object]", compile_mapping(nodes, finish=finish))
    assert mapper({"a": "x", "b": "", "c": 5}) == ("x", (1, str), (2, int), (3, bool))
    # An object is nothing to read: then each row is evaluated by itself.
    assert mapper({"a": "x", "c": {}}) == ("x", (1, type(None)), (2, ExpressionError), (3, bool))


def test_a_row_that_fails_for_a_person_holds_its_error_and_the_others_their_values() -> None:
    mapped = compile_mapping(rows("[a]", "CDate([a])", "IgnoreFlowIfNullOrEmpty([b])"))({"a": "x"})
    assert mapped is not None
    text, error, flow = mapped
    assert text == "x"
    assert isinstance(error, ExpressionError)
    assert error.position == 0
    assert flow is Ignore.ATTRIBUTE


def test_people_out_of_scope_are_not_mapped() -> None:
    mapper = compile_mapping(rows("[a]"), scope=lambda person: person.get("a") == "x")
    assert mapper({"a": "x"}) == ("x",)
    assert mapper({"a": "y"}) is None


def test_a_mapping_without_rows_yields_nothing() -> None:
    assert compile_mapping([])({"a": "x"}) == ()


@pytest.mark.parametrize(
    "text",
    [
        f"{'Not(' * MAX_DEPTH}[a]{')' * MAX_DEPTH}",
        f"{'IIF([a] = 1, 2, ' * MAX_DEPTH}[a]{')' * MAX_DEPTH}",
        f"{'IIF(' * MAX_DEPTH}[a]{' = 1, 2, 3)' * MAX_DEPTH}",
        f"{'Coalesce([b], ' * MAX_DEPTH}[a]{')' * MAX_DEPTH}",
        f"Coalesce({', '.join(['[b]'] * 1500)}, [a])",
        f"Switch([a], [c]{', [b], [c]' * 600})",
        f"Switch([a], [c]{''.join(f', {n}, [a]' for n in range(700))})",
        f"Switch([a], [c]{''.join(f', {n}, {n + 1}' for n in range(700))})",
        f"Join([b], {', '.join(['[a]'] * 1500)})",
        f'Join("x", {", ".join(["IgnoreFlowIfNullOrEmpty([a])"] * 300)})',
    ],
    ids=lambda text: text[:24],
)
def test_the_largest_expressions_agree_too(text: str) -> None:
    tree = parse(text)
    for person in ({"a": "x"}, {"a": "7", "b": "7"}, {"b": "y", "c": 5}, {}):
        assert compiled(tree, person) == evaluated(tree, person)


def test_a_mapping_that_is_too_large_for_one_function_agrees_too() -> None:
    wide = [f'Join("", {", ".join(f"[{n}x{m}]" for m in range(1000))}, [a])' for n in range(40)]
    mapping = rows(*wide, "[a]")
    assert len(code_of(mapping).co_code) < 2 * LARGEST
    mapped = compile_mapping(mapping)({"a": "x", "39x7": "y"})
    assert mapped is not None
    assert (mapped[0], *mapped[39:]) == ("x", "yx", "x")


def test_a_text_that_grows_without_end_is_an_error_in_both() -> None:
    tree = parse(f'Join("", {", ".join(["[a]"] * 20)})')
    person = {"a": "x" * 1_000_000}
    assert evaluated(tree, person).startswith("result-too-long")
    assert compiled(tree, person) == evaluated(tree, person)
