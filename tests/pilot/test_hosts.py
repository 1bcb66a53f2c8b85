"""Secrets of other hosts, met by the screens: refused, or asked about once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from screens.app import WizardApp
from tests.foreign_keyring import ClearText
from tests.pilot.driver import Driver
from tests.sessions import facts, session_in, stored
from wizard.net.endpoints import load_endpoints
from wizard.options import Options
from wizard.store.binding import place_of

HOSTS = """
[webex]
authorization_endpoint = "http://127.0.0.1:9/authorize"
api_base = "http://127.0.0.1:9/v1"
scim_base = "http://127.0.0.1:9/scim"
"""
NAME = "http://127.0.0.1:9"
ENTRY = ("webex-wizard", "default/current")


@pytest.fixture
def secrets() -> Iterator[dict[tuple[str, str], str]]:
    before, memory = keyring.get_keyring(), ClearText()
    memory.held = {}
    keyring.set_keyring(memory)
    yield memory.held
    keyring.set_keyring(before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "hosts.toml").write_text(HOSTS)
    return tmp_path / "hosts.toml"


async def typing(options: Options, *keys: str) -> tuple[WizardApp, str]:
    """Run the application, answer what it asks first, and return it with what it said then."""
    app = WizardApp(options)
    async with app.run_test(size=(80, 24)) as pilot:
        driver = Driver(app, pilot)
        if keys:
            await driver.reads("if it is of these hosts:")
            await driver.press(*keys)
        await driver.until(lambda: type(app.screen).__name__ in {"FailureScreen", "TokenScreen"})
        await pilot.pause()
        said = driver.text()
        if type(app.screen).__name__ == "FailureScreen":
            await driver.press("enter")
    return app, said


def test_other_hosts_end_the_program_before_anything_is_asked(
    home: Path, file: Path, secrets: dict[tuple[str, str], str]
) -> None:
    token = stored()
    secrets[ENTRY] = token.to_secret()
    session_in(home / "profiles", token=token.facts, organization_id=token.facts.organization_id)
    options = Options("renew", endpoints=file, allow_keyring="tests.foreign_keyring")
    app, said = asyncio.run(typing(options))
    assert app.return_value == 1
    assert f"the hosts here are {NAME}" in said
    assert secrets == {ENTRY: token.to_secret()}
    problem, hint, command = app.farewell
    assert f"the hosts here are {NAME}" in problem
    assert hint.startswith("Nothing was sent")
    assert command.startswith("See all profiles with: webex-wizard status ")
    assert "--endpoints" not in command, "it would end the same way"


@pytest.mark.port_3000
def test_what_an_earlier_version_stored_is_asked_about_once(
    home: Path, file: Path, secrets: dict[tuple[str, str], str]
) -> None:
    token, known = stored(place=""), facts(place="")
    secrets[ENTRY] = token.to_secret()
    session_in(home / "profiles", token=known, organization_id=known.organization_id)
    options = Options("renew", endpoints=file, allow_keyring="tests.foreign_keyring")
    app, said = asyncio.run(typing(options, "x", "enter"))
    assert app.return_value == 1
    assert "stored by an earlier version" in said
    assert secrets == {ENTRY: token.to_secret()}
    asyncio.run(typing(options, *NAME, "enter"))
    assert place_of(load_endpoints(file)).text in secrets[ENTRY]
    asyncio.run(typing(options))
