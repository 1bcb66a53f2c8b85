"""An application in the place of a person: what it asks Microsoft, and that it writes nothing."""

import asyncio
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.authority import TENANT, FakeAuthority, described, refused
from tests.certificates import certificate, pem, written
from tests.graph_client import CANNED, JOB, PRINCIPAL, in_turn, operation_of, reply
from tests.unit.test_graph_operations import ANSWERS, CALLS, sent_by
from wizard.errors import AnswerError, AuthorizationError, TransportError, WizardError
from wizard.graph.errors import GraphError
from wizard.graph.operations import Effect, Operation
from wizard.net.endpoints import bundled
from wizard.net.transport import client
from wizard.oauth.entra.aadsts_unattended import UNATTENDED
from wizard.oauth.entra.client_credentials import ReadingApplication
from wizard.oauth.entra.client_proof import ClientCertificate, read_certificate
from wizard.oauth.entra.refusal import EntraRefusal, entra_refusal
from wizard.steps.tenant import EntraTenant
from wizard.words.meanings import Meaning

APPLICATION = "5f6e7d8c-1a2b-4c3d-8e9f-a0b1c2d3e4f5"
GRANT = f"https://login.microsoftonline.com/{TENANT}/adminconsent?client_id={APPLICATION}"


@pytest.fixture
def authority() -> FakeAuthority:
    return FakeAuthority()


@cache
def proof() -> ClientCertificate:
    """Return what a file with a certificate holds, read once: to look at its key takes longest."""
    with TemporaryDirectory() as folder:
        return read_certificate(written(Path(folder, "monitor.pem"), pem(), certificate()))


def reading(authority: FakeAuthority, **options: Any) -> ReadingApplication:
    endpoints = options.pop("endpoints", bundled().entra)
    options = {"connect": authority.connect} | options
    return ReadingApplication(endpoints, TENANT, APPLICATION, proof(), **options)


async def test_it_asks_for_all_that_was_granted_to_it_and_names_no_person(
    authority: FakeAuthority,
) -> None:
    application = reading(authority)
    token = await application.token()
    assert token.get_secret_value() == "secret-access-1"
    assert application.tenant_id == TENANT
    assert application.proof_ends
    asked = authority.last("token").values
    assert asked["grant_type"] == "client_credentials"
    assert asked["scope"] == "https://graph.microsoft.com/.default"
    assert asked["client_assertion_type"].endswith(":jwt-bearer")
    assert json.loads(asked["claims"])["access_token"]["xms_cc"]["values"] == ["CP1"]
    assert "client_secret" not in asked
    assert "login_hint" not in asked


async def test_a_token_that_is_about_to_end_is_not_used(authority: FakeAuthority) -> None:
    authority.lifetime = 200  # less than the margin
    application = reading(authority)
    assert await application.token() != await application.token()
    authority.lifetime = 3600
    assert await application.token() == await application.token()


async def test_an_environment_sends_nothing_to_another_host(
    authority: FakeAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSAL_FORCE_REGION", "westeurope")
    await reading(authority).token()
    hosts = {httpx.URL(each.url).host for each in authority.asked}
    assert hosts == {"login.microsoftonline.com"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"authority": ""}, "sign-in-switched-off"),
        ({"graph_base": ""}, "sign-in-switched-off"),
        ({"authority": "http://127.0.0.1:9"}, "authority-not-https"),
    ],
)
def test_where_nobody_can_sign_in_no_application_can(
    changes: dict[str, Any], code: str, authority: FakeAuthority
) -> None:
    with pytest.raises(AuthorizationError) as caught:
        reading(authority, endpoints=replace(bundled().entra, **changes))
    assert caught.value.code == code


def both(authority: FakeAuthority, sent: list[httpx.Request], answers: Any) -> Any:
    """What makes clients that reach the sign-in service, and Graph."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "login.microsoftonline.com":
            return authority.answer(request)
        sent.append(request)
        told = answers[operation_of(request)]
        response: httpx.Response = (told if callable(told) else in_turn(told))(request)
        return response

    def connect(**options: Any) -> httpx.AsyncClient:
        return client(inner=httpx.MockTransport(answer), retries=False, **options)

    return connect


async def read(
    authority: FakeAuthority, question: Any, sent: list[httpx.Request], answers: Any
) -> Any:
    connect = both(authority, sent, answers)
    tenant = EntraTenant(bundled(), connect)
    tenant.application = reading(authority, connect=connect)
    async with tenant.graph(read_only=False) as graph:
        return await question(graph)


@pytest.mark.parametrize("name", CALLS)
def test_a_method_that_writes_is_refused_before_it_leaves_this_machine(
    name: str, authority: FakeAuthority
) -> None:
    sent: list[httpx.Request] = []
    answers = {**CANNED, **ANSWERS.get(name, {})}
    asking = read(authority, CALLS[name], sent, answers)
    if all(operation.effect is Effect.READS for operation in sent_by(name).operations):
        asyncio.run(asking)
        assert sent
    else:
        with pytest.raises(TransportError) as caught:
            asyncio.run(asking)
        assert caught.value.code == "preview-write"
    assert {request.method for request in sent} <= {"GET"}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (403, {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."},
         "application-permission-missing"),
        (401, {"code": "UnknownError", "message": ""}, "application-permission-missing"),
        (404, {"code": "Request_ResourceNotFound", "message": "Gone."}, "graph-not-found"),
    ],
)  # fmt: skip
async def test_what_graph_refuses_an_application_is_told_without_a_person(
    status: int, body: dict[str, str], code: str, authority: FakeAuthority
) -> None:
    answers = {Operation.GET_JOB: reply(status, {"error": body})}
    with pytest.raises(GraphError) as caught:
        await read(authority, lambda graph: graph.jobs.get(PRINCIPAL, JOB), [], answers)
    error = caught.value
    assert (error.code, error.status, error.tracking_id) == (code, status, "R1")
    if code == "application-permission-missing":
        assert f"HTTP {status}" in error.message
        assert f"/ApplicationMenuBlade/~/CallAnAPI/appId/{APPLICATION} " in error.hint
        assert "sign in" not in error.hint.lower()


def rows() -> list[tuple[str, Meaning]]:
    return [(theirs, row) for row in UNATTENDED for theirs in row.theirs.split()]


@pytest.mark.parametrize(("theirs", "row"), rows())
def test_each_refusal_says_what_to_do_where_nobody_can_sign_in_again(
    theirs: str, row: Meaning
) -> None:
    number = int(theirs[6:]) if theirs.startswith("AADSTS") else 0
    words = f"{described(number)} {row.words}" if number else ""
    error = entra_refusal(
        {"error": "odd" if number else theirs, "error_description": words}, GRANT, UNATTENDED
    )
    assert error.code == row.code
    assert "start the sign-in" not in error.hint.lower()
    assert error.hint.endswith((".", GRANT))
    assert row.page


def test_no_number_leads_to_two_rows_unless_the_words_part_them() -> None:
    told = [(theirs, row.words) for theirs, row in rows()]
    assert len(told) == len(set(told))


async def test_a_refusal_that_nobody_knows_points_to_where_entra_shows_it(
    authority: FakeAuthority,
) -> None:
    authority.instead["token"] = [refused("odd", described(123456))]
    with pytest.raises(EntraRefusal) as caught:
        await reading(authority).token()
    assert "Service principal sign-ins" in caught.value.hint
    assert "error?code=123456" in caught.value.hint


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.ConnectError("gone"), TransportError),
        (httpx.Response(503, text="later"), AnswerError),
        (httpx.Response(200, text="<html>A page of the network"), WizardError),
        (httpx.Response(200, json={"access_token": "", "expires_in": -5}), WizardError),
    ],
)
async def test_what_is_no_answer_is_told_and_shows_no_assertion(
    answer: Any, kind: type[WizardError], authority: FakeAuthority
) -> None:
    authority.instead["token"] = [answer] * 3
    with pytest.raises(kind) as caught:
        await reading(authority).token()
    asked = authority.last("token").values
    assert asked["client_assertion"] not in f"{caught.value} {caught.value.__cause__!r}"


async def test_nothing_that_is_held_shows_a_token_or_the_key(authority: FakeAuthority) -> None:
    application = reading(authority)
    token = await application.token()
    assert isinstance(token, SecretStr)
    shown = f"{vars(application)} {application!r}"
    assert token.get_secret_value() not in shown
    assert pem().splitlines()[1] not in shown
