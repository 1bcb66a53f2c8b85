"""The setup with the keyboard alone."""

import socket
import time
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Button, Input

from screens.alone import AloneScreen
from screens.token import TokenScreen
from screens.widgets.underway import Underway
from tests.pilot.driver import (
    Driver,
    at_once,
    to_step,
    token_over_ssh,
    walk_to,
    wizard,
)
from tests.running import have
from wizard.flow.plan import SETUP
from wizard.options import Options
from wizard.practice.visitor import complete
from wizard.store.keystore import Slot

pytestmark = pytest.mark.port_3000


async def test_over_ssh_6_keys_bring_the_token_and_22_the_finish_by_hand(home: Path) -> None:
    async with wizard() as driver:
        await token_over_ssh(driver)
        token = driver.keys
        await walk_to(driver, "finish")
        stored = await (await driver.app.workspace()).keystore.read("default", Slot.CURRENT)
        await driver.press("enter")
        await driver.until(lambda: driver.app.return_value == 0)
    assert (token, driver.keys) == (6, 22)
    assert stored is not None, "and no secret is in the settings"
    secret = stored.token.get_secret_value()
    assert [file for file in home.rglob("*") if file.is_file()]
    assert not any(secret in file.read_text() for file in home.rglob("*") if file.is_file())


@pytest.mark.parametrize("command", ["setup", "renew"])
async def test_the_organization_of_the_command_line_is_in_the_field(command: str) -> None:
    asked = "2f6b1c9e-5a3d-4d70-9c1b-7e08d4a1f235"
    async with wizard(Options(command, practice=True, organization=asked)) as driver:
        if command == "setup":
            await to_step(driver, "organization")
        await driver.at("organization")
        assert driver.app.screen.query_one("#organization", Input).value == asked


async def test_a_left_setup_goes_on_where_it_was_left_or_at_a_step_that_was_reached() -> None:
    async with wizard() as driver:
        await to_step(driver, "application")
        await driver.press("ctrl+q")
        await driver.until(lambda: driver.app.return_value == 130)
    async with wizard() as again:
        await again.until(lambda: type(again.app.screen).__name__ == "WelcomeScreen")
        await again.press("enter")
        await again.at("application")
        await again.press("f2")
        await again.until(lambda: type(again.app.screen).__name__ == "StepsList")
        await again.press("home", "enter")
        await again.at("prepare")


async def test_a_connection_test_on_its_own_does_not_move_the_setup() -> None:
    async with wizard() as driver:
        space = await driver.app.workspace()
        await have(space, "prepare", "organization", "token")
        space.session().change(at_step="prepare", reached=tuple(step.id for step in SETUP))
        before = space.session().profile.at_step
        await driver.choose("test")
        await driver.at("connection")
        await driver.reads("✓ Passed")
        assert space.session().profile.at_step == before
        details = driver.app.screen.query_one("#details", Button)
        details.press()
        await driver.until(lambda: details.region.width > len("Fewer details"), "whole words")


async def test_a_step_that_lacks_something_says_so_and_goes_there() -> None:
    async with wizard() as driver:
        await at_once(driver, "application")
        driver.app.screen.query_one("#next", Button).press()
        await driver.at("credentials")
        await driver.reads("Not possible before: Organization, Secret token.")
        await driver.press("enter")
        await driver.at("organization")


async def test_a_running_test_can_be_stopped_and_a_refused_token_replaced() -> None:
    async with wizard(Options(practice=True, faults=("scim:slow:20",))) as driver:
        await to_step(driver, "token")
        await driver.reads("Waiting for the browser")
        await driver.press("f8")
        await driver.reads("Is this the right account?")
        await driver.press("enter")
        await driver.at("connection")
        await driver.reads("Webex answers")
        underway = driver.app.screen.query_one(Underway)
        underway.clock = lambda: time.monotonic() + 34
        underway.tell()
        await driver.reads("Still at it after ", "Esc stops it.")
        await driver.press("escape")
        await driver.reads("! Stopped")
        assert not underway.display, "nothing is under way any more"
        practice = (await driver.app.workspace()).practice
        assert practice is not None
        practice.behave()
        practice.misbehave("scim", "403", times=1)
        await driver.press("f5")
        await driver.reads("✗ Failed", "would not work", "does not allow this (HTTP 403)", "Next: ")
        await driver.until(lambda: driver.app.focused is button(driver, "another"))
        button(driver, "details").press()
        await driver.reads("Tenant URL")
        await driver.press("enter")
        await driver.at("token")
        await driver.reads("Waiting for the browser")
        await driver.press("f8")
        await driver.reads("Is this the right account?")
        await driver.press("enter")
        await driver.at("connection")
        await driver.reads("✓ Passed", "✓ 15 passed")
        await driver.until(lambda: driver.app.focused is button(driver, "main"))
        assert "Tenant URL" not in driver.text(), "what passed is one line"
        assert not button(driver, "another").display
        await driver.until(lambda: "esc Back" in driver.text(), "nothing left to stop")
        await driver.press("escape")
        await driver.at("token")


def button(driver: Driver, name: str) -> Button:
    """Return a button of the screen on top."""
    return driver.app.screen.query_one(f"#{name}", Button)


async def to_step_token(driver: Driver) -> None:
    """Go to the token and wait until the listener waits."""
    await to_step(driver, "token")
    await driver.reads("Waiting for the browser")


async def test_back_works_from_an_invalid_field_and_leaving_a_capture_frees_the_port() -> None:
    async with wizard() as driver:
        await to_step(driver, "organization")
        driver.app.screen.query_one("#organization", Input).value = "not an organization"
        await driver.press("enter")
        await driver.reads("Problem: ")
        await driver.press("escape")
        await driver.at("prepare")
        await driver.press("enter")
        await driver.at("organization")
        with socket.create_server(("127.0.0.1", 3000)):
            await driver.press("enter")
            await driver.at("token")
            await driver.reads("3000", "Problem: ")
        await driver.press("f5")
        await driver.reads("Waiting for the browser")
        for _ in range(2):
            await driver.press("escape")
            await driver.at("organization")
            await driver.press("enter")
            await driver.at("token")
            await driver.reads("Waiting for the browser")


async def test_each_answer_moves_one_step_under_a_dialog_and_on_a_small_terminal() -> None:
    async with wizard() as driver:
        await to_step(driver, "application")
        await driver.pilot.resize_terminal(40, 10)
        await driver.press("p")
        await driver.pilot.resize_terminal(120, 40)
        await driver.press("enter")
        await driver.at("credentials")
        screen = driver.app.screen
        await driver.press("f1")
        await driver.until(lambda: type(driver.app.screen).__name__ == "HelpScreen")
        screen.query_one("#main", Button).press()
        await driver.pilot.pause()
        assert driver.step_id == "", "the answer waits until the dialog is closed"
        await driver.press("escape")
        await driver.at("notification")
        await driver.press("escape")
        await driver.at("credentials")
        driver.app.screen.query_one("#main", Button).press()
        driver.app.screen.query_one("#main", Button).press()
        await driver.at("notification")
        assert driver.step_id == "notification", "two quick presses move one step"


SPOILED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Not granted", ("authorization:granted-less",)),
    ("does not accept the token", ("people:401",)),
    ("Problem: ", ("people:429:1",)),
    ("Problem: ", ("people:503",)),
    ("Problem: ", ("people:html",)),
    ("Problem: ", ("people:huge",)),
    ("belongs to organization", ("people:wrong-organization",)),
    ("belongs to organization", ("authorization:wrong-organization",)),
    ("may not create or change users", ("people:no-roles", "identity:no-roles")),
)


async def test_a_spoiled_sign_in_is_explained_in_place_and_neither_token_nor_link_is_left() -> None:
    async with wizard() as driver:
        await to_step_token(driver)
        space = await driver.app.workspace()
        assert space.practice is not None
        for says, faults in SPOILED:
            await driver.reads("The link:", "Copy link")
            for fault in faults:
                where, kind, *seconds = fault.split(":")
                options = {"retry_after": float(seconds[0])} if seconds else {}
                space.practice.misbehave(where, kind, **options)
            await driver.press("f8")
            await driver.reads(says)
            assert "The link:" not in driver.text()
            await driver.until(lambda: "Copy link" not in driver.text())
            assert await space.keystore.read("default", Slot.CURRENT) is None
            space.practice.behave()
            await driver.press("f5")
            await driver.reads("Waiting for the browser")


async def test_what_is_pasted_is_read_from_anywhere_in_lines_and_never_given_back() -> None:
    async with wizard() as driver:
        await to_step_token(driver)
        screen = driver.app.screen
        assert isinstance(screen, TokenScreen)
        screen.paste.value = "secret-token-text"
        screen.paste.focus()
        screen.paste.select_all()
        await driver.press("ctrl+x", "ctrl+c")
        assert driver.app.clipboard == ""
        assert driver.told().startswith("This field gives nothing back. Ctrl+C once more asks")
        assert "secret-token-text" not in vars(driver.app).values(), "nor is it kept beside"
        assert screen.paste.value == "secret-token-text"
        screen.paste.value = "hello"
        await driver.press("enter")
        await driver.reads("Problem: ", "Waiting for the browser")
        assert screen.paste.value == ""
        screen.main.focus()
        driver.app.post_message(Paste("http://localhost:3000/auth/code?code=abc"))
        await driver.until(lambda: screen.paste.value, "the paste is in the field")
        await driver.press("enter")
        await driver.reads("Problem: ", "code")
        practice = (await driver.app.workspace()).practice
        assert practice is not None
        await driver.press("f4")
        await driver.reads("The link was sent to your terminal; if nothing arrives press F12.")
        await driver.press("f12")
        await driver.until(lambda: isinstance(driver.app.screen, AloneScreen))
        link = driver.text().partition("\n")[0]
        assert link == driver.app.clipboard
        await driver.press("enter")
        await driver.until(lambda: driver.app.screen is screen)
        location = complete(link, "admin@practice.example", send=practice.send).url
        wrapped = "\n".join(location[start : start + 40] for start in range(0, len(location), 40))
        driver.app.post_message(Paste(wrapped))
        await driver.until(lambda: screen.paste.value, "the paste is in the field")
        await driver.press("enter")
        await driver.reads("Is this the right account?")
        assert screen.paste.value == ""
