"""Schemas as Graph, PowerShell, the portal and people's own scissors give them."""

import json
from typing import Any

import pytest

from wizard.assets import asset
from wizard.errors import MappingError
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import read_schema

SCHEMA: dict[str, Any] = json.loads(asset("mapping/default-schema.json"))
RULE = SCHEMA["synchronizationRules"][0]
USERS = next(each for each in RULE["objectMappings"] if each["sourceObjectName"] == "User")
ROWS = USERS["attributeMappings"]
TEMPLATE = {"id": "webex", "factoryTag": "webex", "default": True, "schema": SCHEMA}
OTHER = {"id": "scim", "factoryTag": "scim", "default": False, "schema": SCHEMA}
JOB = {"id": "webex.1", "templateId": "webex", "schedule": {"state": "Active"}, "schema": SCHEMA}


def pascal(tree: Any) -> Any:
    """Return a tree with the names that PowerShell's objects of Graph have."""
    if isinstance(tree, list):
        return [pascal(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    named = {key[0].upper() + key[1:]: pascal(value) for key, value in tree.items()}
    return named | {"AdditionalProperties": {}}


@pytest.mark.parametrize(
    "brought",
    [
        SCHEMA,
        {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata", **SCHEMA},
        [SCHEMA],
        TEMPLATE,
        {"value": [TEMPLATE]},
        {"value": [OTHER, TEMPLATE]},
        [TEMPLATE],
        {"value": [JOB]},
        JOB,
        {"body": SCHEMA, "status": 200},
        {"responses": [{"id": "1", "status": 200, "body": SCHEMA}]},
        {"synchronization": {"templates": [TEMPLATE]}},
        RULE,
        [RULE],
        RULE["objectMappings"],
        USERS,
        [USERS],
        ROWS,
        {"value": ROWS},
        {"attributeMappings": ROWS},
        json.dumps(SCHEMA),
        pascal(SCHEMA),
        pascal(TEMPLATE),
        pascal(JOB),
        pascal({"value": [TEMPLATE]}),
        pascal(USERS),
        pascal(ROWS),
        json.loads(json.dumps(SCHEMA).lower().replace('"user"', '"User"')),
    ],
    ids=range(28),
)
def test_the_rows_of_users_are_found_in_whatever_they_came(brought: Any) -> None:
    document = MappingDocument(read_schema(json.dumps(brought)))
    assert [row.target.lower() for row in document.rows] == [
        row["targetAttributeName"].lower() for row in ROWS
    ]
    assert document.rows[0].source.lower() == "[userprincipalname]"
    assert document.rows[0].matching_priority == 1


def test_a_single_row_is_a_mapping_too() -> None:
    assert MappingDocument(read_schema(json.dumps(ROWS[0]))).rows[0].target == "userName"


def test_a_document_of_powershell_goes_back_in_the_names_of_graph() -> None:
    assert read_schema(json.dumps(pascal(SCHEMA))).as_json() == SCHEMA


@pytest.mark.parametrize(
    ("brought", "code", "said", "hint"),
    [
        ({"value": [OTHER, OTHER]}, "mapping-several", "scim, scim", "Keep the one"),
        ({**JOB, "schema": None}, "mapping-not-a-schema", "a provisioning job", "/schema"),
        ({"value": [{**TEMPLATE, "schema": None}]}, "mapping-not-a-schema", "a template", "Ask"),
        ({"value": [{"userPrincipalName": "a"}]}, "mapping-not-a-schema", "people", "--people"),
        ([{"UserPrincipalName": "a"}], "mapping-not-a-schema", "people", "--people"),
        (
            {"responses": [{"id": "1", "status": 502, "headers": {}, "body": "Bad Gateway"}]},
            "mapping-not-a-schema",
            "an error that Graph answered (HTTP 502 Bad Gateway)",
            "Ask Graph again",
        ),
        (
            {"error": {"code": "UnknownError", "message": "no"}},
            "mapping-not-a-schema",
            "an error that Graph answered (UnknownError no)",
            "Ask Graph again",
        ),
        ({"value": [{"key": "SecretToken", "value": "x"}]}, "mapping-not-a-schema", "cred", "Keep"),
        ({"directories": []}, "mapping-not-a-schema", "directories without rules", "Export"),
        ({"groups": [{"clauses": []}]}, "mapping-not-a-schema", "a scoping filter", "around"),
        ({"a": 1, "b": 2}, "mapping-not-a-schema", "it holds a, b, and no", "Export schema"),
        ([], "mapping-not-a-schema", "an empty list", "Export schema"),
        ({"value": []}, "mapping-not-a-schema", "an empty list", "Export schema"),
        (7, "mapping-not-a-schema", "a single value", "Export schema"),
        (
            {"synchronizationRules": ["Microsoft.Graph.PowerShell.Models.MicrosoftGraphX"]},
            "mapping-cut-off-by-depth",
            "PowerShell has cut",
            "-Depth 20",
        ),
        (
            {"SynchronizationRules": [{"ObjectMappings": "System.Object[]"}]},
            "mapping-cut-off-by-depth",
            "objectMappings",
            "-Depth 20",
        ),
    ],
)
def test_what_is_no_schema_is_named(brought: Any, code: str, said: str, hint: str) -> None:
    with pytest.raises(MappingError) as refused:
        read_schema(json.dumps(brought))
    assert refused.value.code == code
    assert said in refused.value.message
    assert hint in refused.value.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("<Objs Version='1.1'>", "XML"),
        ("<!DOCTYPE html><html>", "web page"),
        ("Id                   : 1\nSynchronizationRules : {x}\n", "ConvertTo-Json -Depth 20"),
        ("userPrincipalName,mail\na@b.example,\n", "Import-Csv"),
        ('"userPrincipalName";"mail"\n"a";"b"\n', "Import-Csv"),
    ],
)
def test_text_that_is_no_json_is_named(text: str, hint: str) -> None:
    with pytest.raises(MappingError) as refused:
        read_schema(text)
    assert refused.value.code == "mapping-not-json"
    assert hint in refused.value.hint


def test_a_mapping_of_others_says_of_whom() -> None:
    with pytest.raises(MappingError, match="but Group"):
        MappingDocument(read_schema(json.dumps({**USERS, "sourceObjectName": "Group"})))
