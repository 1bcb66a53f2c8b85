import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.errors import MappingError
from wizard.mapping import attributes, sources
from wizard.mapping.document import ALWAYS, ON_CREATION, MappingDocument, Row
from wizard.mapping.expression.lexer import quoted
from wizard.mapping.objects import switched
from wizard.mapping.schema import read_schema

CUSTOMISED = (
    Path(__file__).parent.parent / "data" / "graph-synchronizationSchema-customised.json"
).read_text("utf-8")
PHONE = 'phoneNumbers[type eq "work"].value'


def customised() -> MappingDocument:
    return MappingDocument(read_schema(CUSTOMISED))


def user_mappings(tree: dict[str, Any]) -> list[dict[str, Any]]:
    mappings = tree["synchronizationRules"][0]["objectMappings"]
    (users,) = [mapping for mapping in mappings if mapping["sourceObjectName"] == "User"]
    rows: list[dict[str, Any]] = users["attributeMappings"]
    return rows


def test_the_default_mapping_is_the_documented_one() -> None:
    document = MappingDocument.default()
    assert [(row.target, row.source, row.kind) for row in document.rows] == [
        ("userName", "[userPrincipalName]", "attribute"),
        ("active", 'Switch([IsSoftDeleted], , "False", "True", "True", "False")', "function"),
        ("displayName", "[displayName]", "attribute"),
        ("name.givenName", "[givenName]", "attribute"),
        ("name.familyName", "[surname]", "attribute"),
        ("externalId", "[objectId]", "attribute"),
    ]
    assert [row.target for row in document.rows if row.matching_priority] == ["userName"]
    assert document.is_default
    assert document.enabled


def test_a_row_says_what_webex_demands() -> None:
    row = MappingDocument.default().row("username")
    assert row.required
    assert row.type == "String"
    assert row.demand == "E-mail address, unique across Webex, at most 254 characters"
    assert Row("nonsense", "[mail]").demand == "Not known to Webex"


def test_users_are_found_wherever_their_mapping_stands() -> None:
    row = customised().row("displayName")
    assert row.apply == ON_CREATION
    assert customised().row("preferredLanguage").default_value == "en_US"


def test_an_edit_changes_its_row_and_nothing_else() -> None:
    tree = json.loads(CUSTOMISED)
    edited = customised().with_edited(PHONE, source="mobile", apply=ON_CREATION)
    row = user_mappings(tree)[-1]
    row["source"] = {
        "expression": "[mobile]",
        "name": "mobile",
        "type": "Attribute",
        "parameters": [],
    }
    row["flowType"] = "ObjectAddOnly"
    assert json.dumps(edited.schema.as_json()) == json.dumps(tree)


def test_an_unchanged_expression_keeps_its_parameters() -> None:
    edited = customised().with_edited("active", default_value="True", matching_priority=0)
    active = user_mappings(edited.schema.as_json())[1]
    assert active["source"] == user_mappings(json.loads(CUSTOMISED))[1]["source"]
    assert active["defaultValue"] == "True"


def test_a_changed_expression_loses_the_old_parameters() -> None:
    edited = customised().with_edited("active", source="Not([IsSoftDeleted])")
    assert user_mappings(edited.schema.as_json())[1]["source"] == {
        "expression": "Not([IsSoftDeleted])",
        "name": "Not",
        "type": "Function",
        "parameters": [],
    }


@given(
    at=st.integers(0, 7),
    source=st.text(max_size=20),
    priority=st.integers(0, 9),
    apply=st.sampled_from([ALWAYS, ON_CREATION]),
    default=st.none() | st.text(max_size=5),
)
def test_any_edit_leaves_every_other_part_as_it_was(
    at: int, source: str, priority: int, apply: str, default: str | None
) -> None:
    document = customised()
    row = replace(
        document.rows[at],
        source=source,
        matching_priority=priority,
        apply=apply,
        default_value=default,
    )
    before, after = json.loads(CUSTOMISED), document.with_typed(row).schema.as_json()
    old, new = user_mappings(before)[at], user_mappings(after)[at]
    touched = {"source", "matchingPriority", "flowType", "defaultValue"}
    assert {k: v for k, v in old.items() if k not in touched} == {
        k: v for k, v in new.items() if k not in touched
    }
    user_mappings(before)[at] = user_mappings(after)[at] = {}
    assert json.dumps(before) == json.dumps(after)
    assert document.schema.as_json() == json.loads(CUSTOMISED)


def test_setting_a_row_to_what_it_is_changes_nothing() -> None:
    document = customised()
    for row in document.rows:
        document = document.with_typed(row)
    assert json.dumps(document.schema.as_json()) == json.dumps(json.loads(CUSTOMISED))


def test_hostile_text_is_shown_harmless_and_kept_as_it_was() -> None:
    tree = json.loads(CUSTOMISED)
    user_mappings(tree)[0]["defaultValue"] = "\x1b]52;c;x\x07"
    document = MappingDocument(read_schema(json.dumps(tree)))
    row = document.rows[0]
    assert "\x1b" not in (row.default_value or "")
    edited = document.with_typed(replace(row, source="[userPrincipalName]"))
    assert user_mappings(edited.schema.as_json())[0]["defaultValue"] == "\x1b]52;c;x\x07"


def test_pasted_text_is_made_harmless_before_it_is_kept() -> None:
    document = MappingDocument.default().with_typed(
        Row("ti\x1btle", '"\ud800"', default_value="\x07")
    )
    row = user_mappings(document.schema.as_json())[-1]
    assert row["targetAttributeName"] == "ti\ufffdtle"
    assert row["source"]["name"] == "\ufffd"
    assert row["defaultValue"] == "\ufffd"


def test_a_removed_row_is_gone_and_the_others_stay() -> None:
    tree = json.loads(CUSTOMISED)
    del user_mappings(tree)[2]
    assert customised().without("DisplayName").schema.as_json() == tree


def test_an_added_row_stands_last_in_graphs_form() -> None:
    document = MappingDocument.default().with_typed(Row("title", "jobTitle", default_value="none"))
    assert user_mappings(document.schema.as_json())[-1] == {
        "defaultValue": "none",
        "exportMissingReferences": False,
        "flowBehavior": "FlowWhenChanged",
        "flowType": "Always",
        "matchingPriority": 0,
        "targetAttributeName": "title",
        "source": {
            "expression": "[jobTitle]",
            "name": "jobTitle",
            "type": "Attribute",
            "parameters": [],
        },
    }
    assert document.rows[-1].position == len(document.rows) - 1


def test_a_target_cannot_be_added_twice() -> None:
    with pytest.raises(MappingError) as caught:
        MappingDocument.default().with_typed(Row("USERNAME", "[mail]"))
    assert caught.value.code == "mapping-duplicate"


def test_two_rows_of_one_target_are_told_apart_by_position() -> None:
    document = MappingDocument.default().with_typed(Row("title", "[jobTitle]"))
    twice = document.with_edited("title", target="displayName")
    with pytest.raises(MappingError) as caught:
        twice.without("displayName")
    assert caught.value.code == "mapping-ambiguous"
    last = twice.rows[-1].position
    assert twice.without("displayName", position=last).is_default


@pytest.mark.parametrize(
    "changes", [{"matching_priority": -1}, {"apply": "Sometimes"}, {"target": " "}]
)
def test_values_that_graph_does_not_know_are_refused(changes: dict[str, Any]) -> None:
    row = replace(MappingDocument.default().rows[0], **changes)
    with pytest.raises(MappingError) as caught:
        MappingDocument.default().with_typed(row)
    assert caught.value.code == "mapping-bad-value"


def test_a_row_that_is_gone_cannot_be_edited() -> None:
    row = customised().row(PHONE)
    with pytest.raises(MappingError, match="no such row"):
        customised().without(PHONE).with_typed(row)
    with pytest.raises(MappingError, match="not mapped"):
        MappingDocument.default().without("title")


def test_a_rare_flow_type_is_shown_by_its_name_and_kept() -> None:
    tree = json.loads(CUSTOMISED)
    user_mappings(tree)[0]["flowType"] = "MultiValueAddOnly"
    document = MappingDocument(read_schema(json.dumps(tree)))
    assert document.rows[0].apply == "MultiValueAddOnly"
    edited = document.with_edited("userName", matching_priority=2)
    assert user_mappings(edited.schema.as_json())[0]["flowType"] == "MultiValueAddOnly"


def test_switching_users_off_and_on_again_is_the_same_document() -> None:
    schema = MappingDocument.default().schema
    off = switched(schema, "User", on=False)
    assert not MappingDocument(off).enabled
    assert switched(off, "User", on=True).as_json() == schema.as_json()


def test_a_document_without_users_is_refused() -> None:
    with pytest.raises(MappingError) as caught:
        MappingDocument(read_schema('{"synchronizationRules": [{"objectMappings": []}]}'))
    assert caught.value.code == "mapping-no-users"


def test_the_difference_from_the_default_names_each_target_once() -> None:
    found = {change.target: change.kind for change in customised().difference_from_default}
    assert found == {
        "userName": "changed",
        "displayName": "changed",
        "preferredLanguage": "added",
        PHONE: "added",
    }
    (gone,) = MappingDocument.default().without("externalId").difference_from_default
    assert (gone.target, gone.kind, gone.here) == ("externalId", "removed", None)


def test_blanks_in_an_expression_are_no_difference() -> None:
    source = 'Switch( [IsSoftDeleted],,"False","True","True","False" )'
    assert MappingDocument.default().with_edited("active", source=source).is_default


def test_blanks_in_a_constant_are_a_difference() -> None:
    source = 'Switch([IsSoftDeleted], , "False ", "True", "True", "False")'
    assert not MappingDocument.default().with_edited("active", source=source).is_default


def test_every_webex_attribute_is_found_by_its_own_path() -> None:
    for attribute in attributes.webex_attributes():
        assert attributes.find(attribute.path.upper()) is attribute
        assert attribute.demand


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName", "userName"),
        ('emails[type eq "work" and primary eq true].value', 'emails[type eq "work"].value'),
        ('roles[primary eq "True"].value', "roles"),
        ('phoneNumbers[type  eq  "WORK"].value', PHONE),
    ],
)
def test_other_spellings_of_a_target_are_found(typed: str, path: str) -> None:
    found = attributes.find(typed)
    assert found is not None
    assert found.path == path


@given(st.text('"\\[]() ,aN-', max_size=25))
def test_no_source_text_breaks_the_reader_of_sources(text: str) -> None:
    sources.unreadable(text)
    sources.mentioned(text)
    assert sources.squeezed(sources.squeezed(text)) == sources.squeezed(text)
    assert sources.kind_of(text) in ("attribute", "constant", "function")


@pytest.mark.parametrize(
    "text",
    [
        "[" + " " * 9_000 + "(",
        "[" + " " * 9_000 + "x",
        '"' + '\\"' * 4_000,
        '"' * 9_001,
        "[" * 9_000,
        "(" * 9_000,
        "a" * 5_000 + " " * 4_000,
    ],
    ids=range(7),
)
def test_reading_a_source_takes_no_longer_than_its_length(text: str) -> None:
    began = time.process_time()
    sources.kind_of(text), sources.name_of_source(text), sources.squeezed(text)
    sources.mentioned(text), sources.constants(text), sources.unreadable(text)
    assert time.process_time() - began < 0.2


@given(st.text(max_size=20))
def test_a_quoted_constant_has_its_value_back(value: str) -> None:
    assert sources.kind_of(quoted(value)) == "constant"
    assert sources.name_of_source(quoted(value)) == value
