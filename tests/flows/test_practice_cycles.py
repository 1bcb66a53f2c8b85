"""What time does to a started job of the practice tenant; the tests move its clock."""

import json
from typing import Any

import pytest

from tests import practice
from tests.entra import Setup, set_up
from wizard.practice.process import PracticeTenant

HOUR = 3600


@pytest.fixture
def setup(tenant: PracticeTenant) -> Setup:
    """A job of its own for each test; who is in Webex stays, so each test has its own people."""
    tenant.reset_entra()
    setup = set_up(tenant)
    assert setup.secrets().status_code == 204
    return setup


def status(setup: Setup) -> dict[str, Any]:
    return dict(setup.admin.get(setup.job).json()["status"])


def start(setup: Setup) -> None:
    assert setup.admin.post(f"{setup.job}/start").status_code == 204


def restart(setup: Setup, scope: str) -> None:
    asked = {"criteria": {"resetScope": scope}}
    assert setup.admin.post(f"{setup.job}/restart", asked).status_code == 204


def logged(setup: Setup) -> list[tuple[str, str, str]]:
    """Return who was provisioned how, oldest first."""
    entries = setup.admin.values("/auditLogs/provisioning?$orderby=activityDateTime&$top=999")
    return [
        (
            entry["sourceIdentity"]["displayName"].partition("@")[0],
            entry["provisioningAction"],
            entry["provisioningStatusInfo"]["status"],
        )
        for entry in entries
    ]


def test_only_who_is_assigned_is_provisioned_and_written_down(setup: Setup) -> None:
    setup.assign("hana.sato")
    setup.assign("peter.former")
    start(setup)
    setup.tenant.tell_entra(advance=11)
    assert logged(setup) == [
        ("hana.sato", "update", "success"),
        ("peter.former", "update", "success"),
    ]
    query = "$filter=provisioningAction eq 'update' and provisioningStatusInfo/status eq 'success'"
    found = setup.admin.values(f"/auditLogs/provisioning?{query}")
    assert found[0]["jobId"] == setup.job.rpartition("/")[2]


def test_later_cycles_come_every_forty_minutes_and_find_what_changed(setup: Setup) -> None:
    user = setup.assign("kofi.mensah")
    start(setup)
    setup.tenant.tell_entra(advance=11)
    setup.tenant.tell_entra(change_user={"user": user, "displayName": "Another Name"})
    setup.tenant.tell_entra(advance=39 * 60)
    assert len(logged(setup)) == 1
    setup.tenant.tell_entra(advance=2 * 60)
    assert len(logged(setup)) == 2
    (person,) = setup.in_webex("kofi.mensah@practice.example")
    assert person["displayName"] == "Another Name"
    setup.tenant.tell_entra(advance=29 * 24 * HOUR)
    assert len(logged(setup)) == 2
    setup.tenant.tell_entra(advance=70 * 24 * HOUR)
    assert len(logged(setup)) == 0, "the log keeps thirty days"
    assert status(setup)["code"] == "Active"


def test_who_is_unassigned_is_switched_off(setup: Setup) -> None:
    setup.assign("lena.fischer")
    start(setup)
    setup.tenant.tell_entra(advance=11)
    path = f"/servicePrincipals/{setup.principal['id']}/appRoleAssignedTo"
    (assignment,) = setup.admin.values(path)
    setup.admin.delete(f"{path}/{assignment['id']}")
    setup.tenant.tell_entra(advance=41 * 60)
    assert logged(setup)[-1] == ("lena.fischer", "disable", "success")
    (person,) = setup.in_webex("lena.fischer@practice.example")
    assert person["active"] is False


def test_too_many_deletions_are_held_back_until_they_are_forced(setup: Setup) -> None:
    limit = {"DeleteThresholdEnabled": True, "DeleteThresholdValue": 2, "Enabled": False}
    setup.secrets(SyncNotificationSettings=json.dumps(limit | {"Recipients": ""}))
    users = [setup.assign(name) for name in ("marek.kowalski", "ivo.novak")]
    start(setup)
    setup.tenant.tell_entra(advance=11)
    for user in users:
        setup.tenant.tell_entra(change_user={"user": user, "accountEnabled": False})
    setup.tenant.tell_entra(advance=41 * 60)
    held = status(setup)
    assert held["code"] == "Quarantine"
    assert held["quarantine"]["reason"] == "TooManyDeletes"
    assert [action for _, action, _ in logged(setup)[-2:]] == ["stagedDelete"] * 2
    restart(setup, "ForceDeletes")
    assert status(setup)["code"] == "Active"
    assert [action for _, action, _ in logged(setup)[-2:]] == ["disable"] * 2
    setup.tenant.tell_entra(advance=41 * 60)
    assert status(setup)["code"] == "Active", "who is switched off already is not counted again"
    assert [action for _, action, _ in logged(setup)[-2:]] == ["disable"] * 2


def limited_to_one(setup: Setup) -> None:
    limit = {"DeleteThresholdEnabled": True, "DeleteThresholdValue": 1, "Enabled": False}
    setup.secrets(SyncNotificationSettings=json.dumps(limit | {"Recipients": ""}))


def test_deletions_that_were_held_back_are_forgotten_when_the_people_are_back(
    setup: Setup,
) -> None:
    limited_to_one(setup)
    user = setup.assign("sofia.rossi")
    start(setup)
    setup.tenant.tell_entra(advance=11)
    setup.tenant.tell_entra(change_user={"user": user, "accountEnabled": False})
    setup.tenant.tell_entra(advance=41 * 60)
    assert status(setup)["quarantine"]["reason"] == "TooManyDeletes"
    setup.tenant.tell_entra(change_user={"user": user, "accountEnabled": True})
    setup.tenant.tell_entra(advance=7 * HOUR)
    assert status(setup)["code"] == "Active"
    assert "disable" not in [action for _, action, _ in logged(setup)]


def test_who_falls_out_of_the_scoping_filter_counts_as_a_deletion(setup: Setup) -> None:
    limited_to_one(setup)
    setup.assign("tomas.svoboda")
    start(setup)
    setup.tenant.tell_entra(advance=11)
    schema = setup.schema()
    (mapping,) = (
        each
        for rule in schema["synchronizationRules"]
        for each in rule["objectMappings"]
        if each["sourceObjectName"] == "User"
    )
    clause = {
        "operatorName": "EQUALS",
        "sourceOperandName": "department",
        "targetOperand": {"values": ["Nobody's"]},
    }
    mapping["scope"] = {"groups": [{"name": "one", "clauses": [clause]}]}
    assert setup.admin.put(f"{setup.job}/schema", schema).status_code == 204
    assert status(setup)["quarantine"]["reason"] == "TooManyDeletes"


def test_a_dead_token_leads_into_quarantine_and_a_new_one_out(setup: Setup) -> None:
    setup.assign("nadia.haddad")
    start(setup)
    setup.tenant.tell_entra(advance=11)
    assert setup.webex.tokens_me("DELETE").status_code == 204
    setup.tenant.tell_entra(advance=41 * 60)
    told = status(setup)
    assert told["code"] == "Quarantine"
    assert told["quarantine"]["reason"] == "EncounteredQuarantineException"
    assert told["quarantine"]["error"]["code"].endswith("CredentialValidationFailure")
    assert "Response Status Code: Unauthorized" in told["quarantine"]["error"]["message"]
    setup.tenant.tell_entra(advance=7 * HOUR)
    assert status(setup)["quarantine"]["seriesCount"] == 2
    setup.webex = practice.sign_in(setup.tenant)
    setup.secrets()
    start(setup)
    assert status(setup)["code"] == "Active"


def test_quarantine_ends_by_itself_when_a_later_attempt_succeeds(setup: Setup) -> None:
    setup.tenant.misbehave("scim", "503")
    start(setup)
    assert status(setup)["quarantine"]["error"]["code"].endswith("ValidationUnavailable")
    setup.tenant.behave()
    assert status(setup)["code"] == "Quarantine"
    setup.tenant.tell_entra(advance=7 * HOUR)
    assert status(setup)["quarantine"] is None


def test_a_job_is_given_up_after_four_weeks_in_quarantine(setup: Setup) -> None:
    setup.secrets(SecretToken="wrong")
    start(setup)
    assert status(setup)["code"] == "Quarantine"
    setup.tenant.tell_entra(advance=29 * 24 * HOUR)
    assert setup.admin.get(setup.job).json()["schedule"]["state"] == "Disabled"


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("quarantine", "EncounteredQuarantineException"),
        ("quarantine-escrows", "EncounteredEscrowProportionThreshold"),
        ("quarantine-on-demand", "QuarantinedOnDemand"),
    ],
)
def test_quarantine_can_be_asked_for(setup: Setup, fault: str, reason: str) -> None:
    start(setup)
    setup.tenant.tell_entra(advance=11)
    setup.tenant.misbehave("synchronization", fault, times=1)
    assert status(setup)["quarantine"]["reason"] == reason
    restart(setup, "Watermark, Escrows, QuarantineState")
    assert status(setup)["quarantine"] is None


def test_a_paused_job_finishes_its_cycle_and_stands_still_until_it_is_started(
    setup: Setup,
) -> None:
    user = setup.assign("oscar.nilsson")
    start(setup)
    assert setup.admin.post(f"{setup.job}/pause").status_code == 204
    setup.tenant.tell_entra(advance=HOUR)
    assert status(setup)["code"] == "Paused"
    assert len(logged(setup)) == 1
    setup.tenant.tell_entra(change_user={"user": user, "displayName": "Another Name"})
    setup.tenant.tell_entra(advance=24 * HOUR)
    assert len(logged(setup)) == 1
    started = setup.tenant.entra()["now"]
    start(setup)
    setup.tenant.tell_entra(advance=1)
    (latest,) = setup.admin.values("/auditLogs/provisioning?$orderby=activityDateTime desc&$top=1")
    assert latest["activityDateTime"] >= started
    assert len(logged(setup)) == 2


def test_a_mapping_that_cannot_be_worked_out_is_an_error_of_each_person_not_of_the_tenant(
    setup: Setup,
) -> None:
    setup.assign("oscar.nilsson")
    schema = setup.schema()
    for rule in schema["synchronizationRules"]:
        for mapping in rule["objectMappings"]:
            for attribute in mapping["attributeMappings"]:
                if attribute["targetAttributeName"] == "displayName":
                    expression = 'Replace([displayName], , "(", , "", , )'
                    attribute["source"] = {"expression": expression}
    assert setup.admin.put(f"{setup.job}/schema", schema).status_code == 204
    start(setup)
    setup.tenant.tell_entra(advance=11)
    assert status(setup)["lastExecution"]["state"] == "EntryLevelErrors"
    assert logged(setup)[-1][2] == "failure"


def test_a_full_restart_looks_at_everybody_again(setup: Setup) -> None:
    setup.assign("petra.horvat")
    start(setup)
    setup.tenant.tell_entra(advance=11)
    restart(setup, "Full")
    assert status(setup)["code"] == "NotRun"
    setup.tenant.tell_entra(advance=11)
    assert logged(setup)[-1] == ("petra.horvat", "other", "skipped")
    refused = setup.admin.post(f"{setup.job}/restart", {"criteria": {"resetScope": "Everything"}})
    assert refused.status_code == 400


def test_a_new_schema_begins_with_an_initial_cycle(setup: Setup) -> None:
    start(setup)
    setup.tenant.tell_entra(advance=11)
    assert status(setup)["code"] == "Active"
    setup.admin.put(f"{setup.job}/schema", setup.schema())
    assert status(setup)["code"] == "NotRun"


def test_a_person_webex_does_not_take_is_an_error_of_that_person(setup: Setup) -> None:
    user = setup.assign("quinn.murphy")
    setup.tenant.tell_entra(change_user={"user": user, "userPrincipalName": "not.in.webex"})
    start(setup)
    setup.tenant.misbehave("scim", "409", method="POST")
    setup.tenant.tell_entra(advance=11)
    done = status(setup)["lastExecution"]
    assert (done["state"], done["countEscrowed"]) == ("EntryLevelErrors", 1)
    (entry,) = setup.admin.values("/auditLogs/provisioning")
    error = entry["provisioningStatusInfo"]["errorInformation"]
    assert error["errorCode"] == "EntryConflict"


def test_a_job_without_credentials_is_not_configured(setup: Setup) -> None:
    setup.admin.put(f"{setup.base}/secrets", {"value": []})
    start(setup)
    told = status(setup)
    assert told["code"] == "NotConfigured"
    assert told["quarantine"]["error"]["code"].endswith("InvalidCredentials")


def test_what_administrators_did_is_in_the_audit_log(setup: Setup) -> None:
    start(setup)
    setup.admin.post(f"{setup.job}/pause")
    done = [
        entry["activityDisplayName"] for entry in setup.admin.values("/auditLogs/directoryAudits")
    ]
    assert done == [
        "Disable/pause provisioning configuration",
        "Enable/start provisioning configuration",
        "Update provisioning setting or credentials",
    ]


def test_an_initial_cycle_takes_its_time(setup: Setup) -> None:
    # The last test of this file: it changes everybody in Webex.
    setup.secrets(SyncAll="true")
    start(setup)
    assert status(setup)["code"] == "NotRun"
    setup.tenant.tell_entra(advance=20)
    (progress,) = status(setup)["progress"]
    assert 0 < progress["completedUnits"] < progress["totalUnits"]
    setup.tenant.tell_entra(advance=60)
    done = status(setup)
    assert done["code"] == "Active"
    assert done["progress"] == []
    assert done["lastExecution"]["countImported"] == progress["totalUnits"]
    assert done["steadyStateFirstAchievedTime"] > "2026"
    counted = {one["key"]: one["value"] for one in done["synchronizedEntryCountByType"]}
    assert counted["User"] > 60


def test_whoever_is_deleted_in_the_directory_is_switched_off(setup: Setup) -> None:
    setup.tenant.tell_entra(people=[{"userPrincipalName": "zoe.gone@practice.example"}])
    setup.assign("zoe.gone")
    start(setup)
    setup.tenant.tell_entra(advance=11)
    setup.tenant.tell_entra(delete_user="zoe.gone@practice.example")
    assert setup.admin.get("/users/zoe.gone@practice.example").status_code == 404
    setup.tenant.tell_entra(advance=41 * 60)
    (deleted,) = setup.admin.values("/directory/deletedItems/microsoft.graph.user")
    renamed = deleted["userPrincipalName"]
    assert renamed == f"{deleted['id'].replace('-', '')}zoe.gone@practice.example"
    assert logged(setup) == [
        ("zoe.gone", "create", "success"),
        (renamed.partition("@")[0], "disable", "success"),
    ]
    (person,) = setup.in_webex(renamed)
    assert person["active"] is False
    setup.tenant.tell_entra(advance=30 * 24 * 60 * 60)
    assert [action for _, action, _ in logged(setup)] == ["delete"], "the rest is forgotten"
    assert setup.in_webex(renamed) == []
    assert setup.admin.values("/directory/deletedItems/microsoft.graph.user") == []


def test_whoever_comes_back_is_switched_on_again_under_another_name(setup: Setup) -> None:
    setup.tenant.tell_entra(people=[{"userPrincipalName": "yan.old@practice.example"}])
    user = setup.assign("yan.old")
    start(setup)
    setup.tenant.tell_entra(advance=11)
    setup.tenant.tell_entra(change_user={"user": user, "accountEnabled": False})
    setup.tenant.tell_entra(advance=41 * 60)
    renamed = "yan.new@practice.example"
    back = {"user": user, "accountEnabled": True, "userPrincipalName": renamed}
    setup.tenant.tell_entra(change_user=back)
    setup.tenant.tell_entra(advance=41 * 60)
    assert [action for _, action, _ in logged(setup)] == ["create", "disable", "update"]
    (person,) = setup.in_webex(renamed)
    assert person["active"] is True
    assert setup.in_webex("yan.old@practice.example") == []


def test_a_group_goes_along_with_its_direct_members_that_are_there(setup: Setup) -> None:
    setup.tenant.tell_entra(
        people=[{"userPrincipalName": f"of.{name}@practice.example"} for name in ("one", "two")],
    )
    ids = [
        setup.admin.get(f"/users/of.{name}@practice.example").json()["id"]
        for name in ("one", "two")
    ]
    inner = {"displayName": "Inner", "id": "1a2b3c4d-0000-4000-8000-000000000001"}
    outer = {"displayName": "Outer", "id": "1a2b3c4d-0000-4000-8000-000000000002"}
    setup.tenant.tell_entra(
        groups=[inner | {"members": ids[1:]}, outer | {"members": [ids[0], inner["id"]]}]
    )
    path = f"/servicePrincipals/{setup.principal['id']}/appRoleAssignedTo"
    role = setup.principal["appRoles"][0]["id"]
    asked = {"principalId": outer["id"], "resourceId": setup.principal["id"], "appRoleId": role}
    assert setup.admin.post(path, asked).status_code == 201
    start(setup)
    setup.tenant.tell_entra(advance=11)
    assert logged(setup) == [
        ("of.one", "create", "success"),
        ("Outer", "create", "success"),
    ]
    (group,) = [one for one in setup.tenant.webex()["groups"] if one["displayName"] == "Outer"]
    (person,) = setup.in_webex("of.one@practice.example")
    assert [member["value"] for member in group["members"]] == [person["id"]]
