"""What was made in Entra can be taken back although the profile is forgotten."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.entra_actions import NAMED, kept, ready, set_up, signed_in
from tests.sessions import ended, memory_keystore, session_in
from wizard.commands import forget
from wizard.errors import WizardError
from wizard.options import Options
from wizard.practice.process import PracticeTenant
from wizard.store.forgotten import facts_for_later
from wizard.store.journal import FORGOTTEN, Action
from wizard.store.places import HOME_VARIABLE
from wizard.store.profiles import Profile, ProfileStore
from wizard.walk.undoing import Undoing
from wizard.words.progress import silent
from wizard.workspace import Workspace

NEEDS_THE_TOKEN = {"notification", "scope"}
"""Steps whose settings Entra takes only with the token beside them."""


async def revoke(_token: SecretStr) -> str:
    return "is revoked"


def test_undo_takes_back_what_a_forgotten_profile_made(
    tenant: PracticeTenant, tmp_path: Path
) -> None:
    async def run() -> None:
        tenant.reset_entra()
        before = kept(tenant)
        session, keystore = ready(tenant, tmp_path)
        await set_up(tenant, session, keystore)
        made = session.history.undoable
        await session.log(
            *FORGOTTEN, "all tokens of this profile", **facts_for_later(session.profile)
        )
        store = session.profiles
        store.delete("default", keep_journal=True)
        space = Workspace(
            Options(), tenant.endpoints, memory_keystore(), store, revoke, practice=tenant
        )
        space.clock = session.clock
        failed = set()
        async with space.undoing() as again:
            assert again.history.undoable == made
            space.tenant = await signed_in(tenant, again)
            undoing = Undoing(space, again)
            for entry in made:
                async for said in undoing.take_back([entry], NAMED, silent):
                    if isinstance(said, WizardError):
                        failed.add((entry.step, said.code))
            assert again.history.undoable == ()
        assert failed <= {(step, "no-token") for step in NEEDS_THE_TOKEN}
        assert kept(tenant) == before
        assert store.names() == []

    asyncio.run(run())


def test_a_setup_after_that_begins_with_nothing_of_the_forgotten_profile(
    tenant: PracticeTenant, tmp_path: Path
) -> None:
    session = session_in(tmp_path, organization_id=tenant.organization_id)
    ended(session.log("replacement", Action.RENEWED, "token"))
    ended(session.log(*FORGOTTEN, "all tokens of this profile", **facts_for_later(session.profile)))
    session.profiles.delete("default", keep_journal=True)
    space = Workspace(
        Options(), tenant.endpoints, memory_keystore(), session.profiles, revoke, practice=tenant
    )

    async def past() -> Profile:
        async with space.undoing() as past:
            return past.profile

    assert ended(past()).organization_id == tenant.organization_id
    begun = space.session()
    assert begun.profile.organization_id is None
    assert not begun.history.may_be_in_entra


def test_undo_leaves_what_another_window_set_up_meanwhile(
    tenant: PracticeTenant, tmp_path: Path
) -> None:
    store = ProfileStore(tmp_path)
    space = Workspace(
        Options(), tenant.endpoints, memory_keystore(), store, revoke, practice=tenant
    )
    ended(session_in(tmp_path).log("scope", Action.CHANGED, "scope"))

    async def undone(meanwhile: Callable[[], None]) -> None:
        async with space.undoing() as past:
            meanwhile()
            past.tick("scoping")

    ended(undone(lambda: session_in(tmp_path).tick("mapping")))
    assert session_in(tmp_path).is_done("mapping")
    store.delete("default", keep_journal=True)
    ended(undone(lambda: None))
    assert store.names() == []


@pytest.mark.parametrize("drop", [False, True])
def test_practice_begins_anew_where_nothing_is_left_to_take_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drop: bool
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    practice = tmp_path / "home" / "practice"
    session = session_in(practice)
    ended(session.log("application", Action.MADE, "Cisco Webex", service_principal_id="p"))
    session.tick("prepare")
    (practice / "tenant.state").write_text("{}")
    options = Options("forget", practice=True, yes=True, drop_journal=drop)
    assert forget.run(options) == 0
    assert ProfileStore(practice).names() == []
    assert (practice / "tenant.state").exists() is not drop
    assert (tmp_path / "home").exists() is not drop
