"""Signing, waiting and paging: what is the same for all that is asked of Graph."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.graph_client import (
    APPLICATION,
    ASSIGNMENT_BODY,
    BASE,
    CANNED,
    ENDPOINTS,
    JOB,
    JOB_BODY,
    PRINCIPAL,
    PRINCIPAL_BODY,
    ROLE,
    TEMPLATE,
    TOKEN,
    USER,
    USER_BODY,
    Asked,
    Reply,
    Time,
    ask,
    in_turn,
    listed,
    number,
    refused,
    reply,
)
from wizard.errors import AnswerError, AuthorizationError, EndpointsError, TransportError
from wizard.graph.authorization import GraphAuth, claims_challenge
from wizard.graph.client import GraphClient
from wizard.graph.connection import EMPTY_PAGES, Connection
from wizard.graph.directory import User
from wizard.graph.errors import GraphError
from wizard.graph.models import Listing
from wizard.graph.operations import Operation
from wizard.net.transport import client, fetch

CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1763870000"}}}'
CHALLENGE = (
    'Bearer realm="", authorization_uri="https://login.example/common/oauth2/authorize", '
    f'error="insufficient_claims", claims="{base64.b64encode(CLAIMS.encode()).decode()}"'
)
NEXT = f"{BASE}/users?$skiptoken=opaque"
SOMEBODY = {Operation.GET_USER: reply(200, USER_BODY)}


def challenged() -> Reply:
    return refused(401, "InvalidAuthenticationToken", "No.", www_authenticate=CHALLENGE)


async def somebody(graph: GraphClient) -> str:
    return (await graph.users.get(USER)).id


def search(graph: GraphClient, most: int = 25) -> Any:
    return graph.users.search("ann", most=most)


def test_a_token_is_asked_for_before_each_request() -> None:
    tokens = ["first-token-0123456789", "second-token-0123456789"]
    seen: list[str | None] = []
    asked = Asked()

    async def provided(claims: str | None) -> SecretStr:
        seen.append(claims)
        return SecretStr(tokens[len(seen) - 1])

    async def twice(graph: GraphClient) -> None:
        await somebody(graph)
        await somebody(graph)

    ask(twice, SOMEBODY, asked=asked, token=provided)
    sent = [request.headers["authorization"] for request in asked.requests]
    assert sent == [f"Bearer {token}" for token in tokens]
    assert seen == [None, None]


def test_a_challenge_for_more_claims_is_answered_once_with_what_it_asks_for() -> None:
    wanted: list[str | None] = []

    async def provided(claims: str | None) -> SecretStr:
        wanted.append(claims)
        return SecretStr("a-token-with-claims" if claims else TOKEN)

    asked = Asked()
    answers = {Operation.GET_USER: in_turn(challenged(), reply(200, USER_BODY))}
    assert ask(somebody, answers, asked=asked, token=provided) == USER
    assert wanted == [None, CLAIMS]
    assert asked.requests[1].headers["authorization"] == "Bearer a-token-with-claims"

    with pytest.raises(GraphError) as error:
        ask(somebody, {Operation.GET_USER: challenged()}, asked=asked)
    assert error.value.code == "graph-step-up"
    assert len(asked.requests) == 4


def test_a_write_that_is_challenged_is_sent_again_with_its_body() -> None:
    asked = Asked()
    answers = {**CANNED, Operation.UPDATE_SERVICE_PRINCIPAL: in_turn(challenged(), reply(204))}
    assert ask(lambda graph: graph.service_principals.hide(PRINCIPAL), answers, asked=asked)
    first, second = asked.bodies()
    assert first == second == {"tags": [*PRINCIPAL_BODY["tags"], "HideApp"]}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        'Bearer error="invalid_token"',
        'Bearer error="insufficient_claims"',
        'Bearer error="insufficient_claims", claims="not base64!"',
        f'Bearer error="insufficient_claims", claims="{base64.b64encode(b"[1]").decode()}"',
        f'Bearer error="insufficient_claims", claims="{base64.b64encode(b"{").decode()}"',
    ],
)
def test_another_401_is_no_challenge(header: str) -> None:
    response = Reply(401, headers={"www-authenticate": header})
    assert claims_challenge(response) is None
    assert claims_challenge(Reply(403, headers={"www-authenticate": CHALLENGE})) is None


@given(st.text(max_size=60), st.binary(max_size=60))
def test_no_challenge_makes_the_reader_stumble(text: str, claims: bytes) -> None:
    header = f'Bearer error="insufficient_claims", claims="{base64.b64encode(claims).decode()}"'
    for value in (text.encode("utf-8", "replace"), header.encode()):
        found = claims_challenge(httpx.Response(401, headers=[(b"www-authenticate", value)]))
        assert found is None or isinstance(json.loads(found), dict)


async def test_the_body_of_a_challenge_is_not_read() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536
            await asyncio.sleep(0)

    def handle(request: httpx.Request) -> Reply:
        if "claims" in request.headers["authorization"]:
            return Reply(200, json=USER_BODY)
        return Reply(401, content=endless(), headers={"www-authenticate": CHALLENGE})

    async def provided(claims: str | None) -> SecretStr:
        return SecretStr("token-with-claims" if claims else "token-without-any")

    inner = httpx.MockTransport(handle)
    async with client(auth=GraphAuth(provided), inner=inner, retries=False) as http:
        answer = (await fetch(http, "GET", f"{BASE}/me", time_limit=5)).status

    assert answer == 200


def test_no_token_shows_in_an_error_whatever_the_server_says() -> None:
    async def provided(claims: str | None) -> SecretStr:
        return SecretStr("the-second-token-of-all" if claims else "the-first-token-of-all")

    def echo(request: httpx.Request) -> Reply:
        message = "the-first-token-of-all " + request.headers["authorization"]
        return refused(401, "Odd", message, www_authenticate=CHALLENGE, request_id=message)

    with pytest.raises(GraphError) as error:
        ask(somebody, {Operation.GET_USER: echo}, token=provided)
    shown = f"{error.value} {vars(error.value)}"
    assert "token-of-all" not in shown
    assert "[hidden]" in error.value.message


def test_a_sign_in_that_fails_is_told_as_it_is() -> None:
    async def failing(_claims: str | None) -> SecretStr:
        raise AuthorizationError("Consent was refused.", code="entra-consent")

    asked = Asked()
    with pytest.raises(AuthorizationError, match="Consent"):
        ask(somebody, SOMEBODY, asked=asked, token=failing)
    assert asked.requests == []


def test_an_error_carries_the_id_that_microsoft_asks_for() -> None:
    answer = refused(403, "Authorization_RequestDenied", "Insufficient privileges.")
    with pytest.raises(GraphError) as error:
        ask(somebody, {Operation.GET_USER: answer})
    assert error.value.tracking_id == "R2"
    with pytest.raises(GraphError) as error:
        ask(somebody, {Operation.GET_USER: Reply(403, headers={"request-id": "R3"}, json={"error": {
            "code": "x", "message": "y"}})})  # fmt: skip
    assert error.value.tracking_id == "R3"


def test_when_no_answer_comes_the_error_carries_our_own_id() -> None:
    asked = Asked()

    def cut(_request: httpx.Request) -> Reply:
        raise httpx.ReadError("cut")

    with pytest.raises(TransportError) as error:
        ask(somebody, {Operation.GET_USER: cut}, asked=asked)
    assert error.value.code == "connection-cut"
    assert error.value.tracking_id == asked.requests[0].headers["client-request-id"]


def test_a_write_that_was_throttled_is_repeated_when_microsoft_says() -> None:
    asked = Asked()
    slow = refused(429, "TooManyRequests", "Slow down.", retry_after="7")
    answers = {Operation.RESTART_JOB: in_turn(slow, slow, reply(204))}
    ask(lambda graph: graph.jobs.restart(PRINCIPAL, JOB), answers, asked=asked)
    assert asked.time.slept == [7.0, 7.0]
    assert len(asked.requests) == 3
    assert len({request.headers["client-request-id"] for request in asked.requests}) == 3
    assert "slow down" in asked.reported[0].message


def test_a_write_that_is_always_throttled_ends_as_an_error() -> None:
    asked = Asked()
    slow = refused(429, "TooManyRequests", "Slow down.", retry_after="60")
    with pytest.raises(GraphError) as error:
        ask(
            lambda graph: graph.jobs.start(PRINCIPAL, JOB), {Operation.START_JOB: slow}, asked=asked
        )
    assert error.value.code == "graph-throttled"
    assert asked.time.slept == [60.0] * 4


def test_a_write_that_is_throttled_for_long_is_not_repeated_before_its_time() -> None:
    asked = Asked()
    slow = refused(429, "TooManyRequests", "Slow down.", retry_after="3600")
    with pytest.raises(GraphError) as error:
        ask(
            lambda graph: graph.jobs.start(PRINCIPAL, JOB), {Operation.START_JOB: slow}, asked=asked
        )
    assert error.value.retry_after == 3600
    assert "Wait 60 minutes" in error.value.hint
    assert (len(asked.requests), asked.time.slept) == (1, [])


@pytest.mark.parametrize(
    ("operation", "is_repeated"), [(Operation.START_JOB, True), (Operation.RESTART_JOB, False)]
)
def test_after_a_503_only_what_may_be_sent_twice_is_sent_twice(
    operation: Operation, is_repeated: bool
) -> None:
    def act(graph: GraphClient) -> Any:
        act = graph.jobs.start if operation is Operation.START_JOB else graph.jobs.restart
        return act(PRINCIPAL, JOB)

    asked = Asked()
    answers = {operation: in_turn(refused(503, "ServiceUnavailable"), reply(204))}
    if is_repeated:
        ask(act, answers, asked=asked)
        assert asked.time.slept == [2.0]
    else:
        with pytest.raises(GraphError) as error:
            ask(act, answers, asked=asked)
        assert error.value.code == "graph-unavailable"
        assert len(asked.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_read_that_was_throttled_is_repeated_by_the_transport(status: int) -> None:
    asked = Asked()
    answers = {
        Operation.GET_USER: in_turn(refused(status, "x", retry_after="0"), reply(200, USER_BODY))
    }
    assert ask(somebody, answers, asked=asked, retries=True) == USER
    assert len(asked.requests) == 2
    assert asked.time.slept == []


NOT_FOUND = refused(404, "Request_ResourceNotFound", "Resource does not exist.")
SILENT = refused(401, "UnknownError", "")
DENIED = refused(403, "Authorization_RequestDenied", "Insufficient privileges.")
CONFLICT = refused(409, "Conflict", "A conflict.")
NO_SCOPE = '{"errorCode":"PermissionScopeNotGranted"}'
WRONG_VERB = '{"Message":"No HTTP resource was found that matches the request URI."}'
NOT_VALID = refused(400, "Request_BadRequest", "Not a valid reference update.")


def young(question: Any) -> Any:
    """Let a question be about an application that was just created."""

    async def asking(graph: GraphClient) -> Any:
        graph.expect_young(PRINCIPAL)
        return await question(graph)

    return asking


@pytest.mark.parametrize("early", [NOT_FOUND, SILENT, DENIED], ids=["404", "401", "403"])
def test_what_comes_too_early_for_a_young_application_is_asked_again(early: Reply) -> None:
    asked = Asked()
    answers = {Operation.LIST_JOBS: in_turn(early, early, listed(JOB_BODY))}
    jobs = ask(young(lambda graph: graph.jobs.list(PRINCIPAL)), answers, asked=asked)
    assert [job.id for job in jobs] == [JOB]
    assert asked.time.slept == [5.0, 5.0]
    assert "copied" in asked.reported[0].message


@pytest.mark.parametrize(
    ("early", "code"),
    [
        (NOT_FOUND, "graph-not-found"),
        (SILENT, "graph-not-allowed-or-not-ready"),
        (DENIED, "graph-role-missing"),
    ],
)
def test_an_old_application_is_not_waited_for(early: Reply, code: str) -> None:
    asked = Asked()
    with pytest.raises(GraphError) as error:
        ask(lambda graph: graph.jobs.list(PRINCIPAL), {Operation.LIST_JOBS: early}, asked=asked)
    assert error.value.code == code
    assert asked.time.slept == []


@pytest.mark.parametrize(("early", "limit"), [(NOT_FOUND, 300), (SILENT, 120), (DENIED, 120)])
def test_waiting_for_a_young_application_comes_to_an_end(early: Reply, limit: int) -> None:
    asked = Asked()
    with pytest.raises(GraphError):
        ask(
            young(lambda graph: graph.jobs.list(PRINCIPAL)),
            {Operation.LIST_JOBS: early},
            asked=asked,
        )
    assert sum(asked.time.slept) == limit


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused(401, "UnknownError", NO_SCOPE), "graph-scope-missing"),
        (refused(403, "UnknownError", NO_SCOPE), "graph-scope-missing"),
        (refused(404, "UnknownError", WRONG_VERB), "graph-wrong-verb"),
        (refused(400, "Request_BadRequest", "No."), "graph-refused"),
        (CONFLICT, "graph-conflict"),
    ],
)
def test_what_is_not_about_age_is_told_at_once_also_of_a_young_application(
    answer: Reply, code: str
) -> None:
    asked = Asked()
    with pytest.raises(GraphError) as error:
        ask(
            young(lambda graph: graph.jobs.list(PRINCIPAL)),
            {Operation.LIST_JOBS: answer},
            asked=asked,
        )
    assert error.value.code == code
    assert asked.time.slept == []


def test_a_young_application_that_is_deleted_already_is_not_waited_for_long() -> None:
    async def deleting(graph: GraphClient) -> bool:
        graph.expect_young(APPLICATION)
        return await graph.applications.delete(APPLICATION)

    asked = Asked()
    gone = refused(404, "Request_ResourceNotFound", "Gone.")
    assert ask(deleting, {Operation.DELETE_APPLICATION: gone}, asked=asked) is False
    assert sum(asked.time.slept) == 30
    assert len(asked.reported) == 1, "one thing is told once, however long it takes"


def test_an_application_does_not_stay_young_for_ever() -> None:
    asked = Asked()

    async def later(graph: GraphClient) -> None:
        graph.expect_young(PRINCIPAL)
        asked.time.now += 1000
        await graph.jobs.list(PRINCIPAL)

    with pytest.raises(GraphError):
        ask(later, {Operation.LIST_JOBS: NOT_FOUND}, asked=asked)
    assert asked.time.slept == []


def test_a_conflict_of_a_write_is_waited_out_for_a_while() -> None:
    asked = Asked()
    answers = {Operation.START_JOB: in_turn(CONFLICT, reply(204))}
    ask(lambda graph: graph.jobs.start(PRINCIPAL, JOB), answers, asked=asked)
    assert asked.time.slept == [5.0]
    with pytest.raises(GraphError) as error:
        ask(lambda graph: graph.jobs.start(PRINCIPAL, JOB), {Operation.START_JOB: CONFLICT})
    assert error.value.code == "graph-conflict"


@pytest.mark.parametrize("early", [NOT_FOUND, NOT_VALID])
def test_an_assignment_waits_for_a_person_who_is_not_everywhere_yet(early: Reply) -> None:
    asked = Asked()
    answers = {**CANNED, Operation.ASSIGN: in_turn(early, reply(201, ASSIGNMENT_BODY))}
    ask(lambda graph: graph.assignments.assign(PRINCIPAL, USER, ROLE), answers, asked=asked)
    assert asked.time.slept == [5.0]


def test_a_list_is_read_page_by_page_with_the_same_headers() -> None:
    asked = Asked()
    pages = in_turn(
        listed(USER_BODY, **{"@odata.count": 3, "@odata.nextLink": NEXT}),
        listed(USER_BODY, USER_BODY),
    )
    found = ask(search, {Operation.LIST_USERS: pages}, asked=asked)
    assert (len(found.items), found.total, found.is_complete) == (3, 3, True)
    assert str(asked.requests[1].url) == NEXT
    assert [request.headers["consistencylevel"] for request in asked.requests] == ["eventual"] * 2


def test_of_twenty_thousand_hits_only_the_first_are_read() -> None:
    asked = Asked()
    page = listed(
        *[{**USER_BODY, "displayName": f"Ann {at}"} for at in range(25)],
        **{"@odata.count": 20_000, "@odata.nextLink": NEXT},
    )
    found = ask(search, {Operation.LIST_USERS: page}, asked=asked)
    assert (len(found.items), found.total, found.is_complete) == (25, 20_000, False)
    assert len(asked.requests) == 1


def test_what_is_more_than_was_asked_for_is_left_out() -> None:
    page = listed(USER_BODY, USER_BODY)
    found = ask(lambda graph: search(graph, most=1), {Operation.LIST_USERS: page})
    assert (len(found.items), found.is_complete) == (1, False)


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1.0/users?$skiptoken=x",
        "http://graph.microsoft.com/v1.0/users",
        "https://graph.microsoft.com:8443/v1.0/users",
        "https://graph.microsoft.com@elsewhere.example/v1.0/users",
        "https://graph.microsoft.com/beta/users",
        "https://graph.microsoft.com/v1.0/users\n",
        "/v1.0/users?$skiptoken=x",
        "https://[",
    ],
)
def test_a_token_does_not_follow_a_link_to_another_place(link: str) -> None:
    asked = Asked()
    page = listed(USER_BODY, **{"@odata.nextLink": link})
    with pytest.raises(AnswerError) as error:
        ask(search, {Operation.LIST_USERS: page}, asked=asked)
    assert error.value.code == "graph-paging"
    assert len(asked.requests) == 1


def test_a_list_that_goes_in_circles_is_left() -> None:
    asked = Asked()
    page = listed(**{"@odata.nextLink": NEXT})
    with pytest.raises(AnswerError) as error:
        ask(search, {Operation.LIST_USERS: page}, asked=asked)
    assert error.value.code == "graph-paging"
    assert len(asked.requests) == 2


def page_after_page(asked: Asked, *entries: dict[str, Any], **more: Any) -> Callable[..., Reply]:
    """Answer each request with these entries, and with a link that was never there."""

    def answer(_request: httpx.Request) -> Reply:
        return listed(*entries, **{"@odata.nextLink": f"{NEXT}{len(asked.requests)}"}, **more)

    return answer


def test_half_a_million_people_are_read_to_their_end() -> None:
    pages = 501
    asked: list[str] = []

    def page(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        more = {"@odata.nextLink": f"{NEXT}{len(asked)}"} if len(asked) < pages else {}
        return httpx.Response(200, json={"value": [{"id": f"{len(asked)}"}], **more})

    async def read() -> Listing[User]:
        async with httpx.AsyncClient(transport=httpx.MockTransport(page)) as http:
            return await Connection(BASE, http).several(Operation.LIST_USERS.at(), User)

    found = asyncio.run(read())
    assert (len(found.items), found.is_complete) == (pages, True)
    assert len(set(asked)) == pages


def test_a_list_of_nothing_without_end_is_left() -> None:
    asked = Asked()
    with pytest.raises(AnswerError, match="does not come to an end"):
        ask(search, {Operation.LIST_USERS: page_after_page(asked)}, asked=asked)
    assert len(asked.requests) == EMPTY_PAGES


def test_a_list_that_brings_the_same_page_under_ever_new_links_is_left() -> None:
    asked = Asked()
    with pytest.raises(AnswerError, match="does not come to an end"):
        ask(search, {Operation.LIST_USERS: page_after_page(asked, USER_BODY)}, asked=asked)
    assert len(asked.requests) == 2


def test_a_list_that_brings_far_more_than_it_counted_is_left() -> None:
    asked = Asked()

    def page(_request: httpx.Request) -> Reply:
        at = len(asked.requests)
        people = ({**USER_BODY, "displayName": f"Ann {at} {each}"} for each in range(500))
        return listed(*people, **{"@odata.count": 3, "@odata.nextLink": f"{NEXT}{at}"})

    with pytest.raises(AnswerError, match="does not come to an end"):
        ask(
            lambda graph: search(graph, most=10_000),
            {Operation.LIST_USERS: page},
            asked=asked,
            judges_answers=False,
        )
    assert len(asked.requests) == 3


@pytest.mark.parametrize(
    "body", [b"", b"<html><title>Sign in</title>", b"{", b"null", b"[]", b'"7"']
)
async def test_an_answer_that_is_nothing_we_know_is_an_error_of_ours(body: bytes) -> None:
    strange = Reply(200, content=body, headers={"content-type": "application/json"})

    async def run(question: Any) -> None:
        async def provided(_claims: str | None) -> SecretStr:
            return SecretStr(TOKEN)

        inner = httpx.MockTransport(lambda _request: strange)
        async with client(auth=GraphAuth(provided), inner=inner, retries=False) as http:
            time = Time()
            await question(GraphClient(ENDPOINTS, http, sleep=time.sleep, clock=time))

    questions = (
        somebody,
        search,
        lambda graph: graph.groups.members(PRINCIPAL),
        lambda graph: graph.schema.read(PRINCIPAL, JOB),
        lambda graph: graph.secrets.read(PRINCIPAL),
        lambda graph: graph.users.attributes(USER, []),
        lambda graph: graph.on_demand.person(PRINCIPAL, JOB, "r", USER),
        lambda graph: graph.jobs.get(PRINCIPAL, JOB),
        lambda graph: graph.service_principals.of_template(TEMPLATE),
    )
    for question in questions:
        with pytest.raises(AnswerError) as error:
            await run(question)
        assert error.value.hint


def test_a_count_is_read_from_plain_text() -> None:
    answers = {Operation.COUNT_MEMBERS: number(1), Operation.COUNT_TRANSITIVE_MEMBERS: number(1)}
    counted = ask(lambda graph: graph.groups.members(PRINCIPAL), answers)
    assert (counted.direct, counted.with_nested, counted.is_nested) == (1, 1, False)


def test_a_graph_that_is_switched_off_says_so() -> None:
    with pytest.raises(EndpointsError) as error:
        GraphClient(replace(ENDPOINTS, graph_base=""), httpx.AsyncClient())
    assert error.value.code == "graph-switched-off"


class Tokens:
    """Gives the same token until another one is wanted."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        self.token = "token-number-0"

    async def __call__(self, claims: str | None) -> SecretStr:
        self.asked.append(claims)
        if claims is not None:
            self.token = f"token-number-{self.renewed}"
            await asyncio.sleep(0)
        return SecretStr(self.token)

    @property
    def renewed(self) -> int:
        return sum(claims is not None for claims in self.asked)


BAD = refused(401, "InvalidAuthenticationToken", "The access token is expired.")


def test_a_token_that_graph_does_not_take_is_replaced_once() -> None:
    tokens = Tokens()
    ask(somebody, {Operation.GET_USER: in_turn(BAD, reply(200, USER_BODY))}, token=tokens)
    assert tokens.asked == [None, None, "{}"]
    with pytest.raises(GraphError):
        ask(somebody, {Operation.GET_USER: BAD}, token=tokens)
    assert tokens.renewed == 2


def test_requests_that_are_refused_together_share_one_new_token() -> None:
    tokens = Tokens()

    def only_the_new(request: httpx.Request) -> Reply:
        is_new = request.headers["authorization"] == "Bearer token-number-1"
        answer = reply(200, USER_BODY) if is_new else BAD
        return Reply(answer.status_code, content=answer.content, headers=answer.headers)

    async def eight(graph: GraphClient) -> list[str]:
        return await asyncio.gather(*(somebody(graph) for _ in range(8)))

    assert len(ask(eight, {Operation.GET_USER: only_the_new}, token=tokens)) == 8
    assert tokens.renewed == 1


def test_a_new_token_is_not_asked_for_again_and_again() -> None:
    tokens = Tokens()

    async def five_times(graph: GraphClient) -> None:
        for _ in range(5):
            with pytest.raises(GraphError):
                await somebody(graph)

    ask(five_times, {Operation.GET_USER: BAD}, token=tokens)
    assert tokens.renewed == 1
