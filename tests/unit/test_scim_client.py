import json
import re
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.servers import EMPTY_LIST, scim_server
from wizard.errors import AnswerError
from wizard.net.transport import client
from wizard.scim.client import ScimClient, judge_nobody
from wizard.scim.models import ListResponse, read_list_response

TENANT = "https://api.ciscospark.com/v1/scim/96abc2aa-3dcc-11e5-a152-fe34819cdc9a"


async def find(
    answer: Any,
    status: int = 200,
    content_type: str = "application/scim+json",
    *,
    sent: list[httpx.Request] | None = None,
    tenant_url: str = TENANT,
) -> ListResponse:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()

    def handle(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        headers = {"content-type": content_type, "trackingid": "T1"}
        return httpx.Response(status, content=body, headers=headers)

    async with client(inner=httpx.MockTransport(handle), read_only=True) as http:
        return judge_nobody(await ScimClient(tenant_url, http).ask_for_nobody())


@pytest.mark.parametrize("tenant_url", [TENANT, f"{TENANT}/"])
async def test_the_search_for_nobody_is_to_the_letter_what_entra_sends(tenant_url: str) -> None:
    sent: list[httpx.Request] = []
    listed = await find(EMPTY_LIST, sent=sent, tenant_url=tenant_url)
    assert listed.total_results == 0
    assert listed.oddities == ()
    (request,) = sent
    assert request.method == "GET"
    assert request.headers["accept"] == "application/scim+json, application/json"
    guid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    path = re.escape(TENANT.removeprefix("https://api.ciscospark.com") + "/Users?filter=userName")
    assert re.fullmatch(rf"{path}\+eq\+%22{guid}%22", request.url.raw_path.decode())


@pytest.mark.parametrize(
    ("change", "oddity"),
    [
        ({"totalResults": "0"}, "totalResults is text"),
        ({"totalResults": None, "TotalResults": "0"}, "other capitals"),
        ({"totalResults": None}, "totalResults is missing"),
        ({"totalResults": None, "TotalResults": True}, "is not a number"),
        ({"schemas": ["urn:scim:schemas:core:1.0"]}, "schemas"),
        ({"schemas": None}, "schemas"),
        ({"Resources": "none"}, "not a list"),
        ({"Resources": None, "resources": []}, "other capitals"),
    ],
)
async def test_odd_lists_are_understood_and_their_oddity_is_named(
    change: dict[str, Any], oddity: str
) -> None:
    answer = {key: value for key, value in (EMPTY_LIST | change).items() if value is not None}
    listed = await find(answer)
    assert listed.total_results == 0
    assert any(oddity in sentence for sentence in listed.oddities)


async def test_an_empty_list_may_leave_resources_away() -> None:
    answer = {key: value for key, value in EMPTY_LIST.items() if key != "Resources"}
    assert (await find(answer)).oddities == ()


async def test_a_wrong_label_is_an_oddity() -> None:
    assert any(
        "labelled" in one for one in (await find(EMPTY_LIST, content_type="text/html")).oddities
    )
    assert (await find(EMPTY_LIST, content_type="application/json; charset=utf-8")).oddities == ()


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ({"detail": "No."}, 400, "bad-request"),
        ({"detail": "No.", "status": "401"}, 401, "unauthorized"),
        ({"detail": "No.", "status": 401}, 401, "unauthorized"),
        ({"Errors": [{"description": "No."}]}, 401, "unauthorized"),
        (b"<html>", 401, "unauthorized"),
        (b"", 401, "unauthorized"),
        (b"", 403, "forbidden"),
        (b"", 404, "not-found"),
        (b"", 302, "redirected"),
        (b"", 204, "unexpected-status"),
        (b"", 500, "server-error"),
        (b"", 200, "not-json"),
        (b"<html>", 200, "html-page"),
        ({"hello": "world"}, 200, "not-a-list"),
        ([], 200, "not-a-list"),
        (EMPTY_LIST | {"totalResults": 3}, 200, "filter-ignored"),
        (EMPTY_LIST | {"Resources": [{"userName": "a"}]}, 200, "filter-ignored"),
    ],
)
async def test_every_other_answer_has_its_own_code(answer: Any, status: int, code: str) -> None:
    with pytest.raises(AnswerError) as error:
        await find(answer, status)
    assert error.value.code == code
    assert error.value.status == status
    assert error.value.tracking_id == "T1"
    assert error.value.hint


async def test_a_scim_server_that_nobody_here_wrote_finds_nobody() -> None:
    async def run(base: str) -> ListResponse:
        async with client() as http:
            http.headers["Authorization"] = "Bearer open-sesame"
            webex = ScimClient(f"{base}/some-organization", http)
            return judge_nobody(await webex.ask_for_nobody())

    with scim_server("some-organization", "open-sesame") as base:
        assert (await run(base)).total_results == 0


KEYS = st.sampled_from(["totalResults", "TotalResults", "Resources", "schemas", "itemsPerPage"])


@given(
    st.dictionaries(
        KEYS,
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=4)
        | st.floats()
        | st.lists(st.none(), max_size=3),
    )
)
def test_no_document_makes_reading_a_list_crash(document: dict[str, Any]) -> None:
    listed = read_list_response(document)
    assert listed is None or listed.total_results >= 0
