import base64
from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.errors import InvalidInput
from wizard.webex.organization import understand
from wizard.webex.tenant_url import keeping, other_base

ORGANIZATION = "96abc2aa-3dcc-11e5-a152-fe34819cdc9a"
OTHER = "0a1b2c3d-0000-4000-8000-000000000000"
TOKEN = "Zm9v" * 16 + f"_PF84_{ORGANIZATION}"


def rest_id(kind: str, identifier: str = ORGANIZATION, cluster: str = "us") -> str:
    text = f"ciscospark://{cluster}/{kind}/{identifier}"
    return base64.b64encode(text.encode()).decode()


DRESSES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    "{{{}}}".format,
    "urn:uuid:{}".format,
    '"{}"'.format,
    "  {}\n".format,
    "\N{LEFT DOUBLE QUOTATION MARK}{}\N{RIGHT DOUBLE QUOTATION MARK}".format,
    "Organization ID: {}".format,
    lambda text: text.replace("-", ""),
    lambda text: text.replace("-", "\N{NON-BREAKING HYPHEN}"),
    lambda text: f"{text[:18]} \n {text[18:]}",
    "https://api.ciscospark.com/v1/scim/{}".format,
    "https://api.ciscospark.com/v1/scim/{}/".format,
    "api.ciscospark.com/v1/scim/{}".format,
    "https://webexapis.com/v1/scim/{}/Users".format,
    "https://webexapis.com/identity/scim/{}/v2/Users".format,
    f"https://api.ciscospark.com/v1/scim/{{}}/Users?filter=userName+eq+%22{OTHER}%22".format,
    "https://api.ciscospark.com:443/v1/scim/{}".format,
    "https://api.ciscoweb.com/v1/scim/{}".format,
    "https://admin.webex.com/account/organization?orgId={}".format,
    "https://admin.webex.com/{}/overview".format,
    "https://admin.webex.com/#/organizations/{}".format,
    f"https://admin.webex.com/customers?orgId={{}}&session={OTHER}".format,
    lambda text: rest_id("ORGANIZATION", text),
    lambda text: rest_id("ORGANIZATION", text).rstrip("="),
    lambda text: rest_id("ORGANIZATION", text, "urn:TEAM:us-gov-west-1_a1"),
    lambda text: rest_id("ORGANIZATION", text).replace("+", "-").replace("/", "_"),
    lambda text: "https://api.ciscospark.com/v1/scim/" + rest_id("ORGANIZATION", text).rstrip("="),
)


@pytest.mark.parametrize("dress", DRESSES)
def test_what_is_typed_of_an_organization_is_at_no_character_taken_for_a_token(
    dress: Callable[[str], str],
) -> None:
    whole = dress(ORGANIZATION)
    begun = (whole[:length] for length in range(1, len(whole)))
    assert "organization-is-token" not in {understood_or_code(text) for text in begun}


def understood_or_code(text: str) -> str:
    try:
        return understand(text).organization_id
    except InvalidInput as refused:
        return refused.code


@given(st.uuids(), st.sampled_from(DRESSES))
def test_every_dress_of_an_organization_id_is_understood(
    organization_id: UUID, dress: Callable[[str], str]
) -> None:
    if str(organization_id) == OTHER:
        return
    assert understand(dress(str(organization_id))).organization_id == str(organization_id)


@given(st.one_of(st.text(), st.text(alphabet="0123456789abcdefg-{}/:?#@=&.%[] _", max_size=120)))
def test_no_text_makes_understanding_crash(text: str) -> None:
    found = understood_or_code(text)
    assert found.startswith("organization-") or str(UUID(found)) == found


@given(st.binary(min_size=18))
def test_no_base64_makes_understanding_crash(content: bytes) -> None:
    for text in (base64.b64encode(content), base64.urlsafe_b64encode(content)):
        assert understood_or_code(text.decode())


def test_the_misprinted_host_is_explained_and_put_right() -> None:
    understood = understand(f"https://api.ciscoweb.com/v1/scim/{ORGANIZATION}")
    assert understood.organization_id == ORGANIZATION
    assert understood.explanation == "a Tenant URL"
    (correction,) = understood.corrections
    assert "misprint" in correction
    assert "api.ciscospark.com" in correction


BUNDLED = "https://api.ciscospark.com/v1/scim"
GOVERNMENT = "https://api-usgov.webex.com/v1/scim"


@pytest.mark.parametrize(
    ("address", "base", "told"),
    [
        (f"{BUNDLED}/{{}}", BUNDLED, ""),
        ("API.CiscoSpark.com/v1/scim/{}/", f"{BUNDLED}/", ""),
        (f"{GOVERNMENT}/{{}}", GOVERNMENT, ""),
        ("https://webexapis.com/v1/scim/{}", "https://webexapis.com/v1/scim", ""),
        ("https://admin.webex.com/account?orgId={}", BUNDLED, ""),
        ("https://admin-usgov.webex.com/account?orgId={}", GOVERNMENT, ""),
        ("https://webexapis.com/v1/scim/{}", BUNDLED, '"https://webexapis.com/v1/scim"'),
        (f"{BUNDLED}/{{}}", "http://127.0.0.1:8000/v1/scim", f'"{BUNDLED}"'),
        ("https://api.ciscospark.com:443/v1/scim/{}", BUNDLED, ""),
        (f"{BUNDLED}/{{}}", "https://api.ciscospark.com:443/v1/scim", ""),
        ("http://127.0.0.1:80/v1/scim/{}", "http://127.0.0.1/v1/scim", ""),
        ("http://127.0.0.1:8080/v1/scim/{}", "http://127.0.0.1:8000/v1/scim", "no token"),
        ("http://api.ciscospark.com/v1/scim/{}", BUNDLED, "no token"),
        ("https://webexapis.com/identity/scim/{}/v2/Users", BUNDLED, "cannot be used here"),
        (f"{GOVERNMENT}/{{}}", "http://127.0.0.1:8000/v1/scim", f'"{GOVERNMENT}"'),
        ("https://u:secret@webexapis.com/v1/scim/{}", BUNDLED, '"https://webexapis.com/v1/scim"'),
    ],
)
def test_a_tenant_url_of_another_host_is_never_replaced_without_a_word(
    address: str, base: str, told: str
) -> None:
    found = understand(address.format(ORGANIZATION), base)
    assert found.organization_id == ORGANIZATION
    assert bool(found.corrections) is bool(told)
    for correction in found.corrections[:1]:
        assert told in correction
        assert base in correction
        assert "secret@" not in correction


@pytest.mark.parametrize(
    ("address", "base", "scim_base"),
    [
        (f"{GOVERNMENT}/{{}}", BUNDLED, GOVERNMENT),
        ("https://admin-usgov.webex.com/account?orgId={}", BUNDLED, GOVERNMENT),
        ("https://idbroker-f.webex.com/idb/scim/{}/v1/Users", BUNDLED, "idbroker-f"),
        (f"{BUNDLED}/{{}}", GOVERNMENT, BUNDLED),
    ],
)
def test_an_address_of_another_cloud_is_refused_with_the_way_there(
    address: str, base: str, scim_base: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        understand(address.format(ORGANIZATION), base)
    assert refused.value.code == "organization-other-host"
    assert base in refused.value.message
    assert "--endpoints FILE" in refused.value.hint
    assert scim_base in refused.value.hint


@pytest.mark.parametrize("base", [BUNDLED, GOVERNMENT])
@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/v1/scim/{}",
        "https://webexapis.com@evil.example/v1/scim/{}",
        "https://webexapis.com.evil.example/v1/scim/{}",
        "https://notwebex.com/v1/scim/{}/Users",
        "http://127.0.0.1:8080/v1/scim/{}",
    ],
)
def test_nothing_is_taken_from_a_tenant_url_of_a_stranger_and_no_token_sent_there(
    address: str, base: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        understand(address.format(ORGANIZATION), base)
    assert refused.value.code == "organization-other-host"
    assert "no host of Webex" in refused.value.message
    assert "--endpoints" not in str(refused.value)
    assert "scim_base" not in keeping(other_base(address.format(ORGANIZATION), ORGANIZATION))


def test_an_id_of_a_government_cluster_is_told_from_a_commercial_one() -> None:
    text = rest_id("ORGANIZATION", cluster="urn:TEAM:us-gov-west-1_a1")
    (told,) = understand(text).corrections
    assert "Webex for Government" in told
    assert understand(text, GOVERNMENT).corrections == ()
    assert understand(rest_id("ORGANIZATION")).corrections == ()


@pytest.mark.parametrize(
    ("url", "base"),
    [
        (f"{BUNDLED}/{ORGANIZATION}", BUNDLED),
        (f" {GOVERNMENT}/{ORGANIZATION.upper()}/", GOVERNMENT),
        (f"https://u:secret@API.ciscospark.com:443/v1/scim/{ORGANIZATION}", BUNDLED),
        (
            f"https://api.ciscospark.com:8443/v1/scim/{ORGANIZATION}",
            BUNDLED.replace(".com", ".com:8443"),
        ),
        (f"{BUNDLED}/{OTHER}", ""),
        (f"{BUNDLED}/{ORGANIZATION}/Users", ""),
        (f"http://[::1/{ORGANIZATION}", ""),
        ("", ""),
    ],
)
def test_the_base_of_a_saved_tenant_url_is_known_for_the_same_organization(
    url: str, base: str
) -> None:
    assert other_base(url, ORGANIZATION) == base


def test_what_follows_the_id_in_a_tenant_url_is_left_away_and_mentioned() -> None:
    (correction,) = understand(
        f"https://api.ciscospark.com/v1/scim/{ORGANIZATION}/Users"
    ).corrections
    assert "left away" in correction


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("", "organization-empty", "Nothing"),
        (" \n\t ", "organization-empty", "Nothing"),
        ("a35bfbc6-ccbd-4a17-a488-72gf46c5420c", "organization-example", "letter g"),
        (
            "https://api.ciscospark.com/v1/scim/a35bfbc6-ccbd-4a17-a488-72gf46c5420c",
            "organization-example",
            "letter g",
        ),
        ("ana@contoso.example", "organization-is-email", "e-mail"),
        ("contoso.example", "organization-is-domain", "domain"),
        ("https://contoso.example/", "organization-is-domain", "domain"),
        (TOKEN, "organization-is-token", "access token"),
        (f"Bearer {ORGANIZATION}", "organization-is-token", "access token"),
        (
            f"http://localhost:3000/auth/code#access_token={TOKEN}",
            "organization-is-token",
            "access token",
        ),
        ("eyJhbGciOiJIUzI1.eyJyZWFsbSI6ImEi.c2ln", "organization-is-token", "access token"),
        (f"{ORGANIZATION} {OTHER}", "organization-ambiguous", "2 different"),
        (rest_id("PEOPLE"), "organization-other-kind", "a person"),
        (rest_id("ROLE", "id_full_admin"), "organization-other-kind", "a role"),
        (rest_id("APPLICATION"), "organization-other-kind", "an app"),
        (rest_id("ORGANIZATION", "nobody"), "organization-unknown", "no organization ID"),
        (
            f"https://admin.webex.com/manage-users/users/{ORGANIZATION}/profile",
            "organization-other-kind",
            "a user",
        ),
        ("https://api.ciscospark.com/v1/scim/[OrgId]", "organization-unknown", "placeholder"),
        ("https://api.ciscospark.com/v1/scim/", "organization-unknown", "after /scim/"),
        ("https://admin.webex.com/overview", "organization-unknown", "no organization ID"),
        ("96abc2aa-3dcc-11e5-a152-fe34819cdc9", "organization-unknown", "digits"),
        ("96abc2aa-3dcc-11e5-a152-fe34819cdczz", "organization-unknown", "holds z"),
        ("http://[::1", "organization-unknown", "not a valid one"),
        ("x" * 5000, "organization-unknown", "too long"),
    ],
)
def test_what_is_no_organization_id_is_refused_with_its_reason(
    text: str, code: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        understand(text)
    assert refused.value.code == code
    assert words in refused.value.message
    assert refused.value.hint


def test_a_token_pasted_by_mistake_is_not_repeated() -> None:
    with pytest.raises(InvalidInput) as refused:
        understand(TOKEN)
    assert "Zm9v" not in str(refused.value)
    assert ORGANIZATION not in str(refused.value)
