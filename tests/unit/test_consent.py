"""What the Microsoft sign-in asks for, and what may be typed for tenant and client."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.errors import InvalidInput
from wizard.net.endpoints import bundled, clouds
from wizard.oauth.entra.consent import (
    SCOPES,
    admin_consent_url,
    client_id,
    missing,
    requested,
    tenant,
)

ID = "8d1f6a2c-3b47-4e59-9c60-1a2b3c4d5e6f"


def test_every_scope_has_its_reason_in_one_sentence() -> None:
    for sentence in (scope.why for scope in SCOPES):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert ". " not in sentence


def test_scopes_are_asked_for_from_the_graph_of_the_cloud() -> None:
    for cloud in clouds().values():
        asked = requested(bundled().in_cloud(cloud).entra)
        host = urlsplit(cloud.graph_base).hostname
        assert asked == [f"https://{host}/{scope.name}" for scope in SCOPES]


@pytest.mark.parametrize("prefix", ["", "https://graph.microsoft.com/"])
def test_granted_scopes_count_in_either_spelling(prefix: str) -> None:
    granted = [f"{prefix}{scope.name}" for scope in SCOPES]
    assert missing(granted) == ()
    assert missing([name.upper() for name in granted]) == ()
    assert missing([*granted[1:], "User.Read"]) == SCOPES[:1]


def test_the_consent_page_asks_for_all_scopes_in_the_name_of_the_client() -> None:
    url = urlsplit(admin_consent_url(bundled().entra, ID, bundled().entra.client_id))
    asked = parse_qs(url.query)
    assert url.path == f"/{ID}/v2.0/adminconsent"
    assert asked["scope"] == [" ".join(requested(bundled().entra))]
    assert asked["client_id"] == [bundled().entra.client_id]
    assert asked["redirect_uri"] == ["http://localhost"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", "organizations"),
        ("organizations", "organizations"),
        (f" {ID.upper()} ", ID),
        (f"{{{ID}}}", ID),
        ("Contoso.onmicrosoft.com", "contoso.onmicrosoft.com"),
        ("contoso.example.", "contoso.example"),
        ("ada@contoso.example", "contoso.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ],
)
def test_a_tenant_is_an_id_a_domain_or_any(typed: str, meant: str) -> None:
    assert tenant(typed) == meant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("common", "tenant-personal"),
        ("consumers", "tenant-personal"),
        ("contoso", "tenant-malformed"),
        ("https://contoso.example", "tenant-malformed"),
        ("contoso.example/../x", "tenant-malformed"),
        ("contoso.example?x", "tenant-malformed"),
        ("-contoso.example", "tenant-malformed"),
        (ID[:-1], "tenant-malformed"),
        ("127.0.0.1", "tenant-malformed"),
        ("a\x1b.example", "tenant-malformed"),
    ],
)
def test_anything_else_is_no_tenant(typed: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        tenant(typed)
    assert caught.value.code == code
    assert typed not in caught.value.message


@given(st.text())
def test_a_tenant_never_leaves_its_place_in_the_address(typed: str) -> None:
    try:
        meant = tenant(typed)
    except InvalidInput:
        return
    assert meant.isascii()
    assert not set(meant) & set("/?#%\\@: ")


def test_a_client_id_is_a_guid_in_any_dress() -> None:
    assert client_id(f" {{{ID.upper()}}}\n") == ID
    for typed in ("", "webex", ID + "0", f"{ID}/x"):
        with pytest.raises(InvalidInput) as caught:
            client_id(typed)
        assert caught.value.code == "client-id-malformed"
