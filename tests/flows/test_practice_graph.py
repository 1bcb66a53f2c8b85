"""The practice directory as Graph shows it: people, groups, applications, assignments."""

import json
from typing import Any

import httpx
import pytest

from tests.entra import SETUP, TENANT, Administrator, administrator
from wizard.errors import InvalidInput
from wizard.practice.process import PracticeTenant

EVENTUAL = {"ConsistencyLevel": "eventual"}
DEFAULT_ACCESS = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def admin(tenant: PracticeTenant) -> Administrator:
    tenant.reset_entra()
    return administrator(tenant)


def gallery_template(admin: Administrator, name: str = "Cisco Webex") -> dict[str, Any]:
    path = "/applicationTemplates"
    (template,) = admin.values(path, params={"$filter": f"displayName eq '{name}'"})
    return template


def instance(admin: Administrator) -> dict[str, Any]:
    path = f"/applicationTemplates/{gallery_template(admin)['id']}/instantiate"
    made = admin.post(path, {"displayName": "Cisco Webex"})
    assert made.status_code == 201
    return dict(made.json())


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_an_administrator_finds_out_who_and_where_they_are(admin: Administrator) -> None:
    assert admin.get("/me").json()["userPrincipalName"] == "admin@practice.example"
    roles = admin.values("/me/transitiveMemberOf/microsoft.graph.directoryRole")
    assert [role["displayName"] for role in roles] == ["Cloud Application Administrator"]
    (organization,) = admin.values("/organization")
    assert organization["id"] == TENANT
    domains = {one["id"]: one["isVerified"] for one in admin.values("/domains")}
    assert domains["practice.example"]
    assert not domains["new.practice.example"]


def test_licences_are_shown_and_can_be_missing(
    tenant: PracticeTenant, admin: Administrator
) -> None:
    def plans() -> set[str]:
        (sku,) = admin.values("/subscribedSkus")
        return {plan["servicePlanName"] for plan in sku["servicePlans"]}

    assert "AAD_PREMIUM" in plans()
    tenant.misbehave("directory", "no-premium", times=1)
    assert "AAD_PREMIUM" not in plans()


def test_a_role_arrives_when_it_is_activated(tenant: PracticeTenant) -> None:
    tenant.reset_entra()
    eligible = administrator(tenant, "carla.moreau@practice.example")
    path = f"/applicationTemplates/{gallery_template(eligible)['id']}/instantiate"
    roles = "/me/transitiveMemberOf/microsoft.graph.directoryRole"
    assert eligible.values(roles) == []
    refused = eligible.post(path, {"displayName": "Cisco Webex"})
    assert code_of(refused) == (403, "Authorization_RequestDenied")
    tenant.tell_entra(activate="carla.moreau@practice.example")
    assert len(eligible.values(roles)) == 1
    assert eligible.post(path, {"displayName": "Cisco Webex"}).status_code == 201


def test_people_come_in_pages_until_everybody_was_seen(admin: Administrator) -> None:
    names, path = [], "/users?$top=20&$select=id,userPrincipalName"
    while path:
        page = admin.get(path).json()
        names += [user["userPrincipalName"] for user in page["value"]]
        path = page.get("@odata.nextLink", "")
    assert len(names) == len(set(names)) == 65
    assert "siobhan.o'brien@practice.example" in names
    assert "gustav.guest_supplier.example#EXT#@practice.example" in names


def test_a_user_shows_little_unless_asked(admin: Administrator) -> None:
    little = admin.get("/users/ana.ruiz@practice.example").json()
    assert "department" not in little
    select = "department,accountEnabled,onPremisesExtensionAttributes"
    asked = admin.get(f"/users/{little['id']}?$select={select}").json()
    assert asked["department"] == "Finance"
    assert asked["accountEnabled"] is True
    assert code_of(admin.get("/users/nobody@practice.example"))[0] == 404


def test_searching_needs_the_header_of_the_index(admin: Administrator) -> None:
    search = {"$search": '"displayName:ann" OR "userPrincipalName:ana"', "$count": "true"}
    refused = admin.get("/users", params=search)
    assert code_of(refused) == (400, "Request_UnsupportedQuery")
    found = admin.get("/users", params=search, headers=EVENTUAL).json()
    assert found["@odata.count"] == len(found["value"]) == 1
    assert found["value"][0]["displayName"] == "Ana Ruiz"
    assert code_of(admin.get("/users", params={"$filter": "userType ne 'Guest'"}))[0] == 400
    odd = {"$search": '"displayName:this OR that \\"quoted\\""'}
    assert admin.values("/users", params=odd, headers=EVENTUAL) == []
    assert code_of(admin.get("/users", params={"$search": "ann"}, headers=EVENTUAL))[0] == 400
    both = {"$search": '"displayName:ana" AND "displayName:ruiz"', "$orderby": "displayName"}
    assert len(admin.values("/users", params=both, headers=EVENTUAL)) == 1


def test_a_search_can_find_twenty_thousand(tenant: PracticeTenant, admin: Administrator) -> None:
    tenant.misbehave("directory", "crowd")
    query = {"$search": '"displayName:crowd"', "$count": "true", "$top": "999", "$select": "id"}
    page = admin.get("/users", params=query, headers=EVENTUAL).json()
    assert page["@odata.count"] == 20_000
    assert len(page["value"]) == 999
    second = admin.get(page["@odata.nextLink"], headers=EVENTUAL).json()
    assert not {one["id"] for one in page["value"]} & {one["id"] for one in second["value"]}


def test_groups_tell_their_kind_and_their_members(admin: Administrator) -> None:
    query = {"$search": '"displayName:webex"', "$filter": "securityEnabled eq true"}
    groups = admin.values("/groups", params=query, headers=EVENTUAL)
    by_name = {group["displayName"]: group["id"] for group in groups}
    assert set(by_name) == {"Webex Pilot", "Webex Everyone"}
    pilot = f"/groups/{by_name['Webex Pilot']}"
    members = admin.values(f"{pilot}/members")
    kinds = [member["@odata.type"] for member in members]
    assert kinds.count("#microsoft.graph.user") == 3
    assert kinds.count("#microsoft.graph.group") == 1
    direct = admin.get(f"{pilot}/members/$count", headers=EVENTUAL)
    below = admin.get(f"{pilot}/transitiveMembers/$count", headers=EVENTUAL)
    assert int(direct.text) == 4 < int(below.text)
    assert code_of(admin.get(f"{pilot}/members/$count"))[0] == 400
    unified = admin.values("/groups", params={"$filter": "groupTypes/any(c:c eq 'Unified')"})
    assert [group["securityEnabled"] for group in unified] == [False]


def test_the_gallery_has_neighbours_with_webex_in_the_name(admin: Administrator) -> None:
    path = "/applicationTemplates"
    near = admin.values(path, params={"$filter": "contains(displayName,'webex')"})
    assert len(near) > 1
    assert (
        "sync" not in gallery_template(admin, "Cisco Webex Meetings")["supportedProvisioningTypes"]
    )
    assert gallery_template(admin)["supportedProvisioningTypes"] == ["sync"]
    assert gallery_template(admin, "Practice O''Reilly Library")
    refused = admin.get(path, params={"$filter": "publisher eq 'Practice'"})
    assert refused.status_code == 400


def test_an_application_is_made_found_hidden_and_deleted(
    tenant: PracticeTenant, admin: Administrator
) -> None:
    before = tenant.entra()
    made = instance(admin)
    principal, application = made["servicePrincipal"], made["application"]
    template = gallery_template(admin)["id"]
    found = admin.values(
        "/servicePrincipals", params={"$filter": f"applicationTemplateId eq '{template}'"}
    )
    assert [one["id"] for one in found] == [principal["id"]]
    both = f"applicationTemplateId eq '{template}' and displayName eq 'Cisco Webex'"
    assert len(admin.values("/applications", params={"$filter": both})) == 1
    path = f"/servicePrincipals/{principal['id']}"
    hidden = admin.patch(path, {"tags": [*principal["tags"], "HideApp"]})
    assert hidden.status_code == 204
    assert "HideApp" in admin.get(path).json()["tags"]
    assert admin.patch(path, {"appId": "another"}).status_code == 400
    assert admin.delete(f"/applications/{application['id']}").status_code == 204
    assert code_of(admin.get(path)) == (404, "Request_ResourceNotFound")
    after = tenant.entra()
    assert {**after, "now": ""} == {**before, "now": ""}


def test_people_and_groups_are_assigned_once(admin: Administrator) -> None:
    principal = instance(admin)["servicePrincipal"]
    path = f"/servicePrincipals/{principal['id']}/appRoleAssignedTo"
    user = admin.get("/users/ana.ruiz@practice.example").json()["id"]
    wanted = {
        "principalId": user,
        "resourceId": principal["id"],
        "appRoleId": principal["appRoles"][0]["id"],
    }
    made = admin.post(path, wanted)
    assert made.status_code == 201
    twice = admin.post(path, wanted)
    assert twice.json()["error"]["message"] == (
        "Permission being assigned already exists on the object"
    )
    assert admin.post(path, wanted | {"appRoleId": DEFAULT_ACCESS}).status_code == 400
    assert admin.post(path, wanted | {"principalId": DEFAULT_ACCESS}).status_code == 404
    listed = admin.values(path)
    assert [one["principalDisplayName"] for one in listed] == ["Ana Ruiz"]
    assert admin.delete(f"{path}/{made.json()['id']}").status_code == 204
    assert admin.values(path) == []


def test_only_security_groups_are_assigned(admin: Administrator) -> None:
    principal = instance(admin)["servicePrincipal"]
    path = f"/servicePrincipals/{principal['id']}/appRoleAssignedTo"
    groups = {one["displayName"]: one["id"] for one in admin.values("/groups")}
    wanted = {"resourceId": principal["id"], "appRoleId": principal["appRoles"][0]["id"]}
    answers = [
        admin.post(path, wanted | {"principalId": groups[name]}).status_code
        for name in ("Webex Pilot", "All Hands")
    ]
    assert answers == [201, 400]


def test_roles_and_permissions_decide_what_is_allowed(tenant: PracticeTenant) -> None:
    tenant.reset_entra()
    principal = instance(administrator(tenant))["servicePrincipal"]["id"]
    assigned, jobs = (
        f"/servicePrincipals/{principal}/{part}"
        for part in ("appRoleAssignedTo", "synchronization/jobs")
    )
    nobody = {"principalId": DEFAULT_ACCESS, "resourceId": principal, "appRoleId": DEFAULT_ACCESS}
    allowed = {}
    for name in ("admin", "useradmin", "readonly"):
        asker = administrator(tenant, f"{name}@practice.example")
        allowed[name] = (
            asker.get(assigned).status_code,
            asker.post(assigned, nobody).status_code,
            asker.get(jobs).status_code,
            asker.get("/auditLogs/provisioning").status_code,
        )
    assert allowed == {
        "admin": (200, 404, 200, 200),
        "useradmin": (200, 404, 401, 403),
        "readonly": (200, 403, 401, 200),
    }
    silent = administrator(tenant, "readonly@practice.example").get(jobs).json()["error"]
    assert (silent["code"], silent["message"]) == ("UnknownError", "")


def test_a_missing_permission_is_named_inside_the_message(tenant: PracticeTenant) -> None:
    tenant.reset_entra()
    principal = instance(administrator(tenant))["servicePrincipal"]["id"]
    less = administrator(tenant, scope="Application.ReadWrite.All User.Read")
    refused = less.get(f"/servicePrincipals/{principal}/synchronization/jobs")
    assert code_of(refused) == (403, "UnknownError")
    inside = json.loads(refused.json()["error"]["message"])
    assert inside["errorCode"] == "PermissionScopeNotGranted"
    assert code_of(less.get("/users")) == (403, "Authorization_RequestDenied")


@pytest.mark.parametrize("token", ["", "made-up", "a.b.c"])
def test_a_token_of_nobody_is_refused(tenant: PracticeTenant, token: str) -> None:
    refused = Administrator(tenant, token, judged=bool(token)).get("/me")
    assert code_of(refused) == (401, "InvalidAuthenticationToken")
    assert "authorization_uri=" in refused.headers["www-authenticate"]


def test_every_answer_has_a_request_id(tenant: PracticeTenant, admin: Administrator) -> None:
    asked = {"client-request-id": "5f0c1a2b-3d4e-4f50-8a61-7b2c3d4e5f60"}
    good = admin.get("/me", headers=asked)
    assert good.headers["client-request-id"] == asked["client-request-id"]
    assert "trackingid" not in good.headers
    refused = admin.get("/users/nobody", headers=asked)
    inner = refused.json()["error"]["innerError"]
    assert inner["request-id"] == refused.headers["request-id"]
    assert inner["client-request-id"] == asked["client-request-id"]
    assert tenant.requests()[-1].account == "admin@practice.example"


@pytest.mark.parametrize("status", [401, 403, 404, 409, 429, 500, 503])
@pytest.mark.parametrize("where", ["graph", "directory"])
def test_a_status_is_answered_as_often_as_asked(
    tenant: PracticeTenant, admin: Administrator, where: str, status: int
) -> None:
    tenant.misbehave(where, str(status), retry_after=1, times=2)
    answers = [admin.get("/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].headers["retry-after"] == "1"
    assert answers[0].json()["error"]["innerError"]["request-id"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("expired", (401, "InvalidAuthenticationToken")),
        ("no-role", (403, "Authorization_RequestDenied")),
        ("not-granted", (403, "UnknownError")),
    ],
)
def test_a_token_or_a_role_can_stop_working(
    tenant: PracticeTenant, admin: Administrator, fault: str, told: tuple[int, str]
) -> None:
    tenant.misbehave("applications", fault, times=1)
    assert code_of(admin.get("/servicePrincipals")) == told
    assert admin.get("/me").status_code == 200
    assert admin.get("/servicePrincipals").status_code == 200


def test_instantiating_can_work_although_it_says_404(
    tenant: PracticeTenant, admin: Administrator
) -> None:
    path = f"/applicationTemplates/{gallery_template(admin)['id']}/instantiate"
    tenant.misbehave("applications", "landed-404", method="POST", times=1)
    refused = admin.post(path, {"displayName": "Cisco Webex"})
    assert code_of(refused) == (404, "Request_ResourceNotFound")
    assert [one["displayName"] for one in tenant.entra()["applications"]] == ["Cisco Webex"]


def test_the_network_can_be_cut_before_and_after_a_write(
    tenant: PracticeTenant, admin: Administrator
) -> None:
    principal = instance(admin)["servicePrincipal"]["id"]
    path = f"/servicePrincipals/{principal}"
    kept = []
    for fault in ("cut", "lost"):
        tenant.misbehave("applications", fault, method="PATCH", times=1)
        with pytest.raises(httpx.RemoteProtocolError):
            admin.patch(path, {"tags": [fault]})
        kept.append(admin.get(path).json()["tags"])
    assert kept == [["cut"], ["cut"]]


def test_answers_can_be_odd(tenant: PracticeTenant, admin: Administrator) -> None:
    unjudged = Administrator(tenant, admin.token, judged=False)
    tenant.misbehave("directory", "hostile", times=1)
    assert "[@click=app.quit]" in unjudged.get("/me").json()["displayName"]
    tenant.misbehave("directory", "html", times=1)
    assert unjudged.get("/me").text.startswith("<!doctype html>")
    tenant.misbehave("directory", "slow", seconds=60, times=1)
    with pytest.raises(httpx.ReadTimeout):  # it is waited for twenty seconds at most
        admin.get("/me")
    assert admin.get("/me").status_code == 200


def test_what_graph_does_not_have_is_refused(tenant: PracticeTenant, admin: Administrator) -> None:
    unjudged = Administrator(tenant, admin.token, judged=False)
    assert code_of(unjudged.get("/nowhere")) == (404, "BadRequest")
    assert unjudged.post("/me", {}).status_code == 405
    assert admin.get("/users", params={"$filter": "displayName is 'x'"}).status_code == 400
    assert admin.get("/users", params={"$top": "5000"}).status_code == 400
    assert unjudged.ask("POST", "/applicationTemplates/x/instantiate").status_code == 404


def test_instructions_from_outside_are_checked(tenant: PracticeTenant) -> None:
    for wrong in (
        {"advance": "soon"},
        {"activate": "admin@practice.example"},
        {"change_user": {"user": "nobody"}},
        {"explode": True},
    ):
        with pytest.raises(InvalidInput):
            tenant.tell_entra(**wrong)


def test_a_setup_needs_no_permission_it_does_not_ask_for(tenant: PracticeTenant) -> None:
    tenant.reset_entra()
    asked = administrator(tenant, scope=SETUP)
    assert asked.get("/auditLogs/directoryAudits").status_code == 200
