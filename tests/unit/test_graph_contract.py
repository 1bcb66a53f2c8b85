import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_core.templating.paths.exceptions import PathError
from openapi_spec_validator import validate

from tests.graph_contract import (
    GRAPH,
    answer_problems,
    document,
    operation_id,
    request_problems,
)

ELSEWHERE = "http://127.0.0.1:4711/graph/v1.0"
SOMEBODY = "0a1b2c3d-0000-4000-8000-000000000000"


def request(
    method: str, path: str, body: Any = None, base: str = GRAPH, token: str = "a-token"
) -> httpx.Request:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    content: dict[str, Any] = {} if body is None else {"json": body}
    return httpx.Request(method, base + path, headers=headers, **content)


def answer(asked: httpx.Request, status: int, body: Any = None, **options: Any) -> httpx.Response:
    content = options if body is None else {"json": body}
    return httpx.Response(status, request=asked, **content)


def test_the_description_is_itself_valid() -> None:
    validate(document())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/users?$search=%22displayName:ann%22&$count=true&$select=id,mail&$top=25", None),
        ("GET", "/users?%24top=25&$skiptoken=opaque", None),
        ("GET", "/me/transitiveMemberOf/microsoft.graph.directoryRole?$count=true", None),
        ("POST", "/servicePrincipals/a/synchronization/jobs/b.c/start", None),
        (
            "PUT",
            "/servicePrincipals/a/synchronization/secrets",
            {"@odata.context": "x", "value": [{"key": "SyncAll", "value": "false"}]},
        ),
        (
            "PUT",
            "/servicePrincipals/a/synchronization/jobs/b.c/schema",
            {"synchronizationRules": [], "somethingNew": 1},
        ),
    ],
)
@pytest.mark.parametrize("base", [GRAPH, ELSEWHERE])
def test_a_good_request_has_no_problem(method: str, path: str, body: Any, base: str) -> None:
    assert request_problems(request(method, path, body, base), base) == []


@pytest.mark.parametrize(
    ("method", "path", "body", "problem"),
    [
        ("GET", "/users?$top=many", None, "$top"),
        ("GET", "/users?$tip=1", None, "$tip is not described"),
        ("GET", "/nobody", None, "nobody"),
        ("PATCH", "/servicePrincipals/a/synchronization/jobs/b.c/schema", {}, "patch"),
        (
            "PUT",
            "/servicePrincipals/a/synchronization/secrets",
            {"value": [{"key": "SyncAll", "value": False}]},
            "$.value[0].value: False is not of type 'string'",
        ),
        (
            "PUT",
            "/servicePrincipals/a/synchronization/secrets",
            {"value": [{"key": "SyncAll", "valeu": "false"}]},
            "value[0].valeu is not described",
        ),
        ("PUT", "/servicePrincipals/a/synchronization/secrets", None, "body"),
        ("PATCH", "/servicePrincipals/a", {"tag": []}, "tag is not described"),
        ("POST", "/servicePrincipals/a/synchronization/jobs/b/start", {"now": 1}, "not described"),
        (
            "POST",
            "/servicePrincipals/a/appRoleAssignedTo",
            {"principalId": "ann", "resourceId": SOMEBODY, "appRoleId": SOMEBODY},
            "$.principalId",
        ),
    ],
)
def test_a_bad_request_has_its_problem_named(
    method: str, path: str, body: Any, problem: str
) -> None:
    assert problem in " ".join(request_problems(request(method, path, body)))


def test_a_request_without_a_token_or_to_another_server_is_a_bad_one() -> None:
    assert request_problems(request("GET", "/users", token=""))
    assert request_problems(request("GET", "/users", base=ELSEWHERE))


@pytest.mark.parametrize(
    ("path", "status", "body", "good"),
    [
        ("/users", 200, {"value": [{"id": SOMEBODY, "somethingNew": 1}]}, True),
        ("/users", 200, {"value": [{"id": 5}]}, False),
        ("/users", 400, {"error": {"code": "Request_BadRequest", "message": "No."}}, True),
        ("/users", 400, {"error": {"message": "No."}}, False),
        ("/nobody", 200, {}, False),
    ],
)
def test_an_answer_is_judged_by_its_status(path: str, status: int, body: Any, good: bool) -> None:
    assert (answer_problems(answer(request("GET", path), status, body)) == []) is good


@pytest.mark.parametrize(("body", "good"), [("12", True), ("\ufeff12", True), ("twelve", False)])
def test_a_count_is_a_number_in_plain_text(body: str, good: bool) -> None:
    counted = request("GET", "/groups/a/members/$count")
    told = answer(counted, 200, text=body, headers={"content-type": "text/plain"})
    assert (answer_problems(told) == []) is good


def test_an_answer_without_content_has_none() -> None:
    started = request("POST", "/servicePrincipals/a/synchronization/jobs/b/start")
    assert answer_problems(answer(started, 204)) == []


def test_a_sample_of_a_schema_is_a_good_answer() -> None:
    sample = Path(__file__).parents[1] / "data" / "graph-synchronizationSchema-customised.json"
    asked = request("GET", "/servicePrincipals/a/synchronization/jobs/b.c/schema", base=ELSEWHERE)
    told = answer(asked, 200, json.loads(sample.read_text(encoding="utf-8")))
    assert answer_problems(told, ELSEWHERE) == []


def test_an_operation_has_a_name() -> None:
    assert operation_id(request("GET", "/users?$top=1")) == "user_ListUser"
    with pytest.raises(PathError):
        operation_id(request("PATCH", "/users"))
