"""Practice tokens: the real shape, signed, and readable by the next practice tenant."""

import base64
import re
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.practice.webex.accounts import ORGANIZATION_ID, OTHER_ORGANIZATION_ID
from wizard.practice.webex.tokens import WEBEX_SCOPES, Grant, IssuedTokens, issue, read_grant
from wizard.words.redact import HIDDEN, redact

SHAPE = re.compile(r"^[A-Za-z0-9+/=_-]{40,}_[A-Z0-9]{4}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def a_grant(life: int = 1000) -> Grant:
    return Grant(1, ORGANIZATION_ID, frozenset(WEBEX_SCOPES), int(time.time()) + life)


def test_a_token_has_the_shape_of_webex() -> None:
    token = issue(a_grant())
    first, kind, organization_id = token.split("_")
    opaque = base64.b64decode(first, validate=True).decode("ascii")
    assert len(token) == 106
    assert len(first) == 64
    assert kind == "PF84"
    assert organization_id == ORGANIZATION_ID
    assert len(opaque) == 48
    assert str(uuid.UUID(opaque[:36])) == opaque[:36]
    assert SHAPE.match(token)


def test_a_token_looks_like_a_secret_to_our_own_redaction() -> None:
    assert redact(f"it is {issue(a_grant())}") == f"it is {HIDDEN}"


@given(
    account=st.integers(0, 255),
    expires_at=st.integers(0, 2**32 - 1),
    scopes=st.frozensets(st.sampled_from(WEBEX_SCOPES)),
)
def test_what_is_issued_is_read_back(account: int, expires_at: int, scopes: frozenset[str]) -> None:
    grant = Grant(account, ORGANIZATION_ID, scopes, expires_at)
    assert read_grant(issue(grant)) == grant


def test_two_tokens_of_one_grant_differ() -> None:
    grant = a_grant()
    assert issue(grant) != issue(grant)


def test_a_token_moved_to_another_organization_is_not_ours() -> None:
    moved = issue(a_grant()).replace(ORGANIZATION_ID, OTHER_ORGANIZATION_ID)
    assert read_grant(moved) is None


@pytest.mark.parametrize("place", range(0, 64, 3))
def test_a_changed_character_is_noticed(place: int) -> None:
    token = issue(a_grant())
    other = "A" if token[place] != "A" else "B"
    assert read_grant(token[:place] + other + token[place + 1 :]) is None


def test_a_token_spelled_differently_is_not_ours() -> None:
    first, kind, organization_id = issue(a_grant()).split("_")
    opaque = base64.b64decode(first).decode("ascii")
    for spelled in (opaque.upper(), opaque.replace("-", " "), opaque.replace("-", "")):
        again = base64.b64encode(spelled.encode()).decode()
        assert spelled == opaque or read_grant(f"{again}_{kind}_{organization_id}") is None


@given(st.text(max_size=120))
def test_any_other_text_is_not_a_token(text: str) -> None:
    assert read_grant(text) is None
    assert read_grant(f"{text}_PF84_{ORGANIZATION_ID}") is None


def test_an_expired_token_is_not_accepted() -> None:
    assert IssuedTokens().accepted(issue(a_grant(life=-1))) is None


def test_a_revoked_token_is_not_accepted_and_another_one_is() -> None:
    tokens = IssuedTokens()
    revoked, other = issue(a_grant()), issue(a_grant())
    tokens.revoke(revoked)
    assert tokens.accepted(revoked) is None
    assert tokens.accepted(other)


def test_an_account_lists_what_it_could_still_use() -> None:
    tokens = IssuedTokens()
    issued, from_before = tokens.issue(a_grant()), issue(a_grant())
    dead = tokens.issue(a_grant(life=-1))
    assert tokens.accepted(from_before)
    assert len(tokens.of_account(1)) == 2
    tokens.revoke(issued)
    assert len(tokens.of_account(1)) == 1
    assert tokens.accepted(dead) is None
    assert tokens.of_account(2) == []
