"""How large a screen is: before Textual finds it after a first layout, and below a dialog."""

from typing import Any

from textual.geometry import Size
from textual.screen import Screen


def be_as_large(screen: Screen[Any]) -> None:
    """Give a screen the classes of its breakpoints; to be called first when it is composed."""
    # Nothing is painted, and nothing lies on it yet.
    screen.update_classes(_classes(screen, screen.app.size), update=False)


def follow(screen: Screen[Any], size: Size) -> None:
    """Let a screen be as large as the terminal; Textual leaves out what lies below a dialog."""
    screen.update_classes(_classes(screen, size))


def _classes(screen: Screen[Any], size: Size) -> dict[str, bool]:
    """Return the classes of the breakpoints, each with whether it is the one."""
    found: dict[str, bool] = {}
    for room, breakpoints in (
        (size.width, screen.HORIZONTAL_BREAKPOINTS or ()),
        (size.height, screen.VERTICAL_BREAKPOINTS or ()),
    ):
        reached = [name for least, name in breakpoints if room >= least]
        found |= {name: name in reached[-1:] for _, name in breakpoints}
    return found
