"""A secret that is copied on a screen goes where it is kept, and nowhere else."""

import base64
import os
from pathlib import Path

import pyperclip
import pytest
from pydantic import SecretStr

from screens.alone import AloneScreen
from tests.clipboard_here import have_clipboard
from tests.pilot.driver import to_step, wizard
from wizard.machine.clipboard import NO_CLIPBOARD

SECRET = "secret-" + "s" * 40
ELSEWHERE = "andover at the step Microsoft sign-in takes it to another machine in a sealed file."
ON_THE_WIRE = base64.b64encode(SECRET.encode()).decode()


@pytest.mark.parametrize(
    ("term", "is_sent"), [("vt220", False), ("linux", False), ("", False), ("xterm-256color", True)]
)
async def test_without_a_clipboard_only_a_terminal_that_takes_copies_gets_the_secret(
    monkeypatch: pytest.MonkeyPatch, term: str, is_sent: bool
) -> None:
    def no_clipboard(_text: str) -> None:
        raise pyperclip.PyperclipException

    monkeypatch.setattr(pyperclip, "copy", no_clipboard)
    for name in ("SSH_CONNECTION", "SSH_TTY", "WT_SESSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", term)
    async with wizard() as driver:
        app, written = driver.app, list[str]()
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", written.append)
        told = await app.copy_secret(SecretStr(SECRET))
    on_terminal = "".join(written)
    assert ("\x1b]52" in on_terminal, ON_THE_WIRE in on_terminal) == (is_sent, is_sent)
    assert SECRET not in on_terminal
    assert told.startswith("Sent to your terminal, which" if is_sent else NO_CLIPBOARD)
    assert told.endswith(ELSEWHERE), "what helps where nothing arrives"
    assert app.clipboard == ""


async def test_what_was_copied_is_named_below_the_values_and_can_be_shown_alone() -> None:
    async with wizard() as driver:
        await to_step(driver, "credentials")
        await driver.press("1")
        await driver.reads("Tenant URL: ", "if nothing arrives press F12.")
        await driver.press("f12")
        await driver.until(lambda: isinstance(driver.app.screen, AloneScreen))
        await driver.reads("/v1/scim/")
        await driver.press("enter")
        await driver.at("credentials")
        await driver.press("2")
        await driver.reads("Secret token: ")
        assert driver.told() == ""


@pytest.mark.skipif(os.name == "nt", reason="the program is a shell script")
async def test_a_secret_is_taken_out_of_the_clipboard_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = have_clipboard(tmp_path, monkeypatch)
    async with wizard() as driver:
        told = await driver.app.copy_secret(SecretStr(SECRET))
        assert held.read_text() == SECRET
    assert told == "Copied. The clipboard is cleared in 60 seconds."
    assert held.read_text() == ""
