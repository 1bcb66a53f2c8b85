"""Microsoft's own examples, and Graph's trees of them (reference/graph-entra.md 4 and 2.8)."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.expressions import value
from wizard.mapping.expression.errors import ExpressionError
from wizard.mapping.expression.evaluate import evaluate
from wizard.mapping.expression.parser import parse
from wizard.mapping.expression.printer import show
from wizard.mapping.expression.table import FUNCTIONS
from wizard.mapping.expression.tree import FunctionCall, Node, Omitted
from wizard.mapping.expression.values import Context, Ignore, Value
from wizard.mapping.source_tree import MAX_LEVELS, source_of

DATA = json.loads(
    (Path(__file__).parents[1] / "data" / "expression-examples.json").read_text("utf-8")
)
EXAMPLES = DATA["examples"]
BY_ID = {example["id"]: example for example in EXAMPLES}
VALUED = [
    example
    for example in EXAMPLES
    if example["status"] in ("ok", "doc-error") and not example.get("fails")
]
SHAPES = {
    "fn-031": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "fn-085": r"(?=(.*[0-9]){3})(?=(.*[a-z]){3}).{6}",
    "fn-086": r"(?=(.*[0-9]){2})(?=(.*[^0-9A-Za-z]){2})(?=(.*[A-Z]){2})(?=.*[a-z])[^?,]{10}",
    "wd-054": r"[^0-9]{5}",
}


def context(example: dict[str, Any]) -> Context:
    told = example.get("context", {})
    now = datetime.fromisoformat(told["now"]) if "now" in told else Context().now
    return Context(
        now=now,
        taken=frozenset(told.get("taken", ())),
        default_domain=told.get("defaultDomain", ""),
        guid=told.get("guid", ""),
    )


def as_json(value: Value) -> object:
    if isinstance(value, Ignore):
        return {"$flow": value.value}
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("example", VALUED, ids=[example["id"] for example in VALUED])
def test_a_documented_example_yields_what_it_must(example: dict[str, Any]) -> None:
    expected = example.get("semantic_expected", example["expected"])
    tree, person = parse(example["expression"]), example["source_attributes"]
    found = as_json(evaluate(tree, person, context(example)))
    assert found == expected
    assert type(found) is type(expected)
    assert as_json(value(tree, person, context(example))) == expected


@pytest.mark.parametrize("example", SHAPES)
def test_a_random_value_has_the_documented_shape(example: str) -> None:
    tree = parse(BY_ID[example]["expression"])
    for _ in range(20):
        found = evaluate(tree, {})
        assert isinstance(found, str)
        assert re.fullmatch(SHAPES[example], found, re.DOTALL)
        assert re.fullmatch(SHAPES[example], str(value(tree, {})), re.DOTALL)


def test_a_date_that_does_not_fit_its_format_is_an_error_at_the_date() -> None:
    (example,) = [example for example in EXAMPLES if example.get("fails")]
    with pytest.raises(ExpressionError) as refused:
        evaluate(parse(example["expression"]), example["source_attributes"])
    assert refused.value.position == example["expression"].index("DateAdd")


def test_all_functions_of_the_reference_are_there_with_their_parameters() -> None:
    assert set(FUNCTIONS) == {function["name"] for function in DATA["functions"]}
    for function in DATA["functions"]:
        names = [parameter.name for parameter in FUNCTIONS[function["name"]].parameters]
        assert list(dict.fromkeys(names)) == function["parameters"]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_an_example_survives_text_and_graphs_tree(example: dict[str, Any]) -> None:
    tree = parse(example["expression"])
    assert parse(show(tree)) == tree
    source = source_of(tree)
    assert source.expression == show(tree)
    nodes: list[Node] = [tree]
    sources = [source]
    while nodes:
        node, source = nodes.pop(), sources.pop()
        assert source.expression == show(node)
        given = [argument for argument in _arguments(node) if not isinstance(argument, Omitted)]
        nodes += given
        sources += [each.value for each in source.parameters or () if each.value is not None]
        assert len(nodes) == len(sources)


def _arguments(node: Node) -> tuple[Node, ...]:
    return node.arguments if isinstance(node, FunctionCall) else ()


def test_graph_names_parameters_in_its_own_way_and_leaves_out_what_is_empty() -> None:
    replaced = source_of(parse('Replace([preferredLanguage], "-", , , "_", ,  )')).as_json()
    assert replaced["name"] == "Replace"
    assert replaced["type"] == "Function"
    assert [(p["key"], p["value"]["expression"]) for p in replaced["parameters"]] == [
        ("source", "[preferredLanguage]"),
        ("Find", '"-"'),
        ("Replacement", '"_"'),
    ]
    switch = source_of(parse('Switch([IsSoftDeleted], , "False", "True", "True", "False")'))
    keys = [parameter["key"] for parameter in switch.as_json()["parameters"]]
    assert keys == ["source", *["switchValue"] * 4]
    assert source_of(parse('Mid([a], "1", 2)')).as_json()["parameters"][1:] == [
        {
            "key": "start",
            "value": {"expression": '"1"', "name": "1", "type": "Constant", "parameters": []},
        },
        {
            "key": "length",
            "value": {"expression": "2", "name": "2", "type": "Constant", "parameters": []},
        },
    ]


def test_deeper_than_a_document_can_hold_is_refused() -> None:
    deep = parse(f"{'Not(' * (MAX_LEVELS - 1)}[a]{')' * (MAX_LEVELS - 1)}")
    assert source_of(deep).expression == show(deep)
    with pytest.raises(ExpressionError) as refused:
        source_of(parse(f"Not({show(deep)})"))
    assert refused.value.code == "nested-too-deep"
