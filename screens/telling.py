"""What is told on the way: above what is shown, or else above what is shown next."""

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import App


class Telling:
    """Finds the place for words that no screen has asked for."""

    def __init__(self, app: "App[int]") -> None:
        self._app = app
        self._waiting: list[str] = []

    def say(self, text: str) -> None:
        """Tell something that has to be read."""
        if not self.tell_above(text):
            self._waiting.append(text)

    def wait(self, text: str) -> None:
        """Say what is waited for; while no screen is shown, in place of the first sentence."""
        if not self.tell_above(text):
            self._app.screen_stack[0].query_one("#first", Static).update(Content(f"… {text}"))

    def take(self) -> list[str]:
        """Return what waits to be told, for whoever tells it."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def tell_above(self, text: str) -> bool:
        """Tell something on the screen on top; return whether it can, and stays for that."""
        from screens.base import StepScreen
        from screens.welcome import WelcomeScreen

        shown = self._app.screen
        return isinstance(shown, StepScreen | WelcomeScreen) and shown.tell(text)
