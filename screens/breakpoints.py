"""How large a screen is: before Textual finds it after a first layout, and below a dialog."""

from typing import Any

from textual.geometry import Size
from textual.screen import Screen


def follow(screen: Screen[Any], size: Size) -> None:
    """Give a screen the classes of its breakpoints; Textual leaves out what lies below a dialog."""
    found: dict[str, bool] = {}
    for room, breakpoints in (
        (size.width, screen.HORIZONTAL_BREAKPOINTS or ()),
        (size.height, screen.VERTICAL_BREAKPOINTS or ()),
    ):
        reached = [name for least, name in breakpoints if room >= least]
        found |= {name: name in reached[-1:] for _, name in breakpoints}
    screen.update_classes(found)
