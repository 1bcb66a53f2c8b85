"""Ctrl+C: copies what is marked, and else asks whether to leave."""

from collections.abc import Callable
from typing import Final, cast

from textual.app import App

from screens.confirm import Confirm
from screens.host import Host

_AGAIN: Final = "Ctrl+C once more asks whether to leave."
_MUTE: Final = "This field gives nothing back."


class LeaveQuestion(Confirm):
    """Asks whether to leave."""

    def __init__(self) -> None:
        question = "Leave? What was done so far is kept. Ctrl+C once more leaves, too."
        super().__init__(question, "Leave", "Stay")


def interrupt(app: App[int], leave: Callable[[], None], copied: str) -> str:
    """Copy what is marked, or else ask whether to leave, and leave when it is asked once more.

    Args:
        app: What is interrupted.
        leave: Leaves it.
        copied: What the key before copied, which is not copied twice.

    Returns:
        What was copied.
    """
    marked = getattr(app.focused, "selected_text", "") or app.screen.get_selected_text() or ""
    if marked and marked != copied:
        host = cast("Host", app)
        is_secret = getattr(app.focused, "password", False)
        told = _MUTE if is_secret else host.copied("What is marked", marked, "use the mouse")
        host.tell_here(f"{told} {_AGAIN}")
        return marked
    if isinstance(app.screen, LeaveQuestion):
        leave()
        return ""

    def decided(wanted: bool | None) -> None:
        if wanted:
            leave()

    app.push_screen(LeaveQuestion(), decided)
    return ""
