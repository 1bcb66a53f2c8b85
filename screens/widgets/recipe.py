"""The command lines of a recipe, which can be shown alone, so that any terminal selects them."""

from collections.abc import Iterable, Iterator
from typing import Any

from textual.screen import Screen
from textual.widget import Widget

from screens.keys import KEYS

HOW_TO_COPY = f"{KEYS['address'].upper()} shows the commands alone, to be copied."


class WithRecipe(Widget):
    """Shows a recipe, and tells its commands to whoever wants them alone."""

    commands = ""
    """The command lines, without what stands around them."""

    def offer_commands(self, hints: Iterable[str]) -> None:
        """Offer the commands of the first recipe there is, and no others."""
        before = self.commands
        found = ("\n".join(_commands(hint)) for hint in hints)
        self.commands = next((each for each in found if each), "")
        self.set_class(bool(self.commands), "-recipe")
        if self.commands != before:
            self.screen.refresh_bindings()


def recipe_of(screen: Screen[Any]) -> str:
    """Return the command lines of the recipe that a screen shows, or nothing."""
    shown = (each.commands for each in screen.query(".-recipe") if isinstance(each, WithRecipe))
    return next(shown, "")


def _commands(hint: str) -> Iterator[str]:
    """Yield the lines that are to be run: those that are set in."""
    yield from (line.strip() for line in hint.splitlines() if line.startswith("  "))
