"""The callback page in Debian's chromium, against the real listener on port 3000."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page, Route, async_playwright
from pydantic import SecretStr

from wizard.errors import AuthorizationError, WizardError
from wizard.oauth.webex.implicit import REDIRECT_URI
from wizard.oauth.webex.token_redirect import RedirectListener

pytestmark = pytest.mark.peer

STATE = SecretStr("the-state-of-this-sign-in")
TOKEN = "Secret+Token/of_the-organization=="
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]
SUCCESS = (
    f"{REDIRECT_URI}?session=1#access_token={quote(TOKEN, safe='')}&token_type=Bearer"
    f"&expires_in=3887999&state={STATE.get_secret_value()}"
)

HOSTILE = b"""<!doctype html><title>hostile</title>
<form method="post" action="http://localhost:3000/auth/code">
<input name="query" value=""><input name="fragment" value="FORGED"><button>go</button></form>
<iframe src="http://localhost:3000/auth/code#FORGED"></iframe>
<script>
const attack = { method: "POST", body: new URLSearchParams({ query: "", fragment: "FORGED" }) };
Promise.allSettled([
  fetch("http://localhost:3000/auth/code", { ...attack, mode: "no-cors" }),
  fetch("http://localhost:3000/auth/code", attack),
]).then((results) => { document.title = results.map((result) => result.status).join(" "); });
</script>"""


class Capture:
    """One listener, and a browser that meets it."""

    def __init__(self, browser: Browser, listener: RedirectListener) -> None:
        self.browser = browser
        self.listener = listener
        self.reported: list[WizardError] = []
        self.console: list[str] = []

    async def page(self, **context: object) -> Page:
        page = await (await self.browser.new_context(**context)).new_page()  # type: ignore[arg-type]
        page.on("console", lambda message: self.console.append(message.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))
        return page

    async def visit(self, url: str, heading: str, **context: object) -> Page:
        page = await self.page(**context)
        await page.goto(url)
        await page.get_by_role("heading", name=heading).wait_for()
        return page


def capture(story: Callable[[Capture], Awaitable[None]]) -> None:
    """Run a story with chromium beside a listener on port 3000."""

    async def run() -> None:
        reported: list[WizardError] = []
        listener = RedirectListener(STATE, reported.append)
        async with listener, async_playwright() as playwright, asyncio.timeout(60):
            browser = await playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=QUIET
            )
            told = Capture(browser, listener)
            told.reported = reported
            try:
                await story(told)
            finally:
                await browser.close()

    asyncio.run(run())


@asynccontextmanager
async def website(head: bytes, body: bytes = b"") -> AsyncIterator[str]:
    """Another origin on this machine that answers every request the same way."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + head + b"\r\nConnection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"


def test_a_redirect_from_another_origin_brings_the_token_and_leaves_a_clean_address() -> None:
    async def story(told: Capture) -> None:
        async with website(f"302 Found\r\nLocation: {SUCCESS}".encode()) as webex:
            page = await told.visit(webex, "Received")
        response = await told.listener.response()
        assert response.access_token.get_secret_value() == TOKEN
        assert response.expires_in == 3_887_999
        assert page.url == REDIRECT_URI
        assert "go back to the terminal" in await page.get_by_role("status").inner_text()
        assert "history may still keep it" in await page.get_by_role("main").inner_text()
        assert "Secret" not in await page.content()
        await page.goto("about:blank")
        await page.go_back()
        assert page.url == REDIRECT_URI
        assert not told.console
        assert not told.reported

    capture(story)


DECLINED = f"{REDIRECT_URI}?error=access_denied&state={STATE.get_secret_value()}"


def test_pressing_decline_is_shown_and_ends_the_wait() -> None:
    async def story(told: Capture) -> None:
        page = await told.visit(DECLINED, "Webex did not give a token")
        assert "Decline" in await page.get_by_role("status").inner_text()
        assert not await page.locator("#privacy").is_visible()
        assert page.url == REDIRECT_URI
        with pytest.raises(AuthorizationError) as caught:
            await told.listener.response()
        assert caught.value.code == "access-denied"

    capture(story)


def test_a_refusal_that_any_page_may_have_sent_ends_nothing_and_shows_none_of_its_words() -> None:
    async def story(told: Capture) -> None:
        words = "error_description=Call+0800&trackingID=CALL_0800"
        forged = f"{REDIRECT_URI}?error=access_denied&{words}"
        page = await told.visit(forged, "This answer was not used")
        assert "0800" not in await page.content()
        assert [error.code for error in told.reported] == ["unproven-refusal"]
        await told.visit(SUCCESS, "Received")

    capture(story)


@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]"])
@pytest.mark.parametrize("scripts", [True, False])
def test_an_answer_at_the_address_arrives_at_the_name_with_its_fragment(
    address: str, scripts: bool
) -> None:
    async def story(told: Capture) -> None:
        there = SUCCESS.replace("localhost", address)
        page = await told.page(java_script_enabled=scripts)
        async with website(f"302 Found\r\nLocation: {there}".encode()) as webex:
            await page.goto(webex)
        if not scripts:
            assert page.url == SUCCESS
            return
        await page.get_by_role("heading", name="Received").wait_for()
        assert page.url == REDIRECT_URI
        assert (await told.listener.response()).access_token.get_secret_value() == TOKEN
        assert not told.console
        assert not told.reported

    capture(story)


def test_a_fragment_that_comes_to_the_open_page_is_handed_over_and_wiped() -> None:
    async def story(told: Capture) -> None:
        page = await told.visit(REDIRECT_URI, "Nothing to hand over")
        forged = SUCCESS.replace(STATE.get_secret_value(), "forged").partition("#")[2]
        for fragment, heading in ((forged, "This answer was not used"),
                                  (SUCCESS.partition("#")[2], "Received")):  # fmt: skip
            await page.goto(f"{REDIRECT_URI}#{fragment}")
            await page.get_by_role("heading", name=heading).wait_for()
            assert page.url == REDIRECT_URI
        assert "history may still keep it" in await page.get_by_role("main").inner_text()
        assert (await told.listener.response()).access_token.get_secret_value() == TOKEN
        assert not [text for text in told.console if "403" not in text]

    capture(story)


def test_a_second_visit_and_a_reload_say_that_all_is_done() -> None:
    async def story(told: Capture) -> None:
        first = await told.visit(SUCCESS, "Received")
        await told.visit(SUCCESS.replace("Secret", "Other"), "Already received")
        await first.reload()
        await first.get_by_role("heading", name="Nothing to hand over").wait_for()
        assert (await told.listener.response()).access_token.get_secret_value() == TOKEN

    capture(story)


def test_a_forged_answer_is_shown_as_not_used() -> None:
    async def story(told: Capture) -> None:
        forged = SUCCESS.replace(STATE.get_secret_value(), "forged")
        await told.visit(forged, "This answer was not used")
        assert [error.code for error in told.reported] == ["state-mismatch"]
        await told.visit(SUCCESS, "Received")

    capture(story)


def test_a_wizard_that_has_gone_can_be_tried_again() -> None:
    async def story(told: Capture) -> None:
        page = await told.page()

        async def lose_the_first_post(route: Route) -> None:
            if route.request.method == "POST":
                await route.abort()
            else:
                await route.continue_()

        await page.route("**/auth/code*", lose_the_first_post)
        await page.goto(SUCCESS)
        await page.get_by_role("heading", name="The wizard did not answer").wait_for()
        await page.unroute_all()
        await page.get_by_role("button", name="Try again").click()
        await page.get_by_role("heading", name="Received").wait_for()
        assert (await told.listener.response()).access_token.get_secret_value() == TOKEN

    capture(story)


def test_without_javascript_the_page_explains_how_to_paste() -> None:
    async def story(told: Capture) -> None:
        page = await told.page(java_script_enabled=False)
        await page.goto(SUCCESS)
        text = await page.get_by_role("main").inner_text()
        assert "paste it there" in text
        assert "taken out" not in text
        assert "access_token" in page.url

    capture(story)


def test_another_origin_cannot_hand_over_a_token() -> None:
    async def story(told: Capture) -> None:
        forged = SUCCESS.partition("#")[2].encode()
        html = HOSTILE.replace(b"FORGED", forged)
        async with website(b"200 OK\r\nContent-Type: text/html", html) as hostile:
            page = await told.page()
            await page.goto(hostile)
            await page.wait_for_function("document.title.includes('rejected')")
            assert "foreign-request" in {error.code for error in told.reported}
            async with page.expect_navigation() as navigation:
                await page.get_by_role("button").click()
            answer = await navigation.value
            assert answer is not None
            assert answer.status == 403
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told.listener.response(), 0.5)
        assert {error.code for error in told.reported} == {"foreign-request"}

    capture(story)


def test_a_browser_that_insists_on_https_is_reported() -> None:
    async def story(told: Capture) -> None:
        page = await told.page()
        with pytest.raises(Exception, match="ERR_"):
            await page.goto(SUCCESS.replace("http:", "https:"))
        assert [error.code for error in told.reported] == ["browser-insists-on-https"]

    capture(story)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("end", ["received", "declined"])
def test_the_page_fits_a_small_screen(scheme: str, end: str, tmp_path: Path) -> None:
    """Pictures land in the folder that WEBEX_WIZARD_PICTURES names, for somebody to look at."""
    folder = Path(os.environ.get("WEBEX_WIZARD_PICTURES", tmp_path))

    async def story(told: Capture) -> None:
        url = SUCCESS if end == "received" else DECLINED
        page = await told.page(color_scheme=scheme, viewport={"width": 390, "height": 700})
        await page.goto(url)
        await page.locator("[data-outcome]").wait_for()
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390
        await page.screenshot(path=folder / f"small-{end}-{scheme}.png")
        await page.set_viewport_size({"width": 1100, "height": 750})
        await page.screenshot(path=folder / f"wide-{end}-{scheme}.png")

    capture(story)
