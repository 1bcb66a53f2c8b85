"""A practice tenant that goes on where an earlier one ended."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.entra import administrator, set_up
from tests.practice_here import PracticeHere
from wizard.practice.process import PracticeTenant


def test_a_later_practice_finds_the_directory_as_it_was_left(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    with PracticeTenant.start(state=file) as tenant:
        setup = set_up(tenant)
        setup.secrets()
        setup.assign("ana.ruiz")
        setup.admin.post(f"{setup.job}/start")
        tenant.tell_entra(advance=3600, change_user={"user": "ana.ruiz@practice.example"})
        before = tenant.entra()
    with PracticeTenant.start(state=file) as tenant:
        after = tenant.entra()
    assert after["applications"] == before["applications"]
    assert undigested(after) == undigested(before)
    assert after["now"] >= before["now"]
    assert file.stat().st_mode & 0o777 == 0o600


def undigested(state: dict[str, Any]) -> list[Any]:
    """Return the service principals without the secrets, of which one is an address."""
    return [each | {"secrets": set(each["secrets"])} for each in state["servicePrincipals"]]


def test_provisioning_goes_on_although_the_practice_webex_has_moved(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    with PracticeHere(state=file) as tenant:
        setup = set_up(tenant)
        setup.secrets()
        setup.assign("ana.ruiz")
        path = setup.job
    with PracticeHere(state=file) as tenant:
        admin = administrator(tenant)
        saved = admin.values(path.partition("/jobs/")[0] + "/secrets")
        addresses = [each["value"] for each in saved if each["key"] == "BaseAddress"]
        assert addresses == [tenant.endpoints.tenant_url(tenant.organization_id)]
        admin.post(f"{path}/start")
        tenant.tell_entra(advance=3600)
        assert admin.get(path).json()["status"]["code"] == "Active"


def test_who_was_provisioned_is_there_in_every_later_practice(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    with PracticeHere(state=file) as tenant:
        seeded = names(tenant)
        setup = set_up(tenant)
        setup.secrets()
        setup.assign("ana.ruiz")
        setup.admin.post(f"{setup.job}/start")
        tenant.tell_entra(advance=3600)
        setup.admin.get(setup.job)
        before = tenant.webex()
    assert names_in(before) == seeded | {"ana.ruiz@practice.example"}
    for _ in range(2):  # also where nobody asked for Webex in between
        with PracticeHere(state=file) as tenant:
            tenant.tell_entra(advance=1)
    with PracticeHere(state=file) as tenant:
        after = tenant.webex()
        assert [unversioned(each) for each in after["users"]] == [
            unversioned(each) for each in before["users"]
        ]
        # Entra still knows whom it has written, and finds nothing to do.
        tenant.tell_entra(advance=7200)
        administrator(tenant).get(setup.job)
        assert names(tenant) == names_in(before)


def test_who_came_to_webex_another_way_is_there_in_a_later_practice(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    with PracticeHere(state=file) as tenant:
        tenant.fill_webex([{"userName": "new@practice.example", "active": True}])
    with PracticeHere(state=file) as tenant:
        assert "new@practice.example" in names(tenant)


@pytest.mark.parametrize("webex", [[{}], [{"meta": {"resourceType": "Car"}}], [7], {"a": 1}, 7])
def test_a_webex_that_is_none_of_ours_begins_anew(tmp_path: Path, webex: Any) -> None:
    file = tmp_path / "tenant.state"
    with PracticeHere(state=file) as tenant:
        seeded = names(tenant)
        tenant.tell_entra(advance=1)
    kept = json.loads(file.read_text())
    del kept["check"]
    file.write_text(json.dumps(kept | {"webex": webex}))
    with PracticeHere(state=file) as tenant:
        assert names(tenant) == seeded


def names(tenant: PracticeTenant) -> set[str]:
    return names_in(tenant.webex())


def names_in(webex: dict[str, Any]) -> set[str]:
    return {user["userName"] for user in webex["users"]}


def unversioned(user: dict[str, Any]) -> dict[str, Any]:
    """Return somebody without the version, which is counted anew."""
    return user | {"meta": {**user["meta"], "version": ""}}


def test_a_cycle_that_somebody_saw_has_the_same_log_in_every_later_practice(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    with PracticeHere(state=file) as tenant:
        setup = set_up(tenant)
        setup.secrets()
        setup.assign("ana.ruiz")
        setup.admin.post(f"{setup.job}/start")
    kept = json.loads(file.read_text())
    del kept["check"]
    file.write_text(json.dumps(kept | {"ahead": "PT60S"}))  # nobody looks for a minute
    logs = []
    for _ in range(3):
        with PracticeHere(state=file) as tenant:
            admin = administrator(tenant)
            assert admin.get(setup.job).status_code == 200
            logs.append(admin.values("/auditLogs/provisioning"))
    assert len(logs[0]) == 1
    assert logs[0] == logs[1] == logs[2]


def test_no_token_is_in_the_file_and_what_it_grants_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    foreign = "a-real-token-that-somebody-took-along"
    with PracticeHere(state=file) as tenant:
        setup = set_up(tenant)
        setup.secrets()
        assert setup.webex.token not in file.read_text()
    with PracticeHere(state=file) as tenant:
        admin = administrator(tenant)
        check = f"{setup.job}/validateCredentials"
        assert admin.post(check, {"useSavedCredentials": True}).status_code == 204
        admin.put(f"{setup.base}/secrets", {"value": [{"key": "SecretToken", "value": foreign}]})
        assert foreign not in file.read_text()
        assert admin.values(f"{setup.base}/secrets") == [{"key": "SecretToken", "value": "*"}]


def test_a_file_of_an_earlier_version_goes_on_and_loses_its_token(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    with PracticeHere(state=file) as tenant:
        setup = set_up(tenant)
        setup.secrets()
    kept = json.loads(file.read_text())
    del kept["check"]
    for principal in kept["directory"]["service_principals"].values():
        if "SecretToken" in principal["secrets"]:
            principal["secrets"]["SecretToken"] = setup.webex.token
    file.write_text(json.dumps(kept))
    with PracticeHere(state=file) as tenant:
        assert tenant.entra()["applications"]
        assert setup.webex.token not in file.read_text()
        check = f"{setup.job}/validateCredentials"
        answer = administrator(tenant).post(check, {"useSavedCredentials": True})
        assert answer.status_code == 204


def test_a_damaged_file_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "tenant.state"
    file.write_text('{"directory": {"tenant_id": 7}}')
    with PracticeHere(state=file) as tenant:
        assert tenant.entra()["applications"] == []
        tenant.entra()
    assert file.with_name("tenant.state.damaged-1").read_text().startswith('{"directory"')


def test_without_a_file_everything_is_forgotten(tmp_path: Path) -> None:
    with PracticeHere() as tenant:
        set_up(tenant)
    with PracticeHere() as tenant:
        assert tenant.entra()["applications"] == []
