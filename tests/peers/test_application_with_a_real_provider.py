"""An application without a person, with real MSAL and real TLS, at npm's oidc-provider.

What this proves: client credentials with private_key_jwt (RFC 7523) as somebody else checks them:
signature, audience, time, and that no assertion comes twice. What it does not: certificates, which
the provider knows only by their keys, federated issuers, and Entra's own texts and numbers;
tests/flows/test_unattended_reading.py and tests/unit/test_unattended.py tell those.
"""

import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.certificates import assertion, certificate, key, pem, written
from tests.peers.openid_provider import (
    APPLICATION,
    LIFETIME,
    TENANT,
    OpenIdProvider,
    openid_provider,
)
from wizard.errors import TransportError
from wizard.net.transport import client
from wizard.oauth.entra.client_credentials import ReadingApplication
from wizard.oauth.entra.client_proof import ClientAssertionFile, ClientProof, read_certificate
from wizard.oauth.entra.refusal import EntraRefusal

pytestmark = pytest.mark.peer("nodejs", "npm")


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    with openid_provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


def reading(provider: OpenIdProvider, proof: ClientProof, **options: Any) -> ReadingApplication:
    options = {"connect": provider.connect} | options
    return ReadingApplication(provider.endpoints, TENANT, APPLICATION, proof, **options)


def by_certificate(folder: Path, number: int = 0) -> ClientProof:
    signing = key(number)
    return read_certificate(written(folder / "monitor.pem", pem(signing), certificate(signing)))


def own_assertion(provider: OpenIdProvider, **changes: Any) -> str:
    claims = {
        "iss": APPLICATION,
        "sub": APPLICATION,
        "aud": f"{provider.issuer}/token",
        "jti": uuid.uuid4().hex,
        "iat": int(time.time()),
    }
    return assertion(key(), **(claims | changes))


async def test_a_provider_takes_what_the_certificate_signed_and_gives_tokens_of_the_application(
    provider: OpenIdProvider, tmp_path: Path
) -> None:
    application = reading(provider, by_certificate(tmp_path))
    tokens = [(await application.token()).get_secret_value() for _ in range(3)]
    assert len(set(tokens)) == 3  # they live shorter than the margin, so each use renews them
    assert application.tenant_id == TENANT
    for token in tokens:
        told = await provider.introspected(token, own_assertion(provider))
        assert told["active"] is True
        assert told["client_id"] == APPLICATION
        assert told["exp"] - told["iat"] == LIFETIME
        assert "sub" not in told


async def test_a_provider_refuses_what_another_key_signed(
    provider: OpenIdProvider, tmp_path: Path
) -> None:
    with pytest.raises(EntraRefusal) as caught:
        await reading(provider, by_certificate(tmp_path, 1)).token()
    assert caught.value.code == "application-not-proven"


async def test_an_assertion_is_read_anew_for_each_token_as_the_provider_takes_none_twice(
    provider: OpenIdProvider, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    application = reading(provider, ClientAssertionFile(file))
    for _ in range(2):
        file.write_text(own_assertion(provider), "ascii")
        assert await application.token()
    with pytest.raises(EntraRefusal) as caught:
        await application.token()
    assert caught.value.code == "application-not-proven"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"exp": 1_700_000_000}, "application-not-proven"),
        ({"aud": "https://another.example"}, "application-not-proven"),
        ({"iss": "another"}, "application-not-proven"),
        ({"sub": "another"}, "request-malformed"),
    ],
)
async def test_a_provider_refuses_an_assertion_that_does_not_hold(
    changes: dict[str, Any], code: str, provider: OpenIdProvider, tmp_path: Path
) -> None:
    (tmp_path / "token").write_text(own_assertion(provider, **changes), "ascii")
    with pytest.raises(EntraRefusal) as caught:
        await reading(provider, ClientAssertionFile(tmp_path / "token")).token()
    assert caught.value.code == code


async def test_a_provider_that_this_machine_does_not_trust_gets_no_assertion(
    provider: OpenIdProvider, tmp_path: Path
) -> None:
    application = reading(
        provider, by_certificate(tmp_path), connect=partial(client, retries=False)
    )
    with pytest.raises(TransportError) as caught:
        await application.token()
    assert caught.value.code in {"tls-unknown-issuer", "tls-self-signed"}
