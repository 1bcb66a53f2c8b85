"""The table of hosts, and what a file may override in it."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.errors import EndpointsError
from wizard.net.endpoints import (
    Endpoints,
    EntraEndpoints,
    WebexEndpoints,
    bundled,
    clouds,
    load_endpoints,
    override,
)
from wizard.words.links import is_safe_url

ID = "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701"


def overridden(**webex: Any) -> WebexEndpoints:
    return override(bundled(), {"webex": webex}).webex


def refused(tmp_path: Path, content: str | bytes) -> str:
    file = tmp_path / "hosts.toml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(EndpointsError) as caught:
        load_endpoints(file)
    assert caught.value.hint
    assert caught.value.code == "endpoints-file"
    return caught.value.message


def test_the_bundled_table_is_complete_and_https() -> None:
    for table in (bundled().webex, bundled().entra):
        for field in fields(table):
            value = getattr(table, field.name)
            assert value
            if field.name not in {"client_id", "scope", "validate_authority"}:
                assert is_safe_url(value)


def test_without_a_file_the_bundled_table_counts() -> None:
    assert load_endpoints(None) is bundled()


def test_a_file_overrides_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "hosts.toml"
    file.write_text(
        '[webex]\nscim_base = "http://127.0.0.1:8000/v1/scim"\n'
        "[entra]\nvalidate_authority = false\n"
    )
    found = load_endpoints(file)
    assert found.webex.scim_base == "http://127.0.0.1:8000/v1/scim"
    assert found.webex.authorization_endpoint == bundled().webex.authorization_endpoint
    assert found.entra.validate_authority is False
    assert found.entra.graph_base == bundled().entra.graph_base


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "hosts.toml"
    file.write_text("")
    assert load_endpoints(file) == bundled()


@pytest.mark.parametrize("key", ["login_wrapper", "api_base", "scim_base", "token_endpoint_me"])
def test_an_empty_value_switches_a_key_off(key: str) -> None:
    assert getattr(overridden(**{key: ""}), key) == ""


def test_moving_the_sign_in_never_leaves_a_token_for_the_old_host() -> None:
    moved = overridden(authorization_endpoint="https://sign-in.example/authorize")
    assert (moved.login_wrapper, moved.token_endpoint_me) == ("", "")
    assert (moved.api_base, moved.identity_base) == ("", "")


def test_a_token_for_another_scim_server_is_shown_to_none_of_webex() -> None:
    moved = overridden(scim_base="https://scim.example/v1/scim")
    assert (moved.api_base, moved.identity_base, moved.token_endpoint_me) == ("", "", "")


def test_another_host_of_webex_keeps_the_rest() -> None:
    moved = overridden(scim_base="https://api-usgov.webex.com/v1/scim")
    assert moved.api_base == bundled().webex.api_base
    assert moved.token_endpoint_me == bundled().webex.token_endpoint_me


def test_moving_the_rest_api_switches_off_common_identity() -> None:
    assert overridden(api_base="https://api.example").identity_base == ""
    assert overridden(api_base="").identity_base == ""


def test_companions_stay_when_they_are_named() -> None:
    moved = overridden(
        authorization_endpoint="https://a.example", token_endpoint_me="https://a.example/me"
    )
    assert moved.token_endpoint_me == "https://a.example/me"
    assert moved.login_wrapper == ""


def test_moving_the_authority_never_leaves_a_token_for_microsofts_graph() -> None:
    moved = override(bundled(), {"entra": {"authority": "https://sign-in.example"}}).entra
    assert (moved.graph_base, moved.portal) == ("", "")
    assert moved.client_id == bundled().entra.client_id


def test_every_cloud_has_its_hosts_and_the_first_is_the_bundled_one() -> None:
    first, *others = clouds().values()
    assert bundled().in_cloud(first) == bundled()
    assert len(others) == 3
    for cloud in clouds().values():
        assert cloud.title
        assert all(map(is_safe_url, (cloud.authority, cloud.graph_base, cloud.portal)))


def test_a_file_names_a_cloud_and_may_still_override_its_hosts(tmp_path: Path) -> None:
    file = tmp_path / "hosts.toml"
    file.write_text('[entra]\ncloud = "us-defense"\nportal = "https://portal.example"\n')
    found = load_endpoints(file).entra
    assert found.authority == "https://login.microsoftonline.us"
    assert found.graph_base == "https://dod-graph.microsoft.us/v1.0"
    assert found.portal == "https://portal.example"
    assert found.client_id == bundled().entra.client_id


def test_the_tenant_url_has_one_slash_before_the_organization() -> None:
    def tenant_url(base: str) -> str:
        return Endpoints(overridden(scim_base=base), bundled().entra).tenant_url(ID)

    assert bundled().tenant_url(ID) == f"https://api.ciscospark.com/v1/scim/{ID}"
    assert tenant_url("https://x.example/scim/") == f"https://x.example/scim/{ID}"
    assert tenant_url("") == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("webex = 5", "must hold [webex] as a table"),
        ("[webex]\nscim = 'https://x.example'", "unknown key webex.scim"),
        ("[cisco]\n", "unknown section [cisco]"),
        ("top = 1", "unknown section [top]"),
        ("[webex]\nscim_base = 5", "wrong type for webex.scim_base"),
        ("[webex]\nscim_base = true", "wrong type for webex.scim_base"),
        ("[webex]\nscim_base = ['https://x.example']", "wrong type for webex.scim_base"),
        ("[entra]\nvalidate_authority = 'no'", "wrong type for entra.validate_authority"),
        ("[webex]\nscim_base = 'http://x.example'", "neither https nor loopback http"),
        ("[entra]\nportal = 'javascript:alert(1)'", "neither https nor loopback http"),
        ("[entra]\ncloud = 'moon'", "unknown entra.cloud; known are global, us-government"),
        ("[entra]\ncloud = 5", "unknown entra.cloud"),
        ("[webex\n", "is not TOML"),
        ("[webex]\na = 1\na = 2", "is not TOML"),
        ("a = " + "[" * 5000, "is not TOML"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[webex]\nx\x1b[31m = 1", "is not TOML"),
    ],
)
def test_an_unusable_file_is_explained(tmp_path: Path, content: str | bytes, said: str) -> None:
    message = refused(tmp_path, content)
    assert said in message
    assert "hosts.toml" in message
    assert message.isprintable()


def test_a_file_that_is_not_there_or_a_folder_is_explained(tmp_path: Path) -> None:
    for file in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(EndpointsError, match="cannot be read"):
            load_endpoints(file)


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example",
        "https://x.example:8443/p?q=1",
        "http://localhost:3000",
        "http://127.0.0.1:80/x",
        "http://[::1]:8000/x",
        "HTTP://LOCALHOST/",
    ],
)
def test_a_url_is_safe(url: str) -> None:
    assert is_safe_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x.example",
        "//x.example",
        "http://x.example",
        "http://127.0.0.1.x.example/",
        "http://localhost@x.example/",
        "https://user:password@x.example/",
        "http://0.0.0.0/",
        "http://192.168.0.1/",
        "ftp://x.example",
        "file:///etc/passwd",
        "https://",
        "https://[::1",
        "https://x.example:99999/",
        "https://x.example:port/",
        "https://x.exa mple/",
        "https://x.example/\x1b[31m",
        "https://x.example/\u202e",
        " https://x.example",
    ],
)
def test_a_url_is_not_safe(url: str) -> None:
    assert not is_safe_url(url)


@given(st.text(max_size=60))
def test_no_text_breaks_the_judgement_of_urls(text: str) -> None:
    assert is_safe_url(text) in {True, False}
    assert not is_safe_url(f"http://{text}.x.example")


def test_every_key_has_a_checked_type() -> None:
    for section, kind in (("webex", WebexEndpoints), ("entra", EntraEndpoints)):
        for field in fields(kind):
            with pytest.raises(EndpointsError):
                override(bundled(), {section: {field.name: 5}})
