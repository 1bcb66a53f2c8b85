"""Microsoft's refusals in our words, whatever shape they come in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.authority import CORRELATION, TRACE, described
from wizard.net.endpoints import clouds
from wizard.oauth.entra.aadsts import MEANINGS
from wizard.oauth.entra.refusal import entra_refusal as refusal

CONSENT = "https://login.example/consent"
CODES = {theirs: row.code for row in MEANINGS for theirs in row.theirs.split()}
NAMES = [theirs for theirs in CODES if not theirs.startswith("AADSTS")]

CATALOGUE = (
    "50011 7000218 700016 90002 900144 65001 65002 65004 65005 70011 650057 90094 90095 50076 "
    "50079 50072 50074 50078 53000 53001 50097 53003 530032 530035 50105 50020 90072 50034 50126 "
    "50053 50055 50057 50058 16000 50199 70043 700082 70008 50173 70018 70019 50131 50158 500011 "
    "50001 9002313 900561 50194 50196 90038"
)
"""Every number of reference/graph-entra.md 8.1 but 70016, which is no refusal."""


@pytest.mark.parametrize("number", [int(number) for number in CATALOGUE.split()])
def test_every_number_of_the_catalogue_says_what_it_means_and_what_to_do(number: int) -> None:
    error = refusal({"error": "invalid_grant", "error_description": described(number)}, CONSENT)
    assert error.code == CODES[f"AADSTS{number}"]
    assert error.number == number
    assert f"(AADSTS{number})" in error.message
    assert "told by nobody" not in error.message
    assert error.hint.endswith((".", CONSENT))
    assert error.tracking_id == f"trace {TRACE}, correlation {CORRELATION}"


def test_every_row_is_led_to_by_one_code_at_least_and_no_code_leads_to_two() -> None:
    assert {*CODES.values()} == {row.code for row in MEANINGS}
    assert len(CODES) == sum(len(row.theirs.split()) for row in MEANINGS)
    for row in MEANINGS:
        assert row.message.endswith(".")
        assert row.hint.endswith((".", "{consent}"))
        assert row.page


def test_the_consent_page_is_named_where_consent_is_missing() -> None:
    assert CONSENT in refusal({"error_description": described(65001)}, CONSENT).hint


def test_a_known_number_among_several_is_the_one_that_counts() -> None:
    answer = {"error": "invalid_grant", "error_codes": [99999, 50126]}
    assert refusal(answer, CONSENT).code == "wrong-password"


def test_an_unknown_number_is_told_in_microsofts_words_with_where_to_look_it_up() -> None:
    error = refusal({"error": "invalid_grant", "error_description": described(123456)}, CONSENT)
    assert error.code == "sign-in-refused"
    assert error.message.endswith("AADSTS123456: This is told by nobody.")
    assert "error?code=123456" in error.hint
    assert TRACE in (error.tracking_id or "")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_oauth_is_enough(name: str) -> None:
    error = refusal({"error": name}, CONSENT)
    assert (error.code, error.number, error.tracking_id) == (CODES[name], None, None)


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
