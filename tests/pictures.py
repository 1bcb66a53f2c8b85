"""Draws the pictures of README and `assets/pictures` from the real application.

`python -m tests.pictures` walks a practice setup, and needs a minute.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from tests.pilot.driver import Driver

PICTURES = Path(__file__).resolve().parent.parent / "assets" / "pictures"
SMALL, LARGE = (80, 24), (120, 40)
SECONDS = 3.0
"""How long the animation shows each picture."""
ANIMATED = (
    "prepare", "token", "connection", "sign-in", "application", "mapping", "scoping", "assignment",
    "preview", "on-demand", "watch", "finish",
)  # fmt: skip
"""The pictures of the whole way, in its order."""

THROUGH_GRAPH = {
    "application": "Cisco Webex",
    "credentials": "",
    "notification": "",
    "mapping": "invented people",
    "scoping": "in scope",
    "assignment": "Type part of a name",
    "scope": "",
    "preview": "people of Entra",
    "on-demand": "Prediction for Ana Ruiz",
    "start": "",
    "watch": "The first cycle is under way",
    "finish": "",
}
"""The steps after the sign-in, and what each shows when it has looked."""


def main() -> None:
    """Draw what there is to draw, each walk in a home of its own."""
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    os.environ["COLORTERM"] = "truecolor"
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    drawn: dict[str, str] = {}
    for walk in (_welcome, _failed, _whole_way, _large):
        with tempfile.TemporaryDirectory() as home:
            os.environ["WEBEX_WIZARD_HOME"] = home
            drawn |= asyncio.run(walk(Path(home)))
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.svg"):
        old.unlink()
    drawn["whole-way"] = animated([drawn[name] for name in ANIMATED])
    for name, picture in drawn.items():
        (PICTURES / f"{name}.svg").write_text(picture, encoding="utf-8")


async def _welcome(home: Path) -> dict[str, str]:
    """Draw the first screen with the profiles of several customers."""
    from tests.pilot.driver import wizard
    from tests.sessions import facts, session_in
    from wizard.flow.plan import SETUP
    from wizard.options import Options
    from wizard.store.marks import Mark
    from wizard.store.profiles import StepRecord, utc_now

    now = utc_now()
    steps = {step.id: StepRecord(at=now, mark=Mark.SEEN) for step in SETUP}
    for name, days in (("adatum", 340), ("contoso", 4), ("fabrikam", 211), ("northwind", 97)):
        ends = now + timedelta(days=days, hours=1)
        known = {"obtained_at": now, "expires_at": ends, "organization_id": str(uuid4())}
        token = facts(lifetime=365).model_copy(update=known)
        about = {"organization_id": token.organization_id, "steps": steps}
        session_in(home / "practice", name, token=token, **about)
    session_in(home / "practice", "tailspin", at_step="connection")
    options = Options(practice=True, profile="contoso")
    async with wizard(options, size=SMALL) as driver:
        await driver.reads("Enter renews the token")
        return {"welcome": await picture(driver)}


async def _failed(_home: Path) -> dict[str, str]:
    """Draw the connection test of a token that Webex refuses."""
    from tests.pilot.driver import walk_to, wizard
    from wizard.options import Options

    async with wizard(Options(practice=True, faults=("scim:401",)), size=SMALL) as driver:
        await walk_to(driver, "connection")
        await driver.reads("Webex does not accept the token")
        return {"refused": await picture(driver)}


async def _whole_way(_home: Path) -> dict[str, str]:
    """Draw the setup through Graph, from the first step to the last."""
    drawn: dict[str, str] = {}
    async with _begun(SMALL) as driver:
        async for name in _steps(driver):
            drawn[name] = await picture(driver)
    return drawn


async def _large(_home: Path) -> dict[str, str]:
    """Draw what a large terminal shows beside it."""
    drawn: dict[str, str] = {}
    async with _begun(LARGE) as driver:
        async for name in _steps(driver):
            if name in {"token", "connection", "mapping", "assignment", "watch"}:
                drawn[f"{name}-120"] = await picture(driver)
    return drawn


@asynccontextmanager
async def _begun(size: tuple[int, int]) -> AsyncIterator["Driver"]:
    from tests.pilot.driver import wizard

    async with wizard(size=size) as driver:
        await driver.welcomed()
        yield driver


async def _steps(driver: "Driver") -> AsyncIterator[str]:
    """Walk the steps; each is to be drawn before it goes on."""
    from tests.pilot.driver import done_through_graph, signed_in, walk_to

    for name in ("prepare", "token", "connection", "sign-in"):
        await walk_to(driver, name)
        if name == "prepare":
            await driver.reads("This machine")
        if name == "token":
            await driver.reads("Waiting for the browser")
            await driver.press("f8")
            await driver.reads("Is this the right account?")
        if name == "connection":
            await driver.reads("✓ Passed")
        yield name
    await signed_in(driver)
    await driver.press("enter")
    for name, shown in THROUGH_GRAPH.items():
        await driver.at(name)
        if name == "assignment":
            await driver.reads(shown)
            await driver.find("ana")
        elif name != "finish":
            await driver.until(lambda: not driver.app.screen.query_one("#main").disabled)
            await driver.reads(shown)
        if name == "notification":
            await driver.type("it@practice.example")
        if name == "watch":
            await _an_hour_later(driver)
        yield name
        if name in {"mapping", "scoping"}:
            await driver.press("enter")
            await driver.left(name)
        elif name != "finish":
            await done_through_graph(driver)


async def _an_hour_later(driver: "Driver") -> None:
    space = await driver.app.workspace()
    assert space.practice is not None
    space.practice.tell_entra(advance=3600)
    await driver.press("f5")
    await driver.reads("The first cycle is done")


async def picture(driver: "Driver") -> str:
    """Return what the terminal shows, as SVG that fetches nothing."""
    await driver.pilot.pause()
    drawn = driver.app.export_screenshot(title="webex-wizard", simplify=True)
    # The font is left to the reader's machine.
    return re.sub(r"@font-face \{.*?\}", "", drawn, flags=re.DOTALL)


def animated(pictures: list[str]) -> str:
    """Return one picture that shows others in turn, for ever; of less motion, only the last."""
    share = 100 / len(pictures)
    head = re.match(r"<svg[^>]*>", pictures[0])
    assert head is not None
    rules = [
        f"@keyframes turn {{ 0%, {share:.3f}% {{ visibility: visible }}"
        f" {share + 0.001:.3f}%, 100% {{ visibility: hidden }} }}",
        f".shot {{ visibility: hidden; animation: turn {SECONDS * len(pictures):g}s step-end"
        " infinite; }",
        "@media (prefers-reduced-motion: reduce) { .shot { animation: none }"
        " .shot:last-of-type { visibility: visible } }",
    ]
    shots = [
        f'<g class="shot" style="animation-delay: {SECONDS * number:g}s">{each}</g>'
        for number, each in enumerate(pictures)
    ]
    return "\n".join([head[0], "<style>", *rules, "</style>", *shots, "</svg>"]) + "\n"


if __name__ == "__main__":
    main()
