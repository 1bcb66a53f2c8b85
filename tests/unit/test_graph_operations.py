"""Every method of the client: what it sends is described, and what writes is refused in a preview.

`CALLS` holds one call for each public method; a method without one makes a test fail.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.graph_client import (
    APP_ID,
    APPLICATION,
    ASSIGNMENT,
    CANNED,
    GROUP,
    JOB,
    PRINCIPAL,
    PRINCIPAL_BODY,
    ROLE,
    RULE,
    SCHEMA_BODY,
    TEMPLATE,
    USER,
    Answering,
    Asked,
    Reply,
    ask,
    reply,
)
from tests.graph_contract import document
from wizard.errors import InvalidInput, TransportError
from wizard.graph.client import GraphClient
from wizard.graph.operations import Effect, Operation
from wizard.graph.reading import ReadingRequests
from wizard.graph.secrets import Secrets
from wizard.mapping.schema import SynchronizationSchema
from wizard.net.pace import Pace

SECRETS = Secrets(
    {
        "BaseAddress": SecretStr("https://scim.example/v1/scim/an-id"),
        "SecretToken": SecretStr("the-token-of-webex"),
        "SyncAll": SecretStr("false"),
    }
)
SCHEMA = SynchronizationSchema.model_validate(SCHEMA_BODY)
HIDDEN = reply(200, {**PRINCIPAL_BODY, "tags": ["HideApp"]})

Call = Callable[[GraphClient], Awaitable[Any]]


async def whole_answers(graph: GraphClient) -> None:
    ids = {"service_principal": PRINCIPAL}
    template = Operation.GET_TEMPLATE_SCHEMA.at(**ids, sync_template="ciscoWebex")
    await graph.answers.whole(template)
    await graph.answers.whole(Operation.LIST_FILTER_OPERATORS.at(**ids, job=JOB))
    await graph.answers.whole(Operation.LIST_USERS.at(), query={"$select": "id", "$top": "999"})


CALLS: Mapping[str, Call] = {
    "answers.whole": whole_answers,
    "organization.get": lambda graph: graph.organization.get(),
    "organization.directory_roles": lambda graph: graph.organization.directory_roles(),
    "application_templates.named": lambda graph: graph.application_templates.named(),
    "applications.of_template": lambda graph: graph.applications.of_template(TEMPLATE),
    "applications.of_app": lambda graph: graph.applications.of_app(APP_ID),
    "applications.instantiate": lambda graph: graph.applications.instantiate(TEMPLATE, "Webex"),
    "applications.delete": lambda graph: graph.applications.delete(APPLICATION),
    "service_principals.of_template": lambda graph: graph.service_principals.of_template(TEMPLATE),
    "service_principals.of_app": lambda graph: graph.service_principals.of_app(APP_ID),
    "service_principals.named": lambda graph: graph.service_principals.named("O'Hara's Webex"),
    "service_principals.get": lambda graph: graph.service_principals.get(PRINCIPAL),
    "service_principals.hide": lambda graph: graph.service_principals.hide(PRINCIPAL),
    "assignments.list": lambda graph: graph.assignments.list(PRINCIPAL),
    "assignments.assign": lambda graph: graph.assignments.assign(PRINCIPAL, USER, ROLE),
    "assignments.find": lambda graph: graph.assignments.find(PRINCIPAL, USER, ROLE),
    "assignments.remove": lambda graph: graph.assignments.remove(PRINCIPAL, ASSIGNMENT),
    "users.search": lambda graph: graph.users.search('ann "the\\ boss" & co'),
    "users.get": lambda graph: graph.users.get(USER),
    "users.attributes": lambda graph: graph.users.attributes(USER, ["mail", "department"]),
    "groups.search": lambda graph: graph.groups.search(""),
    "groups.list": lambda graph: graph.groups.list(),
    "groups.get": lambda graph: graph.groups.get(GROUP),
    "groups.members": lambda graph: graph.groups.members(GROUP),
    "templates.list": lambda graph: graph.templates.list(PRINCIPAL),
    "templates.wait_for": lambda graph: graph.templates.wait_for(PRINCIPAL),
    "jobs.list": lambda graph: graph.jobs.list(PRINCIPAL),
    "jobs.get": lambda graph: graph.jobs.get(PRINCIPAL, JOB),
    "jobs.create": lambda graph: graph.jobs.create(PRINCIPAL, "ciscoWebex"),
    "jobs.start": lambda graph: graph.jobs.start(PRINCIPAL, JOB),
    "jobs.pause": lambda graph: graph.jobs.pause(PRINCIPAL, JOB),
    "jobs.restart": lambda graph: graph.jobs.restart(PRINCIPAL, JOB),
    "jobs.delete": lambda graph: graph.jobs.delete(PRINCIPAL, JOB),
    "secrets.read": lambda graph: graph.secrets.read(PRINCIPAL),
    "secrets.write": lambda graph: graph.secrets.write(PRINCIPAL, SECRETS),
    "credentials.validate": lambda graph: graph.credentials.validate(PRINCIPAL, JOB, SECRETS),
    "credentials.validate_saved": lambda graph: graph.credentials.validate_saved(PRINCIPAL, JOB),
    "users.people": lambda graph: graph.users.people("ann", ["department"], most=200),
    "schema.read": lambda graph: graph.schema.read(PRINCIPAL, JOB),
    "schema.of_template": lambda graph: graph.schema.of_template(PRINCIPAL, "ciscoWebex"),
    "schema.write": lambda graph: graph.schema.write(PRINCIPAL, JOB, SCHEMA),
    "schema.parse_expression": lambda graph: graph.schema.parse_expression(
        PRINCIPAL, JOB, "Join([a], [b])", {"a": "x", "b": ["y", "z"], "c": None, "d": True}
    ),
    "on_demand.person": lambda graph: graph.on_demand.person(PRINCIPAL, JOB, RULE, USER),
    "provisioning_log.entries": lambda graph: graph.provisioning_log.entries(
        JOB, since=datetime(2026, 11, 1, tzinfo=UTC)
    ),
}
ANSWERS: Mapping[str, Mapping[Operation, Reply | Answering]] = {}
"""What must be answered so that a method does all it can."""


def sent_by(name: str, *, read_only: bool = False) -> Asked:
    asked = Asked()
    ask(CALLS[name], {**CANNED, **ANSWERS.get(name, {})}, asked=asked, read_only=read_only)
    return asked


def public_methods() -> set[str]:
    async def look(graph: GraphClient) -> set[str]:
        return {
            f"{noun}.{name}"
            for noun, requests in vars(graph).items()
            if not noun.startswith("_")
            for name, member in inspect.getmembers(requests, inspect.ismethod)
            if not name.startswith("_") and inspect.iscoroutinefunction(member)
        }

    return ask(look, {})


def test_every_public_method_of_the_client_is_tried_here() -> None:
    assert public_methods() == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_what_a_method_sends_is_as_microsoft_describes_it(name: str) -> None:
    asked = sent_by(name)
    assert asked.requests
    assert asked.problems == []
    for request in asked.requests:
        assert len(request.headers["client-request-id"]) == 36
        assert request.headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("name", CALLS)
def test_in_a_read_only_run_a_method_that_writes_is_refused(name: str) -> None:
    operations = sent_by(name).operations
    if all(operation.effect is Effect.READS for operation in operations):
        assert sent_by(name, read_only=True).operations == operations
        return
    asked = Asked()
    with pytest.raises(TransportError) as error:
        ask(CALLS[name], {**CANNED, **ANSWERS.get(name, {})}, asked=asked, read_only=True)
    assert error.value.code == "preview-write"
    assert {request.method for request in asked.requests} <= {"GET"}


SINCE = datetime(2026, 11, 27, tzinfo=UTC)


async def read_whole(graph: GraphClient) -> None:
    """Read whatever is read whole."""
    reading = graph.reading(Pace("Microsoft", 4))
    lists = [
        reading.users(["id", "manager"]),
        reading.deleted_users(["id", "manager"]),
        reading.groups(["id"]),
        reading.members(GROUP),
        reading.assignments(PRINCIPAL),
        reading.log(JOB, SINCE),
    ]
    for pages in lists:
        async for _ in pages:
            pass
    await reading.group(GROUP, ["id"])


def test_whatever_is_read_whole_is_asked_by_get_alone() -> None:
    asked = Asked()
    ask(read_whole, CANNED, asked=asked, read_only=True)
    assert {request.method for request in asked.requests} == {"GET"}
    methods = {name for name in vars(ReadingRequests) if not name.startswith("_")}
    assert methods <= set(read_whole.__code__.co_names)


def test_the_methods_together_send_every_operation_of_the_table() -> None:
    whole = Asked()
    ask(read_whole, CANNED, asked=whole)
    sent = {operation for name in CALLS for operation in sent_by(name).operations}
    assert sent | set(whole.operations) == set(Operation)


def test_the_table_says_of_everything_but_get_that_it_writes_or_why_it_does_not() -> None:
    asking = {operation for operation in Operation if operation.effect is Effect.ASKS}
    assert asking == {Operation.PARSE_EXPRESSION, Operation.VALIDATE_CREDENTIALS}
    for operation in Operation:
        assert (operation.method == "GET") == (operation.effect is Effect.READS)
        assert operation.writes == (operation.method != "GET" and operation not in asking)


def test_every_operation_is_in_the_description() -> None:
    described = {
        (method.upper(), re.sub(r"\{[^}]+\}", "{}", path))
        for path, methods in document()["paths"].items()
        for method in methods
    }
    ours = {
        (operation.method, re.sub(r"\{[^}]+\}", "{}", operation.template))
        for operation in Operation
    }
    assert ours <= described


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "..",
        ".",
        "a/b",
        "a\\b",
        "../users",
        "a?b",
        "a#b",
        "a b",
        "a%2Fb",
        "a\nb",
        "é",
        "x" * 300,
    ],
)
def test_an_id_that_is_none_never_gets_into_a_path(identifier: str) -> None:
    asked = Asked()
    with pytest.raises(InvalidInput) as error:
        ask(lambda graph: graph.service_principals.get(identifier), CANNED, asked=asked)
    assert error.value.code == "graph-id"
    with pytest.raises(InvalidInput):
        ask(lambda graph: graph.jobs.start(PRINCIPAL, identifier), CANNED, asked=asked)
    assert asked.requests == []


def test_an_object_has_a_guid_and_a_job_may_have_any_id_that_fits_one_segment() -> None:
    with pytest.raises(InvalidInput):
        Operation.GET_USER.at(user="me")
    call = Operation.GET_JOB.at(service_principal=PRINCIPAL, job="a:b|c.(d)")
    assert call.path.endswith("/jobs/a%3Ab%7Cc.%28d%29")


@given(st.text(max_size=40))
def test_no_id_changes_the_path_it_stands_in(identifier: str) -> None:
    try:
        call = Operation.START_JOB.at(service_principal=PRINCIPAL, job=identifier)
    except InvalidInput:
        return
    address = httpx.URL(f"https://graph.example/v1.0{call.path}")
    assert (
        address.path
        == f"/v1.0/servicePrincipals/{PRINCIPAL}/synchronization/jobs/{identifier}/start"
    )
    assert (address.query, address.fragment) == (b"", "")
