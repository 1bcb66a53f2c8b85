"""Provisioning as the practice tenant sets it up: templates, jobs, secrets, schema, on-demand."""

import json
from typing import Any

import httpx
import pytest

from tests import practice
from tests.entra import Administrator, Setup, problems_of_traffic, set_up
from tests.graph_contract import answer_problems
from wizard.practice.process import PracticeTenant


@pytest.fixture
def setup(tenant: PracticeTenant) -> Setup:
    tenant.reset_entra()
    return set_up(tenant)


def inside(answer: httpx.Response) -> str:
    """Return the code that stands as JSON inside the message."""
    return str(json.loads(answer.json()["error"]["message"])["errorCode"])


def test_the_template_brings_its_schema_and_says_which_secrets_it_wants(setup: Setup) -> None:
    (template,) = setup.admin.values(f"{setup.base}/templates")
    fields = {one["key"]: one["value"] for one in template["metadata"]}["configurationFields"]
    assert {one["name"] for one in json.loads(fields)} == {"baseaddress", "secrettoken"}
    (rule,) = template["schema"]["synchronizationRules"]
    users = next(m for m in rule["objectMappings"] if m["sourceObjectName"] == "User")
    assert len(users["attributeMappings"]) == 6
    one = f"{setup.base}/templates/{template['id']}"
    assert setup.admin.get(f"{one}/schema").json()["directories"]
    assert inside(setup.admin.get(f"{setup.base}/templates/scim")) == "TemplateNotFound"


def test_templates_can_be_missing_at_first(setup: Setup) -> None:
    setup.tenant.misbehave("synchronization", "empty-templates", times=2)
    found = [len(setup.admin.values(f"{setup.base}/templates")) for _ in range(3)]
    assert found == [0, 0, 1]


def test_a_young_application_is_not_everywhere_at_once(setup: Setup) -> None:
    setup.tenant.misbehave("synchronization", "401", times=1)
    setup.tenant.misbehave("synchronization", "403", times=1)
    setup.tenant.misbehave("synchronization", "404", times=1)
    answers = [setup.admin.get(f"{setup.base}/jobs") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 403, 404, 200]
    assert answers[0].json()["error"] | {"innerError": None} == {
        "code": "UnknownError",
        "message": "",
        "innerError": None,
    }
    assert inside(answers[1])


def test_a_job_is_made_listed_and_deleted(setup: Setup) -> None:
    (job,) = setup.admin.values(f"{setup.base}/jobs")
    template, tenant_id, _ = job["id"].split(".")
    assert template == job["templateId"]
    assert len(tenant_id) == 32
    assert job["schedule"]["state"] == "Disabled"
    assert job["status"]["code"] == "NotConfigured"
    assert job["status"]["steadyStateFirstAchievedTime"].startswith("0001-01-01")
    setup.secrets()
    assert setup.admin.get(setup.job).json()["status"]["code"] == "Paused"
    assert setup.admin.delete(setup.job).status_code == 204
    assert inside(setup.admin.get(setup.job)) == "JobNotFound"
    unknown = setup.admin.post(f"{setup.base}/jobs", {"templateId": "scim"})
    assert inside(unknown) == "InvalidTemplate"


def test_the_secrets_are_replaced_as_a_whole_and_never_shown(setup: Setup) -> None:
    assert setup.secrets().status_code == 204
    shown = {one["key"]: one["value"] for one in setup.admin.values(f"{setup.base}/secrets")}
    assert shown["SecretToken"] == "*"
    assert shown["BaseAddress"] == setup.tenant_url
    assert json.loads(shown["SyncNotificationSettings"])["DeleteThresholdValue"] == 50
    only = [{"key": "SyncAll", "value": "true"}]
    setup.admin.put(f"{setup.base}/secrets", {"value": only})
    (principal,) = setup.tenant.entra()["servicePrincipals"]
    assert set(principal["secrets"]) == {"SyncAll"}


def test_an_asterisk_sent_back_is_not_the_secret(setup: Setup) -> None:
    setup.secrets()
    assert setup.validate().status_code == 204
    setup.secrets(SecretToken="*")
    assert setup.validate().status_code == 400


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([{"key": "SyncAll", "value": False}], "InvalidRequest"),
        ([{"key": "Favourite", "value": "x"}], "InvalidSecretKey"),
        ([{"key": "SyncAll", "value": "perhaps"}], "InvalidSecretValue"),
        ([{"key": "SyncNotificationSettings", "value": "{}{"}], "InvalidNotificationSettings"),
        (
            [{"key": "SyncNotificationSettings", "value": '{"Enabled": true}'}],
            "InvalidNotificationSettings",
        ),
        ("none", "InvalidRequest"),
    ],
)
def test_secrets_of_the_wrong_kind_are_refused(setup: Setup, value: Any, code: str) -> None:
    unjudged = Administrator(setup.tenant, setup.admin.token, judged=False)
    assert inside(unjudged.put(f"{setup.base}/secrets", {"value": value})) == code


def test_patch_is_not_known_behind_graph(setup: Setup) -> None:
    unjudged = Administrator(setup.tenant, setup.admin.token, judged=False)
    for path in (f"{setup.job}/schema", f"{setup.base}/secrets", setup.job):
        refused = unjudged.patch(path, {})
        assert refused.status_code == 404
        assert "No HTTP resource was found" in refused.json()["error"]["message"]


def test_good_credentials_are_good_before_and_after_a_job_exists(setup: Setup) -> None:
    credentials = {"BaseAddress": setup.tenant_url, "SecretToken": setup.webex.token}
    assert setup.validate(**credentials).status_code == 204
    pairs = [{"key": key, "value": value} for key, value in credentials.items()]
    asked = {
        "applicationIdentifier": setup.principal["appId"],
        "templateId": "practiceWebex",
        "useSavedCredentials": False,
        "credentials": pairs,
    }
    early = setup.admin.post(f"{setup.base}/jobs/validateCredentials", asked)
    assert early.status_code == 204


def test_the_answer_of_webex_stands_inside_the_error(setup: Setup) -> None:
    prefix = "SystemForCrossDomainIdentityManagement"
    refused = setup.validate(BaseAddress=setup.tenant_url, SecretToken="wrong")
    error = refused.json()["error"]
    assert refused.status_code == 400
    assert error["code"] == f"{prefix}CredentialValidationFailure"
    assert f"Resource: {setup.tenant_url}/Users?filter=userName+eq+" in error["message"]
    assert "Response Status Code: Unauthorized" in error["message"]
    assert "valid access token" in error["message"].partition("Response Content: ")[2]


@pytest.mark.parametrize(
    ("fault", "code", "quoted"),
    [
        ("403", "CredentialValidationFailure", "Forbidden"),
        ("404", "CredentialValidationUnavailable", "NotFound"),
        ("503", "CredentialValidationUnavailable", "ServiceUnavailable"),
        ("html", "ServiceIncompatible", "Please sign in"),
        ("not-listresponse", "ServiceIncompatible", "not SCIM"),
    ],
)
def test_every_way_to_say_no_has_its_code(setup: Setup, fault: str, code: str, quoted: str) -> None:
    setup.tenant.misbehave("scim", fault, times=1)
    error = setup.validate(BaseAddress=setup.tenant_url, SecretToken=setup.webex.token).json()[
        "error"
    ]
    assert error["code"] == f"SystemForCrossDomainIdentityManagement{code}"
    assert quoted in error["message"]


def test_an_address_that_leads_nowhere_is_told_apart(setup: Setup) -> None:
    codes = [
        setup.validate(BaseAddress=address, SecretToken="x").json()["error"]["code"]
        for address in ("https://api.elsewhere.example/scim", "not an address", "")
    ]
    missing = "SystemForCrossDomainIdentityManagementInvalidCredentials"
    assert codes == ["CredentialValidationUnavailable", missing, missing]
    setup.tenant.misbehave("scim", "cut", times=1)
    cut = setup.validate(BaseAddress=setup.tenant_url, SecretToken=setup.webex.token)
    assert cut.json()["error"]["code"] == "CredentialValidationUnavailable"


def test_the_schema_is_put_as_a_whole_and_restored(setup: Setup) -> None:
    (before,) = setup.tenant.entra()["servicePrincipals"]
    schema = setup.schema()
    for mapping in schema["synchronizationRules"][0]["objectMappings"]:
        mapping["enabled"] = mapping["sourceObjectName"] == "User"
    assert setup.admin.put(f"{setup.job}/schema", schema).status_code == 204
    read = setup.schema()
    assert read["version"] != schema["version"]
    assert read | {"version": ""} == schema | {"version": ""}
    assert setup.admin.delete(f"{setup.job}/schema").status_code == 204
    (after,) = setup.tenant.entra()["servicePrincipals"]
    assert after["jobs"][0]["schema"] == before["jobs"][0]["schema"]


def test_what_is_left_out_of_a_schema_is_gone(setup: Setup) -> None:
    schema = setup.schema()
    del schema["directories"]
    del schema["provisioningTaskIdentifier"]
    assert setup.admin.put(f"{setup.job}/schema", schema).status_code == 204
    read = setup.schema()
    assert "provisioningTaskIdentifier" not in read
    assert "directories" not in read


def test_a_schema_that_cannot_work_is_refused(setup: Setup) -> None:
    unmatched, nonsense = setup.schema(), setup.schema()
    for schema, change in (
        (unmatched, {"matchingPriority": 0}),
        (nonsense, {"source": {"expression": "Nonsense(", "type": "Function"}}),
    ):
        mapping = schema["synchronizationRules"][0]["objectMappings"][0]
        mapping["attributeMappings"][0] |= change
    assert inside(setup.admin.put(f"{setup.job}/schema", unmatched)) == "InvalidSchema"
    assert inside(setup.admin.put(f"{setup.job}/schema", nonsense)) == "InvalidExpression"
    assert inside(setup.admin.put(f"{setup.job}/schema", {})) == "InvalidSchema"


def test_somebody_else_can_change_the_schema_in_between(setup: Setup) -> None:
    setup.tenant.misbehave("synchronization", "changed-by-another", times=1)
    first, second = setup.schema(), setup.schema()
    assert first["version"] != second["version"]
    assert "changed by another" in json.dumps(second)
    assert setup.schema() == second


def test_expressions_are_parsed_and_tried(setup: Setup) -> None:
    asked = {
        "expression": 'Replace([preferredLanguage], "-", , , "_", ,  )',
        "testInputObject": {
            "definition": None,
            "properties": [{"key": "preferredLanguage", "value": "EN-US"}],
        },
    }
    # The description forgot that a pair has a value; the documentation's own sample has one.
    unjudged = Administrator(setup.tenant, setup.admin.token, judged=False)
    told = unjudged.post(f"{setup.job}/schema/parseExpression", asked)
    assert answer_problems(told, setup.tenant.endpoints.entra.graph_base) == []
    answer = told.json()
    assert answer["evaluationResult"] == ["EN_US"]
    parsed = answer["parsedExpression"]
    assert [one["key"] for one in parsed["parameters"]] == ["source", "Find", "Replacement"]
    wrong = setup.admin.post(
        f"{setup.job}/schema/parseExpression", {"expression": "Replace([a]"}
    ).json()
    assert not wrong["parsingSucceeded"]
    assert wrong["error"]["code"] == "InvalidExpression"


def test_functions_and_operators_are_listed(setup: Setup) -> None:
    functions = setup.admin.values(f"{setup.job}/schema/functions")
    switch = next(one for one in functions if one["id"] == "Switch")
    assert switch["parameters"][-1]["allowMultipleOccurrences"]
    operators = setup.admin.values(f"{setup.job}/schema/filterOperators")
    assert {"EQUALS", "IS NULL"} <= {one["id"] for one in operators}
    directories = setup.admin.values(f"{setup.job}/schema/directories")
    one = setup.admin.get(f"{setup.job}/schema/directories/{directories[0]['id']}").json()
    assert one["name"] == "Azure Active Directory"


def test_one_person_is_matched_and_updated_on_demand(setup: Setup) -> None:
    setup.secrets()
    key, value = setup.on_demand(setup.assign("hana.sato"))
    assert key["result"] == "Success"
    assert value["action"] == "Update"
    changed = {one["displayName"]: one["newValue"] for one in value["modifiedProperties"]}
    assert set(changed) == {"externalId"}
    (person,) = setup.in_webex("hana.sato@practice.example")
    assert person["externalId"] == changed["externalId"]
    names = [step["name"] for step in value["provisioningSteps"]]
    assert names == [
        "EntryImport",
        "EntryImport",
        "EntrySynchronizationScoping",
        "EntryExportUpdate",
    ]
    again, value = setup.on_demand(changed["externalId"])
    assert again["details"]["errorCode"] == "RedundantExport"
    assert value["statusInfo"]["status"] == "Skipped"
    entries = setup.admin.values(
        "/auditLogs/provisioning", params={"$filter": f"jobId eq '{setup.job.split('/')[-1]}'"}
    )
    assert [one["provisioningStatusInfo"]["status"] for one in entries] == ["skipped", "success"]


def test_a_new_person_is_created_on_demand(setup: Setup) -> None:
    setup.secrets()
    (person,) = setup.in_webex("ivo.novak@practice.example")
    assert setup.webex.scim(f"/Users/{person['id']}", "DELETE").status_code == 204
    key, value = setup.on_demand(setup.assign("ivo.novak"))
    assert (key["result"], value["action"]) == ("Success", "Create")
    (created,) = setup.in_webex("ivo.novak@practice.example")
    assert created["active"] is True
    assert created["name"] == {"givenName": "Ivo", "familyName": "Novak"}
    assert created["id"] == value["targetIdentity"]["id"]


def test_who_is_not_assigned_or_not_in_scope_is_skipped(setup: Setup) -> None:
    setup.secrets()
    user = setup.admin.get("/users/ana.ruiz@practice.example").json()["id"]
    key, _ = setup.on_demand(user)
    assert key["details"]["errorCode"] == "NotEffectivelyEntitled"
    clause = {
        "operatorName": "EQUALS",
        "sourceOperandName": "department",
        "targetOperand": {"values": ["Sales"]},
    }
    schema = setup.schema()
    for mapping in schema["synchronizationRules"][0]["objectMappings"]:
        mapping["scope"] = {"groups": [{"name": "Sales only", "clauses": [clause]}]}
    setup.admin.put(f"{setup.job}/schema", schema)
    key, value = setup.on_demand(setup.assign("ana.ruiz"))
    assert key["details"]["errorCode"] == "NotEffectivelyEntitled"
    scoping = next(s for s in value["provisioningSteps"] if s["type"] == "Scoping")
    assert "department EQUALS 'Sales'" in scoping["details"]["ScopeEvaluationResult"]


def test_enterprise_attributes_and_typed_values_reach_webex(setup: Setup) -> None:
    setup.secrets()
    schema = setup.schema()
    mapping = schema["synchronizationRules"][0]["objectMappings"][1]
    for target, expression in {
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "[department]",
        'phoneNumbers[type eq "mobile"].value': '"+31 20 555 0000"',
        "title": 'Append([jobTitle], " (practice)")',
    }.items():
        source = setup.admin.post(
            f"{setup.job}/schema/parseExpression", {"expression": expression}
        ).json()["parsedExpression"]
        mapping["attributeMappings"].append(
            mapping["attributeMappings"][0]
            | {"targetAttributeName": target, "source": source, "matchingPriority": 0}
        )
    assert setup.admin.put(f"{setup.job}/schema", schema).status_code == 204
    key, value = setup.on_demand(setup.assign("jana.lindqvist"))
    assert key["result"] == "Success", value
    (person,) = setup.in_webex("jana.lindqvist@practice.example")
    assert person["title"].endswith(" (practice)")
    phones = {one["type"]: one["value"] for one in person["phoneNumbers"]}
    assert phones["mobile"] == "+31 20 555 0000"
    assert phones["work"] != phones["mobile"]


def test_a_group_brings_its_named_members(setup: Setup) -> None:
    setup.secrets()
    groups = {one["displayName"]: one["id"] for one in setup.admin.values("/groups")}
    members = setup.admin.values(f"/groups/{groups['Webex Pilot']}/members?$top=2")
    asked = {
        "principalId": groups["Webex Pilot"],
        "resourceId": setup.principal["id"],
        "appRoleId": setup.principal["appRoles"][0]["id"],
    }
    path = f"/servicePrincipals/{setup.principal['id']}/appRoleAssignedTo"
    assert setup.admin.post(path, asked).status_code == 201
    links = {"members": [{"objectId": m["id"], "objectTypeName": "User"} for m in members]}
    key, value = setup.on_demand(groups["Webex Pilot"], "Group", links=links)
    assert (key["result"], value["action"]) == ("Success", "Create")
    group = setup.webex.scim(f"/Groups/{value['targetIdentity']['id']}").json()
    assert len(group["members"]) == 2


def test_what_webex_refuses_is_told_on_demand(setup: Setup) -> None:
    setup.secrets(SecretToken=practice.sign_in(setup.tenant, "readonly@practice.example").token)
    key, value = setup.on_demand(setup.assign("kofi.mensah"))
    assert key["details"]["errorCode"] == "InsufficientRights"
    assert "Response Status Code: Forbidden" in value["statusInfo"]["reason"]
    assert value["provisioningSteps"][-1]["status"] == "Failure"


def test_a_run_on_demand_needs_one_rule_and_one_subject(setup: Setup) -> None:
    path = f"{setup.job}/provisionOnDemand"
    assert inside(setup.admin.post(path, {"parameters": []})) == "InvalidRequest"
    subject = {"objectId": "x", "objectTypeName": "User"}
    wrong = {"parameters": [{"ruleId": "unknown", "subjects": [subject]}]}
    assert inside(setup.admin.post(path, wrong)) == "InvalidRule"


def test_an_application_of_somebody_else_is_found_with_its_job(setup: Setup) -> None:
    setup.tenant.tell_entra(add_application="Webex of a colleague")
    found = setup.admin.values(
        "/servicePrincipals", params={"$filter": "displayName eq 'Webex of a colleague'"}
    )
    path = f"/servicePrincipals/{found[0]['id']}/synchronization/jobs"
    assert len(setup.admin.values(path)) == 1


def test_the_tenant_can_be_brought_back_to_what_it_was(setup: Setup) -> None:
    setup.tenant.reset_entra()
    empty = setup.tenant.entra() | {"now": ""}
    assert empty == {"now": "", "applications": [], "servicePrincipals": [], "logged": 0}


def test_the_whole_conversation_can_be_judged_afterwards(setup: Setup) -> None:
    setup.tenant.forget_requests()
    setup.secrets()
    setup.on_demand(setup.assign("olaf.hansen"))
    setup.tenant.misbehave("synchronization", "html", times=1)
    Administrator(setup.tenant, setup.admin.token, judged=False).get(setup.job)
    assert problems_of_traffic(setup.tenant) == []
    exchanges = setup.tenant.exchanges()
    assert len(exchanges) >= 5
    assert setup.webex.token not in repr(exchanges)
    assert setup.admin.token not in repr(exchanges)
    wrong = Administrator(setup.tenant, setup.admin.token, judged=False)
    wrong.get("/users?$expnd=manager")
    assert "$expnd" in problems_of_traffic(setup.tenant)[0]
