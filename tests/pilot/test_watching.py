"""A step that goes on by itself leaves alone whoever looks at it, and is left alone itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.widgets import Button, Input

from screens.automatic import AutomaticScreen
from screens.widgets.rail import StepRail
from tests.pilot.driver import Driver, to_step_signed_in, wizard
from tests.sessions import tools
from wizard.errors import InvalidInput, TransportError, WizardError
from wizard.flow.marks import MARK_SIGNS
from wizard.flow.plan import STEPS
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.steps.base import Answers, GraphStep, Outlook, Question, Table
from wizard.store.journal import Change, JournalEntry
from wizard.store.marks import Mark
from wizard.words.progress import Report

AGAIN = 0.02
"""Seconds between two looks."""

MANY = tuple((f"Person {number}", "created") for number in range(60))
"""More than a terminal shows at once."""


class Cycle(GraphStep):
    """Something that is always under way, and is looked at when a test lets it."""

    def __init__(self) -> None:
        super().__init__(STEPS["watch"], tools())
        self.begun = self.looks = 0
        self.may_look = asyncio.Semaphore(0)
        self.changes = 0
        self.plan: tuple[str, ...] = ()
        self.questions: tuple[Question, ...] = ()
        self.is_pressing = False
        self.people: tuple[tuple[str, str], ...] = ()
        self.failure: WizardError | None = None
        self.may_end = asyncio.Event()

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        self.begun += 1
        await self.may_look.acquire()
        self.looks += 1
        if self.failure is not None:
            raise self.failure
        finding = Finding(State.OPEN, f"Look {self.looks}.")
        table = Table("People:", ("Who", "Result"), (*self.people, ("Looks", str(self.looks))))
        return Outlook(
            finding,
            tuple(map(Change, self.plan)),
            self.questions,
            tables=(table,),
            look_again_after=AGAIN,
            asked_for="Restart" if self.is_pressing else "",
            is_pressing=self.is_pressing,
        )

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> str:
        self.changes += 1
        await self.may_end.wait()
        if self.failure is not None:
            raise self.failure
        return "Everything is changed."

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        return ""


@asynccontextmanager
async def watching() -> AsyncIterator[tuple[Driver, AutomaticScreen]]:
    """Be at a step."""
    async with wizard() as driver:
        await to_step_signed_in(driver, "application")
        screen = driver.app.screen
        assert isinstance(screen, AutomaticScreen)
        await driver.reads("Add Cisco Webex from the gallery.")
        yield driver, screen


async def begun(driver: Driver, screen: AutomaticScreen) -> Cycle:
    """Let something else be under way."""
    screen.doing.step = cycle = Cycle()
    await driver.press("f5")
    await looked(driver, cycle)
    return cycle


async def looked(driver: Driver, cycle: Cycle, times: int = 3) -> None:
    """Let it be looked at so many times more, and the screen show that."""
    before = cycle.looks
    let(cycle, times)
    await driver.until(lambda: cycle.looks >= before + times, "looked again")
    await driver.pilot.pause()


def let(cycle: Cycle, times: int = 1) -> None:
    """Let it be looked at so many times more."""
    for _ in range(times):
        cycle.may_look.release()


async def test_what_goes_on_by_itself_leaves_whoever_looks_at_it_alone() -> None:
    async with watching() as (driver, screen):
        for part in (
            focus_and_place_stay_where_the_person_has_them,
            a_look_that_fails_once_does_not_end_the_watch,
            look_again_looks_again_and_does_not_go_on,
            what_comes_up_meanwhile_is_not_done_by_the_enter_that_meant_next,
            looking_again_does_not_cut_off_what_is_being_done,
            the_rail_follows_what_is_found_and_what_fails,
            what_presses_is_armed_and_what_was_typed_stays_when_it_failed,
        ):
            await part(driver, screen, await begun(driver, screen))
        await nothing_is_looked_at_once_the_step_is_left(driver, await begun(driver, screen))


async def focus_and_place_stay_where_the_person_has_them(
    driver: Driver, screen: AutomaticScreen, cycle: Cycle
) -> None:
    cycle.people = MANY
    let(cycle)
    await driver.reads("Person 59")
    screen.query_one("#look", Button).focus()
    screen.content.scroll_to(y=30, animate=False, force=True)
    await driver.until(lambda: screen.content.scroll_y == 30)
    await looked(driver, cycle)
    assert screen.focused is screen.query_one("#look")
    assert screen.content.scroll_y == 30


async def what_comes_up_meanwhile_is_not_done_by_the_enter_that_meant_next(
    driver: Driver, screen: AutomaticScreen, cycle: Cycle
) -> None:
    screen.main.focus()
    await driver.until(lambda: screen.focused is screen.main)
    cycle.plan = ("Restart provisioning.",)
    let(cycle)
    await driver.until(lambda: str(screen.main.label) == "Do it")
    await driver.until(lambda: screen.focused is screen.query_one("#look"))
    await driver.press("enter")
    await looked(driver, cycle)
    assert cycle.changes == 0


async def a_look_that_fails_once_does_not_end_the_watch(
    driver: Driver, _screen: AutomaticScreen, cycle: Cycle
) -> None:
    cycle.failure = TransportError("Microsoft cannot be reached.", "Check the network.")
    let(cycle)
    await driver.reads("Problem: Microsoft cannot be reached.")
    await looked(driver, cycle)
    cycle.failure = None
    await looked(driver, cycle)
    await driver.until(lambda: "cannot be reached" not in driver.text())


async def look_again_looks_again_and_does_not_go_on(
    driver: Driver, screen: AutomaticScreen, cycle: Cycle
) -> None:
    cycle.failure = InvalidInput("Nobody is signed in.", "Sign in.")
    let(cycle)
    await driver.until(lambda: str(screen.main.label) == "Look again")
    cycle.failure = None
    screen.main.focus()
    await driver.press("enter")
    await looked(driver, cycle)
    assert driver.step_id == "application"


async def looking_again_does_not_cut_off_what_is_being_done(
    driver: Driver, screen: AutomaticScreen, cycle: Cycle
) -> None:
    cycle.plan = ("Restart provisioning.",)
    let(cycle)
    await driver.until(lambda: str(screen.main.label) == "Do it")
    screen.main.focus()
    await driver.press("enter")
    await driver.until(lambda: cycle.changes)
    await driver.press("f5")
    cycle.may_end.set()
    await driver.reads("Everything is changed.")
    assert cycle.changes == 1


async def the_rail_follows_what_is_found_and_what_fails(
    driver: Driver, screen: AutomaticScreen, cycle: Cycle
) -> None:
    def sign() -> str:
        lines = str(screen.query_one(StepRail).content).splitlines()
        (line,) = (each for each in lines if STEPS["watch"].title in each)
        return line.strip()[0]

    screen.session.tick_seen("watch")
    screen.renew_rail()
    assert sign() == MARK_SIGNS[Mark.SEEN]
    cycle.plan = ("Restart provisioning.",)
    await looked(driver, cycle)
    assert sign() == MARK_SIGNS[Mark.ATTENTION]
    screen.main.focus()
    await driver.press("enter")
    cycle.failure = TransportError("Microsoft cannot be reached.", "Check the network.")
    cycle.may_end.set()
    await driver.until(lambda: str(screen.main.label) == "Look again")
    assert sign() == MARK_SIGNS[Mark.FAILED]


async def what_presses_is_armed_and_what_was_typed_stays_when_it_failed(
    driver: Driver, screen: AutomaticScreen, cycle: Cycle
) -> None:
    screen.main.focus()
    cycle.plan = ("Restart provisioning.",)
    cycle.questions = (Question("name", "Its name:"), Question("why", "Why:", answer="a reason"))
    cycle.is_pressing = True
    let(cycle)
    await driver.until(lambda: screen.focused is screen.again, "the restart is armed")
    screen.main.focus()
    await driver.press("f5")
    await looked(driver, cycle, 1)
    await driver.until(lambda: screen.focused is screen.again, "and so after another look")
    await driver.press("enter")
    await driver.until(lambda: isinstance(screen.focused, Input), "it asks first")
    await driver.type("Cisco Webex")
    await driver.press("enter")
    assert screen.focused is screen.main, "what writes has a focus of its own"
    assert cycle.changes == 0
    cycle.failure = TransportError("Microsoft cannot be reached.", "Check the network.")
    cycle.may_end.set()
    await driver.press("enter")
    await driver.until(lambda: str(screen.main.label) == "Look again")
    assert screen.focused is screen.main
    await driver.until(lambda: not screen.main.has_class("-active"), "the button is up again")
    cycle.failure, cycle.is_pressing = None, False
    await driver.press("enter")
    await looked(driver, cycle, 1)
    await driver.until(lambda: str(screen.main.label) == "Do it")
    assert [each.value for each in screen.query(Input)] == ["Cisco Webex", "a reason"]


async def nothing_is_looked_at_once_the_step_is_left(driver: Driver, cycle: Cycle) -> None:
    let(cycle, 1000)
    await driver.press("escape")
    await driver.left("application")
    begun = cycle.begun
    ticks: list[int] = []
    timer = driver.app.set_interval(AGAIN, lambda: ticks.append(cycle.begun))
    await driver.until(lambda: len(ticks) > 5, "time for five looks")
    timer.stop()
    assert set(ticks) == {begun}


async def test_a_look_that_is_cut_off_anywhere_leaves_the_screen_whole() -> None:
    async with watching() as (driver, screen):
        cycle = await begun(driver, screen)
        let(cycle, 60)
        for turns in range(40):
            cycle.plan = (f"Restart number {turns}.",)
            screen.action_look()
            for _ in range(turns):
                await asyncio.sleep(0)
        screen.action_look()
        await looked(driver, cycle)
        await driver.reads("Restart number 39.")
