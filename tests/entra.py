"""What the tests ask of the Entra half of a practice tenant: signing in, and asking Graph.

Every question and every answer is held against Microsoft's own description on the way.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests import practice
from tests.graph_contract import answer_problems, request_problems
from wizard.practice.process import PracticeTenant
from wizard.practice.recorder import RecordedExchange
from wizard.practice.visitor import Landing, complete

CLIENT = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
TENANT = "c1d5e7a2-3b48-4f09-8d61-7e2fa0b95c13"
ADMIN = "admin@practice.example"
REDIRECT = "http://localhost:8765"
VERIFIER = "practice-verifier-" + "v" * 40

SETUP = (
    "Application.ReadWrite.All AppRoleAssignment.ReadWrite.All AuditLog.Read.All Domain.Read.All "
    "GroupMember.Read.All LicenseAssignment.Read.All ProvisioningLog.Read.All "
    "Synchronization.ReadWrite.All User.Read User.Read.All"
)
"""The permissions that a whole setup needs."""


@dataclass
class Administrator:
    """Somebody who asks Graph with a token; `judged` holds everything to the description."""

    tenant: PracticeTenant
    token: str
    judged: bool = True

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> httpx.Response:
        base = self.tenant.endpoints.entra.graph_base
        url = path if path.startswith("http") else f"{base}{path}"
        own = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        response = practice.http_of(self.tenant).request(
            method, url, headers=own | (headers or {}), timeout=20, **options
        )
        if self.judged:
            problems = request_problems(response.request, base) + answer_problems(response, base)
            assert not problems, problems
        return response

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("GET", path, **options)

    def post(self, path: str, content: Any = None, **options: Any) -> httpx.Response:
        given = {} if content is None else {"json": content}
        return self.ask("POST", path, **given, **options)

    def put(self, path: str, content: Any) -> httpx.Response:
        return self.ask("PUT", path, json=content)

    def patch(self, path: str, content: Any) -> httpx.Response:
        return self.ask("PATCH", path, json=content)

    def delete(self, path: str) -> httpx.Response:
        return self.ask("DELETE", path)

    def values(self, path: str, **options: Any) -> list[dict[str, Any]]:
        answer = self.get(path, **options)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["value"])


def problems_of_traffic(
    tenant: PracticeTenant,
    said: Iterable[RecordedExchange] | None = None,
    judged: set[RecordedExchange] | None = None,
) -> list[str]:
    """Return what the description holds against the last conversations with Graph.

    Args:
        tenant: Who has recorded them.
        said: What it has recorded, where that is known.
        judged: Those that were judged before, which the new ones join.
    """
    base, found = tenant.endpoints.entra.graph_base, []
    known = set() if judged is None else judged
    for exchange in tenant.exchanges() if said is None else said:
        if exchange in known:
            continue
        known.add(exchange)
        url = f"{tenant.base_url}{exchange.target}"
        request, problems = _asked(exchange.method, url, exchange.content_type, exchange.body, base)
        answer = httpx.Response(
            exchange.status,
            headers={"Content-Type": exchange.answer_type},
            content=exchange.answer.encode(),
            request=request,
        )
        found += problems + answer_problems(answer, base)
    return found


@cache
def _asked(
    method: str, url: str, content_type: str, body: str, base: str
) -> tuple[httpx.Request, list[str]]:
    """Return a request, and what the description holds against it: it is asked again and again."""
    headers = {"Authorization": "Bearer hidden", "Content-Type": content_type}
    request = httpx.Request(method, url, headers=headers, content=body.encode())
    return request, request_problems(request, base)


def authorization_url(tenant: PracticeTenant, scope: str = SETUP, **changes: str) -> str:
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    asked = {
        "client_id": CLIENT,
        "response_type": "code",
        "redirect_uri": REDIRECT,
        "scope": f"openid profile offline_access {scope}",
        "state": "state-1",
        "client_info": "1",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    where = changes.pop("tenant_name", TENANT)
    page = f"{tenant.base_url}/entra/{where}/oauth2/v2.0/authorize"
    return f"{page}?{urlencode(asked | changes)}"


def brought_back(tenant: PracticeTenant, account: str = ADMIN, **changes: str) -> dict[str, str]:
    """Return what the browser brings back to the program."""
    decline = changes.pop("decline", "") == "yes"
    landing = complete(authorization_url(tenant, **changes), account, decline, tenant.send)
    return {name: values[0] for name, values in parse_qs(query_of(landing)).items()}


def query_of(landing: Landing) -> str:
    """Return what the browser brings, as a query string."""
    return landing.form.decode() if landing.form else urlsplit(landing.url).query


def token_request(tenant: PracticeTenant, **form: str) -> httpx.Response:
    url = f"{tenant.endpoints.entra.authority}/{TENANT}/oauth2/v2.0/token"
    return practice.http_of(tenant).post(url, data={"client_id": CLIENT} | form)


def redeem(tenant: PracticeTenant, code: str, **changes: str) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    return token_request(tenant, **(form | changes))


def administrator(
    tenant: PracticeTenant, account: str = ADMIN, scope: str = SETUP, **changes: str
) -> Administrator:
    """Return somebody who has signed in."""
    got = brought_back(tenant, account, scope=scope, **changes)
    program = {name: value for name, value in changes.items() if name == "client_id"}
    return Administrator(tenant, redeem(tenant, got["code"], **program).json()["access_token"])


MAIL = json.dumps(
    {
        "Enabled": True,
        "Recipients": "it@practice.example",
        "DeleteThresholdEnabled": True,
        "DeleteThresholdValue": 50,
    }
)


@dataclass
class Setup:
    """An application with a job, and everybody who has to do with it."""

    tenant: PracticeTenant
    admin: Administrator
    webex: practice.Asker
    principal: dict[str, Any]
    job: str
    """The path of the job."""

    @property
    def base(self) -> str:
        return f"/servicePrincipals/{self.principal['id']}/synchronization"

    @property
    def tenant_url(self) -> str:
        return self.tenant.endpoints.tenant_url(self.tenant.organization_id)

    def secrets(self, **changes: str) -> httpx.Response:
        wanted = {
            "BaseAddress": self.tenant_url,
            "SecretToken": self.webex.token,
            "SyncAll": "false",
            "SyncNotificationSettings": MAIL,
        }
        pairs = [{"key": key, "value": value} for key, value in (wanted | changes).items()]
        return self.admin.put(f"{self.base}/secrets", {"value": pairs})

    def validate(self, **credentials: str) -> httpx.Response:
        pairs = [{"key": key, "value": value} for key, value in credentials.items()]
        asked = {"credentials": pairs} if credentials else {"useSavedCredentials": True}
        return self.admin.post(f"{self.job}/validateCredentials", asked)

    def assign(self, name: str) -> str:
        user = self.admin.get(f"/users/{name}@practice.example").json()["id"]
        asked = {
            "principalId": user,
            "resourceId": self.principal["id"],
            "appRoleId": self.principal["appRoles"][0]["id"],
        }
        path = f"/servicePrincipals/{self.principal['id']}/appRoleAssignedTo"
        assert self.admin.post(path, asked).status_code == 201
        return str(user)

    def schema(self) -> dict[str, Any]:
        return dict(self.admin.get(f"{self.job}/schema").json())

    def on_demand(self, identifier: str, kind: str = "User", **links: Any) -> tuple[Any, Any]:
        rule = self.schema()["synchronizationRules"][0]["id"]
        subject = {"objectId": identifier, "objectTypeName": kind} | links
        asked = {"parameters": [{"ruleId": rule, "subjects": [subject]}]}
        answer = self.admin.post(f"{self.job}/provisionOnDemand", asked)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.json()["key"]), json.loads(answer.json()["value"])

    def in_webex(self, user_name: str) -> list[dict[str, Any]]:
        query = {"filter": f'userName eq "{user_name}"'}
        return list(self.webex.scim("/Users", params=query).json()["Resources"])


def set_up(tenant: PracticeTenant) -> Setup:
    """Return a new application with a job, without secrets and without anybody assigned."""
    admin = administrator(tenant)
    query = {"$filter": "displayName eq 'Cisco Webex'"}
    (template,) = admin.values("/applicationTemplates", params=query)
    path = f"/applicationTemplates/{template['id']}/instantiate"
    made = admin.post(path, {"displayName": "Cisco Webex"}).json()
    base = f"/servicePrincipals/{made['servicePrincipal']['id']}/synchronization"
    (template,) = admin.values(f"{base}/templates")
    job = admin.post(f"{base}/jobs", {"templateId": template["id"]}).json()
    webex = practice.sign_in(tenant)
    return Setup(tenant, admin, webex, made["servicePrincipal"], f"{base}/jobs/{job['id']}")
