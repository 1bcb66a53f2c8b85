"""Microsoft's own description of Graph as a judge of requests and answers.

The description is strict about types and loose about names, because the service sends more than
it describes. What goes out is therefore held to its names as well.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
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
    try:
        asked = _asked(request, base)
        operation = _operation(asked)
    except (PathError, ValueError) as error:
        return [f"{request.method} {request.url}: {error}"]
    errors = _description().iter_request_errors(asked)
    found = [*_in_words(errors), *_unknown_parameters(asked, operation)]
    if request.content and operation["operationId"] != WRITTEN_BACK:
        found += _unknown_names(_body_schema(operation), request)
    return [f"{request.method} {asked.path}: {problem}" for problem in found]


def answer_problems(response: httpx.Response, base: str = GRAPH) -> list[str]:
    """Return what the description holds against the answer to `response.request`."""
    request = response.request
    try:
        asked = _asked(request, base)
        _operation(asked)
    except (PathError, ValueError) as error:
        return [f"{request.method} {request.url}: {error}"]
    answered = MockResponse(
        response.content,
        response.status_code,
        content_type=response.headers.get("content-type", ""),
    )
    errors = _description().iter_response_errors(asked, answered)
    what = f"{request.method} {asked.path} -> {response.status_code}"
    return [f"{what}: {problem}" for problem in _in_words(errors)]


def operation_id(request: httpx.Request, base: str = GRAPH) -> str:
    """Return the description's name of what a request asks for.

    Raises:
        PathError: The description knows no such operation.
    """
    return str(_operation(_asked(request, base))["operationId"])


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


def _asked(request: httpx.Request, base: str) -> MockRequest:
    address, _, query = str(request.url).partition("?")
    if not address.startswith(f"{base}/"):
        raise ValueError(f"is not under {base}")
    return MockRequest(
        "https://graph.microsoft.com",
        request.method,
        "/v1.0" + address.removeprefix(base),
        args=dict(parse_qsl(query, keep_blank_values=True)),
        headers=dict(request.headers),
        data=request.content or None,
        content_type=request.headers.get("content-type", ""),
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


def _unknown_names(schema: dict[str, Any], request: httpx.Request) -> Iterator[str]:
    """Yield what a body says that its schema does not describe, save OData annotations."""
    try:
        body = httpx.Response(200, content=request.content).json()
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
