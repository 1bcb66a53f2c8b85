"""The practice tenants can be read badly: lists refused, repeated, miscounted, or cut."""

from typing import Any

import httpx
import pytest

from tests import practice
from tests.entra import administrator
from wizard.errors import InvalidInput
from wizard.practice.process import PracticeTenant
from wizard.practice.webex.accounts import OTHER_ORGANIZATION_ID

PLACES = ["scim", "scim-v2"]


@pytest.fixture
def webex(tenant: PracticeTenant) -> practice.Asker:
    return practice.sign_in(tenant)


def users(webex: practice.Asker, where: str, query: str = "") -> httpx.Response:
    """Ask one of the two SCIM services for users."""
    tenant = webex.tenant
    facade = tenant.endpoints.tenant_url(tenant.organization_id)
    v2 = f"{tenant.base_url}/identity/scim/{tenant.organization_id}/v2"
    return webex.ask(f"{v2 if where == 'scim-v2' else facade}/Users{query}")


@pytest.mark.parametrize("where", PLACES)
def test_a_listing_can_be_refused_while_a_search_is_answered(
    webex: practice.Asker, where: str
) -> None:
    webex.tenant.misbehave(where, "no-listing")
    assert users(webex, where).status_code == 403
    searched = users(webex, where, '?filter=userName eq "hana.sato@practice.example"')
    assert searched.json()["totalResults"] == 1


@pytest.mark.parametrize("where", PLACES)
def test_a_listing_can_ignore_how_many_are_wanted(webex: practice.Asker, where: str) -> None:
    webex.tenant.misbehave(where, "ignores-count", people=3)
    page = users(webex, where, "?startIndex=1&count=500").json()
    assert (page["itemsPerPage"], len(page["Resources"])) == (3, 3)
    assert page["totalResults"] > 3


@pytest.mark.parametrize("where", PLACES)
def test_a_listing_can_repeat_its_first_page(webex: practice.Asker, where: str) -> None:
    webex.tenant.misbehave(where, "repeats-page")
    first = users(webex, where, "?startIndex=1&count=2").json()
    second = users(webex, where, "?startIndex=3&count=2").json()
    assert second["startIndex"] == 3
    assert first["Resources"] == second["Resources"]


@pytest.mark.parametrize(("options", "more"), [({}, 1), ({"people": 2}, None)])
def test_a_total_can_lie(webex: practice.Asker, options: dict[str, int], more: int | None) -> None:
    truth = users(webex, "scim").json()["totalResults"]
    webex.tenant.misbehave("scim", "total-lies", **options)
    assert users(webex, "scim").json()["totalResults"] == (2 if more is None else truth + more)


def test_the_second_service_has_the_same_people_and_the_same_guard(webex: practice.Asker) -> None:
    def names(where: str) -> set[str]:
        return {user["userName"] for user in users(webex, where).json()["Resources"]}

    assert names("scim-v2") == names("scim")
    elsewhere = f"{webex.tenant.base_url}/identity/scim/{OTHER_ORGANIZATION_ID}/v2/Users"
    assert webex.ask(elsewhere).status_code == 403
    assert practice.Asker(webex.tenant, "").ask(elsewhere).status_code == 401
    webex.tenant.misbehave("scim-v2", "403")
    assert users(webex, "scim-v2").status_code == 403
    assert users(webex, "scim").status_code == 200


def test_a_fault_can_come_in_the_middle(webex: practice.Asker) -> None:
    webex.tenant.misbehave("scim", "503", after=2, times=1)
    assert [users(webex, "scim").status_code for _ in range(4)] == [200, 200, 503, 200]
    for wrong in ("2", True, -1):
        with pytest.raises(InvalidInput):
            webex.tenant.misbehave("scim", "503", after=wrong)


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ("directory", "/users?$select=id&$top=5"),
        ("directory", "/groups?$select=id&$top=5"),
        ("directory", "/groups/{group}/members?$select=id&$top=1"),
    ],
)
def test_a_list_of_graph_can_repeat_its_first_page_for_ever(
    tenant: PracticeTenant, place: str, path: str
) -> None:
    admin = administrator(tenant)
    groups = admin.values("/groups?$select=id,displayName")
    pilot = next(group for group in groups if group["displayName"] == "Webex Pilot")
    tenant.misbehave(place, "repeats-page")
    pages: list[dict[str, Any]] = [admin.get(path.replace("{group}", pilot["id"])).json()]
    for _ in range(3):
        pages.append(admin.get(pages[-1]["@odata.nextLink"]).json())
    assert all(page["value"] == pages[0]["value"] for page in pages)
    assert len({page["@odata.nextLink"] for page in pages}) == len(pages)
