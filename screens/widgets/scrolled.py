"""What scrolls, and keeps what has the focus in sight when the terminal gets smaller."""

from contextlib import suppress

from textual import events
from textual.containers import VerticalScroll
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.widget import Widget

from screens.widgets.painted import once_painted


class Scrolled(VerticalScroll, can_focus=False):
    """The middle of a page or of a dialog."""

    _before = Size()

    def watch_show_vertical_scrollbar(self) -> None:
        """Let the keys say that there is more."""
        self.screen.refresh_bindings()

    def on_resize(self, event: events.Resize) -> None:
        """Go to what has the focus, where there is less room for it."""
        before, self._before = self._before, event.size
        if event.size.width < before.width or event.size.height < before.height:
            once_painted(self, self._keep_focus_in_sight)

    def _keep_focus_in_sight(self) -> None:
        focused = self.screen.focused
        if focused is not None and self in focused.ancestors:
            _asked(focused).scroll_visible(animate=False, immediate=True)


def _asked(focused: Widget) -> Widget:
    """Return what is to be seen with a field: the question that it answers."""
    with suppress(NoMatches):
        return focused.query_ancestor("QuestionField", Widget)
    return focused
