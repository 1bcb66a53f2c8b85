"""The first screen: how the profiles stand, and what can be done."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from screens.asking import AskingScreen
from screens.keys import key
from screens.widgets.error_panel import ErrorPanel
from screens.widgets.fitting import Fitting
from screens.widgets.header import WizardHeader
from screens.widgets.key_line import KeyLine
from screens.widgets.neighbour_list import NeighbourList
from screens.widgets.profile_table import ProfileTable
from screens.widgets.remark import Remark
from wizard import SUMMARY
from wizard.errors import ProfileError, WizardError
from wizard.store.places import settings_folder
from wizard.store.profile_names import stored_names

if TYPE_CHECKING:
    from screens.host import Host
    from wizard.options import Options
    from wizard.reports.overview import ProfileRow
    from wizard.reports.status import Standing

_NO_PROFILE = "No profile yet. A colleague has handed over to you? Leave, and run\n"

ERRANDS = {
    "setup": ("Set up provisioning", "for the first time, or on from where you stopped"),
    "renew": ("Renew the token", "a new one for Entra, before the old one ends"),
    "test": ("Test the connection", "what is wrong, why, and what to do"),
    "undo": ("Take something back", "what this program made in Entra, newest first"),
    "welcome": ("All organizations", "back to the first screen"),
}
"""What can be done with a profile: a command, its name, and what it is about."""

_NEW = ("New organization", "set up another one, under a name of its own")
_PRACTICE = ("Practice", "the whole way on invented tenants; reaches nobody")
_REAL = ("End the practice", "back to your own organizations")
_PATHS = ("Which path fits me?", "this program, or Cisco's own Entra ID Wizard App")

_ENTER = {"setup": "Enter goes on with it.", "renew": "Enter renews the token."}


@dataclass(frozen=True)
class Errand:
    """What somebody wants to do, and with which profile; None is the default one."""

    command: str
    profile: str | None = None


class WelcomeScreen(AskingScreen[Errand | None]):
    """Asks what to do with which profile; None is to leave."""

    AUTO_FOCUS = ""
    VERTICAL_BREAKPOINTS = [(0, "-low"), (20, "-high")]  # noqa: RUF012 - typed as an instance variable by Textual
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (64, "-wide")]  # noqa: RUF012 - as above

    BINDINGS: ClassVar[list[BindingType]] = [
        key("help", "explain", "Help"),
        key("leave close", "leave", "Leave", show=False, priority=True),
    ]

    table = query_one(ProfileTable)
    choices = query_one("#choices", OptionList)
    standing = query_one("#standing", Static)
    errors = query_one(ErrorPanel)

    def __init__(self, options: "Options", host: "Host", told: Iterable[str] = ()) -> None:
        """Ask.

        Args:
            options: What was asked for.
            host: The application.
            told: What is to be said below the profiles.
        """
        super().__init__()
        self._options = options
        self._host = host
        self._found: dict[str, Standing] = {}
        self._notes = list(told)
        self._is_known = False

    def compose(self) -> ComposeResult:
        """Lay out the profiles by name, and the choices; how they stand comes when it is read."""
        asked = self._options.profile
        names: list[str] = []
        with suppress(ProfileError):  # told with how the profiles stand
            names = stored_names(settings_folder(practice=self._options.practice))
        self._is_known = bool(names)
        self.set_class(self._is_known, "-known")
        yield WizardHeader("" if names else asked or "", practice=self._options.practice)
        with Fitting(id="welcome"):
            yield Static(SUMMARY, id="title")
            yield ProfileTable(names, asked)
            yield Remark(id="standing")
            choices = [Option(_prompt(*told), id=each) for each, told in self.offered().items()]
            yield NeighbourList(*choices, id="choices", compact=True)
            yield ErrorPanel()
        yield KeyLine()

    def offered(self) -> dict[str, tuple[str, str]]:
        """Return what can be chosen here: a command, its name, and what it is about."""
        about_one = {name: told for name, told in ERRANDS.items() if name != "welcome"}
        tenants = {"real": _REAL} if self._options.practice else {"practice": _PRACTICE}
        new = {"new": _NEW} if self._is_known else {}
        return {"setup": ERRANDS["setup"], **new, **about_one, **tenants, "paths": _PATHS}

    def on_mount(self) -> None:
        """Begin at the profiles, where there are any; read them once the choices are painted."""
        (self.table.profiles if self._is_known else self.choices).focus()
        self.call_after_refresh(self.look_up)
        self.call_after_refresh(self.prepare)

    @work(group="look-up", exclusive=True, description="Read profiles")
    async def look_up(self) -> None:
        """Show how each profile stands, as far as this disk tells."""
        try:
            found, rows = await asyncio.to_thread(_read, self._options)
        except WizardError as error:
            self.errors.show(error)
            return
        self._found = {each.profile: each for each in found}
        with self.app.batch_update():
            self.table.show(rows)
            self._tell()

    @work(group="prepare", exclusive=True, description="Put the workspace together")
    async def prepare(self) -> None:
        """Begin with what every choice needs; say what is wrong with it."""
        try:
            space = await self._host.workspace()
        except WizardError as error:
            self.errors.show(error)
            return
        name = space.profiles.known_as(self._options.profile or space.profile_name)
        asked = self._options.profile  # only a name that was typed may be mistyped
        notes = [space.profiles.newly(name)] if asked or not self._is_known else []
        if not space.keeps_secrets:
            from wizard.walk.front_end import PRACTISED

            notes.append(PRACTISED)
        self._notes += [note for note in notes if note]
        self._tell()

    @property
    def _note(self) -> str:
        return "".join(f"\n{note}" for note in self._notes)

    def tell(self, text: str) -> bool:
        """Say something below the profiles; return whether the screen stays for that."""
        stays = self.is_mounted and not self.has_answered
        if stays:
            self._notes.append(text)
            self._tell()
        return stays

    @on(OptionList.OptionHighlighted, "#profiles")
    def _tell(self) -> None:
        """Tell the whole of the profile that the cursor is at."""
        found = self._found.get(self.table.profile or "")
        if found is None:
            line = self._options.line("handover", "--from", "FILE")
            told = "" if self.table.display else f"{_NO_PROFILE}{line}"
            self.standing.update(Content(told + self._note))
            return
        organization = f"Organization {found.organization_id}. " if found.organization_id else ""
        told = f"{found.beside_table} {organization}{_ENTER[found.next_command]}"
        self.standing.update(Content(told + self._note))

    @on(OptionList.OptionSelected, "#profiles")
    def go_on(self) -> None:
        """Go on with the profile that the cursor is at."""
        found = self._found.get(self.table.profile or "")
        self._answer(found.next_command if found else "setup")

    @on(OptionList.OptionSelected, "#choices")
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Do what is chosen."""
        self.do(event.option_id or "")

    def do(self, command: str) -> None:
        """Answer with a command of `offered`, or show what it is about."""
        match command:
            case "paths":
                self._show("paths")
            case "new":
                self._ask_for_a_name()
            case _:
                self._answer(command)

    def _answer(self, command: str) -> None:
        self.answer(Errand(command, self.table.profile or self._options.profile))

    def _ask_for_a_name(self) -> None:
        from screens.profiles import NewProfile

        def named(name: str | None) -> None:
            if name is not None:
                self.answer(Errand("setup", name))

        self.app.push_screen(NewProfile(), named)

    def action_explain(self) -> None:
        """Show what this program is for."""
        self._show("welcome")

    def action_leave(self) -> None:
        """Leave the program."""
        self.answer(None)

    def _show(self, page: str) -> None:
        from screens.help import HelpScreen

        self.app.push_screen(HelpScreen(page, line=self._options.line))


def _read(options: "Options") -> "tuple[Sequence[Standing], list[ProfileRow]]":
    """Return how all profiles stand, and their rows, that first which needs attention most."""
    from wizard.reports.look import seen_before
    from wizard.reports.overview import row_of
    from wizard.reports.status import by_attention, standings
    from wizard.store.profiles import ProfileStore, utc_now

    now = utc_now()
    found = by_attention(map(seen_before, standings(ProfileStore.here(options), now)))
    return found, [row_of(each, now) for each in found]


def _prompt(name: str, what: str) -> Content:
    return Content.assemble((f"{name:<22}", "bold"), (what, "$text-muted"))
