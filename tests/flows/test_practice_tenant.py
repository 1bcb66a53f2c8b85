"""The practice tenant as a real process, asked over real sockets."""

from urllib.parse import quote, urlsplit

import pytest

from tests.practice import NOBODY, PATCH_TITLE, Asker, authorization_url, decoded, outcome, sign_in
from wizard.errors import AuthorizationError
from wizard.practice.process import PracticeTenant
from wizard.practice.visitor import complete
from wizard.practice.webex.accounts import OTHER_ORGANIZATION_ID


def test_signing_in_returns_a_token_in_the_fragment(tenant: PracticeTenant) -> None:
    wrapper = tenant.endpoints.webex.login_wrapper
    url = wrapper + quote(authorization_url(tenant), safe="")
    location = complete(url, "admin@practice.example", send=tenant.send).url
    got = outcome(urlsplit(location).fragment)
    assert location.startswith("http://localhost:3000/auth/code#access_token=")
    assert got["access_token"].endswith(f"_PF84_{tenant.organization_id}")
    assert got["expires_in"] == "3887999"
    assert got["token_type"] == "Bearer"
    assert got["scope"] == tenant.endpoints.webex.scope
    assert got["state"] == "state-1"


def test_declining_comes_back_in_the_query(tenant: PracticeTenant) -> None:
    location = complete(
        authorization_url(tenant), "admin@practice.example", decline=True, send=tenant.send
    ).url
    got = outcome(urlsplit(location).query)
    assert got["error"] == "access_denied"
    assert got["error_description"]
    assert got["state"] == "state-1"
    assert not urlsplit(location).fragment


@pytest.mark.parametrize(
    "changes",
    [{"client_id": "C00"}, {"redirect_uri": "http://localhost:3001/auth/code"}],
)
def test_a_wrong_client_or_redirect_ends_on_an_error_page(
    tenant: PracticeTenant, changes: dict[str, str]
) -> None:
    answer = Asker(tenant, "").ask(authorization_url(tenant, **changes))
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert "location" not in answer.headers
    with pytest.raises(AuthorizationError):
        complete(authorization_url(tenant, **changes), "admin@practice.example", send=tenant.send)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "code"}, "unsupported_response_type"),
        ({"scope": "spark:all"}, "invalid_scope"),
    ],
)
def test_a_request_out_of_order_is_sent_back_with_its_error(
    tenant: PracticeTenant, changes: dict[str, str], error: str
) -> None:
    location = complete(
        authorization_url(tenant, **changes), "admin@practice.example", send=tenant.send
    ).url
    assert outcome(urlsplit(location).query)["error"] == error


def test_the_login_wrapper_leads_nowhere_else(tenant: PracticeTenant) -> None:
    wrapper = tenant.endpoints.webex.login_wrapper
    for goto in ("https://evil.example/", f"{tenant.base_url}.evil.example/", "//evil.example/"):
        answer = Asker(tenant, "").ask(wrapper + quote(goto, safe=""))
        assert answer.status_code == 400
        assert "location" not in answer.headers


def test_the_pages_say_practice_and_need_no_script(tenant: PracticeTenant) -> None:
    answer = Asker(tenant, "").ask(authorization_url(tenant, state='"><script>x</script>'))
    assert "PRACTICE" in answer.text
    assert 'id="sign-in"' in answer.text
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "form-action 'self' http://localhost:3000" in answer.headers["content-security-policy"]


def test_an_unknown_account_is_asked_again(tenant: PracticeTenant) -> None:
    with pytest.raises(AuthorizationError):
        complete(authorization_url(tenant), "nobody@practice.example", send=tenant.send)
    assert [request.status for request in tenant.requests()][:2] == [200, 200]


def test_the_visitor_never_leaves_this_machine() -> None:
    with pytest.raises(AuthorizationError):
        complete("https://idbroker.example/idb/oauth2/v1/authorize", "a@b.example")


def test_the_account_is_known_to_people_and_identity(tenant: PracticeTenant) -> None:
    admin = sign_in(tenant)
    person = admin.people_me().json()
    assert decoded(person["orgId"]) == f"ciscospark://us/ORGANIZATION/{tenant.organization_id}"
    assert [decoded(role) for role in person["roles"]] == ["ciscospark://us/ROLE/id_full_admin"]
    assert person["emails"] == ["admin@practice.example"]
    user = admin.identity_me().json()
    assert user["roles"] == ["id_full_admin"]
    assert user["meta"]["organizationID"] == tenant.organization_id
    assert "roles" not in sign_in(tenant, "user@practice.example").people_me().json()


def test_the_token_can_be_listed_and_revoked(tenant: PracticeTenant) -> None:
    admin, other = sign_in(tenant), sign_in(tenant)
    listed = admin.tokens_me().json()["data"]
    ours = [t for t in listed if t["client_id"] == tenant.endpoints.webex.client_id]
    assert ours[0]["oauth2scope"] == tenant.endpoints.webex.scope.split()
    assert 3_887_000 < ours[0]["expires_in"] <= 3_887_999
    assert admin.tokens_me("DELETE").status_code == 204
    assert [admin.at(w).status_code for w in ("people", "identity", "tokens", "scim")] == [401] * 4
    assert other.people_me().status_code == 200


def test_a_user_nobody_has_gives_an_empty_listresponse(tenant: PracticeTenant) -> None:
    answer = sign_in(tenant).scim("/Users", params={"filter": f'userName eq "{NOBODY}"'})
    assert answer.status_code == 200
    assert answer.json()["totalResults"] == 0
    assert answer.json()["Resources"] == []


def test_pages_cover_everybody_once(tenant: PracticeTenant) -> None:
    admin, names, start, total = sign_in(tenant), [], 1, 1
    while start <= total:
        page = admin.scim(f"/Users?startIndex={start}&count=20").json()
        total = page["totalResults"]
        names += [user["userName"] for user in page["Resources"]]
        start += page["itemsPerPage"]
    assert len(names) == len(set(names)) == total >= 60
    assert "siobhan.o'brien@practice.example" in names
    assert "Casey.Upper@Practice.Example" in names


def test_a_user_can_be_created_found_changed_and_deleted(tenant: PracticeTenant) -> None:
    admin = sign_in(tenant)

    def titles() -> list[str | None]:
        """What the list shows of that person."""
        shown = admin.scim("/Users?count=100").json()["Resources"]
        return [one.get("title") for one in shown if one["userName"] == user["userName"]]

    user = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": "new.person@practice.example",
        "active": True,
    }
    assert titles() == []
    made = admin.scim("/Users", "POST", json=user)
    assert made.status_code == 201
    assert admin.scim("/Users", "POST", json=user).status_code == 409
    place = f"/Users/{made.json()['id']}"
    assert titles() == [None]
    assert admin.scim(place, "PATCH", json=PATCH_TITLE).status_code in {200, 204}
    assert admin.scim(place).json()["title"] == "Lead"
    assert titles() == ["Lead"]
    assert admin.scim(place, "DELETE").status_code == 204
    assert titles() == []
    assert admin.scim(place).status_code == 404


def test_roles_decide_what_scim_allows(tenant: PracticeTenant) -> None:
    somebody = sign_in(tenant).scim("/Users?count=1").json()["Resources"][0]["id"]
    allowed = {}
    for name in ("admin", "useradmin", "readonly", "user"):
        asker = sign_in(tenant, f"{name}@practice.example")
        write = asker.scim(f"/Users/{somebody}", "PATCH", json=PATCH_TITLE).status_code
        allowed[name] = (asker.scim("/Users?count=1").status_code, write)
    assert allowed == {
        "admin": (200, 204),
        "useradmin": (200, 204),
        "readonly": (200, 403),
        "user": (403, 403),
    }


def test_scim_refuses_wrong_tokens_and_organizations(tenant: PracticeTenant) -> None:
    scim_base = tenant.endpoints.webex.scim_base
    admin, stranger = sign_in(tenant), sign_in(tenant, "admin@other.example")
    assert Asker(tenant, "").scim("/Users").status_code == 401
    assert Asker(tenant, "made-up").scim("/Users").status_code == 401
    assert stranger.scim("/Users").status_code == 403
    assert admin.ask(f"{scim_base}/{OTHER_ORGANIZATION_ID}/Users").status_code == 403
    assert admin.ask(f"{scim_base}/{NOBODY}/Users").status_code == 404
    assert Asker(tenant, "").scim("/Users").headers["www-authenticate"].startswith("Bearer")


def test_every_answer_has_a_tracking_id(tenant: PracticeTenant) -> None:
    admin = sign_in(tenant)
    answers = [admin.at(where) for where in ("people", "identity", "tokens", "scim")]
    answers += [Asker(tenant, "").ask(f"{tenant.base_url}/nowhere")]
    assert all(answer.headers["trackingid"] for answer in answers)
    assert answers[-1].json()["trackingId"] == answers[-1].headers["trackingid"]


def test_the_record_names_requests_and_accounts_but_no_token(tenant: PracticeTenant) -> None:
    admin = sign_in(tenant)
    admin.people_me()
    admin.ask(f"{tenant.base_url}/nowhere?access_token={admin.token}")
    people_me, nowhere = tenant.requests()[-2:]
    assert (people_me.method, people_me.target, people_me.status) == ("GET", "/v1/people/me", 200)
    assert people_me.account == "admin@practice.example"
    assert admin.token not in nowhere.target


def test_the_tenant_says_exactly_what_the_table_of_hosts_wants(tenant: PracticeTenant) -> None:
    addresses = {
        name: value
        for name, value in vars(tenant.endpoints.webex).items()
        if name not in {"client_id", "scope"}
    }
    assert all(value.startswith(tenant.base_url) for value in addresses.values())
    assert tenant.accounts[0].email == "admin@practice.example"


def test_the_people_include_the_awkward_ones(tenant: PracticeTenant) -> None:
    users = sign_in(tenant).scim("/Users?count=100").json()["Resources"]
    assert any(not user["active"] for user in users)
    assert any("familyName" not in user.get("name", {}) for user in users)
    assert any(len(user["displayName"]) >= 250 for user in users)
    assert any(user["userName"].endswith("@partner.example") for user in users)
    assert any("\N{COMBINING DIAERESIS}" in user["displayName"] for user in users)
    assert any("\N{HEBREW LETTER YOD}" in user["displayName"] for user in users)
    assert len({user["id"] for user in users}) == len(users)
