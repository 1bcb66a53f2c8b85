"""The hand-over dialog, with keys, against the practice tenant."""

import asyncio
import stat
from pathlib import Path

from pydantic import SecretStr
from textual.widgets import Button, Static

from screens.hand_over import HandOverDialog
from tests.age_file import seal_by
from tests.pilot.driver import Driver, at_once, to_step, wizard
from wizard.handover.age import decrypt
from wizard.handover.document import parsed

FILE = "webex-default-handover.age"


async def dialog_of(driver: Driver) -> HandOverDialog:
    """Open the dialog at the sign-in."""
    driver.app.screen.query_one("#hand-over", Button).press()
    await driver.until(lambda: isinstance(driver.app.screen, HandOverDialog), "the dialog")
    await driver.pilot.pause()
    assert isinstance(driver.app.screen, HandOverDialog)
    return driver.app.screen


async def test_the_webex_half_is_handed_over_with_three_keys(home: Path) -> None:
    async with wizard() as driver:
        seal_by(await driver.app.workspace())
        await to_step(driver, "sign-in")
        dialog = await dialog_of(driver)
        passphrase = str(dialog.query_one("#passphrase", Static).content)
        await driver.press("enter")
        await driver.reads("Saved: ", f"webex-wizard handover --practice --from {FILE}")
        assert not dialog.save.display
        await driver.press("enter")
        await driver.at("sign-in")
        assert str((await dialog_of(driver)).query_one("#passphrase", Static).content) != passphrase
    file = Path(FILE)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    document = parsed(decrypt(file.read_bytes(), passphrase))
    assert document.practice
    token = document.stored.token.get_secret_value().encode()
    written = [each.read_bytes() for each in home.rglob("*") if each.is_file()]
    assert written
    assert not any(token in each or passphrase.encode() in each for each in written)


async def test_a_file_that_cannot_be_written_is_explained_in_place() -> None:
    Path("thesis.age").write_text("years of work")
    async with wizard() as driver:
        await to_step(driver, "sign-in")
        dialog = await dialog_of(driver)
        dialog.place.value = "thesis.age"
        await driver.press("enter")
        await driver.reads("Problem: ", "handover-file-exists")
        assert driver.app.screen.focused is dialog.place
        assert dialog.query_one("#close", Button).region.bottom <= 24
    assert Path("thesis.age").read_text() == "years of work"


async def endless(_content: bytes, _passphrase: SecretStr) -> bytes:
    """Seal for ever."""
    await asyncio.Event().wait()
    raise AssertionError


async def test_closing_calls_it_off_and_leaves_no_file() -> None:
    async with wizard() as driver:
        seal_by(await driver.app.workspace(), endless)
        await to_step(driver, "sign-in")
        await dialog_of(driver)
        await driver.press("enter")
        await driver.reads("Sealing the file")
        await driver.press("escape")
        await driver.at("sign-in")
        await driver.press("f7")
        await driver.at("application")
    assert list(Path().iterdir()) == [Path("home")]


async def test_without_a_token_it_says_what_lacks() -> None:
    async with wizard() as driver:
        await at_once(driver, "sign-in")
        await dialog_of(driver)
        await driver.press("enter")
        await driver.reads("has no stored token to hand over", "no-token")
