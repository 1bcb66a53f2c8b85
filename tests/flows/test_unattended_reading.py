"""An application that reads where nobody is signed in, at the practice tenants."""

import asyncio
import base64
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from tests.certificates import assertion, certificate, key, pem, public_pem, written
from tests.practice_here import PracticeHere
from tests.unattended_here import READER_CLIENT, TENANT_ID, key_file, reading, register
from wizard.errors import AuthorizationError, TransportError, WizardError
from wizard.graph.authorization import ANOTHER
from wizard.graph.client import GraphClient
from wizard.graph.errors import GraphError
from wizard.net.connect import Connect
from wizard.oauth.entra.client_credentials import ReadingApplication
from wizard.oauth.entra.client_proof import ClientAssertionFile
from wizard.steps.tenant import EntraTenant
from wizard.steps.unattended import PERMISSIONS

ISSUER, SUBJECT = "https://cluster.example/oidc", "system:serviceaccount:it:webex-monitor"


@pytest.fixture
def tenants() -> Iterator[PracticeHere]:
    with PracticeHere() as running:
        yield running


@pytest.fixture
def file(tmp_path: Path, tenants: PracticeHere) -> Path:
    """A key file whose certificate is registered."""
    public = certificate()
    register(tenants, certificate=public)
    return key_file(tmp_path, public)


async def read(
    tenants: PracticeHere,
    application: ReadingApplication,
    question: Callable[[GraphClient], Awaitable[Any]],
) -> Any:
    tenant = EntraTenant(tenants.endpoints, tenants.connect)
    tenant.application = application
    async with tenant.graph() as graph:
        return await question(graph)


def refused(application: ReadingApplication) -> WizardError:
    with pytest.raises(WizardError) as caught:
        asyncio.run(application.token())
    return caught.value


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def certificate_lines(file: Path) -> list[str]:
    return file.read_text("ascii").partition("BEGIN CERTIFICATE-----")[2].split()[:-2]


def roles_in(token: str) -> list[str]:
    claims = json.loads(decoded(token.split(".")[1]))
    assert (claims["idtyp"], claims["appid"]) == ("app", READER_CLIENT)
    assert "scp" not in claims
    return list(claims["roles"])


@pytest.mark.parametrize("tenant", [TENANT_ID, "practice.example", "PRACTICE.EXAMPLE"])
async def test_an_application_signs_in_by_its_certificate_and_reads(
    tenant: str, tenants: PracticeHere, file: Path
) -> None:
    application = reading(tenants, file, tenant)
    token = (await application.token()).get_secret_value()
    assert roles_in(token) == sorted(each.name for each in PERMISSIONS)
    assert application.tenant_id == TENANT_ID
    tenants.tell_entra(add_application="Cisco Webex")
    (principal,) = await read(
        tenants, application, lambda graph: graph.service_principals.named("Cisco Webex")
    )
    (job,) = await read(tenants, application, lambda graph: graph.jobs.list(principal.id))
    assert job.id
    assert await read(tenants, application, lambda graph: graph.users.search("a"))


async def test_the_token_is_kept_in_memory_until_another_is_wanted(
    tenants: PracticeHere, file: Path
) -> None:
    application = reading(tenants, file)
    first = await application.token()
    assert await application.token() == first
    assert await application.token(ANOTHER) != first
    asked = [each for each in tenants.requests() if each.target.endswith("/token")]
    assert len(asked) == 2


async def test_a_claims_challenge_of_graph_is_answered_by_a_token_that_satisfies_it(
    tenants: PracticeHere, file: Path
) -> None:
    tenants.misbehave("applications", "insufficient-claims")
    application = reading(tenants, file)
    assert not await read(
        tenants, application, lambda graph: graph.service_principals.named("Cisco Webex")
    )


async def test_of_the_key_nothing_is_sent_or_written_but_what_it_signed(
    tenants: PracticeHere, file: Path, tmp_path: Path
) -> None:
    sent: list[str] = []
    before = sorted(tmp_path.rglob("*"))
    await reading(tenants, file, connect=heard(tenants, sent)).token()
    assert sorted(tmp_path.rglob("*")) == before
    (signed,) = sent
    header, claims = (json.loads(decoded(part)) for part in signed.split(".")[:2])
    assert header["alg"] == "PS256"
    assert set(header) == {"alg", "typ", "x5t#S256", "x5c"}
    assert set(claims) == {"aud", "iss", "sub", "exp", "iat", "jti"}
    der = "".join(certificate_lines(file))
    assert ["".join(each.split()) for each in header["x5c"]] == [der]
    assert not any(line in signed for line in pem().splitlines()[1:-1])


async def test_what_would_write_never_leaves_this_machine(
    tenants: PracticeHere, file: Path
) -> None:
    with pytest.raises(TransportError) as caught:
        await read(
            tenants,
            reading(tenants, file),
            lambda graph: graph.applications.instantiate(TENANT_ID, "Webex"),
        )
    assert caught.value.code == "preview-write"
    assert {each.method for each in tenants.exchanges()} == {"GET"}


async def test_entra_refuses_a_write_too_if_it_ever_came(tenants: PracticeHere, file: Path) -> None:
    token = (await reading(tenants, file).token()).get_secret_value()
    graph = tenants.endpoints.entra.graph_base
    headers = {"Authorization": f"Bearer {token}"}
    async with tenants.connect() as http:
        made = await http.patch(
            f"{graph}/servicePrincipals/{TENANT_ID}", json={"tags": []}, headers=headers
        )
    assert made.status_code == httpx.codes.FORBIDDEN


@pytest.mark.parametrize(
    ("prepare", "code"),
    [
        (lambda _: None, "certificate-not-registered"),
        (lambda tenants: register(tenants, certificate=certificate(key(1))),
         "certificate-not-registered"),
    ],
    ids=["none", "another"],
)  # fmt: skip
def test_a_certificate_that_entra_does_not_know_is_told(
    prepare: Callable[[PracticeHere], None], code: str, tenants: PracticeHere, tmp_path: Path
) -> None:
    prepare(tenants)
    error = refused(reading(tenants, key_file(tmp_path)))
    assert error.code == code
    assert "(AADSTS700027)" in error.message
    assert "Certificates & secrets" in error.hint
    assert "Trace ID" not in error.message
    assert error.tracking_id


def test_a_certificate_that_has_ended_is_told_as_that(
    tenants: PracticeHere, tmp_path: Path
) -> None:
    public = certificate(days=-0.5)
    register(tenants, certificate=public)
    error = refused(reading(tenants, key_file(tmp_path, public)))
    assert error.code == "certificate-expired"
    assert "check the clock of this machine" in error.hint


def test_a_clock_that_is_off_is_told(tenants: PracticeHere, file: Path) -> None:
    tenants.tell_entra(advance=3600)
    error = refused(reading(tenants, file))
    assert error.code == "assertion-out-of-time"
    assert "clock" in error.hint


@pytest.mark.parametrize(
    ("tenant", "client_id", "code"),
    [
        ("nowhere.example", READER_CLIENT, "tenant-not-found"),
        ("other.example", READER_CLIENT, "client-not-found"),
        (TENANT_ID, "11111111-2222-4333-8444-555555555555", "client-not-found"),
    ],
)
def test_a_tenant_or_an_application_that_is_not_there_is_told_with_its_option(
    tenant: str, client_id: str, code: str, tenants: PracticeHere, file: Path
) -> None:
    error = refused(reading(tenants, file, tenant, client_id=client_id))
    assert error.code == code
    assert "--tenant" in error.hint


@pytest.mark.parametrize("tenant", ["", "organizations", "no tenant at all", "common"])
def test_what_names_no_tenant_is_refused_before_anything_is_asked(
    tenant: str, tenants: PracticeHere, file: Path
) -> None:
    with pytest.raises(WizardError) as caught:
        reading(tenants, file, tenant)
    assert caught.value.code.startswith("tenant-")


@pytest.mark.parametrize(
    ("granted", "question"),
    [
        ([], lambda graph: graph.service_principals.named("Cisco Webex")),
        (["Application.Read.All"], lambda graph: graph.jobs.list(TENANT_ID)),
        (["Synchronization.Read.All"], lambda graph: graph.users.search("a")),
        (["User.Read.All"], lambda graph: graph.provisioning_log.entries("job")),
    ],
)
async def test_a_permission_that_nobody_granted_is_told_with_who_grants_it_where(
    granted: list[str],
    question: Callable[[GraphClient], Awaitable[Any]],
    tenants: PracticeHere,
    file: Path,
) -> None:
    tenants.tell_entra(grant=granted)
    with pytest.raises(GraphError) as caught:
        await read(tenants, reading(tenants, file), question)
    error = caught.value
    assert error.code == "application-permission-missing"
    assert "Privileged Role Administrator" in error.hint
    assert f"/ApplicationMenuBlade/~/CallAnAPI/appId/{READER_CLIENT} " in error.hint
    for each in PERMISSIONS:
        assert each.name in error.hint
    assert "role" not in error.hint.replace("Privileged Role", "").lower()


def heard(tenants: PracticeHere, sent: list[str]) -> Connect:
    """What makes clients, of which the assertions are heard that they send."""

    async def hear(request: httpx.Request) -> None:
        form = dict(parse_qsl(request.content.decode()))
        sent.extend(value for name, value in form.items() if name == "client_assertion")

    def connect(**options: Any) -> httpx.AsyncClient:
        client = tenants.connect(**options)
        client.event_hooks = {"request": [hear]}
        return client

    return connect


def federated(tmp_path: Path, **claims: Any) -> ClientAssertionFile:
    whole = {"iss": ISSUER, "sub": SUBJECT, **claims}
    return ClientAssertionFile(written(tmp_path / "token", assertion(key(2), **whole)))


def trust(tenants: PracticeHere) -> None:
    register(tenants, issuer=ISSUER, subject=SUBJECT, key=public_pem(key(2)))


async def test_an_assertion_of_a_trusted_issuer_is_taken_and_read_anew_each_time(
    tenants: PracticeHere, tmp_path: Path
) -> None:
    trust(tenants)
    sent: list[str] = []
    application = reading(tenants, federated(tmp_path, jti="1"), connect=heard(tenants, sent))
    for number in ("1", "2"):
        proof = federated(tmp_path, jti=number)
        await application.token(ANOTHER)
        assert sent.pop() == proof.read().get_secret_value()
    (tmp_path / "token").unlink()
    with pytest.raises(AuthorizationError) as caught:
        await application.token(ANOTHER)
    assert caught.value.code == "assertion-unreadable"


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://another.example"}, "assertion-not-trusted"),
        ({"sub": "somebody else"}, "assertion-not-trusted"),
        ({"exp": int(time.time()) - 3600}, "assertion-out-of-time"),
        ({"aud": "https://another.example"}, "assertion-refused"),
        ({"aud": ["api://AzureADTokenExchange"]}, "assertion-refused"),
        ({"exp": "tomorrow"}, "assertion-refused"),
    ],
)
def test_an_assertion_that_entra_does_not_take_is_told(
    claims: dict[str, Any], code: str, tenants: PracticeHere, tmp_path: Path
) -> None:
    trust(tenants)
    assert refused(reading(tenants, federated(tmp_path, **claims))).code == code


def test_an_assertion_signed_by_somebody_else_is_refused(
    tenants: PracticeHere, tmp_path: Path
) -> None:
    register(tenants, issuer=ISSUER, subject=SUBJECT, key=public_pem(key(1)))
    assert refused(reading(tenants, federated(tmp_path))).code == "certificate-not-registered"
