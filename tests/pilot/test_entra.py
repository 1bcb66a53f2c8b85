"""The Entra side through Graph, with keys, against the practice tenants."""

import asyncio
from collections.abc import Iterator

import pytest
from pydantic import SecretStr
from textual.widgets import Button, Input

from screens.automatic import AutomaticScreen
from screens.confirm import Confirm
from screens.sign_in import SignInScreen
from screens.undo import UndoScreen
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.key_line import KeyLine
from screens.widgets.mark_list import MarkList
from tests.conversation_here import ConversationHere
from tests.foreign_keyring import ClearText, Narrow, in_use
from tests.pilot.driver import (
    ADMIN,
    Driver,
    at_once,
    done_below,
    done_through_graph,
    sign_in_over_ssh,
    signed_in,
    to_step_signed_in,
    token_over_ssh,
    walk_to,
    wizard,
)
from tests.practice_here import PracticeHere
from wizard.flow.plan import SETUP
from wizard.options import Options
from wizard.store.keystore import PRACTICE_SERVICE
from wizard.store.places import practice_tenant_file, settings_folder
from wizard.store.profiles import ProfileStore
from wizard.store.stored_token import StoredAnchor
from wizard.walk.undoing import Undoing

SETUP_STEPS = [step.id for step in SETUP[5:-1]]
OWN_SCREEN = {"mapping": "invented people", "scoping": "65 in scope, 0 out"}


@pytest.fixture
def narrow_keyring() -> Iterator[Options]:
    """A keyring that is too narrow for a sign-in, and the options that permit it."""
    with in_use(Narrow()) as module:
        yield Options(practice=True, allow_keyring=module)


async def test_a_device_code_is_shown_and_signs_in() -> None:
    async with wizard() as driver:
        await at_once(driver, "sign-in")
        await driver.press("f10")
        await driver.reads("in any browser and enter", "The code is good for 15 minutes, until")
        await driver.reads("The sign-in is that of Microsoft Graph Command Line Tools.")
        assert "esc Back" in driver.text()
        assert not driver.app.screen.query_one("#device").display, "it is shown already"
        await driver.press("enter")
        await driver.reads("The code was sent to your terminal; if nothing arrives type it.")
        await driver.press("f8")
        await driver.reads("Signed in.", ADMIN, "no keyring that can be used")
        assert not driver.app.screen.query_one("#remember").display
        assert not driver.app.screen.query_one("#device").display
        assert "Device code" not in str(driver.app.screen.query_one(KeyLine).content)


async def test_a_sign_in_of_which_graph_tells_nothing_is_a_sign_in_all_the_same() -> None:
    async with wizard(Options(practice=True, faults=("graph:500",))) as driver:
        await at_once(driver, "sign-in")
        driver.app.screen.query_one("#client", Input).value = "5f6e7d8c-1a2b-4c3d-8e9f-a0b1c2d3e4f5"
        await driver.reads("that of the registration 5f6e7d8c-1a2b-4c3d-8e9f-a0b1c2d3e4f5.")
        driver.app.screen.query_one("#client", Input).value = ""
        await driver.press("enter")
        await driver.reads("Waiting for the browser at port")
        await driver.press("f8")
        await driver.reads(f"! Signed in as {ADMIN}, but Graph did not tell the rest.", "Problem: ")
        await driver.until(
            lambda: str(driver.app.screen.query_one("#main", Button).label) == "Next"
        )
        await driver.press("enter")
        await driver.at("application")


async def test_the_sign_in_is_remembered_when_asked_for_and_comes_back_without_a_browser() -> None:
    with in_use(ClearText()) as module:
        await remembered_and_back(Options(practice=True, allow_keyring=module))


async def remembered_and_back(options: Options) -> None:
    async with wizard(options) as driver:
        await at_once(driver, "sign-in")
        await signed_in(driver)
        await driver.reads("Practice Example", "Cloud Application Administrator")
        await driver.reads("Not remembered:", "webex-wizard forget")
        space = await driver.app.workspace()
        assert space.practice is not None
        session = space.session()
        facts = session.profile.entra
        assert (facts.account, bool(facts.tenant_id)) == (ADMIN, True)
        assert not facts.is_remembered
        await driver.press("shift+tab", "enter")
        await driver.reads("This sign-in is remembered.")
        assert await space.keystore.read_sign_in("default") is not None
        await forgotten_and_back(driver)
        await driver.reads("Signed in.", ADMIN, "This sign-in is remembered.")
        space.tenant.signed_in = None
        await driver.until(lambda: not driver.app.screen.query_one("#main", Button).disabled)
        await driver.press("enter")
        await driver.at("application")
        await driver.until(lambda: isinstance(driver.app.screen, AutomaticScreen))
        await driver.reads("Add Cisco Webex from the gallery.")  # it signed in again by itself
        await driver.press("escape")
        await driver.at("sign-in")
        await driver.reads("This sign-in is remembered.")
        space.practice.misbehave("authority", "AADSTS700082", times=1)
        await forgotten_and_back(driver)
        await driver.reads("Nobody is signed in.", "was removed", "AADSTS700082")
        await signed_in(driver)
        await driver.reads("Not remembered:")
        for said in ("This sign-in is remembered.", "Not remembered:"):
            driver.app.screen.query_one("#remember", Button).press()
            await driver.reads(said)
        assert await space.keystore.read_sign_in("default") is None


async def forgotten_and_back(driver: Driver) -> None:
    """Leave the sign-in, let it be forgotten in memory, and come back."""
    await driver.press("escape")
    await driver.at("connection")
    (await driver.app.workspace()).tenant.signed_in = None
    await past_what_lacks(driver)
    await driver.at("sign-in")


async def past_what_lacks(driver: Driver) -> None:
    """Go on past a step that lacks the Webex half."""
    await driver.reads("Not possible before")
    driver.app.screen.query_one("#next", Button).press()


async def test_a_keyring_that_takes_no_sign_in_is_told_and_the_work_goes_on(
    narrow_keyring: Options,
) -> None:
    async with wizard(narrow_keyring) as driver:
        await at_once(driver, "sign-in")
        await signed_in(driver)
        driver.app.screen.query_one("#remember", Button).press()
        await driver.reads("Problem: ", "ValueError", "Not remembered:")
        await driver.press("enter")
        await driver.at("application")
        await driver.until(lambda: isinstance(driver.app.screen, AutomaticScreen))


async def test_a_setup_through_graph_that_was_cut_off_asks_for_the_sign_in() -> None:
    async with wizard() as driver:
        await at_once(driver, "sign-in")
        await signed_in(driver)
        await driver.press("enter")
        await driver.at("application")
        await done_through_graph(driver)
        await driver.at("credentials")
        await past_what_lacks(driver)
        await driver.at("notification")
    async with wizard() as driver:
        await driver.choose("undo")
        await driver.at("sign-in")
        await driver.reads("Sign in first: taking back what was made in Entra needs that.")
        assert not driver.app.screen.query("#by-hand"), "by hand nothing could be taken back"
        await driver.press("f7", "escape")
        await driver.welcomed()
        await driver.press("enter")
        await driver.at("sign-in")
        await driver.reads("Your Microsoft sign-in ended: sign in again, or go on by hand.", ADMIN)
        await driver.reads("▸ Microsoft sign-in", "✓ Application")
        await signed_in(driver)
        await driver.press("enter")
        await driver.at("notification")
        assert isinstance(driver.app.screen, AutomaticScreen)


async def test_what_stops_a_sign_in_is_explained_in_place_and_it_can_be_repeated() -> None:
    async with wizard(Options(practice=True, faults=("authority:AADSTS65004:times=1",))) as driver:
        await at_once(driver, "sign-in")
        driver.app.screen.query_one("#tenant", Input).value = "no tenant"
        await driver.press("enter")
        await driver.reads("Problem: This is neither a tenant id nor a domain.")
        driver.app.screen.query_one("#tenant", Input).value = ""
        main = driver.app.screen.query_one("#main", Button)
        await driver.until(lambda: not main.disabled and not main.has_class("-active"))
        main.focus()
        await driver.press("enter")
        await driver.reads("Waiting for the browser at port")
        await driver.press("f8")
        await driver.reads("Nobody is signed in.", "Problem: ")
        await driver.until(lambda: not main.disabled and not main.has_class("-active"))
        main.focus()
        await driver.press("enter")
        await driver.reads("Waiting for the browser at port")
        screen = driver.app.screen
        assert isinstance(screen, SignInScreen)
        screen.paste.focus()
        screen.paste.value = "http://localhost/?nothing=here"
        await driver.press("enter")
        await driver.reads("Problem: ")
        await driver.press("f8")
        await driver.reads("Signed in.", ADMIN)
        assert not screen.query_one(ErrorPanel).display, "what went wrong before is over"
        await driver.press("f7")
        await driver.at("application")
        assert not isinstance(driver.app.screen, AutomaticScreen)
        await driver.press("escape")
        await driver.at("sign-in")
        await driver.reads("• You chose to do the Entra side by hand.", "Sign in")
        await driver.press("enter")
        await driver.at("application")


def taken_back() -> None:
    """Take everything back, as the next run of the program does at a prompt."""
    with ConversationHere(["undo", "--practice"]) as told:
        for question, answer in (("Take back which?", "all"), ("Sign in to Microsoft", "")):
            told.until(question)
            told.answer(answer)
        assert told.end() == 0


@pytest.mark.port_3000
@pytest.mark.parametrize(
    ("over_ssh", "token", "running"),
    [(False, 5, 27), pytest.param(True, 6, 28, marks=pytest.mark.thorough)],
)
async def test_27_keys_bring_a_running_job_or_28_over_ssh_and_the_next_run_takes_it_back(
    over_ssh: bool, token: int, running: int
) -> None:
    async with wizard(size=(120, 40)) as driver:
        if over_ssh:
            await token_over_ssh(driver)
        await walk_to(driver, "connection")
        assert driver.keys == token, "until the token is kept"
        await walk_to(driver, "sign-in")
        await (sign_in_over_ssh if over_ssh else signed_in)(driver)
        await driver.press("enter")
        await driver.at("application")
        for step_id in SETUP_STEPS:
            await driver.at(step_id)
            if step_id == "watch":
                assert driver.keys - 1 == running, "until the job runs; one goes on from there"
            if step_id == "assignment":
                await driver.reads("Type part of a name")
                await driver.find("ana.ruiz")
            if step_id in OWN_SCREEN:
                await driver.reads(OWN_SCREEN[step_id])
                await driver.press("enter")
                await driver.left(step_id)  # Entra has it so already
                continue
            await done_through_graph(driver)
        await driver.at("finish")
        space = await driver.app.workspace()
        assert space.practice is not None
        state = space.practice.entra()
    assert [made["displayName"] for made in state["applications"]] == ["Cisco Webex"]
    await asyncio.to_thread(taken_back)
    with PracticeHere(state=practice_tenant_file()) as tenant:
        left = tenant.entra()
    assert (left["applications"], left["servicePrincipals"]) == ([], [])


async def test_a_step_before_its_application_leads_there() -> None:
    async with wizard() as driver:
        await to_step_signed_in(driver, "credentials")
        await driver.reads("The application in Entra is not chosen yet.")
        main = driver.app.screen.query_one("#main", Button)
        assert (str(main.label), main.has_focus) == ("Go to Application", True)
        await driver.press("enter")
        await driver.at("application")


async def test_a_step_is_explained_repeated_put_off_and_given_back_to_graph() -> None:
    refused = Options(practice=True, faults=("applications:no-role:times=1",))
    async with wizard(refused, size=(120, 40)) as driver:
        await to_step_signed_in(driver, "application")
        await driver.reads("Problem: ", "This did not work.")
        await driver.press("f5")
        await driver.reads("Add Cisco Webex from the gallery.")
        await driver.press("f7")
        await driver.reads("Done when:")
        await driver.press("f7")
        await driver.until(lambda: isinstance(driver.app.screen, AutomaticScreen))
        await done_through_graph(driver)
        await driver.at("credentials")
        await done_through_graph(driver)
        await driver.at("notification")
        await driver.press("escape")
        await driver.at("credentials")
        await driver.reads("Entra has this tenant URL", "What can be done again:")
        await driver.pilot.click("#again")
        await driver.reads("Entra tried the token with success")
        await driver.press("f5")
        await driver.reads("What can be done again:")
        await driver.press("enter")
        await driver.at("notification")


async def test_one_person_is_tried_and_the_first_cycle_watched_until_it_is_done() -> None:
    async with wizard(size=(120, 40)) as driver:
        done = SETUP_STEPS[: SETUP_STEPS.index("on-demand")]
        await to_step_signed_in(driver, "on-demand", *done)
        await driver.reads(
            "Prediction for Ana Ruiz: in scope.", "userName | ana.ruiz@practice.example"
        )
        await driver.press("enter")
        await driver.reads(
            "Ana Ruiz was updated in Webex, as the mapping predicted.", "| as predicted"
        )
        await done_through_graph(driver)
        await driver.at("start")
        await done_through_graph(driver)
        await driver.at("watch")
        await driver.reads("The first cycle is under way", "Looking again from time to time.")
        space = await driver.app.workspace()
        assert space.practice is not None
        space.practice.tell_entra(advance=3600)
        await driver.press("f5")
        await driver.reads("The first cycle is done: 1 person is linked")
        assert "watch" in space.session().profile.steps
        form = "How shall it start again?"
        assert form not in driver.text()
        await driver.pilot.click("#again")
        await driver.reads(form, "Looking at everybody again takes", "Restart provisioning as")
        await driver.press("f5")
        await driver.until(lambda: form not in driver.text(), "a look asks for nothing")
        await done_through_graph(driver)
        await driver.at("finish")
        await driver.reads("The setup is done.")


async def test_what_was_made_is_taken_back_and_what_cannot_be_stays_in_the_list() -> None:
    async with wizard(size=(120, 40)) as driver:
        await done_below(driver, "application", "credentials")
        space = await driver.app.workspace()
        assert space.practice is not None
        space.practice.misbehave("applications", "no-role", method="DELETE", times=1)
        await driver.choose("undo")
        await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
        await driver.reads("Newest first", "Without them provisioning does not work.")
        await driver.press("t")
        assert isinstance(driver.app.screen, UndoScreen), "nothing is marked, so nothing is asked"
        await driver.press("m", "u")
        await driver.reads("Take these 3 back in Entra?")
        await driver.press("tab", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
        await driver.reads("Problem: ")
        made = driver.app.screen.query_one("#made")
        await driver.until(lambda: not made.disabled)
        assert space.practice.entra()["applications"]
        await driver.press("m", "u")
        await driver.until(lambda: isinstance(driver.app.screen, Confirm))
        await driver.press("tab", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
        await driver.reads("Cisco Webex is deleted", "Nothing is left that this program made")
        assert space.practice.entra()["applications"] == []
        await driver.press("escape")
        await driver.until(lambda: not isinstance(driver.app.screen, UndoScreen))


async def test_who_leaves_while_it_is_taken_back_has_not_all_of_it() -> None:
    async with wizard(size=(120, 40)) as driver:
        await done_below(driver, "application")
        space, answers = await driver.app.workspace(), list[bool | None]()
        assert space.practice is not None
        undoing = Undoing(space, space.session())
        driver.app.push_screen(UndoScreen(undoing, "default", practice=True), answers.append)
        await driver.reads("Newest first")
        space.practice.misbehave("applications", "slow", method="DELETE")
        await driver.press("m", "u")
        await driver.until(lambda: isinstance(driver.app.screen, Confirm))
        await driver.press("tab", "enter")
        await driver.reads("Taking back")
        await driver.press("escape")
        await driver.until(lambda: answers)
        assert answers == [False]


async def test_undo_names_the_lines_of_a_damaged_journal() -> None:
    file = ProfileStore(settings_folder(practice=True)).journal_path("default")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{}\n")
    async with wizard(Options(command="undo", practice=True)) as driver:
        await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
        await driver.reads("No line that can be read tells", "line 1 is damaged")
        await driver.press("escape")
        await driver.until(lambda: driver.app.return_value == 1)


async def test_undo_misses_a_journal_that_is_gone() -> None:
    noted, backend = StoredAnchor(key=SecretStr("0" * 64), count=3, last="1" * 32), ClearText()
    options = Options(command="undo", practice=True, allow_keyring="tests.foreign_keyring")
    with in_use(backend):
        backend.set_password(PRACTICE_SERVICE, "default/journal", noted.to_secret())
        async with wizard(options) as driver:
            await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
            await driver.reads("is not what was written: 3 lines are missing at the end.")
            assert "Nothing is left" not in driver.text()
            await driver.press("escape")
            await driver.until(lambda: driver.app.return_value == 1)


async def test_all_that_was_made_is_seen_at_once_where_there_is_room() -> None:
    async with wizard(size=(80, 24)) as driver:
        await done_below(
            driver, "application", "credentials", "notification", "assignment", "scope"
        )
        await driver.choose("undo")
        await driver.reads("No group was written into Webex")
        made = driver.app.screen.query_one(MarkList)
        await driver.press("m", "end")
        await driver.pilot.pause()
        assert len(made.marked) == made.option_count >= 6
        assert made.max_scroll_y == 0
        await driver.pilot.resize_terminal(80, 14)
        await driver.until(lambda: made.max_scroll_y > 0, "it scrolls where there is none")
