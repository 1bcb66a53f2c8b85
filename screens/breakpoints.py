"""How large a screen is, before Textual finds it after a first layout, which it then redoes."""

from typing import Any

from textual.screen import Screen


def be_as_large(screen: Screen[Any]) -> None:
    """Give a screen the classes of its breakpoints; to be called first when it is composed."""
    size = screen.app.size
    for room, breakpoints in (
        (size.width, screen.HORIZONTAL_BREAKPOINTS),
        (size.height, screen.VERTICAL_BREAKPOINTS),
    ):
        reached = [name for least, name in breakpoints or () if room >= least]
        # Nothing is painted, and nothing lies on it yet.
        screen.update_classes(dict.fromkeys(reached[-1:], True), update=False)
