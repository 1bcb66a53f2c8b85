import asyncio
import gzip
import logging
import socket
import ssl
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.servers import (
    Certificates,
    Raw,
    Reply,
    Seen,
    cutting,
    endless,
    proxy_to,
    raw_served,
    self_signed,
    served,
    silent,
)
from wizard import __version__
from wizard.errors import AnswerError, TokenRefused, TransportError
from wizard.graph.refusals import refusal_of
from wizard.net.answers import error_of, json_of, retry_after, said
from wizard.net.transport import HttpAnswer, client, fetch, proxy_for
from wizard.words.text import plain_line

TOKEN = SecretStr("a-secret-that-nobody-may-ever-see-0123456789")


def answered(
    status: int = 200, body: bytes = b"", content_type: str = "application/json", **headers: str
) -> HttpAnswer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpAnswer(status, named, body, 5, named.get("trackingid"), content_type)


async def refused(coroutine: Coroutine[Any, Any, Any]) -> TransportError:
    with pytest.raises(TransportError) as error:
        await coroutine
    assert error.value.message
    assert error.value.hint
    return error.value


async def get_from(handle: Raw, **options: Any) -> HttpAnswer:
    async with raw_served(handle) as server, client(retries=False) as http:
        return await fetch(http, "GET", server.url(), **options)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "QUERY"])
async def test_a_read_only_client_sends_nothing_that_could_change_something(method: str) -> None:
    sent: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return httpx.Response(200)

    async def run() -> None:
        inner = httpx.MockTransport(handle)
        async with client(read_only=True, inner=inner) as http:
            for allowed in ("GET", "HEAD", "OPTIONS"):
                await fetch(http, allowed, "https://webex.example/")
            await fetch(http, method, "https://webex.example/")

    assert (await refused(run())).code == "preview-write"
    assert sent == ["GET", "HEAD", "OPTIONS"]


async def test_the_bearer_goes_out_and_shows_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(seen: Seen) -> Reply:
        body = seen.headers["authorization"].encode()
        return Reply(200, body, {"x-echo": seen.headers["authorization"]})

    async with served(echo) as server, client(bearer=TOKEN) as http:
        answer = await fetch(http, "GET", server.url("/?q=1"))
        shown, seen = f"{http!r} {vars(http)!r} {vars(http.auth)!r}", server.seen[0]
    secret = TOKEN.get_secret_value()
    assert seen.headers["authorization"] == f"Bearer {secret}"
    assert seen.headers["user-agent"] == f"webex-wizard/{__version__}"
    assert secret not in shown + caplog.text + repr(answer)
    assert answer.body == b"Bearer [hidden]"
    assert answer.headers["x-echo"] == "Bearer [hidden]"


async def test_a_token_is_never_sent_over_plain_http_to_elsewhere() -> None:
    async def run() -> None:
        inner = httpx.MockTransport(lambda _request: httpx.Response(200))
        async with client(bearer=TOKEN, inner=inner) as http:
            await fetch(http, "GET", "http://webex.example/")

    assert (await refused(run())).code == "insecure-address"


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "schlüssel"])
def test_an_impossible_token_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(TokenRefused) as error:
        client(bearer=SecretStr(token))
    assert error.value.code == "token-impossible"
    assert not token or token not in str(error.value)


async def test_redirects_are_not_followed() -> None:
    reply = Reply(302, b"", {"location": "https://elsewhere.example/?secret=1"})
    async with served(lambda _seen: reply) as server, client() as http:
        answer = await fetch(http, "GET", server.url())
    error = error_of(answer)
    assert error.code == "redirected"
    assert "elsewhere.example" in error.message
    assert "secret" not in str(error)


async def test_retry_after_is_honoured_for_requests_that_are_safe_to_repeat() -> None:
    replies = [httpx.Response(429, headers={"retry-after": "0"}), httpx.Response(200)]

    inner = httpx.MockTransport(lambda _request: replies.pop(0))
    async with client(inner=inner) as http:
        answer = await fetch(http, "GET", "https://webex.example/")

    assert answer.status == 200
    assert replies == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
@pytest.mark.parametrize(
    ("asked", "waits", "said_of_it"),
    [
        ("7776000", [], "a wait of 90 days, which is longer than anyone waits"),
        ("9" * 400, [], "longer than anyone waits"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", [], "longer than anyone waits"),
        ("7200", [], "Wait 2 hours, then try again."),
        ("90", [90.0, 30.0], "Wait 90 seconds, then try again."),
        ("5", [5.0] * 4, "Wait 5 seconds, then try again."),
    ],
)
async def test_a_wait_that_is_too_long_ends_at_once_and_is_told(
    method: str, asked: str, waits: list[float], said_of_it: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    sent: list[str] = []

    async def recorded(seconds: float) -> None:
        slept.append(seconds)

    def throttled(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return httpx.Response(429, headers={"retry-after": asked}, content=b"{}")

    monkeypatch.setattr("httpx_retries.retry.asyncio.sleep", recorded)

    async with client(inner=httpx.MockTransport(throttled)) as http:
        answer = await fetch(http, method, "https://webex.example/")
    assert said_of_it in error_of(answer).hint
    assert slept == waits
    assert sent == [method] * (len(waits) + 1)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nothing between two attempts."""

    async def at_once(_seconds: float) -> None:
        """Return."""

    monkeypatch.setattr("httpx_retries.retry.asyncio.sleep", at_once)


@pytest.mark.usefixtures("unhurried")
async def test_each_attempt_that_failed_is_told_before_the_next() -> None:
    said: list[str] = []

    def gone(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone")

    async with client(inner=httpx.MockTransport(gone), tell=said.append) as http:
        with pytest.raises(TransportError):
            await fetch(http, "GET", "https://webex.example/")
    assert said == [
        f"webex.example does not answer yet. Trying again ({number} of 5)."
        for number in range(2, 6)
    ]


@pytest.mark.usefixtures("unhurried")
async def test_a_busy_server_is_told_as_such_and_a_post_is_not_repeated() -> None:
    said: list[str] = []
    inner = httpx.MockTransport(lambda _request: httpx.Response(503))
    async with client(inner=inner, tell=said.append) as http:
        await fetch(http, "POST", "https://webex.example/")
        assert said == []
        await fetch(http, "GET", "https://webex.example/")
    assert said[0] == "webex.example is busy (HTTP 503). Trying again (2 of 5)."
    assert len(said) == 4


@pytest.mark.parametrize(
    ("cause", "attempts"),
    [
        (ssl.SSLCertVerificationError(1, "certificate verify failed"), 1),
        (ssl.SSLError(1, "wrong version number"), 1),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), 5),
        (ConnectionRefusedError(111, "refused"), 5),
    ],
)
@pytest.mark.usefixtures("unhurried")
async def test_what_would_end_the_same_is_not_tried_again(cause: OSError, attempts: int) -> None:
    tried: list[str] = []

    def failing(request: httpx.Request) -> httpx.Response:
        tried.append(request.method)
        raise httpx.ConnectError(str(cause)) from cause

    async with client(inner=httpx.MockTransport(failing)) as http:
        with pytest.raises(TransportError):
            await fetch(http, "GET", "https://webex.example/")
    assert len(tried) == attempts


async def test_without_retries_the_first_answer_counts() -> None:
    inner = httpx.MockTransport(lambda _request: httpx.Response(503))
    async with client(inner=inner, retries=False) as http:
        answer = await fetch(http, "GET", "https://webex.example/")

    assert answer.status == 503


async def test_an_answer_of_300_megabytes_is_stopped_early() -> None:
    error = await refused(get_from(endless))
    assert error.code == "answer-too-large"
    assert "2,000 kB" in error.message


async def test_a_declared_size_that_is_too_large_is_not_read_at_all() -> None:
    async def run() -> None:
        reply = Reply(200, b"", {"content-length": "300000000"})
        async with served(lambda _seen: reply) as server, client(retries=False) as http:
            await fetch(http, "GET", server.url())

    assert (await refused(run())).code == "answer-too-large"


@pytest.mark.parametrize(
    ("body", "encoding", "code"),
    [
        (gzip.compress(b" " * 5_000_000), "gzip", "answer-too-large"),
        (b"not gzip", "gzip", "answer-encoding"),
        (gzip.compress(gzip.compress(b"{}")), "gzip, gzip", "answer-encoding"),
    ],
    ids=["bomb", "no gzip", "twice"],
)
async def test_compression_cannot_be_used_against_us(body: bytes, encoding: str, code: str) -> None:
    async def run() -> None:
        reply = Reply(200, body, {"content-encoding": encoding})
        async with served(lambda _seen: reply) as server, client(retries=False) as http:
            await fetch(http, "GET", server.url())

    assert (await refused(run())).code == code


async def _not_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(1)
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    await reader.read(-1)


async def _hanging_up(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("handle", "options", "code"),
    [
        (cutting, {}, "connection-cut"),
        (_hanging_up, {}, "connection-cut"),
        (_not_http, {}, "not-http"),
        (silent, {"time_limit": 0.1}, "timeout"),
        (silent, {"timeout": 0.1}, "timeout"),
    ],
)
async def test_a_connection_that_goes_wrong_has_its_own_code(
    handle: Raw, options: dict[str, Any], code: str
) -> None:
    assert (await refused(get_from(handle, **options))).code == code


@pytest.mark.parametrize(
    "line", [b"SSH-2.0-OpenSSH_9.2", b'it\'s "odd" \\x \x1b\xff', b"bytearray(b'x')"]
)
async def test_what_speaks_another_language_is_quoted_as_text_and_never_as_bytes(
    line: bytes,
) -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(line + b"\r\n\r\n")
        await reader.read(-1)

    message = (await refused(get_from(handle))).message
    assert f"“{plain_line(line)}”" in message
    assert "bytearray(b'" not in message.replace(plain_line(line), "")


async def test_a_closed_port_is_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

        async def run() -> None:
            async with client(retries=False) as http:
                await fetch(http, "GET", f"http://127.0.0.1:{port}/")

        assert (await refused(run())).code == "connection-refused"


async def test_an_unknown_name_is_a_dns_error() -> None:
    async def run() -> None:
        async with client(retries=False) as http:
            await fetch(http, "GET", "https://nobody.invalid/")

    error = await refused(run())
    assert error.code == "dns"
    assert "nobody.invalid" in error.message


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"days": -1}, "tls-expired"),
        ({"host": "elsewhere.example"}, "tls-wrong-host"),
        ({"begins": 1}, "tls-not-yet-valid"),
    ],
)
async def test_a_bad_certificate_has_its_exact_reason(options: dict[str, Any], code: str) -> None:
    certificates = Certificates()

    async def run() -> None:
        tls, trusted = certificates.server(**options), certificates.trusted()
        async with (
            served(lambda _seen: Reply(), tls) as server,
            client(retries=False, trusted=trusted) as http,
        ):
            await fetch(http, "GET", server.url())

    assert (await refused(run())).code == code


async def test_an_issuer_that_the_system_does_not_trust_is_named_as_such(tmp_path: Path) -> None:
    async def run(tls: Any) -> None:
        async with served(lambda _seen: Reply(), tls) as server, client(retries=False) as http:
            await fetch(http, "GET", server.url())

    error = await refused(run(Certificates().server()))
    assert error.code == "tls-unknown-issuer"
    assert "root certificate" in error.hint
    assert (
        await refused(run(Certificates().server(with_authority=True)))
    ).code == "tls-unknown-issuer"
    assert (await refused(run(self_signed(tmp_path)))).code == "tls-self-signed"


async def test_what_speaks_no_tls_is_a_tls_error() -> None:
    async def run() -> None:
        async with raw_served(_not_http) as server, client(retries=False) as http:
            await fetch(http, "GET", f"https://127.0.0.1:{server.port}/")

    assert (await refused(run())).code == "tls"


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name.upper()}_PROXY", raising=False)
    return monkeypatch


def test_the_platforms_proxy_is_used_but_never_for_this_machine(
    no_proxies: pytest.MonkeyPatch,
) -> None:
    assert proxy_for("https://webex.example/") is None
    no_proxies.setenv("https_proxy", "proxy.example:8080")
    no_proxies.setenv("http_proxy", "http://proxy.example:8080")
    no_proxies.setenv("no_proxy", "inside.example")
    assert proxy_for("https://webex.example/") == "http://proxy.example:8080"
    assert proxy_for("https://inside.example/") is None
    for host in ("localhost", "127.0.0.1", "127.1.2.3", "[::1]"):
        assert proxy_for(f"http://{host}:3000/") is None


def test_a_proxy_of_another_kind_is_refused(no_proxies: pytest.MonkeyPatch) -> None:
    no_proxies.setenv("https_proxy", "socks5://proxy.example:1080")
    with pytest.raises(TransportError) as error:
        proxy_for("https://webex.example/")
    assert error.value.code == "proxy-unsupported"


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (b"403 Forbidden", "proxy-refused"),
        (b"407 Proxy Authentication Required", "proxy-authentication"),
    ],
)
async def test_a_proxy_that_refuses_is_named(
    no_proxies: pytest.MonkeyPatch, refusal: bytes, code: str
) -> None:
    async def run() -> None:
        async with raw_served(proxy_to(None, refusal)) as proxy, client(retries=False) as http:
            no_proxies.setenv("https_proxy", f"http://user:pass@127.0.0.1:{proxy.port}")
            await fetch(http, "GET", "https://webex.invalid/")

    error = await refused(run())
    assert error.code == code
    assert "127.0.0.1" in error.message
    assert "pass" not in str(error).replace("password", "")


async def test_a_proxy_that_is_not_there_is_blamed_instead_of_the_server(
    no_proxies: pytest.MonkeyPatch,
) -> None:
    async def run() -> None:
        async with client(retries=False) as http:
            await fetch(http, "GET", "https://webex.invalid/")

    no_proxies.setenv("https_proxy", "http://proxy.invalid:8080")
    error = await refused(run())
    assert error.code == "proxy-unreachable"
    assert "proxy.invalid" in error.message


async def test_a_request_goes_through_the_proxys_tunnel(no_proxies: pytest.MonkeyPatch) -> None:
    certificates = Certificates()

    tls, trusted = certificates.server("webex.invalid"), certificates.trusted()
    async with (
        served(lambda _seen: Reply(200, b"through"), tls) as server,
        raw_served(proxy_to(server.port)) as proxy,
        client(retries=False, trusted=trusted) as http,
    ):
        no_proxies.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        answer = await fetch(http, "GET", "https://webex.invalid/")

    assert answer.body == b"through"


@pytest.mark.parametrize(
    ("body", "words", "tracking"),
    [
        (
            b'{"message":"No valid token.","errors":[{"description":"Sign in."}],'
            b'"trackingId":"ROUTERGW_1"}',
            "No valid token. Sign in.",
            "ROUTERGW_1",
        ),
        (
            b'{"error":{"key":"401","message":[{"code":"701018","description":"Denied."}]},'
            b'"trackingId":"ATLAS_1"}',
            "Denied.",
            "ATLAS_1",
        ),
        (
            b'{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"400",'
            b'"scimType":"noTarget","detail":"Nothing there."}',
            "Nothing there. (noTarget)",
            None,
        ),
        (
            b'{"error":"invalid_scope","error_description":"Unknown.","trackingID":"CLIENT_1"}',
            "Unknown. invalid_scope",
            "CLIENT_1",
        ),
        (b'{"Errors":[{"description":"Old style.","code":"401"}]}', "Old style.", None),
        (b"<!DOCTYPE html><html><title>Sign <b>in</b></title>", "Sign in", None),
        (b"go away", "go away", None),
        (b"", "", None),
        (b"[" * 100_000, None, None),
        (b'{"detail":"Bearer abcdefghijklmnop \\u001b[31m"}', "Bearer [hidden] \ufffd[31m", None),
    ],
)
def test_the_servers_own_words_are_shown_in_every_dialect(
    body: bytes, words: str | None, tracking: str | None
) -> None:
    error = error_of(answered(401, body))
    assert error.tracking_id == tracking
    if words is not None:
        assert said(answered(401, body)) == words
        assert (f"Webex says: “{words}”" in error.message) == bool(words)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (301, "redirected"),
        (400, "bad-request"),
        (401, "unauthorized"),
        (403, "forbidden"),
        (404, "not-found"),
        (409, "conflict"),
        (418, "unexpected-status"),
        (429, "throttled"),
        (500, "server-error"),
        (503, "server-error"),
    ],
)
def test_every_status_has_a_code_a_message_and_a_hint(status: int, code: str) -> None:
    error = error_of(answered(status, trackingid="T1"), "Entra")
    assert (error.code, error.status, error.tracking_id) == (code, status, "T1")
    assert error.message.startswith("Entra ")
    assert error.hint
    assert "{" not in str(error)


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    assert retry_after(answered(retry_after="7")) == 7
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    seconds = retry_after(answered(retry_after=soon))
    assert seconds is not None
    assert 80 < seconds <= 90
    assert retry_after(answered(retry_after="soon")) is None
    assert retry_after(answered()) is None
    assert "7 seconds" in error_of(answered(429, retry_after="7")).hint


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("0", "Wait a second, then try again."),
        ("119", "Wait 119 seconds, then try again."),
        ("3600", "Wait 60 minutes, then try again."),
        ("86400", "Wait 24 hours, then try again."),
        ("7776000", "a wait of 90 days, which is longer than anyone waits"),
        ("99999999999999999999", "longer than anyone waits"),
        ("Wed, 21 Oct 2099 07:28:00 GMT", "longer than anyone waits"),
        ("soon", "Wait a minute, then try again."),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_is_told_as_people_count_it(status: int, asked: str, told: str) -> None:
    answer = answered(status, retry_after=asked)
    assert told in error_of(answer).hint
    assert told in refusal_of(answer).hint


@pytest.mark.parametrize(
    ("headers", "body", "told"),
    [
        (
            {"www_authenticate": 'Bearer realm="x", error="insufficient_scope", '
             'scope="Identity:SCIM spark:people_write"'},
            b"",
            "it lacks a permission (scope): Identity:SCIM spark:people_write",
        ),
        (
            {},
            b'{"error":"insufficient_scope","scope":"Identity:SCIM {x}"}',
            "it lacks a permission (scope): Identity:SCIM {x}",
        ),
        ({"www_authenticate": 'Bearer error="insufficient_scope"'}, b"", "(scope) that this needs"),
    ],
)  # fmt: skip
def test_a_refusal_for_a_scope_names_the_one_that_is_missing(
    headers: dict[str, str], body: bytes, told: str
) -> None:
    error = error_of(answered(403, body, **headers))
    assert error.code == "scope-missing"
    assert told in error.message
    assert "Get a new token" in error.hint


@given(st.binary(max_size=200), st.integers(100, 599), st.text(max_size=30))
def test_no_answer_makes_reading_it_crash(body: bytes, status: int, header: str) -> None:
    headers = {"retry_after": header, "location": header}
    answer = answered(status, body, header, **headers)
    assert error_of(answer).code
    assert "\x1b" not in str(error_of(answer))


@pytest.mark.parametrize(
    ("body", "code"), [(b"", "not-json"), (b"hi", "not-json"), (b"<html>", "html-page")]
)
def test_what_is_not_json_is_named(body: bytes, code: str) -> None:
    with pytest.raises(AnswerError) as error:
        json_of(answered(200, body))
    assert error.value.code == code
