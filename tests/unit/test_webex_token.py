import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from wizard.webex.roles import may_write_users
from wizard.webex.token import TokenShape, token_shape

ORGANIZATION = "96abc2aa-3dcc-11e5-a152-fe34819cdc9a"


def jwt(claims: object) -> SecretStr:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return SecretStr(f"eyJhbGciOiJub25lIn0.{payload}.c2ln")


def test_an_opaque_token_names_its_organization() -> None:
    token = SecretStr("Zm9v" * 16 + f"_PF84_{ORGANIZATION.upper()}")
    assert token_shape(token) == TokenShape("opaque", ORGANIZATION)


def test_a_jwt_names_its_organization_in_realm_or_org_id() -> None:
    assert token_shape(jwt({"realm": ORGANIZATION})) == TokenShape("jwt", ORGANIZATION)
    assert token_shape(jwt({"org_id": ORGANIZATION})) == TokenShape("jwt", ORGANIZATION)
    assert token_shape(jwt({"realm": "elsewhere"})) == TokenShape("jwt", None)


@pytest.mark.parametrize(
    "token", ["", "hello", "a.b.c", "eyJ.%%.x", jwt([1]).get_secret_value(), "a_b_c"]
)
def test_other_tokens_are_unknown_rather_than_wrong(token: str) -> None:
    assert token_shape(SecretStr(token)) == TokenShape("unknown", None)


@given(st.text())
def test_no_token_makes_its_shape_crash(token: str) -> None:
    assert token_shape(SecretStr(token)).kind in {"opaque", "jwt", "unknown"}


@pytest.mark.parametrize(
    ("roles", "has_opaque", "answer"),
    [
        (("id_full_admin",), False, "yes"),
        (("id_readonly_admin", "id_user_admin"), True, "yes"),
        (("id_readonly_admin",), False, "no"),
        (("id_device_admin",), False, "no"),
        (("id_readonly_admin",), True, "unknown"),
        (("id_something_new",), False, "unknown"),
        ((), False, "no"),
        ((), True, "unknown"),
        (None, False, "unknown"),
    ],
)
def test_roles_tell_whether_users_may_be_written(
    roles: tuple[str, ...] | None, has_opaque: bool, answer: str
) -> None:
    access = may_write_users(roles, has_opaque)
    assert access.answer == answer
    assert access.reason.endswith(".")
