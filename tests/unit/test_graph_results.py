"""Schemas, on-demand runs, the provisioning log, and what the service's codes mean."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph_client import (
    CANNED,
    JOB,
    LOG_BODY,
    PRINCIPAL,
    RULE,
    USER,
    Asked,
    ask,
    in_turn,
    listed,
    reply,
)
from wizard.errors import AnswerError
from wizard.graph.client import GraphClient
from wizard.graph.job import Job
from wizard.graph.job_codes import QUARANTINES
from wizard.graph.meanings import ENTRIES, UNEXPLAINED, of_entry, of_quarantine
from wizard.graph.on_demand import OnDemandResult, read_result, rule_for
from wizard.graph.operations import Operation
from wizard.graph.provisioning_log import LogEntry, latest_of_each
from wizard.mapping.schema import SynchronizationSchema, source_text

SAMPLE = Path(__file__).parents[1] / "data" / "graph-synchronizationSchema-customised.json"


def test_a_schema_is_written_back_with_everything_that_came_with_it() -> None:
    sample = json.loads(SAMPLE.read_text(encoding="utf-8"))
    asked = Asked()

    async def rewrite(graph: GraphClient) -> None:
        schema = await graph.schema.read(PRINCIPAL, JOB)
        await graph.schema.write(PRINCIPAL, JOB, schema)

    ask(rewrite, {**CANNED, Operation.GET_SCHEMA: reply(200, sample)}, asked=asked)
    assert asked.bodies() == [sample]
    assert list(asked.bodies()[0]) == list(sample)


def test_a_schema_of_three_megabytes_is_read() -> None:
    large = {"synchronizationRules": [], "directories": [{"name": "x" * 3_000_000}]}
    schema = ask(
        lambda graph: graph.schema.read(PRINCIPAL, JOB), {Operation.GET_SCHEMA: reply(200, large)}
    )
    assert schema.as_json() == large


@pytest.mark.parametrize("body", [{}, {"synchronizationRules": 7}, {"synchronizationRules": [7]}])
def test_what_is_no_schema_is_an_error_that_carries_the_id(body: Any) -> None:
    with pytest.raises(AnswerError) as error:
        ask(
            lambda graph: graph.schema.read(PRINCIPAL, JOB),
            {Operation.GET_SCHEMA: reply(200, body)},
            judges_answers=False,
        )
    assert error.value.code == "graph-schema"
    assert error.value.tracking_id == "R1"


def test_an_expression_is_tried_on_a_person() -> None:
    asked = Asked()
    answer = {
        "parsingSucceeded": True,
        "evaluationSucceeded": True,
        "evaluationResult": ["EN_US", None],
        "error": None,
        "parsedExpression": {
            "expression": 'Replace([lang], "-", , , "_", , )',
            "name": "Replace",
            "type": "Function",
            "parameters": [{"key": "source", "value": {"name": "lang", "type": "Attribute"}}],
            "somethingNew": 1,
        },
    }
    parsed = ask(
        lambda graph: graph.schema.parse_expression(
            PRINCIPAL,
            JOB,
            'Replace([lang], "-", , , "_", , )',
            {"lang": "EN-US", "mails": ["a", "b"], "IsSoftDeleted": False, "gone": None},
        ),
        {Operation.PARSE_EXPRESSION: reply(200, answer)},
        asked=asked,
    )
    assert asked.bodies() == [
        {
            "expression": 'Replace([lang], "-", , , "_", , )',
            "testInputObject": {
                "properties": [
                    {"key": "lang", "value": "EN-US"},
                    {
                        "key": "mails",
                        "value@odata.type": "#Collection(String)",
                        "value": ["a", "b"],
                    },
                    {"key": "IsSoftDeleted", "value": "False"},
                ]
            },
        }
    ]
    assert parsed.evaluation_result == ("EN_US", None)
    assert parsed.parsed_expression is not None
    assert source_text(parsed.parsed_expression) == 'Replace([lang], "-", , , "_", , )'
    assert parsed.parsed_expression.as_json() == answer["parsedExpression"]


def test_an_expression_that_cannot_be_read_tells_why() -> None:
    answer = {
        "parsingSucceeded": False,
        "evaluationSucceeded": False,
        "evaluationResult": None,
        "parsedExpression": None,
        "error": {"code": "ParsingFailed", "message": "Unexpected \x1btoken"},
    }
    parsed = ask(
        lambda graph: graph.schema.parse_expression(PRINCIPAL, JOB, "Oops("),
        {Operation.PARSE_EXPRESSION: reply(200, answer)},
        judges_answers=False,
    )
    assert not parsed.parsing_succeeded
    assert parsed.error is not None
    assert (parsed.error.code, parsed.error.message) == ("ParsingFailed", "Unexpected \ufffdtoken")


STEPS = [
    {
        "name": "EntryImport",
        "type": "Import",
        "status": "Success",
        "description": "Retrieved User",
        "details": {"accountEnabled": "True", "count": 3},
    },
    {
        "name": "EntrySynchronizationSkip",
        "type": "Export",
        "status": "Skipped",
        "details": {"SkipReason": "RedundantExport"},
    },
]
VALUE = {
    "action": "Other",
    "changeId": "g8",
    "modifiedProperties": [{"displayName": "title", "oldValue": None, "newValue": "Lead"}],
    "provisioningSteps": STEPS,
    "statusInfo": {"status": "Skipped", "errorCode": None, "reason": None},
    "sourceIdentity": {"id": USER, "type": "User", "displayName": None, "details": None},
    "targetIdentity": {"id": "w1", "type": "urn:User", "displayName": "Ana"},
}
KEY = {
    "result": "Skipped",
    "details": {"errorCode": "RedundantExport", "errorMessage": "Already the same."},
}


def run_on_demand(key: Any, value: Any, asked: Asked | None = None) -> OnDemandResult:
    body = {
        "key": key if isinstance(key, str) else json.dumps(key),
        "value": json.dumps(value),
    }
    return ask(
        lambda graph: graph.on_demand.person(PRINCIPAL, JOB, RULE, USER),
        {Operation.PROVISION_ON_DEMAND: reply(200, body)},
        asked=asked,
    )


def test_an_on_demand_run_tells_its_outcome_steps_and_values() -> None:
    asked = Asked()
    result = run_on_demand(KEY, VALUE, asked)
    assert asked.bodies() == [
        {
            "parameters": [
                {"ruleId": RULE, "subjects": [{"objectId": USER, "objectTypeName": "User"}]}
            ]
        }
    ]
    assert (result.outcome, result.code, result.words) == (
        "skipped",
        "RedundantExport",
        "Already the same.",
    )
    assert result.meaning is not None
    assert result.meaning.code != UNEXPLAINED
    entry = result.entry
    assert [(step.kind, step.status) for step in entry.steps] == [
        ("Import", "Success"),
        ("Export", "Skipped"),
    ]
    assert entry.steps[0].details == {"accountEnabled": "True", "count": "3"}
    assert [(change.display_name, change.new_value) for change in entry.changes] == [
        ("title", "Lead")
    ]
    assert entry.source_identity is not None
    assert (entry.source_identity.id, entry.source_identity.identity_type) == (USER, "User")
    assert asked.requests[0].extensions["timeout"]["read"] >= 120


TYPE_NAME = "Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo"


@pytest.mark.parametrize("value", [[VALUE], STEPS, {"provisioningSteps": STEPS}])
def test_a_run_whose_key_is_the_name_of_a_type_is_read_too(value: Any) -> None:
    result = run_on_demand(TYPE_NAME, value)
    assert (result.outcome, result.code) == ("skipped", "RedundantExport")
    assert len(result.entry.steps) == 2


@pytest.mark.parametrize("key", [["Success"], "Success", 1])
def test_a_run_whose_key_is_something_else_is_read_by_its_steps(key: Any) -> None:
    assert run_on_demand(json.dumps(key), VALUE).outcome == "skipped"


def test_a_changed_value_that_is_no_text_becomes_one() -> None:
    changes = [{"displayName": "active", "oldValue": True, "newValue": ["a"]}]
    result = run_on_demand(KEY, {**VALUE, "modifiedProperties": changes})
    assert [each.new_value for each in result.entry.changes] == ['["a"]']


def test_a_run_that_failed_tells_why() -> None:
    key = {"result": "Failure", "details": {"errorCode": "CiscoWebexEntryConflict"}}
    result = run_on_demand(key, {**VALUE, "provisioningSteps": []})
    assert result.outcome == "failure"
    assert result.meaning is not None
    assert "already has this person" in result.meaning.message
    status = {"status": "Failure", "errorCode": "InvalidDomain", "reason": "No."}
    result = run_on_demand(TYPE_NAME, {"statusInfo": status})
    assert (result.outcome, result.code) == ("failure", "InvalidDomain")


def test_a_run_that_failed_is_an_error_and_another_is_none() -> None:
    key = {"result": "Failure", "details": {"errorCode": "InvalidDomain", "errorMessage": "No."}}
    error = run_on_demand(key, VALUE).error
    assert error is not None
    assert (error.code, error.graph_code, error.words) == ("entra-entry", "InvalidDomain", "No.")
    assert "“No.”" in error.message
    assert error.hint
    assert run_on_demand(KEY, VALUE).error is None
    silent = run_on_demand({"result": "Failure"}, {}).error
    assert silent is not None
    assert silent.message


def test_the_rule_to_run_is_the_one_that_maps_the_object() -> None:
    mapping = {"sourceObjectName": "User", "enabled": True}
    rules = [{"id": "1", "objectMappings": [{"sourceObjectName": "Group"}]},
             {"id": "2", "objectMappings": [{**mapping, "enabled": False}]},
             {"id": "3", "objectMappings": [mapping]}]  # fmt: skip
    schema = SynchronizationSchema.model_validate({"synchronizationRules": rules})
    assert rule_for(schema) == "3"
    assert rule_for(schema, "Group") == "1"
    nothing = SynchronizationSchema.model_validate({"synchronizationRules": []})
    assert rule_for(nothing) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["result", "details", "provisioningSteps", "statusInfo", "name", "errorCode"]
            ),
            inner,
        )
    ),
    max_leaves=10,
)


@given(JSON, JSON)
def test_no_answer_makes_the_reader_of_results_stumble(key: Any, value: Any) -> None:
    for body in ({"key": json.dumps(key), "value": json.dumps(value)}, key):
        result = read_result(json.dumps(body).encode())
        assert result is None or result.outcome == result.outcome.lower()


FAILED = {
    **LOG_BODY,
    "id": "e2",
    "activityDateTime": "2026-11-23T04:00:00Z",
    "provisioningAction": "create",
    "provisioningStatusInfo": {
        "status": "failure",
        "errorInformation": {
            "errorCode": "SystemForCrossDomainIdentityManagementServiceIncompatible",
            "reason": "Bad\x1b answer",
            "errorCategory": "failure",
            "recommendedAction": None,
            "additionalDetails": None,
        },
    },
}


def test_the_log_is_asked_for_one_job_the_newest_first() -> None:
    asked = Asked()
    found = ask(
        lambda graph: graph.provisioning_log.entries(
            JOB, since=datetime(2026, 11, 22, 23, 59, 59, 999, tzinfo=UTC), most=2
        ),
        {Operation.LIST_PROVISIONING_LOG: listed(LOG_BODY, FAILED, LOG_BODY)},
        asked=asked,
    )
    assert asked.query() == {
        "$filter": f"jobId eq '{JOB}' and activityDateTime gt 2026-11-22T23:59:59Z",
        "$orderby": "activityDateTime desc",
        "$top": "2",
    }
    good, bad = found.items
    assert not found.is_complete
    assert (good.status, good.code, good.meaning) == ("success", "", None)
    assert bad.status == "failure"
    assert bad.meaning is not None
    assert bad.meaning.code == "not-understood"
    error = bad.status_information and bad.status_information.error_information
    assert error
    assert error.reason == "Bad\ufffd answer"


def test_an_entry_of_the_older_log_is_read_as_well() -> None:
    entry = LogEntry.model_validate(
        {
            "id": "e3",
            "action": "disable",
            "statusInfo": {"status": "failure", "errorCode": "InvalidDomain"},
            "sourceIdentity": None,
            "targetIdentity": {"id": "w1"},
            "provisioningSteps": None,
        }
    )
    assert (entry.action, entry.status, entry.code) == ("disable", "failure", "InvalidDomain")
    assert entry.about == "w1"


def test_of_each_person_the_newest_entry_counts() -> None:
    older = {**FAILED, "id": "e4"}
    other = {**LOG_BODY, "id": "e5", "sourceIdentity": {"id": "another"}}
    nobody = {"id": "e6"}
    entries = [LogEntry.model_validate(body) for body in (LOG_BODY, older, other, nobody, nobody)]
    assert [entry.id for entry in latest_of_each(entries)] == ["e1", "e5", "e6"]


def test_pages_of_the_log_are_followed() -> None:
    asked = Asked()
    link = "https://graph.microsoft.com/v1.0/auditLogs/provisioning?$skiptoken=1"
    pages = in_turn(listed(LOG_BODY, **{"@odata.nextLink": link}), listed(LOG_BODY))
    found = ask(
        lambda graph: graph.provisioning_log.entries(JOB),
        {Operation.LIST_PROVISIONING_LOG: pages},
        asked=asked,
    )
    assert (len(found.items), found.is_complete) == (2, True)


OF_SCIM = "RFC 7644 section 3.12"
OF_CONNECTORS = [each for row in ENTRIES if row.page != OF_SCIM for each in row.theirs.split()]


@pytest.mark.parametrize("code", OF_CONNECTORS)
def test_a_code_of_the_log_is_known_under_a_connectors_name_too(code: str) -> None:
    bare = code.removeprefix("*")
    for prefix in ("", "CiscoWebex", "SystemForCrossDomainIdentityManagement"):
        for name in (f"{prefix}{bare}", f"{prefix}{bare}".upper()):
            assert code in of_entry(name).theirs.split()
    assert of_entry(bare).message
    assert of_entry(bare).hint


@pytest.mark.parametrize(
    "code",
    # Microsoft's page on provisioning logs, and the skips.
    [
        "Conflict",
        "EntryConflict",
        "TooManyRequests",
        "InternalServerError",
        "InsufficientRights",
        "MethodNotAllowed",
        "NotPermitted",
        "Unauthorized",
        "UnprocessableEntity",
        "WebExceptionProtocolError",
        "InvalidAnchor",
        "NotImplemented",
        "MandatoryFieldsMissing",
        "MissingValues",
        "SchemaAttributeNotFound",
        "InternalError",
        "InvalidDomain",
        "Timeout",
        "LicenseLimitExceeded",
        "DuplicateTargetEntries",
        "DuplicateSourceEntries",
        "ImportSkipped",
        "EntrySynchronizationSkipped",
        "SchemaPropertyCanOnlyAcceptValue",
        "SystemForCrossDomainIdentityManagementServiceIncompatible",
        "SystemForCrossDomainIdentityManagementMultipleEntriesInResponse",
        "RedundantExport",
        "NotEffectivelyEntitled",
    ],
)
def test_every_documented_code_of_the_log_is_explained(code: str) -> None:
    assert of_entry(code).code != UNEXPLAINED


def test_a_code_nobody_explained_stays_readable() -> None:
    meaning = of_entry("SomethingQuiteNew")
    assert meaning.code == UNEXPLAINED
    assert "Something quite new" in meaning.message
    assert of_entry("").code == UNEXPLAINED


@pytest.mark.parametrize(("code", "asks"), [("QuarantinedOnDemand", True), ("NoSuchCode", False)])
def test_a_cause_that_asks_for_the_job_names_it_in_log_and_on_demand(code: str, asks: bool) -> None:
    failed = {"status": "failure", "errorInformation": {"errorCode": code}}
    entry = LogEntry.model_validate({"jobId": "Webex.1", "provisioningStatusInfo": failed})
    result = OnDemandResult(outcome="failure", code=code, entry=entry, job_id="Webex.1")
    assert result.error is not None
    for meaning in (entry.meaning, result.meaning, result.error):
        assert meaning is not None
        assert ("The job id is Webex.1." in meaning.hint) is asks


@pytest.mark.parametrize(
    "reason",
    [
        "EncounteredBaseEscrowThreshold",
        "EncounteredTotalEscrowThreshold",
        "EncounteredEscrowProportionThreshold",
        "EncounteredQuarantineException",
        "QuarantinedOnDemand",
        "QuarantineOnDemand",
        "TooManyDeletes",
        "IngestionInterrupted",
        "Unknown",
    ],
)
def test_every_reason_of_quarantine_is_explained(reason: str) -> None:
    meaning = of_quarantine(reason)
    assert any(meaning.message == row.message for row in QUARANTINES)
    assert meaning.hint


def test_the_error_of_a_quarantine_is_more_exact_than_its_reason() -> None:
    refused = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
    meaning = of_quarantine("EncounteredQuarantineException", refused)
    assert "token" in meaning.message
    assert "28 days" in meaning.hint
    assert of_quarantine("TooManyDeletes", refused).code == "too-many-deletes"
    assert of_quarantine("BrandNew").code == UNEXPLAINED
    assert "Brand new" in of_quarantine("BrandNew").message


def job_with(status: dict[str, Any]) -> Job:
    return Job.model_validate({"id": JOB, "status": status})


def test_a_job_tells_what_troubles_it() -> None:
    failure = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
    error = {"code": failure, "message": "Unauthorized", "tenantActionable": True}
    sick = job_with(
        {
            "code": "Quarantine",
            "quarantine": {"reason": "EncounteredQuarantineException", "error": error},
        }
    ).trouble
    assert sick is not None
    assert (sick.code, sick.graph_code) == ("entra-quarantine", failure)
    assert "Unauthorized" in sick.message
    failed = job_with({"code": "Active", "lastExecution": {"state": "Failed", "error": error}})
    assert failed.trouble is not None
    assert failed.trouble.code == "entra-cycle"
    assert job_with({"code": "Active", "lastExecution": {"state": "Succeeded"}}).trouble is None
    bare = job_with({"code": "Quarantine"}).trouble
    assert bare is not None
    assert "does not say why" in bare.message
