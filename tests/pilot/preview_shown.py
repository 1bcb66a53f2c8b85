"""The preview's screen over a desk that a test gives."""

from screens.preview import PreviewScreen
from tests.pilot.driver import Driver
from wizard.flow.plan import PREVIEW, SETUP, StepInfo
from wizard.flow.session import Finding, Flow, Session, State
from wizard.preview.desk import Desk, Summary
from wizard.steps.base import Outlook, Tools
from wizard.steps.preview import PreviewStep
from wizard.walk.doing import Doing
from wizard.walk.walk import Mode, Move, Visit
from wizard.words.progress import Report, silent
from wizard.workspace import Workspace


class GivenStep(PreviewStep):
    """Reads from the desk that it is given, and notes what was accepted."""

    def __init__(self, info: StepInfo, tools: Tools, desk: Desk) -> None:
        super().__init__(info, tools)
        self.given = desk
        self.accepted: list[Summary] = []

    async def desk(self, session: Session) -> Desk:
        return self.given

    async def accept(self, session: Session, desk: Desk, summary: Summary) -> str:
        self.accepted.append(summary)
        return "The preview is kept."


class NothingKept(Doing):
    """Finds no preview."""

    async def look(self, report: Report = silent) -> Outlook:
        return Outlook(Finding(State.OPEN, "Nothing was previewed yet."))


async def showing(driver: Driver, desk: Desk) -> tuple[PreviewScreen, list[Move | None]]:
    """Show the screen, from the welcome screen on; return it and where its answer comes."""
    await driver.welcomed()
    return await show_preview(driver, desk)


async def show_preview(driver: Driver, desk: Desk) -> tuple[PreviewScreen, list[Move | None]]:
    """Show the screen, on top of whatever is shown."""
    space = await driver.app.workspace()
    screen, answers = PreviewScreen(previewed_by(space, desk), space), list[Move | None]()
    driver.app.push_screen(screen, answers.append)
    await driver.until(lambda: driver.app.screen is screen)
    return screen, answers


def previewed_by(space: Workspace, desk: Desk) -> Visit:
    """Return a visit to the step, which has that desk."""
    session = space.session()
    session.change(reached=tuple(step.id for step in SETUP))
    flow = Flow(SETUP, session)
    flow.go(PREVIEW.id)
    step = GivenStep(flow.current, space, desk)
    return Visit(flow, flow.current, Mode.DO, step, NothingKept(space, session, step))
