import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph_properties import properties
from tests.graph_users import to_graph
from wizard.errors import MappingError
from wizard.mapping import brought, people
from wizard.mapping.brought import MAX_PEOPLE, Brought, load_people
from wizard.mapping.people import (
    Person,
    askable,
    called,
    from_graph,
    graph_properties,
    practice_people,
)
from wizard.mapping.sources import source_attributes

GRAPH_USER: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.user",
    "id": "87d349ed-44d7-43e1-9a83-5f2406dee5bd",
    "accountEnabled": True,
    "businessPhones": ["+1 425 555 0109", "+1 425 555 0110"],
    "displayName": "Adele Vance",
    "faxNumber": None,
    "imAddresses": [],
    "mobilePhone": "+1 425 555 0100",
    "officeLocation": "18/2111",
    "onPremisesExtensionAttributes": {"extensionAttribute1": "blue", "extensionAttribute2": None},
    "onPremisesSyncEnabled": True,
    "otherMails": ["adele@home.example"],
    "userPrincipalName": "adele@contoso.example",
    "manager": {"@odata.type": "#microsoft.graph.user", "id": "m-1", "displayName": "Max"},
    "extension_8a4b_badge": "17",
    "identities": [{"signInType": "userPrincipalName"}],
}


def read(text: str | bytes) -> tuple[Person, ...]:
    return brought.read_people(text).people


def refusal(text: str | bytes) -> str:
    with pytest.raises(MappingError) as caught:
        read(text)
    assert caught.value.code == "people-unusable"
    assert caught.value.hint
    return caught.value.message


def test_a_user_of_graph_gets_the_names_of_provisioning() -> None:
    assert from_graph(GRAPH_USER) == {
        "objectId": "87d349ed-44d7-43e1-9a83-5f2406dee5bd",
        "accountEnabled": True,
        "telephoneNumber": "+1 425 555 0109",
        "displayName": "Adele Vance",
        "mobile": "+1 425 555 0100",
        "physicalDeliveryOfficeName": "18/2111",
        "extensionAttribute1": "blue",
        "dirSyncEnabled": True,
        "otherMails": ("adele@home.example",),
        "userPrincipalName": "adele@contoso.example",
        "originalUserPrincipalName": "adele@contoso.example",
        "manager": "m-1",
        "extension_8a4b_badge": "17",
        "IsSoftDeleted": False,
    }


@pytest.mark.parametrize(
    ("facts", "deleted"),
    [
        ({"accountEnabled": True}, False),
        ({"accountEnabled": False}, True),
        ({"accountEnabled": "False"}, True),
        ({"accountEnabled": True, "deletedDateTime": "2026-11-01T00:00:00Z"}, True),
        ({"accountEnabled": True, "deletedDateTime": None}, False),
        ({}, False),
    ],
)
def test_whether_a_person_is_gone_is_worked_out(facts: dict[str, Any], deleted: bool) -> None:
    assert from_graph(facts)["IsSoftDeleted"] is deleted


def test_a_file_may_say_itself_that_a_person_is_gone() -> None:
    (person,) = read('[{"objectId": "1", "accountEnabled": true, "IsSoftDeleted": true}]')
    assert person["IsSoftDeleted"] is True


def test_every_known_attribute_survives_the_way_to_graph_and_back() -> None:
    person: dict[str, Any] = {
        a.name: (f"{a.name} 1", f"{a.name} 2") if a.multi_valued else f"a {a.name}"
        for a in source_attributes()
        if a.graph_property
    }
    person["accountEnabled"] = True
    person["originalUserPrincipalName"] = person["userPrincipalName"]
    assert from_graph(to_graph(person)) == person | {"IsSoftDeleted": False}


def test_the_practice_people_survive_the_way_to_graph_and_back() -> None:
    assert [from_graph(to_graph(person)) for person in practice_people()] == list(practice_people())


def test_practice_people_have_only_names_of_provisioning() -> None:
    known = {attribute.name for attribute in source_attributes()}
    names = {name for person in practice_people() for name in person}
    assert len(practice_people()) > 50
    assert names <= known
    assert {"telephoneNumber", "mobile", "objectId", "manager", "IsSoftDeleted"} <= names
    managers = {person.get("manager") for person in practice_people()} - {None}
    assert managers <= {person["objectId"] for person in practice_people()}


@pytest.mark.parametrize(
    "text",
    [
        '[{"userPrincipalName": "a@b.example", "telephoneNumber": "1"}]',
        '{"value": [{"userPrincipalName": "a@b.example", "businessPhones": ["1"]}]}',
        '\ufeff[{"userPrincipalName": "a@b.example", "telephoneNumber": "1"}]',
        '[{"userPrincipalName": "a@b.example", "telephoneNumber": "1"}]'.encode("utf-16"),
    ],
)
def test_people_are_read_in_either_language(text: str | bytes) -> None:
    (person,) = read(text)
    assert person == {
        "userPrincipalName": "a@b.example",
        "originalUserPrincipalName": "a@b.example",
        "telephoneNumber": "1",
        "IsSoftDeleted": False,
    }


def test_names_of_provisioning_decide_when_both_are_there() -> None:
    (person,) = read('[{"id": "graph", "objectId": "entra"}]')
    assert person["objectId"] == "entra"


def test_several_values_are_kept_in_order_without_nulls() -> None:
    (person,) = read('[{"objectId": "1", "otherMails": ["b", null, "a"]}]')
    assert person["otherMails"] == ("b", "a")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "line 1"),
        ("[{", "cut off"),
        ("{}", "no list"),
        ('"text"', "no list"),
        ("null", "no list"),
        ('{"value": {}}', "no list"),
        ("[1]", "Entry 1"),
        ('[{"objectId": "1"}, {"objectId": {"a": 1}}]', "Entry 2"),
        ('[{"objectId": [["a"]]}]', "objectId"),
        ("[NaN]", "number"),
        ("[1e999]", "number"),
        (b"\xff\xfe\xff", "not text"),
        ("[" * 100_000, "deep"),
        ('{"value": [' * 400 + "]}" * 400, "deep"),
        ('{"body": ' * 900 + "{}" + "}" * 900, "deep"),
        ("[" + "{}," * MAX_PEOPLE + "{}]", "more than"),
    ],
)
def test_what_is_no_list_of_people_is_refused_with_a_reason(text: str | bytes, word: str) -> None:
    assert word in refusal(text)


@pytest.mark.parametrize("depth", [300, 900, 960, 990, 5000])
@pytest.mark.parametrize(
    "wrapped",
    [
        lambda inner: [inner],
        lambda inner: {"value": [inner]},
        lambda inner: {"body": inner},
        lambda inner: {"status": 500, "body": inner},
        lambda inner: {"AdditionalProperties": inner},
        lambda inner: {"objectId": "1", "AdditionalProperties": inner},
    ],
)
def test_no_depth_breaks_the_reader(wrapped: Callable[[Any], Any], depth: int) -> None:
    before, after = json.dumps(wrapped("inner")).split('"inner"')
    tree: Any = {}
    for _ in range(depth):
        tree = wrapped(tree)
    for reading in (
        lambda: brought.read_people(before * depth + "{}" + after * depth),
        lambda: brought.read_one(tree),
    ):
        try:
            reading()
        except MappingError as error:
            assert error.code == "people-unusable"  # noqa: PT017 - what can be followed is read


def test_half_a_character_becomes_a_question_mark() -> None:
    (person,) = read(r'[{"objectId": "a\ud800b"}]')
    assert person["objectId"] == "a?b"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"people\.json cannot be read"):
        load_people(tmp_path / "people.json")


def test_a_file_is_loaded(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text(json.dumps([GRAPH_USER]), encoding="utf-8")
    assert load_people(file) == Brought((from_graph(GRAPH_USER),))


def test_graph_is_asked_for_what_a_mapping_needs() -> None:
    names = ("objectId", "mobile", "extensionAttribute3", "IsSoftDeleted", "extension_1_x")
    assert graph_properties(names) == (
        "accountEnabled",
        "deletedDateTime",
        "extension_1_x",
        "id",
        "mobilePhone",
        "onPremisesExtensionAttributes",
    )


def test_a_person_is_called_by_what_there_is() -> None:
    assert (
        called({"displayName": "Ann\x1b[2J", "objectId": "1"}) == "Ann\N{REPLACEMENT CHARACTER}[2J"
    )
    assert called({}) == "a person without a name"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "objectId", "businessPhones", "manager", "value", "@odata.id"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_breaks_the_reader(tree: Any) -> None:
    try:
        found = read(json.dumps(tree))
    except MappingError:
        return
    for person in found:
        json.dumps(to_graph(person), ensure_ascii=False).encode()
        assert called(person)


def test_the_module_reads_the_data_and_not_the_practice_tenant() -> None:
    assert "wizard.practice" not in Path(people.__file__).read_text(encoding="utf-8")


class TestFormsPeopleComeIn:
    """Graph's answers, PowerShell's objects, scripts' lines."""

    USER: ClassVar = {"id": "1", "userPrincipalName": "a@b.example", "businessPhones": ["5"]}
    OTHER: ClassVar = {"id": "2", "userPrincipalName": "c@b.example"}
    PAGE: ClassVar = {"value": [USER], "@odata.nextLink": "https://graph.microsoft.com/next"}

    @pytest.mark.parametrize(
        ("form", "count"),
        [
            ([USER], 1),
            (USER, 1),
            ({"value": [USER, OTHER]}, 2),
            ({"Value": [USER]}, 1),
            ([{"value": [USER]}, {"value": [OTHER]}], 2),
            ({"responses": [{"id": "1", "body": {"value": [USER]}}]}, 1),
            ({"responses": [{"id": "1", "body": USER}, {"id": "2", "body": OTHER}]}, 2),
        ],
    )
    def test_they_are_found_in_whatever_they_came(self, form: Any, count: int) -> None:
        found = brought.read_people(json.dumps(form))
        assert len(found.people) == count
        assert found.people[0]["telephoneNumber"] == "5"
        assert found.remarks == ()

    FAILED: ClassVar = {"error": {"code": "TooManyRequests", "message": "wait"}}

    @pytest.mark.parametrize(
        "form",
        [
            {"responses": [{"status": 429, "body": FAILED}, {"status": 200, "body": USER}]},
            {"responses": [{"body": {"value": [USER]}}, {"status": 429, "body": FAILED}]},
            [{"value": [USER]}, FAILED],
            {"responses": [{"id": "2", "status": 503}, {"id": "1", "status": 200, "body": USER}]},
            {"responses": [{"status": 502, "body": "Bad Gateway"}, {"status": 200, "body": USER}]},
            {"responses": [{"status": 500, "body": {"m": 1}}, {"status": 200, "body": USER}]},
            {"responses": [{"Status": 404, "Body": None}, {"Status": 200, "Body": USER}]},
        ],
    )
    def test_a_part_that_failed_is_nobody_and_is_counted(self, form: Any) -> None:
        found = brought.read_people(json.dumps(form))
        assert [person["objectId"] for person in found.people] == ["1"]
        (remark,) = found.remarks
        assert "an error in place of people: 1 entry." in remark
        person, remarks = brought.read_one(form)
        assert (person["objectId"], remarks) == ("1", (remark,))

    def test_a_batch_that_failed_as_a_whole_is_the_error(self) -> None:
        form = {"responses": [{"status": 429, "body": self.FAILED}]}
        assert "TooManyRequests wait" in refusal(json.dumps(form))
        form = {"responses": [{"id": "1", "status": 502, "headers": {}, "body": "Bad Gateway"}]}
        assert "an error of Graph: HTTP 502 Bad Gateway" in refusal(json.dumps(form))

    def test_a_line_ends_where_the_text_says_so_and_not_inside_of_a_value(self) -> None:
        first = json.dumps(self.USER | {"jobTitle": "a\u2028b"}, ensure_ascii=False)
        (one, other) = read(f"{first}\r\n{json.dumps(self.OTHER)}\n")
        assert (one["jobTitle"], other["objectId"]) == ("a\u2028b", "2")

    def test_one_object_on_each_line_is_a_list(self) -> None:
        text = f"{json.dumps(self.USER)}\n{json.dumps(self.OTHER)}\n"
        assert [person["objectId"] for person in read(text)] == ["1", "2"]

    @pytest.mark.parametrize("form", [PAGE, [{"value": [OTHER]}, PAGE]])
    def test_one_page_of_more_is_said_to_be_one(self, form: Any) -> None:
        (remark,) = brought.read_people(json.dumps(form)).remarks
        assert "one page" in remark

    def test_a_last_page_is_all_of_a_list(self) -> None:
        assert not brought.read_people(json.dumps([self.PAGE, {"value": [self.OTHER]}])).is_page

    def test_groups_and_devices_among_them_are_left_out_and_counted(self) -> None:
        kinds = ("user", "group", "device")
        members = [self.USER | {"@odata.type": f"#microsoft.graph.{kind}"} for kind in kinds]
        found = brought.read_people(json.dumps({"value": members}))
        assert (len(found.people), found.others) == (1, 2)
        assert found.remarks == ("Left out, because they are no users: 2 entries.",)

    @pytest.mark.parametrize(
        "record",
        [
            {
                "Id": "1",
                "UserPrincipalName": "a@b.example",
                "BusinessPhones": ["5"],
                "AccountEnabled": False,
                "OnPremisesExtensionAttributes": {"ExtensionAttribute1": "blue"},
                "Manager": {"Id": "m", "AdditionalProperties": {}},
                "AssignedLicenses": [{"SkuId": "x"}],
                "AdditionalProperties": {"extension_1_badge": "17"},
            },
            {
                "ObjectId": "1",
                "userprincipalname": "a@b.example",
                "TelephoneNumber": "5",
                "ACCOUNTENABLED": "False",
                "ExtensionAttribute1": "blue",
                "Manager": "m",
                "AssignedPlans": [{"Service": "x"}],
                "ExtensionProperty": {"extension_1_badge": "17"},
            },
        ],
    )
    def test_names_may_have_any_case(self, record: dict[str, Any]) -> None:
        (person,) = read(json.dumps([record]))
        assert {name: person[name] for name in person if "@" not in name} == {
            "objectId": "1",
            "userPrincipalName": "a@b.example",
            "originalUserPrincipalName": "a@b.example",
            "telephoneNumber": "5",
            "accountEnabled": record.get("AccountEnabled", "False"),
            "extensionAttribute1": "blue",
            "manager": "m",
            "extension_1_badge": "17",
            "IsSoftDeleted": True,
        }

    def test_a_name_that_is_spelled_right_wins(self) -> None:
        (person,) = read('[{"Mail": "wrong", "mail": "right", "MAIL": "wrong"}]')
        assert person["mail"] == "right"

    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ('{"error": {"code": "Forbidden", "message": "no"}}', "Forbidden no"),
            ('{"synchronizationRules": [], "id": "1"}', "but a mapping"),
        ],
    )
    def test_what_was_brought_instead_is_named(self, text: str, word: str) -> None:
        assert word in refusal(text)

    def test_a_table_is_told_from_json(self) -> None:
        with pytest.raises(MappingError) as refused:
            read("userPrincipalName,mail\na@b.example,\n")
        assert "Import-Csv" in refused.value.hint


def test_graph_knows_every_property_that_it_is_asked_for() -> None:
    asked = graph_properties(askable(attribute.name for attribute in source_attributes()))
    assert len(asked) > 30
    assert set(asked) - properties()["user"].keys() == {"manager"}, "a relation, which is expanded"


def test_a_directory_of_a_hundred_thousand_is_read_whole() -> None:
    users = [{"id": str(at), "userPrincipalName": f"p{at}@b.example"} for at in range(100_000)]
    assert len(read(json.dumps({"value": users}))) == len(users)
    assert 4 * 1_061 * len(users) < brought.MAX_PEOPLE_BYTES  # all properties, indented
