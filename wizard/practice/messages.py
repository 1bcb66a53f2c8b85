"""HTTP requests and answers as the practice tenant sees them."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

_MAX_BODY = 10_000_000
"""Bytes of a request body that are read; the rest is left alone."""


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names are in lower case."""

    method: str
    path: str
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    tracking_id: str = field(default_factory=lambda: f"PRACTICE_{uuid.uuid4()}")
    front: str = ""
    """The address that the client knows Graph or the authority by, before what is below it; empty
    is the one that they are announced with."""

    @classmethod
    def of(cls, environ: dict[str, Any]) -> "Request":
        """Return the request of a WSGI environment."""
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name in {"CONTENT_TYPE", "CONTENT_LENGTH"}
        }
        length = headers.get("content-length", "")
        size = min(int(length), _MAX_BODY) if length.isdecimal() else 0
        path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
        return cls(
            environ["REQUEST_METHOD"],
            path,
            environ.get("QUERY_STRING", ""),
            headers,
            environ["wsgi.input"].read(size) if size else b"",
            front=environ.get("practice.front", ""),
        )

    @property
    def request_id(self) -> str:
        """The id of this request as Microsoft writes one: without our mark."""
        return self.tracking_id.removeprefix("PRACTICE_")

    @property
    def target(self) -> str:
        """The path and the query, as asked for."""
        return f"{self.path}?{self.query_string}" if self.query_string else self.path

    @property
    def query(self) -> dict[str, str]:
        """The query parameters; of a repeated one, the last."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """The fields of a posted form; of a repeated one, the last."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def bearer(self) -> str:
        """The bearer token, or nothing (RFC 6750 section 2.1)."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


@dataclass
class Answer:
    """One HTTP answer, before it is sent."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    stream: Iterable[bytes] | None = None
    """Sent instead of the body, without a length."""
    delay: float = 0
    """Seconds to wait before the answer begins."""
    spoiled: bool = False
    """Whether a fault made it what no service would send."""

    @property
    def status_line(self) -> str:
        """The status and its phrase."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"


def json_answer(
    content: Any,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json;charset=UTF-8",
) -> Answer:
    """Return a JSON document as an answer."""
    body = json.dumps(content).encode()
    return Answer(status, body, {"Content-Type": content_type, **(headers or {})})


def redirect(location: str) -> Answer:
    """Return a redirect that browsers follow with GET (RFC 9110 section 15.4.3)."""
    return Answer(302, headers={"Location": location, "Cache-Control": "no-store"})
