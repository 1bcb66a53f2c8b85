"""Searching people and groups with whatever is typed."""

import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph_client import (
    BASE,
    GROUP,
    GROUP_BODY,
    USER,
    USER_BODY,
    Asked,
    Reply,
    ask,
    listed,
    number,
    reply,
)
from wizard.graph.directory import Group, User
from wizard.graph.models import Listing
from wizard.graph.odata import odata_text, search
from wizard.graph.operations import Operation
from wizard.mapping.people import from_graph, graph_properties

FOUND = listed(USER_BODY, **{"@odata.count": 1})


def find_users(text: str, asked: Asked | None = None) -> Listing[User]:
    return ask(lambda graph: graph.users.search(text), {Operation.LIST_USERS: FOUND}, asked=asked)


def find_groups(text: str, asked: Asked | None = None) -> Listing[Group]:
    answers = {Operation.LIST_GROUPS: listed(GROUP_BODY, **{"@odata.count": 20_000})}
    return ask(lambda graph: graph.groups.search(text), answers, asked=asked)


def test_people_are_found_by_name_sign_in_name_and_mail() -> None:
    asked = Asked()
    found = find_users("ann", asked)
    assert [user.user_principal_name for user in found.items] == ["ana@contoso.example"]
    assert asked.query() == {
        "$search": '"displayName:ann" OR "userPrincipalName:ann" OR "mail:ann"',
        "$count": "true",
        "$select": "id,displayName,userPrincipalName,mail,accountEnabled,userType",
        "$top": "25",
    }
    assert asked.requests[0].headers["consistencylevel"] == "eventual"


@pytest.mark.parametrize("text", ["", "   ", "\x00\n", "\u200b"])
def test_nothing_typed_lists_everybody_by_name(text: str) -> None:
    asked = Asked()
    find_users(text, asked)
    assert "$search" not in asked.query()
    assert asked.query()["$orderby"] == "displayName"


def test_only_security_groups_are_offered() -> None:
    asked = Asked()
    found = find_groups("sal", asked)
    assert (found.items[0].display_name, found.total) == ("Sales", 20_000)
    assert asked.query()["$filter"] == "securityEnabled eq true"
    assert asked.query()["$search"] == '"displayName:sal"'


def test_what_is_typed_stays_text() -> None:
    asked = Asked()
    find_users('an" OR "mail:x\\&$top=9#?+', asked)
    assert asked.query()["$top"] == "25"
    assert asked.query()["$search"].startswith(r'"displayName:an\" OR \"mail:x\\&$top=9#?+" OR ')
    assert "+" not in str(asked.requests[0].url).partition("?")[2]


PHRASE = re.compile(r'"displayName:((?:[^"\\]|\\["\\])+)"')


@given(st.text(max_size=200))
def test_no_text_gets_out_of_its_quotes(text: str) -> None:
    found = search(text, "displayName")
    phrase = PHRASE.fullmatch(found)
    assert phrase or found == ""
    if phrase:
        inside = re.sub(r"\\(.)", r"\1", phrase[1])
        assert inside.isprintable()
        assert len(inside) <= 120


@given(st.text(max_size=60))
def test_no_text_gets_out_of_a_filter(text: str) -> None:
    inside = odata_text(text)
    assert inside[0] == inside[-1] == "'"
    assert inside[1:-1].replace("''", "'") == text
    assert "'" not in inside[1:-1].replace("''", "")


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    asked = Asked()
    find_users(text, asked)
    assert asked.problems == []
    assert asked.query().get("$search", "") == search(
        text, "displayName", "userPrincipalName", "mail"
    )


@pytest.mark.parametrize(
    ("body", "is_guest"),
    [
        ({"userType": "Guest"}, True),
        ({"userType": None, "userPrincipalName": "a_b.example#EXT#@contoso.example"}, True),
        ({"userType": "Member", "userPrincipalName": "a@contoso.example"}, False),
        ({}, False),
    ],
)
def test_a_guest_is_told_from_a_member(body: dict[str, str], is_guest: bool) -> None:
    assert User.model_validate(body).is_guest is is_guest


def test_hostile_names_are_harmless_and_everything_may_be_missing() -> None:
    user = User.model_validate({"displayName": "An\u202en\x1b[31m", "mail": None, "new": {}})
    assert user.display_name == "An\ufffdn\ufffd[31m"
    assert (user.mail, user.account_enabled) == ("", None)


def test_a_person_is_read_with_what_a_mapping_needs() -> None:
    asked = Asked()
    body = {
        "@odata.context": "x",
        "id": USER,
        "userPrincipalName": "ana@contoso.example",
        "displayName": "Ana",
        "businessPhones": ["+1"],
        "accountEnabled": True,
    }
    record = ask(
        lambda graph: graph.users.attributes(
            USER, graph_properties(["objectId", "telephoneNumber", "IsSoftDeleted"])
        ),
        {Operation.GET_USER: reply(200, body)},
        asked=asked,
    )
    assert set(asked.query()["$select"].split(",")) >= {"id", "businessPhones", "accountEnabled"}
    person = from_graph(record)
    assert (person["objectId"], person["telephoneNumber"]) == (USER, "+1")


def test_a_group_with_groups_in_it_is_noticed() -> None:
    answers = {Operation.COUNT_MEMBERS: number(2), Operation.COUNT_TRANSITIVE_MEMBERS: number(9)}
    members = ask(lambda graph: graph.groups.members(GROUP), answers)
    assert (members.direct, members.with_nested, members.is_nested) == (2, 9, True)


def test_the_manager_is_a_relation_that_is_expanded_not_selected() -> None:
    asked = Asked()
    body = {"id": USER, "manager": {"@odata.type": "#microsoft.graph.user", "id": GROUP}}
    record = ask(
        lambda graph: graph.users.attributes(USER, ["manager", "mail"]),
        {Operation.GET_USER: reply(200, body)},
        asked=asked,
    )
    assert asked.query() == {
        "$select": "id,userPrincipalName,displayName,mail",
        "$expand": "manager($select=id)",
    }
    assert from_graph(record)["manager"] == GROUP


def test_many_people_are_read_page_by_page_with_only_what_is_wanted() -> None:
    def pages(request: httpx.Request) -> Reply:
        skipped = int(request.url.params.get("$skiptoken", "0"))
        people = [USER_BODY | {"department": f"D{skipped + at}"} for at in range(100)]
        link = f"{BASE}/users?$skiptoken={skipped + 100}&$count=true"
        return listed(*people, **{"@odata.count": 20_000, "@odata.nextLink": link})

    asked = Asked()
    found = ask(
        lambda graph: graph.users.people("ann", ["department", "mail"], most=200),
        {Operation.LIST_USERS: pages},
        asked=asked,
    )
    assert (len(found.items), found.total, found.is_complete) == (200, 20_000, False)
    assert found.items[199].root["department"] == "D199"
    assert len(asked.requests) == 2
    assert asked.query(0)["$select"] == "id,userPrincipalName,displayName,department,mail"
    assert asked.query(0)["$top"] == "100"
