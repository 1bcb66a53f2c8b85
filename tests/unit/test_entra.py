"""The Microsoft sign-in: MSAL over a transport that answers as Entra does, and a real browser side.

The listener is on real sockets; the authority stands at the seam of our HTTP transport.
"""

import asyncio
import base64
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.authority import (
    ACCOUNT,
    CORRELATION,
    GRANTED,
    TENANT,
    TRACE,
    Asked,
    FakeAuthority,
    described,
    refused,
)
from wizard.errors import (
    AnswerError,
    AuthorizationError,
    InvalidInput,
    TransportError,
    WizardError,
)
from wizard.net.endpoints import bundled, clouds
from wizard.oauth.entra.device_code import MOST_FAILURES, DeviceCode
from wizard.oauth.entra.refusal import EntraRefusal
from wizard.oauth.entra.sign_in import BrowserSignIn, EntraSignIn
from wizard.oauth.entra.signed_in import SignedIn

STEP_UP = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'


@dataclass
class Browser:
    """Stands where the administrator's browser does."""

    shown: BrowserSignIn
    authority: FakeAuthority
    rejected: list[WizardError] = field(default_factory=list)

    @property
    def question(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.shown.url).query))

    async def brings(self, **answer: str) -> httpx.Response:
        """Follow a redirect of Microsoft's to our own page."""
        self.authority.nonce = self.question["nonce"]
        values = {"state": self.question["state"], "session_state": "x"} | answer
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.get(
                f"http://127.0.0.1:{self.shown.port}/?{urlencode(values)}",
                headers={"host": f"localhost:{self.shown.port}"},
            )


Story = Callable[[Browser], Awaitable[object]]


def signing_in(authority: FakeAuthority, tenant: str = "", **options: Any) -> EntraSignIn:
    return EntraSignIn(bundled().entra, tenant, connect=authority.connect, **options)


async def browse(
    sign_in: EntraSignIn, authority: FakeAuthority, story: Story, **options: Any
) -> SignedIn:
    """Run a story in the browser while the sign-in waits."""
    shown: asyncio.Future[BrowserSignIn] = asyncio.get_running_loop().create_future()
    rejected: list[WizardError] = []
    async with asyncio.timeout(20):
        waiting = asyncio.ensure_future(
            sign_in.by_browser(shown.set_result, rejected=rejected.append, **options)
        )
        either: set[asyncio.Future[Any]] = {waiting, shown}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return await waiting
        try:
            await story(Browser(await shown, authority, rejected))
        except BaseException:
            waiting.cancel()
            raise
        return await waiting


async def by_browser(authority: FakeAuthority, story: Story, tenant: str = "") -> SignedIn:
    return await browse(signing_in(authority, tenant), authority, story)


async def refused_by_browser(authority: FakeAuthority, story: Story) -> WizardError:
    with pytest.raises(WizardError) as caught:
        await by_browser(authority, story)
    return caught.value


async def good(browser: Browser) -> None:
    assert (await browser.brings(code="secret-code")).status_code == 200


async def never(_browser: Browser) -> None:
    pytest.fail("a link was shown")


def claims_of(asked: Asked) -> Any:
    return json.loads(asked.values["claims"])


async def test_the_browser_brings_a_code_that_becomes_tokens_of_an_account() -> None:
    authority, seen = FakeAuthority(), []

    async def story(browser: Browser) -> None:
        seen.append(browser.question)
        page = await browser.brings(code="secret-code")
        assert "go back to the terminal" in page.text
        assert "secret" not in page.text
        assert page.headers["cache-control"] == "no-store"
        assert "<script" not in page.text

    signed_in = await browse(signing_in(authority, "contoso.example"), authority, story)
    account = signed_in.account
    assert (account.tenant_id, account.object_id) == (TENANT, ACCOUNT)
    assert (account.username, account.name) == ("ada@contoso.example", "Ada Admin")
    assert account.missing == ()
    for _ in range(3):
        assert (await signed_in.token()).get_secret_value() == "secret-access-1"
    (question,) = seen
    redeemed = authority.last("/token").values
    assert authority.count("/token") == 1
    assert authority.asked[0].url.startswith(f"{bundled().entra.authority}/contoso.example/v2.0/")
    assert question["response_type"] == "code"
    assert question["response_mode"] == "query"
    assert question["prompt"] == "select_account"
    assert question["client_id"] == bundled().entra.client_id
    assert set(GRANTED.split()) < set(question["scope"].split())
    assert set(question["scope"].split()) - set(GRANTED.split()) == {
        "openid",
        "profile",
        "offline_access",
    }
    assert json.loads(question["claims"]) == {"access_token": {"xms_cc": {"values": ["CP1"]}}}
    assert redeemed["code"] == "secret-code"
    assert redeemed["redirect_uri"] == question["redirect_uri"]
    digest = hashlib.sha256(redeemed["code_verifier"].encode()).digest()
    assert question["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert question["code_challenge_method"] == "S256"


async def test_nothing_secret_is_logged_or_in_a_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    authority, told = FakeAuthority(), []

    async def story(browser: Browser) -> None:
        told.append(repr(browser.shown))
        assert browser.question["state"] not in told[0]
        await browser.brings(code="secret-code")

    signed_in = await browse(signing_in(authority), authority, story)
    told.append(repr(signed_in.account) + repr(vars(signed_in)))
    authority.instead["token"] = [httpx.Response(200, text="secret-rubbish {")]
    with pytest.raises(WizardError) as caught:
        await signed_in.token(STEP_UP)
    told.append(str(caught.value))
    assert "secret" not in caplog.text + "".join(told)
    assert logging.getLogger("msal").level > logging.CRITICAL


async def test_the_redirect_is_to_a_free_port_of_localhost_that_webex_does_not_use() -> None:
    authority = FakeAuthority()

    async def story(browser: Browser) -> None:
        assert browser.question["redirect_uri"] == f"http://localhost:{browser.shown.port}"
        assert browser.shown.port != 3000
        await good(browser)

    await by_browser(authority, story)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": "access_denied", "error_description": described(65004)}, "access-denied"),
        (
            {"error": "interaction_required", "error_description": described(53003)},
            "blocked-by-policy",
        ),
        ({"error": "server_error"}, "server-error"),
    ],
)
async def test_a_refusal_in_the_redirect_is_explained_here_and_in_the_browser(
    answer: dict[str, str], code: str
) -> None:
    pages = []

    async def story(browser: Browser) -> None:
        pages.append(await browser.brings(**answer))

    error = await refused_by_browser(FakeAuthority(), story)
    assert isinstance(error, EntraRefusal)
    assert error.code == code
    assert error.hint
    assert httpx.Response(200, text=error.message).text.replace("'", "&#x27;") in pages[0].text
    if "error_description" in answer:
        assert error.tracking_id == f"trace {TRACE}, correlation {CORRELATION}"


async def test_answers_without_our_state_are_reported_once_and_the_wait_goes_on() -> None:
    async def story(browser: Browser) -> None:
        for forged in ({"code": "x", "state": "forged"}, {"error": "access_denied", "state": ""}):
            page = await browser.brings(**forged)
            assert page.status_code == 403
            assert "another sign-in" in page.text
        assert [error.code for error in browser.rejected] == ["state-mismatch"]
        await good(browser)

    await by_browser(FakeAuthority(), story)


async def test_an_answer_can_be_pasted_as_the_whole_address() -> None:
    async def story(browser: Browser) -> None:
        browser.authority.nonce = browser.question["nonce"]
        state = browser.question["state"]
        browser.shown.paste(
            f" <http://localhost:{browser.shown.port}/?code=secret-\n code&state={state}> "
        )

    authority = FakeAuthority()
    await by_browser(authority, story)
    assert authority.last("/token").values["code"] == "secret-code"


async def test_a_refusal_of_the_token_endpoint_is_explained() -> None:
    authority = FakeAuthority()
    authority.instead["token"] = [
        refused(
            "invalid_grant",
            described(50076),
            error_codes=[50076],
            trace_id=TRACE,
            correlation_id=CORRELATION,
            claims=STEP_UP,
        )
    ]
    error = await refused_by_browser(authority, good)
    assert isinstance(error, EntraRefusal)
    assert (error.code, error.number, error.claims) == ("more-proof-needed", 50076, STEP_UP)
    assert error.tracking_id == f"trace {TRACE}, correlation {CORRELATION}"


async def test_an_id_token_of_another_sign_in_is_refused() -> None:
    async def story(browser: Browser) -> None:
        authority.instead["token"] = [authority.tokens()]  # made before the nonce was known
        await good(browser)

    authority = FakeAuthority()
    assert (await refused_by_browser(authority, story)).code == "nonce-mismatch"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(200, text="<html>captive portal</html>"), "no-sign-in-service"),
        (httpx.Response(200, json=["no", "object"]), "no-sign-in-service"),
        (httpx.Response(200, json={"access_token": ["x"]}), "no-token"),
        (
            httpx.Response(200, json={"access_token": "x", "expires_in": "soon"}),
            "no-sign-in-service",
        ),
        (httpx.Response(200, json={"access_token": "x", "expires_in": -5}), "no-token"),
        (httpx.Response(503, text="upstream"), "server-error"),
        (httpx.Response(429, text="slower"), "throttled"),
        (httpx.ConnectError("gone"), "transport"),
    ],
)
async def test_a_token_endpoint_that_talks_nonsense_is_explained(
    answer: httpx.Response | Exception, code: str
) -> None:
    authority = FakeAuthority()
    authority.instead["token"] = [answer]
    assert (await refused_by_browser(authority, good)).code == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused("invalid_tenant", described(90002), error_codes=[90002]), "tenant-not-found"),
        (httpx.Response(200, text="<html>captive portal</html>"), "no-sign-in-service"),
        (httpx.Response(302, headers={"location": "https://portal.example"}), "no-sign-in-service"),
        (httpx.Response(404, text="nothing"), "no-sign-in-service"),
        (httpx.Response(200, json={}), "no-sign-in-service"),
        (httpx.Response(502, text="<html>"), "server-error"),
        (httpx.ConnectError("gone"), "transport"),
    ],
)
async def test_a_tenant_that_cannot_be_found_is_explained_before_a_link_is_shown(
    answer: httpx.Response | Exception, code: str
) -> None:
    authority = FakeAuthority()
    authority.instead["openid-configuration"] = [answer]
    error = await refused_by_browser(authority, never)
    assert error.code == code
    assert error.hint


@pytest.mark.parametrize("host", ["graph.microsoft.us", "dod-graph.microsoft.us"])
async def test_a_tenant_of_another_cloud_is_told_before_anybody_signs_in(host: str) -> None:
    error = await refused_by_browser(FakeAuthority(metadata={"msgraph_host": host}), never)
    assert isinstance(error, EntraRefusal)
    assert error.code == "wrong-cloud"
    assert error.cloud is not None
    assert error.cloud.graph_base.startswith(f"https://{host}/")
    assert error.cloud.title in error.message


async def test_in_the_cloud_of_the_us_government_its_graph_is_asked_for() -> None:
    endpoints = bundled().in_cloud(clouds()["us-government"]).entra
    authority = FakeAuthority(metadata={"msgraph_host": "graph.microsoft.us"})
    sign_in = EntraSignIn(endpoints, connect=authority.connect)

    async def story(browser: Browser) -> None:
        assert browser.shown.url.startswith("https://login.microsoftonline.us/organizations/")
        assert "https://graph.microsoft.us/User.Read.All" in browser.question["scope"].split()
        await good(browser)

    await browse(sign_in, authority, story)
    assert "microsoftonline.com" not in str(authority.asked)


async def test_a_sign_in_page_on_plain_http_is_never_shown() -> None:
    page = {"authorization_endpoint": "http://login.example/authorize"}
    assert (
        await refused_by_browser(FakeAuthority(metadata=page), never)
    ).code == "unsafe-sign-in-page"


@pytest.mark.parametrize("validate", [True, False])
async def test_microsoft_is_asked_about_a_strange_authority_only_if_the_endpoints_say_so(
    validate: bool,
) -> None:
    endpoints = replace(
        bundled().entra, authority="https://sign-in.example", validate_authority=validate
    )
    authority = FakeAuthority()
    authority.instead["instance"] = [refused("invalid_instance", described(50049))]
    sign_in = EntraSignIn(endpoints, connect=authority.connect)
    if validate:
        with pytest.raises(EntraRefusal) as caught:
            await browse(sign_in, authority, never)
        assert caught.value.code == "authority-unknown"
    else:
        await browse(sign_in, authority, good)
    assert (authority.count("microsoftonline.com") > 0) == validate


async def test_a_cancelled_wait_lets_go_of_the_port() -> None:
    authority = FakeAuthority()

    shown: asyncio.Future[BrowserSignIn] = asyncio.get_running_loop().create_future()
    waiting = asyncio.ensure_future(signing_in(authority).by_browser(shown.set_result))
    port = (await shown).port
    waiting.cancel()
    await asyncio.wait({waiting})
    with pytest.raises(OSError, match=r"refused|failed"):
        await asyncio.open_connection("127.0.0.1", port)
    assert authority.count("/token") == 0


async def test_a_cancelled_request_is_given_up_at_once() -> None:
    asked, given_up = asyncio.Event(), asyncio.Event()

    async def stuck(_request: httpx.Request) -> httpx.Response:
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()
        raise AssertionError

    def connect(**_options: object) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(stuck))

    sign_in = EntraSignIn(bundled().entra, connect=connect)
    async with asyncio.timeout(10):
        waiting = asyncio.ensure_future(sign_in.by_device_code(print))
        await asked.wait()
        waiting.cancel()
        await given_up.wait()
    assert waiting.cancelled()


@dataclass
class Device:
    """A sign-in by device code whose waits take no time."""

    authority: FakeAuthority = field(default_factory=FakeAuthority)
    waits: list[float] = field(default_factory=list)
    shown: list[DeviceCode] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def signs_in(self, **options: Any) -> SignedIn:
        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)

        sign_in = signing_in(self.authority, sleep=sleep, tell=self.said.append)
        return await sign_in.by_device_code(self.shown.append, **options)

    def is_told(self, *answers: httpx.Response | Exception) -> "Device":
        self.authority.instead["token"] = list(answers)
        return self

    async def fails(self) -> WizardError:
        with pytest.raises(WizardError) as caught:
            await self.signs_in()
        return caught.value


PENDING = "authorization_pending"


async def test_a_device_code_is_shown_and_polled_for_at_the_pace_that_is_asked_for() -> None:
    device = Device().is_told(
        refused(PENDING, described(70016)), refused("slow_down"), refused(PENDING)
    )
    signed_in = await device.signs_in()
    assert device.shown == [DeviceCode("ABCD-EFGH", "https://microsoft.com/devicelogin", 60)]
    assert device.waits == [5, 5, 10, 10]
    assert signed_in.account.username == "ada@contoso.example"
    assert device.authority.count("/token") == 4
    polled = device.authority.last("/token").values
    assert polled["device_code"] == "secret-device-code"
    assert claims_of(device.authority.last("/devicecode"))["access_token"]["xms_cc"]


def a_device_code(**more: Any) -> httpx.Response:
    answer = {
        "user_code": "A",
        "device_code": "B",
        "verification_uri": "https://x.example",
        "expires_in": 60,
    }
    return httpx.Response(200, json=answer | more)


async def test_a_device_code_without_a_pause_is_still_polled_for_once_a_second() -> None:
    device = Device().is_told(refused(PENDING), refused(PENDING))
    device.authority.instead["devicecode"] = [a_device_code(interval=0)]
    await device.signs_in()
    assert device.waits == [1, 1, 1]
    assert device.authority.count("/token") == 3


async def test_a_device_code_that_nobody_enters_expires_by_our_own_count() -> None:
    device = Device().is_told(*(refused(PENDING) for _ in range(100)))
    assert (await device.fails()).code == "code-expired"
    assert sum(device.waits) == 60


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused("authorization_declined"), "access-denied"),
        (refused("expired_token", described(70020)), "code-expired"),
        (refused("code_expired"), "code-expired"),
        (refused("access_denied", described(53003), error_codes=[53003]), "blocked-by-policy"),
        (refused("bad_verification_code", described(70018)), "code-unknown"),
    ],
)
async def test_the_end_of_a_device_code_is_explained(answer: httpx.Response, code: str) -> None:
    device = Device().is_told(refused(PENDING), answer)
    assert (await device.fails()).code == code
    assert device.authority.count("/token") == 2


async def test_polling_outlives_a_short_loss_of_the_network_and_slows_down() -> None:
    lost = [httpx.ConnectError("gone") for _ in range(MOST_FAILURES - 1)]
    device = Device().is_told(*lost)
    await device.signs_in()
    assert device.waits == [5, 10, 15, 20, 25][:MOST_FAILURES]
    assert len(device.said) == MOST_FAILURES - 1
    assert device.said[0].endswith("Asking again in 10 seconds; the code stays good.")


async def test_polling_ends_when_the_network_is_gone_for_long() -> None:
    device = Device().is_told(*(httpx.ConnectError("gone") for _ in range(100)))
    device.authority.instead["devicecode"] = [a_device_code(expires_in=900)]
    assert isinstance(await device.fails(), TransportError)
    assert device.authority.count("/token") == MOST_FAILURES
    assert len(device.said) == MOST_FAILURES - 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (
            refused("invalid_client", described(7000218), error_codes=[7000218]),
            "not-a-public-client",
        ),
        (refused("unauthorized_client", described(700016)), "client-not-found"),
        (httpx.Response(200, json={"user_code": "A"}), "no-device-code"),
        (a_device_code(verification_uri="javascript:alert(1)"), "no-device-code"),
        (a_device_code(interval=10**400), "no-device-code"),
        (a_device_code(expires_in=10**9), "no-device-code"),
        (httpx.Response(200, text="<html>"), "no-sign-in-service"),
        (httpx.Response(500, text=""), "server-error"),
    ],
)
async def test_no_device_code_is_explained(answer: httpx.Response, code: str) -> None:
    device = Device()
    device.authority.instead["devicecode"] = [answer]
    assert (await device.fails()).code == code
    assert device.shown == []


async def test_a_device_code_that_is_waited_for_can_be_cancelled() -> None:
    authority = FakeAuthority()
    shown = asyncio.Event()
    waiting = asyncio.ensure_future(signing_in(authority).by_device_code(lambda _code: shown.set()))
    await shown.wait()
    waiting.cancel()
    await asyncio.wait({waiting})
    assert waiting.cancelled()
    assert authority.count("/token") == 0


async def test_an_ending_token_is_renewed_once_for_all_who_ask() -> None:
    authority = FakeAuthority(lifetime=60)

    signed_in = await browse(signing_in(authority), authority, good)
    first_end = signed_in.account.expires_at
    authority.lifetime = 3600
    tokens = await asyncio.gather(*(signed_in.token() for _ in range(5)))
    assert {token.get_secret_value() for token in tokens} == {"secret-access-2"}
    assert signed_in.account.expires_at > first_end
    assert authority.count("/token") == 2
    renewed = authority.last("/token").values
    assert (renewed["grant_type"], renewed["refresh_token"]) == (
        "refresh_token",
        "secret-refresh-1",
    )


async def test_a_claims_challenge_is_passed_on_and_brings_another_token() -> None:
    authority = FakeAuthority()

    signed_in = await browse(signing_in(authority), authority, good)
    token = await signed_in.token(STEP_UP)
    assert token.get_secret_value() == "secret-access-2"
    assert (await signed_in.token()).get_secret_value() == "secret-access-2"
    claims = claims_of(authority.last("/token"))["access_token"]
    assert claims["acrs"] == {"essential": True, "value": "c1"}
    assert claims["xms_cc"] == {"values": ["CP1"]}


async def test_a_challenge_that_only_the_administrator_can_satisfy_says_what_to_ask_for() -> None:
    authority = FakeAuthority()

    async def again(browser: Browser) -> None:
        assert browser.question["login_hint"] == "ada@contoso.example"
        assert "prompt" not in browser.question
        assert "acrs" in json.loads(browser.question["claims"])["access_token"]
        await good(browser)

    signed_in = await browse(signing_in(authority), authority, good)
    authority.instead["token"] = [refused("interaction_required", described(50076))]
    with pytest.raises(EntraRefusal) as caught:
        await signed_in.token(STEP_UP)
    assert (caught.value.code, caught.value.claims) == ("more-proof-needed", STEP_UP)
    authority.instead["token"] = []
    await browse(
        signing_in(authority),
        authority,
        again,
        claims=caught.value.claims,
        again=signed_in.account,
    )
    assert "acrs" in claims_of(authority.last("/token"))["access_token"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused("invalid_grant", described(700082), error_codes=[700082]), "sign-in-again"),
        (httpx.ConnectError("gone"), "transport"),
        (httpx.Response(503, text=""), "server-error"),
    ],
)
async def test_a_renewal_that_fails_is_explained_and_can_be_tried_again(
    answer: httpx.Response | Exception, code: str
) -> None:
    authority = FakeAuthority(lifetime=60)

    signed_in = await browse(signing_in(authority), authority, good)
    authority.instead["token"] = [answer]
    with pytest.raises(WizardError) as caught:
        await signed_in.token()
    assert caught.value.code == code


async def test_without_a_refresh_token_the_end_of_the_token_is_the_end_of_the_sign_in() -> None:
    authority = FakeAuthority(lifetime=60)

    answer = authority.tokens().json()
    del answer["refresh_token"]

    async def story(browser: Browser) -> None:
        authority.nonce = browser.question["nonce"]
        authority.instead["token"] = [
            httpx.Response(200, json=answer | {"id_token": authority.tokens().json()["id_token"]})
        ]
        await good(browser)

    signed_in = await browse(signing_in(authority), authority, story)
    with pytest.raises(EntraRefusal) as caught:
        await signed_in.token()
    assert caught.value.code == "sign-in-again"


async def test_permissions_that_were_not_granted_are_named_with_their_reason() -> None:
    scope = GRANTED.replace("ProvisioningLog.Read.All", "User.Read").replace(
        "https://graph.microsoft.com/", ""
    )
    signed_in = await by_browser(FakeAuthority(scope=scope), good)
    (missing,) = signed_in.account.missing
    assert missing.name == "ProvisioningLog.Read.All"
    assert missing.why.endswith(".")


async def test_a_server_that_does_not_say_what_it_granted_granted_everything() -> None:
    assert (await by_browser(FakeAuthority(scope=None), good)).account.missing == ()


async def test_a_cache_that_is_handed_in_holds_the_sign_in_and_none_is_shared_otherwise() -> None:
    import msal  # type: ignore[import-untyped]  # MSAL ships no types

    kept, authority = msal.SerializableTokenCache(), FakeAuthority()
    await browse(signing_in(authority, token_cache=kept), authority, good)
    assert "secret-refresh-1" in kept.serialize()
    before = kept.serialize()
    await by_browser(authority, good)
    assert kept.serialize() == before


@pytest.mark.parametrize("key", ["authority", "graph_base"])
def test_a_sign_in_that_is_switched_off_says_so(key: str) -> None:
    with pytest.raises(AuthorizationError) as caught:
        EntraSignIn(replace(bundled().entra, **{key: ""}))  # type: ignore[arg-type]  # any text key
    assert caught.value.code == "sign-in-switched-off"
    assert f"entra.{key}" in caught.value.message


def test_an_authority_without_https_is_refused() -> None:
    with pytest.raises(AuthorizationError, match="https"):
        EntraSignIn(replace(bundled().entra, authority="http://127.0.0.1:8000"))


async def test_a_client_of_ones_own_signs_in_where_it_is_given() -> None:
    authority, own = FakeAuthority(), "5f6e7d8c-1a2b-4c3d-8e9f-a0b1c2d3e4f5"
    sign_in = signing_in(authority, client_id=own.upper())

    async def story(browser: Browser) -> None:
        assert browser.question["client_id"] == own
        await good(browser)

    await browse(sign_in, authority, story)
    assert f"client_id={own}" in sign_in.admin_consent_url


def test_a_tenant_or_client_that_cannot_be_one_is_refused_before_anything_is_asked() -> None:
    for tenant, client_id in (("not a tenant", ""), ("", "14d82eec")):
        with pytest.raises(InvalidInput):
            EntraSignIn(bundled().entra, tenant, client_id)


async def test_an_answer_error_keeps_its_status() -> None:
    authority = FakeAuthority()
    authority.instead["openid-configuration"] = [httpx.Response(404, text="nothing")]
    error = await refused_by_browser(authority, never)
    assert isinstance(error, AnswerError)
    assert error.status == 404
