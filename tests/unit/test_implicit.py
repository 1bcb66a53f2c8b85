"""What is asked of Webex, and what is read out of its answer or of a paste."""

import base64
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.dresses import DRESSES
from wizard.errors import AuthorizationError, InvalidInput, WizardError
from wizard.net.endpoints import bundled
from wizard.oauth.webex.implicit import (
    REDIRECT_URI,
    AuthorizationResponse,
    authorization_request,
    parse_pasted,
    parse_redirect,
)

STATE = SecretStr("k3Zt-state_of_this_sign-in")
ORGANIZATION = "b1f3c1de-52a5-4d6f-9c0e-aaaaaaaaaaaa"
TOKEN = f"{'Ab3+/x9-' * 8}_PF84_{ORGANIZATION}"
WEBEX = bundled().webex

bearer_tokens = st.from_regex(r"[A-Za-z0-9._~+/-]{24,200}={0,2}", fullmatch=True).filter(
    lambda token: not token.lower().startswith(("bearer", "www.", "localhost", "y2lz"))
)


def fragment(**changes: str) -> str:
    answer = {
        "access_token": TOKEN,
        "token_type": "Bearer",
        "expires_in": "3887999",
        "state": STATE.get_secret_value(),
    }
    return urlencode(answer | changes, quote_via=quote)


def redirect(fragment: str, query: str = "") -> AuthorizationResponse:
    return parse_redirect(query, fragment, STATE)


def refused(text: str) -> WizardError:
    with pytest.raises(WizardError) as caught:
        parse_pasted(text, STATE)
    return caught.value


def test_the_request_names_everything_webex_wants() -> None:
    request = authorization_request(replace(WEBEX, login_wrapper=""))
    url = urlsplit(request.url)
    assert f"{url.scheme}://{url.netloc}{url.path}" == WEBEX.authorization_endpoint
    assert parse_qs(url.query) == {
        "response_type": ["token"],
        "client_id": [WEBEX.client_id],
        "redirect_uri": [REDIRECT_URI],
        "scope": ["spark:people_read spark:people_write Identity:SCIM"],
        "state": [request.state.get_secret_value()],
    }


def test_the_login_wrapper_holds_the_whole_request_encoded() -> None:
    request = authorization_request(WEBEX)
    wrapped = request.url.removeprefix(WEBEX.login_wrapper)
    assert not set("&?#= ") & set(wrapped)
    assert unquote(wrapped).startswith(WEBEX.authorization_endpoint + "?response_type=token&")


def test_an_endpoint_keeps_the_query_it_has() -> None:
    webex = replace(WEBEX, login_wrapper="", authorization_endpoint="https://a.example/x?realm=r#f")
    assert authorization_request(webex).url.startswith("https://a.example/x?realm=r&response_type=")


def test_every_request_has_a_long_state_of_its_own_that_no_repr_shows() -> None:
    requests = [authorization_request(WEBEX) for _ in range(20)]
    states = {request.state.get_secret_value() for request in requests}
    assert len(states) == 20
    assert min(map(len, states)) >= 43
    assert requests[0].state.get_secret_value() not in repr(requests[0])


def test_a_switched_off_endpoint_is_said_to_be_switched_off() -> None:
    with pytest.raises(AuthorizationError, match="switched off"):
        authorization_request(replace(WEBEX, authorization_endpoint=""))


def test_a_token_arrives_with_its_lifetime_and_without_a_scope() -> None:
    response = redirect("#" + fragment())
    assert response.access_token.get_secret_value() == TOKEN
    assert response.expires_in == 3_887_999
    assert response.scope is None
    assert response.state_matched


def test_no_repr_shows_the_token() -> None:
    assert TOKEN not in repr(redirect(fragment()))


def test_success_may_carry_a_query_beside_the_fragment() -> None:
    assert redirect(fragment(), "?session=1&x=y").access_token.get_secret_value() == TOKEN


def test_a_granted_scope_is_split() -> None:
    assert redirect(fragment(scope="spark:people_read Identity:SCIM")).scope == (
        "spark:people_read",
        "Identity:SCIM",
    )


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("3600", 3600),
        (" 3600 ", 3600),
        ("3600.0", 3600),
        ("0", None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("1e9", None),
        ("9999999999", None),
        ("٣٦٠٠", None),
        ("9" * 5000, None),
    ],
)
def test_a_lifetime_that_makes_no_sense_is_unknown(said: str, understood: int | None) -> None:
    assert redirect(fragment(expires_in=said)).expires_in == understood


@pytest.mark.parametrize("token_type", ["bearer", "BEARER", "Bearer", ""])
def test_the_token_type_may_be_written_in_any_case(token_type: str) -> None:
    assert redirect(fragment(token_type=token_type)).access_token.get_secret_value() == TOKEN


def test_another_token_type_is_refused() -> None:
    with pytest.raises(AuthorizationError) as caught:
        redirect(fragment(token_type="mac"))
    assert caught.value.code == "token-type"


@pytest.mark.parametrize("prefix", ["Bearer ", "bearer+", "BEARER  "])
def test_a_bearer_prefix_inside_the_token_is_stripped(prefix: str) -> None:
    assert redirect(fragment(access_token=prefix + TOKEN)).access_token.get_secret_value() == TOKEN


def test_a_plus_in_a_token_stays_a_plus() -> None:
    answer = f"access_token=a+b%2Bc&state={STATE.get_secret_value()}"
    assert redirect(answer).access_token.get_secret_value() == "a+b+c"


@pytest.mark.parametrize("token", ["x" * 4097, "a b", "a\nb", "tökén", "a\x00b", "a\u202eb"])
def test_a_token_that_cannot_be_one_is_refused(token: str) -> None:
    with pytest.raises(AuthorizationError) as caught:
        redirect(fragment(access_token=token))
    assert caught.value.code == "token-malformed"
    assert token not in str(caught.value)


def test_the_longest_token_is_taken() -> None:
    assert len(redirect(fragment(access_token="x" * 4096)).access_token.get_secret_value()) == 4096


@pytest.mark.parametrize("state", ["", "forged", "k3Zt", "ü"])
def test_a_forged_or_missing_state_is_refused(state: str) -> None:
    with pytest.raises(AuthorizationError) as caught:
        redirect(fragment(state=state))
    assert caught.value.code == "state-mismatch"


def test_a_forged_state_hides_the_refusal_it_brings() -> None:
    with pytest.raises(AuthorizationError) as caught:
        redirect("error=access_denied&state=forged")
    assert caught.value.code == "state-mismatch"


def test_an_authorization_code_is_not_a_token() -> None:
    with pytest.raises(AuthorizationError) as caught:
        redirect("", f"?code={quote(TOKEN)}&state={STATE.get_secret_value()}")
    assert caught.value.code == "authorization-code"


KNOWN = [
    "access_denied",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "login_required",
    "unauthorized_client",
    "invalid_request",
]


@pytest.mark.parametrize("in_query", [True, False])
def test_each_known_refusal_has_words_of_its_own_wherever_it_comes(in_query: bool) -> None:
    errors = []
    for name in KNOWN:
        answer = f"error={name}&error_description=x&state={STATE.get_secret_value()}"
        with pytest.raises(AuthorizationError) as caught:
            parse_redirect(*(("?" + answer, "") if in_query else ("", "#" + answer)), STATE)
        errors.append(caught.value)
    assert [error.code for error in errors] == [name.replace("_", "-") for name in KNOWN]
    assert len({error.message for error in errors}) == len(KNOWN)
    assert all(error.hint for error in errors)


def test_an_unknown_refusal_repeats_the_harmless_part_of_the_description() -> None:
    answer = {"error": "odd_one", "error_description": "No\x1b[31m luck", "trackingID": "CLIENT_7"}
    answer["state"] = STATE.get_secret_value()
    with pytest.raises(AuthorizationError) as caught:
        redirect(urlencode(answer))
    assert "No�[31m luck (odd_one)" in caught.value.message
    assert caught.value.code == "sign-in-refused"
    assert caught.value.tracking_id == "CLIENT_7"


@given(st.text(max_size=300), st.text(max_size=300))
@example("error=\ud800", "state=\ud800")
def test_no_redirect_crashes(query: str, fragment: str) -> None:
    with pytest.raises(AuthorizationError):
        parse_redirect(query, fragment, STATE)


@given(st.from_regex(r"[!-~]{1,80}", fullmatch=True))
def test_any_printable_token_comes_out_of_the_redirect_as_it_was(token: str) -> None:
    response = redirect(f"access_token={quote(token, safe='')}&state={STATE.get_secret_value()}")
    if not token.lower().startswith("bearer+"):
        assert response.access_token.get_secret_value() == token


ADDRESS = f"{REDIRECT_URI}#{fragment()}"


def wrapped(text: str, width: int, end: str) -> str:
    return end.join(text[at : at + width] for at in range(0, len(text), width))


forms = st.sampled_from(
    [
        "{}",
        "{}&token_type=Bearer&expires_in=3600",
        "access_token={}&token_type=Bearer",
        "#access_token={}&expires_in=60",
        REDIRECT_URI + "#access_token={}&state=STATE",
        REDIRECT_URI + "?x=y#state=STATE&access_token={}",
    ]
)
line_ends = st.sampled_from(["\n", "\r\n", " \n  ", " "])
surroundings = st.sampled_from(
    ["{}", '"{}"', "<{}>", "'{}'\n", "  “{}” ", "`{}`", "\ufeff{}\u200b"]
)


@given(bearer_tokens, forms, st.sampled_from(["", "Bearer%20"]), st.data())
def test_however_a_token_is_dressed_the_same_token_comes_out(
    token: str, form: str, bearer: str, dressing: st.DataObject
) -> None:
    text = form.format(bearer + quote(token, safe="+/="))
    text = text.replace("STATE", STATE.get_secret_value())
    for _ in range(dressing.draw(st.integers(0, 2))):
        text = quote(text, safe="")
    text = wrapped(text, dressing.draw(st.integers(20, 400)), dressing.draw(line_ends))
    response = parse_pasted(dressing.draw(surroundings).format(text), STATE)
    assert response.access_token.get_secret_value() == token
    assert response.state_matched == ("STATE" in form)


@pytest.mark.parametrize(
    "text",
    [
        f"Bearer {TOKEN}",
        f"bearer\n{TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        f"access_token=Bearer {TOKEN}&token_type=Bearer",
        f'access_token="{TOKEN}"&token_type=Bearer',
        f"localhost:3000/auth/code#access_token={TOKEN}",
    ],
)
def test_a_token_is_found_behind_what_people_leave_before_it(text: str) -> None:
    assert parse_pasted(text, STATE).access_token.get_secret_value() == TOKEN


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("last", ["state", "access_token", "expires_in"])
def test_an_address_out_of_a_chat_a_mail_or_json_holds_the_right_state(
    dress: str, last: str
) -> None:
    answer = dict(parse_qsl(fragment()))
    answer = {key: answer[key] for key in sorted(answer, key=lambda name: name == last)}
    address = f"{REDIRECT_URI}#{urlencode(answer)}"
    response = parse_pasted(dress.replace("URL", address), STATE)
    assert response.state_matched
    assert response.access_token.get_secret_value() == TOKEN
    assert response.expires_in == 3_887_999


@pytest.mark.parametrize("way", ["&amp;", "\\u0026"])
def test_an_address_is_read_as_html_and_json_write_it(way: str) -> None:
    response = parse_pasted(f'"{ADDRESS.replace("&", way)}"', STATE)
    assert response.state_matched
    assert response.access_token.get_secret_value() == TOKEN


def test_an_address_that_was_wrapped_inside_its_dress_is_read_whole() -> None:
    response = parse_pasted(wrapped(f"[{ADDRESS}]({ADDRESS})", 70, "\n"), STATE)
    assert response.state_matched
    assert response.access_token.get_secret_value() == TOKEN


def test_a_whole_address_brings_lifetime_scope_and_state() -> None:
    address = ADDRESS + "&scope=spark%3Apeople_read+Identity%3ASCIM"
    response = parse_pasted(address, STATE)
    assert response.expires_in == 3_887_999
    assert response.scope == ("spark:people_read", "Identity:SCIM")
    assert response.state_matched


def test_an_address_in_a_sentence_keeps_its_scope() -> None:
    address = ADDRESS + "&scope=spark%3Apeople_read"
    assert parse_pasted(f"Here it is: {address}", STATE).scope == ("spark:people_read",)


def test_a_wrapped_address_does_not_guess_at_the_scope() -> None:
    response = parse_pasted(ADDRESS + "&scope=spark:people_read\nIdentity:SCIM", STATE)
    assert response.scope is None


def test_a_pasted_answer_to_another_sign_in_is_refused() -> None:
    assert refused(ADDRESS.replace(STATE.get_secret_value(), "other")).code == "state-mismatch"


@pytest.mark.parametrize(
    ("text", "code", "lives"),
    [
        ("access_token={}&expires_in=3887999&state=other", "state-mismatch", "about 45 days"),
        ("access_token=Bearer {}&expires_in=60&state=other", "state-mismatch", "about 1 day"),
        ("access_token={}&state=other", "state-mismatch", "does not say until when"),
        ("code=x&access_token={}&state=other", "state-mismatch", "does not say until when"),
        ("access_token={}&error=access_denied", "access-denied", "does not say until when"),
        ("access_token={}&token_type=mac", "token-type", "does not say until when"),
    ],
)
def test_a_token_in_a_pasted_answer_that_is_refused_is_told_about(
    text: str, code: str, lives: str
) -> None:
    error = refused(text.format(TOKEN))
    assert error.code == code
    assert "The token in it was issued, but is neither used nor revoked here." in error.message
    assert lives in error.message
    assert "Revoke it in Webex" in error.message


def test_of_an_answer_without_a_token_no_token_is_told() -> None:
    for text in ("access_token=&state=other", "code=x", "error=access_denied&state=other"):
        assert "token in it" not in refused(text).message


def test_of_a_redirect_that_may_be_forged_no_token_is_said_to_be_issued() -> None:
    with pytest.raises(AuthorizationError) as caught:
        redirect(fragment(state="other"))
    assert "was issued" not in caught.value.message
    assert "If that sign-in was yours" in caught.value.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "nothing-pasted"),
        ('  "" \n', "nothing-pasted"),
        ("Bearer ", "pasted-not-a-token"),
        (f"{REDIRECT_URI}?code={TOKEN}&state=x", "authorization-code"),
        (f"code={TOKEN}", "authorization-code"),
        (REDIRECT_URI, "pasted-address-without-token"),
        ("https://admin.webex.com/overview", "pasted-address-without-token"),
        (f"{REDIRECT_URI}#access_token=&state=", "no-token"),
        (ORGANIZATION, "pasted-organization-id"),
        ("a35bfbc6-ccbd-4a17-a488-72gf46c5420c", "pasted-organization-id"),
        (f"{{{ORGANIZATION.upper()}}}", "pasted-organization-id"),
        (
            base64.b64encode(f"ciscospark://us/ORGANIZATION/{ORGANIZATION}".encode()).decode(),
            "pasted-organization-id",
        ),
        ("I pressed the button but nothing happened", "pasted-not-a-token"),
        ("hello", "pasted-not-a-token"),
        ('{"error": {"code": 3}}', "pasted-not-a-token"),
        ("x" * 40_000, "pasted-too-long"),
        (f"access_token={'x' * 5000}", "token-malformed"),
        (f"{REDIRECT_URI}?error=access_denied", "access-denied"),
    ],
)
def test_what_is_no_token_is_refused_with_its_own_reason(text: str, code: str) -> None:
    error = refused(text)
    assert error.code == code
    assert error.hint


@pytest.mark.parametrize("wrapper", [WEBEX.login_wrapper, ""])
def test_the_sign_in_link_itself_is_recognized(wrapper: str) -> None:
    link = authorization_request(replace(WEBEX, login_wrapper=wrapper)).url
    assert refused(link).code == "pasted-sign-in-link"


@pytest.mark.parametrize(
    "text",
    [
        "PASTED-SECRET-1234 in words",
        "https://PASTED-SECRET-1234.example/",
        "error=PASTED-SECRET-1234&error_description=PASTED-SECRET-1234&trackingID=PASTED-SECRET",
        "access_token=x&token_type=PASTED-SECRET-1234",
        "access_token=PASTED-SECRET-1234%00",
        "code=PASTED-SECRET-1234",
    ],
)
def test_no_message_repeats_what_was_pasted(text: str) -> None:
    assert "PASTED-SECRET" not in str(refused(text))


@given(st.text(max_size=400))
@example("access_token=\ud800")
@example("%%%ud800#=&=&")
def test_no_paste_crashes(text: str) -> None:
    with suppress(InvalidInput, AuthorizationError):
        parse_pasted(text, STATE)
