"""What the Microsoft sign-in says before, while and after it waits."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from tests.authority import ACCOUNT, TENANT, FakeAuthority
from tests.sessions import session_in, tools
from wizard.errors import TransportError
from wizard.flow.plan import SIGN_IN
from wizard.graph.authorization import ANOTHER
from wizard.net.connect import direct
from wizard.net.endpoints import bundled, override
from wizard.oauth.entra.device_code import DeviceCode
from wizard.oauth.entra.sign_in import EntraSignIn
from wizard.steps.sign_in import SignInStep
from wizard.store.keystore import StoredSignIn
from wizard.store.profiles import EntraFacts
from wizard.words.progress import Progress

OWN = "5f6e7d8c-1a2b-4c3d-8e9f-a0b1c2d3e4f5"


@pytest.mark.parametrize(
    ("endpoints", "typed", "named"),
    [
        ("", "", "Microsoft Graph Command Line Tools"),
        ("", OWN.upper(), f"the registration {OWN}"),
        (OWN, "", f"the registration {OWN}"),
        (OWN, bundled().entra.client_id, "Microsoft Graph Command Line Tools"),
        ("", "5f6e", "your registration"),
    ],
)
def test_the_client_that_really_signs_in_is_named(endpoints: str, typed: str, named: str) -> None:
    entra = {"client_id": endpoints} if endpoints else {}
    space = tools(endpoints=override(bundled(), {"entra": entra}))
    assert f"The sign-in is that of {named}." in SignInStep(SIGN_IN, space).client(typed)


@pytest.mark.parametrize(
    ("username", "name", "known"),
    [("a@example.com", "Ada", " as a@example.com"), ("", "Ada", " as Ada"), ("", "", "")],
)
async def test_a_sign_in_of_which_little_is_known_is_told_in_whole_sentences(
    username: str, name: str, known: str, tmp_path: Path
) -> None:
    authority = FakeAuthority()
    authority.instead["token"] = [authority.tokens(preferred_username=username, name=name)]
    step = SignInStep(SIGN_IN, tools(connect=authority.connect))
    request = step.request(TENANT)
    step.tenant.signed_in = await request.by_refresh_token(SecretStr("secret-refresh-0"))
    assert step.signed_in_but == f"Signed in{known}, but Graph did not tell the rest."
    assert (await step.check(session_in(tmp_path))).text == f"Signed in{known}."


@pytest.mark.parametrize(
    ("seconds", "words"), [(900, "15 minutes"), (60, "60 seconds"), (3600, "60 minutes")]
)
def test_a_code_says_how_long_it_lives(seconds: int, words: str) -> None:
    said = DeviceCode("ABCD-EFGH", "https://microsoft.com/devicelogin", seconds).in_words()
    assert said.startswith(f"The code is good for {words}, until ")


async def test_whom_it_waits_for_is_said_from_the_start_and_at_each_attempt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def at_once(_seconds: float) -> None:
        """Return."""

    def gone(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone")

    monkeypatch.setattr("httpx_retries.retry.asyncio.sleep", at_once)
    said: list[Progress] = []
    space = tools(connect=partial(direct, inner=httpx.MockTransport(gone)))
    request = SignInStep(SIGN_IN, space).request("", report=said.append)
    with pytest.raises(TransportError):
        await request.by_device_code(print)
    host = "login.microsoftonline.com"
    assert [each.message for each in said] == [
        f"Asking {host} how to sign in.",
        *(f"{host} does not answer yet. Trying again ({number} of 5)." for number in range(2, 6)),
    ]


async def test_whoever_was_told_of_a_sign_in_is_told_nothing_of_later_renewals() -> None:
    authority, said = FakeAuthority(), list[str]()

    def connect(tell: Callable[[str], None]) -> httpx.AsyncClient:
        tell("It does not answer yet.")
        return authority.connect()

    request = EntraSignIn(bundled().entra, TENANT, connect=connect, tell=said.append)
    signed_in = await request.by_refresh_token(SecretStr("secret-refresh-0"))
    heard, asked = len(said), len(authority.asked)
    await signed_in.token(ANOTHER)
    assert heard > 0
    assert len(authority.asked) > asked
    assert len(said) == heard


async def test_a_remembered_sign_in_says_at_each_attempt_whom_it_waits_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def at_once(_seconds: float) -> None:
        """Return."""

    def gone(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("gone")

    monkeypatch.setattr("httpx_retries.retry.asyncio.sleep", at_once)
    space = tools(connect=partial(direct, inner=httpx.MockTransport(gone)))
    entra = space.endpoints.entra
    kept = StoredSignIn(
        authority=entra.authority,
        client_id=entra.client_id,
        tenant_id=TENANT,
        object_id=ACCOUNT,
        refresh_token=SecretStr("secret-refresh-0"),
    )
    await space.keystore.write_sign_in("default", kept)
    session = session_in(tmp_path, entra=EntraFacts(is_remembered=True))
    said: list[Progress] = []
    with pytest.raises(TransportError):
        await SignInStep(SIGN_IN, space).recall(session, said.append)
    host = "login.microsoftonline.com"
    assert [each.message for each in said] == [
        f"{host} does not answer yet. Trying again ({number} of 5)." for number in range(2, 6)
    ]
