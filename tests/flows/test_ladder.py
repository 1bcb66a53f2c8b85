import asyncio
import base64
import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from tests.practice import sign_in
from tests.servers import (
    EMPTY_LIST,
    Certificates,
    Raw,
    Reply,
    Seen,
    cutting,
    endless,
    json_reply,
    proxy_to,
    raw_served,
    scim_server,
    self_signed,
    served,
    silent,
)
from wizard.checks.check import RUNGS, Check, ConnectionReport, Status
from wizard.checks.ladder import Target, ladder
from wizard.net.endpoints import Endpoints, bundled
from wizard.practice.process import PracticeTenant

ORGANIZATION = "96abc2aa-3dcc-11e5-a152-fe34819cdc9a"
OTHER = "0a1b2c3d-0000-4000-8000-000000000000"
SCOPE = "spark:people_read spark:people_write Identity:SCIM"


def opaque(organization_id: str) -> SecretStr:
    return SecretStr("Zm9v" * 16 + f"_PF84_{organization_id}")


def rest_id(kind: str, identifier: str) -> str:
    return base64.b64encode(f"ciscospark://us/{kind}/{identifier}".encode()).decode()


TOKEN = opaque(ORGANIZATION)
ME = {
    "displayName": "Ana Ruiz",
    "emails": ["ana@contoso.example"],
    "orgId": rest_id("ORGANIZATION", ORGANIZATION),
    "roles": [rest_id("ROLE", "id_full_admin")],
}
IDENTITY = {"userName": "ana@contoso.example", "roles": ["id_full_admin"]}
TOKENS = {
    "data": [
        {
            "client_id": bundled().webex.client_id,
            "token_type": "access_token",
            "oauth2scope": SCOPE.split(),
            "expires_in": 200 * 86_400,
        }
    ]
}


def endpoints(base: str, **changes: str) -> Endpoints:
    table = bundled()
    webex = {
        "scim_base": f"{base}/v1/scim",
        "api_base": f"{base}/v1",
        "identity_base": f"{base}/identity",
        "token_endpoint_me": f"{base}/tokens/me",
    }
    return replace(table, webex=replace(table.webex, **(webex | changes)))


def target(base: str, changes: dict[str, str] | None = None, **others: Any) -> Target:
    facts: dict[str, Any] = {
        "organization_id": ORGANIZATION,
        "token": TOKEN,
        "expires_at": datetime.now(UTC) + timedelta(days=300),
        "expires_assumed": False,
    }
    return Target(endpoints=endpoints(base, **(changes or {})), **(facts | others))


def webex(**replies: Reply) -> Callable[[Seen], Reply]:
    """Return a well-behaved Webex, in which single answers are replaced."""
    paths = {
        "/v1/people/me": replies.get("me", json_reply(ME)),
        "/identity/Users/me": replies.get("identity", json_reply(IDENTITY)),
        "/tokens/me": replies.get("tokens", json_reply(TOKENS)),
    }

    def answer(seen: Seen) -> Reply:
        if seen.target.startswith(f"/v1/scim/{ORGANIZATION}/Users?filter="):
            return replies.get("scim", json_reply(EMPTY_LIST))
        return paths.get(seen.target, Reply(404))

    return answer


def climb(
    answerer: Callable[[Seen], Reply] | None = None,
    changes: dict[str, str] | None = None,
    **others: Any,
) -> tuple[ConnectionReport, dict[str, Check]]:
    async def run() -> ConnectionReport:
        async with served(answerer or webex()) as server:
            return await ladder(target(server.url(), changes, **others))

    return found(asyncio.run(run()))


def climb_to(handle: Raw, **options: Any) -> dict[str, Check]:
    """Climb to a SCIM service that behaves badly, with everything else switched off."""

    async def run() -> ConnectionReport:
        async with raw_served(handle) as server:
            only_scim = {"api_base": "", "identity_base": "", "token_endpoint_me": ""}
            return await ladder(target(server.url(), only_scim), **options)

    return found(asyncio.run(run()))[1]


def found(report: ConnectionReport) -> tuple[ConnectionReport, dict[str, Check]]:
    assert [check.id for check in report.checks] == list(RUNGS)
    for check in report.checks:
        assert check.message
        assert check.code
        assert check.hint or check.status in {Status.PASSED, Status.SKIPPED}
        assert TOKEN.get_secret_value() not in repr(check)
    return report, {check.id: check for check in report.checks}


def test_a_good_tenant_passes_every_rung_and_reports_each_as_it_ends() -> None:
    seen: list[Seen] = []
    reported: list[Check] = []
    started: list[str] = []

    async def run() -> ConnectionReport:
        async with served(webex()) as server:
            report = await ladder(
                target(server.url()), report=reported.append, started=started.append
            )
            seen.extend(server.seen)
            return report

    report, checks = found(asyncio.run(run()))
    assert (report.verdict, report.entra_says, report.writes) == ("passed", "success", "yes")
    assert tuple(reported) == report.checks
    assert started == list(RUNGS)
    assert {check.status for check in report.checks} == {Status.PASSED, Status.SKIPPED}
    assert [one.id for one in report.checks if one.status is Status.SKIPPED] == ["tls"]
    assert "Ana Ruiz <ana@contoso.example>" in checks["identity"].message
    assert {one.method for one in seen} == {"GET"}
    assert len([one for one in seen if "/scim/" in one.target]) == 1


def test_the_report_as_json_has_its_promised_shape() -> None:
    report, _checks = climb()
    document = json.loads(json.dumps(report.to_json()))
    assert list(document) == ["version", "command", "verdict", "entra_says", "writes", "checks"]
    assert (document["version"], document["command"]) == (1, "test")
    assert set(document["checks"][0]) == {
        "id",
        "title",
        "status",
        "code",
        "message",
        "hint",
        "http_status",
        "tracking_id",
        "duration_ms",
    }


def test_a_scim_server_that_nobody_here_wrote_passes() -> None:
    def run(base: str, token: SecretStr) -> dict[str, Check]:
        off = {"scim_base": base, "api_base": "", "identity_base": "", "token_endpoint_me": ""}
        return found(asyncio.run(ladder(target("http://127.0.0.1", off, token=token))))[1]

    with scim_server(ORGANIZATION, "open-sesame") as base:
        good, bad = run(base, SecretStr("open-sesame")), run(base, SecretStr("open-barley"))
    assert good["scim-query"].status is Status.PASSED
    assert good["scim-shape"].status is Status.PASSED
    assert good["token-shape"].code == "token-unfamiliar"
    assert bad["authorization"].code == "unauthorized"


def test_without_the_rest_api_its_rungs_are_skipped_with_a_sentence() -> None:
    off = {"api_base": "", "identity_base": "", "token_endpoint_me": ""}
    report, checks = climb(None, off)
    for rung in ("identity", "organization", "role", "scopes"):
        assert checks[rung].status is Status.SKIPPED
        assert checks[rung].code == "switched-off"
        assert "switched off" in checks[rung].message
    assert (report.verdict, report.entra_says, report.writes) == ("passed", "success", "unknown")


def test_without_the_scim_service_nothing_is_sent_to_it() -> None:
    report, checks = climb(None, {"scim_base": ""})
    assert checks["address"].code == checks["http"].code == "switched-off"
    assert report.entra_says == "unknown"


@pytest.mark.parametrize(
    ("base", "code"),
    [
        ("https://api.ciscoweb.com/v1/scim", "address-misprinted"),
        ("http://webex.example/v1/scim", "address-insecure"),
        ("https://webex.example/v1/scim?a=", "address-malformed"),
        ("https://user@webex.example/v1/scim", "address-malformed"),
        ("https://webex.example:port/v1/scim", "address-malformed"),
        ("nonsense", "address-malformed"),
    ],
)
def test_a_bad_address_stops_everything_that_would_go_there(base: str, code: str) -> None:
    report, checks = climb(None, {"scim_base": base})
    assert checks["address"].code == code
    for rung in ("dns", "proxy", "tcp", "tls", "http", "authorization", "scim-query"):
        assert checks[rung].code == "not-reached"
        assert "“Tenant URL” failed" in checks[rung].message
    assert checks["identity"].status is Status.PASSED
    assert (report.verdict, report.entra_says, report.writes) == ("failed", "failure", "no")


def test_an_organization_that_is_no_uuid_is_a_bad_address() -> None:
    _report, checks = climb(organization_id="contoso")
    assert checks["address"].code == "organization-invalid"


def test_an_unknown_name_fails_at_dns_and_leaves_entra_unknown() -> None:
    report, checks = climb(None, {"scim_base": "https://nobody.invalid/v1/scim"})
    assert checks["dns"].code == "dns"
    assert checks["tcp"].code == checks["tls"].code == checks["http"].code == "not-reached"
    assert report.entra_says == "unknown"


def test_a_name_is_looked_up() -> None:
    async def run() -> ConnectionReport:
        async with served(webex()) as server:
            return await ladder(target(server.url(host="localhost")))

    _report, checks = found(asyncio.run(run()))
    assert checks["dns"].status is Status.PASSED
    assert "localhost has" in checks["dns"].message


def test_a_closed_port_fails_at_tcp() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{closed.getsockname()[1]}/v1/scim"
        _report, checks = climb(None, {"scim_base": base})
    assert checks["tcp"].code == "connection-refused"


def climb_tls(
    tls: ssl.SSLContext, trusted: ssl.SSLContext | None
) -> tuple[ConnectionReport, dict[str, Check]]:
    async def run() -> ConnectionReport:
        async with served(webex(), tls) as server:
            return await ladder(target(server.url()), trusted=trusted)

    return found(asyncio.run(run()))


def test_a_good_certificate_shows_its_issuer_and_its_end() -> None:
    certificates = Certificates()
    report, checks = climb_tls(certificates.server(), certificates.trusted())
    assert report.verdict == "passed"
    assert checks["tls"].status is Status.PASSED
    assert "TLS 1.3, certificate issued by trustme" in checks["tls"].message
    assert "valid until 20" in checks["tls"].message


def test_a_certificate_that_ends_soon_is_worth_a_warning() -> None:
    certificates = Certificates()
    report, checks = climb_tls(certificates.server(days=9), certificates.trusted())
    assert (checks["tls"].status, checks["tls"].code) == (
        Status.WARNED,
        "certificate-expires-soon",
    )
    assert "in 9 days" in checks["tls"].message
    assert report.verdict == "passed"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"days": -1}, "tls-expired"),
        ({"host": "elsewhere.example"}, "tls-wrong-host"),
        ({"begins": 1}, "tls-not-yet-valid"),
    ],
)
def test_a_bad_certificate_fails_with_its_reason(options: dict[str, Any], code: str) -> None:
    certificates = Certificates()
    report, checks = climb_tls(certificates.server(**options), certificates.trusted())
    assert checks["tls"].code == code
    assert checks["http"].code == "not-reached"
    assert report.entra_says == "unknown"


def test_an_issuer_that_is_not_trusted_hints_at_inspection(tmp_path: Path) -> None:
    _report, checks = climb_tls(Certificates().server(), None)
    assert checks["tls"].code == "tls-unknown-issuer"
    assert "inspects TLS" in checks["tls"].hint
    _report, checks = climb_tls(self_signed(tmp_path), None)
    assert checks["tls"].code == "tls-self-signed"


async def _not_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await reader.read(-1)


def test_what_speaks_no_tls_fails_at_tls() -> None:
    async def run() -> ConnectionReport:
        async with raw_served(_not_tls) as server:
            return await ladder(target(f"https://127.0.0.1:{server.port}"), time_limit=60)

    assert found(asyncio.run(run()))[1]["tls"].code == "tls"


def climb_by_proxy(
    monkeypatch: pytest.MonkeyPatch,
    refusal: bytes | None,
    scheme: str = "http",
    answerer: Callable[[Seen], Reply] | None = None,
    **others: Any,
) -> tuple[ConnectionReport, dict[str, Check]]:
    certificates = Certificates()

    async def run() -> ConnectionReport:
        tls, trusted = certificates.server("webex.invalid"), certificates.trusted()
        own = certificates.server() if scheme == "https" else None
        async with served(answerer or webex(), tls) as server:
            handle = proxy_to(server.port) if refusal is None else proxy_to(None, refusal)
            async with raw_served(handle, own) as proxy:
                proxied = f"{scheme}://user:swordfish@127.0.0.1:{proxy.port}"
                monkeypatch.setenv("https_proxy", proxied)
                there = target("https://webex.invalid", **others)
                return await ladder(there, trusted=trusted)

    report, checks = found(asyncio.run(run()))
    assert "swordfish" not in repr(report)
    return report, checks


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_looks_up_the_name_and_carries_everything(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    report, checks = climb_by_proxy(monkeypatch, None, scheme)
    assert checks["proxy"].status is Status.PASSED
    assert checks["dns"].code == checks["tcp"].code == "not-needed"
    assert checks["tls"].status is Status.PASSED
    assert report.verdict == "passed"


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (b"403 Forbidden", "proxy-refused"),
        (b"407 Proxy Authentication Required", "proxy-authentication"),
    ],
)
def test_a_proxy_that_refuses_fails_with_its_status(
    monkeypatch: pytest.MonkeyPatch, refusal: bytes, code: str
) -> None:
    report, checks = climb_by_proxy(monkeypatch, refusal)
    assert checks["proxy"].code == code
    assert refusal[:3].decode() in checks["proxy"].message
    assert checks["tls"].code == checks["http"].code == "not-reached"
    assert report.entra_says == "unknown"


def test_a_proxy_that_is_not_there_or_of_another_kind_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for proxy, code in (
        ("http://proxy.invalid:8080", "proxy-unreachable"),
        ("socks5://proxy.invalid:1080", "proxy-unsupported"),
    ):
        monkeypatch.setenv("https_proxy", proxy)
        report = asyncio.run(ladder(target("https://webex.invalid")))
        checks = found(report)[1]
        assert checks["proxy"].code == code
        assert checks["dns"].code == "not-needed"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("Bearer " + TOKEN.get_secret_value(), "token-impossible"),
        (TOKEN.get_secret_value() + "&token_type=Bearer", "token-impossible"),
        ("two words", "token-impossible"),
        ("", "token-impossible"),
    ],
)
def test_an_impossible_token_is_never_sent(token: str, code: str) -> None:
    seen: list[Seen] = []

    async def run() -> ConnectionReport:
        async with served(webex()) as server:
            report = await ladder(target(server.url(), token=SecretStr(token)))
            seen.extend(server.seen)
            return report

    report, checks = found(asyncio.run(run()))
    assert checks["token-shape"].code == code
    assert seen == []
    assert (report.entra_says, report.writes) == ("failure", "no")


def test_the_organization_in_the_token_is_compared_offline() -> None:
    report, checks = climb(token=opaque(OTHER))
    assert checks["token-shape"].code == "organization-mismatch"
    assert OTHER in checks["token-shape"].message
    assert checks["http"].status is Status.PASSED
    assert (report.verdict, report.writes) == ("failed", "no")


@pytest.mark.parametrize(
    ("handle", "code"), [(cutting, "connection-cut"), (endless, "answer-too-large")]
)
def test_a_service_that_gives_no_whole_answer_fails_at_http(handle: Raw, code: str) -> None:
    checks = climb_to(handle)
    assert checks["http"].code == code
    assert checks["scim-query"].code == "not-reached"


def test_a_service_that_never_answers_is_bounded_by_the_time_limit() -> None:
    checks = climb_to(silent, time_limit=0.3)
    assert checks["http"].code == "timeout"
    assert checks["http"].duration_ms < 5000
    assert checks["verdict"].status is Status.FAILED


def test_when_the_time_is_used_up_the_rest_is_not_tried() -> None:
    _report, checks = found(asyncio.run(ladder(target("http://127.0.0.1:9"), time_limit=0)))
    assert checks["dns"].code == checks["identity"].code == "out-of-time"
    assert checks["token-shape"].status is Status.PASSED
    assert checks["lifetime"].status is Status.PASSED


def test_leaving_in_the_middle_ends_the_climb_at_once() -> None:
    async def run() -> None:
        async with raw_served(silent) as server:
            waiting = asyncio.Event()
            climbing = asyncio.create_task(
                ladder(
                    target(server.url()),
                    started=lambda rung: waiting.set() if rung == "http" else None,
                )
            )
            await waiting.wait()
            climbing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await climbing

    asyncio.run(run())


SCIM_ERROR = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "detail": "No."}
CHALLENGE = {"www_authenticate": "Bearer"}


@pytest.mark.parametrize(
    "reply",
    [
        json_reply(SCIM_ERROR | {"status": "401"}, 401, **CHALLENGE),
        json_reply(SCIM_ERROR | {"status": 401}, 401),
        json_reply({"Errors": [{"description": "No."}]}, 401),
        Reply(401, b"<html>No.</html>", {"content-type": "application/scim+json"}),
        Reply(401),
    ],
)
def test_a_refused_token_fails_in_whatever_words(reply: Reply) -> None:
    report, checks = climb(webex(scim=reply))
    check = checks["authorization"]
    assert (check.status, check.code, check.http_status) == (Status.FAILED, "unauthorized", 401)
    missing = "WWW-Authenticate is missing" in check.message
    assert missing == ("www-authenticate" not in reply.headers)
    assert checks["scim-query"].code == "not-reached"
    assert (report.entra_says, report.writes) == ("failure", "no")


@pytest.mark.parametrize(
    ("reply", "rung", "code"),
    [
        (json_reply(SCIM_ERROR, 403), "authorization", "forbidden"),
        (json_reply(SCIM_ERROR, 404), "scim-query", "not-found"),
        (json_reply(SCIM_ERROR, 400), "scim-query", "bad-request"),
        (Reply(429, b"", {"retry-after": "5"}), "scim-query", "throttled"),
        (Reply(502), "scim-query", "server-error"),
        (Reply(204), "scim-query", "unexpected-status"),
        (Reply(200, b"<html>"), "scim-query", "html-page"),
        (Reply(200, b""), "scim-query", "not-json"),
        (json_reply({"hello": "world"}), "scim-query", "not-a-list"),
    ],
)
def test_each_way_of_failing_the_query_has_its_own_code(reply: Reply, rung: str, code: str) -> None:
    report, checks = climb(webex(scim=reply))
    assert (checks[rung].status, checks[rung].code) == (Status.FAILED, code)
    assert checks["scim-shape"].code == "not-reached"
    in_between = code in {"html-page", "not-json", "not-a-list"}  # perhaps not Webex at all
    says = "unknown" if in_between else "failure"
    assert (report.verdict, report.entra_says) == ("failed", says)
    passes = in_between or code in {"throttled", "server-error"}
    assert report.writes == ("unknown" if passes else "no")
    assert ("proxy" in checks["verdict"].message) == in_between
    assert in_between <= (checks["authorization"].status is Status.SKIPPED)


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        ("The token lacks the scope Identity:SCIM.", "Identity:SCIM"),
        ("Missing required scopes: spark:people_read, Identity:SCIM", "Identity:SCIM"),
        ("Insufficient scope", "that this needs"),
        ("The scope identity:people_rw is not granted.", "identity:people_rw"),
    ],
)
def test_a_scope_that_lacks_in_words_alone_is_no_missing_role(words: str, scope: str) -> None:
    _report, checks = climb(webex(scim=json_reply(SCIM_ERROR | {"detail": words}, 403)))
    check = checks["authorization"]
    assert check.code == "scope-missing"
    assert scope in check.message
    assert "administrator" not in check.hint


@pytest.mark.parametrize(
    "text",
    ["http://localhost:3000/auth/code?code=abc&state=x", "code=abcdef", "https://x.example/"],
)
def test_an_address_is_no_token_and_goes_nowhere(text: str) -> None:
    _report, checks = climb(webex(), token=SecretStr(text))
    assert checks["token-shape"].code == "token-impossible"
    assert "address" in checks["token-shape"].message
    assert checks["identity"].status is Status.SKIPPED


def test_an_account_that_is_not_found_blames_no_tenant_url() -> None:
    _report, checks = climb(webex(me=json_reply({"message": "No."}, 404)))
    assert checks["identity"].code == "not-found"
    assert "not the Tenant URL" in checks["identity"].hint


def test_a_redirect_is_not_followed_and_only_its_host_is_shown() -> None:
    reply = Reply(302, b"", {"location": "https://portal.example/sign-in?secret=1"})
    _report, checks = climb(webex(scim=reply))
    assert checks["authorization"].code == "authorization-unknown"
    assert checks["scim-query"].code == "redirected"
    assert "portal.example" in checks["scim-query"].message
    assert "secret" not in checks["scim-query"].message


def test_a_service_that_ignores_the_filter_fails_though_entra_may_not_notice() -> None:
    somebody = EMPTY_LIST | {"totalResults": 1, "Resources": [{"userName": "a"}]}
    report, checks = climb(webex(scim=json_reply(somebody)))
    assert checks["scim-query"].code == "filter-ignored"
    assert "may succeed" in checks["scim-query"].message
    assert report.entra_says == "unknown"
    assert "does not heed the search" in checks["verdict"].message
    assert "network" not in checks["verdict"].message


def test_oddities_of_the_answer_are_named_and_do_not_fail() -> None:
    odd = {"totalResults": "0", "schemas": ["urn:scim:schemas:core:1.0"]}
    report, checks = climb(webex(scim=json_reply(odd)))
    assert (checks["scim-shape"].status, checks["scim-shape"].code) == (
        Status.WARNED,
        "scim-oddities",
    )
    assert "totalResults is text" in checks["scim-shape"].message
    assert (report.verdict, report.entra_says) == ("passed", "success")


def test_the_servers_words_come_through_harmless_and_with_the_tracking_id() -> None:
    words = {"message": "No\u202e \x1b[31mway", "trackingId": "ROUTERGW_1"}
    _report, checks = climb(webex(scim=json_reply(words, 401)))
    assert "Webex says: “No\ufffd \ufffd[31mway”" in checks["authorization"].message
    assert checks["authorization"].tracking_id == "ROUTERGW_1"


@pytest.mark.parametrize(
    ("reply", "status", "code"),
    [
        (json_reply({"message": "No."}, 401), Status.FAILED, "unauthorized"),
        (json_reply({"message": "No."}, 403), Status.WARNED, "forbidden"),
        (Reply(500), Status.WARNED, "server-error"),
        (Reply(200, b"<html>"), Status.WARNED, "html-page"),
        (json_reply([1]), Status.WARNED, "answer-not-understood"),
        (Reply(200, b" " * 3_000_000), Status.FAILED, "answer-too-large"),
    ],
)
def test_an_account_that_is_not_told_is_graded(reply: Reply, status: Status, code: str) -> None:
    report, checks = climb(webex(me=reply))
    assert (checks["identity"].status, checks["identity"].code) == (status, code)
    assert report.entra_says == "success"
    if code == "answer-too-large":
        assert report.writes == "unknown"


def test_an_account_of_another_organization_fails() -> None:
    _report, checks = climb(webex(me=json_reply(ME | {"orgId": rest_id("ORGANIZATION", OTHER)})))
    assert checks["organization"].code == "organization-mismatch"


def test_an_organization_that_nobody_names_is_skipped() -> None:
    _report, checks = climb(webex(me=json_reply({"roles": ME["roles"]})))
    assert checks["organization"].code == "organization-unknown"


@pytest.mark.parametrize(
    ("roles", "identity", "status", "code"),
    [
        (["id_full_admin"], None, Status.PASSED, "ok"),
        ([OTHER], ["id_user_admin"], Status.PASSED, "ok"),
        ([OTHER], ["id_readonly_admin"], Status.FAILED, "role-cannot-write"),
        (["id_device_admin"], None, Status.FAILED, "role-cannot-write"),
        ([], None, Status.FAILED, "role-cannot-write"),
        ([OTHER], None, Status.WARNED, "role-unknown"),
        (None, None, Status.WARNED, "role-unknown"),
    ],
)
def test_the_role_is_judged_from_both_probes(
    roles: list[str] | None, identity: list[str] | None, status: Status, code: str
) -> None:
    me = {key: value for key, value in ME.items() if key != "roles"}
    if roles is not None:
        me["roles"] = [rest_id("ROLE", role) for role in roles]
    second = Reply(404) if identity is None else json_reply({"roles": identity})
    report, checks = climb(webex(me=json_reply(me), identity=second))
    assert (checks["role"].status, checks["role"].code) == (status, code)
    expected = {Status.PASSED: "yes", Status.FAILED: "no", Status.WARNED: "unknown"}[status]
    assert report.writes == expected
    assert report.entra_says == "success"


def test_an_account_for_which_both_probes_name_no_role_is_no_administrator() -> None:
    me = {key: value for key, value in ME.items() if key != "roles"}
    report, checks = climb(webex(me=json_reply(me), identity=json_reply({"userName": "ana"})))
    assert checks["role"].code == "role-cannot-write"
    assert report.writes == "no"


@pytest.mark.parametrize(
    ("granted", "status", "code", "write"),
    [
        (["Identity:SCIM", "spark:people_read"], Status.WARNED, "scope-missing", "unknown"),
        (["spark:people_read", "spark:people_write"], Status.FAILED, "scope-missing", "no"),
        (None, Status.SKIPPED, "scopes-unknown", "yes"),
    ],
)
def test_scopes_are_compared_with_what_is_needed(
    granted: list[str] | None, status: Status, code: str, write: str
) -> None:
    row = TOKENS["data"][0] | {"oauth2scope": granted}
    report, checks = climb(webex(tokens=json_reply({"data": [row]})))
    assert (checks["scopes"].status, checks["scopes"].code) == (status, code)
    assert report.writes == write


@pytest.mark.parametrize(
    ("told", "status", "write"),
    [
        (SCOPE.split(), Status.PASSED, "yes"),
        (["Identity:SCIM"], Status.WARNED, "unknown"),
        (["spark:people_read", "spark:people_write"], Status.FAILED, "no"),
    ],
)
@pytest.mark.parametrize("off", [False, True])
def test_what_the_sign_in_told_of_scopes_counts_where_webex_does_not_answer(
    told: list[str], status: Status, write: str, off: bool
) -> None:
    changes = {"token_endpoint_me": ""} if off else {}
    report, checks = climb(webex(tokens=Reply(404)), changes, scopes=tuple(told))
    assert checks["scopes"].status is status
    assert "So it was told when the token came." in checks["scopes"].message
    assert report.writes == write


def test_what_webex_says_of_scopes_counts_more_than_what_the_sign_in_told() -> None:
    _report, checks = climb(scopes=("Identity:SCIM",))
    assert checks["scopes"].status is Status.PASSED


@pytest.mark.parametrize(
    ("replies", "changes", "entra", "write"),
    [
        ({"scim": Reply(401)}, {}, "“Token accepted” failed", "“Token accepted” failed"),
        ({"scim": Reply(502)}, {}, "while this lasts, because", "“Search as Entra does it” failed"),
        ({}, {"scim_base": ""}, "switched off", "“Search as Entra does it” was not tried"),
        ({}, {"scim_base": "https://no.invalid/x"}, "another", "was not tried"),
        ({}, {"api_base": ""}, "it worked", "“Administrator role” was not tried"),
    ],
)
def test_the_verdict_names_the_reason_of_each_half(
    replies: dict[str, Reply], changes: dict[str, str], entra: str, write: str
) -> None:
    _report, checks = climb(webex(**replies), changes)
    about_entra, about_writes = checks["verdict"].message.split(". ")[:2]
    assert entra in about_entra.replace("Microsoft's network", "another network")
    assert write in about_writes


def test_an_undocumented_probe_that_fails_costs_nothing() -> None:
    report, checks = climb(webex(tokens=Reply(500)))
    assert checks["scopes"].code == "scopes-unknown"
    assert report.verdict == "passed"


@pytest.mark.parametrize(
    ("days", "age", "status", "code"),
    [
        (-1, None, Status.FAILED, "token-expired"),
        (0.5, None, Status.WARNED, "token-expires-soon"),
        (20, None, Status.WARNED, "token-expires-soon"),
        (20, 25, Status.PASSED, "ok"),
        (1 / 24, 0, Status.WARNED, "token-short-lived"),
        (0.4, 0.1, Status.WARNED, "token-short-lived"),
        (13.9, 0.1, Status.WARNED, "token-short-lived"),
        (-1, 1, Status.FAILED, "token-expired"),
        (5, 40, Status.WARNED, "token-expires-soon"),
        (40, 325, Status.PASSED, "ok"),
        (29, 336, Status.WARNED, "token-expires-soon"),
    ],
)
def test_the_lifetime_is_judged_by_the_length_of_the_whole_life(
    days: float, age: float | None, status: Status, code: str
) -> None:
    now = datetime.now(UTC)
    issued = None if age is None else now - timedelta(days=age)
    _report, checks = climb(expires_at=now + timedelta(days=days), issued_at=issued)
    assert (checks["lifetime"].status, checks["lifetime"].code) == (status, code)


def test_of_a_long_life_that_ends_within_hours_it_is_said_too() -> None:
    ends = datetime.now(UTC) + timedelta(hours=5, seconds=30)
    _report, checks = climb(expires_at=ends, issued_at=ends - timedelta(days=300))
    assert checks["lifetime"].code == "token-expires-soon"
    assert "Provisioning would stop in 5 hours." in checks["lifetime"].message
    assert checks["lifetime"].hint == "Renew it now."  # no profile keeps it


def test_of_a_short_life_it_is_said_when_provisioning_would_stop() -> None:
    now = datetime.now(UTC)
    _report, checks = climb(expires_at=now + timedelta(hours=1, seconds=30), issued_at=now)
    assert "60 minutes left. Provisioning would stop in 60 minutes." in checks["lifetime"].message
    assert "In doubt: Lifetime." in checks["verdict"].message


@pytest.mark.parametrize(
    ("ahead", "days", "code"),
    [
        (0, 44, "ok"),
        (240, 44, "ok"),
        (7200, 44, "clock-off"),
        (-7200, 44, "clock-off"),
        (90 * 86_400, 44, "clock-off"),
        (-90 * 86_400, -44, "token-expired"),
        (-90 * 86_400, 3, "token-expires-soon"),
    ],
)
def test_the_life_of_a_token_is_reckoned_by_webexs_clock(
    monkeypatch: pytest.MonkeyPatch, ahead: int, days: int, code: str
) -> None:
    """Over a proxy, as a server on this machine has this machine's clock."""
    theirs = datetime.now(UTC) - timedelta(seconds=ahead)
    date = format_datetime(theirs, usegmt=True)
    ends = theirs + timedelta(days=days, minutes=1)
    _report, checks = climb_by_proxy(
        monkeypatch,
        None,
        answerer=webex(scim=json_reply(EMPTY_LIST, date=date)),
        expires_at=ends,
        issued_at=ends - timedelta(days=45),
    )
    lifetime = checks["lifetime"]
    assert lifetime.code == code
    assert ("This machine's clock" in lifetime.message) == (abs(ahead) > 300)
    if code == "clock-off":
        assert f"{days} days left" in lifetime.message
        assert ("ahead of" if ahead > 0 else "behind") in lifetime.message


def test_an_unknown_or_assumed_lifetime_is_asked_for() -> None:
    _report, checks = climb(expires_at=None)
    assert "199 days" in checks["lifetime"].message or "200 days" in checks["lifetime"].message
    _report, checks = climb(webex(tokens=Reply(500)), expires_assumed=True)
    assert "(assumed)" in checks["lifetime"].message
    _report, checks = climb(webex(tokens=Reply(500)), expires_at=None)
    assert checks["lifetime"].code == "lifetime-unknown"


def test_the_practice_tenants_accounts_are_told_apart() -> None:
    tenant = PracticeTenant.start()

    def run(email: str) -> ConnectionReport:
        token = SecretStr(sign_in(tenant, email).token)
        here = Target(tenant.endpoints, tenant.organization_id, token, None, expires_assumed=True)
        return found(asyncio.run(ladder(here)))[0]

    try:
        verdicts = {
            name: (report.verdict, report.entra_says, report.writes)
            for name in ("admin@practice", "readonly@practice", "user@practice", "admin@other")
            for report in (run(f"{name}.example"),)
        }
    finally:
        tenant.close()
    assert verdicts == {
        "admin@practice": ("passed", "success", "yes"),
        "readonly@practice": ("failed", "success", "no"),
        "user@practice": ("failed", "failure", "no"),
        "admin@other": ("failed", "failure", "no"),
    }


def test_the_data_of_a_report_loads_without_httpx() -> None:
    code = (
        "import sys, wizard.checks.check\n"
        "sys.exit('httpx' in sys.modules or 'pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
