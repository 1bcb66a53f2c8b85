"""A renewal through Graph: the new token into Entra without a gap, or the old one back."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.entra_actions import Cut, KilledError, action, ready, set_up, talking
from tests.practice import Asker, sign_in
from tests.sessions import facts
from wizard.errors import WizardError
from wizard.flow import Session, State
from wizard.graph.client import GraphClient
from wizard.graph.secrets import NOTIFICATION, SECRET_TOKEN
from wizard.keystore import Keystore, Slot, StoredToken
from wizard.practice.tenant import PracticeTenant
from wizard.progress import silent
from wizard.steps.automatic import Answers, Outlook

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
