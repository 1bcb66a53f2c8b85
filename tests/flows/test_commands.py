"""The commands without questions: what they say, where they say it, and how they exit."""

import asyncio
import io
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.core import load_keyring
from pydantic import SecretStr

from tests import entra_actions
from tests.foreign_keyring import ClearText, in_use
from tests.practice import sign_in
from tests.practice_here import meanwhile
from tests.sessions import HOSTILE, NOW, PLACE, ended, session_in, tools
from wizard.commands import forget, report, status
from wizard.commands import test as connection_test
from wizard.flow.plan import SIGN_IN
from wizard.flow.session import Session
from wizard.options import Options
from wizard.practice.process import PracticeTenant
from wizard.steps.sign_in import SignInStep
from wizard.store.binding import PRACTICE, place_of
from wizard.store.history import History
from wizard.store.journal import Action, Journal
from wizard.store.keystore import SERVICE, Keystore, Slot, StoredToken
from wizard.store.places import HOME_VARIABLE, practice_tenant_file, settings_folder
from wizard.store.profiles import (
    EntraFacts,
    Profile,
    ProfileStore,
    StepRecord,
    TokenFacts,
    utc_now,
)
from wizard.workspace import Opening, Workspace, open_workspace

NO_KEYRING = "keyring.backends.fail.Keyring"


@pytest.fixture(scope="module")
def running() -> Iterator[PracticeTenant]:
    with PracticeTenant.start() as tenant:
        yield tenant


@pytest.fixture
def keyring_in_memory() -> Iterator[KeyringBackend]:
    memory = ClearText()
    with in_use(memory):
        yield memory


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home" / "profiles"


class Said:
    """What a command wrote, and its exit code."""

    def __init__(self, code: int, captured: Any) -> None:
        self.code, self.out, self.err = code, captured.out, captured.err

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(
    home: Path,
    tmp_path: Path,
    tenant: PracticeTenant,
    keyring_in_memory: KeyringBackend,
    capsys: pytest.CaptureFixture[str],
) -> Any:
    file = tmp_path / "hosts.toml"
    file.write_text(toml(asdict(tenant.endpoints)))

    def run(command: Any, *opening: Opening, **options: Any) -> Said:
        given: dict[str, Any] = {
            "endpoints": file,
            "allow_keyring": "tests.foreign_keyring",
            "yes": True,
        } | options
        return Said(command.run(Options(**given), *opening), capsys.readouterr())

    return run


def toml(tables: dict[str, dict[str, Any]], **webex: str) -> str:
    tables = tables | {"webex": tables["webex"] | webex}
    return "\n".join(
        f"[{section}]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in keys.items())
        for section, keys in tables.items()
    )


def facts(tenant: PracticeTenant, days: int = 45) -> TokenFacts:
    expires = utc_now() + timedelta(days=days, minutes=1)
    return TokenFacts(
        organization_id=tenant.organization_id,
        obtained_at=expires - timedelta(days=45),
        expires_at=expires,
        email="admin@practice.example",
    )


def set_up(
    home: Path, tenant: PracticeTenant, *slots: Slot, name: str = "default", **changes: Any
) -> tuple[Session, list[str]]:
    """Store a profile and real tokens of the practice tenant; return the tokens."""
    session = session_in(home, name, organization_id=tenant.organization_id, **changes)
    keystore = Keystore(place_of(tenant.endpoints), allowed="tests.foreign_keyring")
    tokens = []
    for slot in slots:
        tokens.append(sign_in(tenant).token)
        stored = StoredToken(token=SecretStr(tokens[-1]), facts=facts(tenant))
        asyncio.run(keystore.write(name, slot, stored))
    if Slot.CURRENT in slots:
        session.change(token=facts(tenant))
    return session, tokens


def held(name: str = "default") -> list[str]:
    keystore = Keystore(PLACE, allowed="tests.foreign_keyring")
    return [str(slot) for slot in Slot if asyncio.run(keystore.holds(name, slot))]


def alive(tenant: PracticeTenant, token: str) -> bool:
    asker = sign_in(tenant)
    asker.token = token
    return asker.people_me().status_code == 200


async def remembering(tenant: PracticeTenant, folder: Path) -> None:
    """Set everything up, and remember the sign-in."""
    session, keystore = entra_actions.ready(tenant, folder)
    entra = await entra_actions.set_up(tenant, session, keystore)
    kept = Keystore(PRACTICE, service=f"{SERVICE} practice", allowed="tests.foreign_keyring")
    step = SignInStep(SIGN_IN, tools(kept, tenant=entra))
    await step.remember(session)
    session.change(token=facts(tenant))


class TestStatus:
    def test_nothing_is_set_up(self, run: Any) -> None:
        said = run(status)
        assert (said.code, said.out) == (3, "Nothing is set up yet.\n")
        said = run(status, json=True)
        assert said.code == 3
        assert said.document == {
            "version": 1,
            "command": "status",
            "healthy": False,
            "profiles": [],
        }

    def test_a_healthy_profile(self, run: Any, home: Path, tenant: PracticeTenant) -> None:
        session_in(home, token=facts(tenant))
        said = run(status)
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("default: 45 days left,")
        assert run(status, json=True).document["profiles"][0]["days_left"] == 45

    def test_a_profile_that_needs_attention(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        session_in(home, "a", token=facts(tenant))
        session_in(home, "b", token=facts(tenant, days=3))
        said = run(status)
        assert said.code == 1
        told = [line.partition(":")[0] for line in said.out.splitlines()]
        assert told == ["b", "a"], "what needs attention most comes first"
        assert run(status, profile="a").code == 0
        assert "Renew the token soon." in run(status, profile="b").out

    def test_a_new_token_that_waits_is_mentioned(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        steps = {"new-token": StepRecord(at=utc_now())}
        session_in(home, token=facts(tenant), steps=steps)
        said = run(status)
        assert said.code == 1
        assert "A new token waits" in said.out

    def test_entra_is_asked_afresh_where_a_sign_in_is_remembered(
        self, run: Any, keyring_in_memory: KeyringBackend
    ) -> None:
        folder = settings_folder(practice=True)
        practising = {"practice": True, "endpoints": None}
        with PracticeTenant.start(state=practice_tenant_file()) as tenant:
            asyncio.run(remembering(tenant, folder))
            tenant.tell_entra(advance=3600)
        said = run(status, **practising)
        assert (said.code, said.err) == (0, "")
        assert "provisioning runs (seen " in said.out
        ill = run(status, **practising, faults=("synchronization:quarantine:times=1",))
        assert ill.code == 1
        assert "provisioning is in quarantine" in ill.out
        late = run(status, **practising, faults=("synchronization:500",))
        assert "provisioning was in quarantine (seen " in late.out, "what was seen last is shown"
        assert "Entra could not be asked: " in late.out
        gone = run(status, **practising, faults=("authority:AADSTS50173",))
        assert "is not accepted any more and was removed" in gone.out
        assert "could not be asked" not in run(status, **practising).out

    def test_a_damaged_profile_is_named(self, run: Any, home: Path) -> None:
        home.mkdir(parents=True)
        (home / "default.json").write_text("{")
        said = run(status)
        assert said.code == 4
        assert "default.json" in said.out

    @pytest.mark.parametrize(("name", "code"), [("none", 3), ("../x", 2)])
    def test_a_profile_that_is_not_there(self, run: Any, name: str, code: int) -> None:
        said = run(status, profile=name)
        assert (said.code, said.out) == (code, "")
        assert "Problem: " in said.err
        assert run(status, profile=name, json=True).document["error"]["code"]


class TestReport:
    def test_a_report_is_data(self, run: Any, home: Path, tenant: PracticeTenant) -> None:
        session_in(home, token=facts(tenant), organization_id=tenant.organization_id)
        said = run(report)
        assert (said.code, said.err) == (0, "")
        assert f"`{tenant.endpoints.tenant_url(tenant.organization_id)}`" in said.out
        assert run(report, json=True).document["organization_id"] == tenant.organization_id

    def test_no_token_is_in_a_report(self, run: Any, home: Path, tenant: PracticeTenant) -> None:
        session, (token,) = set_up(home, tenant, Slot.CURRENT)
        ended(session.log("token", Action.STORED, f"{HOSTILE} access_token={token}"))
        for as_json in (True, False):
            said = run(report, json=as_json)
            assert token not in said.out
            assert "\x1b" not in said.out

    @pytest.mark.parametrize("name", ["none", "../x"])
    def test_a_profile_that_is_not_there(self, run: Any, home: Path, name: str) -> None:
        session_in(home, "contoso").tick("prepare")
        said = run(report, profile=name)
        assert (said.code, said.out) == (2, "")
        if name == "none":
            assert "Stored profiles: contoso." in said.err

    def test_a_damaged_profile_or_endpoints_file(self, run: Any, home: Path) -> None:
        home.mkdir(parents=True)
        (home / "default.json").write_text("{")
        assert run(report, json=True).document["error"]["code"] == "profile-damaged"
        (home / "default.json").unlink()
        session_in(home).tick("prepare")
        assert run(report, endpoints=Path("none.toml")).code == 2


class TestTest:
    def given(self, monkeypatch: pytest.MonkeyPatch, token: str | bytes) -> None:
        raw = token if isinstance(token, bytes) else token.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))

    def test_a_stored_token_passes(self, run: Any, home: Path, tenant: PracticeTenant) -> None:
        set_up(home, tenant, Slot.CURRENT)
        said = run(connection_test)
        assert said.code == 0, said.out
        assert "Passed. Entra's own test should say: success. Writes would work: yes." in said.out
        assert said.err == "Testing profile default. Nothing is changed in Webex.\n"

    def test_whoever_tests_or_forgets_at_a_terminal_is_told_what_comes_next(
        self, run: Any, home: Path, tenant: PracticeTenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_up(home, tenant, Slot.CURRENT)
        for name in ("stdin", "stdout"):
            monkeypatch.setattr(getattr(sys, name), "isatty", lambda: True, raising=False)
        for command in (connection_test, forget):
            told = run(command).err.splitlines()
            assert told[-1].startswith("Go on with: webex-wizard "), told
        assert not ProfileStore(home).names()

    def test_a_test_of_a_token_that_was_replaced_meanwhile_is_not_remembered(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        session, _ = set_up(home, tenant, Slot.CURRENT)

        async def renewed() -> None:
            keystore = Keystore(place_of(tenant.endpoints), allowed="tests.foreign_keyring")
            new = StoredToken(token=SecretStr(sign_in(tenant).token), facts=facts(tenant))
            await keystore.write("default", Slot.CURRENT, new)

        async def opening(*given: Any) -> Workspace:
            space = await open_workspace(*given)
            space.connect = meanwhile(space.connect, renewed)
            return space

        said = run(connection_test, opening)
        assert said.code == 0
        assert "The outcome is not stored: the tested token is not the one" in said.err
        session.refresh()
        assert session.profile.last_test is None
        assert not session.is_done("connection")
        assert "not stored" not in run(connection_test).err
        session.refresh()
        assert session.is_done("connection")

    def test_a_given_token_gives_one_document(
        self, run: Any, tenant: PracticeTenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = sign_in(tenant).token
        self.given(monkeypatch, f"{token}\n")
        options = {"token_stdin": True, "organization": tenant.organization_id, "json": True}
        said = run(connection_test, **options)
        assert said.code == 0, said.out
        assert (said.document["version"], said.document["verdict"]) == (1, "passed")
        assert token not in said.out + said.err
        self.given(monkeypatch, "wrong-" + "x" * 40)
        said = run(connection_test, **options)
        assert said.code == 1
        assert said.document["verdict"] == "failed"

    @pytest.mark.parametrize(
        ("text", "code"),
        [("", "empty-token"), ("x" * 9000, "token-too-long"), (b"\xff\xfe", "token-not-text")],
    )
    def test_an_input_that_is_no_token(
        self,
        run: Any,
        tenant: PracticeTenant,
        monkeypatch: pytest.MonkeyPatch,
        text: str | bytes,
        code: str,
    ) -> None:
        self.given(monkeypatch, text)
        organization = tenant.organization_id
        said = run(connection_test, token_stdin=True, organization=organization, json=True)
        assert said.code == 2
        assert said.document["error"]["code"] == code

    def test_an_organization_that_is_none(self, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.given(monkeypatch, "x" * 40)
        assert run(connection_test, token_stdin=True, organization="nonsense").code == 2

    def test_without_a_stored_token(self, run: Any) -> None:
        said = run(connection_test)
        assert (said.code, said.out) == (3, "")
        assert "Run `webex-wizard setup --endpoints " in said.err
        assert "/hosts.toml --allow-keyring tests.foreign_keyring` first" in said.err

    def test_an_endpoints_file_that_is_not_there(self, run: Any) -> None:
        assert run(connection_test, endpoints=Path("none.toml")).code == 2

    def test_a_keyring_that_is_not_there(self, run: Any) -> None:
        keyring.set_keyring(load_keyring(NO_KEYRING))
        said = run(connection_test, json=True)
        assert said.code == 1
        assert said.document["error"]["code"] == "keyring-missing"


class TestForget:
    def test_tokens_profile_mapping_and_journal_are_gone(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        session, tokens = set_up(home, tenant, *Slot)
        ended(session.log("token", Action.STORED, "current token"))
        session.profiles.mapping_path("default").write_text("{}")
        said = run(forget, drop_journal=True)
        assert said.code == 0, said.err
        assert said.out.splitlines() == [
            "The current token is revoked.",
            "The pending token is revoked.",
            "The retired token is revoked.",
            "No token of this profile is in the keyring any more.",
            "The profile default and its mapping are gone.",
            "Its journal is gone.",
        ]
        assert held() == []
        assert not home.exists()
        assert not any(alive(tenant, token) for token in tokens)

    def test_a_profile_can_be_kept(self, run: Any, home: Path, tenant: PracticeTenant) -> None:
        steps = {name: StepRecord(at=utc_now()) for name in ("organization", "token", "mapping")}
        set_up(home, tenant, Slot.CURRENT, steps=steps, at_step="finish")
        said = run(forget, keep_profile=True)
        assert said.code == 0
        assert "are kept." in said.out
        profile = ProfileStore(home).load("default")
        assert profile is not None
        assert (profile.token, profile.at_step) == (None, "")
        assert set(profile.steps) == {"organization", "mapping"}
        assert held() == []
        assert [entry.action for entry in History(Journal(home / "default.journal")).entries] == [
            "forgetting",
            "forgotten",
        ]

    @pytest.mark.parametrize("kept", [True, False])
    def test_a_remembered_microsoft_sign_in_is_removed(
        self, run: Any, home: Path, keyring_in_memory: KeyringBackend, kept: bool
    ) -> None:
        session_in(home, entra=EntraFacts(is_remembered=True))
        keyring_in_memory.set_password("webex-wizard", "default/sign-in", "{damaged")
        keyring_in_memory.set_password("webex-wizard", "other/sign-in", "stays")
        said = run(forget, keep_profile=kept)
        assert said.code == 0, said.err
        assert "The remembered Microsoft sign-in is no longer in the keyring." in said.out
        assert keyring_in_memory.get_password("webex-wizard", "default/sign-in") is None
        assert keyring_in_memory.get_password("webex-wizard", "other/sign-in") == "stays"
        profile = ProfileStore(home).load("default")
        assert (profile is not None) is kept
        assert profile is None or not profile.entra.is_remembered

    def test_only_the_named_profile_is_forgotten(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        set_up(home, tenant, Slot.CURRENT, name="a")
        set_up(home, tenant, Slot.CURRENT, name="b")
        assert run(forget, profile="a", json=True).document == {
            "version": 1,
            "command": "forget",
            "profile": "a",
            "tokens": [
                {
                    "slot": "current",
                    "revoked": True,
                    "message": "The current token is revoked.",
                    "hint": "",
                    "removed": True,
                }
            ],
            "profile_kept": False,
            "profile_dropped": True,
            "journal_kept": True,
            "journal_dropped": False,
            "can_be_undone": False,
            "sign_in_removed": False,
            "journal_key_kept": True,
            "journal_key_removed": False,
            "keyring_asked": True,
            "trouble": "",
        }
        assert ProfileStore(home).names() == ["b"]
        assert (held("a"), held("b")) == ([], ["current"])

    def test_a_token_that_was_dead_already_is_no_failure(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        set_up(home, tenant, Slot.CURRENT)
        run(forget, keep_profile=True)
        set_up(home, tenant, Slot.CURRENT)
        tenant.misbehave("tokens", "401")
        said = run(forget)
        assert said.code == 0
        assert "The current token was not valid any more." in said.out

    def test_a_token_that_cannot_be_revoked_leaves_the_keyring_and_is_named(
        self, run: Any, home: Path, tmp_path: Path, tenant: PracticeTenant
    ) -> None:
        _session, (token,) = set_up(home, tenant, Slot.CURRENT)
        file = tmp_path / "off.toml"
        file.write_text(toml(asdict(tenant.endpoints), token_endpoint_me=""))
        said = run(forget, endpoints=file)
        assert said.code == 1
        assert "could not be revoked" in said.out
        assert "It stays valid until" in said.out
        assert held() == []
        assert token not in said.out + said.err

    def test_an_entry_that_cannot_be_read_is_removed_too(
        self, run: Any, home: Path, keyring_in_memory: KeyringBackend
    ) -> None:
        keyring_in_memory.set_password("webex-wizard", "default/current", "{damaged")
        said = run(forget)
        assert said.code == 1
        assert "could not be read" in said.out
        assert held() == []

    def test_a_keyring_entry_without_a_profile_is_removed(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        set_up(home, tenant, Slot.CURRENT)
        (home / "default.json").unlink()
        assert run(forget).code == 0
        assert held() == []

    @pytest.mark.parametrize("name", ["none", "../x"])
    def test_a_profile_that_is_not_there(self, run: Any, name: str) -> None:
        said = run(forget, profile=name)
        assert (said.code, said.out) == (1, "")
        assert "Problem: " in said.err

    def test_a_keyring_that_is_not_there_keeps_the_profile(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        session_in(home, token=facts(tenant))
        keyring.set_keyring(load_keyring(NO_KEYRING))
        said = run(forget)
        assert said.code == 1
        assert "Nothing was removed" in said.err
        assert ProfileStore(home).names() == ["default"]
        said = run(forget, without_keyring=True)
        assert said.code == 1
        assert "The keyring was not asked: what it holds could not be looked at" in said.out
        assert ProfileStore(home).names() == []

    def test_an_empty_folder_is_not_left(self, run: Any, home: Path) -> None:
        session_in(home).tick("prepare")
        assert run(forget, drop_journal=True).code == 0
        assert not home.parent.exists()

    def test_what_ends_is_named_before_it_happens(
        self, run: Any, home: Path, tenant: PracticeTenant, tmp_path: Path
    ) -> None:
        done = StepRecord(at=utc_now())
        session, _tokens = set_up(
            home, tenant, Slot.CURRENT, Slot.PENDING, steps={"credentials": done}
        )
        under = f"--endpoints {tmp_path / 'hosts.toml'} --allow-keyring tests.foreign_keyring"
        ended(session.log("token", Action.STORED, "current token"))
        ended(
            session.log(
                "token", Action.IMPORTED, "hand-over file", made_at="2026-11-01 10:00:00+00:00"
            )
        )
        ended(session.log("token", Action.EXPORTED, "hand-over file", file="x.age"))
        ended(session.log("scope", Action.CHANGED, "everybody in scope"))
        until = f"{facts(tenant).expires_at:%Y-%m-%d}"
        said = run(forget)
        assert said.err.splitlines() == [
            f"The current token (admin@practice.example, valid until {until}) will be revoked.",
            f"The pending token (admin@practice.example, valid until {until}) will be revoked.",
            "Entra uses the token: provisioning stops until it has a new one.",
            "It came in a hand-over of 2026-11-01: the copy of whoever made that ends too.",
            f"It was handed over on {NOW:%Y-%m-%d}: the colleague's copy ends too, and "
            "provisioning with it where that colleague gave it to Entra.",
            "The profile default and its mapping will be removed.",
            f"Its journal stays, so that `webex-wizard undo {under}` still works.",
        ]

    def test_all_are_forgotten_and_one_that_fails_stops_no_other(
        self, run: Any, home: Path, tenant: PracticeTenant, keyring_in_memory: KeyringBackend
    ) -> None:
        for name in ("a", "b", "c"):
            set_up(home, tenant, Slot.CURRENT, name=name)
        ProfileStore(home).journal_path("a").write_bytes(b"\0" * 70_000_000)
        said = run(forget, all=True, json=True)
        assert said.code == 1
        assert [told.get("profile") for told in said.document["profiles"]] == [None, "b", "c"]
        assert said.document["profiles"][0]["error"]["code"] == "journal-unreadable"
        assert ([*held("a"), *held("b"), *held("c")], ProfileStore(home).names()) == (
            ["current"],
            ["a"],
        )
        assert run(forget, all=True, drop_journal=True).code == 0
        assert not home.exists()
        again = run(forget, all=True)
        assert (again.code, again.err) == (
            0,
            "Nothing is set up, so there was nothing to forget.\n",
        )

    def test_without_somebody_to_ask_nothing_is_forgotten(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        set_up(home, tenant, Slot.CURRENT)
        said = run(forget, yes=False)
        assert (said.code, said.out) == (2, "")
        assert "add --yes" in said.err
        assert run(forget, yes=False, json=True).document["error"]["code"] == "forget-unconfirmed"
        assert (held(), ProfileStore(home).names()) == (["current"], ["default"])

    @pytest.mark.parametrize("asked", [("default\n", False), ("yes\n", True), ("", True)])
    def test_the_name_is_asked_for(
        self,
        run: Any,
        keyring_in_memory: KeyringBackend,
        monkeypatch: pytest.MonkeyPatch,
        asked: tuple[str, bool],
    ) -> None:
        typed, is_left = asked
        keyring_in_memory.set_password("webex-wizard", "default/current", "{damaged")
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        for name in ("stdin", "stdout"):
            monkeypatch.setattr(getattr(sys, name), "isatty", lambda: True, raising=False)
        said = run(forget, yes=False)
        assert held() == (["current"] if is_left else [])
        assert "The current token cannot be read" in said.err
        assert "Type default to go on:" in said.err
        assert ("Nothing was forgotten." in said.err) == is_left

    def test_nothing_is_called_kept_that_does_not_exist(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        set_up(home, tenant, Slot.CURRENT)
        (home / "default.json").unlink()
        said = run(forget, keep_profile=True)
        assert said.code == 0
        assert "kept" not in said.out + said.err
        assert "stay" not in said.out + said.err
        assert ProfileStore(home).names() == []

    def test_a_damaged_profile_that_shall_be_kept_keeps_its_tokens(
        self, run: Any, home: Path, tenant: PracticeTenant
    ) -> None:
        set_up(home, tenant, Slot.CURRENT)
        (home / "default.json").write_text("{")
        assert run(forget, keep_profile=True).code == 1
        assert held() == ["current"]
        assert run(forget).code == 0
        assert held() == []
        assert ProfileStore(home).names() == []


def test_practice_and_real_profiles_never_meet(run: Any, home: Path) -> None:
    session_in(home).tick("prepare")
    assert run(status, practice=True).code == 3
    assert run(report, practice=True).code == 2


def test_hostile_profiles_reach_no_terminal(run: Any, home: Path) -> None:
    now = utc_now()
    content = Profile.new("default", now).model_dump()
    content["token"] = {
        "organization_id": HOSTILE,
        "obtained_at": now.isoformat(),
        "expires_at": now.isoformat(),
        "email": HOSTILE,
    }
    content["last_test"] = {
        "at": now.isoformat(),
        "verdict": HOSTILE,
        "entra_says": HOSTILE,
        "writes": HOSTILE,
    }
    home.mkdir(parents=True)
    (home / "default.json").write_text(json.dumps(content))
    for command in (status, report):
        for as_json in (True, False):
            said = run(command, json=as_json)
            assert "\x1b" not in said.out + said.err
            assert "\u202e" not in said.out + said.err
