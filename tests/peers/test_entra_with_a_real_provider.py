"""The Microsoft sign-in with real MSAL, real TLS, real chromium, at npm's oidc-provider.

What this proves: discovery over https that only our own trust accepts, the code flow with state,
nonce and PKCE that somebody else checks, device codes pending and granted, refusals, rotating
refresh tokens, a withdrawn grant, a smaller grant. What it does not: Entra's own texts and
numbers, `client_info`, claims challenges (the provider ignores them) and `slow_down`, which it
never says; tests/unit/test_entra.py tells those to MSAL.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from tests.peers.openid_provider import (
    NAME,
    OBJECT_ID,
    TENANT,
    OpenIdProvider,
    openid_provider,
)
from wizard.errors import TransportError
from wizard.net.transport import client
from wizard.oauth.entra.device_code import DeviceCode
from wizard.oauth.entra.refusal import EntraRefusal
from wizard.oauth.entra.sign_in import BrowserSignIn, EntraSignIn
from wizard.oauth.entra.signed_in import SignedIn

pytestmark = pytest.mark.peer("chromium", "nodejs", "npm")

ADMIN = "ada@contoso.example"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]

InBrowser = Callable[[Page], Awaitable[object]]


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[OpenIdProvider]:
    with openid_provider(tmp_path) as running:
        yield running


def signing_in(provider: OpenIdProvider, **options: Any) -> EntraSignIn:
    return EntraSignIn(provider.endpoints, TENANT, connect=provider.connect, **options)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright, asyncio.timeout(90):
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        try:
            yield browser
        finally:
            await browser.close()


async def new_page(browser: Browser) -> Page:
    # The provider's own certificate authority is nothing that chromium knows.
    return await (await browser.new_context(ignore_https_errors=True)).new_page()


async def consent(page: Page) -> None:
    """Sign in and consent, on the provider's own pages."""
    await page.get_by_placeholder("Enter any login").fill(ADMIN)
    await page.get_by_placeholder("and password").fill("any")
    await page.get_by_role("button", name="Sign-in").click()
    await page.get_by_role("button", name="Continue").click()


async def abort(page: Page) -> None:
    await page.get_by_role("link", name="Cancel").click()


async def browsed(sign_in: EntraSignIn, act: InBrowser, heading: str = "Received") -> SignedIn:
    """Sign in by browser, and see our page at the end."""
    shown: asyncio.Future[BrowserSignIn] = asyncio.get_running_loop().create_future()
    async with chromium() as browser:
        waiting = asyncio.ensure_future(sign_in.by_browser(shown.set_result))
        page = await new_page(browser)
        await page.goto((await shown).url)
        await act(page)
        await page.get_by_role("heading", name=heading).wait_for()
        return await waiting


def by_browser(provider: OpenIdProvider, act: InBrowser, **options: Any) -> SignedIn:
    return asyncio.run(browsed(signing_in(provider), act, **options))


async def entered(sign_in_with: Callable[..., EntraSignIn], act: InBrowser) -> SignedIn:
    """Sign in by device code: the first poll comes before anybody enters it, the second after."""
    shown: asyncio.Future[DeviceCode] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()
    polls: list[float] = []

    async def sleep(seconds: float) -> None:
        polls.append(seconds)
        if len(polls) > 1:
            await done.wait()

    async with chromium() as browser:
        sign_in = sign_in_with(sleep=sleep)
        waiting = asyncio.ensure_future(sign_in.by_device_code(shown.set_result))
        code = await shown
        page = await new_page(browser)
        await page.goto(code.verification_uri)
        await page.locator("input[name=user_code]").fill(code.user_code)
        await page.get_by_role("button", name="Continue").click()
        await act(page)
        done.set()
        signed_in = await waiting
    assert len(polls) == 2
    return signed_in


async def confirm_and_consent(page: Page) -> None:
    await page.get_by_role("button", name="Continue").click()
    await consent(page)
    await page.get_by_role("heading", name="Sign-in Success").wait_for()


async def confirm_and_abort(page: Page) -> None:
    await page.get_by_role("button", name="Continue").click()
    await abort(page)
    await page.get_by_role("heading", name="Device Login Confirmation").wait_for(state="detached")


async def is_good(provider: OpenIdProvider, signed_in: SignedIn) -> None:
    """The tokens are what the provider takes for this account's, after rotations too."""
    account = signed_in.account
    assert (account.tenant_id, account.object_id) == (TENANT, OBJECT_ID)
    assert (account.username, account.name) == (ADMIN, NAME)
    tokens = [(await signed_in.token()).get_secret_value() for _ in range(3)]
    assert len(set(tokens)) == 3
    for token in tokens:
        assert await provider.owner_of(token) == ADMIN


def test_a_browser_signs_in_and_the_tokens_renew(provider: OpenIdProvider) -> None:
    async def run() -> None:
        signed_in = await browsed(signing_in(provider), consent)
        assert signed_in.account.missing == ()
        await is_good(provider, signed_in)

    asyncio.run(run())


def test_a_device_code_signs_in_and_the_tokens_renew(provider: OpenIdProvider) -> None:
    async def run() -> None:
        def sign_in_with(**options: Any) -> EntraSignIn:
            return signing_in(provider, **options)

        await is_good(provider, await entered(sign_in_with, confirm_and_consent))

    asyncio.run(run())


def test_an_administrator_who_declines_in_the_browser_is_told_so_there_and_here(
    provider: OpenIdProvider,
) -> None:
    with pytest.raises(EntraRefusal) as caught:
        by_browser(provider, abort, heading="The sign-in did not succeed")
    assert caught.value.code == "access-denied"


def test_an_administrator_who_declines_a_device_code_is_told_so(provider: OpenIdProvider) -> None:
    def sign_in_with(**options: Any) -> EntraSignIn:
        return signing_in(provider, **options)

    with pytest.raises(EntraRefusal) as caught:
        asyncio.run(entered(sign_in_with, confirm_and_abort))
    assert caught.value.code == "access-denied"


def test_a_permission_that_the_provider_does_not_grant_is_named(tmp_path: Path) -> None:
    with openid_provider(tmp_path, without="ProvisioningLog") as provider:
        signed_in = by_browser(provider, consent)
    assert [scope.name for scope in signed_in.account.missing] == ["ProvisioningLog.Read.All"]


def test_a_grant_that_was_withdrawn_ends_the_sign_in(provider: OpenIdProvider) -> None:
    import msal  # type: ignore[import-untyped]  # MSAL ships no types

    async def run() -> None:
        cache = msal.TokenCache()
        signed_in = await browsed(signing_in(provider, token_cache=cache), consent)
        (kept,) = cache.search(msal.TokenCache.CredentialType.REFRESH_TOKEN)
        assert await provider.revoke(kept["secret"]) == 200
        with pytest.raises(EntraRefusal) as caught:
            await signed_in.token()
        assert caught.value.code == "sign-in-again"

    asyncio.run(run())


def test_a_forged_code_is_refused_by_the_provider(provider: OpenIdProvider) -> None:
    async def run() -> None:
        shown: asyncio.Future[BrowserSignIn] = asyncio.get_running_loop().create_future()
        waiting = asyncio.ensure_future(signing_in(provider).by_browser(shown.set_result))
        prompt = await shown
        state = prompt.url.partition("state=")[2].partition("&")[0]
        prompt.paste(f"http://localhost:{prompt.port}/?code=forged&state={state}")
        with pytest.raises(EntraRefusal) as caught:
            await waiting
        assert caught.value.code == "sign-in-again"

    asyncio.run(run())


def test_a_provider_that_this_machine_does_not_trust_gets_nothing(
    provider: OpenIdProvider,
) -> None:
    sign_in = EntraSignIn(provider.endpoints, TENANT, connect=partial(client, retries=False))
    with pytest.raises(TransportError) as caught:
        asyncio.run(sign_in.by_device_code(print))
    assert caught.value.code in {"tls-unknown-issuer", "tls-self-signed"}
