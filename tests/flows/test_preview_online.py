"""Both practice directories are read online, in whichever way they can be, without a write."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests import practice
from tests.agreeing import Reading, reading_of
from tests.entra import Setup, set_up
from tests.practice_here import PracticeHere
from wizard.errors import AnswerError
from wizard.preview.groups import GroupsRead
from wizard.preview.online import GraphAssignments, GraphGroups, GraphPeople
from wizard.preview.sources import OnlineSource, Reader, Unknown
from wizard.preview.webex_list import WebexList
from wizard.words.progress import Progress

WANTED = ("id", "userPrincipalName", "accountEnabled")


SOUGHT = ("hana.sato@practice.example", "nobody@practice.example")


def accounts_of(reading: Reading) -> WebexList:
    async def sought() -> list[tuple[str, str]]:
        return [("userName", name) for name in SOUGHT]

    return WebexList("Users", {Reader.FACADE: reading.facade, Reader.SCIM2: reading.v2}, sought)


@pytest.fixture
async def reading(tenant: PracticeHere) -> AsyncIterator[Reading]:
    tenant.reset_entra()
    admin, webex = set_up(tenant).admin, practice.sign_in(tenant)
    tenant.forget_requests()
    async with reading_of(tenant, admin.token, webex.token) as reading:
        yield reading
    assert {request.method for request in tenant.requests()} <= {"GET"}


async def objects(source: OnlineSource) -> list[dict[str, Any]]:
    """Read a source to its end."""
    found: list[dict[str, Any]] = []
    async for body in source.pages():
        page = json.loads(body)
        found += page.get("value", page.get("Resources", []))
    return found


async def in_webex(reading: Reading) -> set[str]:
    return {user["userName"] for user in reading.tenant.webex()["users"]}


async def test_the_people_of_the_directory_come_with_what_is_wanted(reading: Reading) -> None:
    told: list[Progress] = []
    source = GraphPeople(reading.graph, WANTED, told.append)
    people = await objects(source)
    assert set(people[0]) == set(WANTED)
    assert told[-1].done == len(people) == source.read
    assert (source.completeness.how, source.completeness.unknown) == ("complete", {})


async def test_whoever_was_deleted_comes_too_with_the_day_of_it(reading: Reading) -> None:
    tenant = reading.tenant
    tenant.tell_entra(people=[{"userPrincipalName": "zoe.gone@practice.example"}])
    tenant.tell_entra(delete_user="zoe.gone@practice.example")
    *_, last = await objects(GraphPeople(reading.graph, WANTED))
    assert last["userPrincipalName"].endswith("zoe.gone@practice.example")
    assert last["deletedDateTime"]
    alive = await objects(GraphPeople(reading.graph, WANTED, with_deleted=False))
    assert last["id"] not in {person["id"] for person in alive}
    tenant.misbehave("directory", "403", after=1)
    source = GraphPeople(reading.graph, WANTED)
    assert await objects(source) == alive
    assert set(source.completeness.unknown) == {Unknown.DELETED_PEOPLE}
    assert "recycle bin" in source.completeness.unknown[Unknown.DELETED_PEOPLE]


async def test_whoever_is_assigned_and_the_direct_members_of_groups_come(reading: Reading) -> None:
    groups = GraphGroups(reading.graph, ("id", "displayName"), None)
    found = {group["displayName"]: group for group in await objects(groups)}
    pilot = found["Webex Pilot"]["members"]
    kinds = {member["@odata.type"].rpartition(".")[2] for member in pilot}
    assert kinds == {"user", "group"}
    assert all(member["displayName"] for member in pilot)
    assert groups.completeness.unknown == {}
    one = GraphGroups(
        reading.graph, ("id",), [found["Webex Pilot"]["id"], "0" * 8 + "-0000" * 3 + "-" + "0" * 12]
    )
    assert [group["members"] for group in await objects(one)] == [pilot]
    said = one.completeness.unknown[Unknown.MEMBERS]
    assert said.startswith("Who is in the group 00000000-0000-"), "which of them is named"


async def test_a_list_of_graph_that_repeats_itself_is_read_in_part(reading: Reading) -> None:
    reading.tenant.misbehave("directory", "repeats-page", after=0)
    source = GraphPeople(reading.graph, WANTED)
    people = await objects(source)
    assert len({person["id"] for person in people}) == len(people)
    assert source.completeness.how == "partial"
    assert "twice" in source.completeness.unknown[Unknown.PEOPLE]


async def test_webex_is_read_by_the_list_where_entra_asks(reading: Reading) -> None:
    source = accounts_of(reading)
    found = await objects(source)
    assert {user["userName"] for user in found} == await in_webex(reading)
    assert source.reader is Reader.FACADE
    assert source.completeness.total == len(found)
    assert (source.completeness.how, source.completeness.unknown) == ("complete", {})


REFUSALS: dict[str, dict[str, Any]] = {
    "refuses": {"fault": "no-listing"},
    "repeats a page": {"fault": "repeats-page", "people": 3},
    "says too many": {"fault": "total-lies"},
    "says too few": {"fault": "total-lies", "people": 2},
    "is no list": {"fault": "not-listresponse", "times": 1},
    "is broken": {"fault": "500", "times": 1},
    "is without measure": {"fault": "huge", "megabytes": 51, "times": 1},
}


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_list_that_cannot_be_believed_is_replaced_by_that_of_scim_2(
    reading: Reading, refusal: str
) -> None:
    reading.tenant.misbehave("scim", **REFUSALS[refusal])
    source = accounts_of(reading)
    found = await objects(source)
    names = [user["userName"] for user in found]
    assert sorted(names) == sorted(await in_webex(reading))
    assert source.reader is Reader.SCIM2
    (remark,) = source.completeness.remarks
    assert remark.startswith("Webex's list at the address that Entra uses ")
    assert source.completeness.how == "complete"


async def test_where_nothing_lists_each_is_searched_for_and_leftovers_stay_unknown(
    reading: Reading,
) -> None:
    reading.tenant.misbehave("scim", "no-listing")
    reading.tenant.misbehave("scim-v2", "403")
    source = accounts_of(reading)
    assert [user["userName"] for user in await objects(source)] == [SOUGHT[0]]
    assert source.reader is Reader.EACH
    assert source.completeness.how == "partial"
    assert set(source.completeness.unknown) == {Unknown.LEFTOVERS}
    why = source.completeness.unknown[Unknown.LEFTOVERS]
    assert why.count("cannot be used") == 2


LINK = "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701"
RENAMED = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": "before.her.wedding@practice.example",
    "externalId": LINK,
}


async def by_link(reading: Reading, seen: str = LINK) -> tuple[list[str], set[Unknown]]:
    """Search for each by name, and then for one by the link; the lists are refused."""

    async def sought() -> list[tuple[str, str]]:
        return [("userName", SOUGHT[0])]

    async def linked() -> list[tuple[str, str]]:
        return [("externalId", each) for each in (seen, LINK, LINK.replace("7b", "8c"))]

    if RENAMED["userName"] not in await in_webex(reading):
        reading.tenant.fill_webex([RENAMED])
    source = WebexList("Users", {Reader.FACADE: reading.facade}, sought, linked=linked)
    names = [user["userName"] for user in await objects(source)]
    return names, set(source.completeness.unknown)


async def test_whoever_was_renamed_is_found_by_the_link(reading: Reading) -> None:
    reading.tenant.misbehave("scim", "no-listing")
    names, unknown = await by_link(reading)
    assert names == [SOUGHT[0], RENAMED["userName"]]
    assert unknown == {Unknown.LEFTOVERS}


@pytest.mark.parametrize("why", ["refused", "finds nobody", "nothing to try it with"])
async def test_where_links_cannot_be_searched_whoever_was_renamed_is_not_known(
    reading: Reading, why: str
) -> None:
    reading.tenant.misbehave("scim", "no-listing")
    seen = LINK
    if why == "refused":  # the list, a search for nobody, and that by name come before
        reading.tenant.misbehave("scim", "403", after=3)
    elif why == "finds nobody":
        seen = "somebody who is not there"
    elif why == "nothing to try it with":
        seen = ""
    names, unknown = await by_link(reading, seen)
    assert names == [SOUGHT[0]]
    assert unknown == {Unknown.LEFTOVERS, Unknown.LINKS}


@pytest.mark.parametrize("fault", ["", "403"])
async def test_a_large_group_of_scim_2_comes_with_all_its_members_or_says_that_it_lacks_some(
    reading: Reading, fault: str
) -> None:
    members = [{"value": f"{number:08}-0000-4000-8000-000000000000"} for number in range(1203)]
    group = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Large",
        "members": members,
    }
    webex = practice.sign_in(reading.tenant)
    made = webex.scim("/Groups", "POST", json=group).json()["id"]
    reading.tenant.forget_requests()
    reading.tenant.misbehave("scim", "no-listing")
    if fault:  # the list and the look behind its end come before
        reading.tenant.misbehave("scim-v2", fault, after=2)
    services = {Reader.FACADE: reading.facade, Reader.SCIM2: reading.v2}
    source = WebexList("Groups", services, None)
    read = GroupsRead("Resources")
    async for body in source.pages():
        read.take(body)
    (large,) = [each for each in read.by_id.values() if each.name == "Large"]
    assert large.lacks_members is bool(fault)
    assert len(large.members) == (500 if fault else 1203)
    said = source.completeness.unknown.get(Unknown.MEMBERS, "")
    assert said.startswith("Who is in the group Large was not read whole.") is bool(fault)
    reading.tenant.behave()
    webex.scim(f"/Groups/{made}", "DELETE")
    reading.tenant.forget_requests()


async def test_a_service_that_ignores_how_many_are_wanted_is_read_all_the_same(
    reading: Reading,
) -> None:
    reading.tenant.misbehave("scim", "ignores-count", people=4)
    source = accounts_of(reading)
    found = await objects(source)
    assert {user["userName"] for user in found} == await in_webex(reading)
    assert source.reader is Reader.FACADE
    asked = [each for each in reading.tenant.requests() if "/v1/scim/" in each.target]
    assert len(asked) == -(-len(found) // 4) + 1


@pytest.mark.parametrize(("where", "kind"), [("scim", "webex"), ("directory", "graph")])
async def test_a_storm_of_429_is_waited_out(reading: Reading, where: str, kind: str) -> None:
    reading.tenant.misbehave(where, "429", retry_after=30, times=6)
    source = accounts_of(reading) if kind == "webex" else GraphPeople(reading.graph, WANTED)
    assert len(await objects(source)) > 10
    assert source.completeness.how == "complete"


async def test_what_was_cut_says_so_and_goes_on_where_it_was_cut(reading: Reading) -> None:
    reading.tenant.misbehave("scim", "ignores-count", people=4)
    reading.tenant.misbehave("scim", "cut", after=2)
    source = accounts_of(reading)
    before = await objects(source)
    assert source.interrupted is not None
    assert source.completeness.how == "partial"
    assert Unknown.ACCOUNTS in source.completeness.unknown
    reading.tenant.behave()
    after = await objects(source)
    names = [user["userName"] for user in before + after]
    assert sorted(names) == sorted(await in_webex(reading))
    assert source.interrupted is None
    assert (source.completeness.how, source.completeness.unknown) == ("complete", {})


@pytest.mark.parametrize("fault", ["401", "expired"])
async def test_a_token_that_is_refused_is_told_and_no_other_way_is_tried(
    reading: Reading, fault: str
) -> None:
    reading.tenant.misbehave("scim", fault)
    source = accounts_of(reading)
    with pytest.raises(AnswerError):
        await objects(source)
    assert source.reader is Reader.FACADE


async def test_only_assigned_groups_are_named_by_the_assignments(
    reading: Reading, tenant: PracticeHere
) -> None:
    setup: Setup = set_up(tenant)
    setup.assign("hana.sato")
    tenant.forget_requests()
    source = GraphAssignments(reading.graph, setup.principal["id"])
    (assignment,) = await objects(source)
    assert assignment["principalType"] == "User"
    assert list(source.groups) == []
