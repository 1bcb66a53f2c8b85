"""Plain prompts beside another window on the same profile."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.conversation import WIZARD, Conversation, environment
from tests.flows.test_issued_plain import Scripted
from tests.practice import sign_in
from tests.practice_here import meanwhile, start_here
from tests.sessions import facts
from wizard.flow.plan import SETUP as STEPS
from wizard.flow.session import Flow
from wizard.linear.questions import ask
from wizard.options import Options
from wizard.store.keystore import Slot, StoredToken
from wizard.store.profiles import ProfileStore
from wizard.walk.walk import Walk
from wizard.workspace import open_workspace

pytestmark = pytest.mark.port_3000

SETUP = [*WIZARD, "setup", "--plain", "--practice"]
ORGANIZATIONS = ("7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701", "e4a0f2d8-31b6-4c97-9f12-5ad0b7c6e802")
REFUSED = "Code: profile-of-another-organization"


def test_two_setups_at_prompts_agree_on_one_organization(tmp_path: Path) -> None:
    env = environment(tmp_path / "home", WEBEX_WIZARD_HOME=str(tmp_path / "settings"))
    with Conversation(SETUP, env) as one, Conversation(SETUP, env) as other:
        both = dict(zip(ORGANIZATIONS, (one, other), strict=True))
        for told in both.values():  # both, before one of them goes on
            told.until("Enter goes on:")
        for told in both.values():
            told.answer("")
        for told in both.values():
            told.until("Organization ID (Enter takes")
        for organization, told in both.items():
            told.answer(organization)
        found = {name: told.until("Understood: ", REFUSED) for name, told in both.items()}
        assert sorted(found.values()) == [REFUSED, "Understood: "]
        loser, winner = sorted(ORGANIZATIONS, key=lambda name: found[name] != REFUSED)
        refused = both[loser]
        assert f"Another window has chosen organization {winner}" in " ".join(
            refused.output.split()
        )
        refused.until("Organization ID")
        refused.answer(loser)
        refused.until(REFUSED)
        for told in both.values():
            told.answer("q")
            assert told.end() == 130
    profile = ProfileStore(tmp_path / "settings" / "practice").load("default")
    assert profile is not None
    assert profile.organization_id == winner
    assert {"prepare", "organization"} <= set(profile.steps)
    with Conversation([*WIZARD, "status", "--practice", "--json"], env) as told:
        told.end()
        (known,) = json.loads(told.output[told.output.index("{") :])["profiles"]
    assert known["organization_id"] == winner
    assert known["steps_done"] == 2


@pytest.mark.anyio
async def test_a_test_of_a_token_that_was_replaced_meanwhile_is_told_as_not_stored(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WEBEX_WIZARD_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    console = Scripted("")
    options = Options(command="setup", practice=True)
    space = await open_workspace(options, console.say, start_here)
    tenant = space.practice
    assert tenant is not None

    async def stored() -> None:
        known = facts(organization_id=tenant.organization_id, place=space.keystore.place.text)
        token = StoredToken(token=SecretStr(sign_in(tenant).token), facts=known)
        await space.keystore.write("default", Slot.CURRENT, token)

    try:
        await stored()
        session = space.session()
        session.change(organization_id=tenant.organization_id)
        for name in ("prepare", "organization", "token"):
            session.tick(name)
        flow = Flow(STEPS, session)
        flow.go("connection")
        space.connect = meanwhile(space.connect, stored)
        visit = await Walk(space, flow).visit()
        assert visit is not None
        await ask(console, space, visit)
    finally:
        space.close()
    assert console.heard.count("The outcome is not stored: the tested token is not the one") == 1
    assert console.heard.count("Creating and changing users would work.") == 2
    assert session.is_done("connection")
