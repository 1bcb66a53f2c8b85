"""A screen that comes as it stays, without Textual's second look at styles and layout."""

from typing import Generic, TypeVar

from textual import events
from textual.geometry import Size
from textual.screen import Screen

from screens.breakpoints import follow

A = TypeVar("A")
"""What a screen answers with."""


class ReadyScreen(Screen[A], Generic[A]):
    """Knows its size before its widgets are there, so that they are styled and laid out with it."""

    def on_compose(self) -> None:
        """Have the classes of the size that the terminal has, before anything is styled by them."""
        follow(self, self.app.size)

    def on_screen_resume(self, event: events.ScreenResume, /) -> None:
        """Style nothing once more that was styled a moment ago, when it came."""
        event.refresh_styles = self.stack_updates > 0

    def _screen_resized(self, size: Size) -> None:
        """Lay out for another size alone; Textual does at each first layout, and below a dialog."""
        if size != self._compositor.size:
            super()._screen_resized(size)
