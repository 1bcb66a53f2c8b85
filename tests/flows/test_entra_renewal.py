"""A renewal through Graph: the new token into Entra without a gap, or the old one back."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.entra_actions import Cut, KilledError, action, hours_of, ready, set_up, talking
from tests.practice import Asker, sign_in
from tests.sessions import facts
from wizard.errors import WizardError
from wizard.flow.renewal import discard_pending, may_be_in_entra, retire
from wizard.flow.session import Session, State
from wizard.graph.client import GraphClient
from wizard.graph.secrets import BASE_ADDRESS, NO_SECRETS, NOTIFICATION, SECRET_TOKEN, Secrets
from wizard.options import Options
from wizard.practice.process import PracticeTenant
from wizard.steps.base import Answers, Outlook
from wizard.store.keystore import Keystore, Slot, StoredToken
from wizard.webex.revocation import revoker
from wizard.words.progress import silent
from wizard.workspace import Workspace

DAY = 86_400


@pytest.fixture(scope="module")
def tenant() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as started:
        yield started


@pytest.fixture
def fresh(tenant: PracticeTenant) -> PracticeTenant:
    tenant.reset_entra()
    tenant.behave()
    return tenant


class Renewal:
    """A running setup with a new token that waits."""

    def __init__(
        self, tenant: PracticeTenant, session: Session, keystore: Keystore, graph: GraphClient
    ) -> None:
        self.tenant = tenant
        self.session = session
        self.keystore = keystore
        self.graph = graph
        self.new = ""

    async def begin(self) -> None:
        """Put a new token into the keyring, as the step before has."""
        self.new = sign_in(self.tenant).token
        known = facts(days=46, organization_id=self.tenant.organization_id)
        waiting = StoredToken(token=SecretStr(self.new), facts=known)
        await self.keystore.write("default", Slot.PENDING, waiting)

    async def token(self, slot: Slot) -> str:
        stored = await self.keystore.read("default", slot)
        return stored.token.get_secret_value() if stored else ""

    async def look(self) -> Outlook:
        doing = action(self.tenant, self.keystore, "replacement", self.session)
        return await doing.look(self.session, self.graph)

    async def apply(self, answers: Answers | None = None) -> str:
        doing = action(self.tenant, self.keystore, "replacement", self.session)
        said = await doing.apply(self.session, self.graph, answers or {}, silent)
        assert isinstance(said, str)
        return said

    def saved(self) -> dict[str, str]:
        """Return the digests of what is saved in Entra."""
        (principal,) = self.tenant.entra()["servicePrincipals"]
        return dict(principal["secrets"])

    def is_accepted(self, token: str) -> bool:
        """Tell whether Webex accepts a token."""
        return Asker(self.tenant, token).scim("/Users?count=1").status_code == 200


def renewing(
    tenant: PracticeTenant, folder: Path, test: Callable[[Renewal], Awaitable[None]]
) -> None:
    """Set everything up, fetch a new token, and run a test."""

    async def run() -> None:
        session, keystore = ready(tenant, folder)
        entra = await set_up(tenant, session, keystore)
        async with talking(entra) as graph:
            renewal = Renewal(tenant, session, keystore, graph)
            await renewal.begin()
            await test(renewal)

    asyncio.run(run())


def test_a_renewal_puts_the_new_token_there_and_revokes_the_old_one(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(renewal: Renewal) -> None:
        old, before = await renewal.token(Slot.CURRENT), renewal.saved()
        found = await renewal.look()
        assert (found.finding.state, found.questions) == (State.OPEN, ())
        said = await renewal.apply()
        assert said.endswith("The old token is revoked.")
        after = renewal.saved()
        assert after.keys() == before.keys()
        assert {key for key in after if after[key] != before[key]} == {SECRET_TOKEN}
        assert NOTIFICATION in after
        assert await renewal.token(Slot.CURRENT) == renewal.new
        assert await renewal.token(Slot.PENDING) == ""
        assert renewal.is_accepted(renewal.new)
        assert not renewal.is_accepted(old)
        assert (await renewal.look()).finding.state is State.DONE
        assert await renewal.apply() == "The new token is in force."

    renewing(fresh, tmp_path, test)


def test_a_renewal_ends_the_quarantine_of_a_dead_token(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(renewal: Renewal) -> None:
        fresh.tell_entra(advance=600)
        old = Asker(fresh, await renewal.token(Slot.CURRENT))
        assert old.tokens_me("DELETE").status_code == 204
        fresh.tell_entra(advance=3600)
        found = await renewal.look()
        assert found.finding.state is State.ATTENTION
        assert "End the quarantine." in found.plan
        said = await renewal.apply()
        assert "was not valid any more" in said
        (job,) = fresh.entra()["servicePrincipals"][0]["jobs"]
        assert job["status"] == "Active"

    renewing(fresh, tmp_path, test)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"where": "scim", "fault": "401"}, "renewal-probe"),
        ({"where": "synchronization", "fault": "500", "method": "POST", "times": 1}, "graph"),
    ],
    ids=["webex-refuses", "entra-does-not-try"],
)
def test_a_token_that_does_not_pass_is_never_saved(
    fault: dict[str, Any], code: str, fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(renewal: Renewal) -> None:
        old, before = await renewal.token(Slot.CURRENT), renewal.saved()
        fresh.misbehave(**fault)
        with pytest.raises(WizardError) as caught:
            await renewal.apply()
        assert caught.value.code.startswith(code)
        fresh.behave()
        assert renewal.saved() == before
        assert await renewal.token(Slot.CURRENT) == old
        assert renewal.is_accepted(old)
        assert (await renewal.apply()).endswith("is revoked.")

    renewing(fresh, tmp_path, test)


class FailingAfterSaving(httpx.AsyncBaseTransport):
    """Answers 503 to every reading and trying that follows the first saving."""

    def __init__(self, inner: httpx.AsyncBaseTransport, method: str, times: int) -> None:
        self._inner = inner
        self._method = method
        self._times = times
        self._has_saved = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fails = self._has_saved and request.method == self._method and self._times > 0
        if fails:
            self._times -= 1
            body = {"error": {"code": "BadRequest", "message": "No."}}
            return httpx.Response(400, json=body, request=request)
        response = await self._inner.handle_async_request(request)
        self._has_saved = self._has_saved or request.method == "PUT"
        return response


@pytest.mark.parametrize("method", ["GET", "POST"], ids=["read-back", "entra-tries-what-is-saved"])
def test_a_failure_after_saving_puts_the_old_token_back(
    method: str, fresh: PracticeTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(renewal: Renewal) -> None:
        old, before = await renewal.token(Slot.CURRENT), renewal.saved()
        http = renewal.graph._connection._http
        with monkeypatch.context() as patched:
            failing = FailingAfterSaving(http._transport, method, times=1)
            patched.setattr(http, "_transport", failing)
            with pytest.raises(WizardError) as caught:
                await renewal.apply()
        assert caught.value.code == "renewal-put-back"
        assert "The old token is in Entra again, and nothing was revoked." in caught.value.message
        assert renewal.saved() == before
        assert await renewal.token(Slot.CURRENT) == old
        assert renewal.is_accepted(old)
        assert await renewal.token(Slot.PENDING) == renewal.new
        assert (await renewal.apply()).endswith("is revoked.")

    renewing(fresh, tmp_path, test)


class Elsewhere(httpx.AsyncBaseTransport):
    """Shows the tenant URL of somebody else's organization after the first request of a method."""

    def __init__(self, inner: httpx.AsyncBaseTransport, method: str) -> None:
        self._inner = inner
        self._method = method
        self._is_there = False
        self.saved = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        is_about_secrets = request.url.path.endswith("/synchronization/secrets")
        if self._is_there and is_about_secrets and request.method == "GET":
            content = json.loads(await response.aread())
            for pair in content["value"]:
                if pair["key"] == BASE_ADDRESS:
                    pair["value"] = "https://elsewhere.example/v2"
            response = httpx.Response(200, json=content, request=request)
        self.saved += request.method == "PUT"
        self._is_there = self._is_there or request.method == self._method
        return response


@pytest.mark.parametrize(
    ("method", "code"),
    [("POST", "entra-not-saved"), ("PUT", "renewal-not-put-back")],
    ids=["before-saving", "after-saving"],
)
def test_what_somebody_else_saves_meanwhile_is_not_overwritten(
    method: str,
    code: str,
    fresh: PracticeTenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test(renewal: Renewal) -> None:
        http = renewal.graph._connection._http
        with monkeypatch.context() as patched:
            elsewhere = Elsewhere(http._transport, method)
            patched.setattr(http, "_transport", elsewhere)
            with pytest.raises(WizardError) as caught:
                await renewal.apply()
        assert caught.value.code == code
        assert elsewhere.saved == (method == "PUT")

    renewing(fresh, tmp_path, test)


def test_a_saving_that_is_refused_changes_nothing_and_alarms_nobody(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(renewal: Renewal) -> None:
        before = renewal.saved()
        hours_of(renewal.session).pass_by(3600)  # a new application would be waited for
        fresh.misbehave("synchronization", "no-role", method="PUT")
        fresh.forget_requests()
        with pytest.raises(WizardError) as caught:
            await renewal.apply()
        assert not caught.value.code.startswith("renewal-")
        assert [each.method for each in fresh.requests()].count("PUT") == 1
        assert renewal.saved() == before
        assert not may_be_in_entra(renewal.session)
        fresh.behave()
        assert (await renewal.apply()).endswith("is revoked.")

    renewing(fresh, tmp_path, test)


def test_a_token_that_entra_may_have_is_not_thrown_away(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(renewal: Renewal) -> None:
        http = renewal.graph._connection._http
        inner = http._transport
        http._transport = AtSaving(inner)
        with pytest.raises(KilledError):
            await renewal.apply()
        http._transport = inner
        assert renewal.saved()[SECRET_TOKEN] == digest(renewal.new)
        revoke = revoker(fresh.endpoints.webex)
        with pytest.raises(WizardError) as caught:
            await discard_pending(renewal.session, renewal.keystore, revoke)
        assert caught.value.code == "renewal-in-entra"
        assert renewal.is_accepted(renewal.new)
        await renewal.apply()
        assert not may_be_in_entra(renewal.session)

    renewing(fresh, tmp_path, test)


def test_a_replaced_token_that_entra_may_have_is_not_revoked_before_the_next_one_is_there(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(renewal: Renewal) -> None:
        http = renewal.graph._connection._http
        inner = http._transport
        http._transport = AtSaving(inner)
        with pytest.raises(KilledError):
            await renewal.apply()
        http._transport = inner
        in_entra = renewal.new
        renewal.session.tick("credentials")
        waiting = await renewal.keystore.read("default", Slot.PENDING)
        assert waiting is not None
        await retire(renewal.session, renewal.keystore, waiting)
        await renewal.begin()
        profiles, revoke = renewal.session.profiles, revoker(fresh.endpoints.webex)
        options = Options(practice=True)
        space = Workspace(options, fresh.endpoints, renewal.keystore, profiles, revoke)
        assert await space.settle(renewal.session) == ""
        assert renewal.is_accepted(in_entra)
        await renewal.apply()
        assert not renewal.is_accepted(in_entra)

    renewing(fresh, tmp_path, test)


class AtSaving(httpx.AsyncBaseTransport):
    """Ends the program as soon as the new token has arrived in Entra."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if request.method == "PUT":
            raise KilledError
        return response


def test_provisioning_that_is_off_stays_off(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def test(renewal: Renewal) -> None:
        fresh.tell_entra(advance=600)
        old = Asker(fresh, await renewal.token(Slot.CURRENT))
        assert old.tokens_me("DELETE").status_code == 204
        fresh.tell_entra(advance=3600)
        entra = renewal.session.profile.entra
        await renewal.graph.jobs.pause(entra.service_principal_id, entra.job_id)
        found = await renewal.look()
        assert found.cautions == ("Provisioning is off, and stays off.",)
        assert "End the quarantine." not in found.plan
        assert (await renewal.apply()).endswith("Provisioning is off, and was left so.")
        (job,) = fresh.entra()["servicePrincipals"][0]["jobs"]
        assert job["state"] == "Disabled"

    renewing(fresh, tmp_path, test)


def test_a_second_application_of_somebody_else_needs_no_name_for_ours(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(renewal: Renewal) -> None:
        ours = renewal.session.profile.entra.service_principal_id
        fresh.tell_entra(add_application="Cisco Webex")
        (other,) = (one["id"] for one in fresh.entra()["servicePrincipals"] if one["id"] != ours)
        url = fresh.endpoints.tenant_url(fresh.organization_id)
        secrets = NO_SECRETS.replacing({BASE_ADDRESS: url, SECRET_TOKEN: "a-colleague's-own-token"})
        await renewal.graph.secrets.write(other, secrets)
        assert (await renewal.look()).questions == ()
        assert (await renewal.apply()).endswith("is revoked.")

    renewing(fresh, tmp_path, test)


def test_a_setting_without_a_value_is_not_missed(
    fresh: PracticeTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(renewal: Renewal) -> None:
        read = renewal.graph.secrets.read
        times = 0

        async def with_an_empty_one(principal_id: str) -> Secrets:
            nonlocal times
            times += 1
            found = await read(principal_id)
            return found.replacing({"Domain": ""}) if times <= 2 else found

        monkeypatch.setattr(renewal.graph.secrets, "read", with_an_empty_one)
        assert (await renewal.apply()).endswith("is revoked.")

    renewing(fresh, tmp_path, test)


def test_a_failure_that_cannot_be_mended_says_that_both_tokens_are_valid(
    fresh: PracticeTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(renewal: Renewal) -> None:
        old = await renewal.token(Slot.CURRENT)
        http = renewal.graph._connection._http
        with monkeypatch.context() as patched:
            failing = FailingAfterSaving(http._transport, "GET", times=99)
            patched.setattr(http, "_transport", failing)
            with pytest.raises(WizardError) as caught:
                await renewal.apply()
        assert caught.value.code == "renewal-not-put-back"
        assert "Both tokens are valid" in caught.value.hint
        assert renewal.is_accepted(old)
        assert renewal.is_accepted(renewal.new)
        assert (await renewal.apply()).endswith("is revoked.")

    renewing(fresh, tmp_path, test)


def test_a_renewal_finds_what_another_machine_has_set_up_and_asks_for_its_name(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    async def test(renewal: Renewal) -> None:
        renewal.session.journal.file.unlink()
        renewal.session.change(entra=type(renewal.session.profile.entra)())
        found = await renewal.look()
        (question,) = found.questions
        assert "type Cisco Webex" in question.text
        before = renewal.saved()
        with pytest.raises(WizardError) as caught:
            await renewal.apply({question.id: "cisco"})
        assert caught.value.code == "credentials-not-ours"
        assert renewal.saved() == before
        assert (await renewal.apply({question.id: "Cisco Webex"})).endswith("is revoked.")
        assert renewal.session.profile.entra.service_principal_id

    renewing(fresh, tmp_path, test)


def test_a_tenant_without_this_organization_says_so(fresh: PracticeTenant, tmp_path: Path) -> None:
    async def test(renewal: Renewal) -> None:
        fresh.reset_entra()
        with pytest.raises(WizardError) as caught:
            await renewal.look()
        assert caught.value.code == "renewal-no-application"

    renewing(fresh, tmp_path, test)


def test_a_renewal_killed_at_any_request_leaves_no_gap_and_goes_on(
    fresh: PracticeTenant, tmp_path: Path
) -> None:
    requests = 0

    async def count(renewal: Renewal) -> None:
        nonlocal requests
        fresh.forget_requests()
        await renewal.apply()
        requests = sum(each.target.startswith("/graph/") for each in fresh.requests())

    renewing(fresh, tmp_path / "counted", count)
    assert requests > 8

    async def killed(renewal: Renewal) -> None:
        old = await renewal.token(Slot.CURRENT)
        http = renewal.graph._connection._http
        inner = http._transport
        http._transport = Cut(inner, place, landed=landed)
        with pytest.raises(KilledError):
            await renewal.apply()
        http._transport = inner
        in_force = renewal.saved()[SECRET_TOKEN]
        tokens = {digest(token): token for token in (old, renewal.new)}
        assert renewal.is_accepted(tokens[in_force]), "what Entra has is never revoked"
        assert "revoked" in await renewal.apply()
        assert renewal.saved()[SECRET_TOKEN] == digest(renewal.new)
        assert await renewal.token(Slot.CURRENT) == renewal.new
        assert not renewal.is_accepted(old)

    for place in range(requests):
        for landed in (False, True):
            fresh.reset_entra()
            renewing(fresh, tmp_path / f"{place}-{landed}", killed)


def digest(text: str) -> str:
    """Return what the practice tenant shows of a secret."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
