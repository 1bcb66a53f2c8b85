"""Draws the README's pictures from the real application: `python -m tests.pictures`."""

import asyncio
import os
import re
import tempfile
from pathlib import Path

PICTURES = Path(__file__).resolve().parent.parent / "assets" / "pictures"
WANTED = {"token", "connection", "credentials", "mapping"}


def main() -> None:
    """Walk through the setup in practice and draw the wanted screens."""
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    with tempfile.TemporaryDirectory() as home:
        os.environ["WEBEX_WIZARD_HOME"] = home
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        asyncio.run(_draw())


async def _draw() -> None:
    from tests.pilot.driver import walk_to, wizard

    PICTURES.mkdir(exist_ok=True)
    async with wizard(size=(100, 30)) as driver:
        for name in ("token", "connection", "credentials", "mapping"):
            await walk_to(driver, name)
            if name == "token":
                await driver.reads("Waiting for the browser")
                await driver.press("f8")
                await driver.reads("Is this the right account?")
            if name == "connection":
                await driver.reads("✓ Passed")
            if name == "mapping":
                await driver.reads("invented people")
            await driver.pilot.pause()
            picture = driver.app.export_screenshot(title="webex-wizard")
            # The font is left to the reader's machine: a picture fetches nothing.
            picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)
            (PICTURES / f"{name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
