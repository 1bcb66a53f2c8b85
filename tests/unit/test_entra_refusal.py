"""Microsoft's refusals in our words, whatever shape they come in."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.authority import CORRELATION, TRACE, described
from wizard.net.endpoints import clouds
from wizard.oauth.entra.aadsts import NUMBERS, OAUTH_ERRORS, PAGE
from wizard.oauth.entra.refusal import entra_refusal as refusal

DATA = Path(__file__).parent.parent / "data"
CONSENT = "https://login.example/consent"
NAMED = {name: row.code for row in OAUTH_ERRORS for name in row.theirs.split()}
ON_PAGE = [
    line.split()
    for line in (DATA / "aadsts-page.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
"""Number, Microsoft's name of it, and our code."""
FROM_MEMORY = {"70020", "900023"}
"""Numbers that were seen elsewhere: their rows name the threads."""


@pytest.mark.parametrize(("number", "code"), [(int(row[0]), row[2]) for row in ON_PAGE])
def test_every_number_of_microsofts_page_says_what_it_means_and_what_to_do(
    number: int, code: str
) -> None:
    error = refusal({"error": "invalid_grant", "error_description": described(number)}, CONSENT)
    assert error.code == code
    assert error.number == number
    assert f"(AADSTS{number})" in error.message
    assert "told by nobody" not in error.message
    assert error.hint.endswith((".", CONSENT))
    assert error.tracking_id == f"trace {TRACE}, correlation {CORRELATION}"


def test_every_number_stands_beside_the_page_that_has_it() -> None:
    known = {theirs: row.page for row in NUMBERS for theirs in row.theirs.split()}
    assert {f"AADSTS{row[0]}" for row in ON_PAGE} == {each for each in known if known[each] == PAGE}
    assert {each for each in known if known[each] != PAGE} == {f"AADSTS{n}" for n in FROM_MEMORY}


def test_no_code_leads_to_two_rows_unless_the_words_part_them() -> None:
    rows = (*NUMBERS, *OAUTH_ERRORS)
    told = [(theirs, row.words) for row in rows for theirs in row.theirs.split()]
    assert len(told) == len(set(told))
    for row in rows:
        assert row.message.endswith(".")
        assert row.hint.endswith((".", "{consent}"))
        assert row.page


def test_the_consent_page_is_named_where_consent_is_missing() -> None:
    assert CONSENT in refusal({"error_description": described(65001)}, CONSENT).hint


def test_a_known_number_among_several_is_the_one_that_counts() -> None:
    answer = {"error": "invalid_grant", "error_codes": [99999, 50126]}
    assert refusal(answer, CONSENT).code == "wrong-password"


@pytest.mark.parametrize("name", NAMED)
def test_an_unknown_number_keeps_the_meaning_of_its_name_beside_microsofts_words(name: str) -> None:
    error = refusal({"error": name, "error_description": described(123456)}, CONSENT)
    assert (error.code, error.number) == (NAMED[name], 123456)
    assert "“AADSTS123456: This is told by nobody.”" in error.message
    assert "error?code=123456" in error.hint
    assert TRACE in (error.tracking_id or "")
    assert TRACE not in error.message


def test_a_number_and_a_name_that_nobody_knows_are_told_in_microsofts_words() -> None:
    error = refusal({"error": "odd", "error_description": described(123456)}, CONSENT)
    assert error.code == "sign-in-refused"
    assert error.message.endswith("AADSTS123456: This is told by nobody.")
    assert "error?code=123456" in error.hint
    assert "(AADSTS123456)" in refusal({"error": "odd", "error_codes": [123456]}, "").message


def test_what_microsoft_says_in_braces_is_told_as_it_is() -> None:
    told = refusal({"error": "server_error", "error_description": "Wait for {consent} {0}"}, "x")
    assert "“Wait for {consent} {0}”" in told.message


@pytest.mark.parametrize(
    ("description", "code", "named"),
    [
        ("AADSTS900144: The body needs the parameter: 'client_id'.", "client-missing", "client_id"),
        ("AADSTS900144: The body needs the parameter: 'scope'.", "parameter-missing", " scope."),
        ("AADSTS90014: The field 'request' is missing.", "parameter-missing", " request."),
        ("AADSTS900144", "parameter-missing", "it does not say which"),
    ],
)
def test_what_is_missing_in_a_request_is_named(description: str, code: str, named: str) -> None:
    error = refusal({"error": "invalid_request", "error_description": description}, CONSENT)
    assert error.code == code
    assert named in error.message


def test_where_no_tenant_is_named_the_way_out_is_to_name_it() -> None:
    """The answer of a real sign-in with a client that no tenant has, and without a tenant."""
    met = json.loads((DATA / "sign-in-50059.json").read_text("utf-8"))
    error = refusal(met, CONSENT)
    assert error.code == "tenant-not-named"
    assert "Give the tenant id" in error.hint
    assert "client id" in error.hint
    assert error.tracking_id is not None


@pytest.mark.parametrize("name", NAMED)
def test_a_name_of_oauth_is_enough(name: str) -> None:
    error = refusal({"error": name}, CONSENT)
    assert (error.code, error.number, error.tracking_id) == (NAMED[name], None, None)


def test_an_answer_without_any_reason_is_still_a_sentence() -> None:
    assert refusal({}, CONSENT).message == "Microsoft refused the sign-in: it gave no reason."


@pytest.mark.parametrize(
    ("text", "cloud"),
    [
        ("Tenant 'x.example' request is being redirected to the National Cloud "
         "'microsoftonline.us'.", "us-government"),
        ("Tenant 'x.example' specified belongs to the National Cloud "
         "'partner.microsoftonline.cn'.", "china"),
        ("Tenant 'x.example' specified belongs to the National Cloud 'MicrosoftOnline.DE'.", None),
        ("Confirm that the tenant is right.", None),
    ],
)  # fmt: skip
def test_the_cloud_of_a_tenant_is_named_where_it_can_be(text: str, cloud: str | None) -> None:
    error = refusal({"error_description": f"AADSTS90038: {text}"}, CONSENT)
    assert error.code == "wrong-cloud"
    assert error.cloud == (clouds()[cloud] if cloud else None)
    assert (error.cloud is None) or error.cloud.title in error.message


def test_hostile_words_are_harmless_and_tokens_in_them_hidden() -> None:
    hostile = "\x1b[2J\u202eeviL access_token=eyJhbGciOiJub25lIn0.eyJhbGciOiJub25lIn0.signature"
    text = str(refusal({"error": hostile, "error_description": hostile, "trace_id": hostile}, ""))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "eyJ" not in text


@pytest.mark.parametrize(
    ("claims", "kept"),
    [
        ('{"access_token": {"acrs": {}}}', True),
        ("{}", True),
        ('{"access_token": 5}', False),
        ("[]", False),
        ("{", False),
        ("[" * 100_000, False),
        ({"access_token": {}}, False),
        (None, False),
    ],
)
def test_claims_are_kept_only_if_a_request_can_be_made_of_them(claims: Any, kept: bool) -> None:
    error = refusal({"error": "interaction_required", "claims": claims}, CONSENT)
    assert error.claims == (claims if kept else None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["error", "error_description", "error_codes", "trace_id", "correlation_id", "claims"]
)


@given(st.dictionaries(KEYS, JSON))
def test_no_answer_breaks_the_explanation(answer: dict[str, Any]) -> None:
    error = refusal(answer, CONSENT)
    assert error.message
    assert error.hint
    assert error.claims is None or isinstance(error.claims, str)
