"""A running practice job that is narrowed on the screens: named, restarted once, and journaled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from textual.widgets import Button, Input, OptionList, Static

from screens.ask_questions import AskQuestions
from screens.automatic import AutomaticScreen
from screens.confirm import Confirm
from screens.undo import UndoScreen
from tests.moments import Moment
from tests.pilot.driver import Driver, at_once, opened, wizard
from tests.running import do, have_sign_in, have_token
from wizard.flow.session import Session
from wizard.mapping.scoping.editing import new_clause, with_filter, with_scope
from wizard.options import Options
from wizard.practice.process import PracticeTenant
from wizard.steps.mapping_file import MappingFile
from wizard.steps.narrowed_by_hand import NARROWS
from wizard.store.places import settings_folder
from wizard.words.progress import nobody
from wizard.workspace import Workspace


def asked_by_hand(step_id: str) -> str:
    """Return what both front ends ask before a step counts as done by hand."""
    return f"Provisioning has run: {NARROWS[step_id]} Is it done, and is that meant?"


DONE = ("application", "credentials", "notification", "assignment", "scope", "start")


@dataclass
class Running:
    """The application beside a job that has run, with everybody in scope."""

    driver: Driver
    space: Workspace
    session: Session
    practice: PracticeTenant

    @property
    def restarts(self) -> int:
        return sum(each.target.endswith("/restart") for each in self.practice.exchanges())

    @property
    def writes(self) -> int:
        return sum(
            each.method != "GET" and "parseExpression" not in each.target
            for each in self.practice.exchanges()
        )

    def journal(self) -> list[tuple[str, list[str]]]:
        """Return what the journal knows of narrowing."""
        return [
            (each.action, each.details["narrows"])
            for each in self.session.history.entries
            if "narrows" in each.details
        ]


_kept: list[Moment] = []
"""Provisioning has run: what a practice that was closed then left on the disk."""


async def _set_up() -> Moment:
    space = await opened(Options(practice=True), nobody)
    assert space.practice is not None
    await have_token(space)
    await have_sign_in(space)
    for step_id in DONE:
        await do(space, step_id, **({"who": "everybody"} if step_id == "scope" else {}))
    space.practice.tell_entra(advance=3600)
    space.close()
    return Moment.of(None, settings_folder(practice=True))


@asynccontextmanager
async def running() -> AsyncIterator[Running]:
    if not _kept:
        _kept.append(await _set_up())
    _kept[0].again(settings_folder(practice=True))
    async with wizard() as driver:
        space = await driver.app.workspace()
        assert space.practice is not None
        await have_token(space)
        await have_sign_in(space)
        space.practice.forget_requests()
        yield Running(driver, space, space.session(), space.practice)


def filtered(now: Running) -> None:
    file = MappingFile(now.space.profiles)
    sales = with_filter(None, "Sales", new_clause("department", "EQUALS", "Sales"))
    file.keep(now.session, with_scope(file.document(now.session), sales))


def matched(now: Running) -> None:
    file = MappingFile(now.space.profiles)
    document = file.document(now.session).with_edited("userName", source="[mail]")
    file.keep(now.session, document)


async def looked(driver: Driver) -> AutomaticScreen:
    await driver.until(lambda: isinstance(driver.app.screen, AutomaticScreen))
    screen = driver.app.screen
    assert isinstance(screen, AutomaticScreen)
    await driver.until(lambda: not screen.main.disabled, "looked at the tenant")
    await driver.pilot.pause()
    return screen


async def in_sight(driver: Driver, *texts: str) -> None:
    """Wait until the screen shows all of each text at once, and where the focus is."""

    def are_seen() -> bool:
        screen = driver.app.screen
        found = [
            next((each for each in screen.query(Static) if text in str(each.content)), None)
            for text in texts
        ]
        places = [screen.find_widget(each) for each in (*found, screen.focused) if each]
        whole = all(place.visible_region == place.region for place in places)
        return whole and len(places) == len(texts) + 1

    await driver.until(are_seen, f"in sight: {texts}")


async def narrowed_by_name(now: Running, ways: list[str], whom: str) -> None:
    """Be refused without the name, choose the restart, type the name, and see it done once."""
    driver = now.driver
    screen = await looked(driver)
    await driver.reads(
        "Restart provisioning, to make it take effect?",
        "This may switch people off in Webex. To do it, type Cisco Webex:",
        "The deletion limit is 50",
    )
    await in_sight(driver, whom, "Restart provisioning, to")
    await driver.press("down", "enter")
    assert isinstance(screen.focused, Input), "Enter goes to the question that has no answer"
    await driver.press("enter", "enter")
    await driver.reads("Problem: ", "type the name of the application: Cisco Webex")
    assert (now.writes, now.journal()) == (0, [])
    assert isinstance(screen.focused, Input), "the answer is asked for again where it was given"
    assert str(screen.main.label) == "Do it"
    await driver.type("Cisco Webex")
    await driver.press("enter", "enter")
    await driver.reads("Provisioning is restarted: it looks at everybody again.")
    assert (now.writes, now.restarts) == (2, 1)
    assert now.journal() == [("changed", ways), ("restarted", ways)]


async def test_only_who_is_assigned_needs_the_name_on_the_screen() -> None:
    async with running() as now:
        await at_once(now.driver, "scope")
        screen = await looked(now.driver)
        await now.driver.reads("Everybody in the directory is in scope.")
        choices = screen.query_one(OptionList)
        assert choices.highlighted == 1, "one key press changes nobody's scope"
        assert screen.focused is choices
        await in_sight(
            now.driver,
            "Everybody in the directory is in scope.",
            "everybody else may be switched off in Webex.",
            "Who shall be provisioned?",
        )
        await now.driver.press("up", "enter")
        fields = list(screen.query(OptionList))
        assert isinstance(screen.focused, Input)
        await in_sight(now.driver, "everybody else may be switched off in Webex.", "To do it, type")
        fields[1].focus()
        await narrowed_by_name_of_scope(now)


async def narrowed_by_name_of_scope(now: Running) -> None:
    driver = now.driver
    await driver.reads("For only who is assigned: This may switch people off in Webex.")
    await driver.press("down", "enter", "enter", "enter")
    await driver.reads("Problem: ", "type the name of the application: Cisco Webex")
    assert (now.writes, now.journal()) == (0, [])
    assert isinstance(driver.app.screen.focused, Input)
    await driver.type("Cisco Webex")
    await driver.press("enter", "enter")
    await driver.reads("Only who is assigned is in scope. Provisioning is restarted")
    assert (now.writes, now.restarts) == (2, 1)
    assert now.journal() == [("changed", ["scope"]), ("restarted", ["scope"])]


async def test_what_waits_for_a_restart_keeps_it_on_offer_on_the_screen() -> None:
    async with running() as now:
        driver = now.driver
        await at_once(driver, "scope")
        screen = await looked(driver)
        await driver.press("up", "enter")
        await driver.type("Cisco Webex")
        await driver.press("enter", "enter")
        await driver.reads("Only who is assigned is in scope. Saving alone does not do that")
        assert now.restarts == 0
        await looked(driver)
        await driver.press("f5")
        await driver.reads("That still waits for a restart of provisioning")
        await looked(driver)
        assert str(screen.status.content).startswith("! ")
        await in_sight(
            driver, "That still waits for a restart", "everybody else may be", "Who shall be"
        )
        list(screen.query(OptionList))[1].focus()
        await driver.press("down", "enter")
        await driver.type("Cisco Webex")
        await driver.press("enter", "enter")
        await driver.reads("Only who is assigned is in scope. Provisioning is restarted")
        assert (now.writes, now.restarts) == (2, 1)


async def test_a_new_filter_needs_the_name_on_the_screen() -> None:
    async with running() as now:
        filtered(now)
        await at_once(now.driver, "scoping")
        await now.driver.reads("in scope")
        await now.driver.press("enter")
        await narrowed_by_name(now, ["filter"], "would be switched off in Webex: ")


async def test_another_matching_row_needs_the_name_on_the_screen() -> None:
    async with running() as now:
        matched(now)
        await at_once(now.driver, "mapping")
        await now.driver.reads("invented people")
        await now.driver.press("enter")
        await narrowed_by_name(now, ["matching"], "Nobody would be switched off in Webex")


async def test_removing_an_assignment_needs_the_name_on_the_screen() -> None:
    async with running() as now:
        driver = now.driver
        await driver.choose("undo")
        await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
        places = [entry.step for entry in now.session.history.undoable]
        await driver.press(*["down"] * places.index("assignment"), "space", "u")
        await driver.until(lambda: isinstance(driver.app.screen, AskQuestions))
        await in_sight(driver, "may be switched off in Webex", "Restart provisioning", "To do it,")
        await driver.press("escape")
        await driver.until(lambda: isinstance(driver.app.screen, UndoScreen))
        await driver.press("u")
        await driver.until(lambda: isinstance(driver.app.screen, AskQuestions))
        await driver.press("down", "enter", "enter", "enter")
        await driver.reads("Problem: ", "type the name of the application: Cisco Webex")
        assert (now.writes, now.journal()) == (0, [])
        assert isinstance(driver.app.screen.focused, Input), "it is asked for where it was given"
        await driver.type("Cisco Webex")
        await driver.press("enter", "enter")
        await driver.reads("Ana Ruiz is not assigned.", "Provisioning is restarted")
        assert (now.writes, now.restarts) == (2, 1)
        assert now.journal() == [("undone", ["assignment"]), ("restarted", ["assignment"])]


async def test_by_hand_it_is_said_before_each_step_counts_as_done() -> None:
    async with wizard() as driver:
        space = await driver.app.workspace()
        space.session().tick("start")
        await at_once(driver, "mapping")
        for step_id in ("mapping", "scoping", "assignment", "scope"):
            await driver.at(step_id)
            main = driver.app.screen.query_one("#main", Button)
            for button, is_done in (("#no", False), ("#yes", True)):
                # A button takes no second press while it shows the first one.
                await driver.until(lambda main=main: not main.has_class("-active"))  # type: ignore[misc]  # bound now
                main.focus()
                await driver.press("enter")
                await driver.until(lambda: isinstance(driver.app.screen, Confirm))
                await driver.reads(asked_by_hand(step_id))
                driver.app.screen.query_one(button, Button).press()
                await driver.until(lambda: not isinstance(driver.app.screen, Confirm))
                if is_done:
                    await driver.left(step_id)
                assert space.session().is_done(step_id) is is_done
