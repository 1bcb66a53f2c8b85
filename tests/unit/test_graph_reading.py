"""Lists of Graph are read whole as raw pages: to the end, once, and on from where it broke."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.graph_client import (
    BASE,
    GROUP,
    PRINCIPAL,
    USER,
    Answering,
    Asked,
    Reply,
    ask,
    listed,
    reply,
)
from wizard.errors import AnswerError, TransportError
from wizard.graph.client import GraphClient
from wizard.graph.errors import GraphError
from wizard.graph.operations import Operation
from wizard.graph.reading import GraphPages, ReadingRequests
from wizard.net.pace import Pace

ANN, BOB = {"id": USER}, {"id": GROUP}


def read(
    what: Callable[[ReadingRequests], GraphPages],
    answers: dict[Operation, Reply | Answering],
    asked: Asked | None = None,
    *,
    twice: bool = False,
    judged: bool = True,
) -> tuple[list[bytes], GraphPages]:
    """Read a list; `twice` goes on after a failure."""
    asked = asked or Asked()

    async def question(graph: GraphClient) -> tuple[list[bytes], GraphPages]:
        time = asked.time
        pages = what(graph.reading(Pace("Microsoft", 4, sleep=time.sleep, clock=time)))
        bodies: list[bytes] = []
        try:
            async for page in pages:
                bodies.append(page.body)
        except (AnswerError, TransportError):
            if not twice:
                raise
            bodies += [page.body async for page in pages]
        return bodies, pages

    return ask(question, answers, asked=asked, read_only=True, judges_answers=judged)


def users(graph: ReadingRequests) -> GraphPages:
    return graph.users(["id", "mail"])


def paged(*pages: list[dict[str, Any]], link: str = "{base}/users?$skiptoken={page}") -> Answering:
    """Answer with the page that the link names."""

    def answering(request: httpx.Request) -> Reply:
        number = int(request.url.params.get("$skiptoken", 0))
        following = link.format(base=BASE, page=number + 1)
        more = {"@odata.nextLink": following} if number + 1 < len(pages) else {}
        return listed(*pages[number], **more)

    return answering


def test_a_list_is_read_to_its_end_with_what_is_wanted_and_the_largest_pages() -> None:
    asked = Asked()
    bodies, pages = read(users, {Operation.LIST_USERS: paged([ANN], [], [BOB])}, asked)
    assert [json.loads(body)["value"] for body in bodies] == [[ANN], [], [BOB]]
    assert asked.query(0) == {"$select": "id,mail", "$top": "999"}
    assert len(asked.requests) == 3
    assert pages.is_complete


def test_a_manager_is_expanded_and_not_selected() -> None:
    asked = Asked()
    read(lambda graph: graph.users(["id", "manager"]), {Operation.LIST_USERS: listed(ANN)}, asked)
    wanted = {"$select": "id", "$expand": "manager($select=id)", "$top": "999"}
    assert asked.query(0) == wanted


@pytest.mark.parametrize(
    ("what", "operation"),
    [
        (lambda graph: graph.deleted_users(["id", "manager"]), Operation.LIST_DELETED_USERS),
        (lambda graph: graph.groups(["id", "displayName"]), Operation.LIST_GROUPS),
        (lambda graph: graph.members(GROUP), Operation.LIST_MEMBERS),
        (lambda graph: graph.assignments(PRINCIPAL), Operation.LIST_ASSIGNMENTS),
    ],
)
def test_the_recycle_bin_groups_members_and_assignments_are_read_likewise(
    what: Callable[[ReadingRequests], GraphPages], operation: Operation
) -> None:
    asked = Asked()
    read(what, {operation: listed()}, asked)
    assert asked.operations == [operation]
    assert asked.query()["$top"] == "999"


@pytest.mark.parametrize(
    "link", ["{base}/users?$skiptoken=0", "{base}/users?$skiptoken=0&$top={page}"]
)
def test_a_page_that_comes_again_ends_the_list(link: str) -> None:
    asked = Asked()
    bodies, pages = read(users, {Operation.LIST_USERS: paged([ANN], [BOB], link=link)}, asked)
    assert len(bodies) == 1
    assert (pages.repeated, pages.is_complete) == (True, False)
    assert len(asked.requests) == 2


def test_empty_pages_without_end_are_an_end() -> None:
    empty: list[list[dict[str, Any]]] = [[] for _ in range(200)]
    bodies, pages = read(users, {Operation.LIST_USERS: paged(*empty)})
    assert pages.repeated
    assert len(bodies) < 100


def test_throttling_is_waited_for_as_asked_and_the_same_page_is_asked_again() -> None:
    asked, pages = Asked(), paged([ANN], [BOB])

    def busy(request: httpx.Request) -> Reply:
        if len(asked.requests) in {2, 3}:
            return reply(
                429, {"error": {"code": "TooManyRequests", "message": ""}}, Retry_After="9"
            )
        return pages(request)

    bodies, _ = read(users, {Operation.LIST_USERS: busy}, asked)
    assert [json.loads(body)["value"] for body in bodies] == [[ANN], [BOB]]
    assert asked.time.slept == [9, 9]


def test_a_list_goes_on_at_the_page_that_broke() -> None:
    asked, pages = Asked(), paged([ANN], [BOB])

    def cut(request: httpx.Request) -> Reply:
        if 2 <= len(asked.requests) <= 4:
            raise httpx.ReadError("cut")
        return pages(request)

    bodies, read_on = read(users, {Operation.LIST_USERS: cut}, asked, twice=True)
    assert [json.loads(body)["value"] for body in bodies] == [[ANN], [BOB]]
    assert len(asked.requests) == 5
    assert read_on.is_complete


def test_a_link_to_another_server_is_not_followed() -> None:
    elsewhere = "https://elsewhere.example/v1.0/users?$skiptoken={page}"
    with pytest.raises(AnswerError) as told:
        read(users, {Operation.LIST_USERS: paged([ANN], [BOB], link=elsewhere)})
    assert told.value.code == "graph-paging"


@pytest.mark.parametrize("body", [{"value": {}}, {}, [], {"value": [], "@odata.nextLink": 5}])
def test_what_is_no_list_is_told(body: Any) -> None:
    with pytest.raises(AnswerError) as told:
        read(users, {Operation.LIST_USERS: reply(200, body)}, judged=False)
    assert told.value.code == "answer-not-understood"


def test_a_refusal_is_told_as_graph_says_it() -> None:
    error = {"error": {"code": "Authorization_RequestDenied", "message": "No."}}
    with pytest.raises(GraphError):
        read(users, {Operation.LIST_USERS: reply(403, error)})
