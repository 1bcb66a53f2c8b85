"""Every way in which Graph is known to say no, and what becomes of the unknown ones."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.graph.catalogue import REFUSALS
from wizard.graph.refusals import refusal_of
from wizard.net.transport import HttpAnswer
from wizard.words.text import in_words


def answered(
    status: int, body: Any, content_type: str = "application/json", **headers: str
) -> HttpAnswer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HttpAnswer(status, named, content, 5, "H1", content_type)


def error(code: str, message: str = "", **inner: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "innerError": inner}}


CASES = [
    (401, error("InvalidAuthenticationToken", "Lifetime validation failed."), "graph-sign-in"),
    (
        401,
        error(
            "InvalidAuthenticationToken",
            "Continuous access evaluation resulted in challenge with result: InteractionRequired",
        ),
        "graph-step-up",
    ),
    (401, error("UnknownError"), "graph-not-allowed-or-not-ready"),
    (401, error("UnknownError", "Unknown Error"), "graph-not-allowed-or-not-ready"),
    (401, error("UnknownError", "unknown error"), "graph-not-allowed-or-not-ready"),
    (
        403,
        error("UnknownError", '{"errorCode":"PermissionScopeNotGranted","message":"Missing."}'),
        "graph-scope-missing",
    ),
    (
        401,
        error("UnknownError", '{"errorCode":"PermissionScopeNotGranted"}'),
        "graph-scope-missing",
    ),
    (
        403,
        error("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
        "graph-role-missing",
    ),
    (403, error("Forbidden", "No."), "graph-forbidden"),
    (404, error("Request_ResourceNotFound", "Resource 'x' does not exist"), "graph-not-found"),
    (404, error("Directory_ObjectNotFound", "Unable to read."), "graph-not-found"),
    (404, error("Whatever"), "graph-not-found"),
    (
        404,
        error(
            "UnknownError",
            '{"Message":"No HTTP resource was found that matches the request URI '
            "'https://syncfabric.example/...'.\"}",
        ),
        "graph-wrong-verb",
    ),
    (409, error("Request_MultipleObjectsWithSameKeyValue", "Another object."), "graph-exists"),
    (409, error("Conflict", "Concurrent update."), "graph-conflict"),
    (400, error("Request_UnsupportedQuery", "Request with $search."), "graph-query"),
    (
        400,
        error("Request_BadRequest", "Not a valid reference update."),
        "graph-not-ready",
    ),
    (
        400,
        error("Request_BadRequest", "Permission being assigned already exists on the object"),
        "graph-exists",
    ),
    (
        400,
        error("Request_BadRequest", "Permission being assigned was not found on application 'x'."),
        "graph-role-unknown",
    ),
    (
        403,
        error(
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            "Neither tenant is B2C or tenant doesn't have premium license",
        ),
        "graph-license-missing",
    ),
    (
        403,
        error(
            "Authentication_ApplicationHasNoDirectoryReadAccess",
            "Failed to do premium license check from ADGraph",
        ),
        "graph-directory-unread",
    ),
    (403, error("Forbidden", "Premium license check failed."), "graph-directory-unread"),
    (
        403,
        error(
            "Authentication_MSGraphPermissionMissing",
            "Calling principal does not have required MSGraph permissions AuditLog.Read.All",
        ),
        "graph-scope-missing",
    ),
    (403, error("Forbidden", "Required scopes are missing in the token."), "graph-scope-missing"),
    (403, error("Directory_QuotaExceeded", "The quota limit is exceeded."), "graph-quota"),
    (400, error("Request_BadRequest", "The object quota limit is exceeded."), "graph-quota"),
    (
        403,
        error("Authorization_RequestDenied", "Group assignment requires premium license."),
        "graph-license-missing",
    ),
    (403, error("Forbidden", "The tenant is not licensed for this."), "graph-license-missing"),
    (403, error("Forbidden", "This needs a premium license."), "graph-license-missing"),
    (
        400,
        error("BadRequest", "Size of input ExternalSecret data is invalid."),
        "graph-secret-too-long",
    ),
    (429, error("TooManyRequests", "Slow."), "graph-throttled"),
    (429, error("UnknownError"), "graph-throttled"),
    (503, error("ServiceUnavailable"), "graph-unavailable"),
    (500, b"", "graph-unavailable"),
    (302, b"", "graph-redirected"),
    (418, error("Teapot", "Short and stout."), "graph-refused"),
    (400, error("UnknownError", "unknown error"), "graph-wrong-id"),
    (
        400,
        error("CredentialValidationUnavailable", "An error occurred while sending the request."),
        "entra-unreachable",
    ),
    (
        400,
        error(
            "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable",
            "We received this unexpected response",
        ),
        "entra-unreachable",
    ),
    (
        400,
        error("SystemForCrossDomainIdentityManagementCredentialValidationFailure", "x"),
        "entra-token-refused",
    ),
    (
        400,
        error(
            "SystemForCrossDomainIdentityManagementInvalidCredentials",
            "Please provide a valid tenant URL for your application.",
        ),
        "entra-tenant-url",
    ),
    (
        400,
        error("SystemForCrossDomainIdentityManagementServiceIncompatible", "x"),
        "entra-not-scim",
    ),
    (
        400,
        error("SystemForCrossDomainIdentityManagementMultipleEntriesInResponse", "x"),
        "entra-several-hits",
    ),
    (
        400,
        error("SystemForCrossDomainIdentityManagementBadRequest", "x"),
        "entra-request-refused",
    ),
    (
        400,
        error("BadRequest", "Supported CredentialLocationInRequest is required"),
        "entra-wrong-template",
    ),
    (
        400,
        error(
            "BadRequest",
            "You appear to have entered invalid credentials. Please confirm you are using the "
            "correct information for an administrative account.",
        ),
        "entra-credentials",
    ),
]


@pytest.mark.parametrize(("status", "body", "code"), CASES)
def test_a_known_way_of_saying_no_has_its_own_code(status: int, body: Any, code: str) -> None:
    refusal = refusal_of(answered(status, body))
    assert refusal.code == code
    assert refusal.status == status
    assert refusal.message
    assert refusal.hint
    assert f"HTTP {status}" in refusal.message
    assert "{" not in refusal.message + refusal.hint


def test_every_entry_of_the_catalogue_has_its_case() -> None:
    with_header = answered(401, error("x"), www_authenticate='Bearer error="insufficient_claims"')
    met = {code for _, _, code in CASES} | {refusal_of(with_header).code}
    assert {refusal.code for refusal in REFUSALS} <= met
    assert refusal_of(with_header).code == "graph-step-up"


def test_json_in_the_message_is_read_as_well() -> None:
    inner = {"errorCode": "SomethingInside", "errorMessage": "The true reason."}
    refusal = refusal_of(answered(400, error("UnknownError", json.dumps(inner))))
    assert refusal.graph_code == "SomethingInside"
    assert refusal.words == "The true reason."
    outer = error("Request_BadRequest", json.dumps({"code": "Inner", "message": "Inside."}))
    assert refusal_of(answered(400, outer)).graph_code == "Inner"
    deeper = {"error": {"code": "Deeper", "message": json.dumps({"Message": "Deepest."})}}
    refusal = refusal_of(answered(400, error("BadRequest", json.dumps(deeper))))
    assert (refusal.graph_code, refusal.words) == ("Deeper", "Deepest.")


def test_an_unknown_code_stays_readable() -> None:
    refusal = refusal_of(answered(400, error("ABrandNewCode")))
    assert refusal.code == "graph-refused"
    assert refusal.graph_code == "ABrandNewCode"
    assert "A brand new code" in refusal.message
    assert "ABrandNewCode, HTTP 400" in refusal.message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("TooManyDeletes", "Too many deletes"),
        ("Request_BadRequest", "Request bad request"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_a_code_is_taken_apart_into_words(code: str, words: str) -> None:
    assert in_words(code) == words


def test_the_id_of_the_request_comes_from_the_body_or_else_the_header() -> None:
    with_id = error("x", "y", **{"request-id": "B1", "client-request-id": "C1"})
    assert refusal_of(answered(400, with_id)).tracking_id == "B1"
    assert refusal_of(answered(400, error("x", "y"))).tracking_id == "H1"
    assert refusal_of(answered(400, b"nonsense")).tracking_id == "H1"


def test_hostile_words_and_secrets_do_not_get_through() -> None:
    token = "eyJhbGciOiJub25l.eyJzdWIiOiJzb21lYm9keSJ9.c2ln"
    hostile = f"\x1b]0;title\x07 \u202eevil Bearer {token} {{wait}} {{0}}"
    refusal = refusal_of(answered(400, error("Odd\x1b[2J{place}", hostile)))
    shown = f"{refusal} {vars(refusal)}"
    assert token not in shown
    assert not any(sign in shown for sign in ("\x1b", "\x07", "\u202e"))
    assert "{wait}" in refusal.message


def test_a_web_page_in_place_of_graph_is_named_as_one() -> None:
    page = b"<html><head><title>Sign in to the network</title></head></html>"
    refusal = refusal_of(answered(403, page, "text/html"))
    assert "Sign in to the network" in refusal.message
    assert "a web page" in refusal.message


def test_the_place_of_a_redirect_is_told_and_nothing_of_its_address() -> None:
    refusal = refusal_of(answered(302, b"", location="https://portal.example/?secret=1"))
    assert "portal.example" in refusal.message
    assert "secret" not in str(refusal)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["error", "code", "message", "innerError", "request-id", "errorCode"]),
            inner | inner.map(json.dumps),
        )
    ),
    max_leaves=8,
)


@given(JSON, st.integers(300, 599))
def test_whatever_json_says_no_becomes_an_error(body: Any, status: int) -> None:
    refusal = refusal_of(answered(status, body))
    assert refusal.message
    assert refusal.code


def test_errors_nested_without_end_are_read_to_some_depth() -> None:
    message = "deep"
    for _ in range(50):
        message = json.dumps({"message": message, "code": "x"})[:100_000]
    assert refusal_of(answered(400, error("Outer", message))).code == "graph-refused"
