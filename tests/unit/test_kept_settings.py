"""What Entra holds and this program does not understand is kept, seen at the transport."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.graph_client import (
    CANNED,
    JOB,
    PRINCIPAL,
    PRINCIPAL_BODY,
    SECRETS_BODY,
    Asked,
    ask,
    reply,
)
from wizard.errors import InvalidInput
from wizard.graph.client import GraphClient
from wizard.graph.operations import Operation
from wizard.graph.secrets import NO_SECRETS
from wizard.mapping.carrying import carried
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.schema import read_schema
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope

CUSTOMISED = Path(__file__).parents[1] / "data" / "graph-synchronizationSchema-customised.json"
SALES = new_clause("department", "EQUALS", "Sales")


def strange(tree: Any) -> Any:
    """Return a document in which every object holds something that nobody knows yet."""
    if isinstance(tree, list):
        return [strange(each) for each in tree]
    if not isinstance(tree, dict):
        return tree
    first = next(iter(tree), "")
    grown = {name: strange(value) for name, value in tree.items()}
    return {"aFuture": {"of": [first, None, 1.5]}, **grown, "@odata.future": first}


def known(scope: Any = None) -> dict[str, Any]:
    """Return a mapping in which all is known, as an older export has it."""
    tree: dict[str, Any] = json.loads(CUSTOMISED.read_text(encoding="utf-8"))
    users_in(tree)["scope"] = scope
    return tree


def there(scope: Any = None) -> dict[str, Any]:
    """Return the same as Entra answers: with strange things everywhere."""
    found: dict[str, Any] = strange(known(scope))
    return found


def document(tree: dict[str, Any]) -> MappingDocument:
    return MappingDocument(read_schema(json.dumps(tree)))


def users_in(tree: dict[str, Any]) -> dict[str, Any]:
    mappings = tree["synchronizationRules"][0]["objectMappings"]
    users: dict[str, Any] = next(each for each in mappings if each["sourceObjectName"] == "User")
    return users


def written(before: dict[str, Any], change: Any) -> Any:
    """Return what is sent when a mapping is read, changed and written back."""
    asked = Asked()

    async def run(graph: GraphClient) -> None:
        present = MappingDocument(await graph.schema.read(PRINCIPAL, JOB))
        await graph.schema.write(PRINCIPAL, JOB, change(present).schema)

    answers = {**CANNED, Operation.GET_SCHEMA: reply(200, before)}
    ask(run, answers, asked=asked, judges_answers=False, judges_requests=False)
    (body,) = asked.bodies()
    return body


def test_a_mapping_that_is_read_goes_back_to_the_letter() -> None:
    before = there()
    body = written(before, lambda present: carried(present, present))
    assert json.dumps(body) == json.dumps(before)


@pytest.mark.parametrize("knows", ["what is there", "an older export"])
def test_a_changed_row_changes_nothing_but_itself(knows: str) -> None:
    before, after = there(), there()
    row, *_ = users_in(after)["attributeMappings"]
    assert row["targetAttributeName"] == "userName"

    def change(present: MappingDocument) -> MappingDocument:
        ours = present if knows == "what is there" else document(known())
        ours = ours.with_edited("userName", source="[mail]")
        return carried(present, ours.with_typed(Row("nickName", "[mailNickname]")))

    body = written(before, change)
    *rows, new = users_in(body)["attributeMappings"]
    assert new["targetAttributeName"] == "nickName"
    assert rows[0]["source"]["expression"] == "[mail]"
    rows[0]["source"] = row["source"]
    users_in(body)["attributeMappings"] = rows
    assert body == after


def a_filter(name: str) -> dict[str, Any]:
    clause = {
        "operatorName": "EQUALS",
        "sourceOperandName": "department",
        "targetOperand": {"values": [name]},
    }
    return {"name": name, "clauses": [clause]}


SCOPE = {"groups": [a_filter("IT"), a_filter("Legal")], "inputFilterGroups": []}


def test_one_more_filter_keeps_the_others_and_all_that_stands_beside_them() -> None:
    before, ours = there(SCOPE), document(known(SCOPE))
    wanted = with_scope(ours, with_filter(ours.users.scope, "Sales", SALES))
    body = written(before, lambda present: carried(present, wanted))
    *groups, new = users_in(body)["scope"]["groups"]
    assert new["name"] == "Sales"
    users_in(body)["scope"]["groups"] = groups
    assert body == before


def test_without_filters_what_is_unknown_of_the_scope_stays() -> None:
    before, ours = there(SCOPE), with_scope(document(known()), None)
    body = written(before, lambda present: carried(present, ours))
    assert users_in(body)["scope"] == users_in(before)["scope"] | {"groups": []}
    assert users_in(written(known(SCOPE), lambda there: carried(there, ours)))["scope"] is None


@given(st.permutations(["userName", "displayName", "title", "nickName"]), st.data())
def test_rows_of_any_two_mappings_are_ours_in_what_is_known(
    targets: list[str], data: st.DataObject
) -> None:
    empty = MappingDocument.default().with_mappings(())
    sources = ("[mail]", '"x"', "ToUpper([mail])")

    def some() -> MappingDocument:
        made = empty
        for target in data.draw(st.lists(st.sampled_from(targets), unique=True)):
            made = made.with_typed(Row(target, data.draw(st.sampled_from(sources))))
        return made

    present, ours = some(), some()
    assert carried(present, ours).rows == ours.rows


STRANGE_SECRETS = {
    "value": [
        {"aFuture": 1, "key": "BaseAddress", "value": "https://scim.example/v1/scim/an-id"},
        {"key": "SecretToken", "value": "*"},
        {"key": "SyncAll", "value": "false", "since": {"year": 2027}},
        {"key": "Lookahead", "value": '{"Hours": 2}'},
        {
            "key": "SyncNotificationSettings",
            "value": '{"Enabled": false, "Digest": {"every": "week"}, "Recipients": ""}',
        },
    ]
}


def test_settings_that_nobody_knows_yet_go_back_beside_those_that_change() -> None:
    asked = Asked()

    async def run(graph: GraphClient) -> None:
        saved = await graph.secrets.read(PRINCIPAL)
        told = saved.notification
        assert told is not None
        changed = saved.with_scope(everybody=True).with_notification(
            told.model_copy(update={"is_enabled": True, "recipients": "it@contoso.example"})
        )
        token = {"SecretToken": SecretStr("the-token-of-webex")}
        await graph.secrets.write(PRINCIPAL, changed.replacing(token))

    answers = {**CANNED, Operation.GET_SECRETS: reply(200, STRANGE_SECRETS)}
    ask(run, answers, asked=asked, judges_answers=False, judges_requests=False)
    (body,) = asked.bodies()
    sent = {pair.pop("key"): pair for pair in body["value"]}
    assert sent["BaseAddress"] == {"value": "https://scim.example/v1/scim/an-id", "aFuture": 1}
    assert sent["SyncAll"] == {"value": "true", "since": {"year": 2027}}
    assert sent["Lookahead"] == {"value": '{"Hours": 2}'}
    settings = json.loads(sent["SyncNotificationSettings"]["value"])
    assert (settings["Digest"], settings["Enabled"]) == ({"every": "week"}, True)
    assert len(sent) == 5


def test_a_secret_that_only_the_portal_has_is_not_lost_and_the_way_is_told() -> None:
    asked = Asked()
    strange = [*SECRETS_BODY["value"], {"key": "Oauth9\x1bKey", "value": "*"}]

    async def run(graph: GraphClient) -> None:
        saved = await graph.secrets.read(PRINCIPAL)
        token = {"SecretToken": SecretStr("the-token-of-webex")}
        await graph.secrets.write(PRINCIPAL, saved.replacing(token))

    answers = {**CANNED, Operation.GET_SECRETS: reply(200, {"value": strange})}
    with pytest.raises(InvalidInput) as refused:
        ask(run, answers, asked=asked, judges_answers=False)
    assert refused.value.code == "graph-secret-hidden"
    assert "by hand" in refused.value.hint
    assert "\x1b" not in refused.value.hint + refused.value.message
    assert Operation.PUT_SECRETS not in asked.operations


@pytest.mark.parametrize(
    ("key", "value", "scope", "notification"),
    [
        ("SyncAll", "assignedAndOwners", True, False),
        ("SyncAll", "*", True, False),
        ("SyncAll", " True ", False, False),
        ("SyncAll", "", False, False),
        ("SyncNotificationSettings", '{"DeleteThresholdValue": {"percent": 5}}', False, True),
        ("SyncNotificationSettings", "on", False, True),
        ("SyncNotificationSettings", '{"Future": 1}', False, False),
    ],
)
def test_what_is_told_in_unknown_words_is_told_from_what_is_not_there(
    key: str, value: str, scope: bool, notification: bool
) -> None:
    found = NO_SECRETS.replacing({key: value})
    assert (found.has_unknown_scope, found.has_unknown_notification) == (scope, notification)


def test_hiding_the_application_keeps_all_its_tags() -> None:
    asked = Asked()
    tags = ["WindowsAzureActiveDirectoryIntegratedApp", "a future tag", ""]
    body = reply(200, {**PRINCIPAL_BODY, "tags": tags, "aFuture": {"x": 1}})
    answers = {**CANNED, Operation.GET_SERVICE_PRINCIPAL: body}
    ask(lambda graph: graph.service_principals.hide(PRINCIPAL), answers, asked=asked)
    assert asked.bodies() == [{"tags": [*tags, "HideApp"]}]


def test_nothing_else_that_is_there_can_be_written_over() -> None:
    overwriting = {each for each in Operation if each.method in {"PUT", "PATCH"}}
    assert overwriting == {
        Operation.PUT_SCHEMA,
        Operation.PUT_SECRETS,
        Operation.UPDATE_SERVICE_PRINCIPAL,
    }
