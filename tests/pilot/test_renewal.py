"""The renewal on the screens: nothing is replaced before the administrator says so."""

from datetime import timedelta

import pytest
from pydantic import SecretStr
from textual.widgets import Button

from tests.pilot.driver import Driver, done_below, done_through_graph, pasted, to_step, wizard
from wizard.flow.renewal import promote
from wizard.flow.session import Session
from wizard.options import Options
from wizard.store.journal import Journal
from wizard.store.keystore import Slot, StoredToken

pytestmark = pytest.mark.port_3000

RENEW = Options(command="renew", practice=True)


async def to_replacement(driver: Driver) -> None:
    """Fetch and prove a new token."""
    await driver.until(lambda: driver.step_id)
    if driver.step_id == "organization":
        await driver.reads("Understood")
        await driver.press("enter")
    await driver.at("new-token")
    await driver.reads("Waiting for the browser")
    await driver.press("f8")
    await driver.reads("Is this the right account?")
    await driver.press("enter")
    await driver.at("new-connection")
    await driver.reads("✓ Passed")
    await driver.press("enter")
    await driver.at("sign-in")
    await driver.press("f7")
    await driver.at("replacement")


async def confirm(driver: Driver, words: str = "the keyring has no old token to revoke") -> None:
    """Say that Entra has the new token, and mean it."""
    await driver.press("enter")
    await driver.reads("Then ", words)
    driver.app.screen.query_one("#yes", Button).press()


async def slots(driver: Driver) -> dict[Slot, StoredToken | None]:
    """Return what the keyring holds."""
    space = await driver.app.workspace()
    return {slot: await space.keystore.read("default", slot) for slot in Slot}


async def test_a_new_token_waits_until_it_is_confirmed_and_the_old_one_is_then_revoked() -> None:
    async with wizard() as driver:
        await driver.choose("renew")
        await to_replacement(driver)
        before = await slots(driver)
        assert before[Slot.CURRENT] is None
        assert before[Slot.PENDING] is not None
        await confirm(driver)
        await driver.at("renewed")
        after = await slots(driver)
        assert after[Slot.CURRENT] == before[Slot.PENDING]
        assert after[Slot.PENDING] is None
        await driver.press("enter")
        await driver.choose("renew")
        await to_replacement(driver)
        await confirm(driver, "the old token will be revoked")
        await driver.at("renewed")
        await driver.reads("The old token is revoked.")
        assert (await slots(driver))[Slot.CURRENT] not in (None, after[Slot.CURRENT])


async def test_a_waiting_token_is_thrown_away_only_after_a_second_question() -> None:
    async with wizard(RENEW) as driver:
        await to_replacement(driver)
        await driver.press("enter")
        await driver.reads("the keyring has no old token to revoke")
        await driver.press("enter")
        await driver.until(lambda: driver.step_id == "replacement")
        assert (await slots(driver))[Slot.PENDING] is not None, "two presses of Enter do nothing"
        await again(driver)
        driver.app.screen.query_one("#no", Button).press()
        await driver.reads("provisioning stops")
        driver.app.screen.query_one("#yes", Button).press()
        await driver.at("new-token")
        assert (await slots(driver))[Slot.PENDING] is None


async def test_escape_leaves_a_waiting_token_alone() -> None:
    async with wizard(RENEW) as driver:
        await to_replacement(driver)
        await again(driver)
        await driver.press("escape")
        await driver.until(lambda: driver.app.return_value == 130)
        assert (await slots(driver))[Slot.PENDING] is not None


async def again(driver: Driver) -> None:
    """Start the renewal once more, as the next run of the program does."""
    driver.app.begin()
    await driver.until(lambda: type(driver.app.screen).__name__ == "Confirm")
    await driver.reads("is waiting")


@pytest.mark.parametrize(("way", "keys"), [("browser", 7), ("paste", 8)])
async def test_few_keys_put_a_new_token_into_entra_through_graph(way: str, keys: int) -> None:
    async with wizard(RENEW, size=(120, 40)) as driver:
        await driver.at("organization")
        await done_below(driver, "application", "credentials")
        (await driver.app.workspace()).tenant.signed_in = None
        driver.app.begin()  # the next run of the program: nobody is signed in
        await driver.at("new-token")
        await driver.reads("Waiting for the browser")
        if way == "paste":
            await driver.press("enter")
            await driver.reads("The link was sent to your terminal")
        await signed_in_by(driver, way)
        await driver.reads("Is this the right account?")
        await driver.press("enter")
        await driver.at("new-connection")
        await driver.reads("✓ Passed")
        await driver.press("enter")
        await driver.at("sign-in")
        await driver.until(lambda: not driver.app.screen.query_one("#main", Button).disabled)
        await driver.press("enter")
        await driver.reads("Waiting for the browser", "The link was sent to your terminal")
        await signed_in_by(driver, way)
        await driver.reads("Signed in.")
        await driver.until(
            lambda: str(driver.app.screen.query_one("#main", Button).label) == "Next"
        )
        await driver.press("enter")
        await driver.at("replacement")
        await driver.reads("If anything fails before, the old one is put back.")
        await done_through_graph(driver)
        assert driver.keys - 1 == keys, "until Entra has it; one goes on from there"
        await driver.at("renewed")
        await driver.reads("The old token is revoked.")


async def signed_in_by(driver: Driver, way: str) -> None:
    """Let the browser sign in, or paste where it ended."""
    if way == "paste":
        await pasted(driver)
    else:
        await driver.press("f8")


async def test_a_setup_left_open_sees_a_renewal_of_another_window() -> None:
    async with wizard(Options(practice=True)) as driver:
        await to_step(driver, "application")
        space = await driver.app.workspace()
        open_one = space.session()
        old = await space.keystore.read("default", Slot.CURRENT)
        assert old is not None
        ends = old.facts.expires_at - timedelta(days=20)
        new = StoredToken(
            token=SecretStr("n" * 60), facts=old.facts.model_copy(update={"expires_at": ends})
        )
        profile = space.profiles.load("default")
        assert profile is not None
        journal = Journal(space.profiles.journal_path("default"))
        other = Session(profile, space.profiles, journal, space.clock)
        kept = await space.keystore.write("default", Slot.PENDING, new)
        await promote(other, space.keystore, space.revoke)
        assert open_one.profile.token == old.facts  # nobody has told this window yet
        await driver.press("enter")
        await driver.at("credentials")
        found = space.profiles.load("default")
        assert found is not None
        assert found.token == kept.facts == open_one.profile.token
        assert {"application", "credentials", "replacement", "token"} <= found.steps.keys()
