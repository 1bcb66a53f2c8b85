"""What Microsoft's service says, in the forms it really uses: the cause first, and nothing untrue.

`tests/data/cases` holds documents of the service, reduced, with invented persons.
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.graph import meanings
from wizard.graph.errors import CredentialsRefused
from wizard.graph.job import Job
from wizard.graph.meanings import UNEXPLAINED, of_cycle, of_entry, of_quarantine
from wizard.graph.on_demand import OnDemandResult, read_result
from wizard.graph.provisioning_log import LogEntry
from wizard.graph.refusals import refusal_of
from wizard.graph.upstream import next_try, upstream_answer
from wizard.net.transport import HttpAnswer
from wizard.reports.status import standing
from wizard.steps.cycle import counted, results_of
from wizard.steps.entra_verdict import side_by_side
from wizard.steps.job_health import health_of
from wizard.store.profiles import EntraFacts, Profile, TokenFacts
from wizard.words.cycles import DROPPED

CASES = Path(__file__).parents[1] / "data" / "cases"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
BOILERPLATE = (
    "Message: Processing of the HTTP request resulted in an exception. Please see the HTTP "
    "response returned by the 'Response' property of this exception for details."
)
INCOMPATIBLE = "SystemForCrossDomainIdentityManagementServiceIncompatible"


def case(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


def job(name: str) -> Job:
    return Job.model_validate({"id": "job-1", **case(name)})


def with_status(**status: Any) -> Job:
    return Job.model_validate({"id": "job-1", "status": {"code": "Active", **status}})


ENTRIES = [LogEntry.model_validate(each) for each in case("log-entries")["value"]]


def why(entry: LogEntry) -> str:
    return results_of((entry,)).rows[0][2]


def on_demand(name: str) -> OnDemandResult:
    result = read_result((CASES / f"{name}.json").read_bytes())
    assert result is not None
    return result


def refused(name: str, status: int) -> Any:
    body = json.dumps(case(name)).encode()
    return refusal_of(HttpAnswer(status, {}, body, 5, "H1", "application/json"))


def standing_with(found: Job, now: datetime = NOW) -> Any:
    token = TokenFacts(
        organization_id="o", obtained_at=NOW, expires_at=NOW.replace(year=2027), email="a@x.test"
    )
    facts = EntraFacts(job_id=found.id, health=health_of(found, now))
    profile = Profile.new("acme", NOW).model_copy(update={"token": token, "entra": facts})
    return standing(profile, NOW)


# A job that has just been started, and one that runs.


def test_a_job_seconds_after_its_start_has_no_cycle_yet_and_nothing_is_wrong() -> None:
    found = job("job-just-started")
    assert (found.trouble, found.meaning, found.status.last_execution) == (None, None, None)
    assert found.is_on
    assert not found.is_quarantined
    shown = standing_with(found)
    assert shown.healthy
    assert shown.job["state"] == "first cycle"
    assert shown.job["last_cycle"] is None


@pytest.mark.parametrize(
    ("schedule", "is_on"), [(None, True), ("", True), ("Active", True), ("Disabled", False)]
)
def test_a_job_that_waits_for_its_first_cycle_is_on_unless_its_schedule_says_otherwise(
    schedule: str | None, is_on: bool
) -> None:
    told = None if schedule is None else {"state": schedule}
    found = Job.model_validate({"id": "job-1", "schedule": told, "status": {"code": "NotRun"}})
    assert found.is_on is is_on
    assert ("off" in standing_with(found).sentence) is not is_on


@pytest.mark.parametrize("code", ["None", "none", "", None])
@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00", "", None])
def test_code_none_and_year_one_are_no_error_and_no_cycle(code: str | None, at: str | None) -> None:
    error = {"code": code, "message": "", "tenantActionable": False}
    never = {"state": "Failed", "timeBegan": at, "timeEnded": at, "error": error}
    found = with_status(lastExecution=never, quarantine={"reason": "", "error": error})
    assert found.trouble is None
    assert found.status.last_execution is None
    assert not found.is_quarantined
    ended = {**never, "state": "Succeeded", "timeEnded": "2026-11-27T00:00:00Z"}
    assert with_status(lastExecution=ended).trouble is None


def test_a_quarantine_of_which_nothing_is_told_is_none_while_the_job_is_active() -> None:
    never = "0001-01-01T00:00:00Z"
    error = {"code": "None", "message": ""}
    empty = {"currentBegan": never, "nextAttempt": never, "seriesCount": 0, "error": error}
    for reason_given in ("Unknown", "None", "", None):
        found = with_status(quarantine={**empty, "reason": reason_given})
        assert (found.is_quarantined, found.trouble) == (False, None), reason_given
    assert with_status(quarantine={**empty, "reason": "TooManyDeletes"}).is_quarantined
    assert with_status(quarantine={**empty, "reason": "Unknown", "seriesCount": 1}).is_quarantined
    assert with_status(code="Quarantine", quarantine={**empty, "reason": "Unknown"}).trouble


def test_the_words_for_how_a_job_is_doing_count_in_any_case() -> None:
    assert with_status(code="active").is_on
    assert with_status(code="quarantine").is_quarantined
    paused = {"id": "job-1", "schedule": {"state": "paused"}, "status": {"code": "ACTIVE"}}
    assert not Job.model_validate(paused).is_on


def test_a_cycle_that_failed_without_a_word_is_said_to_have_failed() -> None:
    ended = {"state": "Failed", "timeEnded": "2026-11-27T00:00:00Z", "error": {"code": "None"}}
    assert with_status(lastExecution=ended).trouble is not None


def test_entries_with_errors_are_counted_and_do_not_make_a_healthy_job_sick() -> None:
    found = job("job-active-15-escrows")
    assert found.escrowed == 15
    assert found.last_success is not None
    shown = standing_with(found, found.last_success)
    assert shown.healthy
    assert "runs" in shown.sentence
    assert "15 entries had errors and are retried" in shown.sentence
    assert shown.to_json()["job"]["escrowed"] == 15


@pytest.mark.parametrize("code", ["Active", "Paused", "Quarantine"])
def test_errors_of_the_first_cycle_that_entra_dropped_are_told_and_need_somebody(code: str) -> None:
    assert not standing_with(with_status(code=code)).job["dropped"]
    shown = standing_with(with_status(code=code, escrowsPruned=True))
    assert shown.job["dropped"]
    assert not shown.healthy
    assert DROPPED in shown.attention


# Quarantine: the hint follows the cause.


@pytest.mark.parametrize(
    ("reason", "is_named"),
    [
        ("QuarantinedOnDemand", True),
        ("Unknown", True),
        ("SomethingNew", True),
        ("TooManyDeletes", False),
        ("IngestionInterrupted", False),
    ],
)
def test_the_id_of_the_job_is_named_where_support_asks_for_it(reason: str, is_named: bool) -> None:
    found = with_status(code="Quarantine", quarantine={"reason": reason})
    assert found.trouble is not None
    assert ("The job id is job-1." in found.trouble.hint) is is_named


def test_the_next_try_is_that_of_the_quarantine_or_else_of_its_words() -> None:
    held = {"reason": "Unknown", "nextAttempt": "2026-11-28T06:00:00Z"}
    shown = standing_with(with_status(code="Quarantine", quarantine=held))
    assert shown.sentence.count("Entra's next try: 2026-11-28 06:00 UTC") == 1
    error = {"code": INCOMPATIBLE, "message": reason("{}" + LATER)}
    told = {"reason": "Unknown", "error": error}
    found = with_status(code="Quarantine", quarantine=told)
    assert found.next_try == datetime(2026, 3, 24, 13, 23, 44, 919851, tzinfo=UTC)
    assert with_status(quarantine={**told, **held}).next_try != found.next_try
    assert with_status().next_try is None


def test_an_entry_that_is_tried_again_says_when() -> None:
    (later,) = (each for each in ENTRIES if "retried again after" in each.words)
    assert why(later).endswith("Entra's next try: 2026-03-24 13:23 UTC.")


def test_a_quarantine_whose_text_says_404_points_to_the_tenant_url() -> None:
    trouble = job("job-quarantine-404").trouble
    assert trouble is not None
    assert "Tenant URL" in trouble.hint
    assert "new token" not in trouble.hint
    assert "404" in trouble.message


def test_a_quarantine_without_a_reason_is_told_by_the_end_of_its_errors_code() -> None:
    found = job("job-quarantine-empty-code")
    assert found.is_quarantined
    assert found.trouble is not None
    assert "credentials" in found.trouble.message
    assert "new token" in found.trouble.hint


CAUSES = [
    ("AcmeServiceIncompatible", "StatusCode: Gone\r\nWeb Response: \r\n", "refused", "Tenant URL"),
    ("", "It ended with status code 408.", "in time", "it is over"),
    ("", "Response status code does not indicate success: 401 (Unauthorized).", "token", "token"),
    ("", "The remote server returned an error: (403) Forbidden.", "allow", "role"),
    ("", "HTTP/404 Not Found was returned", "Tenant URL", "Tenant URL"),
    ("SystemForCrossDomainIdentityManagementInvalidCredentials", "HTTP/404", "", "Tenant URL"),
    ("", "StatusCode: TooManyRequests", "slow down", "it is over"),
    (
        "AcmeServiceIncompatible",
        "StatusCode: 503\r\nWeb Response: \r\n",
        "of its own",
        "it is over",
    ),
    ("", "The remote name could not be resolved: 'api.example'", "host", "Tenant URL"),
    ("", "The SSL connection could not be established", "TLS", "proxy"),
    ("", "The operation has timed out.", "in time", "it is over"),
    ("", "An error occurred while sending the request.", "connect", "Tenant URL"),
    ("", "Please provide a valid tenant URL for your application.", "Tenant URL", "Tenant URL"),
    ("AcmeInvalidCredentials", "", "credentials", "token"),
    ("AcmeCredentialValidationFailure", "", "token", "token"),
    ("Acme", "the credentials provided are invalid.", "credentials", "token"),
    ("", "Supported CredentialLocationInRequest is required", "OAuth", "gallery"),
    ("AcmeInternalError", "", "Entra's", "it is over"),
]


@pytest.mark.parametrize(("code", "words", "said", "advice"), CAUSES)
@pytest.mark.parametrize("reason", ["EncounteredQuarantineException", "Unknown", "", "None"])
def test_the_hint_of_a_quarantine_follows_its_cause(
    code: str, words: str, said: str, advice: str, reason: str
) -> None:
    found = of_quarantine(reason, code, words)
    assert said in found.message
    assert advice in found.hint
    assert not ("by itself" in found.hint and "start provisioning" in found.hint)
    cycle = of_cycle(code, words)
    assert cycle.message == found.message


def test_a_quarantine_of_unknown_cause_sends_nobody_for_a_new_token() -> None:
    found = of_quarantine("EncounteredQuarantineException")
    assert "new token" not in found.hint
    assert "Test the connection" in found.hint


@pytest.mark.parametrize(
    ("reason", "code", "words", "told"),
    [
        ("UnlicensedTenant", "", "", "unlicensed"),
        ("EncounteredQuarantineException", "UnlicensedTenant", "", "unlicensed"),
        ("Unknown", "AcmeUnlicensed", "It needs a premium license.", "unlicensed"),
        ("SomethingElse", "BoxInvalidCredentials", "", "entra-credentials"),
        ("BrandNew", "", "StatusCode: Unauthorized", "entra-token-refused"),
        ("EncounteredQuarantineException", "BrandNewTrouble", "", UNEXPLAINED),
        ("BrandNew", "AnotherNew", "", UNEXPLAINED),
        ("TooManyDeletes", "BoxInvalidCredentials", "", "too-many-deletes"),
    ],
)
def test_what_is_known_of_a_quarantine_is_told_and_what_is_not_is_not_guessed(
    reason: str, code: str, words: str, told: str
) -> None:
    found = of_quarantine(reason, code, words)
    assert found.code == told
    if told in {UNEXPLAINED, "unlicensed"}:
        assert "sign in to Webex" not in found.message
    if told == UNEXPLAINED:
        assert "new" in found.message


@pytest.mark.parametrize(
    ("status", "detail", "code"),
    [
        ("BadRequest", "No licenses left", "licences"),
        ("BadRequest", "There are not enough licenses available.", "licences"),
        ("Forbidden", "License limit reached.", "licences"),
        ("BadRequest", "The domain is claimed by another organization", "domain"),
        ("BadRequest", "Domain not verified: contoso.com", "domain"),
        ("BadRequest", "name.familyName is too long", "payload"),
        ("Conflict", "Group name already exists", "conflict"),
    ],
)
def test_a_cause_that_stands_in_words_alone_is_told(status: str, detail: str, code: str) -> None:
    for family in (INCOMPATIBLE, "BadRequest", ""):
        found = of_entry(family, reason(json.dumps({"detail": detail}), status=status))
        assert found.code == code
        if "Group" in detail:
            assert "a group of this name" in found.message


@pytest.mark.parametrize("outcome", ["failure", "skipped"])
def test_a_failure_or_skip_without_code_and_words_says_that_nobody_says_why(outcome: str) -> None:
    entry = LogEntry.model_validate({"provisioningStatusInfo": {"status": outcome}})
    assert entry.meaning is not None
    assert "does not say why" in entry.meaning.message
    fine = LogEntry.model_validate({"provisioningStatusInfo": {"status": "success"}})
    assert fine.meaning is None


def test_microsofts_own_address_and_the_id_of_the_job_stand_where_the_text_points_to_them() -> None:
    held = {"reason": "QuarantineOnDemand"}
    address = "https://support.example/why"
    found = with_status(quarantine=held, troubleshootingUrl=address).trouble
    assert found is not None
    assert "on hold" in found.message
    assert "job-1" in found.hint
    assert address in found.hint
    hostile = with_status(quarantine=held, troubleshootingUrl="javascript:alert(1)").trouble
    assert hostile is not None
    assert "javascript" not in hostile.hint


# The log: what Webex answered is shown first, and decides.


def test_what_webex_answered_comes_first_and_whole() -> None:
    unclaimed, operation, *_ = map(why, ENTRIES)
    assert unclaimed.startswith("Webex answered “409 uniqueness: unclaimed user already exists")
    assert "instead of provisioning them" in unclaimed
    assert "laim" in unclaimed.partition("”")[2]
    assert "Processing of the HTTP request" not in unclaimed
    assert operation.startswith('Webex answered “400: Operations.op: "add" is not a valid choice')
    assert "value must be a boolean or object" in operation
    assert "Tenant URL" not in operation


@pytest.mark.parametrize(
    ("at", "said", "never"),
    [
        (2, ("switched off", "Active"), ("Assign", "assigned to", "filter")),
        (3, ("Filter", "department EQUALS 'Marketing'"), ("assigned", "switched off")),
        (4, ("matching attribute is empty", "in scope"), ("Look at the scope",)),
        (5, ("connection", "nothing to do", "again"), ("mapping",)),
        (6, ("through Graph", "keeps the links"), ()),
    ],
)
def test_an_entry_says_its_own_cause(
    at: int, said: tuple[str, ...], never: tuple[str, ...]
) -> None:
    told = why(ENTRIES[at])
    assert all(word in told for word in said), told
    assert not any(word in told for word in never), told


def test_a_skip_is_counted_as_a_skip() -> None:
    assert counted(tuple(ENTRIES)) == "4 failed, 3 skipped"


CHECKS = {
    "not-active": ("IsActive", "Active in the source system"),
    "not-assigned": ("Assigned", "Assigned to the application"),
    "no-role": (
        "IsEffectivelyEntitledForProvisioning",
        "User has the required role",
        "Group has the required role",
    ),
    "filtered-out": (
        "IsInProvisioningScope",
        "IsInProvisioningScopeDisplayName",
        "Scoping filter evaluation passed",
    ),
}


def skipped(details: dict[str, Any], description: str = "") -> LogEntry:
    step = {"name": "EntrySynchronizationSkip", "details": details, "description": description}
    return LogEntry.model_validate(
        {"provisioningStatusInfo": {"status": "skipped"}, "provisioningSteps": [step]}
    )


@pytest.mark.parametrize(("code", "name"), [(c, n) for c, names in CHECKS.items() for n in names])
@pytest.mark.parametrize("no", ["False", "false", False])
def test_each_check_is_told_by_name_in_either_spelling(code: str, name: str, no: Any) -> None:
    passed = {each[0]: "True" for other, each in CHECKS.items() if other != code}
    found = skipped({"SkipReason": "NotEffectivelyEntitled", **passed, name: no}).meaning
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("1) This object is not active in the source system.", "not-active"),
        ("1) This object is not assigned to the application. If you did not expect the object to "
         "be skipped, assign it or change your scoping filter.", "not-assigned"),
        ("2) This object does not have required entitlement for provisioning.", "no-role"),
        ("This object does not pass the scoping filter.", "filtered-out"),
    ],
)  # fmt: skip
def test_a_check_is_read_from_sentences_where_no_details_tell_it(sentence: str, code: str) -> None:
    found = skipped({"SkipReason": "NotEffectivelyEntitled"}, sentence).meaning
    assert found is not None
    assert found.code == code


def test_who_is_the_same_on_both_sides_is_told_so_whatever_check_is_not_passed() -> None:
    """A disabled account that is switched off in Webex already is skipped for being the same."""
    details = {"SkipReason": "RedundantExport", "IsActive": "False", "Assigned": "False"}
    found = skipped(details).meaning
    assert found is not None
    assert found.code == "unchanged"


def test_several_checks_are_all_told() -> None:
    details = {"SkipReason": "NotEffectivelyEntitled", "IsActive": "False", "Assigned": "False"}
    found = skipped(details).meaning
    assert found is not None
    assert "Active" in found.message
    assert "Assigned" in found.message


def test_only_clauses_that_were_not_met_are_named_however_long_the_list() -> None:
    clauses = {f"Filter {n}.city EQUALS '{n}'": n % 2 == 0 for n in range(4)}
    details = {"IsInProvisioningScope": "False", "ScopeEvaluationResult": json.dumps(clauses)}
    found = skipped({"SkipReason": "NotEffectivelyEntitled", **details}).meaning
    assert found is not None
    assert "EQUALS '1'" in found.message
    assert "EQUALS '3'" in found.message
    assert "EQUALS '0'" not in found.message
    cut = json.dumps(clauses)[:-3]
    assert skipped({"ScopeEvaluationResult": cut}).unmet_clauses == ("Filter 1.city EQUALS '1'",)


def test_a_skip_that_tells_no_check_names_all_of_them_and_guesses_none() -> None:
    found = skipped({"SkipReason": "NotEffectivelyEntitled"}).meaning
    assert found is not None
    assert all(word in found.message for word in ("switched off", "assigned", "role", "filter"))


# On demand: the same matcher.


def test_a_conflict_on_demand_has_its_detail_whole() -> None:
    result = on_demand("on-demand-conflict")
    assert result.error is not None
    assert "Please claim user instead of provisioning them" in result.error.message
    assert result.error.message.startswith("Webex answered")
    assert result.meaning is not None
    assert result.meaning.code == "unclaimed"


def test_a_disabled_account_on_demand_is_a_skip_for_being_switched_off() -> None:
    result = on_demand("on-demand-skipped-disabled")
    assert result.outcome == "skipped"
    assert result.meaning is not None
    assert result.meaning.code == "not-active"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_entry_means_the_same_in_the_log_and_on_demand(entry: LogEntry) -> None:
    steps = [each.model_dump() for each in entry.steps]
    key = {
        "result": entry.status.title(),
        "details": {"errorCode": entry.code, "errorMessage": entry.words},
    }
    body = {"key": json.dumps(key), "value": json.dumps({"provisioningSteps": steps})}
    result = read_result(json.dumps(body).encode())
    assert result is not None
    assert result.meaning == entry.meaning


# Refusals of Graph.


def test_a_wrong_template_is_not_taken_for_a_wrong_tenant_url() -> None:
    refusal = refused("validate-credential-location", 400)
    assert refusal.code == "entra-wrong-template"
    told, hint = side_by_side(CredentialsRefused(**vars(refusal), upstream=None), None)
    assert "OAuth" in told
    assert "gallery" in hint
    assert "Tenant URL" not in hint


def test_an_answer_without_words_is_laid_beside_ours_without_json() -> None:
    body = json.dumps({"schemas": ["x"], "status": "404"})
    answer = upstream_answer(reason(body, status="NotFound"))
    refusal = CredentialsRefused("m", "h", upstream=answer)
    assert side_by_side(refusal, None)[0].startswith(
        "Entra tried the token, and Webex answered NotFound: nothing more."
    )
    answer = upstream_answer(reason(json.dumps(UNCLAIMED)))
    refusal = CredentialsRefused("m", "h", upstream=answer)
    assert "Conflict: uniqueness unclaimed user" in side_by_side(refusal, None)[0]


def test_a_secret_that_is_too_long_is_told_without_json() -> None:
    refusal = refused("secret-size", 400)
    assert refusal.code == "graph-secret-too-long"
    assert "Size of input ExternalSecret data is invalid." in refusal.message
    assert "{" not in refusal.message
    assert "1 KB" in refusal.hint


def test_a_licence_check_that_could_not_be_made_is_not_a_missing_licence() -> None:
    refusal = refused("log-403-license-check", 403)
    assert refusal.code == "graph-directory-unread"
    assert "get the licence" not in refusal.hint


# "Web Response:" in every shape.

UNCLAIMED = {
    "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
    "detail": "unclaimed user already exists for that email address.",
    "status": 409,
    "scimType": "uniqueness",
}
LATER = (
    ". This operation was retried 1 times. It will be retried again after this date: "
    "2026-03-24T13:23:44.9198514Z UTC"
)


def reason(body: str, *, label: str = "Web Response: \r\n", status: str = "Conflict") -> str:
    return f"StatusCode: {status}\r\n{BOILERPLATE}\r\n{label}{body}"


@pytest.mark.parametrize("label", ["Web Response: \r\n", "Web Response:", "WebResponse: \n", "web response :"])  # noqa: E501  # fmt: skip
@pytest.mark.parametrize("escapes", [0, 1, 2])
@pytest.mark.parametrize("tail", ["", LATER])
def test_the_answer_is_found_however_it_is_labelled_and_escaped(
    label: str, escapes: int, tail: str
) -> None:
    text = reason(json.dumps(UNCLAIMED) + tail, label=label)
    for _ in range(escapes):
        text = json.dumps(text)
    answer = upstream_answer(text)
    assert answer is not None
    assert (answer.status, answer.scim_type, answer.detail) == (
        409,
        "uniqueness",
        "unclaimed user already exists for that email address.",
    )
    assert (next_try(text) is not None) == bool(tail)
    assert "retried" not in answer.in_words


SHAPES = [
    ({"status": "400", "detail": "d"}, 400, "", "d"),
    ({"detail": {"Operations": {"op": ["x"]}}}, 409, "", "Operations.op: x"),
    ({"detail": ["a", "b"]}, 409, "", "a; b"),
    ({"message": "m", "errors": [{"description": "d"}], "trackingId": "R1"}, 409, "", "m; d"),
    ({"error": {"key": "401", "message": [{"code": "701018", "description": "d"}]}}, 401, "", "d"),
    ({"Errors": [{"code": "404", "description": "gone"}]}, 404, "", "gone"),
    ({"Errors": {"description": "incomplete_filter"}}, 409, "", "incomplete_filter"),
    ({"odata.error": {"code": "C", "message": {"lang": "en", "value": "v"}}}, 409, "", "v"),
    ({"userName": ["must be unique"]}, 409, "", "userName: must be unique"),
    ({"detail": '{"message": "inside"}', "status": 403}, 403, "", "inside"),
    ({"status": 400, "scimType": "noTarget"}, 400, "noTarget", ""),
]


@pytest.mark.parametrize(("body", "status", "kind", "detail"), SHAPES)
def test_every_shape_of_an_error_is_read(
    body: dict[str, Any], status: int, kind: str, detail: str
) -> None:
    for text in (reason(json.dumps(body)), reason(json.dumps(body, indent=1))):
        answer = upstream_answer(text)
        assert answer is not None
        assert (answer.status, answer.scim_type, answer.detail) == (status, kind, detail)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<html><head><style>p{}</style></head><body>Not here</body></html>", "404: Not here"),
        ("not found, sorry", "404: not found, sorry"),
        ("", "404"),
        ("{}", "404"),
    ],
)
def test_an_answer_that_is_no_json_is_read_as_well(body: str, shown: str) -> None:
    answer = upstream_answer(reason(body, status="NotFound"))
    assert answer is not None
    assert answer.in_words == shown


@given(st.integers(0, len(json.dumps(UNCLAIMED))))
def test_json_that_was_cut_off_still_tells_what_is_left_of_it(cut: int) -> None:
    whole = json.dumps(UNCLAIMED)
    answer = upstream_answer(reason(whole[:cut]))
    assert answer is not None
    assert answer.status == 409
    assert answer.scim_type in {"", "uniqueness"}
    kept = answer.detail.removesuffix("…")
    assert UNCLAIMED["detail"].startswith(kept) or not kept  # type: ignore[attr-defined]
    if cut >= whole.index("unclaimed") + len("unclaimed"):
        assert of_entry(INCOMPATIBLE, reason(whole[:cut])).code == "unclaimed"


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(
        lambda text: text.strip() and "{" not in text and "[" not in text
    ),
    st.sampled_from([400, 401, 403, 404, 409, 412, 429, 500, 503]),
    st.booleans(),
)
def test_status_and_detail_come_through_whatever_they_are(
    detail: str, status: int, is_text: bool
) -> None:
    body = {"detail": detail, "status": str(status) if is_text else status}
    answer = upstream_answer(reason(json.dumps(body)))
    assert answer is not None
    assert answer.status == status
    assert answer.detail or not detail.isprintable()


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_makes_the_reader_stumble(before: str, after: str) -> None:
    for text in (before, f"{before}Web Response: {after}", f'{before}Web Response: {{"a":{after}'):
        answer = upstream_answer(text)
        assert answer is None or "\n" not in answer.in_words


@pytest.mark.parametrize("number", [300, 304, 400, 404, 429, 500, 503])
@pytest.mark.parametrize(
    "words",
    [
        "More than {} (Users) would be deleted.",
        "{} (Groups) have not been found.",
        "The limit ({}) Users was reached.",
        "Deleted ({}) Not counted groups.",
        "The cycle ended in error: ({}) Users failed.",
        "Exported with success: {} users.",
        "{} (Accepted)",
    ],
)
def test_a_number_of_people_or_groups_is_no_answer_of_webex(words: str, number: int) -> None:
    assert upstream_answer(words.format(number)) is None


def test_a_quarantine_for_many_deletions_keeps_its_cause_beside_a_number() -> None:
    told = of_quarantine("Unknown", "TooManyDeletes", "More than 500 (Users) would be deleted.")
    assert told == of_quarantine("Unknown", "TooManyDeletes")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("401 (Unauthorized)", 401),
        ("Webex said 500 (Internal Server Error) to 404 (Users).", 500),
        ("More than 500 (Users) failed: 429 (Too Many Requests)", 429),
        ("The remote server returned an error: (403) Forbidden.", 403),
        ("Not done: (404) Not Found while asking.", 404),
        ("Response status code does not indicate success: 503 (Sorry).", 503),
        ("HTTP 418 was returned", 418),
        ("It ended with status code 409.", 409),
    ],
)
def test_a_status_beside_its_reason_phrase_is_an_answer(words: str, status: int) -> None:
    answer = upstream_answer(words)
    assert answer is not None
    assert answer.status == status


def test_ordinary_words_hold_no_answer() -> None:
    for words in ("", "The person has 404 rooms.", "The value [x] is missing.", "{0} is wrong"):
        assert upstream_answer(words) is None


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("Conflict", {"detail": "taken", "scimType": "uniqueness"}, "conflict"),
        ("Conflict", {}, "conflict"),
        ("BadRequest", {"scimType": "mutability", "detail": "userName"}, "fixed-value"),
        ("BadRequest", {"scimType": "noTarget"}, "no-target"),
        ("BadRequest", {"scimType": "invalidFilter"}, "matching-attribute"),
        ("BadRequest", {"detail": "phone"}, "payload"),
        ("Unauthorized", {}, "unauthorized"),
        ("Forbidden", {}, "rights"),
        ("NotFound", {}, "gone"),
        ("429", {}, "busy"),
        ("InternalServerError", {}, "webex-trouble"),
        ("GatewayTimeout", {}, "timeout"),
        ("PreconditionFailed", {"detail": "etag"}, "refused"),
        ("RequestEntityTooLarge", {}, "refused"),
        ("UnsupportedMediaType", {}, "refused"),
        ("Locked", {"detail": "moving"}, "refused"),
    ],
)
@pytest.mark.parametrize("family", [INCOMPATIBLE, f"{INCOMPATIBLE}Filtering", "AcmeBadRequest"])
def test_what_webex_answered_decides_whatever_the_family_of_the_code(
    status: str, body: dict[str, str], code: str, family: str
) -> None:
    assert of_entry(family, reason(json.dumps(body), status=status)).code == code


@pytest.mark.parametrize("status", ["RequestEntityTooLarge", "429", "BadGateway", "Forbidden"])
def test_an_answer_without_words_is_told_by_its_status_and_without_boilerplate(status: str) -> None:
    for body in ("", "{}", " \r\n", LATER):
        shown = meanings.told(reason(body, status=status))
        assert re.fullmatch(r"Webex answered “\d{3}”, and nothing more\.", shown), shown
    assert meanings.told("It failed: 429 (Too Many Requests)").startswith(
        "Microsoft says: “It failed"
    )


def test_a_refusal_by_webex_says_that_its_words_may_name_another_reason_than_the_role() -> None:
    body = json.dumps({"detail": "The domain is not claimed.", "status": 403})
    found = of_entry(INCOMPATIBLE, reason(body, status="Forbidden"))
    assert "name no other reason" in found.hint
    assert "may have lost" not in found.message


# Groups.


@pytest.mark.parametrize(
    ("code", "details", "said"),
    [
        (f"{INCOMPATIBLE}", {}, "already has a group of this name"),
        ("AcmeEntryConflict", {}, "already has a group of this name"),
        ("NotEffectivelyEntitled", {}, "skipped the group"),
        ("NotEffectivelyEntitled", {"Assigned": "False"}, "The group is not assigned"),
        ("NotEffectivelyEntitled", {"IsActive": "False"}, "The group is not active"),
        ("NotEffectivelyEntitled", {"Group has the required role": "False"}, "The group has no"),
        ("NotEffectivelyEntitled", {"IsInProvisioningScope": "False"}, "The group does not pass"),
        *((code, {}, "") for code in ("InvalidAnchor", "ImportSkipped", "MandatoryFieldsMissing")),
        *((code, {}, "") for code in ("DuplicateTargetEntries", "EntrySynchronizationSkipped")),
    ],
)
@pytest.mark.parametrize("kind", ["Group", "urn:ietf:params:scim:schemas:core:2.0:Group"])
def test_what_is_said_of_a_group_speaks_of_no_person(
    code: str, details: dict[str, str], said: str, kind: str
) -> None:
    taken = reason(json.dumps(UNCLAIMED | {"detail": "taken"})) if code == INCOMPATIBLE else ""
    status = "skipped" if details else "failure"
    entry = LogEntry.model_validate(
        {
            "sourceIdentity": {"id": "g", "displayName": "Sales", "identityType": kind},
            "provisioningStatusInfo": {
                "status": status,
                "errorInformation": {"errorCode": code, "reason": taken},
            },
            "provisioningSteps": [{"name": "x", "details": details}],
        }
    )
    assert entry.meaning is not None
    text = f"{entry.meaning.message} {entry.meaning.hint}"
    assert said in text
    assert not re.search(r"(?i)\b(person|people|account)\b", text), text


def test_a_code_that_has_one_cause_keeps_it_beside_an_answer() -> None:
    assert of_entry("InvalidAnchor", reason("{}", status="NotFound")).code == "anchor"
    assert of_entry("DuplicateTargetEntries", reason("{}", status="OK")).code == "not-unique-there"


def test_an_exact_code_is_believed_more_than_a_word_of_it() -> None:
    told = of_cycle("SchemaAttributeNotFound", "The attribute userCertificate does not exist.")
    assert told == of_cycle("SchemaAttributeNotFound")
    told = of_cycle("InvalidDomain", "The sessionTimeout of the domain is not valid.")
    assert told == of_cycle("InvalidDomain")
