"""Jobs, secrets and Entra's own test of them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.graph_client import (
    CANNED,
    JOB,
    JOB_BODY,
    PRINCIPAL,
    SECRETS_BODY,
    Asked,
    Reply,
    ask,
    in_turn,
    listed,
    refused,
    reply,
)
from wizard.errors import InvalidInput
from wizard.graph.client import GraphClient
from wizard.graph.errors import CredentialsRefused, GraphError
from wizard.graph.job import Job
from wizard.graph.jobs import Reset
from wizard.graph.operations import Operation
from wizard.graph.secrets import NO_SECRETS, Notification, Secrets
from wizard.graph.upstream import upstream_answer

URL = "https://scim.example/v1/scim/an-id"
TOKEN = SecretStr("the-token-of-webex-that-nobody-sees")
GIVEN = NO_SECRETS.replacing({"BaseAddress": URL, "SecretToken": TOKEN, "SyncAll": "false"})
GONE = refused(404, "Request_ResourceNotFound", "Resource does not exist.")

QUARANTINED = {
    **JOB_BODY,
    "status": {
        "code": "Quarantine",
        "countSuccessiveCompleteFailures": 3,
        "escrowsPruned": True,
        "steadyStateFirstAchievedTime": "2026-11-20T04:05:06.1234567Z",
        "steadyStateLastAchievedTime": "2026-11-21T00:00:00Z",
        "lastExecution": {
            "state": "Failed",
            "countEntitled": 12,
            "countEscrowed": 3,
            "timeBegan": "2026-11-21T00:00:00Z",
            "error": {"code": "X", "message": "m\x1b", "tenantActionable": True},
        },
        "progress": [{"units": "user", "completedUnits": 4, "totalUnits": 12}],
        "quarantine": {
            "reason": "EncounteredQuarantineException",
            "currentBegan": "2026-11-21T00:00:00Z",
            "nextAttempt": "2026-11-21T06:00:00Z",
            "seriesBegan": "0001-01-01T00:00:00Z",
            "seriesCount": 2,
            "error": {
                "code": "SystemForCrossDomainIdentityManagementCredentialValidationFailure",
                "message": "Unauthorized",
                "tenantActionable": True,
            },
        },
        "synchronizedEntryCountByType": [{"key": "User", "value": 9}],
        "troubleshootingUrl": None,
    },
}


def job(body: Any) -> Job:
    return ask(lambda graph: graph.jobs.get(PRINCIPAL, JOB), {Operation.GET_JOB: reply(200, body)})


def test_a_new_job_is_read_until_it_is_there() -> None:
    async def making(graph: GraphClient) -> Job:
        made = await graph.jobs.create(PRINCIPAL, "ciscoWebex")
        return await graph.jobs.get(PRINCIPAL, made.id)

    asked = Asked()
    answers = {**CANNED, Operation.GET_JOB: in_turn(GONE, reply(200, JOB_BODY))}
    made = ask(making, answers, asked=asked)
    assert (made.id, made.template_id, made.status.code) == (JOB, "ciscoWebex", "Paused")
    assert asked.operations == [Operation.CREATE_JOB, Operation.GET_JOB, Operation.GET_JOB]
    assert asked.bodies() == [{"templateId": "ciscoWebex"}]


def test_a_new_job_is_not_quarantined_and_has_not_looked_at_anybody() -> None:
    new = job(JOB_BODY)
    assert not new.is_quarantined
    assert not new.first_cycle_is_done
    assert new.status.last_execution is None


def test_a_quarantined_job_tells_since_when_and_why() -> None:
    sick = job(QUARANTINED)
    assert sick.is_quarantined
    assert sick.first_cycle_is_done
    assert sick.status.steady_state_first_achieved_time == datetime(
        2026, 11, 20, 4, 5, 6, 123456, tzinfo=UTC
    )
    quarantine = sick.status.quarantine
    assert quarantine is not None
    assert quarantine.series_began is None
    assert quarantine.next_attempt == datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert quarantine.error is not None
    assert quarantine.error.code.endswith("CredentialValidationFailure")
    execution = sick.status.last_execution
    assert execution is not None
    assert execution.error is not None
    assert (execution.count_escrowed, execution.error.message) == (3, "m\ufffd")
    assert [(count.key, count.value) for count in sick.status.synchronized_entry_count_by_type] == [
        ("User", 9)
    ]


def test_a_job_of_which_little_is_said_is_still_a_job() -> None:
    for status in (None, {}, {"code": None, "progress": None, "lastExecution": None}):
        little = Job.model_validate({"id": JOB, "status": status, "schedule": None})
        assert little.status.code == ""
        assert little.status.progress == ()


@pytest.mark.parametrize(
    ("reset", "scope"),
    [
        (None, "Watermark, Escrows, QuarantineState"),
        ([Reset.EVERYTHING], "Full"),
        ([Reset.HELD_BACK_DELETIONS], "ForceDeletes"),
    ],
)
def test_a_restart_says_what_to_forget(reset: list[Reset] | None, scope: str) -> None:
    asked = Asked()

    async def restart(graph: GraphClient) -> None:
        if reset is None:
            await graph.jobs.restart(PRINCIPAL, JOB)
        else:
            await graph.jobs.restart(PRINCIPAL, JOB, reset)

    ask(restart, CANNED, asked=asked)
    assert asked.bodies() == [{"criteria": {"resetScope": scope}}]


def test_secrets_that_microsoft_hides_are_known_to_be_hidden() -> None:
    secrets = ask(lambda graph: graph.secrets.read(PRINCIPAL), CANNED)
    assert secrets.hidden == ("SecretToken",)
    assert (secrets.base_address, secrets.syncs_all) == (URL, False)
    assert secrets.notification is None
    assert TOKEN.get_secret_value() not in repr(secrets)


def test_before_anything_was_saved_there_are_no_secrets() -> None:
    for answer in (GONE, reply(200, {"value": []}), reply(200, {"value": None})):
        secrets = ask(
            lambda graph: graph.secrets.read(PRINCIPAL),
            {Operation.GET_SECRETS: answer},
            judges_answers=False,
        )
        assert secrets.values == {}

    asked = Asked()

    async def young(graph: GraphClient) -> Secrets:
        graph.expect_young(PRINCIPAL)
        return await graph.secrets.read(PRINCIPAL)

    assert ask(young, {Operation.GET_SECRETS: GONE}, asked=asked).values == {}
    assert asked.time.slept == []


def test_secrets_are_written_whole_and_as_text() -> None:
    asked = Asked()
    settings = Notification(is_enabled=True, recipients="it@contoso.example", limits_deletions=True)
    secrets = GIVEN.with_notification(settings).with_scope(everybody=True)
    ask(lambda graph: graph.secrets.write(PRINCIPAL, secrets), CANNED, asked=asked)
    assert asked.operations == [Operation.GET_SECRETS, Operation.PUT_SECRETS]
    (body,) = asked.bodies()
    sent = {pair["key"]: pair["value"] for pair in body["value"]}
    assert json.loads(sent.pop("SyncNotificationSettings")) == {
        "Enabled": True,
        "Recipients": "it@contoso.example",
        "DeleteThresholdEnabled": True,
        "DeleteThresholdValue": 500,
    }
    assert sent == {
        "BaseAddress": URL,
        "SecretToken": TOKEN.get_secret_value(),
        "SyncAll": "true",
    }


def test_a_hidden_secret_is_never_written_back() -> None:
    asked = Asked()

    async def rewrite(graph: GraphClient) -> None:
        secrets = await graph.secrets.read(PRINCIPAL)
        await graph.secrets.write(PRINCIPAL, secrets.with_scope(everybody=True))

    with pytest.raises(InvalidInput) as error:
        ask(rewrite, CANNED, asked=asked)
    assert error.value.code == "graph-secret-hidden"
    assert "SecretToken" in error.value.message
    assert Operation.PUT_SECRETS not in asked.operations


def test_a_secret_that_would_get_lost_stops_the_writing() -> None:
    asked = Asked()
    less = NO_SECRETS.replacing({"BaseAddress": URL, "SecretToken": TOKEN})
    with pytest.raises(InvalidInput) as error:
        ask(lambda graph: graph.secrets.write(PRINCIPAL, less), CANNED, asked=asked)
    assert error.value.code == "graph-secret-lost"
    assert "SyncAll" in error.value.message
    assert Operation.PUT_SECRETS not in asked.operations
    ask(lambda graph: graph.secrets.write(PRINCIPAL, less, dropping=["SyncAll"]), CANNED)


def test_a_secret_that_was_emptied_may_be_left_away() -> None:
    emptied = {"value": [*SECRETS_BODY["value"], {"key": "SkipOutOfScopeDeletions", "value": ""}]}
    answers = {**CANNED, Operation.GET_SECRETS: reply(200, emptied)}
    ask(lambda graph: graph.secrets.write(PRINCIPAL, GIVEN), answers)


def test_what_else_stands_in_the_notification_settings_is_kept() -> None:
    stored = (
        '{"Enabled":false,"Recipients":"a@b.example;c@d.example","DeleteThresholdEnabled":true,'
        '"DeleteThresholdValue":50,"HumanResourcesLookaheadQueryEnabled":false}'
    )
    secrets = NO_SECRETS.replacing({"SyncNotificationSettings": stored})
    settings = secrets.notification
    assert settings is not None
    assert (settings.deletion_limit, settings.recipients) == (50, "a@b.example;c@d.example")
    changed = settings.model_copy(update={"is_enabled": True})
    again = secrets.with_notification(changed).values["SyncNotificationSettings"]
    assert json.loads(again.get_secret_value()) == {**json.loads(stored), "Enabled": True}


@pytest.mark.parametrize("stored", ["", "nonsense", "[]", '{"DeleteThresholdValue":"many"}', "*"])
def test_notification_settings_that_cannot_be_read_are_none(stored: str) -> None:
    assert NO_SECRETS.replacing({"SyncNotificationSettings": stored}).notification is None


REFUSAL = (
    "While attempting to validate our authorization to access your application, we received this "
    "unexpected response:\r\n\r\nReceived response from Web resource.\r\n"
    '   Resource: https://scim.example/v1/scim/an-id/Users?filter=userName+eq+"x"\r\n'
    "   Operation: GET \r\n"
    "   Response Status Code: Unauthorized\r\n"
    "   Response Headers: x-frame-options: SAMEORIGIN\r\nTrackingID: ROUTER_5F\r\n"
    "Date: Mon, 23 Nov 2026 04:05:06 GMT\r\n"
    '   Response Content: {"errors":[{"code":"401"}]}\r\nResponse Status Code: OK'
)


def validate(answer: Reply, asked: Asked | None = None) -> None:
    ask(
        lambda graph: graph.credentials.validate(PRINCIPAL, JOB, GIVEN),
        {Operation.VALIDATE_CREDENTIALS: answer},
        asked=asked,
    )


def test_credentials_are_tried_without_the_rest_of_the_settings() -> None:
    asked = Asked()
    validate(reply(204), asked)
    assert asked.bodies() == [
        {
            "credentials": [
                {"key": "BaseAddress", "value": URL},
                {"key": "SecretToken", "value": TOKEN.get_secret_value()},
            ]
        }
    ]
    assert asked.requests[0].extensions["timeout"]["read"] >= 120


def test_what_is_saved_is_tried_without_sending_it_again() -> None:
    asked = Asked()
    ask(lambda graph: graph.credentials.validate_saved(PRINCIPAL, JOB), CANNED, asked=asked)
    assert asked.bodies() == [{"useSavedCredentials": True}]


def test_what_webex_answered_to_entra_is_taken_out_of_its_error() -> None:
    code = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
    with pytest.raises(CredentialsRefused) as error:
        validate(refused(400, code, REFUSAL))
    refusal = error.value
    assert (refusal.code, refusal.graph_code) == ("entra-token-refused", code)
    assert "unexpected response:”" in refusal.message
    upstream = refusal.upstream
    assert upstream is not None
    assert upstream.resource == f'{URL}/Users?filter=userName+eq+"x"'
    assert (upstream.operation, upstream.status, upstream.status_text) == (
        "GET",
        401,
        "Unauthorized",
    )
    assert upstream.tracking_id == "ROUTER_5F"


def test_the_error_inside_the_error_is_read_as_well() -> None:
    inner = json.dumps({"errorCode": "CredentialValidationUnavailable", "errorMessage": REFUSAL})
    with pytest.raises(CredentialsRefused) as error:
        validate(refused(400, "UnknownError", inner))
    assert error.value.code == "entra-token-refused"  # what Webex answered decides
    assert error.value.upstream is not None
    assert error.value.upstream.status == 401


def test_the_token_that_was_tried_never_comes_back_in_an_error() -> None:
    message = f"{REFUSAL} sent {TOKEN.get_secret_value()}"
    with pytest.raises(CredentialsRefused) as error:
        validate(refused(400, "Odd", message))
    assert TOKEN.get_secret_value() not in f"{error.value} {vars(error.value)}"


def test_a_refusal_that_tells_nothing_of_webex_has_no_answer_of_it() -> None:
    with pytest.raises(CredentialsRefused) as error:
        validate(
            refused(
                400,
                "SystemForCrossDomainIdentityManagementInvalidCredentials",
                "Please provide a valid tenant URL for your application.",
            )
        )
    assert error.value.upstream is None
    assert error.value.code == "entra-tenant-url"


def test_another_failure_of_the_test_is_not_about_the_credentials() -> None:
    with pytest.raises(GraphError) as error:
        validate(refused(403, "Authorization_RequestDenied", "Insufficient privileges."))
    assert not isinstance(error.value, CredentialsRefused)


@pytest.mark.parametrize(
    ("status", "number"),
    [("404", 404), ("NotFound", 404), ("InternalServerError", 500), ("OK", 200), ("Odd", None)],
)
def test_a_status_is_read_as_number_or_name(status: str, number: int | None) -> None:
    answer = upstream_answer(f"Resource: https://x.example\nResponse Status Code: {status}\n")
    assert answer is not None
    assert answer.status == number


def test_what_webex_wrote_itself_is_not_taken_for_what_entra_tells() -> None:
    answer = upstream_answer(
        "Resource: https://x.example\nResponse Content: odd\nResponse Status Code: OK\n"
    )
    assert answer is not None
    assert answer.status is None
    assert answer.detail == "odd Response Status Code: OK"


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_makes_the_reader_stumble(before: str, after: str) -> None:
    answer = upstream_answer(f"{before}\nResource: https://x.example\n{after}")
    assert answer is not None
    assert "\n" not in answer.resource


def test_a_second_job_is_seen() -> None:
    second = {**JOB_BODY, "id": f"{JOB}2"}
    jobs = ask(
        lambda graph: graph.jobs.list(PRINCIPAL), {Operation.LIST_JOBS: listed(JOB_BODY, second)}
    )
    assert [job.id for job in jobs] == [JOB, f"{JOB}2"]
