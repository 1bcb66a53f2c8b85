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
from wizard.preview.online import GraphAssignments, GraphGroups, GraphPeople, WebexList
from wizard.preview.sources import OnlineSource, Reader, Unknown
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
    assert source.completeness.how == "complete"
    assert Unknown.DELETED_PEOPLE in source.completeness.unknown


async def test_whoever_is_assigned_and_the_direct_members_of_groups_come(reading: Reading) -> None:
    groups = GraphGroups(reading.graph, ("id", "displayName"), None)
    found = {group["displayName"]: group for group in await objects(groups)}
    pilot = found["Webex Pilot"]["members"]
    kinds = {member["@odata.type"].rpartition(".")[2] for member in pilot}
    assert kinds == {"user", "group"}
    assert groups.completeness.unknown == {}
    one = GraphGroups(
        reading.graph, ("id",), [found["Webex Pilot"]["id"], "0" * 8 + "-0000" * 3 + "-" + "0" * 12]
    )
    assert [group["members"] for group in await objects(one)] == [pilot]
    assert Unknown.MEMBERS in one.completeness.unknown


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
