"""The application: a first frame at once, then the flow, one screen at a time."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.command import Provider
from textual.dom import DOMNode
from textual.widgets import Button, Static
from textual.worker import WorkerFailed, get_current_worker

from screens.copying import Copier
from screens.errands import Errands
from screens.keys import key
from screens.telling import Telling
from screens.themed import ThemedApp
from wizard import FAILED, LEFT, SUMMARY, USAGE
from wizard.assets import ASSETS
from wizard.errors import EndpointsError, InvalidInput, LeftByUser, WizardError
from wizard.machine.hangup import at_hangup
from wizard.words.unexpected import line

if TYPE_CHECKING:
    from pydantic import SecretStr

    from screens.base import StepScreen
    from wizard.options import Options
    from wizard.walk.front_end import EitherOr
    from wizard.workspace import Opening, Workspace

_TURN = 0.0005
"""Seconds until another thread has its turn: Textual's own writes what is painted, and must not
wait until the next thing is reckoned."""

PARTING = 20.0
"""Seconds after a mistake to revoke a token that was not kept."""

_NOT_REVOKED = "A token that came may not be kept, and may be in force. Revoke it in Webex."


def _palette() -> type[Provider]:
    """Load what the palette offers when it is opened first."""
    from screens.palette import Palette

    return Palette


class WizardApp(ThemedApp):
    """webex-wizard in a terminal; its return value is the exit code.

    Args:
        options: What was asked for.
        opening: Puts the workspace together, instead of `open_workspace`.
    """

    TITLE = "webex-wizard"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_palette}
    BINDINGS: ClassVar[list[BindingType]] = [
        key("leave", "ask_to_leave", "Leave", show=False, priority=True),
        key("interrupt", "interrupt", "Copy or leave", show=False, priority=True),
        key("suspend", "suspend_process", "Suspend", show=False, priority=True),
        key("palette", "command_palette", "Palette", priority=True),
        key("theme", "other_theme", "Theme: dark, light, high contrast", show=False),
        key("address", "show_commands", "Commands alone"),
        # A button takes no Tab, so that nothing around it has to be asked first.
        key("next", "from_button(1)", "", show=False, priority=True),
        key("before", "from_button(-1)", "", show=False, priority=True),
    ]

    def __init__(self, options: "Options", opening: "Opening | None" = None) -> None:
        super().__init__()
        self.options = options
        self._opening = opening or _open
        self._workspace: asyncio.Task[Workspace] | None = None
        self._copier = Copier(self)
        self._is_leaving = False
        self._copied = ""
        """What Ctrl+C copied last."""
        self._has_styles = False
        self._errands = Errands(self)
        self._parting: list[str] = []
        self.telling = Telling(self)
        self.farewell: tuple[str, ...] = ()
        """What to say at the end: what is done, what comes next, and the command for it."""
        self.mistake = ""
        """What to say of a mistake of this program, once the terminal is as it was."""

    def compose(self) -> ComposeResult:
        """Paint something useful at once; everything heavy comes after this frame."""
        yield Static(f"webex-wizard\n\n{SUMMARY}", id="first", markup=False)

    def action_command_palette(self) -> None:
        """Show the palette, once."""
        from screens.palette import Finder

        if not isinstance(self.screen, Finder):
            self.push_screen(Finder())

    def on_mount(self) -> None:
        """Begin at once; a first sentence is painted already."""
        sys.setswitchinterval(_TURN)
        at_hangup(self.action_leave_program, lives_in_terminal=True)
        self.begin()

    @work(group="begin", description="Begin")
    async def begin(self) -> None:
        """Walk what the command asks for, and end with its exit code."""
        # Not as CSS_PATH: of a screen, it would have all styles parsed anew at the first one;
        # of the application, it would hold up the first frame.
        self.stylesheet.read(ASSETS / "first.tcss")
        try:
            code = await self._errands.walk()
        except LeftByUser:
            code = LEFT
        except WizardError as error:
            from screens.failure import FailureScreen
            from wizard.reports.leaving import words_after_failure

            await self.push_screen_wait(FailureScreen(error))
            code = USAGE if isinstance(error, EndpointsError | InvalidInput) else FAILED
            self.farewell = words_after_failure(error, self.options)
        await self._close()
        self._end(code)

    def push_screen(self, screen: Any, *args: Any, **kwargs: Any) -> Any:
        """Show a screen, in one of Textual's several forms; all but the first need all styles."""
        from screens.welcome import WelcomeScreen

        if not isinstance(screen, WelcomeScreen):
            self._read_styles()
        return super().push_screen(screen, *args, **kwargs)

    def _read_styles(self) -> None:
        """Read the styles of all screens, once: the first one needs few of them."""
        if not self._has_styles:
            self._has_styles = True
            self.stylesheet.read(ASSETS / "wizard.tcss")
            self.stylesheet.parse()

    async def workspace(self) -> "Workspace":
        """Return the workspace, put together in the background since the first frame.

        Raises:
            WizardError: It could not be put together.
        """
        if self._workspace is None:
            self._workspace = asyncio.create_task(self._opening(self.options, self.telling.wait))
            self._workspace.add_done_callback(lambda _: self._read_styles())
        return await asyncio.shield(self._workspace)

    async def change_tenants(self, options: "Options") -> None:
        """Go over to other tenants, which have profiles of their own."""
        await self._close()
        self._workspace = None
        self.options = options

    def turn_to(self, command: str, screen: "StepScreen[Any]") -> None:
        """Leave the flow of a screen for something else, with the same profile."""
        self._errands.turn_to(command, screen)

    @property
    def can_ask(self) -> bool:
        """Somebody sits before the screens."""
        return True

    def say(self, text: str) -> None:
        """Tell something above what is shown, or above what is shown next."""
        self.telling.say(text)

    def tell_here(self, text: str) -> None:
        """Tell something above what is shown, where there is a place for it."""
        from screens.dialog import Dialog

        if isinstance(self.screen, Dialog):
            self.screen.tell(text)
        else:
            self.telling.tell_above(text)

    def explain(self, error: WizardError) -> None:
        """Tell what went wrong, above what is shown or above what is shown next."""
        self.say(f"{error.message} {error.hint}".rstrip())

    async def choose(self, choice: "EitherOr") -> bool:
        """Ask for one of two answers.

        Raises:
            LeftByUser: The question was only closed.
        """
        from screens.confirm import Confirm

        dialog = Confirm(choice.text, choice.yes, choice.no, yes_first=choice.default)
        said = await self.push_screen_wait(dialog)
        if said is None:
            raise LeftByUser("Nothing was decided.")
        return said

    async def typed(self, told: str, question: str) -> str:
        """Tell something and ask for a line."""
        from screens.ask_line import AskLine

        return await self.push_screen_wait(AskLine(f"{told}\n\n{question}", "")) or ""

    async def _close(self) -> None:
        if self._workspace is not None and not self._workspace.cancelled():
            with suppress(WizardError):
                (await self._workspace).close()

    async def copied(self, what: str, text: str, otherwise: str) -> str:
        """Send a text to the clipboard, and return what became of it as a sentence."""
        return await self._copier.text(what, text, otherwise)

    async def open_or_copy(self, link: str, otherwise: str) -> str:
        """Open a link, or copy it where no browser can be opened; say what became of it."""
        return await self._copier.opened(link, otherwise, use_browser=self.options.use_browser)

    async def copy_secret(self, secret: "SecretStr") -> str:
        """Copy a secret without showing it, take it out after a minute, and say where it went."""
        return await self._copier.secret(secret)

    async def on_unmount(self) -> None:
        """Take a secret out of the clipboard before leaving."""
        await self._copier.clear()

    def _fatal_error(self) -> None:
        """End without a traceback: its local variables could hold what must not be shown."""
        error = sys.exc_info()[1]
        if self.mistake or error is None:
            self._close_messages_no_wait()
            return
        self.mistake = line(error)
        self._part()

    @work(group="part", description="Part")
    async def _part(self) -> None:
        """End after a mistake, but let no token get lost that came and was not kept."""
        try:
            async with asyncio.timeout(PARTING):
                self.mistake = "\n".join([self.mistake, *await self._let_go()])
        except Exception:  # one more mistake, or time is up
            self.mistake += f"\n{_NOT_REVOKED}"
        finally:
            self._close_messages_no_wait()

    def _handle_exception(self, error: Exception) -> None:
        """End at a mistake, but not at one in work whose widgets are being taken away."""
        if not isinstance(error, WorkerFailed) or self._is_there(get_current_worker().node):
            super()._handle_exception(error)

    def _is_there(self, node: DOMNode) -> bool:
        if self._exit or not node.is_attached:
            return False
        # What is closed is displayed no more, and loses what stands in it before it goes itself.
        return node is self or (node.screen in self.screen_stack and node.screen.display)

    def action_leave_program(self) -> None:
        """Leave from wherever the administrator is; everything is saved."""
        if not self._is_leaving:
            self._is_leaving = True
            self._leave()

    @work(group="leave", description="Leave")
    async def _leave(self) -> None:
        """Leave once no screen holds what must not get lost; say what became of that."""
        self._parting += [*await self._let_go(), *await self._errands.part()]
        self._end(LEFT)

    def part_with(self, parting: str) -> None:
        """Say what became of something, here and once more when the program has ended."""
        self._parting.append(parting)
        self.say(parting)

    def action_ask_to_leave(self) -> None:
        """Leave, but not before somebody was told of what would get lost."""
        from screens.interrupt import leave_or_ask

        leave_or_ask(self, self.action_leave_program)

    def action_interrupt(self) -> None:
        """Copy what is marked, or else ask whether to leave."""
        from screens.interrupt import interrupt

        self._copied = interrupt(self, self.action_leave_program, self._copied)

    def action_other_theme(self) -> None:
        """Switch to the next theme; say so where it cannot be remembered."""
        try:
            self.take_next_theme()
        except WizardError as error:
            self.say(error.message)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the commands of a recipe alone only while one is shown, and Tab from buttons."""
        if action == "from_button":
            return isinstance(self.focused, Button)
        return action != "show_commands" or bool(self._recipe)

    def action_from_button(self, step: int) -> None:
        """Go from a button to what comes after or before it."""
        self.screen.focus_next() if step > 0 else self.screen.focus_previous()

    @work(group="alone", exclusive=True, description="Show commands alone")
    async def action_show_commands(self) -> None:
        """Show the commands of a recipe alone, where any terminal selects them whole."""
        from screens.alone import alone

        if recipe := self._recipe:
            await alone(self, recipe)

    @property
    def _recipe(self) -> str:
        """The commands of the recipe that is shown."""
        from screens.widgets.recipe import recipe_of

        return recipe_of(self.screen) if self.screen_stack else ""

    def action_suspend_process(self) -> None:
        """Let the shell have the terminal, unless a text can be changed back with this key."""
        if hasattr(self.focused, "undo"):
            raise SkipAction
        super().action_suspend_process()

    def _end(self, code: int) -> None:
        from rich.text import Text

        if (at := self._errands.session) is not None and not self.farewell:
            from wizard.reports.leaving import parting_words

            left = code == LEFT
            self.farewell = parting_words(at.profile, self.options, at.clock(), left=left)

        waited = [each for each in self.telling.take() if each not in self._parting]
        said = [*waited, *self._parting]
        self.exit(code, message=Text("\n".join(said)) if said else None)

    async def _let_go(self) -> list[str]:
        from screens.base import StepScreen

        said = [await s.let_go() for s in self.screen_stack if isinstance(s, StepScreen)]
        return list(filter(None, said))


async def _open(options: "Options", tell: Callable[[str], None]) -> "Workspace":
    """Load the heavy libraries in a thread, so that the first screen stays alive meanwhile."""
    workspace = await asyncio.to_thread(import_module, "wizard.workspace")
    opened: Workspace = await workspace.open_workspace(options, tell)
    await asyncio.to_thread(import_module, "screens.palette")  # which opens at once then
    return opened
