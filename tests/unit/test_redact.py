"""Nothing that looks like a token is shown, logged or written."""

import base64
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.words.redact import HIDDEN, redact

OPAQUE = base64.b64encode(b"0a1b2c3d-0000-4000-8000-00000000000" + b"x" * 13).decode()
WEBEX = f"{OPAQUE}_PF84_7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP-mBqdQ1m"
OTHER = "AbCdEf0123456789.-~_zz"

tokens = st.builds(
    lambda content, kind, organization: (
        f"{base64.b64encode(content).decode()}_{kind}_{organization}"
    ),
    st.binary(min_size=48, max_size=300),
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=4, max_size=4),
    st.uuids(),
)


@pytest.mark.parametrize("token", [WEBEX, JWT, OTHER])
@pytest.mark.parametrize(
    "dress",
    [
        "Authorization: Bearer {}",
        "authorization: bearer  {}",
        "Bearer%20{}",
        "http://localhost:3000/auth/code#access_token={}&token_type=Bearer",
        "http://localhost:3000/auth/code?x=1&access_token={}",
        '{{"access_token": "{}"}}',
        "{{'token':'{}'}}",
        '"{{\\"access_token\\": \\"{}\\"}}"',
        "refresh_token={}",
        "access_token%3D{}",
        "http://localhost:51234/?code={}&state=x",
        "device_code={}",
        "?code%3D{}",
        "access_token={},",
    ],
)
def test_a_token_is_hidden_in_every_dress(dress: str, token: str) -> None:
    hidden = redact(dress.format(token))
    assert token not in hidden
    assert token[:20] not in hidden
    assert HIDDEN in hidden


@pytest.mark.parametrize("token", [WEBEX, JWT])
@pytest.mark.parametrize(
    "dress", ["{}", "({})", "it is {}.", "a\n{}\nb", "https://x/{}/y", "{}?a", "'{}'", "x:{}"]
)
def test_a_token_that_shows_by_its_shape_needs_no_dress(dress: str, token: str) -> None:
    assert token not in redact(dress.format(token))


@given(tokens, st.text(max_size=20), st.text(max_size=20))
def test_a_token_of_webex_never_survives(token: str, before: str, after: str) -> None:
    for text in (
        f"{before} {token} {after}",
        quote(f"access_token={token}"),
        f"https://x.example/?a={quote(token, safe='')}#{after}",
        json.dumps({before: token}),
        json.dumps({before: token}).replace("/", "\\/"),
        f"Authorization: Bearer {token}",
    ):
        hidden = redact(text)
        assert token not in hidden
        assert token[:30] not in hidden
        assert quote(token, safe="")[:30] not in hidden


SIGNS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~+/=%!*$-"
"""Of codes and refresh tokens, those of personal Microsoft accounts included."""


@given(st.text(SIGNS, min_size=50, max_size=300))
def test_a_secret_is_hidden_to_its_last_sign(rest: str) -> None:
    secret = f"M.C507_{rest}"
    for before, after in (
        ("http://localhost:51234/?code=", "&state=x"),
        ("device_code=", ", then"),
        ("refresh_token=", " then"),
        ('{"refresh_token": "', '"}'),
        ('{"code": "', '"}'),
    ):
        assert redact(f"{before}{secret}{after}") == f"{before}{HIDDEN}{after}"


def test_a_code_is_hidden_in_json_too() -> None:
    code = "1.AXoA" + "b7-_" * 20
    for text in (json.dumps({"code": code}), json.dumps(json.dumps({"device_code": code}))):
        assert code[:12] not in redact(text)


@given(tokens)
def test_hiding_twice_changes_nothing(token: str) -> None:
    once = redact(f"Bearer {token} access_token={token}")
    assert redact(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The token is wrong, expired or revoked.",
        "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701",
        "https://api.ciscospark.com/v1/scim/7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701/Users",
        "ROUTER_5C3F-7b1c53a4",
        "https://login.microsoftonline.com/error?code=50058 explains the code.",
        '{"code":"SystemForCrossDomainIdentityManagementCredentialValidationUnavailable"}',
        '{"code": "keyring-entry-damaged"}',
        "user_code=ABCD-EFGH",
        "access_token=$ACCESS_TOKEN",
        "Get a new token: **the old one** ends on Friday!",
        "The token is wrong! Code: 50058.",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "piece", ["A", "A_", "-eyJ", "bearer ", "token ", "token=", "code=", "eyJaaaaaaaa."]
)
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        started = time.perf_counter()
        redact(text)
        return time.perf_counter() - started

    # Quadratic work would take a hundred times as long for ten times the text.
    assert seconds(200_000) < 40 * seconds(20_000) + 0.2
