"""What the tests ask of a practice tenant: signing in, and asking with a token."""

import base64
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests.practice_here import PracticeHere
from wizard.practice.process import PracticeTenant
from wizard.practice.visitor import complete

NOBODY = "6c3f5d1e-0000-4000-8000-000000000000"
PATCH_TITLE = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations": [{"op": "replace", "path": "title", "value": "Lead"}],
}


@cache
def _network(tenant: PracticeTenant) -> httpx.Client:
    trusted = ssl.create_default_context(cafile=tenant.certificate())
    return httpx.Client(verify=trusted, trust_env=False)


def http_of(tenant: PracticeTenant) -> httpx.Client:
    """Return a client that reaches a practice tenant."""
    return tenant.http if isinstance(tenant, PracticeHere) else _network(tenant)


@dataclass
class Asker:
    """An HTTP client with one token."""

    tenant: PracticeTenant
    token: str

    def ask(self, url: str, method: str = "GET", **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return http_of(self.tenant).request(method, url, headers=headers, timeout=10, **options)

    def people_me(self) -> httpx.Response:
        return self.ask(f"{self.tenant.endpoints.webex.api_base}/people/me")

    def identity_me(self) -> httpx.Response:
        return self.ask(f"{self.tenant.endpoints.webex.identity_base}/Users/me")

    def tokens_me(self, method: str = "GET") -> httpx.Response:
        query = "?authtoken=true" if method == "DELETE" else ""
        url = self.tenant.endpoints.webex.token_endpoint_me
        return self.ask(f"{url}{query}", method)

    def scim(self, path: str, method: str = "GET", **options: Any) -> httpx.Response:
        base = self.tenant.endpoints.tenant_url(self.tenant.organization_id)
        return self.ask(f"{base}{path}", method, **options)

    def at(self, where: str) -> httpx.Response:
        asks: dict[str, Callable[[], httpx.Response]] = {
            "people": self.people_me,
            "identity": self.identity_me,
            "tokens": self.tokens_me,
            "scim": lambda: self.scim("/Users?count=1"),
        }
        return asks[where]()


def authorization_url(tenant: PracticeTenant, **changes: str) -> str:
    webex = tenant.endpoints.webex
    asked = {
        "response_type": "token",
        "client_id": webex.client_id,
        "redirect_uri": "http://localhost:3000/auth/code",
        "scope": webex.scope,
        "state": "state-1",
    }
    return f"{webex.authorization_endpoint}?{urlencode(asked | changes)}"


def outcome(part: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(part).items()}


def sign_in(tenant: PracticeTenant, account: str = "admin@practice.example") -> Asker:
    location = complete(authorization_url(tenant), account, send=tenant.send).url
    return Asker(tenant, outcome(urlsplit(location).fragment)["access_token"])


def decoded(rest_id: str) -> str:
    return base64.urlsafe_b64decode(rest_id + "=" * (-len(rest_id) % 4)).decode()
