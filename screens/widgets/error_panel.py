"""An error where it happened: what, why, what to do next, the tracking id, the code."""

from collections.abc import Iterator
from typing import Any

from textual.content import Content
from textual.screen import Screen

from screens.keys import KEYS
from screens.widgets.commands import with_commands
from screens.widgets.hanging import Hanging
from wizard.errors import WizardError

_ALONE = KEYS["address"].upper()


class ErrorText(Hanging):
    """Shows one error until it is taken away; takes no room without one."""

    DEFAULT_CSS = """
    ErrorText {
        display: none; height: auto; padding: 0 1;
        border-left: outer $error; background: $bad-tint; text-style: none;
    }
    ErrorText.-shown { display: block; }
    ErrorText:nocolor { border-left: outer white; }
    """

    commands = ""
    """The command lines of a recipe, without what stands around them."""

    def show(self, error: WizardError | None) -> None:
        """Show an error, or nothing."""
        self.set_class(error is not None, "-shown")
        before = self.commands
        self.commands = "\n".join(_commands(error.hint)) if error is not None else ""
        if error is not None:
            self.update(_explained(error, self.commands))
        if self.commands != before:
            self.screen.refresh_bindings()


class ErrorPanel(ErrorText):
    """The place of a whole screen's error."""

    DEFAULT_CSS = "ErrorPanel { margin: 1 0 0 0; }"


def recipe_of(screen: Screen[Any]) -> str:
    """Return the command lines of the recipe that a screen shows, or nothing."""
    return next((each.commands for each in screen.query(ErrorText) if each.commands), "")


def _commands(hint: str) -> Iterator[str]:
    """Yield the lines that are to be run: those that are set in."""
    yield from (line.strip() for line in hint.splitlines() if line.startswith("  "))


def _explained(error: WizardError, commands: str) -> Content:
    """Return an error as text that cannot act as markup."""
    parts: list[Content | str | tuple[str, str]] = [("Problem: ", "bold"), error.message]
    if error.hint:
        parts += ["\n", ("Next: ", "bold"), with_commands(error.hint)]
    if commands:
        parts += ["\n", (f"{_ALONE} shows the commands alone, to be copied.", "$text-muted")]
    if error.tracking_id:
        parts += ["\n", ("Tracking id: ", "bold"), error.tracking_id]
    parts += ["\n", (f"Code: {error.code}", "$text-muted")]
    return Content.assemble(*parts)
