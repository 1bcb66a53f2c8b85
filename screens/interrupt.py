"""Ctrl+C: copies what is marked, and else asks whether to leave."""

from collections.abc import Callable

from textual.actions import SkipAction
from textual.app import App

from screens.confirm import Confirm


class LeaveQuestion(Confirm):
    """Asks whether to leave."""

    def __init__(self) -> None:
        question = "Leave? What was done so far is kept. Ctrl+C once more leaves, too."
        super().__init__(question, "Leave", "Stay")


def interrupt(app: App[int], leave: Callable[[], None]) -> None:
    """Ask whether to leave, and leave when it is asked once more.

    Raises:
        SkipAction: Something is marked, which whatever shows it copies.
    """
    if getattr(app.focused, "selected_text", "") or app.screen.get_selected_text():
        raise SkipAction
    if isinstance(app.screen, LeaveQuestion):
        leave()
        return

    def decided(wanted: bool | None) -> None:
        if wanted:
            leave()

    app.push_screen(LeaveQuestion(), decided)
