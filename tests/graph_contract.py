"""Microsoft's own description of Graph as a judge of requests and answers.

The description is strict about types and loose about names, because the service sends more than
it describes. What goes out is therefore held to its names as well.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl

import httpx
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.testing import MockRequest, MockResponse

DESCRIPTION = Path(__file__).parent / "data" / "msgraph-v1-slice.yaml"

GRAPH = "https://graph.microsoft.com/v1.0"
"""The base under which the description knows its paths."""

WRITTEN_BACK = "servicePrincipal.synchronization.job_PutSchema"
"""The operation whose body is what the service sent, with names that nobody described."""

_OF_THE_SERVER = frozenset({"$skiptoken"})
"""Query parameters that come only in the `@odata.nextLink` of an answer."""


def request_problems(request: httpx.Request, base: str = GRAPH) -> list[str]:
    """Return what the description holds against a request; an empty list is a good one.

    Args:
        request: A request as it went out, its body read.
        base: What stands before the paths of the description, `/v1.0` included.
    """
    found = _request_problems(_alike(request, base))
    return list(found and _request_problems(_Said.of(request, base)))


def answer_problems(response: httpx.Response, base: str = GRAPH) -> list[str]:
    """Return what the description holds against the answer to `response.request`."""
    kind = response.headers.get("content-type", "")
    status, content, request = response.status_code, response.content, response.request
    found = _answer_problems(_alike(request, base), status, kind, _one_for_all(content))
    return list(found and _answer_problems(_Said.of(request, base), status, kind, content))


class _Said(NamedTuple):
    """What the description judges of a request."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    content: bytes

    @classmethod
    def of(cls, request: httpx.Request, base: str) -> Self:
        url = str(request.url)
        under = f"{GRAPH}{url.removeprefix(base)}" if url.startswith(f"{base}/") else url
        headers = dict(request.headers)
        for name in _UNDESCRIBED & headers.keys():
            del headers[name]
        if "authorization" in headers:
            headers["authorization"] = f"{headers['authorization'].partition(' ')[0]} hidden"
        return cls(request.method, under, tuple(headers.items()), request.content)


_UNDESCRIBED = frozenset({"client-request-id", "content-length", "host"})
"""Headers that differ from request to request, and that the description is silent about."""

_IDS = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MOMENTS = re.compile(
    rb"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?Z"
)


def _one_for_all(content: bytes) -> bytes:
    """Return a text with one id and one moment in it: of others, the description says the same."""
    same_ids = _IDS.sub(b"0f0e0d0c-0b0a-49c8-a7b6-a5b4c3d2e1f0", content)
    return _MOMENTS.sub(b"2026-11-23T04:05:06Z", same_ids)


def _alike(request: httpx.Request, base: str) -> _Said:
    said = _Said.of(request, base)
    url = _one_for_all(said.url.encode()).decode()
    return said._replace(url=url, content=_one_for_all(said.content))


@cache
def _request_problems(said: _Said) -> tuple[str, ...]:
    try:
        asked = _asked(said)
        operation = _operation(asked)
    except (PathError, ValueError) as error:
        return (f"{said.method} {said.url}: {error}",)
    errors = _description().iter_request_errors(asked)
    found = [*_in_words(errors), *_unknown_parameters(asked, operation)]
    if said.content and operation["operationId"] != WRITTEN_BACK:
        found += _unknown_names(_body_schema(operation), said.content)
    return tuple(f"{said.method} {asked.path}: {problem}" for problem in found)


@cache
def _answer_problems(said: _Said, status: int, kind: str, content: bytes) -> tuple[str, ...]:
    try:
        asked = _asked(said)
        _operation(asked)
    except (PathError, ValueError) as error:
        return (f"{said.method} {said.url}: {error}",)
    answered = MockResponse(content, status, content_type=kind)
    errors = _description().iter_response_errors(asked, answered)
    what = f"{said.method} {asked.path} -> {status}"
    return tuple(f"{what}: {problem}" for problem in _in_words(errors))


def operation_id(request: httpx.Request, base: str = GRAPH) -> str:
    """Return the description's name of what a request asks for.

    Raises:
        PathError: The description knows no such operation.
    """
    return str(_operation(_asked(_Said.of(request, base)))["operationId"])


@cache
def document() -> dict[str, Any]:
    """Return the whole description."""
    text = DESCRIPTION.read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


@cache
def _description() -> OpenAPI:
    config = Config(
        spec_validator_cls=None,  # the file is checked once, by its own test
        extra_media_type_deserializers={"text/plain": _number_or_text},
    )
    return OpenAPI.from_dict(document(), config=config)


def _number_or_text(body: bytes) -> int | str:
    """Return the number that `$count` answers in plain text, with or without a byte order mark."""
    text = body.decode("utf-8-sig")
    return int(text) if text.isdigit() else text


def _asked(said: _Said) -> MockRequest:
    address, _, query = said.url.partition("?")
    if not address.startswith(f"{GRAPH}/"):
        raise ValueError(f"is not under {GRAPH}")
    headers = dict(said.headers)
    return MockRequest(
        "https://graph.microsoft.com",
        said.method,
        "/v1.0" + address.removeprefix(GRAPH),
        args=dict(parse_qsl(query, keep_blank_values=True)),
        headers=headers,
        data=said.content or None,
        content_type=headers.get("content-type", ""),
    )


def _operation(asked: MockRequest) -> dict[str, Any]:
    finder = APICallPathFinder(_description().spec)
    found = finder.find(asked.method, asked.host_url + asked.path)
    with found.operation.resolve() as operation:
        return dict(operation.contents)


def _in_words(errors: Iterator[Exception]) -> Iterator[str]:
    for error in errors:
        cause = error.__cause__
        details = [
            f"{item.json_path}: {item.message[:300]}"
            for item in getattr(cause, "schema_errors", ())
        ]
        reason = f" ({cause})" if cause is not None and not details else ""
        text = str(error) if isinstance(error, OpenAPIError) else repr(error)
        yield from details or [f"{text}{reason}"]


def _unknown_parameters(asked: MockRequest, operation: dict[str, Any]) -> Iterator[str]:
    known = {_resolved(parameter)["name"] for parameter in operation.get("parameters", ())}
    for name in (asked.args or {}).keys() - known - _OF_THE_SERVER:
        yield f"the query parameter {name} is not described"


def _body_schema(operation: dict[str, Any]) -> dict[str, Any]:
    content = _resolved(operation.get("requestBody", {})).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    return schema


def _unknown_names(schema: dict[str, Any], content: bytes) -> Iterator[str]:
    """Yield what a body says that its schema does not describe, save OData annotations."""
    try:
        body = httpx.Response(200, content=content).json()
    except ValueError:
        return
    if not schema:
        yield "a body is not described"
    for where in _undescribed(schema, body, ""):
        yield f"{where.lstrip('.')} is not described"


def _undescribed(schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    parts = list(described_parts(schema))
    if isinstance(value, list):
        items: dict[str, Any] = next((part["items"] for part in parts if "items" in part), {})
        for index, item in enumerate(value):
            yield from _undescribed(items, item, f"{where}[{index}]")
    elif isinstance(value, dict):
        known = {
            name: inner for part in parts for name, inner in part.get("properties", {}).items()
        }
        for name, inner in value.items():
            if name in known:
                yield from _undescribed(known[name], inner, f"{where}.{name}")
            elif "@odata." not in name:
                yield f"{where}.{name}"


def resolved_schema(name: str) -> dict[str, Any]:
    """Return the schema of that name."""
    return _resolved({"$ref": f"#/components/schemas/{name}"})


def described_parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a schema, and whatever else an object of it is."""
    schema = _resolved(schema)
    yield schema
    for inner in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from described_parts(inner)


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        _, *steps = node["$ref"].split("/")
        node = document()
        for step in steps:
            node = node[step]
    return node
