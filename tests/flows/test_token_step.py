"""A token is judged before it is stored, and tested with the tenant it belongs to."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.practice import sign_in
from tests.practice_here import PracticeHere
from tests.servers import Reply, Seen, json_reply, served
from tests.sessions import facts, memory_keystore, session_in, tools
from wizard.checks.check import Check
from wizard.errors import AnswerError, InvalidInput, TokenRefused, TransportError, WizardError
from wizard.flow.plan import SETUP
from wizard.flow.session import Session
from wizard.net.connect import Connect, direct
from wizard.net.endpoints import Endpoints, WebexEndpoints, bundled, override
from wizard.oauth.webex.implicit import AuthorizationResponse
from wizard.practice.visitor import complete
from wizard.practice.webex.accounts import OTHER_ORGANIZATION_ID
from wizard.steps.connection import ConnectionStep
from wizard.steps.token import ASSUMED_LIFETIME, TokenStep
from wizard.store.keystore import Keystore, Slot, StoredToken
from wizard.store.profiles import StepRecord, utc_now
from wizard.webex.revocation import revoker
from wizard.words.progress import Progress

START = utc_now().replace(microsecond=0)
"""What the clocks of the sessions show; the ladder looks at the real one."""

ADMIN, USER_ADMIN = "admin@practice.example", "useradmin@practice.example"


@pytest.fixture
def session(tmp_path: Path, tenant: PracticeHere) -> Session:
    session = session_in(tmp_path, organization_id=tenant.organization_id)
    session.clock = lambda: START
    return session


def step_for(
    endpoints: Endpoints, keystore: Keystore | None = None, connect: Connect = direct
) -> TokenStep:
    return TokenStep(SETUP[2], tools(keystore, endpoints=endpoints, connect=connect))


def captured(tenant: PracticeHere, account: str = ADMIN) -> AuthorizationResponse:
    """Sign in as a browser does, and paste the address it ends at."""
    step = step_for(tenant.endpoints)
    request = step.request()
    response = step.pasted(complete(request.url, account, send=tenant.send).url, request)
    tenant.forget_requests()
    return response


def judged(
    session: Session,
    response: AuthorizationResponse,
    tenant: PracticeHere,
    endpoints: Endpoints | None = None,
) -> StoredToken:
    said: list[Progress] = []
    step = step_for(endpoints or tenant.endpoints, connect=tenant.connect)
    stored = asyncio.run(step.judge(session, response, said.append))
    assert said
    return stored


def refusal(session: Session, response: AuthorizationResponse, tenant: PracticeHere) -> WizardError:
    with pytest.raises(WizardError) as caught:
        judged(session, response, tenant)
    assert response.access_token.get_secret_value() not in str(caught.value)
    assert str(caught.value).replace("\n", "").isprintable()
    return caught.value


@pytest.mark.parametrize(
    ("account", "role"), [(ADMIN, "id_full_admin"), (USER_ADMIN, "id_user_admin")]
)
def test_an_administrator_who_may_write_users_is_accepted(
    tenant: PracticeHere, session: Session, account: str, role: str
) -> None:
    stored = judged(session, captured(tenant, account), tenant)
    assert stored.facts.email == account
    assert stored.facts.roles == (role,)
    assert stored.facts.organization_id == tenant.organization_id
    assert (stored.facts.expires_at - START).total_seconds() == 3_887_999
    assert not stored.facts.expires_assumed
    assert step_for(tenant.endpoints).missing_scopes(stored) == []


@pytest.mark.parametrize("account", ["readonly@practice.example", "user@practice.example"])
def test_an_account_that_may_not_write_users_is_refused_with_the_reason(
    tenant: PracticeHere, session: Session, account: str
) -> None:
    error = refusal(session, captured(tenant, account), tenant)
    assert isinstance(error, TokenRefused)
    assert error.code == "role-cannot-write"
    assert account in error.message
    assert error.hint


def test_a_token_of_another_organization_is_refused_before_any_request(
    tenant: PracticeHere, session: Session
) -> None:
    error = refusal(session, captured(tenant, "admin@other.example"), tenant)
    assert error.code == "organization-mismatch"
    assert OTHER_ORGANIZATION_ID in error.message
    assert tenant.requests() == []


def test_an_organization_that_only_webex_knows_is_compared_too(
    tenant: PracticeHere, session: Session
) -> None:
    response = captured(tenant)
    tenant.misbehave("people", "wrong-organization")
    error = refusal(session, response, tenant)
    assert error.code in {"organization-mismatch", "forbidden"}


def test_the_organization_is_taken_from_the_token_where_none_was_typed(
    tenant: PracticeHere, tmp_path: Path
) -> None:
    session = session_in(tmp_path)
    stored = judged(session, captured(tenant), tenant)
    assert stored.facts.organization_id == tenant.organization_id
    keystore = memory_keystore()
    asyncio.run(step_for(tenant.endpoints, keystore).apply(session, stored))
    assert session.profile.organization_id == tenant.organization_id


def test_roles_without_names_are_unknown_and_allowed(
    tenant: PracticeHere, session: Session
) -> None:
    response = captured(tenant, "readonly@practice.example")
    for where in ("people", "identity"):
        tenant.misbehave(where, "opaque-roles")
    assert judged(session, response, tenant).facts.roles == ()


def test_common_identity_names_the_roles_that_people_me_does_not(
    tenant: PracticeHere, session: Session
) -> None:
    response = captured(tenant, "readonly@practice.example")
    tenant.misbehave("people", "opaque-roles")
    assert refusal(session, response, tenant).code == "role-cannot-write"


def test_with_the_rest_api_switched_off_nothing_is_asked(
    tenant: PracticeHere, session: Session
) -> None:
    off = override(tenant.endpoints, {"webex": {"api_base": ""}})
    stored = judged(session, captured(tenant), tenant, off)
    assert tenant.requests() == []
    assert (stored.facts.email, stored.facts.roles) == ("", ())
    assert stored.facts.organization_id == tenant.organization_id


def test_a_grant_that_is_smaller_than_asked_is_noticed(
    tenant: PracticeHere, session: Session
) -> None:
    tenant.misbehave("authorization", "granted-less")
    stored = judged(session, captured(tenant), tenant)
    asked = tenant.endpoints.webex.scope.split()
    assert step_for(tenant.endpoints).missing_scopes(stored) == asked[1:]


def test_a_lifetime_that_the_redirect_does_not_say_is_asked_for(
    tenant: PracticeHere, session: Session
) -> None:
    tenant.misbehave("authorization", "no-expires-in")
    stored = judged(session, captured(tenant), tenant)
    assert not stored.facts.expires_assumed
    assert 44 <= stored.facts.days_left(START) <= 45


def test_a_lifetime_that_nobody_says_is_assumed_and_marked(
    tenant: PracticeHere, session: Session
) -> None:
    tenant.misbehave("authorization", "no-expires-in")
    response = captured(tenant)
    tenant.misbehave("tokens", "404")
    stored = judged(session, response, tenant)
    assert stored.facts.expires_assumed
    assert stored.facts.expires_at == START + ASSUMED_LIFETIME


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("401", AnswerError),
        ("expired", AnswerError),
        ("revoked", AnswerError),
        ("403", AnswerError),
        ("404", AnswerError),
        ("html", AnswerError),
        ("empty", AnswerError),
        ("cut", TransportError),
    ],
)
def test_an_account_that_webex_does_not_tell_is_not_stored(
    tenant: PracticeHere, session: Session, fault: str, error: type[WizardError]
) -> None:
    response = captured(tenant)
    tenant.misbehave("people", fault)
    found = refusal(session, response, tenant)
    assert isinstance(found, error)
    assert found.hint
    assert session.profile.token is None


def test_undocumented_places_that_fail_do_no_harm(tenant: PracticeHere, session: Session) -> None:
    response = captured(tenant)
    for where in ("identity", "tokens"):
        tenant.misbehave(where, "html")
    assert judged(session, response, tenant).facts.email == ADMIN


def test_hostile_text_in_every_field_comes_out_harmless(
    tenant: PracticeHere, session: Session
) -> None:
    tenant.misbehave("authorization", "hostile")
    response = captured(tenant)
    for where in ("people", "identity", "tokens"):
        tenant.misbehave(where, "hostile")
    facts = judged(session, response, tenant).facts
    for text in (facts.email, facts.display_name, *facts.roles, *facts.scopes):
        assert text.isprintable()
    assert "[@click=app.quit]pwn[/]" in facts.display_name
    assert facts.organization_id == tenant.organization_id


def test_a_token_in_a_name_is_not_written_to_the_profile(session: Session) -> None:
    token = f"{'A' * 64}_PF84_{session.profile.organization_id}"

    def answer(seen: Seen) -> Reply:
        return json_reply({"displayName": seen.headers["authorization"], "emails": [token]})

    async def judge() -> StoredToken:
        async with served(answer) as server:
            moved = {"api_base": server.url(), "token_endpoint_me": ""}
            step = step_for(override(bundled(), {"webex": moved}))
            response = AuthorizationResponse(SecretStr(token), 100, None, True)
            return await step.judge(session, response, lambda _: None)

    stored = asyncio.run(judge())
    assert token not in stored.facts.model_dump_json()


def test_a_paste_of_another_sign_in_is_refused(tenant: PracticeHere) -> None:
    step = step_for(tenant.endpoints)
    location = complete(step.request().url, ADMIN, send=tenant.send).url
    with pytest.raises(WizardError) as caught:
        step.pasted(location, step.request())
    assert caught.value.code == "state-mismatch"


def climb(session: Session, step: ConnectionStep) -> list[Check]:
    checks: list[Check] = []
    started: list[str] = []
    report = asyncio.run(step.apply(session, checks.append, started.append))
    assert list(report.checks) == checks
    return checks


def kept(
    tenant: PracticeHere, session: Session, account: str = ADMIN
) -> tuple[Keystore, ConnectionStep]:
    """Put a token into the keyring without judging it, as a stranger could have."""
    keystore = memory_keystore()
    response = captured(tenant)
    stored = judged(session, response, tenant)
    other = SecretStr(sign_in(tenant, account).token)
    asyncio.run(
        step_for(tenant.endpoints, keystore).apply(
            session, stored.model_copy(update={"token": other})
        )
    )
    return keystore, ConnectionStep(
        SETUP[3], tools(keystore, endpoints=tenant.endpoints, connect=tenant.connect)
    )


def test_a_passed_connection_test_is_remembered(tenant: PracticeHere, session: Session) -> None:
    _keystore, step = kept(tenant, session)
    assert [check for check in climb(session, step) if check.status == "failed"] == []
    last = session.profile.last_test
    assert last is not None
    assert (last.verdict, last.entra_says, last.writes, last.failed) == (
        "passed",
        "success",
        "yes",
        (),
    )
    assert session.is_done("connection")
    assert {request.method for request in tenant.requests()} <= {"GET", "HEAD", "POST"}


def test_a_token_of_45_days_is_not_called_short_half_way(
    tenant: PracticeHere, session: Session
) -> None:
    keystore, step = kept(tenant, session)
    stored = asyncio.run(keystore.read("default", Slot.CURRENT))
    assert stored is not None
    half = facts(
        organization_id=tenant.organization_id,
        obtained_at=START - timedelta(days=23),
        expires_at=START + timedelta(days=22),
    )
    asyncio.run(keystore.write("default", Slot.CURRENT, stored.model_copy(update={"facts": half})))
    (lifetime,) = (check for check in climb(session, step) if check.id == "lifetime")
    assert lifetime.status == "passed"


def test_a_failed_connection_test_opens_the_step_again(
    tenant: PracticeHere, session: Session
) -> None:
    _keystore, step = kept(tenant, session)
    session.change(steps={**session.profile.steps, "connection": StepRecord(at=START)})
    tenant.misbehave("scim", "401")
    climb(session, step)
    last = session.profile.last_test
    assert last is not None
    assert last.verdict == "failed"
    assert last.failed
    assert not session.is_done("connection")


def test_a_test_without_an_organization_is_refused(tenant: PracticeHere, session: Session) -> None:
    _keystore, step = kept(tenant, session)
    session.profile = session.profile.with_changes(organization_id=None)
    with pytest.raises(InvalidInput):
        climb(session, step)


def revoked(webex: WebexEndpoints, token: str, connect: Connect = direct) -> str:
    async def ask() -> str:
        return await revoker(webex, connect)(SecretStr(token))

    return asyncio.run(ask())


def test_a_token_is_revoked_with_itself(tenant: PracticeHere) -> None:
    asker = sign_in(tenant)
    webex = tenant.endpoints.webex
    assert revoked(webex, asker.token, tenant.connect) == "is revoked"
    assert asker.people_me().status_code == 401
    assert revoked(webex, asker.token, tenant.connect) == "was not valid any more"


@pytest.mark.parametrize("fault", ["403", "404"])
def test_a_revocation_that_is_refused_is_no_success(tenant: PracticeHere, fault: str) -> None:
    asker = sign_in(tenant)
    tenant.misbehave("tokens", fault)
    with pytest.raises(AnswerError) as caught:
        revoked(tenant.endpoints.webex, asker.token, tenant.connect)
    assert caught.value.hint
    assert asker.people_me().status_code == 200


def test_a_server_that_is_not_there_revokes_nothing(tenant: PracticeHere) -> None:
    webex = replace(tenant.endpoints.webex, token_endpoint_me="http://127.0.0.1:9/tokens/me")
    with pytest.raises(TransportError):
        revoked(webex, "x" * 40, partial(direct, retries=False))


def test_a_revocation_that_is_switched_off_is_explained(tenant: PracticeHere) -> None:
    webex = replace(tenant.endpoints.webex, token_endpoint_me="")
    with pytest.raises(TransportError) as caught:
        revoked(webex, "x" * 40)
    assert caught.value.code == "revocation-switched-off"
