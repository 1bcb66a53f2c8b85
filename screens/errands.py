"""What the command asks for, and what is turned to from there: one screen after the other."""

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from screens.visits import screen_of
from wizard import DONE, FAILED, LEFT, USAGE
from wizard.errors import InvalidInput, LeftByUser

if TYPE_CHECKING:
    from screens.app import WizardApp
    from screens.base import StepScreen
    from screens.welcome import Errand
    from wizard.flow.session import Flow, Session
    from wizard.walk.walk import Move
    from wizard.workspace import Workspace


class Errands:
    """Walks through the flows of an application, whose options name the profile.

    Args:
        app: Shows the screens.
    """

    def __init__(self, app: "WizardApp") -> None:
        self._app = app
        self._asked = app.options
        self._turned_to: Errand | None = None
        self._turn: Move | None = None
        """The answer that turns to it; who stays after all gives another one later."""
        self.session: Session | None = None
        """What was worked on last."""

    async def walk(self) -> int:
        """Walk what the command asks for; return its exit code.

        Raises:
            LeftByUser: It was left.
            WizardError: It cannot go on.
        """
        app = self._app
        if app.options.command in {"renew", "undo"}:
            code = await self._do(app.options.command)
            if self._turned_to is None:
                return code
        elif app.options.organization:
            from wizard.walk.beginning import require_organization

            space = await app.workspace()
            require_organization(space, space.work_on(app.options.profile))
        while errand := await self._next():
            if errand.command in {"practice", "real"}:
                await self._change_tenants(practice=errand.command == "practice")
                continue
            app.options = replace(app.options, profile=errand.profile)
            with suppress(LeftByUser):
                code = await self._unless_new(self._do(errand.command))
                if code == DONE and errand.command == "setup":
                    return DONE
        return LEFT

    def turn_to(self, command: str, screen: "StepScreen[Any]") -> None:
        """Leave the flow of a screen for something else, with the same profile."""
        from screens.welcome import Errand
        from wizard.walk.walk import Move, Way

        self._turned_to = Errand(command, screen.session.profile.name)
        self._turn = Move(Way.BACK)
        screen.answer(self._turn)  # a token that came is parted with first, as at each answer

    async def _do(self, command: str) -> int:
        ways = {"renew": self._renew, "test": self._test, "undo": self._undo}
        return await ways.get(command, self._setup)()

    async def _next(self) -> "Errand | None":
        """Return what was turned to from within a flow, or what is chosen on the first screen."""
        turned_to, self._turned_to = self._turned_to, None
        if turned_to is not None and turned_to.command != "welcome":
            return turned_to
        from screens.welcome import WelcomeScreen

        app = self._app
        return await app.push_screen_wait(WelcomeScreen(app.options, app, app.telling.take()))

    async def _unless_new(self, work: Awaitable[int]) -> int:
        """Do something with the profile; say of one that is not there that it is not."""
        try:
            return await work
        except InvalidInput as error:
            if error.code != "no-such-profile":
                raise
            self._app.explain(error)
            return USAGE

    async def _change_tenants(self, *, practice: bool) -> None:
        """Go over to the practice tenants, or back to the real ones."""
        alone = replace(self._asked, endpoints=None, organization=None, profile=None)
        real = replace(self._asked, faults=())
        options = replace(alone if practice else real, practice=practice)
        await self._app.change_tenants(options)

    async def _open(self, command: str) -> "tuple[Workspace, Session]":
        from wizard.walk.beginning import opened

        space = await self._app.workspace()
        self.session = await opened(self._app, space, self._app.options.profile, command)
        return space, self.session

    async def _setup(self) -> int:
        from wizard.walk.beginning import setup

        space, session = await self._open("setup")
        return await self._walk(space, await setup(space, session))

    async def _renew(self) -> int:
        from wizard.walk.beginning import renewal

        space, session = await self._open("renew")
        return await self._walk(space, await renewal(self._app, space, session))

    async def _test(self) -> int:
        from wizard.flow.plan import CONNECTION
        from wizard.flow.session import Flow

        space, session = await self._open("test")
        return await self._walk(space, Flow((CONNECTION,), session, remembers=False))

    async def _undo(self) -> int:
        """Show what was made in Entra; taking it back needs a sign-in first."""
        from wizard.walk.hosts import require_here

        space = await self._app.workspace()
        self._app.telling.wait("Looking for what was made in Entra.")
        async with space.undoing(self._app.options.profile) as session:
            self.session = session
            await require_here(self._app, space, session)
            return await self._take_back(space, session)

    async def _take_back(self, space: "Workspace", session: "Session") -> int:
        from screens.undo import UndoScreen
        from wizard.flow.plan import SIGN_IN
        from wizard.flow.session import Flow
        from wizard.walk.undoing import Undoing

        undoing = Undoing(space, session)
        if undoing.made and not undoing.is_open:
            asked = await self._walk(space, Flow((SIGN_IN,), session, remembers=False))
            if asked != DONE:
                return asked
        name, practice = session.profile.name, self._app.options.practice
        screen = UndoScreen(undoing, name, practice=practice)
        is_done = await self._app.push_screen_wait(screen)
        return DONE if is_done and await undoing.trouble() is None else FAILED

    async def part(self) -> list[str]:
        """Put back what was lent in Entra while somebody is here; say what became of it."""
        if self.session is None:
            return []
        from wizard.walk.lending import parted

        said = await parted(await self._app.workspace(), self.session)
        return [said] if said else []

    async def _walk(self, space: "Workspace", flow: "Flow") -> int:
        """Show one screen after the other until the flow is finished or left."""
        code = await self._through(space, flow)
        for said in await self.part() if flow.remembers else ():
            self._app.part_with(said)
        return code

    async def _through(self, space: "Workspace", flow: "Flow") -> int:
        from wizard.walk.walk import Walk

        walk, telling = Walk(space, flow), self._app.telling
        while visit := await walk.visit(lambda progress: telling.wait(progress.message)):
            told = "\n".join(filter(None, (*telling.take(), visit.told)))
            visit = replace(visit, told=told)
            move = await self._app.push_screen_wait(screen_of(visit, space))
            if move is self._turn:
                return LEFT
            self._turned_to = None
            await walk.answer(visit, move)
        return DONE if walk.is_finished else LEFT
