"""What the version before this house has written goes on where it was, on the screens."""

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from textual.widgets import Button

from screens.undo import UndoScreen
from screens.welcome import WelcomeScreen
from screens.widgets.mark_list import MarkList
from tests.earlier_house import restored
from tests.foreign_keyring import Filed
from tests.pilot.driver import Driver, signed_in, wizard
from wizard.options import Options
from wizard.steps.base import Outlook
from wizard.store.keystore import Slot

pytestmark = pytest.mark.anyio

ALLOWED = {"practice": True, "allow_keyring": "tests.foreign_keyring"}


@pytest.fixture
def come_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Return what puts back the files and the keyring of somebody who comes back."""
    before = keyring.get_keyring()

    def restore(state: str) -> None:
        monkeypatch.setenv("KEPT_IN", str(restored(state, home)))
        keyring.set_keyring(Filed())

    yield restore
    keyring.set_keyring(before)


async def chosen(driver: Driver, *keys: str) -> None:
    """Choose what to do on the first screen."""
    await driver.until(lambda: isinstance(driver.app.screen, WelcomeScreen))
    await driver.press(*keys, "enter")


@pytest.mark.parametrize(
    ("state", "step_id", "words"),
    [
        ("fresh", "organization", "Organization ID"),
        ("by-hand", "scoping", "There is no scoping filter"),
        ("graph", "mapping", "displayName"),
        ("finished", "finish", "The setup is done."),
        ("narrowed", "on-demand", "Nobody was tried yet."),
    ],
)
async def test_a_setup_goes_on_where_it_was_left(
    come_back: Callable[[str], None], state: str, step_id: str, words: str
) -> None:
    come_back(state)
    async with wizard(Options(**ALLOWED)) as driver:  # type: ignore[arg-type]  # flags and a name
        await chosen(driver)
        await driver.at(step_id)
        await driver.reads(words)


async def test_a_sign_in_that_was_remembered_looks_at_the_tenant(
    come_back: Callable[[str], None],
) -> None:
    come_back("narrowed")
    async with wizard(Options(**ALLOWED)) as driver:  # type: ignore[arg-type]  # flags and a name
        await chosen(driver)
        await driver.at("on-demand")
        space = await driver.app.workspace()
        watch = space.action_of("watch")
        assert watch is not None
        async with space.tenant.graph() as graph:
            found = await watch.look(space.session(), graph)
        assert isinstance(found, Outlook)
        assert any("waits for a restart of provisioning" in each for each in found.cautions)


async def test_a_renewal_goes_on_with_the_token_that_waits(
    come_back: Callable[[str], None],
) -> None:
    come_back("renewal")
    async with wizard(Options("renew", **ALLOWED)) as driver:  # type: ignore[arg-type]  # as above
        await driver.reads("A new token from 2026-11-27", "is waiting")
        driver.app.screen.query_one("#yes", Button).press()
        await driver.at("replacement")
        await driver.press("enter")
        await driver.reads("the old token will be revoked")
        driver.app.screen.query_one("#yes", Button).press()
        await driver.at("renewed")
        await driver.reads("The old token is revoked.")
        space = await driver.app.workspace()
        assert await space.keystore.read("default", Slot.PENDING) is None


async def test_what_a_forgotten_profile_made_is_offered_to_be_taken_back(
    come_back: Callable[[str], None],
) -> None:
    come_back("forgotten")
    async with wizard(Options(**ALLOWED)) as driver:  # type: ignore[arg-type]  # flags and a name
        await chosen(driver, "down", "down", "down")
        await signed_in(driver)
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
        shown = driver.app.screen.query_one(MarkList)
        await driver.until(lambda: shown.option_count == 5, "all that was made")
        assert "Application: Cisco Webex" in str(shown.options[-1].prompt)
