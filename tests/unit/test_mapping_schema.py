import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.assets import asset
from wizard.errors import MappingError
from wizard.mapping.schema import (
    MAX_SCHEMA_BYTES,
    read_schema,
    source_object,
    source_text,
    write_schema,
)

CUSTOMISED = Path(__file__).parent.parent / "data" / "graph-synchronizationSchema-customised.json"


texts = st.text(st.characters(codec="utf-8"), max_size=8)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
unknown = st.dictionaries(
    texts.map("x-{}".format)
    | st.sampled_from(["@odata.type", "target_attribute_name", "_keys", "model_config", "as_json"]),
    values,
    max_size=3,
)


def objects(**known: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with any of the known keys, unknown ones among them, in any order."""
    return (
        st.tuples(st.fixed_dictionaries({}, optional=known), unknown)
        .map(lambda pair: [*pair[0].items(), *pair[1].items()])
        .flatmap(st.permutations)
        .map(dict)
    )


names = st.none() | texts
sources = st.none() | objects(
    expression=names,
    name=names,
    type=st.sampled_from(["Attribute", "Constant", "Function", "Future", None]),
    parameters=st.none()
    | st.lists(objects(key=names, value=st.none() | objects(expression=names)), max_size=2),
)
attribute_mappings = objects(
    defaultValue=names,
    flowType=names,
    matchingPriority=st.none() | st.integers(-5, 5),
    targetAttributeName=names,
    source=sources,
)
filters = st.none() | objects(
    groups=st.lists(objects(name=names, clauses=st.lists(objects(operatorName=names), max_size=2)))
)
object_mappings = objects(
    enabled=st.none() | st.booleans(),
    scope=filters,
    attributeMappings=st.none() | st.lists(attribute_mappings, max_size=2),
)
rules = objects(id=names, objectMappings=st.none() | st.lists(object_mappings, max_size=2))
schemas = objects(
    version=names, directories=st.none() | st.lists(objects(name=names), max_size=2)
).flatmap(lambda top: st.lists(rules, max_size=2).map(lambda r: {**top, "synchronizationRules": r}))


def same_in_order(left: Any, right: Any) -> bool:
    return json.dumps(left) == json.dumps(right)


@given(schemas)
def test_unknown_properties_nulls_and_the_order_of_keys_survive_a_round_trip(
    tree: dict[str, Any],
) -> None:
    once = read_schema(json.dumps(tree))
    twice = read_schema(write_schema(once))
    assert same_in_order(once.as_json(), tree)
    assert same_in_order(twice.as_json(), tree)


@pytest.mark.parametrize(
    "text", [CUSTOMISED.read_text("utf-8"), asset("mapping/default-schema.json")]
)
def test_a_whole_document_is_written_back_to_the_byte(text: str) -> None:
    assert write_schema(read_schema(text)) == text


def refusal(text: str | bytes) -> MappingError | None:
    try:
        read_schema(text)
    except MappingError as error:
        return error
    return None


@given(st.text(max_size=40) | st.binary(max_size=40) | values.map(json.dumps))
def test_no_text_breaks_the_reader(text: str | bytes) -> None:
    refused = refusal(text)
    assert refused is not None
    assert refused.message
    assert refused.hint


@given(values)
def test_no_value_in_a_known_place_breaks_the_reader(value: Any) -> None:
    mapping = {"targetAttributeName": value, "source": {"expression": value}}
    rule = {"objectMappings": [{"enabled": value, "attributeMappings": [mapping]}]}
    refused = refusal(json.dumps({"synchronizationRules": [rule]}))
    if refused:
        assert "synchronizationRules, entry 1, objectMappings, entry 1" in refused.message


def test_a_document_cut_anywhere_is_called_cut_off() -> None:
    whole = json.dumps(
        {
            "a": [True, False, None, -1.5e-3, {}, []],
            "b": "\u00e4\\n",
            "c": 2e-30,
            "synchronizationRules": [],
        },
        indent=1,
    )
    for length in range(len(whole)):
        refused = refusal(whole[:length])
        assert refused is not None
        assert refused.code == "mapping-truncated", whole[:length]


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("", "mapping-truncated", "empty"),
        (" \n", "mapping-truncated", "empty"),
        ('{\n "a": }', "mapping-not-json", "line 2, column 7"),
        ('{"a": NaN}', "mapping-not-json", "number"),
        ('{"a": 1e999}', "mapping-not-json", "number"),
        ('{"a": ' + "1" * 5000 + "}", "mapping-not-json", "number"),
        (r'{"a": "\ud800"}', "mapping-not-json", "character"),
        ("[]", "mapping-not-a-schema", "synchronizationRules"),
        ('"text"', "mapping-not-a-schema", "synchronizationRules"),
        ('{"value": []}', "mapping-not-a-schema", "synchronizationRules"),
        ('{"synchronizationRules": {}}', "mapping-wrong-shape", "must be a list"),
        ('{"synchronizationRules": [1]}', "mapping-wrong-shape", "entry 1 must be an object"),
        (
            '{"synchronizationRules": [{"objectMappings": [{"enabled": "true"}]}]}',
            "mapping-wrong-shape",
            "enabled must be true or false",
        ),
        ("[" * 200_000, "mapping-too-deep", "200 levels"),
        ('{"a": ' + "[" * 250 + "]" * 250 + "}", "mapping-too-deep", "200 levels"),
        (" " * (MAX_SCHEMA_BYTES + 1), "mapping-too-large", "10 MB"),
        (b"\xff\xfe\xff", "mapping-not-text", "byte 3"),
    ],
)
def test_each_unusable_document_is_told_apart(text: str | bytes, code: str, part: str) -> None:
    with pytest.raises(MappingError) as caught:
        read_schema(text)
    assert caught.value.code == code
    assert part in caught.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_files_saved_by_windows_tools_are_read(encoding: str) -> None:
    text = CUSTOMISED.read_text("utf-8")
    assert write_schema(read_schema(text.encode(encoding))) == text


def test_a_byte_order_mark_in_pasted_text_is_ignored() -> None:
    assert read_schema('\ufeff{"synchronizationRules": []}').synchronization_rules == []


def test_deeply_nested_expressions_are_read_and_written() -> None:
    source: dict[str, Any] = {"expression": "[mail]"}
    for _ in range(60):
        source = {"parameters": [{"key": "source", "value": source}]}
    mapping = {"objectMappings": [{"attributeMappings": [{"source": source}]}]}
    tree = {"synchronizationRules": [mapping]}
    assert json.loads(write_schema(read_schema(json.dumps(tree)))) == tree


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("[mail]", {"expression": "[mail]", "name": "mail", "type": "Attribute"}),
        ("mail", {"expression": "[mail]", "name": "mail", "type": "Attribute"}),
        (" Mail ", {"expression": "[mail]", "name": "mail", "type": "Attribute"}),
        ('"x"', {"expression": '"x"', "name": "x", "type": "Constant"}),
        (
            r'"a \"b\" \\ \+"',
            {"expression": r'"a \"b\" \\ \+"', "name": r'a "b" \ \+', "type": "Constant"},
        ),
        ('"mail"', {"expression": '"mail"', "name": "mail", "type": "Constant"}),
        (
            "Not([IsSoftDeleted])",
            {"expression": "Not([IsSoftDeleted])", "name": "Not", "type": "Function"},
        ),
        (
            'Join("", [a], [b])',
            {"expression": 'Join("", [a], [b])', "name": "Join", "type": "Function"},
        ),
    ],
)
def test_typed_text_becomes_the_object_that_graph_wants(text: str, graph: dict[str, Any]) -> None:
    assert source_object(text).as_json() == {**graph, "parameters": []}
    assert source_text(source_object(text)) == graph["expression"]


@pytest.mark.parametrize(
    ("graph", "text"),
    [
        ({"name": "mail", "type": "Attribute"}, "[mail]"),
        ({"name": 'say "x"', "type": "Constant"}, r'"say \"x\""'),
        ({"expression": "False", "name": "False", "type": "Constant"}, '"False"'),
        ({}, ""),
    ],
)
def test_sources_that_graph_wrote_differently_are_shown_alike(
    graph: dict[str, Any], text: str
) -> None:
    tree = {"objectMappings": [{"attributeMappings": [{"source": graph}]}]}
    rule = read_schema(json.dumps({"synchronizationRules": [tree]})).synchronization_rules[0]
    (mapping,) = (rule.object_mappings or [])[0].attribute_mappings or []
    assert source_text(mapping.source) == text


def test_the_tables_of_attributes_load_without_pydantic() -> None:
    code = (
        "import sys; from wizard.mapping import attributes, sources;"
        "attributes.find('userName'), sources.find_source('mail');"
        "sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
