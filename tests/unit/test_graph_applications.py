"""Adding the application exactly once, finding it, hiding it, and assigning people to it."""

from typing import Any

import httpx
import pytest

from tests.graph_client import (
    APP_ID,
    APPLICATION,
    APPLICATION_BODY,
    ASSIGNMENT,
    ASSIGNMENT_BODY,
    CANNED,
    PRINCIPAL,
    PRINCIPAL_BODY,
    ROLE,
    TEMPLATE,
    USER,
    Answering,
    Asked,
    Reply,
    ask,
    in_turn,
    listed,
    refused,
    reply,
)
from wizard.errors import AnswerError, TransportError
from wizard.graph.applications import Instance
from wizard.graph.client import GraphClient
from wizard.graph.errors import GraphError
from wizard.graph.operations import Operation
from wizard.graph.organization import DirectoryRole, judge_roles
from wizard.graph.service_principals import DEFAULT_ACCESS, ServicePrincipal

OTHER = {**APPLICATION_BODY, "id": "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"}
GONE = refused(404, "Request_ResourceNotFound", "Resource does not exist.")


def add(
    answers: dict[Operation, Reply | Answering],
    asked: Asked | None = None,
    *,
    judges_answers: bool = True,
) -> Instance:
    async def adding(graph: GraphClient) -> Instance:
        return await graph.applications.instantiate(TEMPLATE, "Cisco Webex")

    return ask(adding, {**CANNED, **answers}, asked=asked, judges_answers=judges_answers)


def cut(_request: httpx.Request) -> Reply:
    raise httpx.ReadError("cut")


def test_the_gallery_is_searched_for_exactly_our_application() -> None:
    asked = Asked()
    found = ask(
        lambda graph: graph.application_templates.named(),
        {
            Operation.LIST_APPLICATION_TEMPLATES: listed(
                {"id": "1", "displayName": "Cisco Webex", "supportedProvisioningTypes": []},
                {"id": "2", "displayName": "Cisco Webex Meetings"},
                {"id": "3", "displayName": "Cisco Webex", "supportedProvisioningTypes": ["sync"]},
            )
        },
        asked=asked,
    )
    assert [template.id for template in found] == ["3", "1"]
    assert [template.can_provision for template in found] == [True, False]
    assert asked.query() == {"$filter": "displayName eq 'Cisco Webex'"}


def test_adding_an_application_returns_both_its_halves() -> None:
    asked = Asked()
    made = add({}, asked)
    assert (made.application.id, made.service_principal.id) == (APPLICATION, PRINCIPAL)
    assert asked.operations == [Operation.LIST_APPLICATIONS, Operation.INSTANTIATE]
    assert asked.bodies() == [{"displayName": "Cisco Webex"}]


@pytest.mark.parametrize(
    "unclear",
    [
        GONE,
        refused(503, "ServiceUnavailable"),
        refused(500, "InternalServerError"),
        reply(201, {"application": None}),
        cut,
    ],
    ids=["404", "503", "500", "odd 201", "cut"],
)
def test_when_adding_ends_unclearly_the_new_application_is_looked_for(unclear: Any) -> None:
    asked = Asked()
    late = in_turn(listed(OTHER), listed(OTHER), listed(OTHER, APPLICATION_BODY))
    answers = {Operation.INSTANTIATE: unclear, Operation.LIST_APPLICATIONS: late}
    made = add(answers, asked, judges_answers=False)
    assert (made.application.id, made.service_principal.id) == (APPLICATION, PRINCIPAL)
    assert asked.operations.count(Operation.INSTANTIATE) == 1
    assert asked.time.slept == [5.0]


def test_an_application_that_never_appears_is_not_added_a_second_time() -> None:
    asked = Asked()
    with pytest.raises(GraphError) as error:
        add({Operation.INSTANTIATE: GONE, Operation.LIST_APPLICATIONS: listed(OTHER)}, asked)
    assert error.value.code == "graph-instantiate-unclear"
    assert error.value.tracking_id == "R2"
    assert asked.operations.count(Operation.INSTANTIATE) == 1
    assert sum(asked.time.slept) == 120


def test_several_new_applications_are_a_question_for_the_administrator() -> None:
    new = in_turn(listed(), listed(OTHER, APPLICATION_BODY))
    with pytest.raises(GraphError) as error:
        add({Operation.INSTANTIATE: GONE, Operation.LIST_APPLICATIONS: new})
    assert error.value.code == "graph-instantiate-several"


def test_somebody_elses_application_that_appears_meanwhile_is_not_taken() -> None:
    other = {**OTHER, "displayName": "Webex of somebody else"}
    new = in_turn(listed(), listed(other), listed(other, APPLICATION_BODY))
    made = add({Operation.INSTANTIATE: GONE, Operation.LIST_APPLICATIONS: new})
    assert made.application.id == APPLICATION


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused(403, "Authorization_RequestDenied", "Insufficient."), "graph-role-missing"),
        (refused(400, "Request_BadRequest", "No."), "graph-refused"),
    ],
)
def test_a_clear_no_is_not_looked_behind(answer: Reply, code: str) -> None:
    asked = Asked()
    with pytest.raises(GraphError) as error:
        add({Operation.INSTANTIATE: answer}, asked)
    assert error.value.code == code
    assert asked.operations[-1] is Operation.INSTANTIATE


def test_what_never_left_this_machine_is_not_looked_for() -> None:
    def unreachable(_request: httpx.Request) -> Reply:
        raise httpx.ConnectError("refused")

    asked = Asked()
    with pytest.raises(TransportError):
        add({Operation.INSTANTIATE: unreachable}, asked)
    assert asked.operations[-1] is Operation.INSTANTIATE


def test_the_application_just_added_is_waited_for() -> None:
    asked = Asked()

    async def adding(graph: GraphClient) -> str:
        made = await graph.applications.instantiate(TEMPLATE, "Cisco Webex")
        return (await graph.templates.wait_for(made.service_principal.id)).id

    templates = in_turn(
        refused(401, "UnknownError"), GONE, listed(), listed(), listed({"id": "ciscoWebex"})
    )
    answers = {**CANNED, Operation.LIST_SYNC_TEMPLATES: templates}
    assert ask(adding, answers, asked=asked) == "ciscoWebex"
    assert asked.time.slept == [5.0] * 4


def test_an_application_without_a_connector_is_named_as_such() -> None:
    asked = Asked()
    with pytest.raises(AnswerError) as error:
        ask(
            lambda graph: graph.templates.wait_for(PRINCIPAL),
            {Operation.LIST_SYNC_TEMPLATES: listed()},
            asked=asked,
        )
    assert error.value.code == "graph-no-template"
    assert sum(asked.time.slept) == 120


def test_the_default_connector_comes_first() -> None:
    first, second = ask(
        lambda graph: graph.templates.list(PRINCIPAL),
        {
            Operation.LIST_SYNC_TEMPLATES: listed(
                {"id": "old", "default": False}, {"id": "new", "default": True}
            )
        },
    )
    assert (first.id, second.id) == ("new", "old")


def test_applications_are_found_by_template_and_by_name() -> None:
    asked = Asked()

    async def looking(graph: GraphClient) -> None:
        assert (await graph.service_principals.of_template(TEMPLATE))[0].id == PRINCIPAL
        assert (await graph.service_principals.named("O'Hara's"))[0].app_id == APP_ID
        assert await graph.applications.of_app(APP_ID) is None

    ask(looking, CANNED, asked=asked)
    assert [asked.query(index)["$filter"] for index in range(3)] == [
        f"applicationTemplateId eq '{TEMPLATE}'",
        "displayName eq 'O''Hara''s'",
        f"appId eq '{APP_ID}'",
    ]


def test_hiding_keeps_the_other_tags() -> None:
    asked = Asked()
    assert ask(lambda graph: graph.service_principals.hide(PRINCIPAL), CANNED, asked=asked)
    assert asked.bodies() == [{"tags": ["WindowsAzureActiveDirectoryIntegratedApp", "HideApp"]}]


def test_what_is_already_hidden_is_not_written() -> None:
    asked = Asked()
    hidden = {**CANNED, Operation.GET_SERVICE_PRINCIPAL: reply(200, {"tags": ["HideApp"]})}
    assert not ask(lambda graph: graph.service_principals.hide(PRINCIPAL), hidden, asked=asked)
    assert asked.operations == [Operation.GET_SERVICE_PRINCIPAL]


def test_the_role_to_assign_is_the_one_for_people() -> None:
    principal = ServicePrincipal.model_validate(PRINCIPAL_BODY)
    assert principal.recommended_role_id == ROLE
    assert [role.display_name for role in principal.roles] == ["User", "msiam_access"]
    roles = [
        {"id": "1", "displayName": "User", "isEnabled": False, "allowedMemberTypes": ["User"]},
        {"id": "2", "displayName": "Robot", "isEnabled": True, "allowedMemberTypes": ["App"]},
        {
            "id": DEFAULT_ACCESS,
            "displayName": "Default Access",
            "isEnabled": True,
            "allowedMemberTypes": ["User"],
        },
    ]
    without = ServicePrincipal.model_validate({"appRoles": roles, "tags": None})
    assert without.roles == ()
    assert without.recommended_role_id == DEFAULT_ACCESS


@pytest.mark.parametrize(
    ("call", "operation"),
    [
        (lambda graph: graph.applications.delete(APPLICATION), Operation.DELETE_APPLICATION),
        (lambda graph: graph.assignments.remove(PRINCIPAL, ASSIGNMENT), Operation.UNASSIGN),
    ],
)
def test_deleting_tells_whether_there_was_anything(call: Any, operation: Operation) -> None:
    assert ask(call, {operation: reply(204)}) is True
    assert ask(call, {operation: GONE}) is False
    with pytest.raises(GraphError):
        ask(call, {operation: refused(403, "Authorization_RequestDenied", "No.")})


def test_somebody_who_is_already_assigned_is_a_success() -> None:
    asked = Asked()
    exists = refused(
        400, "Request_BadRequest", "Permission being assigned already exists on the object"
    )
    other = {**ASSIGNMENT_BODY, "id": "other", "appRoleId": DEFAULT_ACCESS}
    found, is_new = ask(
        lambda graph: graph.assignments.assign(PRINCIPAL, USER.upper(), ROLE),
        {Operation.ASSIGN: exists, Operation.LIST_ASSIGNMENTS: listed(other, ASSIGNMENT_BODY)},
        asked=asked,
    )
    assert (found.id, is_new) == (ASSIGNMENT, False)
    assert asked.bodies() == [
        {"principalId": USER.upper(), "resourceId": PRINCIPAL, "appRoleId": ROLE}
    ]


def test_an_assignment_that_is_said_to_exist_and_does_not_is_an_error() -> None:
    exists = refused(
        400, "Request_BadRequest", "Permission being assigned already exists on the object"
    )
    with pytest.raises(GraphError) as error:
        ask(
            lambda graph: graph.assignments.assign(PRINCIPAL, USER, ROLE),
            {Operation.ASSIGN: exists, Operation.LIST_ASSIGNMENTS: listed()},
        )
    assert error.value.code == "graph-exists"


def role(template_id: str, name: str = "A role") -> DirectoryRole:
    return DirectoryRole(display_name=name, role_template_id=template_id)


def test_a_missing_role_is_a_warning_that_names_the_way_to_get_it() -> None:
    assert judge_roles((role("9B895D92-2cd3-44c7-9d02-a6ac2d5ea5c3"),)).is_enough
    check = judge_roles((role("fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator"),))
    assert not check.is_enough
    assert "User Administrator" in check.message
    assert "PIM" in check.hint
    assert "no active role" in judge_roles(()).message


def test_a_tenant_that_wants_roles_counted_gets_them_counted() -> None:
    asked = Asked()
    roles = in_turn(
        refused(400, "Request_UnsupportedQuery", "Unsupported."),
        listed({"id": "1", "displayName": "Global Reader", "roleTemplateId": "x"}),
    )
    found = ask(
        lambda graph: graph.organization.directory_roles(),
        {Operation.LIST_MY_ROLES: roles},
        asked=asked,
    )
    assert [role.display_name for role in found] == ["Global Reader"]
    assert "$count" not in asked.query(0)
    assert asked.query(1)["$count"] == "true"
    assert asked.requests[1].headers["consistencylevel"] == "eventual"


def test_a_refusal_to_tell_roles_is_not_asked_again() -> None:
    asked = Asked()
    with pytest.raises(GraphError):
        ask(
            lambda graph: graph.organization.directory_roles(),
            {Operation.LIST_MY_ROLES: refused(403, "Authorization_RequestDenied", "No.")},
            asked=asked,
        )
    assert len(asked.requests) == 1


def test_a_sign_in_without_an_organization_is_told() -> None:
    with pytest.raises(AnswerError) as error:
        ask(lambda graph: graph.organization.get(), {Operation.GET_ORGANIZATION: listed()})
    assert error.value.code == "graph-no-organization"
