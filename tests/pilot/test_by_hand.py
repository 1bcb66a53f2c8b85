"""What became of a value, a link or a file is in sight on a terminal of the usual size."""

from pathlib import Path

import pyperclip
import pytest

from screens.alone import AloneScreen
from tests.pilot.driver import Driver, to_step, wizard

pytestmark = pytest.mark.anyio


def in_sight(driver: Driver) -> str:
    """Return what the terminal shows, blanks and line ends as one blank."""
    strips = driver.app.screen._compositor.render_strips()
    return " ".join(" ".join(strip.text for strip in strips).split())


@pytest.fixture
def over_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Be on a machine without a clipboard and a browser, at a terminal elsewhere."""

    def no_clipboard(_text: str) -> None:
        raise pyperclip.PyperclipException

    monkeypatch.setattr(pyperclip, "copy", no_clipboard)
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)


@pytest.mark.usefixtures("over_ssh")
async def test_where_a_token_went_is_in_sight_with_what_helps_where_none_arrives() -> None:
    async with wizard() as driver:
        await to_step(driver, "credentials")
        await driver.press("2")
        await driver.reads("Secret token: Sent to your terminal")
        await driver.until(lambda: "in a sealed file." in in_sight(driver))
        assert "f12" not in in_sight(driver), "a secret is not shown alone"


@pytest.mark.usefixtures("over_ssh")
async def test_a_link_that_no_browser_can_open_is_shown_alone() -> None:
    async with wizard() as driver:
        await to_step(driver, "credentials")
        await driver.press("o")
        await driver.until(lambda: "if nothing arrives press F12." in driver.told())
        await driver.press("f12")
        await driver.until(lambda: isinstance(driver.app.screen, AloneScreen))
        await driver.reads("/entra-portal/")


@pytest.mark.usefixtures("over_ssh")
async def test_the_link_of_a_guide_is_shown_alone_where_the_step_is_no_guide() -> None:
    async with wizard() as driver:
        await to_step(driver, "mapping")
        await driver.press("h", "enter")
        await driver.until(lambda: "if nothing arrives press F12." in driver.told())
        await driver.press("f12")
        await driver.until(lambda: isinstance(driver.app.screen, AloneScreen))


async def test_where_a_report_was_saved_is_in_sight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with wizard() as driver:
        await to_step(driver, "finish")
        await driver.pilot.click("#report")
        await driver.until(lambda: "Saved: " in in_sight(driver))
