"""A GraphClient over canned answers, every request and answer of which the description judges."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from tests.graph_contract import answer_problems, request_problems
from wizard.graph.authorization import GraphAuth
from wizard.graph.client import GraphClient
from wizard.graph.operations import Operation
from wizard.net.endpoints import bundled
from wizard.net.transport import client
from wizard.words.progress import Progress

ENDPOINTS = bundled().entra
BASE = ENDPOINTS.graph_base
TOKEN = "a-token-of-some-length-that-nobody-sees"

TENANT = "0f0e0d0c-0b0a-49c8-a7b6-a5b4c3d2e1f0"
TEMPLATE = "11111111-1111-4111-8111-111111111111"
APPLICATION = "22222222-2222-4222-8222-222222222222"
APP_ID = "33333333-3333-4333-8333-333333333333"
PRINCIPAL = "44444444-4444-4444-8444-444444444444"
ROLE = "55555555-5555-4555-8555-555555555555"
USER = "66666666-6666-4666-8666-666666666666"
GROUP = "77777777-7777-4777-8777-777777777777"
ASSIGNMENT = "QHHx7rBvyUuXm-dQ0Dk_ZA"
JOB = "ciscoWebex.0f0e0d0c0b0a49c8a7b6a5b4c3d2e1f0.88888888-8888-4888-8888-888888888888"
RULE = "99999999-9999-4999-8999-999999999999"

Result = TypeVar("Result")
Reply = httpx.Response
Answering = Callable[[httpx.Request], Reply]


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class Asked:
    """What was sent, and what happened meanwhile."""

    requests: list[httpx.Request] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    time: Time = field(default_factory=Time)
    reported: list[Progress] = field(default_factory=list)

    @property
    def operations(self) -> list[Operation]:
        return [operation_of(request) for request in self.requests]

    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests if request.content]

    def query(self, index: int = -1) -> dict[str, str]:
        return dict(self.requests[index].url.params)


def reply(status: int = 200, body: Any = None, **headers: str) -> Reply:
    named = {"request-id": "R1"} | {name.replace("_", "-"): text for name, text in headers.items()}
    if body is None:
        return Reply(status, headers=named)
    return Reply(status, json=body, headers=named)


def refused(status: int, code: str, message: str = "", **headers: str) -> Reply:
    inner = {"request-id": "R2", "date": "2026-11-23T04:05:06"}
    error = {"code": code, "message": message, "innerError": inner}
    return reply(status, {"error": error}, **headers)


def listed(*items: Any, **more: Any) -> Reply:
    return reply(200, {"value": list(items), **more})


def operation_of(request: httpx.Request) -> Operation:
    """Return which operation a request asks for."""
    path = str(request.url).partition("?")[0].removeprefix(BASE)
    found = [
        operation
        for operation in Operation
        if operation.method == request.method
        and re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(operation.template)), path)
    ]
    # A fixed name such as validateCredentials is more exact than an id in its place.
    return min(found, key=lambda operation: operation.template.count("{"))


def in_turn(*replies: Reply) -> Answering:
    """Answer with one after the other, then with the last for ever."""
    left = list(replies)

    def answering(_request: httpx.Request) -> Reply:
        reply = left.pop(0) if len(left) > 1 else left[0]
        return Reply(reply.status_code, content=reply.content, headers=reply.headers)

    return answering


def ask(
    question: Callable[[GraphClient], Awaitable[Result]],
    answers: Mapping[Operation, Reply | Answering],
    *,
    asked: Asked | None = None,
    read_only: bool = False,
    retries: bool = False,
    token: Callable[[str | None], Awaitable[SecretStr]] | None = None,
    judges_answers: bool = True,
    judges_requests: bool = True,
) -> Result:
    """Put a question to a client, and fail if a request or answer is not as described.

    Args:
        question: What to ask.
        answers: What comes back, by operation.
        asked: Remembers what was sent.
        read_only: Refuse whatever is no GET.
        retries: Repeat in the transport.
        token: Where tokens come from.
        judges_answers: False where an answer is wrong on purpose.
        judges_requests: False where what nobody knows yet goes back.
    """
    asked = asked or Asked()

    async def provided(_claims: str | None) -> SecretStr:
        return SecretStr(TOKEN)

    def handle(request: httpx.Request) -> Reply:
        asked.requests.append(request)
        asked.problems += request_problems(request) if judges_requests else []
        answer = answers[operation_of(request)]
        response = answer(request) if callable(answer) else in_turn(answer)(request)
        response.request = request
        asked.problems += answer_problems(response) if judges_answers else []
        return response

    async def run() -> Result:
        auth = GraphAuth(token or provided)
        inner = httpx.MockTransport(handle)
        async with client(auth=auth, inner=inner, retries=retries, read_only=read_only) as http:
            graph = GraphClient(
                ENDPOINTS,
                http,
                report=asked.reported.append,
                sleep=asked.time.sleep,
                clock=asked.time,
            )
            return await question(graph)

    try:
        return asyncio.run(run())
    finally:
        assert asked.problems == []


PRINCIPAL_BODY: dict[str, Any] = {
    "id": PRINCIPAL,
    "appId": APP_ID,
    "displayName": "Cisco Webex",
    "applicationTemplateId": TEMPLATE,
    "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
    "appRoleAssignmentRequired": True,
    "accountEnabled": True,
    "appRoles": [
        {
            "id": "18d14569-c3bd-439b-9a66-3a2aee01d14f",
            "displayName": "msiam_access",
            "isEnabled": True,
            "allowedMemberTypes": ["User"],
        },
        {"id": ROLE, "displayName": "User", "isEnabled": True, "allowedMemberTypes": ["User"]},
    ],
}
APPLICATION_BODY = {
    "id": APPLICATION,
    "appId": APP_ID,
    "displayName": "Cisco Webex",
    "applicationTemplateId": TEMPLATE,
}
JOB_BODY: dict[str, Any] = {
    "id": JOB,
    "templateId": "ciscoWebex",
    "schedule": {"expiration": None, "interval": "PT40M", "state": "Disabled"},
    "status": {
        "code": "Paused",
        "countSuccessiveCompleteFailures": 0,
        "escrowsPruned": False,
        "lastExecution": None,
        "quarantine": None,
        "steadyStateFirstAchievedTime": "0001-01-01T00:00:00Z",
        "steadyStateLastAchievedTime": "0001-01-01T00:00:00Z",
        "troubleshootingUrl": None,
        "progress": [],
        "synchronizedEntryCountByType": [],
    },
    "synchronizationJobSettings": [{"name": "AzureIngestionAttributeOptimization", "value": "F"}],
}
SYNC_TEMPLATE_BODY = {
    "id": "ciscoWebex",
    "applicationId": APP_ID,
    "default": True,
    "factoryTag": "ciscoWebex",
    "metadata": [
        {
            "key": "configurationFields",
            "value": '[{"name":"baseaddress"},{"name":"secrettoken","secret":true}]',
        }
    ],
}
ASSIGNMENT_BODY = {
    "id": ASSIGNMENT,
    "appRoleId": ROLE,
    "principalId": USER,
    "principalType": "User",
    "principalDisplayName": "Ana Ruiz",
    "resourceId": PRINCIPAL,
}
USER_BODY = {
    "id": USER,
    "displayName": "Ana Ruiz",
    "userPrincipalName": "ana@contoso.example",
    "mail": "ana@contoso.example",
    "accountEnabled": True,
    "userType": "Member",
}
GROUP_BODY: dict[str, Any] = {
    "id": GROUP,
    "displayName": "Sales",
    "description": None,
    "securityEnabled": True,
    "groupTypes": [],
}
SECRETS_BODY = {
    "value": [
        {"key": "BaseAddress", "value": "https://scim.example/v1/scim/an-id"},
        {"key": "SecretToken", "value": "*"},
        {"key": "SyncAll", "value": "false"},
    ]
}
ON_DEMAND_BODY = {
    "key": json.dumps({"result": "Success", "details": {"errorCode": "", "errorMessage": ""}}),
    "value": json.dumps({"action": "Create", "provisioningSteps": [], "modifiedProperties": []}),
}
SCHEMA_BODY: dict[str, Any] = {
    "id": JOB,
    "version": "Date:2026-11-23",
    "synchronizationRules": [{"id": RULE, "name": "USER_OUTBOUND_USER", "objectMappings": []}],
    "directories": [],
}
LOG_BODY: dict[str, Any] = {
    "id": "e1",
    "activityDateTime": "2026-11-23T04:05:06Z",
    "jobId": JOB,
    "cycleId": "c1",
    "changeId": "d1",
    "provisioningAction": "create",
    "provisioningStatusInfo": {"status": "success", "errorInformation": None},
    "provisioningSteps": [],
    "modifiedProperties": [],
    "sourceIdentity": {"id": USER, "displayName": "Ana Ruiz", "identityType": "User"},
}


def number(count: int) -> Reply:
    return Reply(200, text=f"\ufeff{count}", headers={"content-type": "text/plain"})


CANNED: Mapping[Operation, Reply | Answering] = {
    Operation.GET_ORGANIZATION: listed({"id": TENANT, "displayName": "Contoso"}),
    Operation.LIST_MY_ROLES: listed({"id": ROLE, "displayName": "Application Administrator"}),
    Operation.LIST_APPLICATION_TEMPLATES: listed({"id": TEMPLATE, "displayName": "Cisco Webex"}),
    Operation.INSTANTIATE: reply(
        201, {"application": APPLICATION_BODY, "servicePrincipal": PRINCIPAL_BODY}
    ),
    Operation.LIST_APPLICATIONS: listed(),
    Operation.DELETE_APPLICATION: reply(204),
    Operation.LIST_SERVICE_PRINCIPALS: listed(PRINCIPAL_BODY),
    Operation.GET_SERVICE_PRINCIPAL: reply(200, PRINCIPAL_BODY),
    Operation.UPDATE_SERVICE_PRINCIPAL: reply(204),
    Operation.LIST_ASSIGNMENTS: listed(ASSIGNMENT_BODY),
    Operation.ASSIGN: reply(201, ASSIGNMENT_BODY),
    Operation.UNASSIGN: reply(204),
    Operation.LIST_USERS: listed(USER_BODY, **{"@odata.count": 1}),
    Operation.GET_USER: reply(200, USER_BODY),
    Operation.LIST_DELETED_USERS: listed(USER_BODY),
    Operation.LIST_GROUPS: listed(GROUP_BODY, **{"@odata.count": 1}),
    Operation.LIST_MEMBERS: listed({"@odata.type": "#microsoft.graph.user", "id": USER}),
    Operation.GET_GROUP: reply(200, GROUP_BODY),
    Operation.COUNT_MEMBERS: number(2),
    Operation.COUNT_TRANSITIVE_MEMBERS: number(5),
    Operation.LIST_SYNC_TEMPLATES: listed(SYNC_TEMPLATE_BODY),
    Operation.GET_SECRETS: reply(200, SECRETS_BODY),
    Operation.PUT_SECRETS: reply(204),
    Operation.LIST_JOBS: listed(JOB_BODY),
    Operation.CREATE_JOB: reply(201, JOB_BODY),
    Operation.GET_JOB: reply(200, JOB_BODY),
    Operation.DELETE_JOB: reply(204),
    Operation.START_JOB: reply(204),
    Operation.PAUSE_JOB: reply(204),
    Operation.RESTART_JOB: reply(204),
    Operation.VALIDATE_CREDENTIALS: reply(204),
    Operation.PROVISION_ON_DEMAND: reply(200, ON_DEMAND_BODY),
    Operation.GET_SCHEMA: reply(200, SCHEMA_BODY),
    Operation.GET_TEMPLATE_SCHEMA: reply(200, SCHEMA_BODY),
    Operation.LIST_FILTER_OPERATORS: listed({"id": "EQUALS", "arity": "Binary"}),
    Operation.PUT_SCHEMA: reply(204),
    Operation.PARSE_EXPRESSION: reply(200, {"parsingSucceeded": True, "evaluationResult": ["x"]}),
    Operation.LIST_PROVISIONING_LOG: listed(LOG_BODY),
}
"""A good answer for every operation."""
