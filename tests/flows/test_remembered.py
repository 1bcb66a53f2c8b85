"""A remembered Microsoft sign-in: kept only in the keyring, used only where it was made."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.authority import ACCOUNT, AUTHORITY, TENANT, FakeAuthority
from tests.practice_here import PracticeHere
from tests.sessions import PLACE, Forgetful, session_in, tools
from wizard.errors import KeystoreError, WizardError
from wizard.flow.plan import SETUP, SIGN_IN
from wizard.flow.session import Flow, Session, State
from wizard.net.connect import Connect
from wizard.net.endpoints import bundled
from wizard.options import Options
from wizard.practice.process import PracticeTenant
from wizard.steps.job_health import renewed_health
from wizard.steps.remembered import REFUSED, Remembered
from wizard.steps.sign_in import SignInStep
from wizard.steps.tenant import EntraTenant
from wizard.store.binding import HOSTS_DIFFER, place_of
from wizard.store.keystore import Keystore, MemoryBackend, StoredSignIn
from wizard.store.profiles import EntraFacts
from wizard.walk.walk import Mode, Walk
from wizard.workspace import Workspace

ADMIN = "admin@practice.example"
ENTRY = ("webex-wizard", "default/sign-in")


class Small(MemoryBackend):
    """A keyring that takes no more than Windows does."""

    def __init__(self, most: int = 300) -> None:
        super().__init__()
        self.most = most

    def set_password(self, service: str, username: str, password: str) -> None:
        if len(password) > self.most:
            raise ValueError("The stub received bad data.")
        super().set_password(service, username, password)


class Cutting(MemoryBackend):
    """A keyring that silently keeps the beginning only."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:300])


class Untouched(MemoryBackend):
    """A keyring that must not be asked."""

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("asked")


@pytest.fixture
def connect(tenant: PracticeHere) -> Connect:
    return partial(tenant.connect, retries=False)


@pytest.fixture
def begin(tenant: PracticeTenant, connect: Any) -> Callable[..., SignInStep]:
    """Start the program anew: nothing is in memory, the keyring is what it was."""

    def begun(backend: MemoryBackend, **options: Any) -> SignInStep:
        endpoints = options.pop("endpoints", tenant.endpoints)
        entra = EntraTenant(endpoints, connect)
        keystore = Keystore(place_of(endpoints), backend=backend)
        space = tools(keystore, tenant=entra)
        space.remembered = Remembered(entra, keystore, **options)
        return SignInStep(SIGN_IN, space)

    return begun


async def sign_in(tenant: PracticeTenant, step: SignInStep, session: Session) -> None:
    helping: list[asyncio.Future[None]] = []

    def show(waiting: Any) -> None:
        visit = asyncio.to_thread(tenant.sign_in, waiting.url)
        helping.append(asyncio.ensure_future(visit))

    async with asyncio.timeout(30):
        await step.by_browser(session, step.request(""), show, lambda _error: None)
    await asyncio.gather(*helping)


async def sign_in_and_remember(tenant: PracticeTenant, step: SignInStep, session: Session) -> None:
    await sign_in(tenant, step, session)
    await step.remember(session)


def asked_at_authority(tenant: PracticeTenant) -> list[str]:
    return [asked.target for asked in tenant.requests() if "/token" in asked.target]


def test_a_remembered_sign_in_signs_in_at_the_next_start_without_anybody(
    tenant: PracticeTenant, begin: Any, tmp_path: Path
) -> None:
    async def run() -> None:
        backend = MemoryBackend()
        await sign_in_and_remember(tenant, begin(backend), session_in(tmp_path))
        session, step = session_in(tmp_path), begin(backend)
        assert (await step.check(session)).state is State.ATTENTION
        assert await step.recall(session)
        assert (await step.check(session)).text == f"Signed in as {ADMIN}."
        rows, _warnings = await step.described()
        assert dict(rows)["Account"] == ADMIN

    asyncio.run(run())


def test_where_no_keyring_can_be_used_nothing_is_remembered_or_noted_as_gone(
    begin: Any, tmp_path: Path
) -> None:
    async def run() -> None:
        entra = EntraFacts(is_remembered=True, job_id="j")
        session, step = session_in(tmp_path, entra=entra), begin(MemoryBackend())
        step.tools.keeps_secrets = False
        assert not step.can_remember
        assert not step.is_remembered(session)
        assert "keyring with the sign-in cannot be used" in await renewed_health(session, step)
        assert not await step.by_hand(session)
        assert session.profile.entra.is_remembered

    asyncio.run(run())


def test_what_is_kept_holds_no_access_token_and_the_disk_holds_nothing_of_it(
    tenant: PracticeTenant, begin: Any, tmp_path: Path
) -> None:
    async def run() -> None:
        backend, session = MemoryBackend(), session_in(tmp_path)
        step = begin(backend)
        await sign_in_and_remember(tenant, step, session)
        kept = backend.get_password(*ENTRY) or ""
        stored = StoredSignIn.model_validate_json(kept)
        access = (await step.tenant.signed_in.token()).get_secret_value()
        refresh = stored.refresh_token.get_secret_value()
        assert (stored.authority, stored.tenant_id) == (
            tenant.endpoints.entra.authority,
            session.profile.entra.tenant_id,
        )
        assert access not in kept
        assert set(stored.model_dump()) == {
            "version", "authority", "client_id", "tenant_id", "object_id", "refresh_token", "at",
        }  # fmt: skip
        assert len(kept) - len(refresh) < 300
        assert refresh not in repr(stored)
        files = [file.read_text() for file in tmp_path.rglob("*") if file.is_file()]
        assert any('"is_remembered": true' in text for text in files)
        assert not any(secret in text for text in files for secret in (access, refresh))

    asyncio.run(run())


def test_unless_it_is_wanted_nothing_is_kept_and_no_keyring_is_asked(
    tenant: PracticeTenant, begin: Any, tmp_path: Path
) -> None:
    async def run() -> None:
        session = session_in(tmp_path)
        await sign_in(tenant, begin(Untouched()), session)
        assert not await begin(Untouched()).recall(session_in(tmp_path))
        assert not await begin(Untouched()).by_hand(session)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("backend", "code"),
    [(Small(), ""), (Forgetful(), "keyring-forgetful"), (Cutting(), "keyring-forgetful")],
)
def test_where_it_does_not_fit_nothing_is_left_and_the_sign_in_goes_on(
    tenant: PracticeTenant, begin: Any, tmp_path: Path, backend: MemoryBackend, code: str
) -> None:
    async def run() -> None:
        session, step = session_in(tmp_path), begin(backend)
        await sign_in(tenant, step, session)
        with pytest.raises(KeystoreError) as caught:
            await step.remember(session)
        assert caught.value.code == (code or "keyring-refused")
        assert backend.get_password(*ENTRY) is None
        assert not step.is_remembered(session)
        assert (await step.described())[0]

    asyncio.run(run())


@pytest.mark.parametrize("backend", [Small(1280), Cutting()])
def test_a_sign_in_that_is_too_long_for_windows_is_told_by_its_size(
    backend: MemoryBackend,
) -> None:
    stored = kept_by_fake("r" * 1300).bound_to(PLACE.text)
    with pytest.raises(KeystoreError) as caught:
        asyncio.run(Keystore(PLACE, backend=backend).write_sign_in("default", stored))
    assert caught.value.code == "keyring-too-small"
    assert f"{len(stored.to_secret()):,}" in caught.value.message
    assert backend.get_password(*ENTRY) is None


@pytest.mark.parametrize("fault", ["AADSTS700082", "AADSTS50173", "AADSTS50076", "AADSTS53003"])
def test_one_that_entra_refuses_is_removed_and_the_reason_told(
    tenant: PracticeTenant, begin: Any, tmp_path: Path, fault: str
) -> None:
    async def run() -> None:
        backend = MemoryBackend()
        await sign_in_and_remember(tenant, begin(backend), session_in(tmp_path))
        session, step = session_in(tmp_path), begin(backend)
        tenant.misbehave("authority", fault)
        with pytest.raises(WizardError) as caught:
            await step.recall(session)
        assert caught.value.code == REFUSED
        assert "was removed" in caught.value.message
        assert fault in caught.value.message
        assert caught.value.hint
        assert backend.get_password(*ENTRY) is None
        tenant.behave()
        assert not await step.recall(session_in(tmp_path))
        await sign_in(tenant, step, session)

    asyncio.run(run())


@pytest.mark.parametrize(("fault", "limit"), [("503", 20), ("html", 20), ("slow", 0.2)])
def test_one_that_could_not_be_tried_is_kept_for_the_next_time(
    tenant: PracticeTenant, begin: Any, tmp_path: Path, fault: str, limit: float
) -> None:
    async def run() -> None:
        backend = MemoryBackend()
        await sign_in_and_remember(tenant, begin(backend), session_in(tmp_path))
        session = session_in(tmp_path)
        tenant.misbehave("authority", fault)
        with pytest.raises(WizardError) as caught:
            await begin(backend, time_limit=limit).recall(session)
        assert caught.value.code != REFUSED
        tenant.behave()
        assert await begin(backend).recall(session)

    asyncio.run(run())


def test_it_is_never_used_in_another_tenant_or_cloud(
    tenant: PracticeTenant, begin: Any, tmp_path: Path
) -> None:
    async def run() -> None:
        backend = MemoryBackend()
        await sign_in_and_remember(tenant, begin(backend), session_in(tmp_path))
        tenant.forget_requests()
        elsewhere = replace(tenant.endpoints.entra, authority="https://login.elsewhere.example")
        other_cloud = replace(tenant.endpoints, entra=elsewhere)
        moved = session_in(tmp_path)
        entra = moved.profile.entra.model_copy(update={"tenant_id": TENANT})
        for step, session, code in (
            (begin(backend, endpoints=other_cloud), session_in(tmp_path), HOSTS_DIFFER),
            (begin(backend), session_in(tmp_path / "moved", entra=entra), "remembered-elsewhere"),
        ):
            with pytest.raises(WizardError) as caught:
                await step.recall(session)
            assert caught.value.code == code
            assert asked_at_authority(tenant) == []
        assert await begin(backend).recall(session_in(tmp_path))

    asyncio.run(run())


def test_another_account_ends_it_and_the_same_account_keeps_it(
    tenant: PracticeTenant, begin: Any, tmp_path: Path
) -> None:
    async def run() -> None:
        backend, session = MemoryBackend(), session_in(tmp_path)
        step = begin(backend)
        await sign_in_and_remember(tenant, step, session)
        await sign_in(tenant, step, session)
        assert step.is_remembered(session)
        assert await begin(backend).recall(session_in(tmp_path))
        kept = backend.get_password(*ENTRY) or ""
        of_another = StoredSignIn.model_validate_json(kept).model_copy(
            update={"object_id": ACCOUNT}
        )
        for of_no_use in (of_another.to_secret(), kept[:-5]):
            await sign_in_and_remember(tenant, step, session)
            backend.set_password(*ENTRY, of_no_use)
            await sign_in(tenant, step, session)
            assert not step.is_remembered(session)
            assert backend.get_password(*ENTRY) is None

    asyncio.run(run())


def test_by_hand_and_forgetting_take_it_out_of_the_keyring(
    tenant: PracticeTenant, begin: Any, tmp_path: Path
) -> None:
    async def run() -> None:
        backend, session = MemoryBackend(), session_in(tmp_path)
        step = begin(backend)
        await sign_in_and_remember(tenant, step, session)
        assert await step.forget(session)
        assert backend.get_password(*ENTRY) is None
        assert (await step.check(session)).state is State.DONE
        await step.remember(session)
        assert await step.by_hand(session)
        assert backend.get_password(*ENTRY) is None
        assert step.tenant.signed_in is None
        assert [entry.action for entry in session.history.entries] == [
            "remembered", "forgotten", "remembered", "forgotten",
        ]  # fmt: skip

    asyncio.run(run())


def test_each_profile_has_its_own_and_another_profile_is_signed_out(
    tenant: PracticeTenant, connect: Connect, begin: Any, tmp_path: Path
) -> None:
    async def run() -> None:
        backend = MemoryBackend()
        first = session_in(tmp_path)
        await sign_in_and_remember(tenant, begin(backend), first)
        second = session_in(tmp_path, "second", entra=EntraFacts(is_remembered=True))
        assert not await begin(backend).recall(second)
        assert not second.profile.entra.is_remembered

        async def revoke(_token: SecretStr) -> str:
            return ""

        keystore = Keystore(place_of(tenant.endpoints), backend=backend)
        space = Workspace(
            Options(),
            tenant.endpoints,
            keystore,
            first.profiles,
            revoke,
            practice=tenant,
            connect=connect,
        )
        flow = Flow(SETUP, space.work_on())
        walk = Walk(space, flow)

        async def visited() -> tuple[str, Mode]:
            visit = await walk.visit()
            assert visit is not None
            return visit.told, visit.mode

        assert await visited() == ("", Mode.BY_HAND)
        flow.go("application")
        assert await visited() == (f"Signed in as {ADMIN}.", Mode.DO)
        assert await visited() == ("", Mode.DO)
        space.work_on("second")
        assert await visited() == ("", Mode.BY_HAND)

    asyncio.run(run())


def kept_by_fake(refresh_token: str) -> StoredSignIn:
    return StoredSignIn(
        authority=AUTHORITY,
        client_id=bundled().entra.client_id,
        tenant_id=TENANT,
        object_id=ACCOUNT,
        refresh_token=SecretStr(refresh_token),
    )


def refresh_token_in(backend: MemoryBackend) -> str:
    kept = backend.get_password(*ENTRY)
    assert kept is not None
    return StoredSignIn.model_validate_json(kept).refresh_token.get_secret_value()


def test_a_refresh_token_that_entra_replaces_is_stored_anew_unless_it_was_forgotten(
    tmp_path: Path,
) -> None:
    async def run() -> None:
        backend, authority = MemoryBackend(), FakeAuthority()
        keystore = Keystore(PLACE, backend=backend)
        await keystore.write_sign_in("default", kept_by_fake("secret-refresh-0"))
        session = session_in(tmp_path, entra=EntraFacts(is_remembered=True))
        entra = EntraTenant(bundled(), lambda **_options: authority.connect())
        step = SignInStep(SIGN_IN, tools(keystore, tenant=entra))
        assert await step.recall(session)
        asked = authority.last("/token").values
        assert asked["refresh_token"] == "secret-refresh-0"
        assert "CP1" in asked["claims"]
        assert refresh_token_in(backend) == "secret-refresh-1"
        assert entra.signed_in is not None
        await entra.signed_in.token('{"access_token": {}}')
        assert refresh_token_in(backend) == "secret-refresh-2"
        await keystore.delete_sign_in("default")
        await entra.signed_in.token('{"access_token": {}}')
        assert backend.get_password(*ENTRY) is None

    asyncio.run(run())


def test_a_keyring_that_refuses_the_new_one_does_not_disturb_the_work(tmp_path: Path) -> None:
    async def run() -> None:
        backend, authority = Small(1280), FakeAuthority()
        keystore = Keystore(PLACE, backend=backend)
        await keystore.write_sign_in("default", kept_by_fake("secret-refresh-0"))
        before = backend.get_password(*ENTRY)
        session = session_in(tmp_path, entra=EntraFacts(is_remembered=True))
        entra = EntraTenant(bundled(), lambda **_options: authority.connect())
        step = SignInStep(SIGN_IN, tools(keystore, tenant=entra))
        backend.most = 10
        assert await step.recall(session)
        assert backend.get_password(*ENTRY) == before
        assert entra.signed_in is not None
        assert await entra.signed_in.token()

    asyncio.run(run())


def test_a_sign_in_without_anything_to_renew_it_cannot_be_remembered(tmp_path: Path) -> None:
    async def run() -> None:
        authority, keystore = FakeAuthority(), Keystore(PLACE, backend=MemoryBackend())
        await keystore.write_sign_in("default", kept_by_fake("secret-refresh-0"))
        entra = EntraTenant(bundled(), lambda **_options: authority.connect())
        step = SignInStep(SIGN_IN, tools(keystore, tenant=entra))
        session = session_in(tmp_path, entra=EntraFacts(is_remembered=True))
        answer = authority.tokens().json()
        del answer["refresh_token"]
        authority.instead["token"] = [httpx.Response(200, json=answer)]
        assert await step.recall(session)
        with pytest.raises(WizardError) as caught:
            await step.remember(session)
        assert caught.value.code == "nothing-to-remember"
        assert step.is_remembered(session)  # the one from before is still in the keyring
        await keystore.delete_sign_in("default")
        with pytest.raises(WizardError):
            await step.remember(session)
        assert not step.is_remembered(session)

    asyncio.run(run())
