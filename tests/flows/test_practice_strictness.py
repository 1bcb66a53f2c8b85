"""What other programs ask of the practice Graph: answered where Graph answers, refused as there."""

from typing import Any

import pytest

from tests.entra import ADMIN, SETUP, TENANT, Administrator, administrator, token_request
from tests.flows.test_practice_graph import EVENTUAL, code_of, instance
from tests.practice_here import PracticeHere
from wizard.practice.entra.grants import OWN_SECRET
from wizard.practice.entra.scopes import OWN_CLIENT

COUNTED = {"$count": "true"}
DEFAULT = "https://graph.microsoft.com/.default"

UNKNOWN = (400, "BadRequest")
UNSUPPORTED = (400, "Request_UnsupportedQuery")
WRONG = (400, "Request_BadRequest")
MISSING = (501, "NotImplemented")


@pytest.fixture
def admin(fresh: PracticeHere) -> Administrator:
    """Somebody whose questions are not all of those that Microsoft's slice describes."""
    asker = administrator(fresh, scope=f"{SETUP} Directory.Read.All")
    asker.judged = False
    return asker


@pytest.mark.parametrize(
    ("path", "query", "refusal", "told"),
    [
        ("/users", {"$select": "shoeSize"}, UNKNOWN, "'shoeSize' on type 'microsoft"),
        ("/users/ana.ruiz@practice.example", {"$select": "x"}, UNKNOWN, "graph.user'"),
        ("/me", {"$select": "x"}, UNKNOWN, "Select and Expand failed"),
        ("/groups", {"$select": "id,x"}, UNKNOWN, "microsoft.graph.group"),
        ("/applications", {"$select": "x"}, UNKNOWN, "microsoft.graph.application"),
        ("/applicationTemplates", {"$select": "x"}, UNKNOWN, "applicationTemplate"),
        ("/auditLogs/provisioning", {"$select": "x"}, UNKNOWN, "ObjectSummary"),
        ("/users", {"$select": "aboutMe"}, MISSING, "aboutMe"),
        ("/users", {"$filter": "shoeSize eq 9"}, UNKNOWN, "Invalid filter clause"),
        ("/users", {"$filter": "aboutMe eq 'x'"}, UNSUPPORTED, "'aboutMe'"),
        (
            "/users",
            {"$filter": "contains(displayName,'a')"},
            UNSUPPORTED,
            "of resource 'User'",
        ),
        (
            "/users",
            {"$filter": "assignedPlans/any(p:p/colour eq 'x')"},
            UNKNOWN,
            "assignedPlans/colour",
        ),
        ("/auditLogs/provisioning", {"$filter": "x eq 'y'"}, UNKNOWN, "'x'"),
        ("/users", {"$filter": "displayName is 'x'"}, UNKNOWN, "Invalid filter"),
        ("/users", {"$filter": "accountEnabled eq 'true'"}, UNKNOWN, "'Edm.Boolean'"),
        (
            "/auditLogs/provisioning",
            {"$filter": "activityDateTime gt '2026-01-01T00:00:00Z'"},
            UNKNOWN,
            "'Edm.DateTimeOffset'",
        ),
        ("/users", {"$orderby": "shoeSize"}, UNKNOWN, "'shoeSize'"),
        (
            "/users",
            {"$orderby": "createdDateTime"},
            UNSUPPORTED,
            "Unsupported sort property 'createdDateTime' for 'User'.",
        ),
        (
            "/users",
            {"$orderby": "displayName", "$filter": "userType eq 'Guest'"},
            UNSUPPORTED,
            "Sorting not supported for current query.",
        ),
        ("/users", {"$skip": "5"}, WRONG, "'$skip' is not supported"),
        ("/users", {"$expand": "boss"}, UNKNOWN, "named 'boss'"),
        ("/users", {"$expand": "department"}, UNKNOWN, "not a navigation property"),
        ("/users", {"$expand": "manager($select=x)"}, UNKNOWN, "named 'x'"),
        ("/users", {"$expand": "manager($select"}, UNKNOWN, "not valid"),
        ("/users", {"$expand": "ownedDevices"}, MISSING, "ownedDevices"),
        ("/users", {"$tip": "1"}, UNKNOWN, "'$tip'"),
        ("/me", {"$top": "1"}, UNKNOWN, "lists alone"),
        ("/me/$count", {}, UNKNOWN, "list"),
        ("/users/graph.group", {}, UNKNOWN, "'group'"),
        ("/users/$count", {}, UNSUPPORTED, "ConsistencyLevel"),
    ],
)
def test_what_graph_does_not_know_or_support_is_refused(
    admin: Administrator, path: str, query: dict[str, str], refusal: tuple[int, str], told: str
) -> None:
    answer = admin.get(path, params=query)
    assert code_of(answer) == refusal
    assert told in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"$filter": "userType ne 'Guest'"}, 400),
        ({"$filter": "userType ne 'Guest'"} | COUNTED, 200),
        ({"$filter": "not startswith(displayName,'A')"} | COUNTED, 200),
        ({"$filter": "endswith(mail,'example')", "$orderby": "userPrincipalName"} | COUNTED, 200),
        ({"$filter": "onPremisesExtensionAttributes/extensionAttribute1 eq 'x'"} | COUNTED, 200),
        ({"$search": '"displayName:ana"', "$expand": "manager"}, 400),
        ({"$search": '"shoeSize:9"'}, 400),
    ],
)
def test_the_index_has_rules_of_its_own(
    admin: Administrator, query: dict[str, str], status: int
) -> None:
    assert admin.get("/users", params=query, headers=EVENTUAL).status_code == status


def test_names_are_understood_in_any_case_and_answered_in_graphs_own(admin: Administrator) -> None:
    query = {"$Select": "ID,displayname,assignedLicenses", "$filter": "DisplayName eq 'Ana Ruiz'"}
    (ana,) = admin.values("/USERS", params=query)
    assert set(ana) == {"id", "displayName", "assignedLicenses"}
    assert ana["assignedLicenses"] == []


def test_relations_come_with_their_resource_or_by_themselves(admin: Administrator) -> None:
    query = {"$expand": "manager($select=id,displayName)", "$select": "displayName", "$top": "999"}
    people = {one["displayName"]: one for one in admin.values("/users", params=query)}
    managed = next(one for one in people.values() if "manager" in one)
    assert managed["manager"].keys() == {"@odata.type", "id", "displayName"}
    boss = managed["manager"]["id"]
    reports = [one["displayName"] for one in admin.values(f"/users/{boss}/directReports")]
    assert managed["displayName"] in reports
    found = admin.get(f"/users/{admin.values(f'/users/{boss}/directReports')[0]['id']}/manager")
    assert found.json()["id"] == boss
    own = admin.values("/me/memberOf/graph.directoryRole")
    assert [role["displayName"] for role in own] == ["Cloud Application Administrator"]
    assert "@odata.type" not in own[0]
    everyone = f"/groups/{admin.values('/groups', params={'$filter': NAMED})[0]['id']}"
    assert admin.values(f"{everyone}/members/microsoft.graph.user") == []
    below = admin.values(f"{everyone}/transitiveMembers/graph.user?$top=999")
    counted = admin.get(f"{everyone}/transitiveMembers/graph.user/$count", headers=EVENTUAL)
    assert counted.text == str(len(below)) != "0"


NAMED = "displayName eq 'Webex Everyone'"


def test_an_application_is_known_by_its_app_id_too(admin: Administrator) -> None:
    made = instance(admin)
    principal, app_id = made["servicePrincipal"]["id"], made["application"]["appId"]
    for path, identifier in (
        (f"/applications(appId='{app_id}')", made["application"]["id"]),
        (f"/servicePrincipals(appId='{app_id}')", principal),
        (f"/servicePrincipals('{principal}')", principal),
    ):
        assert admin.get(path).json()["id"] == identifier
    assert admin.get("/servicePrincipals(appId='x')").status_code == 404
    assert admin.get(f"/servicePrincipals(displayName='{app_id}')").status_code == 404
    templates = f"/servicePrincipals(appId='{app_id}')/synchronization/templates"
    (template,) = admin.values(templates)
    schema = f"{templates}/{template['id']}/schema"
    assert admin.values(f"{schema}/functions()")
    assert admin.values(f"{schema}/filterOperators()")


def test_somebody_is_assigned_from_either_side(admin: Administrator) -> None:
    principal = instance(admin)["servicePrincipal"]
    ana = admin.get("/users/ana.ruiz@practice.example").json()["id"]
    wanted = {
        "principalId": ana,
        "resourceId": principal["id"],
        "appRoleId": principal["appRoles"][0]["id"],
    }
    path = f"/users/{ana}/appRoleAssignments"
    made = admin.post(path, wanted)
    assert made.status_code == 201
    assert admin.post(f"/users/{ADMIN}/appRoleAssignments", wanted).status_code == 400
    other = f"/servicePrincipals/{principal['id']}/appRoleAssignedTo"
    assert admin.values(other) == admin.values(path)
    assert admin.get(f"{other}/$count", headers=EVENTUAL).text == "1"
    (shown,) = admin.values("/servicePrincipals", params={"$expand": "appRoleAssignedTo"})
    assert [one["id"] for one in shown["appRoleAssignedTo"]] == [made.json()["id"]]
    assert admin.delete(f"{path}/{made.json()['id']}").status_code == 204
    assert admin.values(other) == []


def test_what_is_only_read_is_found_by_its_id_too(admin: Administrator) -> None:
    assert admin.get(f"/organization/{TENANT}").json()["displayName"] == "Practice Example"
    assert admin.get("/domains/practice.example").json()["isDefault"]
    assert admin.get("/domains/other.example").status_code == 404


def test_several_questions_go_in_one(admin: Administrator) -> None:
    asked: list[dict[str, Any]] = [
        {"id": "1", "method": "GET", "url": "/me?$select=displayName"},
        {"id": "2", "method": "GET", "url": "/users/$count", "headers": EVENTUAL},
        {"id": "3", "method": "GET", "url": "/users?$select=x"},
        {"id": "4", "method": "POST", "url": "/applicationTemplates/x/instantiate", "body": {}},
    ]
    answers = admin.post("/$batch", {"requests": asked}).json()["responses"]
    assert [(one["id"], one["status"]) for one in answers] == [
        ("1", 200),
        ("2", 200),
        ("3", 400),
        ("4", 404),
    ]
    assert answers[0]["body"]["displayName"] == "Alex Admin"
    assert answers[1]["body"] == "65"
    wrong_ones: tuple[Any, ...] = ([], asked + asked, [{}], None)
    for wrong in wrong_ones:
        assert code_of(admin.post("/$batch", {"requests": wrong})) == UNKNOWN


def test_graph_is_served_over_https_and_answers_with_that_address(
    fresh: PracticeHere, admin: Administrator
) -> None:
    graph = f"{fresh.endpoints.entra.authority}/v1.0"
    page = admin.get(f"{graph}/users?$top=60").json()
    assert page["@odata.context"].startswith(f"{graph}/$metadata")
    assert page["@odata.nextLink"].startswith(f"{graph}/users?")
    assert len(admin.get(page["@odata.nextLink"]).json()["value"]) == 5
    assert code_of(admin.get(graph.replace("v1.0", "beta") + "/me")) == MISSING


def by_itself(tenant: PracticeHere, **changes: str) -> Any:
    form = {
        "grant_type": "client_credentials",
        "client_id": OWN_CLIENT,
        "client_secret": OWN_SECRET,
        "scope": DEFAULT,
    }
    return token_request(tenant, **(form | changes)).json()


def test_a_program_signs_in_by_itself(fresh: PracticeHere) -> None:
    told = by_itself(fresh)
    assert "refresh_token" not in told
    program = Administrator(fresh, told["access_token"], judged=False)
    assert code_of(program.get("/me")) == UNKNOWN
    made = instance(program)
    path = f"/servicePrincipals/{made['servicePrincipal']['id']}/synchronization"
    assert program.put(f"{path}/secrets", {"value": []}).status_code == 204
    (entry,) = program.values("/auditLogs/directoryAudits")
    assert entry["initiatedBy"]["app"]["appId"] == OWN_CLIENT
    assert program.post(f"/servicePrincipals/{made['servicePrincipal']['id']}").status_code == 405


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"client_secret": "wrong"}, 7000215),
        ({"scope": "https://graph.microsoft.com/User.Read.All"}, 70011),
        ({"scope": "https://vault.azure.net/.default"}, 500011),
        ({"client_id": "14d82eec-204b-4c2f-b7e8-296a70dab67e"}, 7000218),
    ],
)
def test_a_program_that_cannot_sign_in_is_told_why(
    fresh: PracticeHere, changes: dict[str, str], number: int
) -> None:
    assert by_itself(fresh, **changes)["error_codes"] == [number]


@pytest.mark.parametrize(
    "graph",
    ["https://graph.microsoft.com", "https://127.0.0.1", "00000003-0000-0000-c000-000000000000"],
)
def test_graph_has_several_names_in_a_scope(fresh: PracticeHere, graph: str) -> None:
    asker = administrator(fresh, scope=f"{graph}/.default", client_id=OWN_CLIENT)
    assert asker.get("/users").status_code == 200


def test_azures_own_programs_do_what_the_person_may(fresh: PracticeHere) -> None:
    azure = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
    status = {}
    for name in ("admin", "useradmin"):
        asker = administrator(
            fresh,
            f"{name}@practice.example",
            "https://graph.microsoft.com/.default",
            client_id=azure,
        )
        asker.judged = False
        status[name] = asker.post("/applicationTemplates/x/instantiate", {}).status_code
    assert status == {"admin": 404, "useradmin": 403}


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/nowhere", "nowhere"),
        ("/users/x/messages", "messages"),
        ("/users/x/messages/y", "messages"),
    ],
)
def test_the_part_of_a_path_that_leads_nowhere_is_named(
    admin: Administrator, path: str, part: str
) -> None:
    told = admin.get(path).json()["error"]["message"]
    assert told == f"Resource not found for the segment '{part}'."


def test_what_is_not_imitated_says_so(admin: Administrator) -> None:
    assert code_of(admin.post("/users", {})) == MISSING
    assert "imitate" in admin.post("/applications", {}).json()["error"]["message"]
    assert admin.ask("PUT", "/users").status_code == 405
