"""The loopback redirect of the code flow over real sockets, and what is pasted instead."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.authority import TRACE, described
from tests.clock import on_own_clock
from tests.dresses import DRESSES
from tests.network import needs_ipv6
from wizard.errors import AuthorizationError, InvalidInput, WizardError
from wizard.oauth.entra.code_redirect import CodeListener
from wizard.oauth.entra.refusal import entra_refusal as refusal
from wizard.oauth.loopback.listener import MAX_CONNECTIONS

STATE = "the-state-of-this-sign-in"
GOOD = f"/?code=the-code&state={STATE}&session_state=x"
ANSWER = {"code": "the-code", "state": STATE}


@dataclass
class Visitor:
    """Opens addresses of one listener."""

    listener: CodeListener
    reported: list[WizardError] = field(default_factory=list)

    async def opens(
        self, target: str, method: str = "GET", host: str = "localhost:PORT", at: str = "127.0.0.1"
    ) -> httpx.Response:
        port = self.listener.port
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.request(
                method,
                f"http://{at}:{port}{target}",
                headers={"host": host.replace("PORT", str(port))},
            )

    async def waits(self) -> bool:
        waiting = asyncio.ensure_future(self.listener.response())
        done, _ = await asyncio.wait({waiting}, timeout=0)
        waiting.cancel()
        return not done


async def visit(story: Callable[[Visitor], Awaitable[None]]) -> None:
    reported: list[WizardError] = []
    listener = CodeListener(
        SecretStr(STATE), lambda given: refusal(given, "https://consent"), reported.append
    )
    async with listener, asyncio.timeout(20):
        await story(Visitor(listener, reported))


@pytest.mark.parametrize("address", ["127.0.0.1", pytest.param("[::1]", marks=needs_ipv6)])
async def test_a_code_with_our_state_is_the_answer_on_both_loopback_families(address: str) -> None:
    async def story(visitor: Visitor) -> None:
        page = await visitor.opens(GOOD, at=address)
        assert page.status_code == 200
        assert "Received" in page.text
        assert "the-code" not in page.text
        assert await visitor.listener.response() == ANSWER

    await visit(story)


async def test_a_second_answer_changes_nothing() -> None:
    async def story(visitor: Visitor) -> None:
        await visitor.opens(GOOD)
        again = await visitor.opens(GOOD.replace("the-code", "another"))
        assert (again.status_code, "Already received" in again.text) == (409, True)
        visitor.listener.paste(GOOD.replace("the-code", "another"))
        assert await visitor.listener.response() == ANSWER

    await visit(story)


@pytest.mark.parametrize(
    ("target", "method", "host", "status"),
    [
        ("/favicon.ico", "GET", "localhost:PORT", 404),
        ("/", "GET", "localhost:PORT", 404),
        (f"/?code=&state={STATE}", "GET", "localhost:PORT", 404),
        (f"/other?code=x&state={STATE}", "GET", "localhost:PORT", 404),
        (GOOD, "HEAD", "localhost:PORT", 405),
        (GOOD, "POST", "localhost:PORT", 405),
        (GOOD, "GET", "127.0.0.1:PORT", 307),
        (GOOD, "GET", "evil.example:PORT", 421),
        (GOOD, "GET", "localhost", 421),
        (GOOD.replace(STATE, "forged"), "GET", "localhost:PORT", 403),
        ("/?code=x", "GET", "localhost:PORT", 403),
        ("/?error=access_denied", "GET", "localhost:PORT", 403),
    ],
)
async def test_whatever_else_is_asked_for_is_turned_away_and_the_wait_goes_on(
    target: str, method: str, host: str, status: int
) -> None:
    async def story(visitor: Visitor) -> None:
        assert (await visitor.opens(target, method, host)).status_code == status
        assert await visitor.waits()
        assert [error.code for error in visitor.reported] == ["state-mismatch"] * (status == 403)

    await visit(story)


async def test_a_refusal_with_our_state_ends_the_wait_and_its_words_stay_text() -> None:
    hostile = "<script>alert(1)</script>\x1b[31m"

    async def story(visitor: Visitor) -> None:
        target = f"/?error=odd&error_description={quote(hostile)}&state={STATE}"
        page = await visitor.opens(target)
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "&lt;script&gt;" in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src")
        with pytest.raises(AuthorizationError) as caught:
            await visitor.listener.response()
        assert "\x1b" not in str(caught.value)

    await visit(story)


async def test_a_browser_that_insists_on_https_is_explained() -> None:
    async def story(visitor: Visitor) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", visitor.listener.port)
        writer.write(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert await reader.read() == b""
        writer.close()
        assert [error.code for error in visitor.reported] == ["browser-insists-on-https"]
        assert str(visitor.listener.port) in visitor.reported[0].message

    await visit(story)


def test_the_honest_code_is_taken_although_every_place_is_held_by_a_slow_one() -> None:
    async def run() -> None:
        listener = CodeListener(
            SecretStr(STATE), lambda given: refusal(given, "https://consent"), lambda _error: None
        )
        async with listener:
            held = []
            for _ in range(MAX_CONNECTIONS + 1):
                _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
                writer.write(b"GET /?code=")
                held.append(writer)
            visitor = Visitor(listener)
            assert (await visitor.opens("/?error=x&error_description=forged")).status_code == 403
            assert (await visitor.opens(GOOD)).status_code == 200
            assert await listener.response() == ANSWER
            for writer in held:
                writer.close()

    on_own_clock(run())


async def pasting(text: str) -> dict[str, str]:
    """Return the answer that a pasted text holds; nothing listens meanwhile."""

    listener = CodeListener(
        SecretStr(STATE), lambda given: refusal(given, "https://consent"), lambda _error: None
    )
    listener.paste(text)
    return await listener.response()


ADDRESS = f"http://localhost:51234{GOOD}"
TURNED = f"http://localhost:51234/?session_state=x&state={STATE}&code=the-code"


@pytest.mark.parametrize(
    "text",
    [
        ADDRESS,
        f"  {ADDRESS}\n",
        f'"{ADDRESS}"',
        f"<{ADDRESS}#>",
        ADDRESS[:40] + "\r\n" + ADDRESS[40:],
        quote(ADDRESS, safe=""),
        GOOD.removeprefix("/"),
        GOOD.removeprefix("/?"),
        f"http://127.0.0.1:51234/?state={STATE}&code=the-code",
        *(dress.replace("URL", ADDRESS) for dress in DRESSES),
        *(dress.replace("URL", TURNED) for dress in DRESSES),
        f"https://eu.safelinks.example/?url={quote(ADDRESS, safe='')}&data=05&reserved=0",
    ],
)
async def test_the_address_of_the_last_page_may_be_pasted_in_any_dress(text: str) -> None:
    assert await pasting(text) == ANSWER


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nothing-pasted"),
        ("   \n", "nothing-pasted"),
        ("x" * 40_000, "pasted-too-long"),
        ("hello", "pasted-without-code"),
        (f"http://localhost:51234/?state={STATE}", "pasted-without-code"),
        (
            f"https://login.example/authorize?response_type=code&state={STATE}",
            "pasted-sign-in-link",
        ),
        ("http://localhost:51234/?code=x", "state-mismatch"),
        ("http://localhost:51234/?code=x&state=another", "state-mismatch"),
        (f"http://localhost:1/?error=access_denied&state={STATE}", "access-denied"),
        (described(50011), "redirect-not-registered"),
        ("AADSTS7000218: The request body must contain ...", "not-a-public-client"),
    ],
)
async def test_any_other_text_is_explained(text: str, code: str) -> None:
    with pytest.raises(WizardError) as caught:
        await pasting(text)
    assert caught.value.code == code
    assert caught.value.hint


async def test_an_error_copied_off_a_page_of_microsofts_keeps_its_ids() -> None:
    with pytest.raises(AuthorizationError) as caught:
        await pasting(described(50105))
    assert TRACE in (caught.value.tracking_id or "")


@given(st.text(max_size=200) | st.text("?&=#%codestaterror /:", max_size=60))
async def test_no_pasted_text_breaks_anything(text: str) -> None:
    with pytest.raises((InvalidInput, AuthorizationError)):
        await pasting(text)
