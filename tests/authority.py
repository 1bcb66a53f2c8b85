"""A sign-in service at the seam of our transport: answers as Entra does, and as a test tells it."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from wizard.net.endpoints import bundled
from wizard.net.transport import client
from wizard.oauth.entra.consent import SCOPES

TENANT = "8d1f6a2c-3b47-4e59-9c60-1a2b3c4d5e6f"
ACCOUNT = "2b9e4c11-7f35-4d68-8a90-0f1e2d3c4b5a"
TRACE = "0b5c9d3e-1111-4222-8333-944445555666"
CORRELATION = "7e6d5c4b-2222-4333-9444-a55556666777"
AUTHORITY = bundled().entra.authority
GRANTED = " ".join(f"https://graph.microsoft.com/{scope.name}" for scope in SCOPES)

Answerer = Callable[[httpx.Request], httpx.Response]


@dataclass(frozen=True)
class Asked:
    """One request, with its query and form as one."""

    method: str
    url: str
    values: dict[str, str]


def refused(error: str, description: str = "", **more: Any) -> httpx.Response:
    return httpx.Response(400, json={"error": error, "error_description": description} | more)


def described(number: int) -> str:
    """An error description in the form that Entra gives it."""
    return (
        f"AADSTS{number}: This is told by nobody.\r\nTrace ID: {TRACE}\r\n"
        f"Correlation ID: {CORRELATION}\r\nTimestamp: 2026-01-01 00:00:00Z"
    )


def id_token(**claims: Any) -> str:
    whole = {
        "aud": bundled().entra.client_id,
        "exp": 4_000_000_000,
        "iat": 1_700_000_000,
        "iss": f"{AUTHORITY}/{TENANT}/v2.0",
        "sub": "pairwise",
        "oid": ACCOUNT,
        "tid": TENANT,
        "name": "Ada Admin",
        "preferred_username": "ada@contoso.example",
    }
    parts = ({"alg": "none"}, whole | claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join([*(part.rstrip("=") for part in encoded), "signature"])


@dataclass
class FakeAuthority:
    """Counts what is asked; `instead` answers by the last part of the path, before anything else.

    Args:
        lifetime: Seconds that each access token lives.
        scope: What is said to be granted; None says nothing.
    """

    lifetime: int = 3600
    scope: str | None = GRANTED
    metadata: dict[str, Any] = field(default_factory=dict)
    instead: dict[str, list[httpx.Response | Exception]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    nonce: str = ""
    issued: int = 0

    def connect(self, **options: Any) -> httpx.AsyncClient:
        return client(inner=httpx.MockTransport(self.answer), retries=False, **options)

    def answer(self, request: httpx.Request) -> httpx.Response:
        parts = urlsplit(str(request.url))
        values = dict(parse_qsl(parts.query) + parse_qsl(request.content.decode()))
        self.asked.append(Asked(request.method, str(request.url), values))
        place = parts.path.rpartition("/")[2]
        if queued := self.instead.get(place):
            told = queued.pop(0)
            if isinstance(told, Exception):
                raise told
            return told
        return getattr(self, f"_{place.replace('-', '_')}")(str(request.url))  # type: ignore[no-any-return]

    def count(self, place: str) -> int:
        return sum(place in asked.url for asked in self.asked)

    def last(self, place: str) -> Asked:
        return [asked for asked in self.asked if place in asked.url][-1]

    def tokens(self, **claims: Any) -> httpx.Response:
        self.issued += 1
        answer = {
            "token_type": "Bearer",
            "expires_in": self.lifetime,
            "access_token": f"secret-access-{self.issued}",
            "refresh_token": f"secret-refresh-{self.issued}",
            "id_token": id_token(nonce=self.nonce, **claims),
            "client_info": _encoded({"uid": ACCOUNT, "utid": TENANT}),
        }
        return httpx.Response(200, json=answer | ({"scope": self.scope} if self.scope else {}))

    def _openid_configuration(self, url: str) -> httpx.Response:
        base = url.partition("/v2.0/")[0]
        document = {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "msgraph_host": "graph.microsoft.com",
        }
        return httpx.Response(200, json=document | self.metadata)

    def _devicecode(self, _url: str) -> httpx.Response:
        answer = {
            "user_code": "ABCD-EFGH",
            "device_code": "secret-device-code",
            "verification_uri": "https://microsoft.com/devicelogin",
            "expires_in": 60,
            "interval": 5,
            "message": "Somebody else's words.",
        }
        return httpx.Response(200, json=answer)

    def _token(self, _url: str) -> httpx.Response:
        return self.tokens()


def _encoded(value: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
