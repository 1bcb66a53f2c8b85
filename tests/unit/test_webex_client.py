import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from wizard.errors import AnswerError, TransportError
from wizard.net.endpoints import bundled
from wizard.net.transport import client
from wizard.webex.client import WebexClient
from wizard.webex.identity import if_answered
from wizard.webex.models import IdentityUser, TokenOwner

ORGANIZATION = "96abc2aa-3dcc-11e5-a152-fe34819cdc9a"
ENDPOINTS = bundled().webex
OFF = replace(ENDPOINTS, api_base="", identity_base="", token_endpoint_me="")
Result = TypeVar("Result")


def rest_id(kind: str, identifier: str) -> str:
    text = f"ciscospark://us/{kind}/{identifier}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


ME = {
    "id": rest_id("PEOPLE", "0a1b2c3d-0000-4000-8000-000000000000"),
    "emails": ["ana@contoso.example"],
    "displayName": "Ana\u202e Ruiz\n",
    "orgId": rest_id("ORGANIZATION", ORGANIZATION.upper()),
    "roles": [
        rest_id("ROLE", "id_full_admin"),
        rest_id("ROLE", "0a1b2c3d-0000-4000-8000-000000000000"),
    ],
    "somethingNew": {"a": 1},
}


async def ask(
    question: Callable[[WebexClient], Awaitable[Result]],
    answer: Any,
    status: int = 200,
    *,
    sent: list[httpx.Request] | None = None,
    endpoints: Any = ENDPOINTS,
    read_only: bool = False,
) -> Result:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def handle(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        return httpx.Response(status, content=body, headers={"trackingid": "T1"})

    inner = httpx.MockTransport(handle)
    token = SecretStr("a-token-of-some-length")
    async with client(bearer=token, inner=inner, retries=False, read_only=read_only) as http:
        return await question(WebexClient(endpoints, http))


async def test_the_account_of_a_token_is_read_from_people_me() -> None:
    sent: list[httpx.Request] = []
    person = await ask(WebexClient.me, ME, sent=sent)
    assert person is not None
    assert person.display_name == "Ana\ufffd Ruiz"
    assert person.email == "ana@contoso.example"
    assert person.organization_id == ORGANIZATION
    assert person.roles == ("id_full_admin",)
    assert person.has_opaque_roles
    assert [str(request.url) for request in sent] == ["https://webexapis.com/v1/people/me"]


async def test_an_account_of_which_little_is_said_is_still_an_account() -> None:
    person = await ask(WebexClient.me, {"displayName": None, "orgId": "elsewhere"})
    assert person == TokenOwner(organization="elsewhere")
    assert person.organization_id is None
    assert person.roles is None
    assert not person.has_opaque_roles


@pytest.mark.parametrize(
    "answer",
    [
        {"roles": ["id_readonly_admin"], "meta": {"organizationID": ORGANIZATION}},
        {"roles": [{"value": "id_readonly_admin"}], "meta": {"organizationId": ORGANIZATION}},
        {"roles": ["id_readonly_admin"], "organizationID": ORGANIZATION},
    ],
)
async def test_common_identity_names_roles_in_plain_words(answer: dict[str, Any]) -> None:
    user = await ask(WebexClient.identity_me, answer)
    assert user is not None
    assert user.roles == ("id_readonly_admin",)
    assert user.organization_id == ORGANIZATION
    assert not user.has_opaque_roles


async def test_of_all_tokens_the_newest_of_our_client_is_taken() -> None:
    ours = {"client_id": ENDPOINTS.client_id, "token_type": "access_token"}
    listed = [
        {"client_id": "another", "expires_in": 99_999, "oauth2scope": ["everything"]},
        ours | {"expires_in": 10, "oauth2scope": ["old"]},
        ours | {"expires_in": "3887999", "oauth2scope": ["Identity:SCIM"]},
        ours | {"token_type": "refresh_token", "expires_in": 99_999_999},
        "nonsense",
    ]
    found = await ask(WebexClient.tokens, {"data": listed})
    assert found is not None
    assert found.scopes == ("Identity:SCIM",)
    assert found.expires_in == 3887999
    assert found.expires_at() is not None
    assert await ask(WebexClient.tokens, {"data": []}) is None


async def test_a_token_is_revoked_with_itself() -> None:
    sent: list[httpx.Request] = []
    assert await ask(WebexClient.revoke, b"", 204, sent=sent) is True
    (request,) = sent
    assert request.method == "DELETE"
    assert str(request.url) == f"{ENDPOINTS.token_endpoint_me}?authtoken=true"
    with pytest.raises(AnswerError, match="HTTP 401"):
        await ask(WebexClient.revoke, b"", 401)


async def test_what_is_switched_off_is_not_asked() -> None:
    sent: list[httpx.Request] = []
    assert await ask(WebexClient.me, ME, sent=sent, endpoints=OFF) is None
    assert await ask(WebexClient.identity_me, ME, sent=sent, endpoints=OFF) is None
    assert await ask(WebexClient.tokens, ME, sent=sent, endpoints=OFF) is None
    assert await ask(WebexClient.revoke, ME, sent=sent, endpoints=OFF) is False
    assert sent == []


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ({"message": "No."}, 401, "unauthorized"),
        ({"message": "No."}, 403, "forbidden"),
        (b"<html>", 200, "html-page"),
        (b"", 200, "not-json"),
        ([1, 2], 200, "answer-not-understood"),
        ({"emails": 7}, 200, "answer-not-understood"),
    ],
)
async def test_an_answer_that_is_no_account_is_an_error(
    answer: Any, status: int, code: str
) -> None:
    with pytest.raises(AnswerError) as error:
        await ask(WebexClient.me, answer, status)
    assert error.value.code == code
    assert error.value.tracking_id == "T1"


async def test_tokens_that_are_no_list_are_an_error() -> None:
    answers: tuple[Any, ...] = ({"data": 7}, [], {})
    for answer in answers:
        with pytest.raises(AnswerError) as error:
            await ask(WebexClient.tokens, answer)
        assert error.value.code == "answer-not-understood"


async def test_every_method_that_writes_is_refused_in_a_read_only_run() -> None:
    for name in ("me", "identity_me"):
        await ask(getattr(WebexClient, name), ME, read_only=True)
    await ask(WebexClient.tokens, {"data": []}, read_only=True)
    with pytest.raises(TransportError) as error:
        await ask(WebexClient.revoke, b"", 204, read_only=True)
    assert error.value.code == "preview-write"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["orgId", "roles", "emails", "displayName", "meta", "value"]), inner
        )
    ),
    max_leaves=8,
)


@given(JSON)
def test_no_json_makes_the_models_crash(answer: Any) -> None:
    for model in (TokenOwner, IdentityUser):
        try:
            account = model.model_validate(answer)
        except ValidationError:
            continue
        assert account.organization_id is None
        assert not account.roles or account.roles


async def test_a_question_that_nothing_depends_on_holds_nobody_up() -> None:
    async def never() -> object:
        return await asyncio.Future()

    async def refused() -> object:
        raise AnswerError("No.")

    assert await if_answered(never(), limit=0.01) is None
    assert await if_answered(refused()) is None
