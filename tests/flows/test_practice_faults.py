"""The practice tenant misbehaves exactly as it is told to."""

import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.practice import NOBODY, PATCH_TITLE, Asker, authorization_url, decoded, outcome, sign_in
from wizard.errors import AuthorizationError, InvalidInput
from wizard.practice.process import PracticeTenant
from wizard.practice.visitor import complete
from wizard.practice.webex.accounts import OTHER_ORGANIZATION_ID


@pytest.mark.parametrize("where", ["people", "identity", "tokens", "scim"])
@pytest.mark.parametrize("status", [401, 403, 404, 409, 429, 500, 503])
def test_a_status_is_answered_as_often_as_asked(
    tenant: PracticeTenant, where: str, status: int
) -> None:
    admin = sign_in(tenant)
    tenant.misbehave(where, str(status), retry_after=1, times=2)
    answers = [admin.at(where) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].headers["retry-after"] == "1"


@pytest.mark.parametrize(
    ("shape", "place"),
    [
        ("rest", ("errors", 0, "description")),
        ("ci", ("error", "message", 0, "description")),
        ("scim", ("detail",)),
        ("oauth", ("error_description",)),
    ],
)
def test_an_error_comes_in_the_shape_asked_for(
    tenant: PracticeTenant, shape: str, place: tuple[str | int, ...]
) -> None:
    admin = sign_in(tenant)
    tenant.misbehave("scim", "403", shape=shape)
    part = admin.at("scim").json()
    for step in place:
        part = part[step]
    assert part == "The account is not allowed to do this."


@pytest.mark.parametrize("where", ["people", "identity", "tokens", "scim"])
@pytest.mark.parametrize("fault", ["expired", "revoked"])
def test_a_token_is_answered_as_dead(tenant: PracticeTenant, where: str, fault: str) -> None:
    admin = sign_in(tenant)
    tenant.misbehave(where, fault, times=1)
    assert admin.at(where).status_code == 401
    assert admin.at(where).status_code == 200


@pytest.mark.parametrize("where", ["people", "identity", "tokens", "scim"])
def test_answers_can_be_html_empty_cut_or_hostile(tenant: PracticeTenant, where: str) -> None:
    admin = sign_in(tenant)
    tenant.misbehave(where, "html", times=1)
    assert admin.at(where).text.startswith("<!doctype html>")
    tenant.misbehave(where, "empty", times=1)
    assert admin.at(where).content == b""
    tenant.misbehave(where, "cut", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        admin.at(where)
    tenant.misbehave(where, "hostile", times=1)
    hostile = json.dumps(admin.at(where).json(), ensure_ascii=False)
    assert "[@click=app.quit]" in hostile
    assert "practice.example" not in hostile
    assert admin.at(where).status_code == 200


@pytest.mark.parametrize("where", ["people", "identity", "tokens", "scim"])
def test_an_answer_can_be_slow(tenant: PracticeTenant, where: str) -> None:
    admin = sign_in(tenant)
    tenant.misbehave(where, "slow", seconds=60, times=1)
    with pytest.raises(httpx.ReadTimeout):  # it is waited for ten seconds at most
        admin.at(where)
    assert admin.at(where).status_code == 200


def test_a_fault_can_wait_for_one_method(tenant: PracticeTenant) -> None:
    admin = sign_in(tenant)
    tenant.misbehave("scim", "503", method="PATCH")
    assert admin.at("scim").status_code == 200
    assert admin.scim(f"/Users/{NOBODY}", "PATCH", json=PATCH_TITLE).status_code == 503


def test_scim_can_answer_with_something_else(tenant: PracticeTenant) -> None:
    admin = sign_in(tenant)
    tenant.misbehave("scim", "not-listresponse")
    answer = admin.at("scim")
    assert answer.status_code == 200
    assert "Resources" not in answer.json()


def test_the_organization_can_be_the_wrong_one(tenant: PracticeTenant) -> None:
    admin = sign_in(tenant)
    for where in ("people", "identity", "scim"):
        tenant.misbehave(where, "wrong-organization")
    assert decoded(admin.people_me().json()["orgId"]).endswith(OTHER_ORGANIZATION_ID)
    assert admin.identity_me().json()["meta"]["organizationID"] == OTHER_ORGANIZATION_ID
    assert admin.at("scim").status_code == 403
    tenant.misbehave("authorization", "wrong-organization")
    assert sign_in(tenant).token.endswith(OTHER_ORGANIZATION_ID)


def test_roles_can_be_missing_or_opaque(tenant: PracticeTenant) -> None:
    admin = sign_in(tenant)
    for where in ("people", "identity"):
        tenant.misbehave(where, "no-roles", times=1)
        tenant.misbehave(where, "opaque-roles", times=1)
    assert "roles" not in admin.people_me().json()
    assert "admin" not in decoded(admin.people_me().json()["roles"][0])
    assert "roles" not in admin.identity_me().json()
    assert "admin" not in admin.identity_me().json()["roles"][0]


@pytest.mark.parametrize("fault", ["expired", "revoked"])
def test_an_issued_token_can_be_dead_on_arrival(tenant: PracticeTenant, fault: str) -> None:
    tenant.misbehave("authorization", fault, times=1)
    assert sign_in(tenant).people_me().status_code == 401
    assert sign_in(tenant).people_me().status_code == 200


def test_less_can_be_granted_than_asked(tenant: PracticeTenant) -> None:
    tenant.misbehave("authorization", "granted-less")
    admin = sign_in(tenant)
    assert admin.people_me().status_code == 200
    assert admin.at("scim").status_code == 403
    location = complete(authorization_url(tenant), "admin@practice.example", send=tenant.send).url
    assert outcome(urlsplit(location).fragment)["scope"] == "spark:people_read"


def test_the_redirect_can_be_odd(tenant: PracticeTenant) -> None:
    url, account = authorization_url(tenant), "admin@practice.example"
    tenant.misbehave("authorization", "deny-in-fragment", times=1)
    denied = urlsplit(complete(url, account, decline=True, send=tenant.send).url)
    assert outcome(denied.fragment)["error"] == "access_denied"
    assert not denied.query
    tenant.misbehave("authorization", "no-expires-in", times=1)
    assert "expires_in" not in outcome(
        urlsplit(complete(url, account, send=tenant.send).url).fragment
    )
    tenant.misbehave("authorization", "success-in-query-too", times=1)
    both = urlsplit(complete(url, account, send=tenant.send).url)
    assert outcome(both.query)["state"] == outcome(both.fragment)["state"] == "state-1"
    assert "access_token" not in outcome(both.query)
    tenant.misbehave("authorization", "hostile", times=1)
    hostile = complete(url, account, decline=True, send=tenant.send).url
    assert "[@click=app.quit]" in outcome(urlsplit(hostile).query)["error_description"]


def test_the_sign_in_itself_can_fail(tenant: PracticeTenant) -> None:
    for fault in ("503", "html", "empty", "cut"):
        tenant.misbehave("authorization", fault, times=1)
        with pytest.raises(AuthorizationError):
            complete(authorization_url(tenant), "admin@practice.example", send=tenant.send)


@pytest.mark.parametrize(
    "fault",
    [
        {"where": "moon", "fault": "429"},
        {"where": "scim", "fault": "opaque-roles"},
        {"where": "scim", "fault": "429", "times": 0},
        {"where": "scim", "fault": "429", "shape": "round"},
        {"where": "scim", "fault": "slow", "seconds": -1},
        {"where": "scim", "fault": "slow", "seconds": "soon"},
        {"where": "scim", "fault": "slow", "color": "red"},
    ],
)
def test_a_fault_that_does_not_exist_is_refused(
    tenant: PracticeTenant, fault: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        tenant.misbehave(**fault)


def test_faults_can_be_set_over_plain_http(tenant: PracticeTenant) -> None:
    document = {"where": "scim", "fault": "429", "retry_after": 1, "times": 2}
    url = f"{tenant.base_url}/practice/faults"
    control = Asker(tenant, "")
    assert control.ask(url, "POST", json=document).json()["faults"][0]["fault"] == "429"
    assert control.ask(url, "DELETE").json()["faults"] == []
