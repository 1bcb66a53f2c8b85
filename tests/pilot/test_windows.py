"""Screens beside another window on the same profile."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from textual.widgets import Input

from tests.pilot.driver import Driver, to_step, wizard
from tests.practice import sign_in
from tests.practice_here import meanwhile
from wizard.store.keystore import Slot, StoredToken
from wizard.store.profiles import ProfileStore

pytestmark = pytest.mark.port_3000

MINE, THEIRS = "7b1c53a4-9d2e-4f60-8a35-c0de9a7e5701", "e4a0f2d8-31b6-4c97-9f12-5ad0b7c6e802"


def given(driver: Driver, organization: str) -> None:
    driver.app.screen.query_one("#organization", Input).value = organization


async def test_the_second_screen_is_refused_until_it_gives_the_same_organization(
    home: Path,
) -> None:
    async with wizard() as one, wizard() as other:
        for driver, organization in ((one, MINE), (other, THEIRS)):
            await to_step(driver, "organization")
            given(driver, organization)
            await driver.reads("Understood")
        await one.press("enter")
        await one.at("token")
        for _ in range(2):
            await other.press("enter")
            await other.reads(f"Another window has chosen organization {MINE}")
        assert ProfileStore(home / "practice").load("default").organization_id == MINE  # type: ignore[union-attr]  # it is there
        given(other, MINE)
        await other.press("enter")
        await other.at("token")
    assert ProfileStore(home / "practice").load("default").organization_id == MINE  # type: ignore[union-attr]  # it is there


async def test_a_test_of_a_token_that_was_replaced_meanwhile_is_told_as_not_stored() -> None:
    async with wizard() as driver:
        space = await driver.app.workspace()

        async def renewed() -> None:
            before = await space.keystore.read("default", Slot.CURRENT)
            assert before is not None
            assert space.practice is not None
            token = SecretStr(sign_in(space.practice).token)
            await space.keystore.write(
                "default", Slot.CURRENT, StoredToken(token=token, facts=before.facts)
            )

        await to_step(driver, "token")
        await driver.reads("Waiting for the")
        await driver.press("f8")
        await driver.reads("Is this the right account?")
        space.connect = meanwhile(space.connect, renewed)
        await driver.press("enter")
        await driver.at("connection")
        await driver.reads("✓ Passed", "The outcome is not stored: the tested token is not the one")
        session = space.session()
        assert session.profile.last_test is None
        await driver.press("f5")
        await driver.until(lambda: space.session().is_done("connection"))
        await driver.reads("✓ Passed")
        assert "not stored" not in driver.text()
