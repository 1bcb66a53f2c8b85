"""The first screen: what can be done here, and how the profiles stand."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.header import WizardHeader
from screens.widgets.key_line import KeyLine
from screens.widgets.remark import Remark
from wizard import SUMMARY
from wizard.errors import WizardError

if TYPE_CHECKING:
    from screens.host import Host
    from wizard.options import Options

PROFILE = "profile:"
"""Prefix of the answer that names another profile."""

_NO_PROFILE = (
    "No profile yet. A colleague has handed over to you? Leave, and run\n"
    "webex-wizard handover --from FILE"
)

_CHOICES = (
    ("setup", "Set up provisioning", "from nothing to a running job, or go on where you left"),
    ("renew", "Renew the token", "a new token in, proved, the old one revoked"),
    ("test", "Test the connection", "what is wrong, why, and what to do"),
    ("undo", "Take something back", "what this program made in Entra, newest first"),
    ("paths", "Which path fits me?", "this program, or Cisco's own Entra ID Wizard App"),
)


class WelcomeScreen(Screen[str | None]):
    """Asks what to do; answers with the name of a command, or None to leave."""

    AUTO_FOCUS = "#choices"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("help", "explain", "Help"),
        key("profiles", "profiles", "Other profile"),
        key("leave close", "leave", "Leave", priority=True),
    ]

    choices = query_one("#choices", OptionList)
    standing = query_one("#standing", Static)
    errors = query_one(ErrorPanel)

    def __init__(self, options: "Options", host: "Host") -> None:
        super().__init__()
        self._options = options
        self._host = host

    def compose(self) -> ComposeResult:
        """Lay out the choices; how the profiles stand comes when it is known."""
        yield WizardHeader(self._options.profile or "default", practice=self._options.practice)
        with Vertical(id="welcome"):
            yield Static(SUMMARY, id="title")
            yield OptionList(
                *(Option(_prompt(name, what), id=key) for key, name, what in _CHOICES),
                id="choices",
                compact=True,
            )
            yield Remark(id="standing")
            yield ErrorPanel()
        yield KeyLine()

    def on_mount(self) -> None:
        """Look up the profiles once the choices are painted."""
        self.call_after_refresh(self.look_up)

    @work(group="look-up", exclusive=True, description="Look up profiles")
    async def look_up(self) -> None:
        """Show each profile with the days left."""
        try:
            space = await self._host.workspace()
        except WizardError as error:
            self.errors.show(error)
            return
        from wizard.reports.status import standings
        from wizard.walk.for_session import PRACTISED

        lines = [line.sentence for line in standings(space.profiles, space.clock())]
        name = space.profiles.known_as(self._options.profile or space.profile_name)
        if new := space.profiles.newly(name):
            lines.insert(0, new)
        if not space.keeps_secrets:
            lines.append(PRACTISED)
        self.standing.update(Content("\n".join(lines) or _NO_PROFILE))

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Answer with the choice, or explain the paths."""
        if event.option_id == "paths":
            self._show("paths")
        elif self.is_current:
            self.dismiss(event.option_id)

    def action_explain(self) -> None:
        """Show what this program is for."""
        self._show("welcome")

    def action_profiles(self) -> None:
        """Choose another profile, or a new name for one."""
        from screens.profiles import ProfileChoice

        def chosen(name: str | None) -> None:
            if name is not None and self.is_current:
                self.dismiss(f"{PROFILE}{name}")

        self.app.push_screen(ProfileChoice(self._options), chosen)

    def action_leave(self) -> None:
        """Leave the program."""
        if self.is_current:
            self.dismiss(None)

    def _show(self, page: str) -> None:
        from screens.help import HelpScreen

        self.app.push_screen(HelpScreen(page))


def _prompt(name: str, what: str) -> Content:
    return Content.assemble((f"{name:<22}", "bold"), (what, "$text-muted"))
