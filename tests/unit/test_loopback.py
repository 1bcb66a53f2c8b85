"""The loopback redirect over real sockets: what it serves, takes, ignores and ends with."""

import asyncio
import base64
import hashlib
import json
import re
import socket
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

import pytest
from pydantic import SecretStr

from tests.clock import move_on, on_own_clock
from tests.network import needs_ipv6
from wizard.assets import asset
from wizard.errors import AuthorizationError, MachineError, WizardError
from wizard.oauth.loopback.listener import HEAD_PATIENCE, MAX_CONNECTIONS, PATIENCE
from wizard.oauth.webex.token_redirect import MAX_BODY, RedirectListener

STATE = SecretStr("the-state-of-this-sign-in")
TOKEN = "Secret+Token/of_the-organization=="
SUCCESS = f"#access_token={quote(TOKEN, safe='')}&expires_in=60&token_type=Bearer&state="
GOOD = SUCCESS + STATE.get_secret_value()


Headers = dict[str, str | None]
"""Header fields by name with underscores; None leaves one away."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def outcome(self) -> str:
        return str(json.loads(self.body)["outcome"])


@dataclass
class Browser:
    """Speaks HTTP to the listener word by word, as no well-behaved client would let us."""

    port: int
    listener: RedirectListener
    reported: list[WizardError] = field(default_factory=list)
    left_open: list[asyncio.StreamWriter] = field(default_factory=list)

    async def send(self, raw: bytes, address: str = "127.0.0.1") -> bytes:
        reader, writer = await asyncio.open_connection(address, self.port)
        writer.write(raw)
        try:
            return await reader.read()
        finally:
            writer.close()

    async def ask(
        self,
        method: str = "GET",
        path: str = "/auth/code",
        headers: Headers | None = None,
        body: bytes = b"",
        address: str = "127.0.0.1",
    ) -> Answer:
        names = {"host": f"localhost:{self.port}"} | (headers or {})
        lines = [f"{method} {path} HTTP/1.1"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in names.items() if value]
        lines = [line.replace("PORT", str(self.port)) for line in lines]
        raw = await self.send("\r\n".join([*lines, "", ""]).encode() + body, address)
        head, _, content = raw.partition(b"\r\n\r\n")
        first, *rest = head.decode().split("\r\n")
        found = dict(line.lower().split(": ", 1) for line in rest)
        return Answer(int(first.split()[1]), found, content)

    async def post(
        self,
        fragment: str = "",
        query: str = "",
        headers: Headers | None = None,
        body: bytes | None = None,
    ) -> Answer:
        form = urlencode({"query": query, "fragment": fragment}).encode() if body is None else body
        own: Headers = {
            "origin": f"http://localhost:{self.port}",
            "content_type": "application/x-www-form-urlencoded;charset=UTF-8",
            "content_length": str(len(form)),
        }
        return await self.ask("POST", headers=own | (headers or {}), body=form)

    @property
    def codes(self) -> list[str]:
        return [error.code for error in self.reported]


def browse(story: Callable[[Browser], Awaitable[None]]) -> None:
    """Run a story against a listener on a free port; time passes when the story says so."""
    port = free_port()

    async def run() -> None:
        reported: list[WizardError] = []
        async with RedirectListener(STATE, reported.append, port=port) as listener:
            browser = Browser(port, listener, reported)
            await story(browser)
            for writer in browser.left_open:
                writer.close()

    on_own_clock(run())


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as finder:
        return int(finder.getsockname()[1])


def unexpected(error: WizardError) -> None:
    pytest.fail(error.code)


async def is_waiting(listener: RedirectListener) -> bool:
    waiting = asyncio.ensure_future(listener.response())
    done, _ = await asyncio.wait({waiting}, timeout=0)
    waiting.cancel()
    return not done


def test_a_token_posted_by_our_page_is_the_response(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)

    async def story(browser: Browser) -> None:
        answer = await browser.post(GOOD, "?session=1", {"sec_fetch_site": "same-origin"})
        assert (answer.status, answer.outcome) == (200, "received")
        response = await browser.listener.response()
        assert response.access_token.get_secret_value() == TOKEN
        assert response.expires_in == 60
        assert TOKEN.encode() not in answer.body
        assert TOKEN not in repr(response)

    browse(story)
    assert "Secret" not in caplog.text


async def test_the_reply_reaches_the_browser_although_the_listener_closes_at_once() -> None:
    port = free_port()

    async with RedirectListener(STATE, unexpected, port=port) as listener:
        posting = asyncio.ensure_future(Browser(port, listener).post(GOOD))
        await listener.response()
    assert (await posting).outcome == "received"


@needs_ipv6
def test_both_loopback_families_serve_the_page() -> None:
    async def story(browser: Browser) -> None:
        assert (await browser.ask(address="127.0.0.1")).status == 200
        assert (await browser.ask(address="::1")).status == 200

    browse(story)


def test_the_page_allows_its_own_script_and_style_and_nothing_else() -> None:
    async def story(browser: Browser) -> None:
        page = await browser.ask()
        assert page.body.decode() == asset("callback.html")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["connection"] == "close"
        assert not [name for name in page.headers if name.startswith("access-control")]
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        for content in re.findall(rb"<(?:script|style)>(.*?)</", page.body, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
            assert f"'sha256-{digest.lower()}'" in policy
        assert b"http" not in page.body

    browse(story)


def test_the_page_survives_reloads_and_head_before_and_after_the_answer() -> None:
    async def story(browser: Browser) -> None:
        for _ in range(2):
            assert (await browser.ask(path="/auth/code?error=x")).status == 200
            head = await browser.ask("HEAD")
            assert (head.status, head.body) == (200, b"")
            await browser.post(GOOD)

    browse(story)


def test_a_wait_can_be_resumed_and_a_second_answer_changes_nothing() -> None:
    async def story(browser: Browser) -> None:
        assert await is_waiting(browser.listener)
        await browser.post(GOOD)
        again = await browser.post(GOOD.replace("Secret", "Other"))
        assert (again.status, again.outcome) == (409, "already")
        assert (await browser.listener.response()).access_token.get_secret_value() == TOKEN

    browse(story)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", path, 404)
        for path in ("/favicon.ico", "/", "/auth/code/", "http://localhost/auth/code")
    ]
    + [("POST", "/", 404)]
    + [(method, "/auth/code", 405) for method in ("PUT", "OPTIONS", "DELETE")],
)
def test_other_paths_and_methods_are_turned_away_in_silence(
    method: str, path: str, status: int
) -> None:
    async def story(browser: Browser) -> None:
        answer = await browser.ask(method, path)
        assert answer.status == status
        assert ("allow" in answer.headers) == (status == 405)
        assert browser.reported == []

    browse(story)


@pytest.mark.parametrize("host", ["127.0.0.1:1", "evil.example:PORT", "localhost", "127.0.0.1"])
def test_another_host_gets_no_page(host: str) -> None:
    async def story(browser: Browser) -> None:
        answer = await browser.ask(headers={"host": host})
        assert answer.status == 421
        assert "location" not in answer.headers
        assert b"<html" not in answer.body

    browse(story)


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "[::1]:PORT"])
@pytest.mark.parametrize("query", ["", "?error=x&state=y"])
def test_a_browser_at_the_address_is_sent_on_to_the_name(host: str, query: str) -> None:
    async def story(browser: Browser) -> None:
        answer = await browser.ask(path=f"/auth/code{query}", headers={"host": host})
        assert answer.status == 307
        assert answer.headers["location"] == f"http://localhost:{browser.port}/auth/code{query}"
        assert answer.headers["cache-control"] == "no-store"
        assert browser.reported == []

    browse(story)


@pytest.mark.parametrize(
    ("name", "value"),
    [("host", name) for name in ("127.0.0.1:PORT", "evil.example")]
    + [("origin", name) for name in (None, "null", "https://evil.example", "http://127.0.0.1:PORT")]
    + [("content_type", name) for name in (None, "text/plain", "multipart/form-data; boundary=x")]
    + [("sec_fetch_site", name) for name in ("cross-site", "same-site", "none")],
)
def test_a_post_from_anywhere_else_is_refused_and_reported(name: str, value: str | None) -> None:
    async def story(browser: Browser) -> None:
        answer = await browser.post(GOOD, headers={name: value})
        assert (answer.status, answer.outcome) == (403, "ignored")
        assert browser.codes == ["foreign-request"]
        assert await is_waiting(browser.listener)

    browse(story)


def test_a_body_too_large_is_refused_without_being_read() -> None:
    async def story(browser: Browser) -> None:
        announced = await browser.post(headers={"content_length": str(MAX_BODY + 1)}, body=b"")
        assert announced.status == 413
        chunks = f"{MAX_BODY + 1:x}\r\n".encode() + b"x" * (MAX_BODY + 1) + b"\r\n0\r\n\r\n"
        sent = await browser.post(
            headers={"content_length": None, "transfer_encoding": "chunked"}, body=chunks
        )
        assert sent.status == 413
        assert await is_waiting(browser.listener)

    browse(story)


FORMS = [b"", b"query=", b"query=&fragment=&more=", b"query=&query=", b'{"query": ""}', b"\xff=&a="]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_another_shape_is_refused(form: bytes) -> None:
    async def story(browser: Browser) -> None:
        assert (await browser.post(body=form)).status == 400
        assert await is_waiting(browser.listener)

    browse(story)


@pytest.mark.parametrize("state", ["", "forged"])
def test_a_forged_answer_is_reported_and_the_wait_goes_on(state: str) -> None:
    async def story(browser: Browser) -> None:
        for _ in range(3):
            assert (await browser.post(SUCCESS + state)).outcome == "ignored"
        assert browser.codes == ["state-mismatch"]
        assert TOKEN not in str(browser.reported[0])
        assert (await browser.post(GOOD)).outcome == "received"
        await browser.listener.response()

    browse(story)


@pytest.mark.parametrize("in_query", [True, False])
def test_a_refusal_with_our_state_ends_the_wait(in_query: bool) -> None:
    async def story(browser: Browser) -> None:
        refusal = f"error=invalid_scope&state={STATE.get_secret_value()}"
        answer = await browser.post(*(("", refusal) if in_query else (refusal, "")))
        assert answer.outcome == "refused"
        for _ in range(2):
            with pytest.raises(AuthorizationError) as caught:
                await browser.listener.response()
            assert caught.value.code == "invalid-scope"
            assert caught.value.message.encode() in answer.body

    browse(story)


WORDS = "error_description=call+this+number&trackingID=CALL_THIS_NUMBER"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (f"error=server_error&{WORDS}", "unproven-refusal"),
        (f"error=access_denied&{WORDS}", "unproven-refusal"),
        (f"error=odd&state=&{WORDS}", "unproven-refusal"),
        (f"error=access_denied&state=forged&{WORDS}", "state-mismatch"),
    ],
)
def test_a_refusal_without_our_state_ends_nothing_and_shows_nothing_of_itself(
    answer: str, code: str
) -> None:
    async def story(browser: Browser) -> None:
        page = await browser.post(answer)
        assert page.outcome == "ignored"
        assert browser.codes == [code]
        assert browser.reported[0].tracking_id is None
        for shown in (page.body.decode(), str(browser.reported[0])):
            assert "number" not in shown.lower()
        assert await is_waiting(browser.listener)

    browse(story)


def test_thousands_of_forged_answers_are_told_of_once_for_each_reason() -> None:
    async def story(browser: Browser) -> None:
        for _ in range(3):
            await browser.post(SUCCESS + "forged")
            await browser.post("error=server_error")
            await browser.post(GOOD, headers={"origin": "null"})
        assert browser.codes == ["state-mismatch", "unproven-refusal", "foreign-request"]

    browse(story)


def test_a_browser_that_insists_on_https_is_explained() -> None:
    async def story(browser: Browser) -> None:
        for _ in range(2):
            assert await browser.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03") == b""
        assert browser.codes == ["browser-insists-on-https"]
        assert isinstance(browser.reported[0], MachineError)

    browse(story)


@pytest.mark.parametrize(
    "raw", [b"\x00\x01\x02\r\n\r\n", b"GET /auth/code\r\n\r\n", b"A" * 70_000 + b"\r\n\r\n"]
)
def test_what_is_no_http_gets_a_400_and_harms_nothing(raw: bytes) -> None:
    async def story(browser: Browser) -> None:
        assert (await browser.send(raw)).startswith(b"HTTP/1.1 400 ")
        assert (await browser.ask()).status == 200

    browse(story)


UNFINISHED = {
    "nothing": b"",
    "half a line": b"GET /auth",
    "half a head": b"GET /auth/code HTTP/1.1\r\nHost: ",
    "half a body": b"POST /auth/code HTTP/1.1\r\nHost: localhost:PORT\r\n"
    b"Origin: http://localhost:PORT\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 100\r\n\r\nquery=",
}


async def left_open(browser: Browser, raw: bytes) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", browser.port)
    browser.left_open.append(writer)
    writer.write(raw.replace(b"PORT", str(browser.port).encode()))
    await browser.ask()  # by when the listener has read what came before
    return reader


@pytest.mark.parametrize(
    ("name", "deadline"), [*((name, HEAD_PATIENCE) for name in UNFINISHED if name != "half a body"),
                           ("half a body", PATIENCE)],
)  # fmt: skip
def test_a_request_that_is_not_whole_by_its_deadline_is_cut(name: str, deadline: float) -> None:
    async def story(browser: Browser) -> None:
        slow = await left_open(browser, UNFINISHED[name])
        move_on(deadline - 0.1)
        assert (await browser.ask()).status == 200
        assert not slow.at_eof()
        move_on(0.2)
        assert await slow.read() == b""

    browse(story)


@pytest.mark.parametrize("name", UNFINISHED)
def test_whoever_kept_us_waiting_longest_makes_room_for_who_comes(name: str) -> None:
    async def story(browser: Browser) -> None:
        slow = [await left_open(browser, UNFINISHED[name]) for _ in range(MAX_CONNECTIONS + 1)]
        assert (await browser.post(GOOD)).outcome == "received"
        assert await slow[0].read() == b""
        assert not slow[-1].at_eof()

    browse(story)


def test_the_honest_answer_is_taken_among_forged_slow_huge_and_early_ones_at_once() -> None:
    """All knock in the same moment, and no time passes at all."""

    async def story(browser: Browser) -> None:
        async def slow(raw: bytes) -> None:
            with suppress(OSError):
                await browser.send(raw.replace(b"PORT", str(browser.port).encode()))

        async def attempt(fragment: str, **headers: str) -> None:
            with suppress(OSError, IndexError, ValueError):  # cut: it made room
                await browser.post(fragment, headers=dict(headers))

        def hostile() -> list[Awaitable[None]]:
            return [
                *(slow(raw) for raw in UNFINISHED.values() for _ in range(25)),
                *(slow(b"A" * 200_000) for _ in range(10)),
                *(attempt(SUCCESS + "forged") for _ in range(20)),
                *(attempt("error=access_denied") for _ in range(20)),
                *(attempt(GOOD, origin="https://evil.example") for _ in range(20)),
                *(attempt(GOOD, content_length=str(10**18)) for _ in range(10)),
                *(slow(b"\x16\x03\x01") for _ in range(10)),
            ]

        before = [asyncio.ensure_future(each) for each in hostile()]
        honest = asyncio.ensure_future(browser.post(GOOD))
        after = [asyncio.ensure_future(each) for each in hostile()]
        assert (await honest).outcome == "received"
        response = await browser.listener.response()
        assert response.access_token.get_secret_value() == TOKEN
        assert set(browser.codes) <= {
            "state-mismatch", "unproven-refusal", "foreign-request", "browser-insists-on-https"
        }  # fmt: skip
        assert len(browser.codes) == len(set(browser.codes))
        for each in (*before, *after):
            each.cancel()
        await asyncio.gather(*before, *after, return_exceptions=True)
        for _ in range(20):  # the last ones are taken and closed
            await asyncio.sleep(0)

    browse(story)


@pytest.mark.parametrize("turns", [3, 4, 8])  # earlier, asyncio itself drops the connection
async def test_a_browser_that_says_nothing_is_left_at_the_end_without_a_word(
    turns: int, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()

    before = asyncio.all_tasks()
    async with RedirectListener(STATE, unexpected, port=port):
        visitor = socket.create_connection(("127.0.0.1", port))
        for _ in range(turns):  # as far as the connection gets until the end
            await asyncio.sleep(0)
    with closing(visitor):
        for _ in range(8):
            await asyncio.sleep(0)
        assert asyncio.all_tasks() == before
    assert caplog.records == []


async def test_a_held_port_is_named_and_can_be_had_once_it_is_free() -> None:
    port = free_port()

    with closing(socket.create_server(("127.0.0.1", port))):
        with pytest.raises(MachineError) as caught:
            async with RedirectListener(STATE, unexpected, port=port):
                pytest.fail("the port was held")
        assert caught.value.code == "port-taken"
    for _ in range(3):
        async with RedirectListener(STATE, unexpected, port=port) as listener:
            await Browser(port, listener).post(GOOD)
            await listener.response()
