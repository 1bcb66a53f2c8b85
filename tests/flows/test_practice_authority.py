"""The practice authority as MSAL meets it, and as a browser does."""

import base64
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import msal  # type: ignore[import-untyped]  # MSAL ships no types
import pytest
import requests

from tests.entra import (
    ADMIN,
    CLIENT,
    REDIRECT,
    TENANT,
    Administrator,
    administrator,
    authorization_url,
    brought_back,
    query_of,
    redeem,
    token_request,
)
from wizard.errors import AuthorizationError
from wizard.practice.process import PracticeTenant
from wizard.practice.visitor import complete

SCOPES = ["Application.ReadWrite.All", "User.Read"]


@pytest.fixture(scope="module")
def running() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as tenant:
        yield tenant


def client(tenant: PracticeTenant, where: str = "organizations", **options: Any) -> Any:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(tenant.certificate())
    return msal.PublicClientApplication(
        CLIENT,
        authority=f"{tenant.endpoints.entra.authority}/{where}",
        instance_discovery=tenant.endpoints.entra.validate_authority,
        http_client=session,
        **options,
    )


def signed_in(app: Any, account: str = ADMIN, **options: Any) -> dict[str, Any]:
    flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=REDIRECT, **options)
    landing = complete(flow["auth_uri"], account)
    pairs = httpx.QueryParams(query_of(landing))
    result: dict[str, Any] = app.acquire_token_by_auth_code_flow(flow, dict(pairs))
    return result


@pytest.fixture
def waiting(tenant: PracticeTenant) -> tuple[Any, dict[str, Any]]:
    """A program and the device code it shows; it asks once and does not wait."""
    app = client(tenant)
    flow = app.initiate_device_flow(SCOPES)
    flow["expires_at"] = 0
    return app, flow


def test_msal_refuses_plain_http_so_the_authority_is_https(tenant: PracticeTenant) -> None:
    with pytest.raises(ValueError, match="https"):
        msal.PublicClientApplication(
            CLIENT, authority=f"{tenant.base_url}/{TENANT}", instance_discovery=False
        )
    assert tenant.endpoints.entra.authority.startswith("https://127.0.0.1:")
    with pytest.raises(httpx.ConnectError, match="certificate"):
        httpx.get(tenant.endpoints.entra.authority, trust_env=False)


@pytest.mark.filterwarnings("ignore:response_mode='form_post' is recommended:UserWarning")
@pytest.mark.parametrize("mode", ["query", "form_post"])
@pytest.mark.parametrize("where", ["organizations", TENANT, "practice.example"])
def test_msal_signs_in_with_a_code(tenant: PracticeTenant, mode: str, where: str) -> None:
    app = client(tenant, where)
    result = signed_in(app, response_mode=mode)
    assert result["token_source"] == "identity_provider"
    assert set(SCOPES) <= set(result["scope"].split())
    assert result["id_token_claims"]["tid"] == TENANT
    (account,) = app.get_accounts()
    assert account["username"] == ADMIN
    assert account["home_account_id"].endswith(TENANT)
    assert Administrator(tenant, result["access_token"]).get("/me").json()["mail"] == ADMIN


def test_the_browser_never_meets_the_certificate(tenant: PracticeTenant) -> None:
    flow = client(tenant).initiate_device_flow(SCOPES)
    assert flow["verification_uri"].startswith(tenant.base_url)
    assert client(tenant).authority.authorization_endpoint.startswith(tenant.base_url)


def test_msal_renews_a_token_silently(tenant: PracticeTenant) -> None:
    app = client(tenant)
    first = signed_in(app, response_mode="form_post")
    (account,) = app.get_accounts()
    renewed = app.acquire_token_silent(
        ["Synchronization.ReadWrite.All"], account, force_refresh=True
    )
    assert renewed["access_token"] != first["access_token"]
    assert "Synchronization.ReadWrite.All" in renewed["scope"].split()


def test_msal_signs_in_with_a_device_code(
    tenant: PracticeTenant, waiting: tuple[Any, dict[str, Any]]
) -> None:
    app, flow = waiting
    assert app.acquire_token_by_device_flow(flow)["error"] == "authorization_pending"
    tenant.approve_device(flow["user_code"].lower())
    assert "access_token" in app.acquire_token_by_device_flow(flow)


def test_a_device_can_be_declined(
    tenant: PracticeTenant, waiting: tuple[Any, dict[str, Any]]
) -> None:
    app, flow = waiting
    tenant.approve_device(flow["user_code"], decline=True)
    assert app.acquire_token_by_device_flow(flow)["error"] == "authorization_declined"


def test_a_device_code_expires(tenant: PracticeTenant, waiting: tuple[Any, dict[str, Any]]) -> None:
    app, flow = waiting
    tenant.tell_entra(advance=901)
    assert app.acquire_token_by_device_flow(flow)["error"] == "expired_token"
    with pytest.raises(AuthorizationError):
        tenant.approve_device(flow["user_code"])
    tenant.reset_entra()


def test_a_device_that_asks_too_often_is_told(
    tenant: PracticeTenant, waiting: tuple[Any, dict[str, Any]]
) -> None:
    app, flow = waiting
    tenant.misbehave("device", "slow-down", times=1)
    assert app.acquire_token_by_device_flow(flow)["error"] == "slow_down"
    assert flow["interval"] > 1
    flow["latest_attempt_at"] = 0
    assert app.acquire_token_by_device_flow(flow)["error"] == "authorization_pending"


def test_conditional_access_can_block_devices_alone(
    tenant: PracticeTenant, waiting: tuple[Any, dict[str, Any]]
) -> None:
    app, flow = waiting
    tenant.misbehave("device", "AADSTS530035")
    refused = app.acquire_token_by_device_flow(flow)
    assert refused["error_codes"] == [530035]
    assert refused["suberror"] == "message_only"
    assert "access_token" in signed_in(app, response_mode="form_post")


@pytest.mark.parametrize("number", [50076, 50105, 53003, 65001, 90094, 700082])
def test_refusals_come_back_with_the_redirect(tenant: PracticeTenant, number: int) -> None:
    tenant.misbehave("authority", f"AADSTS{number}", times=1)
    got = brought_back(tenant)
    assert got["error_description"].startswith(f"AADSTS{number}: ")
    assert "Correlation ID: " in got["error_description"]
    assert got["state"] == "state-1"
    assert "code" in brought_back(tenant)


def test_a_refusal_of_the_token_endpoint_is_complete(tenant: PracticeTenant) -> None:
    code = brought_back(tenant)["code"]
    tenant.misbehave("authority", "AADSTS7000218", times=1)
    refused = redeem(tenant, code)
    assert refused.status_code == 400
    content = refused.json()
    assert content["error"] == "invalid_client"
    assert content["error_codes"] == [7000218]
    assert content["trace_id"] == refused.headers["x-ms-request-id"]
    assert {"correlation_id", "timestamp", "error_uri"} <= content.keys()
    assert redeem(tenant, code).status_code == 200


def test_renewing_can_be_refused_with_claims(tenant: PracticeTenant) -> None:
    tokens = redeem(tenant, brought_back(tenant)["code"]).json()
    tenant.misbehave("authority", "AADSTS50076", times=1)
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    refused = token_request(tenant, **form).json()
    assert refused["suberror"] == "basic_action"
    assert "access_token" in json.loads(refused["claims"])
    assert "access_token" in token_request(tenant, **form).json()


def test_less_can_be_granted_than_asked(tenant: PracticeTenant) -> None:
    tenant.misbehave("authority", "granted-less", times=1)
    result = signed_in(client(tenant), response_mode="form_post")
    assert "Application.ReadWrite.All" not in result["scope"]
    assert "User.Read" in result["scope"]


def test_a_token_can_be_born_expired(tenant: PracticeTenant) -> None:
    tenant.misbehave("authority", "expired", times=1)
    refused = administrator(tenant).get("/me")
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "InvalidAuthenticationToken"


def test_a_claims_challenge_is_answered_by_a_new_sign_in(tenant: PracticeTenant) -> None:
    app = client(tenant, client_capabilities=["CP1"])
    before = Administrator(tenant, signed_in(app, response_mode="form_post")["access_token"])
    tenant.misbehave("graph", "insufficient-claims")
    challenge = before.get("/me").headers["www-authenticate"]
    assert 'error="insufficient_claims"' in challenge
    claims = base64.b64decode(challenge.partition('claims="')[2].rstrip('"')).decode()
    (account,) = app.get_accounts()
    renewed = app.acquire_token_silent(SCOPES, account, claims_challenge=claims)
    assert Administrator(tenant, renewed["access_token"]).get("/me").status_code == 200
    assert before.get("/me").status_code == 401


def test_declining_is_told(tenant: PracticeTenant) -> None:
    got = brought_back(tenant, decline="yes")
    assert got["error"] == "access_denied"
    assert got["error_description"].startswith("AADSTS65004: ")


def test_an_ordinary_account_needs_an_administrators_consent(tenant: PracticeTenant) -> None:
    got = brought_back(tenant, "user@practice.example")
    assert got["error_description"].startswith("AADSTS90094: ")
    assert "code" in brought_back(tenant, "user@practice.example", scope="User.Read")


def test_an_account_of_another_tenant_is_not_let_in(tenant: PracticeTenant) -> None:
    got = brought_back(tenant, "admin@other.example")
    assert got["error_description"].startswith("AADSTS50020: ")
    stranger = administrator(tenant, "admin@other.example", tenant_name="organizations")
    (organization,) = stranger.values("/organization")
    assert organization["displayName"] == "Other Example"
    assert len(stranger.values("/users")) == 1


def test_a_tenant_that_does_not_exist_is_found_by_msal(tenant: PracticeTenant) -> None:
    with pytest.raises(ValueError, match="tenant name"):
        client(tenant, "nowhere.example")
    tenant.misbehave("authority", "AADSTS90038", times=1)
    with pytest.raises(ValueError, match="tenant name"):
        client(tenant)


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"client_id": ""}, 900144),
        ({"client_id": "1b2c3d4e-0000-4000-8000-000000000000"}, 700016),
        ({"client_id": "04b07795-8ddb-461a-bbee-02f9e1bf7b46"}, 65002),
        ({"redirect_uri": "http://127.0.0.1:8765"}, 50011),
        ({"redirect_uri": "https://evil.example"}, 50011),
        ({"redirect_uri": "http://localhost:8765/other"}, 50011),
        ({"response_type": "token"}, 900561),
    ],
)
def test_what_cannot_be_sent_back_stays_on_a_page(
    tenant: PracticeTenant, changes: dict[str, str], number: int
) -> None:
    page = httpx.get(authorization_url(tenant, **changes), trust_env=False)
    assert page.status_code == 400
    assert f"AADSTS{number}: " in page.text
    with pytest.raises(AuthorizationError):
        complete(authorization_url(tenant, **changes), ADMIN)


@pytest.mark.parametrize(
    ("scope", "number"),
    [
        ("https://graph.microsoft.us/User.Read", 500011),
        ("Synchronization.Everything", 70011),
    ],
)
def test_a_wrong_permission_is_named(tenant: PracticeTenant, scope: str, number: int) -> None:
    answer = httpx.get(authorization_url(tenant, scope=scope), trust_env=False)
    assert answer.status_code == 302
    assert f"AADSTS{number}" in answer.headers["location"]


def test_permissions_may_be_written_with_the_host_of_this_cloud(tenant: PracticeTenant) -> None:
    scope = f"{tenant.base_url}/User.Read"
    assert administrator(tenant, scope=scope).get("/me").status_code == 200


def test_a_code_works_once_and_only_with_its_verifier(tenant: PracticeTenant) -> None:
    got = brought_back(tenant)
    wrong = brought_back(tenant)
    assert redeem(tenant, got["code"]).status_code == 200
    assert redeem(tenant, got["code"]).json()["error_codes"] == [54005]
    assert redeem(tenant, wrong["code"], code_verifier="other").json()["error_codes"] == [501481]
    assert redeem(tenant, "made up").json()["error"] == "invalid_request"


def test_silence_is_not_possible_without_a_session(tenant: PracticeTenant) -> None:
    answer = httpx.get(authorization_url(tenant, prompt="none"), trust_env=False)
    assert "error=login_required" in answer.headers["location"]


def test_the_pages_need_no_script_and_lead_only_to_the_program(tenant: PracticeTenant) -> None:
    url = authorization_url(tenant, state='"><script>x</script>', response_mode="form_post")
    page = httpx.get(url, trust_env=False)
    assert "PRACTICE" in page.text
    assert "<script" not in page.text
    assert f"form-action 'self' {REDIRECT}" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


class _Listener(http.server.BaseHTTPRequestHandler):
    """What a program waits with; it notes what the browser brings."""

    seen: list[str]

    def do_GET(self) -> None:
        self._note(self.path.partition("?")[2])

    def do_POST(self) -> None:
        self._note(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def _note(self, brought: str) -> None:
        self.seen.append(brought)
        self.send_response(200)
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def test_the_outcome_is_delivered_to_a_listener(tenant: PracticeTenant) -> None:
    seen: list[str] = []
    handler = type("Listener", (_Listener,), {"seen": seen})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        origin = f"http://localhost:{listener.server_port}"
        for mode in ("query", "form_post"):
            url = authorization_url(tenant, redirect_uri=origin, response_mode=mode)
            tenant.sign_in(url)
        tenant.sign_in(url, decline=True)
        listener.shutdown()
    outcomes = [dict(httpx.QueryParams(brought)) for brought in seen]
    assert [one["state"] for one in outcomes] == ["state-1"] * 3
    assert ["code" in one for one in outcomes] == [True, True, False]
    with pytest.raises(AuthorizationError):
        tenant.sign_in(authorization_url(tenant, redirect_uri="http://localhost:9"))


def test_a_restarted_tenant_accepts_the_old_tokens() -> None:
    with PracticeTenant.start() as first:
        tokens = redeem(first, brought_back(first)["code"]).json()
    with PracticeTenant.start() as second:
        assert Administrator(second, tokens["access_token"]).get("/me").is_success
        renewed = token_request(
            second, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
        )
        assert Administrator(second, renewed.json()["access_token"]).get("/me").is_success


def test_the_certificate_goes_with_the_tenant() -> None:
    with PracticeTenant.start() as tenant:
        file = tenant.certificate()
        assert file.read_text(encoding="ascii").startswith("-----BEGIN CERTIFICATE-----")
        assert "PRIVATE" not in file.read_text(encoding="ascii")
        assert tenant.certificate() == file
    assert not file.exists()
