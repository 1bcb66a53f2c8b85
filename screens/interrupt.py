"""Ctrl+C: copies what is marked, and else asks whether to leave."""

from collections.abc import Callable
from typing import Final, cast

from textual.app import App

from screens.confirm import Confirm
from screens.host import Host

_AGAIN: Final = "Ctrl+C once more asks whether to leave."
_KEPT: Final = "What was done so far is kept."
_MUTE: Final = "This field gives nothing back."


class LeaveQuestion(Confirm):
    """Asks whether to leave.

    Args:
        unkept: What gets lost then, a sentence; empty where nothing does.
    """

    def __init__(self, unkept: str) -> None:
        question = f"Leave? {unkept or _KEPT} Ctrl+C once more leaves, too."
        super().__init__(question, "Leave", "Stay")


def interrupt(app: App[int], leave: Callable[[], None], copied: str) -> str:
    """Copy what is marked, or else ask whether to leave, and leave when it is asked once more.

    Args:
        app: What is interrupted.
        leave: Leaves it.
        copied: What the key before copied, which is not copied twice.

    Returns:
        What was copied; of a field that gives nothing back, what is told instead.
    """
    marked, is_secret = _marked(app)
    if not marked or marked == copied:
        _ask(app, leave, _unkept(app))
        return ""
    host = cast("Host", app)
    if is_secret:
        host.tell_here(f"{_MUTE} {_AGAIN}")
    else:
        app.run_worker(_copy(host, marked), group="copy", description="Copy what is marked")
    return marked


def _marked(app: App[int]) -> tuple[str, bool]:
    """Return what is marked, and whether it is a secret, which is never kept beside its field."""
    selected = getattr(app.focused, "selected_text", "")
    if selected and getattr(app.focused, "password", False):
        return _MUTE, True
    return selected or app.screen.get_selected_text() or "", False


async def _copy(host: Host, marked: str) -> None:
    host.tell_here(f"{await host.copied('What is marked', marked, 'use the mouse')} {_AGAIN}")


def leave_or_ask(app: App[int], leave: Callable[[], None]) -> None:
    """Leave; ask first where something would get lost that nobody was asked about yet."""
    if unkept := _unkept(app):
        _ask(app, leave, unkept)
    else:
        leave()


def _ask(app: App[int], leave: Callable[[], None], unkept: str) -> None:
    """Ask whether to leave; whoever was asked already leaves."""
    if isinstance(app.screen, LeaveQuestion):
        leave()
        return

    def decided(wanted: bool | None) -> None:
        if wanted:
            leave()

    app.push_screen(LeaveQuestion(unkept), decided)


def _unkept(app: App[int]) -> str:
    """Return what would get lost, as sentences."""
    from screens.base import StepScreen

    told = [each.unkept for each in app.screen_stack if isinstance(each, StepScreen)]
    return " ".join(filter(None, told))
