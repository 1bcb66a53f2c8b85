"""A SCIM service is read whole: by a list that can be believed, else by a search for each."""

import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.graph_client import Time
from tests.servers import scim_server
from wizard.errors import AnswerError, TransportError
from wizard.net.pace import Pace
from wizard.net.transport import client
from wizard.scim.reading import NotBelieved, ScimList, Searches, Service, without

USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"
BASE = "https://api.ciscospark.com/v1/scim/96abc2aa-3dcc-11e5-a152-fe34819cdc9a"


@dataclass
class Scim:
    """A service with so many people, and what it does otherwise."""

    people: int
    page: int = 10
    spoil: Callable[[int, httpx.Response], httpx.Response] = lambda _number, response: response
    tell: Callable[[int, dict[str, object]], dict[str, object]] = lambda _start, page: page
    asked: list[str] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        query = request.url.query.decode()
        self.asked.append(query)
        if "filter=" in query:
            (wanted,) = re.findall(r'eq "(.*)"', unquote_plus(query))
            name = wanted.replace('\\"', '"').replace("\\\\", "\\")
            found = [self.person(n) for n in range(self.people) if f"p{n}@x.example" == name]
            page: dict[str, object] = {"totalResults": len(found), "Resources": found}
        else:
            start, count = (int(request.url.params[name]) for name in ("startIndex", "count"))
            numbers = range(start - 1, min(start - 1 + min(count, self.page), self.people))
            found = [self.person(number) for number in numbers]
            page = {"totalResults": self.people, "startIndex": start, "Resources": found}
            page = self.tell(start, page)
        return self.spoil(len(self.asked), httpx.Response(200, json=page))

    def person(self, number: int) -> dict[str, object]:
        return {"id": f"id-{number}", "userName": f"p{number}@x.example"}

    def service(self, at_once: int = 4) -> Service:
        time = Time()
        http = client(inner=httpx.MockTransport(self.handle), read_only=True, retries=False)
        return Service(BASE, http, Pace("Webex", at_once, sleep=time.sleep, clock=time))


def ids(bodies: list[bytes]) -> list[str]:
    return [each["id"] for body in bodies for each in json.loads(body).get("Resources", ())]


async def whole(pages: AsyncIterator[bytes]) -> list[bytes]:
    return [body async for body in pages]


def everybody(scim: Scim) -> list[str]:
    return [f"id-{number}" for number in range(scim.people)]


@given(people=st.integers(0, 60), page=st.integers(1, 25), at_once=st.integers(1, 5))
async def test_everybody_comes_once_with_exactly_the_pages_needed(
    people: int, page: int, at_once: int
) -> None:
    scim = Scim(people, page)
    listing = ScimList(scim.service(at_once), "Users")
    assert sorted(ids(await whole(listing.pages()))) == sorted(everybody(scim))
    assert (listing.read, listing.total) == (people, people)
    needed = max(-(-people // page), 1)
    assert len(scim.asked) == needed + 1  # and one look behind the end


@given(people=st.integers(2, 40), page=st.integers(1, 10), broken=st.integers(1, 12))
async def test_a_cut_in_the_middle_is_gone_on_from(people: int, page: int, broken: int) -> None:
    down = True

    def spoil(number: int, response: httpx.Response) -> httpx.Response:
        if down and number >= broken:
            raise httpx.ReadError("cut")
        return response

    scim = Scim(people, page, spoil)
    listing = ScimList(scim.service(3), "Users")
    bodies: list[bytes] = []
    try:
        async for body in listing.pages():
            bodies.append(body)
    except TransportError:
        down = False
        bodies += await whole(listing.pages())
    assert sorted(ids(bodies)) == sorted(everybody(scim))


def repeating(_start: int, page: dict[str, object]) -> dict[str, object]:
    resources = [{"id": f"id-{number}"} for number in range(10)]
    return page | {"Resources": resources}


def saying(total: int) -> Callable[[int, dict[str, object]], dict[str, object]]:
    return lambda _start, page: page | {"totalResults": total}


def short(start: int, page: dict[str, object]) -> dict[str, object]:
    return page | ({"Resources": []} if start > 10 else {})


def twice(_start: int, page: dict[str, object]) -> dict[str, object]:
    resources = page["Resources"]
    assert isinstance(resources, list)
    return page | {"Resources": resources + resources[:1]}


@pytest.mark.parametrize(
    ("tell", "why"),
    [
        (repeating, "repeats itself"),
        (twice, "repeats itself"),
        (saying(26), "ends after 25 of 26"),
        (saying(5), "holds more than the 5 that it says"),
        (saying(20), "goes on behind the 20 that it says"),
        (saying(10), "goes on behind the 10 that it says"),
        (short, "ends after 10 of 25"),
        (lambda _start, page: page | {"Resources": []}, "shows nobody of 25"),
    ],
)
async def test_a_list_that_cannot_be_what_it_says_is_not_believed(
    tell: Callable[[int, dict[str, object]], dict[str, object]], why: str
) -> None:
    scim = Scim(25, tell=tell)
    with pytest.raises(NotBelieved, match=why):
        await whole(ScimList(scim.service(), "Users").pages())
    assert len(scim.asked) <= 6


async def test_a_service_without_places_is_believed_when_it_shows_all_at_once() -> None:
    scim = Scim(10, tell=repeating)
    assert ids(await whole(ScimList(scim.service(), "Users").pages())) == everybody(scim)


async def test_whoever_is_added_meanwhile_comes_too() -> None:
    scim = Scim(25)

    def growing(start: int, page: dict[str, object]) -> dict[str, object]:
        scim.people = 27 if start > 10 else 25
        return page

    scim.tell = growing
    assert len(ids(await whole(ScimList(scim.service(1), "Users").pages()))) == 27


async def test_a_service_that_gives_less_than_before_is_asked_for_the_rest() -> None:
    scim = Scim(25)

    def shrinking(start: int, page: dict[str, object]) -> dict[str, object]:
        scim.page = 4
        return page

    scim.tell = shrinking
    assert sorted(ids(await whole(ScimList(scim.service(), "Users").pages()))) == sorted(
        everybody(scim)
    )


async def test_names_may_be_spelled_in_any_case_and_numbers_be_text() -> None:
    def odd(_start: int, page: dict[str, object]) -> dict[str, object]:
        resources = page["Resources"]
        assert isinstance(resources, list)
        spelled = [{"ID": each["id"]} for each in resources]
        return {"totalresults": str(page["totalResults"]), "resources": spelled}

    listing = ScimList(Scim(12, tell=odd).service(), "Users")
    await whole(listing.pages())
    assert listing.read == 12


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!doctype html>", "html-page"),
        (b'{"ok": true}', "not-a-list"),
        (b"[" * 99_999, "not-json"),
    ],
)
async def test_what_is_no_list_is_told(body: bytes, code: str) -> None:
    scim = Scim(1, spoil=lambda _number, _response: httpx.Response(200, content=body))
    with pytest.raises(AnswerError) as told:
        await whole(ScimList(scim.service(), "Users").pages())
    assert told.value.code == code


async def test_each_is_searched_for_as_entra_does() -> None:
    scim = Scim(3)
    names = ["p2@x.example", "nobody@x.example", "p0@x.example", 'a"b\\c@x.example']
    searches = Searches(scim.service(), "Users", [("userName", name) for name in names])
    assert sorted(ids(await whole(searches.pages()))) == ["id-0", "id-2"]
    assert (searches.asked, searches.read, searches.total) == (4, 2, 4)
    assert len(scim.asked) == 5  # and one for nobody, first
    assert "filter=userName+eq+%22p2%40x.example%22" in scim.asked
    assert any(unquote_plus(query).endswith(r'eq "a\"b\\c@x.example"') for query in scim.asked)


async def test_a_service_that_finds_who_does_not_exist_is_not_believed() -> None:
    scim = Scim(
        3,
        spoil=lambda _n, _r: httpx.Response(
            200, json={"totalResults": 1, "Resources": [{"id": "x"}]}
        ),
    )
    with pytest.raises(NotBelieved, match="ignores what is searched for"):
        await whole(Searches(scim.service(), "Users", [("userName", "a")]).pages())


async def test_a_later_list_leaves_out_whom_the_first_has_shown() -> None:
    scim = Scim(3)
    first = ScimList(scim.service(), "Users")
    (body,) = await whole(first.pages())
    again = json.loads(body)
    again["Resources"].append({"id": "new", "userName": "new@x.example", "active": True})
    left = json.loads(without(json.dumps(again).encode(), first))
    assert left["Resources"] == [again["Resources"][-1]]


async def test_a_server_that_nobody_here_wrote_is_read_whole_and_searched() -> None:
    organization, token = BASE.rpartition("/")[2], "a-token-of-some-length"
    with scim_server(organization, token) as base:
        tenant_url = f"{base}/{organization}"
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False) as writing:
            for number in range(7):
                user = {"schemas": [USER_SCHEMA], "userName": f"p{number}@x.example"}
                assert (await writing.post(f"{tenant_url}/Users", json=user)).status_code == 201
        async with client(bearer=SecretStr(token), read_only=True, retries=False) as http:
            service = Service(tenant_url, http, Pace("Webex", 4))
            listing = ScimList(service, "Users")
            assert len(ids(await whole(listing.pages()))) == listing.total == 7
            sought = [("userName", f"p{number}@x.example") for number in (3, 9)]
            searches = Searches(service, "Users", sought)
            assert len(ids(await whole(searches.pages()))) == searches.read == 1
