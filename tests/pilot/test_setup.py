"""The setup with the keyboard alone."""

import socket
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Button, Input

from screens.token import TokenScreen
from tests.pilot.driver import Driver, to_step, walk_to, wizard
from tests.running import have
from wizard.flow.plan import SETUP
from wizard.options import Options
from wizard.practice.visitor import complete
from wizard.store.keystore import Slot

pytestmark = pytest.mark.port_3000


async def test_the_finish_is_reached_with_at_most_25_keys_and_no_secret_in_the_settings(
    home: Path,
) -> None:
    async with wizard() as driver:
        await walk_to(driver, "finish")
        stored = await (await driver.app.workspace()).keystore.read("default", Slot.CURRENT)
        await driver.press("enter")
        await driver.until(lambda: driver.app.return_value == 0)
    assert driver.keys <= 25
    assert stored is not None
    secret = stored.token.get_secret_value()
    assert [file for file in home.rglob("*") if file.is_file()]
    assert not any(secret in file.read_text() for file in home.rglob("*") if file.is_file())


async def test_back_works_from_an_invalid_field() -> None:
    async with wizard() as driver:
        await to_step(driver, "organization")
        field = driver.app.screen.query_one("#organization", Input)
        field.value = "not an organization"
        await driver.press("enter")
        await driver.reads("Problem: ")
        await driver.press("escape")
        await driver.at("prepare")


@pytest.mark.parametrize("command", ["setup", "renew"])
async def test_the_organization_of_the_command_line_is_in_the_field(command: str) -> None:
    asked = "2f6b1c9e-5a3d-4d70-9c1b-7e08d4a1f235"
    async with wizard(Options(command, practice=True, organization=asked)) as driver:
        if command == "setup":
            await to_step(driver, "organization")
        await driver.at("organization")
        assert driver.app.screen.query_one("#organization", Input).value == asked


async def test_two_quick_presses_move_one_step() -> None:
    async with wizard() as driver:
        await to_step(driver, "application")
        driver.app.screen.query_one("#main", Button).press()
        driver.app.screen.query_one("#main", Button).press()
        await driver.at("credentials")
        assert driver.step_id == "credentials"


async def test_a_left_setup_goes_on_where_it_was_left() -> None:
    async with wizard() as driver:
        await to_step(driver, "application")
        await driver.press("ctrl+q")
        await driver.until(lambda: driver.app.return_value == 130)
    async with wizard() as again:
        await again.until(lambda: type(again.app.screen).__name__ == "WelcomeScreen")
        await again.press("enter")
        await again.at("application")


async def test_a_reached_step_can_be_jumped_to_and_others_cannot() -> None:
    async with wizard() as driver:
        await to_step(driver, "application")
        await driver.press("f2")
        await driver.until(lambda: type(driver.app.screen).__name__ == "StepsList")
        await driver.press("home", "enter")
        await driver.at("prepare")


async def test_the_terminal_may_shrink_to_40x10_and_grow_again() -> None:
    async with wizard() as driver:
        await to_step(driver, "application")
        await driver.pilot.resize_terminal(40, 10)
        await driver.pilot.pause()
        await driver.press("p")
        await driver.pilot.resize_terminal(120, 40)
        await driver.press("enter")
        await driver.at("credentials")


async def test_an_account_without_a_role_is_refused_and_nothing_is_stored() -> None:
    faults = ("people:no-roles", "identity:no-roles")
    async with wizard(Options(practice=True, faults=faults)) as driver:
        await to_step_token(driver)
        await driver.press("f8")
        await driver.reads("may not create or change users")
        space = await driver.app.workspace()
        assert await space.keystore.read("default", Slot.CURRENT) is None


async def test_a_taken_port_is_named_and_the_wait_begins_after_a_retry() -> None:
    async with wizard() as driver:
        await to_step(driver, "organization")
        with socket.create_server(("127.0.0.1", 3000)):
            await driver.press("enter")
            await driver.at("token")
            await driver.reads("3000", "Problem: ")
        await driver.press("f5")
        await driver.reads("Waiting for the browser")


async def test_a_wrapped_address_can_be_pasted_whole() -> None:
    async with wizard() as driver:
        await to_step_token(driver)
        screen = driver.app.screen
        assert isinstance(screen, TokenScreen)
        waiting = screen._waiting
        assert waiting is not None
        practice = (await driver.app.workspace()).practice
        assert practice is not None
        location = complete(waiting.url, "admin@practice.example", send=practice.send).url
        wrapped = "\n".join(location[start : start + 40] for start in range(0, len(location), 40))
        screen.query_one("#paste").focus()
        screen.query_one("#paste").post_message(Paste(wrapped))
        await driver.pilot.pause()
        await driver.press("enter")
        await driver.reads("Is this the right account?")
        assert screen.paste.value == ""


async def test_pasted_nonsense_is_explained_and_the_wait_goes_on() -> None:
    async with wizard() as driver:
        await to_step_token(driver)
        driver.app.screen.query_one("#paste", Input).value = "hello"
        driver.app.screen.query_one("#paste").focus()
        await driver.press("enter")
        await driver.reads("Problem: ")
        await driver.press("f8")
        await driver.reads("Is this the right account?")


async def test_a_secret_cannot_be_copied_out_of_the_paste_field() -> None:
    async with wizard() as driver:
        await to_step_token(driver)
        field = driver.app.screen.query_one("#paste", Input)
        field.value = "secret-token-text"
        field.focus()
        field.select_all()
        await driver.press("ctrl+c", "ctrl+x")
        assert driver.app.clipboard == ""
        assert field.value == "secret-token-text"


async def to_step_token(driver: Driver) -> None:
    """Walk to the token and wait until the listener waits."""
    await to_step(driver, "token")
    await driver.reads("Waiting for the browser")


async def test_leaving_a_capture_frees_the_port_for_the_next_one() -> None:
    async with wizard() as driver:
        await to_step_token(driver)
        for _ in range(3):
            await driver.press("escape")
            await driver.at("organization")
            await driver.press("enter")
            await driver.at("token")
            await driver.reads("Waiting for the browser")


async def test_an_answer_given_under_a_dialog_counts_when_the_dialog_closes() -> None:
    async with wizard() as driver:
        await to_step(driver, "application")
        screen = driver.app.screen
        await driver.press("f1")
        await driver.until(lambda: type(driver.app.screen).__name__ == "HelpScreen")
        screen.query_one("#main", Button).press()
        await driver.pilot.pause()
        await driver.press("escape")
        await driver.at("credentials")


async def test_a_connection_test_on_its_own_does_not_move_the_setup() -> None:
    async with wizard() as driver:
        space = await driver.app.workspace()
        await have(space, "prepare", "organization", "token")
        space.session().change(at_step="prepare", reached=tuple(step.id for step in SETUP))
        before = space.session().profile.at_step
        await driver.welcomed()
        await driver.press("down", "down", "enter")
        await driver.at("connection")
        await driver.reads("Passed.")
        assert space.session().profile.at_step == before


async def test_a_running_test_can_be_stopped_and_left() -> None:
    async with wizard(Options(practice=True, faults=("scim:slow:20",))) as driver:
        await to_step(driver, "token")
        await driver.reads("Waiting for the browser")
        await driver.press("f8")
        await driver.reads("Is this the right account?")
        await driver.press("enter")
        await driver.at("connection")
        await driver.reads("Webex answers")
        await driver.press("f6")
        await driver.reads("Stopped.")
        await driver.press("escape")
        await driver.at("token")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("authorization:granted-less", "Not granted"),
        ("people:401", "does not accept the token"),
        ("people:429:1", "Problem: "),
        ("people:503", "Problem: "),
        ("people:html", "Problem: "),
        ("people:huge", "Problem: "),
        ("people:wrong-organization", "belongs to organization"),
        ("authorization:wrong-organization", "belongs to organization"),
    ],
)
async def test_a_spoiled_sign_in_is_explained_in_place(fault: str, says: str) -> None:
    async with wizard(Options(practice=True, faults=(fault,))) as driver:
        await to_step_token(driver)
        await driver.press("f8")
        await driver.reads(says)


async def test_a_paste_anywhere_on_the_screen_reaches_the_field() -> None:
    async with wizard() as driver:
        await to_step_token(driver)
        screen = driver.app.screen
        assert isinstance(screen, TokenScreen)
        screen.main.focus()
        driver.app.post_message(Paste("http://localhost:3000/auth/code?code=abc"))
        await driver.until(lambda: screen.paste.value)
        await driver.press("enter")
        await driver.reads("Problem: ")


async def test_no_link_is_left_when_nobody_waits_for_what_it_brings() -> None:
    async with wizard(Options(practice=True, faults=("people:401",))) as driver:
        await to_step_token(driver)
        await driver.reads("The link:")
        await driver.press("f8")
        await driver.reads("Problem: ", "No token was stored.")
        assert "The link:" not in driver.text()
        assert "Copy link" not in driver.text()
